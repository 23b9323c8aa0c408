"""How a model's rates are found and amounts are made of them."""

import pytest

from mimir.core.pricing.price import (
    Cost,
    InexactRate,
    NegativeUsage,
    Prices,
    Quote,
    UnknownModel,
    amount,
    cost_microdollars,
    listed,
    look_up,
    meter,
    price,
    price_quote,
)
from mimir.core.pricing.providers import ProviderAliases
from mimir.core.pricing.rates import Rates
from mimir.core.pricing.table import EMPTY, PriceTable, Row
from mimir.core.pricing.usage import Usage
from mimir.core.vocabulary import Model

PICO = 1000


def row(provider: str, given: int | str = 1 * PICO, taken: int | str = 2 * PICO) -> Row:
    """A row with both prices per token, in femtodollars."""
    return Row(provider, prices={"input_cost_per_token": given, "output_cost_per_token": taken})


def prices(rows: dict[str, Row], config: dict[str, Rates] | None = None) -> Prices:
    """Prices of a made-up list."""
    aliases = ProviderAliases({"vertex": ("vertex_ai", "vertex_ai-*"), "google": ("gemini",)})
    own = {Model(model): rates for model, rates in (config or {}).items()}
    return Prices(own, PriceTable(EMPTY.source, rows), aliases)


def key(model: str, rows: dict[str, Row]) -> str | None:
    """The key under which a model is found."""
    found = listed(model, prices(rows))
    return None if found is None else found[0]


def test_a_configured_row_wins_over_the_list() -> None:
    world = prices({"p/m": row("p")}, {"p:m": Rates(input=7, output=8)})
    assert look_up("p:m", world).unwrap() == Quote(Model("p:m"), 7, 8, "config", None)


@pytest.mark.parametrize("half", [Rates(input=7), Rates(output=7), Rates()])
def test_a_half_configured_row_is_as_good_as_absent(half: Rates) -> None:
    world = prices({"p/m": row("p")}, {"p:m": half})
    assert look_up("p:m", world).unwrap() == Quote(Model("p:m"), 1, 2, "price_list", "p/m")


def test_a_qualified_key_wins_over_a_bare_one() -> None:
    assert key("p:m", {"m": row("p"), "p/m": row("p")}) == "p/m"


def test_an_alias_is_tried_as_a_qualified_key_before_the_bare_one() -> None:
    assert key("google:m", {"m": row("gemini"), "gemini/m": row("gemini")}) == "gemini/m"


def test_a_bare_row_counts_for_its_own_provider() -> None:
    assert key("openai:gpt-4o", {"gpt-4o": row("openai")}) == "gpt-4o"


def test_a_bare_row_counts_for_a_declared_alias() -> None:
    assert key("vertex:gemini", {"gemini": row("vertex_ai-language-models")}) == "gemini"


def test_a_bare_row_of_another_provider_does_not_count() -> None:
    assert key("ollama:gpt-4o", {"gpt-4o": row("openai")}) is None


def test_a_qualified_key_of_another_provider_is_no_bare_key() -> None:
    assert key("openai:ollama/llama3", {"ollama/llama3": row("ollama")}) is None


def test_a_model_without_a_colon_is_never_taken_from_the_list() -> None:
    rows = {"gpt-4o": row("openai")}
    assert key("gpt-4o", rows) is None
    assert (
        look_up("gpt-4o", prices(rows, {"gpt-4o": Rates(input=1, output=1)})).unwrap().key is None
    )


def test_only_the_first_colon_splits() -> None:
    assert key("bedrock:a.b-v1:0", {"a.b-v1:0": row("bedrock")}) == "a.b-v1:0"


@pytest.mark.parametrize("lost", ["input_cost_per_token", "output_cost_per_token"])
def test_a_half_listed_row_is_as_good_as_absent(lost: str) -> None:
    half = Row("p", prices={name: 1 for name in row("p").prices if name != lost})
    assert key("p:m", {"p/m": half, "m": row("p")}) == "m"
    assert key("p:m", {"m": half}) is None


