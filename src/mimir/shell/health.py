"""Lane health, fed by completions: a lock, a table, and calls to pure transitions.

Rules:
1. A completion is observed by a direct call or through the signal that the object is attached to.
2. A handler that gets garbage counts it in ``ignored``, stays attached and never breaks its caller.
3. At most ``LANES_MAX`` lanes are kept. Where there is no room, those that were only seen are
   forgotten; where that makes none, completions of a further lane are counted in ``ignored``, and
   a hold of it is refused.
4. An operator's hold is changed by ``hold``, ``release`` and ``reset`` alone, and by its own time.
5. A signal handler and a finalizer may call in while this very thread is inside: the lock lets them
   in, and what was begun before them is done again after them.
"""

from collections.abc import Callable
from threading import RLock
from typing import Final

from attrs import evolve, field, frozen
from blinker import Signal

from mimir.core.fields import InvalidField, excerpt, invalid
from mimir.core.health.completion import OK, Completion, is_lane, is_sound, parse
from mimir.core.health.hold import parse_hold
from mimir.core.health.policy import DEFAULT_HEALTH_POLICY, HealthPolicy, with_threshold
from mimir.core.health.state import NEW, LaneRecord, LaneState, held, observe, state_of, try_probe
from mimir.core.health.view import HealthView, Why, told, view, why
from mimir.core.limits import ID_MAX_CHARS
from mimir.core.outcome import Failure, Outcome, Success
from mimir.core.redaction.text import looks_like_key
from mimir.core.vocabulary import Lane
from mimir.shell import clock

COMPLETION: Final = Signal("How one call ended: sent with completion=Completion(...) or a dict.")
"""The completion signal: ``COMPLETION.send(sender, completion=...)`` after every call."""

LANES_MAX: Final = 10_000
"""Lanes that one object keeps."""


@frozen
class _Table:
    policy: HealthPolicy
    lanes: dict[Lane, LaneRecord] = field(factory=dict[Lane, LaneRecord])
    ignored: int = 0
    crowded: bool = False  # no room, and nothing to forget: so that none is looked for each time


