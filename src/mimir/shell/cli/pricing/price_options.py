"""What ``price`` and ``cost`` have in common: where the prices come from, and how errors read.

Rules:
1. A row of the file given with ``--prices`` wins over the overlay, the overlay's cells over the
   price table's.
2. A file that cannot be used is bad input: the message names it and the field.
"""

import argparse
from collections.abc import Mapping
from typing import Final, TypeAlias, get_args

from mimir.core.fields import InvalidField
from mimir.core.outcome import Failure, Outcome, Success
from mimir.core.pricing import rates
from mimir.core.pricing.book import NO_OVERLAY, Overlay
from mimir.core.pricing.cost import Note
from mimir.core.pricing.find import Prices
from mimir.core.pricing.price import OnMissing
from mimir.core.pricing.rates import Rates
from mimir.core.pricing.table import PriceTableError
from mimir.core.vocabulary import Model
from mimir.shell import price_book
from mimir.shell import prices as price_tables
from mimir.shell.cli import files
from mimir.shell.cli.files import FileRefused
from mimir.shell.cli.pricing.usage_formats import FORMATS, OWN

OpenError: TypeAlias = FileRefused | PriceTableError
"""Why there are no prices."""

NOTES: Final[dict[Note, str]] = {
    "before_price_list": "a call is older than the price list; the rates may be younger",
    "period_assumed": "a model has dated rates and no time was given; open periods count",
    "peak_price_assumed": "a model has off-peak hours and no time was given; peak prices count",
    "no_uplift_stated": "a region was given that no uplift is stated for",
}
"""What a note of a cost means."""

_ON_MISSING: Final[tuple[OnMissing, ...]] = get_args(OnMissing)


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options that both commands take."""
    parser.add_argument(
        "--prices",
        "--rates",
        dest="prices",
        metavar="FILE",
        help="own rates, {model: {input, output, ...}} in microdollars per million, TOML or JSON",
    )
    parser.add_argument("--overlay", metavar="FILE", help="a dated price book, TOML")
    parser.add_argument(
        "--format",
        choices=tuple(FORMATS),
        default=OWN,
        metavar="FORM",
        help=f"the form of the usage; {OWN}, the default, is disjoint buckets, any other a"
        f" provider's own usage object: {', '.join(FORMATS)}",
    )
    parser.add_argument(
        "--on-missing",
        choices=_ON_MISSING,
        default="refuse",
        help="what to do about a count without a rate: refuse, or price the rest as a lower bound",
    )
    parser.add_argument("--json", action="store_true", help="print JSON")


def on_missing(word: str) -> OnMissing:
    """Return the choice that ``word`` names; the parser lets no other through."""
    return "partial" if word == "partial" else "refuse"


def open_prices(config_file: str | None, overlay_file: str | None) -> Outcome[Prices, OpenError]:
    """Open the vendored table with the files of the user before it."""
    config = _config(config_file)
    if isinstance(config, Failure):
        return config
    overlay: Outcome[Overlay, PriceTableError] = Success(NO_OVERLAY)
    if overlay_file is not None:
        overlay = price_book.load(overlay_file)
    if isinstance(overlay, Failure):
        return overlay
    return price_tables.prices(config.unwrap(), overlay.unwrap())


def said(error: OpenError | InvalidField) -> str:
    """Write an error as one line, the field first."""
    return error.line if isinstance(error, InvalidField) else error.message


def _config(path: str | None) -> Outcome[Mapping[Model, Rates], FileRefused]:
    if path is None:
        return Success({})
    raw = files.read_data(path, files.TABLE_MAX_BYTES)
    if isinstance(raw, Failure):
        return raw
    config = rates.parse_config(raw.unwrap())
    if isinstance(config, Failure):
        return Failure(FileRefused(files.shown(path), said(config.failure())))
    return Success(config.unwrap())
