"""The file that the key of a grant goes to.

Rules:
1. It is made before the router is asked, for its owner alone to read, and never in the place of
   another: a key that is minted has somewhere to go. Standard output is none.
2. Where no key came, for whatever reason, no file is left.
"""

import contextlib
import os
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Final

from mimir.core.outcome import Failure, Outcome, Success
from mimir.core.secret import Secret
from mimir.shell.cli.files import shown

_OWNER_ALONE: Final = 0o600

Keep = Callable[[Secret], None]
"""Writes a key to the file."""


@contextlib.contextmanager
def key_file(path: str) -> Generator[Outcome[Keep, str]]:
    """Make the file for the block, and give what writes to it, or the problem with its name."""
    if path == "-":
        yield Failure("--grant-key-to: expected a file, not standard output")
        return
    try:
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ALONE))
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else None
        yield Failure(f"{shown(path)}: {(reason or 'is no name of a file').lower()}")
        return
    file = Path(path)
    try:
        yield Success(lambda key: _write(file, key))
    finally:
        if not file.stat().st_size:
            file.unlink()


def _write(file: Path, key: Secret) -> None:
    file.write_text(key.reveal() + "\n", encoding="utf-8")
