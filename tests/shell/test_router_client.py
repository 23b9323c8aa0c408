"""The router client against an application in this process, and against transports that fail."""

import copy
import logging
import pickle
import ssl
import traceback
from collections.abc import Iterator

import httpx
import pytest
from typing_extensions import override

from mimir.core.descriptor import Descriptor
from mimir.core.limits import WIRE_OUT_MAX_BYTES
from mimir.core.outcome import Failure
from mimir.core.route.failure import HttpError, RequestFailed
from mimir.core.route.request import RouteRequest
from mimir.core.route.response import NotPlaced, Placed
from mimir.core.secret import Secret
from mimir.shell._router_call import RouterBase
from mimir.shell.router import RouterClient, Timeouts
from router_app import NOT_PLACED, PLACED, RouterApp, in_process, raising

TOKEN = "a-bearer-token-without-a-known-shape"
REQUEST = RouteRequest(
    descriptor=Descriptor(
        task_class="chat", budget_ceiling_microdollars=500, latency_tolerance_ms=2_000
    ),
    workflow_id="w1",
    step_id="s1",
)


def client_of(transport: httpx.Client, timeouts: Timeouts | None = None) -> RouterClient:
    return RouterClient.connect(
        "https://router.example/eu", TOKEN, client=transport, timeouts=timeouts
    ).unwrap()


def failed(transport: httpx.Client) -> RequestFailed:
    error = client_of(transport).route(REQUEST).failure()
    assert isinstance(error, RequestFailed)
    return error


def test_one_request_is_posted_with_the_token_and_no_compression_asked_for() -> None:
    app = RouterApp(PLACED)
    placed = client_of(in_process(app)).route(REQUEST).unwrap()
    assert isinstance(placed, Placed)
    assert placed.placement.model == "anthropic:claude-sonnet-4-5"
    (seen,) = app.seen
    body = seen.pop("body")
    assert isinstance(body, dict)
    assert (body["workflow_id"], body["descriptor"]["task_class"]) == ("w1", "chat")
    assert seen == {
        "method": "POST",
        "path": "/eu/v1/route",
        "authorization": f"Bearer {TOKEN}",
        "accept_encoding": "identity",
    }


def test_no_candidate_is_an_answer() -> None:
    answer = client_of(in_process(RouterApp(NOT_PLACED))).route(REQUEST).unwrap()
    assert isinstance(answer, NotPlaced)
    assert answer.reasons == ("cost",)


@pytest.mark.parametrize("status", ["301 X", "302 X", "303 X", "307 X", "308 X"])
def test_a_redirect_is_an_error_and_is_never_followed(status: str) -> None:
    app = RouterApp({}, status=status, headers=[("Location", "https://evil.example/steal")])
    transport = httpx.Client(
        transport=httpx.WSGITransport(app), trust_env=False, follow_redirects=True
    )
    error = client_of(transport).route(REQUEST).failure()
    assert isinstance(error, HttpError)
    assert error.status == int(status[:3])
    assert len(app.seen) == 1


def test_a_401_that_echoes_the_token_does_not_show_it() -> None:
    app = RouterApp({"error": f"Bearer {TOKEN}"}, status="401 Unauthorized")
    error = client_of(in_process(app)).route(REQUEST).failure()
    assert isinstance(error, HttpError)
    assert error.kind == "unauthorized"
    assert TOKEN not in repr(error) + error.message


def test_a_429_says_how_long_to_wait() -> None:
    app = RouterApp({}, status="429 Too Many Requests", headers=[("Retry-After", "5")])
    error = client_of(in_process(app)).route(REQUEST).failure()
    assert isinstance(error, HttpError)
    assert (error.kind, error.retry_after) == ("rate_limited", 5)


def test_a_body_past_the_limit_is_not_read_to_its_end() -> None:
    given = 0

    class Endless(httpx.SyncByteStream):
        @override
        def __iter__(self) -> Iterator[bytes]:
            nonlocal given
            while True:
                given += 65_536
                yield b" " * 65_536

    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, stream=Endless())

    assert failed(httpx.Client(transport=httpx.MockTransport(answer))).code == "response_too_large"
    assert given <= WIRE_OUT_MAX_BYTES + 65_536


def test_a_response_that_the_transport_has_read_already_is_read_all_the_same() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json=PLACED)

    transport = httpx.Client(transport=httpx.MockTransport(answer))
    assert isinstance(client_of(transport).route(REQUEST).unwrap(), Placed)


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (httpx.ConnectTimeout("x"), "connect_timeout"),
        (httpx.ReadTimeout("x"), "read_timeout"),
        (httpx.WriteTimeout("x"), "write_timeout"),
        (httpx.PoolTimeout("x"), "pool_timeout"),
        (httpx.ConnectError("x"), "connect_failed"),
        (httpx.ReadError("x"), "connection_lost"),
        (httpx.WriteError("x"), "connection_lost"),
        (httpx.CloseError("x"), "connection_lost"),
        (httpx.ProxyError("x"), "proxy_failed"),
        (httpx.RemoteProtocolError("illegal chunk header"), "bad_response"),
        (
            httpx.RemoteProtocolError("Server disconnected without sending a response."),
            "connection_lost",
        ),
        (httpx.RemoteProtocolError("peer closed connection without ..."), "connection_lost"),
        (httpx.LocalProtocolError("x"), "invalid_request"),
        (httpx.UnsupportedProtocol("x"), "invalid_base_url"),
        (httpx.InvalidURL("x"), "invalid_base_url"),
        (httpx.DecodingError("x"), "bad_response"),
        (httpx.TooManyRedirects("x"), "transport_failed"),
        (UnicodeEncodeError("ascii", "x", 0, 1, "why"), "transport_failed"),
        (RuntimeError("x"), "transport_failed"),
    ],
    ids=lambda value: value if isinstance(value, str) else type(value).__name__,
)
def test_every_exception_becomes_a_failure_by_its_type(error: Exception, kind: str) -> None:
    assert failed(raising(lambda: error)) == RequestFailed(failed(raising(lambda: error)).kind)
    assert failed(raising(lambda: error)).kind == kind


