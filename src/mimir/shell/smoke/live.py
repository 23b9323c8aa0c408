"""The stages of the smoke that ask the stateful objects and the router client.

Rules:
1. The objects are the real ones; only the application at the other end of the router is in this
   process.
2. Nothing here touches the network.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Final
from wsgiref.types import StartResponse, WSGIEnvironment

import httpx

from mimir.core.descriptor import Descriptor
from mimir.core.health.completion import Completion
from mimir.core.health.policy import SECOND
from mimir.core.outcome import Failure, Outcome, Success
from mimir.core.route.failure import HttpError
from mimir.core.route.request import RouteRequest
from mimir.core.route.response import Placed
from mimir.core.secret import Secret
from mimir.core.vocabulary import Lane
from mimir.shell.events import EventBuffer
from mimir.shell.health import COMPLETION, LaneHealth
from mimir.shell.router import AsyncRouterClient, RouterClient
from mimir.shell.smoke.stage import all_hold

_LANE: Final = Lane("openai")
_BASE_URL: Final = "http://localhost"
_WANTED: Final = RouteRequest(
    descriptor=Descriptor(
        task_class="chat", budget_ceiling_microdollars=10_000, latency_tolerance_ms=2_000
    ),
    step_id="step-1",
)
_ANSWER: Final = {
    "verdict": "placement",
    "placement": {"lane": "openai", "model": "openai:gpt-4o", "runtime": "managed"},
    "grant": {"key": "granted", "expires_at": None, "budget_microdollars": 500},
    "decision_id": "rd_smoke",
}


def health() -> Outcome[str, str]:
    """Degradation and recovery by completion events, on a clock of its own."""
    clock = [0]
    lanes = LaneHealth(now=lambda: clock[0])
    lanes.attach()
    before = lanes.state(_LANE)
    for _ in range(3):
        COMPLETION.send("smoke", completion=_completion("error", clock[0]))
    degraded = lanes.state(_LANE)
    clock[0] += SECOND
    probing, leased, refused = lanes.state(_LANE), lanes.try_probe(_LANE), lanes.try_probe(_LANE)
    COMPLETION.send("smoke", completion=_completion("ok", clock[0]))
    recovered = lanes.state(_LANE)
    lanes.detach()
    return all_hold(
        ("ok before", before == "ok"),
        ("degraded by three failures", degraded == "degraded"),
        ("probing after a second", probing == "probing"),
        ("one probe at a time", leased and not refused),
        ("recovered by the probe's success", recovered == "ok"),
    )


def turn_events() -> Outcome[str, str]:
    """The current request, the order, the envelope."""
    buffer = EventBuffer()
    with buffer.request("smoke"):
        current = buffer.current()
        numbers = [buffer.append_current(kind, {"n": 1}) for kind in ("start", "usage")]
    taken = buffer.take("smoke")
    return all_hold(
        ("current request", current == "smoke" and buffer.current() is None),
        ("order", numbers == [Success(1), Success(2)]),
        (
            "envelope",
            [(event.seq, event.type) for event in taken.events] == [(1, "start"), (2, "usage")],
        ),
        ("taken once", buffer.take("smoke").events == ()),
    )


def router_client() -> Outcome[str, str]:
    """Real requests of both clients against in-process applications; the error mapping."""
    token = "smoke-" + "token"
    with httpx.Client(transport=httpx.WSGITransport(_router), trust_env=False) as http:
        good = _ask(http, token)
        bad = _ask(http, "other")
    with ThreadPoolExecutor(1) as elsewhere:  # here a loop may be running already
        awaited = elsewhere.submit(asyncio.run, _ask_async(token)).result()
    refused = RouterClient.connect("http://router.example", token)
    return all_hold(
        ("placed", isinstance(good, Success) and isinstance(good.unwrap(), Placed)),
        ("placed when awaited", isinstance(awaited, Success) and awaited == good),
        ("grant kept secret", "granted" not in repr(good)),
        ("401 is unauthorized", isinstance(bad, Failure) and _is_unauthorized(bad.failure())),
        ("http off loopback refused", isinstance(refused, Failure)),
    )


def _completion(outcome: str, at: int) -> Completion:
    return Completion(lane=_LANE, outcome=outcome, at=at, started_at=at)


def _ask(http: httpx.Client, token: str) -> Outcome[object, object]:
    connected = RouterClient.connect(_BASE_URL, Secret(token), client=http)
    if isinstance(connected, Failure):
        return connected
    with connected.unwrap() as client:
        return client.route(_WANTED)


async def _ask_async(token: str) -> Outcome[object, object]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(_asgi_router)) as http:
        connected = AsyncRouterClient.connect(_BASE_URL, Secret(token), client=http)
        if isinstance(connected, Failure):
            return connected
        async with connected.unwrap() as client:
            return await client.route(_WANTED)


def _is_unauthorized(error: object) -> bool:
    return isinstance(error, HttpError) and error.kind == "unauthorized"


async def _asgi_router(
    _scope: Mapping[str, object],
    _receive: Callable[[], Awaitable[Mapping[str, object]]],
    send: Callable[[dict[str, object]], Awaitable[None]],
) -> None:
    body = json.dumps(_ANSWER).encode()
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": body})


def _router(environ: WSGIEnvironment, start: StartResponse) -> list[bytes]:
    known = environ.get("HTTP_AUTHORIZATION") == "Bearer smoke-token"
    body = json.dumps(_ANSWER if known else {"error": "who are you?"}).encode()
    start("200 OK" if known else "401 Unauthorized", [("Content-Type", "application/json")])
    return [body]
