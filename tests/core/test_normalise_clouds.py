"""How the usage of Anthropic, Google and Amazon becomes disjoint counts."""

import pytest

from mimir.core.pricing.normalise import anthropic, bedrock, gemini
from mimir.core.pricing.usage import Usage

BIG = 2**63 - 1


def test_anthropics_input_excludes_the_cache() -> None:
    raw = {
        "input_tokens": 50,
        "cache_read_input_tokens": 100_000,
        "cache_creation_input_tokens": 248,
        "output_tokens": 503,
    }
    assert anthropic.messages(raw).unwrap() == Usage(
        input_tokens=50, cache_read_tokens=100_000, cache_write_5m_tokens=248, output_tokens=503
    )


def test_anthropics_thinking_is_part_of_the_output() -> None:
    raw = {"output_tokens": 30, "output_tokens_details": {"thinking_tokens": 20}}
    assert anthropic.messages(raw).unwrap() == Usage(output_tokens=10, reasoning_tokens=20)


def test_anthropics_searches_are_counted_and_fetches_are_free() -> None:
    raw = {"server_tool_use": {"web_search_requests": 3, "web_fetch_requests": 2}}
    assert anthropic.messages(raw).unwrap() == Usage(web_searches=3)


@pytest.mark.parametrize(
    ("raw", "field"),
    [
        ({"input_tokens": -5}, "input_tokens"),
        (
            {
                "cache_creation_input_tokens": 10,
                "cache_creation": {
                    "ephemeral_5m_input_tokens": 4,
                    "ephemeral_1h_input_tokens": 5,
                },
            },
            "cache_creation_input_tokens",
        ),
        (
            {"output_tokens": 3, "output_tokens_details": {"thinking_tokens": 4}},
            "output_tokens_details.thinking_tokens",
        ),
        (
            {"server_tool_use": {"code_execution_requests": 1}},
            "server_tool_use.code_execution_requests",
        ),
        ({"iterations": 3}, "iterations"),
        ({"iterations": [3]}, "iterations[0].type"),
        (
            {"iterations": [{"type": "message"}, {"type": "compaction", "input_tokens": 9}]},
            "iterations[1].type",
        ),
        (
            {"iterations": [{"type": "message"}, {"type": "fallback_message"}]},
            "iterations[1].type",
        ),
        ({"iterations": [{"type": "message", "input_tokens": 9}]}, "iterations"),
        ({"iterations": [{"type": "message", "input_tokens": "9"}]}, "iterations[0].input_tokens"),
        (
            {"iterations": [{"type": "message", "model": "a"}, {"type": "message", "model": "b"}]},
            "iterations",
        ),
        ({"fallback_credit": {"status": {"type": "redeemed"}}}, "fallback_credit.status.type"),
    ],
)
def test_anthropics_contradictions_are_named(raw: object, field: str) -> None:
    assert anthropic.messages(raw).failure().field == field


def test_anthropics_iterations_of_messages_are_in_the_top_level() -> None:
    one = {"type": "message", "input_tokens": 5, "output_tokens": 6}
    raw = {"input_tokens": 10, "output_tokens": 12, "iterations": [one, one]}
    assert anthropic.messages(raw).unwrap() == Usage(input_tokens=10, output_tokens=12)


def test_anthropics_other_iterations_are_read_by_themselves() -> None:
    compaction = {"type": "compaction", "input_tokens": 180_000, "output_tokens": 3500}
    raw = {"input_tokens": 23_000, "output_tokens": 1000, "iterations": [compaction]}
    beside = anthropic.messages(raw, extra="ignore").unwrap()
    whole = beside + anthropic.messages(compaction).unwrap()
    assert whole == Usage(input_tokens=203_000, output_tokens=4500)


def test_a_credit_that_is_not_redeemed_changes_nothing() -> None:
    credit = {"status": {"type": "not_applied", "reason": "expired"}}
    read = anthropic.messages({"input_tokens": 4, "fallback_credit": credit}).unwrap()
    assert read == Usage(input_tokens=4)


def test_writes_are_counted_by_their_lifetimes_where_no_sum_is_stated() -> None:
    split = {"ephemeral_1h_input_tokens": 10, "ephemeral_5m_input_tokens": 20}
    written = Usage(cache_write_5m_tokens=20, cache_write_1h_tokens=10)
    assert anthropic.messages({"cache_creation": split}).unwrap() == written
    details = [{"ttl": "1h", "inputTokens": 10}, {"ttl": "5m", "inputTokens": 20}]
    assert bedrock.converse({"cacheDetails": details}).unwrap() == written


@pytest.mark.parametrize(
    ("raw", "tier"),
    [
        ({"service_tier": "standard"}, "standard"),
        ({"service_tier": "standard", "speed": "fast"}, "fast"),
        ({"service_tier": "batch", "speed": "fast"}, "batch"),
        ({"service_tier": "newest"}, "newest"),
        ({"service_tier": 3}, None),
        ({"service_tier": ""}, None),
        ("text", None),
    ],
)
def test_anthropics_tier_is_the_one_that_served(raw: object, tier: str | None) -> None:
    assert anthropic.served_tier(raw) == tier


