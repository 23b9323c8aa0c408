"""An obvious model of the oracle: fractions for money, one entry at a time, nothing shared.

It is written from the rules alone, as a reader would, and takes no function of the oracle.
"""

from collections.abc import Iterator
from fractions import Fraction
from math import ceil

from mimir.core.entry import Entry
from mimir.core.fields import Json
from mimir.core.pricing.quote import Quote
from mimir.core.ranker import CheapestFirst, FastestFirst, Weighted
from mimir.core.vocabulary import ExclusionClass
from mimir.testing import Situation
from slow_quality import proven

Reason = tuple[ExclusionClass, Json]
MICRODOLLAR = Fraction(1, 10**6)
FEMTODOLLAR = Fraction(1, 10**15)


def per_token(rate: int, rest: int) -> Fraction:
    """Dollars of one token: the rate is microdollars per million tokens, the rest femtodollars."""
    return rate * MICRODOLLAR / 10**6 + rest * FEMTODOLLAR


def dollars(quote: Quote, tokens_in: int, tokens_out: int) -> Fraction | None:
    """Dollars of a request; past a context threshold all of it is at that step's rates, if any."""
    passed = [step for step in quote.above if tokens_in > step.above]
    if passed:
        last = max(passed, key=lambda step: step.above)
        counts = ((last.input, tokens_in), (last.output, tokens_out))
        if any(rate is None and count for rate, count in counts):
            return None
        return sum((rate or 0) * count for rate, count in counts) * FEMTODOLLAR
    rest_in, rest_out = quote.rest or (0, 0)
    return tokens_in * per_token(quote.input, rest_in) + tokens_out * per_token(
        quote.output, rest_out
    )


def projected(situation: Situation, entry: Entry) -> Fraction | None:
    """Dollars of the expected tokens, or of one token that goes in; nothing without a price."""
    quote = situation.snapshot.quotes.get(entry.model)
    tokens = situation.descriptor.expected_tokens
    counts = (1, 0) if tokens is None else (tokens.input, tokens.output)
    return None if quote is None else dollars(quote, *counts)


def is_free(quote: Quote) -> bool:
    steps = all(step.input == 0 and step.output == 0 for step in quote.above)
    return (quote.input, quote.output, quote.rest or (0, 0)) == (0, 0, (0, 0)) and steps


def cap(situation: Situation) -> int:
    remaining = situation.snapshot.remaining
    budget = situation.descriptor.budget_ceiling_microdollars
    return budget if remaining is None or budget < remaining else remaining


def cost_reason(situation: Situation, entry: Entry) -> Reason | None:
    quote = situation.snapshot.quotes.get(entry.model)
    tokens, limit = situation.descriptor.expected_tokens, cap(situation)
    free = situation.policy.unpriced == "free"
    unknown: Json = {"projected": None, "projected_femtodollars": None, "cap": limit}
    if tokens is None:
        spent = limit <= 0
        known_free = free if quote is None else is_free(quote)
        return ("cost", unknown) if spent and not known_free else None
    known = projected(situation, entry)
    if known is None and not free:
        return ("cost", unknown) if limit <= 0 else None
    exact = known or Fraction(0)
    if exact <= limit * MICRODOLLAR:
        return None
    shown: Json = {
        "projected": ceil(exact / MICRODOLLAR),
        "projected_femtodollars": str(exact / FEMTODOLLAR),
        "cap": limit,
    }
    return ("cost", shown)


def quality_reason(situation: Situation, entry: Entry) -> Reason | None:
    wanted, cards = situation.descriptor, situation.snapshot.scorecards
    bar = wanted.quality_bar
    if bar is None:
        return None
    card = cards.get((wanted.task_class, entry.model))
    if card is None:
        return "quality", {"quality": "unknown", "bar": bar}
    bound = proven(card.passed, card.runs)
    counts: dict[str, Json] = {"passed": card.passed, "runs": card.runs}
    shown: Json = {"quality": "below", "bar": bar, "lower_bound": bound, **counts}
    return None if bar <= bound else ("quality", shown)


def may_be_probed(situation: Situation, entry: Entry) -> bool:
    world = situation.snapshot
    return entry.lane in world.probes and world.lanes.get(entry.lane) == "probing"


def is_up(situation: Situation, entry: Entry) -> bool:
    lanes = situation.snapshot.lanes
    in_order = entry.lane not in lanes or lanes[entry.lane] == "ok"
    return in_order or may_be_probed(situation, entry)


