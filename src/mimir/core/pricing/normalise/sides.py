"""The two sides of a call: what went in and what came out, each split into disjoint counts.

Rules:
1. A total includes its parts; what is left of it after them is plain text.
2. Cached tokens are part of the input, and of their medium where the provider says of which.
   Where it doesn't, they are text as far as there is text, then images, video and audio.
3. Tokens written to a cache are drawn in the same order, after the cached ones, from what is left:
   a write has one price, whatever its medium.
4. Cached video is counted with the cached images: no price list tells them apart.
5. Text that is stated is only checked: with the media against the total, the cached against it.
"""

from collections.abc import Iterable

from attrs import frozen

from mimir.core.fields import InvalidField
from mimir.core.pricing.normalise.steps import Counts, count_of, left, within


@frozen(kw_only=True)
class Input:
    """The paths of an input's total and of its parts; empty where the provider states none."""

    total: str
    text: str = ""
    image: str = ""
    video: str = ""
    audio: str = ""
    cached: str = ""
    cached_text: str = ""
    cached_image: str = ""
    cached_video: str = ""
    cached_audio: str = ""
    written: str = ""


@frozen(kw_only=True)
class Output:
    """The paths of an output's total and of its parts; ``inside`` are parts without a price."""

    total: str
    inside: tuple[str, ...] = ()
    reasoning: str = ""
    image: str = ""
    video: str = ""
    audio: str = ""


def input_side(counts: Counts, paths: Input) -> Counts | InvalidField:
    """Split an input into plain and cached tokens of each medium, without what was written.

    Writes are taken out of the plain tokens, and left to the caller to count by lifetime. The error
    names the part that is larger than its total.

    >>> paths = Input(total="prompt", cached="cached", image="image", written="written")
    >>> split = input_side({"prompt": 100, "cached": 60, "image": 50, "written": 10}, paths)
    >>> {name: count for name, count in split.items() if count}
    {'input_image_tokens': 30, 'cache_read_tokens': 50, 'cache_read_image_tokens': 10}
    """
    media = (paths.image, paths.video, paths.audio)
    cached = (paths.cached_image, paths.cached_video, paths.cached_audio)
    error = _input_error(counts, paths, media, cached)
    if error is not None:
        return error
    text = left(counts, paths.total, media)
    mediums = zip(media, cached, strict=True)
    pools = [text, *(left(counts, medium, (part,)) for medium, part in mediums)]
    read = _drawn(pools, left(counts, paths.cached, cached))
    _drawn(pools, count_of(counts, paths.written))
    known = [count_of(counts, part) for part in cached]
    return {
        "input_tokens": pools[0],
        "input_image_tokens": pools[1],
        "input_video_tokens": pools[2],
        "input_audio_tokens": pools[3],
        "cache_read_tokens": read[0],
        "cache_read_image_tokens": read[1] + read[2] + known[0] + known[1],
        "cache_read_audio_tokens": read[3] + known[2],
    }


def output_side(counts: Counts, paths: Output) -> Counts | InvalidField:
    """Split an output into plain text, reasoning, and tokens of each other medium.

    The error names the part that is larger than its total.

    >>> split = output_side({"out": 9, "why": 4}, Output(total="out", reasoning="why"))
    >>> split["output_tokens"], split["reasoning_tokens"]
    (5, 4)
    """
    parts = (paths.reasoning, paths.image, paths.video, paths.audio)
    error = within(counts, paths.total, parts) or _first_too_large(
        counts, ((paths.total, part) for part in paths.inside)
    )
    if error is not None:
        return error
    return {
        "output_tokens": left(counts, paths.total, parts),
        "reasoning_tokens": count_of(counts, paths.reasoning),
        "output_image_tokens": count_of(counts, paths.image),
        "output_video_tokens": count_of(counts, paths.video),
        "output_audio_tokens": count_of(counts, paths.audio),
    }


def _input_error(
    counts: Counts, paths: Input, media: tuple[str, ...], cached: tuple[str, ...]
) -> InvalidField | None:
    pairs = [*zip(media, cached, strict=True)]
    if paths.text in counts:
        pairs.append((paths.text, paths.cached_text))
    return (
        within(counts, paths.total, (paths.cached, paths.written))
        or within(counts, paths.total, (*media, paths.text))
        or _first_too_large(counts, pairs)
        or within(counts, paths.cached, (*cached, paths.cached_text))
    )


def _first_too_large(counts: Counts, pairs: Iterable[tuple[str, str]]) -> InvalidField | None:
    errors = (within(counts, total, (part,)) for total, part in pairs)
    return next((error for error in errors if error is not None), None)


def _drawn(pools: list[int], amount: int) -> list[int]:
    drawn: list[int] = []
    for position, pool in enumerate(pools):
        part = min(pool, amount - sum(drawn))
        pools[position] = pool - part
        drawn.append(part)
    return drawn
