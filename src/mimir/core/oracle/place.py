"""Placing one workload: filter every entry, rank the viable ones, choose the first.

Rules:
1. Every entry gets exactly one verdict.
2. The chosen entry passes every filter, and no viable entry ranks before it: but for rules 6 and 7.
3. Inserting anywhere an entry with a new id that is excluded changes no other verdict.
4. Raising the budget or the remaining, all else equal, gives a superset of viable entries: those
   that pass every filter.
5. Equal inputs give equal outputs.
6. Under ``probe_first``, where a viable entry stands on a lane that may be probed, the chosen one
   does as well, and no viable entry on such a lane ranks before it.
7. Under ``least_bad``, where nothing is viable, the chosen entry fails health alone, on a lane that
   is ``degraded`` or ``probing``, and no such entry is due sooner. Everything else stays excluded.
8. Where nothing is viable and an entry fails health alone, ``unhealthy`` says what the policy does;
   where something is viable, or no entry fails health alone, it says nothing.
"""

from collections.abc import Iterable
from typing import Final

from mimir.core.catalog import Catalog
from mimir.core.descriptor import Descriptor
from mimir.core.entry import Entry
from mimir.core.exclusion import LaneNotOk
from mimir.core.inputs import Inputs
from mimir.core.oracle.cost import afford
from mimir.core.oracle.filters import Verdicts, filters
from mimir.core.oracle.unhealthy import rule
from mimir.core.outcome import Failure, Outcome, Success
from mimir.core.policy import Policy
from mimir.core.ranker import CHEAPEST_FIRST, CheapestFirst, FastestFirst, Ranker
from mimir.core.ranking import first, put_first
from mimir.core.snapshot import Snapshot
from mimir.core.verdict import (
    Chosen,
    Excluded,
    NoCandidate,
    Placement,
    PlacementReason,
    Ranked,
)
from mimir.core.vocabulary import ExclusionClass

RANKED: Final = Ranked()
RANKED_UNPRICED: Final = Ranked(unpriced=True)
_CHOSEN: Final = Chosen()
_CHOSEN_UNPRICED: Final = Chosen(unpriced=True)


def place(
    descriptor: Descriptor,
    catalog: Catalog,
    policy: Policy,
    snapshot: Snapshot,
    ranker: Ranker = CHEAPEST_FIRST,
) -> Outcome[Placement, NoCandidate]:
    """Choose the entry of ``catalog`` that ``descriptor`` is placed on.

    :return: the placement, or the reasoned no candidate; both carry the verdict of every entry.
    """
    return place_inputs(Inputs(descriptor, catalog, policy, snapshot, ranker))


def place_inputs(inputs: Inputs) -> Outcome[Placement, NoCandidate]:
    """Do what ``place`` does, of inputs that stand together."""
    size = len(inputs.catalog.entries)
    verdicts: Verdicts = [RANKED] * size
    still_open: Iterable[int] = range(size)
    for check in filters(inputs):
        still_open = check(still_open, verdicts)
    return choose(inputs, still_open, verdicts)


def choose(
    inputs: Inputs, still_open: Iterable[int], verdicts: Verdicts
) -> Outcome[Placement, NoCandidate]:
    """Answer for entries that passed every filter but that of the cost."""
    viable = afford(inputs, still_open, verdicts)
    for at in viable.unpriced:
        verdicts[at] = RANKED_UNPRICED
    return answer(inputs, first(inputs, viable), verdicts)


def answer(inputs: Inputs, best: int | None, verdicts: Verdicts) -> Outcome[Placement, NoCandidate]:
    """Answer with the entry that goes first, or with nothing; the verdicts are final but for it."""
    if best is None:
        return _not_viable(inputs, verdicts)
    unpriced = verdicts[best] is RANKED_UNPRICED
    verdicts[best] = _CHOSEN_UNPRICED if unpriced else _CHOSEN
    chosen = inputs.catalog.entries[best]
    reasons = _reasons(inputs, chosen, unpriced=unpriced)
    return Success(Placement(chosen, reasons, inputs, tuple(verdicts)))


def _not_viable(inputs: Inputs, verdicts: Verdicts) -> Outcome[Placement, NoCandidate]:
    """Answer where every entry is excluded: rules 7 and 8."""
    excluded = [verdict for verdict in verdicts if isinstance(verdict, Excluded)]
    kinds = dict.fromkeys([type(verdict.reason) for verdict in excluded])
    ruling = rule(inputs, verdicts) if LaneNotOk in kinds else None
    said = None if ruling is None else ruling.unhealthy
    if ruling is None or ruling.at is None:
        classes: dict[ExclusionClass, None] = {kind.exclusion_class: None for kind in kinds}
        return Failure(NoCandidate(tuple(classes), inputs, tuple(excluded), said))
    verdicts[ruling.at] = _CHOSEN_UNPRICED if ruling.unpriced else _CHOSEN
    chosen = inputs.catalog.entries[ruling.at]
    return Success(
        Placement(chosen, ("capability_match", "least_bad"), inputs, tuple(verdicts), said)
    )


def _reasons(inputs: Inputs, chosen: Entry, *, unpriced: bool) -> tuple[PlacementReason, ...]:
    if chosen.lane in put_first(inputs):
        return "capability_match", "probe_first"
    if isinstance(inputs.ranker, FastestFirst):
        return "capability_match", "fastest_viable"
    if not isinstance(inputs.ranker, CheapestFirst):
        return "capability_match", "least_weighted"
    if unpriced:
        return "capability_match", "only_unpriced"
    if inputs.descriptor.expected_tokens is None:
        return "capability_match", "cheapest_by_rate"
    return "capability_match", "cheapest_viable"
