"""Amazon Bedrock's usage object: the Converse API.

Rules:
1. ``inputTokens`` exclude the tokens read from a cache and those written to one. What InvokeModel
   returns is in the words of the model's maker, to be read as such.
2. Written tokens are split by lifetime under ``cacheDetails``; without it all live 5 minutes.
3. ``outputTokens`` include reasoning, which isn't reported apart.
4. ``totalTokens`` is input plus output, with or without the cached and written tokens: models
   differ in this.
5. The counts of the cache are also reported under a second name, which must state the same.

Sources: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_TokenUsage.html,
https://docs.aws.amazon.com/bedrock/latest/userguide/prompt-caching.html.
"""

from typing import Final

from mimir.core.fields import InvalidField, excerpt, invalid, is_object, is_text, items, members
from mimir.core.outcome import Failure, Outcome
from mimir.core.pricing.normalise.steps import (
    Counts,
    Shape,
    agrees,
    count_of,
    lifetimes,
    read,
    same,
    usage,
)
from mimir.core.pricing.usage import Extra, Usage

_READ: Final = ("cacheReadInputTokens", "cacheReadInputTokenCount")
_WRITTEN: Final = ("cacheWriteInputTokens", "cacheWriteInputTokenCount")
_SHAPE: Final[Shape] = {
    **dict.fromkeys(("inputTokens", "outputTokens", "totalTokens"), "count"),
    **dict.fromkeys((*_READ, *_WRITTEN), "count"),
    "cacheDetails": "past",  # a list, read by itself
}


def converse(raw: object, *, extra: Extra = "refuse") -> Outcome[Usage, InvalidField]:
    """Read the ``usage`` of a Converse response; ``inputTokens`` exclude the cache's tokens.

    The error names the field.

    >>> converse({
    ...     "inputTokens": 12,
    ...     "outputTokens": 350,
    ...     "totalTokens": 3975,
    ...     "cacheReadInputTokens": 1613,
    ...     "cacheWriteInputTokens": 2000,
    ...     "cacheDetails": [
    ...         {"ttl": "1h", "inputTokens": 1500}, {"ttl": "5m", "inputTokens": 500},
    ...     ],
    ... }).unwrap()  # doctest: +NORMALIZE_WHITESPACE
    Usage(input_tokens=12, cache_read_tokens=1613, cache_write_5m_tokens=500,
          cache_write_1h_tokens=1500, output_tokens=350)
    """
    counts = read(raw, _SHAPE, extra)
    if isinstance(counts, InvalidField):
        return Failure(counts)
    cache = _cache(counts, raw, extra)
    if isinstance(cache, InvalidField):
        return Failure(cache)
    plain = {
        "input_tokens": count_of(counts, "inputTokens"),
        "output_tokens": count_of(counts, "outputTokens"),
    }
    sides = sum(plain.values())
    error = agrees(counts, "totalTokens", sides, sides + sum(cache.values()))
    return usage({**plain, **cache}) if error is None else Failure(error)


def _cache(counts: Counts, raw: object, extra: Extra) -> Counts | InvalidField:
    cached = same(counts, *_READ)
    if isinstance(cached, InvalidField):
        return cached
    written = same(counts, *_WRITTEN)
    if isinstance(written, InvalidField):
        return written
    split = _split(raw, extra)
    if isinstance(split, InvalidField):
        return split
    total = _WRITTEN[0]
    stated = {total: written} if any(name in counts for name in _WRITTEN) else {}
    lived = lifetimes({**split, **stated}, total, "cacheDetails.5m", "cacheDetails.1h")
    if isinstance(lived, InvalidField):
        return lived
    return {
        "cache_read_tokens": cached,
        "cache_write_5m_tokens": lived[0],
        "cache_write_1h_tokens": lived[1],
    }


def _split(raw: object, extra: Extra) -> Counts | InvalidField:
    entries = (
        items(members(raw).get("cacheDetails"), "usage", "cacheDetails") if is_object(raw) else []
    )
    if isinstance(entries, InvalidField):
        return entries
    counts: Counts = {}
    for position, entry in enumerate(entries):
        where = f"cacheDetails[{position}]"
        entry_counts = read(entry, {"ttl": "past", "inputTokens": "count"}, extra, where)
        if isinstance(entry_counts, InvalidField):
            return entry_counts
        ttl = members(entry).get("ttl") if is_object(entry) else None
        if not (is_text(ttl) and ttl in ("5m", "1h")):
            return invalid("usage", f"{where}.ttl", f"expected 5m or 1h, got {excerpt(ttl)}")
        name = f"cacheDetails.{ttl}"
        counts[name] = count_of(counts, name) + count_of(entry_counts, f"{where}.inputTokens")
    return counts
