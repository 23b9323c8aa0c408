"""How a model's rates are found.

Rules:
1. A model is found by its exact name, or by an alias that the overlay declares. Nothing follows
   from a prefix, a date or a likeness; an error proposes names that are near.
2. A row of the configuration wins, whole, where it states input and output; a half row is treated
   as absent. It is never completed from elsewhere. One of the name itself goes before one of the
   model that the name is an alias of.
3. Else the overlay's cells of the time of the call stand over the price list's row, cell by cell.
   A model that only the overlay knows is priced from its cells alone.
4. The price list is looked up for a model with a colon: the provider-qualified keys
   ``PROVIDER/ID`` in the order of ``providers.qualified_keys``, then the bare key ``ID``. A row
   that states input and output goes before one that states only other prices.
5. A bare row counts only when the provider that the table states for it is the one asked for or a
   declared alias of it (deviation D9): ``ollama:gpt-4o`` is not OpenAI's.
6. A model without a colon is nobody's: it is looked up in the configuration and the overlay only.
   Where the list has it from several providers, it is ambiguous, and they are named.
7. Without a time, the overlay's periods that have no end count, and the cost notes
   ``period_assumed``.
"""

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Final, NamedTuple, TypeAlias

from attrs import frozen

from mimir.core.instant import Instant, sortable
from mimir.core.money import FEMTODOLLARS_PER_PICODOLLAR
from mimir.core.pricing.book import NO_OVERLAY, Overlay, Period
from mimir.core.pricing.cost import source_order
from mimir.core.pricing.cube import Plane, RateCube
from mimir.core.pricing.dimensions import DIMENSIONS
from mimir.core.pricing.grid import RowFacts, Stated, cube_of
from mimir.core.pricing.near import AmbiguousModel, UnknownModel, unknown
from mimir.core.pricing.providers import ProviderAliases, is_provider, qualified_keys
from mimir.core.pricing.rates import KEYS, Rates, stated
from mimir.core.pricing.table import PriceTable, Row, Source
from mimir.core.pricing.terms import UnreadableTerm
from mimir.core.vocabulary import Model, split_provider

INPUT_FIELD: Final = "input_cost_per_token"
OUTPUT_FIELD: Final = "output_cost_per_token"

FindError: TypeAlias = UnknownModel | AmbiguousModel | UnreadableTerm
"""Why a model has no rates."""

_FIELDS: Final = {key: item.fields[0] for key, item in zip(KEYS, DIMENSIONS, strict=True)}


class Span(NamedTuple):
    """The rates of one model in one period: from ``since``, up to but not including ``until``."""

    since: str | None
    until: str | None
    cube: RateCube


class ModelRates(NamedTuple):
    """The rates of one model: ``current`` without a time, ``spans`` by time.

    ``plain`` is the one plane of every standard call without a time, ``None`` where that depends on
    the context or the hour. ``dated`` is the day of the price list that the rates come from, empty
    if from none.
    """

    current: RateCube
    plain: Plane | None
    dated: str = ""
    spans: tuple[Span, ...] = ()

    def at(self, moment: Instant | None) -> RateCube:
        """Return the rates of a time.

        A time in no span is in a period of no overlay cells, which is a span of its own.
        """
        if moment is None or not self.spans:
            return self.current
        text = sortable(moment)
        return next(
            span.cube
            for span in self.spans
            if (span.since is None or span.since <= text)
            and (span.until is None or text < span.until)
        )


@frozen
class Prices:
    """Everything that a look-up reads. Do not change the mappings after the fact."""

    config: Mapping[Model, Rates]
    table: PriceTable
    aliases: ProviderAliases
    overlay: Overlay = NO_OVERLAY

    def find(self, model: str) -> ModelRates | FindError:
        """Find the rates of ``model`` by the rules above."""
        return find(model, self)


