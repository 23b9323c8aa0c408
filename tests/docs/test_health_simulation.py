"""The simulation of lane health: its parts, that it can fail, and what the page shows of it."""

import sys
from pathlib import Path
from random import Random

import health_simulation as simulation
import pytest
from attrs import evolve
from gateway import LATE_S, Clock, Gateway, Run
from ground import Ground, Recovery
from lane_policies import THIS, TIMERS, FixedTimer, Lanes, NoPolicy, choose, policy
from outages import (
    FRAGILE_CALLS,
    LANES,
    MILLISECOND,
    REFUSED,
    RELAPSE_S,
    SECOND,
    Phase,
    Scenario,
    scenario,
)
from recovery_figures import by_script, conditions, figures, markdown, table
from recovery_plot import draw

from mimir import (
    Catalog,
    Completion,
    Descriptor,
    Entry,
    EntryId,
    HealthView,
    Instant,
    Lane,
    Model,
    Policy,
    Quote,
    RecoveryPolicy,
    Snapshot,
    Success,
    Waits,
    place,
)
from mimir.shell.health import LaneHealth

DOCS = Path(__file__).parents[2] / "docs"
A = Lane("a")
SHORTEST = min(simulation.LONG[0])
SEED = 1


def committed() -> simulation.Results:
    return simulation.read(simulation.RESULTS.read_text(encoding="utf-8"))


def run_with(lanes: Lanes, clock: Clock, seed: int = SEED) -> Run:
    return Gateway(scenario(seed, SHORTEST), lanes, clock, seed).run()


def missed_with(lanes: Lanes, clock: Clock) -> set[str]:
    """Return what is missed where ``lanes`` stands in the place of the policy."""
    by_policy = committed()[SHORTEST][str(SEED)]
    judged = conditions({**by_policy, THIS: figures([run_with(lanes, clock)])}, "here")
    return {condition.name.removeprefix("here: ") for condition in judged if not condition.met}


def ended(lane: Lane, failure: str | None, at: int = 0) -> Completion:
    outcome = "ok" if failure is None else "error"
    return Completion(lane=lane, outcome=outcome, at=at, failure_class=failure)


class TwoProbes(LaneHealth):
    """A policy that lets everybody probe."""

    def view(self) -> HealthView:
        seen = super().view()
        probing = frozenset(lane for lane, state in seen.lanes.items() if state == "probing")
        return evolve(seen, probes=probing)

    def try_probe(self, lane: Lane) -> bool:
        return True


def test_the_committed_run_is_the_long_form() -> None:
    results = committed()
    assert tuple(results) == simulation.LONG[0]
    assert {*results[SHORTEST]} == {*map(str, simulation.LONG[1]), simulation.POOLED}


@pytest.mark.parametrize("name", [THIS, TIMERS[-1]])
def test_the_committed_run_comes_out_the_same_again(name: str) -> None:
    again = simulation.run(simulation.Job(SHORTEST, SEED, name))
    text = simulation.as_json({SHORTEST: {str(SEED): {name: figures([again])}}})
    assert (
        simulation.read(text)[SHORTEST][str(SEED)][name] == (committed()[SHORTEST][str(SEED)][name])
    )


def test_a_policy_that_never_lets_a_lane_on_again_is_found_out() -> None:
    clock, never = Clock(), Waits(10**15, 10**15)
    waits = dict.fromkeys(RecoveryPolicy().waits, never)
    lanes = LaneHealth(RecoveryPolicy(waits=waits, longest_ns=10**15), now=clock)
    assert "no outage leaves a lane out for ever" in missed_with(lanes, clock)


def test_a_policy_that_leases_two_probes_is_found_out() -> None:
    clock = Clock()
    assert "at most one probe at a time on a lane" in missed_with(TwoProbes(now=clock), clock)


def test_a_policy_that_takes_no_lane_out_wastes_more_than_every_timer() -> None:
    clock = Clock()
    assert "the timer of 30 s is worse on both" in missed_with(NoPolicy(), clock)


