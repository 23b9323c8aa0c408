"""What a call costs: the look-up of a model's rates, and exact amounts from them.

Rules:
1. A row of the configuration wins where it states both rates; a half row is treated as absent.
2. Then the price table, for a model with a colon: the provider-qualified keys
   ``PROVIDER/ID`` in the order of ``providers.qualified_keys``, then the bare key ``ID``. A model
   without a colon is looked up in the configuration only.
3. A bare row counts only when the provider that the table states for it is the one asked for or a
   declared alias of it (deviation D9): ``ollama:gpt-4o`` is not OpenAI's.
4. A row of the table counts when it states ``input_cost_per_token`` and ``output_cost_per_token``.
   A rate that is no whole number of femtodollars is an error that names it; it is never rounded.
5. An amount is exact: rate times count, summed in femtodollars. Microdollars are derived from it
   once, half to even (deviation D10).
6. Negative counts are an error (deviation D15). Metering turns every error into 0, beside it.
"""

from collections.abc import Mapping
from typing import ClassVar, Final, Literal, TypeAlias

from attrs import frozen

from mimir.core.fields import field_name
from mimir.core.money import FEMTODOLLARS_PER_PICODOLLAR, Femtodollars, to_microdollars
from mimir.core.outcome import Failure, Outcome, Success
from mimir.core.pricing.providers import ProviderAliases, is_provider, qualified_keys
from mimir.core.pricing.rates import Rates
from mimir.core.pricing.table import PriceTable, Row
from mimir.core.pricing.usage import COUNTS, Usage
from mimir.core.vocabulary import Model, split_provider

QuoteSource: TypeAlias = Literal["config", "price_list"]
"""Where a quote's rates come from."""

INPUT_FIELD: Final = "input_cost_per_token"
OUTPUT_FIELD: Final = "output_cost_per_token"


@frozen
class Quote:
    """The rates of one model, complete: ``input`` and ``output`` in picodollars per token.

    ``key`` is the price list's own key of the row, ``None`` for a configured row. ``rest`` is what
    the two rates have beyond whole picodollars, in femtodollars (0 to 999); ``None`` is nothing.
    """

    model: Model
    input: int
    output: int
    source: QuoteSource
    key: str | None
    rest: tuple[int, int] | None = None

    @property
    def rates(self) -> Rates:
        """The rates in microdollars per million tokens, without ``rest``."""
        return Rates(input=self.input, output=self.output)


@frozen
class Prices:
    """Everything that a look-up reads. Do not change the mappings after the fact."""

    config: Mapping[Model, Rates]
    table: PriceTable
    aliases: ProviderAliases


@frozen
class Cost:
    """An exact amount, with the quote and the usage that it can be computed from again."""

    femtodollars: Femtodollars
    quote: Quote
    usage: Usage

    @property
    def microdollars(self) -> int:
        """The amount in whole microdollars, half to even."""
        return to_microdollars(self.femtodollars)


@frozen
class UnknownModel:
    """No row states both rates of the model. ``model`` is a scrubbed, bounded excerpt."""

    model: str
    code: ClassVar[Literal["unknown_model"]] = "unknown_model"

    @property
    def message(self) -> str:
        """What was not found."""
        return f'no price for model "{self.model}": neither a configured nor a listed row has one'


@frozen
class NegativeUsage:
    """A count below zero; ``field`` is its name."""

    field: str
    code: ClassVar[Literal["negative_usage"]] = "negative_usage"

    @property
    def message(self) -> str:
        """Which count is negative."""
        return f"{self.field} is negative"


@frozen
class InexactRate:
    """A listed rate that is no whole number of femtodollars; ``rate`` is its exact text."""

    key: str
    field: str
    rate: str
    code: ClassVar[Literal["inexact_rate"]] = "inexact_rate"

    @property
    def message(self) -> str:
        """Which rate cannot be counted in."""
        where = f'{self.field} of price-list row "{self.key}"'
        return f"{where} is {self.rate} femtodollars, no whole number"


PricingError: TypeAlias = UnknownModel | NegativeUsage | InexactRate
"""Why something has no price."""


def look_up(model: str, prices: Prices) -> Outcome[Quote, PricingError]:
    """Find the rates of ``model`` by rules 1 to 4.

    Errors: ``UnknownModel``, and ``InexactRate`` for a listed row that cannot be counted with.

    >>> from mimir.core.pricing.table import EMPTY
    >>> config = {Model("house:small"): Rates(input=2, output=3)}
    >>> look_up("house:small", Prices(config, EMPTY, ProviderAliases())).unwrap().source
    'config'
    """
    row = prices.config.get(Model(model))
    if row is not None and row.input is not None and row.output is not None:
        return Success(Quote(Model(model), row.input, row.output, "config", None))
    found = listed(model, prices)
    return Failure(UnknownModel(field_name(model))) if found is None else _quote(model, *found)


