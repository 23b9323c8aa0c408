"""Laws of simulating recorded decisions."""

import random

from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from mimir.core.inputs import Inputs
from mimir.core.oracle.place import place_inputs
from mimir.core.outcome import Success
from mimir.core.record.parse import StoredRecord, parse
from mimir.core.record.schema import DecisionRecord, to_json
from mimir.core.review.simulate import Changes, Decided, Simulation, add, simulate
from mimir.testing import decision_ids, instants, policies, rankers, situations

CLASSES = st.sampled_from(["chat", "plan", "review"])
CHANGES = st.builds(Changes, policy=st.none() | policies(), ranker=st.none() | rankers())


@st.composite
def decided(draw: st.DrawFn) -> Decided:
    """Make a record, read back, and its inputs; few task classes, so that they meet."""
    made = Inputs(*draw(situations(max_size=4)))
    inputs = evolve(made, descriptor=evolve(made.descriptor, task_class=draw(CLASSES)))
    answer = place_inputs(inputs)
    record = DecisionRecord(
        decision_id=draw(decision_ids()),
        decided_at=draw(instants()),
        decision=answer.unwrap() if isinstance(answer, Success) else answer.failure(),
    )
    read: StoredRecord = parse(to_json(record)).unwrap()
    return read, inputs


MANY = st.lists(decided(), max_size=5)


@given(MANY)
def test_the_same_rules_move_nothing_and_change_no_cost(made: list[Decided]) -> None:
    total = simulate(made, Changes()).total
    assert (total.moved, total.delta, total.kept) == (0, 0, len(made))
    for one in made:
        inputs = one[1]
        same = Changes(policy=inputs.policy, catalog=inputs.catalog, ranker=inputs.ranker)
        assert simulate([one], same) == simulate([one], Changes())


@given(MANY, CHANGES)
def test_the_totals_are_the_sums_of_the_task_classes(made: list[Decided], changes: Changes) -> None:
    simulation = simulate(made, changes)
    total, classes = simulation.total, simulation.task_classes.values()
    for name in ("decisions", "moved", "kept", "unplaced", "placed", "compared", "uncompared"):
        assert getattr(total, name) == sum(getattr(one, name) for one in classes)
    assert total.delta == sum(one.delta for one in classes)
    assert total.decisions == len(made) == total.kept + total.moved
    assert total == add(simulate([one], changes).total for one in made)


@given(MANY, CHANGES, st.randoms(use_true_random=False))
def test_the_order_of_the_records_changes_nothing(
    made: list[Decided], changes: Changes, chance: random.Random
) -> None:
    mixed = chance.sample(made, len(made))
    first, second = simulate(made, changes), simulate(iter(mixed), changes)
    assert first == second
    assert list(first.task_classes) == list(second.task_classes)


@given(decided(), CHANGES)
def test_what_is_simulated_is_what_place_answers(one: Decided, changes: Changes) -> None:
    inputs = evolve(
        one[1],
        policy=changes.policy or one[1].policy,
        ranker=changes.ranker or one[1].ranker,
    )
    answer = place_inputs(inputs)
    after = answer.unwrap().chosen.id if isinstance(answer, Success) else None
    simulation: Simulation = simulate([one], changes)
    assert [(*flow, count) for flow, count in simulation.total.flows.items()] == [
        (one[0].entry_id, after, 1)
    ]
