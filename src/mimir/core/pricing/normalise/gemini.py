"""Google's usage metadata: the Gemini API and Vertex AI, generated content and live sessions.

Rules:
1. ``promptTokenCount`` includes ``cachedContentTokenCount``. ``thoughtsTokenCount`` is outside
   ``candidatesTokenCount``, and ``toolUsePromptTokenCount`` is input outside the prompt. The total
   is the sum of the four.
2. The details split a count by modality; what they leave of it is text, and so is an unspecified
   modality. Pages of a document are billed as images. An unknown modality is refused, and text
   with ``extra="ignore"``.
3. A live session reports ``responseTokenCount`` in place of ``candidatesTokenCount``.
4. Searches and map groundings are part of the grounding metadata: count them from there.

Sources: https://ai.google.dev/api/generate-content#UsageMetadata,
https://cloud.google.com/vertex-ai/generative-ai/docs/reference/rest/v1/GenerateContentResponse.
"""

from typing import Final

from mimir.core.fields import InvalidField, excerpt, invalid, is_object, is_text, items, members
from mimir.core.outcome import Failure, Outcome
from mimir.core.pricing.normalise.sides import Input, input_side
from mimir.core.pricing.normalise.steps import (
    Counts,
    Shape,
    agrees,
    count_of,
    left,
    read,
    same,
    usage,
    within,
    word,
)
from mimir.core.pricing.usage import Extra, Usage

_MODALITIES: Final = {
    "MODALITY_UNSPECIFIED": "TEXT",
    "TEXT": "TEXT",
    "IMAGE": "IMAGE",
    "DOCUMENT": "IMAGE",
    "VIDEO": "VIDEO",
    "AUDIO": "AUDIO",
}
_TIERS: Final = {
    "ON_DEMAND": "standard",
    "ON_DEMAND_PRIORITY": "priority",
    "ON_DEMAND_FLEX": "flex",
    "TRAFFIC_TYPE_UNSPECIFIED": None,
    "UNSPECIFIED": None,
    "STANDARD": "standard",
    "PRIORITY": "priority",
    "FLEX": "flex",
}
_COUNTS: Final = (
    "promptTokenCount",
    "cachedContentTokenCount",
    "toolUsePromptTokenCount",
    "candidatesTokenCount",
    "responseTokenCount",
    "thoughtsTokenCount",
    "totalTokenCount",
)
_DETAILS: Final = {
    "promptTokensDetails": "promptTokenCount",
    "cacheTokensDetails": "cachedContentTokenCount",
    "toolUsePromptTokensDetails": "toolUsePromptTokenCount",
    "candidatesTokensDetails": "candidatesTokenCount",
    "responseTokensDetails": "responseTokenCount",
}
_SHAPE: Final[Shape] = {
    **dict.fromkeys(_COUNTS, "count"),
    **dict.fromkeys(_DETAILS, "past"),  # lists, read by themselves
    "trafficType": "past",
    "serviceTier": "past",
}
_PROMPT: Final = Input(
    total="promptTokenCount",
    image="promptTokensDetails.IMAGE",
    video="promptTokensDetails.VIDEO",
    audio="promptTokensDetails.AUDIO",
    text="promptTokensDetails.TEXT",
    cached="cachedContentTokenCount",
    cached_text="cacheTokensDetails.TEXT",
    cached_image="cacheTokensDetails.IMAGE",
    cached_video="cacheTokensDetails.VIDEO",
    cached_audio="cacheTokensDetails.AUDIO",
)


def usage_metadata(raw: object, *, extra: Extra = "refuse") -> Outcome[Usage, InvalidField]:
    """Read the ``usageMetadata`` of generated content; of a stream, that of its last chunk.

    The prompt includes its cached part; thoughts and tool-use prompts stand outside the other
    counts. The error names the field, an entry of a list of details by its modality.

    >>> usage_metadata({
    ...     "promptTokenCount": 1151,
    ...     "cachedContentTokenCount": 1000,
    ...     "candidatesTokenCount": 1089,
    ...     "toolUsePromptTokenCount": 18329,
    ...     "thoughtsTokenCount": 1120,
    ...     "totalTokenCount": 21689,
    ...     "promptTokensDetails": [
    ...         {"modality": "TEXT", "tokenCount": 893}, {"modality": "IMAGE", "tokenCount": 258},
    ...     ],
    ...     "cacheTokensDetails": [
    ...         {"modality": "TEXT", "tokenCount": 742}, {"modality": "IMAGE", "tokenCount": 258},
    ...     ],
    ...     "trafficType": "ON_DEMAND",
    ... }).unwrap()  # doctest: +NORMALIZE_WHITESPACE
    Usage(input_tokens=18480, cache_read_tokens=742, cache_read_image_tokens=258,
          output_tokens=1089, reasoning_tokens=1120)
    """
    counts = _read(raw, extra)
    if isinstance(counts, InvalidField):
        return Failure(counts)
    came_out = _output(counts)
    if isinstance(came_out, InvalidField):
        return Failure(came_out)
    went_in = _input(counts)
    if isinstance(went_in, InvalidField):
        return Failure(went_in)
    error = agrees(counts, "totalTokenCount", _whole_input(counts) + sum(came_out.values()))
    return usage({**went_in, **came_out}) if error is None else Failure(error)


