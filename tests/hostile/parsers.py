"""Every parser of the public surface, with a document that it reads; and why the others are none.

Rules:
1. A parser takes any object. What its signature types, and a constructor, checks nothing by design:
   whoever hands it something else has a type checker that says so.
2. Each public function stands in exactly one of ``PARSERS`` and ``TYPED``, by its public name; what
   takes foreign values in the shell stands in ``PARSERS`` by the name of its class and method.
"""

from collections.abc import Callable
from typing import Any, Final, NamedTuple

import mimir
from documents import DESCRIPTOR
from mimir import Caller, Completion, Correlation, Lane, Sealed
from mimir.core import snapshot_json
from mimir.core.canonical import digest
from mimir.core.pricing.table import Source
from mimir.core.route import request, response
from mimir.shell import price_book
from mimir.shell.events import EventBuffer
from mimir.shell.health import COMPLETION, LaneHealth
from mimir.shell.prices import prices

ROW: Final = {"id": "a", "model": "p:m", "lane": "p", "runtime": "managed", "capabilities": []}
SOURCE: Final = Source("hostile", "0", "2026-01-31", "none", "sha256:0")
TOKENS: Final = {
    "prompt_tokens": 9,
    "completion_tokens": 4,
    "total_tokens": 13,
    "prompt_tokens_details": {"cached_tokens": 1, "audio_tokens": 0},
    "completion_tokens_details": {"reasoning_tokens": 1},
}


class Parser(NamedTuple):
    """A parser, and documents that it reads: hostile values are put into each of their fields."""

    call: Callable[[Any], Any]
    documents: tuple[Any, ...]


def _cost() -> Any:
    usage = mimir.parse_usage({"input_tokens": 10, "output_tokens": 2}).unwrap()
    return mimir.cost_to_json(mimir.price("openai:gpt-4o", usage, prices().unwrap()).unwrap())


def _world() -> mimir.Inputs:
    taken_at = mimir.parse_instant("2026-01-31T00:00:00Z").unwrap()
    catalog = mimir.resolve([{**ROW, "model": "openai:gpt-4o"}, ROW | {"id": "b"}]).unwrap()
    lanes: dict[Lane, mimir.LaneState] = {Lane("p"): "degraded"}
    snapshot = mimir.take_snapshot(catalog, prices().unwrap(), lanes, 5_000, taken_at)
    descriptor = mimir.parse_descriptor({**DESCRIPTOR, "capabilities": []}).unwrap()
    return mimir.Inputs(descriptor, catalog, mimir.DEFAULT_POLICY, snapshot)


def _record() -> Any:
    inputs = _world()
    decision = mimir.place(inputs.descriptor, inputs.catalog, inputs.policy, inputs.snapshot)
    record = mimir.build_record(
        decision_id=mimir.DecisionId("rd_" + "a2" * 13),
        decided_at=inputs.snapshot.taken_at,
        descriptor=inputs.descriptor,
        snapshot=inputs.snapshot,
        decision=decision,
        seal=mimir.seal_inputs(inputs).unwrap(),
    )
    return mimir.record_to_json(record.unwrap())


def _signal(value: object) -> None:
    health = LaneHealth()
    health.attach()
    COMPLETION.send(None, completion=value)
    health.detach()


def _append(value: object) -> Any:
    buffer = EventBuffer()
    for arguments in ((value, "t", {}), ("r", value, {}), ("r", "t", value)):
        buffer.append(*arguments)
    buffer.put_current(value)
    with buffer.request(value):
        buffer.append_current("t", {})
    return buffer.take(value)


def _stored(read: Callable[[Sealed], Any]) -> Callable[[Any], Any]:
    def call(value: object) -> Any:
        content = value if type(value) is bytes else repr(type(value)).encode()
        return read(Sealed(digest(content), content))

    return call


def _route_log(value: object) -> Any:
    made: Any = value
    mimir.route_log(made, Caller("k"), Correlation(), "placed", {})
    mimir.route_log("r", Caller(made), Correlation(made, made, made), "placed", {})
    return mimir.route_log("r", Caller("k"), Correlation(), "placed", value)


_CONTENTS: Final = mimir.seal_inputs(_world()).unwrap().contents
_WIRE: Final = b'{"verdict":"no_candidate","reasons":["cost"],"candidates":[]}'


def _body(value: object) -> Any:
    return response.read(200, {}, value if type(value) is bytes else b"")


