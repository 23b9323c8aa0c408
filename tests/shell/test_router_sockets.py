"""The router client over real sockets of this machine, against servers that misbehave."""

import contextlib
import gzip
import json
import logging
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager

import httpx
import pytest

from mimir.core.descriptor import Descriptor
from mimir.core.outcome import Success
from mimir.core.route.failure import HttpError
from mimir.core.route.request import RouteRequest
from mimir.core.route.response import Placed
from mimir.shell._deadline import DeadlineTransport
from mimir.shell._way import Way
from mimir.shell.router import RouterClient, Timeouts
from router_app import PLACED

TOKEN = "a-bearer-token-without-a-known-shape"
REQUEST = RouteRequest(
    descriptor=Descriptor(
        task_class="chat", budget_ceiling_microdollars=500, latency_tolerance_ms=2_000
    )
)
BODY = json.dumps(PLACED).encode()
QUICK = Timeouts(connect=2.0, read=1.0, write=1.0, pool=1.0, total=0.4)
PATIENT = Timeouts(total=20.0)
WAY = Way(ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT))

Script = Callable[[socket.socket], None]


def answer(status: str, headers: str, body: bytes) -> bytes:
    return f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n{headers}\r\n".encode() + body


def send(data: bytes) -> Script:
    return lambda connection: connection.sendall(data)


def drip(head: bytes, part: bytes) -> Script:
    def run(connection: socket.socket) -> None:
        connection.sendall(head)
        for _ in range(400):
            connection.sendall(part)
            time.sleep(0.02)

    return run


def read_request(connection: socket.socket) -> bytes:
    """Read one whole request; empty where the peer is gone."""
    data = b""
    while b"\r\n\r\n" not in data:
        if not (part := connection.recv(65_536)):
            return b""
        data += part
    head, _, body = data.partition(b"\r\n\r\n")
    (length,) = [
        int(line[15:]) for line in head.split(b"\r\n") if line[:15].lower() == b"content-length:"
    ]
    while len(body) < length:
        body += connection.recv(65_536)
    return head + body


class Server:
    """Plays ``script`` after each request that it has read, and keeps what it read.

    With ``once`` it closes the connection after one request.
    """

    def __init__(self, script: Script, *, once: bool = False) -> None:
        self.script = script
        self.once = once
        self.requests: list[bytes] = []
        self.closed = threading.Semaphore(0)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        self.thread = threading.Thread(target=self.run)

    def run(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self.listener.accept()
                with connection, contextlib.suppress(OSError):
                    connection.settimeout(10)
                    while request := read_request(connection):
                        self.requests.append(request)
                        self.script(connection)
                        if self.once:
                            break
                self.closed.release()

    @contextmanager
    def serving(self) -> Generator["Server"]:
        self.thread.start()
        try:
            yield self
        finally:
            self.listener.shutdown(socket.SHUT_RDWR)
            self.listener.close()
            self.thread.join()


def outcome_of(script: Script, timeouts: Timeouts = PATIENT) -> object:
    with Server(script, once=True).serving() as server:
        with RouterClient.connect(server.url, TOKEN, timeouts=timeouts).unwrap() as client:
            outcome = client.route(REQUEST)
        assert len(server.requests) == 1
        assert f"authorization: bearer {TOKEN}".encode() in server.requests[0].lower()
    return outcome


def code_of(script: Script, timeouts: Timeouts = PATIENT) -> str:
    with (
        Server(script, once=True).serving() as server,
        RouterClient.connect(server.url, TOKEN, timeouts=timeouts).unwrap() as client,
    ):
        return client.route(REQUEST).failure().code


def test_an_answer_comes_over_a_socket_and_the_connection_is_used_again() -> None:
    with Server(send(answer("200 OK", "", BODY))).serving() as server:
        with RouterClient.connect(server.url, TOKEN).unwrap() as client:
            answers = [client.route(REQUEST).unwrap() for _ in range(3)]
        assert len(server.requests) == 3
    assert all(isinstance(placed, Placed) for placed in answers)


def test_a_chunked_answer_is_read() -> None:
    chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    chunked += f"{len(BODY):x}\r\n".encode() + BODY + b"\r\n0\r\n\r\n"
    with (
        Server(send(chunked), once=True).serving() as server,
        RouterClient.connect(server.url, TOKEN).unwrap() as client,
    ):
        assert isinstance(client.route(REQUEST).unwrap(), Placed)


def test_a_refused_connection_is_connect_failed() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    with RouterClient.connect(url, TOKEN).unwrap() as client:
        assert client.route(REQUEST).failure().code == "connect_failed"


def test_plain_http_behind_an_https_url_is_tls_failed() -> None:
    def reject(connection: socket.socket) -> None:
        connection.sendall(answer("400 Bad Request", "", b"plain http here"))

    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(65_536)
                reject(connection)

        thread = threading.Thread(target=serve)
        thread.start()
        url = f"https://127.0.0.1:{listener.getsockname()[1]}"
        with RouterClient.connect(url, TOKEN).unwrap() as client:
            assert client.route(REQUEST).failure().code == "tls_failed"
        thread.join()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"verd',
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n20\r\nabc",
        b"HTTP/1.1 200 O",
    ],
    ids=["nothing", "mid body", "mid chunk", "mid status"],
)
def test_an_answer_that_is_cut_short_is_a_lost_connection(data: bytes) -> None:
    assert code_of(send(data)) == "connection_lost"


