"""A program that calls models through the real LiteLLM, and prints what its logger told.

LiteLLM keeps threads, queues and global lists; so it runs in a process of its own. No call leaves
the machine: ``mock_response`` answers, or a provider that is made here.
"""

import asyncio
import contextlib
import json
import sys
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator

import httpx
import litellm
from litellm.integrations.custom_logger import CustomLogger
from litellm.types.utils import GenericStreamingChunk

from mimir import Completion, Lane
from mimir.shell import clock
from mimir.shell.adapters.litellm import CompletionLogger, LiteLLMCall, lane_of_call
from mimir.shell.health import LaneHealth

HI = [{"role": "user", "content": "hi"}]
LONGEST_SECONDS = 30


class HealthLogger(CompletionLogger, CustomLogger):
    """What a program registers."""


class SignalLogger(CompletionLogger, CustomLogger):
    """Another one: LiteLLM keeps one logger of a class."""


def lane(call: LiteLLMCall) -> str | None:
    return None if call.metadata.get("own_key") else lane_of_call(call)


SEEN: list[Completion] = []
LOGGER = HealthLogger(SEEN.append, lane_of_call=lane)


def wait_for(count: int) -> None:
    """Wait until so many calls were told; LiteLLM tells them from threads and queues."""
    until = time.monotonic() + LONGEST_SECONDS
    while len(SEEN) < count and time.monotonic() < until:
        time.sleep(0.01)


async def wait_in_loop(count: int) -> None:
    until = time.monotonic() + LONGEST_SECONDS
    while len(SEEN) < count and time.monotonic() < until:
        await asyncio.sleep(0.01)


def answer(status: int, headers: dict[str, str] | None = None) -> httpx.Response:
    request = httpx.Request("POST", "https://provider.example/v1")
    return httpx.Response(status, headers=headers, request=request)


def rate_limit(**more: object) -> Exception:
    return litellm.RateLimitError("slow down", llm_provider="openai", model="gpt-4o", **more)


ERRORS: dict[str, Exception] = {
    "rate_limit": rate_limit(response=answer(429, {"Retry-After": "17"})),
    "rate_limit_date": rate_limit(
        response=answer(429, {"retry-after": "Thu, 01 Jan 1970 00:00:00 GMT"})
    ),
    "quota": rate_limit(body={"code": "insufficient_quota", "message": "no money"}),
    "own_limit": rate_limit(category="litellm_rate_limit"),
    "context_window": litellm.ContextWindowExceededError("long", "gpt-4o", "openai"),
    "content_policy": litellm.ContentPolicyViolationError("no", "gpt-4o", "openai"),
    "bad_request": litellm.BadRequestError("what?", "gpt-4o", "openai"),
    "unsupported": litellm.UnsupportedParamsError("no tools"),
    "authentication": litellm.AuthenticationError("who?", "openai", "gpt-4o"),
    "permission": litellm.PermissionDeniedError("no", "openai", "gpt-4o", answer(403)),
    "not_found": litellm.NotFoundError("gone", "gpt-4o", "openai"),
    "timeout": litellm.Timeout("late", "gpt-4o", "openai"),
    "connection": litellm.APIConnectionError("down", "openai", "gpt-4o"),
    "unavailable": litellm.ServiceUnavailableError("down", "openai", "gpt-4o"),
    "internal": litellm.InternalServerError("oops", "openai", "gpt-4o"),
    "unknown": ValueError("a bug"),
}


class Breaking(litellm.CustomLLM):
    """A provider whose streams break off."""

    def streaming(self, *_args: object, **_kwargs: object) -> Iterator[GenericStreamingChunk]:
        yield chunk()
        raise RuntimeError

    async def astreaming(
        self, *_args: object, **_kwargs: object
    ) -> AsyncIterator[GenericStreamingChunk]:
        yield chunk()
        raise RuntimeError


def chunk() -> GenericStreamingChunk:
    return {
        "text": "one",
        "is_finished": False,
        "finish_reason": "",
        "index": 0,
        "tool_use": None,
        "usage": None,
    }


def router() -> litellm.Router:
    azure = {"model": "azure/gpt-4o", "api_key": "k", "api_base": "https://provider.example"}
    return litellm.Router(
        model_list=[
            {
                "model_name": "large",
                "litellm_params": {**azure, "mock_response": "litellm.RateLimitError"},
                "model_info": {"id": "eu-1", "lane": "azure-eu"},
            },
            {
                "model_name": "small",
                "litellm_params": {"model": "gpt-4o-mini", "api_key": "k", "mock_response": "hi"},
            },
        ],
        num_retries=0,
        fallbacks=[{"large": ["small"]}],
    )


