"""What a call costs: its plane, its counts, and what happens where a rate is missing."""

import pytest

from mimir.core.instant import Instant
from mimir.core.pricing.book import Overlay, Period
from mimir.core.pricing.cost import Cost, Line, MissingRate, Multiplier
from mimir.core.pricing.cube import InexactRate
from mimir.core.pricing.dimensions import INPUT_SIDE, NAMES, TIERS
from mimir.core.pricing.find import Prices
from mimir.core.pricing.layers import ModelRates
from mimir.core.pricing.near import UnknownModel
from mimir.core.pricing.price import (
    NegativeUsage,
    UnknownTier,
    charge,
    cost_microdollars,
    meter,
    price,
    select,
)
from mimir.core.pricing.providers import ProviderAliases
from mimir.core.pricing.rates import Rates
from mimir.core.pricing.table import PriceTable, Row, Source
from mimir.core.pricing.usage import Usage
from mimir.core.vocabulary import Model

LIST = Source("list", "1", "2026-06-01", "MIT", "sha256:00")
PER_MILLION = 10**9
"""Femtodollars per token of one dollar per million tokens."""

INPUT, OUTPUT = "input_cost_per_token", "output_cost_per_token"
READ, WRITE = "cache_read_input_token_cost", "cache_creation_input_token_cost"
HOUR = "cache_creation_input_token_cost_above_1hr"
SEARCH = "search_context_cost_per_query.search_context_size"


