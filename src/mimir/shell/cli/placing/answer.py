"""The answer to ``mimir place`` as text for a person.

Rules:
1. The chosen entry stands first, then the viable ones as they rank, then the excluded ones in
   catalog order.
2. Without expected tokens the cost column shows what a million input tokens cost.
3. An entry's own texts are shown with their control characters escaped.
4. What it means that an entry has no price is told by the ranker's own rule.
5. That a lane is tried out is told, and so is what the policy made of lanes that are out, with the
   time at which the first of them is due, where it is known.
"""

from collections.abc import Iterator
from typing import Final, TypeAlias

from mimir.core.catalog import Catalog
from mimir.core.entry import Entry
from mimir.core.exclusion import (
    BelowQualityBar,
    ContextTooSmall,
    Exclusion,
    LaneNotOk,
    MissingCapabilities,
    ModelNotAllowed,
    ModelUnpriced,
    OtherRuntime,
    QualityUnknown,
    TooExpensive,
    TooSlow,
)
from mimir.core.inputs import Inputs
from mimir.core.instant import later
from mimir.core.money import Femtodollars, from_microdollars
from mimir.core.ranker import CheapestFirst, FastestFirst, Ranker, Weighted
from mimir.core.ranking import projection
from mimir.core.snapshot import OK, Snapshot, free_probes
from mimir.core.verdict import (
    Chosen,
    Decision,
    Excluded,
    Placement,
    Ranked,
    Unhealthy,
    Verdict,
)
from mimir.core.vocabulary import Lane
from mimir.shell.cli.amounts import dollars
from mimir.shell.cli.terminal import escape, table

_MILLION: Final = 1_000_000
_UNKNOWN: Final = "-"

Judged: TypeAlias = tuple[Entry, Verdict]


def headline(decision: Decision) -> str:
    """Say in a line or a few where the workload goes, or that it goes nowhere, and why."""
    return "\n".join([_headline(decision), *_of_lanes(decision)])


def verdicts(decision: Decision) -> str:
    """Show every entry with its verdict as an aligned table."""
    descriptor = decision.inputs.descriptor
    projected = projection(descriptor, decision.inputs.snapshot)
    by_rate = descriptor.expected_tokens is None
    pairs, probes = _sorted(decision), free_probes(decision.inputs.snapshot)
    costs = _costs([projected(entry.model) for entry, _ in pairs], _MILLION if by_rate else 1)
    rows = [
        [
            entry.id,
            entry.model,
            entry.lane,
            _UNKNOWN if entry.p50_latency_ms is None else str(entry.p50_latency_ms),
            cost,
            verdict.word,
            _reason(entry, verdict, decision.inputs, probes),
        ]
        for (entry, verdict), cost in zip(pairs, costs, strict=True)
    ]
    by = "input $/M" if by_rate else "cost"
    headers = ["entry", "model", "lane", "p50 ms", by, "verdict", "reason"]
    if _ids_are_models(decision.catalog):
        rows = [[row[0], *row[2:]] for row in rows]
        headers.remove("model")
    return table(headers, rows, right=[headers.index("p50 ms"), headers.index(by)])


def notes(catalog: Catalog, snapshot: Snapshot) -> Iterator[str]:
    """Say which models have no price and why, and which lanes no entry runs on."""
    for model, error in snapshot.unquoted.items():
        yield f"unpriced: {escape(model)}: {error.message}"
    lanes = {entry.lane for entry in catalog.entries}
    for lane in snapshot.lanes:
        if lane not in lanes:
            yield f"no entry is on lane {escape(lane)}, whose state was given"


def _headline(decision: Decision) -> str:
    if isinstance(decision, Placement):
        chosen = decision.chosen
        what = f"model {escape(chosen.model)}, lane {escape(chosen.lane)}, {chosen.runtime}"
        why = ", ".join(reason.replace("_", " ") for reason in decision.reasons)
        return f"placed on {escape(chosen.id)} ({what})\nwhy: {why}"
    if not decision.verdicts:
        return "no candidate: the catalog has no entries"
    classes = ", ".join(decision.reasons)
    return f"no candidate: every entry is excluded, for {classes}"


