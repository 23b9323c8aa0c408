"""OpenAI's usage objects: chat completions, responses, and realtime.

Rules:
1. The input includes the cached tokens, the ones written to a cache, and those of every medium; the
   output includes reasoning and audio. So each part is taken out of its total.
2. Predicted tokens that were rejected are billed as output, and are part of it already.
3. Writes that live 30 minutes have the base rate of a cache write; those that live 12 hours have
   their own count.
4. The total is input plus output. One that isn't is refused: it comes from a service that counts
   by another rule under the same names.
5. The service tier stands beside the usage object, and calls of tools are items of the output:
   count searches from these.

Sources: https://platform.openai.com/docs/api-reference/chat/object,
https://platform.openai.com/docs/api-reference/responses/object,
https://developers.openai.com/api/docs/guides/prompt-caching.
"""

from typing import Final

from attrs import frozen

from mimir.core.fields import InvalidField
from mimir.core.outcome import Failure, Outcome
from mimir.core.pricing.normalise.sides import Input, Output, input_side, output_side
from mimir.core.pricing.normalise.steps import (
    Counts,
    Shape,
    agrees,
    count_of,
    joined,
    lifetimes,
    read,
    usage,
)
from mimir.core.pricing.usage import Extra, Usage


@frozen
class Names:
    """What an endpoint calls its two totals, and the objects that hold their parts."""

    input: str
    output: str
    input_details: str
    output_details: str


CHAT: Final = Names(
    "prompt_tokens", "completion_tokens", "prompt_tokens_details", "completion_tokens_details"
)
RESPONSES: Final = Names(
    "input_tokens", "output_tokens", "input_tokens_details", "output_tokens_details"
)
REALTIME: Final = Names(
    "input_tokens", "output_tokens", "input_token_details", "output_token_details"
)

_MEDIA: Final[Shape] = {"text_tokens": "count", "image_tokens": "count", "audio_tokens": "count"}
_INPUT_DETAILS: Final[Shape] = {
    **_MEDIA,
    "cached_tokens": "count",
    "cached_tokens_details": _MEDIA,
    "cache_write_tokens": "count",
    "cache_write_tokens_details": {"ttl_30m_tokens": "count", "ttl_12h_tokens": "count"},
}
_OUTPUT_DETAILS: Final[Shape] = {
    **_MEDIA,
    "reasoning_tokens": "count",
    "accepted_prediction_tokens": "count",
    "rejected_prediction_tokens": "count",
}


def chat(raw: object, *, extra: Extra = "refuse") -> Outcome[Usage, InvalidField]:
    """Read the ``usage`` of a chat completion, or of an embedding.

    ``prompt_tokens`` include ``cached_tokens``, ``cache_write_tokens`` and ``audio_tokens``;
    ``completion_tokens`` include ``reasoning_tokens`` and ``audio_tokens``. The error names the
    field.

    >>> chat({
    ...     "prompt_tokens": 2006,
    ...     "completion_tokens": 300,
    ...     "total_tokens": 2306,
    ...     "prompt_tokens_details": {"cached_tokens": 1920, "audio_tokens": 0},
    ...     "completion_tokens_details": {"reasoning_tokens": 192, "rejected_prediction_tokens": 0},
    ... }).unwrap()
    Usage(input_tokens=86, cache_read_tokens=1920, output_tokens=108, reasoning_tokens=192)
    >>> too_many = {"prompt_tokens": 100, "prompt_tokens_details": {"cached_tokens": 500}}
    >>> chat(too_many).failure().field
    'prompt_tokens_details.cached_tokens'
    """
    return normalise(raw, CHAT, extra)


def responses(raw: object, *, extra: Extra = "refuse") -> Outcome[Usage, InvalidField]:
    """Read the ``usage`` of a response, or of a generated image that states its output's medium.

    ``input_tokens`` include ``cached_tokens`` and ``cache_write_tokens``; ``output_tokens`` include
    ``reasoning_tokens``. The error names the field.

    >>> responses({
    ...     "input_tokens": 18014,
    ...     "input_tokens_details": {"cache_write_tokens": 18011, "cached_tokens": 0},
    ...     "output_tokens": 20,
    ...     "output_tokens_details": {"reasoning_tokens": 8},
    ...     "total_tokens": 18034,
    ... }).unwrap()
    Usage(input_tokens=3, cache_write_5m_tokens=18011, output_tokens=12, reasoning_tokens=8)
    """
    return normalise(raw, RESPONSES, extra)


