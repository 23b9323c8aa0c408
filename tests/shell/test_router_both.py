"""What both router clients do alike: retries, idempotency keys, borrowed clients, the way out."""

import asyncio
import json
import logging
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import httpcore
import httpx
import httpx2
import pytest

from mimir.core.descriptor import Descriptor
from mimir.core.outcome import Failure, Outcome, Success
from mimir.core.route.failure import RequestFailed, RouteError
from mimir.core.route.request import BaseUrl, RouteRequest
from mimir.core.route.response import Placed, RouteResponse
from mimir.core.route.retry import RetryPolicy
from mimir.shell import _deadline
from mimir.shell._way import way_to
from mimir.shell.router import AsyncRouterClient, RouterClient, Timeouts
from router_app import PLACED

TOKEN = "a-bearer-token-without-a-known-shape"
URL = "https://router.example"
REQUEST = RouteRequest(
    descriptor=Descriptor(
        task_class="chat", budget_ceiling_microdollars=500, latency_tolerance_ms=2_000
    )
)
REPEAT = RetryPolicy(attempts=3, base_ms=100, jitter=0)

Handler = Callable[[httpx.Request], httpx.Response]
LIBRARIES = pytest.mark.parametrize("library", [httpx, httpx2], ids=["httpx", "httpx2"])
KINDS = pytest.mark.parametrize("is_async", [False, True], ids=["sync", "async"])


class Asked:
    """One call through a client of ``library`` whose transport is ``handler``."""

    def __init__(self, handler: Handler, *, is_async: bool, library: object = httpx) -> None:
        self.handler = handler
        self.is_async = is_async
        self.library = library
        self.seen: list[httpx.Request] = []
        self.slept: list[float] = []

    def __call__(
        self,
        *,
        lent: dict[str, object] | None = None,
        key: str | None = None,
        **options: object,
    ) -> Outcome[RouteResponse, RouteError]:
        transport = self.library.MockTransport(self._handle)
        kind = self.library.AsyncClient if self.is_async else self.library.Client
        http = kind(transport=transport, **(lent or {}))
        if self.is_async:
            client = AsyncRouterClient.connect(
                URL, TOKEN, client=http, sleep=self._sleep_async, **options
            )
            return asyncio.run(client.unwrap().route(REQUEST, idempotency_key=key))
        client = RouterClient.connect(URL, TOKEN, client=http, sleep=self.slept.append, **options)
        return client.unwrap().route(REQUEST, idempotency_key=key)

    def _handle(self, request: httpx.Request) -> httpx.Response:
        self.seen.append(request)
        return self.handler(request)

    async def _sleep_async(self, seconds: float) -> None:
        self.slept.append(seconds)

    def keys(self) -> list[str]:
        return [request.headers["idempotency-key"] for request in self.seen]


def placed(request: httpx.Request) -> httpx.Response:
    return httpx.Response(200, json=PLACED)


def failing_then_placed(times: int, make: Callable[[], httpx.Response]) -> Handler:
    calls = iter(range(100))
    return lambda request: make() if next(calls) < times else placed(request)


def refuse() -> httpx.Response:
    message = "refused"
    raise httpx.ConnectError(message)


def busy(status: int = 429, **headers: str) -> Callable[[], httpx.Response]:
    return lambda: httpx.Response(status, headers=headers)


@KINDS
def test_without_a_policy_nothing_is_repeated(*, is_async: bool) -> None:
    asked = Asked(failing_then_placed(1, refuse), is_async=is_async)
    assert asked().failure().code == "connect_failed"
    assert (len(asked.seen), asked.slept) == (1, [])


@KINDS
def test_what_is_safe_is_repeated_under_one_key_of_the_call(*, is_async: bool) -> None:
    asked = Asked(failing_then_placed(2, refuse), is_async=is_async)
    assert isinstance(asked(retry=REPEAT).unwrap(), Placed)
    assert asked.slept == [0.1, 0.2]
    assert len(set(asked.keys())) == 1
    assert len({request.content for request in asked.seen}) == 1
    assert json.loads(asked.keys()[0]).startswith("idem_")


@KINDS
def test_every_call_has_a_key_of_its_own_unless_one_is_given(*, is_async: bool) -> None:
    asked = Asked(placed, is_async=is_async)
    for _ in range(2):
        asked()
    asked(key="step-7")
    first, second, third = asked.keys()
    assert first != second
    assert third == '"step-7"'


@KINDS
@pytest.mark.parametrize("key", ["", "two words", "k" * 256, "line\r\nX-Forged: 1"])
def test_a_key_that_no_header_can_hold_is_refused(key: str, *, is_async: bool) -> None:
    asked = Asked(placed, is_async=is_async)
    assert asked(key=key).failure().code == "invalid_request"
    assert asked.seen == []


