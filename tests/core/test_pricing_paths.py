"""The fields of a price list: each name is read as one cell, known with a reason, or unknown."""

import pytest

from mimir.core.pricing.dimensions import DIMENSIONS, FEES, SUFFIXES, TOKENS, Dimension
from mimir.core.pricing.paths import Address, address
from mimir.core.pricing.unread import is_no_price, is_read_term, unread

INPUT = "input_cost_per_token"
FIELDS = [(item, field) for item in DIMENSIONS for field in item.fields]
OF_TOKENS = [(item, field) for item, field in FIELDS if item.name in TOKENS]


@pytest.mark.parametrize(("item", "field"), FIELDS)
def test_every_field_of_a_dimension_is_read_as_it(item: Dimension, field: str) -> None:
    assert address(field) == Address(item.name)
    assert address(f"{field}_above_200k_tokens") == Address(item.name, above=200_000)
    by_query = field.endswith("_per_query")
    ranged = None if by_query else Address(item.name, part="range", position=7)
    assert address(f"tiered_pricing[7].{field}") == ranged
    assert address(f"off_peak_pricing.{field}") == Address(item.name, part="off_peak")


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_every_token_field_is_read_in_every_tier_and_context(suffix: str) -> None:
    for item, field in OF_TOKENS:
        tier = SUFFIXES[suffix]
        assert address(f"{field}_{suffix}") == Address(item.name, tier)
        assert address(f"{field}_above_272k_tokens_{suffix}") == Address(item.name, tier, 272_000)


def test_a_fee_of_one_service_tier_is_not_read_since_a_fee_has_none() -> None:
    fees = [field for item, field in FIELDS if item.name in FEES]
    tiered = [f"{field}_{suffix}" for field in fees for suffix in SUFFIXES]
    assert [path for path in tiered if address(path) is not None] == []


@pytest.mark.parametrize("size", ["low", "medium", "high"])
def test_a_search_has_a_price_for_each_amount_of_context(size: str) -> None:
    place = address(f"search_context_cost_per_query.search_context_size_{size}")
    assert place is not None
    assert (place.dimension, place.search) == ("web_searches", size)


@pytest.mark.parametrize(
    ("path", "place"),
    [
        (
            "cache_creation_input_token_cost_above_1hr_above_200k_tokens_batches",
            Address("cache_write_1h_tokens", "batch", 200_000),
        ),
        ("cache_creation_input_token_cost_above_12hr", Address("cache_write_12h_tokens")),
        ("input_cost_per_token_cache_hit", Address("cache_read_tokens")),
        ("input_cost_per_query", Address("requests")),
        ("tiered_pricing[0].input_cost_per_query", None),
        ("explicit_cache_read_input_token_cost", None),
        (f"{INPUT}_batches_above_128k_tokens", None),
        (f"{INPUT}_above_128k", None),
        (f"{INPUT}_fastest", None),
        (f"{INPUT}_", None),
        (INPUT.upper(), None),
        (f" {INPUT}", None),
        ("", None),
        (f"off_peak_pricing.{INPUT}_batches", None),
        (f"off_peak_pricing.{INPUT}_above_200k_tokens", None),
        (f"tiered_pricing[0].{INPUT}_above_128k_tokens", None),
        (f"tiered_pricing[x].{INPUT}", None),
        ("search_context_cost_per_query.search_context_size_huge", None),
    ],
)
def test_a_field_is_read_by_its_exact_name(path: str, place: Address | None) -> None:
    assert address(path) == place


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("explicit_cache_read_input_token_cost", "second kind of cache read"),
        ("input_cost_per_video_per_second_above_15s_interval", "length of each clip"),
        ("search_free_requests.count", "allowance"),
        ("cache_creation_input_audio_token_cost", "written to a cache"),
        ("output_cost_per_second_1080p", "size of the picture"),
        ("input_cost_per_pixel", "size of the picture"),
        ("ocr_cost_per_page", "page or credit"),
        ("input_cost_per_text_message", "message"),
        ("vector_store_cost_per_gb_per_day", "tool"),
        ("tiered_pricing[0].max_results_range[1]", "search service"),
        ("tiered_pricing[0].input_cost_per_query", "search service"),
        ("provider_specific_entry.volcengine_video_frames.480p.16:9", "video"),
        ("provider_specific_entry.minimax_free_input_images", "free in each request"),
    ],
)
def test_a_field_that_is_not_read_has_its_reason(path: str, words: str) -> None:
    reason = unread(path)
    assert reason is not None
    assert words in reason
    assert address(path) is None
    assert not is_read_term(path)
    assert not is_no_price(path)


@pytest.mark.parametrize(
    "path",
    [
        "tiered_pricing[0].range[0]",
        "tiered_pricing[12].range[1]",
        "off_peak_pricing.weekday_timezone",
        "off_peak_pricing.hours_utc",
        "off_peak_pricing.hours_utc[1]",
        "off_peak_pricing.windows[0].hours_utc",
        "off_peak_pricing.windows[0].weekdays[6]",
        "regional_processing_uplift_multiplier_eu",
        "regional_endpoint_uplift_multiplier",
        "provider_specific_entry.us",
        "provider_specific_entry.fast",
    ],
)
def test_a_term_that_bends_prices_is_read(path: str) -> None:
    assert is_read_term(path)
    assert not is_no_price(path)
    assert unread(path) is None


@pytest.mark.parametrize("path", ["off_peak_pricing.weekdays", "off_peak_pricing.weekdays[0]"])
def test_weekdays_without_windows_are_a_term_that_is_read(path: str) -> None:
    assert is_read_term(path)


@pytest.mark.parametrize(
    "path",
    [
        "tiered_pricing[0].range[2]",
        "off_peak_pricing.hours_local",
        "regional_processing_uplift_multiplier_",
        "provider_specific_entry.eu",
        "dream_pricing",
    ],
)
def test_a_term_of_no_known_name_is_neither_read_nor_excused(path: str) -> None:
    assert not is_read_term(path)
    assert not is_no_price(path)
    assert unread(path) is None


@pytest.mark.parametrize(
    "path",
    [
        "input_dbu_cost_per_token",
        "output_dbu_cost_per_token",
        "web_search_billing_unit",
        "provider_specific_entry.bedrock_invocation_schema",
    ],
)
def test_a_term_that_is_no_price_is_known(path: str) -> None:
    assert is_no_price(path)
    assert not is_read_term(path)
