"""Scopes that end in another context than they began in, and the count of dropped events."""

import asyncio
import contextvars
from collections.abc import AsyncGenerator

import pytest

from mimir.core.buffer_limits import BufferLimits
from mimir.shell.events import EventBuffer


class BodyError(Exception):
    """What a body of a scope raises."""


def test_a_scope_that_ends_in_another_context_changes_nothing_there() -> None:
    buffer = EventBuffer()
    scope = buffer.request("inner")
    contextvars.copy_context().run(scope.__enter__)
    buffer.put_current("outer")
    scope.__exit__(None, None, None)
    assert buffer.current() == "outer"


def test_an_asynchronous_generator_with_a_scope_may_be_closed_by_another_task() -> None:
    buffer = EventBuffer()

    async def events() -> AsyncGenerator[int]:
        with buffer.request("r"):
            yield buffer.append_current("usage", {}).unwrap() or 0
            yield 0

    async def first(source: AsyncGenerator[int]) -> int:
        return await anext(source)

    async def close(source: AsyncGenerator[int]) -> None:
        await source.aclose()

    async def main() -> int:
        source = events()
        seq = await asyncio.create_task(first(source))
        await asyncio.create_task(close(source))
        return seq

    assert asyncio.run(main()) == 1
    assert buffer.current() is None
    assert len(buffer.take("r").events) == 1


def test_a_scope_hides_no_error_of_its_body() -> None:
    buffer = EventBuffer()
    with pytest.raises(BodyError), buffer.request("r"):
        raise BodyError
    assert buffer.current() is None


def test_a_scope_hides_no_value_error_of_its_body() -> None:
    buffer = EventBuffer()
    with pytest.raises(ValueError, match="invalid literal"), buffer.request("r"):
        int("of the body")
    assert buffer.current() is None


def test_the_buffer_counts_dropped_events_of_all_requests_taken_or_not() -> None:
    buffer = EventBuffer(BufferLimits(events_per_request=1))
    for request_id in ("a", "a", "b", "b", "b"):
        buffer.append(request_id, "usage", {})
    assert buffer.dropped == 3
    assert [buffer.take(request_id).dropped for request_id in ("a", "b")] == [1, 2]
    assert buffer.dropped == 3


def test_a_malformed_event_is_refused_and_not_counted_as_dropped() -> None:
    buffer = EventBuffer(BufferLimits(events_per_request=1))
    assert buffer.append("a", {}, {}).failure().kind == "invalid_event_type"
    assert buffer.append("a", "usage", []).failure().kind == "invalid_gen_ai"
    assert buffer.append(True, "usage", {}).failure().kind == "invalid_request_id"
    assert buffer.dropped == 0