class LaneHealth:
    """The live health of lanes. Every method may be called from any thread.

    >>> health = LaneHealth()
    >>> for _ in range(3):
    ...     health.record_failure(Lane("openai"))
    >>> health.state(Lane("openai")), health.why(Lane("openai")).wait_ms <= 1_000
    ('degraded', True)
    """

    def __init__(
        self,
        policy: HealthPolicy = DEFAULT_HEALTH_POLICY,
        *,
        now: Callable[[], int] = clock.monotonic_ns,
    ) -> None:
        """Start without lanes; ``now`` is the monotonic clock, in nanoseconds."""
        self._now = now
        self._lock = RLock()
        self._table = _Table(policy)
        self._signal: Signal | None = None

    def observe(self, completion: Completion) -> None:
        """Take one completion into account. ``_change`` is written out here: it is the hot path."""
        lane = completion.lane
        with self._lock:
            known = self._table.lanes.get(lane)
            if known is None and not self._has_room():
                self._ignore()
                return
            table = self._table
            while True:
                seen = observe(known or NEW, completion, self._now(), table.policy)
                latest = table.lanes.get(lane)
                if latest is known:  # nobody called in meanwhile (rule 5)
                    table.lanes[lane] = seen
                    if table.crowded and seen is NEW:
                        self._table = evolve(table, crowded=False)
                    return
                known = latest

    def record_success(self, lane: Lane) -> None:
        """Take one success of ``lane`` into account, of a call that started just now."""
        self.observe(Completion(lane=lane, outcome=OK, at=self._now()))

    def record_failure(
        self, lane: Lane, failure_class: str | None = None, *, retry_after: int | None = None
    ) -> None:
        """Take one failure of ``lane`` into account, of a call that started just now.

        ``retry_after`` is whole seconds.
        """
        self.observe(
            Completion(
                lane=lane,
                outcome="error",
                at=self._now(),
                failure_class=failure_class,
                retry_after=retry_after,
            )
        )

    def state(self, lane: Lane) -> LaneState:
        """Return the state of ``lane``; one that was never seen is ``ok``."""
        with self._lock:
            table = self._table
            return state_of(table.lanes.get(lane), self._now(), table.policy)

    def all(self) -> dict[Lane, LaneState]:
        """Return the state of every lane seen since the last reset."""
        return dict(self.view().lanes)

    def view(self) -> HealthView:
        """Return the lanes as a snapshot takes them: states, free probes, and waits."""
        with self._lock:
            table, now = self._table, self._now()
            lanes = table.lanes.copy()
        return view(lanes, now, table.policy)

    def why(self, lane: Lane) -> Why:
        """Tell why ``lane`` is in its state: the last failure that counted, its class, the wait."""
        with self._lock:
            table = self._table
            return why(table.lanes.get(lane), self._now(), table.policy)

    def try_probe(self, lane: Lane) -> bool:
        """Lease the probe of ``lane``: true for one caller at a time, while it is ``probing``.

        The lease ends with the call's completion, ``cancelled`` where it is never made, or in time.
        """
        with self._lock:
            policy = self._table.policy
            return self._change(lane, lambda known: try_probe(known, self._now(), policy))

    def hold(
        self, lane: Lane, reason: str, until: int | None = None
    ) -> Outcome[None, InvalidField]:
        """Take ``lane`` out, whatever its completions say, until it is released.

        ``until`` is a nanosecond of the monotonic clock at which the hold ends by itself. A lane
        that is held already gets the new reason and the new time.

        :return: ``InvalidField`` with code ``invalid_hold``, and nothing changed, for a reason that
            is empty or past 256 characters, for no lane, and for one past the bound of lanes.
        """
        parsed = parse_hold(reason, until)
        if isinstance(parsed, Failure):
            return parsed
        if not is_lane(lane) or looks_like_key(lane):
            wanted = f"expected text of at most {ID_MAX_CHARS} characters, got {excerpt(lane)}"
            return Failure(invalid("hold", "lane", wanted))
        with self._lock:
            if lane not in self._table.lanes and not self._has_room():
                message = f"{LANES_MAX} lanes are kept already; cannot hold {excerpt(lane)}"
                return Failure(invalid("hold", "lane", message))
            self._change(lane, lambda known: held(known, parsed.unwrap()))
        return Success(None)

    def release(self, lane: Lane) -> bool:
        """End the hold of ``lane``; tell whether there was one. Its own health counts again."""
        with self._lock:
            return self._change(lane, lambda known: held(known, None) if known.hold else None)

    @property
    def ignored(self) -> int:
        """How many completions were unreadable, or of a lane past the bound."""
        return self._table.ignored

    def set_threshold(self, value: int | None) -> Outcome[None, InvalidField]:
        """Set how many failures in a row take a lane out; ``None`` is the default of 3.

        A lane that is out stays so; under ``StreakPolicy`` it is judged anew.

        :return: ``InvalidField`` with code ``invalid_health_policy`` for less than 1; nothing
            changes then.
        """
        with self._lock:
            policy = with_threshold(self._table.policy, value)
            if isinstance(policy, Failure):
                return policy
            self._table = evolve(self._table, policy=policy.unwrap())
        return Success(None)

    def reset(self) -> None:
        """Forget every lane, the held ones too; the policy stays."""
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

    def _handle(self, _sender: object, /, completion: object = None, **_rest: object) -> None:
        if is_sound(completion):
            self.observe(completion)
            return
        parsed = parse(completion, self._now())
        if isinstance(parsed, Failure):
            self._ignore()
        else:
            self.observe(parsed.unwrap())

    def _change(self, lane: Lane, transition: Callable[[LaneRecord], LaneRecord | None]) -> bool:
        """Make a transition, by rule 5; tell whether there was one."""
        lanes = self._table.lanes
        while True:
            known = lanes.get(lane)
            changed = transition(known or NEW)
            if lanes.get(lane) is known:
                if changed is not None:
                    lanes[lane] = changed
                    self._table = evolve(self._table, crowded=False)
                return changed is not None

    def _ignore(self) -> None:
        with self._lock:
            self._table = evolve(self._table, ignored=self._table.ignored + 1)

    def _has_room(self) -> bool:
        """Make room for one more lane where there is none (rule 3)."""
        if len(lanes := self._table.lanes) < LANES_MAX:
            return True
        if not self._table.crowded:
            kept = told(lanes)
            self._table = evolve(self._table, lanes=kept, crowded=len(kept) >= LANES_MAX)
        return not self._table.crowded
