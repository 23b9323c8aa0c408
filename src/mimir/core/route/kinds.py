"""The kinds of failure of a routed request: what each means, and whether repeating is safe.

Rules:
1. The kinds are closed and listed in full, in the order in which a request can meet them.
2. Repeating is safe where the router cannot have acted on the request, and the same request may yet
   succeed: either no byte of it was sent, or the router itself says that it did nothing.
3. Whatever may have minted a grant is not safe. That a router may honour the idempotency key
   changes nothing here: the client knows of none that does.
4. What a person has to mend is not safe either: a repetition meets the same refusal.
"""

from typing import Final, Literal, NamedTuple, TypeAlias, get_args

FailureKind: TypeAlias = Literal[
    "invalid_base_url",
    "insecure_base_url",
    "invalid_token",
    "invalid_options",
    "invalid_request",
    "request_too_large",
    "client_closed",
    "pool_timeout",
    "connect_failed",
    "connect_timeout",
    "proxy_failed",
    "tls_failed",
    "write_timeout",
    "read_timeout",
    "deadline_exceeded",
    "connection_lost",
    "transport_failed",
    "bad_response",
    "response_too_large",
]
"""Why there is no usable answer, in the order in which a request can meet it."""

FAILURE_KINDS: Final[tuple[FailureKind, ...]] = get_args(FailureKind)


class Kind(NamedTuple):
    """What a kind means, whether repeating is safe, and why."""

    meaning: str
    safe_to_retry: bool
    why: str


_REFUSED: Final = "the same request is refused again"
_OPERATOR: Final = "a person has to mend it"
_SENT: Final = "the router may have acted on the request"

KINDS: Final[dict[FailureKind, Kind]] = {
    "invalid_base_url": Kind("the base URL is none that a router can have", False, _REFUSED),
    "insecure_base_url": Kind(
        "plain http would send the token in clear; only loopback may use it", False, _REFUSED
    ),
    "invalid_token": Kind("the token is not 1 to 8192 visible ASCII characters", False, _REFUSED),
    "invalid_options": Kind("an option of the client is none that it can have", False, _REFUSED),
    "invalid_request": Kind("the request cannot be written", False, _REFUSED),
    "request_too_large": Kind("the request is past the limit of its size", False, _REFUSED),
    "client_closed": Kind("the client is closed", False, _REFUSED),
    "pool_timeout": Kind("no connection of the pool became free in time", True, "nothing was sent"),
    "connect_failed": Kind("no connection could be made", True, "nothing was sent"),
    "connect_timeout": Kind("no connection was made in time", True, "nothing was sent"),
    "proxy_failed": Kind("the proxy refused", False, _OPERATOR),
    "tls_failed": Kind("the TLS handshake failed", False, _OPERATOR),
    "write_timeout": Kind("the request could not be sent in time", False, "a part was sent"),
    "read_timeout": Kind("the router stayed silent for too long", False, _SENT),
    "deadline_exceeded": Kind(
        "the total deadline passed before the answer was complete", False, "no time is left"
    ),
    "connection_lost": Kind("the connection ended before the answer was complete", False, _SENT),
    "transport_failed": Kind(
        "the transport failed in a way that has no kind of its own", False, "nothing is known"
    ),
    "bad_response": Kind("the answer cannot be read", False, _SENT),
    "response_too_large": Kind("the answer is past the limit of its size", False, _SENT),
}

SAFE_STATUSES: Final[dict[int, str]] = {
    408: "the router did not get the whole request in time",
    425: "the router would not act on what may be a replay",
    429: "the router did not act: too many requests",
}
"""Statuses by which the router says that it did not act, and why that may pass."""

UNAVAILABLE: Final = 503
"""Safe to repeat with a Retry-After alone: that asks for it. Without one, a 503 may be a gateway's
word on a router that had begun."""


def is_safe_status(status: int, retry_after: int | None) -> bool:
    """Tell whether a request that was answered with ``status`` may be repeated.

    :source: RFC 9110, sections 15.5.9 and 15.6.4; RFC 8470, section 5.2; RFC 6585, section 4.

    >>> is_safe_status(429, None), is_safe_status(503, 5), is_safe_status(503, None)
    (True, True, False)
    """
    return status in SAFE_STATUSES or (status == UNAVAILABLE and retry_after is not None)
