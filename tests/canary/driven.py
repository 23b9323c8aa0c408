"""A driver for each public function that is no parser: marked text in each of its arguments.

Rules:
1. A driver stands under the name of what it calls, ``module:function`` or ``module:Class.method``
   for the shell; a test sees by a trace that it does call it, on marked input.
2. A typed value is made by its parser, which refuses a key, or it holds no text. What is left are
   texts that a function takes by their type.
3. What a driver returns is everything that was returned to it, errors too.
"""

import asyncio
import json
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import httpx
from attrs import evolve
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.trace import SpanKind
from parsers import DESCRIPTOR, _record, _world

import mimir
from mimir import Failure, Lane, Secret, Usage
from mimir.shell import decide, events, health, plain, prices, schemas, smoke, store
from mimir.shell.adapters import litellm, otel
from mimir.shell.router import AsyncRouterClient, RouterClient

Driver = Callable[[str], Any]

PRICES: Final = prices.prices().unwrap()
USAGE: Final = Usage(input_tokens=1)


def names(marker: str) -> tuple[str, ...]:
    """Names of models that hold the marker."""
    return marker, f"openai:{marker}", f"{marker}:gpt-4o"


def placed() -> Any:
    inputs = _world()
    well = evolve(inputs.snapshot, lanes={})
    return mimir.place(inputs.descriptor, inputs.catalog, inputs.policy, well)


def built(marker: str, **fields: Any) -> Any:
    inputs = _world()
    given = {
        "decision_id": mimir.DecisionId("rd_" + "a2" * 13),
        "decided_at": inputs.snapshot.taken_at,
        "descriptor": inputs.descriptor,
        "snapshot": inputs.snapshot,
        "decision": placed(),
    }
    ids = [{name: marker} for name in ("workflow_id", "step_id", "grant_id", "decision_id")]
    return [mimir.build_record(**{**given, **id_, **fields}) for id_ in ids]


def priced(**options: Any) -> Any:
    return mimir.price("openai:gpt-4o", USAGE, PRICES, **options)


def rates() -> Any:
    return PRICES.find("openai:gpt-4o")


def logged(marker: str) -> Any:
    ids = mimir.Caller("k"), mimir.Correlation()
    log = mimir.route_log("r", *ids, mimir.GrantFailed(marker), {marker: [marker]}).unwrap()
    return mimir.to_meta(log, 1, (mimir.Event(1, 2, marker, {marker: [f"a {marker}"]}),))


def replayed(marker: str) -> Any:
    document = json.loads(json.dumps(_record()))
    document["verdict"]["reasons"] = [marker]
    read = mimir.parse_record(document)
    sound = mimir.parse_record(_record()).unwrap()
    cheap = evolve(_world().descriptor, task_class=marker)
    return [
        read,
        *([] if isinstance(read, Failure) else [mimir.replay(read.unwrap(), _world())]),
        mimir.replay(sound, evolve(_world(), descriptor=cheap)),
    ]


def simulated(_marker: str) -> Any:
    pair = mimir.parse_record(_record()).unwrap(), _world()
    return mimir.simulate([pair], mimir.NewRules())


def extended(marker: str) -> Any:
    shape = mimir.CustomShape(marker, marker, f"({marker})")
    return [
        mimir.extended_rules(key_names=[marker + "!"]),
        mimir.extended_rules(shapes=[shape]),
        mimir.extended_rules(shapes=[evolve(shape, literal=" ")]),
    ]


def lane_health(marker: str) -> Any:
    kept = health.LaneHealth()
    lane = Lane(f"p {marker[:2]}")
    kept.attach()
    health.COMPLETION.send(None, completion={"lane": marker, "model": marker})
    kept.detach()
    refused = [kept.hold(Lane("p"), marker), kept.hold(Lane(marker), "why")]
    kept.record_success(lane)
    kept.record_failure(lane, "429")
    kept.observe(mimir.Completion(lane=lane, outcome="error", at=0))
    told: list[Any] = [kept.state(lane), kept.all(), kept.view(), kept.why(lane), kept.ignored]
    told += [kept.try_probe(lane), kept.set_threshold(marker), kept.release(lane)]  # type: ignore[arg-type]
    kept.reset()
    return [refused, told, kept]


def buffer(marker: str) -> Any:
    kept = events.EventBuffer()
    told: list[Any] = [kept.append("r", marker, {}), kept.append("r", "t", [marker])]
    with kept.request("r") as begun:
        told += [begun, kept.put_current("r"), kept.append_current(marker, {}), kept.current()]
        told += [kept.append_current("t", {"a": 1}), kept.take_current()]
    told += [kept.take(marker), kept.totals(), kept.dropped, kept.expired, kept.evicted, kept]
    return told


def decided(marker: str) -> Any:
    inputs = _world()
    three = inputs.descriptor, inputs.catalog, inputs.policy
    given: dict[str, Any] = {"health": health.LaneHealth(), "prices": PRICES, "sealed": True}
    ids = [{name: marker} for name in ("workflow_id", "step_id", "grant_id")]
    return [
        decide.decide(*three, **given),
        *(decide.decide(*three, **given, **id_) for id_ in ids),
        *(decide.decide_in(inputs.snapshot, *three, **id_) for id_ in ids),
    ]


