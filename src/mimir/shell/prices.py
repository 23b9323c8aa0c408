"""The price table on disk: the vendored one, loaded once a process, and any other.

Rules:
1. A file that is missing, damaged, too large, not what ``PROVENANCE.md`` says beside it, or no
   price table is a typed error, never an empty table.
2. ``load`` reads the vendored files once; later calls, from any thread, get the same table. A
   failure is not kept: the next call tries again.
3. Files are read up to a bound, and decompressed up to a bound.
4. The prices that are handed out remember the rates of each model that was asked for.
"""

import hashlib
import json
import re
import threading
import tomllib
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from attrs import field, frozen
from typing_extensions import override

from mimir.core.outcome import Failure, Outcome, Success
from mimir.core.pricing import providers, table
from mimir.core.pricing.book import NO_OVERLAY, Overlay
from mimir.core.pricing.find import FindError, ModelRates, Prices, find
from mimir.core.pricing.providers import ProviderAliases
from mimir.core.pricing.rates import Rates
from mimir.core.pricing.table import PriceTable, PriceTableError, PriceTableUnusable
from mimir.core.vocabulary import Model

DATA: Final = Path(__file__).resolve().parent.parent / "data"
"""The folder of the vendored files."""

TABLE_FILE: Final = "prices.json.gz"
PROVENANCE_FILE: Final = "PROVENANCE.md"
ALIASES_FILE: Final = "providers.toml"

FILE_MAX_BYTES: Final = 16 * 1024 * 1024
"""Bytes of a file that is read."""

PLAIN_MAX_BYTES: Final = 64 * 1024 * 1024
"""Bytes that a compressed file may turn into."""

REMEMBERED_MAX: Final = 10_000
"""Models whose rates are remembered; another one is found anew each time."""

_GZIP_WINDOW: Final = 31
_DIGEST: Final = re.compile(r"sha256 of `prices\.json\.gz`: `([0-9a-f]{64})`")


@frozen
class Vendored:
    """What is loaded once: the vendored table and the provider names."""

    table: PriceTable
    aliases: ProviderAliases


class _Once:
    """A lock and what was loaded under it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._loaded: Vendored | None = None

    def load(self) -> Outcome[Vendored, PriceTableError]:
        with self._lock:
            if self._loaded is not None:
                return Success(self._loaded)
            loaded = load_vendored(DATA)
            if isinstance(loaded, Success):
                self._loaded = loaded.unwrap()
            return loaded


_ONCE: Final = _Once()


def load() -> Outcome[PriceTable, PriceTableError]:
    """Return the vendored price table.

    >>> len(load().unwrap().rows) > 1000
    True
    """
    loaded = _ONCE.load()
    return loaded if isinstance(loaded, Failure) else Success(loaded.unwrap().table)


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
    return Success(RememberedPrices(dict(config or {}), vendored.table, vendored.aliases, overlay))


def load_vendored(folder: Path) -> Outcome[Vendored, PriceTableError]:
    """Read the three files of a folder like ``DATA``, the digest checked."""
    loaded = load_folder(folder)
    if isinstance(loaded, Failure):
        return loaded
    aliases = load_aliases(folder / ALIASES_FILE)
    if isinstance(aliases, Failure):
        return aliases
    return Success(Vendored(loaded.unwrap(), aliases.unwrap()))


def load_folder(folder: Path) -> Outcome[PriceTable, PriceTableError]:
    """Read the price table of a folder that ``prices refresh`` wrote, the digest checked."""
    provenance = _read(folder / PROVENANCE_FILE)
    if isinstance(provenance, Failure):
        return provenance
    stated = _DIGEST.search(provenance.unwrap().decode("utf-8", "replace"))
    if stated is None:
        return Failure(PriceTableUnusable("wrong_digest", f"{PROVENANCE_FILE} states no digest"))
    return load_from(folder / TABLE_FILE, stated[1])


def load_from(path: Path, digest: str | None = None) -> Outcome[PriceTable, PriceTableError]:
    """Read a compact price table; ``digest`` is the hex SHA-256 that the file has to have."""
    content = _read(path)
    if isinstance(content, Failure):
        return content
    found = hashlib.sha256(content.unwrap()).hexdigest()
    if digest is not None and found != digest:
        return Failure(PriceTableUnusable("wrong_digest", f"{path.name} is not the one stated"))
    plain = decompress(content.unwrap(), path.name)
    if isinstance(plain, Failure):
        return plain
    try:
        raw: object = json.loads(plain.unwrap())
    except (ValueError, RecursionError):
        return Failure(PriceTableUnusable("not_json", path.name))
    return table.parse(raw)


def decompress(content: bytes, name: str) -> Outcome[bytes, PriceTableUnusable]:
    """Decompress gzip to at most ``PLAIN_MAX_BYTES``; ``name`` is what an error calls it."""
    stream = zlib.decompressobj(_GZIP_WINDOW)
    try:
        plain = stream.decompress(content, PLAIN_MAX_BYTES)
    except zlib.error:
        return Failure(PriceTableUnusable("damaged", f"{name} is no gzip data"))
    if stream.eof:
        return Success(plain)
    if len(plain) >= PLAIN_MAX_BYTES:
        return Failure(PriceTableUnusable("too_large", f"{name} decompressed"))
    return Failure(PriceTableUnusable("damaged", f"{name} is cut short"))


def load_aliases(path: Path) -> Outcome[ProviderAliases, PriceTableError]:
    """Read the provider names: a TOML file with the table ``providers``."""
    content = _read(path)
    if isinstance(content, Failure):
        return content
    try:
        raw: object = tomllib.loads(content.unwrap().decode("utf-8")).get("providers")
    except (ValueError, RecursionError):
        return Failure(PriceTableUnusable("damaged", f"{path.name} is no TOML"))
    return providers.parse(raw)


def _read(path: Path) -> Outcome[bytes, PriceTableUnusable]:
    try:
        with path.open("rb") as file:
            content = file.read(FILE_MAX_BYTES + 1)
    except FileNotFoundError:
        return Failure(PriceTableUnusable("missing", path.name))
    except (OSError, ValueError) as error:
        return Failure(PriceTableUnusable("unreadable", f"{path.name}: {type(error).__name__}"))
    if len(content) > FILE_MAX_BYTES:
        return Failure(PriceTableUnusable("too_large", path.name))
    return Success(content)
