"""Completions from OpenTelemetry: every call's span that ends is told once, as it ended."""

import asyncio
import contextlib
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF
from opentelemetry.trace import (
    NonRecordingSpan,
    Span,
    SpanContext,
    SpanKind,
    Status,
    StatusCode,
    TraceFlags,
    Tracer,
    set_span_in_context,
)

from mimir import Completion, Lane
from mimir.core.limits import ID_MAX_CHARS, NAME_MAX_CHARS
from mimir.shell import clock
from mimir.shell.adapters import _nested
from mimir.shell.adapters._nested import HOLDERS_MAX, Nested
from mimir.shell.adapters.otel import OPERATIONS, CompletionSpanProcessor, lane_of_span
from mimir.shell.health import LaneHealth

Value = str | int | Sequence[str]

CALL: dict[str, Value] = {
    "gen_ai.operation.name": "chat",
    "gen_ai.provider.name": "openai",
    "gen_ai.request.model": "gpt-4o",
    "gen_ai.response.model": "gpt-4o-2024-08-06",
}


class Traced:
    """A tracer whose spans' completions are kept."""

    def __init__(self, lane: Callable[[Mapping[str, object]], str | None] = lane_of_span) -> None:
        self.seen: list[Completion] = []
        self.processor = CompletionSpanProcessor(self.seen.append, lane_of_span=lane)
        self.provider = TracerProvider(shutdown_on_exit=False)
        self.provider.add_span_processor(self.processor)
        self.tracer: Tracer = self.provider.get_tracer("test")

    @contextlib.contextmanager
    def span(
        self, more: Mapping[str, Value] | None = None, kind: SpanKind = SpanKind.CLIENT
    ) -> Iterator[Span]:
        attributes = CALL | dict(more or {})
        with self.tracer.start_as_current_span("chat", kind=kind, attributes=attributes) as span:
            yield span


def completion_of(
    more: Mapping[str, Value] | None = None, status: StatusCode = StatusCode.UNSET
) -> Completion:
    traced = Traced()
    with traced.span(more) as span:
        span.set_status(Status(status))
    assert traced.processor.ignored == 0
    (completion,) = traced.seen
    return completion


def failure_of(more: Mapping[str, Value] | None = None) -> Completion:
    return completion_of(more, StatusCode.ERROR)


@pytest.mark.parametrize("operation", sorted(OPERATIONS))
@pytest.mark.parametrize("kind", [SpanKind.CLIENT, SpanKind.INTERNAL])
def test_rule_1_a_clients_call_of_a_model_is_a_completion(operation: str, kind: SpanKind) -> None:
    traced = Traced()
    with traced.span({"gen_ai.operation.name": operation}, kind):
        pass
    assert [completion.outcome for completion in traced.seen] == ["ok"]


@pytest.mark.parametrize(
    "operation", ["invoke_agent", "create_agent", "execute_tool", "invoke_workflow", "retrieval"]
)
def test_rule_1_agents_and_tools_are_none(operation: str) -> None:
    traced = Traced()
    with traced.span({"gen_ai.operation.name": operation}):
        pass
    assert (traced.seen, traced.processor.ignored) == ([], 0)


def test_rule_1_a_server_and_what_is_no_genai_span_are_none() -> None:
    traced = Traced()
    with traced.span(kind=SpanKind.SERVER), traced.tracer.start_as_current_span("GET /"):
        pass
    assert (traced.seen, traced.processor.ignored) == ([], 0)


def test_rule_2_the_span_names_its_lane_or_its_provider() -> None:
    assert completion_of().lane == "openai"
    assert completion_of({"mimir.lane": "openai-eu"}).lane == "openai-eu"


def test_rule_2_a_function_chooses_the_lane_and_none_is_no_completion() -> None:
    def lane(attributes: Mapping[str, object]) -> str | None:
        address = attributes.get("server.address")
        return address if isinstance(address, str) else None

    traced = Traced(lane)
    with traced.span({"server.address": "eu.example.com"}):
        pass
    with traced.span():
        pass
    assert [completion.lane for completion in traced.seen] == ["eu.example.com"]
    assert traced.processor.ignored == 0


def test_rule_3_the_model_is_the_one_that_was_asked_for() -> None:
    assert completion_of().model == "openai:gpt-4o"
    traced = Traced()
    attributes = {name: CALL[name] for name in CALL if name != "gen_ai.request.model"}
    with traced.tracer.start_as_current_span("c", kind=SpanKind.CLIENT, attributes=attributes):
        pass
    assert traced.seen[0].model == "openai:gpt-4o-2024-08-06"


