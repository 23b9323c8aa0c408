"""The bound of bytes in all, a clock that runs backwards, and the totals of a buffer."""

import pytest

from mimir.core.buffer import NOTHING
from mimir.core.buffer_limits import BufferLimits
from mimir.core.buffer_totals import BufferTotals, EventTotals, RequestTotals
from mimir.core.outcome import Failure, Success
from mimir.shell.events import EventBuffer

EVENT = 1 + 8
"""The bytes of an event whose type is one letter, with no attributes."""


class Clock:
    """A clock that is set by hand."""

    def __init__(self, now: int = 0) -> None:
        self.now = now

    def __call__(self) -> int:
        return self.now


def _lengths(buffer: EventBuffer, *names: str) -> list[int]:
    return [len(buffer.take(name).events) for name in names]


def test_a_new_buffer_has_counted_nothing() -> None:
    assert EventBuffer().totals() == BufferTotals()


def test_every_end_of_an_event_and_of_a_request_is_counted_as_what_it_is() -> None:
    now = Clock()
    buffer = EventBuffer(BufferLimits(events_per_request=2, requests=3, idle_ns=10), now=now)
    for name in ("expires", "expires", "evicted", "taken", "taken", "taken"):
        buffer.append(name, "a", {})
        now.now += name == "expires"
    buffer.append("evicted", [], {})
    buffer.take("taken")
    now.now = 12
    buffer.append("stays", "a", {})
    buffer.append("stays too", "a", {})
    buffer.append("stays as well", "a", {})
    assert buffer.totals() == BufferTotals(
        events=EventTotals(appended=9, taken=2, dropped=1, expired=2, evicted=1, buffered=3),
        requests=RequestTotals(begun=6, taken=1, expired=1, evicted=1, buffered=3),
        bytes=3 * EVENT,
    )
    assert buffer.totals().events.lost == 4


def test_what_has_expired_is_counted_so_though_nobody_appends_or_takes() -> None:
    now = Clock()
    buffer = EventBuffer(BufferLimits(idle_ns=10), now=now)
    buffer.append("r1", "a", {})
    now.now = 11
    assert buffer.totals().requests == RequestTotals(begun=1, expired=1)


def test_past_the_bytes_in_all_the_longest_idle_requests_are_evicted() -> None:
    buffer = EventBuffer(BufferLimits(bytes_in_all=4 * EVENT))
    for name in ("r1", "r2", "r3", "r1", "r4"):
        buffer.append(name, "a", {})
    assert buffer.evicted == 1
    assert buffer.totals().bytes == 4 * EVENT
    assert _lengths(buffer, "r1", "r2", "r3", "r4") == [2, 0, 1, 1]
    assert buffer.totals().bytes == 0


def test_one_large_event_may_evict_many_requests_but_not_its_own() -> None:
    buffer = EventBuffer(BufferLimits(bytes_in_all=4 * EVENT))
    for name in ("r1", "r2", "r3"):
        buffer.append(name, "a", {})
    assert buffer.append("large", "a" * (3 * EVENT - 8), {}) == Success(1)
    assert _lengths(buffer, "r1", "r2", "r3", "large") == [0, 0, 1, 1]


def test_a_dropped_event_evicts_nobody() -> None:
    buffer = EventBuffer(BufferLimits(bytes_per_request=EVENT, bytes_in_all=2 * EVENT))
    for name in ("r1", "r2", "r2", "r2"):
        buffer.append(name, "a", {})
    assert (buffer.evicted, buffer.dropped) == (0, 2)


@pytest.mark.parametrize(
    "limits",
    [
        BufferLimits(requests=0),
        BufferLimits(requests=-1),
        BufferLimits(bytes_in_all=0),
        BufferLimits(bytes_in_all=-1),
        BufferLimits(events_per_request=-1),
        BufferLimits(bytes_per_request=-1),
    ],
)
def test_bounds_below_one_keep_nothing_and_count_it_all_as_lost(limits: BufferLimits) -> None:
    buffer = EventBuffer(limits)
    for name in ("r1", "r1", "r2"):
        buffer.append(name, "a", {})
    events = buffer.totals().events
    assert (events.appended, events.buffered, events.lost) == (3, 0, 3)


def test_a_clock_that_goes_back_ends_no_living_request() -> None:
    now = Clock(1_000)
    buffer = EventBuffer(BufferLimits(idle_ns=10), now=now)
    buffer.append("before", "a", {})
    now.now = 0
    buffer.append("after", "a", {})
    now.now = 10
    assert _lengths(buffer, "before", "after") == [1, 1]


def test_a_clock_that_went_back_keeps_no_request_for_ever() -> None:
    now = Clock(10**18)
    buffer = EventBuffer(BufferLimits(idle_ns=10), now=now)
    buffer.append("before", "a", {})
    now.now = 0
    buffer.append("after", "a", {})
    now.now = 11
    assert buffer.take("before") == buffer.take("after") == NOTHING
    assert buffer.expired == 2


def test_time_before_and_after_a_step_back_adds_up() -> None:
    now = Clock(100)
    buffer = EventBuffer(BufferLimits(idle_ns=10), now=now)
    buffer.append("r1", "a", {})
    for now.now in (106, 3, 7):
        buffer.take("nobody's")
    assert buffer.expired == 0
    now.now = 8
    buffer.take("nobody's")
    assert buffer.expired == 1


def test_a_scope_of_what_is_no_id_says_so_and_appends_to_no_other_request() -> None:
    buffer = EventBuffer()
    no_ids: tuple[object, ...] = (True, 7.0, b"r1", [], 2**63)
    with buffer.request("outer"):
        for no_id in no_ids:
            with buffer.request(no_id) as entered:
                assert isinstance(entered, Failure)
                assert entered.failure().kind == "invalid_request_id"
                assert buffer.append_current("a", {}) == Success(None)
        assert buffer.current() == "outer"
    assert buffer.take("outer") == NOTHING


def test_a_scope_gives_its_id_and_one_of_null_makes_none_current() -> None:
    buffer = EventBuffer()
    with buffer.request("outer") as entered, buffer.request(None) as inner:
        assert (entered, inner, buffer.current()) == (Success("outer"), Success(None), None)