def failures(situation: Situation, entry: Entry) -> Iterator[Reason]:
    """Every reason against ``entry``, in the order of the filters."""
    wanted, _, policy, world, _ = situation
    missing = [
        word for word in dict.fromkeys(wanted.capabilities) if word not in entry.capabilities
    ]
    if missing:
        yield "capability", [*missing]
    tokens, window = wanted.expected_tokens, entry.context_window
    if tokens is not None and window is not None and tokens.input + tokens.output > window:
        expected = tokens.input + tokens.output
        yield "context", {"expected_tokens": expected, "context_window": window}
    below = quality_reason(situation, entry)
    if below is not None:
        yield below
    if policy.allowed_models and entry.model not in policy.allowed_models:
        yield "policy", "model_not_allowed"
    if policy.unpriced == "exclude" and projected(situation, entry) is None:
        yield "policy", "model_unpriced"
    if wanted.runtime_preference not in ("any", entry.runtime):
        yield "runtime", wanted.runtime_preference
    if not is_up(situation, entry):
        yield "health", world.lanes[entry.lane]
    if entry.p50_latency_ms is not None and entry.p50_latency_ms > wanted.latency_tolerance_ms:
        yield "latency", entry.p50_latency_ms
    reason = cost_reason(situation, entry)
    if reason is not None:
        yield reason


def first_failure(situation: Situation, entry: Entry) -> Reason | None:
    return next(failures(situation, entry), None)


def rank(situation: Situation, entry: Entry) -> tuple[Fraction, ...]:
    """The place of a viable entry: the least goes first, and ties fall to the catalog's order."""
    cost = projected(situation, entry)
    unpriced = cost is None and situation.policy.unpriced != "free"
    beyond = Fraction(2**70)
    latency, priority = entry.p50_latency_ms, entry.priority
    by_cost = (Fraction(unpriced), cost or Fraction(0))
    by_latency = (beyond if latency is None else Fraction(latency),)
    by_priority = (beyond if priority is None else Fraction(priority),)
    match situation.ranker:
        case Weighted(cost=weight, latency=slow, priority=last):
            parts = [
                (weight, None if unpriced else (cost or Fraction(0)) / MICRODOLLAR),
                (slow, latency),
                (last, priority),
            ]
            known = [times * part for times, part in parts if times and part is not None]
            lacking = sum(1 for times, part in parts if times and part is None)
            return Fraction(lacking), Fraction(sum(known))
        case FastestFirst():
            return *by_latency, *by_cost, *by_priority
        case CheapestFirst():
            return *by_cost, *by_latency, *by_priority


def viable(situation: Situation) -> list[Entry]:
    """The entries that pass every filter, as they rank."""
    rows = situation.catalog.entries
    passing = [entry for entry in rows if first_failure(situation, entry) is None]
    return sorted(passing, key=lambda entry: rank(situation, entry))


def probed(situation: Situation) -> list[Entry]:
    """The viable entries that are to be put first, as they rank."""
    if not situation.policy.probe_first:
        return []
    return [entry for entry in viable(situation) if may_be_probed(situation, entry)]


def waiting(situation: Situation) -> list[Entry]:
    """What fails health and nothing else where nothing is viable, the soonest due first."""
    if viable(situation):
        return []
    waits = situation.snapshot.waits
    alone = [
        entry
        for entry in situation.catalog.entries
        if [kind for kind, _ in failures(situation, entry)] == ["health"]
    ]
    ranked = sorted(alone, key=lambda entry: rank(situation, entry))
    known = [entry for entry in ranked if entry.lane in waits]
    unknown = [entry for entry in ranked if entry.lane not in waits]
    return [*sorted(known, key=lambda entry: waits[entry.lane]), *unknown]


def least_bad(situation: Situation) -> Entry | None:
    """The entry that the policy goes to where nothing is viable."""
    if situation.policy.when_unhealthy != "least_bad":
        return None
    states = situation.snapshot.lanes
    fit = [one for one in waiting(situation) if states[one.lane] in ("degraded", "probing")]
    return fit[0] if fit else None


def unhealthy(situation: Situation) -> tuple[str, str | None, int | None] | None:
    """What is said of the lanes that are out: the rule, the lane, and when it is due."""
    said, waits = situation.policy.when_unhealthy, situation.snapshot.waits
    entry: Entry | None = None
    if not waiting(situation):
        return None
    if said == "least_bad":
        entry = least_bad(situation)
    elif said == "wait":
        entry = next((one for one in waiting(situation) if one.lane in waits), None)
    return (said, entry.lane, waits.get(entry.lane)) if entry else (said, None, None)


def choice(situation: Situation) -> Entry | None:
    """The entry that the workload is placed on."""
    for entry in [*probed(situation), *viable(situation)]:
        return entry
    return least_bad(situation)
