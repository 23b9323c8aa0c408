"""The httpx clients that a router client can send through, httpx2's among them, as ports.

Rules:
1. Only what is used stands here, so that any client of httpx's shape fits, and none is imported.
2. A request is made of the client's own class of requests, but not by the client: its headers,
   cookies, parameters and base URL don't get into it. Its auth and its redirects are switched off.
3. The token is set on the finished request, so that no frame holds it but as a masked header.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, MutableMapping
from typing import Protocol, TypeVar

from attrs import frozen

from mimir.core.secret import Secret


@frozen(kw_only=True)
class Post:
    """One request to be sent."""

    url: str
    headers: Mapping[str, str]
    content: bytes
    extensions: Mapping[str, object]
    token: Secret


class Request(Protocol):
    """A request of httpx's shape."""

    def __init__(
        self,
        method: str,
        url: str,
        *,
        headers: dict[str, str],
        content: bytes,
        extensions: dict[str, object],
    ) -> None: ...

    @property
    def headers(self) -> MutableMapping[str, str]:
        """The header fields, which can be set."""
        ...


class Head(Protocol):
    """What a response of either kind begins with."""

    @property
    def status_code(self) -> int:
        """The status."""
        ...

    @property
    def headers(self) -> Mapping[str, str]:
        """The header fields."""
        ...

    @property
    def is_stream_consumed(self) -> bool:
        """Whether a transport or a hook has read the body already."""
        ...

    @property
    def content(self) -> bytes:
        """The body, where it is read already."""
        ...


class Response(Head, Protocol):
    """A response whose body is read as it comes."""

    def iter_raw(self) -> Iterator[bytes]:
        """Read the body, undecoded."""
        ...

    def close(self) -> None:
        """Give the connection back, or close it."""
        ...


class AsyncResponse(Head, Protocol):
    """A response whose body is awaited."""

    def aiter_raw(self) -> AsyncIterator[bytes]:
        """Read the body, undecoded."""
        ...

    async def aclose(self) -> None:
        """Give the connection back, or close it."""
        ...


R = TypeVar("R", bound=Request)


class Client(Protocol[R]):
    """``httpx.Client``, ``httpx2.Client``, or what is shaped like them."""

    @property
    def is_closed(self) -> bool:
        """Whether it was closed."""
        ...

    def build_request(self, method: str, url: str) -> R:
        """Make a request."""
        ...

    def send(self, request: R, *, stream: bool, auth: None, follow_redirects: bool) -> Response:
        """Send a request."""
        ...


class AsyncClient(Protocol[R]):
    """``httpx.AsyncClient``, ``httpx2.AsyncClient``, or what is shaped like them."""

    @property
    def is_closed(self) -> bool:
        """Whether it was closed."""
        ...

    def build_request(self, method: str, url: str) -> R:
        """Make a request."""
        ...

    async def send(
        self, request: R, *, stream: bool, auth: None, follow_redirects: bool
    ) -> AsyncResponse:
        """Send a request."""
        ...


@frozen
class Line:
    """A client as this module uses it, whatever its class of requests."""

    send: Callable[[Post], Response]
    is_closed: Callable[[], bool]


@frozen
class AsyncLine:
    """The same of an asynchronous client."""

    send: Callable[[Post], Awaitable[AsyncResponse]]
    is_closed: Callable[[], bool]


def line(client: Client[R]) -> Line:
    """Return what sends through ``client``."""

    def send(post: Post) -> Response:
        request = _made(type(client.build_request("POST", post.url)), post)
        return client.send(request, stream=True, auth=None, follow_redirects=False)

    return Line(send, lambda: client.is_closed)


def async_line(client: AsyncClient[R]) -> AsyncLine:
    """Return what sends through ``client``."""

    async def send(post: Post) -> AsyncResponse:
        request = _made(type(client.build_request("POST", post.url)), post)
        return await client.send(request, stream=True, auth=None, follow_redirects=False)

    return AsyncLine(send, lambda: client.is_closed)


def _made(kind: type[R], post: Post) -> R:
    request = kind(
        "POST",
        post.url,
        headers=dict(post.headers),
        content=post.content,
        extensions=dict(post.extensions),
    )
    request.headers["Authorization"] = f"Bearer {post.token.reveal()}"
    return request
