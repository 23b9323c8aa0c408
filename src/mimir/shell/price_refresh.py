"""Rebuilding the price table from a public list: fetch, compact, compare, write.

Rules:
1. Nothing is written unless the list was read, gave rows with prices, and the new table's compact
   form reads back.
2. The table and ``PROVENANCE.md`` are written to temporary files in the same folder, then moved
   into place. What stops between the two moves leaves a checksum that loading refuses.
3. Equal lists, dates and versions give equal bytes: no time and no name stands in the gzip header.
"""

import hashlib
import json
import os
import struct
import tempfile
import zlib
from pathlib import Path
from typing import ClassVar, Final, Literal, TypeAlias

import httpx
from attrs import evolve, frozen

from mimir.core.outcome import Failure, Outcome, Success
from mimir.core.pricing import table
from mimir.core.pricing.changes import Changes, changes
from mimir.core.pricing.compact import Compacted, compact
from mimir.core.pricing.pack import pack
from mimir.core.pricing.table import PriceTable, PriceTableError, Source
from mimir.shell import clock, price_aliases, price_provenance
from mimir.shell.price_sources import PriceSourceUnreadable, RawList, fetch
from mimir.shell.prices import DATA, PROVENANCE_FILE, TABLE_FILE, StrPath, load_folder

_GZIP_HEADER: Final = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff"
_FILE_MODE: Final = 0o644


@frozen
class NotWritten:
    """The folder could not be written to; what stood there still stands."""

    detail: str
    code: ClassVar[Literal["price_table_not_written"]] = "price_table_not_written"

    @property
    def message(self) -> str:
        """Why nothing was written."""
        return f"price table was not written: {self.detail}"


RefreshError: TypeAlias = PriceSourceUnreadable | PriceTableError | NotWritten
"""Why a price table was not rebuilt."""


@frozen
class Refreshed:
    """A table that was written: what it was made of, and what changed to the one before.

    ``before`` says why there was nothing to compare with, where there was not.
    """

    compacted: Compacted
    changes: Changes
    before: PriceTableError | None
    bytes_written: int


def refresh(
    source: str,
    folder: StrPath = DATA,
    *,
    today: str | None = None,
    client: httpx.Client | None = None,
) -> Outcome[Refreshed, RefreshError]:
    """Rebuild the table of ``folder`` from a path, a URL or ``installed``.

    ``today`` is the date of retrieval (``YYYY-MM-DD``, UTC), by default the present one.
    """
    fetched = fetch(source, client)
    if isinstance(fetched, Failure):
        return fetched
    raw = fetched.unwrap()
    made = compacted(raw, today or clock.utc_now()[:10])
    if isinstance(made, Failure):
        return made
    new = made.unwrap()
    before = load_folder(folder)
    content = encode(new.table)
    failed = _write(Path(folder), content, price_provenance.render(new, raw, content))
    if failed is not None:
        return Failure(failed)
    old = table.EMPTY if isinstance(before, Failure) else before.unwrap()
    missing = before.failure() if isinstance(before, Failure) else None
    return Success(Refreshed(new, changes(old, new.table), missing, len(content)))


def encode(made: PriceTable) -> bytes:
    """Write a table as the bytes of ``prices.json.gz``."""
    plain = json.dumps(pack(made), separators=(",", ":")).encode("ascii")
    stream = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    body = stream.compress(plain) + stream.flush()
    return _GZIP_HEADER + body + struct.pack("<II", zlib.crc32(plain), len(plain))


def compacted(
    raw: RawList, today: str
) -> Outcome[Compacted, PriceSourceUnreadable | PriceTableError]:
    """Make the table of a price list that was fetched on the day ``today``."""
    aliases = price_aliases.load()
    if isinstance(aliases, Failure):
        return aliases
    digest = f"sha256:{hashlib.sha256(raw.content).hexdigest()}"
    try:
        text = raw.content.decode("utf-8")
    except UnicodeDecodeError as error:
        return Failure(PriceSourceUnreadable("not_text", f"{raw.name} at byte {error.start}"))
    made = compact(text, Source(raw.name, raw.version, today, raw.licence, digest))
    if isinstance(made, Failure):
        return made
    named = evolve(made.unwrap().table, aliases=aliases.unwrap())
    read = table.parse(pack(named))
    return read if isinstance(read, Failure) else Success(evolve(made.unwrap(), table=named))


def _write(folder: Path, content: bytes, provenance: str) -> NotWritten | None:
    files = ((PROVENANCE_FILE, provenance.encode("utf-8")), (TABLE_FILE, content))
    staged: list[tuple[Path, Path]] = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, data in files:
            staged.append((_stage(folder, data), folder / name))
        for temporary, final in staged:
            temporary.replace(final)
    except OSError as error:
        for temporary, _ in staged:
            temporary.unlink(missing_ok=True)
        return NotWritten(f"{error.strerror or type(error).__name__}")
    return None


def _stage(folder: Path, data: bytes) -> Path:
    descriptor, name = tempfile.mkstemp(dir=folder, prefix=".prices-", suffix=".tmp")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(_FILE_MODE)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
    return Path(name)
