"""Every parser against every kind of value: at the top, and in each field of what it reads."""

import inspect
from collections.abc import Callable, Iterator
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from loader import nest_dict, nest_list, selfref_dict, selfref_list
from measures import peak_mb, timed
from parsers import PARSERS, TYPED, Parser

import mimir
from lengths import LONG, one_in
from mimir import MimirError, describe
from mimir.core.limits import ERROR_TEXT_MAX_CHARS
from mimir.core.outcome import Failure
from mimir.testing import anything
from mimir.testing.foreign import colliding_keys, foreign_values

MS = 50
MB = 32
MANY = 1_000_000

AS_LARGE_AS_STORED = "reads what the largest catalog writes, a hundred thousand rows"
BATCHES = {
    "redact": "scrubs a megabyte at the speed that scrubbing has",
    "route_log": AS_LARGE_AS_STORED,
    "read_stored_descriptor": AS_LARGE_AS_STORED,
    "read_stored_catalog": AS_LARGE_AS_STORED,
    "read_stored_policy": AS_LARGE_AS_STORED,
    "read_stored_snapshot": AS_LARGE_AS_STORED,
    "read_stored_ranker": AS_LARGE_AS_STORED,
}
"""Parsers whose documents may be large by design: a second, and the memory of what they read."""


def thicket() -> Any:
    """A list of two lists of two lists ...: small, and 2^60 values for whoever walks it."""
    made: Any = [1]
    for _ in range(60):
        made = [made, made]
    return made


BIG: dict[str, Any] = {
    "a long text": "x" * MANY,
    "a long text that needs scrubbing": "sk-a1" * (MANY // 5),
    "a long text of escapes": '\\"' * (MANY // 2),
    "a lone surrogate at the end": "x" * MANY + "\ud800",
    "a long list": ["x"] * MANY,
    "a long list of objects": [{"id": "x"}] * MANY,
    "an object of many keys": dict.fromkeys(map(str, range(MANY))),
    "an object of many keys that are no texts": dict.fromkeys(range(MANY)),
    "an object of a long key": {"x" * MANY: 1},
    "a great integer": 10**100_000,
    "a great negative integer": -(10**100_000),
    "digits": "9" * 100_000,
    "deep lists": nest_list(10_000),
    "deep objects": nest_dict(10_000, 1),
    "a list that holds itself": selfref_list(),
    "an object that holds itself": selfref_dict(),
    "a thicket": thicket(),
    "long bytes": b"x" * MANY,
    "brackets": b"[" * MANY,
    "lists": b"[" + b"[]," * 300_000 + b"[]]",
    "infinity": float("inf"),
}

_OF_OTHER_TYPES = st.one_of(
    *(st.complex_numbers(), st.decimals(), st.fractions(), st.datetimes(), st.timedeltas()),
    *(st.uuids(), st.functions(), st.frozensets(st.integers()), st.from_type(type)),
)
_KEYS = st.text() | st.integers() | st.none() | st.tuples(st.text())

WILD = st.one_of(
    anything(),
    st.recursive(
        st.integers() | st.text() | st.binary() | st.floats() | _OF_OTHER_TYPES,
        lambda inner: st.lists(inner) | st.dictionaries(_KEYS, inner) | st.tuples(inner),
        max_leaves=20,
    ),
)


def spoiled(document: Any, value: Any) -> Iterator[Any]:
    """``document`` with ``value`` in the place of each of its parts, one after another."""
    yield value
    if type(document) is dict:
        yield {**document, "further": value}
        yield colliding_keys(tuple(document))
        for key, held in document.items():
            for made in spoiled(held, value):
                yield {**document, key: made}
    elif type(document) is list:
        for at, held in enumerate(document[:2]):
            for made in spoiled(held, value):
                yield [*document[:at], made, *document[at + 1 :]]


def check(parser: Parser, value: Any) -> None:
    """Nothing is raised, and an error is one line of few words."""
    outcomes = parser.call(value)
    for outcome in outcomes if type(outcomes) is tuple else (outcomes,):
        if isinstance(outcome, Failure):
            error = outcome.failure()
            text = describe(error) if isinstance(error, get_args(MimirError)) else error.message
            assert len(text) <= ERROR_TEXT_MAX_CHARS
            assert text.splitlines() == [text]


def by_name(function: Callable[[str], None]) -> Callable[[str], None]:
    return pytest.mark.parametrize("name", PARSERS)(function)


def test_every_public_function_is_a_parser_or_says_why_not() -> None:
    functions = {name for name in mimir.__all__ if inspect.isfunction(getattr(mimir, name))}
    assert {name for name in PARSERS if "." not in name and name in functions} | set(TYPED) == (
        functions
    )
    assert set(PARSERS).isdisjoint(TYPED)


@by_name
def test_a_parser_reads_its_documents(name: str) -> None:
    read = [PARSERS[name].call(document) for document in PARSERS[name].documents]
    assert not isinstance(read[0], Failure) or "served" in name or "usage_from" in name


@by_name
def test_values_of_foreign_types_are_refused_wherever_they_stand(name: str) -> None:
    parser = PARSERS[name]
    for foreign in foreign_values():
        for document in parser.documents:
            for made in spoiled(document, foreign):
                check(parser, made)


@by_name
def test_any_value_at_all_gives_an_outcome(name: str) -> None:
    parser = PARSERS[name]

    @settings(max_examples=max(20, settings().max_examples // one_in(5)))
    @given(WILD)
    def holds(value: Any) -> None:
        check(parser, value)

    holds()


@by_name
def test_large_values_cost_little_wherever_they_stand(name: str) -> None:
    """Every value at the top, and in every field; there by turns, unless the long form is asked."""
    parser, slow = PARSERS[name], 20 if name in BATCHES else 1
    for turn, (what, big) in enumerate(BIG.items()):
        for document in parser.documents:
            for place, made in enumerate(spoiled(document, big)):
                if place and (place + turn) % one_in(len(BIG)):
                    continue
                _, took = timed(lambda made=made: made, lambda it: check(parser, it), MS * slow)
                assert took <= MS * slow, (what, took)
                if LONG or (place == 0 and name not in BATCHES):
                    peak = peak_mb(lambda made=made: made, parser.call)
                    assert peak <= MB * slow, (what, peak)
