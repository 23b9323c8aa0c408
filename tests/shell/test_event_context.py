"""The current request follows its context, and nobody else's."""

import asyncio
import contextvars
import threading
from collections.abc import AsyncIterator, Generator, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from mimir.core.buffer import NOTHING, Taken
from mimir.core.outcome import Success
from mimir.core.vocabulary import RequestId
from mimir.shell.events import EventBuffer


def _types(taken: Taken) -> list[str]:
    return [event.type for event in taken.events]


def test_without_a_current_request_an_append_is_a_no_op() -> None:
    buffer = EventBuffer()
    assert buffer.current() is None
    assert buffer.append_current("usage", {}) == Success(None)
    assert buffer.take_current() == NOTHING


def test_the_current_request_is_the_one_that_was_put() -> None:
    buffer = EventBuffer()
    assert buffer.put_current("r1") == Success(None)
    assert buffer.append_current("usage", {}) == Success(1)
    assert buffer.append("r1", "stop", {}) == Success(2)
    assert _types(buffer.take_current()) == ["usage", "stop"]
    assert buffer.current() is None


def test_null_makes_no_request_current() -> None:
    buffer = EventBuffer()
    buffer.put_current("r1")
    assert buffer.put_current(None) == Success(None)
    assert buffer.current() is None


def test_what_is_no_id_leaves_the_current_request_as_it_is() -> None:
    buffer = EventBuffer()
    buffer.put_current("r1")
    no_ids: tuple[object, ...] = (True, 7.0, b"r1", [], 2**63, "x" * 513)
    for request_id in no_ids:
        assert buffer.put_current(request_id).failure().code == "event_rejected"
    assert buffer.current() == "r1"


def test_two_buffers_have_their_own_current_requests() -> None:
    one, other = EventBuffer(), EventBuffer()
    with one.request("r1"):
        assert (one.current(), other.current()) == ("r1", None)


def test_with_blocks_nest_and_give_back_what_was_current() -> None:
    buffer = EventBuffer()
    with buffer.request("outer"):
        with buffer.request(7):
            buffer.append_current("in", {})
            buffer.put_current("else")
        assert buffer.current() == "outer"
        buffer.append_current("out", {})
    assert buffer.current() is None
    assert (_types(buffer.take(7)), _types(buffer.take("outer"))) == (["in"], ["out"])


