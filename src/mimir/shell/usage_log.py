"""Reading a usage log of any length: blocks of whole lines, in a bounded amount of memory.

Rules:
1. A line ends with a line feed; the last one may go without. It is UTF-8 of at most
   ``LINE_MAX_BYTES`` bytes. A byte order mark before the first is no part of it.
2. A line that is longer, or no UTF-8, is given as an empty one and named beside the others.
3. Not more than one block and one line are held. An error of reading is the caller's to tell.
"""

from codecs import BOM_UTF8
from collections.abc import Iterator
from typing import BinaryIO, Final

from attrs import frozen

from mimir.core.pricing.usage_line import LineUnreadable

LINE_MAX_BYTES: Final = 1024 * 1024
"""Bytes of one line, its line feed apart."""

BLOCK_BYTES: Final = 256 * 1024
"""Bytes that are read at once; less than a line may have."""


@frozen
class Batch:
    """Some lines of a log: the number of the first, their texts, and those that are none."""

    first: int
    lines: list[str]
    unreadable: tuple[tuple[int, LineUnreadable], ...]
    size: int


def batches(stream: BinaryIO) -> Iterator[Batch]:
    """Read all lines, a block at a time; ``size`` is the bytes read for a batch.

    >>> import io
    >>> [batch.lines for batch in batches(io.BytesIO(b"a" + bytes([10]) + b"b"))]
    [['a'], ['b']]
    """
    rest = b""
    first = 1
    size = 0
    while block := stream.read(BLOCK_BYTES):
        size += len(block)
        whole, feed, rest = (rest + block).rpartition(b"\n")
        if feed:
            batch = _batch(first, whole, size)
            yield batch
            first += len(batch.lines)
            size = 0
        # A line that is too long already is dropped as it comes, but for what shows that it is.
        rest = rest[: LINE_MAX_BYTES + 1]
    if rest:
        yield _batch(first, rest, size)


def _batch(first: int, content: bytes, size: int) -> Batch:
    if first == 1:
        content = content.removeprefix(BOM_UTF8)
    head, feed, tail = content.partition(b"\n")
    unreadable: list[tuple[int, LineUnreadable]] = []
    if len(head) > LINE_MAX_BYTES:  # only the first one can be: the others came in one block
        problem = LineUnreadable("too_long", f"is longer than {LINE_MAX_BYTES} bytes")
        unreadable.append((first, problem))
        content = feed + tail
    try:
        return Batch(first, content.decode("utf-8").split("\n"), tuple(unreadable), size)
    except UnicodeDecodeError:
        lines = [_text(line) for line in content.split(b"\n")]
    unreadable.extend(
        (first + index, LineUnreadable("not_utf8", "is not UTF-8"))
        for index, line in enumerate(lines)
        if line is None
    )
    return Batch(first, [line or "" for line in lines], tuple(unreadable), size)


def _text(line: bytes) -> str | None:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        return None
