"""The table of an event buffer: its requests, its idle time and its counts, kept under its lock.

Rules:
1. Requests stand in the order of their last append, so that expiry and eviction look at the head
   alone: no call takes longer the more requests there are.
2. The request that was appended to stands last, so it is the last to be evicted.
3. Idle time is the sum of the clock's steps forward: a step back counts as no time, and what
   follows it counts from there. So a clock that goes back neither ends a request nor keeps it for
   ever.
4. Nothing here is safe between threads: whoever calls holds the lock. Of one thread a finalizer or
   a signal handler may call in; then the append that it came into is made again.
"""

from collections import OrderedDict

from attrs import field, mutable

from mimir.core.buffer import (
    EventRejected,
    RequestEvents,
    StoredEvent,
    append,
    is_expired,
)
from mimir.core.buffer_limits import BufferLimits
from mimir.core.buffer_totals import BufferTotals, EventTotals, RequestTotals
from mimir.core.outcome import Failure, Outcome
from mimir.core.vocabulary import RequestId


@mutable
class _Ended:
    """How many requests ended in one way, and how many events with them."""

    requests: int = 0
    events: int = 0


@mutable
class EventTable:
    """Living requests by id, the longest idle first, and what became of all the others.

    ``seen`` is what the clock said last; no request expires before the idle time is past ``due``.
    """

    limits: BufferLimits
    seen: int
    requests: OrderedDict[RequestId, RequestEvents] = field(
        factory=OrderedDict[RequestId, RequestEvents]
    )
    idle_time: int = 0
    due: int = 0
    bytes: int = 0
    begun: int = 0
    appended: int = 0
    dropped: int = 0
    taken: _Ended = field(factory=_Ended)
    expired: _Ended = field(factory=_Ended)
    evicted: _Ended = field(factory=_Ended)

    def append(self, key: RequestId, event: StoredEvent, now: int) -> Outcome[int, EventRejected]:
        """Append an event, after what has expired is gone; what is past a bound goes after it."""
        self.advance(now)
        requests, limits = self.requests, self.limits
        while True:
            before = requests.get(key)
            made, numbered = append(before, event, self.idle_time, limits)
            if requests.get(key) is before:  # nobody called in meanwhile (rule 4)
                break
        requests[key] = made
        self.appended += 1
        if type(numbered) is Failure:
            self.dropped += 1
        else:
            self.bytes += event.size
        if before is None:
            self.begun += 1
        else:
            requests.move_to_end(key)
        if self.bytes > limits.bytes_in_all or (before is None and len(requests) > limits.requests):
            self._evict()
        return numbered

    def take(self, key: RequestId, now: int) -> RequestEvents | None:
        """Remove a request, after what has expired is gone."""
        self.advance(now)
        return self._end(key, self.taken) if key in self.requests else None

    def advance(self, now: int) -> None:
        """Let the clock be at ``now``: count what it went forward, and give up what has expired."""
        if now > self.seen:
            self.idle_time += now - self.seen
        self.seen = now
        if self.idle_time > self.due:
            self._expire()

    def totals(self) -> BufferTotals:
        """Count everything."""
        taken, expired, evicted = self.taken, self.expired, self.evicted
        return BufferTotals(
            events=EventTotals(
                appended=self.appended,
                taken=taken.events,
                dropped=self.dropped,
                expired=expired.events,
                evicted=evicted.events,
                buffered=sum(request.length for request in self.requests.values()),
            ),
            requests=RequestTotals(
                begun=self.begun,
                taken=taken.requests,
                expired=expired.requests,
                evicted=evicted.requests,
                buffered=len(self.requests),
            ),
            bytes=self.bytes,
        )

    def _expire(self) -> None:
        last = self.idle_time
        while self.requests:
            key, request = next(iter(self.requests.items()))
            if not is_expired(request, self.idle_time, self.limits):
                last = request.last_append
                break
            self._end(key, self.expired)
        self.due = last + self.limits.idle_ns

    def _evict(self) -> None:
        requests, limits = self.requests, self.limits
        while requests and (len(requests) > limits.requests or self.bytes > limits.bytes_in_all):
            self._end(next(iter(requests)), self.evicted)

    def _end(self, key: RequestId, how: _Ended) -> RequestEvents:
        request = self.requests.pop(key)
        self.bytes -= request.size
        how.requests += 1
        how.events += request.length
        return request
