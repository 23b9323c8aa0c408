"""What an exception says of the failure: a table of the class names that packages raise.

Rules:
1. Some classes mean another thing than their status says: ``MEANT`` is looked up before it.
2. A status says more than the other names do: ``NAMED`` is looked up after it.
3. Names are looked up in the order given: of an exception its own class first, then its bases.
4. What comes out is a word or a status of ``mimir.core.health.failure``, so that one table says
   which class it is of.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from mimir.core.fields import is_integer


def _by_name(words: Mapping[str, str]) -> Mapping[str, str]:
    return {name: word for word, names in words.items() for name in names.split()}


MEANT: Final = _by_name(
    {
        "context_window_exceeded": "ContextWindowExceededError",
        "content_policy_violation": "ContentPolicyViolationError",
        "client_cancelled": "CancelledError",
        # LiteLLM's own limits, guardrails and checks: no lane was asked, or it had answered.
        "request": (
            "BudgetExceededError RouterRateLimitError RouterRateLimitErrorBasic "
            "GuardrailRaisedException BlockedPiiEntityError RejectedRequestError "
            "ModifyResponseException SensitiveDataRouteException JSONSchemaValidationError "
            # The caller brought its own key.
            "CallerCredentialAuthenticationError CallerCredentialRateLimitError "
            # The program lacks a package.
            "ImportError ModuleNotFoundError"
        ),
    }
)
"""Rule 1's names."""

NAMED: Final = _by_name(
    {
        # The SDKs of OpenAI and Anthropic, and LiteLLM, name alike.
        "400": "BadRequestError InvalidRequestError",
        "401": "AuthenticationError",
        "402": "PaymentRequiredError",
        "403": "PermissionDeniedError",
        "404": "NotFoundError",
        "408": "APITimeoutError Timeout TimeoutError",
        "409": "ConflictError",
        "413": "RequestTooLargeError",
        "422": "UnprocessableEntityError",
        "429": "RateLimitError",
        "500": "InternalServerError",
        "503": "ServiceUnavailableError",
        "529": "OverloadedError",
        "connection_error": "APIConnectionError ConnectError ConnectionError",
        # Google: google.api_core.exceptions; Amazon: the errors of Bedrock's Converse.
        "invalid_request": "InvalidArgument ValidationException",
        "unauthorized": "Unauthenticated UnrecognizedClientException ExpiredTokenException",
        "permission_denied": "PermissionDenied Forbidden AccessDeniedException",
        "insufficient_quota": "ServiceQuotaExceededException",
        "too_many_requests": "ResourceExhausted TooManyRequests ThrottlingException",
        "timeout": "DeadlineExceeded ModelTimeoutException",
        "service_unavailable": "ServiceUnavailable ServiceUnavailableException",
    }
)
"""Rule 2's names."""


def word_of(names: Iterable[str], status: object) -> str | None:
    """Return what is known of a failure by the names of its classes and an HTTP status.

    >>> word_of(["ContextWindowExceededError", "BadRequestError"], 400)
    'context_window_exceeded'
    >>> word_of(["RateLimitError"], 429), word_of(["RateLimitError"], None), word_of(["E"], None)
    ('429', '429', None)
    """
    known = list(names)
    meant = next((MEANT[name] for name in known if name in MEANT), None)
    if meant is not None:
        return meant
    if is_integer(status):
        return str(status)
    return next((NAMED[name] for name in known if name in NAMED), None)
