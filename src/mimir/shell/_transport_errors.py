"""What a transport raises, told by the kinds of failure that the core knows.

Rules:
1. An exception is told by the name of its class or of a base, since httpx, httpcore and their forks
   share those names and nothing else.
2. What the names leave open is told by the cause (TLS or a refused connection) or by how the
   message begins (cut short or unreadable).
3. Cancellation and what ends a program pass on; they are no ``Exception``. Where in the transport
   they struck is left out of them, causes and all: the frames there hold the request as bytes.
"""

import ssl
from types import TracebackType
from typing import Final, Self

from mimir.core.route.kinds import FailureKind

_KINDS: Final[dict[str, FailureKind]] = {
    "ConnectTimeout": "connect_timeout",
    "ReadTimeout": "read_timeout",
    "WriteTimeout": "write_timeout",
    "PoolTimeout": "pool_timeout",
    "ConnectError": "connect_failed",
    "ProxyError": "proxy_failed",
    "NetworkError": "connection_lost",
    "SSLError": "connection_lost",
    "RemoteProtocolError": "bad_response",
    "DecodingError": "bad_response",
    "LocalProtocolError": "invalid_request",
    "UnsupportedProtocol": "invalid_base_url",
    "InvalidURL": "invalid_base_url",
}
"""Exceptions by the names of their classes, which httpx shares with its forks."""

TIMEOUT_KINDS: Final[frozenset[FailureKind]] = frozenset(
    {"connect_timeout", "read_timeout", "write_timeout", "pool_timeout"}
)
"""The kinds that are the deadline's where its time has come."""

_CUT_SHORT: Final = (
    "peer closed connection",
    "Server disconnected",
    "<ConnectionTerminated",
    "<StreamReset",
)
"""How messages begin that tell of an end and not of an unreadable answer; the last are HTTP/2's."""

_CAUSES_MAX: Final = 16


class Caught:
    """Keeps the exception that ended its block; one that ends a program or a task passes on."""

    error: Exception | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> bool:
        if error is not None and not isinstance(error, Exception):
            error.__context__ = None
            raise error.with_traceback(None) from None
        self.error = error
        return error is not None


def failure_kind(error: Exception) -> FailureKind:
    """Tell the kind of failure that ``error`` is, ``transport_failed`` where it is none known.

    >>> failure_kind(TimeoutError())
    'transport_failed'
    """
    kind = _named(type(error))
    if kind == "connect_failed" and _is_tls(error):
        return "tls_failed"
    if kind == "bad_response" and str(error).startswith(_CUT_SHORT):
        return "connection_lost"
    return kind


def _named(error_type: type) -> FailureKind:
    for base in error_type.__mro__:
        if base.__name__ in _KINDS:
            return _KINDS[base.__name__]
    return "transport_failed"


def _is_tls(error: BaseException | None) -> bool:
    for _ in range(_CAUSES_MAX):
        if error is None or isinstance(error, ssl.SSLError):
            break
        error = error.__cause__ or error.__context__
    return isinstance(error, ssl.SSLError)
