"""``mimir cost``: what a log of calls cost, by group, exactly, and what could not be priced.

Rules:
1. A line of the log is one JSON object, ``mimir.core.pricing.usage_line`` says which; blank lines
   are skipped. The log may have any length; memory stays flat.
2. A line that cannot be read or priced is in no sum; it is counted under its reason. The exit code
   is 1 if there is one, 0 if all are priced, 2 if the log or an option cannot be used.
3. With ``--on-missing partial`` a count without a rate makes the sum a lower bound, marked so; that
   is no reason.
4. What is printed is in ``cost_text``; progress is drawn on standard error, on a terminal only.
"""

import argparse
import os
import stat
import sys
from collections.abc import Generator
from contextlib import contextmanager
from typing import BinaryIO, Final, get_args

from mimir.core.outcome import Failure, Outcome, Success
from mimir.core.pricing import tally as tallies
from mimir.core.pricing.tally import Settings, Tally
from mimir.core.pricing.tally_sums import By
from mimir.shell import _files
from mimir.shell.cli import files
from mimir.shell.cli.commands import Commands
from mimir.shell.cli.files import FileRefused
from mimir.shell.cli.pricing.cost_text import as_json, as_text
from mimir.shell.cli.pricing.price_options import add_options, on_missing, open_prices, said
from mimir.shell.cli.pricing.usage_formats import FORMATS
from mimir.shell.cli.progress import Progress
from mimir.shell.cli.terminal import refuse, say
from mimir.shell.usage_log import batches

_BY: Final[tuple[By, ...]] = get_args(By)
_FAULT: Final = 1
_STDIN: Final = "-"

EPILOG: Final = """\
a line of the log:
  {"model": "openai:gpt-4o", "usage": {"input_tokens": 812, "output_tokens": 64},
   "tier": "batch", "at": "2026-01-31T12:00:00Z", "region": "eu", "search_context": "low"}

  model and usage are required. usage is disjoint buckets, the options of `mimir price --help` with
  underscores, unless --format names a provider's own form. Any other key is refused. A line has at
  most 1 MiB; blank lines are skipped.

exit code: 0 every line is priced, 1 some are not, 2 bad input.
"""
"""What the help says of the log."""


def register(commands: Commands) -> None:
    """Add ``cost``."""
    parser = commands.add_parser(
        "cost",
        help="add up a usage log",
        description="Price every line of a usage log and add up the costs, exactly.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("log", metavar="LOG", help="JSON lines; - is standard input")
    parser.add_argument(
        "--by",
        type=grouping,
        default=("model",),
        metavar="KEY[,KEY...]",
        help=f"what to group by: {', '.join(_BY)}; model if not given",
    )
    add_options(parser)
    parser.set_defaults(run=run)


def grouping(text: str) -> tuple[By, ...]:
    """Read the keys to group by, as the ``type`` of an argument.

    >>> grouping("day,model")
    ('day', 'model')
    """
    words = text.split(",")
    found: list[By] = []
    for word in words:
        found.extend(key for key in _BY if key == word)
    if len(found) != len(words) or len(set(found)) != len(found):
        wanted = f"expected some of {', '.join(_BY)}, each once, with commas between"
        raise argparse.ArgumentTypeError(wanted)
    return tuple(found)


def run(args: argparse.Namespace) -> int:
    """Add up the log and print the sums."""
    prices = open_prices(args.prices, args.overlay)
    if isinstance(prices, Failure):
        return refuse(said(prices.failure()))
    form = FORMATS[args.format]
    settings = Settings(prices.unwrap(), args.by, on_missing(args.on_missing), form)
    added = _added(args.log, settings)
    if isinstance(added, Failure):
        return refuse(added.failure().message)
    tally = added.unwrap()
    say(as_json(tally) if args.json else as_text(tally))
    return _FAULT if tally.reasons else 0


def _added(path: str, settings: Settings) -> Outcome[Tally, FileRefused]:
    try:
        with _opened(path) as stream, Progress(_size(stream)) as progress:
            tally = Tally(settings)
            for batch in batches(stream):
                tally = tallies.add(tally, batch.lines, batch.first)
                for number, problem in batch.unreadable:
                    tallies.refuse(tally, problem, number, "")
                progress.step(batch.size, len(batch.lines))
            return Success(tallies.settled(tally))
    except OSError as error:
        why = (error.strerror or type(error).__name__).lower()
        return Failure(FileRefused(files.shown(path), why))
    except ValueError:
        return Failure(FileRefused(files.shown(path), "cannot be opened"))


@contextmanager
def _opened(path: str) -> Generator[BinaryIO]:
    if path == _STDIN:
        # Started with its standard input closed, the interpreter leaves None there.
        stream: object = sys.stdin
        if stream is None:
            raise OSError(0, "is closed")
        yield sys.stdin.buffer
        return
    with _files.opened(path) as file:
        if stat.S_ISCHR(os.fstat(file.fileno()).st_mode):  # some of them never end
            raise OSError(0, "is a device")
        yield file


def _size(stream: BinaryIO) -> int | None:
    """Return the bytes of a regular file; ``None`` of anything else."""
    try:
        found = os.fstat(stream.fileno())
    except (OSError, ValueError):
        return None
    return found.st_size if stat.S_ISREG(found.st_mode) else None
