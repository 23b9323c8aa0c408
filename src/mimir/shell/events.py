"""The turn-event buffer: a lock, a table of requests, and calls to pure transitions.

Rules:
1. ``take`` is atomic: an event is in exactly one take.
2. The current request id follows ``contextvars``: tasks and ``asyncio.to_thread`` inherit it,
   threads and executors do not. ``append(request_id, ...)`` needs no context.
3. The table is kept in the order of the last append, so that expiry and eviction look at its head
   alone. What was lost is counted: requests in ``expired`` and ``evicted``, events in ``dropped``.
4. A null id is a no-op.
"""

from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from threading import Lock
from typing import Final

from attrs import field, mutable

from mimir.core.buffer import (
    DEFAULT_LIMITS,
    NOTHING,
    BufferLimits,
    EventRejected,
    RequestEvents,
    Taken,
    append,
    is_expired,
    parse_request_id,
    prepare,
    taken,
)
from mimir.core.outcome import Failure, Outcome, Success
from mimir.core.vocabulary import RequestId
from mimir.shell import clock

_NO_OP: Final[Success[int | None]] = Success(None)


@mutable
class _Table:
    requests: dict[RequestId, RequestEvents] = field(factory=dict[RequestId, RequestEvents])
    dropped: int = 0
    expired: int = 0
    evicted: int = 0


class EventBuffer:
    """Ordered, bounded events per request. Every method may be called from any thread.

    >>> buffer = EventBuffer()
    >>> with buffer.request("r1"):
    ...     buffer.append_current("usage", {"gen_ai.usage.input_tokens": 7}).unwrap()
    1
    >>> [event.type for event in buffer.take("r1").events]
    ['usage']
    """

    def __init__(
        self,
        limits: BufferLimits = DEFAULT_LIMITS,
        *,
        now: Callable[[], int] = clock.monotonic_ns,
        unix_now: Callable[[], int] = clock.unix_ns,
    ) -> None:
        """Start empty; ``now`` is the monotonic clock, ``unix_now`` the one that events show."""
        self._limits = limits
        self._now = now
        self._unix_now = unix_now
        self._lock = Lock()
        self._table = _Table()
        self._current: ContextVar[RequestId | None] = ContextVar("mimir_request", default=None)

    def append(
        self, request_id: object, event_type: object, gen_ai: object
    ) -> Outcome[int | None, EventRejected]:
        """Store an event of a request.

        :return: its number, ``None`` for a null id, or ``EventRejected``.
        """
        if request_id is None:
            return _NO_OP
        key = parse_request_id(request_id)
        if isinstance(key, EventRejected):
            return Failure(key)
        event = prepare(event_type, gen_ai, self._unix_now())
        if isinstance(event, EventRejected):
            return Failure(event)
        with self._lock:
            now, requests = self._now(), self._table.requests
            self._expire(now)
            request, numbered = append(requests.pop(key, None), event, now, self._limits)
            requests[key] = request
            self._table.dropped += isinstance(numbered, Failure)
            self._evict()
        return Success(numbered.unwrap()) if isinstance(numbered, Success) else numbered

    def append_current(
        self, event_type: object, gen_ai: object
    ) -> Outcome[int | None, EventRejected]:
        """Store an event of the current request; without one it is a no-op."""
        return self.append(self._current.get(), event_type, gen_ai)

    def take(self, request_id: object) -> Taken:
        """Remove and return the events of a request; its numbers then start at 1 again."""
        key = None if request_id is None else parse_request_id(request_id)
        if key is None or isinstance(key, EventRejected):
            return NOTHING
        with self._lock:
            self._expire(self._now())
            request = self._table.requests.pop(key, None)
        return taken(request)

    def take_current(self) -> Taken:
        """Take the current request, and have none from now on."""
        request_id = self._current.get()
        self._current.set(None)
        return self.take(request_id)

    def put_current(self, request_id: object) -> Outcome[None, EventRejected]:
        """Make a request the current one of this context; null makes none current.

        :return: ``EventRejected`` for what is no id; the current request stays then.
        """
        key = None if request_id is None else parse_request_id(request_id)
        if isinstance(key, EventRejected):
            return Failure(key)
        self._current.set(key)
        return Success(None)

    def current(self) -> RequestId | None:
        """Return the current request id of this context."""
        return self._current.get()

    @contextmanager
    def request(self, request_id: RequestId) -> Generator[None]:
        """Make a request the current one inside a ``with`` block, and the former one after it.

        A generator may be closed in another context than it was begun in; nothing changes there.
        """
        token = self._current.set(request_id)
        try:
            yield
        finally:
            with suppress(ValueError):
                self._current.reset(token)

    @property
    def dropped(self) -> int:
        """How many events were dropped at the bounds of their requests, taken or not."""
        return self._table.dropped

    @property
    def expired(self) -> int:
        """How many requests were given up because nobody took them in time."""
        return self._table.expired

    @property
    def evicted(self) -> int:
        """How many requests were given up, the longest idle first, at the bound of requests."""
        return self._table.evicted

    def _expire(self, now: int) -> None:
        requests = self._table.requests
        while requests:
            oldest = next(iter(requests))
            if not is_expired(requests[oldest], now, self._limits):
                return
            del requests[oldest]
            self._table.expired += 1

    def _evict(self) -> None:
        requests = self._table.requests
        while len(requests) > self._limits.requests:
            del requests[next(iter(requests))]
            self._table.evicted += 1
