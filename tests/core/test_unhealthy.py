"""Lanes that may be probed, and what the policy says of lanes that are out, on small catalogs."""

import pytest
from attrs import evolve

from mimir.core.catalog import Catalog
from mimir.core.descriptor import Descriptor, ExpectedTokens
from mimir.core.entry import Entry
from mimir.core.exclusion import LaneNotOk
from mimir.core.instant import Instant
from mimir.core.oracle.fallback import fallback
from mimir.core.oracle.place import place
from mimir.core.oracle.prepared import prepare
from mimir.core.outcome import Outcome
from mimir.core.policy import WHEN_UNHEALTHY, Policy, WhenUnhealthy
from mimir.core.pricing.quote import Quote
from mimir.core.ranker import CHEAPEST_FIRST, FASTEST_FIRST, Ranker, Weighted
from mimir.core.snapshot import Snapshot, free_probes
from mimir.core.verdict import Chosen, Excluded, NoCandidate, Placement, Ranked, Unhealthy
from mimir.core.vocabulary import EntryId, Lane, Model

WANTED = Descriptor(
    task_class="chat",
    budget_ceiling_microdollars=1_000,
    latency_tolerance_ms=1_000,
    expected_tokens=ExpectedTokens(1_000_000, 0),
)
RANKERS: tuple[Ranker, ...] = (CHEAPEST_FIRST, FASTEST_FIRST, Weighted(cost=1))


def entry(name: str, p50: int | None = 100, lane: str | None = None) -> Entry:
    return Entry(
        id=EntryId(name),
        model=Model(name),
        lane=Lane(lane or name),
        runtime="managed",
        p50_latency_ms=p50,
    )


def world(
    lanes: dict[str, str],
    probes: tuple[str, ...] = (),
    waits: dict[str, int] | None = None,
    **microdollars: int,
) -> Snapshot:
    return Snapshot(
        quotes={
            Model(name): Quote(Model(name), cost, 0, "config", None)
            for name, cost in microdollars.items()
        },
        lanes={Lane(lane): state for lane, state in lanes.items()},
        remaining=None,
        taken_at=Instant("2026-01-01T00:00:00Z"),
        probes=frozenset(map(Lane, probes)),
        waits={Lane(lane): wait for lane, wait in (waits or {}).items()},
    )


def ask(
    rows: list[Entry], snapshot: Snapshot, policy: Policy, ranker: Ranker = CHEAPEST_FIRST
) -> Outcome[Placement, NoCandidate]:
    """Place, and see that the prepared oracle says the same."""
    catalog = Catalog(tuple(rows))
    outcome = place(WANTED, catalog, policy, snapshot, ranker)
    assert prepare(catalog, policy, snapshot, ranker).place(WANTED) == outcome
    return outcome


A, B, C, D = (entry(name, p50) for name, p50 in zip("abcd", (400, 300, 200, 100), strict=True))
OUT = {"a": "degraded", "b": "degraded", "c": "degraded"}
LEAST_BAD, WAIT = Policy(when_unhealthy="least_bad"), Policy(when_unhealthy="wait")


def test_a_lane_passes_where_it_is_ok_or_probing_and_named() -> None:
    states = {"a": "probing", "b": "probing", "c": "degraded", "d": "ok"}
    snapshot = world(states, ("a", "c", "d", "e"))
    assert free_probes(snapshot) == {"a"}
    outcome = ask([A, B, C, D], snapshot, Policy(probe_first=False))
    assert outcome.unwrap().verdicts == (
        Ranked(unpriced=True),
        Excluded(LaneNotOk("probing")),
        Excluded(LaneNotOk("degraded")),
        Chosen(unpriced=True),
    )


@pytest.mark.parametrize("ranker", RANKERS, ids=str)
def test_the_best_on_a_lane_that_may_be_probed_goes_first_and_the_rest_as_they_rank(
    ranker: Ranker,
) -> None:
    rows = [entry("a", 1), entry("b", 3), entry("c", 4), entry("d", 2)]
    snapshot = world({"b": "probing", "c": "probing"}, ("b", "c"), a=1, b=3, c=4, d=2)
    placement = ask(rows, snapshot, Policy(), ranker).unwrap()
    assert [one.id for one in (placement.chosen, *placement.plan)] == ["b", "a", "d", "c"]
    assert placement.reasons == ("capability_match", "probe_first")
    plain = ask(rows, snapshot, Policy(probe_first=False), ranker).unwrap()
    assert [one.id for one in (plain.chosen, *plain.plan)] == ["a", "d", "b", "c"]
    assert plain.reasons[1] not in ("probe_first", "least_bad")


def test_a_probe_that_would_be_chosen_anyway_says_that_it_is_one() -> None:
    placement = ask([A, B], world({"a": "probing"}, ("a",), a=1, b=2), Policy()).unwrap()
    assert placement.chosen == A
    assert placement.reasons == ("capability_match", "probe_first")


def test_a_lane_is_probed_with_nothing_that_is_not_viable() -> None:
    placement = ask([A, B], world({"a": "probing"}, ("a",), a=1_001, b=2), Policy()).unwrap()
    assert placement.chosen == B
    assert placement.reasons == ("capability_match", "cheapest_viable")


def test_a_probe_without_a_price_goes_first_too() -> None:
    placement = ask([A, B], world({"b": "probing"}, ("b",), a=1), Policy()).unwrap()
    assert placement.verdicts == (Ranked(), Chosen(unpriced=True))


