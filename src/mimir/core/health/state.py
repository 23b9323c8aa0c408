"""What is known of a lane, and how completions, probes and operators change it.

Rules:
1. A lane is ``ok`` until it goes out; then it is ``degraded`` until its deadline, and ``probing``
   after it. A lane that was never seen is ``ok``. ``held`` is the operator's, over all of these.
2. While it is ``probing`` one call at a time may try it out: it has a lease, which ends with the
   call, and at the latest when its time is up. A call that started before the lease ends none.
3. A success restores, a failure extends: the next deadline is further away. A lane that went out
   again soon after it came back needs several successes in a row. Before the deadline a failure
   changes nothing, but that a Retry-After puts it off. No failure brings it nearer.
4. A completion that started before the lane went out, or before it was last tried in vain, changes
   nothing. One that doesn't say when it started is taken as one that started just now.
5. A failure that does not count (``request``) changes nothing, but that it ends a lease.
6. A success of a lane that is not out ends its run of failures.
7. A time before the lane went out, and a lease further away than any can be, mean that the clock
   went back: then deadline and lease do not count. So no lane stays out because of it.
8. Under ``StreakPolicy`` there are ``ok`` and ``degraded`` alone, decided when the state is asked
   for; under ``RecoveryPolicy`` a lane goes out when a completion is seen.
"""

from typing import Final, Literal, TypeAlias

from attrs import evolve, frozen

from mimir.core.health.completion import Completion
from mimir.core.health.failure import FailureClass
from mimir.core.health.hold import Hold, is_held
from mimir.core.health.policy import (
    DEFAULT_HEALTH_POLICY,
    SECOND,
    HealthPolicy,
    RecoveryPolicy,
    StreakPolicy,
)

LaneState: TypeAlias = Literal["ok", "degraded", "probing", "held"]
"""``ok`` may be placed on, ``probing`` by whoever has the lease; the others may not."""


@frozen
class Outage:
    """The last time that a lane went out, and what is known of it since. Times are nanoseconds.

    ``since`` is when it went out or was last tried in vain; ``until`` its deadline; ``tries`` how
    often that was in a row; ``needs`` how many successes in a row bring it back, and ``passed`` how
    many there were; ``lease`` the time up to which a probe runs; ``restored`` when it came back.
    """

    since: int
    until: int
    tries: int = 1
    needs: int = 1
    passed: int = 0
    lease: int | None = None
    restored: int | None = None


@frozen
class LaneRecord:
    """What is known of one lane. ``last`` is the last failure that counted."""

    streak: int = 0
    last: Completion | None = None
    outage: Outage | None = None
    hold: Hold | None = None


NEW: Final = LaneRecord()

_DOUBLINGS_MAX: Final = 32


def observe(
    record: LaneRecord,
    completion: Completion,
    now: int,
    policy: HealthPolicy = DEFAULT_HEALTH_POLICY,
) -> LaneRecord:
    """Return what is known of a lane after one more completion; ``now`` is nanoseconds.

    >>> from mimir.core.vocabulary import Lane
    >>> failed = Completion(lane=Lane("a"), outcome="timeout", at=5)
    >>> once = observe(NEW, failed, 5)
    >>> out = observe(observe(once, failed, 5), failed, 5)
    >>> state_of(once, 5), state_of(out, 5), state_of(out, 5 + SECOND)
    ('ok', 'degraded', 'probing')
    """
    fault = completion.counts_as
    if isinstance(policy, StreakPolicy):
        if fault is not None:
            return LaneRecord(record.streak + 1, completion, None, record.hold)
        return NEW if record.hold is None else LaneRecord(hold=record.hold)
    if record.outage is not None and _is_stale(record.outage, completion, now):
        return record
    if fault is None:
        return _succeeded(record, completion, now, policy)
    if fault not in policy.waits:
        return _without_lease(record, completion, policy)
    if record.outage is not None and record.outage.restored is None:
        return _failed_again(record, completion, fault, now, policy)
    return _failed(record, completion, fault, now, policy)


def try_probe(
    record: LaneRecord | None, now: int, policy: HealthPolicy = DEFAULT_HEALTH_POLICY
) -> LaneRecord | None:
    """Lease the one probe of a lane: what is known then, or ``None`` where there is none free.

    >>> out = LaneRecord(outage=Outage(since=0, until=5))
    >>> leased = try_probe(out, 5)
    >>> leased.outage.lease // SECOND, try_probe(leased, 6), try_probe(out, 4)
    (60, None, None)
    """
    if record is None or record.outage is None or isinstance(policy, StreakPolicy):
        return None
    if state_of(record, now, policy) != "probing" or is_leased(record.outage, now, policy):
        return None
    return evolve(record, outage=evolve(record.outage, lease=now + policy.lease_ns))


