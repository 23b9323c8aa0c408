"""The route log and its request-log object."""

import math

import pytest

from mimir.core.limits import ERROR_TEXT_MAX_CHARS
from mimir.core.route.log import Caller, Correlation, GrantFailed, RouteLog, route_log, to_meta

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
    log = made(record={"a": inner})
    inner.append(2)
    assert log.decision_record == {"a": [1]}


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
