"""The reference's policy: a streak of failures degrades a lane, and one success mends it."""

import pytest

from mimir.core.health.completion import Completion
from mimir.core.health.hold import Hold
from mimir.core.health.policy import (
    DEFAULT_HEALTH_POLICY,
    DEFAULT_THRESHOLD,
    REFERENCE_HEALTH_POLICY,
    RecoveryPolicy,
    StreakPolicy,
    with_threshold,
)
from mimir.core.health.state import NEW, LaneRecord, held, observe, state_of, try_probe
from mimir.core.health.view import told, view, why
from mimir.core.limits import INTEGER_MAX
from mimir.core.outcome import Failure, Success
from mimir.core.vocabulary import Lane
from mimir.testing.foreign import foreign_values

LATER = 10**18


def _completion(outcome: str, failure_class: str | None = None) -> Completion:
    return Completion(lane=Lane("a"), outcome=outcome, at=0, failure_class=failure_class)


def _after(outcomes: str) -> LaneRecord:
    record = NEW
    for outcome in outcomes:
        completion = _completion("ok" if outcome == "+" else "error")
        record = observe(record, completion, 0, REFERENCE_HEALTH_POLICY)
    return record


def _state(record: LaneRecord | None, threshold: int = 3) -> str:
    return state_of(record, LATER, StreakPolicy(threshold))


@pytest.mark.parametrize(
    ("outcomes", "streak"),
    [("", 0), ("-", 1), ("--", 2), ("---", 3), ("+", 0), ("--+", 0), ("---+-", 1), ("+-+--", 2)],
)
def test_the_streak_is_the_failures_since_the_last_success(outcomes: str, streak: int) -> None:
    assert _after(outcomes).streak == streak


def test_three_failures_in_a_row_degrade_a_lane_and_two_do_not() -> None:
    assert StreakPolicy(3) == REFERENCE_HEALTH_POLICY
    assert DEFAULT_THRESHOLD == 3
    assert [_state(_after("-" * count)) for count in (2, 3, 4)] == ["ok", "degraded", "degraded"]


def test_failures_with_a_success_between_them_do_not_add_up() -> None:
    assert _state(_after("--+--")) == "ok"


def test_one_success_mends_a_lane_however_long_its_streak_was() -> None:
    assert _state(_after("-" * 50 + "+"), 1) == "ok"


def test_a_lane_that_was_never_seen_is_ok_under_every_policy() -> None:
    assert _state(None, 1) == "ok"
    assert state_of(None, 0, DEFAULT_HEALTH_POLICY) == "ok"


def test_the_reference_reads_the_threshold_when_the_state_is_asked_for() -> None:
    record = _after("--")
    assert [_state(record, limit) for limit in (1, 2, 3)] == ["degraded", "degraded", "ok"]


def test_the_reference_counts_every_failure() -> None:
    record = NEW
    for failure_class in ("request", "429", "E_17"):
        record = observe(record, _completion("error", failure_class), 0, REFERENCE_HEALTH_POLICY)
    assert _state(record) == "degraded"


def test_the_reference_tries_no_lane_out() -> None:
    record = _after("---")
    assert try_probe(record, LATER, REFERENCE_HEALTH_POLICY) is None
    seen = view({Lane("a"): record}, LATER, REFERENCE_HEALTH_POLICY)
    assert (seen.lanes, seen.probes, seen.waits) == ({"a": "degraded"}, frozenset(), {})
    assert why(record, LATER, REFERENCE_HEALTH_POLICY).wait_ms is None


def test_a_completion_leaves_the_hold_of_a_lane_under_the_reference_too() -> None:
    record = held(NEW, Hold("repair"))
    for outcome in ("error", "ok"):
        record = observe(record, _completion(outcome), 0, REFERENCE_HEALTH_POLICY)
        assert record.hold == Hold("repair")


def test_observing_changes_no_record() -> None:
    record = LaneRecord(2)
    observe(record, _completion("ok"), 0, REFERENCE_HEALTH_POLICY)
    observe(record, _completion("error"), 0, REFERENCE_HEALTH_POLICY)
    assert record == LaneRecord(2)


@pytest.mark.parametrize("threshold", [1, 2, 3, INTEGER_MAX])
def test_a_threshold_of_one_or_more_is_taken(threshold: int) -> None:
    assert with_threshold(StreakPolicy(), threshold) == Success(StreakPolicy(threshold))
    wanted = Success(RecoveryPolicy(threshold=threshold))
    assert with_threshold(DEFAULT_HEALTH_POLICY, threshold) == wanted


def test_a_null_threshold_is_the_default() -> None:
    assert with_threshold(StreakPolicy(9), None) == Success(StreakPolicy(3))


@pytest.mark.parametrize("threshold", [0, -1, -(10**30), 2**63, True, False, 3.0, "3", [], {}])
def test_a_threshold_that_is_none_is_refused(threshold: object) -> None:
    error = with_threshold(StreakPolicy(), threshold).failure()
    assert (error.code, error.field) == ("invalid_health_policy", "threshold")


def test_a_threshold_of_a_foreign_type_is_refused_without_running_its_code() -> None:
    for foreign in foreign_values():
        assert isinstance(with_threshold(StreakPolicy(), foreign), Failure)


def test_of_lanes_that_were_only_seen_nothing_is_told() -> None:
    once = observe(NEW, _completion("error"), 0, REFERENCE_HEALTH_POLICY)
    mended = observe(once, _completion("ok"), 0, REFERENCE_HEALTH_POLICY)
    drained = held(NEW, Hold("repair"))
    records = {Lane("a"): once, Lane("b"): mended, Lane("c"): drained, Lane("d"): NEW}
    assert told(records) == {"a": once, "c": drained}
