"""The clients that every fault is tried on: both kinds, owned and borrowed, httpx and httpx2."""

import asyncio
import contextlib
import json
import ssl
from collections.abc import Awaitable, Callable
from typing import NamedTuple

import httpx
import httpx2

from mimir.core.descriptor import Descriptor
from mimir.core.outcome import Failure, Outcome
from mimir.core.route.failure import RouteError
from mimir.core.route.request import RouteRequest
from mimir.core.route.response import RouteResponse
from mimir.shell.router import AsyncRouterClient, RouterClient, Timeouts
from router_app import PLACED

TOKEN = "a-bearer-token-without-a-known-shape"
REQUEST = RouteRequest(
    descriptor=Descriptor(
        task_class="chat", budget_ceiling_microdollars=500, latency_tolerance_ms=2_000
    )
)
BODY = json.dumps(PLACED).encode()
NOBODY = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""Trusts no certificate; made once, since reading those of the world takes a tenth of a second."""

PATIENT = Timeouts(total=15.0)
QUICK = Timeouts(total=0.3)

Answers = list[Outcome[RouteResponse, RouteError]]


class Driver(NamedTuple):
    """One way to ask a router; without a library the client makes its own connections."""

    name: str
    is_async: bool
    library: str | None = None

    @property
    def owned(self) -> bool:
        return self.library is None

    def http(self, **options: object) -> contextlib.AbstractContextManager[object]:
        """Make a client of the library."""
        module = httpx if self.library == "httpx" else httpx2
        return (module.AsyncClient if self.is_async else module.Client)(trust_env=False, **options)

    def ask(
        self,
        url: str,
        *,
        times: int = 1,
        between: Callable[[], object] = lambda: None,
        token: str = TOKEN,
        request: RouteRequest = REQUEST,
        timeouts: Timeouts = PATIENT,
        tls: ssl.SSLContext | None = None,
        **options: object,
    ) -> Answers:
        """Ask ``times`` over one client and return what came back."""
        given = {"token": token, "timeouts": timeouts}
        given |= {"ssl_context": tls, **options} if self.owned else {}
        lent = {"verify": NOBODY if tls is None else tls, **options}
        if self.is_async:

            async def ask(client: AsyncRouterClient) -> Answers:
                return [_then(await client.route(request), between) for _ in range(times)]

            return asyncio.run(self._over_async(url, given, lent, ask))
        with contextlib.ExitStack() as stack:
            if not self.owned:
                given["client"] = stack.enter_context(self.http(**lent))
            made = RouterClient.connect(url, **given)
            if isinstance(made, Failure):
                return [made]
            with made.unwrap() as client:
                return [_then(client.route(request), between) for _ in range(times)]

    async def _over_async(
        self,
        url: str,
        given: dict[str, object],
        lent: dict[str, object],
        ask: Callable[[AsyncRouterClient], Awaitable[Answers]],
    ) -> Answers:
        async with contextlib.AsyncExitStack() as stack:
            if not self.owned:
                given["client"] = await stack.enter_async_context(self.http(**lent))
            made = AsyncRouterClient.connect(url, **given)
            if isinstance(made, Failure):
                return [made]
            async with made.unwrap() as client:
                return await ask(client)


def _then(
    outcome: Outcome[RouteResponse, RouteError], between: Callable[[], object]
) -> Outcome[RouteResponse, RouteError]:
    between()
    return outcome


DRIVERS = (
    Driver("sync", is_async=False),
    Driver("async", is_async=True),
    Driver("sync-httpx", is_async=False, library="httpx"),
    Driver("async-httpx", is_async=True, library="httpx"),
    Driver("sync-httpx2", is_async=False, library="httpx2"),
    Driver("async-httpx2", is_async=True, library="httpx2"),
)
