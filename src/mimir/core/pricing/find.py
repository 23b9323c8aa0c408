"""How a model's rates are found.

Rules:
1. A model is found by its exact name, or by an alias that the overlay declares. Nothing follows
   from a prefix, a date or a likeness; an error proposes names that are near.
2. A row of the configuration wins, whole, where it states input and output; a half row is treated
   as absent. It is never completed from elsewhere. One of the name itself goes before one of the
   model that the name is an alias of.
3. Else the overlay's cells of the time of the call stand over the price list's row, cell by cell;
   those of an alias over those of the model that it names. A list that the overlay states (ranges,
   hours) stands for the whole list of that name. A model that only the overlay knows is priced from
   its cells alone, by the rules of the provider that its name declares.
4. The price list is looked up for a model with a colon: the provider-qualified keys
   ``PROVIDER/ID`` in the order of ``providers.qualified_keys``, then the bare key ``ID``. A row
   that states input and output goes before one that states only other prices.
5. A bare row counts only when the provider that the table states for it is the one asked for or a
   declared alias of it (deviation D9): ``ollama:gpt-4o`` is not OpenAI's.
6. A model without a colon is nobody's: it is looked up in the configuration and the overlay only.
   Where the list has it from several providers, it is ambiguous, and they are named.
7. What stands over what, and when, is in ``layers``.
"""

from collections.abc import Iterator, Mapping
from typing import Final, TypeAlias

from attrs import frozen

from mimir.core.money import FEMTODOLLARS_PER_PICODOLLAR
from mimir.core.pricing.book import NO_OVERLAY, Overlay
from mimir.core.pricing.dimensions import DIMENSIONS
from mimir.core.pricing.grid import RowFacts, Stated, cube_of
from mimir.core.pricing.layers import Layers, ModelRates, Named, dated_rates, undated_rates
from mimir.core.pricing.near import AmbiguousModel, UnknownModel, unknown
from mimir.core.pricing.providers import ProviderAliases, is_provider, qualified_keys
from mimir.core.pricing.rates import KEYS, Rates, stated
from mimir.core.pricing.table import PriceTable, Row
from mimir.core.pricing.terms import UnreadableTerm
from mimir.core.vocabulary import Model, split_provider

INPUT_FIELD: Final = "input_cost_per_token"
OUTPUT_FIELD: Final = "output_cost_per_token"

FindError: TypeAlias = UnknownModel | AmbiguousModel | UnreadableTerm
"""Why a model has no rates."""

_FIELDS: Final = {key: item.fields[0] for key, item in zip(KEYS, DIMENSIONS, strict=True)}


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
            return cube if isinstance(cube, UnreadableTerm) else undated_rates(cube)
    found = listed(named, prices)
    of_each = [
        (name, prices.overlay.periods.get(name, ())) for name in dict.fromkeys((named, asked))
    ]
    periods = tuple((name, period) for name, periods in of_each for period in periods)
    if found is None and not periods:
        return unknown(model, prices.table, prices.aliases)
    return dated_rates(_layers(asked, named, found, periods, prices))


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


def _layers(
    asked: Model,
    named: Model,
    found: tuple[str, Row] | None,
    periods: tuple[Named, ...],
    prices: Prices,
) -> Layers:
    stated_in = prices.overlay.source
    if found is not None:
        key, row = found
        return Layers(asked, row.provider, key, row, periods, prices.table.source, stated_in)
    written = split_provider(named).provider or ""
    declared = prices.aliases.names.get(written, ())
    provider = next((name for name in declared if not name.endswith("*")), written)
    return Layers(asked, provider, named, Row(provider), periods, None, stated_in)


def _configured(rates: Rates) -> dict[str, Stated]:
    return {
        _FIELDS[key]: Stated(rate * FEMTODOLLARS_PER_PICODOLLAR, key, "config", None)
        for key, rate in stated(rates).items()
    }
