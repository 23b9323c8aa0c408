"""What a call used, counted in units that have a rate each.

Rules:
1. The buckets are disjoint: no token is counted in two of them.
2. A count that was not given is 0. A count is never negative (deviation D15): ``parse`` refuses
   one, and so does pricing, since a constructor checks nothing.
3. A key that is no count is refused by its name, so that a misspelt count never costs nothing.
   ``extra="ignore"`` reads past it.
"""

from typing import Final, Literal, TypeAlias

from attrs import frozen

from mimir.core.fields import (
    InvalidField,
    excerpt,
    field_name,
    integer,
    invalid,
    is_object,
    members,
)
from mimir.core.outcome import Failure, Outcome, Success

Extra: TypeAlias = Literal["refuse", "ignore"]
"""What a parser does with a key that it doesn't know."""


@frozen(kw_only=True)
class Usage:
    """Tokens of one call, under the names of OpenTelemetry's ``gen_ai.usage``.

    >>> Usage(input_tokens=1200)
    Usage(input_tokens=1200, output_tokens=0)
    """

    input_tokens: int = 0
    output_tokens: int = 0


COUNTS: Final = ("input_tokens", "output_tokens")
"""The fields of ``Usage``, in the order in which they are checked."""


def parse(raw: object, *, extra: Extra = "refuse") -> Outcome[Usage, InvalidField]:
    """Read the counts of one call: integers from 0 to 2^63 - 1, each 0 where it is not given.

    The error names the count, or the key that is none.

    >>> parse({"input_tokens": 3}).unwrap()
    Usage(input_tokens=3, output_tokens=0)
    >>> parse({"input_tokens": -1}).failure().field
    'input_tokens'
    """
    if not is_object(raw):
        return Failure(invalid("usage", "", f"expected an object, got {excerpt(raw)}"))
    if extra == "refuse" and (stray := _stray(raw)) is not None:
        return Failure(stray)
    given = members(raw)
    input_tokens = _count(given, "input_tokens")
    if isinstance(input_tokens, InvalidField):
        return Failure(input_tokens)
    output_tokens = _count(given, "output_tokens")
    if isinstance(output_tokens, InvalidField):
        return Failure(output_tokens)
    return Success(Usage(input_tokens=input_tokens, output_tokens=output_tokens))


def _count(raw: dict[str, object], name: str) -> int | InvalidField:
    if name not in raw:
        return 0
    return integer(raw[name], "usage", name, 0, "expected a non-negative integer")


def _stray(raw: dict[object, object]) -> InvalidField | None:
    for key in raw:
        if type(key) is not str or key not in COUNTS:
            return invalid("usage", field_name(key), f"unknown count; known: {', '.join(COUNTS)}")
    return None
