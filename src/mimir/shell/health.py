"""Lane health, fed by completions: a lock, a table, and calls to pure transitions.

Rules:
1. A completion is observed by a direct call or through the signal that the object is attached to.
2. A handler that gets garbage counts it in ``ignored`` and never breaks its caller.
3. At most ``LANES_MAX`` lanes are kept; completions of further ones are counted in ``ignored``.
"""

from collections.abc import Callable
from threading import Lock
from typing import Final, TypeGuard

from attrs import evolve, field, frozen
from blinker import Signal

from mimir.core.fields import InvalidField, is_text
from mimir.core.health.completion import Completion, parse
from mimir.core.health.policy import DEFAULT_HEALTH_POLICY, HealthPolicy, parse_threshold
from mimir.core.health.state import NEW, LaneRecord, LaneState, observe, state_of, view
from mimir.core.outcome import Failure, Outcome, Success
from mimir.core.vocabulary import Lane
from mimir.shell import clock

COMPLETION: Final = Signal("How one call ended: sent with completion=Completion(...) or a dict.")
"""The completion signal: ``COMPLETION.send(sender, completion=...)`` after every call."""

LANES_MAX: Final = 10_000
"""Lanes that one object keeps."""


@frozen
class _Table:
    policy: HealthPolicy = DEFAULT_HEALTH_POLICY
    lanes: dict[Lane, LaneRecord] = field(factory=dict[Lane, LaneRecord])
    ignored: int = 0


def _is_sound(value: object) -> TypeGuard[Completion]:
    """Tell whether ``value`` is a completion whose lane and outcome can be compared.

    The class checks nothing, and what is sent through a signal was typed by nobody.
    """
    return type(value) is Completion and is_text(value.lane) and is_text(value.outcome)


class LaneHealth:
    """The live health of lanes. Every method may be called from any thread.

    >>> health = LaneHealth()
    >>> for _ in range(3):
    ...     health.record_failure(Lane("openai"))
    >>> health.state(Lane("openai")), health.all()
    ('degraded', {'openai': 'degraded'})
    """

    def __init__(self, now: Callable[[], int] = clock.monotonic_ns) -> None:
        """Start without lanes; ``now`` is the monotonic clock, in nanoseconds."""
        self._now = now
        self._lock = Lock()
        self._table = _Table()
        self._signal: Signal | None = None

    def observe(self, completion: Completion) -> None:
        """Take one completion into account."""
        self._record(completion.lane, succeeded=completion.succeeded)

    def record_success(self, lane: Lane) -> None:
        """Take one success of ``lane`` into account."""
        self._record(lane, succeeded=True)

    def record_failure(self, lane: Lane) -> None:
        """Take one failure of ``lane`` into account."""
        self._record(lane, succeeded=False)

    def state(self, lane: Lane) -> LaneState:
        """Return the state of ``lane``; one that was never seen is ``ok``."""
        with self._lock:
            return state_of(self._table.lanes.get(lane), self._table.policy)

    def all(self) -> dict[Lane, LaneState]:
        """Return the state of every lane seen since the last reset."""
        with self._lock:
            return view(self._table.lanes, self._table.policy)

    @property
    def ignored(self) -> int:
        """How many completions were unreadable, or of a lane past the bound."""
        return self._table.ignored

    def set_threshold(self, value: int | None) -> Outcome[None, InvalidField]:
        """Set how many failures in a row degrade a lane; ``None`` is the default of 3.

        :return: ``InvalidField`` with code ``invalid_health_policy`` for less than 1; nothing
            changes then.
        """
        policy = parse_threshold(value)
        if isinstance(policy, Failure):
            return policy
        with self._lock:
            self._table = evolve(self._table, policy=policy.unwrap())
        return Success(None)

    def reset(self) -> None:
        """Forget every lane; the threshold stays."""
        with self._lock:
            self._table = _Table(self._table.policy)

    def attach(self, signal: Signal = COMPLETION) -> None:
        """Observe the completions of ``signal``, and of no other from now on.

        The signal holds this object until it is detached.
        """
        with self._lock:
            self._disconnect()
            signal.connect(self._handle, weak=False)
            self._signal = signal

    def detach(self) -> None:
        """Stop observing a signal."""
        with self._lock:
            self._disconnect()

    def _disconnect(self) -> None:
        if self._signal is not None:
            self._signal.disconnect(self._handle)
            self._signal = None

    def _handle(self, _sender: object, completion: object = None, **_rest: object) -> None:
        read = completion if _is_sound(completion) else self._parse(completion)
        if read is None:
            self._ignore()
        else:
            self.observe(read)

    def _parse(self, raw: object) -> Completion | None:
        parsed = parse(raw, self._now())
        return None if isinstance(parsed, Failure) else parsed.unwrap()

    def _record(self, lane: Lane, *, succeeded: bool) -> None:
        with self._lock:
            lanes = self._table.lanes
            known = lanes.get(lane)
            if known is not None or len(lanes) < LANES_MAX:
                lanes[lane] = observe(known or NEW, succeeded=succeeded)
                return
        self._ignore()

    def _ignore(self) -> None:
        with self._lock:
            self._table = evolve(self._table, ignored=self._table.ignored + 1)
