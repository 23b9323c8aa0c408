"""The turn-event buffer as it is lived: requests, bounds and expiry."""

import pytest

from mimir.core.buffer import NOTHING, EventRejected, Taken
from mimir.core.buffer_limits import BufferLimits
from mimir.core.outcome import Outcome, Success
from mimir.shell.events import EventBuffer
from mimir.testing.foreign import foreign_values

NOT_IDS: tuple[object, ...] = (True, False, 7.0, b"r1", [], {}, 2**63, "\ud800", "x" * 513)


class Clock:
    """A clock that is set by hand."""

    def __init__(self, now: int = 0) -> None:
        self.now = now

    def __call__(self) -> int:
        return self.now


def _types(taken: Taken) -> list[str]:
    return [event.type for event in taken.events]


def _kind(outcome: Outcome[int | None, EventRejected]) -> str:
    return outcome.failure().kind


def test_events_come_back_in_order_with_numbers_and_times() -> None:
    buffer = EventBuffer(unix_now=Clock(42))
    assert [buffer.append("r1", kind, {"n": 1}) for kind in ("start", "usage")] == [
        Success(1),
        Success(2),
    ]
    events = buffer.take("r1").events
    assert [(event.seq, event.ts, event.type) for event in events] == [
        (1, 42, "start"),
        (2, 42, "usage"),
    ]
    assert events[0].gen_ai == {"n": 1}


def test_a_request_that_was_taken_has_nothing_and_numbers_from_one_again() -> None:
    buffer = EventBuffer()
    buffer.append("r1", "a", {})
    assert _types(buffer.take("r1")) == ["a"]
    assert buffer.take("r1") == NOTHING
    assert buffer.append("r1", "b", {}) == Success(1)


def test_what_was_never_appended_to_has_nothing() -> None:
    assert EventBuffer().take("r1") == NOTHING


def test_the_number_seven_and_the_text_seven_are_two_requests() -> None:
    buffer = EventBuffer()
    buffer.append(7, "number", {})
    assert buffer.append("7", "text", {}) == Success(1)
    assert _types(buffer.take("7")) == ["text"]
    assert _types(buffer.take(7)) == ["number"]


def test_a_null_id_is_a_no_op_whatever_comes_with_it() -> None:
    buffer = EventBuffer()
    assert buffer.append(None, "usage", {}) == Success(None)
    assert buffer.append(None, [], []) == Success(None)
    assert buffer.take(None) == NOTHING


@pytest.mark.parametrize("request_id", NOT_IDS)
def test_what_is_no_id_is_rejected_and_has_nothing(request_id: object) -> None:
    buffer = EventBuffer()
    buffer.append(1, "one", {})
    buffer.append(0, "zero", {})
    buffer.append(7, "seven", {})
    assert _kind(buffer.append(request_id, "usage", {})) == "invalid_request_id"
    assert buffer.take(request_id) == NOTHING
    assert buffer.put_current(request_id).failure().kind == "invalid_request_id"


def test_no_code_of_a_foreign_value_runs() -> None:
    buffer = EventBuffer()
    for foreign in foreign_values():
        assert _kind(buffer.append(foreign, "usage", {})) == "invalid_request_id"
        assert _kind(buffer.append("r1", foreign, {})) == "invalid_event_type"
        assert _kind(buffer.append("r1", "usage", foreign)) == "invalid_gen_ai"
        assert buffer.take(foreign) == NOTHING
        assert buffer.put_current(foreign).failure().kind == "invalid_request_id"
    assert buffer.take("r1") == NOTHING


def test_a_rejected_event_uses_no_number_and_begins_no_request() -> None:
    buffer = EventBuffer(BufferLimits(requests=1))
    buffer.append("r1", "a", {})
    assert _kind(buffer.append("r2", "b", [])) == "invalid_gen_ai"
    assert _kind(buffer.append("r1", 1.5, {})) == "invalid_event_type"
    assert buffer.append("r1", "c", {}) == Success(2)
    assert (buffer.evicted, buffer.take("r1").dropped) == (0, 0)


def test_what_its_owner_does_to_a_payload_later_changes_nothing() -> None:
    buffer = EventBuffer()
    payload: dict[str, object] = {"a": [1]}
    buffer.append("r1", "a", payload)
    payload["a"] = "gone"
    assert buffer.take("r1").events[0].gen_ai == {"a": [1]}


