"""The events of one request, in order and within bounds.

Rules:
1. Events number from 1. A rejected event uses no number, and none is used again while the
   request lives (deviation D12).
2. Past a bound of the request the newest event is dropped and counted; it uses no number either.
3. A payload is copied in: what its owner does to it afterwards changes nothing here. One that
   changes while it is copied is kept as it was at some moment, member by member.
4. Ids are strings or integers; ``7`` and ``"7"`` differ. A bool and a float are no ids.
5. A request lives from its first append until it is taken, or ``idle_ns`` after its last append.
6. ``ts`` never decreases in the order of ``seq``, whatever the clock does.
7. The bytes of an event are those of its type and of the keys and texts of its payload in UTF-8,
   each time that they stand there, and 8 for each other value, object and list.
"""

import marshal
from collections.abc import Callable
from typing import ClassVar, Final, Literal, NamedTuple, Optional, TypeAlias

from attrs import frozen

from mimir.core.buffer_limits import BufferLimits
from mimir.core.event import Event
from mimir.core.fields import Json, excerpt, is_integer, is_object
from mimir.core.limits import EVENT_VALUES_MAX, ID_MAX_CHARS, NAME_MAX_CHARS
from mimir.core.outcome import Failure, Outcome, Success
from mimir.core.plain import NotPlain, plain_object
from mimir.core.texts import is_unicode, names_key
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


class StoredEvent(NamedTuple):
    """An event whose payload nobody else holds: a flat object, or one with parts, frozen as bytes.

    Its number is its place in its request; ``size`` is in bytes (rule 7).
    """

    ts: int
    type: str
    payload: dict[object, object] | bytes
    size: int


Chain: TypeAlias = tuple[StoredEvent, Optional["Chain"]]
"""Events linked to those before them: one more takes as long however many there are."""


class RequestEvents(NamedTuple):
    """The events of one living request. ``last_append`` is nanoseconds that never go back."""

    last_append: int
    newest: Chain | None = None
    length: int = 0
    size: int = 0
    dropped: int = 0


@frozen
class Taken:
    """What a request had: its events in order, and how many were dropped at its bounds."""

    events: tuple[Event, ...] = ()
    dropped: int = 0


NOTHING: Final = Taken()

_NEW: Final = RequestEvents(0)
_USUAL: Final = BufferLimits().events_per_request
_NUMBERED: Final = tuple(map(Success, range(_USUAL + 1)))
"""What appends give back, made once: a success takes nearly as long to make as the rest."""

_EventParts: TypeAlias = tuple[int, str, dict[object, object] | bytes, int]
_RequestParts: TypeAlias = tuple[int, Chain, int, int, int]
_ShownParts: TypeAlias = tuple[int, int, str, object]
_event: Callable[[type[StoredEvent], _EventParts], StoredEvent] = tuple[object].__new__
_request: Callable[[type[RequestEvents], _RequestParts], RequestEvents] = tuple[object].__new__
_shown: Callable[[type[Event], _ShownParts], Event] = tuple[object].__new__
"""What the constructors do, without a call of Python's for each."""


def parse_request_id(value: object) -> RequestId | EventRejected:
    """Read the id of a request: text of at most 512 characters, or an integer within the limits.

    >>> parse_request_id(7), parse_request_id(True)
    (7, EventRejected(kind='invalid_request_id', detail='expected string or integer, got true'))
    """
    if type(value) is str and len(value) <= ID_MAX_CHARS:
        if value.isascii() or is_unicode(value):
            return value
    elif is_integer(value):
        return value
    return EventRejected("invalid_request_id", f"expected string or integer, got {excerpt(value)}")


