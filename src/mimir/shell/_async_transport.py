"""The transport of the asynchronous client of its own.

Rules:
1. The deadline is the caller's cancel scope; the timeouts of the phases are httpcore's.
2. Whatever ends a handshake, cancellation too, no socket stays open: httpcore closes it on an
   ``Exception`` alone.
"""

import ssl
from collections.abc import AsyncIterator, Iterable

import anyio
import httpcore
import httpx
from typing_extensions import override

from mimir.shell import _wire
from mimir.shell._way import Way


class _Stream(httpcore.AsyncNetworkStream, _wire.Heard):
    def __init__(self, inner: httpcore.AsyncNetworkStream) -> None:
        self._inner = inner

    @override
    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        self.heard = True
        return await self._inner.read(max_bytes, timeout)

    @override
    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self.heard = False
        await self._inner.write(buffer, timeout)

    @override
    async def aclose(self) -> None:
        await self._inner.aclose()

    @override
    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.AsyncNetworkStream:
        try:
            return _Stream(await self._inner.start_tls(ssl_context, server_hostname, timeout))
        except BaseException:
            with anyio.CancelScope(shield=True):
                await self.aclose()
            raise

    @override
    def get_extra_info(self, info: str) -> object:
        return self._inner.get_extra_info(info)


class _Backend(httpcore.AsyncNetworkBackend):
    def __init__(self) -> None:
        inner: object = httpcore.AnyIOBackend()
        assert isinstance(inner, httpcore.AsyncNetworkBackend)  # anyio is installed
        self._inner = inner

    @override
    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        return _Stream(
            await self._inner.connect_tcp(host, port, timeout, local_address, socket_options)
        )


class _Body(httpx.AsyncByteStream):
    def __init__(self, answer: httpcore.Response) -> None:
        self._answer = answer

    @override
    def __aiter__(self) -> AsyncIterator[bytes]:
        return self._answer.aiter_stream()

    @override
    async def aclose(self) -> None:
        await self._answer.aclose()


class AsyncTransport(httpx.AsyncBaseTransport):
    """HTTP/1.1 over pooled connections; exceptions are those of ``httpcore``."""

    def __init__(self, way: Way) -> None:
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=way.ssl_context,
            proxy=way.proxy,
            max_connections=_wire.CONNECTIONS_MAX,
            max_keepalive_connections=_wire.KEPT_MAX,
            keepalive_expiry=_wire.KEPT_SECONDS,
            network_backend=_Backend(),
        )

    @override
    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send ``request``; the body of the response is read as it is iterated."""
        answer = await self._pool.handle_async_request(
            _wire.to_httpcore(request, await request.aread())
        )
        if _wire.is_foreign(answer):
            await answer.aclose()
            _wire.refuse_foreign()
        return httpx.Response(
            answer.status, headers=_wire.kept(answer.headers), stream=_Body(answer)
        )

    @override
    async def aclose(self) -> None:
        """Close every connection."""
        await self._pool.aclose()
