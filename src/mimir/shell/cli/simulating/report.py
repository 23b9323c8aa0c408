"""The report of ``mimir simulate``: one HTML text that needs nothing beside it.

Rules:
1. Style and plots are inline; there is no script, no link and no address to load, and a policy in
   the page's head forbids the browser to load any.
2. Every text from a record or a file is escaped.
3. The rows are those of the printed table; amounts in the tables are exact.
4. It can be read on a small screen, in the dark, and without seeing the plots: their figures stand
   in words and in tables, whose headers are marked as such.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from mimir.core.review.effect import Effect
from mimir.core.version import __version__
from mimir.shell.cli.amounts import dollars
from mimir.shell.cli.simulating.plots import about, cost_plot, moved_plot, text
from mimir.shell.cli.simulating.text import (
    HEADERS,
    MOVES_SHOWN,
    UNPRICED_SHOWN,
    Row,
    Run,
    entry,
    rows,
    share,
    signed,
)

_STYLE: Final = """
:root { color-scheme: light dark; --page: #f6f7f9; --card: #fff; --ink: #1b1f24; --soft: #5b6472;
  --line: #dfe3e8; --track: #eceff3; --blue: #0072b2; --red: #d55e00; --green: #009e73; }
@media (prefers-color-scheme: dark) { :root { --page: #14171b; --card: #1d2127; --ink: #e8ebef;
  --soft: #9aa4b2; --line: #323842; --track: #2a3038; --blue: #56b4e9; --red: #f0884a;
  --green: #34c796; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink);
  font: 15px/1.5 system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
main { max-width: 1040px; margin: 0 auto; padding: 32px 20px 48px; }
h1 { font-size: 26px; line-height: 1.25; margin: 0 0 4px; }
h2 { font-size: 17px; margin: 0 0 12px; }
p { margin: 0 0 12px; } .soft, footer { color: var(--soft); }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(170px, 1fr)); gap: 12px;
  margin: 24px 0; }
.tile, section { background: var(--card); border: 1px solid var(--line); border-radius: 10px; }
.tile { padding: 14px 16px; overflow-wrap: anywhere; } section { padding: 20px; margin: 0 0 20px; }
.tile b { display: block; font-size: 24px; line-height: 1.3; font-variant-numeric: tabular-nums; }
.wide { overflow-x: auto; } .wide:focus-visible { outline: 2px solid var(--blue); }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { padding: 6px 10px; border-bottom: 1px solid var(--line); text-align: right;
  white-space: nowrap; }
thead th { color: var(--soft); font-weight: 600; font-size: 13px; }
tbody th { font-weight: 400; }
.words { text-align: left; white-space: normal; overflow-wrap: anywhere; min-width: 9em; }
tr.all > * { font-weight: 600; border-bottom: 0; }
.plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 400px), 1fr));
  gap: 0 20px; }
.plot { display: block; width: 100%; max-width: 560px; height: auto; }
.plot text { font-size: 14px; dominant-baseline: central; fill: var(--ink); }
.plot .value { text-anchor: end; font-variant-numeric: tabular-nums; }
.track { fill: var(--track); } .axis { stroke: var(--soft); stroke-width: 1; }
.rerouted { fill: var(--blue); } .unplaced, .dearer { fill: var(--red); }
.placed, .saved { fill: var(--green); }
.key { display: inline-block; margin-right: 18px; }
@media (max-width: 560px) { main { padding: 20px 12px; } section { padding: 14px; }
  .plot text { font-size: 19px; } }
