"""Placing one workload: filter every entry, rank the viable ones, choose the first.

Rules:
1. Every entry gets exactly one verdict.
2. The chosen entry passes every filter, and no viable entry ranks before it.
3. Inserting anywhere an entry with a new id that is excluded changes no other verdict.
4. Raising the budget or the remaining, all else equal, gives a superset of viable entries.
5. Equal inputs give equal outputs.
"""

from typing import Final

from mimir.core.catalog import Catalog
from mimir.core.descriptor import Descriptor
from mimir.core.entry import Entry
from mimir.core.inputs import Inputs
from mimir.core.oracle.filters import Filter, filters
from mimir.core.outcome import Failure, Outcome, Success
from mimir.core.policy import Policy
from mimir.core.ranker import CHEAPEST_FIRST, CheapestFirst, FastestFirst, Ranker
from mimir.core.ranking import projection, rank_keys
from mimir.core.snapshot import Snapshot
from mimir.core.verdict import (
    Chosen,
    Excluded,
    NoCandidate,
    Placement,
    PlacementReason,
    Ranked,
    Verdict,
)
from mimir.core.vocabulary import ExclusionClass

_RANKED: Final = Ranked()
_RANKED_UNPRICED: Final = Ranked(unpriced=True)


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
    descriptor, policy, snapshot = inputs.descriptor, inputs.policy, inputs.snapshot
    projected, entries = projection(descriptor, snapshot), inputs.catalog.entries
    checks = filters(descriptor, policy, snapshot, projected)
    judged = _judge(entries, checks)
    rank = rank_keys(inputs, projected)
    keys = {at: rank(entries[at]) for at, failure in enumerate(judged) if failure is None}
    if not keys:
        return Failure(_no_candidate(inputs, [failure for failure in judged if failure]))
    best = min(keys, key=keys.__getitem__)
    verdicts: list[Verdict] = [failure or _RANKED for failure in judged]
    if policy.unpriced != "free":
        for at in keys:
            if projected(entries[at].model) is None:
                verdicts[at] = _RANKED_UNPRICED
    unpriced = verdicts[best] is _RANKED_UNPRICED
    verdicts[best] = Chosen(unpriced)
    reasons = _reasons(inputs, unpriced=unpriced)
    return Success(Placement(entries[best], reasons, inputs, tuple(verdicts)))


def _judge(entries: tuple[Entry, ...], checks: tuple[Filter, ...]) -> list[Excluded | None]:
    judged: list[Excluded | None] = []
    for entry in entries:
        failure = None
        for check in checks:
            failure = check(entry)
            if failure is not None:
                break
        judged.append(failure)
    return judged


def _no_candidate(inputs: Inputs, excluded: list[Excluded]) -> NoCandidate:
    classes: dict[ExclusionClass, None] = {
        verdict.reason.exclusion_class: None for verdict in excluded
    }
    return NoCandidate(tuple(classes), inputs, tuple(excluded))


def _reasons(inputs: Inputs, *, unpriced: bool) -> tuple[PlacementReason, ...]:
    return "capability_match", _why(inputs, unpriced=unpriced)


def _why(inputs: Inputs, *, unpriced: bool) -> PlacementReason:
    if isinstance(inputs.ranker, FastestFirst):
        return "fastest_viable"
    if not isinstance(inputs.ranker, CheapestFirst):
        return "least_weighted"
    if unpriced:
        return "only_unpriced"
    return "cheapest_by_rate" if inputs.descriptor.expected_tokens is None else "cheapest_viable"
