"""The price table on disk: the vendored one, loaded once a process, and any other.

Rules:
1. A file that is missing, damaged, too large, not the one of ``PROVENANCE.md`` beside it, or no
   price table is a typed error, never an empty table. Loading compares the CRC-32, which tells a
   refresh that was cut off; the SHA-256 beside it is for audits, and the tests compare it.
2. ``load`` reads the vendored files once; later calls, from any thread, get the same table. A
   failure is not kept: the next call tries again.
3. Files are read up to a bound, and decompressed up to a bound; values are counted, too many of
   them, before they are made.
4. The prices that are handed out remember the rates of each model that was asked for.
5. This module is on the way to the first price, so it loads no more than that needs: paths are
   texts here, and nothing is hashed (``pathlib`` and ``hashlib`` take as long as the table).
"""

import json
import os
import re
import threading
import zlib
from collections.abc import Mapping
from io import FileIO
from typing import Final, TypeAlias

from attrs import field, frozen
from typing_extensions import override

from mimir import __path__ as package_path
from mimir.core.fields import field_name
from mimir.core.outcome import Failure, Outcome, Success
from mimir.core.pricing import table
from mimir.core.pricing.book import NO_OVERLAY, Overlay
from mimir.core.pricing.find import FindError, Prices, find
from mimir.core.pricing.layers import ModelRates
from mimir.core.pricing.rates import Rates
from mimir.core.pricing.table import PriceFile, PriceTable, PriceTableError, PriceTableUnusable
from mimir.core.vocabulary import Model

StrPath: TypeAlias = str | os.PathLike[str]
"""A path of a file or a folder."""

DATA: Final = f"{package_path[0]}{os.sep}data"
"""The folder of the vendored files."""

TABLE_FILE: Final = "prices.json.gz"
PROVENANCE_FILE: Final = "PROVENANCE.md"

FILE_MAX_BYTES: Final = 16 * 1024 * 1024
"""Bytes of a file that is read."""

PLAIN_MAX_BYTES: Final = 3 * 1024 * 1024
"""Bytes that a compressed table may turn into: five times those of the vendored one."""

VALUES_MAX: Final = 100_000
"""Values of a table: seven times those of the vendored one, whose columns are texts."""

REMEMBERED_MAX: Final = 10_000
"""Models whose rates are remembered; another one is found anew each time."""

_GZIP_WINDOW: Final = 31
_CHECKSUM: Final = re.compile(r"crc32 of `prices\.json\.gz`: `([0-9a-f]{8})`")


