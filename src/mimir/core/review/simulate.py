"""Running recorded decisions under other rules: what moves, and what it costs.

Rules:
1. Before is the recorded decision, after is what ``place`` answers to the same inputs with the new
   rules put in. Both are decided by this version, at the costs that it projects.
2. A record that says another entry or another cost than its inputs give has drifted, and not by
   the new rules. It is counted, and in no other figure.
3. New prices are quoted for every model of the catalog that is placed on; lanes, remaining budget,
   scorecards and time stay those of the recorded snapshot. A new catalog alone brings no prices: a
   model that the recorded snapshot has no quote for is unpriced, and is named.
4. What is kept grows with the task classes and the pairs of entries, not with the decisions. The
   order of the decisions changes nothing.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Final, TypeAlias

from attrs import define, evolve, field, frozen

from mimir.core.catalog import Catalog
from mimir.core.inputs import Inputs
from mimir.core.oracle.place import place_inputs
from mimir.core.outcome import Failure
from mimir.core.policy import Policy
from mimir.core.pricing.find import Prices
from mimir.core.ranker import Ranker
from mimir.core.ranking import projection
from mimir.core.record.parse import StoredRecord
from mimir.core.review.effect import Answer, Effect, Sums, add
from mimir.core.snapshot import Snapshot, take
from mimir.core.vocabulary import DecisionId, Model

DRIFTED_NAMED: Final = 5
"""Drifted records that are named, of however many."""

_CATALOGS_MAX: Final = 64


@frozen(kw_only=True)
class NewRules:
    """What to simulate in place of what was recorded; ``None`` leaves it."""

    policy: Policy | None = None
    catalog: Catalog | None = None
    prices: Prices | None = None
    ranker: Ranker | None = None


@frozen
class Simulation:
    """The effect on each task class, by name.

    ``unpriced`` names the models that some decision was simulated without a price of, sorted.
    ``drifted`` counts the records that are in no effect, by rule 2; ``first_drifted`` names the
    first of them by id.
    """

    task_classes: Mapping[str, Effect]
    unpriced: tuple[Model, ...] = ()
    drifted: int = 0
    first_drifted: tuple[DecisionId, ...] = ()

    @property
    def total(self) -> Effect:
        """The sum of the task classes."""
        return add(self.task_classes.values())


Decided: TypeAlias = tuple[StoredRecord, Inputs]
"""A record and the inputs that it followed from."""


@define
class _Drifted:
    count: int = 0
    first: list[DecisionId] = field(factory=list[DecisionId])

    def add(self, name: DecisionId) -> None:
        self.count += 1
        self.first = sorted([*self.first, name])[:DRIFTED_NAMED]


def simulate(decided: Iterable[Decided], rules: NewRules) -> Simulation:
    """Decide each of ``decided`` again under ``rules``, and compare with what it was.

    ``decided`` is read once and nothing of it is kept, so it may be of any length. Costs are
    femtodollars, exact.

    >>> simulate([], NewRules()).total.moved
    0
    """
    ruled, sums, unpriced, drifted = _ruler(rules), dict[str, Sums](), set[Model](), _Drifted()
    for record, recorded in decided:
        before = _answer(recorded)
        if not _follows(record, before):
            drifted.add(record.decision_id)
            continue
        inputs = ruled(recorded)
        quotes = inputs.snapshot.quotes
        unpriced.update(
            entry.model for entry in inputs.catalog.entries if entry.model not in quotes
        )
        own = sums.setdefault(inputs.descriptor.task_class, Sums())
        own.count(before, _answer(inputs))
    effects = {name: sums[name].effect() for name in sorted(sums)}
    return Simulation(effects, tuple(sorted(unpriced)), drifted.count, tuple(drifted.first))


def _answer(inputs: Inputs) -> Answer:
    """Place ``inputs``: the chosen entry and its projected cost."""
    placed = place_inputs(inputs)
    if isinstance(placed, Failure):
        return Answer(None, None)
    chosen = placed.unwrap().chosen
    if inputs.descriptor.expected_tokens is None:
        return Answer(chosen.id, None)
    return Answer(chosen.id, projection(inputs.descriptor, inputs.snapshot)(chosen.model))


def _follows(record: StoredRecord, derived: Answer) -> bool:
    """Tell whether ``record`` says what was derived; records of schema 1 say no cost."""
    if record.entry_id != derived.entry:
        return False
    chosen = (one.projected for one in record.candidates if one.word == "chosen")
    return record.schema == 1 or next(chosen, None) == derived.cost


def _ruler(rules: NewRules) -> Callable[[Inputs], Inputs]:
    """Return what puts the new rules in; it quotes a catalog once, not once for each decision."""
    prices, quoted = rules.prices, dict[int, tuple[Catalog, Snapshot]]()

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

    def ruled(inputs: Inputs) -> Inputs:
        catalog = inputs.catalog if rules.catalog is None else rules.catalog
        return Inputs(
            inputs.descriptor,
            catalog,
            inputs.policy if rules.policy is None else rules.policy,
            snapshot(catalog, inputs.snapshot),
            inputs.ranker if rules.ranker is None else rules.ranker,
        )

    return ruled
