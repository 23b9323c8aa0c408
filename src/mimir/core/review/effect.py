"""What new rules do to some decisions, as sums: where they went and go, and what that costs.

Rules:
1. A decision has moved when it is placed on another entry, by its id, or is placed only before or
   only after.
2. Costs are compared, exactly, where a decision is placed both times and both costs are known.
3. Effects add up: that of many decisions is the sum of their own, in any order.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from attrs import define, field, frozen

from mimir.core.money import Femtodollars
from mimir.core.vocabulary import EntryId

_NOTHING: Final = Femtodollars(0)


class Answer(NamedTuple):
    """Where a decision goes, ``None`` for no candidate, and its projected cost, if known."""

    entry: EntryId | None
    cost: Femtodollars | None


class Flow(NamedTuple):
    """Where a decision went before, and where it goes after; ``None`` is no candidate."""

    before: EntryId | None
    after: EntryId | None


@frozen(kw_only=True)
class Effect:
    """What new rules do to some decisions.

    ``flows`` counts the decisions by where they went and go. ``before`` and ``after`` are the
    projected costs, in femtodollars, of the ``compared`` decisions. ``uncompared`` ones are placed
    both times, and one of their costs is not known.
    """

    flows: Mapping[Flow, int]
    compared: int = 0
    uncompared: int = 0
    before: Femtodollars = _NOTHING
    after: Femtodollars = _NOTHING

    @property
    def decisions(self) -> int:
        """How many there are."""
        return sum(self.flows.values())

    @property
    def moved(self) -> int:
        """How many go to another entry, are placed only before, or only after."""
        return sum(count for _, count in self.moves)

    @property
    def kept(self) -> int:
        """How many stay where they were, without a candidate too."""
        return self.decisions - self.moved

    @property
    def unplaced(self) -> int:
        """How many were placed and have no candidate now."""
        return sum(count for flow, count in self.moves if flow.after is None)

    @property
    def placed(self) -> int:
        """How many had no candidate and are placed now."""
        return sum(count for flow, count in self.moves if flow.before is None)

    @property
    def delta(self) -> Femtodollars:
        """What the compared decisions cost more, in femtodollars; below 0 is saved."""
        return Femtodollars(self.after - self.before)

    @property
    def moves(self) -> tuple[tuple[Flow, int], ...]:
        """The flows that lead elsewhere, the most frequent first, then by their names."""
        moved = [(flow, count) for flow, count in self.flows.items() if flow.before != flow.after]
        return tuple(sorted(moved, key=_frequency))


def _frequency(move: tuple[Flow, int]) -> tuple[int, str, str]:
    flow, count = move
    return -count, flow.before or "", flow.after or ""


@define
class Sums:
    """An effect that is being added up."""

    flows: Counter[Flow] = field(factory=Counter[Flow])
    compared: int = 0
    uncompared: int = 0
    before: int = 0
    after: int = 0

    def count(self, before: Answer, after: Answer) -> None:
        """Count one decision."""
        self.flows[Flow(before.entry, after.entry)] += 1
        if before.entry is None or after.entry is None:
            return
        if before.cost is None or after.cost is None:
            self.uncompared += 1
        else:
            self.compared += 1
            self.before += before.cost
            self.after += after.cost

    def effect(self) -> Effect:
        """Return what is added up so far."""
        return Effect(
            flows=dict(self.flows),
            compared=self.compared,
            uncompared=self.uncompared,
            before=Femtodollars(self.before),
            after=Femtodollars(self.after),
        )


def add(effects: Iterable[Effect]) -> Effect:
    """Add up effects.

    >>> add([Effect(flows={Flow(None, None): 2}), Effect(flows={Flow(None, None): 3})]).decisions
    5
    """
    sums = Sums()
    for effect in effects:
        sums.flows.update(effect.flows)
        sums.compared += effect.compared
        sums.uncompared += effect.uncompared
        sums.before += effect.before
        sums.after += effect.after
    return sums.effect()
