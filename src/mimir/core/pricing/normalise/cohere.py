"""Cohere's usage object: chat, embeddings and rerankings (``usage``, or ``meta`` of the older API).

Rules:
1. ``billed_units`` are what is charged for: they exclude what Cohere adds to a prompt, and cached
   tokens are billed as the input they are part of. ``tokens`` count where no billed unit is given.
2. A search unit of a reranking is a request. An image of an embedding is charged by its tokens
   where these are billed, and is an input image where they aren't.
3. Other billed units (classifications, pages, tokens by medium) have no count of their own here:
   they are refused unless 0.

Sources: https://docs.cohere.com/reference/chat,
https://docs.cohere.com/docs/how-does-cohere-pricing-work.
"""

from typing import Final

from mimir.core.fields import InvalidField
from mimir.core.outcome import Failure, Outcome
from mimir.core.pricing.normalise.sides import Input, input_side
from mimir.core.pricing.normalise.steps import Counts, Shape, count_of, read, usage, within
from mimir.core.pricing.usage import Extra, Usage

_BILLED: Final = {
    "billed_units.input_tokens": "input_tokens",
    "billed_units.output_tokens": "output_tokens",
    "billed_units.search_units": "requests",
    "billed_units.image_tokens": "input_image_tokens",
}
_IMAGES: Final = "billed_units.images"
_SHAPE: Final[Shape] = {
    "billed_units": {
        "input_tokens": "count",
        "output_tokens": "count",
        "search_units": "count",
        "images": "count",
        "image_tokens": "count",
    },
    "tokens": {"input_tokens": "count", "output_tokens": "count"},
    "cached_tokens": "count",
    "api_version": "past",
    "warnings": "past",
}
_INPUT: Final = Input(total="tokens.input_tokens", cached="cached_tokens")


def chat(raw: object, *, extra: Extra = "refuse") -> Outcome[Usage, InvalidField]:
    """Read the ``usage`` of a chat, or the ``meta`` of an embedding or a reranking.

    The billed units count, not the tokens that were processed. The error names the field.

    >>> chat({
    ...     "billed_units": {"input_tokens": 5, "output_tokens": 418},
    ...     "tokens": {"input_tokens": 71, "output_tokens": 418},
    ...     "cached_tokens": 64,
    ... }).unwrap()
    Usage(input_tokens=5, output_tokens=418)
    >>> chat({"api_version": {"version": "2"}, "billed_units": {"search_units": 1}}).unwrap()
    Usage(requests=1)
    """
    counts = read(raw, _SHAPE, extra)
    if isinstance(counts, InvalidField):
        return Failure(counts)
    if not any(path in counts for path in (*_BILLED, _IMAGES)):
        return _processed(counts)
    if _INPUT.total in counts:
        error = within(counts, _INPUT.total, (_INPUT.cached,))
        if error is not None:
            return Failure(error)
    billed = {name: count_of(counts, path) for path, name in _BILLED.items()}
    by_token = "billed_units.image_tokens" in counts
    return usage({**billed, "input_images": 0 if by_token else count_of(counts, _IMAGES)})


def _processed(counts: Counts) -> Outcome[Usage, InvalidField]:
    went_in = input_side(counts, _INPUT)
    if isinstance(went_in, InvalidField):
        return Failure(went_in)
    return usage({**went_in, "output_tokens": count_of(counts, "tokens.output_tokens")})
