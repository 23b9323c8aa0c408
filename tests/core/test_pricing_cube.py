"""The rate cube: what each field states, what the named rules fill, and when rates are bent."""

import pytest

from mimir.core.instant import Instant
from mimir.core.pricing.cost import Cell, MissingRate
from mimir.core.pricing.cube import InexactRate, RateCube, choose
from mimir.core.pricing.grid import RowFacts, Stated, cube_of
from mimir.core.pricing.terms import UnreadableTerm
from mimir.core.vocabulary import Model

INPUT, OUTPUT = "input_cost_per_token", "output_cost_per_token"
READ = "cache_read_input_token_cost"
AUDIO, IMAGE, VIDEO = (f"input_cost_per_{medium}_token" for medium in ("audio", "image", "video"))
CACHED_IMAGE = "cache_read_input_image_token_cost"
REASONING = "output_cost_per_reasoning_token"
IMAGES = "input_cost_per_image"


def cube(
    prices: dict[str, int | str], provider: str = "p", key: str = "m", **bent: str
) -> RateCube:
    named = {path.replace("__", "."): value for path, value in bent.items()}
    return made(prices, named, provider, key)


def made(
    prices: dict[str, int | str], bent: dict[str, str], provider: str = "p", key: str = "m"
) -> RateCube:
    stated = {path: Stated(rate, path, "price_list", key) for path, rate in prices.items()}
    found = cube_of(RowFacts(Model("p:m"), provider, key, stated, bent, ()))
    assert isinstance(found, RateCube)
    return found


def rate(cell: Cell | None) -> tuple[int, str | None] | None:
    return None if cell is None else (cell.rate, cell.rule)


def test_the_first_named_of_two_fields_of_one_cell_counts() -> None:
    both: dict[str, int | str] = {"input_cost_per_token_cache_hit": 5, READ: 7}
    assert rate(cube(both).cell("cache_read_tokens")) == (7, None)
    assert rate(cube(dict(reversed(both.items()))).cell("cache_read_tokens")) == (7, None)


@pytest.mark.parametrize("form", ["{}_above_128k_tokens", "{}_priority", "off_peak_pricing.{}"])
def test_the_first_named_of_two_fields_counts_in_every_tier_and_context(form: str) -> None:
    first, second = (form.format(name) for name in (READ, "input_cost_per_token_cache_hit"))
    for prices in ({first: 7, second: 5}, {second: 5, first: 7}):
        found = made(dict(prices), NIGHT)
        stated = {cell.field for cell in found.cells() if cell.dimension == "cache_read_tokens"}
        assert stated == {first}


def test_a_field_that_is_not_read_states_nothing() -> None:
    found = cube({INPUT: 4, "ocr_cost_per_page": 9, "input_cost_per_dream": 9})
    assert {cell.rate for cell in found.cells()} == {4}


def test_reasoning_is_priced_as_output_of_the_same_tier_and_context() -> None:
    found = cube({OUTPUT: 4, f"{OUTPUT}_batches": 2, f"{OUTPUT}_above_128k_tokens": 8})
    assert rate(found.cell("reasoning_tokens")) == (4, "reasoning_as_output")
    assert rate(found.cell("reasoning_tokens", "batch")) == (2, "reasoning_as_output")
    assert rate(found.cell("reasoning_tokens", above=128_000)) == (8, "reasoning_as_output")
    own = cube({OUTPUT: 4, REASONING: 3})
    assert rate(own.cell("reasoning_tokens")) == (3, None)


@pytest.mark.parametrize(
    ("provider", "key", "batch", "expected"),
    [
        ("anthropic", "claude-x", 2, (1, "anthropic_batch_half")),
        ("anthropic", "claude-x", None, (1, "anthropic_batch_half")),
        ("bedrock", "anthropic.claude-x", 2, (1, "anthropic_batch_half")),
        ("bedrock", "anthropic.claude-x", None, None),
        ("anthropic", "claude-x", 3, None),
        ("anthropic", "claude-x", "2.5", None),
        ("openai", "gpt", 2, None),
    ],
)
def test_a_claude_batch_is_half_where_the_row_does_not_say_otherwise(
    provider: str, key: str, batch: int | str | None, expected: tuple[int, str] | None
) -> None:
    prices: dict[str, int | str] = {INPUT: 4, OUTPUT: 8, READ: 2}
    if batch is not None:
        prices[f"{INPUT}_batches"] = batch
    found = cube(prices, provider, key)
    assert rate(found.cell("cache_read_tokens", "batch")) == expected


