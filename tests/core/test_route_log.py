"""The route log and its request-log object."""

import math

import pytest

from mimir.core.buffer import StoredEvent, append, taken
from mimir.core.buffer_limits import DEFAULT_LIMITS as LIMITS
from mimir.core.event import Event
from mimir.core.event import to_json as event_to_json
from mimir.core.fields import Json
from mimir.core.limits import ERROR_TEXT_MAX_CHARS
from mimir.core.redaction.shapes import REDACTED
from mimir.core.redaction.walk import WORK_MAX
from mimir.core.route import log
from mimir.core.route.log import Caller, Correlation, GrantFailed, RouteLog, route_log, to_meta

EVENT = StoredEvent(5, "a", {}, 9)
RECORD: dict[str, object] = {"decision_id": "rd_test", "verdict": {"n": [1, 2.5, None]}}


def made(outcome: object = "placed", record: object = RECORD) -> RouteLog:
    assert outcome in {"placed", "no_candidate"} or isinstance(outcome, GrantFailed)
    correlation = Correlation("w1", "s1", "p1")
    caller = Caller("caller-1", "tenant-1")
    match outcome:
        case GrantFailed():
            return route_log("r1", caller, correlation, outcome, record).unwrap()
        case "placed":
            return route_log("r1", caller, correlation, "placed", record).unwrap()
        case _:
            return route_log("r1", caller, correlation, "no_candidate", record).unwrap()


@pytest.mark.parametrize("outcome", ["placed", "no_candidate"])
def test_an_answer_of_the_oracle_is_a_success(outcome: str) -> None:
    assert to_meta(made(outcome), 42) == {
        "request_id": "r1",
        "virtual_key_id": "caller-1",
        "tenant_id": "tenant-1",
        "workflow_id": "w1",
        "step_id": "s1",
        "parent_step_id": "p1",
        "lane": "router",
        "status": "success",
        "error_class": None,
        "error_detail": None,
        "gen_ai_events": [{"seq": 1, "ts": 42, "type": "routing_decision", "gen_ai": RECORD}],
    }


@pytest.mark.parametrize("reason", ["expired", ""])
def test_a_failed_grant_is_an_error_with_its_reason(reason: str) -> None:
    meta = to_meta(made(GrantFailed(reason)), 0)
    shown = (meta["status"], meta["error_class"], meta["error_detail"])
    assert shown == ("error", "grant_failed", reason)


def test_the_reason_of_a_failed_grant_is_scrubbed_and_bounded() -> None:
    key = "sk-" + "a1B2" * 12
    detail = to_meta(made(GrantFailed(f"minting with {key} failed " + "x" * 2_000)), 0)[
        "error_detail"
    ]
    assert isinstance(detail, str)
    assert key not in detail
    assert len(detail) == ERROR_TEXT_MAX_CHARS


def test_the_record_is_copied_in() -> None:
    inner: list[object] = [1]
    kept = made(record={"a": inner})
    inner.append(2)
    assert kept.decision_record == {"a": [1]}


@pytest.mark.parametrize("record", [None, [], "{}", 1, ()])
def test_a_record_that_is_no_object_is_refused(record: object) -> None:
    error = route_log("r1", Caller("c"), Correlation(), "placed", record).failure()
    assert (error.code, error.field) == ("invalid_route_log", "decision_record")


@pytest.mark.parametrize("inside", [(1,), b"x", math.inf, {1: 2}, {1, 2}, object()])
def test_a_record_that_holds_more_than_json_is_refused_by_path(inside: object) -> None:
    error = route_log("r1", Caller("c"), Correlation(), "placed", {"a": [inside]}).failure()
    assert error.field.startswith("decision_record.a[0]")


@pytest.mark.parametrize(
    ("caller", "correlation", "field"),
    [
        (Caller("x" * 513), Correlation(), "caller.id"),
        (Caller("c", "\ud800"), Correlation(), "caller.tenant_id"),
        (Caller("c"), Correlation("x" * 513), "workflow_id"),
        (Caller("c"), Correlation(None, "x" * 513), "step_id"),
        (Caller("c"), Correlation(None, None, "x" * 513), "parent_step_id"),
    ],
)
def test_an_id_past_its_bound_is_named(
    caller: Caller, correlation: Correlation, field: str
) -> None:
    assert route_log("r1", caller, correlation, "placed", {}).failure().field == field


class Loud(str):
    """A string that is none exactly."""

    __slots__ = ()


@pytest.mark.parametrize("request_id", ["x" * 513, "\ud800", Loud("r1")])
def test_a_request_id_is_bounded_text(request_id: str) -> None:
    error = route_log(request_id, Caller(None), Correlation(), "placed", {}).failure()
    assert error.field == "request_id"


def test_an_empty_request_id_and_no_ids_at_all_are_kept() -> None:
    log = route_log("", Caller(None), Correlation(), "no_candidate", {}).unwrap()
    meta = to_meta(log, -1)
    assert (meta["request_id"], meta["virtual_key_id"], meta["workflow_id"]) == ("", None, None)


def test_what_was_taken_of_the_same_request_follows_the_decision_numbered_on() -> None:
    events = (Event(1, 40, "start", {}), Event(2, 43, "usage", {"n": 1}))
    assert to_meta(made(), 42, events)["gen_ai_events"] == [
        {"seq": 1, "ts": 42, "type": "routing_decision", "gen_ai": RECORD},
        {"seq": 2, "ts": 42, "type": "start", "gen_ai": {}},
        {"seq": 3, "ts": 43, "type": "usage", "gen_ai": {"n": 1}},
    ]


def test_a_log_and_a_buffer_show_an_event_by_the_same_writer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(log, "event_to_json", lambda event: {"by the writer": event.seq})
    assert to_meta(made(), 42, (Event(1, 43, "a", {}),))["gen_ai_events"] == [
        {"by the writer": 1},
        {"by the writer": 2},
    ]
    monkeypatch.undo()
    (shown,) = (event_to_json(event) for event in taken(append(None, EVENT, 0, LIMITS)[0]).events)
    _, logged = _events(to_meta(made(), 0, (Event(1, 5, "a", {}),)))
    assert isinstance(logged, dict)
    assert {**shown, "seq": 2} == logged
    assert list(shown) == list(logged) == ["seq", "ts", "type", "gen_ai"]


def _events(meta: dict[str, Json]) -> list[Json]:
    events = meta["gen_ai_events"]
    assert isinstance(events, list)
    return events


def test_rule_5_what_is_written_is_scrubbed_and_stays_whole() -> None:
    key = "-".join(("sk", "a1B2" * 9))
    many: dict[str, Json] = {f"k{n}": [n, key] for n in range(WORK_MAX // 3)}
    for record in ({"a": [key], key: 1}, many):
        log = route_log("r", Caller("k"), Correlation(), "placed", record).unwrap()
        event = Event(1, 5, f"a {key}", {"gen_ai.a": [key]})
        first, second = to_meta(log, 1, (event,))["gen_ai_events"]  # type: ignore[misc, union-attr]
        assert key not in repr((first, second))
        assert second == {
            "seq": 2,
            "ts": 5,
            "type": f"a {REDACTED}",
            "gen_ai": {"gen_ai.a": [REDACTED]},
        }
        assert len(first["gen_ai"]) == len(record)  # type: ignore[arg-type, index, call-overload]
        assert log.decision_record == record
