"""An operator's drain: its reason and its time."""

import pytest

from mimir.core.health.completion import Completion
from mimir.core.health.hold import REASON_MAX_CHARS, Hold, is_held, parse_hold
from mimir.core.health.policy import DEFAULT_HEALTH_POLICY
from mimir.core.health.state import NEW, Outage, held, observe, state_of, try_probe
from mimir.core.health.view import view, why
from mimir.core.limits import INTEGER_MAX
from mimir.core.outcome import Failure, Success
from mimir.core.vocabulary import Lane
from mimir.testing.foreign import foreign_values

A = Lane("a")
KEY = "sk-" + "a1B2" * 12


@pytest.mark.parametrize("until", [None, 0, -5, INTEGER_MAX])
def test_a_hold_has_a_reason_and_may_have_an_end(until: int | None) -> None:
    assert parse_hold("repair", until) == Success(Hold("repair", until))


@pytest.mark.parametrize(
    ("reason", "until", "field"),
    [
        ("", None, "reason"),
        ("x" * (REASON_MAX_CHARS + 1), None, "reason"),
        ("\ud800", None, "reason"),
        (None, None, "reason"),
        (5, None, "reason"),
        ("repair", True, "until"),
        ("repair", 1.5, "until"),
        ("repair", "5", "until"),
        ("repair", 2**63, "until"),
    ],
)
def test_what_is_no_hold_is_refused_by_the_name_of_its_field(
    reason: object, until: object, field: str
) -> None:
    error = parse_hold(reason, until).failure()
    assert (error.code, error.field) == ("invalid_hold", field)


def test_a_hold_of_foreign_types_is_refused_without_running_their_code() -> None:
    for foreign in foreign_values():
        assert isinstance(parse_hold(foreign, None), Failure)
        assert isinstance(parse_hold("repair", foreign), Failure)


def test_a_reason_shows_no_key() -> None:
    assert KEY not in repr(parse_hold(f"rotated {KEY}", None))


def test_a_hold_ends_at_its_time_and_not_before() -> None:
    record = held(NEW, Hold("repair", 10))
    assert [state_of(record, now) for now in (9, 10)] == ["held", "ok"]
    assert not is_held(Hold("repair", 10), 10)


def test_a_hold_stands_over_every_state_and_no_completion_touches_it() -> None:
    record = held(NEW, Hold("repair"))
    for outcome in ("error", "error", "error", "ok", "cancelled"):
        record = observe(record, Completion(lane=A, outcome=outcome, at=0), 0)
        assert (state_of(record, 0), record.hold) == ("held", Hold("repair"))
    assert state_of(held(record, None), 0) == "ok"


def test_completions_count_while_a_lane_is_held() -> None:
    record = held(NEW, Hold("repair"))
    for _ in range(3):
        record = observe(record, Completion(lane=A, outcome="error", at=0), 0)
    assert state_of(held(record, None), 0) == "degraded"


def test_a_held_lane_is_not_tried_out() -> None:
    record = held(NEW, Hold("repair"))
    due = held(observe(record, Completion(lane=A, outcome="ok", at=0), 0), Hold("repair"))
    assert try_probe(due, 10**18) is None


def test_the_view_tells_when_a_hold_ends_and_of_one_without_an_end_nothing() -> None:
    records = {
        A: held(NEW, Hold("repair", 5_000_000)),
        Lane("b"): held(NEW, Hold("repair")),
        Lane("c"): held(NEW, Hold("repair", 3)),
    }
    seen = view(records, 1_000_001)
    assert seen.lanes == {"a": "held", "b": "held", "c": "ok"}
    assert (seen.waits, seen.probes) == ({"a": 4}, frozenset())
    told = why(records[A], 1_000_001)
    assert (told.state, told.wait_ms, told.hold) == ("held", 4, Hold("repair", 5_000_000))


def test_a_lane_that_is_due_stays_out_while_it_is_held() -> None:
    out = held(NEW, Hold("repair", 50))
    out = observe(out, Completion(lane=A, outcome="429", at=0, retry_after=1), 0)
    assert isinstance(out.outage, Outage)
    later = out.outage.until
    assert try_probe(out, later) is not None
    assert try_probe(held(out, Hold("repair")), later, DEFAULT_HEALTH_POLICY) is None
