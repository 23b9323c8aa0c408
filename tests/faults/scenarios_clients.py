"""The scenarios about the client itself: what ends it, what copies it, who shares it."""

import asyncio
import copy
import os
import pickle
import ssl
import threading
import traceback
import warnings
from collections.abc import Callable

import pytest
from drivers import PATIENT, REQUEST, TOKEN, Answers, Driver
from lab import (
    Line,
    Script,
    Server,
    answer,
    certified,
    local_certificate,
    read_request,
    sends,
    sends_and_hangs,
    trusting,
)
from scenarios import OK, deaf, scenario

from mimir.core.outcome import Success
from mimir.core.route.retry import RetryPolicy
from mimir.shell import clock
from mimir.shell.router import AsyncRouterClient, RouterClient


def told(error: BaseException) -> str:
    """Print a traceback with the locals of every frame."""
    shown = traceback.TracebackException.from_exception(error, capture_locals=True)
    return "".join(shown.format())


async def cancelled(client: AsyncRouterClient) -> None:
    """Ask, cancel while the router keeps silent, and see that it was a cancellation."""
    task = asyncio.create_task(client.route(REQUEST))
    await asyncio.sleep(0.1)
    task.cancel()
    with pytest.raises(asyncio.CancelledError) as caught:
        await task
    assert TOKEN not in told(caught.value)


def cancels(driver: Driver, url: str, tls: ssl.SSLContext | None = None, **options: object) -> None:
    """Cancel a call of a client, and see that the next one through the same client succeeds."""

    async def run() -> None:
        http = None if driver.owned else driver.http()
        if driver.owned:
            options["ssl_context"] = tls
        client = AsyncRouterClient.connect(
            url, TOKEN, client=http, timeouts=PATIENT, **options
        ).unwrap()
        async with client:
            await cancelled(client)
            (await client.route(REQUEST)).unwrap()
        if http is not None:
            await http.aclose()

    asyncio.run(run())


class Interrupting:
    """A clock that interrupts its program when it is read for the n-th time."""

    def __init__(self, at: int) -> None:
        self.left = at

    def __call__(self) -> int:
        self.left -= 1
        if not self.left:
            raise KeyboardInterrupt
        return clock.monotonic_ns()


def interrupted(client: RouterClient) -> KeyboardInterrupt | None:
    """Ask, and return what interrupted the call."""
    try:
        client.route(REQUEST)
    except KeyboardInterrupt as error:
        return error
    return None


def interrupts(url: str) -> int:
    """Interrupt a synchronous call at each of its waits; return how many there were."""
    for at in range(1, 100):
        client = RouterClient.connect(url, TOKEN, timeouts=PATIENT, now=Interrupting(at)).unwrap()
        with client:
            if (ended := interrupted(client)) is None:
                return at - 1
            assert TOKEN not in told(ended)
            client.route(REQUEST).unwrap()
    message = "the call never came to its end"
    raise AssertionError(message)


def interruptible(driver: Driver) -> bool:
    """A borrowed synchronous client reads no clock of ours."""
    return driver.is_async or driver.owned


@scenario("cancel", interruptible)
def cancel(driver: Driver) -> Answers:
    scripts: list[Script] = [sends_and_hangs(OK[:60]), sends(OK)]
    if driver.is_async:
        with Server(scripts).serving() as server:
            cancels(driver, server.url)
    else:
        with Server([sends(OK)]).serving() as server:
            assert interrupts(server.url) >= 4
    return []


def is_async(driver: Driver) -> bool:
    return driver.is_async


@scenario("cancel_headers", is_async)
def cancel_headers(driver: Driver) -> Answers:
    with Server([Line.hang, sends(OK)]).serving() as server:
        cancels(driver, server.url)
    return []


@scenario("cancel_connect", is_async)
def cancel_connect(driver: Driver) -> Answers:
    async def run(url: str) -> None:
        http = None if driver.owned else driver.http()
        async with AsyncRouterClient.connect(url, TOKEN, client=http).unwrap() as client:
            await cancelled(client)
        if http is not None:
            await http.aclose()

    with deaf() as url:
        asyncio.run(run(url))
    return []


@scenario("cancel_tls", lambda driver: driver.is_async and driver.owned)
def cancel_tls(driver: Driver) -> Answers:
    def serve(line: Line) -> None:
        certificate = certified(local_certificate())
        with certificate.wrap_socket(line.connection, server_side=True) as connection:
            read_request(connection, line.over)
            connection.sendall(OK)

    with Server([Line.hang, serve], reads=False).serving() as server:
        cancels(driver, server.url.replace("http:", "https:"), trusting())
    return []


