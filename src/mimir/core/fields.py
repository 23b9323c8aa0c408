"""The small steps that parsers are made of: one value in, the typed value or ``InvalidField`` out.

Rules:
1. Plain data only: the exact types ``dict``, ``list``, ``str``, ``int``, ``bool``, ``float`` and
   ``None``, told by ``type(x) is ...``. Anything else is refused before any of its own code runs.
2. ``bool`` is no ``int``; an integer's size is looked at before its value.
3. An error quotes a scrubbed, bounded excerpt of what it refuses, never the raw value. What looks
   like a key is no name of anything, and is refused without being quoted (deviation D27).
4. A step returns ``T | InvalidField``; the parser that calls it returns the ``Failure``.
"""

import json
from typing import Literal, TypeAlias, TypeGuard

from attrs import frozen

from mimir.core.limits import (
    ERROR_TEXT_MAX_CHARS,
    EXCERPT_MAX_CHARS,
    INTEGER_MAX,
    LIST_MAX_ITEMS,
    OBJECT_MAX_KEYS,
)
from mimir.core.texts import is_unicode, masked, names_key

Subject: TypeAlias = Literal[
    "descriptor",
    "catalog",
    "policy",
    "usage",
    "rates",
    "price_table",
    "overlay",
    "cost",
    "record",
    "ranker",
    "scorecards",
    "snapshot",
    "route_log",
    "route_request",
    "retry_policy",
    "completion",
    "health_policy",
    "hold",
    "buffer_limits",
    "instant",
]
"""Which kind of input was refused; the middle of an error's code."""

Json: TypeAlias = "None | bool | int | float | str | list[Json] | dict[str, Json]"
"""Plain JSON data."""

_QUOTED_MAX_CHARS = 256


@frozen
class InvalidField:
    """One field of an input that cannot be read: the caller is at fault.

    ``field`` is the path of the field, with the index of an item in brackets; empty where the whole
    input has the wrong shape. ``message`` says what was expected and quotes a scrubbed excerpt.
    """

    subject: Subject
    field: str
    message: str

    @property
    def code(self) -> str:
        """The stable code: ``invalid_`` and the subject."""
        return f"invalid_{self.subject}"

    @property
    def line(self) -> str:
        """The field, where there is one, and the message."""
        return f"{self.field}: {self.message}" if self.field else self.message


def is_object(value: object) -> TypeGuard[dict[object, object]]:
    """Tell whether ``value`` is exactly a ``dict``, of no more keys than an object may have."""
    return _is_dict(value) and len(value) <= OBJECT_MAX_KEYS


def members(value: dict[object, object]) -> dict[str, object]:
    """Return the members of an object whose keys are text, and leave the others out.

    A look-up beside a foreign key might run that key's own comparison. Where there is none, which
    is nearly always, it is ``value`` itself, so what is returned is read and never changed.

    >>> members({"a": 1, 2: 3})
    {'a': 1}
    """
    return value if _has_text_keys(value) else _text_members(value)


def _is_dict(value: object) -> TypeGuard[dict[object, object]]:
    return type(value) is dict


def _has_text_keys(value: dict[object, object]) -> TypeGuard[dict[str, object]]:
    for key in value:
        if type(key) is not str:
            break
    else:
        return True
    return False


def _text_members(value: dict[object, object]) -> dict[str, object]:
    return {key: item for key, item in value.items() if type(key) is str}


def is_list(value: object) -> TypeGuard[list[object]]:
    """Tell whether ``value`` is exactly a ``list``."""
    return type(value) is list


def is_text(value: object) -> TypeGuard[str]:
    """Tell whether ``value`` is exactly a ``str``."""
    return type(value) is str


def is_integer(value: object) -> TypeGuard[int]:
    """Tell whether ``value`` is exactly an ``int`` within the limits; a ``bool`` is not."""
    return type(value) is int and value.bit_length() <= 63


