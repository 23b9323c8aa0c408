"""The report of ``mimir simulate``: one HTML text that needs nothing beside it.

Rules:
1. Style and plots are inline; there is no script, no link and no address to load, and a policy in
   the page's head forbids the browser to load any.
2. Every text from a record or a file is escaped.
3. The rows are those of the printed table; amounts in the tables are exact.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from mimir.core.review.simulate import Effect
from mimir.core.version import __version__
from mimir.shell.cli.answer import dollars
from mimir.shell.cli.simulate_plots import about, cost_plot, moved_plot, text
from mimir.shell.cli.simulate_text import (
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
  --line: #dfe3e8; --track: #eceff3; --blue: #3b6fd4; --red: #c8453b; --green: #2c8a57; }
@media (prefers-color-scheme: dark) { :root { --page: #14171b; --card: #1d2127; --ink: #e8ebef;
  --soft: #9aa4b2; --line: #323842; --track: #2a3038; --blue: #6f9bf0; --red: #ec7369;
  --green: #54b583; } }
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
.tile { padding: 14px 16px; } section { padding: 20px; margin: 0 0 20px; }
.tile b { display: block; font-size: 24px; line-height: 1.3; font-variant-numeric: tabular-nums;
  overflow-wrap: anywhere; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { padding: 6px 10px; border-bottom: 1px solid var(--line); text-align: right;
  white-space: nowrap; }
th { color: var(--soft); font-weight: 600; font-size: 13px; }
.words { text-align: left; white-space: normal; overflow-wrap: anywhere; min-width: 9em; }
tr.all td { font-weight: 600; border-bottom: 0; }
svg { display: block; width: 100%; height: auto; }
svg text { font-size: 13px; dominant-baseline: central; fill: var(--ink); }
svg .value { text-anchor: end; font-variant-numeric: tabular-nums; }
.track { fill: var(--track); } .axis { stroke: var(--soft); stroke-width: 1; }
.rerouted { fill: var(--blue); } .unplaced, .dearer { fill: var(--red); }
.placed, .saved { fill: var(--green); }
.key { display: inline-block; margin-right: 18px; }
.key svg { display: inline-block; width: 12px; height: 12px; margin-right: 6px; }
"""
_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'"
_BEFORE_AND_AFTER: Final = (
    "Before is what the records say, after is what the same inputs give under the changed rules."
)
_COMPARED: Final = (
    "Exact, of the decisions that are placed both times at a known cost. Uncompared are those"
    " placed both times of which one cost is not known."
)


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
        _tiles(total),
        _section("Decisions moved", _legend() + moved_plot(shown)),
        _section("Cost delta", _explained(_COMPARED) + cost_plot(shown)),
        _section("Task classes", _classes(shown, total)),
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


def _legend() -> str:
    kinds = {
        "rerouted": "to another entry",
        "unplaced": "newly without a candidate",
        "placed": "newly placed",
    }
    keys = (
        f'<span class="key"><svg viewBox="0 0 12 12" aria-hidden="true">'
        f'<rect class="{kind}" width="12" height="12"/></svg>{words}</span>'
        for kind, words in kinds.items()
    )
    return f'<p class="soft">{"".join(keys)}</p>'


def _classes(shown: Sequence[Row], total: Effect) -> str:
    body = "".join(_row(_cells(row)) for row in shown)
    return _table(HEADERS, body + _row(_cells(Row("all", total)), "all"), words=1)


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
    return _table(("from", "to", "decisions"), body, words=2) + note


def _notes(run: Run) -> str:
    unpriced, refused = run.simulation.unpriced, run.refused
    notes: list[str] = []
    if unpriced:
        named = ", ".join(unpriced[:UNPRICED_SHOWN])
        more = len(unpriced) - UNPRICED_SHOWN
        rest = f" and {more:,} more" if more > 0 else ""
        notes.append(f"Without a price in some decisions: {named}{rest}.")
    for code, count in sorted(refused.reasons.items()):
        notes.append(f"Not simulated: {count:,} records, {code}.")
    notes += [f"{name}: {why}" for name, why in refused.first]
    return _section("Notes", "".join(map(_explained, notes))) if notes else ""


def _section(title: str, body: str) -> str:
    return f"<section><h2>{text(title)}</h2>{body}</section>"


def _explained(words: str) -> str:
    return f'<p class="soft">{text(words)}</p>'


def _table(headers: Sequence[str], body: str, words: int) -> str:
    head = "".join(_cell("th", name, at < words) for at, name in enumerate(headers))
    return f'<div class="wide"><table><tr>{head}</tr>{body}</table></div>'


def _row(cells: Iterable[str], kind: str = "", words: int = 1) -> str:
    made = "".join(_cell("td", cell, at < words) for at, cell in enumerate(cells))
    return f'<tr class="{kind}">{made}</tr>' if kind else f"<tr>{made}</tr>"


def _cell(tag: str, value: str, is_words: bool) -> str:
    opened = f'{tag} class="words"' if is_words else tag
    return f"<{opened}>{text(value)}</{tag}>"