@scenario("cancel_backoff", is_async)
def cancel_backoff(driver: Driver) -> Answers:
    busy = sends(answer("429 Slow", "Retry-After: 5\r\nConnection: close\r\n", b""))

    def once(line: Line) -> None:
        busy(line)
        line.close()

    with Server([once, sends(OK)]).serving() as server:
        cancels(driver, server.url, retry=RetryPolicy(attempts=2))
        assert len(server.requests) == 2
    return []


@scenario("pickle_repr")
def pickle_repr(driver: Driver) -> Answers:
    kind = AsyncRouterClient if driver.is_async else RouterClient
    http = None if driver.owned else driver.http()
    client = kind.connect("https://router.example", TOKEN, client=http).unwrap()
    shown = [repr(client), str(client), f"{client}", repr(dir(client))]
    shown += [repr(getattr(client, name, "")) for name in dir(client)]
    ways: tuple[Callable[[object], object], ...] = (vars, pickle.dumps, copy.copy, copy.deepcopy)
    for way in ways:
        try:
            shown.append(repr(way(client)))
        except TypeError as error:
            shown.append(told(error))
    assert len(shown) > 30
    assert TOKEN not in "".join(shown)
    closing = client.aclose if driver.is_async else client.close
    asyncio.run(closing()) if driver.is_async else closing()
    if http is not None:
        asyncio.run(http.aclose()) if driver.is_async else http.close()
    return []


@scenario("closed_client")
def closed_client(driver: Driver) -> Answers:
    with Server([sends(OK)]).serving() as server:
        if driver.is_async:
            outcomes = asyncio.run(_closed_async(driver, server.url))
        else:
            outcomes = _closed(driver, server.url)
    assert server.connections == 0
    return outcomes


def _closed(driver: Driver, url: str) -> Answers:
    client = RouterClient.connect(url, TOKEN, client=None if driver.owned else driver.http())
    if not driver.owned:
        lent = driver.http()
        lent.close()
        gone = RouterClient.connect(url, TOKEN, client=lent).unwrap().route(REQUEST)
    client.unwrap().close()
    client.unwrap().close()
    mine = client.unwrap().route(REQUEST)
    return [mine] if driver.owned else [mine, gone]


async def _closed_async(driver: Driver, url: str) -> Answers:
    lent = None if driver.owned else driver.http()
    client = AsyncRouterClient.connect(url, TOKEN, client=lent).unwrap()
    await client.aclose()
    await client.aclose()
    mine = await client.route(REQUEST)
    if lent is not None:
        await lent.aclose()
    return [mine]


@scenario("threads", lambda driver: not driver.is_async)
def threads(driver: Driver) -> Answers:
    outcomes: Answers = []
    http = None if driver.owned else driver.http()
    with Server([sends(OK)]).serving() as server:
        with RouterClient.connect(server.url, TOKEN, client=http).unwrap() as client:

            def ask() -> None:
                outcomes.extend(client.route(REQUEST) for _ in range(10))

            askers = [threading.Thread(target=ask) for _ in range(8)]
            for asker in askers:
                asker.start()
            for asker in askers:
                asker.join()
        if http is not None:
            http.close()
        assert len(server.requests) == len(outcomes) == 80
        assert server.connections <= 8
    return outcomes


@scenario("tasks", is_async)
def tasks(driver: Driver) -> Answers:
    async def run(url: str) -> Answers:
        http = None if driver.owned else driver.http()
        async with AsyncRouterClient.connect(url, TOKEN, client=http).unwrap() as client:
            outcomes = await asyncio.gather(*(client.route(REQUEST) for _ in range(20)))
            outcomes += [await client.route(REQUEST) for _ in range(10)]
        if http is not None:
            await http.aclose()
        return outcomes

    with Server([sends(OK)]).serving() as server:
        outcomes = asyncio.run(run(server.url))
        assert len(server.requests) == 30
        assert server.connections <= 20
    return outcomes


@scenario("fork", lambda driver: driver.owned and not driver.is_async and hasattr(os, "fork"))
def fork(driver: Driver) -> Answers:
    with (
        Server([sends(OK)]).serving() as server,
        RouterClient.connect(server.url, TOKEN, timeouts=PATIENT).unwrap() as client,
    ):
        before = client.route(REQUEST)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # that there are threads
            child = os.fork()
        if not child:
            code = 1
            try:
                code = 0 if isinstance(client.route(REQUEST), Success) else 1
            finally:
                os._exit(code)
        assert os.waitpid(child, 0)[1] == 0
        after = client.route(REQUEST)
        assert server.connections == 2
    return [before, after]
