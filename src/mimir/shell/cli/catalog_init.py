"""``mimir catalog``: write a first catalog from the price table, and list its providers.

Rules:
1. ``catalog init`` writes TOML that ``place --catalog`` reads, every entry of it priced.
2. What becomes an entry is decided by ``mimir.core.starter``; today is this module's part.
3. A provider without an entry is bad input: one line that names the like, and nothing written.
"""

import argparse

from mimir.core.outcome import Failure
from mimir.core.pricing.find import Prices
from mimir.core.starter import available, starter, to_toml
from mimir.shell import clock
from mimir.shell import prices as price_tables
from mimir.shell.cli.commands import Commands
from mimir.shell.cli.terminal import refuse, say, table


def register(commands: Commands) -> None:
    """Add ``catalog init`` and ``catalog providers``."""
    parser = commands.add_parser(
        "catalog",
        help="make a catalog from the price table",
        description="Make a catalog from the price table.",
    )
    actions = parser.add_subparsers(metavar="ACTION", required=True)
    init = actions.add_parser(
        "init",
        help="write a catalog of the chat models of providers",
        description="Write a catalog of the priced, current chat models of the named providers to"
        " standard output, as TOML that place reads.",
    )
    init.add_argument(
        "--provider",
        action="append",
        required=True,
        metavar="NAME",
        help="a provider, such as anthropic; may be given more than once",
    )
    init.set_defaults(run=run_init)
    providers = actions.add_parser(
        "providers",
        help="list the providers that init knows",
        description="List the providers of the price table and how many models each offers.",
    )
    providers.set_defaults(run=run_providers)


def run_init(args: argparse.Namespace) -> int:
    """Write the catalog of the named providers."""
    prices = price_tables.prices()
    if isinstance(prices, Failure):
        return refuse(prices.failure().message)
    table_of = prices.unwrap()
    today = _today()
    made = starter(args.provider, table_of, today)
    if isinstance(made, Failure):
        return refuse(f"{made.failure().message}; `mimir catalog providers` lists them all")
    say(to_toml(made.unwrap(), table_of.table.source, today).rstrip("\n"))
    return 0


def run_providers(_args: argparse.Namespace) -> int:
    """List the providers, the one with the most models first."""
    prices = price_tables.prices()
    if isinstance(prices, Failure):
        return refuse(prices.failure().message)
    say(_listing(prices.unwrap()))
    return 0


def _listing(prices: Prices) -> str:
    counts = available(prices, _today())
    rows = [[name, str(count)] for name, count in counts.items()]
    return table(["provider", "models"], rows, right=[1])


def _today() -> str:
    return clock.utc_now()[:10]
