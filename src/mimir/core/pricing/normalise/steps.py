"""The small steps that read a provider's usage object: one object in, its counts by path out.

Rules:
1. A shape names every key of the object that is known: a count, an object of more keys, or a key
   that is read past, since it is no count or repeats one.
2. Null, and a key that is absent, is 0. Everything else that is no integer from 0 to 2^63 - 1 is
   an error that names the field by its path in the provider's words.
3. A key outside the shape may be charged for. It is refused by its name, unless it can't hold a
   count: null, text, a bool, 0, or an object or a list of these. ``extra="ignore"`` reads past it,
   but not past all counts: an object in which none is known has not been understood.
4. Parts that come to more than their total, and totals that contradict their parts, are errors:
   the rule by which the object was read doesn't hold for it, so its cost would be wrong.
"""

from collections.abc import Iterable, Mapping
from typing import Literal, TypeAlias

from mimir.core.fields import (
    InvalidField,
    excerpt,
    field_name,
    integer,
    invalid,
    is_list,
    is_object,
    is_text,
    members,
)
from mimir.core.limits import LIST_MAX_ITEMS, NAME_MAX_CHARS
from mimir.core.outcome import Failure, Outcome, Success
from mimir.core.pricing.usage import Extra, Usage, of
from mimir.core.texts import masked

Shape: TypeAlias = Mapping[str, "Shape | Literal['count', 'past']"]
"""The keys of an object: a count, a key to read past, or the shape of the object under it."""

Counts: TypeAlias = dict[str, int]
"""Counts by path, such as ``prompt_tokens_details.cached_tokens``; only those that are given."""


def read(raw: object, shape: Shape, extra: Extra, path: str = "") -> Counts | InvalidField:
    """Read the counts of an object, each under its path; ``path`` is where the object stands.

    >>> shape: Shape = {"total": "count", "details": {"cached": "count"}}
    >>> read({"total": 3, "details": {"cached": 1}}, shape, "refuse")
    {'total': 3, 'details.cached': 1}
    >>> read({"totals": 3}, shape, "refuse").field
    'totals'
    """
    if not is_object(raw):
        return invalid("usage", path, f"expected an object, got {excerpt(raw)}")
    counts: Counts = {}
    for key, value in raw.items():
        member = _member(key, value, shape, extra, path)
        if isinstance(member, InvalidField):
            return member
        counts.update(member)
    if not counts and not path and extra == "ignore":
        return _first_count(raw, shape) or counts
    return counts


def word(raw: object, key: str) -> str | None:
    """Return the text that an object states under ``key``, bounded and scrubbed; ``None`` where it
    states none.

    >>> word({"service_tier": "batch"}, "service_tier"), word({"service_tier": ""}, "service_tier")
    ('batch', None)
    """
    value = members(raw).get(key) if is_object(raw) else None
    return (
        masked(value[: 2 * NAME_MAX_CHARS])[:NAME_MAX_CHARS] if is_text(value) and value else None
    )


def joined(path: str, key: str) -> str:
    """Return the path of ``key`` in the object at ``path``.

    >>> joined("", "details"), joined("details", "cached")
    ('details', 'details.cached')
    """
    return f"{path}.{key}" if path else key


def count_of(counts: Counts, field: str) -> int:
    """Return a count; 0 where it isn't given."""
    return counts.get(field, 0)


def within(counts: Counts, total: str, parts: Iterable[str]) -> InvalidField | None:
    """Refuse parts that come to more than their total; the error names the first that is too many.

    >>> within({"prompt": 3, "cached": 2, "audio": 2}, "prompt", ("cached", "audio")).field
    'audio'
    """
    room = count_of(counts, total)
    for part in parts:
        room -= count_of(counts, part)
        if room < 0:
            message = (
                f"the parts of {total} come to {-room} more than its {count_of(counts, total)}"
            )
            return invalid("usage", part, message)
    return None


def left(counts: Counts, total: str, parts: Iterable[str]) -> int:
    """Return what is left of a total after its parts.

    >>> left({"prompt": 5, "cached": 2}, "prompt", ("cached",))
    3
    """
    return count_of(counts, total) - sum(count_of(counts, part) for part in parts)


