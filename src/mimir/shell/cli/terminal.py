"""What the command line prints: plain text, safe for any terminal.

Rules:
1. Answers go to standard output, refusals to standard error, one line each.
2. Control characters are escaped, and so is what the stream's encoding cannot carry.
3. A table has two spaces between its columns and none at the end of a line.
"""

import sys
from collections.abc import Collection, Sequence
from typing import Final, TextIO

BAD_INPUT: Final = 2
"""The exit code of a refusal."""

_GAP: Final = "  "


def table(
    headers: Sequence[str], rows: Sequence[Sequence[str]], right: Collection[int] = ()
) -> str:
    """Align ``rows`` under ``headers``; the columns in ``right`` are set to the right.

    >>> print(table(("lane", "p50"), [("openai", "7"), ("x", "120")], right=(1,)))
    lane    p50
    openai    7
    x       120
    """
    lines = [[escape(cell) for cell in row] for row in (headers, *rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(_line(line, widths, right) for line in lines)


def escape(text: str) -> str:
    """Make ``text`` one line: control and other unprintable characters are written as escapes.

    >>> escape("a" + chr(27) + "[31m" + chr(10))
    'a\\\\x1b[31m\\\\n'
    """
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text)


def say(text: str) -> None:
    """Print ``text``, lines and all, on standard output."""
    _write(sys.stdout, text)


def refuse(message: str) -> int:
    """Print ``mimir: MESSAGE`` as one line on standard error and return the exit code 2."""
    _write(sys.stderr, f"mimir: {escape(message)}")
    return BAD_INPUT


def _write(stream: TextIO, text: str) -> None:
    encoding = stream.encoding or "utf-8"
    stream.write(text.encode(encoding, "backslashreplace").decode(encoding) + "\n")


def _line(cells: Sequence[str], widths: Sequence[int], right: Collection[int]) -> str:
    placed = (
        cell.rjust(width) if index in right else cell.ljust(width)
        for index, (cell, width) in enumerate(zip(cells, widths, strict=True))
    )
    return _GAP.join(placed).rstrip()
