"""The events of one request, in order and within bounds.

Rules:
1. Events number from 1. A rejected event uses no number, and none is used again while the
   request lives (deviation D12).
2. Past a bound of the request the newest event is dropped and counted; it uses no number either.
3. A payload is copied in: what its owner does to it afterwards changes nothing here.
4. Ids are strings or integers; ``7`` and ``"7"`` differ. A bool and a float are no ids.
5. A request lives from its first append until it is taken, or ``idle_ns`` after its last append.
6. ``ts`` never decreases in the order of ``seq``, whatever the clock does.
"""

import marshal
from typing import ClassVar, Final, Literal, TypeAlias

from attrs import evolve, frozen

from mimir.core.event import Event
from mimir.core.fields import Json, excerpt, is_integer, is_text, is_unicode
from mimir.core.limits import ID_MAX_CHARS, NAME_MAX_CHARS
from mimir.core.outcome import Failure, Outcome, Success
from mimir.core.plain import NotPlain, plain_object
from mimir.core.vocabulary import RequestId

RejectionKind: TypeAlias = Literal[
    "invalid_request_id", "invalid_event_type", "invalid_gen_ai", "request_full"
]
"""Why an event was not stored."""


@frozen
class EventRejected:
    """An event that was not stored. ``request_full`` is counted in what ``take`` returns."""

    code: ClassVar[Literal["event_rejected"]] = "event_rejected"
    kind: RejectionKind
    detail: str

    @property
    def message(self) -> str:
        """The kind and what was seen."""
        return f"{self.kind}: {self.detail}"


@frozen(kw_only=True)
class BufferLimits:
    """How much is kept: events and bytes of a request, requests in all, and how long a request may
    be idle, in nanoseconds.

    Bytes are those of the frozen payload and of the type in UTF-8. One text object that stands in a
    payload many times is held once, and counts once.
    """

    events_per_request: int = 256
    bytes_per_request: int = 256 * 1024
    requests: int = 10_000
    idle_ns: int = 120 * 1_000_000_000


DEFAULT_LIMITS: Final = BufferLimits()


@frozen
class StoredEvent:
    """An event whose payload is frozen as bytes."""

    seq: int
    ts: int
    type: str
    payload: bytes


@frozen
class RequestEvents:
    """The events of one living request. ``last_append`` is monotonic nanoseconds."""

    last_append: int
    events: tuple[StoredEvent, ...] = ()
    size: int = 0
    dropped: int = 0


@frozen
class Taken:
    """What a request had: its events in order, and how many were dropped at its bounds."""

    events: tuple[Event, ...] = ()
    dropped: int = 0


NOTHING: Final = Taken()


def parse_request_id(value: object) -> RequestId | EventRejected:
    """Read the id of a request: text of at most 512 characters, or an integer within the limits.

    >>> parse_request_id(7), parse_request_id(True)
    (7, EventRejected(kind='invalid_request_id', detail='expected string or integer, got true'))
    """
    if is_integer(value):
        return value
    if is_text(value) and len(value) <= ID_MAX_CHARS and is_unicode(value):
        return value
    return EventRejected("invalid_request_id", f"expected string or integer, got {excerpt(value)}")


def prepare(event_type: object, gen_ai: object, ts: int) -> StoredEvent | EventRejected:
    """Read an event that has no number yet (0): its type as text, its payload frozen.

    Null is the empty type, and a bool or an integer is written as JSON writes it.

    >>> prepare(True, {}, 5).type
    'true'
    >>> prepare("usage", [], 5).message
    'invalid_gen_ai: expected an object, got a list of 0 items'
    """
    kind = _type(event_type)
    if isinstance(kind, EventRejected):
        return kind
    payload = plain_object(gen_ai)
    if isinstance(payload, NotPlain):
        where = f"{payload.path}: " if payload.path else ""
        return EventRejected("invalid_gen_ai", where + payload.message)
    return StoredEvent(0, ts, kind, marshal.dumps(payload))


def append(
    request: RequestEvents | None, event: StoredEvent, now: int, limits: BufferLimits
) -> tuple[RequestEvents, Outcome[int, EventRejected]]:
    """Number ``event`` and store it, or drop it at a bound of the request.

    :param request: the request so far; ``None`` begins one.
    :param now: monotonic nanoseconds.
    :return: the request as it is now, and the number that the event got or why it got none.
    """
    current = RequestEvents(now) if request is None else request
    events, size = current.events, current.size + _size(event)
    if len(events) >= limits.events_per_request or size > limits.bytes_per_request:
        full = EventRejected("request_full", f"{len(events)} events, {current.size} bytes")
        return evolve(current, last_append=now, dropped=current.dropped + 1), Failure(full)
    seq = len(events) + 1
    ts = max(event.ts, events[-1].ts) if events else event.ts
    stored = StoredEvent(seq, ts, event.type, event.payload)
    return RequestEvents(now, (*events, stored), size, current.dropped), Success(seq)


def taken(request: RequestEvents | None) -> Taken:
    """Return the events of ``request`` as fresh plain data."""
    if request is None:
        return NOTHING
    return Taken(tuple(_thawed(event) for event in request.events), request.dropped)


def is_expired(request: RequestEvents, now: int, limits: BufferLimits) -> bool:
    """Tell whether ``request`` has been idle for longer than it may be."""
    return now - request.last_append > limits.idle_ns


def _size(event: StoredEvent) -> int:
    return len(event.payload) + len(event.type.encode("utf-8", "surrogatepass"))


def _thawed(event: StoredEvent) -> Event:
    payload: dict[str, Json] = marshal.loads(event.payload)
    return Event(event.seq, event.ts, event.type, payload)


def _type(value: object) -> str | EventRejected:
    if is_text(value) and len(value) <= NAME_MAX_CHARS and is_unicode(value):
        return value
    if value is None:
        return ""
    if value is True or value is False or is_integer(value):
        return str(value).lower()
    detail = f"expected text of at most {NAME_MAX_CHARS} characters, got {excerpt(value)}"
    return EventRejected("invalid_event_type", detail)
