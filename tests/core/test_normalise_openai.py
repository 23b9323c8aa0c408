"""How OpenAI's usage objects, and those of services that count like it, become disjoint counts."""

import pytest

from mimir.core.limits import LIST_MAX_ITEMS
from mimir.core.pricing.normalise import deepseek, openai, xai
from mimir.core.pricing.usage import Usage

BIG = 2**63 - 1


def test_cached_and_audio_tokens_are_taken_out_of_the_prompt() -> None:
    read = openai.chat(
        {
            "prompt_tokens": 100,
            "completion_tokens": 50,
            "total_tokens": 150,
            "prompt_tokens_details": {"cached_tokens": 60, "audio_tokens": 10},
            "completion_tokens_details": {"reasoning_tokens": 20, "audio_tokens": 5},
        }
    )
    assert read.unwrap() == Usage(
        input_tokens=30,
        cache_read_tokens=60,
        input_audio_tokens=10,
        output_tokens=25,
        reasoning_tokens=20,
        output_audio_tokens=5,
    )


def test_rejected_predictions_stay_output() -> None:
    details = {"accepted_prediction_tokens": 12, "rejected_prediction_tokens": 30}
    raw = {"prompt_tokens": 1, "completion_tokens": 50, "completion_tokens_details": details}
    assert openai.chat(raw).unwrap() == Usage(input_tokens=1, output_tokens=50)


def test_an_embedding_reports_its_prompt_alone() -> None:
    raw = {"prompt_tokens": 8, "total_tokens": 8}
    assert openai.chat(raw).unwrap() == Usage(input_tokens=8)


def test_null_and_absent_are_zero() -> None:
    raw = {"prompt_tokens": None, "prompt_tokens_details": None, "total_tokens": None}
    assert openai.chat(raw).unwrap() == openai.chat({}).unwrap() == Usage()


@pytest.mark.parametrize(
    ("details", "field"),
    [
        ({"cached_tokens": 101}, "cached_tokens"),
        ({"audio_tokens": 101}, "audio_tokens"),
        ({"image_tokens": 60, "audio_tokens": 60}, "audio_tokens"),
        ({"text_tokens": 101}, "text_tokens"),
        ({"cached_tokens": 60, "cache_write_tokens": 41}, "cache_write_tokens"),
        (
            {"audio_tokens": 5, "cached_tokens": 9, "cached_tokens_details": {"audio_tokens": 6}},
            "cached_tokens_details.audio_tokens",
        ),
        (
            {"cached_tokens": 9, "cached_tokens_details": {"text_tokens": 10}},
            "cached_tokens_details.text_tokens",
        ),
        (
            {
                "audio_tokens": 9,
                "image_tokens": 9,
                "cached_tokens": 9,
                "cached_tokens_details": {"image_tokens": 5, "audio_tokens": 5},
            },
            "cached_tokens_details.audio_tokens",
        ),
    ],
)
def test_a_part_of_the_prompt_that_is_larger_than_its_total_is_named(
    details: dict[str, object], field: str
) -> None:
    error = openai.chat({"prompt_tokens": 100, "prompt_tokens_details": details}).failure()
    assert (error.code, error.field) == ("invalid_usage", f"prompt_tokens_details.{field}")


@pytest.mark.parametrize(
    ("details", "field"),
    [
        ({"reasoning_tokens": 11}, "reasoning_tokens"),
        ({"reasoning_tokens": 6, "audio_tokens": 5}, "audio_tokens"),
        ({"rejected_prediction_tokens": 11}, "rejected_prediction_tokens"),
    ],
)
def test_a_part_of_the_completion_that_is_larger_than_its_total_is_named(
    details: dict[str, object], field: str
) -> None:
    error = openai.chat({"completion_tokens": 10, "completion_tokens_details": details}).failure()
    assert error.field == f"completion_tokens_details.{field}"


@pytest.mark.parametrize("bad", [-1, True, 1.0, "1", BIG + 1, [], {}])
def test_what_is_no_count_is_refused_by_its_path(bad: object) -> None:
    raw = {"prompt_tokens": 5, "prompt_tokens_details": {"cached_tokens": bad}}
    assert openai.chat(raw).failure().field == "prompt_tokens_details.cached_tokens"


@pytest.mark.parametrize("bad", [[], "x", 3, True])
def test_details_that_are_no_object_are_refused_by_their_name(bad: object) -> None:
    assert openai.chat({"prompt_tokens_details": bad}).failure().field == "prompt_tokens_details"


