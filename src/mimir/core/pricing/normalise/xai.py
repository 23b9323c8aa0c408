"""xAI's usage objects: chat completions and responses.

Rules:
1. On both the input includes the cached tokens and those of images.
2. ``completion_tokens`` of a chat exclude reasoning, and ``total_tokens`` include it;
   ``output_tokens`` of a response include it, unless its total says that they don't.
3. A total that contradicts this is refused. A service that serves xAI's models and counts reasoning
   into the completion counts as OpenAI does: read it as such.
4. Web searches are charged by the call. Another tool's calls, and the sources of the retired live
   search, have no count of their own here, so they are refused unless they are 0.
5. What xAI itself charged (``cost_in_usd_ticks``) is read past.

Sources: https://docs.x.ai/docs/key-information/consumption-and-rate-limits,
https://docs.x.ai/developers/advanced-api-usage/prompt-caching/usage-and-pricing,
https://docs.x.ai/developers/cost-tracking.
"""

from typing import Final

from mimir.core.fields import InvalidField
from mimir.core.outcome import Failure, Outcome
from mimir.core.pricing.normalise import openai_parts
from mimir.core.pricing.normalise.openai_parts import CHAT, RESPONSES, Names
from mimir.core.pricing.normalise.steps import Counts, Shape, count_of, read, usage
from mimir.core.pricing.usage import Extra, Usage

_REASONING: Final = "completion_tokens_details.reasoning_tokens"
_OUTSIDE: Final = "output_tokens_details.reasoning_tokens"
_SEARCHES: Final = "server_side_tool_usage_details.web_search_calls"
_CHAT_KEYS: Final[Shape] = {
    "cost_in_usd_ticks": "past",
    "server_side_tool_usage_details": {"web_search_calls": "count"},
}
_RESPONSE_KEYS: Final[Shape] = {
    **_CHAT_KEYS,
    "num_server_side_tools_used": "past",  # the sum of the details beside it
    "context_details": "past",
}


def chat(raw: object, *, extra: Extra = "refuse") -> Outcome[Usage, InvalidField]:
    """Read the ``usage`` of a chat completion, whose completion excludes its reasoning.

    The total, where given, is prompt plus completion plus reasoning. The error names the field.

    >>> chat({
    ...     "prompt_tokens": 663,
    ...     "completion_tokens": 50,
    ...     "total_tokens": 837,
    ...     "prompt_tokens_details": {"text_tokens": 663, "image_tokens": 0, "cached_tokens": 654},
    ...     "completion_tokens_details": {"reasoning_tokens": 124, "audio_tokens": 0},
    ...     "num_sources_used": 0,
    ...     "cost_in_usd_ticks": 1234500,
    ... }).unwrap()
    Usage(input_tokens=9, cache_read_tokens=654, output_tokens=50, reasoning_tokens=124)
    """
    counts = read(raw, openai_parts.shape(CHAT, _CHAT_KEYS), extra)
    if isinstance(counts, InvalidField):
        return Failure(counts)
    completion = count_of(counts, CHAT.output) + count_of(counts, _REASONING)
    return _usage({**counts, CHAT.output: completion}, CHAT)


def responses(raw: object, *, extra: Extra = "refuse") -> Outcome[Usage, InvalidField]:
    """Read the ``usage`` of a response, whose output includes its reasoning.

    Where the total is input plus output plus reasoning, the output excludes it. The error names the
    field.

    >>> responses({
    ...     "input_tokens": 57743,
    ...     "output_tokens": 4373,
    ...     "output_tokens_details": {"reasoning_tokens": 3041},
    ...     "total_tokens": 62116,
    ...     "num_server_side_tools_used": 2,
    ...     "server_side_tool_usage_details": {"web_search_calls": 2, "x_search_calls": 0},
    ...     "cost_in_usd_ticks": 1575680000,
    ... }).unwrap()
    Usage(input_tokens=57743, output_tokens=1332, reasoning_tokens=3041, web_searches=2)
    """
    counts = read(raw, openai_parts.shape(RESPONSES, _RESPONSE_KEYS), extra)
    if isinstance(counts, InvalidField):
        return Failure(counts)
    reasoning, output = count_of(counts, _OUTSIDE), count_of(counts, RESPONSES.output)
    total = count_of(counts, RESPONSES.input) + output + reasoning
    if reasoning and counts.get("total_tokens") == total:
        counts = {**counts, RESPONSES.output: output + reasoning}
    return _usage(counts, RESPONSES)


def _usage(counts: Counts, names: Names) -> Outcome[Usage, InvalidField]:
    buckets = openai_parts.disjoint(counts, names)
    if isinstance(buckets, InvalidField):
        return Failure(buckets)
    return usage({**buckets, "web_searches": count_of(counts, _SEARCHES)})
