"""The plot of the policies: calls wasted against time to recover, as SVG.

Rules:
1. A policy is a point: to the left it wastes fewer calls (each line is ten times the last), further
   down its lanes recover sooner. What never recovers stands on a line of its own at the top.
2. The shade is where a policy would be better than this one on both.
3. The plot has a title, and says all of its figures in words, for who does not see it.
4. Lengths are whole pixels: equal figures draw equal plots.
"""

import math
from collections.abc import Iterator, Mapping
from html import escape
from typing import Final

from lane_policies import THIS
from recovery_figures import Figures, said

WIDTH: Final = 680
HEIGHT: Final = 400
LEFT: Final = 60
RIGHT: Final = 620
TOP: Final = 60
NEVER: Final = 30
BOTTOM: Final = 350
STEP_S: Final = 10
NAME_WIDTH: Final = 90
LINE: Final = 14
STYLE: Final = (
    "text{font:12px sans-serif;fill:#333}.end{text-anchor:end}.middle{text-anchor:middle}"
    "line{stroke:#ddd}.better{fill:#d9efe3}circle{fill:#777}.this{fill:#0a7f4f}"
    "rect.page{fill:#fff}"
)


def draw(by_policy: Mapping[str, Figures]) -> str:
    """Return the plot."""
    words = "; ".join(_words(name, one) for name, one in by_policy.items())
    drawn = "\n".join([*_frame(by_policy), *_points(by_policy)])
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img"'
        ' aria-labelledby="title" aria-describedby="said">\n'
        '<title id="title">Wasted calls and time to recover, by policy</title>\n'
        f'<desc id="said">{escape(words)}</desc>\n<style>{STYLE}</style>\n{drawn}\n</svg>\n'
    )


def _words(name: str, one: Figures) -> str:
    return f"{name}: {one.wasted:,} wasted calls, mean time to recover {said(one.mean_s)}"


def _frame(by_policy: Mapping[str, Figures]) -> Iterator[str]:
    """Draw the shade, and the lines with their figures."""
    this = by_policy[THIS]
    x, y = _x(this.wasted, by_policy), _y(this.mean_s, by_policy)
    yield f'<rect class="page" width="{WIDTH}" height="{HEIGHT}"/>'
    yield f'<rect class="better" x="{LEFT}" y="{y}" width="{x - LEFT}" height="{BOTTOM - y}"/>'
    for power in range(_first(by_policy), _last(by_policy) + 1):
        at = _x(10**power, by_policy)
        yield f'<line x1="{at}" x2="{at}" y1="{TOP}" y2="{BOTTOM}"/>'
        yield f'<text class="middle" x="{at}" y="{BOTTOM + 18}">{10**power:,}</text>'
    for seconds in range(0, _most_s(by_policy) + 1, STEP_S):
        at = _y(seconds, by_policy)
        yield f'<line x1="{LEFT}" x2="{RIGHT}" y1="{at}" y2="{at}"/>'
        yield f'<text class="end" x="{LEFT - 8}" y="{at + 4}">{seconds} s</text>'
    yield f'<text class="end" x="{LEFT - 8}" y="{NEVER + 4}">never</text>'
    yield f'<text class="middle" x="{(LEFT + RIGHT) // 2}" y="{HEIGHT - 8}">wasted calls</text>'
    yield '<text x="8" y="14">mean time to recover</text>'
    yield f'<text x="{LEFT + 6}" y="{BOTTOM - 8}">better on both</text>'


def _points(by_policy: Mapping[str, Figures]) -> Iterator[str]:
    """Draw a point and a name for each policy; a name that would lie on another goes below it."""
    named: list[tuple[int, int]] = []
    for name, one in by_policy.items():
        x, y = _x(one.wasted, by_policy), _y(one.mean_s, by_policy)
        kind = ' class="this"' if name == THIS else ""
        side, at = (' class="end"', x - 9) if x > (LEFT + RIGHT) // 2 else ("", x + 9)
        line = y + 4
        while any(abs(at - left) < NAME_WIDTH and abs(line - top) < LINE for left, top in named):
            line += LINE
        named.append((at, line))
        yield f'<circle{kind} cx="{x}" cy="{y}" r="5"/>'
        yield f'<text{side} x="{at}" y="{line}">{escape(name)}</text>'


def _x(wasted: int, by_policy: Mapping[str, Figures]) -> int:
    first, last = _first(by_policy), _last(by_policy)
    return LEFT + round((RIGHT - LEFT) * (math.log10(max(1, wasted)) - first) / (last - first))


def _y(seconds: float | None, by_policy: Mapping[str, Figures]) -> int:
    if seconds is None:
        return NEVER
    return BOTTOM - round((BOTTOM - TOP) * seconds / _most_s(by_policy))


def _first(by_policy: Mapping[str, Figures]) -> int:
    return math.floor(math.log10(max(1, min(one.wasted for one in by_policy.values()))))


def _last(by_policy: Mapping[str, Figures]) -> int:
    most = max(one.wasted for one in by_policy.values())
    return max(_first(by_policy) + 1, math.ceil(math.log10(max(1, most))))


def _most_s(by_policy: Mapping[str, Figures]) -> int:
    most = max(one.mean_s or 0 for one in by_policy.values())
    return STEP_S * max(1, math.ceil(most / STEP_S))
