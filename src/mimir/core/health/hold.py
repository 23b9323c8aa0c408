"""An operator's drain of a lane.

Rules:
1. A hold has a reason that people read: text of 1 to 256 characters. What looks like a key in it is
   scrubbed.
2. It lasts until it is released, or until a monotonic nanosecond.
"""

from typing import Final

from attrs import frozen

from mimir.core.fields import InvalidField, integer, text
from mimir.core.limits import INTEGER_MAX
from mimir.core.outcome import Failure, Outcome, Success
from mimir.core.redaction.text import scrub

REASON_MAX_CHARS: Final = 256
"""Characters of a reason."""


@frozen
class Hold:
    """Why a lane is held, and until when: monotonic nanoseconds, ``None`` is until released."""

    reason: str
    until: int | None = None


def parse_hold(reason: object, until: object) -> Outcome[Hold, InvalidField]:
    """Read an operator's drain.

    :return: the hold, or ``InvalidField`` with code ``invalid_hold``.

    >>> parse_hold("certificate expired", None).unwrap()
    Hold(reason='certificate expired', until=None)
    >>> parse_hold("", None).failure().field, parse_hold("repair", 1.5).failure().field
    ('reason', 'until')
    """
    read = text(reason, "hold", "reason", REASON_MAX_CHARS)
    if isinstance(read, InvalidField):
        return Failure(read)
    if until is None:
        return Success(Hold(scrub(read)))
    end = integer(until, "hold", "until", -INTEGER_MAX, "expected monotonic nanoseconds or null")
    return Failure(end) if isinstance(end, InvalidField) else Success(Hold(scrub(read), end))


def is_held(hold: Hold, now: int) -> bool:
    """Tell whether an operator's drain lasts.

    >>> is_held(Hold("repair", 5), 4), is_held(Hold("repair", 5), 5)
    (True, False)
    """
    return hold.until is None or now < hold.until