def test_an_odd_femtodollar_halved_is_an_inexact_rate() -> None:
    found = cube({INPUT: 4, OUTPUT: 8, READ: 3}, "anthropic", "claude-x")
    plane = found.plane("batch", None)
    assert plane.cells[1] is None
    error = plane.gap("cache_read_tokens")
    assert error == InexactRate("claude-x", READ, "3 * 1/2")


def test_anthropic_writes_are_multiples_of_the_input_and_stack_with_the_batch() -> None:
    found = cube({INPUT: 8, OUTPUT: 16}, "anthropic", "claude-x")
    assert rate(found.cell("cache_write_5m_tokens")) == (10, "anthropic_write_5m")
    assert rate(found.cell("cache_write_1h_tokens")) == (16, "anthropic_write_1h")
    assert rate(found.cell("cache_write_1h_tokens", "batch")) == (
        8,
        "anthropic_write_1h+anthropic_batch_half",
    )
    assert cube({INPUT: 8, OUTPUT: 16}, "bedrock", "claude-x").cell("cache_write_5m_tokens") is None
    own = cube({INPUT: 8, "cache_creation_input_token_cost": 9}, "anthropic", "claude-x")
    assert rate(own.cell("cache_write_5m_tokens")) == (9, None)


@pytest.mark.parametrize(
    ("provider", "expected"),
    [
        ("gemini", (5, "google_long_half")),
        ("vertex_ai-language-models", (5, "google_long_half")),
        ("openai", None),
    ],
)
def test_a_long_batch_of_google_is_half_of_the_long_price(
    provider: str, expected: tuple[int, str] | None
) -> None:
    found = cube({INPUT: 6, f"{INPUT}_batches": 3, f"{INPUT}_above_200k_tokens": 10}, provider)
    assert rate(found.cell("input_tokens", "batch", 200_000)) == expected
    assert found.cell("input_tokens", "flex", 200_000) is None
    assert rate(found.cell("input_tokens", "batch")) == (3, None)


def test_a_medium_that_costs_what_text_costs_is_priced_as_text_in_every_tier() -> None:
    found = cube({INPUT: 4, IMAGE: 4, AUDIO: 9, f"{INPUT}_batches": 2})
    assert rate(found.cell("input_image_tokens", "batch")) == (2, "medium_at_text_rate")
    assert found.cell("input_audio_tokens", "batch") is None
    assert found.cell("input_video_tokens") is None
    cached = cube({INPUT: 4, IMAGE: 4, READ: 1})
    assert rate(cached.cell("cache_read_image_tokens")) == (1, "medium_at_text_rate")


def test_a_medium_that_google_does_not_name_is_priced_as_text() -> None:
    found = cube({INPUT: 4, AUDIO: 9, READ: 1}, "gemini", "gemini/gemini-2.5-flash")
    assert rate(found.cell("input_video_tokens")) == (4, "medium_at_text_rate")
    assert rate(found.cell("input_audio_tokens")) == (9, None)
    assert found.cell("cache_read_audio_tokens") is None


def test_a_cached_image_is_cached_text_only_without_an_image_cell() -> None:
    plain = cube({INPUT: 4, READ: 1})
    assert rate(plain.cell("cache_read_image_tokens")) == (1, "cached_image_as_cached_text")
    assert cube({INPUT: 4, READ: 1, IMAGE: 5}).cell("cache_read_image_tokens") is None
    assert rate(cube({READ: 1, CACHED_IMAGE: 3}).cell("cache_read_image_tokens")) == (3, None)


def test_a_fee_is_the_same_in_every_service_tier() -> None:
    found = cube(
        {
            INPUT: 4,
            f"{INPUT}_batches": 2,
            "input_cost_per_image": 7,
            f"{INPUT}_above_128k_tokens": 5,
        }
    )
    for tier in ("standard", "batch"):
        assert rate(found.cell("input_images", tier)) == (7, None)
    assert rate(found.cell("input_images", "flex", 128_000)) == (7, None)
    above = cube({"input_cost_per_image": 7, "input_cost_per_image_above_128k_tokens": 9})
    assert rate(above.cell("input_images", above=128_000)) == (9, None)