def find(model: str, prices: Prices) -> ModelRates | FindError:
    """Find the rates of ``model`` by the rules above.

    >>> from mimir.core.pricing.table import EMPTY
    >>> config = {Model("house:small"): Rates(input=2, output=3)}
    >>> found = find("house:small", Prices(config, EMPTY, ProviderAliases()))
    >>> found.current.cell("output_tokens").rate
    3000
    """
    asked = Model(model)
    named = prices.overlay.aliases.get(asked, asked)
    for name in (asked, named):
        row = prices.config.get(name)
        if row is not None and row.is_complete:
            cube = cube_of(RowFacts(asked, "", name, _configured(row), {}, ()))
            return cube if isinstance(cube, UnreadableTerm) else _rates(cube)
    found = listed(named, prices)
    periods = prices.overlay.periods.get(named, ())
    if found is None and not periods:
        return unknown(model, prices.table, prices.aliases)
    return _dated(_Layers(asked, named, found, prices.table.source, periods, prices.overlay.source))


def listed(model: str, prices: Prices) -> tuple[str, Row] | None:
    """Find the row of the price table that counts for ``model``, with its key.

    >>> from mimir.core.pricing.table import EMPTY
    >>> listed("openai:gpt-4o", Prices({}, EMPTY, ProviderAliases())) is None
    True
    """
    half: tuple[str, Row] | None = None
    for key, row in _candidates(model, prices):
        if INPUT_FIELD in row.prices and OUTPUT_FIELD in row.prices:
            return key, row
        if half is None and row.prices:
            half = key, row
    return half


def _candidates(model: str, prices: Prices) -> Iterator[tuple[str, Row]]:
    provider, model_id = split_provider(model)
    if provider is None:
        return
    rows = prices.table.rows
    for key in qualified_keys(provider, model_id, prices.aliases):
        row = rows.get(key)
        if row is not None:
            yield key, row
    row = rows.get(model_id)
    if row is not None and is_provider(provider, row.provider, prices.aliases):
        yield model_id, row


class _Layers(NamedTuple):
    """What stands over what: the price list's row, and the overlay's periods."""

    asked: Model
    named: Model
    found: tuple[str, Row] | None
    listed_in: Source
    periods: tuple[Period, ...]
    stated_in: Source

    def cube(self, periods: tuple[Period, ...]) -> RateCube | UnreadableTerm:
        """Make the cube of the row with the cells of some periods over it."""
        key, row = (str(self.named), Row("")) if self.found is None else self.found
        prices = {path: Stated(rate, path, "price_list", key) for path, rate in row.prices.items()}
        terms = dict(row.terms)
        for period in periods:
            for path, rate in period.prices.items():
                prices[path] = Stated(rate, path, "overlay", self.named)
            terms.update(period.terms)
        sources = [self.listed_in] if self.found else []
        sources += [self.stated_in] if periods else []
        sources.sort(key=source_order)
        provider = row.provider if self.found else split_provider(self.named).provider or ""
        return cube_of(RowFacts(self.asked, provider, key, prices, terms, tuple(sources)))


def _dated(layers: _Layers) -> ModelRates | UnreadableTerm:
    dated = layers.listed_in.date if layers.found else ""
    current = layers.cube(tuple(item for item in layers.periods if item.until is None))
    ends = {end for item in layers.periods for end in (item.since, item.until) if end is not None}
    if isinstance(current, UnreadableTerm) or not ends:
        return current if isinstance(current, UnreadableTerm) else _rates(current, dated)
    bounds = (None, *sorted(ends), None)
    spans: list[Span] = []
    for since, until in pairwise(bounds):
        cube = layers.cube(tuple(item for item in layers.periods if _covers(item, since)))
        if isinstance(cube, UnreadableTerm):
            return cube
        spans.append(Span(since, until, cube))
    return _rates(current, dated, tuple(spans))


def _rates(cube: RateCube, dated: str = "", spans: tuple[Span, ...] = ()) -> ModelRates:
    plain = None if cube.varies() else cube.planes["standard", None]
    if plain is not None and spans:
        plain = plain.noted("period_assumed")
    return ModelRates(cube, plain, dated, spans)


def _covers(period: Period, moment: str | None) -> bool:
    if moment is None:
        return period.since is None
    started = period.since is None or period.since <= moment
    return started and (period.until is None or moment < period.until)


def _configured(rates: Rates) -> dict[str, Stated]:
    return {
        _FIELDS[key]: Stated(rate * FEMTODOLLARS_PER_PICODOLLAR, key, "config", None)
        for key, rate in stated(rates).items()
    }