@KINDS
def test_what_is_not_safe_is_never_repeated(*, is_async: bool) -> None:
    asked = Asked(failing_then_placed(1, busy(503)), is_async=is_async)
    assert asked(retry=REPEAT).failure().code == "http_error"
    assert len(asked.seen) == 1


@KINDS
def test_a_retry_after_is_honoured_where_there_is_time_for_it(*, is_async: bool) -> None:
    asked = Asked(failing_then_placed(1, busy(503, **{"Retry-After": "7"})), is_async=is_async)
    assert isinstance(asked(retry=REPEAT), Success)
    assert asked.slept == [7.1]
    late = Asked(failing_then_placed(1, busy(429, **{"Retry-After": "31"})), is_async=is_async)
    assert late(retry=REPEAT).failure().retry_after == 31
    assert late.slept == []


@KINDS
def test_the_jitter_is_of_the_chance_that_is_given(*, is_async: bool) -> None:
    asked = Asked(failing_then_placed(1, refuse), is_async=is_async)
    asked(retry=RetryPolicy(base_ms=100, jitter=100), chance=lambda: 0.75)
    assert asked.slept == [0.025]


@KINDS
def test_all_attempts_share_one_deadline(*, is_async: bool) -> None:
    now = [0]

    def slow(request: httpx.Request) -> httpx.Response:
        now[0] += 4_000_000_000
        raise httpx.ConnectError("refused")

    asked = Asked(slow, is_async=is_async)
    many = RetryPolicy(attempts=10, base_ms=1, jitter=0)
    error = asked(retry=many, timeouts=Timeouts(total=10.0), now=lambda: now[0]).failure()
    assert error.code == "connect_failed"
    assert len(asked.seen) == 3
    assert asked.seen[2].extensions["timeout"]["connect"] == 2.0


@LIBRARIES
@KINDS
def test_nothing_of_a_borrowed_client_gets_into_the_request(
    library: object, *, is_async: bool
) -> None:
    asked = Asked(lambda _: library.Response(200, json=PLACED), is_async=is_async, library=library)
    lent = {
        "auth": ("me", "hunter2"),
        "headers": {"X-Api-Key": "hunter2", "Authorization": "Basic hunter2"},
        "cookies": {"session": "hunter2"},
        "params": {"api_key": "hunter2"},
        "base_url": "https://elsewhere.example/hunter2",
        "follow_redirects": True,
        "timeout": 99,
    }
    assert isinstance(asked(lent=lent).unwrap(), Placed)
    (sent,) = asked.seen
    assert str(sent.url) == f"{URL}/v1/route"
    assert "hunter2" not in repr(sent.headers.raw)
    assert sorted(sent.headers) == [
        "accept",
        "accept-encoding",
        "authorization",
        "content-length",
        "content-type",
        "host",
        "idempotency-key",
        "user-agent",
    ]
    assert sent.headers["authorization"] == f"Bearer {TOKEN}"
    assert TOKEN not in repr(sent.headers)


@LIBRARIES
@KINDS
def test_a_hook_of_a_borrowed_client_that_fails_is_no_exception(
    library: object, *, is_async: bool
) -> None:
    def fail(_: object) -> None:
        raise RuntimeError(TOKEN)

    async def fail_async(_: object) -> None:
        raise RuntimeError(TOKEN)

    asked = Asked(placed, is_async=is_async, library=library)
    hooks = {"request": [fail_async if is_async else fail]}
    failed = asked(lent={"event_hooks": hooks}).failure()
    assert failed == RequestFailed("transport_failed")


@KINDS
def test_a_borrowed_client_stays_open(*, is_async: bool) -> None:
    async def run() -> bool:
        async with httpx.AsyncClient(transport=httpx.MockTransport(placed)) as http:
            async with AsyncRouterClient.connect(URL, TOKEN, client=http).unwrap() as client:
                await client.route(REQUEST)
            return http.is_closed

    if is_async:
        assert not asyncio.run(run())
    else:
        with httpx.Client(transport=httpx.MockTransport(placed)) as http:
            with RouterClient.connect(URL, TOKEN, client=http).unwrap() as client:
                client.route(REQUEST)
            assert not http.is_closed


@pytest.mark.parametrize("kind", [RouterClient, AsyncRouterClient])
@pytest.mark.parametrize(
    ("url", "token", "code"),
    [
        ("http://router.example", TOKEN, "insecure_base_url"),
        ("https://user:pass@router.example", TOKEN, "invalid_base_url"),
        ("https://router.example", "line\nbreak", "invalid_token"),
    ],
)
def test_a_client_is_refused_before_any_byte_is_sent(
    kind: type[RouterClient], url: str, token: str, code: str
) -> None:
    assert kind.connect(url, token).failure().code == code


