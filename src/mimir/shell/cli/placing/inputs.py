"""What the commands that place and explain are asked: the files and the world, read.

Rules:
1. The vendored price table is always there; configured rates win over it.
2. The first thing that cannot be used is the answer: one line that names the file or the option.
3. The snapshot is taken when everything else is read.
"""

import argparse

from attrs import frozen

from mimir.core import snapshot as snapshots
from mimir.core.catalog import Catalog
from mimir.core.inputs import Inputs
from mimir.core.instant import Instant
from mimir.core.outcome import Failure, Outcome, Success
from mimir.core.pricing.find import Prices
from mimir.core.snapshot import Snapshot
from mimir.shell import clock
from mimir.shell import prices as price_tables
from mimir.shell.cli.commands import whole_number
from mimir.shell.cli.placing import documents, lanes, rankers
from mimir.shell.cli.terminal import escape


@frozen
class Asked:
    """What a decision depends on, and the prices that its quotes are from."""

    inputs: Inputs
    prices: Prices

    @property
    def source(self) -> str:
        """Say in one line which price table it is."""
        source = self.prices.table.source
        return f"prices: {escape(source.name)}, version {escape(source.version)}, {source.date}"


def add_arguments(parser: argparse.ArgumentParser, *, required: bool = True) -> None:
    """Add the options that state what is asked, of which catalog, in which world."""
    parser.add_argument(
        "--catalog",
        required=required,
        metavar="FILE",
        help="TOML, with a table [[entry]] per entry",
    )
    parser.add_argument(
        "--descriptor", required=required, metavar="FILE", help="JSON; - is standard input"
    )
    parser.add_argument("--policy", metavar="FILE", help="JSON, or TOML in FILE.toml")
    rankers.add_arguments(parser)
    parser.add_argument(
        "--rates",
        metavar="FILE",
        help="JSON, or TOML in FILE.toml: input and output of a model, in microdollars per million"
        " tokens; they win over the price table",
    )
    lanes.add_arguments(parser)
    parser.add_argument(
        "--remaining", type=whole_number, metavar="N", help="the budget left, in microdollars"
    )


def read(args: argparse.Namespace) -> Outcome[Asked, str]:
    """Read what the command line names and take the snapshot.

    :return: all of it, or one line that says what cannot be used.
    """
    catalog = documents.read_catalog(args.catalog)
    if isinstance(catalog, Failure):
        return catalog
    policy = documents.read_policy(args.policy)
    if isinstance(policy, Failure):
        return policy
    config = documents.read_rates(args.rates)
    if isinstance(config, Failure):
        return config
    descriptor = documents.read_descriptor(args.descriptor)
    if isinstance(descriptor, Failure):
        return descriptor
    prices = price_tables.prices(config.unwrap())
    if isinstance(prices, Failure):
        return Failure(prices.failure().message)
    world = _world(args, catalog.unwrap(), prices.unwrap())
    if isinstance(world, Failure):
        return world
    asked, rules = descriptor.unwrap(), policy.unwrap()
    inputs = Inputs(asked, catalog.unwrap(), rules, world.unwrap(), args.ranker)
    return Success(Asked(inputs, prices.unwrap()))


def _world(args: argparse.Namespace, catalog: Catalog, prices: Prices) -> Outcome[Snapshot, str]:
    cards = rankers.read_scorecards(args.scorecards)
    if isinstance(cards, Failure):
        return cards
    said = lanes.read(args)
    if isinstance(said, Failure):
        return said
    states, probes, waits = said.unwrap()
    return Success(
        snapshots.take(
            catalog,
            prices,
            states,
            args.remaining,
            Instant(clock.utc_now()),
            scorecards=cards.unwrap(),
            probes=probes,
            waits=waits,
        )
    )
