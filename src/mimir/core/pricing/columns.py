"""The columns of a compact price table: one item a row, beside the rows' keys.

Rules:
1. Every column is as long as the list of keys.
2. A column points into a pool, position by position, or holds counts or null.
3. An error's field is the row and the column: ``rows.gpt-4o.provider``. The first one counts.
"""

from typing import TypeVar

from attrs import field, frozen

from mimir.core.fields import (
    InvalidField,
    excerpt,
    field_name,
    is_integer,
    is_list,
    is_object,
    is_text,
    is_unicode,
)
from mimir.core.limits import CATALOG_MAX_ROWS, ID_MAX_CHARS
from mimir.core.pricing.pools import refused

T = TypeVar("T")


@frozen
class Columns:
    """The columns while they are read; ``errors`` holds what was refused so far."""

    keys: list[str]
    raw: dict[object, object]
    errors: list[InvalidField] = field(factory=list[InvalidField])

    def picked(self, name: str, pool: tuple[T, ...]) -> list[T]:
        """Give each row's item of ``pool``; an error leaves the list short."""
        items: list[T] = []
        size = len(pool)
        for index in self._items(name):
            if type(index) is not int or not 0 <= index < size:
                self._refuse(len(items), name, f"no item of its pool: {excerpt(index)}")
                return items
            items.append(pool[index])
        return items

    def counts(self, name: str) -> list[int | None]:
        """Give each row's count, a non-negative integer or ``None``; an error leaves it short."""
        items: list[int | None] = []
        for value in self._items(name):
            if value is not None and (not is_integer(value) or value < 0):
                self._refuse(len(items), name, f"expected a count or null, got {excerpt(value)}")
                return items
            items.append(value)
        return items

    def _items(self, name: str) -> list[object]:
        column = self.raw.get(name)
        if is_list(column) and len(column) == len(self.keys):
            return column
        wanted = f"expected a list of {len(self.keys)} items"
        self.errors.append(refused(f"columns.{name}", f"{wanted}, got {excerpt(column)}"))
        return []

    def _refuse(self, position: int, name: str, message: str) -> None:
        path = f"rows.{field_name(self.keys[position])}.{name}"
        self.errors.append(refused(path, message))


def parse(keys: object, raw: object) -> Columns | InvalidField:
    """Read the keys: 1 to 100,000 texts of at most 512 characters, none of them twice.

    >>> parse(["m"], {"provider": [0]}).picked("provider", ("openai",))
    ['openai']
    >>> parse([], {}).message
    'expected a list of 1 to 100000 keys, got a list of 0 items'
    """
    if not is_list(keys) or not 0 < len(keys) <= CATALOG_MAX_ROWS:
        wanted = f"expected a list of 1 to {CATALOG_MAX_ROWS} keys"
        return refused("keys", f"{wanted}, got {excerpt(keys)}")
    names: list[str] = []
    for key in keys:
        if not is_text(key) or not 0 < len(key) <= ID_MAX_CHARS or not is_unicode(key):
            return refused(f"keys[{len(names)}]", f"expected a key, got {excerpt(key)}")
        names.append(key)
    if len(set(names)) != len(names):
        return refused("keys", "a key stands twice")
    if not is_object(raw):
        return refused("columns", f"expected an object, got {excerpt(raw)}")
    return Columns(names, raw)
