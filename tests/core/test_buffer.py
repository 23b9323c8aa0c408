"""The events of one request: numbered, bounded, and nobody else's."""

import copy

import pytest

from mimir.core.buffer import (
    NOTHING,
    EventRejected,
    RequestEvents,
    StoredEvent,
    append,
    is_expired,
    parse_request_id,
    prepare,
    taken,
)
from mimir.core.buffer_limits import DEFAULT_LIMITS, BufferLimits
from mimir.core.event import Event
from mimir.core.fields import Json
from mimir.core.limits import DEPTH_MAX, ID_MAX_CHARS, INTEGER_MAX, NAME_MAX_CHARS
from mimir.core.outcome import Failure, Success
from mimir.testing.foreign import colliding_keys, foreign_values

KEY = "sk-" + "a1B2" * 12


def _event(ts: int = 0, payload: object = None, kind: object = "usage") -> StoredEvent:
    event = prepare(kind, {} if payload is None else payload, ts)
    assert isinstance(event, StoredEvent)
    return event


def _after(*events: StoredEvent, limits: BufferLimits = DEFAULT_LIMITS) -> RequestEvents:
    request = RequestEvents(0)
    for now, event in enumerate(events):
        request, _ = append(request, event, now, limits)
    return request


@pytest.mark.parametrize("value", ["r1", "", "7", 7, 0, -7, INTEGER_MAX, "x" * ID_MAX_CHARS])
def test_a_string_and_an_integer_are_ids(value: object) -> None:
    assert parse_request_id(value) == value


@pytest.mark.parametrize(
    "value", [True, False, 7.0, None, b"r1", [], {}, 2**63, "x" * (ID_MAX_CHARS + 1), "\ud800"]
)
def test_what_is_no_string_and_no_integer_is_no_id(value: object) -> None:
    rejected = parse_request_id(value)
    assert isinstance(rejected, EventRejected)
    assert (rejected.code, rejected.kind) == ("event_rejected", "invalid_request_id")


def test_no_code_of_a_foreign_value_runs() -> None:
    for foreign in foreign_values():
        assert isinstance(parse_request_id(foreign), EventRejected)
        assert isinstance(prepare(foreign, {}, 0), EventRejected)
        assert isinstance(prepare("usage", foreign, 0), EventRejected)
        assert isinstance(prepare("usage", {"a": foreign}, 0), EventRejected)
    assert isinstance(prepare("usage", colliding_keys(("a",)), 0), EventRejected)


@pytest.mark.parametrize(
    ("value", "kind"),
    [("usage", "usage"), ("", ""), (None, ""), (True, "true"), (False, "false"), (7, "7")],
)
def test_a_type_is_read_as_text(value: object, kind: str) -> None:
    assert _event(kind=value).type == kind


@pytest.mark.parametrize("value", [1.5, [], {}, "x" * (NAME_MAX_CHARS + 1), "\udfff", 2**63])
def test_a_type_that_is_none_is_rejected(value: object) -> None:
    rejected = prepare(value, {}, 0)
    assert isinstance(rejected, EventRejected)
    assert rejected.kind == "invalid_event_type"


def _deep(levels: int) -> object:
    made: object = {}
    for _ in range(levels - 1):
        made = {"a": made}
    return made


@pytest.mark.parametrize(
    ("payload", "where"),
    [
        (None, ""),
        ([], ""),
        ("{}", ""),
        ({1: 2}, ""),
        ({"\ud800": 2}, ""),
        ({"a": float("nan")}, ".a: "),
        ({"a": float("inf")}, ".a: "),
        ({"a": 2**63}, ".a: "),
        ({"a": [0, (1,)]}, ".a[1]: "),
        ({"a": "\ud800"}, ".a: "),
        (_deep(DEPTH_MAX + 1), ".a" * DEPTH_MAX + ": "),
    ],
)
def test_a_payload_that_is_no_json_object_is_rejected_with_its_place(
    payload: object, where: str
) -> None:
    rejected = prepare("usage", payload, 0)
    assert isinstance(rejected, EventRejected)
    assert rejected.kind == "invalid_gen_ai"
    assert rejected.message.startswith(f"invalid_gen_ai: {where}")


def test_a_payload_that_contains_itself_is_rejected() -> None:
    payload: dict[str, object] = {}
    payload["a"] = payload
    assert isinstance(prepare("usage", payload, 0), EventRejected)


def test_a_payload_as_deep_as_may_be_is_kept() -> None:
    (event,) = taken(_after(_event(payload=_deep(DEPTH_MAX)))).events
    assert event.gen_ai == _deep(DEPTH_MAX)


def test_a_rejection_shows_no_key() -> None:
    for rejected in (
        prepare("usage", {KEY: (KEY,)}, 0),
        prepare("usage", KEY, 0),
        prepare([KEY], {}, 0),
        prepare(KEY * 3, {}, 0),
        parse_request_id(KEY * 20),
    ):
        assert isinstance(rejected, EventRejected)
        assert KEY not in rejected.message


