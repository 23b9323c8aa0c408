"""What is known of a lane, and how a completion changes it.

Rules:
1. A failure adds one to the lane's streak; one success resets it.
2. The policy is read when the state is asked for, not when a completion is seen.
3. A lane that was never seen is ``ok``, whatever the policy.
"""

from collections.abc import Mapping
from typing import Final, Literal, TypeAlias

from attrs import frozen

from mimir.core.health.policy import HealthPolicy
from mimir.core.vocabulary import Lane

LaneState: TypeAlias = Literal["ok", "degraded"]
"""``ok`` may be placed on; ``degraded`` may not."""


@frozen
class LaneRecord:
    """What is known of one lane: how many failures in a row it ended with."""

    streak: int = 0


NEW: Final = LaneRecord()
_FIRST_FAILURE: Final = LaneRecord(1)


def observe(record: LaneRecord, *, succeeded: bool) -> LaneRecord:
    """Return what is known of a lane after one more completion.

    >>> observe(observe(NEW, succeeded=False), succeeded=False)
    LaneRecord(streak=2)
    """
    if succeeded:
        return NEW
    return LaneRecord(record.streak + 1) if record.streak else _FIRST_FAILURE


def state_of(record: LaneRecord | None, policy: HealthPolicy) -> LaneState:
    """Return a lane's state; ``None`` is a lane that was never seen.

    >>> state_of(LaneRecord(3), HealthPolicy()), state_of(None, HealthPolicy())
    ('degraded', 'ok')
    """
    return "degraded" if record is not None and record.streak >= policy.threshold else "ok"


def view(records: Mapping[Lane, LaneRecord], policy: HealthPolicy) -> dict[Lane, LaneState]:
    """Return the state of every lane that was seen.

    >>> view({Lane("openai"): LaneRecord(1)}, HealthPolicy(threshold=1))
    {'openai': 'degraded'}
    """
    return {lane: state_of(record, policy) for lane, record in records.items()}