def test_a_tls_failure_is_told_from_a_refused_connection_by_its_cause() -> None:
    error = httpx.ConnectError("x")
    error.__cause__ = OSError("y")
    error.__cause__.__context__ = ssl.SSLCertVerificationError("z")
    assert failed(raising(lambda: error)).kind == "tls_failed"


def test_a_cycle_of_causes_ends() -> None:
    error = httpx.ConnectError("x")
    other = OSError("y")
    error.__cause__, other.__context__ = other, error
    assert failed(raising(lambda: error)).kind == "connect_failed"


def test_an_exception_that_quotes_the_token_does_not_carry_it_out() -> None:
    error = failed(raising(lambda: httpx.LocalProtocolError(f"Illegal header value {TOKEN}")))
    assert TOKEN not in repr(error) + error.message


@pytest.mark.parametrize("ending", [KeyboardInterrupt, SystemExit, GeneratorExit])
def test_what_ends_a_program_passes_on(ending: type[BaseException]) -> None:
    def end(request: httpx.Request) -> httpx.Response:
        raise ending

    client = client_of(httpx.Client(transport=httpx.MockTransport(end)))
    with pytest.raises(ending):
        client.route(REQUEST)


class Clock:
    """A clock that is set by hand."""

    ns = 0

    def __call__(self) -> int:
        return self.ns


def test_a_timeout_at_the_deadline_is_the_deadline() -> None:
    clock = Clock()

    def fail() -> Exception:
        clock.ns += 2_000_000_000
        return httpx.ReadTimeout("x")

    client = RouterClient.connect(
        "https://router.example",
        TOKEN,
        client=raising(fail),
        timeouts=Timeouts(total=2.0),
        now=clock,
    ).unwrap()
    assert client.route(REQUEST).failure().code == "deadline_exceeded"


def test_the_deadline_is_looked_at_between_chunks() -> None:
    clock = Clock()

    def body() -> Iterator[bytes]:
        yield b"{"
        clock.ns += 2_000_000_000
        yield b"}"

    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, content=body())

    client = RouterClient.connect(
        "https://router.example",
        TOKEN,
        client=httpx.Client(transport=httpx.MockTransport(answer)),
        timeouts=Timeouts(total=2.0),
        now=clock,
    ).unwrap()
    assert client.route(REQUEST).failure().code == "deadline_exceeded"


def test_no_phase_may_take_longer_than_the_whole() -> None:
    phases: list[object] = []

    def answer(request: httpx.Request) -> httpx.Response:
        phases.append(request.extensions["timeout"])
        return httpx.Response(200, json=PLACED)

    transport = httpx.Client(transport=httpx.MockTransport(answer))
    RouterClient.connect(
        "https://router.example",
        TOKEN,
        client=transport,
        timeouts=Timeouts(connect=1.0, read=60.0, total=2.0),
        now=lambda: 0,
    ).unwrap().route(REQUEST)
    assert phases == [{"connect": 1.0, "read": 2.0, "write": 2.0, "pool": 2.0}]


def test_a_closed_client_refuses_and_leaves_a_borrowed_one_open() -> None:
    app = RouterApp(PLACED)
    with in_process(app) as transport:
        with client_of(transport) as client:
            pass
        assert client.route(REQUEST).failure().code == "client_closed"
        assert not transport.is_closed
    assert app.seen == []


def test_a_client_whose_borrowed_client_is_closed_refuses() -> None:
    transport = in_process(RouterApp(PLACED))
    client = client_of(transport)
    transport.close()
    assert client.route(REQUEST).failure().code == "client_closed"


def test_a_request_that_cannot_be_written_is_never_sent() -> None:
    app = RouterApp(PLACED)
    asked = RouteRequest(descriptor=REQUEST.descriptor, step_id="x" * 513)
    assert client_of(in_process(app)).route(asked).failure().code == "invalid_request"
    assert app.seen == []


@pytest.mark.parametrize(
    ("url", "token", "code"),
    [
        ("http://router.example", TOKEN, "insecure_base_url"),
        ("https://user:pass@router.example", TOKEN, "invalid_base_url"),
        ("https://router.example", "line\nbreak", "invalid_token"),
        ("https://router.example", Secret("t\u00f6ken"), "invalid_token"),
    ],
)
def test_a_client_is_refused_before_any_byte_is_sent(
    url: str, token: str | Secret, code: str
) -> None:
    refused = RouterClient.connect(url, token)
    assert isinstance(refused, Failure)
    assert refused.failure().code == code


def test_nothing_that_prints_or_copies_shows_the_token(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    client = client_of(in_process(RouterApp(PLACED)))
    client.route(REQUEST)
    shown = [repr(client), str(client), f"{client}", caplog.text]
    names = [*RouterClient.__slots__, *RouterBase.__slots__]
    shown += [repr(getattr(client, name)) for name in names]
    for take in (vars, pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError) as caught:
            take(client)
        told = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
        shown.append("".join(told.format()))
    assert not [text for text in shown if TOKEN in text]


def test_a_traceback_with_locals_from_inside_the_transport_does_not_show_the_token() -> None:
    def end(request: httpx.Request) -> httpx.Response:
        raise KeyboardInterrupt

    client = client_of(httpx.Client(transport=httpx.MockTransport(end)))
    with pytest.raises(KeyboardInterrupt) as caught:
        client.route(REQUEST)
    shown = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
    assert TOKEN not in "".join(shown.format())
