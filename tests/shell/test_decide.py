"""The whole step in one call, with the real parts."""

import re

from attrs import evolve

from mimir.core.catalog import Catalog
from mimir.core.descriptor import Descriptor, ExpectedTokens
from mimir.core.entry import Entry
from mimir.core.health.completion import Completion
from mimir.core.health.completion import parse as parse_completion
from mimir.core.instant import Instant
from mimir.core.outcome import Failure, Success
from mimir.core.policy import DEFAULT_POLICY, Policy
from mimir.core.pricing.find import Prices
from mimir.core.pricing.providers import ProviderAliases
from mimir.core.pricing.rates import Rates
from mimir.core.pricing.table import EMPTY
from mimir.core.ranker import FASTEST_FIRST, Weighted
from mimir.core.record.schema import to_json
from mimir.core.review.replay import Match, replay
from mimir.core.scorecard import Scorecard
from mimir.core.snapshot import Snapshot
from mimir.core.vocabulary import DecisionId, EntryId, Lane, Model
from mimir.shell.decide import decide, decide_in
from mimir.shell.health import LaneHealth
from mimir.shell.store import Store, read_record

WANTED = Descriptor(
    task_class="chat",
    budget_ceiling_microdollars=5_000,
    latency_tolerance_ms=900,
    expected_tokens=ExpectedTokens(1_000, 100),
)
CHEAP, DEAR = (
    Entry(id=EntryId(name), model=Model(f"house:{name}"), lane=Lane(name), runtime="managed")
    for name in ("cheap", "dear")
)
CATALOG = Catalog((DEAR, CHEAP))
PRICES = Prices(
    {
        CHEAP.model: Rates(input=1_000_000, output=1_000_000),
        DEAR.model: Rates(input=3_000_000, output=3_000_000),
    },
    EMPTY,
    ProviderAliases(),
)
ID = DecisionId("rd_" + "a" * 26)


def ticks():
    times = iter(["2026-01-01T00:00:00Z", "2026-01-01T00:00:01Z"])
    return lambda: next(times)


def decided(health=None, **given):
    made = decide(
        WANTED, CATALOG, DEFAULT_POLICY, health=health or LaneHealth(), prices=PRICES, **given
    )
    assert isinstance(made, Success)
    return made.unwrap()


def test_the_cheapest_entry_is_chosen_and_recorded():
    decision = decided()
    assert decision.outcome.unwrap().chosen == CHEAP
    assert decision.record.decision == decision.outcome.unwrap()


def test_a_lane_that_failed_three_times_is_left_out_of_the_next_step():
    health = LaneHealth()
    for _ in range(3):
        health.record_failure(CHEAP.lane)
    decision = decided(health)
    assert decision.outcome.unwrap().chosen == DEAR
    assert to_json(decision.record)["snapshot"]["degraded_lanes"] == ["cheap"]


def test_the_remaining_budget_bounds_the_step():
    assert decided(remaining=1_100).outcome.unwrap().chosen == CHEAP
    spent = decided(remaining=1_099)
    assert spent.outcome.failure().reasons == ("cost",)
    assert to_json(spent.record)["verdict"]["outcome"] == "no_candidate"


def test_the_policy_is_heard():
    policy = Policy(allowed_models=frozenset({DEAR.model}))
    decision = decide(WANTED, CATALOG, policy, health=LaneHealth(), prices=PRICES).unwrap()
    assert decision.outcome.unwrap().chosen == DEAR


def test_the_ranker_orders_what_is_viable():
    quick = Catalog((evolve(DEAR, p50_latency_ms=5), evolve(CHEAP, p50_latency_ms=800)))
    for ranker, expected in (
        (FASTEST_FIRST, "dear"),
        (Weighted(cost=1, latency=2), "cheap"),
        (Weighted(cost=1, latency=3), "dear"),
    ):
        decision = decide(
            WANTED, quick, DEFAULT_POLICY, health=LaneHealth(), prices=PRICES, ranker=ranker
        ).unwrap()
        assert decision.outcome.unwrap().chosen.id == expected
        assert decision.record.decision.inputs.ranker == ranker
        world = decision.record.snapshot
        again = decide_in(world, WANTED, quick, DEFAULT_POLICY, ranker=ranker).unwrap()
        assert again.outcome == decision.outcome


