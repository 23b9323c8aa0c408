"""The dated price book."""

from collections.abc import Mapping
from typing import Final

from attrs import frozen

from mimir.core.pricing.table import Source
from mimir.core.vocabulary import Model


@frozen
class Period:
    since: str | None
    until: str | None
    prices: Mapping[str, int | str]
    terms: Mapping[str, str]


@frozen
class Overlay:
    source: Source
    periods: Mapping[Model, tuple[Period, ...]]
    aliases: Mapping[Model, Model]


NO_OVERLAY: Final = Overlay(Source("none", "none", "none", "none", "none"), {}, {})
