"""The router client: it moves bytes to a router and back, and decides nothing.

Rules:
1. What is asked and what an answer means is told by ``mimir.core.route``; here are only the bytes.
2. No environment, no redirects, no cookies, no retries, no compressed bodies, no more than 1 MiB.
3. Every phase has a timeout, and the whole exchange a deadline that no dripping router outlasts.
4. Nothing is raised but what ends a program or a task; every other exception becomes a
   ``RequestFailed`` by its type, and is dropped, since it may hold the token.
5. The token is a ``Secret`` until it is written into the one request that carries it.
"""

from collections.abc import Callable
from contextlib import closing
from types import TracebackType
from typing import Final, NoReturn, Self

import httpx
from attrs import frozen
from typing_extensions import override

from mimir.core.limits import WIRE_OUT_MAX_BYTES
from mimir.core.outcome import Failure, Outcome, Success
from mimir.core.route.failure import RequestFailed, RouteError
from mimir.core.route.request import BaseUrl, RouteRequest, check_base_url, check_token, encode
from mimir.core.route.response import RouteResponse, read
from mimir.core.secret import Secret
from mimir.shell import clock
from mimir.shell._deadline import DEADLINE, DeadlineTransport
from mimir.shell._transport_errors import TIMEOUT_KINDS, Caught, failure_kind

_HEADERS: Final = {
    "Accept": "application/json",
    "Accept-Encoding": "identity",
    "Content-Type": "application/json",
    "User-Agent": "mimir-oracle",
}

_NANOSECONDS: Final = 1_000_000_000


@frozen(kw_only=True)
class Timeouts:
    """How long each phase may take, in seconds; ``total`` bounds the exchange from end to end."""

    connect: float = 5.0
    read: float = 10.0
    write: float = 10.0
    pool: float = 5.0
    total: float = 30.0


class RouterClient:
    """A client of one router, over pooled connections; make it with ``connect``, which checks.

    It may be shared between threads. Used in a ``with`` block it is closed at the end.
    """

    __slots__ = ("_base_url", "_borrowed", "_client", "_closed", "_now", "_timeouts", "_token")

    def __init__(
        self,
        base_url: BaseUrl,
        token: Secret,
        *,
        client: httpx.Client | None = None,
        timeouts: Timeouts | None = None,
        now: Callable[[], int] = clock.monotonic_ns,
    ) -> None:
        """Hold what ``connect`` has checked.

        :param client: an httpx client to send through, with its own proxies, certificates and
            hooks; it stays its owner's to close. Without it the client makes its own, which
            follows rules 2 and 3.
        :param now: the monotonic clock of the deadline, in nanoseconds.
        """
        self._base_url = base_url
        self._token = token
        self._borrowed = client is not None
        self._client = client if client is not None else _own_client(now)
        self._timeouts = timeouts if timeouts is not None else Timeouts()
        self._now = now
        self._closed = False

    @classmethod
    def connect(
        cls,
        base_url: str,
        token: str | Secret,
        *,
        client: httpx.Client | None = None,
        timeouts: Timeouts | None = None,
        now: Callable[[], int] = clock.monotonic_ns,
    ) -> Outcome[Self, RequestFailed]:
        """Check where to and with which token, and make the client; nothing is sent yet.

        :return: the client, or ``RequestFailed`` of kind ``invalid_base_url``,
            ``insecure_base_url`` or ``invalid_token``.

        >>> RouterClient.connect("http://router.example", "t0ken").failure().code
        'insecure_base_url'
        """
        url = check_base_url(base_url)
        if isinstance(url, Failure):
            return url
        secret = check_token(token)
        if isinstance(secret, Failure):
            return secret
        made = cls(url.unwrap(), secret.unwrap(), client=client, timeouts=timeouts, now=now)
        return Success(made)

    def route(self, request: RouteRequest) -> Outcome[RouteResponse, RouteError]:
        """Ask the router once. No retry: a request that was lost may have minted a grant.

        :return: the answer, ``HttpError`` for a status outside 2xx, or ``RequestFailed``.

        >>> from mimir.core.descriptor import Descriptor
        >>> asked = RouteRequest(descriptor=Descriptor(task_class="chat",
        ...     budget_ceiling_microdollars=500, latency_tolerance_ms=2000))
        >>> busy = httpx.MockTransport(lambda request: httpx.Response(503, text="busy"))
        >>> client = httpx.Client(transport=busy)
        >>> with RouterClient.connect("https://r.example", "t0ken", client=client).unwrap() as r:
        ...     r.route(asked).failure().message
        'the router answered 503 (other): busy'
        """
        if self._closed or self._client.is_closed:
            return Failure(RequestFailed("client_closed"))
        body = encode(request)
        if isinstance(body, Failure):
            return body
        deadline = self._now() + int(self._timeouts.total * _NANOSECONDS)
        with Caught() as caught:
            return self._exchange(body.unwrap(), deadline)
        kind = failure_kind(caught.error)
        late = kind in TIMEOUT_KINDS and self._now() >= deadline
        return Failure(RequestFailed("deadline_exceeded" if late else kind))

    def close(self) -> None:
        """Refuse further requests, and close the connections unless the client was borrowed."""
        self._closed = True
        if not self._borrowed:
            self._client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    @override
    def __reduce__(self) -> NoReturn:
        message = "a router client is neither copied nor pickled: it holds connections"
        raise TypeError(message)

    @override
    def __repr__(self) -> str:
        return f"RouterClient({self._base_url.text!r})"

    def _exchange(self, body: bytes, deadline: int) -> Outcome[RouteResponse, RouteError]:
        with closing(self._send(body, deadline)) as response:
            raw = self._read(response, deadline)
            if raw is None:
                return Failure(RequestFailed("deadline_exceeded"))
            now = clock.unix_ns() // _NANOSECONDS
            return read(response.status_code, response.headers, raw, token=self._token, now=now)

    def _send(self, body: bytes, deadline: int) -> httpx.Response:
        request = self._client.build_request(
            "POST",
            self._base_url.route,
            content=body,
            headers=_HEADERS,
            timeout=self._phases(),
            extensions={DEADLINE: deadline},
        )
        # Set here and not passed in, so that no frame holds the token but as a masked header.
        request.headers["Authorization"] = f"Bearer {self._token.reveal()}"
        return self._client.send(request, stream=True, auth=None, follow_redirects=False)

    def _phases(self) -> tuple[float, float, float, float]:
        waits = self._timeouts
        phases = waits.connect, waits.read, waits.write, waits.pool
        connect, read_, write, pool = (min(phase, waits.total) for phase in phases)
        return connect, read_, write, pool

    def _read(self, response: httpx.Response, deadline: int) -> bytes | None:
        """Read at most one chunk past the limit; ``None`` when the deadline passes."""
        # A transport of a test may hand over a response that is read already.
        chunks = [response.content] if response.is_stream_consumed else response.iter_raw()
        body = bytearray()
        for chunk in chunks:
            if self._now() >= deadline:
                return None
            body += chunk
            if len(body) > WIRE_OUT_MAX_BYTES:
                break
        return bytes(body)


def _own_client(now: Callable[[], int]) -> httpx.Client:
    return httpx.Client(transport=DeadlineTransport(now), trust_env=False, follow_redirects=False)
