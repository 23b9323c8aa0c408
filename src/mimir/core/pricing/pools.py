"""What the rows of a compact price table share: each distinct value once, rows point into it.

Rules:
1. There are nine pools: providers, modes, dates and names (texts; a mode or date may be null),
   supports and shapes (lists of positions of names: flags, and the fields of prices), prices (each
   the position of its shape), values (those of all prices, one price after another) and terms (text
   by path).
2. A pool has at most 100,000 items, values 1,000,000; an item has at most 1,000 parts, a text 1 to
   512 characters.
3. A value is a whole number of femtodollars from 0 to 2^63 - 1, or the exact decimal text of one
   that is not whole.
4. An error's field is the pool and the item: ``pools.prices[3]``.
5. A pool of numbers is checked at once, and one by one only to name what is wrong in it.
"""

import re
from collections.abc import Callable, Mapping
from itertools import accumulate, chain
from typing import Final, NamedTuple, TypeAlias, TypeGuard, TypeVar

from mimir.core.fields import InvalidField, excerpt, invalid, is_list, is_object, is_text
from mimir.core.fields import text as read_text
from mimir.core.limits import CATALOG_MAX_ROWS, ID_MAX_CHARS, INTEGER_MAX, LIST_MAX_ITEMS

T = TypeVar("T")

Names: TypeAlias = tuple[str, ...]
Reader: TypeAlias = Callable[[object, str], T | InvalidField]

POOLS: Final = (
    "providers",
    "modes",
    "dates",
    "names",
    "supports",
    "shapes",
    "prices",
    "values",
    "terms",
)
"""The names of the pools, as they stand in the compact form."""

_VALUES_MAX: Final = 10 * CATALOG_MAX_ROWS
_PRICE_TEXT: Final = re.compile(r"[0-9]{1,80}\.[0-9]{1,420}")
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class Pools(NamedTuple):
    """The pools of one table, read. The values of a price begin at its item of ``starts``."""

    providers: tuple[str, ...]
    modes: tuple[str | None, ...]
    dates: tuple[str | None, ...]
    supports: tuple[Names, ...]
    shapes: tuple[Names, ...]
    prices: list[int]
    starts: list[int]
    values: list[int | str]
    terms: tuple[Mapping[str, str], ...]

    def prices_at(self, position: int) -> dict[str, int | str]:
        """Return the prices at one position of their pool, by field."""
        names, start = self.shapes[self.prices[position]], self.starts[position]
        return dict(zip(names, self.values[start : start + len(names)], strict=True))


def parse(raw: object) -> Pools | InvalidField:
    """Read the nine pools by the rules above.

    >>> parse({name: [] for name in POOLS}).terms
    ()
    >>> parse({"names": [7]}).message
    'expected a text, got 7'
    """
    if not is_object(raw):
        return refused("pools", f"expected an object, got {excerpt(raw)}")
    reading = _Reading(raw, [])
    names = reading.pool("names", _text)
    supports, shapes = reading.lists("supports", names), reading.lists("shapes", names)
    prices = reading.positions("prices", len(shapes))
    *starts, end = accumulate((len(shapes[index]) for index in prices), initial=0)
    pools = Pools(
        reading.pool("providers", _text),
        reading.pool("modes", _text_or_null),
        reading.pool("dates", _date),
        supports,
        shapes,
        prices,
        starts,
        reading.values(end),
        reading.pool("terms", _terms),
    )
    return reading.errors[0] if reading.errors else pools


def refused(path: str, message: str) -> InvalidField:
    """Make an error of a price table.

    >>> refused("rows", "required").code
    'invalid_price_table'
    """
    return invalid("price_table", path, message)


def are_integers(values: list[object]) -> TypeGuard[list[int]]:
    """Tell whether every item is exactly an ``int``.

    >>> are_integers([1, 2]), are_integers([1, True])
    (True, False)
    """
    return set(map(type, values)) <= {int}


def within(values: list[int], most: int) -> bool:
    """Tell whether every item is from 0 to ``most``.

    >>> within([0, 3], 3), within([-1], 3), within([], 3)
    (True, False, True)
    """
    distinct = set(values)
    return not distinct or (min(distinct) >= 0 and max(distinct) <= most)


