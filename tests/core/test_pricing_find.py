"""How a model's rates are found: by which key, in which order, at which time."""

import pytest

from mimir.core.instant import Instant
from mimir.core.pricing.book import Overlay, Period
from mimir.core.pricing.cube import RateCube
from mimir.core.pricing.find import Prices, listed
from mimir.core.pricing.layers import ModelRates
from mimir.core.pricing.near import UnknownModel
from mimir.core.pricing.price import price
from mimir.core.pricing.providers import ProviderAliases
from mimir.core.pricing.quote import Quote, look_up
from mimir.core.pricing.rates import Rates
from mimir.core.pricing.table import EMPTY, PriceTable, Row, Source
from mimir.core.pricing.terms import UnreadableTerm
from mimir.core.pricing.usage import Usage
from mimir.core.vocabulary import Model

LISTED = Source("list", "1", "2026-06-01", "MIT", "sha256:00")
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


def test_a_term_that_cannot_be_read_is_an_error() -> None:
    rows = {"p/m": Row("p", prices={INPUT: 1, OUTPUT: 2}, terms=UNREADABLE)}
    error = prices(rows).find("p:m")
    assert isinstance(error, UnreadableTerm)
    assert error.message == (
        'regional_endpoint_uplift_multiplier of price-list row "p/m" cannot be read: "some"'
    )
    assert look_up("p:m", prices(rows)).failure() == error


INPUT_BATCH = f"{INPUT}_batches"
NOON = Instant("2026-01-31T12:00:00Z")


def overlaid(
    *periods: Period, aliases: dict[str, str] | None = None, config: dict[str, Rates] | None = None
) -> Prices:
    """Prices of one listed row with a price book over it."""
    book = Overlay(
        Source("book", "1", "2026-01-01", "private", "sha256:11"),
        {Model("p:m"): periods} if periods else {},
        {Model(alias): Model(model) for alias, model in (aliases or {}).items()},
    )
    own = {Model(model): rates for model, rates in (config or {}).items()}
    table = PriceTable(LISTED, {"p/m": row("p")})
    return Prices(own, table, ProviderAliases(), book)


def found(world: Prices, model: str = "p:m") -> ModelRates:
    rates = world.find(model)
    assert isinstance(rates, ModelRates)
    return rates


def given(cube: RateCube) -> int | None:
    cell = cube.cell("input_tokens")
    return None if cell is None else cell.rate


def test_a_period_holds_its_start_and_not_its_end() -> None:
    bounds = "2026-01-31T12:00:00.000000Z", "2026-01-31T12:00:01.000000Z"
    rates = found(overlaid(Period(*bounds, {INPUT: 7}, {})))
    at = {
        text: given(rates.at(Instant(f"2026-01-31T{text}Z")))
        for text in ("11:59:59.999999", "12:00:00", "12:00:00.9", "12:00:01", "12:00:01.0")
    }
    assert at == {
        "11:59:59.999999": 1_000,
        "12:00:00": 7,
        "12:00:00.9": 7,
        "12:00:01": 1_000,
        "12:00:01.0": 1_000,
    }


def test_without_a_time_only_a_period_without_an_end_counts() -> None:
    day = "2026-01-31T00:00:00.000000Z"
    over = Period(None, day, {INPUT: 7}, {})
    ahead = Period(day, None, {INPUT: 8}, {})
    assert given(found(overlaid(over)).at(None)) == 1_000
    assert given(found(overlaid(over, ahead)).at(None)) == 8
    assert given(found(overlaid(over, ahead)).at(Instant("2026-01-30T23:59:59Z"))) == 7


def test_a_book_without_dates_is_no_assumption() -> None:
    rates = found(overlaid(Period(None, None, {INPUT: 7}, {})))
    assert (rates.spans, given(rates.at(NOON))) == ((), 7)
    assert rates.plain is not None
    assert rates.plain.notes == ()


def test_dated_rates_without_a_time_are_noted_on_the_plain_plane() -> None:
    rates = found(overlaid(Period("2026-01-31T00:00:00.000000Z", None, {INPUT: 7}, {})))
    assert rates.plain is not None
    assert rates.plain.notes == ("period_assumed",)


def test_a_cube_names_the_lists_that_it_is_made_of() -> None:
    plain = found(overlaid(aliases={"q:n": "p:m"}))
    assert [item.name for item in plain.current.plane("standard", None).sources] == ["list"]
    both = found(overlaid(Period(None, None, {INPUT: 7}, {})))
    assert [item.name for item in both.current.plane("standard", None).sources] == ["book", "list"]


def test_an_alias_has_its_models_rates_under_its_own_name() -> None:
    cell = found(overlaid(aliases={"q:n": "p:m"}), "q:n").current.cell("input_tokens")
    assert cell is not None
    assert (cell.model, cell.key, cell.rate) == ("q:n", "p/m", 1_000)


def test_an_alias_of_a_configured_model_has_the_configured_row() -> None:
    world = overlaid(aliases={"q:n": "p:m"}, config={"p:m": Rates(input=5, output=6)})
    assert given(found(world, "q:n").current) == 5_000


def test_a_configured_row_of_the_exact_name_wins_over_an_alias() -> None:
    world = overlaid(aliases={"q:n": "p:m"}, config={"q:n": Rates(input=5, output=6)})
    assert given(found(world, "q:n").current) == 5_000


def test_an_alias_of_nothing_is_unknown_under_the_name_that_was_asked() -> None:
    error = overlaid(aliases={"q:n": "q:none"}).find("q:n")
    assert isinstance(error, UnknownModel)
    assert error.model == "q:n"


def test_an_overlays_fast_rate_stands_over_the_lists_multiplier() -> None:
    fast = Row(
        "p", prices={INPUT: 1_000, OUTPUT: 2_000}, terms={"provider_specific_entry.fast": "2"}
    )
    period = Period(None, None, {f"{INPUT}_fast": 1_500}, {})
    book = Overlay(LISTED, {Model("p:m"): (period,)})
    world = Prices({}, PriceTable(LISTED, {"p/m": fast}), ProviderAliases(), book)
    cost = price("p:m", Usage(input_tokens=1), world, tier="fast").unwrap()
    assert cost.femtodollars == 1_500


def test_an_overlay_of_one_tier_leaves_the_others_alone() -> None:
    rates = found(overlaid(Period(None, None, {INPUT_BATCH: 7}, {})))
    assert given(rates.current) == 1_000
    batch = rates.current.cell("input_tokens", "batch")
    assert batch is not None
    assert (batch.rate, batch.source, batch.key) == (7, "overlay", "p:m")


def test_a_price_list_of_no_row_has_no_date_to_be_before() -> None:
    unlisted = Overlay(LISTED, {Model("q:n"): (Period(None, None, {INPUT: 7}, {}),)})
    world = Prices({}, PriceTable(LISTED, {}), ProviderAliases(), unlisted)
    rates = found(world, "q:n")
    assert rates.dated == ""
    at = Instant("2020-01-01T00:00:00Z")
    assert price("q:n", Usage(input_tokens=1), world, at=at).unwrap().notes == ()


def test_a_term_that_cannot_be_read_in_one_period_is_an_error_at_any_time() -> None:
    over = Period(None, "2026-01-31T00:00:00.000000Z", {}, UNREADABLE)
    error = overlaid(over).find("p:m")
    assert isinstance(error, UnreadableTerm)
    assert (error.key, error.field) == ("p/m", "regional_endpoint_uplift_multiplier")