def test_a_fee_of_a_context_is_the_same_in_a_tier_that_the_row_does_not_state() -> None:
    found = cube({"input_cost_per_image": 7, "input_cost_per_image_above_128k_tokens": 9})
    for tier in ("standard", "batch", "flex"):
        assert rate(found.cell("input_images", tier, 128_000)) == (9, None)
        assert rate(found.cell("input_images", tier)) == (7, None)


@pytest.mark.parametrize(
    ("provider", "tokens", "above"),
    [
        ("p", 200_000, 128_000),
        ("p", 200_001, 200_000),
        ("p", 128_000, None),
        ("p", 128_001, 128_000),
        ("p", 0, None),
        ("xai", 199_999, 128_000),
        ("xai", 200_000, 200_000),
    ],
)
def test_a_threshold_is_exclusive_but_for_xai(
    provider: str, tokens: int, above: int | None
) -> None:
    found = cube({f"{INPUT}_above_128k_tokens": 1, f"{INPUT}_above_200k_tokens": 2}, provider)
    assert found.context(tokens) == above


RANGES = {
    "tiered_pricing[0].range[0]": "0",
    "tiered_pricing[0].range[1]": "32000.0",
    "tiered_pricing[1].range[0]": "32000.0",
    "tiered_pricing[1].range[1]": "1e6",
}


def test_a_range_is_a_context_tier_that_holds_its_end() -> None:
    prices: dict[str, int | str] = {f"tiered_pricing[{n}].{INPUT}": 5 + n for n in (0, 1)}
    found = made({**prices, INPUT: 99, OUTPUT: 7}, RANGES)
    planes = {tokens: choose(found, tokens, "standard") for tokens in (1, 32_000, 32_001, 10**6)}
    rates = [plane.cells[0] and plane.cells[0].rate for plane in planes.values()]
    assert rates == [5, 5, 6, 6]
    beyond = choose(found, 10**6 + 1, "standard")
    assert (beyond.above, beyond.cells[0]) == (10**6, None)


@pytest.mark.parametrize(
    ("kept", "lacking"),
    [([0, 1, 3], "tiered_pricing[1].range[0]"), ([], "tiered_pricing[0].range[0]")],
)
def test_a_range_of_no_stated_start_is_an_error_of_the_row(kept: list[int], lacking: str) -> None:
    prices = {f"tiered_pricing[{n}].{INPUT}": 5 + n for n in (0, 1)}
    stated = {path: Stated(rate_, path, "price_list", "m") for path, rate_ in prices.items()}
    bent = dict([list(RANGES.items())[at] for at in kept])
    found = cube_of(RowFacts(Model("p:m"), "p", "m", stated, bent, ()))
    assert found == UnreadableTerm("m", lacking, "nothing")


def test_a_range_is_of_the_standard_tier_alone() -> None:
    prices: dict[str, int | str] = {f"tiered_pricing[{n}].{INPUT}": 5 + n for n in (0, 1)}
    found = made({**prices, f"{INPUT}_batches": 2}, RANGES)
    assert choose(found, 32_000, "batch").cells[0] is not None
    long = choose(found, 32_001, "batch")
    assert long.rate("input_tokens") == MissingRate("p:m", "input_tokens", "batch", 32_000)


def test_a_plain_search_price_is_for_every_amount_of_context() -> None:
    found = cube({"search_context_cost_per_query": 7})
    for size in ("low", "medium", "high"):
        cell = choose(found, 1, "standard", search_context=size).rate("web_searches")
        assert isinstance(cell, Cell)
        assert cell.rate == 7


def test_the_fast_tier_is_the_standard_one_times_its_multiplier_and_no_fee_is() -> None:
    speed = {"provider_specific_entry.fast": "2"}
    found = made({INPUT: 4, f"{INPUT}_above_200k_tokens": 8, IMAGES: 7}, speed)
    for above, expected in ((None, 8), (200_000, 16)):
        plane = found.plane("fast", above)
        tokens, images = plane.rate("input_tokens"), plane.rate("input_images")
        assert isinstance(tokens, Cell)
        assert isinstance(images, Cell)
        assert (tokens.rate, tokens.tier, tokens.rule) == (expected, "fast", "fast_multiplier")
        assert (images.rate, images.tier, images.rule) == (7, "standard", None)
    missing = found.plane("fast", None).rate("output_tokens")
    assert missing == MissingRate("p:m", "output_tokens", "fast", None)