class _Reading(NamedTuple):
    """The pools while they are read; ``errors`` holds what was refused so far."""

    raw: dict[object, object]
    errors: list[InvalidField]

    def pool(self, name: str, read: Reader[T]) -> tuple[T, ...]:
        """Give the items of one pool, read one by one; an error leaves it short."""
        items: list[T] = []
        for index, value in enumerate(self._listed(name)):
            item = read(value, f"pools.{name}[{index}]")
            if isinstance(item, InvalidField):
                self.errors.append(item)
                break
            items.append(item)
        return tuple(items)

    def lists(self, name: str, names: Names) -> tuple[Names, ...]:
        """Give the items of a pool of lists of names."""
        listed = self._listed(name)
        if not _are_picks(listed, len(names)):
            return self.pool(name, lambda value, path: _picked(value, path, names))
        return tuple([tuple([names[index] for index in item]) for item in listed])

    def positions(self, name: str, size: int) -> list[int]:
        """Give the items of a pool of positions in another of ``size`` items."""
        listed = self._listed(name)
        if are_integers(listed) and within(listed, size - 1):
            return listed
        return list(self.pool(name, lambda value, path: _position(value, path, size)))

    def values(self, expected: int) -> list[int | str]:
        """Give the values of all prices, of which ``expected`` are needed."""
        listed = self._listed("values", _VALUES_MAX)
        if not self.errors and len(listed) != expected:
            message = f"expected {expected} values, got {len(listed)}"
            self.errors.append(refused("pools.values", message))
        return listed if _are_values(listed) else list(self.pool("values", _value))

    def _listed(self, name: str, most: int = CATALOG_MAX_ROWS) -> list[object]:
        listed = self.raw.get(name)
        if is_list(listed) and len(listed) <= most:
            return listed
        self.errors.append(refused(f"pools.{name}", f"expected a list, got {excerpt(listed)}"))
        return []


def _text(raw: object, path: str) -> str | InvalidField:
    return read_text(raw, "price_table", path, ID_MAX_CHARS, "expected a text")


def _text_or_null(raw: object, path: str) -> str | None | InvalidField:
    return None if raw is None else _text(raw, path)


def _date(raw: object, path: str) -> str | None | InvalidField:
    if raw is None or (is_text(raw) and _DATE.fullmatch(raw)):
        return raw
    return refused(path, f"expected a date, got {excerpt(raw)}")


def _are_picks(values: list[object], size: int) -> TypeGuard[list[list[int]]]:
    if not _are_lists(values):
        return False
    sizes = list(map(len, values))
    flat = list(chain.from_iterable(values))
    return (
        max(sizes, default=0) <= LIST_MAX_ITEMS
        and are_integers(flat)
        and within(flat, size - 1)
        and list(map(len, map(set, values))) == sizes
    )


def _are_lists(values: list[object]) -> TypeGuard[list[list[object]]]:
    return set(map(type, values)) <= {list}


def _picked(raw: object, path: str, names: Names) -> Names | InvalidField:
    if not is_list(raw) or len(raw) > LIST_MAX_ITEMS:
        return refused(path, f"expected a list of positions, got {excerpt(raw)}")
    for index in raw:
        if type(index) is not int or not 0 <= index < len(names):
            return refused(path, f"no such name: {excerpt(index)}")
    return refused(path, "a name stands twice")


def _position(raw: object, path: str, size: int) -> int | InvalidField:
    if type(raw) is int and 0 <= raw < size:
        return raw
    return refused(path, f"no such shape: {excerpt(raw)}")


def _are_values(values: list[object]) -> TypeGuard[list[int | str]]:
    whole = [value for value in values if type(value) is int]
    rest = [value for value in values if type(value) is not int]
    return within(whole, INTEGER_MAX) and all(map(_is_price, rest))


def _value(raw: object, path: str) -> int | str | InvalidField:
    if _is_price(raw):
        return raw
    return refused(path, f"expected femtodollars, got {excerpt(raw)}")


def _terms(raw: object, path: str) -> Mapping[str, str] | InvalidField:
    if not is_object(raw) or len(raw) > LIST_MAX_ITEMS:
        return refused(path, f"expected an object of texts, got {excerpt(raw)}")
    terms: dict[str, str] = {}
    for key, value in raw.items():
        name = _text(key, path)
        if isinstance(name, InvalidField):
            return name
        if not is_text(value) or len(value) > ID_MAX_CHARS:
            return refused(path, f"expected a text, got {excerpt(value)}")
        terms[name] = value
    return terms


def _is_price(value: object) -> TypeGuard[int | str]:
    if type(value) is int:
        return 0 <= value <= INTEGER_MAX
    return is_text(value) and _PRICE_TEXT.fullmatch(value) is not None