def test_past_the_bound_of_a_request_the_newest_is_dropped_and_told_with_the_take() -> None:
    buffer = EventBuffer(BufferLimits(events_per_request=2))
    for kind in "abcd":
        buffer.append("r1", kind, {})
    assert _kind(buffer.append("r1", "e", {})) == "request_full"
    assert buffer.append("r2", "other", {}) == Success(1)
    taken = buffer.take("r1")
    assert (_types(taken), taken.dropped) == (["a", "b"], 3)
    buffer.append("r1", "again", {})
    assert buffer.take("r1").dropped == 0


def test_a_clock_that_runs_backwards_gives_no_event_an_earlier_time() -> None:
    unix = Clock()
    buffer = EventBuffer(unix_now=unix)
    for unix.now in (5, 9, 3, 10):
        buffer.append("r1", "tick", {})
    assert [event.ts for event in buffer.take("r1").events] == [5, 9, 9, 10]


def test_a_request_that_nobody_takes_in_time_is_given_up() -> None:
    now = Clock()
    buffer = EventBuffer(BufferLimits(idle_ns=10), now=now)
    buffer.append("r1", "a", {})
    now.now = 11
    assert buffer.take("r1") == NOTHING
    assert (buffer.expired, buffer.evicted) == (1, 0)


def test_a_request_may_be_taken_at_its_last_moment() -> None:
    now = Clock()
    buffer = EventBuffer(BufferLimits(idle_ns=10), now=now)
    buffer.append("r1", "a", {})
    now.now = 10
    assert _types(buffer.take("r1")) == ["a"]
    assert buffer.expired == 0


def test_expiry_counts_from_the_last_append_a_dropped_one_included() -> None:
    now = Clock()
    buffer = EventBuffer(BufferLimits(idle_ns=10, events_per_request=2), now=now)
    for now.now in (0, 8, 16):
        buffer.append("r1", "a", {})
    now.now = 26
    assert buffer.take("r1").dropped == 1
    assert buffer.expired == 0


def test_a_rejected_event_does_not_keep_a_request_alive() -> None:
    now = Clock()
    buffer = EventBuffer(BufferLimits(idle_ns=10), now=now)
    buffer.append("r1", "a", {})
    now.now = 8
    buffer.append("r1", "b", [])
    now.now = 11
    assert buffer.take("r1") == NOTHING


def test_an_append_gives_up_what_expired_and_nothing_else() -> None:
    now = Clock()
    buffer = EventBuffer(BufferLimits(idle_ns=10), now=now)
    for name, now.now in (("r1", 0), ("r2", 1), ("r3", 9), ("r1", 9)):
        buffer.append(name, "a", {})
    now.now = 12
    buffer.append("r4", "a", {})
    assert buffer.expired == 1
    assert [len(buffer.take(name).events) for name in ("r1", "r2", "r3", "r4")] == [2, 0, 1, 1]


def test_a_request_that_expired_numbers_from_one_again() -> None:
    now = Clock()
    buffer = EventBuffer(BufferLimits(idle_ns=10), now=now)
    buffer.append("r1", "a", {})
    now.now = 20
    assert buffer.append("r1", "b", {}) == Success(1)
    assert _types(buffer.take("r1")) == ["b"]


def test_taking_another_request_gives_up_what_expired() -> None:
    now = Clock()
    buffer = EventBuffer(BufferLimits(idle_ns=10), now=now)
    buffer.append("r1", "a", {})
    now.now = 11
    buffer.take("r2")
    assert buffer.expired == 1


def test_at_the_bound_of_requests_the_longest_idle_one_is_evicted() -> None:
    buffer = EventBuffer(BufferLimits(requests=2))
    for name in ("r1", "r2", "r1", "r3"):
        buffer.append(name, "a", {})
    assert [len(buffer.take(name).events) for name in ("r1", "r2", "r3")] == [2, 0, 1]
    assert (buffer.evicted, buffer.expired) == (1, 0)


def test_a_dropped_event_keeps_its_request_from_being_the_longest_idle() -> None:
    buffer = EventBuffer(BufferLimits(requests=2, events_per_request=1))
    for name in ("r1", "r2", "r1", "r3"):
        buffer.append(name, "a", {})
    assert [len(buffer.take(name).events) for name in ("r1", "r2", "r3")] == [1, 0, 1]


def test_a_request_that_was_taken_leaves_room() -> None:
    buffer = EventBuffer(BufferLimits(requests=2))
    buffer.append("r1", "a", {})
    buffer.append("r2", "a", {})
    buffer.take("r1")
    buffer.append("r3", "a", {})
    assert buffer.evicted == 0
    assert _types(buffer.take("r2")) == ["a"]
