"""How a model's rates are found, and what an error proposes where they are not."""

import pytest

from mimir.core.pricing.cost import MissingRate
from mimir.core.pricing.cube import InexactRate
from mimir.core.pricing.find import ModelRates, Prices, listed
from mimir.core.pricing.near import NEAR_MAX, AmbiguousModel, UnknownModel
from mimir.core.pricing.providers import ProviderAliases
from mimir.core.pricing.quote import Quote, QuoteStep, amount, look_up
from mimir.core.pricing.rates import Rates
from mimir.core.pricing.table import EMPTY, PriceTable, Row
from mimir.core.pricing.terms import UnreadableTerm
from mimir.core.pricing.usage import Usage
from mimir.core.vocabulary import Model

PICO = 1000
INPUT, OUTPUT = "input_cost_per_token", "output_cost_per_token"
UNREADABLE = {"regional_endpoint_uplift_multiplier": "some"}


def row(provider: str, given: int | str = 1 * PICO, taken: int | str = 2 * PICO) -> Row:
    """A row with both prices per token, in femtodollars."""
    return Row(provider, prices={INPUT: given, OUTPUT: taken})


def prices(rows: dict[str, Row], config: dict[str, Rates] | None = None) -> Prices:
    """Prices of a made-up list."""
    aliases = ProviderAliases({"vertex": ("vertex_ai", "vertex_ai-*"), "google": ("gemini",)})
    own = {Model(model): rates for model, rates in (config or {}).items()}
    return Prices(own, PriceTable(EMPTY.source, rows), aliases)


def key(model: str, rows: dict[str, Row]) -> str | None:
    """The key under which a model is found."""
    found = listed(model, prices(rows))
    return None if found is None else found[0]


def near(model: str, rows: dict[str, Row]) -> tuple[str, ...]:
    error = prices(rows).find(model)
    assert isinstance(error, UnknownModel)
    return error.near


def test_a_configured_row_wins_over_the_list() -> None:
    world = prices({"p/m": row("p")}, {"p:m": Rates(input=7, output=8)})
    assert look_up("p:m", world).unwrap() == Quote(Model("p:m"), 7, 8, "config", None)


@pytest.mark.parametrize("half", [Rates(input=7), Rates(output=7), Rates()])
def test_a_half_configured_row_is_as_good_as_absent(half: Rates) -> None:
    world = prices({"p/m": row("p")}, {"p:m": half})
    assert look_up("p:m", world).unwrap() == Quote(Model("p:m"), 1, 2, "price_list", "p/m")


def test_a_configured_row_is_never_completed_from_the_list() -> None:
    listed_row = Row("p", prices={INPUT: 1, OUTPUT: 2, "cache_read_input_token_cost": 3})
    found = prices({"p/m": listed_row}, {"p:m": Rates(input=7, output=8)}).find("p:m")
    assert isinstance(found, ModelRates)
    assert found.current.cell("cache_read_tokens") is None


def test_a_configured_search_rate_is_for_every_amount_of_context() -> None:
    found = prices({}, {"p:m": Rates(input=7, output=8, web_searches=5)}).find("p:m")
    assert isinstance(found, ModelRates)
    assert {size: cell.rate for size, cell in found.current.searches.items()} == {
        "low": 5_000,
        "medium": 5_000,
        "high": 5_000,
    }


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
    own = {"gpt-4o": Rates(input=1, output=1)}
    assert look_up("gpt-4o", prices(rows, own)).unwrap().key is None


def test_only_the_first_colon_splits() -> None:
    assert key("bedrock:a.b-v1:0", {"a.b-v1:0": row("bedrock")}) == "a.b-v1:0"


@pytest.mark.parametrize("lost", [INPUT, OUTPUT])
def test_a_full_row_goes_before_a_half_one(lost: str) -> None:
    half = Row("p", prices={name: 1 for name in row("p").prices if name != lost})
    assert key("p:m", {"p/m": half, "m": row("p")}) == "m"
    assert key("p:m", {"p/m": half, "m": half}) == "p/m"
    assert key("p:m", {"m": half}) == "m"


def test_a_row_without_prices_is_as_good_as_absent() -> None:
    assert key("p:m", {"p/m": Row("p"), "m": Row("p")}) is None


@pytest.mark.parametrize("model", ["", ":", "p:", ":m", "nobody:none", "p:m ", "x" * 600])
def test_a_model_that_no_row_is_for_is_unknown(model: str) -> None:
    error = look_up(model, prices({"m": row("p"), "p/m": row("p")})).failure()
    assert isinstance(error, UnknownModel)
    assert error.code == "unknown_model"
    assert error.message.startswith("no price for model")


def test_a_secret_in_a_model_is_not_quoted() -> None:
    secret = "sk-" + "a1B2" * 10
    error = look_up(f"openai:{secret}", prices({})).failure()
    assert secret not in repr(error) + error.message


def test_a_near_id_of_the_same_provider_is_proposed_and_not_used() -> None:
    rows = {"gpt-4o": row("openai"), "openai/gpt-4": row("openai"), "gpt-4o-x": row("azure")}
    assert near("openai:gpt-4oo", rows) == ("openai:gpt-4o", "openai:gpt-4")
    assert (
        look_up("openai:gpt-4oo", prices(rows))
        .failure()
        .message.endswith("near: openai:gpt-4o, openai:gpt-4")
    )


def test_the_same_id_at_other_providers_is_proposed() -> None:
    rows = {"azure/gpt-4o": row("azure"), "gpt-4o": row("openai"), "gpt-4": row("ollama")}
    assert near("ollama:gpt-4o", rows) == ("ollama:gpt-4", "azure:gpt-4o", "openai:gpt-4o")
    assert len(near("ollama:gpt-4o", {**rows, "x/gpt-4o": row("x")})) == NEAR_MAX


def test_a_model_without_a_provider_that_several_have_is_ambiguous() -> None:
    rows = {"azure/gpt-4o": row("azure"), "gpt-4o": row("openai")}
    error = prices(rows).find("gpt-4o")
    assert error == AmbiguousModel("gpt-4o", ("azure:gpt-4o", "openai:gpt-4o"))
    assert error.message == '"gpt-4o" names no provider; one of: azure:gpt-4o, openai:gpt-4o'
    assert near("gpt-4o", {"gpt-4o": row("openai")}) == ("openai:gpt-4o",)


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


def test_a_term_that_cannot_be_read_is_an_error() -> None:
    rows = {"p/m": Row("p", prices={INPUT: 1, OUTPUT: 2}, terms=UNREADABLE)}
    error = prices(rows).find("p:m")
    assert isinstance(error, UnreadableTerm)
    assert error.message == (
        'regional_endpoint_uplift_multiplier of price-list row "p/m" cannot be read: "some"'
    )
    assert look_up("p:m", prices(rows)).failure() == error


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


def test_a_context_tier_without_both_rates_is_no_step() -> None:
    cells = {INPUT: 1_000, OUTPUT: 2_000, f"{INPUT}_above_200k_tokens": 5_000}
    assert look_up("p:m", prices({"p/m": Row("p", prices=cells)})).unwrap().above == ()
