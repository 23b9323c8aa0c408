"""The named rules that fill a cell which a row does not state, and nothing else does.

Rules:
1. ``fast_multiplier``: a token of the ``fast`` tier is the standard cell times what the row states
   as ``provider_specific_entry.fast``. Source: Anthropic, "Fast mode", pricing.
2. ``reasoning_as_output``: a reasoning token is priced as an output token of the same tier and
   context, where the row states no rate of its own there.
3. ``anthropic_batch_half``: a batch of a Claude model is half of the standard cell, for every token
   dimension, where the row states a batch input of half the input, or is Anthropic's own and states
   none. Source: Anthropic, "Batch processing", pricing: all usage at 50 % of the standard prices.
4. ``anthropic_write_5m`` and ``anthropic_write_1h``: a row of Anthropic's own prices a cache write
   at 5/4 of its input rate for 5 minutes, and at twice its input rate for an hour.
   Source: Anthropic, "Prompt caching", pricing table.
5. ``google_long_half``: above a context threshold, batch and flex are half of the long standard
   cell, where the row states the tier below the threshold at half of the standard one.
   ``google_long_same``: they are the long standard cell, where they are the same below, as those of
   cached tokens may be. Source: Google, "Gemini API pricing".
6. ``medium_at_text_rate``: an audio, image or video token on the input side is priced like text,
   where the row's own base cells say that they cost the same, or where a row of a Gemini model of
   Google's states no cell of that medium at all; but not one of a live model, whose media differ.
   Source: Google, "Gemini API pricing": one input price for text, image and video, and audio named
   only where it differs.
7. ``cached_image_as_cached_text``: a cached image token is priced as cached text where the row
   states no cell of images that go in, cached or not.
8. The rules are tried in this order; a cell that none of them fills is missing.
9. Rules stack: a cell may be filled from a cell that is itself filled; its rule is then both names,
   joined by ``+``, the one nearest to the stated field first.
"""

from collections.abc import Callable, Mapping
from typing import Final, NamedTuple, TypeAlias

from mimir.core.pricing.dimensions import TOKENS, Tier

Place: TypeAlias = tuple[str, Tier, int | None]
"""Dimension, tier, and the context's threshold in tokens (``None`` in the lowest)."""


class Facts(NamedTuple):
    """What the rules look at: a row's stated rates, who its provider is, the price of speed."""

    stated: Mapping[Place, int | str]
    provider: str
    key: str
    fast: tuple[int, int] | None = None


class Derived(NamedTuple):
    """Where a cell is filled from: another place, times a rational."""

    rule: str
    place: Place
    numerator: int = 1
    denominator: int = 1


Rule: TypeAlias = Callable[[Facts, str, Tier, int | None], Derived | None]

_GOOGLE: Final = ("gemini", "vertex_ai")
_LIVE: Final = ("live", "native-audio")
_CACHED: Final = {
    "cache_read_audio_tokens": "input_audio_tokens",
    "cache_read_image_tokens": "input_image_tokens",
}
_MEDIA: Final = ("input_audio_tokens", "input_image_tokens", "input_video_tokens")
_WRITES: Final = {
    "cache_write_5m_tokens": ("anthropic_write_5m", 5, 4),
    "cache_write_1h_tokens": ("anthropic_write_1h", 2, 1),
}


def derived(facts: Facts, dimension: str, tier: Tier, above: int | None) -> tuple[Derived, ...]:
    """List what may fill a cell that the row does not state, in the order of the rules.

    >>> facts = Facts({}, "openai", "gpt")
    >>> [item.rule for item in derived(facts, "reasoning_tokens", "batch", None)]
    ['reasoning_as_output']
    """
    rules = _BY_PLACE.get((dimension, tier if tier in _APART else None))
    if not rules:
        return ()
    found = [rule(facts, dimension, tier, above) for rule in rules]
    return tuple([item for item in found if item is not None])


def _fast(facts: Facts, dimension: str, _: Tier, above: int | None) -> Derived | None:
    if facts.fast is None:
        return None
    return Derived("fast_multiplier", (dimension, "standard", above), *facts.fast)


def _reasoning(_: Facts, __: str, tier: Tier, above: int | None) -> Derived | None:
    return Derived("reasoning_as_output", ("output_tokens", tier, above))


def _anthropic_write(facts: Facts, dimension: str, tier: Tier, above: int | None) -> Derived | None:
    if facts.provider != "anthropic":
        return None
    rule, numerator, denominator = _WRITES[dimension]
    return Derived(rule, ("input_tokens", tier, above), numerator, denominator)


def _anthropic_batch(facts: Facts, dimension: str, _: Tier, above: int | None) -> Derived | None:
    if "claude" not in facts.key:
        return None
    full = facts.stated.get(("input_tokens", "standard", None))
    half = facts.stated.get(("input_tokens", "batch", None))
    if half is None and facts.provider != "anthropic":
        return None
    if half is not None and (isinstance(half, str) or full != 2 * half):
        return None
    return Derived("anthropic_batch_half", (dimension, "standard", above), 1, 2)


def _google_long(facts: Facts, dimension: str, tier: Tier, above: int | None) -> Derived | None:
    if above is None:
        return None
    full = facts.stated.get((dimension, "standard", None))
    part = facts.stated.get((dimension, tier, None))
    if not facts.provider.startswith(_GOOGLE) or isinstance(part, str) or part is None:
        return None
    if full == 2 * part:
        return Derived("google_long_half", (dimension, "standard", above), 1, 2)
    return Derived("google_long_same", (dimension, "standard", above)) if full == part else None


def _medium(facts: Facts, dimension: str, tier: Tier, above: int | None) -> Derived | None:
    medium = _CACHED.get(dimension, dimension)
    text = facts.stated.get(("input_tokens", "standard", None))
    same = text is not None and facts.stated.get((medium, "standard", None)) == text
    unstated = all(place[0] not in (medium, dimension) for place in facts.stated)
    if not same and not (unstated and _is_gemini(facts)):
        return None
    source = "input_tokens" if medium == dimension else "cache_read_tokens"
    return Derived("medium_at_text_rate", (source, tier, above))


def _is_gemini(facts: Facts) -> bool:
    name = facts.key.rpartition("/")[2]
    is_live = any(word in name for word in _LIVE)
    return facts.provider.startswith(_GOOGLE) and "gemini" in name and not is_live


def _cached_image(facts: Facts, dimension: str, tier: Tier, above: int | None) -> Derived | None:
    if any(place[0] in ("input_image_tokens", dimension) for place in facts.stated):
        return None
    return Derived("cached_image_as_cached_text", ("cache_read_tokens", tier, above))


RULES: Final[tuple[tuple[Rule, tuple[str, ...], tuple[Tier, ...]], ...]] = (
    (_fast, TOKENS, ("fast",)),
    (_reasoning, ("reasoning_tokens",), ()),
    (_anthropic_batch, TOKENS, ("batch",)),
    (_anthropic_write, tuple(_WRITES), ()),
    (_google_long, TOKENS, ("batch", "flex")),
    (_medium, (*_MEDIA, *_CACHED), ()),
    (_cached_image, ("cache_read_image_tokens",), ()),
)
"""The rules, in their order, with the dimensions that each may fill, and the tiers (none: all)."""

_APART: Final = frozenset(tier for _, _, tiers in RULES for tier in tiers)
_BY_PLACE: Final = {
    (name, tier): tuple(
        rule for rule, names, tiers in RULES if name in names and (not tiers or tier in tiers)
    )
    for name in TOKENS
    for tier in (None, *_APART)
}
