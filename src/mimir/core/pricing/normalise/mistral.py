"""Mistral's usage object: chat completions, embeddings and transcriptions.

Rules:
1. ``prompt_tokens`` include the cached ones, which are reported under one or more of three names;
   the names that are given must state the same count.
2. Audio is charged by the second: ``prompt_audio_seconds``. A transcription is charged by nothing
   else; its tokens are read past. An empty object there states no seconds.
3. The total is prompt plus completion. With audio it also holds the audio's tokens, which aren't
   reported apart; it is at least the sum then.
4. Tokens and calls of connectors have no count of their own here: they are refused unless 0.

Sources: https://docs.mistral.ai/api, and
https://docs.mistral.ai/studio-api/conversations/advanced/prompt-caching.
"""

from typing import Final

from mimir.core.fields import InvalidField, invalid, is_object, members
from mimir.core.outcome import Failure, Outcome
from mimir.core.pricing.normalise.sides import Input, input_side
from mimir.core.pricing.normalise.steps import (
    Counts,
    Shape,
    agrees,
    count_of,
    read,
    same,
    usage,
    within,
    word,
)
from mimir.core.pricing.usage import Extra, Usage

_PROMPT: Final = "prompt_tokens"
_COMPLETION: Final = "completion_tokens"
_TOTAL: Final = "total_tokens"
_SECONDS: Final = "prompt_audio_seconds"
_CACHED: Final = (
    "prompt_tokens_details.cached_tokens",
    "prompt_token_details.cached_tokens",
    "num_cached_tokens",
)
_SHAPE: Final[Shape] = {
    _PROMPT: "count",
    _COMPLETION: "count",
    _TOTAL: "count",
    _SECONDS: "count",
    "prompt_tokens_details": {"cached_tokens": "count"},
    "prompt_token_details": {"cached_tokens": "count"},
    "num_cached_tokens": "count",
    "service_tier": "past",
}


def chat(raw: object, *, extra: Extra = "refuse") -> Outcome[Usage, InvalidField]:
    """Read the ``usage`` of a chat completion; ``prompt_tokens`` include the cached ones.

    The error names the field.

    >>> chat({
    ...     "prompt_tokens": 1013,
    ...     "total_tokens": 1043,
    ...     "completion_tokens": 30,
    ...     "prompt_tokens_details": {"cached_tokens": 1008},
    ... }).unwrap()
    Usage(input_tokens=5, cache_read_tokens=1008, output_tokens=30)
    """
    counts = read(_stated(raw), _SHAPE, extra)
    if isinstance(counts, InvalidField):
        return Failure(counts)
    cached = same(counts, *_CACHED)
    if isinstance(cached, InvalidField):
        return Failure(cached)
    error = within(counts, _PROMPT, _CACHED[:1]) or _total_error(counts)
    return _usage(counts, cached) if error is None else Failure(error)


def transcription(raw: object, *, extra: Extra = "refuse") -> Outcome[Usage, InvalidField]:
    """Read the ``usage`` of a transcription: its seconds of audio, which are all it is charged by.

    The error names the field.

    >>> transcription({
    ...     "prompt_audio_seconds": 203,
    ...     "prompt_tokens": 4,
    ...     "total_tokens": 3264,
    ...     "completion_tokens": 635,
    ... }).unwrap()
    Usage(input_seconds=203)
    """
    counts = read(_stated(raw), _SHAPE, extra)
    if isinstance(counts, InvalidField):
        return Failure(counts)
    if _SECONDS not in counts:
        return Failure(invalid("usage", _SECONDS, "required of a transcription"))
    return usage({"input_seconds": counts[_SECONDS]})


def served_tier(raw: object) -> str | None:
    """Return the tier that served; ``None`` where it isn't stated.

    A word that is no tier's name is returned as it is, for pricing to refuse.

    >>> served_tier({"service_tier": "priority"}), served_tier({})
    ('priority', None)
    """
    return word(raw, "service_tier")


def _stated(raw: object) -> object:
    if not is_object(raw):
        return raw
    seconds = members(raw).get(_SECONDS)
    empty = is_object(seconds) and not seconds
    return {key: value for key, value in raw.items() if value is not seconds} if empty else raw


def _total_error(counts: Counts) -> InvalidField | None:
    if count_of(counts, _SECONDS):
        return within(counts, _TOTAL, (_PROMPT, _COMPLETION)) if _TOTAL in counts else None
    return agrees(counts, _TOTAL, count_of(counts, _PROMPT) + count_of(counts, _COMPLETION))


def _usage(counts: Counts, cached: int) -> Outcome[Usage, InvalidField]:
    named = next((name for name in _CACHED if name in counts), _CACHED[0])
    buckets = input_side({**counts, named: cached}, Input(total=_PROMPT, cached=named))
    if isinstance(buckets, InvalidField):
        return Failure(buckets)
    came_out = {"output_tokens": count_of(counts, _COMPLETION)}
    return usage({**buckets, **came_out, "input_seconds": count_of(counts, _SECONDS)})
