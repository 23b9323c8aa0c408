"""A lane that went out comes back: probes, holds and reasons, through the live object."""

import pytest
from blinker import Signal

from mimir.core.health.completion import Completion
from mimir.core.health.hold import Hold
from mimir.core.health.policy import SECOND, RecoveryPolicy
from mimir.core.outcome import Success
from mimir.core.vocabulary import Lane
from mimir.shell.health import LANES_MAX, LaneHealth
from mimir.testing.foreign import foreign_values

A, B = Lane("a"), Lane("b")


class Clock:
    """A clock that stands until it is set."""

    def __init__(self) -> None:
        """Start far from 0."""
        self.now = 1_000 * SECOND

    def __call__(self) -> int:
        """Tell the time."""
        return self.now


def _out(health: LaneHealth, lane: Lane = A) -> None:
    for _ in range(3):
        health.record_failure(lane)


def test_a_lane_that_went_out_is_tried_out_and_comes_back() -> None:
    clock = Clock()
    health = LaneHealth(now=clock)
    _out(health)
    assert (health.state(A), health.try_probe(A)) == ("degraded", False)
    assert (health.view().probes, health.view().waits) == (frozenset(), {"a": 1_000})
    clock.now += SECOND
    assert (health.state(A), health.view().probes) == ("probing", {"a"})
    assert (health.try_probe(A), health.try_probe(A)) == (True, False)
    assert (health.view().probes, health.view().waits) == (frozenset(), {"a": 60_000})
    health.observe(Completion(lane=A, outcome="ok", at=clock.now, started_at=clock.now))
    assert (health.state(A), health.view().waits) == ("ok", {})


def test_a_probe_that_fails_extends_and_frees_the_lease() -> None:
    clock = Clock()
    health = LaneHealth(now=clock)
    _out(health)
    clock.now += SECOND
    assert health.try_probe(A)
    health.record_failure(A)
    assert (health.state(A), health.why(A).wait_ms, health.why(A).tries) == ("degraded", 2_000, 2)
    clock.now += 2 * SECOND
    assert health.try_probe(A)


def test_a_lane_that_was_never_seen_has_no_probe() -> None:
    health = LaneHealth()
    assert not health.try_probe(A)
    assert health.all() == {}


def test_a_throttle_with_a_retry_after_takes_its_lane_out_at_once() -> None:
    health = LaneHealth(now=Clock())
    health.record_failure(A, "429", retry_after=20)
    told = health.why(A)
    assert (told.state, told.failure_class, told.wait_ms) == ("degraded", "throttle", 20_000)


def test_a_bad_request_of_one_caller_degrades_a_lane_for_nobody() -> None:
    health = LaneHealth()
    for _ in range(100):
        health.record_failure(A, "context_length_exceeded")
    assert health.state(A) == "ok"


def test_a_policy_is_taken_at_the_start_and_a_threshold_changes_it() -> None:
    clock = Clock()
    health = LaneHealth(RecoveryPolicy(threshold=1, lease_ns=5), now=clock)
    health.record_failure(A)
    clock.now += SECOND
    assert health.try_probe(A)
    clock.now += 5
    assert health.try_probe(A)
    assert health.set_threshold(2) == Success(None)
    health.record_failure(B)
    assert health.all() == {"a": "probing", "b": "ok"}


def test_metadata_may_say_when_a_call_started_and_when_to_come_back() -> None:
    clock, signal = Clock(), Signal()
    health = LaneHealth(now=clock)
    health.attach(signal)
    failed: dict[str, object] = {"lane": "a", "outcome": "error", "failure_class": "429"}
    signal.send(None, completion={**failed, "retry_after": "3"})
    assert health.why(A).wait_ms == 3_000
    stale: dict[str, object] = {"lane": "a", "outcome": "ok", "started_at": clock.now - 1}
    signal.send(None, completion=stale)
    assert health.state(A) == "degraded"
    signal.send(None, completion={**stale, "started_at": clock.now})
    assert health.state(A) == "ok"


def test_an_operator_holds_a_lane_until_it_is_released() -> None:
    health = LaneHealth()
    assert health.hold(A, "certificate expired") == Success(None)
    for _ in range(5):
        health.record_success(A)
    assert (health.state(A), health.all()) == ("held", {"a": "held"})
    assert health.why(A).hold == Hold("certificate expired")
    assert (health.release(A), health.release(A), health.state(A)) == (True, False, "ok")
    assert not health.release(B)


def test_a_hold_with_a_time_ends_by_itself() -> None:
    clock = Clock()
    health = LaneHealth(now=clock)
    health.hold(A, "deploy", clock.now + SECOND)
    assert health.view().waits == {"a": 1_000}
    clock.now += SECOND
    assert (health.state(A), health.view().waits) == ("ok", {})


def test_what_is_no_hold_changes_nothing() -> None:
    health = LaneHealth()
    health.hold(A, "repair")
    assert health.hold(A, "").failure().code == "invalid_hold"
    assert health.hold(B, "x" * 257).failure().field == "reason"
    assert (health.why(A).hold, health.all()) == (Hold("repair"), {"a": "held"})


def test_a_reset_forgets_holds_too() -> None:
    health = LaneHealth()
    health.hold(A, "repair")
    health.reset()
    assert health.state(A) == "ok"


def test_a_hold_past_the_bound_of_lanes_is_refused() -> None:
    health = LaneHealth()
    for number in range(LANES_MAX):
        health.record_failure(Lane(f"lane-{number}"))
    assert health.hold(A, "repair").failure().field == "lane"
    assert health.hold(Lane("lane-0"), "repair") == Success(None)
    assert len(health.all()) == LANES_MAX


@pytest.mark.parametrize("lane", ["\ud800", "x" * 513])
def test_what_is_no_lane_is_not_held(lane: str) -> None:
    health = LaneHealth()
    assert health.hold(Lane(lane), "repair").failure().field == "lane"
    assert health.all() == {}


def test_a_completion_whose_times_and_words_are_of_foreign_types_is_garbage() -> None:
    signal, health = Signal(), LaneHealth()
    health.attach(signal)
    _out(health)
    known = health.why(A)
    for foreign in foreign_values():
        for name in ("failure_class", "started_at", "retry_after"):
            made = Completion(lane=A, outcome="error", at=0)
            object.__setattr__(made, name, foreign)
            signal.send(None, completion=made)
    signal.send(None, completion=Completion(lane=Lane("x" * 513), outcome="ok", at=0))
    assert health.ignored == 3 * len(foreign_values()) + 1
    assert (health.why(A).last, [*health.all()]) == (known.last, ["a"])


def test_what_a_call_that_came_in_meanwhile_has_changed_counts_for_a_probe() -> None:
    clock, inner = Clock(), list[LaneHealth]()

    def now() -> int:
        if inner:
            assert inner.pop().hold(A, "drain") == Success(None)
        return clock.now

    health = LaneHealth(now=now)
    _out(health)
    clock.now += SECOND
    inner.append(health)
    assert not health.try_probe(A)
    assert (health.state(A), health.release(A), health.try_probe(A)) == ("held", True, True)
