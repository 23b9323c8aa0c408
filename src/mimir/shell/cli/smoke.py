"""``mimir smoke``: run the ten stages and print how each ended.

Rules:
1. The exit code is 0 only if no stage failed, and 1 otherwise.
2. A stage is one line: ``PASS``, ``FAIL`` or ``SKIP``, its name, and what was seen.
"""

import argparse
import json

from mimir.shell.cli.commands import Commands
from mimir.shell.cli.terminal import escape, say
from mimir.shell.smoke import run_smoke


def register(commands: Commands) -> None:
    """Add ``smoke``."""
    parser = commands.add_parser(
        "smoke",
        help="check every part of the installation",
        description="Run ten stages, each through the public API with the real objects and"
        " without network. Exit code: 0 no stage failed, 1 one did.",
    )
    parser.add_argument("--json", action="store_true", help="print the results as JSON")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Run the smoke and print it."""
    verdict, results = run_smoke()
    if args.json:
        stages = [result._asdict() for result in results]
        say(json.dumps({"status": verdict, "stages": stages}, indent=2))
    else:
        width = max(len(result.name) for result in results)
        for result in results:
            say(f"{result.status.upper()} {result.name:{width}}  {escape(result.detail)}")
    return 0 if verdict == "ok" else 1
