"""The command line: which command is asked for, and how every run of it ends.

Rules:
1. Exit codes: 0 yes; 1 it ran and found a fault; 2 bad input, one clear line on standard error;
   3 no candidate; 130 interrupted.
2. No traceback, ever: what nobody foresaw is one line that names the exception's type, and 1.
3. A reader of the output who leaves early is no fault to report: the exit code is 1, quietly.
4. No option is guessed from its beginning, and a token as an argument is refused unrepeated.
5. A command module is in ``COMMANDS``; it registers itself, and knows no other.
"""

import argparse
import io
import os
import re
import sys
from collections.abc import Callable, Sequence
from typing import Final, NoReturn

from typing_extensions import override

from mimir import __version__
from mimir.core.fields import excerpt
from mimir.core.limits import ERROR_TEXT_MAX_CHARS
from mimir.core.redaction.text import scrub
from mimir.shell.cli import catalog_init, smoke
from mimir.shell.cli.commands import Commands, Run
from mimir.shell.cli.placing import explain, place, replay
from mimir.shell.cli.pricing import cost, price, prices
from mimir.shell.cli.routing import route
from mimir.shell.cli.simulating import simulate
from mimir.shell.cli.terminal import refuse

COMMANDS: Final[tuple[Callable[[Commands], None], ...]] = (
    place.register,
    replay.register,
    explain.register,
    simulate.register,
    route.register,
    catalog_init.register,
    price.register,
    cost.register,
    prices.register,
    smoke.register,
)

FAULT: Final = 1
BAD_INPUT: Final = 2
INTERRUPTED: Final = 130

_TOKEN: Final = re.compile(r"--?token(?!-env(?:=|\Z))", re.IGNORECASE)


class _Parser(argparse.ArgumentParser):
    """A parser that refuses in one line; so do the parsers of its commands."""

    def __init__(
        self,
        *,
        prog: str | None = None,
        description: str | None = None,
        epilog: str | None = None,
        formatter_class: type[argparse.HelpFormatter] = argparse.HelpFormatter,
    ) -> None:
        """Make one that guesses nothing."""
        super().__init__(
            prog=prog,
            description=description,
            epilog=epilog,
            formatter_class=formatter_class,
            allow_abbrev=False,
        )

    @override
    def error(self, message: str) -> NoReturn:
        """Print the one line and leave with 2."""
        self.exit(refuse(scrub(message)[:ERROR_TEXT_MAX_CHARS]))


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code.

    ``argv`` is the arguments after the program's name; ``None`` is those of this process.

    >>> main(["--version"])
    mimir 0.1.0
    0
    """
    _open_streams()
    try:
        code = _run(sys.argv[1:] if argv is None else argv)
        sys.stdout.flush()  # here a failure can still be told
    except BrokenPipeError:
        _drop_output()
        return FAULT
    except KeyboardInterrupt:
        return INTERRUPTED
    except Exception as error:  # rule 2
        return _fault(error)
    return code


def _run(argv: Sequence[str]) -> int:
    if any(_TOKEN.match(word) for word in argv):
        return refuse("a token is no argument; mimir route takes it from an environment variable")
    parser = _parser()
    try:
        args = parser.parse_args(argv)
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else 0
    run: Run | None = getattr(args, "run", None)
    if run is None:
        parser.print_help()
        return 0
    return run(args)


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="mimir",
        description="A routing oracle and pricing source for LLM workloads.",
        epilog="Exit codes: 0 yes, 1 a fault was found, 2 bad input, 3 no candidate.",
    )
    parser.add_argument("--version", action="version", version=f"mimir {__version__}")
    commands = parser.add_subparsers(metavar="COMMAND")
    for register in COMMANDS:
        register(commands)
    return parser


def _fault(error: Exception) -> int:
    """Say in one line that the program failed; a full disk is told by its reason."""
    try:
        sys.stdout.flush()
    except OSError:
        _drop_output()
    if isinstance(error, OSError) and error.strerror:
        refuse(f"failed: {error.strerror.lower()}")
    else:
        refuse(f"internal error: {excerpt(error).removeprefix('a ')}")
    return FAULT


def _open_streams() -> None:
    """Print nowhere where the program was started with an output closed: then it is ``None``."""
    streams: tuple[object, object] = sys.stdout, sys.stderr
    if streams[0] is None:
        sys.stdout = io.StringIO()
    if streams[1] is None:
        sys.stderr = io.StringIO()


def _drop_output() -> None:
    """Point standard output nowhere, so that the interpreter's last flush of it succeeds."""
    try:
        sink = os.open(os.devnull, os.O_WRONLY)
        os.dup2(sink, sys.stdout.fileno())
        os.close(sink)
    except (OSError, ValueError, AttributeError):
        return
