"""What holds for every provider's usage object."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mimir import testing as some
from mimir.core.fields import InvalidField
from mimir.core.outcome import Failure, Outcome, Success
from mimir.core.pricing.dimensions import INPUT_SIDE, TOKENS
from mimir.core.pricing.normalise import (
    anthropic,
    bedrock,
    cohere,
    deepseek,
    gemini,
    mistral,
    openai,
    otel,
    xai,
)
from mimir.core.pricing.usage import Usage, counts
from mimir.core.pricing.usage import given as given_counts

Reader = Callable[..., Outcome[Usage, InvalidField]]
Raw = dict[str, Any]

COUNTS = st.integers(0, 3) | st.integers(0, 10**12)
READERS: dict[str, Reader] = {
    "openai.chat": openai.chat,
    "openai.responses": openai.responses,
    "openai.realtime": openai.realtime,
    "openai.images": openai.images,
    "openai.transcription": openai.transcription,
    "xai.chat": xai.chat,
    "xai.responses": xai.responses,
    "deepseek.chat": deepseek.chat,
    "mistral.chat": mistral.chat,
    "mistral.transcription": mistral.transcription,
    "anthropic.messages": anthropic.messages,
    "gemini.usage_metadata": gemini.usage_metadata,
    "bedrock.converse": bedrock.converse,
    "cohere.chat": cohere.chat,
    "otel.attributes": otel.attributes,
}
NAMES = {
    "openai.chat": ("prompt", "completion", "tokens_details"),
    "xai.chat": ("prompt", "completion", "tokens_details"),
    "openai.responses": ("input", "output", "tokens_details"),
    "xai.responses": ("input", "output", "tokens_details"),
    "openai.realtime": ("input", "output", "token_details"),
}


@st.composite
def usages(draw: st.DrawFn, *names: str) -> Usage:
    """Make a usage of some counts."""
    return Usage(**{name: draw(COUNTS) for name in names})


def total(usage: Usage, names: tuple[str, ...]) -> int:
    """Add the counts of a usage that are of the named dimensions."""
    shown = given_counts(usage)
    return sum(shown.get(name, 0) for name in names)


def whole(usage: Usage) -> tuple[int, int]:
    """Return all that went in and all that came out."""
    went_in = total(usage, INPUT_SIDE)
    return went_in, total(usage, TOKENS) - went_in


def like_openai(usage: Usage, first: str, second: str, suffix: str) -> Raw:
    """State a usage as OpenAI does."""
    went_in, came_out = whole(usage)
    return {
        f"{first}_tokens": went_in,
        f"{second}_tokens": came_out,
        "total_tokens": went_in + came_out,
        f"{first}_{suffix}": {
            "cached_tokens": usage.cache_read_tokens
            + usage.cache_read_audio_tokens
            + usage.cache_read_image_tokens,
            "cached_tokens_details": {
                "text_tokens": usage.cache_read_tokens,
                "audio_tokens": usage.cache_read_audio_tokens,
                "image_tokens": usage.cache_read_image_tokens,
            },
            "audio_tokens": usage.input_audio_tokens + usage.cache_read_audio_tokens,
            "image_tokens": usage.input_image_tokens + usage.cache_read_image_tokens,
        },
        f"{second}_{suffix}": {
            "reasoning_tokens": usage.reasoning_tokens,
            "audio_tokens": usage.output_audio_tokens,
        },
    }


@pytest.mark.parametrize("name", NAMES)
@given(
    usages(
        "input_tokens",
        "cache_read_tokens",
        "input_audio_tokens",
        "cache_read_audio_tokens",
        "input_image_tokens",
        "cache_read_image_tokens",
        "output_tokens",
        "reasoning_tokens",
        "output_audio_tokens",
    )
)
def test_what_is_stated_as_openai_states_it_is_read_back(name: str, usage: Usage) -> None:
    raw = like_openai(usage, *NAMES[name])
    if name == "xai.chat":
        raw["completion_tokens"] -= usage.reasoning_tokens
    assert READERS[name](raw) == Success(usage)


@given(
    usages(
        "input_tokens",
        "cache_read_tokens",
        "input_audio_tokens",
        "cache_read_audio_tokens",
        "input_video_tokens",
        "input_image_tokens",
        "cache_read_image_tokens",
        "output_tokens",
        "reasoning_tokens",
        "output_audio_tokens",
        "output_image_tokens",
    ),
    COUNTS,
)
def test_what_is_stated_as_google_states_it_is_read_back(usage: Usage, tool_use: int) -> None:
    went_in, came_out = whole(usage)
    cached = usage.cache_read_tokens + usage.cache_read_audio_tokens + usage.cache_read_image_tokens
    raw = {
        "promptTokenCount": went_in,
        "cachedContentTokenCount": cached,
        "toolUsePromptTokenCount": tool_use,
        "candidatesTokenCount": came_out - usage.reasoning_tokens,
        "thoughtsTokenCount": usage.reasoning_tokens,
        "totalTokenCount": went_in + came_out + tool_use,
        "promptTokensDetails": [
            {
                "modality": "AUDIO",
                "tokenCount": usage.input_audio_tokens + usage.cache_read_audio_tokens,
            },
            {
                "modality": "IMAGE",
                "tokenCount": usage.input_image_tokens + usage.cache_read_image_tokens,
            },
            {"modality": "VIDEO", "tokenCount": usage.input_video_tokens},
        ],
        "cacheTokensDetails": [
            {"modality": "AUDIO", "tokenCount": usage.cache_read_audio_tokens},
            {"modality": "IMAGE", "tokenCount": usage.cache_read_image_tokens},
            {"modality": "TEXT", "tokenCount": usage.cache_read_tokens},
        ],
        "candidatesTokensDetails": [
            {"modality": "AUDIO", "tokenCount": usage.output_audio_tokens},
            {"modality": "IMAGE", "tokenCount": usage.output_image_tokens},
        ],
    }
    assert gemini.usage_metadata(raw) == Success(usage + Usage(input_tokens=tool_use))


WRITTEN = usages(
    "input_tokens",
    "cache_read_tokens",
    "cache_write_5m_tokens",
    "cache_write_1h_tokens",
    "output_tokens",
)


@given(WRITTEN, st.booleans())
def test_who_excludes_the_cache_from_the_input_is_read_back(usage: Usage, cached: bool) -> None:
    written = usage.cache_write_5m_tokens + usage.cache_write_1h_tokens
    messages = {
        "input_tokens": usage.input_tokens,
        "cache_read_input_tokens": usage.cache_read_tokens,
        "cache_creation_input_tokens": written,
        "cache_creation": {
            "ephemeral_5m_input_tokens": usage.cache_write_5m_tokens,
            "ephemeral_1h_input_tokens": usage.cache_write_1h_tokens,
        },
        "output_tokens": usage.output_tokens,
    }
    plain = usage.input_tokens + usage.output_tokens
    converse = {
        "inputTokens": usage.input_tokens,
        "outputTokens": usage.output_tokens,
        "totalTokens": plain + (usage.cache_read_tokens + written if cached else 0),
        "cacheReadInputTokens": usage.cache_read_tokens,
        "cacheWriteInputTokens": written,
        "cacheDetails": [
            {"ttl": "1h", "inputTokens": usage.cache_write_1h_tokens},
            {"ttl": "5m", "inputTokens": usage.cache_write_5m_tokens},
        ],
    }
    assert anthropic.messages(messages) == bedrock.converse(converse) == Success(usage)


@given(
    usages("input_tokens", "cache_read_tokens", "cache_write_5m_tokens", "output_tokens"), COUNTS
)
def test_who_includes_the_cache_in_the_input_is_read_back(usage: Usage, reasoning: int) -> None:
    went_in, came_out = whole(usage)
    attributes = {
        "gen_ai.usage.input_tokens": went_in,
        "gen_ai.usage.cache_read.input_tokens": usage.cache_read_tokens,
        "gen_ai.usage.cache_creation.input_tokens": usage.cache_write_5m_tokens,
        "gen_ai.usage.output_tokens": came_out + reasoning,
        "gen_ai.usage.reasoning.output_tokens": reasoning,
    }
    raw = {
        "prompt_tokens": went_in,
        "prompt_tokens_details": {
            "cached_tokens": usage.cache_read_tokens,
            "cache_write_tokens": usage.cache_write_5m_tokens,
        },
        "completion_tokens": came_out + reasoning,
        "completion_tokens_details": {"reasoning_tokens": reasoning},
    }
    expected = Success(usage + Usage(reasoning_tokens=reasoning))
    assert otel.attributes(attributes) == openai.chat(raw) == expected


@given(usages("input_tokens", "cache_read_tokens", "output_tokens"))
def test_who_reports_text_alone_is_read_back(usage: Usage) -> None:
    went_in, came_out = whole(usage)
    raw = {
        "prompt_tokens": went_in,
        "completion_tokens": came_out,
        "total_tokens": went_in + came_out,
        "prompt_tokens_details": {"cached_tokens": usage.cache_read_tokens},
    }
    hits = {
        "prompt_cache_hit_tokens": usage.cache_read_tokens,
        "prompt_cache_miss_tokens": usage.input_tokens,
    }
    tokens = {"tokens": {"input_tokens": went_in, "output_tokens": came_out}}
    assert mistral.chat(raw) == deepseek.chat({**raw, **hits}) == Success(usage)
    assert cohere.chat({**tokens, "cached_tokens": usage.cache_read_tokens}) == Success(usage)


@given(
    st.fixed_dictionaries(
        {}, optional=dict.fromkeys(("cached", "written", "audio", "image"), COUNTS)
    ),
    COUNTS,
)
def test_the_counts_of_the_input_come_to_the_total_or_are_refused(
    parts: dict[str, int], prompt: int
) -> None:
    names = {
        "cached": "cached_tokens",
        "written": "cache_write_tokens",
        "audio": "audio_tokens",
        "image": "image_tokens",
    }
    details = {names[part]: count for part, count in parts.items()}
    read = openai.chat({"prompt_tokens": prompt, "prompt_tokens_details": details})
    cached = parts.get("cached", 0) + parts.get("written", 0)
    fits = max(cached, parts.get("audio", 0) + parts.get("image", 0)) <= prompt
    match read:
        case Success(usage):
            assert fits
            assert min(counts(usage)) >= 0
            assert total(usage, INPUT_SIDE) == prompt
        case Failure(error):
            assert not fits
            assert error.field.startswith("prompt_tokens_details.")


@pytest.mark.parametrize("name", READERS)
@given(raw=some.anything(), extra=st.sampled_from(["refuse", "ignore"]))
def test_any_value_has_an_outcome(name: str, raw: object, extra: str) -> None:
    read = READERS[name](raw, extra=extra)
    assert isinstance(read, Success | Failure)
    assert type(raw) is dict or isinstance(read, Failure)


@pytest.mark.parametrize("name", NAMES)
@given(
    raw=some.spoiled(
        usages("input_tokens", "output_tokens").map(
            lambda made: dict(like_openai(made, "prompt", "completion", "tokens_details"))
        )
    )
)
def test_a_spoiled_usage_has_an_outcome(name: str, raw: object) -> None:
    match READERS[name](raw):
        case Success(usage):
            assert min(counts(usage)) >= 0
        case Failure(error):
            assert error.code == "invalid_usage"


@pytest.mark.parametrize("name", [name for name in READERS if name != "otel.attributes"])
@given(key=st.text(min_size=1, max_size=9), count=st.integers(1, 9) | st.floats(0.5, 9))
def test_a_count_that_is_not_known_never_costs_nothing(name: str, key: str, count: float) -> None:
    unknown = {f"new_{key}": count, "type": "any"}
    assert isinstance(READERS[name](unknown), Failure)
    assert isinstance(READERS[name](unknown, extra="ignore"), Failure)