@pytest.mark.parametrize("kind", [RouterClient, AsyncRouterClient])
def test_an_environment_that_cannot_be_used_is_told_when_it_is_asked_for(
    kind: type[RouterClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", "/nowhere.pem")
    assert isinstance(kind.connect(URL, TOKEN), Success)
    assert kind.connect(URL, TOKEN, trust_env=True).failure().code == "tls_failed"


def proxy(url: str, monkeypatch: pytest.MonkeyPatch, **variables: str) -> object:
    """Return the proxy on the way to ``url``, as text, or the code of the failure."""
    for name in ("http", "https", "all", "no"):
        monkeypatch.delenv(f"{name}_proxy".upper(), raising=False)
        monkeypatch.delenv(f"{name}_proxy", raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    way = way_to(BaseUrl(url), trust_env=True, ssl_context=context)
    if isinstance(way, Failure):
        return way.failure().code
    found = way.unwrap().proxy
    return None if found is None else (bytes(found.url), found.auth)


def test_proxies_of_the_environment_are_for_https_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    named = "http://proxy.example:3128"
    every = {"HTTP_PROXY": named, "HTTPS_PROXY": named, "ALL_PROXY": named}
    assert proxy(URL, monkeypatch, **every) == (b"http://proxy.example:3128/", None)
    assert proxy("http://localhost", monkeypatch, **every) is None
    assert proxy(URL, monkeypatch) is None
    assert proxy(URL, monkeypatch, **every, NO_PROXY="router.example") is None
    assert proxy(URL, monkeypatch, ALL_PROXY="p.example:1") == (b"http://p.example:1/", None)


def test_a_proxy_has_its_own_user_and_may_be_of_https_but_not_of_socks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with_user = proxy(URL, monkeypatch, HTTPS_PROXY="https://me:secret@p.example")
    assert with_user == (b"https://p.example/", (b"me", b"secret"))
    for unknown in ("socks5://p.example", "ftp://p.example", "http://p:port"):
        assert proxy(URL, monkeypatch, HTTPS_PROXY=unknown) == "proxy_failed"


@contextmanager
def two_addresses(
    monkeypatch: pytest.MonkeyPatch, connect: Callable[..., httpcore.NetworkStream]
) -> Iterator[_deadline.DeadlineTransport]:
    """A transport for a host with two addresses, connected by ``connect``, at second 0."""
    found = [(2, 1, 6, "", ("127.0.0.2", 80)), (2, 1, 6, "", ("127.0.0.1", 80))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *given, **named: found)
    monkeypatch.setattr(httpcore.SyncBackend, "connect_tcp", connect)
    way = way_to(BaseUrl("http://localhost"), trust_env=False, ssl_context=None).unwrap()
    transport = _deadline.DeadlineTransport(way, lambda: 0)
    yield transport
    transport.close()


def test_the_addresses_of_a_host_share_the_time_for_connecting(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tried: list[tuple[str, float | None]] = []

    def connect(
        self: object, host: str, port: int, timeout: float | None, *rest: object
    ) -> httpcore.NetworkStream:
        tried.append((host, timeout))
        raise httpcore.ConnectTimeout

    with two_addresses(monkeypatch, connect) as transport:
        request = httpx.Request("POST", "http://localhost", extensions={"timeout": {"connect": 4}})
        with pytest.raises(httpcore.ConnectTimeout):
            transport.handle_request(request)
        with pytest.raises(httpcore.ConnectTimeout):
            transport.handle_request(httpx.Request("POST", "http://localhost"))
    assert tried == [("127.0.0.2", 2), ("127.0.0.1", 4), ("127.0.0.2", None), ("127.0.0.1", None)]


def test_an_address_that_refuses_leaves_the_next_one_to_try(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def connect(self: object, host: str, *rest: object) -> httpcore.NetworkStream:
        if host == "127.0.0.2":
            raise httpcore.ConnectError
        answer = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
        return httpcore.MockStream([answer])

    with two_addresses(monkeypatch, connect) as transport:
        response = transport.handle_request(httpx.Request("POST", "http://localhost"))
        assert b"".join(response.iter_raw()) == b"ok"
        response.close()


def test_no_log_of_the_asynchronous_transport_shows_the_token(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"

        async def run() -> None:
            quick = Timeouts(read=0.05)
            async with AsyncRouterClient.connect(url, TOKEN, timeouts=quick).unwrap() as client:
                assert (await client.route(REQUEST)).failure().code == "read_timeout"

        asyncio.run(run())
    assert "send_request_headers" in caplog.text
    assert TOKEN not in caplog.text


@KINDS
def test_an_answer_that_a_hook_has_read_already_is_read_all_the_same(*, is_async: bool) -> None:
    def read(response: httpx.Response) -> None:
        response.read()

    async def read_async(response: httpx.Response) -> None:
        await response.aread()

    asked = Asked(placed, is_async=is_async)
    hooks = {"response": [read_async if is_async else read]}
    assert isinstance(asked(lent={"event_hooks": hooks}).unwrap(), Placed)
