"""The asynchronous router client; its synchronous twin does the same in the same order.

Rules:
1. Here are only the sends, the reads and the waits. What they are and what they mean is told by
   ``_router_call``.
2. The deadline is a cancel scope around each attempt, so that it holds through a borrowed client
   too, and while a host's name is looked up.
3. What is cancelled from outside passes, and leaves no socket open and the client usable.
"""

import random
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from types import TracebackType
from typing import Self

import anyio
import httpx

from mimir.core.outcome import Failure, Outcome, Success
from mimir.core.route.failure import RequestFailed, RouteError
from mimir.core.route.request import RouteRequest
from mimir.core.route.response import RouteResponse
from mimir.core.route.retry import RetryPolicy
from mimir.core.secret import Secret
from mimir.shell import clock
from mimir.shell._async_transport import AsyncTransport
from mimir.shell._clients import AsyncClient, AsyncLine, AsyncResponse, R, async_line
from mimir.shell._options import check
from mimir.shell._router_call import Answer, Call, RouterBase, Terms, Timeouts
from mimir.shell._transport_errors import Caught
from mimir.shell._way import way_to


class AsyncRouterClient(RouterBase):
    """A client of one router, over pooled connections; make it with ``connect``, which checks.

    It may be shared between the tasks of one event loop. Used in an ``async with`` block it is
    closed at the end.
    """

    __slots__ = ("_line", "_release", "_sleep")

    def __init__(
        self,
        terms: Terms,
        line: AsyncLine,
        release: Callable[[], Awaitable[None]] | None,
        sleep: Callable[[float], Awaitable[None]],
    ) -> None:
        """Hold what ``connect`` has checked and made."""
        super().__init__(terms)
        self._line = line
        self._release = release
        self._sleep = sleep

    @classmethod
    def connect(
        cls,
        base_url: str,
        token: str | Secret,
        *,
        client: AsyncClient[R] | None = None,
        timeouts: Timeouts | None = None,
        retry: RetryPolicy | None = None,
        trust_env: bool = False,
        ssl_context: ssl.SSLContext | None = None,
        now: Callable[[], int] = clock.monotonic_ns,
        chance: Callable[[], float] = random.random,
        sleep: Callable[[float], Awaitable[None]] = anyio.sleep,
    ) -> Outcome[Self, RequestFailed]:
        """Check where to and with which token, and make the client; nothing is sent yet.

        Parameters and errors are those of ``RouterClient.connect``; ``client`` is asynchronous, and
        ``sleep`` is awaited.

        >>> AsyncRouterClient.connect("http://router.example", "t0ken").failure().code
        'insecure_base_url'
        """
        terms = check(
            base_url, token, timeouts, retry, client, is_async=True, now=now, chance=chance
        )
        if isinstance(terms, Failure):
            return terms
        if client is not None:
            return Success(cls(terms.unwrap(), async_line(client), None, sleep))
        way = way_to(terms.unwrap().base_url, trust_env=trust_env, ssl_context=ssl_context)
        if isinstance(way, Failure):
            return way
        own = httpx.AsyncClient(transport=AsyncTransport(way.unwrap()), trust_env=False)
        return Success(cls(terms.unwrap(), async_line(own), own.aclose, sleep))

    async def route(
        self, request: RouteRequest, *, idempotency_key: str | None = None
    ) -> Outcome[RouteResponse, RouteError]:
        """Ask the router, as ``RouterClient.route`` does; cancellation passes.

        >>> import asyncio
        >>> from mimir.core.descriptor import Descriptor
        >>> asked = RouteRequest(descriptor=Descriptor(task_class="chat",
        ...     budget_ceiling_microdollars=500, latency_tolerance_ms=2000))
        >>> busy = httpx.MockTransport(lambda request: httpx.Response(503, text="busy"))
        >>> http = httpx.AsyncClient(transport=busy)
        >>> client = AsyncRouterClient.connect("https://r.example", "t0ken", client=http).unwrap()
        >>> asyncio.run(client.route(asked)).failure().message
        'the router answered 503 (other): busy'
        """
        call = self._terms.begin(request, idempotency_key)
        if isinstance(call, Failure):
            return call
        attempt = 0
        while True:
            attempt += 1
            outcome = await self._attempt(call.unwrap())
            wait = call.unwrap().wait(attempt, outcome)
            if wait is None:
                return outcome
            await self._sleep(wait)

    async def _attempt(self, call: Call) -> Outcome[RouteResponse, RouteError]:
        post = call.post(closed=self._closed or self._line.is_closed())
        if isinstance(post, Failure):
            return post
        answer = Answer(call)
        with anyio.move_on_after(call.left()), Caught() as caught:
            async with aclosing(await self._line.send(post.unwrap())) as response:
                answer.begin(response.status_code, response.headers)
                async for chunk in _chunks(response):
                    if not answer.take(chunk):
                        break
                else:
                    answer.end()
        return answer.outcome(caught.error)

    async def aclose(self) -> None:
        """Refuse further requests, and close the connections unless the client was borrowed."""
        self._closed = True
        if self._release is not None:
            await self._release()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.aclose()


async def _chunks(response: AsyncResponse) -> AsyncIterator[bytes]:
    # A transport of a test may hand over a response that is read already.
    if response.is_stream_consumed:
        yield response.content
        return
    async for chunk in response.aiter_raw():
        yield chunk
