"""What each field of a price list's row means: the one place where their names are read.

Rules:
1. A field is a dimension's field, then ``_above_Nk_tokens`` where it is for a context tier, then
   ``_batches``, ``_flex`` and so on where it is for a service tier. A fee has no service tier.
2. The same names stand under ``tiered_pricing[i].`` for a context tier that is a range, and under
   ``off_peak_pricing.`` for the hours of that name.
3. ``search_context_cost_per_query`` has a price for each amount of context that a search reads;
   plain, it stands for every amount.
4. What is not read is known by name, with the reason. Any other field is unknown: ``None``.

Source of the names: LiteLLM, ``model_prices_and_context_window.json``.
"""

import re
from typing import Final, Literal, NamedTuple, TypeAlias

from mimir.core.pricing.dimensions import DIMENSIONS, FEES, SUFFIXES, SearchContext, Tier

Part: TypeAlias = Literal["base", "range", "off_peak"]


class Address(NamedTuple):
    """The cell that a field states. ``above`` is tokens; ``position`` is the range's."""

    dimension: str
    tier: Tier = "standard"
    above: int | None = None
    search: SearchContext | None = None
    part: Part = "base"
    position: int = 0


_DIMENSIONS: Final = {field: item.name for item in DIMENSIONS for field in item.fields}
_FEES: Final = frozenset(FEES)
_SEARCHES: Final[dict[str, SearchContext]] = {
    "search_context_cost_per_query.search_context_size_low": "low",
    "search_context_cost_per_query.search_context_size_medium": "medium",
    "search_context_cost_per_query.search_context_size_high": "high",
}
_PREFIX: Final = re.compile(r"(off_peak_pricing)\.(.+)|tiered_pricing\[([0-9]{1,3})\]\.(.+)")
_FIELD: Final = re.compile(rf"(.+?)(?:_above_([0-9]{{1,7}})k_tokens)?(?:_({'|'.join(SUFFIXES)}))?")
_READ_TERM: Final = re.compile(
    r"tiered_pricing\[[0-9]{1,3}\]\.range\[[01]\]"
    r"|off_peak_pricing\.(?:weekday_timezone"
    r"|(?:hours_utc|weekdays)(?:\[[0-9]{1,3}\])?"
    r"|windows\[[0-9]{1,3}\]\.(?:hours_utc|weekdays)(?:\[[0-9]{1,3}\])?)"
    r"|regional_processing_uplift_multiplier_[a-z]{2,10}"
    r"|regional_endpoint_uplift_multiplier"
    r"|provider_specific_entry\.(?:us|fast)"
)
_UNREAD: Final = (
    (
        r"explicit_cache_read_input_token_cost",
        "a second kind of cache read, which no usage report tells from the first",
    ),
    (
        r".+_above_[0-9]+s_interval",
        "depends on the length of each clip; a usage counts seconds in all",
    ),
    (
        r"search_free_requests\..+",
        "an allowance shared by all calls of a day or month, which one call cannot know",
    ),
    (
        r"cache_creation_input_audio_token_cost.*",
        "no usage report counts audio that is written to a cache",
    ),
    (
        r".+_cost_per_(?:second|image)_[0-9.]+[kKp]?",
        "depends on the size of the picture, which a usage does not count",
    ),
    (r".+_cost_per_pixel", "depends on the size of the picture, which a usage does not count"),
    (r"(?:ocr|annotation)_cost_per_.+", "charged by the page or credit of a document"),
    (r"input_cost_per_text_message", "charged by the message of a text service"),
    (r"(?:vector_store|file_search|computer_use|guardrail)_.*cost.+", "charged by a tool"),
    (r"tiered_pricing\[[0-9]+\]\..+_per_query", "charged by a search service"),
    (r"tiered_pricing\[[0-9]+\]\.max_results_range.*", "charged by a search service"),
    (
        r"provider_specific_entry\.(?:dashscope_video_reference_input|volcengine_video_frames\..+)",
        "how a service of video turns a request into tokens or seconds before it counts them",
    ),
    (
        r"provider_specific_entry\.minimax_free_input_images",
        "images that are free in each request; a usage counts them in all",
    ),
)
_UNREAD_FORM: Final = re.compile("|".join(f"({form})" for form, _ in _UNREAD))
_NO_PRICE: Final = re.compile(
    r"(?:input|output)_dbu_cost_per_token"
    r"|web_search_billing_unit"
    r"|provider_specific_entry\.bedrock_invocation_schema"
)


def address(path: str) -> Address | str | None:
    """Read a price's field: its cell, the reason why it is not read, or ``None`` if unknown.

    >>> address("cache_read_input_token_cost_above_200k_tokens_priority").tier
    'priority'
    >>> address("tiered_pricing[1].input_cost_per_token").position
    1
    >>> address("input_cost_per_tokn") is None
    True
    """
    search = _SEARCHES.get(path)
    if search is not None:
        return Address("web_searches", search=search)
    prefix = _PREFIX.fullmatch(path)
    if prefix is not None and (reason := unread(path)) is not None:
        return reason
    name = path if prefix is None else prefix[2] or prefix[4]
    found = _FIELD.fullmatch(name)
    dimension = None if found is None else _DIMENSIONS.get(found[1])
    if found is None or dimension is None:
        return unread(path)
    above = None if found[2] is None else int(found[2]) * 1000
    tier: Tier = "standard" if found[3] is None else SUFFIXES[found[3]]
    if tier != "standard" and dimension in _FEES:
        return None
    if prefix is None:
        return Address(dimension, tier, above)
    if above is not None or tier != "standard":
        return None
    if prefix[1]:
        return Address(dimension, part="off_peak")
    return Address(dimension, part="range", position=int(prefix[3]))


def is_read_term(path: str) -> bool:
    """Tell whether a term is read: the ends of a range, hours, weekdays and multipliers.

    >>> is_read_term("tiered_pricing[0].range[1]"), is_read_term("web_search_billing_unit")
    (True, False)
    """
    return _READ_TERM.fullmatch(path) is not None


def is_no_price(path: str) -> bool:
    """Tell whether a term says nothing about money: a unit of another kind, or a switch.

    ``*_dbu_cost_per_token`` restates the dollar fields in a unit of Databricks.

    >>> is_no_price("web_search_billing_unit")
    True
    """
    return _NO_PRICE.fullmatch(path) is not None


def unread(path: str) -> str | None:
    """Return the reason why a known field is not read, and ``None`` for an unknown field.

    >>> unread("ocr_cost_per_page")
    'charged by the page or credit of a document'
    """
    found = _UNREAD_FORM.fullmatch(path)
    return None if found is None or found.lastindex is None else _UNREAD[found.lastindex - 1][1]
