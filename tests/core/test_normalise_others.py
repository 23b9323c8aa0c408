"""How the usage of Mistral, Cohere and OpenTelemetry becomes disjoint counts."""

import pytest

from mimir.core.pricing.normalise import cohere, mistral, otel
from mimir.core.pricing.usage import Usage


@pytest.mark.parametrize(
    "cached",
    [
        {"prompt_tokens_details": {"cached_tokens": 6}},
        {"prompt_token_details": {"cached_tokens": 6}},
        {"num_cached_tokens": 6},
        {"num_cached_tokens": 6, "prompt_tokens_details": {"cached_tokens": 6}},
    ],
)
def test_mistrals_cached_tokens_are_read_under_each_of_their_names(
    cached: dict[str, object],
) -> None:
    raw = {"prompt_tokens": 10, "completion_tokens": 3, "total_tokens": 13, **cached}
    read = mistral.chat(raw).unwrap()
    assert read == Usage(input_tokens=4, cache_read_tokens=6, output_tokens=3)


def test_mistrals_audio_is_counted_in_seconds_and_its_tokens_are_in_the_total_alone() -> None:
    raw = {
        "prompt_audio_seconds": 203,
        "prompt_tokens": 4,
        "total_tokens": 3264,
        "completion_tokens": 635,
    }
    read = mistral.chat(raw).unwrap()
    assert read == Usage(input_tokens=4, output_tokens=635, input_seconds=203)
    del raw["total_tokens"]
    assert mistral.chat(raw).unwrap() == read


@pytest.mark.parametrize(
    ("raw", "field"),
    [
        ({"prompt_tokens": 1.0}, "prompt_tokens"),
        ({"prompt_tokens": 1, "total_tokens": 2}, "total_tokens"),
        ({"num_cached_tokens": 1}, "num_cached_tokens"),
        (
            {"prompt_tokens": 1, "prompt_tokens_details": {"cached_tokens": 2}},
            "prompt_tokens_details.cached_tokens",
        ),
        (
            {
                "prompt_tokens": 9,
                "num_cached_tokens": 1,
                "prompt_tokens_details": {"cached_tokens": 2},
            },
            "num_cached_tokens",
        ),
        ({"prompt_audio_seconds": 1, "prompt_tokens": 4, "total_tokens": 3}, "prompt_tokens"),
        ({"connector_tokens": 4}, "connector_tokens"),
        ({"connectors": {"web_search": 1}}, "connectors"),
    ],
)
def test_mistrals_contradictions_are_named(raw: object, field: str) -> None:
    assert mistral.chat(raw).failure().field == field


def test_coheres_billed_units_count_and_not_the_processed_tokens() -> None:
    raw = {
        "billed_units": {"input_tokens": 5, "output_tokens": 418},
        "tokens": {"input_tokens": 71, "output_tokens": 420},
    }
    assert cohere.chat(raw).unwrap() == Usage(input_tokens=5, output_tokens=418)


def test_coheres_processed_tokens_count_where_nothing_is_said_to_be_billed() -> None:
    raw = {
        "billed_units": None,
        "tokens": {"input_tokens": 71, "output_tokens": 420},
        "cached_tokens": 64,
    }
    read = cohere.chat(raw).unwrap()
    assert read == Usage(input_tokens=7, cache_read_tokens=64, output_tokens=420)


def test_coheres_reranking_is_a_request_and_an_image_an_image() -> None:
    raw = {"billed_units": {"search_units": 2, "images": 1}, "warnings": ["old"]}
    assert cohere.chat(raw).unwrap() == Usage(requests=2, input_images=1)


@pytest.mark.parametrize(
    ("raw", "field"),
    [
        ({"billed_units": {"input_tokens": 5.0}}, "billed_units.input_tokens"),
        ({"billed_units": {"classifications": 1}}, "billed_units.classifications"),
        ({"tokens": {"input_tokens": 1}, "cached_tokens": 2}, "cached_tokens"),
        (
            {
                "billed_units": {"input_tokens": 5},
                "tokens": {"input_tokens": 1},
                "cached_tokens": 2,
            },
            "cached_tokens",
        ),
    ],
)
def test_coheres_contradictions_are_named(raw: object, field: str) -> None:
    assert cohere.chat(raw).failure().field == field


def test_a_spans_other_attributes_are_read_past() -> None:
    raw = {"server.port": 443, "gen_ai.request.max_tokens": 9, 3: 4, "gen_ai.usage.input_tokens": 5}
    assert otel.attributes(raw).unwrap() == Usage(input_tokens=5)


