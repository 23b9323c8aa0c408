"""Files that appear whole or not at all.

Rules:
1. A file is written under another name in the same folder, flushed to the disk and linked or
   renamed to its own: no reader ever sees half of it, whoever else writes at the same time.
   Whatever stops the writing, an interrupt too, nothing is left under the other name.
2. ``put`` overwrites nothing: a file that is there already and holds the same is left as it is; one
   that holds anything else is an error.
3. ``replace`` puts a file in the place of a regular one; a link stays, and what it leads to is
   replaced. Devices, pipes and folders are refused.
4. ``read`` refuses devices, pipes and folders: nothing is waited for.
5. ``opened`` takes any file: a pipe that nobody writes to is at its end, and not waited for.
6. Every failure is the text of the problem, without the file's name.
"""

import contextlib
import os
import secrets
import stat
import sys
from collections.abc import Generator
from pathlib import Path
from typing import BinaryIO, Final

from attrs import frozen

MAX_BYTES: Final = 128 * 1024 * 1024
"""Bytes of a file that is read: those of a catalog of 100,000 rows fit."""


@frozen
class Unusable:
    """A file that cannot be read or written; ``absent`` where there is none."""

    problem: str
    absent: bool = False


def opened(path: str | Path) -> BinaryIO:
    """Open a file to read, by rule 5; the errors are those of ``open``."""
    return open(path, "rb", opener=_at_once)


def read(path: Path) -> bytes | Unusable:
    """Read a whole file of at most ``MAX_BYTES`` bytes."""
    try:
        mode = path.stat().st_mode
        if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):  # of a folder the system says so
            return Unusable("is no regular file")
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        return _unusable(error)
    return Unusable(f"is larger than {MAX_BYTES} bytes") if len(content) > MAX_BYTES else content


def put(path: Path, content: bytes) -> Unusable | None:
    """Write ``content`` under ``path`` by rules 1 and 2, with the folders on the way."""
    there = read(path)
    if isinstance(there, bytes):
        return _same(there, content)
    if not there.absent:
        return there
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _link(path, content)
    except FileExistsError:
        there = read(path)
        return _same(there, content) if isinstance(there, bytes) else there
    except OSError as error:
        return _unusable(error)
    return None


def replace(path: Path, content: bytes) -> Unusable | None:
    """Write ``content`` under ``path`` by rules 1 and 3; the folder is there."""
    try:
        target = _replaceable(path)
        if isinstance(target, Unusable):
            return target
        with _scratch(target, content) as scratch:
            scratch.replace(target)
    except (OSError, ValueError) as error:
        return _unusable(error)
    return None


def refusal(path: Path) -> Unusable | None:
    """Tell why ``replace`` could not write under ``path`` now; nothing stays of the trial."""
    try:
        target = _replaceable(path)
        if isinstance(target, Unusable):
            return target
        with _scratch(target, b""):
            return None
    except (OSError, ValueError) as error:
        return _unusable(error)


def _at_once(path: str, flags: int) -> int:
    if sys.platform == "win32":
        return os.open(path, flags)
    descriptor = os.open(path, flags | os.O_NONBLOCK)  # or a pipe is waited for until one writes
    os.set_blocking(descriptor, True)
    return descriptor


def _replaceable(path: Path) -> Path | Unusable:
    target = Path(os.path.realpath(path))
    if target.is_dir():
        return Unusable("is a directory")
    return Unusable("is no regular file") if target.exists() and not target.is_file() else target


def _link(path: Path, content: bytes) -> None:
    with _scratch(path, content) as scratch:
        os.link(scratch, path)


@contextlib.contextmanager
def _scratch(path: Path, content: bytes) -> Generator[Path]:
    """Write ``content`` under another name beside ``path``, which is gone after the block."""
    scratch = path.with_name(f".{secrets.token_hex(8)}.tmp")
    try:
        with scratch.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        yield scratch
    finally:
        with contextlib.suppress(OSError):
            scratch.unlink()


def _same(there: bytes, content: bytes) -> Unusable | None:
    if there == content:
        return None
    return Unusable("is there already and holds something else; nothing was written")


def _unusable(error: OSError | ValueError) -> Unusable:
    if isinstance(error, ValueError):  # a name with a NUL, or one that the system cannot encode
        return Unusable("is no name of a file")
    problem = (error.strerror or type(error).__name__).lower()
    return Unusable(problem, isinstance(error, FileNotFoundError))
