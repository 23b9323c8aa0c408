"""``mimir prices diff``: what changed between two price tables.

Rules:
1. The exit code is 0 for equal rows and 1 for a difference, as ``diff`` has it; 2 for a table that
   cannot be read.
2. Compared are the rows and every price of them; terms, flags and limits are not.
"""

import argparse
import json
from typing import Final

from mimir.core.outcome import Failure
from mimir.core.pricing.changes import Change, Changes, changes
from mimir.core.pricing.table import Source
from mimir.shell.cli.commands import Commands
from mimir.shell.cli.pricing.prices_lists import SHOWN_MAX, change_line, listing
from mimir.shell.cli.terminal import escape, refuse, say
from mimir.shell.price_open import open_table

TABLE_HELP: Final = (
    "vendored, installed (LiteLLM), a folder of prices refresh, or a price list: FILE or URL"
)

_DIFFERENT: Final = 1
_ALL: Final = 10**9


def register(actions: Commands) -> None:
    """Add ``prices diff``."""
    parser = actions.add_parser(
        "diff",
        help="compare two tables",
        description="Print what changed between two price tables. Exit code 1 if anything did.",
    )
    parser.add_argument("old", metavar="OLD", help=TABLE_HELP)
    parser.add_argument("new", metavar="NEW", help="likewise")
    parser.add_argument("--verbose", action="store_true", help="print every line of every list")
    parser.add_argument("--json", action="store_true", help="print JSON, prices in femtodollars")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Compare the tables and print their difference."""
    old = open_table(args.old)
    new = open_table(args.new)
    if isinstance(old, Failure):
        return refuse(old.failure().message)
    if isinstance(new, Failure):
        return refuse(new.failure().message)
    before, after = old.unwrap().table, new.unwrap().table
    found = changes(before, after)
    say(
        _as_json(found)
        if args.json
        else _as_text(found, (before.source, after.source), shown=_ALL if args.verbose else None)
    )
    return _DIFFERENT if _any(found) else 0


def _any(found: Changes) -> bool:
    lists = (found.added, found.removed, found.dearer, found.cheaper, found.restated)
    return any(lists)


def _as_text(found: Changes, sources: tuple[Source, Source], shown: int | None) -> str:
    cut = SHOWN_MAX if shown is None else shown
    lines = [
        f"{sign} {escape(source.name)}, version {escape(source.version)}, {escape(source.date)}"
        for sign, source in zip(("old:", "new:"), sources, strict=True)
    ]
    lines.extend(listing("added", found.added, shown=cut))
    lines.extend(listing("removed", found.removed, shown=cut))
    for title, items in (
        ("dearer", found.dearer),
        ("cheaper", found.cheaper),
        ("restated", found.restated),
    ):
        lines.extend(listing(title, [change_line(item) for item in items], shown=cut))
    return "\n".join(lines)


def _as_json(found: Changes) -> str:
    document = {
        "added": list(found.added),
        "removed": list(found.removed),
        "dearer": [_change(item) for item in found.dearer],
        "cheaper": [_change(item) for item in found.cheaper],
        "restated": [_change(item) for item in found.restated],
    }
    return json.dumps(document, indent=2)


def _change(item: Change) -> dict[str, str | None]:
    before, after = (None if rate is None else str(rate) for rate in (item.before, item.after))
    return {"key": item.key, "field": item.field, "before": before, "after": after}
