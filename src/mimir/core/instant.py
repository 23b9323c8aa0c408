"""An instant of UTC time that keeps the text it came as.

Rules:
1. The text is RFC 3339 in UTC: ``YYYY-MM-DDTHH:MM:SS``, up to six decimals, and ``Z``. An hour of
   24 is refused here: some versions of Python read it, and others don't.
2. The text is what a record shows; nothing is added to it or taken from it.
3. No clock is read here: the present is always an argument.
"""

import re
from datetime import datetime, timedelta
from typing import Final

from attrs import frozen

from mimir.core.fields import InvalidField, excerpt, invalid, is_text
from mimir.core.outcome import Failure, Outcome, Success

_DATE: Final = r"\d{4}-\d\d-\d\d"
_TIME: Final = r"(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,6})?"
_FORM: Final = re.compile(f"{_DATE}T{_TIME}Z", re.ASCII)
_MICROSECOND: Final = timedelta(microseconds=1)


@frozen
class Instant:
    """A UTC instant as it was written."""

    text: str


def parse(raw: object, field: str = "") -> Outcome[Instant, InvalidField]:
    """Read an instant; ``field`` names it in the error.

    :return: the instant, or ``InvalidField`` with code ``invalid_instant``.
    :source: RFC 3339, section 5.6, restricted to UTC.

    >>> parse("2026-01-31T00:00:00.5Z").unwrap().text
    '2026-01-31T00:00:00.5Z'
    >>> parse("2026-02-31T00:00:00Z", "taken_at").failure().field
    'taken_at'
    """
    if is_text(raw) and _FORM.fullmatch(raw) and _exists(raw):
        return Success(Instant(raw))
    message = f"expected a UTC instant such as 2026-01-31T12:00:00Z, got {excerpt(raw)}"
    return Failure(invalid("instant", field, message))


def sortable(at: Instant) -> str:
    """Write an instant with all six decimals, so that texts compare as their times do.

    >>> sortable(Instant("2026-01-31T00:00:00Z")), sortable(Instant("2026-01-31T00:00:00.5Z"))
    ('2026-01-31T00:00:00.000000Z', '2026-01-31T00:00:00.500000Z')
    """
    seconds, _, fraction = at.text.removesuffix("Z").partition(".")
    return f"{seconds}.{fraction:0<6}Z"


def microseconds_between(start: Instant, end: Instant) -> int | None:
    """Return the whole microseconds from ``start`` to ``end``; ``None`` if either is no instant.

    >>> microseconds_between(Instant("2026-01-31T00:00:00Z"), Instant("2026-01-31T00:00:00.5Z"))
    500000
    """
    try:
        passed = datetime.fromisoformat(end.text) - datetime.fromisoformat(start.text)
    except (ValueError, TypeError):
        return None
    return passed // _MICROSECOND


def later(start: Instant, milliseconds: int) -> Instant | None:
    """Return the instant that is so much later; ``None`` where ``start`` is none, or none follows.

    >>> later(Instant("2026-01-31T00:00:00Z"), 1_500)
    Instant(text='2026-01-31T00:00:01.500000Z')
    """
    if isinstance(parse(start.text), Failure):
        return None
    try:
        after = datetime.fromisoformat(start.text) + timedelta(milliseconds=milliseconds)
    except OverflowError:
        return None
    return Instant(after.isoformat().replace("+00:00", "Z"))


def _exists(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True