@pytest.mark.parametrize(
    ("raw", "region"),
    [({"inference_geo": "us"}, "us"), ({"inference_geo": "not_available"}, None), ({}, None)],
)
def test_anthropics_region_is_where_the_model_ran(raw: object, region: str | None) -> None:
    assert anthropic.served_region(raw) == region


def test_googles_thoughts_and_tool_use_stand_outside_the_other_counts() -> None:
    raw = {
        "promptTokenCount": 151,
        "candidatesTokenCount": 1089,
        "totalTokenCount": 20689,
        "toolUsePromptTokenCount": 18329,
        "thoughtsTokenCount": 1120,
        "promptTokensDetails": [{"modality": "TEXT", "tokenCount": 151}],
        "toolUsePromptTokensDetails": [{"modality": "TEXT", "tokenCount": 18329}],
    }
    assert gemini.usage_metadata(raw).unwrap() == Usage(
        input_tokens=18480, output_tokens=1089, reasoning_tokens=1120
    )


def test_googles_media_are_split_by_what_was_cached_of_each() -> None:
    raw = {
        "promptTokenCount": 1000,
        "cachedContentTokenCount": 600,
        "promptTokensDetails": [
            {"modality": "AUDIO", "tokenCount": 300},
            {"modality": "VIDEO", "tokenCount": 200},
            {"modality": "DOCUMENT", "tokenCount": 100},
            {"modality": "IMAGE", "tokenCount": 50},
        ],
        "cacheTokensDetails": [
            {"modality": "AUDIO", "tokenCount": 100},
            {"modality": "VIDEO", "tokenCount": 120},
            {"modality": "IMAGE", "tokenCount": 80},
            {"modality": "TEXT", "tokenCount": 300},
        ],
        "candidatesTokenCount": 60,
        "candidatesTokensDetails": [
            {"modality": "IMAGE", "tokenCount": 30},
            {"modality": "AUDIO", "tokenCount": 10},
            {"modality": "VIDEO", "tokenCount": 5},
            {"tokenCount": 15},
        ],
    }
    assert gemini.usage_metadata(raw).unwrap() == Usage(
        input_tokens=50,
        cache_read_tokens=300,
        input_audio_tokens=200,
        cache_read_audio_tokens=100,
        input_video_tokens=80,
        input_image_tokens=70,
        cache_read_image_tokens=200,
        output_tokens=15,
        output_image_tokens=30,
        output_audio_tokens=10,
        output_video_tokens=5,
    )


def test_a_live_sessions_response_is_its_output() -> None:
    raw = {
        "promptTokenCount": 5,
        "responseTokenCount": 9,
        "responseTokensDetails": [{"modality": "AUDIO", "tokenCount": 9}],
        "totalTokenCount": 14,
    }
    read = gemini.usage_metadata(raw).unwrap()
    assert read == Usage(input_tokens=5, output_audio_tokens=9)


@pytest.mark.parametrize(
    ("raw", "field"),
    [
        (None, ""),
        ({"promptTokenCount": 1.5}, "promptTokenCount"),
        ({"promptTokenCount": 1, "cachedContentTokenCount": 2}, "cachedContentTokenCount"),
        ({"promptTokenCount": 1, "totalTokenCount": 2}, "totalTokenCount"),
        ({"candidatesTokenCount": 1, "responseTokenCount": 2}, "responseTokenCount"),
        ({"promptTokensDetails": 3}, "promptTokensDetails"),
        ({"promptTokensDetails": [3]}, "promptTokensDetails[0]"),
        (
            {"promptTokensDetails": [{"modality": "TEXT", "tokenCount": -1}]},
            "promptTokensDetails[0].tokenCount",
        ),
        (
            {"promptTokensDetails": [{"modality": "SMELL", "tokenCount": 1}]},
            "promptTokensDetails[0].modality",
        ),
        (
            {"promptTokensDetails": [{"modality": 3, "tokenCount": 1}]},
            "promptTokensDetails[0].modality",
        ),
        (
            {
                "promptTokenCount": 9,
                "promptTokensDetails": [
                    {"modality": "TEXT", "tokenCount": 5},
                    {"modality": "AUDIO", "tokenCount": 5},
                ],
            },
            "promptTokensDetails.AUDIO",
        ),
        (
            {
                "promptTokenCount": 9,
                "cachedContentTokenCount": 5,
                "cacheTokensDetails": [{"modality": "AUDIO", "tokenCount": 5}],
            },
            "cacheTokensDetails.AUDIO",
        ),
        (
            {
                "toolUsePromptTokenCount": 1,
                "toolUsePromptTokensDetails": [{"modality": "IMAGE", "tokenCount": 2}],
            },
            "toolUsePromptTokensDetails.IMAGE",
        ),
    ],
)
def test_googles_contradictions_are_named(raw: object, field: str) -> None:
    assert gemini.usage_metadata(raw).failure().field == field


