"""What can be counted and priced: the dimensions, the service tiers, and their names.

Rules:
1. A dimension is a field of ``Usage``; its name is the same in usages, cells, lines and errors.
2. Token dimensions are disjoint: a token is counted in one of them. Fee dimensions count other
   things: requests, searches, images, characters, seconds.
3. The input side of a request is every token that went in: plain, cached, written to a cache, and
   of any medium. It decides the context tier.
4. A dimension's fields are the price list's names for its rate; the first that is stated counts.
5. A service tier is named as it is in usages; the price list marks its fields with a suffix.

Source of the fields' names: LiteLLM, ``model_prices_and_context_window.json``.
"""

from typing import Final, Literal, NamedTuple, TypeAlias

Tier: TypeAlias = Literal[
    "standard", "batch", "flex", "priority", "fast", "ultrafast", "balanced", "decisions"
]
"""The service tier that served a call."""

TIERS: Final[dict[str, Tier]] = {
    "standard": "standard",
    "default": "standard",
    "on_demand": "standard",
    "batch": "batch",
    "flex": "flex",
    "priority": "priority",
    "fast": "fast",
    "ultrafast": "ultrafast",
    "balanced": "balanced",
    "decisions": "decisions",
}
"""The tiers by every name that they go under: ``default`` is what OpenAI and Bedrock report for the
standard tier, ``on_demand`` is Google's."""

SUFFIXES: Final[dict[str, Tier]] = {
    "batches": "batch",
    "flex": "flex",
    "priority": "priority",
    "fast": "fast",
    "ultrafast": "ultrafast",
    "balanced": "balanced",
    "decisions": "decisions",
}
"""The tiers by the suffix of the price list's fields."""

SearchContext: TypeAlias = Literal["low", "medium", "high"]
"""How much a web search reads, where its price depends on it."""

Kind: TypeAlias = Literal["input", "output", "fee"]


class Dimension(NamedTuple):
    """One thing that is counted: the name of its count, and of its rate in the price list."""

    name: str
    kind: Kind
    fields: tuple[str, ...]


DIMENSIONS: Final = (  # tokens stand before fees
    Dimension("input_tokens", "input", ("input_cost_per_token",)),
    Dimension(
        "cache_read_tokens",
        "input",
        ("cache_read_input_token_cost", "input_cost_per_token_cache_hit"),
    ),
    Dimension("cache_write_5m_tokens", "input", ("cache_creation_input_token_cost",)),
    Dimension("cache_write_1h_tokens", "input", ("cache_creation_input_token_cost_above_1hr",)),
    Dimension("cache_write_12h_tokens", "input", ("cache_creation_input_token_cost_above_12hr",)),
    Dimension("input_audio_tokens", "input", ("input_cost_per_audio_token",)),
    Dimension("cache_read_audio_tokens", "input", ("cache_read_input_audio_token_cost",)),
    Dimension("input_image_tokens", "input", ("input_cost_per_image_token",)),
    Dimension("cache_read_image_tokens", "input", ("cache_read_input_image_token_cost",)),
    Dimension("input_video_tokens", "input", ("input_cost_per_video_token",)),
    Dimension("output_tokens", "output", ("output_cost_per_token",)),
    Dimension("reasoning_tokens", "output", ("output_cost_per_reasoning_token",)),
    Dimension("output_audio_tokens", "output", ("output_cost_per_audio_token",)),
    Dimension("output_image_tokens", "output", ("output_cost_per_image_token",)),
    Dimension("output_video_tokens", "output", ("output_cost_per_video_token",)),
    Dimension("citation_tokens", "output", ("citation_cost_per_token",)),
    Dimension("requests", "fee", ("input_cost_per_request", "input_cost_per_query")),
    Dimension("web_searches", "fee", ("search_context_cost_per_query",)),
    Dimension("map_groundings", "fee", ("google_maps_grounding_cost_per_query",)),
    Dimension("code_interpreter_sessions", "fee", ("code_interpreter_cost_per_session",)),
    Dimension("input_images", "fee", ("input_cost_per_image",)),
    Dimension("output_images", "fee", ("output_cost_per_image",)),
    Dimension("input_characters", "fee", ("input_cost_per_character",)),
    Dimension("output_characters", "fee", ("output_cost_per_character",)),
    Dimension("seconds", "fee", ("cost_per_second",)),
    Dimension("input_seconds", "fee", ("input_cost_per_second",)),
    Dimension("output_seconds", "fee", ("output_cost_per_second",)),
    Dimension("input_audio_seconds", "fee", ("input_cost_per_audio_per_second",)),
    Dimension("input_video_seconds", "fee", ("input_cost_per_video_per_second",)),
    Dimension("output_video_seconds", "fee", ("output_cost_per_video_per_second",)),
)
"""Every dimension, in the order of lines and of checks: what goes in, what comes out, fees."""

NAMES: Final = tuple(dimension.name for dimension in DIMENSIONS)
"""The names of the dimensions, which are the fields of ``Usage``, in the same order."""

POSITIONS: Final = {name: position for position, name in enumerate(NAMES)}
"""The position of each dimension in ``DIMENSIONS``."""

INPUT_SIDE: Final = tuple(item.name for item in DIMENSIONS if item.kind == "input")
TOKENS: Final = tuple(item.name for item in DIMENSIONS if item.kind != "fee")
FEES: Final = tuple(item.name for item in DIMENSIONS if item.kind == "fee")