@pytest.mark.parametrize("name", TIMERS)
def test_a_timer_that_is_better_on_both_is_found_out(name: str) -> None:
    by_policy = committed()[SHORTEST][str(SEED)]
    best = by_policy[name]._replace(wasted=0, mean_s=0.0)
    judged = conditions({**by_policy, name: best}, "here")
    missed = {one.name for one in judged if not one.met}
    assert f"here: the {name} is not better on both" in missed
    only_one = by_policy[name]._replace(wasted=0, mean_s=None)
    judged = conditions({**by_policy, name: only_one}, "here")
    assert f"here: the {name} is not better on both" not in {
        one.name for one in judged if not one.met
    }


def test_the_exit_code_is_1_where_a_condition_is_missed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    by_seed = committed()[simulation.AS_LONG]
    results = {simulation.AS_LONG: {simulation.POOLED: by_seed[str(SEED)]}}
    monkeypatch.setattr(sys, "argv", ["health_simulation.py"])
    monkeypatch.setattr(simulation, "simulate", lambda *_: results)
    assert simulation.main() == 0
    pooled = results[simulation.AS_LONG][simulation.POOLED]
    pooled[THIS] = pooled[THIS]._replace(most_probes=2)
    assert simulation.main() == 1
    assert "- outages 1 times as long, all seeds: at most one" in capsys.readouterr().out


def ends(world: Scenario) -> list[int]:
    return [phase.end for phases in world.phases.values() for phase in phases]


def test_equal_seeds_give_equal_scripts_and_others_do_not() -> None:
    assert scenario(1, 1) == scenario(1, 1)
    assert scenario(1, 1) != scenario(2, 1)
    once, twice = ends(scenario(1, 1)), ends(scenario(1, 2))
    assert [abs(2 * one - two) <= MILLISECOND for one, two in zip(once, twice, strict=True)] == (
        [True] * len(once)
    )


def test_the_phases_of_a_lane_follow_each_other() -> None:
    for stretch in simulation.LONG[0]:
        for phases in scenario(3, stretch).phases.values():
            times = [time for phase in phases for time in (phase.start, phase.end)]
            assert times == sorted(times)


def test_a_lane_has_recovered_by_a_call_that_began_after_the_end() -> None:
    ground = Ground((Phase("outage", 10, 20, REFUSED),))
    assert [ground.phase(now) is not None for now in (9, 10, 19, 20)] == [False, True, True, False]
    ground.succeeded(started=19, now=25)
    assert ground.recoveries() == [Recovery("outage", None)]
    ground.succeeded(started=20, now=26)
    ground.succeeded(started=27, now=28)
    assert ground.recoveries() == [Recovery("outage", 6)]


def test_a_fragile_lane_that_goes_down_again_has_not_recovered() -> None:
    ground = Ground((Phase("outage", 10, 20, REFUSED, fragile=True),))
    for _ in range(FRAGILE_CALLS):
        assert ground.placed(20) is None
    ground.succeeded(started=20, now=21)
    assert ground.recoveries() == [Recovery("outage", 1)]
    assert ground.placed(22) is not None
    back = 22 + RELAPSE_S * SECOND
    assert ground.recoveries() == [Recovery("outage", None)]
    ground.succeeded(started=23, now=back)
    assert ground.recoveries() == [Recovery("outage", None)]
    ground.running = 0
    assert ground.placed(back) is None
    ground.succeeded(started=back, now=back + 1)
    assert ground.recoveries() == [Recovery("outage", back + 1 - 20)]


def test_a_fixed_timer_lets_everybody_on_after_its_time_and_counts_anew() -> None:
    clock = Clock()
    lanes = FixedTimer(5, clock)
    for failure in ("503", "400", None, "503", "503", "400"):
        lanes.observe(ended(A, failure))
        assert lanes.view().lanes == {}
    lanes.observe(ended(A, "timeout"))
    assert lanes.view().lanes == {A: "degraded"}
    for _ in range(3):
        lanes.observe(ended(A, "503"))
    clock.now += 5 * SECOND
    assert lanes.view().lanes == {}
    lanes.observe(ended(A, "503"))
    assert lanes.view().lanes == {}


def test_the_late_workers_go_on_for_longer_than_the_longest_wait() -> None:
    figures_of = RecoveryPolicy()
    longest = max(waits.longest_ns for waits in figures_of.waits.values())
    assert max(longest, figures_of.longest_ns) + figures_of.lease_ns < LATE_S * SECOND


