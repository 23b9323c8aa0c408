"""Completions from OpenTelemetry's spans: a span processor for the GenAI client spans.

Rules:
1. A span is a completion where ``gen_ai.operation.name`` is the call of a model, and its kind is
   ``CLIENT``, or ``INTERNAL`` for a model in the same process. Agents, tools and servers are none.
2. The lane is the attribute ``mimir.lane``, or the provider. A span whose lane is ``None`` is none.
3. The provider is ``gen_ai.provider.name``, or the older ``gen_ai.system``. The model is the one
   that was asked for, since that is the catalog's; where none was, the one that answered.
4. A span has failed where its status is ``ERROR``, it has an ``error.type``, or its status is not
   set and it has an HTTP status of 400 or more. One that is not marked and ends as a cancellation
   or an exit passes through it is cancelled: the SDK marks a span for an ``Exception`` alone.
5. What failed is told by an HTTP status, then by ``error.type``, then by the exception recorded.
6. Two instrumentations may report one call, a span inside the other: the inner one counts.
7. A processor never raises: what cannot be read is counted in ``ignored``.

Source: https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-spans/.
"""

import sys
from collections.abc import Callable, Mapping
from typing import Final, TypeAlias, TypeGuard

from typing_extensions import override

from mimir.core.fields import is_integer, is_text
from mimir.core.health.completion import CANCELLED, OK
from mimir.core.limits import NAME_MAX_CHARS
from mimir.shell.adapters._exceptions import word_of
from mimir.shell.adapters._feed import Feed, Sink, Told, retry_after, send, started_at
from mimir.shell.adapters._nested import Nested, SpanKey

try:
    from opentelemetry.sdk.trace import ReadableSpan, SpanProcessor
    from opentelemetry.trace import SpanContext, SpanKind, StatusCode
except ModuleNotFoundError as error:
    _missing = f"{__name__} lacks {error.name}: install the extra, as in mimir-oracle[otel]"
    raise ImportError(_missing, name=error.name) from error

LANE: Final = "mimir.lane"
"""The attribute of a span that names the lane."""

OPERATIONS: Final = frozenset({"chat", "text_completion", "generate_content", "embeddings"})
"""The values of ``gen_ai.operation.name`` that call a model."""

Attributes: TypeAlias = Mapping[str, object]

LaneOfSpan: TypeAlias = Callable[[Attributes], str | None]
"""Which lane a span's call ran on, by its attributes; ``None`` is none that health knows."""


def lane_of_span(attributes: Attributes) -> str | None:
    """Return the lane that the span names, or its provider.

    >>> lane_of_span({"gen_ai.provider.name": "aws.bedrock"})
    'aws.bedrock'
    >>> lane_of_span({"gen_ai.system": "openai", "mimir.lane": "openai-eu"})
    'openai-eu'
    """
    return _first(attributes, LANE) or _provider(attributes)


class CompletionSpanProcessor(SpanProcessor):
    """Makes a completion of every span of a model's call that ends.

    >>> from opentelemetry.sdk.trace import TracerProvider
    >>> seen, provider = [], TracerProvider()
    >>> provider.add_span_processor(CompletionSpanProcessor(seen.append))
    >>> with provider.get_tracer("app").start_as_current_span("chat gpt-4o", kind=SpanKind.CLIENT,
    ...     attributes={"gen_ai.operation.name": "chat", "gen_ai.provider.name": "openai"}):
    ...     pass
    >>> seen[0].lane, seen[0].outcome
    ('openai', 'ok')
    """

    def __init__(self, sink: Sink = send, *, lane_of_span: LaneOfSpan = lane_of_span) -> None:
        """Hand completions to ``sink``, which is the completion signal unless it is set."""
        self._feed = Feed(sink)
        self._lane_of_span = lane_of_span
        self._nested = Nested()

    @property
    def ignored(self) -> int:
        """How many spans were unreadable, or were not taken by the sink."""
        return self._feed.ignored

    @override
    def on_end(self, span: ReadableSpan) -> None:
        """Take a span that has ended."""
        self._feed.tell(lambda: self._told(span))

    def _told(self, span: ReadableSpan) -> Told | None:
        attributes: Attributes = span.attributes or {}
        is_call = _is_call(span, attributes)
        own, parent = _key(span.get_span_context()), _key(span.parent)
        if not self._nested.ends(own, parent, is_call=is_call):
            return None
        lane = self._lane_of_span(attributes)
        if lane is None:
            return None
        start = span.start_time
        return _outcome(span, attributes) | {
            "lane": lane,
            "model": _model(attributes),
            "started_at": None if start is None else started_at(start),
        }


def _is_call(span: ReadableSpan, attributes: Attributes) -> bool:
    return span.kind in (SpanKind.CLIENT, SpanKind.INTERNAL) and (
        _first(attributes, "gen_ai.operation.name") in OPERATIONS
    )


def _key(context: SpanContext | None) -> SpanKey | None:
    """Name a span of this process; one of another process never ends here."""
    if context is None or context.is_remote:
        return None
    return context.trace_id, context.span_id


def _first(attributes: Attributes, *names: str) -> str | None:
    """Return the first of the attributes that is a text, and is not empty."""
    values = (attributes.get(name) for name in names)
    return next((value for value in values if is_text(value) and value), None)


def _provider(attributes: Attributes) -> str | None:
    return _first(attributes, "gen_ai.provider.name", "gen_ai.system")


def _model(attributes: Attributes) -> str | None:
    model = _first(attributes, "gen_ai.request.model", "gen_ai.response.model")
    provider = _provider(attributes)
    return model if model is None or provider is None else f"{provider}:{model}"


def _outcome(span: ReadableSpan, attributes: Attributes) -> Told:
    error_type = _first(attributes, "error.type")
    marked = span.status.status_code
    refused = marked is not StatusCode.OK and _status(attributes) is not None
    if marked is not StatusCode.ERROR and error_type is None and not refused:
        return {"outcome": CANCELLED if _is_cut_short() else OK}
    return {
        "outcome": "error",
        "failure_class": _failure_class(span, attributes, error_type),
        "retry_after": retry_after(_header(attributes, "retry-after")),
    }


def _is_cut_short() -> bool:
    """Tell whether a cancellation or an exit passes through the block that ends the span."""
    passing = sys.exception()
    return passing is not None and not isinstance(passing, Exception)


def _failure_class(
    span: ReadableSpan, attributes: Attributes, error_type: str | None
) -> str | None:
    stated = error_type or _exception_type(span)
    if stated is None:
        return word_of((), _status(attributes))
    names = (stated.rpartition(".")[2],)
    return word_of(names, _status(attributes)) or stated[:NAME_MAX_CHARS]


def _status(attributes: Attributes) -> object:
    status = attributes.get("http.response.status_code")
    return status if is_integer(status) and status >= 400 else None


def _exception_type(span: ReadableSpan) -> str | None:
    for event in reversed(span.events):
        if event.name == "exception" and event.attributes:
            return _first(event.attributes, "exception.type")
    return None


def _header(attributes: Attributes, name: str) -> object:
    values = attributes.get(f"http.response.header.{name}")
    return values[0] if _is_tuple(values) and values else None


def _is_tuple(value: object) -> TypeGuard[tuple[object, ...]]:
    return isinstance(value, tuple)