def stored(marker: str) -> Any:
    inputs = _world()
    with tempfile.TemporaryDirectory() as folder:
        given: dict[str, Any] = {"health": health.LaneHealth(), "prices": PRICES, "sealed": True}
        made = decide.decide(inputs.descriptor, inputs.catalog, inputs.policy, **given).unwrap()
        kept = store.Store(folder)
        path = kept.write(made.record, made.seal).unwrap()  # type: ignore[arg-type]
        read = store.read_record(path).unwrap()
        told: list[Any] = [kept.inputs(read)]
        for file in Path(folder, "inputs").iterdir():
            file.write_text(json.dumps({marker: marker}), "utf-8")
        told.append(store.Store(folder).inputs(read))
        path.write_text(f'{{"{marker}": "{marker}"', "utf-8")
        return [*told, store.read_record(path), store.read_record(Path(folder, marker))]


def tables(marker: str) -> Any:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, marker)
        absent = [prices.load_from(path), prices.load_folder(path), prices.read_file(path)]
        path.write_text(marker, "utf-8")
        unread = [prices.load_from(path), prices.load_from(path, marker)]
        unread += [prices.decompress(marker.encode(), path, 9)]
    return [absent, unread, prices.load()]


GRANT: Final = {"expires_at": None, "budget_microdollars": 5}


def answers(marker: str) -> Callable[[httpx.Request], httpx.Response]:
    """A router that grants the marker, then fails in several ways, each with the marker in it."""
    placement = {"lane": "l", "model": "m", "runtime": "managed"}
    body = json.dumps(
        {"verdict": "placement", "placement": placement, "grant": {**GRANT, "key": marker}}
    )
    rest = iter([(200, body), *((code, f"{marker} {{") for code in (200, 401, 429, 500, 302))])

    def answer(sent: httpx.Request) -> httpx.Response:
        assert sent.headers["authorization"].endswith(marker)
        code, text = next(rest, (0, ""))
        if not code:
            raise httpx.ConnectError(marker, request=sent)
        return httpx.Response(code, text=text, headers={"x-seen": marker, "retry-after": marker})

    return answer


def wanted(marker: str) -> Any:
    found = mimir.parse_descriptor(DESCRIPTOR).unwrap()
    return mimir.RouteRequest(descriptor=found), evolve(
        mimir.RouteRequest(descriptor=found), workflow_id=marker
    )


def refused_terms(client: Any, marker: str) -> Any:
    token = Secret(marker)
    return [
        client.connect(f"https://{marker}@router.example", token),
        client.connect(f"http://router.example/{marker}", token),
        client.connect("https://router.example", Secret(marker + "\n")),
    ]


def routed(marker: str) -> Any:
    good, bad = wanted(marker)
    transport = httpx.Client(transport=httpx.MockTransport(answers(marker)))
    connected = RouterClient.connect("https://router.example", Secret(marker), client=transport)
    with connected.unwrap() as client:
        told = [client.route(good) for _ in range(8)]
        told += [client.route(bad), client.route(good, idempotency_key=marker)]
    client.close()
    return [connected, told, refused_terms(RouterClient, marker)]


def awaited(marker: str) -> Any:
    async def go() -> Any:
        good, bad = wanted(marker)
        own = httpx.AsyncClient(transport=httpx.MockTransport(answers(marker)))
        made = AsyncRouterClient.connect("https://router.example", Secret(marker), client=own)
        async with made.unwrap() as client:
            told = [await client.route(good) for _ in range(8)]
            told += [await client.route(bad), await client.route(good, idempotency_key=marker)]
        await client.aclose()
        return [made, told, refused_terms(AsyncRouterClient, marker)]

    return asyncio.run(go())


def spans(marker: str) -> Any:
    seen: list[Any] = []
    processor, provider = otel.CompletionSpanProcessor(seen.append), TracerProvider()
    provider.add_span_processor(processor)
    for name in (otel.LANE, "gen_ai.provider.name", "gen_ai.request.model", "error.type"):
        told = {"gen_ai.operation.name": "chat", "gen_ai.provider.name": "openai", name: marker}
        kind = SpanKind.CLIENT
        with provider.get_tracer("t").start_as_current_span("chat", kind=kind, attributes=told):
            pass
    return [seen, processor, processor.ignored]


def logger(marker: str) -> Any:
    seen: list[Any] = []
    taken = litellm.CompletionLogger(seen.append)
    for name in ("model", "custom_llm_provider", "exception", "litellm_params"):
        value = ValueError(marker) if name == "exception" else marker
        call = {"model": "gpt-4o", "custom_llm_provider": "openai", name: value}
        taken.log_success_event(call, None, 0, 0)
        taken.log_failure_event(call, marker, marker, marker)
        asyncio.run(taken.async_log_success_event(call, None, 0, 0))
        asyncio.run(taken.async_log_failure_event(call, None, 0, 0))
    return [seen, taken, taken.ignored]


