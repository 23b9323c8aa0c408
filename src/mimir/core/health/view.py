"""What is shown of the lanes: to the oracle, and to a person who asks why.

Rules:
1. ``lanes`` has every lane that was seen. ``probes`` are those that are ``probing`` and of which no
   probe runs.
2. ``waits`` says in how many milliseconds, rounded up, a lane that may not be placed on may be
   tried: its deadline, or the end of the probe that runs, and of a held lane the end of the hold.
   Of a lane that is held until it is released, and under ``StreakPolicy``, nobody knows.
3. ``why`` names the last failure that counted and its class, also of a lane that is well again.
"""

from collections.abc import Mapping

from attrs import frozen

from mimir.core.health.completion import Completion
from mimir.core.health.failure import FailureClass
from mimir.core.health.hold import Hold
from mimir.core.health.policy import DEFAULT_HEALTH_POLICY, HealthPolicy, StreakPolicy
from mimir.core.health.state import NEW, LaneRecord, LaneState, is_leased, state_of
from mimir.core.vocabulary import Lane

_MILLISECOND = 1_000_000


@frozen
class HealthView:
    """The lanes at one instant, as a snapshot takes them."""

    lanes: Mapping[Lane, LaneState]
    probes: frozenset[Lane]
    waits: Mapping[Lane, int]


@frozen
class Why:
    """Why a lane is in its state: the last failure that counted, and its class.

    ``streak`` counts failures in a row, ``tries`` how often in a row the lane went out or was tried
    in vain. ``wait_ms`` is how many milliseconds remain until it may be tried; ``None`` is unknown,
    or nothing to wait for. ``hold`` is the operator's.
    """

    state: LaneState
    failure_class: FailureClass | None
    last: Completion | None
    streak: int
    tries: int
    wait_ms: int | None
    hold: Hold | None


def view(
    records: Mapping[Lane, LaneRecord], now: int, policy: HealthPolicy = DEFAULT_HEALTH_POLICY
) -> HealthView:
    """Return the state of every lane that was seen; ``now`` is monotonic nanoseconds.

    >>> from mimir.core.health.state import Outage
    >>> seen = view({Lane("a"): NEW, Lane("b"): LaneRecord(outage=Outage(0, 7_000_000))}, 1)
    >>> seen.lanes, seen.waits
    ({'a': 'ok', 'b': 'degraded'}, {'b': 7})
    """
    lanes: dict[Lane, LaneState] = {}
    probes: list[Lane] = []
    waits: dict[Lane, int] = {}
    for lane, record in records.items():
        state = lanes[lane] = "ok" if record is NEW else state_of(record, now, policy)
        if state == "ok":
            continue
        wait = _wait_ms(record, state, now, policy)
        if wait:
            waits[lane] = wait
        elif state == "probing":
            probes.append(lane)
    return HealthView(lanes, frozenset(probes), waits)


def told(records: Mapping[Lane, LaneRecord]) -> dict[Lane, LaneRecord]:
    """Return the lanes of which anything is known but that they were seen.

    >>> told({Lane("a"): NEW, Lane("b"): LaneRecord(1)})
    {'b': LaneRecord(streak=1, last=None, outage=None, hold=None)}
    """
    return {lane: record for lane, record in records.items() if record != NEW}


def why(record: LaneRecord | None, now: int, policy: HealthPolicy = DEFAULT_HEALTH_POLICY) -> Why:
    """Tell why a lane is in its state; ``None`` is a lane that was never seen.

    >>> from mimir.core.health.state import observe
    >>> failed = Completion(lane=Lane("a"), outcome="error", at=0, failure_class="402")
    >>> told = why(observe(NEW, failed, 0), 0)
    >>> told.state, told.failure_class, told.streak
    ('ok', 'quota', 1)
    """
    known = NEW if record is None else record
    state = state_of(known, now, policy)
    return Why(
        state=state,
        failure_class=None if known.last is None else known.last.counts_as,
        last=known.last,
        streak=known.streak,
        tries=0 if known.outage is None else known.outage.tries,
        wait_ms=None if state == "ok" else _wait_ms(known, state, now, policy),
        hold=known.hold if state == "held" else None,
    )


def _wait_ms(record: LaneRecord, state: LaneState, now: int, policy: HealthPolicy) -> int | None:
    """Return rule 2's wait: 0 where a probe is free, ``None`` where nobody knows."""
    if state == "held":
        until = None if record.hold is None else record.hold.until
    elif record.outage is None or isinstance(policy, StreakPolicy):
        until = None
    elif state == "degraded":
        until = record.outage.until
    else:
        until = record.outage.lease if is_leased(record.outage, now, policy) else now
    return None if until is None else -((now - until) // _MILLISECOND)