.key svg { width: 12px; height: 12px; margin-right: 6px; }
"""
_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'"
_BEFORE_AND_AFTER: Final = (
    "Before is what was decided, after is what the same inputs give under the new rules."
)
_COMPARED: Final = (
    "Exact, of the decisions that are placed both times at a known cost. Uncompared are those"
    " placed both times of which one cost is not known."
)

_MOVED_KINDS: Final = {
    "rerouted": "to another entry",
    "unplaced": "newly without a candidate",
    "placed": "newly placed",
}
_COST_KINDS: Final = {"dearer": "costs more", "saved": "costs less"}


def as_html(run: Run) -> str:
    """Write the report, whole."""
    total, shown = run.simulation.total, rows(run.simulation)
    parts = (
        "<!doctype html>",
        '<html lang="en"><head><meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>Simulation: new rules ({text(run.changed)})</title>",
        f"<style>{_STYLE}</style></head><body><main>",
        f"<h1>{total.decisions:,} decisions under new rules ({text(run.changed)})</h1>",
        _explained(_BEFORE_AND_AFTER),
        _explained(", ".join(run.given)),
        _tiles(total),
        '<div class="plots">',
        _section("Decisions moved", _legend(_MOVED_KINDS) + moved_plot(shown)),
        _section("Cost delta", _legend(_COST_KINDS) + cost_plot(shown)),
        "</div>",
        _section("Task classes", _explained(_COMPARED) + _classes(shown, total)),
        _section("Where decisions moved", _moves(total)),
        _notes(run),
        f"<footer>mimir {__version__}</footer></main></body></html>",
    )
    return "\n".join(part for part in parts if part) + "\n"


def _tiles(total: Effect) -> str:
    moved = share(total.moved, total.decisions)
    costs = f"{dollars(total.before)} before, {dollars(total.after)} after"
    tiles = (
        ("moved", moved, f"{total.moved:,} of {total.decisions:,} decisions"),
        ("newly without a candidate", f"{total.unplaced:,}", "placed before"),
        ("newly placed", f"{total.placed:,}", "without a candidate before"),
        ("cost delta", about(total.delta), costs),
    )
    drawn = (
        f'<div class="tile"><span class="soft">{text(name)}</span><b>{text(value)}</b>'
        f'<span class="soft">{text(note)}</span></div>'
        for name, value, note in tiles
    )
    return f'<div class="tiles">{"".join(drawn)}</div>'


def _legend(kinds: Mapping[str, str]) -> str:
    keys = (
        f'<span class="key"><svg viewBox="0 0 12 12" aria-hidden="true">'
        f'<rect class="{kind}" width="12" height="12"/></svg>{words}</span>'
        for kind, words in kinds.items()
    )
    return f'<p class="soft">{"".join(keys)}</p>'


def _classes(shown: Sequence[Row], total: Effect) -> str:
    body = "".join(_row(_cells(row)) for row in shown)
    return _table("Task classes", HEADERS, body + _row(_cells(Row("all", total)), "all"), words=1)


def _cells(row: Row) -> list[str]:
    effect = row.effect
    counts = (effect.unplaced, effect.placed)
    return [
        row.name,
        f"{effect.decisions:,}",
        f"{effect.moved:,}",
        share(effect.moved, effect.decisions),
        *(f"{count:,}" for count in counts),
        dollars(effect.before),
        dollars(effect.after),
        signed(effect.delta),
        f"{effect.uncompared:,}",
    ]


def _moves(total: Effect) -> str:
    if not total.moves:
        return _explained("None did.")
    body = "".join(
        _row([entry(flow.before), entry(flow.after), f"{count:,}"], words=2)
        for flow, count in total.moves[:MOVES_SHOWN]
    )
    more = len(total.moves) - MOVES_SHOWN
    note = _explained(f"and {more:,} more moves") if more > 0 else ""
    return _table("Where decisions moved", ("from", "to", "decisions"), body, words=2) + note


def _notes(run: Run) -> str:
    unpriced = run.simulation.unpriced
    notes: list[str] = []
    if unpriced:
        named = ", ".join(unpriced[:UNPRICED_SHOWN])
        more = len(unpriced) - UNPRICED_SHOWN
        rest = f" and {more:,} more" if more > 0 else ""
        notes.append(f"Without a price in some decisions: {named}{rest}.")
    for code, count in run.left_out.items():
        notes.append(f"Not simulated: {count:,} records, {code}.")
    notes += [f"{name}: {why}" for name, why in run.first_left_out]
    return _section("Notes", "".join(map(_explained, notes))) if notes else ""


def _section(title: str, body: str) -> str:
    return f"<section><h2>{text(title)}</h2>{body}</section>"


def _explained(words: str) -> str:
    return f'<p class="soft">{text(words)}</p>' if words else ""


def _table(title: str, headers: Sequence[str], body: str, words: int) -> str:
    head = "".join(_cell("th", ' scope="col"', name, at < words) for at, name in enumerate(headers))
    return (
        f'<div class="wide" role="region" tabindex="0" aria-label="{text(title)}"><table>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _row(cells: Iterable[str], kind: str = "", words: int = 1) -> str:
    first, *rest = cells
    named = _cell("th", ' scope="row"', first, is_words=True)
    made = "".join(_cell("td", "", cell, at < words) for at, cell in enumerate(rest, 1))
    return f'<tr class="{kind}">{named}{made}</tr>' if kind else f"<tr>{named}{made}</tr>"


def _cell(tag: str, scope: str, value: str, is_words: bool) -> str:
    opened = f'{tag}{scope} class="words"' if is_words else f"{tag}{scope}"
    return f"<{opened}>{text(value)}</{tag}>"
