"""Every text with which a parser refuses: valid documents, spoiled at each place in turn.

Rules:
1. A place is spoiled by each of ``SPOILED``, by leaving it out, by a key that nobody knows, and by
   an item said twice.
2. Of a parser each refusal counts once, under the first spoiled document that meets it.
3. ``python tests/refusals.py`` writes what the test compares with: a text that changed is to be
   read by somebody before it goes in.
"""

import json
from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any, Final

import mimir
from documents import DESCRIPTOR
from mimir.core import buffer, snapshot_json
from mimir.core.health import hold
from mimir.core.health.policy import with_threshold
from mimir.core.outcome import Failure, Success
from mimir.core.pricing import cost_json, providers, quote_json, table, usage_line
from mimir.core.pricing.compact import compact
from mimir.core.pricing.pack import pack
from mimir.core.pricing.table import Source
from mimir.shell.prices import prices

KEPT: Final = Path(__file__).parent / "golden" / "refusals.txt"

SPOILED: Final[tuple[object, ...]] = (
    *(None, True, 0, 7, 2**63, 1.5, "", "word", "x" * 600),
    *(["word"], {"word": 1}, b""),
)

_SOURCE: Final = Source("list", "1", "2026-01-31", "none", "sha256:0")
_ROW: Final = {
    "id": "a",
    "model": "openai:gpt-4o",
    "lane": "openai",
    "runtime": "managed",
    "capabilities": ["tools"],
    "p50_latency_ms": 400,
    "priority": 2,
    "context_window": 128_000,
}
_SCORE: Final = {"task_class": "chat", "model": "p:m", "passed": 9, "runs": 10}
_DESCRIPTOR: Final = {**DESCRIPTOR, "quality_bar": 9_000}


def _chat(first: str, second: str, suffix: str) -> dict[str, Any]:
    return {
        f"{first}_tokens": 90,
        f"{second}_tokens": 40,
        "total_tokens": 130,
        f"{first}_{suffix}": {
            "cached_tokens": 12,
            "cached_tokens_details": {"text_tokens": 7, "audio_tokens": 3, "image_tokens": 2},
            "audio_tokens": 5,
            "image_tokens": 4,
        },
        f"{second}_{suffix}": {"reasoning_tokens": 6, "audio_tokens": 3},
    }


_ANTHROPIC: Final = {
    "input_tokens": 50,
    "cache_read_input_tokens": 8,
    "cache_creation_input_tokens": 9,
    "cache_creation": {"ephemeral_5m_input_tokens": 4, "ephemeral_1h_input_tokens": 5},
    "output_tokens": 30,
    "output_tokens_details": {"thinking_tokens": 20},
    "server_tool_use": {"web_search_requests": 3, "web_fetch_requests": 2},
    "service_tier": "standard",
}
_ITERATION: Final = {"type": "message", "model": "m", "input_tokens": 25, "output_tokens": 15}
_ITERATED: Final = {
    "input_tokens": 50,
    "output_tokens": 30,
    "iterations": [_ITERATION, {**_ITERATION, "model": "m"}],
    "fallback_credit": {"status": {"type": "none"}},
}
_GEMINI: Final = {
    "promptTokenCount": 100,
    "cachedContentTokenCount": 10,
    "candidatesTokenCount": 30,
    "thoughtsTokenCount": 8,
    "toolUsePromptTokenCount": 5,
    "totalTokenCount": 143,
    "promptTokensDetails": [
        {"modality": "TEXT", "tokenCount": 90},
        {"modality": "AUDIO", "tokenCount": 10},
    ],
    "cacheTokensDetails": [{"modality": "TEXT", "tokenCount": 10}],
    "candidatesTokensDetails": [{"modality": "IMAGE", "tokenCount": 30}],
    "toolUsePromptTokensDetails": [{"modality": "TEXT", "tokenCount": 5}],
    "trafficType": "ON_DEMAND",
}
_BEDROCK: Final = {
    "inputTokens": 50,
    "outputTokens": 20,
    "totalTokens": 87,
    "cacheReadInputTokens": 8,
    "cacheWriteInputTokens": 9,
    "cacheDetails": [{"ttl": "5m", "inputTokens": 4}, {"ttl": "1h", "inputTokens": 5}],
}
_COHERE: Final = {
    "billed_units": {"input_tokens": 5, "output_tokens": 7, "search_units": 2},
    "tokens": {"input_tokens": 9, "output_tokens": 8},
    "cached_tokens": 3,
}
_DEEPSEEK: Final = {
    "prompt_tokens": 20,
    "completion_tokens": 9,
    "total_tokens": 29,
    "prompt_cache_hit_tokens": 12,
    "prompt_cache_miss_tokens": 8,
    "completion_tokens_details": {"reasoning_tokens": 4},
}
_MISTRAL: Final = {
    "prompt_tokens": 20,
    "completion_tokens": 9,
    "total_tokens": 29,
    "num_cached_tokens": 4,
    "prompt_tokens_details": {"cached_tokens": 4},
}
_OTEL: Final = {
    "gen_ai.usage.input_tokens": 50,
    "gen_ai.usage.output_tokens": 20,
    "gen_ai.usage.cache_read.input_tokens": 8,
    "gen_ai.usage.cache_creation.input_tokens": 9,
    "gen_ai.usage.reasoning.output_tokens": 5,
}


