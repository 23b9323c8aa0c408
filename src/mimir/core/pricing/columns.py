"""The columns of a compact price table: one position a row, beside the rows' keys.

Rules:
1. Every column is as long as the list of keys, and points into a pool, position by position.
2. A column is one text: its positions as 32-bit little-endian integers, in base64. So thousands of
   positions are read and checked at once.
3. An error's field is the column, or the row and the column: ``rows.gpt-4o.provider``. The first
   one counts.

Source of the encoding: RFC 4648, section 4.
"""

from binascii import a2b_base64, b2a_base64
from collections.abc import Sequence
from struct import pack, unpack
from typing import Final, NamedTuple

from mimir.core.fields import (
    InvalidField,
    excerpt,
    field_name,
    is_list,
    is_object,
    is_text,
    is_unicode,
)
from mimir.core.limits import CATALOG_MAX_ROWS, ID_MAX_CHARS
from mimir.core.pricing.pools import refused
from mimir.core.pricing.whole_lists import are_texts

_POSITION_BYTES: Final = 4


class Columns(NamedTuple):
    """The columns while they are read; ``errors`` holds what was refused so far."""

    keys: list[str]
    raw: dict[object, object]
    errors: list[InvalidField]

    def positions(self, name: str, size: int) -> tuple[int, ...]:
        """Give each row's position in a pool of ``size`` items; an error leaves them short."""
        column = self.raw.get(name)
        positions = _decoded(column, len(self.keys))
        if positions is None:
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

    >>> parse(["m"], {"provider": encode([0])}).positions("provider", 1)
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


def encode(positions: Sequence[int]) -> str:
    """Write a column.

    >>> encode([0, 258])
    'AAAAAAIBAAA='
    """
    return b2a_base64(pack(f"<{len(positions)}I", *positions), newline=False).decode("ascii")


def _decoded(column: object, size: int) -> tuple[int, ...] | None:
    if not is_text(column) or len(column) > 2 * size * _POSITION_BYTES + _POSITION_BYTES:
        return None
    try:
        content = a2b_base64(column, strict_mode=True)
    except ValueError:
        return None
    return unpack(f"<{size}I", content) if len(content) == size * _POSITION_BYTES else None


def _is_key(value: object) -> bool:
    return is_text(value) and 0 < len(value) <= ID_MAX_CHARS and is_unicode(value)
