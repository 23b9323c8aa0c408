"""The calls that packages are compared by, and what each of them is worth.

Rules:
1. A call is right where the amount is exactly the one of fractions over the package's own rates, or
   where the package has no rate and says so.
2. Counts are disjoint: a token is in one bucket. Each adapter adds them up as its package wants.
3. A call that is malformed has no right amount: refusing it is right.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple


class Call(NamedTuple):
    """One call: its counts by dimension, and its conditions.

    ``at`` is UTC text; ``off_peak`` says which of a model's hours it falls in.
    """

    name: str
    provider: str
    model: str
    counts: Mapping[str, int]
    tier: str = "standard"
    region: str | None = None
    malformed: bool = False
    at: str | None = None
    off_peak: bool = False


_GPT, _LONG, _CLAUDE, _GEMINI = "gpt-4o", "gpt-5.4", "claude-sonnet-4-5", "gemini-2.5-pro"
_PLAIN: Final = {"input_tokens": 1_234, "output_tokens": 567}

CALLS: Final = (
    Call("plain", "openai", _GPT, _PLAIN),
    Call("plain, Anthropic", "anthropic", _CLAUDE, _PLAIN),
    Call("plain, Google", "gemini", _GEMINI, _PLAIN),
    Call("embedding", "openai", "text-embedding-3-small", {"input_tokens": 4_001}),
    Call("cached read", "openai", _LONG, {**_PLAIN, "cache_read_tokens": 3_001}),
    Call(
        "cache read and 5-minute write",
        "anthropic",
        _CLAUDE,
        {**_PLAIN, "cache_read_tokens": 3_001, "cache_write_5m_tokens": 2_003},
    ),
    Call("1-hour write", "anthropic", _CLAUDE, {**_PLAIN, "cache_write_1h_tokens": 2_003}),
    Call("batch", "openai", _LONG, _PLAIN, "batch"),
    Call("batch, Anthropic", "anthropic", _CLAUDE, _PLAIN, "batch"),
    Call(
        "1-hour write in a batch",
        "anthropic",
        _CLAUDE,
        {**_PLAIN, "cache_write_1h_tokens": 2_003},
        "batch",
    ),
    Call("flex", "openai", _LONG, {**_PLAIN, "cache_read_tokens": 3_001}, "flex"),
    Call("priority", "openai", _LONG, _PLAIN, "priority"),
    Call("at the threshold", "openai", _LONG, {"input_tokens": 272_000, "output_tokens": 9}),
    Call("above the threshold", "openai", _LONG, {"input_tokens": 272_001, "output_tokens": 9}),
    Call(
        "above it by its cache",
        "openai",
        _LONG,
        {"input_tokens": 2_001, "cache_read_tokens": 270_000, "output_tokens": 9},
    ),
    Call("long context, Google", "gemini", _GEMINI, {"input_tokens": 200_001, "output_tokens": 9}),
    Call("long flex", "openai", _LONG, {"input_tokens": 300_001, "output_tokens": 9}, "flex"),
    Call("long batch", "openai", _LONG, {"input_tokens": 300_001, "output_tokens": 9}, "batch"),
    Call("reasoning", "openai", _LONG, {**_PLAIN, "reasoning_tokens": 901}),
    Call("reasoning, Google", "gemini", "gemini-2.5-flash", {**_PLAIN, "reasoning_tokens": 901}),
    Call(
        "audio in and out",
        "openai",
        "gpt-audio",
        {**_PLAIN, "input_audio_tokens": 501, "output_audio_tokens": 77},
    ),
    Call(
        "image in and out",
        "openai",
        "gpt-image-1.5",
        {"input_tokens": 101, "input_image_tokens": 1_501, "output_image_tokens": 4_001},
    ),
    Call(
        "cached image",
        "openai",
        "gpt-realtime",
        {**_PLAIN, "input_image_tokens": 901, "cache_read_image_tokens": 1_201},
    ),
    Call("residency", "openai", _LONG, _PLAIN, region="eu"),
    Call("residency, Anthropic", "anthropic", "claude-opus-4-8", _PLAIN, region="us"),
    Call("fast mode", "anthropic", "claude-opus-4-8", _PLAIN, "fast"),
    Call("peak hours", "deepseek", "deepseek-flash", _PLAIN, at="2026-11-23T02:00:00Z"),
    Call(
        "off-peak hours",
        "deepseek",
        "deepseek-flash",
        _PLAIN,
        at="2026-11-23T12:00:00Z",
        off_peak=True,
    ),
    Call("web searches", "anthropic", _CLAUDE, {**_PLAIN, "web_searches": 3}),
    Call("a tier that has no rate", "openai", _GPT, _PLAIN, "flex"),
    Call("unknown tier", "openai", _GPT, _PLAIN, "turbo", malformed=True),
    Call("unknown model", "openai", "no-such-model", _PLAIN, malformed=True),
    Call("misspelt model", "openai", "gpt-4o-minii", _PLAIN, malformed=True),
    Call(
        "a date that is none of the model's", "openai", "gpt-4o-2099-12-31", _PLAIN, malformed=True
    ),
    Call("a suffix that no model has", "openai", "gpt-4o-high", _PLAIN, malformed=True),
    Call("negative tokens", "openai", _GPT, {**_PLAIN, "output_tokens": -5}, malformed=True),
    Call("misspelt count", "openai", _GPT, {"input_tokenz": 1_000}, malformed=True),
    Call(
        "more cached than there were",
        "openai",
        _GPT,
        {"prompt_tokens": 100, "cached_tokens": 500},
        malformed=True,
    ),
)
