"""When a lane goes out, for how long, and who may try it out: the figures, with their reasons.

Rules:
1. A lane goes out at ``threshold`` failures in a row that count, 3 unless it is set. One failure
   says little of a lane on which many calls run; three in a row are rarely chance.
2. How long it stays out depends on the class of its last failure. The first wait is short where a
   lane may mend by itself, since trying it out costs one call. Each further wait doubles, up to the
   longest.
   - ``lane``: 1 s, at the longest 10 s. Most outages are restarts of seconds; of any other one the
     end is found within 10 s, for six calls a minute.
   - ``throttle``: 1 s, at the longest 30 s, since limits are counted by the minute. A Retry-After
     takes the lane out at once, and for so long at least: it is the lane itself that asks.
   - ``credential`` and ``quota``: 10 s, at the longest 60 s. A person has to mend them, and a call
     that is refused costs next to nothing.
3. Nothing keeps a lane out for more than 15 minutes without a try, a Retry-After neither.
4. A try has 60 s to end; then another call may try.
5. Waits begin anew where a lane was well for 60 s since it came back. One that went out again
   sooner had come back for a few calls and not for all of them: it comes back at ``successes`` in a
   row, 3 unless it is set, one probe after the other. Any other lane comes back at the first.
6. A threshold is an integer of 1 or more: at 0 or below every lane would be degraded for ever, by
   its successes too (deviation D18: the reference takes any number).
7. ``StreakPolicy`` is the reference's: every failure counts, one success mends, nothing else does.
"""

from collections.abc import Mapping
from typing import Final, TypeAlias

from attrs import evolve, field, frozen

from mimir.core.fields import InvalidField, integer
from mimir.core.health.failure import FailureClass
from mimir.core.outcome import Failure, Outcome, Success

SECOND: Final = 1_000_000_000
"""Nanoseconds."""

DEFAULT_THRESHOLD: Final = 3

DEFAULT_SUCCESSES: Final = 3

LONGEST_NS: Final = 900 * SECOND
"""Rule 3's 15 minutes."""


@frozen
class Waits:
    """How long a lane stays out, in nanoseconds: at first, and at the longest."""

    first_ns: int
    longest_ns: int


WAITS: Final[Mapping[FailureClass, Waits]] = {
    "lane": Waits(1 * SECOND, 10 * SECOND),
    "throttle": Waits(1 * SECOND, 30 * SECOND),
    "credential": Waits(10 * SECOND, 60 * SECOND),
    "quota": Waits(10 * SECOND, 60 * SECOND),
}
"""Rule 2's figures. A class that is not in it never counts."""


@frozen(kw_only=True)
class RecoveryPolicy:
    """Lanes that go out are tried out after a while, one call at a time. Times are nanoseconds.

    The figures are at least 1, and no wait is longer than ``longest_ns``.
    """

    threshold: int = DEFAULT_THRESHOLD
    successes: int = DEFAULT_SUCCESSES
    waits: Mapping[FailureClass, Waits] = field(factory=lambda: WAITS)
    longest_ns: int = LONGEST_NS
    lease_ns: int = 60 * SECOND
    calm_ns: int = 60 * SECOND


@frozen
class StreakPolicy:
    """The reference's: so many failures in a row degrade a lane, and one success mends it."""

    threshold: int = DEFAULT_THRESHOLD


HealthPolicy: TypeAlias = RecoveryPolicy | StreakPolicy
"""By which rules lanes go out and come back."""

DEFAULT_HEALTH_POLICY: Final = RecoveryPolicy()

REFERENCE_HEALTH_POLICY: Final = StreakPolicy()
"""What Mimir 0.1.0 for Elixir does: a lane that gets no traffic stays degraded."""


def with_threshold(policy: HealthPolicy, value: object) -> Outcome[HealthPolicy, InvalidField]:
    """Return ``policy`` with another threshold; null is the default.

    :return: the policy, or ``InvalidField`` with code ``invalid_health_policy``.

    >>> with_threshold(StreakPolicy(5), None).unwrap()
    StreakPolicy(threshold=3)
    >>> with_threshold(DEFAULT_HEALTH_POLICY, 0).failure().field
    'threshold'
    """
    if value is None:
        return Success(evolve(policy, threshold=DEFAULT_THRESHOLD))
    threshold = integer(value, "health_policy", "threshold", 1, "required positive integer")
    if isinstance(threshold, InvalidField):
        return Failure(threshold)
    return Success(evolve(policy, threshold=threshold))