def call(**more: object) -> Callable[[], object]:
    return lambda: litellm.completion(**{"model": "gpt-4o", "messages": HI, **more})


def stream(**more: object) -> Callable[[], object]:
    return lambda: list(
        litellm.completion(**{"model": "gpt-4o", "messages": HI, "stream": True, **more})
    )


def acall(**more: object) -> Callable[[], Coroutine[object, object, object]]:
    return lambda: litellm.acompletion(**{"model": "gpt-4o", "messages": HI, **more})


async def astream(**more: object) -> None:
    async for _ in await litellm.acompletion(
        **{"model": "gpt-4o", "messages": HI, "stream": True, **more}
    ):
        pass


async def cancelled() -> None:
    task = asyncio.create_task(acall(mock_response="hi", mock_delay=LONGEST_SECONDS)())
    await asyncio.sleep(0.1)
    task.cancel()
    await task


SYNC: dict[str, tuple[Callable[[], object], int]] = {
    "ok": (call(mock_response="hi", mock_delay=0.05), 1),
    "own_lane": (call(mock_response="hi", metadata={"lane": "blue"}), 1),
    "own_key": (call(mock_response="hi", metadata={"own_key": True}), 0),
    "stream": (stream(mock_response="one two three"), 1),
    "broken_stream": (stream(model="breaking/one"), 1),
    "embedding": (
        lambda: litellm.embedding("text-embedding-3-small", ["a"], mock_response=[0.1]),
        1,
    ),
    "no_provider": (call(model="nonsense"), 0),
    "no_key": (call(model="anthropic/claude-sonnet-4-5"), 1),
    **{name: (call(mock_response=error), 1) for name, error in ERRORS.items()},
}

ASYNC: dict[str, tuple[Callable[[], Coroutine[object, object, object]], int]] = {
    "async_ok": (acall(mock_response="hi"), 1),
    "async_stream": (lambda: astream(mock_response="one two three"), 1),
    "async_error": (acall(mock_response=ERRORS["rate_limit"]), 1),
    "async_broken_stream": (lambda: astream(model="breaking/one"), 1),
    "cancelled": (cancelled, 0),
    "router": (lambda: router().acompletion("large", HI, metadata={"lane": "meant"}), 2),
}


def shown(completion: Completion, started: int) -> dict[str, object]:
    start = completion.started_at
    return {
        "lane": completion.lane,
        "model": completion.model,
        "outcome": completion.outcome,
        "failure_class": completion.failure_class,
        "counts_as": completion.counts_as,
        "retry_after": completion.retry_after,
        "took_ns": None if start is None else completion.at - start,
        "begun_after_ns": None if start is None else start - started,
    }


def told(name: str, raised: str, started: int) -> None:
    """Print what was told, after a call that is surely the last one."""
    seen = [shown(completion, started) for completion in SEEN]
    SEEN.clear()
    show({"name": name, "raised": raised, "seen": seen})


def show(line: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(line) + "\n")


def run_sync() -> None:
    for name, (make, count) in SYNC.items():
        raised, started = "", clock.monotonic_ns()
        try:
            make()
        except Exception as error:
            raised = type(error).__name__
        wait_for(count)
        call(mock_response="hi", metadata={"lane": "last"})()
        wait_for(count + 1)
        told(name, raised, started)


async def run_async() -> None:
    for name, (make, count) in ASYNC.items():
        raised, started = "", clock.monotonic_ns()
        try:
            await make()
        except (Exception, asyncio.CancelledError) as error:
            raised = type(error).__name__
        await wait_in_loop(count)
        await acall(mock_response="hi", metadata={"lane": "last"})()
        await wait_in_loop(count + 1)
        told(name, raised, started)


def run_signal() -> None:
    """Feed health through the signal, which is the default sink."""
    health = LaneHealth()
    health.attach()
    litellm.callbacks.append(SignalLogger())
    for _ in range(3):
        with contextlib.suppress(litellm.ServiceUnavailableError):
            call(mock_response=ERRORS["unavailable"])()
    until = time.monotonic() + LONGEST_SECONDS
    while health.state(Lane("openai")) == "ok" and time.monotonic() < until:
        time.sleep(0.01)
    show({"name": "health", "state": health.state(Lane("openai"))})


if __name__ == "__main__":
    litellm.suppress_debug_info = True
    litellm.custom_provider_map = [{"provider": "breaking", "custom_handler": Breaking()}]
    litellm.callbacks = [LOGGER]
    run_sync()
    asyncio.run(run_async())
    run_signal()
    show({"name": "ignored", "count": LOGGER.ignored})
