"""The filters: each says why an entry is no candidate, or nothing.

Rules:
1. They run in the order capability, context, quality, policy, runtime, health, latency, cost: what
   an entry can do, whether it may be used, where it is, and what it costs now. The first that fails
   is the entry's reason.
2. A filter that cannot exclude anything in this call is not made.
3. Capabilities compare as sets (deviation D4).
4. An unknown latency passes; a latency equal to the tolerance passes.
5. The cap is the smaller of the descriptor's budget and the remaining budget. An exact cost equal
   to it passes (deviation D5).
6. What an unpriced model is, the policy says (deviation D6).
7. Without expected tokens there is no cost to compare; once nothing remains, an entry that is not
   known to be free is excluded all the same (deviation D16).
8. Equal reasons are one object: a call makes one verdict per capability set, runtime and lane.
9. The expected tokens, in and out together, must fit into the context window; where either is
   unknown, nothing is excluded.
10. A quality bar is cleared by the scorecard of the descriptor's task class and the entry's model;
    a model without one has not cleared it.
"""

from collections.abc import Callable
from typing import Final, TypeAlias

from mimir.core.descriptor import Descriptor
from mimir.core.entry import Entry
from mimir.core.exclusion import (
    BelowQualityBar,
    ContextTooSmall,
    LaneNotOk,
    MissingCapabilities,
    ModelNotAllowed,
    ModelUnpriced,
    OtherRuntime,
    QualityUnknown,
    TooExpensive,
    TooSlow,
)
from mimir.core.money import Femtodollars, from_microdollars
from mimir.core.policy import Policy
from mimir.core.pricing.quote import Quote, amount
from mimir.core.pricing.usage import Usage
from mimir.core.ranking import Projection
from mimir.core.scorecard import Scorecard, clears, lower_bound
from mimir.core.snapshot import OK, Snapshot
from mimir.core.verdict import Excluded
from mimir.core.vocabulary import Capability, Model, Runtime

Filter: TypeAlias = Callable[[Entry], Excluded | None]

_FREE: Final = Femtodollars(0)
_ONE_TOKEN_EACH: Final = Usage(input_tokens=1, output_tokens=1)


def filters(
    descriptor: Descriptor, policy: Policy, snapshot: Snapshot, projected: Projection
) -> tuple[Filter, ...]:
    """Return the filters that apply to this call, in rule 1's order."""
    made = (
        _capability(descriptor),
        _context(descriptor),
        _quality(descriptor, snapshot),
        _policy(policy, projected),
        _runtime(descriptor),
        _health(snapshot),
        _latency(descriptor),
        _cost(descriptor, policy, snapshot, projected),
    )
    return tuple(check for check in made if check is not None)


def cap_microdollars(descriptor: Descriptor, snapshot: Snapshot) -> int:
    """Return rule 5's cap, in microdollars."""
    budget, remaining = descriptor.budget_ceiling_microdollars, snapshot.remaining
    return budget if remaining is None else min(budget, remaining)


def _capability(descriptor: Descriptor) -> Filter | None:
    required = descriptor.required
    if not required:
        return None
    shared: dict[frozenset[Capability], Excluded] = {}

    def check(entry: Entry) -> Excluded | None:
        has = entry.capabilities
        if required <= has:
            return None
        if has not in shared:
            ordered = dict.fromkeys(descriptor.capabilities)
            shared[has] = Excluded(
                MissingCapabilities(tuple(word for word in ordered if word not in has))
            )
        return shared[has]

    return check


def _context(descriptor: Descriptor) -> Filter | None:
    tokens = descriptor.expected_tokens
    if tokens is None:
        return None
    expected = tokens.input + tokens.output

    def check(entry: Entry) -> Excluded | None:
        window = entry.context_window
        if window is None or expected <= window:
            return None
        return Excluded(ContextTooSmall(expected, window))

    return check