_LIST: Final = {
    "m": {
        "litellm_provider": "openai",
        "mode": "chat",
        "input_cost_per_token": 1e-06,
        "output_cost_per_token": 2e-06,
        "max_input_tokens": 9,
        "supports_vision": True,
        "deprecation_date": "2026-12-31",
    },
    "p/n": {"litellm_provider": "p", "mode": "embedding", "input_cost_per_token": 3e-06},
}


def _compacted(raw: Any) -> Any:
    text = json.dumps(raw, default=lambda value: f"no JSON: {type(value).__name__}")
    made = compact(text, _SOURCE)
    return made if isinstance(made, Failure) else made.unwrap().findings


def _cost() -> Any:
    usage = mimir.parse_usage({"input_tokens": 10, "output_tokens": 2}).unwrap()
    return cost_json.to_json(mimir.price("openai:gpt-4o", usage, prices().unwrap()).unwrap())


def _snapshot() -> mimir.Snapshot:
    taken_at = mimir.parse_instant("2026-01-31T00:00:00Z").unwrap()
    catalog = mimir.resolve([_ROW, {**_ROW, "id": "b", "lane": "b", "model": "p:m"}]).unwrap()
    return mimir.take_snapshot(
        catalog,
        prices().unwrap(),
        {mimir.Lane("openai"): "degraded", mimir.Lane("b"): "probing"},
        5_000,
        taken_at,
        probes=frozenset({mimir.Lane("b")}),
        waits={mimir.Lane("openai"): 20},
    )


def _quote() -> Any:
    return quote_json.to_json(mimir.look_up("openai:gpt-4o", prices().unwrap()).unwrap())


_PARSERS: Final[dict[str, tuple[Callable[[Any], Any], Any]]] = {
    "buffer_limits": (
        mimir.parse_buffer_limits,
        {
            "events_per_request": 9,
            "bytes_per_request": 8,
            "requests": 7,
            "bytes_in_all": 6,
            "idle_ns": 5,
        },
    ),
    "completion": (
        lambda raw: mimir.parse_completion(raw, at=9),
        {
            "lane": "p",
            "model": "p:m",
            "outcome": "error",
            "failure_class": "rate_limited",
            "started_at": 5,
            "retry_after": 9,
        },
    ),
    "cost": (mimir.parse_cost, _cost()),
    "descriptor": (
        lambda raw: mimir.parse_descriptor(raw, quality_bars=True),
        _DESCRIPTOR,
    ),
    "overlay": (
        lambda raw: mimir.parse_overlay(raw, _SOURCE),
        {
            "rates": [
                {
                    "model": "p:m",
                    "input_cost_per_token": "2e-06",
                    "output_cost_per_token": "3e-06",
                    "valid_from": "2026-01-01T00:00:00Z",
                    "valid_until": "2026-03-01T00:00:00Z",
                }
            ],
            "aliases": {"a": "p:m"},
        },
    ),
    "policy": (
        mimir.parse_policy,
        {
            "allowed_models": ["p:m"],
            "unpriced": "last",
            "probe_first": True,
            "when_unhealthy": "wait",
        },
    ),
    "event type": (lambda raw: buffer.prepare(raw, {}, 5), "usage"),
    "event payload": (lambda raw: buffer.prepare("usage", raw, 5), {"a": [1, {"b": None}]}),
    "hold": (lambda raw: hold.parse_hold(raw, None), "by hand"),
    "hold until": (lambda raw: hold.parse_hold("by hand", raw), 5),
    "price list": (_compacted, _LIST),
    "price table": (table.parse, pack(compact(json.dumps(_LIST), _SOURCE).unwrap().table)),
    "providers": (providers.parse, {"vertex": ["vertex_ai*"], "google": ["gemini"]}),
    "request id": (buffer.parse_request_id, "r"),
    "threshold": (lambda raw: with_threshold(mimir.REFERENCE_HEALTH_POLICY, raw), 3),
    "quote": (lambda raw: quote_json.parse(raw, mimir.Model("openai:gpt-4o")), _quote()),
    "ranker": (
        mimir.parse_ranker,
        {"name": "weighted", "cost": 1, "latency": 2, "priority": 3},
    ),
    "rates": (mimir.parse_rates, {"input": 1, "output": 2}),
    "rates_config": (mimir.parse_rates_config, {"p:m": {"input": 1, "output": 2}}),
    "resolve": (mimir.resolve, [_ROW]),
    "scorecards": (
        mimir.parse_scorecards,
        [
            {
                "task_class": "chat",
                "model": "p:m",
                "passed": 9,
                "runs": 10,
                "as_of": "2026-01-31T12:00:00Z",
            }
        ],
    ),
    "snapshot": (snapshot_json.parse, snapshot_json.to_json(_snapshot())),
    "usage": (mimir.parse_usage, {"input_tokens": 1, "output_tokens": 2, "web_searches": 3}),
    "usage_line": (
        usage_line.parse,
        {"model": "p:m", "usage": {"input_tokens": 3}, "at": "2026-01-31T00:00:00Z"},
    ),
    "usage_from_anthropic": (mimir.usage_from_anthropic, _ANTHROPIC),
    "usage_from_anthropic, iterated": (mimir.usage_from_anthropic, _ITERATED),
    "usage_from_bedrock": (mimir.usage_from_bedrock, _BEDROCK),
    "usage_from_cohere": (mimir.usage_from_cohere, _COHERE),
    "usage_from_deepseek": (mimir.usage_from_deepseek, _DEEPSEEK),
    "usage_from_gemini": (mimir.usage_from_gemini, _GEMINI),
    "usage_from_mistral": (mimir.usage_from_mistral, _MISTRAL),
    "usage_from_mistral_transcription": (
        mimir.usage_from_mistral_transcription,
        {**_MISTRAL, "prompt_audio_seconds": 20},
    ),
    "usage_from_openai_chat": (
        mimir.usage_from_openai_chat,
        _chat("prompt", "completion", "tokens_details"),
    ),
    "usage_from_openai_images": (
        mimir.usage_from_openai_images,
        _chat("input", "output", "tokens_details"),
    ),
    "usage_from_openai_realtime": (
        mimir.usage_from_openai_realtime,
        _chat("input", "output", "token_details"),
    ),
    "usage_from_openai_responses": (
        mimir.usage_from_openai_responses,
        _chat("input", "output", "tokens_details"),
    ),
    "usage_from_openai_transcription": (
        mimir.usage_from_openai_transcription,
        {
            "type": "tokens",
            "input_tokens": 20,
            "output_tokens": 9,
            "total_tokens": 29,
            "input_token_details": {"text_tokens": 8, "audio_tokens": 12},
        },
    ),
    "usage_from_otel": (mimir.usage_from_otel, _OTEL),
    "usage_from_xai_chat": (
        mimir.usage_from_xai_chat,
        {**_chat("prompt", "completion", "tokens_details"), "total_tokens": 136},
    ),
    "usage_from_xai_responses": (
        mimir.usage_from_xai_responses,
        _chat("input", "output", "tokens_details"),
    ),
}