def prepare(event_type: object, gen_ai: object, ts: int) -> StoredEvent | EventRejected:
    """Read an event: its type as text, its payload as plain data that nobody else holds.

    Null is the empty type, and a bool or an integer is written as JSON writes it.

    >>> prepare(True, {}, 5).type
    'true'
    >>> prepare("usage", [], 5).message
    'invalid_gen_ai: expected an object, got a list of 0 items'
    """
    kind = _type(event_type)
    if isinstance(kind, EventRejected):
        return kind
    size = len(kind) if kind.isascii() else len(kind.encode("utf-8"))
    if is_object(gen_ai) and (measured := _flat_size(flat := gen_ai.copy())):
        return _event(StoredEvent, (ts, kind, flat, size + measured))
    payload = plain_object(gen_ai, EVENT_VALUES_MAX)
    if isinstance(payload, NotPlain):
        where = f"{payload.path}: " if payload.path else ""
        return EventRejected("invalid_gen_ai", where + payload.message)
    return StoredEvent(ts, kind, marshal.dumps(payload), size + _size(payload))


def append(
    request: RequestEvents | None, event: StoredEvent, now: int, limits: BufferLimits
) -> tuple[RequestEvents, Outcome[int, EventRejected]]:
    """Number ``event`` and store it, or drop it at a bound of the request.

    :param request: the request so far; ``None`` begins one.
    :param now: nanoseconds that never go back.
    :return: the request as it is now, and the number that the event got or why it got none.
    """
    _, newest, length, before, dropped = _NEW if request is None else request
    seq, size = length + 1, before + event.size
    room = min(limits.bytes_per_request, limits.bytes_in_all)
    if seq > limits.events_per_request or size > room:
        full = EventRejected("request_full", f"{length} events, {before} bytes")
        return RequestEvents(now, newest, length, before, dropped + 1), Failure(full)
    if newest is not None and event.ts < newest[0].ts:
        event = event._replace(ts=newest[0].ts)
    appended = _request(RequestEvents, (now, (event, newest), seq, size, dropped))
    return appended, _NUMBERED[seq] if seq <= _USUAL else Success(seq)


def taken(request: RequestEvents | None) -> Taken:
    """Return the events of ``request`` as fresh plain data."""
    if request is None:
        return NOTHING
    events: list[Event] = []
    chain, seq = request.newest, request.length
    while chain is not None:
        (ts, kind, payload, _), chain = chain
        gen_ai = marshal.loads(payload) if isinstance(payload, bytes) else payload.copy()
        events.append(_shown(Event, (seq, ts, kind, gen_ai)))
        seq -= 1
    events.reverse()
    return Taken(tuple(events), request.dropped)


def is_expired(request: RequestEvents, now: int, limits: BufferLimits) -> bool:
    """Tell whether ``request`` has been idle for longer than it may be."""
    return now - request.last_append > limits.idle_ns


def _flat_size(payload: dict[object, object]) -> int:
    """Measure an object of ASCII text, integers, bools and nulls, as most are; 0 for any other.

    What tells an integer is written out: a call for each would take longer than all else.
    """
    size = 8
    for key, value in payload.items():
        if type(key) is not str or not key.isascii():
            return 0
        size += len(key)
        if type(value) is str and value.isascii():
            size += len(value)
        elif (type(value) is int and value.bit_length() <= 63) or (
            value is None or type(value) is bool
        ):
            size += 8
        else:
            return 0
    return size


def _size(value: Json) -> int:
    if type(value) is str:
        return len(value.encode("utf-8"))
    if type(value) is list:
        return 8 + sum(map(_size, value))
    if type(value) is dict:
        return 8 + sum(_size(key) + _size(item) for key, item in value.items())
    return 8


def _type(value: object) -> str | EventRejected:
    if type(value) is str and len(value) <= NAME_MAX_CHARS:
        if names_key(value):
            return EventRejected("invalid_event_type", "looks like a key")
        if value.isascii() or is_unicode(value):
            return value
    elif value is None:
        return ""
    elif value is True or value is False or is_integer(value):
        return str(value).lower()
    detail = f"expected text of at most {NAME_MAX_CHARS} characters, got {excerpt(value)}"
    return EventRejected("invalid_event_type", detail)