def _quality(descriptor: Descriptor, snapshot: Snapshot) -> Filter | None:
    bar = descriptor.quality_bar
    if bar is None:
        return None
    task_class, cards = descriptor.task_class, snapshot.scorecards
    unknown = Excluded(QualityUnknown(bar))
    shared: dict[Model, Excluded | None] = {}

    def check(entry: Entry) -> Excluded | None:
        model = entry.model
        if model not in shared:
            card = cards.get((task_class, model))
            shared[model] = unknown if card is None else _below(bar, card)
        return shared[model]

    return check


def _below(bar: int, card: Scorecard) -> Excluded | None:
    passed, runs = card.passed, card.runs
    if clears(passed, runs, bar):
        return None
    return Excluded(BelowQualityBar(bar, lower_bound(passed, runs), passed, runs))


def _policy(policy: Policy, projected: Projection) -> Filter | None:
    allowed = policy.allowed_models
    needs_quote = policy.unpriced == "exclude"
    if not allowed and not needs_quote:
        return None
    not_allowed, unpriced = Excluded(ModelNotAllowed()), Excluded(ModelUnpriced())

    def check(entry: Entry) -> Excluded | None:
        if allowed and entry.model not in allowed:
            return not_allowed
        return unpriced if needs_quote and projected(entry.model) is None else None

    return check


def _runtime(descriptor: Descriptor) -> Filter | None:
    preferred = descriptor.runtime_preference
    if preferred == "any":
        return None
    return _other_runtime(preferred)


def _other_runtime(preferred: Runtime) -> Filter:
    other = Excluded(OtherRuntime(preferred))
    return lambda entry: None if entry.runtime == preferred else other


def _health(snapshot: Snapshot) -> Filter | None:
    shared = {
        lane: Excluded(LaneNotOk(state)) for lane, state in snapshot.lanes.items() if state != OK
    }
    if not shared:
        return None
    return lambda entry: shared.get(entry.lane)


def _latency(descriptor: Descriptor) -> Filter:
    tolerance = descriptor.latency_tolerance_ms

    def check(entry: Entry) -> Excluded | None:
        p50 = entry.p50_latency_ms
        return None if p50 is None or p50 <= tolerance else Excluded(TooSlow(p50))

    return check


def _cost(
    descriptor: Descriptor, policy: Policy, snapshot: Snapshot, projected: Projection
) -> Filter | None:
    cap = cap_microdollars(descriptor, snapshot)
    if descriptor.expected_tokens is not None:
        return _within(cap, policy, projected)
    return _not_free(cap, policy, snapshot) if cap <= 0 else None


def _within(cap: int, policy: Policy, projected: Projection) -> Filter:
    exact_cap, unpriced = from_microdollars(cap), _unpriced(cap, policy)

    def check(entry: Entry) -> Excluded | None:
        cost = projected(entry.model)
        if cost is None:
            return unpriced
        return Excluded(TooExpensive(cost, cap)) if cost > exact_cap else None

    return check


def _unpriced(cap: int, policy: Policy) -> Excluded | None:
    """Judge a model without a quote: free costs nothing, anything else needs a positive cap."""
    if policy.unpriced == "free":
        return Excluded(TooExpensive(_FREE, cap)) if cap < 0 else None
    return Excluded(TooExpensive(None, cap)) if cap <= 0 else None


def _not_free(cap: int, policy: Policy, snapshot: Snapshot) -> Filter:
    quotes, excluded = snapshot.quotes, Excluded(TooExpensive(None, cap))

    def check(entry: Entry) -> Excluded | None:
        quote = quotes.get(entry.model)
        free = policy.unpriced == "free" if quote is None else _is_free(quote)
        return None if free else excluded

    return check


def _is_free(quote: Quote) -> bool:
    stepped = any(step.input != 0 or step.output != 0 for step in quote.above)
    return amount(quote, _ONE_TOKEN_EACH) == _FREE and not stepped