def test_a_fast_rate_that_is_stated_is_not_multiplied() -> None:
    speed = {"provider_specific_entry.fast": "2"}
    found = made({INPUT: 4, OUTPUT: 5, f"{INPUT}_fast": 6}, speed)
    assert rate(found.cell("input_tokens", "fast")) == (6, None)
    assert rate(found.cell("output_tokens", "fast")) == (10, "fast_multiplier")
    assert rate(found.cell("reasoning_tokens", "fast")) == (
        10,
        "reasoning_as_output+fast_multiplier",
    )


def test_a_tier_that_the_row_says_nothing_of_has_fees_alone() -> None:
    plane = cube({INPUT: "0.5", IMAGES: 7, "input_cost_per_query": "0.5"}).plane("flex", None)
    assert [cell.dimension for cell in plane.cells if cell] == ["input_images"]
    assert (plane.tier, plane.above) == ("flex", None)
    assert list(plane.inexact) == ["requests"]


def test_off_peak_rates_without_hours_are_an_error_of_the_row() -> None:
    path = f"off_peak_pricing.{INPUT}"
    stated = {path: Stated(5, path, "price_list", "m")}
    found = cube_of(RowFacts(Model("p:m"), "p", "m", stated, {}, ()))
    assert found == UnreadableTerm("m", "off_peak_pricing.hours_utc", "nothing")


def test_a_search_price_that_is_not_whole_is_left_out() -> None:
    name = "search_context_cost_per_query.search_context_size"
    found = cube({f"{name}_low": "0.5", f"{name}_high": 4})
    low = choose(found, 0, "standard", search_context="low").rate("web_searches")
    assert isinstance(low, MissingRate)
    high = choose(found, 0, "standard", search_context="high").rate("web_searches")
    assert isinstance(high, Cell)
    assert high.rate == 4
    assert list(found.searches) == ["high"]


NIGHT = {
    "off_peak_pricing.hours_utc": "16:30-00:30",
    "off_peak_pricing.weekdays[0]": "5",
    "off_peak_pricing.weekday_timezone": "Asia/Shanghai",
}


@pytest.mark.parametrize(
    ("at", "cheap"),
    [
        ("2026-01-29T16:29:59Z", False),  # Friday in Shanghai, before the window
        ("2026-01-29T16:30:00Z", True),
        ("2026-01-30T00:29:59Z", True),  # past midnight UTC, still Friday there
        ("2026-01-30T00:30:00Z", False),
        ("2026-01-30T15:59:59Z", False),
        ("2026-01-30T16:30:00Z", False),  # Saturday in Shanghai
    ],
)
def test_off_peak_hours_are_of_utc_and_weekdays_of_the_zone(at: str, cheap: bool) -> None:
    found = made({INPUT: 9, OUTPUT: 7, f"off_peak_pricing.{INPUT}": 3}, NIGHT)
    plane = choose(found, 1, "standard", at=Instant(at))
    assert plane.cells[0] is not None
    assert plane.cells[0].rate == (3 if cheap else 9)
    assert plane.notes == ()


def test_off_peak_rates_stand_in_every_context_and_for_what_they_fill() -> None:
    found = made(
        {
            INPUT: 9,
            OUTPUT: 8,
            f"{INPUT}_above_128k_tokens": 18,
            f"{INPUT}_batches": 4,
            READ: 2,
            f"off_peak_pricing.{INPUT}": 3,
            f"off_peak_pricing.{OUTPUT}": 1,
        },
        {"off_peak_pricing.hours_utc": "00:00-12:00"},
    )
    night, day = Instant("2026-01-30T11:59:59Z"), Instant("2026-01-30T12:00:00Z")
    long = choose(found, 128_001, "standard", at=night)
    assert long.above == 128_000
    assert rate(long.cells[0]) == (3, None)
    low = choose(found, 1, "standard", at=night)
    reasoning = low.rate("reasoning_tokens")
    assert isinstance(reasoning, Cell)
    assert (reasoning.rate, reasoning.field) == (1, f"off_peak_pricing.{OUTPUT}")
    assert rate(low.cells[1]) == (2, None)
    assert rate(choose(found, 128_001, "standard", at=day).cells[0]) == (18, None)
    assert rate(choose(found, 1, "batch", at=night).cells[0]) == (4, None)