def test_after_a_failed_probe_the_plan_goes_on() -> None:
    rows = [entry("a"), entry("b"), entry("c"), entry("d")]
    snapshot = world({"b": "probing", "d": "probing"}, ("b", "d"), a=1, b=3, c=2, d=4)
    first = ask(rows, snapshot, Policy()).unwrap()
    tried = [first]
    for _ in "abc":
        tried.append(fallback(tried[-1], tried[-1].chosen).unwrap())
    assert [step.chosen.id for step in tried] == ["b", "a", "c", "d"]
    assert {step.reasons[1] for step in tried[1:]} == {"cheapest_viable"}
    assert [step.inputs.policy.probe_first for step in tried] == [True, False, False, False]
    assert fallback(first, tried[2].chosen).unwrap() == tried[3]


def test_a_fallback_in_a_world_without_probes_keeps_the_policy() -> None:
    first = ask([A, B], world({}, ("a",)), Policy()).unwrap()
    assert fallback(first, first.chosen).unwrap().inputs.policy == Policy()


@pytest.mark.parametrize("rule", WHEN_UNHEALTHY)
def test_nothing_is_said_where_something_is_viable_or_nothing_fails_health_alone(
    rule: WhenUnhealthy,
) -> None:
    policy, waits = Policy(when_unhealthy=rule), {"a": 1}
    assert ask([A, D], world(OUT, waits=waits), policy).unwrap().unhealthy is None
    slow = entry("a", 1_001)
    assert ask([slow], world(OUT, waits=waits), policy).failure().unhealthy is None
    dear = world(OUT, waits=waits, a=1_001)
    assert ask([A], dear, policy).failure().unhealthy is None
    assert ask([], world(OUT), policy).failure().unhealthy is None


def test_fail_asks_for_no_lane() -> None:
    none = ask([A, B], world(OUT, waits={"a": 5}), Policy()).failure()
    assert none.unhealthy == Unhealthy("fail")
    assert none.reasons == ("health",)


def test_wait_names_the_lane_that_is_due_soonest_whatever_its_state() -> None:
    none = ask([A, B, C], world(OUT, waits={"a": 9, "b": 5, "x": 1}), WAIT).failure()
    assert none.unhealthy == Unhealthy("wait", Lane("b"), 5)
    held = world({**OUT, "b": "held"}, waits={"a": 9, "b": 5})
    assert ask([A, B], held, WAIT).failure().unhealthy == Unhealthy("wait", Lane("b"), 5)
    assert ask([A, B], world(OUT), WAIT).failure().unhealthy == Unhealthy("wait")


def test_least_bad_goes_to_the_lane_that_is_due_soonest() -> None:
    snapshot = world(OUT, waits={"a": 9, "b": 5})
    placement = ask([A, B, C], snapshot, LEAST_BAD).unwrap()
    out = Excluded(LaneNotOk("degraded"))
    assert placement.chosen == B
    assert placement.reasons == ("capability_match", "least_bad")
    assert placement.verdicts == (out, Chosen(unpriced=True), out)
    assert placement.unhealthy == Unhealthy("least_bad", Lane("b"), 5)
    assert placement.plan == ()


def test_of_lanes_that_are_due_at_once_the_entry_that_ranks_first_is_least_bad() -> None:
    for waits in ({"a": 5, "b": 5, "c": 6}, {}):
        snapshot = world(OUT, waits=waits, a=2, b=1, c=7)
        placement = ask([A, B, C], snapshot, LEAST_BAD).unwrap()
        assert (placement.chosen, placement.verdicts[1]) == (B, Chosen())
    twins = [entry("a", lane="x"), entry("a2", lane="x")]
    placed = ask(twins, world({"x": "probing"}), LEAST_BAD).unwrap()
    assert placed.chosen == twins[0]
    assert placed.unhealthy == Unhealthy("least_bad", Lane("x"))


def test_a_wait_of_nothing_is_due_before_one_that_nobody_knows() -> None:
    placement = ask([A, B], world(OUT, waits={"b": 0}), LEAST_BAD).unwrap()
    assert placement.unhealthy == Unhealthy("least_bad", Lane("b"), 0)


@pytest.mark.parametrize("state", ["held", "failed", "draining", ""])
def test_least_bad_places_on_no_lane_that_is_held_failed_or_of_a_foreign_state(state: str) -> None:
    none = ask([A], world({"a": state}, waits={"a": 1}), LEAST_BAD).failure()
    assert none.unhealthy == Unhealthy("least_bad")
    assert none.verdicts == (Excluded(LaneNotOk(state)),)
    other = world({"a": state, "b": "probing"}, waits={"a": 1, "b": 9})
    assert ask([A, B], other, LEAST_BAD).unwrap().chosen == B


def test_falling_back_from_a_least_bad_lane_goes_to_the_next_and_ends() -> None:
    rows = [A, evolve(A, id=EntryId("a2")), B, entry("up")]
    first = ask(rows, world(OUT, waits={"a": 1, "b": 2}), LEAST_BAD).unwrap()
    second = fallback(first, first.chosen).unwrap()
    third = fallback(second, second.chosen).unwrap()
    assert [step.chosen.id for step in (first, second, third)] == ["up", "a", "b"]
    last = fallback(third, third.chosen).failure()
    assert isinstance(last, NoCandidate)
    assert last.unhealthy == Unhealthy("least_bad")
