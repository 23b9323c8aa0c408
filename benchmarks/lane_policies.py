"""The policies that are compared: when a lane is let on again after it went out.

Rules:
1. ``this policy`` and ``the reference's`` are the library's own code, on a virtual clock.
2. A fixed timer takes a lane out after three failures in a row, for a fixed time; after it the lane
   is ok again for everybody and its count begins anew. What ends while the lane is out is not
   counted, nor is the caller's own fault: it is told by the library's own table. A Retry-After is
   not read, and when a call began is not known.
3. ``none`` never takes a lane out.
4. A worker chooses as ``mimir.place`` does: a lane that is ok or has a free probe, the cheapest
   first; before all others the cheapest with a free probe. A second try takes the cheapest.
"""

from collections.abc import Callable, Collection, Sequence
from typing import Final, Protocol

from outages import SECOND

from mimir import Completion, HealthView, Lane, RecoveryPolicy, StreakPolicy
from mimir.shell.health import LaneHealth

THIS: Final = "this policy"
REFERENCE: Final = "the reference's"
NONE: Final = "none"
TIMERS_S: Final = (5, 10, 30, 60)
THRESHOLD: Final = 3

Clock = Callable[[], int]


class Lanes(Protocol):
    """What a worker needs of a policy: ``LaneHealth`` has it as it is."""

    def view(self) -> HealthView:
        """Return the states of the lanes that may be other than ok, and the free probes."""
        ...

    def try_probe(self, lane: Lane, /) -> bool:
        """Tell whether the worker may try the lane out."""
        ...

    def observe(self, completion: Completion, /) -> None:
        """Take into account how a call ended."""
        ...


_ALL_OK: Final = HealthView({}, frozenset(), {})


class NoPolicy:
    """Rule 3."""

    def view(self) -> HealthView:
        """Return that every lane is ok."""
        return _ALL_OK

    def try_probe(self, _lane: Lane) -> bool:
        """Return false: there is nothing to try out."""
        return False

    def observe(self, _completion: Completion) -> None:
        """Take no notice."""


class FixedTimer:
    """Rule 2."""

    def __init__(self, seconds: int, now: Clock) -> None:
        """Start with every lane ok."""
        self._out_for = seconds * SECOND
        self._now = now
        self._streaks: dict[Lane, int] = {}
        self._until: dict[Lane, int] = {}

    def view(self) -> HealthView:
        """Return the lanes that are out."""
        if not self._until:
            return _ALL_OK
        now = self._now()
        self._until = {lane: until for lane, until in self._until.items() if until > now}
        return HealthView(dict.fromkeys(self._until, "degraded"), frozenset(), {})

    def try_probe(self, _lane: Lane) -> bool:
        """Return false: a lane that is out is out, and then ok."""
        return False

    def observe(self, completion: Completion) -> None:
        """Count a failure, or end the count."""
        lane, fault, now = completion.lane, completion.counts_as, self._now()
        if fault == "request" or self._until.get(lane, now) > now:
            return
        streak = 0 if fault is None else self._streaks.get(lane, 0) + 1
        if streak >= THRESHOLD:
            self._until[lane], streak = now + self._out_for, 0
        self._streaks[lane] = streak


def timer(seconds: int) -> str:
    """Return the name of a fixed timer."""
    return f"timer of {seconds} s"


TIMERS: Final = tuple(timer(seconds) for seconds in TIMERS_S)
NAMES: Final = (THIS, REFERENCE, *TIMERS, NONE)


def policy(name: str, now: Clock) -> Lanes:
    """Return a policy by its name, as it is at the start."""
    if name == THIS:
        return LaneHealth(RecoveryPolicy(), now=now)
    if name == REFERENCE:
        return LaneHealth(StreakPolicy(), now=now)
    return NoPolicy() if name == NONE else FixedTimer(TIMERS_S[TIMERS.index(name)], now)


def choose(
    order: Sequence[Lane], seen: HealthView, avoid: Collection[Lane], *, probe_first: bool
) -> Lane | None:
    """Return the lane to call, of ``order`` the cheapest first; ``None`` where there is none."""
    lanes, probes = seen.lanes, seen.probes
    if probe_first and probes:
        for lane in order:
            if lane in probes and lane not in avoid:
                return lane
    for lane in order:
        if (lanes.get(lane, "ok") == "ok" or lane in probes) and lane not in avoid:
            return lane
    return None
