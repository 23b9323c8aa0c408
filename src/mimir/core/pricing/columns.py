"""The columns of a compact price table: one item a row, beside the rows' keys.

Rules:
1. Every column is as long as the list of keys.
2. A column points into a pool, position by position, or holds counts or null.
3. An error's field is the row and the column: ``rows.gpt-4o.provider``. The first one counts.
4. A whole column is checked at once, and item by item only to name what is wrong in it.
"""

from typing import NamedTuple, TypeGuard

from mimir.core.fields import (
    InvalidField,
    excerpt,
    field_name,
    is_list,
    is_object,
    is_text,
    is_unicode,
)
from mimir.core.limits import CATALOG_MAX_ROWS, ID_MAX_CHARS, INTEGER_MAX
from mimir.core.pricing.pools import are_integers, refused, within


class Columns(NamedTuple):
    """The columns while they are read; ``errors`` holds what was refused so far."""

    keys: list[str]
    raw: dict[object, object]
    errors: list[InvalidField]

    def positions(self, name: str, size: int) -> list[int]:
        """Give each row's position in a pool of ``size`` items; an error leaves the list short."""
        column = self._items(name)
        if are_integers(column) and within(column, size - 1):
            return column
        for position, index in enumerate(column):
            if type(index) is not int or not 0 <= index < size:
                self._refuse(position, name, f"no item of its pool: {excerpt(index)}")
                break
        return []

    def counts(self, name: str) -> list[int | None]:
        """Give each row's count, a non-negative integer or ``None``; an error leaves it short."""
        column = self._items(name)
        if _are_counts(column):
            return column
        wrong = next(
            index
            for index, value in enumerate(column)
            if value is not None and not _is_count(value)
        )
        self._refuse(wrong, name, f"expected a count or null, got {excerpt(column[wrong])}")
        return []

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

    >>> parse(["m"], {"provider": [0]}).positions("provider", 1)
    [0]
    >>> parse([], {}).message
    'expected a list of 1 to 100000 keys, got a list of 0 items'
    """
    if not is_list(keys) or not 0 < len(keys) <= CATALOG_MAX_ROWS:
        wanted = f"expected a list of 1 to {CATALOG_MAX_ROWS} keys"
        return refused("keys", f"{wanted}, got {excerpt(keys)}")
    names = [key for key in keys if is_text(key) and 0 < len(key) <= ID_MAX_CHARS]
    if len(names) != len(keys) or not is_unicode("".join(names)):
        wrong = next(index for index, key in enumerate(keys) if not _is_key(key))
        return refused(f"keys[{wrong}]", f"expected a key, got {excerpt(keys[wrong])}")
    if len(set(names)) != len(names):
        return refused("keys", "a key stands twice")
    if not is_object(raw):
        return refused("columns", f"expected an object, got {excerpt(raw)}")
    return Columns(names, raw, [])


def _is_key(value: object) -> bool:
    return is_text(value) and 0 < len(value) <= ID_MAX_CHARS and is_unicode(value)


def _are_counts(values: list[object]) -> TypeGuard[list[int | None]]:
    if not set(map(type, values)) <= {int, type(None)}:
        return False
    given = [value for value in values if type(value) is int]
    return within(given, INTEGER_MAX)


def _is_count(value: object) -> TypeGuard[int]:
    return type(value) is int and 0 <= value <= INTEGER_MAX
