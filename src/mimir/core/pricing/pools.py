"""What the rows of a compact price table share: each distinct value once, rows point into it.

Rules:
1. There are eleven pools: providers, modes, dates and names (texts; a mode or date may be null),
   counts (of tokens, or null), supports and shapes (lists of positions of names: flags, and the
   fields of prices), prices (each the position of its shape), values (those of all prices, one
   after another), texts (of values) and terms (text by path). Prices and values are ``packed``.
2. A pool has at most 100,000 items, values 1,000,000; an item has at most 1,000 parts, a text 1 to
   512 characters.
3. A value is a whole number of femtodollars from 0 to 2^63 - 1; one below is the position of a text
   before -1: the exact decimal text of a value that is not whole.
4. An error's field is the pool and the item: ``pools.prices[3]``.
5. A pool of lists is checked at once (``whole_lists``), and one by one only to name what is wrong.
"""

import re
from collections.abc import Callable, Mapping
from itertools import accumulate
from typing import Final, NamedTuple, TypeAlias, TypeVar

from mimir.core.fields import (
    InvalidField,
    excerpt,
    invalid,
    is_list,
    is_object,
    is_text,
    optional_integer,
)
from mimir.core.fields import text as read_text
from mimir.core.limits import CATALOG_MAX_ROWS, ID_MAX_CHARS, LIST_MAX_ITEMS
from mimir.core.pricing import packed
from mimir.core.pricing.whole_lists import are_picks

T = TypeVar("T")

Names: TypeAlias = tuple[str, ...]
Reader: TypeAlias = Callable[[object, str], T | InvalidField]

POOLS: Final = (
    "providers",
    "modes",
    "dates",
    "counts",
    "names",
    "supports",
    "shapes",
    "prices",
    "values",
    "texts",
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
    counts: tuple[int | None, ...]
    supports: tuple[Names, ...]
    shapes: tuple[Names, ...]
    prices: tuple[int, ...]
    starts: list[int]
    values: tuple[int, ...]
    texts: Names
    terms: tuple[Mapping[str, str], ...]

    def prices_at(self, position: int) -> dict[str, int | str]:
        """Return the prices at one position of their pool, by field."""
        names, start = self.shapes[self.prices[position]], self.starts[position]
        values = self.values[start : start + len(names)]
        exact = [value if value >= 0 else self.texts[-1 - value] for value in values]
        return dict(zip(names, exact, strict=True))


def parse(raw: object) -> Pools | InvalidField:
    """Read the eleven pools by the rules above.

    >>> parse({**{name: [] for name in POOLS}, "prices": "", "values": ""}).terms
    ()
    >>> parse({"names": [7]}).message
    'expected a text, got 7'
    """
    if not is_object(raw):
        return refused("pools", f"expected an object, got {excerpt(raw)}")
    reading = _Reading(raw, [])
    names = reading.pool("names", _text)
    supports, shapes = reading.lists("supports", names), reading.lists("shapes", names)
    texts = reading.pool("texts", _price_text)
    prices = reading.positions("prices", len(shapes))
    *starts, end = accumulate((len(shapes[index]) for index in prices), initial=0)
    pools = Pools(
        reading.pool("providers", _text),
        reading.pool("modes", _text_or_null),
        reading.pool("dates", _date),
        reading.pool("counts", _count),
        supports,
        shapes,
        prices,
        starts,
        reading.values(end, len(texts)),
        texts,
        reading.pool("terms", _terms),
    )
    return reading.errors[0] if reading.errors else pools


def refused(path: str, message: str) -> InvalidField:
    """Make an error of a price table.

    >>> refused("rows", "required").code
    'invalid_price_table'
    """
    return invalid("price_table", path, message)


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
        if not are_picks(listed, len(names)):
            return self.pool(name, lambda value, path: _picked(value, path, names))
        return tuple([tuple([names[index] for index in item]) for item in listed])

    def positions(self, name: str, size: int) -> tuple[int, ...]:
        """Give the items of a packed pool of positions in another of ``size`` items."""
        positions = packed.positions(self.raw.get(name), CATALOG_MAX_ROWS)
        if positions is None:
            return self._no_pack(name, "positions")
        if max(positions, default=-1) < size:
            return positions
        at = next(at for at, position in enumerate(positions) if position >= size)
        return self._no_item(f"{name}[{at}]", positions[at])

    def values(self, expected: int, texts: int) -> tuple[int, ...]:
        """Give the values of all prices, of which ``expected`` are needed."""
        values = packed.values(self.raw.get("values"), _VALUES_MAX)
        if values is None or (len(values) != expected and not self.errors):
            return self._no_pack("values", f"{expected} values")
        if min(values, default=0) >= -texts:
            return values
        at = next(at for at, value in enumerate(values) if value < -texts)
        return self._no_item(f"values[{at}]", values[at])

    def _no_pack(self, name: str, wanted: str) -> tuple[int, ...]:
        got = excerpt(self.raw.get(name))
        self.errors.append(refused(f"pools.{name}", f"expected {wanted} in base64, got {got}"))
        return ()

    def _no_item(self, item: str, got: int) -> tuple[int, ...]:
        self.errors.append(refused(f"pools.{item}", f"no item of its pool: {got}"))
        return ()

    def _listed(self, name: str) -> list[object]:
        listed = self.raw.get(name)
        if is_list(listed) and len(listed) <= CATALOG_MAX_ROWS:
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


def _count(raw: object, path: str) -> int | None | InvalidField:
    wanted = "expected a non-negative integer or null"
    return optional_integer(raw, "price_table", path, 0, wanted)


def _picked(raw: object, path: str, names: Names) -> Names | InvalidField:
    if not is_list(raw) or len(raw) > LIST_MAX_ITEMS:
        return refused(path, f"expected a list of positions, got {excerpt(raw)}")
    for index in raw:
        if type(index) is not int or not 0 <= index < len(names):
            return refused(path, f"no such name: {excerpt(index)}")
    return refused(path, "a name stands twice")


def _price_text(raw: object, path: str) -> str | InvalidField:
    if is_text(raw) and _PRICE_TEXT.fullmatch(raw) is not None:
        return raw
    return refused(path, f"expected the text of a value, got {excerpt(raw)}")


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