def world(provider: str, key: str, dollars: dict[str, float], **terms: str) -> Prices:
    """One row, its prices in dollars per million tokens, or per unit of a fee."""
    per_token = {
        name: round(value * 1_000) * (PER_MILLION // 1_000)
        if "token" in name
        else round(value * 10**6) * 10**9
        for name, value in dollars.items()
    }
    named = {path.replace("__", "."): value for path, value in terms.items()}
    row = Row(provider, prices=per_token, terms=named)
    return Prices({}, PriceTable(LIST, {key: row}), ProviderAliases())


GPT = world(
    "openai",
    "gpt",
    {
        INPUT: 2.5,
        OUTPUT: 15,
        READ: 0.25,
        f"{INPUT}_above_272k_tokens": 5,
        f"{OUTPUT}_above_272k_tokens": 22.5,
        f"{READ}_above_272k_tokens": 0.5,
        f"{INPUT}_batches": 1.25,
        f"{OUTPUT}_batches": 7.5,
        f"{INPUT}_above_272k_tokens_batches": 2.5,
        f"{INPUT}_priority": 5,
        f"{OUTPUT}_priority": 30,
        f"{SEARCH}_low": 0.01,
        f"{SEARCH}_medium": 0.025,
    },
    regional_processing_uplift_multiplier_eu="1.1",
)
CLAUDE = world(
    "anthropic",
    "claude",
    {
        INPUT: 3,
        OUTPUT: 15,
        READ: 0.3,
        WRITE: 3.75,
        HOUR: 6,
        f"{INPUT}_batches": 1.5,
        f"{OUTPUT}_batches": 7.5,
        f"{SEARCH}_medium": 0.01,
    },
    provider_specific_entry__us="1.1",
    provider_specific_entry__fast="6.0",
)


def dollars(cost: Cost) -> float:
    return cost.microdollars / 10**6


def rates_of(prices: Prices, model: str) -> ModelRates:
    found = prices.find(model)
    assert isinstance(found, ModelRates)
    return found


def test_a_call_is_the_sum_of_its_lines() -> None:
    cost = price("openai:gpt", Usage(input_tokens=200_000, output_tokens=100_000), GPT).unwrap()
    assert [(line.dimension, line.quantity, line.rate) for line in cost.lines] == [
        ("input_tokens", 200_000, 2_500_000_000),
        ("output_tokens", 100_000, 15_000_000_000),
    ]
    assert dollars(cost) == 2.0
    assert (cost.sources, cost.notes, cost.missing) == ((LIST,), (), ())


def test_the_whole_request_is_priced_in_the_tier_of_its_whole_input_side() -> None:
    below = Usage(input_tokens=2_000, cache_read_tokens=270_000, output_tokens=1_000)
    above = Usage(input_tokens=2_001, cache_read_tokens=270_000, output_tokens=1_000)
    low = price("openai:gpt", below, GPT).unwrap()
    high = price("openai:gpt", above, GPT).unwrap()
    assert [line.cell.above for line in low.lines] == [None, None, None]
    assert [line.cell.above for line in high.lines] == [272_000, 272_000, 272_000]
    assert [line.rate for line in high.lines] == [5 * 10**9, 5 * 10**8, 22_500_000_000]


def test_output_does_not_choose_the_context_tier() -> None:
    cost = price("openai:gpt", Usage(input_tokens=1, output_tokens=300_000), GPT).unwrap()
    assert {line.cell.above for line in cost.lines} == {None}


def test_a_long_batch_is_priced_at_the_long_batch_rate() -> None:
    cost = price("openai:gpt", Usage(input_tokens=300_000), GPT, tier="batch").unwrap()
    assert [(line.field, line.rate) for line in cost.lines] == [
        (f"{INPUT}_above_272k_tokens_batches", 2_500_000_000)
    ]


@pytest.mark.parametrize(("name", "tier"), [("default", "standard"), ("on_demand", "standard")])
def test_a_tier_goes_under_its_providers_name(name: str, tier: str) -> None:
    used = Usage(input_tokens=5)
    assert price("openai:gpt", used, GPT, tier=name) == price("openai:gpt", used, GPT, tier=tier)


def test_an_unknown_tier_is_an_error_that_lists_the_known_ones() -> None:
    error = price("openai:gpt", Usage(input_tokens=1), GPT, tier="turbo").failure()
    assert error == UnknownTier("turbo")
    assert error.message.startswith('unknown service tier "turbo"; price the one that served: ')


def test_a_tier_that_the_model_lacks_is_a_missing_rate_and_never_standard() -> None:
    error = price("openai:gpt", Usage(input_tokens=1), GPT, tier="flex").failure()
    assert error == MissingRate("openai:gpt", "input_tokens", "flex", None)
    assert error.message.startswith(
        'no rate for input_tokens of model "openai:gpt" in tier flex; state it in an overlay'
    )


def test_a_missing_cell_names_its_context() -> None:
    used = Usage(input_tokens=300_000, output_tokens=1)
    error = price("openai:gpt", used, GPT, tier="batch").failure()
    assert error == MissingRate("openai:gpt", "output_tokens", "batch", 272_000)
    assert "in tier batch above 272000 input tokens" in error.message


def test_a_partial_cost_is_a_lower_bound_that_says_so() -> None:
    used = Usage(input_tokens=1_000_000, cache_read_tokens=7, cache_write_5m_tokens=9)
    cost = price("openai:gpt", used, GPT, tier="priority", on_missing="partial").unwrap()
    assert cost.partial
    missed = [item.dimension for item in cost.missing]
    assert missed == ["input_tokens", "cache_read_tokens", "cache_write_5m_tokens"]
    cost = price("openai:gpt", used, GPT, on_missing="partial").unwrap()
    assert [item.dimension for item in cost.missing] == ["cache_write_5m_tokens"]
    assert [line.dimension for line in cost.lines] == ["input_tokens", "cache_read_tokens"]


def test_a_uplift_multiplies_tokens_and_no_fee() -> None:
    used = Usage(input_tokens=1_000_000 // 4, web_searches=2)
    cost = price("openai:gpt", used, GPT, region="eu").unwrap()
    tokens, searches = cost.lines
    multiplier = Multiplier("regional_processing_uplift_multiplier_eu", 11, 10)
    assert (tokens.multipliers, searches.multipliers) == ((multiplier,), ())
    assert tokens.amount == 250_000 * 2_500_000_000 * 11 // 10
    assert searches.amount == 2 * 25 * 10**12


def test_a_region_without_an_uplift_is_noted() -> None:
    assert price("openai:gpt", Usage(input_tokens=1), GPT, region="jp").unwrap().notes == (
        "no_uplift_stated",
    )
    assert price("openai:gpt", Usage(input_tokens=1), GPT, region="global").unwrap().notes == ()


def test_a_search_costs_what_the_context_that_it_read_costs() -> None:
    used = Usage(web_searches=1)
    amounts = {
        size: price("openai:gpt", used, GPT, search_context=size, on_missing="partial")
        .unwrap()
        .microdollars
        for size in ("low", "medium", "high")
    }
    assert amounts == {"low": 10_000, "medium": 25_000, "high": 0}


def test_anthropic_multipliers_stack_on_every_token_class() -> None:
    used = Usage(
        input_tokens=10,
        cache_read_tokens=1_000,
        cache_write_5m_tokens=1_000,
        cache_write_1h_tokens=1_000,
        output_tokens=100,
        web_searches=1,
    )
    cost = price("anthropic:claude", used, CLAUDE, tier="batch", region="us").unwrap()
    assert [(line.dimension, line.rate, line.rule) for line in cost.lines] == [
        ("input_tokens", 1_500_000_000, None),
        ("cache_read_tokens", 150_000_000, "anthropic_batch_half"),
        ("cache_write_5m_tokens", 1_875_000_000, "anthropic_batch_half"),
        ("cache_write_1h_tokens", 3_000_000_000, "anthropic_batch_half"),
        ("output_tokens", 7_500_000_000, None),
        ("web_searches", 10_000_000_000_000, None),
    ]
    tokens = 10 * 1_500 + 1_000 * 150 + 1_000 * 1_875 + 1_000 * 3_000 + 100 * 7_500
    assert cost.femtodollars == tokens * 10**6 * 11 // 10 + 10**13


def test_fast_mode_and_residency_stack() -> None:
    used = Usage(input_tokens=1_000)
    cost = price("anthropic:claude", used, CLAUDE, tier="fast", region="us").unwrap()
    (line,) = cost.lines
    assert (line.cell.tier, line.rate, line.rule) == ("fast", 18_000_000_000, "fast_multiplier")
    assert line.multiplier == (11, 10)
    assert dollars(cost) == 0.0198


def test_a_negative_count_is_an_error_by_its_name_whatever_is_missing() -> None:
    for name in NAMES:
        error = price("openai:gpt", Usage(**{name: -1}), GPT, on_missing="partial").failure()
        assert error == NegativeUsage(name)
        assert (error.code, error.message) == ("negative_usage", f"{name} is negative")


def test_an_unknown_model_is_an_error() -> None:
    assert price("openai:none", Usage(), GPT).failure() == UnknownModel("openai:none", ())


def test_a_rate_times_its_multipliers_is_never_rounded() -> None:
    prices = Prices(
        {},
        PriceTable(
            LIST,
            {
                "p/m": Row(
                    "p",
                    prices={INPUT: 5, OUTPUT: 10},
                    terms={"regional_endpoint_uplift_multiplier": "1.1"},
                )
            },
        ),
        ProviderAliases(),
    )
    error = price("p:m", Usage(input_tokens=10), prices, region="eu").failure()
    assert error == InexactRate("p/m", INPUT, "5 * 11/10")
    fine = price("p:m", Usage(output_tokens=1), prices, region="eu").unwrap()
    assert fine.femtodollars == 11


def test_a_rate_that_is_not_whole_fails_only_the_calls_that_need_it() -> None:
    row = Row("p", prices={INPUT: "1.5", OUTPUT: 10})
    prices = Prices({}, PriceTable(LIST, {"p/m": row}), ProviderAliases())
    error = price("p:m", Usage(input_tokens=2), prices).failure()
    assert error == InexactRate("p/m", INPUT, "1.5")
    assert "1.5 femtodollars" in error.message
    assert price("p:m", Usage(output_tokens=2), prices).unwrap().femtodollars == 20
    again = price("p:m", Usage(input_tokens=2), prices, on_missing="partial")
    assert again.failure() == InexactRate("p/m", INPUT, "1.5")


def test_a_time_before_the_list_is_noted() -> None:
    used = Usage(input_tokens=1)
    early = price("openai:gpt", used, GPT, at=Instant("2026-05-31T23:59:59.9Z")).unwrap()
    late = price("openai:gpt", used, GPT, at=Instant("2026-06-01T00:00:00Z")).unwrap()
    assert (early.notes, late.notes) == (("before_price_list",), ())


def test_pricing_is_selecting_and_charging() -> None:
    used = Usage(input_tokens=300_000, output_tokens=5)
    plane = select(rates_of(GPT, "openai:gpt"), 300_000, tier="default", region="eu")
    assert not isinstance(plane, UnknownTier)
    assert charge(plane, used) == price("openai:gpt", used, GPT, region="eu")
    assert select(rates_of(GPT, "openai:gpt"), 1, tier="x") == UnknownTier("x")


def test_the_plane_of_a_plain_model_is_made_once() -> None:
    rates = rates_of(CLAUDE, "anthropic:claude")
    assert rates.plain is not None
    assert rates_of(GPT, "openai:gpt").plain is None
    assert select(rates, 5) == rates.plain


@pytest.mark.parametrize(("tokens", "microdollars"), [(1, 0), (2, 1), (3, 2), (5, 2), (7, 4)])
def test_the_sum_is_rounded_once_half_to_even(tokens: int, microdollars: int) -> None:
    own = {Model("p:m"): Rates(input=250_000, output=250_000)}
    prices = Prices(own, PriceTable(LIST, {}), ProviderAliases())
    used = Usage(input_tokens=tokens, output_tokens=tokens)
    assert price("p:m", used, prices).unwrap().microdollars == microdollars


def test_metering_gives_the_amount_or_zero_with_the_reason() -> None:
    used = Usage(input_tokens=4_000)
    assert meter("openai:gpt", used, GPT) == (10_000, None)
    assert cost_microdollars("openai:gpt", used, GPT) == 10_000
    assert meter("q:m", used, GPT) == (0, UnknownModel("q:m", ()))
    assert cost_microdollars("q:m", used, GPT) == 0
    assert meter("openai:gpt", Usage(input_tokens=-1), GPT) == (0, NegativeUsage("input_tokens"))


def test_metering_a_partial_cost_tells_what_is_missing() -> None:
    used = Usage(input_tokens=4_000, input_video_tokens=1)
    microdollars, error = meter("openai:gpt", used, GPT, on_missing="partial")
    assert (microdollars, error) == (
        10_000,
        MissingRate("openai:gpt", "input_video_tokens", "standard", None),
    )


def test_a_line_shows_its_cell() -> None:
    (line,) = price("openai:gpt", Usage(reasoning_tokens=3), GPT).unwrap().lines
    assert isinstance(line, Line)
    assert (line.dimension, line.field, line.rule) == (
        "reasoning_tokens",
        OUTPUT,
        "reasoning_as_output",
    )
    assert (line.multiplier, line.amount) == ((1, 1), 45_000_000_000)


# Bills worked out by hand, at rates in dollars per million tokens as the providers publish them.

SONNET = world(
    "anthropic",
    "claude-sonnet-4-5",
    {
        INPUT: 3,
        OUTPUT: 15,
        READ: 0.3,
        WRITE: 3.75,
        HOUR: 6,
        f"{INPUT}_above_200k_tokens": 6,
        f"{OUTPUT}_above_200k_tokens": 22.5,
        f"{READ}_above_200k_tokens": 0.6,
        f"{WRITE}_above_200k_tokens": 7.5,
        f"{INPUT}_batches": 1.5,
        f"{OUTPUT}_batches": 7.5,
    },
    provider_specific_entry__us="1.1",
)
GEMINI = world(
    "gemini",
    "gemini-2.5-pro",
    {
        INPUT: 1.25,
        OUTPUT: 10,
        f"{INPUT}_above_200k_tokens": 2.5,
        f"{OUTPUT}_above_200k_tokens": 15,
        f"{INPUT}_batches": 0.625,
        f"{OUTPUT}_batches": 5,
        "google_maps_grounding_cost_per_query": 0.025,
    },
    regional_endpoint_uplift_multiplier="1.1",
)
GROK = world(
    "xai",
    "grok",
    {INPUT: 2, OUTPUT: 6, f"{INPUT}_above_200k_tokens": 4, f"{OUTPUT}_above_200k_tokens": 12},
)
PICTURES = world(
    "openai",
    "gpt-image-1",
    {
        INPUT: 5,
        READ: 1.25,
        "input_cost_per_image_token": 10,
        "cache_read_input_image_token_cost": 2.5,
        "output_cost_per_image_token": 40,
    },
)
SEEK = world(
    "deepseek",
    "deepseek-chat",
    {INPUT: 0.27, OUTPUT: 1.1, f"off_peak_pricing.{INPUT}": 0.135}
    | {f"off_peak_pricing.{OUTPUT}": 0.55},
    off_peak_pricing__hours_utc="16:30-00:30",
)


def test_an_hours_cache_write_in_a_batch_is_half_of_the_hours_price() -> None:
    used = Usage(input_tokens=1_000, cache_write_1h_tokens=100_000, output_tokens=2_000)
    cost = price("anthropic:claude-sonnet-4-5", used, SONNET, tier="batch").unwrap()
    assert cost.microdollars == 1_500 + 300_000 + 15_000


def test_an_hours_cache_write_in_a_long_batch_stacks_every_rule() -> None:
    used = Usage(cache_write_1h_tokens=200_001)
    cost = price("anthropic:claude-sonnet-4-5", used, SONNET, tier="batch", region="us").unwrap()
    (line,) = cost.lines
    assert (line.rate, line.rule) == (6 * PER_MILLION, "anthropic_write_1h+anthropic_batch_half")
    assert cost.femtodollars == 200_001 * 6_600_000_000


@pytest.mark.parametrize(("cached", "above"), [(190_000, None), (190_001, 200_000)])
def test_cached_tokens_count_towards_the_context_tier(cached: int, above: int | None) -> None:
    used = Usage(input_tokens=10_000, cache_read_tokens=cached)
    cost = price("anthropic:claude-sonnet-4-5", used, SONNET).unwrap()
    times = 1 if above is None else 2
    assert {line.cell.above for line in cost.lines} == {above}
    assert cost.femtodollars == (10_000 * 3_000 + cached * 300) * times * 10**6


@pytest.mark.parametrize("name", INPUT_SIDE)
def test_every_input_side_count_chooses_the_context_tier(name: str) -> None:
    edge = Usage(**{name: 200_000, "output_tokens": 1})
    past = Usage(**{name: 200_001, "output_tokens": 1})
    model = "anthropic:claude-sonnet-4-5"
    low = price(model, edge, SONNET, on_missing="partial").unwrap().lines[-1]
    high = price(model, past, SONNET, on_missing="partial").unwrap().lines[-1]
    assert (low.rate, high.rate) == (15 * PER_MILLION, 22_500_000_000)


@pytest.mark.parametrize(
    ("tokens", "tier", "dollars_"),
    [
        (200_000, "standard", 0.25),
        (200_001, "standard", 0.500002),  # 0.5000025, half to even
        (200_000, "batch", 0.125),
        (200_001, "batch", 0.250001),  # 0.25000125
    ],
)
def test_a_long_batch_of_google_is_half_of_the_long_price(
    tokens: int, tier: str, dollars_: float
) -> None:
    used = Usage(input_tokens=tokens)
    assert dollars(price("gemini:gemini-2.5-pro", used, GEMINI, tier=tier).unwrap()) == dollars_


def test_a_long_batch_in_a_region_is_itemised_to_the_last_digit() -> None:
    used = Usage(input_tokens=300_000, reasoning_tokens=7, map_groundings=2)
    cost = price(
        "gemini:gemini-2.5-pro", used, GEMINI, tier="batch", region="europe-west4"
    ).unwrap()
    assert [(line.dimension, line.rate, line.rule, line.multiplier) for line in cost.lines] == [
        ("input_tokens", 1_250_000_000, "google_long_half", (11, 10)),
        ("reasoning_tokens", 7_500_000_000, "google_long_half+reasoning_as_output", (11, 10)),
        ("map_groundings", 25 * 10**12, None, (1, 1)),
    ]
    assert cost.femtodollars == 300_000 * 1_375_000_000 + 7 * 8_250_000_000 + 50 * 10**12


@pytest.mark.parametrize(("tokens", "rate"), [(199_999, 2), (200_000, 4), (200_001, 4)])
def test_the_threshold_of_xai_is_inclusive(tokens: int, rate: int) -> None:
    used = Usage(input_tokens=tokens)
    cost = price("xai:grok", used, GROK).unwrap()
    assert cost.femtodollars == tokens * rate * PER_MILLION


def test_a_cached_image_is_not_billed_as_text() -> None:
    used = Usage(
        input_tokens=100,
        cache_read_tokens=200,
        input_image_tokens=300,
        cache_read_image_tokens=400,
        output_image_tokens=1_000,
    )
    cost = price("openai:gpt-image-1", used, PICTURES).unwrap()
    assert cost.microdollars == 500 + 250 + 3_000 + 1_000 + 40_000


@pytest.mark.parametrize(
    ("at", "microdollars"),
    [
        ("2026-07-01T16:29:59.999999Z", 270_000 + 110_000),
        ("2026-07-01T16:30:00Z", 135_000 + 55_000),
        ("2026-07-02T00:29:59Z", 135_000 + 55_000),
        ("2026-07-02T00:30:00Z", 270_000 + 110_000),
    ],
)
def test_the_time_of_the_call_decides_about_off_peak_rates(at: str, microdollars: int) -> None:
    used = Usage(input_tokens=1_000_000, output_tokens=100_000)
    cost = price("deepseek:deepseek-chat", used, SEEK, at=Instant(at)).unwrap()
    assert (cost.microdollars, cost.notes) == (microdollars, ())


def test_without_a_time_the_peak_price_is_charged_and_noted() -> None:
    cost = price("deepseek:deepseek-chat", Usage(input_tokens=1_000_000), SEEK).unwrap()
    assert (cost.microdollars, cost.notes) == (270_000, ("peak_price_assumed",))


def test_half_of_an_odd_femtodollar_is_an_error_and_never_rounded() -> None:
    row = Row("anthropic", prices={INPUT: 4, OUTPUT: 8, READ: 3})
    odd = Prices({}, PriceTable(LIST, {"claude": row}), ProviderAliases())
    used = Usage(input_tokens=2, cache_read_tokens=2)
    error = price("anthropic:claude", used, odd, tier="batch").failure()
    assert error == InexactRate("claude", READ, "3 * 1/2")
    partial = price("anthropic:claude", used, odd, tier="batch", on_missing="partial")
    assert partial.failure() == error
    assert price("anthropic:claude", used, odd).unwrap().femtodollars == 14


def test_a_call_that_used_nothing_costs_nothing_in_any_tier() -> None:
    for tier in TIERS:
        cost = price("openai:gpt", Usage(), GPT, tier=tier).unwrap()
        assert (cost.lines, cost.femtodollars) == ((), 0)


def test_dated_rates_are_noted_where_conditions_are_given_and_no_time() -> None:
    period = Period("2026-01-01T00:00:00.000000Z", None, {INPUT: 70}, {})
    book = Overlay(LIST, {Model("openai:gpt"): (period,)})
    dated = Prices({}, GPT.table, ProviderAliases(), book)
    cost = price("openai:gpt", Usage(input_tokens=1), dated, region="eu").unwrap()
    assert cost.notes == ("period_assumed",)
    at = Instant("2026-07-01T00:00:00Z")
    assert price("openai:gpt", Usage(input_tokens=1), dated, at=at).unwrap().notes == ()


def test_an_error_in_a_tier_shows_no_secret() -> None:
    secret = "sk-" + "a1B2" * 10
    error = price("openai:gpt", Usage(), GPT, tier=secret).failure()
    assert secret not in repr(error) + error.message
