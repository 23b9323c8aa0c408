"""The columns of a compact price table: one position a row, beside the rows' keys.

Rules:
1. Every column is as long as the list of keys, and points into a pool, position by position.
2. A column is one text, as ``packed`` has it.
3. An error's field is the column, or the row and the column: ``rows.gpt-4o.provider``. The first
   one counts.
"""

from typing import NamedTuple

from mimir.core.fields import InvalidField, excerpt, field_name, is_list, is_object, is_text
from mimir.core.limits import CATALOG_MAX_ROWS, ID_MAX_CHARS
from mimir.core.pricing import packed
from mimir.core.pricing.pools import refused
from mimir.core.pricing.whole_lists import are_texts
from mimir.core.texts import is_unicode


class Columns(NamedTuple):
    """The columns while they are read; ``errors`` holds what was refused so far."""

    keys: list[str]
    raw: dict[object, object]
    errors: list[InvalidField]

    def positions(self, name: str, size: int) -> tuple[int, ...]:
        """Give each row's position in a pool of ``size`` items; an error leaves them short."""
        column = self.raw.get(name)
        positions = packed.positions(column, len(self.keys))
        if positions is None or len(positions) < len(self.keys):
            wanted = f"expected {len(self.keys)} positions in base64"
            self.errors.append(refused(f"columns.{name}", f"{wanted}, got {excerpt(column)}"))
            return ()
        if max(positions) < size:
            return positions
        at = next(index for index, position in enumerate(positions) if position >= size)
        path = f"rows.{field_name(self.keys[at])}.{name}"
        self.errors.append(refused(path, f"no item of its pool: {positions[at]}"))
        return ()


def parse(keys: object, raw: object) -> Columns | InvalidField:
    """Read the keys: 1 to 100,000 texts of at most 512 characters, none of them twice.

    >>> parse(["m"], {"provider": "AAAAAA=="}).positions("provider", 1)
    (0,)
    >>> parse([], {}).message
    'expected a list of 1 to 100000 keys, got a list of 0 items'
    """
    if not is_list(keys) or not 0 < len(keys) <= CATALOG_MAX_ROWS:
        wanted = f"expected a list of 1 to {CATALOG_MAX_ROWS} keys"
        return refused("keys", f"{wanted}, got {excerpt(keys)}")
    if not are_texts(keys, ID_MAX_CHARS):
        wrong = next(index for index, key in enumerate(keys) if not _is_key(key))
        return refused(f"keys[{wrong}]", f"expected a key, got {excerpt(keys[wrong])}")
    if len(set(keys)) != len(keys):
        return refused("keys", "a key stands twice")
    if not is_object(raw):
        return refused("columns", f"expected an object, got {excerpt(raw)}")
    return Columns(keys, raw, [])


def _is_key(value: object) -> bool:
    return is_text(value) and 0 < len(value) <= ID_MAX_CHARS and is_unicode(value)
