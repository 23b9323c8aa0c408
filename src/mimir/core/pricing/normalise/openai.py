"""OpenAI's usage objects: chat completions, responses, realtime, images and transcriptions.

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
6. A generated image counts its output without saying of which medium it is: of images.

Sources: https://platform.openai.com/docs/api-reference/chat/object,
https://platform.openai.com/docs/api-reference/responses/object,
https://developers.openai.com/api/docs/guides/prompt-caching.
"""

from mimir.core.fields import InvalidField, invalid
from mimir.core.outcome import Failure, Outcome
from mimir.core.pricing.normalise.openai_parts import (
    CHAT,
    MEDIA,
    REALTIME,
    RESPONSES,
    disjoint,
    normalise,
    shape,
)
from mimir.core.pricing.normalise.sides import Output
from mimir.core.pricing.normalise.steps import Counts, count_of, joined, read, usage, word
from mimir.core.pricing.usage import Extra, Usage


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
    """Read the ``usage`` of a response.

    ``input_tokens`` include ``cached_tokens`` and ``cache_write_tokens``; ``output_tokens`` include
    ``reasoning_tokens``. The error names the field. The usage of a generated image is refused where
    its output would be taken for text.

    >>> responses({
    ...     "input_tokens": 18014,
    ...     "input_tokens_details": {"cache_write_tokens": 18011, "cached_tokens": 0},
    ...     "output_tokens": 20,
    ...     "output_tokens_details": {"reasoning_tokens": 8},
    ...     "total_tokens": 18034,
    ... }).unwrap()
    Usage(input_tokens=3, cache_write_5m_tokens=18011, output_tokens=12, reasoning_tokens=8)
    """
    counts = read(raw, shape(RESPONSES, {}), extra)
    if isinstance(counts, InvalidField):
        return Failure(counts)
    details = joined(RESPONSES.input_details, "")
    if not _states_output(counts) and any(details + name in counts for name in MEDIA):
        message = "required where the input states its media; a generated image has its own reader"
        return Failure(invalid("usage", RESPONSES.output_details, message))
    buckets = disjoint(counts, RESPONSES)
    return Failure(buckets) if isinstance(buckets, InvalidField) else usage(buckets)


def images(raw: object, *, extra: Extra = "refuse") -> Outcome[Usage, InvalidField]:
    """Read the ``usage`` of a generated or edited image.

    ``input_tokens`` include those of images; ``output_tokens`` are all of images where no details
    say otherwise. The error names the field.

    >>> images({
    ...     "input_tokens": 50,
    ...     "input_tokens_details": {"image_tokens": 40, "text_tokens": 10},
    ...     "output_tokens": 4160,
    ...     "total_tokens": 4210,
    ... }).unwrap()
    Usage(input_tokens=10, input_image_tokens=40, output_image_tokens=4160)
    """
    counts = read(raw, shape(RESPONSES, {}), extra)
    if isinstance(counts, InvalidField):
        return Failure(counts)
    whole = Output(total=RESPONSES.output, image=RESPONSES.output)
    buckets = disjoint(counts, RESPONSES, None if _states_output(counts) else whole)
    return Failure(buckets) if isinstance(buckets, InvalidField) else usage(buckets)


def transcription(raw: object, *, extra: Extra = "refuse") -> Outcome[Usage, InvalidField]:
    """Read the ``usage`` of a transcription: whole seconds of audio, or tokens as in ``realtime``.

    The error names the field.

    >>> transcription({"type": "duration", "seconds": 9}).unwrap()
    Usage(input_seconds=9)
    >>> tokens = {"type": "tokens", "input_tokens": 14, "output_tokens": 45, "total_tokens": 59}
    >>> transcription({**tokens, "input_token_details": {"audio_tokens": 14}}).unwrap()
    Usage(input_audio_tokens=14, output_tokens=45)
    """
    if word(raw, "type") != "duration":
        return realtime(raw, extra=extra)
    counts = read(raw, {"type": "past", "seconds": "count"}, extra)
    if isinstance(counts, InvalidField):
        return Failure(counts)
    return usage({"input_seconds": count_of(counts, "seconds")})


def served_tier(raw: object) -> str | None:
    """Return the tier that served, where a usage object states it; ``None`` unknown.

    A word that is no tier's name is returned as it is, for pricing to refuse.

    >>> served_tier({"service_tier": "flex"}), served_tier({})
    ('flex', None)
    """
    return word(raw, "service_tier")


def realtime(raw: object, *, extra: Extra = "refuse") -> Outcome[Usage, InvalidField]:
    """Read the ``usage`` of a realtime response.

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


def _states_output(counts: Counts) -> bool:
    return any(path.startswith(RESPONSES.output_details) for path in counts)
