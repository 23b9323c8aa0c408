"""When a routed request is sent again: a policy, and one pure function.

Rules:
1. Only what is safe to repeat is repeated, whatever the policy says; at most ``attempts`` calls are
   made in all, so that 1 is no retry.
2. The n-th wait is ``base_ms`` doubled n - 1 times, at most ``cap_ms``. Of that, up to ``jitter``
   percent are left out by chance, so that clients which failed together don't come back together.
3. A Retry-After is waited for in full, and the jittered wait comes on top of it.
4. No wait reaches the deadline: where there is no time for it, the error is the answer.
"""

from typing import Final

from attrs import fields, frozen

from mimir.core.fields import InvalidField, excerpt, field_name, integer, invalid, is_object
from mimir.core.outcome import Failure, Outcome, Success
from mimir.core.route.failure import HttpError, RouteError

_DOUBLINGS_MAX: Final = 32
_PERCENT: Final = 100


@frozen(kw_only=True)
class RetryPolicy:
    """How often and after which waits; times are milliseconds, ``jitter`` is 0 to 100 percent.

    ``parse`` checks, the constructor does not.
    """

    attempts: int = 3
    base_ms: int = 100
    cap_ms: int = 5_000
    jitter: int = 100


_LIMITS: Final[dict[str, tuple[int, int]]] = {
    "attempts": (1, 10),
    "base_ms": (1, 60_000),
    "cap_ms": (1, 600_000),
    "jitter": (0, _PERCENT),
}
"""The least and the largest value of each figure."""

_NAMES: Final = tuple(figure.name for figure in fields(RetryPolicy))


def parse(raw: object) -> Outcome[RetryPolicy, InvalidField]:
    """Read a policy: a figure that is not given is the default.

    ``attempts`` is 1 to 10, ``base_ms`` 1 to 60,000, ``cap_ms`` 1 to 600,000, ``jitter`` 0 to 100.

    :return: the policy, or ``InvalidField`` with code ``invalid_retry_policy``.

    >>> parse({"attempts": 2}).unwrap()
    RetryPolicy(attempts=2, base_ms=100, cap_ms=5000, jitter=100)
    >>> parse({"attempts": 0}).failure().line
    'attempts: expected an integer from 1 to 10, got 0'
    """
    if not is_object(raw):
        return Failure(invalid("retry_policy", "", f"expected an object, got {excerpt(raw)}"))
    read: dict[str, int] = {}
    for key, value in raw.items():
        if type(key) is not str or key not in _NAMES:
            message = f"unknown figure; known: {', '.join(_NAMES)}"
            return Failure(invalid("retry_policy", field_name(key), message))
        figure = _figure(key, value)
        if isinstance(figure, InvalidField):
            return Failure(figure)
        read[key] = figure
    return Success(RetryPolicy(**read))


def next_wait(
    policy: RetryPolicy, attempt: int, error: RouteError, left: int, chance: float
) -> int | None:
    """Tell how many milliseconds to wait before the next call, or ``None`` to give up.

    :param attempt: how many calls were made, 1 after the first.
    :param left: milliseconds until the deadline.
    :param chance: a random number, from 0 up to but not including 1.

    >>> busy = HttpError(429, "rate_limited", "", retry_after=2)
    >>> next_wait(RetryPolicy(), 1, busy, left=30_000, chance=0.25)
    2075
    >>> next_wait(RetryPolicy(), 1, busy, left=2_000, chance=0.25)
    """
    if attempt >= policy.attempts or not error.safe_to_retry:
        return None
    backoff = min(policy.base_ms << min(attempt - 1, _DOUBLINGS_MAX), policy.cap_ms)
    wait = _asked(error) + backoff - int(backoff * policy.jitter / _PERCENT * chance)
    return wait if wait < left else None


def _asked(error: RouteError) -> int:
    asked = error.retry_after if isinstance(error, HttpError) else None
    return 1_000 * asked if asked is not None else 0


def _figure(name: str, value: object) -> int | InvalidField:
    least, largest = _LIMITS[name]
    message = f"expected an integer from {least} to {largest}"
    read = integer(value, "retry_policy", name, least, message)
    if isinstance(read, InvalidField) or read <= largest:
        return read
    return invalid("retry_policy", name, f"{message}, got {excerpt(value)}")
