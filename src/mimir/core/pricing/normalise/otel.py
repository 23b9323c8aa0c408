"""OpenTelemetry's GenAI attributes: the usage on a span or an event.

Rules:
1. ``gen_ai.usage.input_tokens`` include those read from a cache and those written to one;
   ``gen_ai.usage.output_tokens`` include reasoning.
2. Written tokens carry no lifetime: they count as those that live 5 minutes, the base rate of a
   write.
3. The older names ``prompt_tokens`` and ``completion_tokens`` are read too; names that are given
   together must state the same.
4. Pydantic AI states the parts once more, and those of audio only there, under
   ``gen_ai.usage.details``: the same count, and part of the same total. A stated cost is read past.
5. Only ``gen_ai.usage.*`` is usage; every other attribute is read past. An unknown one of these is
   refused, also ``cache_read_input_tokens`` and the like, which aren't of the conventions: those
   who write them don't agree on whether the input includes them.

Source: https://opentelemetry.io/docs/specs/semconv/registry/attributes/gen-ai/.
"""

from typing import Final

from mimir.core.fields import InvalidField, excerpt, invalid, is_object, members
from mimir.core.outcome import Failure, Outcome
from mimir.core.pricing.normalise.sides import Input, Output, input_side, output_side
from mimir.core.pricing.normalise.steps import Counts, Shape, agrees, read, same, usage
from mimir.core.pricing.usage import Extra, Usage

_PREFIX: Final = "gen_ai.usage."
_DETAILS: Final = f"{_PREFIX}details."
_INPUT: Final = (f"{_PREFIX}input_tokens", f"{_PREFIX}prompt_tokens")
_OUTPUT: Final = (f"{_PREFIX}output_tokens", f"{_PREFIX}completion_tokens")
_WRITTEN: Final = (
    f"{_PREFIX}cache_creation.input_tokens",
    f"{_PREFIX}cache_write.input_tokens",
    f"{_DETAILS}cache_write_tokens",
)
_READ: Final = (f"{_PREFIX}cache_read.input_tokens", f"{_DETAILS}cache_read_tokens")
_REASONING: Final = (f"{_PREFIX}reasoning.output_tokens", f"{_DETAILS}reasoning_tokens")
_AUDIO_IN: Final = f"{_DETAILS}input_audio_tokens"
_AUDIO_READ: Final = f"{_DETAILS}cache_audio_read_tokens"
_AUDIO_OUT: Final = f"{_DETAILS}output_audio_tokens"
_TOTAL: Final = f"{_PREFIX}total_tokens"
_NAMED: Final = (_INPUT, _OUTPUT, _WRITTEN, _READ, _REASONING)
_SHAPE: Final[Shape] = {
    **{name: "count" for names in _NAMED for name in names},
    **dict.fromkeys((_TOTAL, _AUDIO_IN, _AUDIO_READ, _AUDIO_OUT), "count"),
    f"{_PREFIX}cost": "past",
}


def attributes(raw: object, *, extra: Extra = "refuse") -> Outcome[Usage, InvalidField]:
    """Read the usage of a span's attributes, whose totals include the cache and the reasoning.

    The error names the attribute.

    >>> attributes({
    ...     "gen_ai.provider.name": "anthropic",
    ...     "gen_ai.usage.input_tokens": 100,
    ...     "gen_ai.usage.cache_read.input_tokens": 50,
    ...     "gen_ai.usage.cache_creation.input_tokens": 25,
    ...     "gen_ai.usage.output_tokens": 180,
    ...     "gen_ai.usage.reasoning.output_tokens": 80,
    ... }).unwrap()  # doctest: +NORMALIZE_WHITESPACE
    Usage(input_tokens=25, cache_read_tokens=50, cache_write_5m_tokens=25, output_tokens=100,
          reasoning_tokens=80)
    """
    if not is_object(raw):
        return Failure(invalid("usage", "", f"expected an object, got {excerpt(raw)}"))
    stated = {key: value for key, value in members(raw).items() if key.startswith(_PREFIX)}
    counts = read(stated, _SHAPE, extra)
    if isinstance(counts, InvalidField):
        return Failure(counts)
    buckets = _disjoint(counts)
    return Failure(buckets) if isinstance(buckets, InvalidField) else usage(buckets)


def _disjoint(counts: Counts) -> Counts | InvalidField:
    named: list[str] = []
    merged = dict(counts)
    for names in _NAMED:
        count = same(counts, *names)
        if isinstance(count, InvalidField):
            return count
        named.append(next((name for name in names if name in counts), names[0]))
        merged[named[-1]] = count
    total_in, total_out, written, cached, reasoning = named
    paths = Input(
        total=total_in,
        cached=cached,
        written=written,
        audio=_AUDIO_IN,
        cached_audio=_AUDIO_READ,
    )
    went_in = input_side(merged, paths)
    if isinstance(went_in, InvalidField):
        return went_in
    came_out = output_side(merged, Output(total=total_out, reasoning=reasoning, audio=_AUDIO_OUT))
    if isinstance(came_out, InvalidField):
        return came_out
    error = agrees(counts, _TOTAL, merged[total_in] + merged[total_out])
    if error is not None:
        return error
    return {**went_in, **came_out, "cache_write_5m_tokens": merged[written]}