NAMES: Final = tuple(_PARSERS)
"""Of every parser, and of every shape that one reads."""


def reads(name: str) -> bool:
    """Tell whether the document that is spoiled is one that the parser reads."""
    parse, document = _PARSERS[name]
    outcome = parse(document)
    return not isinstance(outcome, Failure) and not hasattr(outcome, "code")


def refusals(name: str) -> list[str]:
    """Say each refusal in a line: the code, the field and the message.

    Of a usage also what was read, where a spoiled document is one that a provider may send.
    """
    parse, document = _PARSERS[name]
    told = (_answer(name, parse(spoiled)) for spoiled in _spoiled(document))
    return sorted(set().union(*told))


def kept(name: str) -> list[str]:
    """Return what the kept file says of a parser: a JSON string a line, so none is two lines."""
    lines = map(json.loads, KEPT.read_text("ascii").splitlines())
    return [line for line in lines if line.startswith(f"{name}: ")]


def _answer(name: str, outcome: Any) -> set[str]:
    if isinstance(outcome, Success):
        read = outcome.unwrap()
        return {f"{name}: read: {read}"} if isinstance(read, mimir.Usage) else set()
    error = outcome.failure() if isinstance(outcome, Failure) else outcome
    if type(error) is tuple:
        return {f"{name}: found: {finding.message}" for finding in error}
    if not hasattr(error, "code"):  # of a parser that returns its value
        return set()
    return {f"{name}: {error.code}: {getattr(error, 'field', '')}: {error.message}"}


def _spoiled(document: Any) -> Iterator[Any]:
    yield document
    for path in _paths(document):
        yield from (_put(document, path, value) for value in SPOILED)
        if path:
            yield _without(document, path)
        found = _at(document, path)
        if isinstance(found, dict):
            yield _put(document, path, {**found, "odd": 1})
            yield _put(document, path, {**found, 5: 1})
        if isinstance(found, list):
            yield _put(document, path, [*found, *found])


def _paths(value: Any) -> Iterator[tuple[Any, ...]]:
    yield ()
    parts = value.items() if isinstance(value, dict) else ()
    for key, item in enumerate(value) if isinstance(value, list) else parts:
        yield from ((key, *path) for path in _paths(item))


def _at(document: Any, path: tuple[Any, ...]) -> Any:
    for key in path:
        document = document[key]
    return document


def _put(document: Any, path: tuple[Any, ...], value: object) -> Any:
    if not path:
        return value
    made = deepcopy(document)
    _at(made, path[:-1])[path[-1]] = value
    return made


def _without(document: Any, path: tuple[Any, ...]) -> Any:
    made = deepcopy(document)
    del _at(made, path[:-1])[path[-1]]
    return made


if __name__ == "__main__":
    told = (line for name in NAMES for line in refusals(name))
    KEPT.write_text("".join(f"{json.dumps(line)}\n" for line in told), "ascii")
