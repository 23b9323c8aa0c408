"""The ranker and the scorecards that a command line names.

Rules:
1. A ranker is its name, and for ``weighted`` its weights: ``weighted:cost=3,latency=1``.
2. Scorecards are a JSON list, or TOML with a table ``[[scorecard]]`` per row and nothing beside.
3. What cannot be read is one line: the argument or the file, the row counted from 0, the field.
"""

import argparse
import re
from typing import Final

from mimir.core import ranker as ranks
from mimir.core import scorecard as scorecards
from mimir.core.fields import InvalidField, excerpt, field_name, is_list, is_object
from mimir.core.outcome import Failure, Outcome, Success
from mimir.core.ranker import CHEAPEST_FIRST, RANKERS, Ranker
from mimir.core.scorecard import Scorecard
from mimir.shell.cli import files

_FORM: Final = "NAME, or weighted:cost=3,latency=1"
_WEIGHT: Final = re.compile(r"[0-9]{1,19}", re.ASCII)
_TABLE: Final = "scorecard"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add ``--ranker`` and ``--scorecards``."""
    parser.add_argument(
        "--ranker",
        type=ranker,
        default=CHEAPEST_FIRST,
        metavar="RANKER",
        help=f"the order of the viable entries, {_FORM}: NAME is one of {', '.join(RANKERS)}, the"
        " weights are those of a microdollar, a millisecond and a step of priority"
        " (default: cheapest_first)",
    )
    parser.add_argument(
        "--scorecards",
        metavar="FILE",
        help="a JSON list, or TOML with a table [[scorecard]] per row in FILE.toml: task_class,"
        " model, passed, runs, as_of; a quality_bar of the descriptor is judged by them",
    )


def ranker(text: str) -> Ranker:
    """Read a ranker by rule 1, as the ``type`` of an argument.

    >>> ranker("fastest_first"), ranker("weighted:cost=3,latency=1")
    (FastestFirst(), Weighted(cost=3, latency=1, priority=0))
    """
    name, colon, listed = text.partition(":")
    raw: dict[object, object] = {"name": name}
    for item in listed.split(",") if colon else ():
        key, equals, weight = item.partition("=")
        if not equals or key in raw:
            raise argparse.ArgumentTypeError(_no_ranker(text))
        raw[key] = int(weight) if _WEIGHT.fullmatch(weight) else weight
    read = ranks.parse(raw)
    if isinstance(read, Success):
        return read.unwrap()
    raise argparse.ArgumentTypeError(read.failure().line)


def written(given: Ranker) -> str:
    """Write a ranker by rule 1, all its weights stated.

    >>> written(ranker("weighted:latency=1")), written(CHEAPEST_FIRST)
    ('weighted:cost=0,latency=1,priority=0', 'cheapest_first')
    """
    name, *weights = ranks.to_json(given).items()
    listed = ",".join(f"{key}={weight}" for key, weight in weights)
    return f"{name[1]}:{listed}" if listed else f"{name[1]}"


def read_scorecards(path: str | None) -> Outcome[tuple[Scorecard, ...], str]:
    """Read the scorecards of a file by rule 2; without a file there are none."""
    if path is None:
        return Success(())
    read = files.read_data(path, files.TABLE_MAX_BYTES)
    if isinstance(read, Failure):
        return Failure(read.failure().message)
    rows = _rows(read.unwrap())
    if isinstance(rows, Failure):
        return Failure(f"{files.shown(path)}: {rows.failure()}")
    cards = scorecards.parse(rows.unwrap())
    if isinstance(cards, Success):
        return cards
    return Failure(f"{files.shown(path)}: {_placed(cards.failure())}")


def _rows(raw: object) -> Outcome[object, str]:
    """Take the rows out of a document with tables; a list is its rows."""
    if not is_object(raw):
        return Success(raw)
    for key in raw:
        if key != _TABLE:
            only = "scorecards are a list, or [[scorecard]] tables"
            return Failure(f"unknown key {field_name(key)}; {only}")
    rows = raw.get(_TABLE, [])
    if is_list(rows):
        return Success(rows)
    return Failure(f"scorecard: expected [[scorecard]] tables, got {excerpt(rows)}")


def _placed(error: InvalidField) -> str:
    """Name the row and the field: ``[1].runs`` is of row 1."""
    row, bracket, field = error.field.removeprefix("[").partition("]")
    if not bracket:
        return error.line
    at = f"row {row}: {field.removeprefix('.')}: " if field else f"row {row}: "
    return f"{at}{error.message} (rows count from 0)"


def _no_ranker(text: str) -> str:
    return f"expected {_FORM}, each weight once, got {excerpt(text)}"
