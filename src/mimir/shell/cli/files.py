"""Reading what a user names on the command line: bounded, strict, and never with a traceback.

Rules:
1. ``-`` is standard input. A directory, a missing or an unreadable file is an error by its reason.
   A pipe is read while somebody writes to it, such as a shell's ``<(...)``, and else is empty.
2. Bytes are counted before they are decoded; the encoding is UTF-8 without a byte order mark.
3. JSON is strict, and read by ``core/json_text``.
4. Every failure is one ``FileRefused``; its message is one line, scrubbed and bounded.
"""

import argparse
import sys
import tomllib
from collections.abc import Callable
from typing import BinaryIO, ClassVar, Final, Literal, TypeAlias

from attrs import frozen

from mimir.core import json_text
from mimir.core.json_text import NotJson
from mimir.core.limits import ERROR_TEXT_MAX_CHARS, WIRE_IN_MAX_BYTES
from mimir.core.outcome import Failure, Outcome, Success
from mimir.core.redaction.text import scrub
from mimir.shell import _files
from mimir.shell.cli.terminal import escape

DOCUMENT_MAX_BYTES: Final = WIRE_IN_MAX_BYTES
"""Bytes of a descriptor."""

POLICY_MAX_BYTES: Final = 1024 * 1024
"""Bytes of a policy: 1,000 models of 512 characters fit."""

TABLE_MAX_BYTES: Final = 32 * 1024 * 1024
"""Bytes of a catalog or of configured rates: 100,000 rows fit."""

_STDIN: Final = "-"
_NAME_MAX_CHARS: Final = 200


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


Decoder: TypeAlias = Callable[[bytes, int], Outcome[object, NotJson]]
"""Bytes, of which there may be so many, to plain data."""


def read_json(path: str, max_bytes: int) -> Outcome[object, FileRefused]:
    """Read a JSON document of at most ``max_bytes`` bytes, by rules 1 to 3."""
    return _read(path, max_bytes, json_text.read)


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
    data = _bytes(path, max_bytes + 1)
    if isinstance(data, Failure):
        return data
    decoded = decode(data.unwrap(), max_bytes)
    return _refuse(path, decoded.failure().problem) if isinstance(decoded, Failure) else decoded


def _refuse(path: str, problem: str) -> Failure[FileRefused]:
    line = scrub(" ".join(problem.split()))
    return Failure(FileRefused(shown(path), line[:ERROR_TEXT_MAX_CHARS]))


def _bytes(path: str, limit: int) -> Outcome[bytes, FileRefused]:
    try:
        if path == _STDIN:
            stream = _stdin()
            return _refuse(path, "is closed") if stream is None else Success(stream.read(limit))
        with _files.opened(path) as file:
            return Success(file.read(limit))
    except OSError as error:
        return _refuse(path, (error.strerror or type(error).__name__).lower())
    except ValueError as error:  # a name with a NUL, or one that the system cannot encode
        return _refuse(path, str(error))


def _stdin() -> BinaryIO | None:
    # Started with its standard input closed, the interpreter leaves None there.
    stream: object = sys.stdin
    return None if stream is None else sys.stdin.buffer


def _toml(data: bytes, max_bytes: int) -> Outcome[object, NotJson]:
    if len(data) > max_bytes:
        return Failure(NotJson(f"is larger than {max_bytes} bytes"))
    text = json_text.decoded(data)
    if isinstance(text, NotJson):
        return Failure(text)
    try:
        return Success(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        return Failure(NotJson(f"is no TOML: {error}"))
    except ValueError:
        return Failure(NotJson("holds a number that is too large to read"))
    except RecursionError:
        return Failure(NotJson("is nested too deep"))