def listed(model: str, prices: Prices) -> tuple[str, Row] | None:
    """Find the row of the price table that counts for ``model``, with its key.

    >>> from mimir.core.pricing.table import EMPTY
    >>> listed("openai:gpt-4o", Prices({}, EMPTY, ProviderAliases())) is None
    True
    """
    provider, model_id = split_provider(model)
    if provider is None:
        return None
    rows = prices.table.rows
    for key in qualified_keys(provider, model_id, prices.aliases):
        row = rows.get(key)
        if row is not None and _states_both(row):
            return key, row
    row = rows.get(model_id)
    if row is None or not _states_both(row):
        return None
    return (model_id, row) if is_provider(provider, row.provider, prices.aliases) else None


def amount(quote: Quote, usage: Usage) -> Femtodollars:
    """Return rate times count, exactly; ``usage`` is not checked.

    >>> quote = Quote(Model("p:m"), 2, 3, "config", None)
    >>> amount(quote, Usage(input_tokens=10, output_tokens=1))
    23000
    """
    whole = quote.input * usage.input_tokens + quote.output * usage.output_tokens
    total = whole * FEMTODOLLARS_PER_PICODOLLAR
    if quote.rest is not None:
        total += quote.rest[0] * usage.input_tokens + quote.rest[1] * usage.output_tokens
    return Femtodollars(total)


def price_quote(quote: Quote, usage: Usage) -> Outcome[Cost, PricingError]:
    """Price ``usage`` at the rates of ``quote``; a negative count is ``NegativeUsage``.

    >>> quote = Quote(Model("p:m"), 2_500_000, 10_000_000, "config", None)
    >>> price_quote(quote, Usage(input_tokens=1_000)).unwrap().microdollars
    2500
    """
    if usage.input_tokens < 0:
        return Failure(NegativeUsage(COUNTS[0]))
    if usage.output_tokens < 0:
        return Failure(NegativeUsage(COUNTS[1]))
    return Success(Cost(amount(quote, usage), quote, usage))


def price(model: str, usage: Usage, prices: Prices) -> Outcome[Cost, PricingError]:
    """Price ``usage`` of ``model``: ``look_up`` and ``price_quote``, with their errors.

    >>> from mimir.core.pricing.table import EMPTY
    >>> price("nobody:none", Usage(), Prices({}, EMPTY, ProviderAliases())).failure().code
    'unknown_model'
    """
    quote = look_up(model, prices)
    return quote if isinstance(quote, Failure) else price_quote(quote.unwrap(), usage)


def meter(model: str, usage: Usage, prices: Prices) -> tuple[int, PricingError | None]:
    """Return the microdollars of a call; 0 with the error beside it for what has no price.

    >>> from mimir.core.pricing.table import EMPTY
    >>> meter("nobody:none", Usage(), Prices({}, EMPTY, ProviderAliases()))
    (0, UnknownModel(model='nobody:none'))
    """
    cost = price(model, usage, prices)
    if isinstance(cost, Failure):
        return 0, cost.failure()
    return cost.unwrap().microdollars, None


def cost_microdollars(model: str, usage: Usage, prices: Prices) -> int:
    """Return the first item of ``meter``: 0 for what has no price."""
    return meter(model, usage, prices)[0]


def _states_both(row: Row) -> bool:
    return INPUT_FIELD in row.prices and OUTPUT_FIELD in row.prices


def _quote(model: str, key: str, row: Row) -> Outcome[Quote, PricingError]:
    given, taken = row.prices[INPUT_FIELD], row.prices[OUTPUT_FIELD]
    if isinstance(given, str):
        return Failure(InexactRate(key, INPUT_FIELD, given))
    if isinstance(taken, str):
        return Failure(InexactRate(key, OUTPUT_FIELD, taken))
    given, given_rest = divmod(given, FEMTODOLLARS_PER_PICODOLLAR)
    taken, taken_rest = divmod(taken, FEMTODOLLARS_PER_PICODOLLAR)
    rest = (given_rest, taken_rest) if given_rest or taken_rest else None
    return Success(Quote(Model(model), given, taken, "price_list", key, rest))
