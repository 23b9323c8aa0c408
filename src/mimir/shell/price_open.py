"""Opening a price table for comparing and checking: what a user names, whatever form it has.

Rules:
1. ``vendored`` is the vendored table. A folder is one that ``prices refresh`` wrote, and so is a
   file that is called ``prices.json.gz``; the folder's checksum is compared.
2. Anything else is a price list, as ``price_sources`` fetches it; its findings come with it.
"""

from pathlib import Path
from typing import Final, TypeAlias

from attrs import frozen

from mimir.core.outcome import Failure, Outcome, Success
from mimir.core.pricing.findings import Finding
from mimir.core.pricing.table import PriceTable, PriceTableError
from mimir.shell import clock
from mimir.shell.price_refresh import compacted
from mimir.shell.price_sources import PriceSourceUnreadable, fetch
from mimir.shell.prices import DATA, TABLE_FILE, load_folder, load_from

VENDORED: Final = "vendored"
"""The name of the vendored table."""

OpenError: TypeAlias = PriceTableError | PriceSourceUnreadable
"""Why a table cannot be opened."""


@frozen
class Opened:
    """A price table, and what was odd in the list that it was made of just now."""

    table: PriceTable
    findings: tuple[Finding, ...] = ()


def open_table(source: str) -> Outcome[Opened, OpenError]:
    """Open ``vendored``, a folder, a compact table, or a price list.

    >>> len(open_table("vendored").unwrap().table.rows) > 1000
    True
    >>> open_table("no-such-file.json").failure().code
    'price_source_unreadable'
    """
    path = Path(DATA if source == VENDORED else source)
    if path.is_dir() or path.name == TABLE_FILE:
        loaded = load_folder(path) if path.is_dir() else load_from(path)
        return loaded if isinstance(loaded, Failure) else Success(Opened(loaded.unwrap()))
    fetched = fetch(source)
    if isinstance(fetched, Failure):
        return fetched
    made = compacted(fetched.unwrap(), clock.utc_now()[: len("2026-01-31")])
    if isinstance(made, Failure):
        return made
    return Success(Opened(made.unwrap().table, made.unwrap().findings))