def test_a_quality_bar_is_judged_by_the_scorecards():
    wanted = evolve(WANTED, quality_bar=9_000)
    card = Scorecard(
        task_class="chat",
        model=DEAR.model,
        passed=995,
        runs=1_000,
        as_of=Instant("2026-01-01T00:00:00Z"),
    )
    decision = decide(
        wanted, CATALOG, DEFAULT_POLICY, health=LaneHealth(), prices=PRICES, scorecards=[card]
    ).unwrap()
    assert decision.outcome.unwrap().chosen == DEAR
    assert decision.record.snapshot.scorecards == {("chat", DEAR.model): card}
    none = decide(wanted, CATALOG, DEFAULT_POLICY, health=LaneHealth(), prices=PRICES).unwrap()
    assert none.outcome.failure().reasons == ("quality",)


def test_the_record_holds_what_the_caller_and_the_clock_gave():
    record = decided(
        grant_id="grant-1", workflow_id="wf", step_id="step", now=ticks(), new_id=lambda: ID
    ).record
    document = to_json(record)
    assert {
        key: document[key] for key in ("decision_id", "grant_id", "workflow_id", "step_id")
    } == {
        "decision_id": ID,
        "grant_id": "grant-1",
        "workflow_id": "wf",
        "step_id": "step",
    }
    assert document["snapshot"]["snapshot_at"] == "2026-01-01T00:00:00Z"
    assert document["decided_at"] == "2026-01-01T00:00:01Z"


def test_every_decision_has_an_id_of_its_own():
    first, second = (decided().record.decision_id for _ in range(2))
    assert first != second
    assert re.fullmatch("rd_[a-z2-7]{26}", first)


def test_a_key_in_place_of_a_grants_id_is_refused_and_not_shown():
    key = "vk-" + "a1" * 20
    made = decide(WANTED, CATALOG, DEFAULT_POLICY, health=LaneHealth(), prices=PRICES, grant_id=key)
    assert isinstance(made, Failure)
    assert made.failure().code == "key_in_record"
    assert key not in made.failure().message


def test_a_world_taken_already_is_decided_in_as_it_stands():
    world = Snapshot(
        quotes={},
        lanes={DEAR.lane: "down"},
        remaining=None,
        taken_at=Instant("2026-01-01T00:00:00Z"),
    )
    decision = decide_in(world, WANTED, CATALOG, DEFAULT_POLICY).unwrap()
    assert decision.outcome.unwrap().reasons == ("capability_match", "only_unpriced")
    assert decision.record.snapshot == world


def test_a_failing_lane_without_a_name_is_recorded_and_derived_again(tmp_path):
    health, store = LaneHealth(), Store(tmp_path)
    call = {"model": ":model", "outcome": "error", "failure_class": "timeout"}
    for _ in range(3):
        health.observe(parse_completion(call, at=1).unwrap())
    assert "degraded" in health.all().values()
    made = decided(health, sealed=True)
    record = read_record(store.write(made.record, made.seal).unwrap()).unwrap()
    assert record.document["snapshot"]["degraded_lanes"] == [""]
    inputs = store.inputs(record).unwrap()
    assert replay(record, inputs) == Success(Match(made.record.decision_id))


class Clock:
    """A monotonic clock that stands until it is set."""

    def __init__(self):
        self.now = 0

    def __call__(self):
        return self.now


def recovering(*lanes: Lane):
    """Return the health of ``lanes`` that went out and may be tried out, and its clock."""
    clock = Clock()
    health = LaneHealth(now=clock)
    for lane in lanes:
        for _ in range(3):
            health.record_failure(lane)
    clock.now = 10**10
    return health, clock


def test_a_lane_that_may_be_tried_out_is_placed_on_first_and_leased():
    health, _ = recovering(DEAR.lane)
    decision = decided(health)
    placed = decision.outcome.unwrap()
    assert (placed.chosen, placed.reasons) == (DEAR, ("capability_match", "probe_first"))
    assert decision.record.snapshot.probes == {DEAR.lane}
    assert not health.try_probe(DEAR.lane)


def test_while_a_lane_is_tried_out_nobody_else_is_placed_on_it():
    health, clock = recovering(DEAR.lane)
    assert decided(health).outcome.unwrap().chosen == DEAR
    second = decided(health)
    assert second.outcome.unwrap().chosen == CHEAP
    assert second.record.snapshot.probes == frozenset()
    assert second.record.snapshot.waits == {"dear": 60_000}
    health.observe(Completion(lane=DEAR.lane, outcome="ok", at=clock.now, started_at=clock.now))
    assert health.all() == {"dear": "ok"}