def state_of(
    record: LaneRecord | None, now: int, policy: HealthPolicy = DEFAULT_HEALTH_POLICY
) -> LaneState:
    """Return a lane's state; ``None`` is a lane that was never seen.

    >>> state_of(LaneRecord(streak=3), 0, StreakPolicy()), state_of(None, 0)
    ('degraded', 'ok')
    """
    if record is None:
        return "ok"
    if record.hold is not None and is_held(record.hold, now):
        return "held"
    if isinstance(policy, StreakPolicy):
        return "degraded" if record.streak >= policy.threshold else "ok"
    if record.outage is None or record.outage.restored is not None:
        return "ok"
    return "probing" if is_due(record.outage, now) else "degraded"


def is_due(outage: Outage, now: int) -> bool:
    """Tell whether the deadline has passed, or the clock went back behind it (rule 7)."""
    return not outage.since <= now < outage.until


def is_leased(outage: Outage, now: int, policy: RecoveryPolicy) -> bool:
    """Tell whether a probe runs whose time is not up."""
    return outage.lease is not None and 0 < outage.lease - now <= policy.lease_ns


def held(record: LaneRecord, hold: Hold | None) -> LaneRecord:
    """Return ``record`` with an operator's drain, or without one."""
    return evolve(record, hold=hold)


def _is_stale(outage: Outage, completion: Completion, now: int) -> bool:
    """Tell whether a call started before the lane went out (rules 4 and 7)."""
    started = completion.started_at
    return started is not None and started < outage.since <= now


def _succeeded(
    record: LaneRecord, completion: Completion, now: int, policy: RecoveryPolicy
) -> LaneRecord:
    outage = record.outage
    if outage is not None and outage.restored is None:
        passed = outage.passed + 1
        if passed < outage.needs:
            lease = _lease_after(outage, completion, policy)
            return evolve(record, outage=evolve(outage, lease=lease, passed=passed))
        outage = evolve(outage, lease=None, passed=passed, restored=now)
    elif record.streak == 0:
        return record
    return LaneRecord(0, record.last, outage, record.hold)


def _without_lease(
    record: LaneRecord, completion: Completion, policy: RecoveryPolicy
) -> LaneRecord:
    outage = record.outage
    if outage is None or outage.lease is None:
        return record
    lease = _lease_after(outage, completion, policy)
    return record if lease is not None else evolve(record, outage=evolve(outage, lease=None))


def _lease_after(outage: Outage, completion: Completion, policy: RecoveryPolicy) -> int | None:
    """End the lease where the call may be the probe: it started no earlier than the lease."""
    started, lease = completion.started_at, outage.lease
    is_another = lease is not None and started is not None and started < lease - policy.lease_ns
    return lease if is_another else None


def _failed(
    record: LaneRecord,
    completion: Completion,
    fault: FailureClass,
    now: int,
    policy: RecoveryPolicy,
) -> LaneRecord:
    """Count a failure of a lane that is not out."""
    streak, outage = record.streak + 1, record.outage
    asked = _asked_ns(completion, policy) if fault == "throttle" else 0
    if streak >= policy.threshold or asked:
        restored = None if outage is None else outage.restored
        again = restored is not None and 0 <= now - restored < policy.calm_ns
        tries = outage.tries + 1 if outage is not None and again else 1
        until = now + _wait_ns(fault, asked, tries, policy)
        outage = Outage(now, until, tries, policy.successes if again else 1)
    return LaneRecord(streak, completion, outage, record.hold)


def _failed_again(
    record: LaneRecord,
    completion: Completion,
    fault: FailureClass,
    now: int,
    policy: RecoveryPolicy,
) -> LaneRecord:
    """Count a failure of a lane that is out."""
    outage = record.outage
    asked = _asked_ns(completion, policy) if fault == "throttle" else 0
    if outage is None or not is_due(outage, now):
        if outage is None or now + asked <= outage.until:
            return record
        longer = evolve(outage, until=now + asked)
        return LaneRecord(record.streak, completion, longer, record.hold)
    tries = outage.tries + 1
    until = now + _wait_ns(fault, asked, tries, policy)
    lease = _lease_after(outage, completion, policy)
    extended = Outage(now, until, tries, outage.needs, lease=lease)
    return LaneRecord(record.streak + 1, completion, extended, record.hold)


def _wait_ns(fault: FailureClass, asked: int, tries: int, policy: RecoveryPolicy) -> int:
    waits = policy.waits[fault]
    grown = min(waits.first_ns << min(tries - 1, _DOUBLINGS_MAX), waits.longest_ns)
    return min(max(grown, asked), policy.longest_ns)


def _asked_ns(completion: Completion, policy: RecoveryPolicy) -> int:
    """Return the time that the lane itself asked for: only one that throttles has the say."""
    return max(0, min((completion.retry_after or 0) * SECOND, policy.longest_ns))