@pytest.mark.parametrize(
    "data",
    [
        b"SSH-2.0-OpenSSH_9.6\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\nabc",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nX: " + b"x" * 200_000 + b"\r\n\r\n",
        answer("200 OK", "Content-Encoding: gzip\r\n", gzip.compress(BODY)),
        answer("200 OK", "Content-Encoding: gzip\r\n", b"not gzip"),
        answer("200 OK", "Content-Encoding: snappy\r\n", BODY),
        answer("200 OK", "Content-Type: text/html\r\n", b"<html>login</html>"),
        answer("204 No Content", "", b""),
    ],
    ids=["banner", "chunk", "lengths", "header", "gzip", "no gzip", "snappy", "html", "empty"],
)
def test_an_answer_that_cannot_be_read_is_a_bad_response(data: bytes) -> None:
    assert code_of(send(data)) == "bad_response"


@pytest.mark.parametrize(
    "data",
    [
        answer("200 OK", "Content-Encoding: gzip\r\n", gzip.compress(bytes(30_000_000))),
        answer("200 OK", "", b" " * 2_000_000),
    ],
    ids=["bomb", "long"],
)
def test_an_answer_past_the_limit_is_too_large(data: bytes) -> None:
    assert code_of(send(data)) == "response_too_large"


def test_a_redirect_is_not_followed_to_another_server() -> None:
    with Server(send(answer("200 OK", "", BODY))).serving() as evil:
        location = f"Location: {evil.url}/steal\r\n"
        outcome = outcome_of(send(answer("307 Temporary Redirect", location, b"")))
        assert evil.requests == []
    assert repr(outcome).startswith("<Failure: HttpError(status=307, kind='other'")


def test_an_error_status_that_is_sent_early_is_told() -> None:
    with (
        Server(send(answer("413 Too Large", "", b"too large")), once=True).serving() as server,
        RouterClient.connect(server.url, TOKEN).unwrap() as client,
    ):
        error = client.route(REQUEST).failure()
    assert error == HttpError(413, "other", "too large", None)


def test_silence_is_a_read_timeout() -> None:
    silent = Timeouts(read=0.2, total=10.0)
    assert code_of(lambda connection: time.sleep(0.6), silent) == "read_timeout"


@pytest.mark.parametrize(
    ("head", "part"),
    [
        (b"HTTP/1.1 200 OK\r\nX: ", b"x"),
        (b"", b"HTTP/1.1 103 Early Hints\r\n\r\n"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9000\r\n\r\n", b"{"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;", b"x"),
    ],
    ids=["headers", "interim", "body", "chunk header"],
)
def test_a_router_that_drips_meets_the_deadline(head: bytes, part: bytes) -> None:
    assert code_of(drip(head, part), QUICK) == "deadline_exceeded"


def test_the_environment_names_no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "ALL_PROXY", "http_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.setenv("SSL_CERT_FILE", "/nowhere.pem")
    assert isinstance(outcome_of(send(answer("200 OK", "", BODY))), Success)


def test_many_threads_share_a_client() -> None:
    outcomes: list[object] = []
    once = send(answer("200 OK", "Connection: close\r\n", BODY))
    with (
        Server(once, once=True).serving() as server,
        RouterClient.connect(server.url, TOKEN).unwrap() as client,
    ):

        def ask() -> None:
            outcomes.extend(client.route(REQUEST) for _ in range(5))

        threads = [threading.Thread(target=ask) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(server.requests) == 20
    assert [type(outcome) for outcome in outcomes] == [Success] * 20


def test_a_connection_that_the_router_closed_meanwhile_is_not_used_again() -> None:
    with (
        Server(send(answer("200 OK", "", BODY)), once=True).serving() as server,
        RouterClient.connect(server.url, TOKEN).unwrap() as client,
    ):
        for _ in range(3):
            assert isinstance(client.route(REQUEST), Success)
            assert server.closed.acquire(timeout=10)
        assert len(server.requests) == 3


def test_a_reset_connection_is_lost() -> None:
    def reset(connection: socket.socket) -> None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    assert code_of(reset) == "connection_lost"


def test_no_log_of_the_transport_shows_the_token(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    assert isinstance(outcome_of(send(answer("200 OK", "", BODY))), Success)
    assert "send_request_headers" in caplog.text
    assert TOKEN not in caplog.text


def test_no_time_at_all_is_no_byte_sent() -> None:
    with (
        Server(send(answer("200 OK", "", BODY))).serving() as server,
        RouterClient.connect(server.url, TOKEN, timeouts=Timeouts(total=0.0)).unwrap() as client,
    ):
        assert client.route(REQUEST).failure().code == "deadline_exceeded"
        assert server.requests == []


def test_the_transport_serves_a_request_that_states_no_deadline() -> None:
    with (
        Server(send(answer("200 OK", "", b"fine")), once=True).serving() as server,
        httpx.Client(
            transport=DeadlineTransport(WAY, time.monotonic_ns), trust_env=False
        ) as client,
    ):
        assert client.post(server.url, content=b"x").text == "fine"
