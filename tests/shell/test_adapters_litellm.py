"""Completions from LiteLLM: every end of a call is told once, and no event breaks its caller."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mimir import Completion
from mimir.core.health.failure import CLASS_OF
from mimir.core.limits import ID_MAX_CHARS, NAME_MAX_CHARS
from mimir.shell import clock
from mimir.shell.adapters._exceptions import MEANT, NAMED
from mimir.shell.adapters.litellm import CompletionLogger, LiteLLMCall, lane_of_call
from mimir.testing.foreign import foreign_values

TESTS = Path(__file__).parents[1]

LAST = ("last", "openai:gpt-4o", "ok", None, None, None)
"""What the program calls after each of its calls."""


def ok(lane: str = "openai", model: str = "openai:gpt-4o") -> tuple[object, ...]:
    return (lane, model, "ok", None, None, None)


def failed(
    word: str,
    counts_as: str,
    lane: str = "openai",
    model: str = "openai:gpt-4o",
    retry_after: int | None = None,
) -> tuple[object, ...]:
    return (lane, model, "error", word, counts_as, retry_after)


TOLD: dict[str, list[tuple[object, ...]]] = {
    "ok": [ok()],
    "own_lane": [ok("blue")],
    "own_key": [],
    "stream": [ok()],
    "broken_stream": [failed("RuntimeError", "lane", "breaking", "breaking:one")],
    "embedding": [ok(model="openai:text-embedding-3-small")],
    "no_provider": [],
    "no_key": [failed("401", "credential", "anthropic", "anthropic:claude-sonnet-4-5")],
    "rate_limit": [failed("429", "throttle", retry_after=17)],
    "rate_limit_date": [failed("429", "throttle", retry_after=0)],
    "quota": [failed("insufficient_quota", "quota")],
    "own_limit": [failed("request", "request")],
    "context_window": [failed("context_window_exceeded", "request")],
    "content_policy": [failed("content_policy_violation", "request")],
    "bad_request": [failed("400", "request")],
    "unsupported": [failed("400", "request")],
    "authentication": [failed("401", "credential")],
    "permission": [failed("403", "credential")],
    "not_found": [failed("404", "lane")],
    "timeout": [failed("408", "lane")],
    "connection": [failed("500", "lane")],
    "unavailable": [failed("503", "lane")],
    "internal": [failed("500", "lane")],
    "unknown": [failed("500", "lane")],
    "async_ok": [ok()],
    "async_stream": [ok()],
    "async_error": [failed("429", "throttle", retry_after=17)],
    "async_broken_stream": [failed("RuntimeError", "lane", "breaking", "breaking:one")],
    "cancelled": [],
    "router": [
        failed("429", "throttle", "azure-eu", "azure:gpt-4o"),
        ok("meant", "openai:gpt-4o-mini"),
    ],
}


def run_program() -> dict[str, dict[str, object]]:
    """Run the program in a time zone that is none of UTC's; what it printed by name."""
    keep = ("PATH", "HOME", "COVERAGE_PROCESS_START")
    done = subprocess.run(
        [sys.executable, str(TESTS / "litellm_program.py")],
        env={name: os.environ[name] for name in keep if name in os.environ}
        | {"LITELLM_LOCAL_MODEL_COST_MAP": "True", "TZ": "Asia/Kolkata"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    lines = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    return {line["name"]: line for line in lines}


PARTS = ("lane", "model", "outcome", "failure_class", "counts_as", "retry_after")


def test_every_call_of_the_real_package_is_told_once_and_as_it_ended() -> None:
    told = run_program()
    assert told.pop("ignored") == {"name": "ignored", "count": 0}
    assert told.pop("health") == {"name": "health", "state": "degraded"}
    seen = {
        name: [tuple(completion[part] for part in PARTS) for completion in line["seen"]]
        for name, line in told.items()
    }
    assert seen == {name: [*expected, LAST] for name, expected in TOLD.items()}
    raised = {name for name, line in told.items() if line["raised"]}
    assert raised == {
        name
        for name, expected in TOLD.items()
        if any(parts[2] == "error" for parts in expected) and name != "router"
    } | {"no_provider", "cancelled"}
    times = [completion for line in told.values() for completion in line["seen"]]
    assert all(completion["begun_after_ns"] > -1_000_000 for completion in times)
    assert told["ok"]["seen"][0]["took_ns"] > 40_000_000


Details = dict[str, object]

CALL: Details = {"model": "gpt-4o", "custom_llm_provider": "openai"}


def seen_after(
    tell: Callable[[CompletionLogger], object],
    lane: Callable[[LiteLLMCall], str | None] = lane_of_call,
) -> tuple[list[Completion], int]:
    seen: list[Completion] = []
    logger = CompletionLogger(seen.append, lane_of_call=lane)
    tell(logger)
    return seen, logger.ignored


def success_of(details: object) -> tuple[list[Completion], int]:
    return seen_after(lambda logger: logger.log_success_event(details, None, None, None))


def failure_of(error: object) -> Completion:
    details = {**CALL, "exception": error}
    seen, ignored = seen_after(lambda logger: logger.log_failure_event(details, None, None, None))
    assert ignored == 0
    (completion,) = seen
    return completion


def test_rule_2_an_answer_from_the_cache_is_no_completion() -> None:
    assert success_of({**CALL, "cache_hit": True}) == ([], 0)
    assert len(success_of({**CALL, "cache_hit": False})[0]) == 1


def test_rule_3_a_deployment_knows_its_lane_before_the_metadata_and_the_provider() -> None:
    assert lane_of_call(LiteLLMCall("p", "m", {"lane": "b"}, {"lane": "a"})) == "a"
    assert lane_of_call(LiteLLMCall("p", "m", {"lane": "b"}, {"lane": 7})) == "b"
    assert lane_of_call(LiteLLMCall("p", "m", {}, {})) == "p"
    assert lane_of_call(LiteLLMCall(None, "m", {}, {})) is None


def test_rule_3_metadata_under_either_name_and_the_deployment_are_handed_over() -> None:
    calls: list[LiteLLMCall] = []
    details = {
        **CALL,
        "litellm_params": {
            "litellm_metadata": {"a": 1, "b": 1},
            "metadata": {"b": 2, "model_info": {"id": "eu-1"}},
        },
    }

    def lane(call: LiteLLMCall) -> None:
        calls.append(call)

    seen_after(lambda logger: logger.log_success_event(details, None, None, None), lane)
    (call,) = calls
    assert (call.metadata["a"], call.metadata["b"]) == (1, 2)
    assert call.deployment == {"id": "eu-1"}


@pytest.mark.parametrize("model", ["gpt-4o", "openai/gpt-4o"])
def test_rule_4_the_model_is_named_once_by_its_provider(model: str) -> None:
    seen, _ = success_of({**CALL, "model": model})
    assert seen[0].model == "openai:gpt-4o"


def test_rule_4_a_call_without_a_provider_has_the_lane_and_the_model_that_are_stated() -> None:
    details = {"model": "m", "litellm_params": {"metadata": {"lane": "a"}}}
    seen, _ = success_of(details)
    assert (seen[0].lane, seen[0].model) == ("a", "m")


def test_rule_5_every_name_of_the_table_is_a_word_that_health_knows() -> None:
    assert {*MEANT.values(), *NAMED.values()} <= CLASS_OF.keys()
    assert not MEANT.keys() & NAMED.keys()


@pytest.mark.parametrize(
    ("error", "word"),
    [
        (asyncio.CancelledError(), "client_cancelled"),
        (ModuleNotFoundError("No module named 'fastapi'"), "request"),
        (ConnectionResetError(), "connection_error"),
        (TimeoutError(), "408"),
        (KeyError("a bug"), "KeyError"),
        (None, "NoneType"),
        (type("E" * 200, (Exception,), {})(), "E" * NAME_MAX_CHARS),
    ],
)
def test_rule_5_an_exception_without_a_status_is_told_by_its_class(
    error: object, word: str
) -> None:
    assert failure_of(error).failure_class == word


class ProviderError(Exception):
    """What a provider's client raises."""

    def __init__(self, status: object, **parts: object) -> None:
        self.status_code = status
        for name, part in parts.items():
            setattr(self, name, part)


def test_rule_5_a_word_of_the_body_counts_where_an_account_is_spent_and_nowhere_else() -> None:
    def class_of(status: int, body: dict[str, str]) -> str | None:
        return failure_of(ProviderError(status, body=body)).counts_as

    assert class_of(429, {"type": "insufficient_quota"}) == "quota"
    assert class_of(429, {"code": "tokens"}) == "throttle"
    assert class_of(404, {"type": "invalid_request_error"}) == "lane"


def test_rule_6_a_retry_after_is_read_of_the_answer_or_of_what_litellm_kept_of_it() -> None:
    response = type("Response", (), {"headers": {"retry-after": "3"}})()
    kept = {"retry-after": "4"}
    assert failure_of(ProviderError(429, response=response)).retry_after == 3
    assert failure_of(ProviderError(429, litellm_response_headers=kept)).retry_after == 4
    both = ProviderError(429, response=response, litellm_response_headers=kept)
    assert failure_of(both).retry_after == 3
    odd = ProviderError(429, litellm_response_headers={"retry-after": 4})
    assert failure_of(odd).retry_after is None


def test_a_start_is_put_on_the_monotonic_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    now = datetime(2026, 3, 1, 12, 0, 0)
    monkeypatch.setattr(clock, "unix_ns", lambda: round(now.timestamp() * 10**9))
    monkeypatch.setattr(clock, "monotonic_ns", lambda: 7_000_000_000)

    def start_of(start: object) -> int | None:
        seen, _ = seen_after(lambda logger: logger.log_success_event(CALL, None, start, None))
        assert seen[0].at == 7_000_000_000
        return seen[0].started_at

    assert start_of(now - timedelta(seconds=2)) == 5_000_000_000
    assert start_of(now + timedelta(seconds=2)) == 7_000_000_000
    assert start_of(1_700_000_000.0) is None


class Sharp:
    """Every attribute raises."""

    def __getattribute__(self, name: str) -> object:
        raise RuntimeError(name)


def test_rule_7_an_attribute_that_raises_is_not_there() -> None:
    assert failure_of(Sharp()).failure_class == "Sharp"


@pytest.mark.parametrize(
    "details",
    [
        {**CALL, "custom_llm_provider": "p" * (ID_MAX_CHARS + 1)},
        {**CALL, "model": "m" * (ID_MAX_CHARS + 1)},
    ],
)
def test_rule_7_what_is_past_a_bound_is_counted(details: object) -> None:
    assert success_of(details) == ([], 1)


def test_rule_7_a_sink_and_a_lane_that_raise_are_counted() -> None:
    def broken(_value: object) -> str:
        raise RuntimeError

    logger = CompletionLogger(broken)
    logger.log_success_event(CALL, None, None, None)
    asyncio.run(logger.async_log_success_event(CALL, None, None, None))
    asyncio.run(logger.async_log_failure_event(CALL, None, None, None))
    assert logger.ignored == 3
    unknown = CompletionLogger(lane_of_call=broken)
    unknown.log_success_event(CALL, None, None, None)
    assert unknown.ignored == 1


FOREIGN = foreign_values()
ANYTHING = st.integers(0, len(FOREIGN) - 1).map(FOREIGN.__getitem__)


@given(
    ANYTHING
    | st.fixed_dictionaries(
        {},
        optional={
            "model": ANYTHING,
            "custom_llm_provider": ANYTHING | st.just("openai"),
            "exception": ANYTHING,
            "cache_hit": ANYTHING,
            "litellm_params": ANYTHING | st.fixed_dictionaries({"metadata": ANYTHING}),
        },
    ),
    ANYTHING,
)
def test_rule_7_no_event_raises_whatever_it_is(details: object, start: object) -> None:
    seen: list[Completion] = []
    logger = CompletionLogger(seen.append)
    logger.log_success_event(details, None, start, None)
    logger.log_failure_event(details, None, start, None)
    assert all(completion.lane == "openai" for completion in seen)
