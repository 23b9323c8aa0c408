"""Which values have a canonical form, and which bytes are in it."""

import json
import sys

import pytest

from mimir.core.canonical import (
    INTEGER_MAX_BITS,
    NotCanonical,
    Sealed,
    WrongDigest,
    digest,
    encode,
    is_digest,
    read,
    seal,
)
from mimir.core.fields import Json
from mimir.core.outcome import Failure, Success

EMPTY = "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
BIGGEST = 2**INTEGER_MAX_BITS - 1


@pytest.mark.parametrize(
    ("value", "content"),
    [
        (None, b"null"),
        ([True, False], b"[true,false]"),
        ({"b": 1, "a": {"d": -2, "c": []}}, b'{"a":{"c":[],"d":-2},"b":1}'),
        ({"\U0001f600": 1, "\uffff": 2, "A": 3}, b'{"A":3,"\xef\xbf\xbf":2,"\xf0\x9f\x98\x80":1}'),
        ('"\\/\x01\x7f\u00e9', b'"\\"\\\\/\\u0001\x7f\xc3\xa9"'),
        (10**40, b"1" + b"0" * 40),
    ],
)
def test_a_value_has_one_form_and_reads_back(value: Json, content: bytes) -> None:
    assert encode(value) == Success(content)
    assert read(content, digest(content)) == Success(value)


@pytest.mark.parametrize(
    ("value", "path", "problem"),
    [
        (1.0, "", "a float has no canonical form"),
        ({"a": [1, {"b": 0.5}]}, ".a[1].b", "a float has no canonical form"),
        ({"a": "\ud800"}, ".a", "holds a lone surrogate"),
        ({"\udfff": 1}, "", 'a key that is no text: "\\udfff"'),
        (BIGGEST + 1, "", "an integer of 2049 bits has no canonical form"),
    ],
)
def test_what_has_no_form_is_named(value: Json, path: str, problem: str) -> None:
    assert encode(value) == Failure(NotCanonical(path, problem))
    assert seal(value) == encode(value)


def test_what_is_no_plain_data_is_named() -> None:
    class Text(str):
        __slots__ = ()

    foreign: dict[object, object] = {7: "x"}
    tuples: list[object] = [(1, 2)]
    for value, message in (
        (foreign, "a key that is no text: 7"),
        (tuples, "[0]: a tuple has no canonical form"),
        (Text("x"), "a Text has no canonical form"),
    ):
        refused = encode(value)  # type: ignore[arg-type]
        assert refused.failure().message == message


@pytest.mark.parametrize("number", [BIGGEST, -BIGGEST])
def test_the_largest_integers_are_written_under_the_least_limit_of_the_interpreter(
    number: int,
) -> None:
    usual = sys.get_int_max_str_digits()
    sys.set_int_max_str_digits(640)
    try:
        content = encode(number).unwrap()
        assert read(content, digest(content)) == Success(number)
    finally:
        sys.set_int_max_str_digits(usual)


def test_a_cycle_and_a_deep_value_are_refused() -> None:
    cycle: list[Json] = []
    cycle.append(cycle)
    assert encode(cycle).failure().message == "is nested too deep"
    deep = b"[" * 200_000
    assert read(deep, digest(deep)).failure().code == "not_canonical"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"{ }",
        b"{}\n",
        b'{"b":1,"a":2}',
        b'{"a":1,"a":1}',
        b'"\\u00e9"',
        b'"\\/"',
        b'"\\ud800"',
        b"1.0",
        b"1e3",
        b"-0",
        b"NaN",
        b"\xff",
        b"\xef\xbb\xbf{}",
        json.dumps({}).encode("utf-16"),
        b"9" * 5_000,
    ],
)
def test_bytes_in_another_form_are_refused(content: bytes) -> None:
    refused = read(content, digest(content))
    assert refused == Failure(NotCanonical("", "is no canonical JSON"))


def test_other_bytes_than_those_digested_are_refused() -> None:
    refused = read(b"[]", digest(b"{}")).failure()
    assert refused == WrongDigest(digest(b"{}"), digest(b"[]"))
    assert EMPTY in refused.message
    assert digest(b"[]") in refused.message


def test_a_seal_is_the_bytes_and_their_digest() -> None:
    assert seal({}) == Success(Sealed(digest(b"{}"), b"{}"))
    assert digest(b"{}") == EMPTY


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (EMPTY, True),
        (EMPTY.upper(), False),
        (EMPTY[:-1], False),
        (EMPTY + "0", False),
        ("sha512:" + EMPTY[7:], False),
        (EMPTY[:-1] + "g", False),
        (EMPTY[:-1] + "\u0663", False),
        (None, False),
    ],
)
def test_a_digest_is_told_by_its_form(value: object, expected: object) -> None:
    assert is_digest(value) is expected
