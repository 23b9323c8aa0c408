"""``mimir explain``: why a workload goes where it goes, and what would have changed that.

Rules:
1. The explanation is the core's; this module asks for it and writes the answer.
2. Explained is a recorded decision of a store, or one that is made of the files named.
3. What is explained follows from the inputs. Where the record says something else, that is told,
   and the exit code is 1.
4. No candidate is explained as well: the exit code is 0, and 2 for input that cannot be used.
"""

import argparse

from mimir.core.inputs import Inputs
from mimir.core.oracle.place import place_inputs
from mimir.core.outcome import Failure, Success
from mimir.core.review.explain import explain
from mimir.core.review.replay import replay as rederive
from mimir.core.verdict import decision_of
from mimir.shell.cli.commands import Commands
from mimir.shell.cli.files import folder
from mimir.shell.cli.placing import answer, explain_text, inputs, replay
from mimir.shell.cli.terminal import escape, refuse, say
from mimir.shell.store import Store


def register(commands: Commands) -> None:
    """Add ``explain``."""
    parser = commands.add_parser(
        "explain",
        help="explain a placement, and what would change it",
        description="Show of every entry what it fails and by how much, where it ranks, and the"
        " least change that would make it the chosen one."
        " Exit code: 0 explained, 1 explained, and the record says something else, 2 input that"
        " cannot be used.",
    )
    parser.add_argument(
        "record", nargs="?", metavar="RECORD", help="a file, or a decision's id; needs --store"
    )
    parser.add_argument(
        "--store", type=folder, metavar="DIR", help="where the inputs of RECORD are"
    )
    inputs.add_arguments(parser, required=False)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Do what ``explain`` was asked for."""
    if args.record is not None:
        return _recorded(args)
    if args.catalog is None or args.descriptor is None:
        return refuse("state RECORD and --store, or --catalog and --descriptor")
    asked = inputs.read(args)
    if isinstance(asked, Failure):
        return refuse(asked.failure())
    say(_answer(asked.unwrap().inputs, asked.unwrap().source))
    return 0


def _recorded(args: argparse.Namespace) -> int:
    if args.store is None or args.catalog is not None or args.descriptor is not None:
        return refuse("RECORD needs --store, and neither --catalog nor --descriptor")
    store = Store(args.store)
    record = replay.read(args.record, store)
    if isinstance(record, Failure):
        return refuse(record.failure())
    given = store.inputs(record.unwrap())
    if isinstance(given, Failure):
        return refuse(given.failure().message)
    said = f"decided at {record.unwrap().decided_at.text}"
    match rederive(record.unwrap(), given.unwrap()):
        case Success():
            say(_answer(given.unwrap(), said))
            return 0
        case Failure(drift):
            told = f"the record says something else than its inputs give: {escape(drift.message)}"
            say(_answer(given.unwrap(), f"{said}\n{told}"))
            return replay.FAULT


def _answer(given: Inputs, source: str) -> str:
    explained = explain(given)
    parts = [
        answer.headline(decision_of(place_inputs(given))),
        "",
        explain_text.entries(explained),
        "",
        *explain_text.front(explained),
        *answer.notes(given.catalog, given.snapshot),
        source,
    ]
    return "\n".join(parts)
