"""How a lane goes out, is tried out, and comes back."""

from itertools import pairwise

import pytest
from attrs import evolve

from mimir.core.health.completion import Completion
from mimir.core.health.failure import FailureClass
from mimir.core.health.policy import (
    DEFAULT_HEALTH_POLICY,
    LONGEST_NS,
    SECOND,
    WAITS,
    RecoveryPolicy,
    Waits,
)
from mimir.core.health.state import NEW, LaneRecord, Outage, observe, state_of, try_probe
from mimir.core.health.view import view, why
from mimir.core.vocabulary import Lane

A = Lane("a")
T = 1_000 * SECOND
"""When the lane goes out."""


def _ended(
    outcome: str = "error", *, started_at: int | None = None, retry_after: int | None = None
) -> Completion:
    return Completion(lane=A, outcome=outcome, at=0, started_at=started_at, retry_after=retry_after)


def _out(outcome: str = "error", *, retry_after: int | None = None) -> LaneRecord:
    """Return a lane that went out at ``T``."""
    record = NEW
    for _ in range(3):
        record = observe(record, _ended(outcome, retry_after=retry_after), T)
    assert state_of(record, T) == "degraded"
    return record


def _until(record: LaneRecord) -> int:
    assert record.outage is not None
    return record.outage.until


def _due(record: LaneRecord) -> int:
    """Return when a lane that is out may be tried out first."""
    assert state_of(record, _until(record) - 1) == "degraded"
    assert state_of(record, _until(record)) == "probing"
    return _until(record)


def test_a_lane_goes_out_at_three_failures_in_a_row_and_not_at_two() -> None:
    once = observe(NEW, _ended(), T)
    twice = observe(once, _ended(), T)
    assert [state_of(one, T) for one in (once, twice)] == ["ok", "ok"]
    assert state_of(observe(twice, _ended(), T), T) == "degraded"
    mended = observe(twice, _ended("ok"), T)
    assert mended.streak == 0
    assert state_of(observe(observe(mended, _ended(), T), _ended(), T), T) == "ok"


def test_a_success_of_a_well_lane_changes_nothing() -> None:
    assert observe(NEW, _ended("ok"), T) is NEW


@pytest.mark.parametrize(
    ("outcome", "first", "longest"),
    [("error", 1, 10), ("429", 1, 30), ("401", 10, 60), ("402", 10, 60)],
)
def test_how_long_a_lane_stays_out_depends_on_the_class_of_its_failure(
    outcome: str, first: int, longest: int
) -> None:
    record = _out(outcome)
    waits = [_due(record) - T]
    for _ in range(80):
        now = _due(record)
        record = observe(record, _ended(outcome), now)
        waits.append(_due(record) - now)
    assert waits[:3] == [first * SECOND, 2 * first * SECOND, 4 * first * SECOND]
    assert all(low <= high for low, high in pairwise(waits))
    assert waits[-1] == longest * SECOND


def test_every_class_but_request_has_waits_and_none_is_above_the_longest() -> None:
    assert {*WAITS} == {"lane", "throttle", "credential", "quota"}
    assert all(0 < one.first_ns <= one.longest_ns <= LONGEST_NS for one in WAITS.values())


def test_a_request_failure_never_counts() -> None:
    record = NEW
    for _ in range(9):
        record = observe(record, _ended("400"), T)
    assert record is NEW
    twice = observe(observe(NEW, _ended(), T), _ended(), T)
    assert observe(twice, _ended("cancelled"), T) is twice


def test_a_class_without_waits_never_counts() -> None:
    policy = RecoveryPolicy(waits={"lane": Waits(1, 1)})
    record = observe(NEW, _ended("429", retry_after=5), T, policy)
    assert record is NEW


def test_a_retry_after_takes_a_lane_out_at_once_for_at_least_so_long() -> None:
    record = observe(NEW, _ended("429", retry_after=7), T)
    assert _due(record) == T + 7 * SECOND
    again = observe(record, _ended("429", retry_after=1), _due(record))
    assert _due(again) == _due(record) + 2 * SECOND