def _of_lanes(decision: Decision) -> Iterator[str]:
    """Give the lines of rule 5."""
    world, said = decision.inputs.snapshot, decision.unhealthy
    if isinstance(decision, Placement) and decision.chosen.lane in free_probes(world):
        yield f"this call tries lane {escape(decision.chosen.lane)} out"
    if said is None or said.rule == "fail":
        return
    if said.rule == "wait":
        yield _earliest(said, world)
    elif said.lane is None:
        yield "least bad: no lane that would do is degraded or probing"
    else:
        state = escape(world.lanes.get(said.lane, OK))
        yield f"least bad: lane {escape(said.lane)} is {state}, {_due(said.wait_ms, world)}"


def _earliest(said: Unhealthy, world: Snapshot) -> str:
    if said.lane is None:
        return "wait: nobody knows when a lane is due"
    return f"wait: lane {escape(said.lane)} is the first, {_due(said.wait_ms, world)}"


def _due(wait: int | None, world: Snapshot) -> str:
    if wait is None:
        return "and nobody knows when it is due"
    at = later(world.taken_at, wait)
    return f"due in {wait} ms" if at is None else f"due in {wait} ms, at {at.text}"


def _ids_are_models(catalog: Catalog) -> bool:
    """Tell whether a column for the model would repeat the one for the entry."""
    return bool(catalog.entries) and all(str(entry.id) == entry.model for entry in catalog.entries)


def _sorted(decision: Decision) -> list[Judged]:
    """Return the viable entries as they rank, and the others in the catalog's order."""
    judged = [*zip(decision.catalog.entries, decision.verdicts, strict=True)]
    viable = (decision.chosen, *decision.plan) if isinstance(decision, Placement) else ()
    of = {entry.id: (entry, verdict) for entry, verdict in judged}
    return [of[one.id] for one in viable] + [pair for pair in judged if type(pair[1]) is Excluded]


def _costs(amounts: list[Femtodollars | None], times: int) -> list[str]:
    """Write a column of amounts, each with as many decimals as the longest, so that they align."""
    texts = [
        _UNKNOWN if amount is None else dollars(Femtodollars(amount * times)) for amount in amounts
    ]
    places = max((len(_decimals(text)) for text in texts), default=0)
    return [
        text + "0" * (places - len(_decimals(text))) if _decimals(text) else text for text in texts
    ]


def _decimals(text: str) -> str:
    return text.partition(".")[2]


def _reason(entry: Entry, verdict: Verdict, inputs: Inputs, probes: frozenset[Lane]) -> str:
    match verdict:
        case Excluded(reason):
            return _excluded(entry, reason, inputs.descriptor.latency_tolerance_ms)
        case Chosen(unpriced) | Ranked(unpriced):
            probing = ["lane may be probed"] if entry.lane in probes else []
            no_price = [f"no price{_unpriced(inputs.ranker)}"] if unpriced else []
            return "; ".join([*probing, *no_price])


def _unpriced(ranker: Ranker) -> str:
    match ranker:
        case CheapestFirst():
            return "; ranks after every priced entry"
        case FastestFirst():
            return "; ranks after the priced entries that are as fast"
        case Weighted(cost=0):
            return ""
        case Weighted():
            return "; ranks after the entries of which more is known"


def _excluded(entry: Entry, reason: Exclusion, tolerance: int) -> str:
    match reason:
        case MissingCapabilities(missing):
            return f"lacks {', '.join(missing)}"
        case ContextTooSmall(expected, window):
            return f"{expected} tokens expected, {window} fit"
        case BelowQualityBar():
            return _below(reason)
        case QualityUnknown():
            return "no scorecard of this task class"
        case ModelNotAllowed():
            return "the policy does not allow the model"
        case ModelUnpriced():
            return "no price, and the policy excludes such models"
        case OtherRuntime(preferred):
            return f"runs {entry.runtime}, preferred is {preferred}"
        case LaneNotOk(state):
            return f"lane is {escape(state)}"
        case TooSlow(p50):
            return f"p50 of {p50} ms is above {tolerance} ms"
        case TooExpensive(exact, cap):
            return _too_expensive(exact, dollars(from_microdollars(cap)))


def _below(reason: BelowQualityBar) -> str:
    shown = f"{reason.passed} of {reason.runs} passed"
    return f"{shown}: proves {_percent(reason.lower_bound)}, the bar is {_percent(reason.bar)}"


def _percent(basis_points: int) -> str:
    return f"{basis_points // 100}.{basis_points % 100:02} %"


def _too_expensive(exact: Femtodollars | None, cap: str) -> str:
    if exact is None:
        return f"not known to be free, and {cap} remains"
    return f"costs {dollars(exact)}, the cap is {cap}"