def test_only_the_chosen_lane_is_leased_and_the_world_names_no_other_probe():
    health, _ = recovering(CHEAP.lane, DEAR.lane)
    decision = decided(health)
    assert decision.outcome.unwrap().chosen == CHEAP
    assert decision.record.snapshot.probes == {CHEAP.lane}
    assert decision.outcome.unwrap().plan == ()
    assert health.try_probe(DEAR.lane)


class Faster(LaneHealth):
    """Health in which another caller always leases the probe of one lane first."""

    def try_probe(self, lane):
        return lane != CHEAP.lane and super().try_probe(lane)


def test_where_another_caller_was_faster_it_is_placed_again_without_that_lane():
    clock = Clock()
    health = Faster(now=clock)
    for lane in (CHEAP.lane, DEAR.lane):
        for _ in range(3):
            health.record_failure(lane)
    clock.now = 10**10
    decision = decided(health)
    assert decision.outcome.unwrap().chosen == DEAR
    assert decision.record.snapshot.probes == {DEAR.lane}
    again = decided(health)
    assert again.outcome.failure().reasons == ("health",)
    assert again.record.snapshot.probes == frozenset()


def test_a_lane_that_is_not_chosen_is_not_leased():
    health, _ = recovering(DEAR.lane)
    policy = Policy(probe_first=False)
    made = decide(WANTED, CATALOG, policy, health=health, prices=PRICES).unwrap()
    assert made.outcome.unwrap().chosen == CHEAP
    assert made.record.snapshot.probes == frozenset()
    assert health.view().probes == {DEAR.lane}


def test_a_lane_that_would_not_do_is_not_leased():
    health, _ = recovering(CHEAP.lane, DEAR.lane)
    spent = decided(health, remaining=1)
    assert spent.outcome.failure().reasons == ("cost",)
    assert health.view().probes == {CHEAP.lane, DEAR.lane}
    assert decided(health, remaining=1_100).outcome.unwrap().chosen == CHEAP


def test_a_lane_that_would_not_do_beside_one_that_does_keeps_its_reason():
    health, _ = recovering(DEAR.lane)
    made = decided(health, remaining=1_100).outcome.unwrap()
    assert [verdict.word for verdict in made.verdicts] == ["excluded", "chosen"]
    assert made.verdicts[0].reason.exclusion_class == "cost"
    assert health.view().probes == {DEAR.lane}


def test_where_a_decision_cannot_be_recorded_its_lease_is_given_back():
    health, _ = recovering(DEAR.lane)
    made = decide(WANTED, CATALOG, DEFAULT_POLICY, health=health, prices=PRICES, grant_id="x" * 600)
    assert isinstance(made, Failure)
    assert health.view().probes == {DEAR.lane}
    assert health.why(DEAR.lane).streak == 3


def test_where_no_lane_is_healthy_the_policy_says_what_happens():
    health, _ = recovering(CHEAP.lane, DEAR.lane)
    assert (health.try_probe(CHEAP.lane), health.try_probe(DEAR.lane)) == (True, True)
    health.record_failure(DEAR.lane)
    seen = {}
    for rule in ("fail", "least_bad", "wait"):
        policy = Policy(when_unhealthy=rule)
        made = decide(WANTED, CATALOG, policy, health=health, prices=PRICES).unwrap()
        answer = made.record.decision
        seen[rule] = type(answer).__name__, answer.unhealthy.lane, answer.unhealthy.wait_ms
    assert seen == {
        "fail": ("NoCandidate", None, None),
        "least_bad": ("Placement", "dear", 2_000),
        "wait": ("NoCandidate", "dear", 2_000),
    }


def test_a_decision_on_a_lane_that_is_tried_out_is_derived_again(tmp_path):
    health, _ = recovering(DEAR.lane)
    store, made = Store(tmp_path), decided(health, sealed=True)
    record = read_record(store.write(made.record, made.seal).unwrap()).unwrap()
    assert record.document["snapshot"]["probes"] == ["dear"]
    inputs = store.inputs(record).unwrap()
    assert inputs.snapshot.probes == {DEAR.lane}
    assert replay(record, inputs) == Success(Match(made.record.decision_id))
