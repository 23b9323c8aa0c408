"""The declared names of providers on disk: what a refresh writes into the price table.

Rules:
1. ``providers.toml`` is the one place where a name is declared. ``prices refresh`` writes the names
   into the table, so that pricing reads one file.
2. A file that is missing, no TOML, or no table of names is a typed error, never no names.
"""

import tomllib
from pathlib import Path
from typing import Final

from mimir.core.outcome import Failure, Outcome
from mimir.core.pricing import providers
from mimir.core.pricing.providers import ProviderAliases
from mimir.core.pricing.table import PriceTableError, PriceTableUnusable
from mimir.shell.prices import DATA, read_file

ALIASES_FILE: Final = Path(DATA, "providers.toml")
"""The vendored names."""


def load(path: Path = ALIASES_FILE) -> Outcome[ProviderAliases, PriceTableError]:
    """Read the provider names: a TOML file with the table ``providers``.

    >>> load().unwrap().names["google"]
    ('gemini',)
    """
    content = read_file(path, "provider list")
    if isinstance(content, Failure):
        return content
    try:
        raw: object = tomllib.loads(content.unwrap().decode("utf-8")).get("providers")
    except (ValueError, RecursionError):
        return Failure(PriceTableUnusable("damaged", f"{path.name} is no TOML", "provider list"))
    return providers.parse(raw)