def _all(module: str, driver: Driver, *functions: str) -> dict[str, Driver]:
    return {f"{module}:{function}": driver for function in functions}


def _methods(module: str, class_: str, driver: Driver, methods: str) -> dict[str, Driver]:
    return _all(module, driver, *(f"{class_}.{method}" for method in methods.split()))


CORE: Final[dict[str, Driver]] = {
    "add_effects": lambda marker: mimir.add_effects([simulated(marker).total]),
    "apply_change": lambda marker: mimir.explain(
        mimir.apply_change(mimir.AllowModel(mimir.Model("p:m")), _world())
    ),
    "build_record": built,
    "charge": lambda _: mimir.charge(mimir.select_plane(rates(), 1), USAGE),  # type: ignore[arg-type]
    "cost_microdollars": lambda marker: [
        mimir.cost_microdollars(name, USAGE, PRICES) for name in names(marker)
    ],
    "cost_to_json": lambda _: mimir.cost_to_json(priced().unwrap()),
    "describe": lambda marker: mimir.describe(mimir.RequestFailed("bad_response", marker)),
    "descriptor_to_json": lambda _: mimir.descriptor_to_json(_world().descriptor),
    "event_to_json": lambda _: mimir.event_to_json(mimir.Event(1, 2, "t", {})),
    "explain": lambda _: mimir.explain(_world()),
    "extended_rules": extended,
    "fallback": lambda _: mimir.fallback(placed().unwrap(), placed().unwrap().chosen),
    "gen_ai_usage": lambda _: mimir.gen_ai_usage(USAGE),
    "health_view": lambda _: mimir.health_view({}, 0),
    "look_up": lambda marker: [mimir.look_up(name, PRICES) for name in names(marker)],
    "meter": lambda marker: [mimir.meter(name, USAGE, PRICES) for name in names(marker)],
    "observe_completion": lambda _: mimir.observe_completion(
        mimir.LaneRecord(), mimir.Completion(lane=Lane("p"), outcome="error", at=0), 0
    ),
    "place": lambda _: placed(),
    "prepare": lambda _: mimir.prepare(_world().catalog, _world().policy, _world().snapshot),
    "price": lambda marker: [
        *(mimir.price(name, USAGE, PRICES) for name in names(marker)),
        priced(tier=marker),
        priced(region=marker),
    ],
    "ranker_to_json": lambda _: mimir.ranker_to_json(mimir.CHEAPEST_FIRST),
    "record_to_json": lambda _: _record(),
    "replay": replayed,
    "scrub": lambda marker: mimir.scrub(f"a {marker} b"),
    "seal_inputs": lambda _: mimir.seal_inputs(_world()),
    "seal_world": lambda _: mimir.seal_world(_world().catalog, _world().policy, _world().snapshot),
    "select_plane": lambda marker: mimir.select_plane(rates(), 1, tier=marker, region=marker),
    "simulate": simulated,
    "take_snapshot": lambda _: _world(),
    "to_meta": logged,
    "to_microdollars": lambda _: mimir.to_microdollars(mimir.Femtodollars(5)),
    "total_cost": lambda _: mimir.total_cost([priced().unwrap()]),
    "try_probe": lambda _: mimir.try_probe(None, 0),
}
"""By public name of ``mimir``."""

SHELL: Final[dict[str, Driver]] = {
    **_methods(
        "health",
        "LaneHealth",
        lane_health,
        "observe record_success record_failure state all view why try_probe hold release "
        "ignored set_threshold reset attach detach",
    ),
    **_methods(
        "events",
        "EventBuffer",
        buffer,
        "append append_current take take_current put_current current request totals dropped "
        "expired evicted",
    ),
    **_methods("router", "RouterClient", routed, "connect route close"),
    **_methods("router", "AsyncRouterClient", awaited, "connect route aclose"),
    **_all("prices", tables, "load", "load_from", "load_folder", "read_file", "decompress"),
    "prices:prices": lambda _: prices.prices(config={"p:m": mimir.Rates()}),
    **_all("decide", decided, "decide", "decide_in"),
    **_methods("store", "Store", stored, "write inputs"),
    "store:read_record": stored,
    "schemas:record_schema": lambda _: [schemas.record_schema(), schemas.record_schema(99)],
    "smoke:run_smoke": lambda _: smoke.run_smoke(),
    "plain:redact_value": lambda marker: plain.redact_value({"a": [marker], marker: (marker,)}),
    **_methods(
        "adapters.litellm",
        "CompletionLogger",
        logger,
        "ignored log_success_event log_failure_event async_log_success_event "
        "async_log_failure_event",
    ),
    "adapters.litellm:lane_of_call": logger,
    **_methods("adapters.otel", "CompletionSpanProcessor", spans, "ignored on_end"),
    "adapters.otel:lane_of_span": spans,
}
"""By public module of ``mimir.shell``, and the function or the class and the method."""
