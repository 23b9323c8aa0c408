"""Between threads no event is lost, doubled or out of order."""

from collections import Counter
from functools import partial

import pytest

from mimir.core.buffer import EventRejected, RequestEvents, StoredEvent, Taken, append
from mimir.core.buffer_limits import BufferLimits
from mimir.core.outcome import Outcome, Success
from mimir.shell.events import EventBuffer
from stress import together


def _types(taken: Taken) -> list[str]:
    return [event.type for event in taken.events]


def test_no_number_is_given_twice_or_left_out_between_eight_threads() -> None:
    buffer = EventBuffer(BufferLimits(events_per_request=1_600))
    numbers: list[int | None] = []

    def append() -> None:
        numbers.extend([buffer.append("r1", "a", {}).unwrap() for _ in range(200)])

    together([append] * 8)
    assert Counter(numbers) == Counter(range(1, 1_601))
    assert [event.seq for event in buffer.take("r1").events] == list(range(1, 1_601))


def test_every_event_is_in_exactly_one_take() -> None:
    buffer = EventBuffer(BufferLimits(events_per_request=10_000))
    takes: list[Taken] = []

    def append(writer: int) -> None:
        for step in range(300):
            buffer.append("r1", f"{writer}/{step}", {})

    def take() -> None:
        for _ in range(300):
            takes.append(buffer.take("r1"))

    together([*(partial(append, writer) for writer in range(4)), take, take])
    takes.append(buffer.take("r1"))
    for taken in takes:
        assert [event.seq for event in taken.events] == list(range(1, len(taken.events) + 1))
    seen = Counter(kind for taken in takes for kind in _types(taken))
    assert seen == Counter(f"{n}/{step}" for n in range(4) for step in range(300))
    assert sum(taken.dropped for taken in takes) == 0


def test_no_drop_is_lost_between_eight_threads() -> None:
    buffer = EventBuffer(BufferLimits(events_per_request=10))

    def append() -> None:
        for _ in range(300):
            buffer.append("r1", "a", {})

    together([append] * 8)
    taken = buffer.take("r1")
    assert (len(taken.events), taken.dropped) == (10, 2_390)


def test_no_eviction_is_lost_between_eight_threads() -> None:
    buffer = EventBuffer(BufferLimits(requests=5))

    def append(writer: int) -> None:
        for step in range(200):
            buffer.append(writer * 1_000 + step, "a", {})

    together([partial(append, writer) for writer in range(8)])
    assert buffer.evicted == 8 * 200 - 5


def test_an_append_that_comes_into_another_of_the_same_thread_is_not_lost(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    buffer = EventBuffer()
    inner = ["inner"]

    def interrupted(
        request: RequestEvents | None, event: StoredEvent, now: int, limits: BufferLimits
    ) -> tuple[RequestEvents, Outcome[int, EventRejected]]:
        if inner:
            assert buffer.append("r1", inner.pop(), {}) == Success(1)
        return append(request, event, now, limits)

    monkeypatch.setattr("mimir.shell._event_table.append", interrupted)
    assert buffer.append("r1", "outer", {}) == Success(2)
    totals = buffer.totals()
    assert (totals.events.appended, totals.requests.begun) == (2, 1)
    assert _types(buffer.take("r1")) == ["inner", "outer"]
