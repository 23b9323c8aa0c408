"""Quotes: what the oracle projects costs with agrees with what a call is priced at."""

import pytest

from mimir.core.pricing.cost import MissingRate
from mimir.core.pricing.cube import InexactRate
from mimir.core.pricing.find import Prices
from mimir.core.pricing.near import AmbiguousModel
from mimir.core.pricing.price import price
from mimir.core.pricing.providers import ProviderAliases
from mimir.core.pricing.quote import Quote, QuoteStep, amount, look_up
from mimir.core.pricing.rates import Rates
from mimir.core.pricing.table import EMPTY, PriceTable, Row
from mimir.core.pricing.usage import Usage
from mimir.core.vocabulary import Model
from mimir.shell import prices as shelf

INPUT, OUTPUT = "input_cost_per_token", "output_cost_per_token"


def row(provider: str, given: int | str = 1_000, taken: int | str = 2_000) -> Row:
    """A row with both prices per token, in femtodollars."""
    return Row(provider, prices={INPUT: given, OUTPUT: taken})


def prices(rows: dict[str, Row]) -> Prices:
    """Prices of a made-up list."""
    aliases = ProviderAliases({"vertex": ("vertex_ai", "vertex_ai-*"), "google": ("gemini",)})
    return Prices({}, PriceTable(EMPTY.source, rows), aliases)


@pytest.mark.parametrize(
    ("given", "taken", "field"),
    [("1.5", 2, INPUT), (1, "1.5", OUTPUT)],
)
def test_a_quote_of_a_rate_that_is_not_whole_is_an_error_by_its_name(
    given: int | str, taken: int | str, field: str
) -> None:
    error = look_up("p:m", prices({"p/m": row("p", given, taken)})).failure()
    assert error == InexactRate("p/m", field, "1.5")
    assert (error.code, field in error.message) == ("inexact_rate", True)


def test_a_quote_of_half_a_row_is_a_missing_rate() -> None:
    half = prices({"p/m": Row("p", prices={INPUT: 1})})
    error = look_up("p:m", half).failure()
    assert error == MissingRate("p:m", "output_tokens", "standard", None)


def test_what_a_rate_has_beyond_picodollars_is_priced_too() -> None:
    quote = look_up("p:m", prices({"p/m": row("p", 1_500, 2_000)})).unwrap()
    assert (quote.input, quote.output, quote.rest) == (1, 2, (500, 0))
    assert amount(quote, Usage(input_tokens=3, output_tokens=1)) == 6_500
    assert look_up("p:m", prices({"p/m": row("p", 0, 1)})).unwrap().rest == (0, 1)


def test_a_quote_shows_its_rates() -> None:
    quote = Quote(Model("p:m"), 7, 8, "config", None)
    assert quote.rates == Rates(input=7, output=8)


@pytest.mark.parametrize("provider", ["p", "xai"])
def test_a_quote_steps_where_the_context_tier_does(provider: str) -> None:
    cells = {INPUT: 1_000, OUTPUT: 2_000, f"{INPUT}_above_200k_tokens": 5_000}
    cells[f"{OUTPUT}_above_200k_tokens"] = 7_000
    rows = {f"{provider}/m": Row(provider, prices=cells)}
    quote = look_up(f"{provider}:m", prices(rows)).unwrap()
    edge = 200_000 - (provider == "xai")
    assert quote.above == (QuoteStep(edge, 5_000, 7_000),)
    assert amount(quote, Usage(input_tokens=edge, output_tokens=1)) == edge * 1_000 + 2_000
    assert amount(quote, Usage(input_tokens=edge + 1)) == (edge + 1) * 5_000


def test_a_context_tier_without_a_rate_has_no_price_and_never_that_of_a_lower_one() -> None:
    cells = {INPUT: 1_000, OUTPUT: 2_000, f"{INPUT}_above_200k_tokens": 5_000}
    quote = look_up("p:m", prices({"p/m": Row("p", prices=cells)})).unwrap()
    assert quote.above == (QuoteStep(200_000, 5_000, None),)
    assert amount(quote, Usage(input_tokens=200_001)) == 200_001 * 5_000
    assert amount(quote, Usage(input_tokens=200_001, output_tokens=1)) is None
    assert amount(quote, Usage(input_tokens=200_000, output_tokens=1)) == 200_000 * 1_000 + 2_000


def test_past_the_last_range_there_is_no_price() -> None:
    row = Row(
        "p",
        prices={f"tiered_pricing[0].{INPUT}": 1_000, f"tiered_pricing[0].{OUTPUT}": 2_000},
        terms={"tiered_pricing[0].range[0]": "0", "tiered_pricing[0].range[1]": "100"},
    )
    quote = look_up("p:m", prices({"p/m": row})).unwrap()
    assert amount(quote, Usage(input_tokens=100)) == 100_000
    assert amount(quote, Usage(input_tokens=101)) is None


def test_a_quote_of_a_listed_row_names_its_key() -> None:
    quote = look_up("p:m", prices({"p/m": row("p")})).unwrap()
    assert quote == Quote(Model("p:m"), 1, 2, "price_list", "p/m")


def test_a_quote_of_what_cannot_be_found_is_the_same_error() -> None:
    rows = {"a/m": row("a"), "b/m": row("b")}
    assert look_up("m", prices(rows)).failure() == AmbiguousModel("m", ("a:m", "b:m"))


def test_a_quote_takes_the_highest_step_that_the_input_is_above() -> None:
    steps = (QuoteStep(10, 2_000, 20_000), QuoteStep(20, 3_000, 30_000))
    quote = Quote(Model("p:m"), 1, 10, "config", None, None, steps)
    amounts = {n: amount(quote, Usage(input_tokens=n, output_tokens=1)) for n in (10, 11, 20, 21)}
    assert amounts == {10: 20_000, 11: 42_000, 20: 60_000, 21: 93_000}


def test_output_chooses_no_step() -> None:
    quote = Quote(Model("p:m"), 1, 1, "config", None, None, (QuoteStep(10, 9_000, 9_000),))
    assert amount(quote, Usage(output_tokens=11)) == 11_000


@pytest.mark.parametrize(
    "model",
    [
        "openai:gpt-4o",
        "openai:gpt-5.4",
        "anthropic:claude-sonnet-4-5",
        "gemini:gemini-2.5-pro",
        "xai:grok-4.5",
        "dashscope:qwen-plus",
        "deepseek:deepseek-chat",
    ],
)
def test_a_quote_is_what_a_plain_call_costs_on_both_sides_of_every_threshold(model: str) -> None:
    book = shelf.prices().unwrap()
    quote = look_up(model, book).unwrap()
    edges = [step.above for step in quote.above]
    for tokens in (0, 1, 1_000, *edges, *(edge + 1 for edge in edges)):
        used = Usage(input_tokens=tokens, output_tokens=321)
        assert amount(quote, used) == price(model, used, book).unwrap().femtodollars