def realtime(raw: object, *, extra: Extra = "refuse") -> Outcome[Usage, InvalidField]:
    """Read the ``usage`` of a realtime response, or of a transcription billed by tokens.

    As ``responses``, with the details under ``input_token_details`` and ``output_token_details``,
    and the cached tokens by medium under ``cached_tokens_details``. The error names the field.

    >>> realtime({
    ...     "total_tokens": 253,
    ...     "input_tokens": 132,
    ...     "output_tokens": 121,
    ...     "input_token_details": {
    ...         "text_tokens": 119,
    ...         "audio_tokens": 13,
    ...         "cached_tokens": 64,
    ...         "cached_tokens_details": {"text_tokens": 54, "audio_tokens": 10},
    ...     },
    ...     "output_token_details": {"text_tokens": 30, "audio_tokens": 91},
    ... }).unwrap()  # doctest: +NORMALIZE_WHITESPACE
    Usage(input_tokens=65, cache_read_tokens=54, input_audio_tokens=3, cache_read_audio_tokens=10,
          output_tokens=30, output_audio_tokens=91)
    """
    return normalise(raw, REALTIME, extra)


def normalise(raw: object, names: Names, extra: Extra) -> Outcome[Usage, InvalidField]:
    """Read a usage object of an endpoint by its names.

    >>> normalise({"prompt_tokens": 3}, CHAT, "refuse").unwrap()
    Usage(input_tokens=3)
    """
    counts = read(raw, shape(names, {}), extra)
    if isinstance(counts, InvalidField):
        return Failure(counts)
    buckets = disjoint(counts, names)
    return Failure(buckets) if isinstance(buckets, InvalidField) else usage(buckets)


def shape(names: Names, more: Shape) -> Shape:
    """Return the shape of a usage object by its names, with further keys.

    >>> shape(CHAT, {"sources": "past"})["sources"]
    'past'
    """
    return {
        names.input: "count",
        names.output: "count",
        names.input_details: _INPUT_DETAILS,
        names.output_details: _OUTPUT_DETAILS,
        "total_tokens": "count",
        "service_tier": "past",
        "type": "past",
        **more,
    }


def disjoint(counts: Counts, names: Names) -> Counts | InvalidField:
    """Split the two totals into the counts of a usage, and check the sum of both.

    >>> disjoint({"prompt_tokens": 3, "total_tokens": 3}, CHAT)["input_tokens"]
    3
    """
    went_in = input_side(counts, _input(names))
    if isinstance(went_in, InvalidField):
        return went_in
    came_out = output_side(counts, _output(names))
    if isinstance(came_out, InvalidField):
        return came_out
    written = _written(counts, names.input_details)
    if isinstance(written, InvalidField):
        return written
    sum_of_sides = count_of(counts, names.input) + count_of(counts, names.output)
    error = agrees(counts, "total_tokens", sum_of_sides)
    return {**went_in, **written, **came_out} if error is None else error


def _written(counts: Counts, details: str) -> Counts | InvalidField:
    split = joined(details, "cache_write_tokens_details")
    short, long = joined(split, "ttl_30m_tokens"), joined(split, "ttl_12h_tokens")
    written = lifetimes(counts, joined(details, "cache_write_tokens"), short, long)
    if isinstance(written, InvalidField):
        return written
    return {"cache_write_5m_tokens": written[0], "cache_write_12h_tokens": written[1]}


def _input(names: Names) -> Input:
    details = names.input_details
    cached = joined(details, "cached_tokens_details")
    return Input(
        total=names.input,
        text=joined(details, "text_tokens"),
        image=joined(details, "image_tokens"),
        audio=joined(details, "audio_tokens"),
        cached=joined(details, "cached_tokens"),
        cached_text=joined(cached, "text_tokens"),
        cached_image=joined(cached, "image_tokens"),
        cached_audio=joined(cached, "audio_tokens"),
        written=joined(details, "cache_write_tokens"),
    )


def _output(names: Names) -> Output:
    details = names.output_details
    return Output(
        total=names.output,
        inside=(
            joined(details, "text_tokens"),
            joined(details, "accepted_prediction_tokens"),
            joined(details, "rejected_prediction_tokens"),
        ),
        reasoning=joined(details, "reasoning_tokens"),
        image=joined(details, "image_tokens"),
        audio=joined(details, "audio_tokens"),
    )
