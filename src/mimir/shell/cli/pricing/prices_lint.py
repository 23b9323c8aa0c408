"""``mimir prices lint``: what is wrong or odd in a price table, a price list or an overlay.

Rules:
1. The exit code is 1 if a fault is found: what ``core.pricing.lint`` calls one. Remarks, and what a
   price list states in a wrong form and is therefore dropped, are printed and are no fault.
2. A table or an overlay that cannot be read is the exit code 2 and one line.
3. Lists are cut off, and say so, unless ``--verbose``.
"""

import argparse
import json
from collections.abc import Iterator, Sequence
from typing import Final, TypeAlias

from mimir.core import instant
from mimir.core.fields import field_name
from mimir.core.outcome import Failure
from mimir.core.pricing.findings import FINDING_KINDS, Finding
from mimir.core.pricing.lint import FAULTS, REMARK_KINDS, Remark, lint_overlay, lint_table
from mimir.shell import clock, price_book, prices
from mimir.shell.cli.commands import Commands
from mimir.shell.cli.pricing.prices_diff import TABLE_HELP
from mimir.shell.cli.pricing.prices_lists import SHOWN_MAX, listing
from mimir.shell.cli.terminal import refuse, say
from mimir.shell.price_open import VENDORED, open_table

_FAULT: Final = 1
_ALL: Final = 10**9

Found: TypeAlias = Remark | Finding


def register(actions: Commands) -> None:
    """Add ``prices lint``."""
    parser = actions.add_parser(
        "lint",
        help="check a table or an overlay",
        description="Look for what is wrong or odd. Exit code 1 if a fault is found.",
    )
    parser.add_argument(
        "table", nargs="?", metavar="TABLE", help=f"{TABLE_HELP}; by default vendored"
    )
    parser.add_argument("--overlay", metavar="FILE", help="check this overlay, not the table")
    parser.add_argument("--at", metavar="DAY", help="the day to check for, by default today")
    parser.add_argument("--verbose", action="store_true", help="print every line of every list")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Check, print what was found, and return 1 if a fault is among it."""
    today = clock.utc_now()[:10] if args.at is None else args.at
    if isinstance(instant.parse(f"{today}T00:00:00Z"), Failure):
        return refuse(f"--at: expected a day such as 2026-01-31, got {field_name(today)}")
    if args.overlay is not None and args.table is not None:
        return refuse("name a table or --overlay, not both")
    path: str | None = args.overlay
    found = _table(args.table or VENDORED, today) if path is None else _overlay(path, today)
    if isinstance(found, str):
        return refuse(found)
    say(_as_json(found) if args.json else _as_text(found, _ALL if args.verbose else SHOWN_MAX))
    return _FAULT if any(item.kind in FAULTS for item in found) else 0


def _table(source: str, today: str) -> Sequence[Found] | str:
    opened = open_table(source)
    if isinstance(opened, Failure):
        return opened.failure().message
    told = {"half_row", "cache_read_dearer", "inexact"}  # linting finds these itself
    findings = [item for item in opened.unwrap().findings if item.kind not in told]
    return [*lint_table(opened.unwrap().table, today), *findings]


def _overlay(path: str, today: str) -> Sequence[Found] | str:
    overlay = price_book.load(path)
    if isinstance(overlay, Failure):
        return overlay.failure().message
    over = prices.prices(overlay=overlay.unwrap())
    if isinstance(over, Failure):
        return over.failure().message
    return lint_overlay(overlay.unwrap(), over.unwrap(), today)


def _as_text(found: Sequence[Found], shown: int) -> str:
    kinds = [*REMARK_KINDS, *(kind for kind in FINDING_KINDS if kind not in REMARK_KINDS)]
    lines: list[str] = []
    for kind in kinds:
        items = [item for item in found if item.kind == kind]
        if items:
            title = f"{kind} (fault)" if kind in FAULTS else kind
            lines.extend(listing(title, list(_shown(items)), shown=shown))
    return "\n".join(lines) if lines else "nothing found"


def _shown(items: Sequence[Found]) -> Iterator[str]:
    for item in items:
        yield item.message.removeprefix(f"{item.kind}: ")


def _as_json(found: Sequence[Found]) -> str:
    rows = [
        {
            "kind": item.kind,
            "fault": item.kind in FAULTS,
            "row": item.row,
            "field": item.field,
            "detail": item.detail,
        }
        for item in found
    ]
    return json.dumps(rows, indent=2)
