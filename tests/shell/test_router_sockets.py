"""The router client over real sockets of this machine; ``tests/faults`` has the hostile ones."""

import logging
import ssl
import time

import httpx
import pytest
from drivers import BODY, REQUEST, TOKEN
from lab import Server, answer, chunked, sends

from mimir.core.outcome import Success
from mimir.core.route.response import Placed
from mimir.shell._deadline import DeadlineTransport
from mimir.shell._way import Way
from mimir.shell.router import RouterClient

OK = sends(answer("200 OK", "", BODY))


def test_a_chunked_answer_is_read() -> None:
    whole = chunked(f"{len(BODY):x}\r\n".encode(), BODY, b"\r\n0\r\n\r\n")
    with (
        Server([sends(whole)]).serving() as server,
        RouterClient.connect(server.url, TOKEN).unwrap() as client,
    ):
        assert isinstance(client.route(REQUEST).unwrap(), Placed)


def test_no_log_of_the_transport_shows_the_token(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with (
        Server([OK]).serving() as server,
        RouterClient.connect(server.url, TOKEN).unwrap() as client,
    ):
        assert isinstance(client.route(REQUEST), Success)
        assert TOKEN.encode() in server.requests[0]
    assert "send_request_headers" in caplog.text
    assert TOKEN not in caplog.text


def test_the_transport_serves_a_request_that_states_no_deadline() -> None:
    way = Way(ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT))
    with (
        Server([sends(answer("200 OK", "", b"fine"))]).serving() as server,
        httpx.Client(transport=DeadlineTransport(way, time.monotonic_ns)) as client,
    ):
        assert client.post(server.url, content=b"x").text == "fine"