@pytest.mark.parametrize("asked", [None, 0, -1])
def test_a_throttle_that_names_no_time_counts_like_any_failure(asked: int | None) -> None:
    assert state_of(observe(NEW, _ended("429", retry_after=asked), T), T) == "ok"


@pytest.mark.parametrize("asked", [901, 10**9, 2**62])
def test_an_absurd_retry_after_keeps_a_lane_out_for_fifteen_minutes(asked: int) -> None:
    assert _due(observe(NEW, _ended("429", retry_after=asked), T)) == T + 900 * SECOND


@pytest.mark.parametrize("outcome", ["503", "401", "402", "error"])
def test_only_a_lane_that_throttles_may_name_a_time(outcome: str) -> None:
    assert state_of(observe(NEW, _ended(outcome, retry_after=7), T), T) == "ok"


def test_one_probe_may_be_leased_at_a_time_after_the_deadline() -> None:
    record = _out()
    due = _due(record)
    assert try_probe(None, due) is None
    assert try_probe(NEW, due) is None
    assert try_probe(record, due - 1) is None
    leased = try_probe(record, due)
    assert leased is not None
    assert state_of(leased, due) == "probing"
    assert try_probe(leased, due) is None


def test_a_lease_that_ends_is_free_again() -> None:
    due = _due(_out())
    leased = try_probe(_out(), due)
    assert leased is not None
    end = due + DEFAULT_HEALTH_POLICY.lease_ns
    assert try_probe(leased, end - 1) is None
    again = try_probe(leased, end)
    assert again is not None
    assert again.outage == evolve(leased.outage, lease=end + DEFAULT_HEALTH_POLICY.lease_ns)


def test_the_probes_success_restores_its_lane() -> None:
    due = _due(_out())
    leased = try_probe(_out(), due)
    assert leased is not None
    back = observe(leased, _ended("ok", started_at=due), due + 5)
    assert (state_of(back, due + 5), back.streak) == ("ok", 0)
    assert try_probe(back, due + 10 * SECOND) is None


def test_the_probes_failure_extends_and_ends_its_lease() -> None:
    due = _due(_out())
    leased = try_probe(_out(), due)
    assert leased is not None
    longer = observe(leased, _ended(started_at=due), due + 5)
    assert _due(longer) == due + 5 + 2 * SECOND
    assert try_probe(longer, _due(longer)) is not None


def test_a_request_failure_ends_the_lease_of_its_probe_and_proves_nothing() -> None:
    due = _due(_out())
    leased = try_probe(_out(), due)
    assert leased is not None
    for started_at in (due, None):
        free = observe(leased, _ended("cancelled", started_at=started_at), due + 5)
        assert free.outage == _out().outage
        assert try_probe(free, due + 5) is not None
    assert observe(leased, _ended("400", started_at=due - 1), due + 5) is leased
    assert observe(_out(), _ended("400"), due) == _out()


@pytest.mark.parametrize("outcome", ["ok", "error", "429", "400"])
def test_a_completion_that_started_before_the_lane_went_out_changes_nothing(outcome: str) -> None:
    late = _ended(outcome, started_at=T - 1, retry_after=900)
    record = _out()
    due = _due(record)
    leased = try_probe(record, due)
    assert leased is not None
    restored = observe(leased, _ended("ok", started_at=due), due)
    for known in (record, leased, restored):
        assert observe(known, late, due + 1) is known


def test_a_probe_that_was_given_up_does_not_count_once_the_next_has_failed() -> None:
    first = _due(_out())
    second = first + DEFAULT_HEALTH_POLICY.lease_ns
    failed = observe(_out(), _ended(started_at=second), second + 5)
    assert observe(failed, _ended("ok", started_at=first), second + 6) is failed


