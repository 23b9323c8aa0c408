"""When a lane is degraded.

Rules:
1. A lane is ``degraded`` at a streak of ``threshold`` failures in a row, 3 unless it is set.
2. A threshold is an integer of 1 or more: at 0 or below every lane would be degraded for ever, by
   its successes too (deviation D18: the reference takes any number).
"""

from typing import Final

from attrs import frozen

from mimir.core.fields import InvalidField, integer
from mimir.core.outcome import Failure, Outcome, Success

DEFAULT_THRESHOLD: Final = 3


@frozen
class HealthPolicy:
    """Failures in a row that degrade a lane."""

    threshold: int = DEFAULT_THRESHOLD


DEFAULT_HEALTH_POLICY: Final = HealthPolicy()


def parse_threshold(value: object) -> Outcome[HealthPolicy, InvalidField]:
    """Read a threshold; null is the default.

    :return: the policy, or ``InvalidField`` with code ``invalid_health_policy``.

    >>> parse_threshold(None).unwrap().threshold, parse_threshold(0).failure().field
    (3, 'threshold')
    """
    if value is None:
        return Success(DEFAULT_HEALTH_POLICY)
    threshold = integer(value, "health_policy", "threshold", 1, "required positive integer")
    if isinstance(threshold, InvalidField):
        return Failure(threshold)
    return Success(HealthPolicy(threshold))
