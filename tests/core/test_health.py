"""A streak of failures degrades a lane, and one success mends it."""

import pytest

from mimir.core.fields import InvalidField
from mimir.core.health.completion import Completion, lane_of, parse
from mimir.core.health.policy import (
    DEFAULT_HEALTH_POLICY,
    DEFAULT_THRESHOLD,
    HealthPolicy,
    parse_threshold,
)
from mimir.core.health.state import NEW, LaneRecord, observe, state_of, view
from mimir.core.limits import ID_MAX_CHARS, INTEGER_MAX, NAME_MAX_CHARS
from mimir.core.outcome import Failure, Success
from mimir.core.vocabulary import Lane, Model
from mimir.testing.foreign import colliding_keys, foreign_values

KEY = "sk-" + "a1B2" * 12


def _after(outcomes: str) -> LaneRecord:
    record = NEW
    for outcome in outcomes:
        record = observe(record, succeeded=outcome == "+")
    return record


@pytest.mark.parametrize(
    ("outcomes", "streak"),
    [("", 0), ("-", 1), ("--", 2), ("---", 3), ("+", 0), ("--+", 0), ("---+-", 1), ("+-+--", 2)],
)
def test_the_streak_is_the_failures_since_the_last_success(outcomes: str, streak: int) -> None:
    assert _after(outcomes).streak == streak


def test_three_failures_in_a_row_degrade_a_lane_and_two_do_not() -> None:
    assert DEFAULT_THRESHOLD == 3
    assert state_of(_after("--"), DEFAULT_HEALTH_POLICY) == "ok"
    assert state_of(_after("---"), DEFAULT_HEALTH_POLICY) == "degraded"
    assert state_of(_after("----"), DEFAULT_HEALTH_POLICY) == "degraded"


def test_failures_with_a_success_between_them_do_not_add_up() -> None:
    assert state_of(_after("--+--"), DEFAULT_HEALTH_POLICY) == "ok"


def test_one_success_mends_a_lane_however_long_its_streak_was() -> None:
    assert state_of(_after("-" * 50 + "+"), HealthPolicy(1)) == "ok"


def test_a_lane_that_was_never_seen_is_ok_under_every_policy() -> None:
    assert state_of(None, HealthPolicy(1)) == "ok"


def test_the_policy_is_read_when_the_state_is_asked_for() -> None:
    record = _after("--")
    assert [state_of(record, HealthPolicy(limit)) for limit in (1, 2, 3)] == [
        "degraded",
        "degraded",
        "ok",
    ]


def test_observing_changes_no_record() -> None:
    record = LaneRecord(2)
    observe(record, succeeded=True)
    observe(record, succeeded=False)
    assert record == LaneRecord(2)


def test_the_view_holds_the_lanes_that_were_seen_and_no_other() -> None:
    records = {Lane("a"): _after("---"), Lane("b"): _after("-"), Lane("c"): _after("+")}
    assert view(records, DEFAULT_HEALTH_POLICY) == {"a": "degraded", "b": "ok", "c": "ok"}
    assert view({}, DEFAULT_HEALTH_POLICY) == {}


@pytest.mark.parametrize("threshold", [1, 2, 3, INTEGER_MAX])
def test_a_threshold_of_one_or_more_is_taken(threshold: int) -> None:
    assert parse_threshold(threshold) == Success(HealthPolicy(threshold))


def test_a_null_threshold_is_the_default() -> None:
    assert parse_threshold(None) == Success(HealthPolicy(3))


@pytest.mark.parametrize("threshold", [0, -1, -(10**30), 2**63, True, False, 3.0, "3", [], {}])
def test_a_threshold_that_is_none_is_refused(threshold: object) -> None:
    error = parse_threshold(threshold).failure()
    assert (error.code, error.field) == ("invalid_health_policy", "threshold")


def test_a_threshold_of_a_foreign_type_is_refused_without_running_its_code() -> None:
    for foreign in foreign_values():
        assert isinstance(parse_threshold(foreign), Failure)


