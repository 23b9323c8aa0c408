"""The turn-event buffer: a lock, a table of requests, and calls to pure transitions.

Rules:
1. ``take`` is atomic: an event is in exactly one take.
2. The current request id follows ``contextvars``: tasks, ``asyncio.to_thread`` and what runs in a
   copied context inherit it, threads and executors do not. ``append(request_id, ...)`` needs none.
3. A generator runs in the context of whoever advances it. A scope that ends in another context than
   the one that it began in changes nothing there.
4. What was lost is counted, and ``totals`` adds up: see ``core/buffer_totals.py``.
5. A null id is a no-op; what is no id is rejected, and makes no request current.
6. A signal handler and a finalizer may call in while this very thread is inside: the lock lets them
   in.
"""

from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from threading import RLock
from typing import Final

from mimir.core.buffer import (
    NOTHING,
    EventRejected,
    Taken,
    parse_request_id,
    prepare,
    taken,
)
from mimir.core.buffer_limits import DEFAULT_LIMITS, BufferLimits
from mimir.core.buffer_totals import BufferTotals
from mimir.core.outcome import Failure, Outcome, Success
from mimir.core.vocabulary import RequestId
from mimir.shell import clock
from mimir.shell._event_table import EventTable

_NO_OP: Final[Success[int | None]] = Success(None)


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
        self._now = now
        self._unix_now = unix_now
        self._lock = RLock()
        self._table = EventTable(limits, now())
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
        self._lock.acquire()  # a ``with`` block would take as long again as the lock itself
        try:
            return self._table.append(key, event, self._now())
        finally:
            self._lock.release()

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
            request = self._table.take(key, self._now())
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
    def request(self, request_id: object) -> Generator[Outcome[RequestId | None, EventRejected]]:
        """Make a request the current one inside a ``with`` block, and the former one after it.

        ``as`` gives the id, or ``EventRejected`` for what is no id: no request is current inside
        then, so that nothing is appended to another one. A generator may be closed in another
        context than it was begun in; nothing changes there.

        >>> buffer = EventBuffer()
        >>> with buffer.request(7) as entered:
        ...     entered.unwrap(), buffer.current()
        (7, 7)
        >>> with buffer.request(True) as entered:
        ...     entered.failure().kind, buffer.current()
        ('invalid_request_id', None)
        """
        key = None if request_id is None else parse_request_id(request_id)
        entered = Failure(key) if isinstance(key, EventRejected) else Success(key)
        token = self._current.set(None if isinstance(key, EventRejected) else key)
        try:
            yield entered
        finally:
            with suppress(ValueError):
                self._current.reset(token)

    def totals(self) -> BufferTotals:
        """Return what became of every event and request so far; what has expired is counted so."""
        with self._lock:
            self._table.advance(self._now())
            return self._table.totals()

    @property
    def dropped(self) -> int:
        """How many events were dropped at the bounds of their requests, taken or not."""
        return self._table.dropped

    @property
    def expired(self) -> int:
        """How many requests were given up because nobody took them in time."""
        return self._table.expired.requests

    @property
    def evicted(self) -> int:
        """How many requests were given up, the longest idle first, at the bounds of the buffer."""
        return self._table.evicted.requests
