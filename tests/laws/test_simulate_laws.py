"""Laws of simulating recorded decisions."""

import random
from collections import Counter

from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from mimir.core.descriptor import Descriptor
from mimir.core.inputs import Inputs
from mimir.core.oracle.place import place, place_inputs
from mimir.core.outcome import Success
from mimir.core.pricing.quote import amount
from mimir.core.pricing.usage import Usage
from mimir.core.record.parse import StoredRecord, parse
from mimir.core.record.schema import DecisionRecord, to_json
from mimir.core.review.effect import Flow, add
from mimir.core.review.simulate import DRIFTED_NAMED, Decided, NewRules, simulate
from mimir.core.snapshot import Snapshot, take
from mimir.core.vocabulary import EntryId, Model
from mimir.testing import catalogs, decision_ids, instants, policies, prices, rankers, situations

CLASSES = st.sampled_from(["chat", "plan", "review"])
RULES = st.builds(
    NewRules,
    policy=st.none() | policies(),
    catalog=st.none() | catalogs(max_size=4),
    prices=st.none() | prices(),
    ranker=st.none() | rankers(),
)


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
    total = simulate(made, NewRules()).total
    assert (total.moved, total.delta, total.kept) == (0, 0, len(made))
    for one in made:
        inputs = one[1]
        same = NewRules(policy=inputs.policy, catalog=inputs.catalog, ranker=inputs.ranker)
        assert simulate([one], same) == simulate([one], NewRules())


@given(MANY, RULES)
def test_the_totals_are_the_sums_of_the_task_classes(made: list[Decided], rules: NewRules) -> None:
    simulation = simulate(made, rules)
    total, classes = simulation.total, simulation.task_classes.values()
    for name in ("decisions", "moved", "kept", "unplaced", "placed", "compared", "uncompared"):
        assert getattr(total, name) == sum(getattr(one, name) for one in classes)
    assert total.delta == sum(one.delta for one in classes)
    assert total.decisions == len(made) == total.kept + total.moved
    assert total == add(simulate([one], rules).total for one in made)


@given(MANY, RULES, st.randoms(use_true_random=False))
def test_the_order_of_the_records_changes_nothing(
    made: list[Decided], rules: NewRules, chance: random.Random
) -> None:
    mixed = chance.sample(made, len(made))
    first, second = simulate(made, rules), simulate(iter(mixed), rules)
    assert first == second
    assert list(first.task_classes) == list(second.task_classes)


def cost_by_hand(descriptor: Descriptor, world: Snapshot, model: Model) -> int | None:
    tokens, quote = descriptor.expected_tokens, world.quotes.get(model)
    if tokens is None or quote is None:
        return None
    return amount(quote, Usage(input_tokens=tokens.input, output_tokens=tokens.output))


@given(MANY, RULES)
def test_it_agrees_with_placing_each_by_hand(made: list[Decided], rules: NewRules) -> None:
    flows, costs, uncompared = Counter[Flow](), list[tuple[int, int]](), 0
    for record, inputs in made:
        catalog, world = rules.catalog or inputs.catalog, inputs.snapshot
        if rules.prices is not None:
            world = take(
                catalog,
                rules.prices,
                world.lanes,
                world.remaining,
                world.taken_at,
                scorecards=world.scorecards.values(),
                probes=world.probes,
                waits=world.waits,
            )
        policy, ranker = rules.policy or inputs.policy, rules.ranker or inputs.ranker
        answer = place(inputs.descriptor, catalog, policy, world, ranker)
        after = answer.unwrap().chosen if isinstance(answer, Success) else None
        flows[Flow(record.entry_id, None if after is None else after.id)] += 1
        if after is None or record.entry_id is None:
            continue
        old = next(one.projected for one in record.candidates if one.word == "chosen")
        new = cost_by_hand(inputs.descriptor, world, after.model)
        if old is None or new is None:
            uncompared += 1
        else:
            costs.append((old, new))
    total = simulate(made, rules).total
    assert dict(total.flows) == dict(flows)
    assert (total.compared, total.uncompared) == (len(costs), uncompared)
    assert total.before == sum(old for old, _ in costs)
    assert total.delta == sum(new - old for old, new in costs)


@given(MANY, RULES, st.data())
def test_a_record_that_was_changed_is_in_no_figure(
    made: list[Decided], rules: NewRules, data: st.DataObject
) -> None:
    true = data.draw(st.lists(st.booleans(), min_size=len(made), max_size=len(made)))
    mixed = [
        one if kept else (evolve(one[0], entry_id=EntryId("another entry")), one[1])
        for one, kept in zip(made, true, strict=True)
    ]
    got = simulate(mixed, rules)
    kept = simulate([one for one, kept in zip(made, true, strict=True) if kept], rules)
    assert (got.task_classes, got.unpriced) == (kept.task_classes, kept.unpriced)
    assert got.drifted == true.count(False)
    assert got.total.decisions + got.drifted == len(made)
    changed = sorted(one[0].decision_id for one, kept in zip(made, true, strict=True) if not kept)
    assert list(got.first_drifted) == changed[:DRIFTED_NAMED]
    assert simulate(mixed, NewRules()).total.moved == 0
