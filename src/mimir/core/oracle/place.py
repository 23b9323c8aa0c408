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
from mimir.core.oracle.filters import Filter, filters, projection
from mimir.core.oracle.rankers import ranker
from mimir.core.outcome import Failure, Outcome, Success
from mimir.core.policy import Policy
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
    descriptor: Descriptor, catalog: Catalog, policy: Policy, snapshot: Snapshot
) -> Outcome[Placement, NoCandidate]:
    """Choose the entry of ``catalog`` that ``descriptor`` is placed on.

    :return: the placement, or the reasoned no candidate; both carry the verdict of every entry.
    """
    projected, entries = projection(descriptor, snapshot), catalog.entries
    checks = filters(descriptor, policy, snapshot, projected)
    judged = _judge(entries, checks)
    rank = ranker(policy, projected)
    keys = {at: rank(entries[at]) for at, failure in enumerate(judged) if failure is None}
    if not keys:
        return Failure(_no_candidate(catalog, [failure for failure in judged if failure]))
    best = min(keys, key=keys.__getitem__)
    unpriced = keys[best][0]
    verdicts: list[Verdict] = [failure or _RANKED for failure in judged]
    for at, key in keys.items():
        if key[0]:
            verdicts[at] = _RANKED_UNPRICED
    verdicts[best] = Chosen(unpriced)
    reasons = _reasons(descriptor, unpriced=unpriced)
    return Success(Placement(entries[best], reasons, catalog, tuple(verdicts)))


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


def _no_candidate(catalog: Catalog, excluded: list[Excluded]) -> NoCandidate:
    classes: dict[ExclusionClass, None] = {
        verdict.reason.exclusion_class: None for verdict in excluded
    }
    return NoCandidate(tuple(classes), catalog, tuple(excluded))


def _reasons(descriptor: Descriptor, *, unpriced: bool) -> tuple[PlacementReason, ...]:
    if unpriced:
        return ("capability_match", "only_unpriced")
    by_rate = descriptor.expected_tokens is None
    return ("capability_match", "cheapest_by_rate" if by_rate else "cheapest_viable")
