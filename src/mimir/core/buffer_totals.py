"""What became of every event and of every request that a buffer was given.

Rules:
1. An event that was appended was taken, dropped at a bound of its request, lost with a request that
   expired or was evicted, or is still there: the five add up to ``appended``.
2. A request that was begun was taken, expired, was evicted, or is still there: the four add up to
   ``begun``.
3. An event that was rejected as malformed was never appended, and is counted nowhere.
"""

from attrs import frozen


@frozen(kw_only=True)
class EventTotals:
    """How many events were appended, and what became of them."""

    appended: int = 0
    taken: int = 0
    dropped: int = 0
    expired: int = 0
    evicted: int = 0
    buffered: int = 0

    @property
    def lost(self) -> int:
        """How many nobody will see."""
        return self.dropped + self.expired + self.evicted


@frozen(kw_only=True)
class RequestTotals:
    """How many requests were begun, and what became of them."""

    begun: int = 0
    taken: int = 0
    expired: int = 0
    evicted: int = 0
    buffered: int = 0


@frozen(kw_only=True)
class BufferTotals:
    """The totals of a buffer since it was made, and how many bytes it holds now."""

    events: EventTotals = EventTotals()
    requests: RequestTotals = RequestTotals()
    bytes: int = 0
