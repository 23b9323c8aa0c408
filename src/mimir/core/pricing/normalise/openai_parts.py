"""What the usage objects of OpenAI's endpoints have in common, and those of who speaks its API.

Rules:
1. An endpoint has its own names for the two totals and for the objects that hold their parts.
2. Each part is taken out of its total; the sum of the totals is the total that is stated.
3. Services that speak this API add times, what they charge, and the cached tokens once more: the
   first two are read past, the last must be the same count.
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
    same,
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

MEDIA: Final[Shape] = {"text_tokens": "count", "image_tokens": "count", "audio_tokens": "count"}
_INPUT_DETAILS: Final[Shape] = {
    **MEDIA,
    "cached_tokens": "count",
    "cached_tokens_details": MEDIA,
    "cache_write_tokens": "count",
    "cache_write_tokens_details": {"ttl_30m_tokens": "count", "ttl_12h_tokens": "count"},
}
_ADDED: Final[Shape] = {
    "cached_tokens": "count",
    **dict.fromkeys(("queue_time", "prompt_time", "completion_time", "total_time"), "past"),
    **dict.fromkeys(("cost", "cost_details", "latency_checkpoint"), "past"),
}
_OUTPUT_DETAILS: Final[Shape] = {
    **MEDIA,
    "reasoning_tokens": "count",
    "accepted_prediction_tokens": "count",
    "rejected_prediction_tokens": "count",
}


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
        **_ADDED,
        **more,
    }


def disjoint(counts: Counts, names: Names, output: Output | None = None) -> Counts | InvalidField:
    """Split the two totals into the counts of a usage, and check the sum of both.

    ``output`` says how the second is split, if not by the details.

    >>> disjoint({"prompt_tokens": 3, "total_tokens": 3}, CHAT)["input_tokens"]
    3
    """
    inside = joined(names.input_details, "cached_tokens")
    cached = same(counts, inside, "cached_tokens")
    if isinstance(cached, InvalidField):
        return cached
    went_in = input_side({**counts, inside: cached}, _input(names))
    if isinstance(went_in, InvalidField):
        return went_in
    came_out = output_side(counts, _output(names) if output is None else output)
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
