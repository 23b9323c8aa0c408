"""``mimir replay``: derive recorded decisions again, and say what differs.

Rules:
1. A RECORD is a file, or the id of a decision in the store.
2. Every record is looked at; each gets a line on standard output, and one for each difference.
3. The exit code is 0 when all are identical, 1 when one differs or its inputs are missing or
   damaged, 2 when a record cannot be read.
"""

import argparse
from pathlib import Path
from typing import Final

from mimir.core.outcome import Failure, Outcome, Success
from mimir.core.record.build import is_decision_id
from mimir.core.record.parse import StoredRecord
from mimir.core.review.replay import Drift, replay
from mimir.shell.cli.commands import Commands
from mimir.shell.cli.files import folder, shown
from mimir.shell.cli.terminal import escape, refuse, say
from mimir.shell.store import Store, StoreRefused, read_record

FAULT: Final = 1
BAD_INPUT: Final = 2

_DIFFERENCES_SHOWN: Final = 20


def register(commands: Commands) -> None:
    """Add ``replay``."""
    parser = commands.add_parser(
        "replay",
        help="derive recorded decisions again, and say what differs",
        description="Derive recorded decisions again from their stored inputs."
        " Exit code: 0 all identical, 1 one is not, 2 a record cannot be read.",
    )
    parser.add_argument("record", nargs="+", metavar="RECORD", help="a file, or a decision's id")
    parser.add_argument(
        "--store", type=folder, required=True, metavar="DIR", help="where the inputs are"
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Do what ``replay`` was asked for."""
    store = Store(args.store)
    return max(_replay(name, store) for name in args.record)


def read(name: str, store: Store) -> Outcome[StoredRecord, str]:
    """Read the record that ``name`` is the file or the id of."""
    path = Path(name)
    if is_decision_id(name) and not path.exists():
        path = store.root / f"{name}.json"
    record = read_record(path)
    if isinstance(record, Success):
        return record
    error = record.failure()
    problem = error.problem if isinstance(error, StoreRefused) else error.message
    return Failure(f"{shown(str(path))}: {problem}")


def _replay(name: str, store: Store) -> int:
    record = read(name, store)
    if isinstance(record, Failure):
        return refuse(record.failure())
    decision_id = record.unwrap().decision_id
    inputs = store.inputs(record.unwrap())
    if isinstance(inputs, Failure):
        say(f"{decision_id}: cannot be derived: {escape(inputs.failure().message)}")
        return FAULT
    match replay(record.unwrap(), inputs.unwrap()):
        case Success():
            say(f"{decision_id}: identical")
            return 0
        case Failure(drift):
            say(f"{decision_id}: differs\n{_listed(drift)}")
            return FAULT


def _listed(drift: Drift) -> str:
    lines = [
        f"  {escape(item.path)}: recorded {escape(item.recorded)}, derived {escape(item.derived)}"
        for item in drift.differences[:_DIFFERENCES_SHOWN]
    ]
    more = len(drift.differences) - len(lines)
    return "\n".join([*lines, f"  and {more} more"] if more else lines)