def test_events_number_from_one_in_the_order_they_came() -> None:
    request, numbers = None, list[int]()
    for now in range(4):
        request, numbered = append(request, _event(now), now, DEFAULT_LIMITS)
        numbers.append(numbered.unwrap())
    assert numbers == [1, 2, 3, 4]
    assert [event.seq for event in taken(request).events] == numbers


def test_what_was_stored_comes_back_as_it_was() -> None:
    payload: dict[str, Json] = {
        "gen_ai.usage.input_tokens": INTEGER_MAX,
        "a": [None, True, False, -1.5, "\u65e5\U0001f99c", {"b": []}, -(2**63) + 1],
    }
    (event,) = taken(_after(_event(42, payload))).events
    assert event == Event(1, 42, "usage", payload)
    assert repr(event.gen_ai) == repr(payload)


def test_what_its_owner_does_to_a_payload_later_changes_nothing() -> None:
    payload: dict[str, object] = {"a": [1, {"b": 2}]}
    before = copy.deepcopy(payload)
    request = _after(_event(payload=payload))
    payload["a"] = "gone"
    assert taken(request).events[0].gen_ai == before


def test_what_is_taken_shares_nothing_with_what_is_taken_again() -> None:
    request = _after(_event(payload={"a": [1]}))
    taken(request).events[0].gen_ai["a"] = "gone"
    assert taken(request).events[0].gen_ai == {"a": [1]}


def test_time_never_decreases_in_the_order_of_the_numbers() -> None:
    request = _after(*(_event(ts) for ts in (5, 9, 3, 9, 12, 0)))
    assert [event.ts for event in taken(request).events] == [5, 9, 9, 9, 12, 12]


def test_past_the_bound_of_events_the_newest_is_dropped_and_counted() -> None:
    limits = BufferLimits(events_per_request=2)
    first = _after(_event(1), _event(2), limits=limits)
    request, numbered = append(first, _event(3), 7, limits)
    rejected = numbered.failure()
    assert (rejected.code, rejected.kind) == ("event_rejected", "request_full")
    assert rejected.message.startswith("request_full: 2 events, ")
    assert [event.ts for event in taken(request).events] == [1, 2]
    assert (taken(request).dropped, request.last_append) == (1, 7)


def test_past_the_bound_of_bytes_the_newest_is_dropped_and_uses_no_number() -> None:
    small, large = _event(payload={"a": "x"}), _event(payload={"a": "x" * 500})
    room = 2 * (small.size)
    limits = BufferLimits(bytes_per_request=room)
    request, first = append(None, small, 0, limits)
    request, refused = append(request, large, 1, limits)
    request, second = append(request, small, 2, limits)
    request, third = append(request, small, 3, limits)
    assert (first, second) == (Success(1), Success(2))
    assert isinstance(refused, Failure)
    assert isinstance(third, Failure)
    assert (len(taken(request).events), taken(request).dropped, request.size) == (2, 2, room)


def test_a_type_counts_toward_the_bytes_of_a_request() -> None:
    event = _event(kind="x" * 100)
    fits, tight = event.size, event.size - 1
    assert isinstance(append(None, event, 0, BufferLimits(bytes_per_request=fits))[1], Success)
    assert isinstance(append(None, event, 0, BufferLimits(bytes_per_request=tight))[1], Failure)


def test_a_first_event_that_is_dropped_begins_its_request_all_the_same() -> None:
    request, refused = append(None, _event(), 5, BufferLimits(bytes_per_request=0))
    assert isinstance(refused, Failure)
    assert (taken(request).events, taken(request).dropped, request.last_append) == ((), 1, 5)


def test_appending_changes_no_request_that_came_before() -> None:
    first = _after(_event(1))
    before = taken(first)
    append(first, _event(2), 9, DEFAULT_LIMITS)
    append(first, _event(2), 9, BufferLimits(events_per_request=1))
    assert (taken(first), first.last_append) == (before, 0)


def test_of_no_request_nothing_is_taken() -> None:
    assert taken(None) == NOTHING
    assert (NOTHING.events, NOTHING.dropped) == ((), 0)


def test_a_request_expires_after_its_idle_time_and_not_at_it() -> None:
    request, limits = RequestEvents(100), BufferLimits(idle_ns=50)
    assert [is_expired(request, now, limits) for now in (0, 100, 150, 151)] == [
        False,
        False,
        False,
        True,
    ]


def test_idle_time_counts_from_the_last_append() -> None:
    limits = BufferLimits(idle_ns=50)
    request, _ = append(RequestEvents(0), _event(), 40, limits)
    assert not is_expired(request, 90, limits)
    assert is_expired(request, 91, limits)


def test_the_bounds_are_those_that_are_documented() -> None:
    assert (
        BufferLimits(
            events_per_request=256,
            bytes_per_request=262_144,
            requests=10_000,
            bytes_in_all=268_435_456,
            idle_ns=120_000_000_000,
        )
        == DEFAULT_LIMITS
    )


def test_a_key_is_no_type_of_an_event_and_is_not_quoted() -> None:
    key = "vk-" + "a1B2" * 10
    refused = prepare(key, {}, 1)
    assert isinstance(refused, EventRejected)
    assert (refused.kind, refused.detail) == ("invalid_event_type", "looks like a key")
