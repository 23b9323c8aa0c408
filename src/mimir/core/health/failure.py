"""The classes of failures, by what they say about the lane: a table of words and HTTP statuses.

Rules:
1. ``request``: the caller's own fault, or its wish. It never counts against a lane.
2. ``credential``: the lane's key is not accepted. ``quota``: its account is spent. ``throttle``: it
   asks for less, and may say until when. ``lane``: it does not work.
3. What a completion states of its failure is one of these classes, another word, or the digits of
   an HTTP status. Where it states nothing that the table knows, its outcome is looked up. What
   neither tells is a failure of the lane.
4. Words compare without regard to case.
"""

from collections.abc import Mapping
from typing import Final, Literal, TypeAlias, get_args

FailureClass: TypeAlias = Literal["request", "credential", "quota", "throttle", "lane"]
"""What a failure says about the lane."""

FAILURE_CLASSES: Final[tuple[FailureClass, ...]] = get_args(FailureClass)

_WORDS: Final[Mapping[FailureClass, str]] = {
    # Anthropic: docs.anthropic.com, "Errors"; OpenAI: platform.openai.com, "Error codes".
    "request": (
        "400 405 406 413 414 415 422 431 499 "
        "bad_request invalid_request invalid_request_error request_too_large "
        "unprocessable_entity "
        "context_overflow context_length_exceeded context_window_exceeded "
        "content_policy content_policy_violation content_filter "
        "client_cancel client_cancelled client_closed_request cancelled canceled"
    ),
    "credential": (
        "401 403 "
        "unauthorized authentication_error invalid_api_key "
        "forbidden permission_denied permission_error"
    ),
    "quota": "402 payment_required billing_error insufficient_quota",
    "throttle": "429 too_many_requests rate_limited rate_limit_error rate_limit_exceeded throttled",
    "lane": (
        "404 408 409 424 425 500 501 502 503 504 529 "
        "not_found_error timeout timeout_error connect connection_error "
        "server_error internal_server_error api_error service_unavailable overloaded_error"
    ),
}

CLASS_OF: Final[Mapping[str, FailureClass]] = {
    word: name for name, words in _WORDS.items() for word in (name, *words.split())
}
"""The class of every word and every status that is known; a class is known by its own name."""


def class_of(failure_class: str | None, outcome: str) -> FailureClass:
    """Return what a failure says about the lane.

    :source: RFC 9110, section 15.5 and 15.6, RFC 6585; 499 as nginx, 529 as Anthropic have it.

    >>> class_of("429", "error"), class_of(None, "cancelled"), class_of("E_17", "broken")
    ('throttle', 'request', 'lane')
    """
    known = None if failure_class is None else _known(failure_class)
    return known or _known(outcome) or "lane"


def _known(word: str) -> FailureClass | None:
    return CLASS_OF.get(word) or CLASS_OF.get(word.lower())
