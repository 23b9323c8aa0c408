"""``mimir place``: place one workload on a catalog, and show what became of every entry.

Rules:
1. The placement is the core's; this module reads files, states the world and writes the answer.
2. The vendored price table is always there; configured rates win over it.
3. The exit code is 0 for a placement, 3 for no candidate, 2 for input that cannot be used.
4. With ``--json`` the decision record is the whole of standard output.
"""

import argparse
import json
from collections.abc import Mapping
from typing import Final

from attrs import frozen

from mimir.core import catalog as catalogs
from mimir.core import descriptor as descriptors
from mimir.core import policy as policies
from mimir.core import snapshot as snapshots
from mimir.core.catalog import Catalog, InvalidRow, RepeatedId
from mimir.core.descriptor import Descriptor
from mimir.core.fields import InvalidField, excerpt, field_name, is_list, is_object
from mimir.core.instant import Instant
from mimir.core.limits import ID_MAX_CHARS, NAME_MAX_CHARS
from mimir.core.outcome import Failure, Outcome, Success
from mimir.core.policy import DEFAULT_POLICY, Policy
from mimir.core.pricing import rates
from mimir.core.pricing.find import Prices
from mimir.core.pricing.rates import Rates
from mimir.core.quality_bar import QualityBarUnsupported
from mimir.core.ranker import Ranker
from mimir.core.record.schema import DecisionRecord, to_json
from mimir.core.scorecard import Scorecard
from mimir.core.verdict import NoCandidate
from mimir.core.vocabulary import Lane, Model
from mimir.shell import clock
from mimir.shell import prices as price_tables
from mimir.shell.cli import answer, files, rankers
from mimir.shell.cli.commands import Commands, whole_number
from mimir.shell.cli.terminal import escape, refuse, say
from mimir.shell.decide import Decision, decide_in
from mimir.shell.store import Store

NO_CANDIDATE: Final = 3
"""The exit code of an answer without a placement."""

_ENTRY: Final = "entry"


@frozen
class _Asked:
    """What the command line names, read."""

    descriptor: Descriptor
    catalog: Catalog
    policy: Policy
    prices: Prices
    ranker: Ranker
    scorecards: tuple[Scorecard, ...]


def register(commands: Commands) -> None:
    """Add ``place``."""
    parser = commands.add_parser(
        "place",
        help="place a workload on a catalog",
        description="Place one workload on a catalog and show the verdict of every entry."
        " Exit code: 0 placed, 3 no candidate, 2 input that cannot be used.",
    )
    parser.add_argument(
        "--catalog", required=True, metavar="FILE", help="TOML, with a table [[entry]] per entry"
    )
    parser.add_argument(
        "--descriptor", required=True, metavar="FILE", help="JSON; - is standard input"
    )
    _add_world(parser)
    parser.add_argument("--json", action="store_true", help="print the decision record as JSON")
    parser.add_argument(
        "--store", metavar="DIR", help="write the record and its inputs, for replay, to this folder"
    )
    parser.set_defaults(run=run)


def _add_world(parser: argparse.ArgumentParser) -> None:
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


def run(args: argparse.Namespace) -> int:
    """Do what ``place`` was asked for."""
    asked = _read(args)
    if isinstance(asked, Failure):
        return refuse(asked.failure())
    lanes = _lanes(args.health)
    if isinstance(lanes, Failure):
        return refuse(lanes.failure())
    decision = _place(asked.unwrap(), lanes.unwrap(), args.remaining)
    if isinstance(decision, Failure):
        return refuse(decision.failure())
    stored = _stored(args.store, decision.unwrap())
    if isinstance(stored, Failure):
        return refuse(stored.failure())
    record = decision.unwrap().record
    note = stored.unwrap()
    if args.json:
        say(json.dumps(to_json(record), indent=2))
    else:
        say(_answer(asked.unwrap(), record) + note)
    return NO_CANDIDATE if isinstance(record.decision, NoCandidate) else 0


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


def _place(
    asked: _Asked, lanes: Mapping[Lane, str], remaining: int | None
) -> Outcome[Decision, str]:
    now, cards = Instant(clock.utc_now()), asked.scorecards
    snapshot = snapshots.take(asked.catalog, asked.prices, lanes, remaining, now, scorecards=cards)
    decision = decide_in(
        snapshot, asked.descriptor, asked.catalog, asked.policy, ranker=asked.ranker, sealed=True
    )
    return Failure(decision.failure().message) if isinstance(decision, Failure) else decision


def _stored(folder: str | None, decision: Decision) -> Outcome[str, str]:
    """Write what was decided to the store, if there is one; give the line that says so."""
    if folder is None or decision.seal is None:
        return Success("")
    written = Store(folder).write(decision.record, decision.seal)
    if isinstance(written, Failure):
        return Failure(written.failure().message)
    return Success(f"\nrecord: {escape(str(written.unwrap()))}")


def _answer(asked: _Asked, record: DecisionRecord) -> str:
    source = asked.prices.table.source
    parts = [
        answer.headline(record.decision),
        "",
        answer.verdicts(record.decision),
        "",
        *answer.notes(asked.catalog, record.snapshot),
        f"prices: {escape(source.name)}, version {escape(source.version)}, {source.date}",
    ]
    return "\n".join(parts)


def _read(args: argparse.Namespace) -> Outcome[_Asked, str]:
    catalog = read_catalog(args.catalog)
    if isinstance(catalog, Failure):
        return catalog
    policy = read_policy(args.policy)
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
    cards = rankers.read_scorecards(args.scorecards)
    if isinstance(cards, Failure):
        return cards
    asked = descriptor.unwrap(), catalog.unwrap(), policy.unwrap(), prices.unwrap()
    return Success(_Asked(*asked, args.ranker, cards.unwrap()))


def _read_descriptor(path: str) -> Outcome[Descriptor, str]:
    raw = files.read_json(path, files.DOCUMENT_MAX_BYTES)
    if isinstance(raw, Failure):
        return Failure(raw.failure().message)
    descriptor = descriptors.parse(raw.unwrap(), quality_bars=True)
    return _at(path, descriptor.failure()) if isinstance(descriptor, Failure) else descriptor


def read_policy(path: str | None) -> Outcome[Policy, str]:
    """Read a policy from JSON, or TOML by the name of the file; without one, the default."""
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