PARSERS: Final[dict[str, Parser]] = {
    "parse_buffer_limits": Parser(mimir.parse_buffer_limits, ({"requests": 1},)),
    "parse_completion": Parser(
        lambda value: mimir.parse_completion(value, at=0),
        (
            {
                "lane": "p",
                "model": "p:m",
                "outcome": "error",
                "failure_class": "429",
                "started_at": 5,
                "retry_after": 9,
            },
        ),
    ),
    "parse_cost": Parser(mimir.parse_cost, (_cost(),)),
    "parse_descriptor": Parser(
        lambda value: mimir.parse_descriptor(value, quality_bars=True),
        (DESCRIPTOR, {**DESCRIPTOR, "quality_bar": 9_000}),
    ),
    "parse_instant": Parser(mimir.parse_instant, ("2026-01-31T00:00:00Z",)),
    "parse_overlay": Parser(
        lambda value: mimir.parse_overlay(value, SOURCE),
        ({"rates": [{"model": "p:m", "input_cost_per_token": "2e-06"}], "aliases": {"a": "p:m"}},),
    ),
    "parse_policy": Parser(
        mimir.parse_policy, ({"allowed_models": ["p:m"], "unpriced": "last", "probe_first": True},)
    ),
    "parse_ranker": Parser(
        mimir.parse_ranker, ({"name": "fastest_first"}, {"name": "weighted", "cost": 1})
    ),
    "parse_rates": Parser(mimir.parse_rates, ({"input": 1, "output": 2},)),
    "parse_rates_config": Parser(mimir.parse_rates_config, ({"p:m": {"input": 1, "output": 2}},)),
    "parse_record": Parser(mimir.parse_record, (_record(),)),
    "parse_retry_policy": Parser(
        mimir.parse_retry_policy, ({"attempts": 3, "base_ms": 100, "cap_ms": 5_000, "jitter": 50},)
    ),
    "parse_scorecards": Parser(
        mimir.parse_scorecards,
        (
            [
                {
                    "task_class": "chat",
                    "model": "p:m",
                    "passed": 9,
                    "runs": 10,
                    "as_of": "2026-01-31T00:00:00Z",
                }
            ],
        ),
    ),
    "parse_usage": Parser(
        lambda value: mimir.parse_usage(value, extra="ignore"),
        ({"input_tokens": 1, "output_tokens": 2},),
    ),
    "read_json": Parser(mimir.read_json, (b"{}", "{}")),
    "redact": Parser(lambda value: mimir.redact(value, value, capture=True), ({"a": ["b"]},)),
    "resolve": Parser(mimir.resolve, ([ROW],)),
    "route_log": Parser(_route_log, ({"a": [1]},)),
    "read_stored_descriptor": Parser(
        _stored(mimir.read_stored_descriptor), (_CONTENTS[0].content,)
    ),
    "read_stored_catalog": Parser(_stored(mimir.read_stored_catalog), (_CONTENTS[1].content,)),
    "read_stored_policy": Parser(_stored(mimir.read_stored_policy), (_CONTENTS[2].content,)),
    "read_stored_snapshot": Parser(_stored(mimir.read_stored_snapshot), (_CONTENTS[3].content,)),
    "read_stored_ranker": Parser(_stored(mimir.read_stored_ranker), (_CONTENTS[4].content,)),
    **{
        name: Parser(getattr(mimir, name), (TOKENS, {"usage": TOKENS, "service_tier": "flex"}))
        for name in mimir.__all__
        if name.startswith("usage_from_") or name.endswith(("_served_tier", "_served_region"))
    },
    "snapshot_json.parse": Parser(snapshot_json.parse, (snapshot_json.to_json(_world().snapshot),)),
    "route.request.check_base_url": Parser(request.check_base_url, ("https://router.example",)),
    "route.request.check_token": Parser(request.check_token, ("word",)),
    "route.response.read": Parser(_body, (_WIRE,)),
    "shell.price_book.read": Parser(
        lambda value: price_book.read(value if type(value) is bytes else b"", "hostile"), (b"",)
    ),
    "EventBuffer": Parser(_append, ("r", {"a": [1, {"b": None}]})),
    "LaneHealth.hold": Parser(
        lambda value: (
            LaneHealth().hold(value, "why"),
            LaneHealth().hold(Lane("p"), value, value),
        ),
        ("p",),
    ),
    "LaneHealth.set_threshold": Parser(lambda value: LaneHealth().set_threshold(value), (3,)),
    "LaneHealth.attach": Parser(
        _signal, ({"lane": "p", "outcome": "ok"}, Completion(lane=Lane("p"), outcome="ok", at=0))
    ),
}
"""By public name; with a dot what is no public name of ``mimir``, but of its shell."""

_VALUES: Final = "takes values that a parser made, and parsers alone make them from plain data"
_TEXTS: Final = "takes text by its type, and of any length"

TYPED: Final[dict[str, str]] = {
    **dict.fromkeys(
        (
            *("add_effects", "apply_change", "build_record", "charge", "cost_microdollars"),
            *("cost_to_json", "describe", "descriptor_to_json", "event_to_json", "explain"),
            *("fallback", "health_view", "look_up", "meter", "observe_completion", "place"),
            *("prepare", "price", "ranker_to_json", "record_to_json", "replay", "seal_inputs"),
            *("seal_world", "select_plane", "simulate", "take_snapshot", "to_meta"),
            *("to_microdollars", "total_cost", "try_probe", "gen_ai_usage"),
        ),
        _VALUES,
    ),
    **dict.fromkeys(
        (
            *("extended_rules", "scrub", "split_provider", "truncate"),
            *("gen_ai_reasoning", "gen_ai_tool_call", "gen_ai_tool_result"),
        ),
        _TEXTS,
    ),
}
"""Public functions that are no parsers, with the reason."""