def test_a_completion_that_does_not_say_when_it_started_counts_as_started_now() -> None:
    assert state_of(observe(_out(), _ended("ok"), T + 1), T + 1) == "ok"


@pytest.mark.parametrize("outcome", ["error", "401", "429"])
def test_a_failure_before_the_deadline_changes_nothing(outcome: str) -> None:
    record = _out()
    assert observe(record, _ended(outcome, started_at=T), T + 1) is record


def test_a_retry_after_puts_the_deadline_off_and_never_brings_it_nearer() -> None:
    record = _out("429", retry_after=30)
    later = observe(record, _ended("429", retry_after=40), T + 1)
    assert _until(later) == T + 1 + 40 * SECOND
    assert observe(later, _ended("429", retry_after=10), T + 2) is later
    assert later.streak == record.streak


def test_waits_grow_on_where_a_lane_goes_out_soon_after_it_came_back() -> None:
    due = _due(_out())
    back = observe(_out(), _ended("ok"), due)
    calm = DEFAULT_HEALTH_POLICY.calm_ns
    for rest, wait in ((calm - 1, 2), (calm, 1)):
        now, record = due + rest, back
        for _ in range(3):
            record = observe(record, _ended(), now)
        assert _due(record) == now + wait * SECOND


@pytest.mark.parametrize("outcome", ["ok", "error", "429", "400"])
def test_a_call_that_started_before_the_lease_does_not_end_it(outcome: str) -> None:
    for record in (_out(), _relapsed()):
        due = _due(record)
        leased = try_probe(record, due)
        assert leased is not None
        after = observe(leased, _ended(outcome, started_at=due - 1), due + 5)
        if state_of(after, due + 5) != "ok":
            assert after.outage is not None
            assert leased.outage is not None
            assert after.outage.lease == leased.outage.lease
            assert try_probe(after, due + 20 * SECOND) is None


def _relapsed() -> LaneRecord:
    """Return a lane that came back and went out again a second later."""
    record = observe(_out(), _ended("ok"), _due(_out()))
    for _ in range(3):
        record = observe(record, _ended(), _due(_out()) + SECOND)
    return record


def test_a_lane_that_went_out_again_soon_comes_back_at_three_successes_in_a_row() -> None:
    record = _relapsed()
    due = _due(record)
    for passed in (1, 2):
        leased = try_probe(record, due)
        assert leased is not None
        record = observe(leased, _ended("ok", started_at=due), due)
        assert state_of(record, due) == "probing"
        assert record.outage is not None
        assert (record.outage.passed, record.streak) == (passed, 3)
    record = observe(record, _ended("ok"), due)
    assert (state_of(record, due), record.streak) == ("ok", 0)


def test_a_failure_between_them_makes_the_successes_count_anew() -> None:
    record = _relapsed()
    due = _due(record)
    twice = observe(observe(record, _ended("ok"), due), _ended("ok"), due)
    failed = observe(twice, _ended(), due)
    later = _due(failed)
    assert later == due + 4 * SECOND
    for wanted in ("probing", "probing", "ok"):
        failed = observe(failed, _ended("ok"), later)
        assert state_of(failed, later) == wanted


def test_a_lane_that_was_well_for_a_while_comes_back_at_one_success_again() -> None:
    record = _relapsed()
    due = _due(record)
    for _ in range(3):
        record = observe(record, _ended("ok"), due)
    later = due + DEFAULT_HEALTH_POLICY.calm_ns
    for _ in range(3):
        record = observe(record, _ended(), later)
    assert state_of(observe(record, _ended("ok"), _due(record)), _due(record)) == "ok"


def test_how_many_successes_a_relapse_needs_is_settable() -> None:
    policy, record = RecoveryPolicy(successes=1), _out()
    due = _due(record)
    record = observe(record, _ended("ok"), due, policy)
    for _ in range(3):
        record = observe(record, _ended(), due, policy)
    assert state_of(observe(record, _ended("ok"), _due(record), policy), _due(record)) == "ok"


