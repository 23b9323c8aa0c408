"""What a command line says of lanes: their states, which may be probed, and how long to wait.

Rules:
1. A lane that is not named is ``ok``.
2. ``--probe`` says both that a lane is probing and that this call may try it out.
3. A lane has one state and one wait: to say the same twice is no fault, to say another is.
4. A lane may hold ``=``; a state and a wait may not.
"""

import argparse
import re
from collections.abc import Iterable
from typing import Final, NamedTuple, TypeVar

from mimir.core.fields import excerpt
from mimir.core.limits import ID_MAX_CHARS, INTEGER_MAX, NAME_MAX_CHARS
from mimir.core.outcome import Failure, Outcome, Success
from mimir.core.snapshot import PROBING
from mimir.core.vocabulary import Lane

V = TypeVar("V")

_WAIT: Final = re.compile(r"[0-9]{1,19}", re.ASCII)


class Lanes(NamedTuple):
    """The arguments of a snapshot that are about lanes; waits are milliseconds."""

    states: dict[Lane, str]
    probes: frozenset[Lane]
    waits: dict[Lane, int]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add ``--health``, ``--probe`` and ``--wait``."""
    parser.add_argument(
        "--health",
        action="append",
        default=[],
        type=lane_state,
        metavar="LANE=STATE",
        help="the state of a lane, such as openai=degraded; only ok is eligible",
    )
    parser.add_argument(
        "--probe",
        action="append",
        default=[],
        type=lane,
        metavar="LANE",
        help="a lane that is probing, and that this call may try out",
    )
    parser.add_argument(
        "--wait",
        action="append",
        default=[],
        type=lane_wait,
        metavar="LANE=N",
        help="in how many milliseconds a lane that is out may be tried again",
    )


def read(args: argparse.Namespace) -> Outcome[Lanes, str]:
    """Put together what the options say of each lane, by rule 3."""
    probes: list[Lane] = args.probe
    said = [*args.health, *((probed, PROBING) for probed in probes)]
    states = _one_each(said, "--health and --probe", "states")
    if isinstance(states, Failure):
        return states
    waits = _one_each(args.wait, "--wait", "waits")
    if isinstance(waits, Failure):
        return waits
    return Success(Lanes(states.unwrap(), frozenset(probes), waits.unwrap()))


def lane(text: str) -> Lane:
    """Read a lane, as the ``type`` of an argument."""
    if 0 < len(text) <= ID_MAX_CHARS:
        return Lane(text)
    raise argparse.ArgumentTypeError(_expected("a lane", text))


def lane_state(text: str) -> tuple[Lane, str]:
    """Read ``LANE=STATE``, as the ``type`` of an argument.

    >>> lane_state("openai=degraded")
    ('openai', 'degraded')
    """
    name, _, state = text.rpartition("=")
    if 0 < len(name) <= ID_MAX_CHARS and 0 < len(state) <= NAME_MAX_CHARS:
        return Lane(name), state
    raise argparse.ArgumentTypeError(_expected("LANE=STATE", text))


def lane_wait(text: str) -> tuple[Lane, int]:
    """Read ``LANE=N``, N in milliseconds, as the ``type`` of an argument.

    >>> lane_wait("openai=1500")
    ('openai', 1500)
    """
    name, _, wait = text.rpartition("=")
    known = _WAIT.fullmatch(wait) is not None and int(wait) <= INTEGER_MAX
    if known and 0 < len(name) <= ID_MAX_CHARS:
        return Lane(name), int(wait)
    raise argparse.ArgumentTypeError(_expected("LANE=N, N in milliseconds", text))


def _expected(what: str, text: str) -> str:
    return f"expected {what}, got {excerpt(text)}"


def _one_each(
    said: Iterable[tuple[Lane, V]], options: str, what: str
) -> Outcome[dict[Lane, V], str]:
    found: dict[Lane, V] = {}
    for name, value in said:
        if found.setdefault(name, value) != value:
            return Failure(f"{options}: lane {excerpt(name)} is given two {what}")
    return Success(found)
