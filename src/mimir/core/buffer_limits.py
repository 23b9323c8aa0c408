"""How much a buffer of events keeps, and for how long.

Rules:
1. Every bound is an integer of 1 or more; a bool is none. ``parse`` checks, the constructor does
   not: with a bound below 1 a buffer keeps nothing, and counts all of it as lost.
2. A key that is no bound is refused by its name, so that a misspelt bound is never the default.
"""

from typing import Final

from attrs import fields, frozen

from mimir.core.fields import InvalidField, excerpt, field_name, integer, invalid, is_object
from mimir.core.outcome import Failure, Outcome, Success


@frozen(kw_only=True)
class BufferLimits:
    """How much is kept: events and bytes of a request, requests and bytes in all, and how long a
    request may be idle, in nanoseconds.

    Bytes are those of rule 7 of ``core/buffer.py``: contents, not the interpreter's objects. A
    request alone keeps to the bound of all.
    """

    events_per_request: int = 256
    bytes_per_request: int = 256 * 1024
    requests: int = 10_000
    bytes_in_all: int = 256 * 1024 * 1024
    idle_ns: int = 120 * 1_000_000_000


DEFAULT_LIMITS: Final = BufferLimits()

_NAMES: Final = tuple(bound.name for bound in fields(BufferLimits))


def parse(raw: object) -> Outcome[BufferLimits, InvalidField]:
    """Read bounds by name, integers from 1 to 2^63 - 1; one that is not given is the default.

    :return: the bounds, or ``InvalidField`` with code ``invalid_buffer_limits``.

    >>> parse({"requests": 500}).unwrap().requests
    500
    >>> parse({"requests": True}).failure().line
    'requests: required positive integer, got true'
    """
    if not is_object(raw):
        return Failure(invalid("buffer_limits", "", f"expected an object, got {excerpt(raw)}"))
    read: dict[str, int] = {}
    for key, value in raw.items():
        if type(key) is not str or key not in _NAMES:
            message = f"unknown bound; known: {', '.join(_NAMES)}"
            return Failure(invalid("buffer_limits", field_name(key), message))
        bound = integer(value, "buffer_limits", key, 1, "required positive integer")
        if isinstance(bound, InvalidField):
            return Failure(bound)
        read[key] = bound
    return Success(BufferLimits(**read))