def test_a_sum_past_the_largest_integer_is_refused() -> None:
    raw = {"promptTokenCount": BIG, "toolUsePromptTokenCount": 1}
    assert gemini.usage_metadata(raw).failure().field == "input_tokens"


def test_an_unknown_modality_can_be_read_as_text() -> None:
    details = [{"modality": "SMELL", "tokenCount": 4}]
    raw = {"promptTokenCount": 4, "promptTokensDetails": details}
    assert gemini.usage_metadata(raw, extra="ignore").unwrap() == Usage(input_tokens=4)


@pytest.mark.parametrize(
    ("raw", "tier"),
    [
        ({"trafficType": "ON_DEMAND"}, "standard"),
        ({"trafficType": "ON_DEMAND_PRIORITY"}, "priority"),
        ({"trafficType": "PROVISIONED_THROUGHPUT"}, "PROVISIONED_THROUGHPUT"),
        ({"serviceTier": "unspecified", "trafficType": "ON_DEMAND_FLEX"}, "flex"),
        ({"serviceTier": "standard"}, "standard"),
        ({"trafficType": "TRAFFIC_TYPE_UNSPECIFIED"}, None),
        ({"trafficType": 3}, None),
        ([], None),
    ],
)
def test_googles_tier_is_the_one_that_served(raw: object, tier: str | None) -> None:
    assert gemini.served_tier(raw) == tier


def test_googles_two_names_of_the_output_state_the_same_media() -> None:
    audio = [{"modality": "audio", "tokenCount": 9}]
    raw = {"candidatesTokenCount": 9, "responseTokenCount": 9, "responseTokensDetails": audio}
    assert gemini.usage_metadata(raw).unwrap() == Usage(output_audio_tokens=9)
    text = [{"modality": "AUDIO", "tokenCount": 8}]
    error = gemini.usage_metadata({**raw, "candidatesTokensDetails": text}).failure()
    assert error.field == "responseTokensDetails.AUDIO"


def test_googles_cached_text_is_part_of_the_text() -> None:
    raw = {
        "promptTokenCount": 100,
        "cachedContentTokenCount": 80,
        "promptTokensDetails": [
            {"modality": "TEXT", "tokenCount": 20},
            {"modality": "AUDIO", "tokenCount": 80},
        ],
        "cacheTokensDetails": [{"modality": "TEXT", "tokenCount": 80}],
    }
    assert gemini.usage_metadata(raw).failure().field == "cacheTokensDetails.TEXT"


def test_bedrocks_input_excludes_the_cache() -> None:
    raw = {"inputTokens": 4, "outputTokens": 5, "cacheReadInputTokens": 6}
    read = bedrock.converse({**raw, "cacheWriteInputTokens": 7}).unwrap()
    assert read == Usage(
        input_tokens=4, cache_read_tokens=6, cache_write_5m_tokens=7, output_tokens=5
    )


@pytest.mark.parametrize("total", [9, 15])
def test_bedrocks_total_is_with_or_without_the_cache(total: int) -> None:
    raw = {"inputTokens": 4, "outputTokens": 5, "cacheReadInputTokens": 6, "totalTokens": total}
    assert bedrock.converse(raw).unwrap().cache_read_tokens == 6


def test_bedrocks_second_names_state_the_same() -> None:
    raw = {"cacheReadInputTokenCount": 6, "cacheWriteInputTokens": 7}
    read = bedrock.converse({**raw, "cacheWriteInputTokenCount": 7}).unwrap()
    assert read == Usage(cache_read_tokens=6, cache_write_5m_tokens=7)


@pytest.mark.parametrize(
    ("raw", "field"),
    [
        ({"inputTokens": True}, "inputTokens"),
        ({"inputTokens": 4, "totalTokens": 5}, "totalTokens"),
        (
            {"cacheReadInputTokens": 1, "cacheReadInputTokenCount": 2},
            "cacheReadInputTokenCount",
        ),
        (
            {"cacheWriteInputTokens": 1, "cacheWriteInputTokenCount": 2},
            "cacheWriteInputTokenCount",
        ),
        ({"cacheDetails": {}}, "cacheDetails"),
        ({"cacheDetails": [None]}, "cacheDetails[0]"),
        ({"cacheDetails": [{"ttl": "5m", "inputTokens": -1}]}, "cacheDetails[0].inputTokens"),
        ({"cacheDetails": [{"ttl": "1d", "inputTokens": 1}]}, "cacheDetails[0].ttl"),
        (
            {"cacheWriteInputTokens": 2, "cacheDetails": [{"ttl": "5m", "inputTokens": 1}]},
            "cacheWriteInputTokens",
        ),
    ],
)
def test_bedrocks_contradictions_are_named(raw: object, field: str) -> None:
    assert bedrock.converse(raw).failure().field == field