def test_a_completion_keeps_what_was_said_of_the_call() -> None:
    raw = {"lane": "eu", "model": "openai:gpt-4o", "outcome": "error", "failure_class": "timeout"}
    assert parse(raw, at=7) == Success(
        Completion(
            lane=Lane("eu"),
            model=Model("openai:gpt-4o"),
            outcome="error",
            failure_class="timeout",
            at=7,
        )
    )


@pytest.mark.parametrize(
    ("model", "lane"),
    [
        ("openai:gpt-4o", "openai"),
        ("bedrock:anthropic.claude-v2:1", "bedrock"),
        ("gpt-4o", "gpt-4o"),
        (":gpt-4o", ""),
        ("openai:", "openai"),
        ("", ""),
    ],
)
def test_without_a_lane_it_is_the_model_up_to_its_first_colon(model: str, lane: str) -> None:
    assert lane_of(model) == lane
    assert parse({"model": model, "outcome": "ok"}, at=0).unwrap().lane == lane


def test_a_named_lane_wins_over_the_model() -> None:
    raw: dict[str, object] = {"model": "openai:gpt-4o", "lane": "azure-eu", "outcome": "ok"}
    assert parse(raw, at=0).unwrap().lane == "azure-eu"


def test_a_named_lane_needs_no_model() -> None:
    completion = parse({"lane": "azure-eu", "outcome": "ok"}, at=0).unwrap()
    assert (completion.lane, completion.model) == ("azure-eu", None)


def test_an_empty_lane_is_a_lane() -> None:
    raw = {"lane": "", "model": "openai:gpt-4o", "outcome": "ok"}
    assert parse(raw, at=0).unwrap().lane == ""


@pytest.mark.parametrize("outcome", ["error", "timeout", "OK", "ok ", "", "success"])
def test_any_outcome_but_ok_is_a_failure(outcome: str) -> None:
    assert not parse({"lane": "a", "outcome": outcome}, at=0).unwrap().succeeded
    assert parse({"lane": "a", "outcome": "ok"}, at=0).unwrap().succeeded


@pytest.mark.parametrize(
    ("raw", "field"),
    [
        (None, ""),
        ([], ""),
        ("ok", ""),
        ({}, "outcome"),
        ({"outcome": None, "lane": "a"}, "outcome"),
        ({"outcome": True, "lane": "a"}, "outcome"),
        ({"outcome": "x" * (NAME_MAX_CHARS + 1), "lane": "a"}, "outcome"),
        ({"outcome": "ok"}, "model"),
        ({"outcome": "ok", "model": None, "lane": None}, "model"),
        ({"outcome": "ok", "model": 5}, "model"),
        ({"outcome": "ok", "model": "x" * (ID_MAX_CHARS + 1)}, "model"),
        ({"outcome": "ok", "model": "a", "lane": 5}, "lane"),
        ({"outcome": "ok", "lane": "\ud800"}, "lane"),
        ({"outcome": "ok", "lane": "x" * (ID_MAX_CHARS + 1)}, "lane"),
        ({"outcome": "ok", "lane": "a", "failure_class": 5}, "failure_class"),
    ],
)
def test_what_is_no_completion_is_refused_by_the_name_of_its_field(raw: object, field: str) -> None:
    error = parse(raw, at=0).failure()
    assert isinstance(error, InvalidField)
    assert (error.code, error.field) == ("invalid_completion", field)


def test_a_completion_of_foreign_types_is_refused_without_running_their_code() -> None:
    for foreign in foreign_values():
        for raw in (foreign, {"lane": foreign, "outcome": "ok"}, {"lane": "a", "outcome": foreign}):
            assert isinstance(parse(raw, at=0), Failure)


def test_keys_that_collide_with_a_field_are_no_field() -> None:
    named: dict[object, object] = {"outcome": "ok", "lane": "a"}
    for field in ("lane", "model", "outcome", "failure_class"):
        raw = colliding_keys((field,))
        raw.update((key, value) for key, value in named.items() if key != field)
        assert isinstance(parse(raw, at=0), Success if field[0] in "mf" else Failure)


def test_a_refusal_shows_no_key() -> None:
    error = parse({"outcome": "ok", "model": [KEY], "lane": KEY * 20}, at=0).failure()
    assert KEY not in repr(error)
