"""What the rows of a compact price table share: each distinct value once, rows point into it.

Rules:
1. There are eight pools: providers, modes, dates and names (texts; a mode or date may be null),
   supports and shapes (positions of names: flags, and the fields of prices), prices (a shape's
   position and its values) and terms (text by path).
2. A pool has at most 100,000 items, an item at most 1,000 parts, a text 1 to 512 characters.
3. A value is a whole number of femtodollars from 0 to 2^63 - 1, or the exact decimal text of one
   that is not whole.
4. An error's field is the pool and the item: ``pools.prices[3]``.
"""

import re
from collections.abc import Callable, Mapping
from typing import Final, TypeAlias, TypeGuard, TypeVar

from attrs import field, frozen

from mimir.core.fields import InvalidField, excerpt, invalid, is_list, is_object, is_text
from mimir.core.fields import text as read_text
from mimir.core.limits import CATALOG_MAX_ROWS, ID_MAX_CHARS, INTEGER_MAX, LIST_MAX_ITEMS

T = TypeVar("T")

Names: TypeAlias = tuple[str, ...]
Reader: TypeAlias = Callable[[object, str], T | InvalidField]

POOLS: Final = ("providers", "modes", "dates", "names", "supports", "shapes", "prices", "terms")
"""The names of the pools, as they stand in the compact form."""

_PRICE_TEXT: Final = re.compile(r"[0-9]{1,80}\.[0-9]{1,420}")
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@frozen
class Pools:
    """The pools of one table, read; names and shapes are used up in them."""

    providers: tuple[str, ...]
    modes: tuple[str | None, ...]
    dates: tuple[str | None, ...]
    supports: tuple[frozenset[str], ...]
    prices: tuple[Mapping[str, int | str], ...]
    terms: tuple[Mapping[str, str], ...]


def parse(raw: object) -> Pools | InvalidField:
    """Read the eight pools by the rules above.

    >>> parse({name: [] for name in POOLS}).terms
    ()
    >>> parse({"names": [7]}).message
    'expected a text, got 7'
    """
    if not is_object(raw):
        return refused("pools", f"expected an object, got {excerpt(raw)}")
    reading = _Reading(raw)
    names = reading.pool("names", _text)
    supports = reading.pool("supports", lambda value, path: _picked(value, path, names))
    shapes = reading.pool("shapes", lambda value, path: _picked(value, path, names))
    pools = Pools(
        reading.pool("providers", _text),
        reading.pool("modes", _text_or_null),
        reading.pool("dates", _date),
        tuple(map(frozenset, supports)),
        reading.pool("prices", lambda value, path: _prices(value, path, shapes)),
        reading.pool("terms", _terms),
    )
    return reading.errors[0] if reading.errors else pools


def refused(path: str, message: str) -> InvalidField:
    """Make an error of a price table.

    >>> refused("rows", "required").code
    'invalid_price_table'
    """
    return invalid("price_table", path, message)


@frozen
class _Reading:
    """The pools while they are read; ``errors`` holds what was refused so far."""

    raw: dict[object, object]
    errors: list[InvalidField] = field(factory=list[InvalidField])

    def pool(self, name: str, read: Reader[T]) -> tuple[T, ...]:
        """Give the items of one pool; an error leaves it short."""
        listed = self.raw.get(name)
        items: list[T] = []
        if not is_list(listed) or len(listed) > CATALOG_MAX_ROWS:
            self.errors.append(refused(f"pools.{name}", f"expected a list, got {excerpt(listed)}"))
            return ()
        for index, value in enumerate(listed):
            item = read(value, f"pools.{name}[{index}]")
            if isinstance(item, InvalidField):
                self.errors.append(item)
                break
            items.append(item)
        return tuple(items)


def _text(raw: object, path: str) -> str | InvalidField:
    return read_text(raw, "price_table", path, ID_MAX_CHARS, "expected a text")


def _text_or_null(raw: object, path: str) -> str | None | InvalidField:
    return None if raw is None else _text(raw, path)


def _date(raw: object, path: str) -> str | None | InvalidField:
    if raw is None or (is_text(raw) and _DATE.fullmatch(raw)):
        return raw
    return refused(path, f"expected a date, got {excerpt(raw)}")


def _picked(raw: object, path: str, names: Names) -> Names | InvalidField:
    if not is_list(raw) or len(raw) > LIST_MAX_ITEMS:
        return refused(path, f"expected a list of positions, got {excerpt(raw)}")
    picked: list[str] = []
    for index in raw:
        if type(index) is not int or not 0 <= index < len(names):
            return refused(path, f"no such name: {excerpt(index)}")
        picked.append(names[index])
    if len(set(picked)) != len(picked):
        return refused(path, "a name stands twice")
    return tuple(picked)


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


def _prices(
    raw: object, path: str, shapes: tuple[Names, ...]
) -> Mapping[str, int | str] | InvalidField:
    if not is_list(raw) or len(raw) != 2 or not is_list(raw[1]):
        return refused(path, f"expected a shape and its values, got {excerpt(raw)}")
    index, values = raw[0], raw[1]
    if type(index) is not int or not 0 <= index < len(shapes):
        return refused(path, f"no such shape: {excerpt(index)}")
    if len(values) != len(shapes[index]):
        return refused(path, f"expected {len(shapes[index])} values, got {len(values)}")
    prices = {
        name: value for name, value in zip(shapes[index], values, strict=True) if _is_price(value)
    }
    if len(prices) != len(values):
        name = next(name for name in shapes[index] if name not in prices)
        wrong = values[shapes[index].index(name)]
        return refused(path, f"{name}: expected femtodollars, got {excerpt(wrong)}")
    return prices


def _is_price(value: object) -> TypeGuard[int | str]:
    if type(value) is int:
        return 0 <= value <= INTEGER_MAX
    return is_text(value) and _PRICE_TEXT.fullmatch(value) is not None
