"""Many integers as one text: how a price table holds its positions and values.

Rules:
1. The integers stand one behind the other, little-endian, in base64: a position is unsigned and has
   32 bits, a value is signed and has 64. So thousands are read at once, and none is out of bounds.
2. What is no such text, or holds more than it may, is ``None``.

Source of the encoding: RFC 4648, section 4.
"""

from binascii import a2b_base64, b2a_base64
from collections.abc import Sequence
from struct import pack, unpack
from typing import Final

from mimir.core.fields import is_text

_POSITION: Final = "I", 4
_VALUE: Final = "q", 8


def positions(raw: object, most: int) -> tuple[int, ...] | None:
    """Read at most ``most`` positions.

    >>> positions(pack_positions([0, 258]), 2), positions(pack_positions([0, 258]), 1)
    ((0, 258), None)
    """
    return _integers(raw, most, *_POSITION)


def values(raw: object, most: int) -> tuple[int, ...] | None:
    """Read at most ``most`` values.

    >>> values(pack_values([-1, 2**63 - 1]), 2)
    (-1, 9223372036854775807)
    """
    return _integers(raw, most, *_VALUE)


def pack_positions(integers: Sequence[int]) -> str:
    """Write positions, each from 0 to 2^32 - 1.

    >>> pack_positions([0, 258])
    'AAAAAAIBAAA='
    """
    return _text(integers, _POSITION[0])


def pack_values(integers: Sequence[int]) -> str:
    """Write values, each within 2^63 - 1.

    >>> pack_values([-1])
    '//////////8='
    """
    return _text(integers, _VALUE[0])


def _integers(raw: object, most: int, form: str, size: int) -> tuple[int, ...] | None:
    if not is_text(raw) or len(raw) > 2 * size * (most + 1):
        return None
    try:
        content = a2b_base64(raw, strict_mode=True)
    except ValueError:
        return None
    count, rest = divmod(len(content), size)
    return None if rest or count > most else unpack(f"<{count}{form}", content)


def _text(integers: Sequence[int], form: str) -> str:
    return b2a_base64(pack(f"<{len(integers)}{form}", *integers), newline=False).decode("ascii")