def test_every_call_on_a_dead_lane_is_wasted_and_none_is_answered() -> None:
    world = scenario(SEED, SHORTEST)
    dead = Phase("outage", 0, world.busy_until + 2 * LATE_S * SECOND, REFUSED)
    world = world._replace(phases=dict.fromkeys(LANES, (dead,)))
    run = Gateway(world, NoPolicy(), Clock(), SEED).run()
    assert run.answered == 0
    assert run.wasted == run.calls >= 2 * run.failed > 0


ORDERS = scenario(SEED, 1).orders


def some_view(rng: Random) -> HealthView:
    """Return lanes in any state; of those that are probing, half have a free probe."""
    lanes = {lane: rng.choice(["ok", "degraded", "probing", "held"]) for lane in LANES}
    probing = [lane for lane, state in lanes.items() if state == "probing"]
    return HealthView(lanes, frozenset(lane for lane in probing if rng.random() < 0.5), {})


def placed(order: tuple[Lane, ...], seen: HealthView, failed: tuple[Lane, ...]) -> Lane | None:
    """Return the lane that the library places on, of entries that cost what the order says."""
    entries = [
        Entry(id=EntryId(lane), model=Model(f"house:{lane}"), lane=lane, runtime="managed")
        for lane in LANES
    ]
    states = {**seen.lanes, **dict.fromkeys(failed, "failed")}
    quotes = {
        entry.model: Quote(entry.model, order.index(entry.lane) + 1, 0, "config", None)
        for entry in entries
    }
    world = Snapshot(
        quotes=quotes,
        lanes=states,
        remaining=None,
        taken_at=Instant("2026-01-01T00:00:00Z"),
        probes=seen.probes,
    )
    wanted = Descriptor(
        task_class="chat", budget_ceiling_microdollars=1_000_000, latency_tolerance_ms=60_000
    )
    answer = place(wanted, Catalog(tuple(entries)), Policy(probe_first=not failed), world)
    return answer.unwrap().chosen.lane if isinstance(answer, Success) else None


def test_a_worker_chooses_as_place_does() -> None:
    rng = Random(SEED)
    chosen: set[Lane | None] = set()
    for _ in range(200):
        order, seen = rng.choice(ORDERS), some_view(rng)
        first = choose(order, seen, (), probe_first=True)
        assert first == placed(order, seen, ())
        if first is not None:
            second = choose(order, seen, (first,), probe_first=False)
            assert second == placed(order, seen, (first,))
        chosen.add(first)
    assert len(chosen) > len(LANES) / 2


def test_a_worker_finds_nothing_where_every_lane_is_out() -> None:
    out = HealthView(dict.fromkeys(LANES, "degraded"), frozenset(), {})
    assert choose(ORDERS[0], out, (), probe_first=True) is None
    free = evolve(out, lanes=dict.fromkeys(LANES, "probing"), probes=frozenset([LANES[3]]))
    assert choose(ORDERS[0], free, (), probe_first=True) == LANES[3]
    assert choose(ORDERS[0], free, (LANES[3],), probe_first=True) is None


def test_the_policies_that_are_compared_are_the_library_s_own() -> None:
    for name in (THIS, "the reference's"):
        assert type(policy(name, Clock())) is LaneHealth


def test_the_page_shows_the_committed_figures() -> None:
    page = (DOCS / "health-simulation.md").read_text(encoding="utf-8")
    results = committed()
    pooled = results[simulation.AS_LONG][simulation.POOLED]
    for rows in (table(pooled), by_script(pooled), simulation.sweep(results)):
        assert markdown(rows) in page
    assert f"\n{simulation.verdict(results)}\n\n" in page


def test_the_committed_plot_is_of_the_committed_figures() -> None:
    pooled = committed()[simulation.AS_LONG][simulation.POOLED]
    assert (DOCS / simulation.PLOT.name).read_text(encoding="utf-8") == draw(pooled)
    assert f"]({simulation.PLOT.name})" in (DOCS / "health-simulation.md").read_text("utf-8")
    moved = {**pooled, THIS: pooled[THIS]._replace(mean_s=3 * (pooled[THIS].mean_s or 1))}
    assert draw(moved) != draw(pooled)