@pytest.mark.parametrize("model", ["", ":", "p:", ":m", "nobody:none", "p:m "])
def test_a_model_that_no_row_is_for_is_unknown(model: str) -> None:
    error = look_up(model, prices({"m": row("p"), "p/m": row("p")})).failure()
    assert isinstance(error, UnknownModel)
    assert error.code == "unknown_model"
    assert error.message.startswith("no price for model")


def test_a_secret_in_a_model_is_not_quoted() -> None:
    secret = "sk-" + "a1B2" * 10
    error = look_up(f"openai:{secret}", prices({})).failure()
    assert secret not in repr(error) + error.message


@pytest.mark.parametrize(
    ("given", "taken", "field"),
    [("1.5", 2, "input_cost_per_token"), (1, "1.5", "output_cost_per_token")],
)
def test_a_rate_that_is_not_whole_is_an_error_by_its_name(
    given: int | str, taken: int | str, field: str
) -> None:
    error = look_up("p:m", prices({"p/m": row("p", given, taken)})).failure()
    assert error == InexactRate("p/m", field, "1.5")
    assert error.code == "inexact_rate"
    assert field in error.message
    assert "1.5 femtodollars" in error.message


def test_what_a_rate_has_beyond_picodollars_is_priced_too() -> None:
    quote = look_up("p:m", prices({"p/m": row("p", 1_500, 2_000)})).unwrap()
    assert (quote.input, quote.output, quote.rest) == (1, 2, (500, 0))
    assert amount(quote, Usage(input_tokens=3, output_tokens=1)) == 6_500
    assert look_up("p:m", prices({"p/m": row("p", 0, 1)})).unwrap().rest == (0, 1)


def test_a_quote_shows_its_rates() -> None:
    quote = Quote(Model("p:m"), 7, 8, "config", None)
    assert quote.rates == Rates(input=7, output=8)


def test_a_cost_can_be_computed_again_from_what_it_holds() -> None:
    usage = Usage(input_tokens=1_234, output_tokens=567)
    cost = price("p:m", usage, prices({}, {"p:m": Rates(input=2_500_000, output=10_000_000)}))
    made = cost.unwrap()
    assert made == Cost(amount(made.quote, made.usage), made.quote, usage)
    assert made.femtodollars == (1_234 * 2_500_000 + 567 * 10_000_000) * PICO
    assert made.microdollars == 8_755


@pytest.mark.parametrize(("tokens", "microdollars"), [(1, 0), (2, 1), (3, 2), (5, 2), (7, 4)])
def test_the_sum_is_rounded_once_half_to_even(tokens: int, microdollars: int) -> None:
    quote = Quote(Model("p:m"), 250_000, 250_000, "config", None)
    usage = Usage(input_tokens=tokens, output_tokens=tokens)
    assert price_quote(quote, usage).unwrap().microdollars == microdollars


@pytest.mark.parametrize(
    ("usage", "field"),
    [
        (Usage(input_tokens=-1, output_tokens=5), "input_tokens"),
        (Usage(input_tokens=5, output_tokens=-1), "output_tokens"),
    ],
)
def test_negative_usage_is_an_error_and_meters_as_nothing(usage: Usage, field: str) -> None:
    world = prices({"p/m": row("p")})
    error = price("p:m", usage, world).failure()
    assert error == NegativeUsage(field)
    assert (error.code, error.message) == ("negative_usage", f"{field} is negative")
    assert meter("p:m", usage, world) == (0, error)


def test_metering_gives_the_amount_or_zero_with_the_reason() -> None:
    world = prices({"p/m": row("p", 10**9, 0)})
    usage = Usage(input_tokens=4)
    assert meter("p:m", usage, world) == (4, None)
    assert cost_microdollars("p:m", usage, world) == 4
    assert meter("q:m", usage, world) == (0, UnknownModel("q:m"))
    assert cost_microdollars("q:m", usage, world) == 0
