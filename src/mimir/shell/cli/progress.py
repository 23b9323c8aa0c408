"""How far a long reading has come: one line on standard error, drawn over itself.

Rules:
1. It is drawn only on a terminal, ten times a second at most, and wiped at the end.
2. Without a known size there is no bar, but what was read so far.
3. A terminal that went away is no fault to report.
"""

import sys
from time import monotonic
from types import TracebackType
from typing import Final

WIDTH: Final = 30
"""Characters of the bar."""

_INTERVAL_SECONDS: Final = 0.1
_WIPE: Final = "\r\x1b[K"


def drawn(done: int, size: int | None, lines: int, seconds: float, unit: str = "lines") -> str:
    """Draw the line: ``done`` of ``size`` bytes and ``lines`` of a unit in ``seconds``.

    >>> drawn(50, 100, 1_000, 2.0)
    '[###############               ]  50 %  1,000 lines  500 lines/s'
    >>> drawn(3_000_000, None, 1_000, 2.0)
    '3.0 MB  1,000 lines  500 lines/s'
    """
    rate = int(lines / seconds) if seconds else 0
    read = f"{lines:,} {unit}  {rate:,} {unit}/s"
    if not size:
        return f"{done / 1_000_000:.1f} MB  {read}"
    share = min(done / size, 1.0)
    bar = "#" * int(share * WIDTH)
    return f"[{bar:{WIDTH}}] {int(share * 100):3} %  {read}"


class Progress:
    """The line on a terminal; used as ``with Progress(size) as progress``."""

    def __init__(self, size: int | None, unit: str = "lines") -> None:
        """Begin at nothing read of ``size`` bytes, ``None`` where that isn't known."""
        self._size = size
        self._unit = unit
        self._done = 0
        self._lines = 0
        self._started = self._drawn = monotonic()
        self._shown = sys.stderr.isatty()

    def __enter__(self) -> "Progress":
        """Return itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Wipe the line."""
        self._write(_WIPE)

    def step(self, size: int, lines: int) -> None:
        """Count what was read, and draw the line if it is time."""
        self._done += size
        self._lines += lines
        now = monotonic()
        if now - self._drawn >= _INTERVAL_SECONDS:
            self._drawn = now
            seconds = now - self._started
            self._write(_WIPE + drawn(self._done, self._size, self._lines, seconds, self._unit))

    def _write(self, text: str) -> None:
        if not self._shown:
            return
        try:
            sys.stderr.write(text)
            sys.stderr.flush()
        except OSError:
            self._shown = False
