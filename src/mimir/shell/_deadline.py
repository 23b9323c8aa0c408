"""A transport whose every wait ends at the request's deadline.

Rules:
1. A read timeout starts anew with every byte, so a router that drips headers, interim responses or
   the parts of a chunk would never meet one; here each wait is cut to what the deadline leaves.
2. The deadline is the request's extension ``deadline``, in monotonic nanoseconds. A synchronous
   exchange stays in its thread, so that is where its deadline is kept.
3. What runs out of time is a timeout of the phase it was in. Looking up a host's name is the one
   wait that no timeout reaches. The addresses of a host share the time for connecting.
4. A process that was forked off makes connections of its own, and leaves its parent's alone.
"""

import os
import socket
import ssl
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import Final

import httpcore
import httpx
from typing_extensions import override

from mimir.shell import _wire
from mimir.shell._way import Way

DEADLINE: Final = "deadline"
"""The name of the request's extension."""

_PIECE_BYTES: Final = 16 * 1024
_NANOSECONDS: Final = 1_000_000_000
_SHORTEST_SECONDS: Final = 0.001


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


class _Stream(httpcore.NetworkStream, _wire.Heard):
    def __init__(self, inner: httpcore.NetworkStream, waits: _Waits) -> None:
        self._inner = inner
        self._waits = waits

    @override
    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        self.heard = True
        return self._inner.read(max_bytes, self._waits.cut(timeout, httpcore.ReadTimeout))

    @override
    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self.heard = False
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
        try:
            wait = self._waits.cut(timeout, httpcore.ConnectTimeout)
            return _Stream(self._inner.start_tls(ssl_context, server_hostname, wait), self._waits)
        except BaseException:
            self.close()
            raise

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
        addresses = _addresses(host, port)
        ends = None if timeout is None else self._waits.now() + int(timeout * _NANOSECONDS)
        failed: Exception = httpcore.ConnectError("no address")
        for number, address in enumerate(addresses):
            share = self._share(ends, len(addresses) - number)
            wait = self._waits.cut(share, httpcore.ConnectTimeout)
            try:
                inner = super().connect_tcp(address, port, wait, local_address, socket_options)
                return _Stream(inner, self._waits)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failed = error
        raise failed

    def _share(self, ends: int | None, addresses: int) -> float | None:
        """Divide what is left until ``ends`` among the ``addresses`` that are left."""
        if ends is None:
            return None
        left = (ends - self._waits.now()) / _NANOSECONDS
        return max(left, _SHORTEST_SECONDS) / addresses


def _addresses(host: str, port: int) -> list[str]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise httpcore.ConnectError from error
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


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
    """HTTP/1.1 over pooled connections, under rule 1.

    Exceptions are those of ``httpcore``, named as in ``httpx``.
    """

    def __init__(self, way: Way, now: Callable[[], int]) -> None:
        self._way = way
        self._waits = _Waits(now)
        self._pools = {os.getpid(): self._make_pool()}

    @override
    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send ``request``; the body of the response is read as it is iterated."""
        deadline: object = request.extensions.get(DEADLINE)
        self._waits.deadline = deadline if isinstance(deadline, int) else None
        answer = self._pool().handle_request(_wire.to_httpcore(request, request.read()))
        if _wire.is_foreign(answer):
            answer.close()
            _wire.refuse_foreign()
        return httpx.Response(
            answer.status, headers=_wire.kept(answer.headers), stream=_Body(answer)
        )

    @override
    def close(self) -> None:
        """Close every connection of this process."""
        self._pool().close()

    def _pool(self) -> httpcore.ConnectionPool:
        mine = self._pools.get(os.getpid())
        return self._pools.setdefault(os.getpid(), self._make_pool()) if mine is None else mine

    def _make_pool(self) -> httpcore.ConnectionPool:
        return httpcore.ConnectionPool(
            ssl_context=self._way.ssl_context,
            proxy=self._way.proxy,
            max_connections=_wire.CONNECTIONS_MAX,
            max_keepalive_connections=_wire.KEPT_MAX,
            keepalive_expiry=_wire.KEPT_SECONDS,
            network_backend=_Backend(self._waits),
        )
