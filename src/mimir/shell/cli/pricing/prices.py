"""``mimir prices``: rebuild the price table, and show a row of it; ``diff`` and ``lint`` join it.

Rules:
1. ``refresh`` writes nothing unless the new table is good; what could not be read is the exit
   code 2 and one line.
2. Lists are cut off, and say so (``prices_lists``); ``PROVENANCE.md`` has all findings.
3. ``show`` takes ``provider:model_id``, or the price list's own key. An unknown one is the exit
   code 1 and one line.
"""

import argparse
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from mimir.core.fields import field_name
from mimir.core.outcome import Failure
from mimir.core.pricing.find import Prices, listed
from mimir.core.pricing.findings import FINDING_KINDS, KEPT, Finding
from mimir.core.pricing.table import Row
from mimir.shell import prices as price_tables
from mimir.shell.cli.commands import Commands
from mimir.shell.cli.pricing import prices_diff, prices_lint
from mimir.shell.cli.pricing.prices_lists import change_line, cost_of, listing
from mimir.shell.cli.terminal import escape, refuse, say, table
from mimir.shell.price_refresh import Refreshed, refresh

_FAULT: Final = 1


def register(commands: Commands) -> None:
    """Add ``prices refresh``, ``show``, ``diff`` and ``lint``."""
    parser = commands.add_parser(
        "prices",
        help="rebuild, read, compare or check price tables",
        description="Rebuild the price table from a public list, show a row, compare or check.",
    )
    actions = parser.add_subparsers(metavar="ACTION", required=True)
    rebuild = actions.add_parser(
        "refresh",
        help="rebuild the price table",
        description="Rebuild the price table from LiteLLM's price list and print what changed.",
    )
    rebuild.add_argument(
        "--from",
        dest="source",
        required=True,
        metavar="FILE|URL|installed",
        help="the list as JSON, in gzip, or a LiteLLM wheel; or the installed LiteLLM",
    )
    rebuild.add_argument(
        "--to", metavar="DIR", help="where to write, by default where the vendored table stands"
    )
    rebuild.set_defaults(run=run_refresh)
    show = actions.add_parser(
        "show", help="print one row", description="Print one row of the price table."
    )
    show.add_argument("model", metavar="MODEL", help="provider:model_id, or the list's own key")
    show.set_defaults(run=run_show)
    prices_diff.register(actions)
    prices_lint.register(actions)


def run_refresh(args: argparse.Namespace) -> int:
    """Rebuild the table and print what was odd and what changed."""
    folder = Path(price_tables.DATA if args.to is None else args.to)
    made = refresh(args.source, folder)
    if isinstance(made, Failure):
        return refuse(made.failure().message)
    say("\n".join(_report(made.unwrap())))
    return 0


def run_show(args: argparse.Namespace) -> int:
    """Print the row that prices the model, and under which key it stands."""
    prices = price_tables.prices()
    if isinstance(prices, Failure):
        return refuse(prices.failure().message)
    found = _found(args.model, prices.unwrap())
    if found is None:
        refuse(f'no row of the price table is for "{field_name(args.model)}"')
        return _FAULT
    say(_shown(*found))
    return 0


def _found(model: str, prices: Prices) -> tuple[str, Row] | None:
    row = prices.table.rows.get(model)
    return listed(model, prices) or (None if row is None else (model, row))


def _shown(key: str, row: Row) -> str:
    facts = [
        ("key", key),
        ("provider", row.provider),
        ("mode", row.mode),
        ("max_input_tokens", row.max_input_tokens),
        ("max_output_tokens", row.max_output_tokens),
        ("max_tokens", row.max_tokens),
        ("deprecation_date", row.deprecation_date),
        *((flag, "true") for flag in sorted(row.supports)),
        *row.terms.items(),
    ]
    stated = [(name, str(value)) for name, value in facts if value is not None]
    costs = [cost_of(name, price) for name, price in row.prices.items()]
    return "\n".join(
        (
            table(("field", "value"), stated),
            "",
            table(("price", "US dollars", "per"), costs, right=(1,)),
        )
    )


def _report(made: Refreshed) -> Iterator[str]:
    compacted, changes = made.compacted, made.changes
    yield (
        f"{len(compacted.table.rows)} of {compacted.listed} rows of"
        f" {escape(compacted.table.source.name)}, {made.bytes_written} bytes"
    )
    yield from _findings(compacted.findings)
    if made.before is not None:
        yield f"nothing to compare with: {escape(made.before.message)}"
        return
    yield from listing("added", changes.added)
    yield from listing("removed", changes.removed)
    yield from listing("dearer", [change_line(change) for change in changes.dearer])
    yield from listing("cheaper", [change_line(change) for change in changes.cheaper])
    yield from listing("restated", [change_line(change) for change in changes.restated])


def _findings(findings: Sequence[Finding]) -> Iterator[str]:
    counts = Counter(item.kind for item in findings)
    for kind in (kind for kind in FINDING_KINDS if counts[kind]):
        lines = [
            f"{item.row}: {item.field}: {item.detail}" for item in findings if item.kind == kind
        ]
        yield from listing(f"{kind} ({'kept' if kind in KEPT else 'dropped'})", lines)