@pytest.mark.parametrize("bad", [None, [], "x", 3])
def test_a_usage_that_is_no_object_is_refused(bad: object) -> None:
    assert openai.chat(bad).failure().field == ""


def test_counts_are_read_up_to_the_largest_integer() -> None:
    assert openai.chat({"prompt_tokens": BIG}).unwrap() == Usage(input_tokens=BIG)


@pytest.mark.parametrize("value", [1, -1, 0.5, [1], {"a": 2}, {"a": [{"b": 1}]}, b"x", [[2]]])
def test_an_unknown_key_that_may_be_charged_for_is_refused_by_its_name(value: object) -> None:
    raw = {"prompt_tokens": 1, "prompt_tokens_details": {"video_tokens": value}}
    assert openai.chat(raw).failure().field == "prompt_tokens_details.video_tokens"
    assert openai.chat(raw, extra="ignore").unwrap() == Usage(input_tokens=1)


@pytest.mark.parametrize(
    "value",
    [0, 0.0, None, "a", True, [], {}, [0, None], {"a": 0, "b": "c"}, {"a": {"b": ["c"]}}, [[]]],
)
def test_an_unknown_key_that_holds_no_count_is_read_past(value: object) -> None:
    assert openai.chat({"prompt_tokens": 1, "new": value}).unwrap() == Usage(input_tokens=1)


def test_an_unknown_key_of_too_many_parts_may_be_charged_for() -> None:
    wide: list[object] = [None] * LIST_MAX_ITEMS
    assert openai.chat({"prompt_tokens": 1, "new": wide}).failure().field == "new"
    assert openai.chat({"prompt_tokens": 1, "new": wide[2:]}).unwrap().input_tokens == 1


def test_an_object_in_which_no_count_is_known_is_never_free() -> None:
    whole_response = {"id": "chatcmpl-1", "usage": {"prompt_tokens": 5}}
    error = openai.chat(whole_response, extra="ignore").failure()
    assert error.field == "usage"
    assert openai.chat({"id": "chatcmpl-1"}, extra="ignore").unwrap() == Usage()


def test_what_other_services_add_to_this_api_is_read_past_or_checked() -> None:
    raw = {"prompt_tokens": 9, "completion_tokens": 1, "total_tokens": 10, "cached_tokens": 4}
    added = {
        "queue_time": 0.02,
        "prompt_time": 0.001,
        "completion_time": 0.5,
        "total_time": 0.501,
        "cost": 0.00014,
        "cost_details": {"upstream_inference_cost": 0.00013},
        "latency_checkpoint": {"engine_ttft_ms": 70},
    }
    read = openai.chat({**raw, **added}).unwrap()
    assert read == Usage(input_tokens=5, cache_read_tokens=4, output_tokens=1)
    twice = {**raw, "prompt_tokens_details": {"cached_tokens": 4}}
    assert openai.chat(twice).unwrap() == read
    contradicted = {**raw, "prompt_tokens_details": {"cached_tokens": 3}}
    assert openai.chat(contradicted).failure().field == "cached_tokens"


def test_text_and_media_come_to_no_more_than_their_total() -> None:
    details = {"image_tokens": 10, "text_tokens": 10}
    error = openai.chat({"prompt_tokens": 10, "prompt_tokens_details": details}).failure()
    assert error.field == "prompt_tokens_details.text_tokens"


def test_a_generated_images_output_is_of_images_where_nothing_is_said() -> None:
    raw = {
        "input_tokens": 50,
        "input_tokens_details": {"image_tokens": 0, "text_tokens": 50},
        "output_tokens": 4160,
        "total_tokens": 4210,
    }
    read = openai.images(raw).unwrap()
    assert read == Usage(input_tokens=50, output_image_tokens=4160)
    stated = {**raw, "output_tokens_details": {"image_tokens": 4000, "text_tokens": 160}}
    assert openai.images(stated).unwrap().output_tokens == 160
    for extra in ("refuse", "ignore"):
        error = openai.responses(raw, extra=extra).failure()
        assert error.field == "output_tokens_details"
    assert openai.images({"input_tokens": True}).failure().field == "input_tokens"
    assert openai.images({"input_tokens": 1, "total_tokens": 3}).failure().field == "total_tokens"


