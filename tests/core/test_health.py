"""A completion says how one call ended, and on which lane."""

import pytest

from mimir.core.fields import InvalidField
from mimir.core.health.completion import Completion, is_sound, lane_of, parse, seconds
from mimir.core.limits import ID_MAX_CHARS, INTEGER_MAX, NAME_MAX_CHARS
from mimir.core.outcome import Failure, Success
from mimir.core.vocabulary import Lane, Model
from mimir.testing.foreign import colliding_keys, foreign_values

KEY = "sk-" + "a1B2" * 12


def test_a_completion_keeps_what_was_said_of_the_call() -> None:
    raw = {
        "lane": "eu",
        "model": "openai:gpt-4o",
        "outcome": "error",
        "failure_class": "timeout",
        "started_at": 3,
        "retry_after": 9,
    }
    assert parse(raw, at=7) == Success(
        Completion(
            lane=Lane("eu"),
            model=Model("openai:gpt-4o"),
            outcome="error",
            failure_class="timeout",
            at=7,
            started_at=3,
            retry_after=9,
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
        ({"outcome": "ok", "lane": "a", "failure_class": 5.0}, "failure_class"),
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


@pytest.mark.parametrize(
    ("raw", "wanted"),
    [
        (0, 0),
        (30, 30),
        ("30", 30),
        (0.0, 0),
        (0.2, 1),
        (1.0, 1),
        (INTEGER_MAX, INTEGER_MAX),
        ("9" * 20, INTEGER_MAX),
        (-1, None),
        (-0.5, None),
        (2**63, INTEGER_MAX),
        (10**30, INTEGER_MAX),
        (1e300, INTEGER_MAX),
        (float("inf"), None),
        (float("nan"), None),
        ("-5", None),
        ("1.5", None),
        ("9" * 33, None),
        ("\u0663\u0660", None),
        ("Fri, 31 Dec 1999 23:59:59 GMT", None),
        ("", None),
        (True, None),
        ([], None),
        (None, None),
    ],
)
def test_a_retry_after_that_cannot_be_read_is_none_and_the_completion_counts(
    raw: object, wanted: int | None
) -> None:
    assert seconds(raw) == wanted
    read = parse({"lane": "a", "outcome": "429", "retry_after": raw}, at=0).unwrap()
    assert (read.retry_after, read.counts_as) == (wanted, "throttle")


@pytest.mark.parametrize("raw", ["5", 5.0, True, 2**63, [], {}])
def test_a_start_that_cannot_be_read_is_none_and_the_completion_counts(raw: object) -> None:
    read = parse({"lane": "a", "outcome": "error", "started_at": raw}, at=0).unwrap()
    assert (read.started_at, read.counts_as) == (None, "lane")


def test_a_status_may_be_a_number() -> None:
    read = parse({"lane": "a", "outcome": "error", "failure_class": 429}, at=0).unwrap()
    assert (read.failure_class, read.counts_as) == ("429", "throttle")
    no_status = {"lane": "a", "outcome": "error", "failure_class": True}
    assert parse(no_status, at=0).failure().field == "failure_class"


def test_a_completion_is_sound_where_its_parts_are_what_the_parser_lets_in() -> None:
    sound = Completion(lane=Lane(""), outcome="ok", at=0, started_at=2**70, retry_after=10**30)
    assert is_sound(sound)
    for lane in ("\ud800", "x" * (ID_MAX_CHARS + 1), "é" * ID_MAX_CHARS):
        made = Completion(lane=Lane(lane), outcome="ok", at=0)
        assert is_sound(made) == (lane[0] == "é")
    assert not is_sound({"lane": "a", "outcome": "ok"})


def test_a_completion_that_was_made_without_its_constructor_is_not_sound() -> None:
    assert not is_sound(Completion.__new__(Completion))