def test_a_threshold_counts_for_failures_that_are_seen_after_it() -> None:
    twice = observe(observe(NEW, _ended(), T), _ended(), T)
    low = RecoveryPolicy(threshold=1)
    assert state_of(twice, T, low) == "ok"
    assert state_of(observe(twice, _ended(), T, low), T, low) == "degraded"


def test_where_the_clock_went_back_no_deadline_and_no_lease_holds_a_lane() -> None:
    record = _out()
    past = T - 10**15
    assert state_of(record, past) == "probing"
    due = _due(record)
    leased = try_probe(record, due)
    assert leased is not None
    assert try_probe(leased, past) is not None
    assert state_of(observe(leased, _ended("ok", started_at=past), past), past) == "ok"
    failed = observe(leased, _ended(started_at=past), past)
    assert _due(failed) == past + 2 * SECOND


def test_a_time_before_the_lane_went_out_is_a_clock_that_went_back() -> None:
    record = _out()
    assert [state_of(record, T + step) for step in (-1, 0)] == ["probing", "degraded"]


def test_where_the_clock_went_back_waits_begin_anew() -> None:
    due = _due(_out())
    record, past = observe(_out(), _ended("ok"), due), T - 10**15
    for _ in range(3):
        record = observe(record, _ended(), past)
    assert _due(record) == past + 1 * SECOND


def test_a_start_in_the_future_is_a_start_just_now() -> None:
    assert state_of(observe(_out(), _ended("ok", started_at=10**18), T + 1), T + 1) == "ok"


def test_the_view_tells_states_free_probes_and_waits() -> None:
    record = _out()
    due = _due(record)
    leased = try_probe(record, due - SECOND // 2)
    assert leased is None
    leased = try_probe(record, due)
    assert leased is not None
    records = {
        Lane("well"): NEW,
        Lane("failed once"): observe(NEW, _ended(), T),
        Lane("out"): observe(record, _ended(), due),
        Lane("due"): record,
        Lane("tried"): leased,
        Lane("back"): observe(leased, _ended("ok"), due),
    }
    seen = view(records, due)
    assert seen.lanes == {
        "well": "ok",
        "failed once": "ok",
        "out": "degraded",
        "due": "probing",
        "tried": "probing",
        "back": "ok",
    }
    assert seen.probes == {"due"}
    assert seen.waits == {"out": 2_000, "tried": 60_000}


def test_a_wait_is_rounded_up_so_that_a_lane_is_due_when_it_has_passed() -> None:
    record = _out()
    seen = view({A: record}, _due(record) - 1)
    assert seen.waits == {"a": 1}


@pytest.mark.parametrize(
    ("outcome", "wanted"), [("error", "lane"), ("401", "credential"), ("402", "quota")]
)
def test_why_tells_the_last_failure_its_class_and_the_wait(
    outcome: str, wanted: FailureClass
) -> None:
    told = why(_out(outcome), T)
    assert (told.state, told.failure_class, told.last) == ("degraded", wanted, _ended(outcome))
    assert (told.streak, told.tries) == (3, 1)
    assert told.wait_ms == WAITS[wanted].first_ns // 1_000_000
    assert told.hold is None


def test_why_tells_of_a_lane_that_came_back_why_it_was_out() -> None:
    told = why(observe(_out(), _ended("ok"), T), T)
    assert (told.state, told.last, told.wait_ms) == ("ok", _ended(), None)
    assert why(_out(), _due(_out())).wait_ms == 0


def test_why_tells_of_a_lane_that_was_never_seen_that_it_is_ok() -> None:
    told = why(None, T)
    assert (told.state, told.failure_class, told.last, told.streak) == ("ok", None, None, 0)


def test_a_record_is_made_of_the_outage_that_it_says() -> None:
    assert _out() == LaneRecord(3, _ended(), Outage(T, T + SECOND))
