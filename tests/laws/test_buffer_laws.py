"""What holds of the events of requests for every sequence of appends and takes."""

from contextlib import AbstractContextManager

from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from mimir.core.buffer import (
    NOTHING,
    EventRejected,
    RequestEvents,
    Taken,
    append,
    parse_request_id,
    prepare,
    taken,
)
from mimir.core.buffer_limits import BufferLimits
from mimir.core.fields import Json
from mimir.core.outcome import Failure, Outcome, Success
from mimir.core.vocabulary import RequestId
from mimir.shell.events import EventBuffer
from mimir.testing.events import gen_ai_payloads
from mimir.testing.plain import anything, json_objects

IDS: st.SearchStrategy[RequestId] = st.sampled_from(["a", "b", "7", 7, 0])
KINDS = st.sampled_from(["start", "usage", "close"])
SIZE = 5 + 8
"""The bytes of an event of one of these kinds with no attributes."""

NO_EVENTS: st.SearchStrategy[tuple[object, object]] = st.sampled_from(
    [("usage", []), (1.5, {}), ("usage", {"a": float("nan")}), ([], {})]
)


@given(json_objects())
def test_a_payload_comes_back_as_it_was(payload: dict[str, Json]) -> None:
    event = prepare("usage", payload, 0)
    assert not isinstance(event, EventRejected)
    request, _ = append(None, event, 0, BufferLimits(bytes_per_request=10**9))
    (stored,) = taken(request).events
    # As text, so that 1, 1.0 and True differ.
    assert repr(stored.gen_ai) == repr(payload)


@given(anything(), anything())
def test_an_event_is_read_or_rejected_and_nothing_is_raised(kind: object, payload: object) -> None:
    for made in (prepare(kind, {}, 0), prepare("usage", payload, 0), prepare("a", {"a": kind}, 0)):
        assert isinstance(made, EventRejected) or made.ts == 0


@given(anything())
def test_an_id_is_a_string_or_an_integer_or_rejected(value: object) -> None:
    parsed = parse_request_id(value)
    assert isinstance(parsed, EventRejected) or (type(parsed) in (str, int) and parsed is value)


@given(
    st.lists(st.tuples(st.integers(-5, 5), gen_ai_payloads()), max_size=12),
    st.integers(0, 8),
    st.integers(0, 400),
)
def test_a_request_keeps_a_gapless_beginning_of_its_numbers_within_its_bounds(
    events: list[tuple[int, dict[str, Json]]], most: int, room: int
) -> None:
    limits = BufferLimits(events_per_request=most, bytes_per_request=room)
    request, stored = RequestEvents(0), 0
    for ts, payload in events:
        event = prepare("usage", payload, ts)
        assert not isinstance(event, EventRejected)
        request, numbered = append(request, event, 0, limits)
        if isinstance(numbered, Success):
            stored += 1
            assert numbered.unwrap() == stored
    kept = taken(request)
    assert [event.seq for event in kept.events] == list(range(1, stored + 1))
    assert len(kept.events) + kept.dropped == len(events)
    assert len(kept.events) <= most
    assert request.size <= room
    times = [event.ts for event in kept.events]
    assert times == sorted(times)


class _Request:
    """What the model knows of one living request."""

    def __init__(self) -> None:
        self.touched: tuple[int, int] = (0, 0)
        self.events: list[tuple[int, str]] = []
        self.dropped = 0