def test_rule_3_the_older_name_of_the_provider_is_read() -> None:
    traced = Traced()
    attributes = {"gen_ai.operation.name": "chat", "gen_ai.system": "az.ai.openai"}
    with traced.tracer.start_as_current_span("c", kind=SpanKind.CLIENT, attributes=attributes):
        pass
    assert (traced.seen[0].lane, traced.seen[0].model) == ("az.ai.openai", None)


def test_rule_4_a_span_fails_by_its_status_or_by_its_error_type() -> None:
    assert completion_of(status=StatusCode.OK).succeeded
    assert not completion_of({"error.type": "timeout"}).succeeded
    assert not failure_of().succeeded
    assert not completion_of({"http.response.status_code": 500}).succeeded
    assert completion_of({"http.response.status_code": 500}, status=StatusCode.OK).succeeded
    assert completion_of({"http.response.status_code": 200}).succeeded


def test_rule_4_a_call_that_is_cancelled_counts_against_nobody() -> None:
    traced = Traced()

    async def hung() -> None:
        with traced.span():
            await asyncio.sleep(60)

    async def give_up() -> None:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(hung(), 0.01)

    asyncio.run(give_up())
    assert [(one.outcome, one.counts_as) for one in traced.seen] == [("cancelled", "request")]


def test_rule_4_a_stream_that_is_closed_before_its_end_is_cancelled() -> None:
    traced = Traced()

    def stream() -> Iterator[int]:
        with traced.span():
            yield from range(9)

    steps = stream()
    next(steps)
    steps.close()
    assert [one.outcome for one in traced.seen] == ["cancelled"]


@pytest.mark.parametrize(
    ("more", "counts_as"),
    [
        ({"error.type": "RateLimitError", "http.response.status_code": 429}, "throttle"),
        ({"error.type": "openai.RateLimitError"}, "throttle"),
        ({"error.type": "429"}, "throttle"),
        ({"error.type": "rate_limit_exceeded"}, "throttle"),
        ({"error.type": "ThrottlingException"}, "throttle"),
        ({"error.type": "APIStatusError", "http.response.status_code": 401}, "credential"),
        ({"error.type": "openai.BadRequestError"}, "request"),
        ({"error.type": "asyncio.exceptions.CancelledError"}, "request"),
        ({"error.type": "litellm.exceptions.ContextWindowExceededError"}, "request"),
        ({"error.type": "insufficient_quota"}, "quota"),
        ({"error.type": "openai.APITimeoutError"}, "lane"),
        ({"error.type": "_OTHER"}, "lane"),
        ({"error.type": "ValueError", "http.response.status_code": 200}, "lane"),
        ({"http.response.status_code": 429}, "throttle"),
        ({}, "lane"),
    ],
)
def test_rule_5_what_failed_is_told_by_the_status_or_the_error_type(
    more: Mapping[str, Value], counts_as: str
) -> None:
    assert failure_of(more).counts_as == counts_as


class AuthenticationError(Exception):
    """As SDKs name it."""


def test_rule_5_an_exception_that_was_recorded_tells_it_where_nothing_else_does() -> None:
    traced = Traced()
    with pytest.raises(AuthenticationError), traced.span():
        raise AuthenticationError
    with pytest.raises(AuthenticationError), traced.span({"error.type": "timeout"}):
        raise AuthenticationError
    assert [completion.counts_as for completion in traced.seen] == ["credential", "lane"]


def test_rule_5_a_long_error_type_is_cut_and_a_retry_after_is_read() -> None:
    assert failure_of({"error.type": "e" * 200}).failure_class == "e" * NAME_MAX_CHARS
    header = "http.response.header.retry-after"
    assert failure_of({"error.type": "429", header: ["17"]}).retry_after == 17
    assert failure_of({"error.type": "429", header: "17"}).retry_after is None


def test_rule_6_of_two_spans_of_one_call_the_inner_one_counts() -> None:
    traced = Traced()
    with traced.span({"mimir.lane": "outer"}), traced.span({"mimir.lane": "inner"}):
        pass
    with traced.span({"mimir.lane": "alone"}):
        pass
    assert [completion.lane for completion in traced.seen] == ["inner", "alone"]


