"""A transport whose every wait ends at the request's deadline.

Rules:
1. A read timeout starts anew with every byte, so a router that drips headers, interim responses or
   the parts of a chunk would never meet one; here each wait is cut to what the deadline leaves.
2. The deadline is the request's extension ``deadline``, in monotonic nanoseconds. A synchronous
   exchange stays in its thread, so that is where its deadline is kept.
3. What runs out of time is a timeout of the phase it was in. Looking up a host's name is the one
   wait that no timeout reaches.
"""

import ssl
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import Final

import httpcore
import httpx
from typing_extensions import override

DEADLINE: Final = "deadline"
"""The name of the request's extension."""

_PIECE_BYTES: Final = 16 * 1024
_NANOSECONDS: Final = 1_000_000_000
_KEEPALIVE_SECONDS: Final = 5.0


class _Waits(threading.local):
    """How long a wait of this thread's exchange may last."""

    def __init__(self, now: Callable[[], int]) -> None:
        self.now = now
        self.deadline: int | None = None

    def cut(self, timeout: float | None, late: type[httpcore.TimeoutException]) -> float | None:
        """Cut ``timeout`` (seconds) to what the deadline leaves; ``late`` where that is nothing."""
        if self.deadline is None:
            return timeout
        left = (self.deadline - self.now()) / _NANOSECONDS
        if left <= 0:
            raise late
        return left if timeout is None else min(timeout, left)


class _Stream(httpcore.NetworkStream):
    def __init__(self, inner: httpcore.NetworkStream, waits: _Waits) -> None:
        self._inner = inner
        self._waits = waits

    @override
    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, self._waits.cut(timeout, httpcore.ReadTimeout))

    @override
    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        for start in range(0, len(buffer), _PIECE_BYTES):
            wait = self._waits.cut(timeout, httpcore.WriteTimeout)
            self._inner.write(buffer[start : start + _PIECE_BYTES], wait)

    @override
    def close(self) -> None:
        self._inner.close()

    @override
    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        wait = self._waits.cut(timeout, httpcore.ConnectTimeout)
        return _Stream(self._inner.start_tls(ssl_context, server_hostname, wait), self._waits)

    @override
    def get_extra_info(self, info: str) -> object:
        return self._inner.get_extra_info(info)


class _Backend(httpcore.SyncBackend):
    def __init__(self, waits: _Waits) -> None:
        self._waits = waits

    @override
    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        wait = self._waits.cut(timeout, httpcore.ConnectTimeout)
        inner = super().connect_tcp(host, port, wait, local_address, socket_options)
        return _Stream(inner, self._waits)


class _Body(httpx.SyncByteStream):
    def __init__(self, answer: httpcore.Response) -> None:
        self._answer = answer

    @override
    def __iter__(self) -> Iterator[bytes]:
        return self._answer.iter_stream()

    @override
    def close(self) -> None:
        self._answer.close()


class DeadlineTransport(httpx.BaseTransport):
    """HTTP/1.1 over pooled connections, without proxies, under rule 1.

    Exceptions are those of ``httpcore``, named as in ``httpx``.
    """

    def __init__(self, now: Callable[[], int]) -> None:
        self._waits = _Waits(now)
        self._pool = httpcore.ConnectionPool(
            ssl_context=httpx.create_ssl_context(trust_env=False),
            keepalive_expiry=_KEEPALIVE_SECONDS,
            network_backend=_Backend(self._waits),
        )

    @override
    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send ``request``; the body of the response is read as it is iterated."""
        url = request.url
        deadline: object = request.extensions.get(DEADLINE)
        self._waits.deadline = deadline if isinstance(deadline, int) else None
        answer = self._pool.handle_request(
            httpcore.Request(
                method=request.method,
                url=httpcore.URL(
                    scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path
                ),
                headers=request.headers.raw,
                content=request.read(),
                extensions=request.extensions,
            )
        )
        return httpx.Response(answer.status, headers=answer.headers, stream=_Body(answer))

    @override
    def close(self) -> None:
        """Close every connection."""
        self._pool.close()
