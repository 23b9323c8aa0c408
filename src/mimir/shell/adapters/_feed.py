"""How an adapter hands completions on, without ever breaking the program that it watches.

Rules:
1. What cannot be read, and whatever raises on the way to the sink, is counted in ``ignored`` and
   goes no further. What says nothing about a lane is no completion, and is not counted.
2. A start is told by the wall clock, which every package has, and is put on the monotonic clock:
   now, less how long ago it was. So a report that comes late tells the same start. A start in the
   future is now.
3. An attribute of a foreign object that raises is not there.
4. A Retry-After may be seconds or a date.
"""

from collections.abc import Callable, Mapping
from threading import RLock
from typing import TypeAlias, TypeGuard

from mimir.core.fields import is_text
from mimir.core.health.completion import Completion, parse
from mimir.core.health.policy import SECOND
from mimir.core.outcome import Failure
from mimir.core.route import http
from mimir.shell import clock
from mimir.shell.health import COMPLETION

Sink: TypeAlias = Callable[[Completion], object]
"""What takes completions: ``LaneHealth.observe``, or any other callable."""

Told: TypeAlias = dict[str, object]
"""What is told of one call, under the names that a completion is parsed from."""


def send(completion: Completion) -> None:
    """Send a completion through the signal."""
    COMPLETION.send("mimir.shell.adapters", completion=completion)


class Feed:
    """Reads what it is told, and hands the completion to the sink. Any thread may tell.

    >>> seen = []
    >>> feed = Feed(seen.append)
    >>> feed.tell(lambda: {"lane": "openai", "outcome": "ok"})
    >>> feed.tell(lambda: {"lane": 7})
    >>> [completion.lane for completion in seen], feed.ignored
    (['openai'], 1)
    """

    def __init__(self, sink: Sink) -> None:
        """Start with nothing ignored."""
        self._sink = sink
        self._lock = RLock()
        self._ignored = 0

    @property
    def ignored(self) -> int:
        """How many reports were unreadable, or were not taken by the sink."""
        return self._ignored

    def tell(self, read: Callable[[], Told | None]) -> None:
        """Hand on what ``read`` tells, which is ``None`` where it is no completion."""
        try:
            told = read()
            if told is None:
                return
            completion = parse(told, clock.monotonic_ns())
            if not isinstance(completion, Failure):
                self._sink(completion.unwrap())
                return
        except Exception:
            pass
        with self._lock:
            self._ignored += 1


def started_at(unix_ns: int) -> int:
    """Return the monotonic nanosecond of a start that the wall clock tells, by rule 2.

    >>> started_at(clock.unix_ns() + 10**12) <= clock.monotonic_ns()
    True
    """
    return clock.monotonic_ns() - max(0, clock.unix_ns() - unix_ns)


def retry_after(value: object) -> int | None:
    """Read a Retry-After header in whole seconds.

    >>> retry_after("17"), retry_after("Thu, 01 Jan 1970 00:00:00 GMT"), retry_after(None)
    (17, 0, None)
    """
    return http.retry_after(value, clock.unix_ns() // SECOND) if is_text(value) else None


def attribute(value: object, name: str) -> object:
    """Return an attribute of a foreign object, by rule 3.

    >>> attribute(KeyError(), "args"), attribute(None, "args")
    ((), None)
    """
    try:
        found: object = getattr(value, name, None)
    except Exception:
        return None
    return found


def is_mapping(value: object) -> TypeGuard[Mapping[object, object]]:
    """Tell whether ``value`` is a mapping of any kind."""
    return isinstance(value, Mapping)
