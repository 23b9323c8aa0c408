"""``mimir place``: place one workload on a catalog, and show what became of every entry.

Rules:
1. The placement is the core's; this module asks for it and writes the answer.
2. The exit code is 0 for a placement, 3 for no candidate, 2 for input that cannot be used.
3. With ``--json`` the decision record is the whole of standard output.
"""

import argparse
import json
from typing import Final

from mimir.core.outcome import Failure, Outcome, Success
from mimir.core.record.schema import DecisionRecord, to_json
from mimir.core.verdict import NoCandidate
from mimir.shell.cli.commands import Commands
from mimir.shell.cli.files import folder
from mimir.shell.cli.placing import answer, inputs
from mimir.shell.cli.placing.inputs import Asked
from mimir.shell.cli.terminal import escape, refuse, say
from mimir.shell.decide import Decision, decide_in
from mimir.shell.store import Store

NO_CANDIDATE: Final = 3
"""The exit code of an answer without a placement."""


def register(commands: Commands) -> None:
    """Add ``place``."""
    parser = commands.add_parser(
        "place",
        help="place a workload on a catalog",
        description="Place one workload on a catalog and show the verdict of every entry."
        " Exit code: 0 placed, 3 no candidate, 2 input that cannot be used.",
    )
    inputs.add_arguments(parser)
    parser.add_argument("--json", action="store_true", help="print the decision record as JSON")
    parser.add_argument(
        "--store",
        type=folder,
        metavar="DIR",
        help="write the record and its inputs, for replay, to this folder",
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Do what ``place`` was asked for."""
    asked = inputs.read(args)
    if isinstance(asked, Failure):
        return refuse(asked.failure())
    decision = _decided(asked.unwrap())
    if isinstance(decision, Failure):
        return refuse(decision.failure())
    note = _stored(args.store, decision.unwrap())
    if isinstance(note, Failure):
        return refuse(note.failure())
    record = decision.unwrap().record
    if args.json:
        say(json.dumps(to_json(record), indent=2))
    else:
        say(_answer(asked.unwrap(), record) + note.unwrap())
    return NO_CANDIDATE if isinstance(record.decision, NoCandidate) else 0


def _decided(asked: Asked) -> Outcome[Decision, str]:
    given = asked.inputs
    decision = decide_in(
        given.snapshot,
        given.descriptor,
        given.catalog,
        given.policy,
        ranker=given.ranker,
        sealed=True,
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


def _answer(asked: Asked, record: DecisionRecord) -> str:
    parts = [
        answer.headline(record.decision),
        "",
        answer.verdicts(record.decision),
        "",
        *answer.notes(asked.inputs.catalog, record.snapshot),
        asked.source,
    ]
    return "\n".join(parts)
