"""The clients that every fault is tried on: both kinds, owned and borrowed, httpx and httpx2."""

import asyncio
import contextlib
import json
import ssl
from collections.abc import Callable
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
        if self.is_async:
            return asyncio.run(self._ask_async(url, times, between, request, tls, given, options))
        with contextlib.ExitStack() as stack:
            if self.owned:
                given |= {"ssl_context": tls, **options}
            else:
                given["client"] = stack.enter_context(self.http(**_verify(tls), **options))
            made = RouterClient.connect(url, **given)
            if isinstance(made, Failure):
                return [made]
            with made.unwrap() as client:
                return [_then(client.route(request), between) for _ in range(times)]

    async def _ask_async(self, url, times, between, request, tls, given, options) -> Answers:
        async with contextlib.AsyncExitStack() as stack:
            if self.owned:
                given |= {"ssl_context": tls, **options}
            else:
                http = self.http(**_verify(tls), **options)
                given["client"] = await stack.enter_async_context(http)
            made = AsyncRouterClient.connect(url, **given)
            if isinstance(made, Failure):
                return [made]
            async with made.unwrap() as client:
                return [_then(await client.route(request), between) for _ in range(times)]


def _verify(tls: ssl.SSLContext | None) -> dict[str, object]:
    return {"verify": NOBODY if tls is None else tls}


def _then(outcome, between):
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