def test_without_a_time_the_peak_price_counts_and_is_noted() -> None:
    found = made({INPUT: 9, f"off_peak_pricing.{INPUT}": 3}, NIGHT)
    plane = choose(found, 1, "standard")
    assert (plane.notes, plane.cells[0] and plane.cells[0].rate) == (("peak_price_assumed",), 9)
    assert choose(found, 1, "batch").notes == ()


def test_a_regional_endpoint_is_every_region_but_global() -> None:
    found = cube({INPUT: 10}, regional_endpoint_uplift_multiplier="1.1")
    for region, count in (("europe-west4", 1), ("us", 1), ("global", 0), (None, 0)):
        assert len(choose(found, 1, "standard", region=region).multipliers) == count


def test_an_uplift_of_a_named_region_goes_before_that_of_every_region() -> None:
    found = cube(
        {INPUT: 10},
        regional_processing_uplift_multiplier_eu="1.2",
        regional_endpoint_uplift_multiplier="1.1",
    )
    for region, tenths in (("eu", 12), ("jp", 11)):
        (by,) = choose(found, 1, "standard", region=region).multipliers
        assert (by.numerator, by.denominator) == (tenths, 10)


def test_a_region_and_a_missing_time_are_both_noted_in_order() -> None:
    found = made({INPUT: 9, f"off_peak_pricing.{INPUT}": 3}, NIGHT)
    plane = choose(found, 1, "standard", region="eu")
    assert plane.notes == ("no_uplift_stated", "peak_price_assumed")
    assert plane.noted("no_uplift_stated") == plane


@pytest.mark.parametrize(
    ("prices", "bent", "varies"),
    [
        ({INPUT: 4, f"{INPUT}_batches": 2}, {}, False),
        ({INPUT: 4, f"{INPUT}_above_128k_tokens": 8}, {}, True),
        ({INPUT: 4}, RANGES, True),
        ({INPUT: 4}, {"off_peak_pricing.hours_utc": "00:00-12:00"}, True),
    ],
)
def test_a_cube_varies_with_context_and_hour_alone(
    prices: dict[str, int | str], bent: dict[str, str], varies: bool
) -> None:
    assert made(prices, bent).varies() is varies


def test_rules_that_stack_name_the_nearest_to_the_field_first() -> None:
    found = cube({INPUT: 8, IMAGE: 8, f"{INPUT}_batches": 4}, "vertex_ai", "claude-x")
    assert rate(found.cell("input_image_tokens", "batch")) == (4, "anthropic_batch_half")
    rates: dict[str, int | str] = {INPUT: 6, f"{INPUT}_flex": 3, f"{INPUT}_above_200k_tokens": 10}
    long = cube(rates, "gemini", "gemini-2.5-flash")
    assert rate(long.cell("input_video_tokens", "flex", 200_000)) == (
        5,
        "google_long_half+medium_at_text_rate",
    )


def test_the_name_of_a_region_is_the_same_in_any_case() -> None:
    eu = cube({INPUT: 10}, regional_processing_uplift_multiplier_eu="1.1")
    anywhere = cube({INPUT: 10}, regional_endpoint_uplift_multiplier="1.1")
    for region in ("eu", "EU", " Eu "):
        assert len(choose(eu, 1, "standard", region=region).multipliers) == 1
    for region in ("Global", "GLOBAL", "", " "):
        plane = choose(anywhere, 1, "standard", region=region)
        assert (plane.multipliers, plane.notes) == ((), ())


def test_a_search_size_without_a_price_is_missing_whatever_the_others_are() -> None:
    sizes = "search_context_cost_per_query.search_context_size"
    found = cube({f"{sizes}_low": 5, f"{sizes}_medium": "0.5"})
    assert isinstance(choose(found, 1, "standard").rate("web_searches"), InexactRate)
    high = choose(found, 1, "standard", search_context="high").rate("web_searches")
    assert high == MissingRate("p:m", "web_searches", "standard", None)
