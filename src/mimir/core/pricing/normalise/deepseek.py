"""DeepSeek's usage object: chat completions.

Rules:
1. ``prompt_tokens`` are ``prompt_cache_hit_tokens`` plus ``prompt_cache_miss_tokens``. Hits are
   also reported as ``prompt_tokens_details.cached_tokens``, which must be the same count.
2. ``completion_tokens`` include ``reasoning_tokens``.
3. The total is prompt plus completion.

Source: https://api-docs.deepseek.com/api/create-chat-completion.
"""

from typing import Final

from mimir.core.fields import InvalidField
from mimir.core.outcome import Failure, Outcome
from mimir.core.pricing.normalise import openai_parts
from mimir.core.pricing.normalise.openai_parts import CHAT
from mimir.core.pricing.normalise.steps import (
    Counts,
    Shape,
    agrees,
    count_of,
    read,
    same,
    usage,
    within,
)
from mimir.core.pricing.usage import Extra, Usage

_HIT: Final = "prompt_cache_hit_tokens"
_MISS: Final = "prompt_cache_miss_tokens"
_CACHED: Final = "prompt_tokens_details.cached_tokens"
_KEYS: Final[Shape] = {_HIT: "count", _MISS: "count"}


def chat(raw: object, *, extra: Extra = "refuse") -> Outcome[Usage, InvalidField]:
    """Read the ``usage`` of a chat completion.

    Hits and misses come to the prompt; the completion includes its reasoning. The error names the
    field.

    >>> chat({
    ...     "prompt_tokens": 512,
    ...     "completion_tokens": 300,
    ...     "total_tokens": 812,
    ...     "prompt_tokens_details": {"cached_tokens": 448},
    ...     "completion_tokens_details": {"reasoning_tokens": 210},
    ...     "prompt_cache_hit_tokens": 448,
    ...     "prompt_cache_miss_tokens": 64,
    ... }).unwrap()
    Usage(input_tokens=64, cache_read_tokens=448, output_tokens=90, reasoning_tokens=210)
    """
    counts = read(raw, openai_parts.shape(CHAT, _KEYS), extra)
    if isinstance(counts, InvalidField):
        return Failure(counts)
    cached = _cached(counts)
    if isinstance(cached, InvalidField):
        return Failure(cached)
    buckets = openai_parts.disjoint({**counts, _CACHED: cached}, CHAT)
    return Failure(buckets) if isinstance(buckets, InvalidField) else usage(buckets)


def _cached(counts: Counts) -> int | InvalidField:
    if _MISS in counts:
        error = agrees(counts, CHAT.input, count_of(counts, _HIT) + counts[_MISS])
        if error is not None:
            return error
    error = within(counts, CHAT.input, (_HIT, _MISS))
    return same(counts, _HIT, _CACHED) if error is None else error
