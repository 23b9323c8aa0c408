"""``mimir explain``: why a workload goes where it goes, and what would have changed that.

Rules:
1. The explanation is the core's; this module asks for it and writes the answer.
2. No candidate is explained as well: the exit code is 0, and 2 for input that cannot be used.
"""

import argparse

from mimir.core.oracle.place import place_inputs
from mimir.core.outcome import Failure, Success
from mimir.core.review.explain import explain
from mimir.shell.cli import answer, explain_text, inputs
from mimir.shell.cli.commands import Commands
from mimir.shell.cli.inputs import Asked
from mimir.shell.cli.terminal import refuse, say


def register(commands: Commands) -> None:
    """Add ``explain``."""
    parser = commands.add_parser(
        "explain",
        help="explain a placement, and what would change it",
        description="Show of every entry what it fails and by how much, where it ranks, and the"
        " least change that would make it the chosen one."
        " Exit code: 0 explained, 2 input that cannot be used.",
    )
    inputs.add_arguments(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Do what ``explain`` was asked for."""
    asked = inputs.read(args)
    if isinstance(asked, Failure):
        return refuse(asked.failure())
    say(_answer(asked.unwrap()))
    return 0


def _answer(asked: Asked) -> str:
    given = asked.inputs
    outcome = place_inputs(given)
    decision = outcome.unwrap() if isinstance(outcome, Success) else outcome.failure()
    explained = explain(given)
    parts = [
        answer.headline(decision),
        "",
        explain_text.entries(explained),
        "",
        *explain_text.front(explained),
        *answer.notes(given.catalog, given.snapshot),
        asked.source,
    ]
    return "\n".join(parts)
