"""What a command module of the command line needs of the dispatcher.

Rules:
1. A command module has ``register(commands)``; it adds its parser and sets ``run`` on it.
2. ``run(args)`` returns the exit code: 0 yes, 1 it ran and found a fault, 2 bad input, 3 no
   candidate.
"""

import argparse
import re
from collections.abc import Callable
from typing import Final, Protocol, TypeAlias

from mimir.core.fields import excerpt, is_integer

Run: TypeAlias = Callable[[argparse.Namespace], int]

_WHOLE: Final = re.compile(r"[+-]?[0-9]{1,19}", re.ASCII)


class Commands(Protocol):
    """Where a command module adds its parser: what ``ArgumentParser.add_subparsers`` returns."""

    @property
    def add_parser(self) -> Callable[..., argparse.ArgumentParser]:
        """Add the parser of a command: its name, and ``help`` and ``description`` by keyword."""
        ...


def whole_number(text: str) -> int:
    """Read a whole number between -(2^63 - 1) and 2^63 - 1, as the ``type`` of an argument.

    >>> whole_number("-12")
    -12
    """
    if _WHOLE.fullmatch(text) and is_integer(number := int(text)):
        return number
    raise argparse.ArgumentTypeError(_no_number(text))


def _no_number(text: str) -> str:
    return f"expected a whole number within 2^63 - 1, got {excerpt(text)}"