def test_a_transcription_is_counted_in_whole_seconds() -> None:
    assert openai.transcription({"type": "duration", "seconds": 9}).unwrap() == Usage(
        input_seconds=9
    )
    tokens = {"type": "tokens", "input_tokens": 14, "output_tokens": 45, "total_tokens": 59}
    assert openai.transcription(tokens).unwrap() == Usage(input_tokens=14, output_tokens=45)
    error = openai.transcription({"type": "duration", "seconds": 9.5}).failure()
    assert error.field == "seconds"


@pytest.mark.parametrize(
    ("raw", "tier"),
    [({"service_tier": "priority"}, "priority"), ({"service_tier": 3}, None), ([], None)],
)
def test_the_tier_that_a_usage_states_is_the_one_that_served(raw: object, tier: str | None) -> None:
    assert openai.served_tier(raw) == tier


def test_xais_total_says_where_the_reasoning_of_a_response_is() -> None:
    raw = {
        "input_tokens": 32,
        "output_tokens": 9,
        "output_tokens_details": {"reasoning_tokens": 110},
        "total_tokens": 151,
    }
    outside = xai.responses(raw).unwrap()
    assert outside == Usage(input_tokens=32, output_tokens=9, reasoning_tokens=110)
    inside = xai.responses({**raw, "output_tokens": 119}).unwrap()
    assert inside == outside


def test_a_key_that_is_no_text_is_named_too() -> None:
    assert openai.chat({7: 1}).failure().field == "7"


def test_another_providers_usage_is_not_read_as_nothing() -> None:
    assert openai.chat({"input_tokens": 5, "output_tokens": 6}).failure().field == "input_tokens"


def test_a_total_that_holds_more_than_its_parts_is_refused() -> None:
    """Read by OpenAI's rule, the reasoning of xAI's chat would cost nothing."""
    raw = {
        "prompt_tokens": 32,
        "completion_tokens": 9,
        "total_tokens": 135,
        "completion_tokens_details": {"reasoning_tokens": 9},
    }
    error = openai.chat(raw).failure()
    assert error.field == "total_tokens"
    assert error.message == "expected the sum of its parts, 41, got 135"


def test_cached_tokens_of_no_stated_medium_are_text_then_images_then_audio() -> None:
    details = {"cached_tokens": 90, "image_tokens": 40, "audio_tokens": 30}
    read = openai.chat({"prompt_tokens": 100, "prompt_tokens_details": details}).unwrap()
    assert read == Usage(
        cache_read_tokens=30,
        cache_read_image_tokens=40,
        cache_read_audio_tokens=20,
        input_audio_tokens=10,
    )


def test_writes_live_30_minutes_unless_split() -> None:
    details: dict[str, object] = {"cached_tokens": 2000, "cache_write_tokens": 400}
    raw = {"input_tokens": 2600, "input_tokens_details": details}
    plain = Usage(input_tokens=200, cache_read_tokens=2000)
    assert openai.responses(raw).unwrap() == plain + Usage(cache_write_5m_tokens=400)
    details["cache_write_tokens_details"] = {"ttl_30m_tokens": 100, "ttl_12h_tokens": 300}
    split = Usage(cache_write_5m_tokens=100, cache_write_12h_tokens=300)
    assert openai.responses(raw).unwrap() == plain + split


def test_writes_that_are_split_into_another_sum_are_refused() -> None:
    details = {"cache_write_tokens": 5, "cache_write_tokens_details": {"ttl_12h_tokens": 4}}
    raw = {"input_tokens": 9, "input_tokens_details": details}
    assert openai.responses(raw).failure().field == "input_tokens_details.cache_write_tokens"


def test_a_generated_images_output_is_by_medium() -> None:
    raw = {
        "input_tokens": 60,
        "input_tokens_details": {"image_tokens": 40, "text_tokens": 20},
        "output_tokens": 1056,
        "output_tokens_details": {"image_tokens": 1056, "text_tokens": 0},
        "total_tokens": 1116,
    }
    read = openai.responses(raw).unwrap()
    assert read == Usage(input_tokens=20, input_image_tokens=40, output_image_tokens=1056)