class BufferMachine(RuleBasedStateMachine):
    """The live object beside a model of it, which looks at every request each time."""

    @initialize()
    def begin(self) -> None:
        """Start both, with bounds that are soon met."""
        self.now: int = 0
        self.idle: int = 0
        self.unix: int = 0
        self.turn: int = 0
        self.limits = BufferLimits(
            events_per_request=3, bytes_in_all=6 * SIZE, requests=3, idle_ns=10
        )
        self.buffer = EventBuffer(self.limits, now=lambda: self.now, unix_now=lambda: self.unix)
        self.requests: dict[RequestId, _Request] = {}
        self.dropped = self.expired = self.evicted = self.appended = self.taken = 0
        self.current: list[RequestId | None] = [None]
        self.blocks: list[AbstractContextManager[object]] = []

    @rule(step=st.sampled_from([0, 1, 4, 10, 11]))
    def wait(self, step: int) -> None:
        """Let time pass."""
        self.now += step
        self.idle += step

    @rule(step=st.sampled_from([1, 11, 10**9]))
    def go_back(self, step: int) -> None:
        """Set the monotonic clock back, and let somebody look at it; no time passes."""
        self.now -= step
        self.buffer.take("nobody's")

    @rule(unix=st.integers(0, 20))
    def set_the_clock(self, unix: int) -> None:
        """Set the other clock, backwards too."""
        self.unix = unix

    @rule(request_id=IDS, kind=KINDS)
    def append(self, request_id: RequestId, kind: str) -> None:
        """Store an event."""
        self._appended(request_id, kind, self.buffer.append(request_id, kind, {}))

    @rule(kind=KINDS)
    def append_current(self, kind: str) -> None:
        """Store an event of the current request."""
        outcome = self.buffer.append_current(kind, {})
        if self.current[-1] is None:
            assert outcome == Success(None)
        else:
            self._appended(self.current[-1], kind, outcome)

    @rule(request_id=IDS, event=NO_EVENTS)
    def reject(self, request_id: RequestId, event: tuple[object, object]) -> None:
        """Try to store what is no event; nothing changes."""
        assert isinstance(self.buffer.append(request_id, *event), Failure)

    @rule(request_id=IDS)
    def take(self, request_id: RequestId) -> None:
        """Take a request."""
        self._took(request_id, self.buffer.take(request_id))

    @rule()
    def take_current(self) -> None:
        """Take the current request."""
        request_id, self.current[-1] = self.current[-1], None
        got = self.buffer.take_current()
        if request_id is None:
            assert got == NOTHING
        else:
            self._took(request_id, got)

    @rule(request_id=st.none() | IDS)
    def put_current(self, request_id: RequestId | None) -> None:
        """Make a request the current one."""
        assert self.buffer.put_current(request_id) == Success(None)
        self.current[-1] = request_id

    @rule(request_id=IDS)
    def enter(self, request_id: RequestId) -> None:
        """Enter a block."""
        self.blocks.append(self.buffer.request(request_id))
        self.blocks[-1].__enter__()
        self.current.append(request_id)

    @precondition(lambda self: self.blocks)
    @rule()
    def leave(self) -> None:
        """Leave the innermost block."""
        self.blocks.pop().__exit__(None, None, None)
        self.current.pop()

    @invariant()
    def every_event_and_request_is_somewhere_once(self) -> None:
        """Compare the totals, and add them up."""
        totals = self.buffer.totals()
        self._expire()
        events, requests = totals.events, totals.requests
        assert events.appended == self.appended
        assert events.buffered == sum(len(one.events) for one in self.requests.values())
        assert events.taken == self.taken
        assert events.appended == events.taken + events.buffered + events.lost
        assert requests.buffered == len(self.requests)
        assert requests.begun == (
            requests.taken + requests.expired + requests.evicted + requests.buffered
        )
        assert totals.bytes == events.buffered * SIZE

    @invariant()
    def the_counts_and_the_current_request_agree(self) -> None:
        """Compare what both show."""
        shown = (self.buffer.dropped, self.buffer.expired, self.buffer.evicted)
        assert shown == (self.dropped, self.expired, self.evicted)
        assert self.buffer.current() == self.current[-1]
        assert type(self.buffer.current()) is type(self.current[-1])

    def _expire(self) -> None:
        for request_id, request in list(self.requests.items()):
            if self.idle - request.touched[0] > self.limits.idle_ns:
                del self.requests[request_id]
                self.expired += 1

    def _events(self) -> int:
        return sum(len(request.events) for request in self.requests.values())

    def _appended(
        self, request_id: RequestId, kind: str, outcome: Outcome[int | None, EventRejected]
    ) -> None:
        self._expire()
        self.turn += 1
        request = self.requests.setdefault(request_id, _Request())
        request.touched = (self.idle, self.turn)
        self.appended += 1
        if len(request.events) == self.limits.events_per_request:
            request.dropped += 1
            self.dropped += 1
            assert outcome.failure().kind == "request_full"
        else:
            request.events.append((max([self.unix, *(ts for ts, _ in request.events)]), kind))
            assert outcome == Success(len(request.events))
        while len(self.requests) > self.limits.requests or self._events() > 6:
            del self.requests[min(self.requests, key=lambda one: self.requests[one].touched)]
            self.evicted += 1

    def _took(self, request_id: RequestId, got: Taken) -> None:
        self._expire()
        request = self.requests.pop(request_id, _Request())
        self.taken += len(request.events)
        numbered = [(seq, ts, kind) for seq, (ts, kind) in enumerate(request.events, 1)]
        assert [(event.seq, event.ts, event.type) for event in got.events] == numbered
        assert got.dropped == request.dropped


TestBufferMachine = BufferMachine.TestCase
