"""Eight threads on one request lose nothing; the same test shows a naive buffer to lose."""

import threading
from collections.abc import Callable
from functools import partial

import pytest

from mimir.core.buffer import Taken
from mimir.core.buffer_limits import BufferLimits
from mimir.core.event import Event
from mimir.core.fields import Json
from mimir.shell.events import EventBuffer
from stress import loses, together

THREADS, EACH = 8, 150

Append = Callable[[str, str, dict[str, Json]], object]


class NaiveBuffer:
    """What one would write first: a dictionary of lists, and no lock."""

    def __init__(self) -> None:
        self.requests: dict[str, list[Event]] = {}

    def append(self, request_id: str, kind: str, gen_ai: dict[str, Json]) -> int:
        """Number an event, then store it; another thread may number one in between."""
        events = self.requests.get(request_id, [])
        seq = self._number(events)
        self.requests[request_id] = [*events, Event(seq, 0, kind, gen_ai)]
        return seq

    def take(self, request_id: str) -> Taken:
        """Remove and return the events of a request."""
        return Taken(tuple(self.requests.pop(request_id, [])))

    def _number(self, events: list[Event]) -> int:
        return len(events) + 1


def _lost(make: Callable[[], EventBuffer | NaiveBuffer]) -> bool:
    """Append from eight threads, take, and tell whether an event or a number is lost or doubled."""
    buffer = make()

    def write(writer: int) -> None:
        for step in range(EACH):
            buffer.append("r1", f"{writer}/{step}", {"n": step})

    together([partial(write, writer) for writer in range(THREADS)])
    events = buffer.take("r1").events
    kept = {event.type for event in events}
    numbers = [event.seq for event in events]
    whole = {f"{writer}/{step}" for writer in range(THREADS) for step in range(EACH)}
    return kept != whole or numbers != list(range(1, THREADS * EACH + 1))


def _roomy() -> EventBuffer:
    return EventBuffer(BufferLimits(events_per_request=THREADS * EACH))


@pytest.mark.parametrize(
    ("make", "attempts", "expected"),
    [(_roomy, 5, False), (NaiveBuffer, 200, True)],
    ids=["the buffer loses nothing", "a naive one loses"],
)
def test_what_eight_threads_append_to_one_request_is_there_once_and_in_order(
    make: Callable[[], EventBuffer | NaiveBuffer], attempts: int, expected: bool
) -> None:
    assert loses(partial(_lost, make), attempts) is expected


def test_a_naive_buffer_loses_nothing_in_one_thread() -> None:
    naive = NaiveBuffer()
    assert [naive.append("r1", "a", {}) for _ in range(3)] == [1, 2, 3]
    assert len(naive.take("r1").events) == 3


def test_between_appends_takes_expiry_and_evictions_the_totals_add_up() -> None:
    now = iter(range(10**9))
    limits = BufferLimits(events_per_request=4, requests=6, bytes_in_all=400, idle_ns=40)
    buffer = EventBuffer(limits, now=lambda: next(now))

    def write(writer: int) -> None:
        for step in range(200):
            buffer.append((writer + step) % 9, "usage", {"n": step})
            if step % 7 == writer % 7:
                buffer.take(step % 9)

    together([partial(write, writer) for writer in range(8)])
    totals = buffer.totals()
    events, requests = totals.events, totals.requests
    assert events.appended == 8 * 200
    assert events.appended == events.taken + events.buffered + events.lost
    ended = requests.taken + requests.expired + requests.evicted
    assert requests.begun == ended + requests.buffered
    left = [buffer.take(request_id) for request_id in range(9)]
    assert buffer.totals().bytes == 0
    assert sum(len(taken.events) for taken in left) <= events.buffered


@pytest.mark.parametrize("inner", [None, {"n": 1}], ids=["flat", "nested"])
def test_a_payload_that_changes_while_it_is_appended_raises_nothing(
    inner: dict[str, Json] | None,
) -> None:
    payload: dict[str, Json] = {"n": inner}
    buffer = EventBuffer(BufferLimits(events_per_request=10**6, bytes_per_request=10**9))

    appended = threading.Event()

    def change(holder: dict[str, Json]) -> None:
        while not appended.is_set():
            for step in range(50):
                holder[f"k{step}"] = step
            for step in range(50):
                del holder[f"k{step}"]

    def append() -> None:
        try:
            for _ in range(3_000):
                buffer.append("r1", "usage", payload).unwrap()
        finally:
            appended.set()

    holders = [payload] if inner is None else [payload, inner]
    together([*(partial(change, holder) for holder in holders), append])
    assert len(buffer.take("r1").events) == 3_000