def test_a_transcription_billed_by_tokens_is_read_and_one_by_seconds_refused() -> None:
    raw = {
        "type": "tokens",
        "input_tokens": 14,
        "input_token_details": {"text_tokens": 0, "audio_tokens": 14},
        "output_tokens": 45,
        "total_tokens": 59,
    }
    assert openai.realtime(raw).unwrap() == Usage(input_audio_tokens=14, output_tokens=45)
    assert openai.realtime({"type": "duration", "seconds": 9}).failure().field == "seconds"


def test_xais_chat_costs_what_xai_charged() -> None:
    """One tick is 10^-10 dollars; the rates are 1.25, 0.20 and 2.50 dollars per million."""
    raw = {
        "prompt_tokens": 10120,
        "completion_tokens": 1499,
        "total_tokens": 14428,
        "prompt_tokens_details": {"cached_tokens": 128},
        "completion_tokens_details": {"reasoning_tokens": 2809},
        "cost_in_usd_ticks": 232856000,
    }
    read = xai.chat(raw).unwrap()
    output = read.output_tokens + read.reasoning_tokens
    picodollars = (
        read.input_tokens * 1_250_000 + read.cache_read_tokens * 200_000 + output * 2_500_000
    )
    assert picodollars == 232856000 * 100


def test_xais_reasoning_may_exceed_its_completion() -> None:
    raw = {"completion_tokens": 2, "completion_tokens_details": {"reasoning_tokens": 317}}
    assert xai.chat(raw).unwrap() == Usage(output_tokens=2, reasoning_tokens=317)


def test_xais_total_that_leaves_no_room_for_reasoning_is_refused() -> None:
    raw = {
        "prompt_tokens": 686,
        "completion_tokens": 123,
        "total_tokens": 809,
        "completion_tokens_details": {"reasoning_tokens": 112},
    }
    assert xai.chat(raw).failure().field == "total_tokens"
    assert openai.chat(raw).unwrap().reasoning_tokens == 112


@pytest.mark.parametrize("key", ["num_sources_used", "num_server_side_tools_used"])
def test_xais_charges_without_a_count_of_their_own_are_refused(key: str) -> None:
    assert xai.chat({"prompt_tokens": 1, key: 3}).failure().field == key


def test_xais_other_tools_are_refused_by_their_name() -> None:
    raw = {"server_side_tool_usage_details": {"web_search_calls": 2, "x_search_calls": 3}}
    field = "server_side_tool_usage_details.x_search_calls"
    assert xai.responses(raw).failure().field == field
    assert xai.responses(raw, extra="ignore").unwrap() == Usage(web_searches=2)


def test_a_bad_count_of_xais_is_named() -> None:
    assert xai.chat({"prompt_tokens": -1}).failure().field == "prompt_tokens"
    assert xai.responses({"input_tokens": -1}).failure().field == "input_tokens"


def test_deepseeks_hits_are_cached_and_misses_are_not() -> None:
    raw = {"prompt_tokens": 10, "prompt_cache_hit_tokens": 4, "prompt_cache_miss_tokens": 6}
    assert deepseek.chat(raw).unwrap() == Usage(input_tokens=6, cache_read_tokens=4)


def test_deepseeks_misses_are_never_dropped() -> None:
    error = deepseek.chat({"prompt_cache_miss_tokens": 64, "completion_tokens": 3}).failure()
    assert error.field == "prompt_cache_miss_tokens"


def test_deepseeks_hits_are_read_under_either_name() -> None:
    raw = {"prompt_tokens": 10, "prompt_tokens_details": {"cached_tokens": 4}}
    assert deepseek.chat(raw).unwrap() == Usage(input_tokens=6, cache_read_tokens=4)


@pytest.mark.parametrize(
    ("raw", "field"),
    [
        (
            {"prompt_tokens": 11, "prompt_cache_hit_tokens": 4, "prompt_cache_miss_tokens": 6},
            "prompt_tokens",
        ),
        (
            {
                "prompt_tokens": 10,
                "prompt_cache_hit_tokens": 4,
                "prompt_tokens_details": {"cached_tokens": 5},
            },
            "prompt_tokens_details.cached_tokens",
        ),
        ({"prompt_tokens": 3, "prompt_cache_hit_tokens": 4}, "prompt_cache_hit_tokens"),
        ({"prompt_tokens": "3"}, "prompt_tokens"),
        ({"prompt_tokens": 1, "total_tokens": 3}, "total_tokens"),
    ],
)
def test_deepseeks_contradictions_are_named(raw: object, field: str) -> None:
    assert deepseek.chat(raw).failure().field == field
