"""Running recorded decisions under other rules: what moves, and what it costs.

Rules:
1. Before is what the record says: its outcome, its entry and that entry's projected cost. After is
   what ``place`` answers to the recorded inputs with the changes put in.
2. New prices are quoted for every model of the catalog that is placed on; lanes, remaining budget,
   scorecards and time stay those of the recorded snapshot. A new catalog alone brings no prices: a
   model that the recorded snapshot has no quote for is unpriced, and is named.
3. A decision has moved when it is placed on another entry, by its id, or is placed only before or
   only after.
4. Costs are compared, exactly, where a decision is placed both times and both costs are known.
5. What is kept grows with the task classes and the pairs of entries, not with the decisions. The
   order of the decisions changes nothing.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Final, NamedTuple, TypeAlias

from attrs import define, evolve, field, frozen

from mimir.core.catalog import Catalog
from mimir.core.inputs import Inputs
from mimir.core.money import Femtodollars
from mimir.core.oracle.place import place_inputs
from mimir.core.outcome import Success
from mimir.core.policy import Policy
from mimir.core.pricing.find import Prices
from mimir.core.ranker import Ranker
from mimir.core.ranking import projection
from mimir.core.record.parse import StoredRecord
from mimir.core.snapshot import Snapshot, take
from mimir.core.vocabulary import EntryId, Model

_CATALOGS_MAX: Final = 64
_NOTHING: Final = Femtodollars(0)


@frozen(kw_only=True)
class Changes:
    """The rules to simulate; ``None`` leaves what was recorded."""

    policy: Policy | None = None
    catalog: Catalog | None = None
    prices: Prices | None = None
    ranker: Ranker | None = None


class Flow(NamedTuple):
    """Where a decision went before, and where it goes after; ``None`` is no candidate."""

    before: EntryId | None
    after: EntryId | None


@frozen(kw_only=True)
class Effect:
    """What the changes do to some decisions.

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


@frozen
class Simulation:
    """The effect on each task class, by name.

    ``unpriced`` names the models that some decision was simulated without a price of, sorted.
    """

    task_classes: Mapping[str, Effect]
    unpriced: tuple[Model, ...] = ()

    @property
    def total(self) -> Effect:
        """The sum of the task classes."""
        return add(self.task_classes.values())


Decided: TypeAlias = tuple[StoredRecord, Inputs]
"""A record and the inputs that it followed from."""


@define
class _Sums:
    flows: Counter[Flow] = field(factory=Counter[Flow])
    compared: int = 0
    uncompared: int = 0
    before: int = 0
    after: int = 0


def simulate(decided: Iterable[Decided], changes: Changes) -> Simulation:
    """Decide each of ``decided`` again under ``changes``, and compare with its record.

    ``decided`` is read once and nothing of it is kept, so it may be of any length. Costs are
    femtodollars, exact.

    >>> simulate([], Changes()).total.moved
    0
    """
    change, sums, unpriced = _changer(changes), dict[str, _Sums](), set[Model]()
    for record, recorded in decided:
        inputs = change(recorded)
        quotes = inputs.snapshot.quotes
        unpriced.update(
            entry.model for entry in inputs.catalog.entries if entry.model not in quotes
        )
        _count(sums.setdefault(inputs.descriptor.task_class, _Sums()), record, inputs)
    effects = {name: _effect(sums[name]) for name in sorted(sums)}
    return Simulation(effects, tuple(sorted(unpriced)))


def add(effects: Iterable[Effect]) -> Effect:
    """Add up effects.

    >>> add([Effect(flows={Flow(None, None): 2}), Effect(flows={Flow(None, None): 3})]).decisions
    5
    """
    sums = _Sums()
    for effect in effects:
        sums.flows.update(effect.flows)
        sums.compared += effect.compared
        sums.uncompared += effect.uncompared
        sums.before += effect.before
        sums.after += effect.after
    return _effect(sums)


def _effect(sums: _Sums) -> Effect:
    return Effect(
        flows=dict(sums.flows),
        compared=sums.compared,
        uncompared=sums.uncompared,
        before=Femtodollars(sums.before),
        after=Femtodollars(sums.after),
    )


def _count(sums: _Sums, record: StoredRecord, inputs: Inputs) -> None:
    answer = place_inputs(inputs)
    chosen = answer.unwrap().chosen if isinstance(answer, Success) else None
    sums.flows[Flow(record.entry_id, None if chosen is None else chosen.id)] += 1
    if chosen is None or record.entry_id is None:
        return
    before, after = _recorded(record), None
    if inputs.descriptor.expected_tokens is not None:
        after = projection(inputs.descriptor, inputs.snapshot)(chosen.model)
    if before is None or after is None:
        sums.uncompared += 1
    else:
        sums.compared += 1
        sums.before += before
        sums.after += after


def _recorded(record: StoredRecord) -> Femtodollars | None:
    chosen = (one for one in record.candidates if one.word == "chosen")
    return next((one.projected for one in chosen), None)


def _changer(changes: Changes) -> Callable[[Inputs], Inputs]:
    """Return what puts the changes in; it quotes a catalog once, not once for each decision."""
    prices, quoted = changes.prices, dict[int, tuple[Catalog, Snapshot]]()

    def snapshot(catalog: Catalog, recorded: Snapshot) -> Snapshot:
        if prices is None:
            return recorded
        if id(catalog) not in quoted:
            if len(quoted) == _CATALOGS_MAX:
                del quoted[next(iter(quoted))]
            world = take(catalog, prices, {}, None, recorded.taken_at)
            quoted[id(catalog)] = catalog, world  # the catalog is held, so that its id stays its
        world = quoted[id(catalog)][1]
        return evolve(recorded, quotes=world.quotes, unquoted=world.unquoted)

    def change(inputs: Inputs) -> Inputs:
        catalog = inputs.catalog if changes.catalog is None else changes.catalog
        return Inputs(
            inputs.descriptor,
            catalog,
            inputs.policy if changes.policy is None else changes.policy,
            snapshot(catalog, inputs.snapshot),
            inputs.ranker if changes.ranker is None else changes.ranker,
        )

    return change