def agrees(counts: Counts, total: str, *sums: int) -> InvalidField | None:
    """Refuse a total that is given and is none of the sums.

    >>> agrees({}, "total_tokens", 3) is None
    True
    >>> agrees({"total_tokens": 4}, "total_tokens", 3).message
    'expected the sum of its parts, 3, got 4'
    """
    if total not in counts or counts[total] in sums:
        return None
    expected = " or ".join(map(excerpt, sums))
    return invalid(
        "usage", total, f"expected the sum of its parts, {expected}, got {counts[total]}"
    )


def same(counts: Counts, *fields: str) -> int | InvalidField:
    """Read a count that may be given under several names, which must not contradict each other.

    >>> same({"cached": 3}, "cached_tokens", "cached")
    3
    """
    given = [field for field in fields if field in counts]
    for field in given[1:]:
        if counts[field] != counts[given[0]]:
            message = f"expected the count of {given[0]}, {counts[given[0]]}, got {counts[field]}"
            return invalid("usage", field, message)
    return counts[given[0]] if given else 0


def lifetimes(counts: Counts, total: str, short: str, long: str) -> tuple[int, int] | InvalidField:
    """Split the tokens written to a cache by their lifetime; all are short-lived without a split.

    The split alone will do. One that doesn't come to the total is an error that names the total.

    >>> lifetimes({"written": 5, "hour": 2, "minutes": 3}, "written", "minutes", "hour")
    (3, 2)
    >>> lifetimes({"written": 5}, "written", "minutes", "hour")
    (5, 0)
    """
    written = count_of(counts, total)
    if short not in counts and long not in counts:
        return written, 0
    split = count_of(counts, short), count_of(counts, long)
    if total in counts and sum(split) != written:
        message = f"expected the sum of {short} and {long}, {sum(split)}, got {written}"
        return invalid("usage", total, message)
    return split


def usage(buckets: Counts) -> Outcome[Usage, InvalidField]:
    """Make the usage of counts by the names of its fields; a sum past 2^63 - 1 is an error.

    >>> usage({"input_tokens": 3, "output_tokens": 0}).unwrap()
    Usage(input_tokens=3)
    """
    for name, count in buckets.items():
        checked = integer(count, "usage", name, 0, "expected a non-negative sum")
        if isinstance(checked, InvalidField):
            return Failure(checked)
    return Success(of(buckets))


def _member(
    key: object, value: object, shape: Shape, extra: Extra, path: str
) -> Counts | InvalidField:
    kind = shape.get(key) if type(key) is str else None
    if kind is None or type(key) is not str:
        if extra == "ignore" or _holds_no_count(value):
            return {}
        return invalid("usage", joined(path, field_name(key)), _unknown(value))
    if kind == "past" or value is None:
        return {}
    field = joined(path, key)
    if kind != "count":
        return read(value, kind, extra, field)
    count = integer(value, "usage", field, 0, "expected a non-negative integer")
    return count if isinstance(count, InvalidField) else {field: count}


def _first_count(raw: dict[object, object], shape: Shape) -> InvalidField | None:
    """Return the error of an object whose counts all stand under keys that aren't known."""
    for key, value in raw.items():
        if (type(key) is not str or key not in shape) and not _holds_no_count(value):
            return invalid("usage", field_name(key), "none of the counts is known, this one first")
    return None


def _holds_no_count(value: object) -> bool:
    left = [value]
    for _ in range(LIST_MAX_ITEMS):
        if not left:
            return True
        item = left.pop()
        if is_object(item):
            left.extend(item.values())
        elif is_list(item):
            left.extend(item)
        elif not _is_no_count(item):
            return False
    return False  # too much to tell


def _is_no_count(value: object) -> bool:
    if type(value) is int or type(value) is float:
        return value == 0
    return value is None or type(value) is str or type(value) is bool


def _unknown(value: object) -> str:
    return f'unknown, and may be charged for; extra="ignore" reads past it; got {excerpt(value)}'
