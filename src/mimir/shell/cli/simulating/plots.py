"""The plots of a simulation, as inline SVG: bars by task class, of moves and of cost.

Rules:
1. Every text is escaped. A name too long for its line is cut, and whole in the bar's tooltip.
2. Lengths are integers: a bar is rounded down to a whole pixel, and one that is not nothing has one
   pixel at least.
3. What a colour means stands in a legend beside the plot, and in the tooltips as words. The plot as
   a whole has a title and says all of its figures in words, for who does not see it.
4. A plot is narrow, each name above its bar, so that it can be read on a small screen.
"""

from collections.abc import Sequence
from html import escape
from typing import Final

from mimir.core.money import FEMTODOLLARS_PER_MICRODOLLAR, Femtodollars, to_microdollars
from mimir.shell.cli import terminal
from mimir.shell.cli.simulating.text import Row, share, signed

WIDTH: Final = 480
LABEL_CHARS: Final = 44

_ROW: Final = 46
_LINE: Final = 22
_BAR: Final = 14
_LABEL: Final = 340


def moved_plot(rows: Sequence[Row]) -> str:
    """Draw the share of decisions moved, by where to."""
    bars = "".join(_moved(row, at) for at, row in enumerate(rows))
    said = "; ".join(_said(row) for row in rows)
    return _svg("moved", "Share of decisions moved, by task class", said, len(rows), bars)


def cost_plot(rows: Sequence[Row]) -> str:
    """Draw the cost delta to the left of an axis where it is below 0, and to the right above."""
    most = max((abs(row.effect.delta) for row in rows), default=0)
    bars = "".join(_cost(row, at, most) for at, row in enumerate(rows))
    said = "; ".join(f"{row.name}: {about(row.effect.delta)}" for row in rows)
    return _svg("cost", "Cost delta, by task class", said, len(rows), bars)


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


def _parts(row: Row) -> list[tuple[str, str, int]]:
    """Return what moved, by where to: the kind, in words, and how many."""
    effect = row.effect
    rerouted = effect.moved - effect.unplaced - effect.placed
    return [
        ("rerouted", "to another entry", rerouted),
        ("unplaced", "newly without a candidate", effect.unplaced),
        ("placed", "newly placed", effect.placed),
    ]


def _said(row: Row) -> str:
    moved = f"{row.name}: {share(row.effect.moved, row.effect.decisions)}"
    return ", ".join([moved, *(f"{count:,} {words}" for _, words, count in _parts(row) if count)])


def _moved(row: Row, at: int) -> str:
    effect, top, left = row.effect, at * _ROW + _LINE, 0
    drawn = [_rect("track", left, top, WIDTH, "")]
    for kind, words, count in _parts(row):
        if count:
            width = max(1, WIDTH * count // effect.decisions)
            drawn.append(_rect(kind, left, top, width, f"{row.name}: {count:,} {words}"))
            left += width
    return _label(row, at) + "".join(drawn) + _value(share(effect.moved, effect.decisions), at)


def _cost(row: Row, at: int, most: int) -> str:
    delta, top = row.effect.delta, at * _ROW + _LINE
    middle = WIDTH // 2
    drawn = _rect("track", 0, top, WIDTH, "")
    if delta:
        width = max(1, middle * abs(delta) // most)
        kind, left = ("saved", middle - width) if delta < 0 else ("dearer", middle)
        drawn += _rect(kind, left, top, width, f"{row.name}: {signed(delta)}")
    ends = f'y1="{top - 3}" y2="{top + _BAR + 3}"'
    axis = f'<line class="axis" x1="{middle}" x2="{middle}" {ends}/>'
    return _label(row, at) + drawn + axis + _value(about(delta), at)


def _svg(name: str, title: str, said: str, count: int, drawn: str) -> str:
    return (
        f'<svg class="plot" viewBox="0 0 {WIDTH} {max(1, count) * _ROW}" role="img"'
        f' aria-labelledby="{name}-title" aria-describedby="{name}-said">'
        f'<title id="{name}-title">{text(title)}</title>'
        f'<desc id="{name}-said">{text(said)}</desc>{drawn}</svg>'
    )


def _label(row: Row, at: int) -> str:
    """Draw the name in a frame of its own, which cuts what is wider."""
    name = terminal.escape(row.name)
    cut = name if len(name) <= LABEL_CHARS else f"{name[: LABEL_CHARS - 1]}…"
    frame = f'<svg x="0" y="{at * _ROW}" width="{_LABEL}" height="{_LINE}">'
    return f'{frame}<text x="0" y="{_LINE // 2}">{escape(cut)}{_title(row.name)}</text></svg>'


def _value(shown: str, at: int) -> str:
    return f'<text class="value" x="{WIDTH}" y="{at * _ROW + _LINE // 2}">{text(shown)}</text>'


def _rect(kind: str, left: int, top: int, width: int, title: str) -> str:
    where = f'x="{left}" y="{top}" width="{width}" height="{_BAR}"'
    return f'<rect class="{kind}" {where}>{_title(title)}</rect>'


def _title(words: str) -> str:
    return f"<title>{text(words)}</title>" if words else ""