def test_a_spans_older_names_are_read() -> None:
    raw = {"gen_ai.usage.prompt_tokens": 5, "gen_ai.usage.completion_tokens": 6}
    assert otel.attributes(raw).unwrap() == Usage(input_tokens=5, output_tokens=6)


@pytest.mark.parametrize(
    ("raw", "field"),
    [
        ({"input_tokens": -1}, "input_tokens"),
        ({"input_tokens": 1, "prompt_tokens": 2}, "prompt_tokens"),
        ({"input_tokens": 1, "cache_read.input_tokens": 2}, "cache_read.input_tokens"),
        (
            {
                "input_tokens": 3,
                "cache_read.input_tokens": 2,
                "cache_write.input_tokens": 2,
            },
            "cache_write.input_tokens",
        ),
        ({"output_tokens": 1, "reasoning.output_tokens": 2}, "reasoning.output_tokens"),
        ({"input_tokens": 1, "total_tokens": 2}, "total_tokens"),
        ({"input_tokens": 1, "cache_read_input_tokens": 1}, "cache_read_input_tokens"),
    ],
)
def test_a_spans_contradictions_are_named(raw: dict[str, int], field: str) -> None:
    attributes = {f"gen_ai.usage.{name}": count for name, count in raw.items()}
    assert otel.attributes(attributes).failure().field == f"gen_ai.usage.{field}"


def test_attributes_that_are_no_object_are_refused() -> None:
    assert otel.attributes([]).failure().field == ""


def test_mistrals_transcription_is_charged_by_its_seconds_alone() -> None:
    raw = {
        "prompt_audio_seconds": 9,
        "prompt_tokens": 4,
        "completion_tokens": 5,
        "total_tokens": 99,
    }
    assert mistral.transcription(raw).unwrap() == Usage(input_seconds=9)
    assert mistral.transcription({"prompt_tokens": 4}).failure().field == "prompt_audio_seconds"
    assert mistral.transcription(None).failure().field == ""
    assert mistral.transcription({"prompt_tokens": True}).failure().field == "prompt_tokens"


def test_mistrals_empty_seconds_are_none() -> None:
    raw = {"prompt_audio_seconds": {}, "prompt_tokens": 4}
    assert mistral.chat(raw).unwrap() == Usage(input_tokens=4)
    assert (
        mistral.chat({"prompt_audio_seconds": {"a": 1}}).failure().field == "prompt_audio_seconds"
    )


def test_mistrals_tier_is_the_one_that_served() -> None:
    assert mistral.served_tier({"service_tier": "priority", "prompt_tokens": 4}) == "priority"
    assert mistral.chat({"service_tier": "priority", "prompt_tokens": 4}).unwrap().input_tokens == 4
    assert mistral.served_tier({}) is None


def test_coheres_images_are_charged_by_their_tokens_where_these_are_billed() -> None:
    by_token = {"billed_units": {"images": 1, "image_tokens": 128}}
    assert cohere.chat(by_token).unwrap() == Usage(input_image_tokens=128)
    assert cohere.chat({"billed_units": {"images": 1}}).unwrap() == Usage(input_images=1)


def test_a_spans_details_are_the_same_counts_once_more_and_audio() -> None:
    raw = {
        "gen_ai.usage.input_tokens": 1000,
        "gen_ai.usage.output_tokens": 50,
        "gen_ai.usage.cache_read.input_tokens": 500,
        "gen_ai.usage.details.cache_read_tokens": 500,
        "gen_ai.usage.details.cache_write_tokens": 20,
        "gen_ai.usage.details.reasoning_tokens": 10,
        "gen_ai.usage.details.input_audio_tokens": 100,
        "gen_ai.usage.details.cache_audio_read_tokens": 40,
        "gen_ai.usage.details.output_audio_tokens": 5,
        "gen_ai.usage.cost": 0.001,
    }
    assert otel.attributes(raw).unwrap() == Usage(
        input_tokens=420,
        cache_read_tokens=460,
        cache_write_5m_tokens=20,
        input_audio_tokens=60,
        cache_read_audio_tokens=40,
        output_tokens=35,
        reasoning_tokens=10,
        output_audio_tokens=5,
    )
    other = {**raw, "gen_ai.usage.details.cache_read_tokens": 499}
    assert otel.attributes(other).failure().field == "gen_ai.usage.details.cache_read_tokens"
