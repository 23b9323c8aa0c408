"""Simulating recorded decisions: what counts as moved, which costs are compared, new prices."""

import json

import pytest
from attrs import evolve

from mimir.core.catalog import Catalog
from mimir.core.descriptor import Descriptor, ExpectedTokens
from mimir.core.entry import Entry
from mimir.core.inputs import Inputs
from mimir.core.instant import Instant
from mimir.core.money import Femtodollars
from mimir.core.oracle.place import place_inputs
from mimir.core.outcome import Success
from mimir.core.policy import Policy
from mimir.core.pricing.find import Prices
from mimir.core.pricing.providers import ProviderAliases
from mimir.core.pricing.rates import Rates
from mimir.core.pricing.table import EMPTY
from mimir.core.ranker import FASTEST_FIRST
from mimir.core.record.parse import StoredRecord, parse
from mimir.core.record.parts import StoredCandidate
from mimir.core.record.schema import DecisionRecord, to_json
from mimir.core.review import simulate as simulating
from mimir.core.review.effect import Effect, Flow, add
from mimir.core.review.simulate import NewRules, simulate
from mimir.core.snapshot import take
from mimir.core.vocabulary import DecisionId, EntryId, Lane, Model

NOW = Instant("2026-01-31T00:00:00Z")
A, B = EntryId("a"), EntryId("b")


def entry(name: str, p50: int) -> Entry:
    model = Model(f"house:{name}")
    return Entry(
        id=EntryId(name), model=model, lane=Lane(name), runtime="local", p50_latency_ms=p50
    )


def prices(**rates: int) -> Prices:
    config = {Model(f"house:{name}"): Rates(input=rate, output=0) for name, rate in rates.items()}
    return Prices(config, EMPTY, ProviderAliases())


CATALOG = Catalog((entry("a", 200), entry("b", 100)))
WANTED = Descriptor(
    task_class="chat",
    budget_ceiling_microdollars=100,
    latency_tolerance_ms=1_000,
    expected_tokens=ExpectedTokens(input=10, output=1),
)
INPUTS = Inputs(WANTED, CATALOG, Policy(), take(CATALOG, prices(a=2, b=3), {}, 500, NOW))


def decided(inputs: Inputs = INPUTS) -> tuple[StoredRecord, Inputs]:
    """Return the record of ``inputs``, read back, and them."""
    answer = place_inputs(inputs)
    record = DecisionRecord(
        decision_id=DecisionId("rd_" + "a" * 26),
        decided_at=NOW,
        decision=answer.unwrap() if isinstance(answer, Success) else answer.failure(),
    )
    return parse(json.loads(json.dumps(to_json(record)))).unwrap(), inputs


def only(*names: str) -> Policy:
    return Policy(allowed_models=frozenset(Model(f"house:{name}") for name in names))


def total(rules: NewRules, inputs: Inputs = INPUTS) -> Effect:
    return simulate([decided(inputs)], rules).total


def test_nothing_moves_where_nothing_changes() -> None:
    effect = total(NewRules())
    assert dict(effect.flows) == {Flow(A, A): 1}
    assert (effect.decisions, effect.kept, effect.moved, effect.moves) == (1, 1, 0, ())
    assert (effect.before, effect.after, effect.delta) == (20_000, 20_000, 0)


def test_a_policy_moves_a_decision_to_another_entry() -> None:
    effect = total(NewRules(policy=only("b")))
    assert effect.moves == ((Flow(A, B), 1),)
    assert (effect.moved, effect.kept, effect.unplaced, effect.placed) == (1, 0, 0, 0)
    assert (effect.compared, effect.uncompared) == (1, 0)
    assert (effect.before, effect.after, effect.delta) == (20_000, 30_000, 10_000)


def test_a_policy_leaves_a_decision_without_a_candidate() -> None:
    effect = total(NewRules(policy=only("none")))
    assert dict(effect.flows) == {Flow(A, None): 1}
    assert (effect.moved, effect.unplaced, effect.placed) == (1, 1, 0)
    assert (effect.compared, effect.uncompared, effect.before, effect.after) == (0, 0, 0, 0)


def test_a_decision_without_a_candidate_is_placed() -> None:
    effect = total(NewRules(policy=Policy()), evolve(INPUTS, policy=only("none")))
    assert dict(effect.flows) == {Flow(None, A): 1}
    assert (effect.moved, effect.unplaced, effect.placed, effect.compared) == (1, 0, 1, 0)


def test_a_decision_that_has_no_candidate_either_time_is_kept() -> None:
    effect = total(NewRules(ranker=FASTEST_FIRST), evolve(INPUTS, policy=only("none")))
    assert (effect.kept, effect.moved) == (1, 0)


def test_a_ranker_takes_the_place_of_the_recorded_one() -> None:
    assert total(NewRules(ranker=FASTEST_FIRST)).moves == ((Flow(A, B), 1),)


