"""The plots of a simulation, as inline SVG: bars by task class, of moves and of cost.

Rules:
1. Every text is escaped. A name too long for its column is cut, and whole in the bar's tooltip.
2. Lengths are integers: a bar is rounded down to a whole pixel, and one that is not nothing has one
   pixel at least.
3. What a colour means stands in a legend beside the plot, and in the tooltips as words.
"""

from collections.abc import Sequence
from html import escape
from typing import Final

from mimir.core.money import FEMTODOLLARS_PER_MICRODOLLAR, Femtodollars, to_microdollars
from mimir.shell.cli import terminal
from mimir.shell.cli.simulate_text import Row, share, signed

WIDTH: Final = 760
LABEL_CHARS: Final = 24

_ROW: Final = 28
_BAR: Final = 16
_LEFT: Final = 190
_SPAN: Final = 430
_VALUE: Final = WIDTH - 4


def moved_plot(rows: Sequence[Row]) -> str:
    """Draw the share of decisions moved, by where to."""
    bars = "".join(_moved(row, at) for at, row in enumerate(rows))
    return _svg("Share of decisions moved, by task class", len(rows), bars)


def cost_plot(rows: Sequence[Row]) -> str:
    """Draw the cost delta to the left of an axis where it is below 0, and to the right above."""
    most = max((abs(row.effect.delta) for row in rows), default=0)
    bars = "".join(_cost(row, at, most) for at, row in enumerate(rows))
    middle = _LEFT + _SPAN // 2
    axis = f'<line class="axis" x1="{middle}" x2="{middle}" y1="0" y2="{len(rows) * _ROW}"/>'
    return _svg("Cost delta, by task class", len(rows), bars + axis)


def about(amount: Femtodollars) -> str:
    """Write a difference for a plot: to the microdollar, or exactly where that would be nothing.

    >>> about(Femtodollars(-1_234_567_890_123_456)), about(Femtodollars(5))
    ('-$1.234568', '+$0.000000000000005')
    """
    rounded = Femtodollars(to_microdollars(amount) * FEMTODOLLARS_PER_MICRODOLLAR)
    return signed(rounded or amount)


def text(value: str) -> str:
    """Write ``value`` on one line for HTML, control characters as escapes.

    >>> text("<b>" + chr(27))
    '&lt;b&gt;\\\\x1b'
    """
    return escape(terminal.escape(value))


def _moved(row: Row, at: int) -> str:
    effect, top = row.effect, at * _ROW + (_ROW - _BAR) // 2
    rerouted = effect.moved - effect.unplaced - effect.placed
    parts = (
        ("rerouted", "to another entry", rerouted),
        ("unplaced", "newly without a candidate", effect.unplaced),
        ("placed", "newly placed", effect.placed),
    )
    drawn, left = [_rect("track", _LEFT, top, _SPAN, "")], _LEFT
    for kind, words, count in parts:
        if count:
            width = max(1, _SPAN * count // effect.decisions)
            drawn.append(_rect(kind, left, top, width, f"{row.name}: {count} {words}"))
            left += width
    return _label(row, at) + "".join(drawn) + _value(share(effect.moved, effect.decisions), at)


def _cost(row: Row, at: int, most: int) -> str:
    delta, top = row.effect.delta, at * _ROW + (_ROW - _BAR) // 2
    bar, middle = "", _LEFT + _SPAN // 2
    if delta:
        width = max(1, _SPAN // 2 * abs(delta) // most)
        kind, left = ("saved", middle - width) if delta < 0 else ("dearer", middle)
        bar = _rect(kind, left, top, width, f"{row.name}: {signed(delta)}")
    return _label(row, at) + bar + _value(about(delta), at)


def _svg(title: str, count: int, drawn: str) -> str:
    height = max(1, count) * _ROW
    return (
        f'<svg viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{text(title)}"'
        f' xmlns="http://www.w3.org/2000/svg">{drawn}</svg>'
    )


def _label(row: Row, at: int) -> str:
    name = terminal.escape(row.name)
    cut = name if len(name) <= LABEL_CHARS else f"{name[: LABEL_CHARS - 1]}…"
    baseline = at * _ROW + _ROW // 2
    return f'<text class="label" x="0" y="{baseline}">{escape(cut)}{_title(row.name)}</text>'


def _value(shown: str, at: int) -> str:
    baseline = at * _ROW + _ROW // 2
    return f'<text class="value" x="{_VALUE}" y="{baseline}">{text(shown)}</text>'


def _rect(kind: str, left: int, top: int, width: int, title: str) -> str:
    where = f'x="{left}" y="{top}" width="{width}" height="{_BAR}"'
    return f'<rect class="{kind}" {where}>{_title(title)}</rect>'


def _title(words: str) -> str:
    return f"<title>{text(words)}</title>" if words else ""
