"""Reading what a user names on the command line: bounded, strict, and never with a traceback.

Rules:
1. ``-`` is standard input. A directory, a missing or an unreadable file is an error by its reason.
2. Bytes are counted before they are decoded; the encoding is UTF-8 without a byte order mark.
3. JSON is strict: no NaN or Infinity, no key twice in one object, at most 32 levels, no number of
   more than 1,000 characters. What can be placed is placed, by line and column.
4. Every failure is one ``FileRefused``; its message is one line, scrubbed and bounded.
"""

import argparse
import codecs
import json
import re
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, ClassVar, Final, Literal, NoReturn, TypeAlias

from attrs import frozen

from mimir.core.fields import excerpt
from mimir.core.limits import DEPTH_MAX, ERROR_TEXT_MAX_CHARS, WIRE_IN_MAX_BYTES
from mimir.core.outcome import Failure, Outcome, Success
from mimir.core.redaction.text import scrub
from mimir.shell.cli.terminal import escape

DOCUMENT_MAX_BYTES: Final = WIRE_IN_MAX_BYTES
"""Bytes of a descriptor."""

POLICY_MAX_BYTES: Final = 1024 * 1024
"""Bytes of a policy: 1,000 models of 512 characters fit."""

TABLE_MAX_BYTES: Final = 32 * 1024 * 1024
"""Bytes of a catalog or of configured rates: 100,000 rows fit."""

NUMBER_MAX_CHARS: Final = 1_000
"""Characters of one number in JSON; CPython refuses to read an integer of more than 4,300."""

_STDIN: Final = "-"
_NAME_MAX_CHARS: Final = 200
_STRING: Final = r'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)'  # one that never ends is a token too
_TOKEN: Final = re.compile(_STRING + r"|[\[{]|[\]}]|-?Infinity|NaN|-?[0-9][0-9.eE+-]*+", re.DOTALL)


@frozen
class FileRefused:
    """A file that cannot be used: whoever named or wrote it is at fault.

    ``file`` is a scrubbed, bounded excerpt of its name, ``problem`` says what is wrong with it.
    """

    code: ClassVar[Literal["file_refused"]] = "file_refused"
    file: str
    problem: str

    @property
    def message(self) -> str:
        """Name the file and the problem."""
        return f"{self.file}: {self.problem}"[:ERROR_TEXT_MAX_CHARS]


Decoder: TypeAlias = Callable[[str], object]
"""Text to plain data; it raises ``ValueError`` with the problem, or ``RecursionError``."""


def read_json(path: str, max_bytes: int) -> Outcome[object, FileRefused]:
    """Read a JSON document of at most ``max_bytes`` bytes, by rules 1 to 3."""
    return _read(path, max_bytes, _json)


def read_toml(path: str, max_bytes: int) -> Outcome[object, FileRefused]:
    """Read a TOML document of at most ``max_bytes`` bytes."""
    return _read(path, max_bytes, _toml)


def read_data(path: str, max_bytes: int) -> Outcome[object, FileRefused]:
    """Read TOML from a file whose name ends in ``.toml``, and JSON from any other."""
    return (read_toml if path.lower().endswith(".toml") else read_json)(path, max_bytes)


def folder(text: str) -> str:
    """Read the name of a folder, as the ``type`` of an argument.

    An empty name, as of a variable that is not set, would be the folder that one stands in.

    >>> folder("audit")
    'audit'
    """
    if not text:
        message = "expected the name of a folder, got nothing"
        raise argparse.ArgumentTypeError(message)
    return text


def shown(path: str) -> str:
    """Name a file for a message: on one line, scrubbed, and by its end where it is too long.

    >>> shown("a.toml"), shown("-"), len(shown("a" * 5_000))
    ('a.toml', 'standard input', 200)
    """
    if path == _STDIN:
        return "standard input"
    name = escape(scrub(path))
    return name if len(name) <= _NAME_MAX_CHARS else f"...{name[3 - _NAME_MAX_CHARS :]}"


def _read(path: str, max_bytes: int, decode: Decoder) -> Outcome[object, FileRefused]:
    try:
        data = _bytes(path, max_bytes + 1)
        if len(data) > max_bytes:
            return _refuse(path, f"is larger than {max_bytes} bytes")
        return Success(decode(_text(data)))
    except OSError as error:
        return _refuse(path, (error.strerror or type(error).__name__).lower())
    except RecursionError:
        return _refuse(path, "is nested too deep")
    except ValueError as error:
        return _refuse(path, str(error))


def _refuse(path: str, problem: str) -> Failure[FileRefused]:
    line = scrub(" ".join(problem.split()))
    return Failure(FileRefused(shown(path), line[:ERROR_TEXT_MAX_CHARS]))


def _bytes(path: str, limit: int) -> bytes:
    if path == _STDIN:
        return _stdin().read(limit)
    with Path(path).open("rb") as file:
        return file.read(limit)


def _stdin() -> BinaryIO:
    # Started with its standard input closed, the interpreter leaves None there.
    stream: object = sys.stdin
    if stream is None:
        _stop("is closed")
    return sys.stdin.buffer


def _text(data: bytes) -> str:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        _stop("is UTF-16; save it as UTF-8")
    if data.startswith(codecs.BOM_UTF8):
        _stop("begins with a byte order mark; save it as UTF-8 without one")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        _stop(f"is not UTF-8 at byte {error.start}")
    if not text.strip():
        _stop("is empty")
    return text


def _json(text: str) -> object:
    _scan(text)
    try:
        return json.loads(text, object_pairs_hook=_members)
    except json.JSONDecodeError as error:
        _stop(f"is no JSON: {error.msg} at {_place(text, error.pos)}")


def _toml(text: str) -> object:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        _stop(f"is no TOML: {error}")
    except ValueError:
        _stop("holds a number that is too large to read")


def _scan(text: str) -> None:
    """Refuse what ``json`` takes and no JSON document may hold, or what it fails on by size."""
    depth = 0
    for match in _TOKEN.finditer(text):
        token = match[0]
        if token in "[{":
            depth += 1
            if depth > DEPTH_MAX:
                _stop_at(f"is nested deeper than {DEPTH_MAX} levels", text, match.start())
        elif token in "]}":
            depth -= 1
        elif token[-1] in "Ny" and token[0] != '"':
            _stop_at(f"holds {token}, which is no JSON,", text, match.start())
        elif token[0] != '"':
            _check_number(token, text, match.start())


def _check_number(token: str, text: str, at: int) -> None:
    if len(token) > NUMBER_MAX_CHARS:
        _stop_at(f"holds a number of {len(token)} characters", text, at)
    if "e" in token.lower() and _is_infinite(token):
        _stop_at("holds a number too large for a float", text, at)


def _is_infinite(token: str) -> bool:
    try:
        return abs(float(token)) == float("inf")
    except ValueError:
        return False


def _stop_at(problem: str, text: str, at: int) -> NoReturn:
    _stop(f"{problem} at {_place(text, at)}")


def _stop(problem: str) -> NoReturn:
    raise ValueError(problem)


def _place(text: str, at: int) -> str:
    line_start = text.rfind("\n", 0, at) + 1
    return f"line {text.count(chr(10), 0, at) + 1} column {at - line_start + 1}"


def _members(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) == len(pairs):
        return members
    seen: set[str] = set()
    for key, _ in pairs:
        if key in seen:
            _stop(f"holds the key {excerpt(key)} twice in one object")
        seen.add(key)
    return members
