"""Anthropic's usage object: messages, as Anthropic and other clouds report it.

Rules:
1. ``input_tokens`` exclude the tokens read from a cache and those written to one; the whole input
   is the sum of the three.
2. Written tokens are split by lifetime under ``cache_creation``; without it all live 5 minutes,
   the default.
3. ``output_tokens`` include thinking, also where ``output_tokens_details`` states it.
4. Web searches are charged by the search; fetches are not.
5. Of several ``iterations`` the top level is the sum, if all are of type ``message`` and of one
   model. Otherwise some are outside it, perhaps of another model: these are refused, and each is a
   usage object to be read and priced by itself. One of type ``fallback_message`` is the top level
   once more, and those beside it are outside.
6. A fallback credit that was redeemed changes the price, and is refused.

Sources: https://docs.claude.com/en/api/messages,
https://docs.claude.com/en/docs/build-with-claude/prompt-caching,
https://platform.claude.com/docs/en/build-with-claude/compaction-threshold.
"""

from typing import Final

from mimir.core.fields import InvalidField, excerpt, invalid, is_object, items, members
from mimir.core.outcome import Failure, Outcome
from mimir.core.pricing.normalise.sides import Output, output_side
from mimir.core.pricing.normalise.steps import (
    Counts,
    Shape,
    count_of,
    lifetimes,
    read,
    usage,
    word,
)
from mimir.core.pricing.usage import Extra, Usage

_WRITTEN: Final = "cache_creation_input_tokens"
_SHORT: Final = "cache_creation.ephemeral_5m_input_tokens"
_LONG: Final = "cache_creation.ephemeral_1h_input_tokens"
_THINKING: Final = "output_tokens_details.thinking_tokens"
_SEARCHES: Final = "server_tool_use.web_search_requests"
_SHAPE: Final[Shape] = {
    "input_tokens": "count",
    "cache_read_input_tokens": "count",
    _WRITTEN: "count",
    "cache_creation": {
        "ephemeral_5m_input_tokens": "count",
        "ephemeral_1h_input_tokens": "count",
    },
    "output_tokens": "count",
    "output_tokens_details": {"thinking_tokens": "count"},
    "server_tool_use": {"web_search_requests": "count", "web_fetch_requests": "past"},
    "iterations": "past",  # read by themselves
    "fallback_credit": "past",
    "service_tier": "past",
    "speed": "past",
    "inference_geo": "past",
    "type": "past",
    "model": "past",
}


def messages(raw: object, *, extra: Extra = "refuse") -> Outcome[Usage, InvalidField]:
    """Read the ``usage`` of a message; ``input_tokens`` exclude every cached and written token.

    The error names the field.

    >>> messages({
    ...     "input_tokens": 21,
    ...     "cache_creation_input_tokens": 456,
    ...     "cache_read_input_tokens": 188086,
    ...     "cache_creation": {
    ...         "ephemeral_5m_input_tokens": 356, "ephemeral_1h_input_tokens": 100,
    ...     },
    ...     "output_tokens": 393,
    ...     "server_tool_use": {"web_search_requests": 1},
    ...     "service_tier": "standard",
    ... }).unwrap()  # doctest: +NORMALIZE_WHITESPACE
    Usage(input_tokens=21, cache_read_tokens=188086, cache_write_5m_tokens=356,
          cache_write_1h_tokens=100, output_tokens=393, web_searches=1)
    """
    counts = read(raw, _SHAPE, extra)
    if isinstance(counts, InvalidField):
        return Failure(counts)
    error = _outside_error(counts, raw) if extra == "refuse" else None
    return _usage(counts) if error is None else Failure(error)


def served_tier(raw: object) -> str | None:
    """Return the tier that served: ``fast`` for fast mode, else ``service_tier``; ``None`` unknown.

    A word that is no tier's name is returned as it is, for pricing to refuse.

    >>> served_tier({"service_tier": "batch"}), served_tier({"speed": "fast"}), served_tier({})
    ('batch', 'fast', None)
    """
    tier = word(raw, "service_tier")
    return "fast" if word(raw, "speed") == "fast" and tier in (None, "standard") else tier


def served_region(raw: object) -> str | None:
    """Return where the model ran, such as ``us``; ``None`` where it isn't stated.

    >>> served_region({"inference_geo": "us"}), served_region({"inference_geo": "not_available"})
    ('us', None)
    """
    region = word(raw, "inference_geo")
    return None if region == "not_available" else region


def _usage(counts: Counts) -> Outcome[Usage, InvalidField]:
    written = lifetimes(counts, _WRITTEN, _SHORT, _LONG)
    if isinstance(written, InvalidField):
        return Failure(written)
    came_out = output_side(counts, Output(total="output_tokens", reasoning=_THINKING))
    if isinstance(came_out, InvalidField):
        return Failure(came_out)
    return usage(
        {
            **came_out,
            "input_tokens": count_of(counts, "input_tokens"),
            "cache_read_tokens": count_of(counts, "cache_read_input_tokens"),
            "cache_write_5m_tokens": written[0],
            "cache_write_1h_tokens": written[1],
            "web_searches": count_of(counts, _SEARCHES),
        }
    )


def _outside_error(counts: Counts, raw: object) -> InvalidField | None:
    """Refuse what changes the price and isn't in the counts."""
    given = members(raw) if is_object(raw) else {}
    credit = given.get("fallback_credit")
    status = members(credit).get("status") if is_object(credit) else None
    if word(status, "type") == "redeemed":
        return invalid("usage", "fallback_credit.status.type", "a redeemed credit has no price")
    iterations = items(given.get("iterations"), "usage", "iterations")
    if isinstance(iterations, InvalidField):
        return iterations
    return _iterations_error(counts, iterations)


def _iterations_error(counts: Counts, iterations: list[object]) -> InvalidField | None:
    sums: Counts = {}
    for position, iteration in enumerate(iterations):
        kind = word(iteration, "type")
        if kind != "message":
            message = f"outside the counts beside it; read it by itself; got type {excerpt(kind)}"
            if kind == "fallback_message":
                message = "is the counts beside it; read the other iterations by themselves"
            return invalid("usage", f"iterations[{position}].type", message)
        part = read(iteration, _SHAPE, "ignore", f"iterations[{position}]")
        if isinstance(part, InvalidField):
            return part
        for path, count in part.items():
            name = path.partition("].")[2]
            sums[name] = count_of(sums, name) + count
    models = {word(iteration, "model") for iteration in iterations}
    if not iterations or (len(models) == 1 and _are_the_sum(counts, sums)):
        return None
    message = "some are outside the counts beside them; read each by itself"
    return invalid("usage", "iterations", message)


def _are_the_sum(counts: Counts, sums: Counts) -> bool:
    names = ("input_tokens", "cache_read_input_tokens", _WRITTEN, "output_tokens")
    return all(count_of(counts, name) == count_of(sums, name) for name in names)
