"""Explaining a decision: of every entry what it fails, where it stands, and what would change that.

Rules:
1. An entry's shortfalls are every filter that it fails, in the order of the filters; of a viable
   entry there are none.
2. Its rank is its place in the order of the chosen one and the plan, from 1; an excluded entry's is
   the one that it would have if it alone were viable as well.
3. It lost to the entry above it by the first thing that the ranker compares and in which the two
   differ; where they differ in nothing, by the order of the catalog. Where it ranks before the
   entry above, that one was put first for its lane, which may be probed: it lost by the lane.
4. Its changes are the minimum of each variant that makes it the chosen one, in the order of the
   variants. None at all means that every variant was tried, and that none does.
5. Equal inputs are explained equally.
"""

from typing import Final, Literal, NamedTuple, TypeAlias

from attrs import frozen

from mimir.core.entry import Entry
from mimir.core.inputs import Inputs
from mimir.core.ranker import RankerName
from mimir.core.review.change import Change
from mimir.core.review.margin import Shortfall, shortfall
from mimir.core.review.minima import minima
from mimir.core.review.pareto import FrontPoint, front
from mimir.core.review.rates import rates
from mimir.core.review.survey import USUAL, Judged, Survey, survey
from mimir.core.vocabulary import EntryId

Criterion: TypeAlias = Literal[
    "cost", "latency", "priority", "weighted_sum", "catalog_order", "lane"
]
"""What a ranker compares two entries by; ``lane``: the other one was put first for its lane."""

_CRITERIA: Final[dict[RankerName, tuple[Criterion, ...]]] = {
    "cheapest_first": ("cost", "latency", "priority"),
    "fastest_first": ("latency", "cost", "priority"),
    "weighted": ("weighted_sum",),
}
"""What each pair of a key is of."""


class Lost(NamedTuple):
    """Why an entry ranks after ``to``.

    ``amount`` is femtodollars of cost, milliseconds of latency, steps of priority, or 10^-9 of a
    weighted sum; ``None`` where the value is unknown, in the order of the catalog and for a lane.
    """

    to: EntryId
    by: Criterion
    amount: int | None


class Explained(NamedTuple):
    """One entry: what it fails, its rank, to which it lost, and what makes it the chosen one."""

    entry: Entry
    shortfalls: tuple[Shortfall, ...]
    rank: int
    lost: Lost | None
    changes: tuple[Change, ...]

    @property
    def viable(self) -> bool:
        """Whether it passes every filter: a least bad one that is chosen does not."""
        return not self.shortfalls


@frozen
class Explanation:
    """What was decided from ``inputs`` and why: every entry in catalog order, and the front."""

    inputs: Inputs
    chosen: Entry | None
    entries: tuple[Explained, ...]
    front: tuple[FrontPoint, ...]


def explain(inputs: Inputs) -> Explanation:
    """Explain what ``place`` answers to ``inputs``; a decision carries its own.

    >>> from mimir.core.catalog import resolve
    >>> from mimir.core.descriptor import Descriptor
    >>> from mimir.core.instant import Instant
    >>> from mimir.core.policy import DEFAULT_POLICY
    >>> from mimir.core.snapshot import Snapshot
    >>> rows = [{"id": "a", "model": "p:m", "lane": "a", "runtime": "managed"},
    ...     {"id": "b", "model": "p:m", "lane": "b", "runtime": "local", "p50_latency_ms": 12}]
    >>> wanted = Descriptor(
    ...     task_class="chat", budget_ceiling_microdollars=5, latency_tolerance_ms=9)
    >>> world = Snapshot(
    ...     quotes={}, lanes={}, remaining=None, taken_at=Instant("2026-01-01T00:00:00Z"))
    >>> explained = explain(Inputs(wanted, resolve(rows).unwrap(), DEFAULT_POLICY, world))
    >>> explained.chosen.id, explained.entries[1].shortfalls[0].margin
    ('a', Margin(amount=3, unit='milliseconds'))
    >>> explained.entries[1].changes[0]
    Tolerance(milliseconds=12)
    """
    surveyed = survey(inputs)
    changes: list[list[Change]] = [[] for _ in surveyed.ranked]
    for found in (minima(surveyed), rates(surveyed)):
        for at, change in found:
            changes[at].append(change)
    chosen = surveyed.chosen
    return Explanation(
        inputs,
        None if chosen is None else chosen.entry,
        _entries(surveyed, changes),
        front(surveyed),
    )


def _entries(surveyed: Survey, changes: list[list[Change]]) -> tuple[Explained, ...]:
    asked, criteria = surveyed.inputs.descriptor, _CRITERIA[surveyed.inputs.ranker.name]
    above = chosen = surveyed.chosen
    rank = 2
    explained: list[tuple[int, Explained]] = []
    for one in surveyed.ranked:
        short = tuple([shortfall(reason, asked) for reason in one.reasons])
        place, lost = 1, None
        if above is not None and not _goes_first(one, chosen):
            place, lost = rank, _lost(one, above, criteria)
        made = Explained(one.entry, short, place, lost, tuple(changes[one.at]))
        explained.append((one.at, made))
        if not one.reasons and one is not chosen:
            above = one
            rank += 1
    explained.sort(key=lambda pair: pair[0])
    return tuple([made for _, made in explained])


def _goes_first(one: Judged, chosen: Judged | None) -> bool:
    """Tell whether it is chosen, or would be if it were viable: then its lane would be in order."""
    return chosen is None or one is chosen or one.before(chosen, min(one.standing, USUAL))


def _lost(one: Judged, above: Judged, criteria: tuple[Criterion, ...]) -> Lost:
    key, before, to = one.key, above.key, above.entry.id
    if (key, one.at) < (before, above.at):
        return Lost(to, "lane", None)
    for at, criterion in enumerate(criteria):
        unknown, value = 2 * at, 2 * at + 1
        if key[unknown] != before[unknown]:
            return Lost(to, criterion, None)
        if key[value] != before[value]:
            return Lost(to, criterion, key[value] - before[value])
    return Lost(to, "catalog_order", None)
