"""The dated price book: what an overlay is. How it is read is in ``book_parse``.

Rules:
1. An overlay's rates stand over the price list's, cell by cell; what it does not state falls
   through. A row of the configuration stays whole, whatever an overlay states.
2. A period holds from its ``since`` up to but not including its ``until``.
3. Two periods of a model that hold at one time do not state the same field.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

from attrs import field, frozen

from mimir.core.pricing.table import Source
from mimir.core.vocabulary import Model


class Period(NamedTuple):
    """Rates that hold from ``since``, up to but not including ``until``.

    Both are UTC with all six decimals, so that texts compare as their times do. ``prices`` are
    femtodollars per unit by field; ``terms`` are text by field.
    """

    since: str | None
    until: str | None
    prices: Mapping[str, int]
    terms: Mapping[str, str]


@frozen
class Overlay:
    """A price book: its source, the periods of each model, and the aliases of models."""

    source: Source
    periods: Mapping[Model, tuple[Period, ...]] = field(factory=dict[Model, tuple[Period, ...]])
    aliases: Mapping[Model, Model] = field(factory=dict[Model, Model])


NO_OVERLAY: Final = Overlay(Source("none", "none", "none", "none", "none"))
"""The price book that states nothing."""
