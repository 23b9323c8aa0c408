"""What the commands that place and explain are asked: the files and the world, read.

Rules:
1. The vendored price table is always there; configured rates win over it.
2. The first thing that cannot be used is the answer: one line that names the file or the option.
3. The snapshot is taken when everything else is read.
"""

import argparse
from typing import Final

from attrs import frozen

from mimir.core import catalog as catalogs
from mimir.core import descriptor as descriptors
from mimir.core import policy as policies
from mimir.core import snapshot as snapshots
from mimir.core.catalog import Catalog, InvalidRow, RepeatedId
from mimir.core.descriptor import Descriptor
from mimir.core.fields import InvalidField, excerpt, field_name, is_list, is_object
from mimir.core.inputs import Inputs
from mimir.core.instant import Instant
from mimir.core.limits import ID_MAX_CHARS, NAME_MAX_CHARS
from mimir.core.outcome import Failure, Outcome, Success
from mimir.core.policy import DEFAULT_POLICY, Policy
from mimir.core.pricing import rates
from mimir.core.pricing.find import Prices
from mimir.core.pricing.rates import Rates
from mimir.core.quality_bar import QualityBarUnsupported
from mimir.core.snapshot import Snapshot
from mimir.core.vocabulary import Lane, Model
from mimir.shell import clock
from mimir.shell import prices as price_tables
from mimir.shell.cli import files, rankers
from mimir.shell.cli.commands import whole_number
from mimir.shell.cli.terminal import escape

_ENTRY: Final = "entry"


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
    parser.add_argument(
        "--health",
        action="append",
        default=[],
        type=lane_state,
        metavar="LANE=STATE",
        help="the state of a lane, such as openai=degraded; only ok is eligible",
    )
    parser.add_argument(
        "--remaining", type=whole_number, metavar="N", help="the budget left, in microdollars"
    )


def read(args: argparse.Namespace) -> Outcome[Asked, str]:
    """Read what the command line names and take the snapshot.

    :return: all of it, or one line that says what cannot be used.
    """
    catalog = read_catalog(args.catalog)
    if isinstance(catalog, Failure):
        return catalog
    policy = _read_policy(args.policy)
    if isinstance(policy, Failure):
        return policy
    config = _read_rates(args.rates)
    if isinstance(config, Failure):
        return config
    descriptor = _read_descriptor(args.descriptor)
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
    lanes = _lanes(args.health)
    if isinstance(lanes, Failure):
        return lanes
    now, stated = Instant(clock.utc_now()), lanes.unwrap()
    taken = snapshots.take(catalog, prices, stated, args.remaining, now, scorecards=cards.unwrap())
    return Success(taken)


def lane_state(text: str) -> tuple[Lane, str]:
    """Read ``LANE=STATE``, as the ``type`` of an argument; a lane may hold ``=``, a state not.

    >>> lane_state("openai=degraded")
    ('openai', 'degraded')
    """
    lane, _, state = text.rpartition("=")
    if 0 < len(lane) <= ID_MAX_CHARS and 0 < len(state) <= NAME_MAX_CHARS:
        return Lane(lane), state
    raise argparse.ArgumentTypeError(_no_lane_state(text))


def _no_lane_state(text: str) -> str:
    return f"expected LANE=STATE, got {excerpt(text)}"


def _read_descriptor(path: str) -> Outcome[Descriptor, str]:
    raw = files.read_json(path, files.DOCUMENT_MAX_BYTES)
    if isinstance(raw, Failure):
        return Failure(raw.failure().message)
    descriptor = descriptors.parse(raw.unwrap(), quality_bars=True)
    return _at(path, descriptor.failure()) if isinstance(descriptor, Failure) else descriptor


def _read_policy(path: str | None) -> Outcome[Policy, str]:
    if path is None:
        return Success(DEFAULT_POLICY)
    raw = files.read_data(path, files.POLICY_MAX_BYTES)
    if isinstance(raw, Failure):
        return Failure(raw.failure().message)
    policy = policies.parse(raw.unwrap())
    return _at(path, policy.failure()) if isinstance(policy, Failure) else policy


def _read_rates(path: str | None) -> Outcome[dict[Model, Rates], str]:
    if path is None:
        return Success({})
    raw = files.read_data(path, files.TABLE_MAX_BYTES)
    if isinstance(raw, Failure):
        return Failure(raw.failure().message)
    config = rates.parse_config(raw.unwrap())
    return _at(path, config.failure()) if isinstance(config, Failure) else config


def read_catalog(path: str) -> Outcome[Catalog, str]:
    """Read a catalog file: TOML with ``[[entry]]`` tables, at least one, and nothing beside."""
    read = files.read_toml(path, files.TABLE_MAX_BYTES)
    if isinstance(read, Failure):
        return Failure(read.failure().message)
    rows = _rows(read.unwrap())
    if isinstance(rows, Failure):
        return Failure(f"{files.shown(path)}: {rows.failure()}")
    catalog = catalogs.resolve(rows.unwrap())
    if isinstance(catalog, Success):
        return catalog
    error = catalog.failure()
    base = " (rows count from 0)" if isinstance(error, InvalidRow | RepeatedId) else ""
    return Failure(f"{files.shown(path)}: {error.message}{base}")


def _rows(raw: object) -> Outcome[list[object], str]:
    document = raw if is_object(raw) else {}
    for key in document:
        if key != _ENTRY:
            return Failure(f"unknown key {field_name(key)}; a catalog has [[entry]] tables only")
    rows = document.get(_ENTRY, [])
    if not is_list(rows):
        return Failure(f"entry: expected [[entry]] tables, got {excerpt(rows)}")
    return Success(rows) if rows else Failure("holds no [[entry]] table")


def _at(path: str, error: InvalidField | QualityBarUnsupported) -> Failure[str]:
    """Name the file and the field of what was refused in it."""
    field = f"{error.field}: " if isinstance(error, InvalidField) and error.field else ""
    return Failure(f"{files.shown(path)}: {field}{error.message}")


def _lanes(given: list[tuple[Lane, str]]) -> Outcome[dict[Lane, str], str]:
    lanes: dict[Lane, str] = {}
    for lane, state in given:
        if lanes.setdefault(lane, state) != state:
            return Failure(f"--health: lane {excerpt(lane)} is given two states")
    return Success(lanes)