def test_prices_are_quoted_again_and_the_rest_of_the_world_stays() -> None:
    effect = total(NewRules(prices=prices(a=9, b=4)))
    assert effect.moves == ((Flow(A, B), 1),)
    assert (effect.before, effect.after) == (20_000, 40_000)
    away = evolve(INPUTS, snapshot=evolve(INPUTS.snapshot, lanes={Lane("b"): "degraded"}))
    assert total(NewRules(prices=prices(a=9, b=4)), away).after == 90_000
    broke = evolve(INPUTS, snapshot=evolve(INPUTS.snapshot, remaining=1))
    assert total(NewRules(prices=prices(a=10**6, b=10**6)), broke).unplaced == 1


def test_a_catalog_brings_no_prices() -> None:
    catalog = Catalog((*CATALOG.entries, entry("c", 1)))
    alone = simulate([decided()], NewRules(catalog=catalog))
    assert (alone.total.moved, alone.unpriced) == (0, ("house:c",))
    priced = simulate([decided()], NewRules(catalog=catalog, prices=prices(a=2, b=3, c=1)))
    assert priced.total.moves == ((Flow(A, EntryId("c")), 1),)
    assert (priced.total.delta, priced.unpriced) == (-10_000, ())


def test_a_cost_that_is_not_known_both_times_is_not_compared() -> None:
    after = total(NewRules(prices=prices(b=3), policy=only("a")))
    assert (after.compared, after.uncompared, after.before, after.after) == (0, 1, 0, 0)
    unpriced = evolve(INPUTS, policy=only("a"), snapshot=take(CATALOG, prices(), {}, None, NOW))
    assert total(NewRules(prices=prices(a=2)), unpriced).uncompared == 1
    asked = evolve(INPUTS, descriptor=evolve(WANTED, expected_tokens=None))
    assert total(NewRules(policy=only("b")), asked).uncompared == 1


def test_a_record_of_schema_1_is_compared_by_what_its_inputs_cost() -> None:
    record, inputs = decided()
    bare = tuple(StoredCandidate(one.id, one.word) for one in record.candidates)
    old = evolve(record, schema=1, candidates=bare)
    made = simulate([(old, inputs)], NewRules(policy=only("b")))
    assert (made.drifted, made.total.delta) == (0, 10_000)


def test_a_record_that_does_not_follow_from_its_inputs_is_counted_apart() -> None:
    record, inputs = decided()
    chosen = evolve(record.candidates[0], projected=Femtodollars(19_999))
    cheaper = evolve(record, candidates=(chosen, *record.candidates[1:]))
    nowhere = evolve(record, entry_id=None, outcome="no_candidate")
    without = evolve(record, candidates=())
    for drifted in (evolve(record, entry_id=B), cheaper, nowhere, without):
        made = simulate([(drifted, inputs)], NewRules(policy=only("b")))
        assert (made.task_classes, made.drifted) == ({}, 1)
        assert made.first_drifted == (record.decision_id,)


def test_the_drifted_records_that_are_named_are_few_and_the_first() -> None:
    record, inputs = decided()
    names = [DecisionId(f"rd_{letter * 26}") for letter in "gabfced"]
    wrong = (evolve(record, decision_id=name, entry_id=B) for name in names)
    made = simulate([(one, inputs) for one in wrong], NewRules())
    assert made.drifted == 7
    assert "".join(name[3] for name in made.first_drifted) == "abcde"


def test_a_catalog_is_quoted_once_and_few_catalogs_are_held(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    taken: list[Catalog] = []

    def counted(catalog: Catalog, *rest: object) -> object:
        taken.append(catalog)
        return INPUTS.snapshot

    monkeypatch.setattr(simulating, "take", counted)
    rules = NewRules(prices=prices(a=2, b=3))
    simulate([decided(), decided()], rules)
    assert len(taken) == 1
    taken.clear()
    others = [decided(evolve(INPUTS, catalog=Catalog(CATALOG.entries))) for _ in range(65)]
    simulate([*others, others[-1], others[0]], rules)
    assert len(taken) == 66


def test_the_task_classes_add_up_and_stand_by_name() -> None:
    other = evolve(INPUTS, descriptor=evolve(WANTED, task_class="a class"))
    made = simulate([decided(), decided(other), decided()], NewRules(policy=only("b")))
    assert [(name, one.decisions) for name, one in made.task_classes.items()] == [
        ("a class", 1),
        ("chat", 2),
    ]
    assert made.total == add(made.task_classes.values())
    assert made.total.delta == 30_000


def test_the_most_frequent_moves_stand_first_then_by_name() -> None:
    flows = {Flow(B, A): 1, Flow(A, None): 1, Flow(None, A): 1, Flow(A, A): 9, Flow(A, B): 2}
    assert [flow for flow, _ in Effect(flows=flows).moves] == [
        Flow(A, B),
        Flow(None, A),
        Flow(A, None),
        Flow(B, A),
    ]
