"""The fields of a price list that state no cell: terms, and what is not read, each with its reason.

Rules:
1. A term bends the prices of its row (``terms`` reads it), or says nothing about money, or is not
   read.
2. What is not read is known by name, with the reason. Any other field is unknown: ``None``.

Source of the names: LiteLLM, ``model_prices_and_context_window.json``.
"""

import re
from typing import Final

_READ_TERM: Final = re.compile(
    r"tiered_pricing\[[0-9]{1,3}\]\.range\[[01]\]"
    r"|off_peak_pricing\.(?:weekday_timezone"
    r"|(?:hours_utc|weekdays)(?:\[[0-9]{1,3}\])?"
    r"|windows\[[0-9]{1,3}\]\.(?:hours_utc|weekdays)(?:\[[0-9]{1,3}\])?)"
    r"|regional_processing_uplift_multiplier_[a-z]{2,10}"
    r"|(?:regional_endpoint|fedramp)_uplift_multiplier"
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
    r"|provider_specific_entry\.(?:bedrock_invocation_schema|realtime_ga_only)"
    r"|provider_specific_entry\.transcription_(?:json_or_text_only|usage_duration)"
)


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