def served_tier(raw: object) -> str | None:
    """Return the tier that served, of ``serviceTier`` or ``trafficType``; ``None`` where unstated.

    A word that is no tier's name is returned as it is, for pricing to refuse.

    >>> served_tier({"trafficType": "ON_DEMAND_FLEX"}), served_tier({"serviceTier": "priority"})
    ('flex', 'priority')
    """
    for key in ("serviceTier", "trafficType"):
        stated = word(raw, key)
        tier = None if stated is None else _TIERS.get(stated.upper(), stated)
        if tier is not None:
            return tier
    return None


def _read(raw: object, extra: Extra) -> Counts | InvalidField:
    counts = read(raw, _SHAPE, extra)
    if isinstance(counts, InvalidField) or not is_object(raw):
        return counts
    stated = members(raw)
    for key, total in _DETAILS.items():
        details = _details(stated.get(key), key, extra)
        if isinstance(details, InvalidField):
            return details
        error = within({**counts, **details}, total, details)
        if error is not None:
            return error
        counts.update(details)
    return counts


def _details(raw: object, path: str, extra: Extra) -> Counts | InvalidField:
    entries = items(raw, "usage", path)
    if isinstance(entries, InvalidField):
        return entries
    counts: Counts = {}
    for position, entry in enumerate(entries):
        where = f"{path}[{position}]"
        entry_counts = read(entry, {"modality": "past", "tokenCount": "count"}, extra, where)
        if isinstance(entry_counts, InvalidField):
            return entry_counts
        modality = _modality(entry, where, extra)
        if isinstance(modality, InvalidField):
            return modality
        name = f"{path}.{modality}"
        counts[name] = count_of(counts, name) + count_of(entry_counts, f"{where}.tokenCount")
    return counts


def _modality(entry: object, where: str, extra: Extra) -> str | InvalidField:
    stated = members(entry).get("modality") if is_object(entry) else None
    known = _MODALITIES.get(stated.upper()) if is_text(stated) else None
    if known is not None:
        return known
    if stated is None or (is_text(stated) and extra == "ignore"):
        return "TEXT"
    expected = ", ".join(_MODALITIES)
    return invalid("usage", f"{where}.modality", f"expected {expected}, got {excerpt(stated)}")


def _whole_input(counts: Counts) -> int:
    return count_of(counts, "promptTokenCount") + count_of(counts, "toolUsePromptTokenCount")


def _input(counts: Counts) -> Counts | InvalidField:
    prompt = input_side(counts, _PROMPT)
    if isinstance(prompt, InvalidField):
        return prompt
    tool_use = _by_medium(counts, "toolUsePromptTokenCount", "toolUsePromptTokensDetails", "input")
    return {name: count + tool_use.get(name, 0) for name, count in prompt.items()}


def _output(counts: Counts) -> Counts | InvalidField:
    both: Counts = {}
    for part in ("TokenCount", "TokensDetails.IMAGE", "TokensDetails.VIDEO", "TokensDetails.AUDIO"):
        count = same(counts, f"candidates{part}", f"response{part}")
        if isinstance(count, InvalidField):
            return count
        both[part] = count
    came_out = _by_medium(both, "TokenCount", "TokensDetails", "output")
    return {**came_out, "reasoning_tokens": count_of(counts, "thoughtsTokenCount")}


def _by_medium(counts: Counts, total: str, details: str, side: str) -> Counts:
    media = {medium: f"{details}.{medium.upper()}" for medium in ("image", "video", "audio")}
    split = {f"{side}_{medium}_tokens": count_of(counts, path) for medium, path in media.items()}
    return {f"{side}_tokens": left(counts, total, media.values()), **split}