class _Once:
    """A lock and what was loaded under it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._loaded: PriceTable | None = None

    def load(self) -> Outcome[PriceTable, PriceTableError]:
        with self._lock:
            if self._loaded is not None:
                return Success(self._loaded)
            loaded = load_folder(DATA)
            if isinstance(loaded, Success):
                self._loaded = loaded.unwrap()
            return loaded


_ONCE: Final = _Once()


def load() -> Outcome[PriceTable, PriceTableError]:
    """Return the vendored price table.

    >>> len(load().unwrap().rows) > 1000
    True
    """
    return _ONCE.load()


@frozen
class RememberedPrices(Prices):
    """Prices that remember what was found, at most ``REMEMBERED_MAX`` models, the first ones.

    What is remembered is what ``find`` would find again, so it needs no lock.
    """

    found: dict[str, ModelRates | FindError] = field(
        factory=dict[str, ModelRates | FindError], init=False, eq=False, repr=False
    )

    @override
    def find(self, model: str) -> ModelRates | FindError:
        """Find the rates of ``model``: at once, if it was found before."""
        known = self.found.get(model)
        if known is not None:
            return known
        rates = find(model, self)
        if len(self.found) < REMEMBERED_MAX:
            self.found[model] = rates
        return rates


def prices(
    config: Mapping[Model, Rates] | None = None, overlay: Overlay = NO_OVERLAY
) -> Outcome[Prices, PriceTableError]:
    """Return the vendored table and provider names, with the embedder's own rates before them.

    ``config`` has whole rows, ``overlay`` dated cells. What is found is remembered.

    >>> from mimir.core.pricing.quote import look_up
    >>> look_up("openai:gpt-4o", prices().unwrap()).unwrap().key
    'gpt-4o'
    """
    loaded = _ONCE.load()
    if isinstance(loaded, Failure):
        return loaded
    vendored = loaded.unwrap()
    return Success(RememberedPrices(dict(config or {}), vendored, vendored.aliases, overlay))


def load_folder(folder: StrPath) -> Outcome[PriceTable, PriceTableError]:
    """Read the price table of a folder that ``prices refresh`` wrote, the checksum compared."""
    provenance = read_file(f"{os.fspath(folder)}{os.sep}{PROVENANCE_FILE}")
    if isinstance(provenance, Failure):
        return provenance
    stated = _CHECKSUM.search(provenance.unwrap().decode("utf-8", "replace"))
    if stated is None:
        return Failure(PriceTableUnusable("wrong_checksum", f"{PROVENANCE_FILE} states none"))
    return load_from(f"{os.fspath(folder)}{os.sep}{TABLE_FILE}", stated[1])


def load_from(path: StrPath, checksum: str | None = None) -> Outcome[PriceTable, PriceTableError]:
    """Read a compact price table; ``checksum`` is the CRC-32 in hex that the file has to have."""
    content = read_file(path)
    if isinstance(content, Failure):
        return content
    if checksum is not None and f"{zlib.crc32(content.unwrap()):08x}" != checksum:
        return Failure(PriceTableUnusable("wrong_checksum", f"{_name(path)} is not the one stated"))
    plain = decompress(content.unwrap(), path, PLAIN_MAX_BYTES)
    if isinstance(plain, Failure):
        return plain
    if sum(map(plain.unwrap().count, (b",", b"[", b"{"))) > VALUES_MAX:
        return Failure(PriceTableUnusable("too_large", f"{_name(path)} has too many values"))
    try:
        raw: object = json.loads(plain.unwrap())
    except (ValueError, RecursionError):
        return Failure(PriceTableUnusable("not_json", _name(path)))
    return table.parse(raw)


def decompress(content: bytes, path: StrPath, max_bytes: int) -> Outcome[bytes, PriceTableUnusable]:
    """Decompress gzip to at most ``max_bytes``; an error calls it by the name of ``path``."""
    stream = zlib.decompressobj(_GZIP_WINDOW)
    try:
        plain = stream.decompress(content, max_bytes)
    except zlib.error:
        return Failure(PriceTableUnusable("damaged", f"{_name(path)} is no gzip data"))
    if stream.eof:
        return Success(plain)
    if len(plain) >= max_bytes:
        return Failure(PriceTableUnusable("too_large", f"{_name(path)} decompressed"))
    return Failure(PriceTableUnusable("damaged", f"{_name(path)} is cut short"))


def read_file(path: StrPath, what: PriceFile = "price table") -> Outcome[bytes, PriceTableUnusable]:
    """Read a file of at most ``FILE_MAX_BYTES``; an error calls it by its name, and ``what``.

    >>> read_file("no-such-folder/prices.json.gz").failure().message
    'price table is missing: prices.json.gz'
    """
    try:
        with FileIO(path) as file:
            content = file.read(FILE_MAX_BYTES + 1)
    except FileNotFoundError:
        return Failure(PriceTableUnusable("missing", _name(path), what))
    except (OSError, ValueError) as error:
        detail = f"{_name(path)}: {type(error).__name__}"
        return Failure(PriceTableUnusable("unreadable", detail, what))
    if len(content) > FILE_MAX_BYTES:
        return Failure(PriceTableUnusable("too_large", _name(path), what))
    return Success(content)


def _name(path: StrPath) -> str:
    return field_name(os.fspath(path).rpartition(os.sep)[2])