def excerpt(value: object) -> str:
    """Describe ``value`` for an error: scrubbed, bounded, and without running its code.

    >>> excerpt("abc"), excerpt(10**50), excerpt([1, 2]), excerpt({"a": 1}), excerpt(1j)
    ('"abc"', 'an integer of 167 bits', 'a list of 2 items', 'an object of 1 keys', 'a complex')
    """
    if value is None or value is True or value is False or type(value) is float:
        return json.dumps(value)
    if type(value) is int:
        bits = value.bit_length()
        return str(value) if bits <= 63 else f"an integer of {bits} bits"
    if is_text(value):
        return _quote(value)
    if is_list(value):
        return f"a list of {len(value)} items"
    if _is_dict(value):
        return f"an object of {len(value)} keys"
    return f"a {_type_name(value)}"


def invalid(subject: Subject, field: str, message: str) -> InvalidField:
    """Make the error, its field path and its message bounded."""
    return InvalidField(subject, field[:_QUOTED_MAX_CHARS], message[:ERROR_TEXT_MAX_CHARS])


def field_name(key: object) -> str:
    """Name a key of an input as part of a field path: scrubbed and bounded.

    >>> field_name("input_tokens")
    'input_tokens'
    """
    return excerpt(key).strip('"')


def text(
    value: object,
    subject: Subject,
    field: str,
    limit: int,
    message: str = "required non-empty string",
) -> str | InvalidField:
    """Read a non-empty string of at most ``limit`` characters that UTF-8 can carry; no key."""
    if type(value) is not str or not value:
        return invalid(subject, field, f"{message}, got {excerpt(value)}")
    if len(value) > limit:
        return invalid(subject, field, f"longer than {limit} characters: {len(value)}")
    if not is_unicode(value):
        return invalid(subject, field, "holds a lone surrogate")
    # What stands in a price table is the project's own, and read on the way to the first price.
    if subject != "price_table" and names_key(value):
        return invalid(subject, field, "looks like a key")
    return value


def optional_text(
    value: object, subject: Subject, field: str, limit: int
) -> str | None | InvalidField:
    """Read a string of at most ``limit`` characters, or null. An empty string is a string."""
    if value is None or (type(value) is str and not value):
        return value
    return text(value, subject, field, limit, "expected string or null")


def integer(
    value: object, subject: Subject, field: str, minimum: int, message: str
) -> int | InvalidField:
    """Read an integer from ``minimum`` to 2^63 - 1; ``message`` says what the field wants."""
    if type(value) is int and minimum <= value <= INTEGER_MAX:
        return value
    return no_integer(value, subject, field, message)


def no_integer(value: object, subject: Subject, field: str, message: str) -> InvalidField:
    """Say why ``value`` is not the integer that the field wants.

    >>> no_integer(True, "usage", "input_tokens", "expected integer").message
    'expected integer, got true'
    """
    if type(value) is int and value > INTEGER_MAX:
        return invalid(subject, field, f"{message}, at most 2^63 - 1, got {excerpt(value)}")
    return invalid(subject, field, f"{message}, got {excerpt(value)}")


def optional_integer(
    value: object, subject: Subject, field: str, minimum: int, message: str
) -> int | None | InvalidField:
    """Read an integer from ``minimum`` to 2^63 - 1, or null."""
    return None if value is None else integer(value, subject, field, minimum, message)


def items(value: object, subject: Subject, field: str) -> list[object] | InvalidField:
    """Read a list of at most 1,000 items; null is the empty list."""
    if value is None:
        return []
    if not is_list(value):
        return invalid(subject, field, f"expected list, got {excerpt(value)}")
    if len(value) > LIST_MAX_ITEMS:
        return invalid(subject, field, f"more than {LIST_MAX_ITEMS} items: {len(value)}")
    return value


def _quote(value: str) -> str:
    if len(value) > _QUOTED_MAX_CHARS:
        return f"a string of {len(value)} characters"
    scrubbed = masked(value)
    shown = (
        scrubbed[: EXCERPT_MAX_CHARS - 3] + "..." if len(scrubbed) > EXCERPT_MAX_CHARS else scrubbed
    )
    return json.dumps(shown, ensure_ascii=not is_unicode(shown))


def _type_name(value: object) -> str:
    # Through ``type`` itself: a metaclass may define a ``__name__`` of its own.
    name = type.__dict__["__name__"].__get__(type(value))
    return masked(str(name))[:EXCERPT_MAX_CHARS]
