"""What the client's own two transports share: requests and answers between httpx and httpcore.

Rules:
1. Of an answer, ``Location`` and ``Set-Cookie`` go no further: httpx would act on them.
2. An answer that came before its request is refused. Behind an answer a router may have sent a
   second one, which would otherwise be taken for the answer to the next request.
"""

from collections.abc import Mapping
from typing import Final, NoReturn, Protocol

import httpcore
import httpx

CONNECTIONS_MAX: Final = 100
"""Connections of one client."""

KEPT_MAX: Final = 20
"""Idle connections that are kept."""

KEPT_SECONDS: Final = 5.0
"""How long an idle connection is kept."""

_ACTED_ON: Final = frozenset({b"location", b"set-cookie"})


class Heard:
    """Tells whether a connection was read from since it was last written to."""

    heard: bool = True


class Answer(Protocol):
    """What is looked at of a response of httpcore."""

    @property
    def extensions(self) -> Mapping[str, object]:
        """What the pool tells beside the response, such as its connection."""
        ...


def to_httpcore(request: httpx.Request, content: bytes) -> httpcore.Request:
    """Write ``request`` as the pool takes it."""
    url = request.url
    return httpcore.Request(
        method=request.method,
        url=httpcore.URL(
            scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path
        ),
        headers=request.headers.raw,
        content=content,
        extensions=request.extensions,
    )


def kept(headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """Return the headers that rule 1 lets through.

    >>> kept([(b"Location", b"/"), (b"Retry-After", b"5")])
    [(b'Retry-After', b'5')]
    """
    return [(name, value) for name, value in headers if name.lower() not in _ACTED_ON]


def is_foreign(answer: Answer) -> bool:
    """Tell whether ``answer`` came before its request."""
    stream = answer.extensions.get("network_stream")
    return isinstance(stream, Heard) and not stream.heard


def refuse_foreign() -> NoReturn:
    """Fail as an answer does that breaks the protocol."""
    message = "an answer that came before its request"
    raise httpcore.RemoteProtocolError(message)