def test_a_with_block_that_raises_gives_back_what_was_current() -> None:
    buffer = EventBuffer()
    with pytest.raises(ZeroDivisionError), buffer.request("r1"):
        buffer.append_current(str(1 // 0), {})
    assert buffer.current() is None


def test_a_take_inside_a_with_block_ends_what_is_current_in_it() -> None:
    buffer = EventBuffer()
    buffer.put_current("outer")
    with buffer.request("r1"):
        buffer.append_current("a", {})
        assert _types(buffer.take_current()) == ["a"]
        assert buffer.append_current("b", {}) == Success(None)
    assert buffer.current() == "outer"


def test_a_generator_has_the_current_request_of_whoever_advances_it() -> None:
    buffer = EventBuffer()

    def stream() -> Iterator[str]:
        for kind in ("a", "b", "c"):
            buffer.append_current(kind, {})
            yield kind

    steps = stream()
    with buffer.request("r1"):
        next(steps)
    with buffer.request("r2"):
        next(steps)
    next(steps)
    assert (_types(buffer.take("r1")), _types(buffer.take("r2"))) == (["a"], ["b"])


def test_a_generator_closed_early_gives_back_what_was_current() -> None:
    buffer = EventBuffer()

    def stream() -> Iterator[None]:
        with buffer.request("r1"):
            yield
            yield

    steps = iter(stream())
    next(steps)
    assert buffer.current() == "r1"
    del steps
    assert buffer.current() is None


def test_a_copied_context_keeps_to_itself() -> None:
    buffer = EventBuffer()
    with buffer.request("r1"):
        copied = contextvars.copy_context()
    copied.run(buffer.append_current, "a", {})
    copied.run(buffer.put_current, "r2")
    assert buffer.current() is None
    assert _types(buffer.take("r1")) == ["a"]


def test_a_thread_and_an_executor_start_without_a_current_request() -> None:
    buffer = EventBuffer()
    seen: list[RequestId | None] = []
    with buffer.request("r1"), ThreadPoolExecutor(1) as pool:
        thread = threading.Thread(target=lambda: seen.append(buffer.current()))
        thread.start()
        thread.join()
        seen.append(pool.submit(buffer.current).result())
        assert pool.submit(buffer.append, "r1", "by id", {}).result() == Success(1)
    assert seen == [None, None]
    assert _types(buffer.take("r1")) == ["by id"]


def test_what_a_thread_makes_current_is_current_in_it_alone() -> None:
    buffer = EventBuffer()
    thread = threading.Thread(target=buffer.put_current, args=("r1",))
    thread.start()
    thread.join()
    assert buffer.current() is None


def test_a_copied_context_carries_the_current_request_into_an_executor() -> None:
    buffer = EventBuffer()
    with buffer.request("r1"), ThreadPoolExecutor(1) as pool:
        run = contextvars.copy_context().run
        assert pool.submit(run, buffer.append_current, "a", {}).result() == Success(1)


def test_tasks_of_one_loop_keep_their_requests_apart() -> None:
    buffer = EventBuffer()

    async def turn(name: str) -> list[str]:
        with buffer.request(name):
            for step in range(5):
                buffer.append_current(f"{name}{step}", {})
                await asyncio.sleep(0)
            return _types(buffer.take_current())

    async def run() -> list[list[str]]:
        return await asyncio.gather(*(turn(name) for name in "abc"))

    assert asyncio.run(run()) == [[f"{name}{step}" for step in range(5)] for name in "abc"]


def test_a_task_inherits_the_current_request_and_changes_only_its_own() -> None:
    buffer = EventBuffer()

    async def child() -> None:
        buffer.append_current("child", {})
        buffer.put_current("other")

    async def run() -> RequestId | None:
        with buffer.request("r1"):
            await asyncio.create_task(child())
            return buffer.current()

    assert asyncio.run(run()) == "r1"
    assert _types(buffer.take("r1")) == ["child"]


def test_to_thread_inherits_the_current_request_and_an_executor_does_not() -> None:
    buffer = EventBuffer()

    async def run() -> list[RequestId | None]:
        loop = asyncio.get_running_loop()
        with buffer.request("r1"), ThreadPoolExecutor(1) as pool:
            return [
                await asyncio.to_thread(buffer.current),
                await loop.run_in_executor(pool, buffer.current),
            ]

    assert asyncio.run(run()) == ["r1", None]


def test_an_asynchronous_generator_has_the_current_request_of_whoever_advances_it() -> None:
    buffer = EventBuffer()

    async def stream() -> AsyncIterator[None]:
        for kind in ("a", "b"):
            buffer.append_current(kind, {})
            yield

    async def step(request_id: str, steps: AsyncIterator[None]) -> None:
        with buffer.request(request_id):
            await anext(steps)

    async def run() -> None:
        steps = stream()
        await asyncio.create_task(step("r1", steps))
        await asyncio.create_task(step("r2", steps))

    asyncio.run(run())
    assert (_types(buffer.take("r1")), _types(buffer.take("r2"))) == (["a"], ["b"])


def test_a_scope_in_a_generator_leaks_to_its_consumer_until_it_ends() -> None:
    buffer = EventBuffer()

    def stream() -> Iterator[None]:
        with buffer.request("inner"):
            yield

    with buffer.request("outer"):
        for _ in stream():
            assert buffer.current() == "inner"
        assert buffer.current() == "outer"


def test_a_scope_in_a_generator_that_another_thread_closes_changes_nothing_there() -> None:
    buffer = EventBuffer()

    def stream() -> Generator[None]:
        with buffer.request("inner"):
            yield

    steps = stream()
    with ThreadPoolExecutor(1) as pool:
        pool.submit(next, steps).result()
        assert pool.submit(buffer.current).result() == "inner"
    with buffer.request("outer"):
        steps.close()
        assert buffer.current() == "outer"


def test_a_loops_executor_inherits_nothing_unless_it_runs_in_a_copied_context() -> None:
    buffer = EventBuffer()

    async def run() -> list[object]:
        loop = asyncio.get_running_loop()
        with buffer.request("r1"), ThreadPoolExecutor(1) as pool:
            copied = contextvars.copy_context().run
            return [
                await loop.run_in_executor(pool, buffer.append_current, "a", {}),
                await loop.run_in_executor(pool, copied, buffer.append_current, "b", {}),
                await loop.run_in_executor(pool, buffer.append, "r1", "c", {}),
            ]

    assert asyncio.run(run()) == [Success(None), Success(1), Success(2)]
    assert _types(buffer.take("r1")) == ["b", "c"]


def test_a_callback_of_the_loop_has_the_request_in_which_it_was_asked_for() -> None:
    buffer = EventBuffer()
    seen: list[RequestId | None] = []

    async def run() -> None:
        with buffer.request("r1"):
            asyncio.get_running_loop().call_soon(lambda: seen.append(buffer.current()))
        await asyncio.sleep(0)

    asyncio.run(run())
    assert seen == ["r1"]