def test_rule_6_every_attempt_inside_a_call_counts_and_a_third_level_does_not() -> None:
    traced = Traced()
    with traced.span({"mimir.lane": "c"}), traced.span({"mimir.lane": "b"}):
        for _ in range(2):
            with traced.span({"mimir.lane": "a"}):
                pass
    assert [completion.lane for completion in traced.seen] == ["a", "a"]


def test_rule_6_calls_under_an_agent_or_under_another_process_count_each() -> None:
    traced = Traced()
    with traced.span({"gen_ai.operation.name": "invoke_agent"}):
        for _ in range(2):
            with traced.span():
                pass
    remote = SpanContext(1, 2, is_remote=True, trace_flags=TraceFlags(TraceFlags.SAMPLED))
    above = set_span_in_context(NonRecordingSpan(remote))
    traced.tracer.start_span("chat", above, SpanKind.CLIENT, CALL).end()
    assert len(traced.seen) == 3


def test_rule_6_a_parent_that_never_ends_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    assert HOLDERS_MAX == 10_000
    monkeypatch.setattr(_nested, "HOLDERS_MAX", 2)
    nested = Nested()
    for parent in (1, 2, 3):
        assert nested.ends((0, 10 + parent), (0, parent), is_call=True)
    ended = [nested.ends((0, parent), None, is_call=True) for parent in (1, 2, 3)]
    assert ended == [True, False, False]


def test_rule_7_what_cannot_be_read_or_raises_is_counted_and_the_span_ends() -> None:
    def broken(_attributes: Mapping[str, object]) -> str:
        raise RuntimeError

    traced = Traced(broken)
    with traced.span():
        pass
    assert (traced.seen, traced.processor.ignored) == ([], 1)
    traced = Traced()
    with traced.span({"gen_ai.request.model": "m" * (ID_MAX_CHARS + 1)}):
        pass
    assert (traced.seen, traced.processor.ignored) == ([], 1)


def test_a_span_that_is_not_recorded_is_not_seen() -> None:
    seen: list[Completion] = []
    provider = TracerProvider(sampler=ALWAYS_OFF, shutdown_on_exit=False)
    provider.add_span_processor(CompletionSpanProcessor(seen.append))
    with provider.get_tracer("t").start_as_current_span("c", kind=SpanKind.CLIENT, attributes=CALL):
        pass
    assert seen == []


def test_a_start_is_put_on_the_monotonic_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "unix_ns", lambda: 1_000_000_005_000)
    monkeypatch.setattr(clock, "monotonic_ns", lambda: 7_000)
    traced = Traced()
    start = 1_000_000_000_000
    traced.tracer.start_span("c", None, SpanKind.CLIENT, CALL, start_time=start).end()
    assert (traced.seen[0].at, traced.seen[0].started_at) == (7_000, 2_000)


def test_the_provider_flushes_and_shuts_down() -> None:
    traced = Traced()
    assert traced.provider.force_flush()
    traced.provider.shutdown()


def test_spans_of_many_threads_feed_health_through_the_signal() -> None:
    health = LaneHealth()
    health.attach()
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(CompletionSpanProcessor())
    tracer = provider.get_tracer("test")

    def call(number: int) -> None:
        attributes = CALL | {"mimir.lane": f"lane-{number % 4}", "error.type": "503"}
        tracer.start_span("chat", None, SpanKind.CLIENT, attributes).end()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(call, range(40)))
    health.detach()
    assert health.all() == {Lane(f"lane-{number}"): "degraded" for number in range(4)}


def run(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)


def test_health_and_the_other_adapter_load_no_foreign_package() -> None:
    code = (
        "import sys, mimir.shell.decide, mimir.shell.health, mimir.shell.adapters.litellm\n"
        "print([name for name in sys.modules if name.partition('.')[0] in {names!r}])"
    ).replace("{names!r}", repr({"litellm", "opentelemetry"}))
    assert run(code).stdout.strip() == "[]"
    assert run(code.replace("adapters.litellm", "adapters.otel")).stdout.strip() != "[]"


def test_without_the_package_the_adapter_names_its_extra() -> None:
    done = run("import sys; sys.modules['opentelemetry'] = None\nimport mimir.shell.adapters.otel")
    assert done.returncode == 1
    last = done.stderr.splitlines()[-1]
    assert last.startswith("ImportError: mimir.shell.adapters.otel lacks opentelemetry")
    assert "mimir-oracle[otel]" in last
