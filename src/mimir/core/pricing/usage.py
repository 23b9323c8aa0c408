"""What a call used, counted in units that have a rate each.

Rules:
1. The token buckets are disjoint: no token is counted in two of them. ``input_tokens`` are the
   plain ones: neither cached nor written to a cache, and of no other medium. ``output_tokens`` are
   the plain ones: neither reasoning nor of another medium. ``normalise`` makes disjoint buckets of
   what a provider reports.
2. Everything else is a counter that a fee may hang on.
3. A count that was not given is 0. A count is never negative (deviation D15) and at most
   2^63 - 1, which ``parse`` checks. Pricing refuses a negative one again, since a constructor
   checks nothing.
4. A usage holds its counts that are not 0 once more, with their positions, since pricing asks for
   nothing else: ``given``.
5. A key that is no count is refused by its name, so that a misspelt count never costs nothing.
   ``extra="ignore"`` reads past it.
"""

from collections.abc import Callable
from itertools import compress
from operator import attrgetter
from typing import Final, Literal, TypeAlias

from attrs import frozen
from typing_extensions import override

from mimir.core.fields import (
    InvalidField,
    excerpt,
    field_name,
    integer,
    invalid,
    is_object,
)
from mimir.core.outcome import Failure, Outcome, Success
from mimir.core.pricing.dimensions import NAMES

Extra: TypeAlias = Literal["refuse", "ignore"]
"""What a parser does with a key that it doesn't know."""


_POSITIONS: Final = tuple(range(len(NAMES)))


class _Given:
    """The counts that are not 0, each with its position in ``dimensions.NAMES``."""

    __slots__ = ("sparse",)

    sparse: tuple[tuple[int, int], ...]

    def __attrs_post_init__(self) -> None:
        """Look for them once, when the usage is made."""
        counts: tuple[int, ...] = tuple(self.__dict__.values())
        given = zip(compress(_POSITIONS, counts), filter(None, counts), strict=True)
        object.__setattr__(self, "sparse", tuple(given))


@frozen(kw_only=True, repr=False, slots=False)
class Usage(_Given):
    """What one call used: token buckets, then counters of what else is charged for.

    >>> Usage(input_tokens=1200)
    Usage(input_tokens=1200)
    """

    input_tokens: int = 0
    cache_read_tokens: int = 0
    cache_write_5m_tokens: int = 0
    cache_write_1h_tokens: int = 0
    cache_write_12h_tokens: int = 0
    input_audio_tokens: int = 0
    cache_read_audio_tokens: int = 0
    input_image_tokens: int = 0
    cache_read_image_tokens: int = 0
    input_video_tokens: int = 0
    output_tokens: int = 0
    reasoning_tokens: int = 0
    output_audio_tokens: int = 0
    output_image_tokens: int = 0
    output_video_tokens: int = 0
    citation_tokens: int = 0
    requests: int = 0
    web_searches: int = 0
    map_groundings: int = 0
    code_interpreter_sessions: int = 0
    input_images: int = 0
    output_images: int = 0
    input_characters: int = 0
    output_characters: int = 0
    seconds: int = 0
    input_seconds: int = 0
    output_seconds: int = 0
    input_audio_seconds: int = 0
    input_video_seconds: int = 0
    output_video_seconds: int = 0

    def __add__(self, other: "Usage") -> "Usage":
        """Add two usages bucket by bucket.

        >>> Usage(input_tokens=1) + Usage(input_tokens=2, requests=1)
        Usage(input_tokens=3, requests=1)
        """
        return of(dict(zip(NAMES, map(int.__add__, counts(self), counts(other)), strict=True)))

    @override
    def __reduce__(self) -> tuple[Callable[[dict[str, int]], "Usage"], tuple[dict[str, int]]]:
        """Pickle and copy by name, so that a usage is always made anew."""
        return of, (given(self),)

    @override
    def __repr__(self) -> str:
        """Show the counts that are not 0."""
        return f"Usage({', '.join(f'{name}={count}' for name, count in given(self).items())})"


counts: Final = attrgetter(*NAMES)
"""Return the counts of a usage, in the order of ``dimensions.NAMES``."""


def of(given: dict[str, int]) -> Usage:
    """Make a usage of counts by name; the names are fields of ``Usage``, nothing is checked.

    >>> of({"output_tokens": 2})
    Usage(output_tokens=2)
    """
    return Usage(**given)


def given(usage: Usage) -> dict[str, int]:
    """Return the counts that are not 0, by name, in the order of the dimensions.

    >>> given(Usage(output_tokens=2, input_tokens=1))
    {'input_tokens': 1, 'output_tokens': 2}
    """
    return {NAMES[position]: count for position, count in usage.sparse}


def parse(raw: object, *, extra: Extra = "refuse") -> Outcome[Usage, InvalidField]:
    """Read the counts of one call: integers from 0 to 2^63 - 1, each 0 where it is not given.

    The error names the count, or the key that is none.

    >>> parse({"input_tokens": 3}).unwrap()
    Usage(input_tokens=3)
    >>> parse({"input_tokens": -1}).failure().field
    'input_tokens'
    """
    if not is_object(raw):
        return Failure(invalid("usage", "", f"expected an object, got {excerpt(raw)}"))
    read: dict[str, int] = {}
    for key, value in raw.items():
        if type(key) is not str or key not in NAMES:
            if extra == "ignore":
                continue
            return Failure(invalid("usage", field_name(key), _unknown()))
        count = integer(value, "usage", key, 0, "expected a non-negative integer")
        if isinstance(count, InvalidField):
            return Failure(count)
        read[key] = count
    return Success(of(read))


def _unknown() -> str:
    return f"unknown count; known: {', '.join(NAMES)}"
