"""JSON as others write it: strict, bounded, and refused with its place."""

import json
import math
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mimir.core.json_text import BYTES_PER_CONTAINER, DIGITS_MAX, read
from mimir.core.limits import DEPTH_MAX, WIRE_IN_MAX_BYTES
from mimir.core.outcome import Failure, Success
from mimir.testing import json_values

KEY = "sk-" + "a1B2" * 12
FEW = 1_000 // BYTES_PER_CONTAINER


def problem(content: object, max_bytes: int = 1_000) -> str:
    outcome = read(content, max_bytes)
    assert isinstance(outcome, Failure), outcome
    return outcome.failure().message


@given(json_values())
def test_what_json_writes_is_read_back_from_text_and_from_bytes(value: object) -> None:
    text = json.dumps(value)
    assert read(text) == read(text.encode()) == Success(value)


@given(st.binary(max_size=200) | st.text(max_size=200))
def test_any_bytes_and_any_text_are_read_or_refused(content: object) -> None:
    assert isinstance(read(content), Success | Failure)


@pytest.mark.parametrize("content", [None, 1, {}, bytearray(b"{}"), memoryview(b"{}")])
def test_what_is_neither_bytes_nor_text_is_refused(content: object) -> None:
    assert problem(content).startswith("expected bytes or text, got ")


@pytest.mark.parametrize("content", [b"1" * 1_001, "1" * 1_001, "\u00e9" * 501, b"\xff" * 1_001])
def test_bytes_are_counted_before_they_are_decoded(content: object) -> None:
    assert problem(content) == "is larger than 1000 bytes"


def test_without_a_bound_it_is_that_of_a_body() -> None:
    assert read(b"1".ljust(WIRE_IN_MAX_BYTES)) == Success(1)
    assert read(b"1".ljust(WIRE_IN_MAX_BYTES + 1)).failure().code == "not_json"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "is empty"),
        (b" \n\t", "is empty"),
        ("\ufeff{}", "begins with a byte order mark; save it as UTF-8 without one"),
        ("{}".encode("utf-16"), "is UTF-16; save it as UTF-8"),
        (b'"\xff"', "is not UTF-8 at byte 1"),
        ('[\n"\ud800"]', "holds a lone surrogate at line 2 column 2"),
        ("[1 2]", "is no JSON: Expecting ',' delimiter at line 1 column 4"),
        ("[\n -Infinity]", "holds -Infinity, which is no JSON, at line 2 column 2"),
        ('["NaN", NaN]', "holds NaN, which is no JSON, at line 1 column 9"),
        ("1e999", "holds a number too large for a float at line 1 column 1"),
        ('{"a": [1, 123456789e305]}', "holds a number too large for a float at line 1 column 11"),
        ('{"b": 1, "a": 1, "a": 2}', 'holds the key "a" twice in one object'),
        ('{"a": 1, "a": NaN}', "holds NaN, which is no JSON, at line 1 column 15"),
    ],
)
def test_what_is_no_strict_json_is_refused_with_its_reason(content: object, message: str) -> None:
    assert problem(content) == message


def test_a_run_of_digits_is_bounded_whatever_the_interpreter_allows() -> None:
    before = sys.get_int_max_str_digits()
    sys.set_int_max_str_digits(0)
    try:
        assert isinstance(read("1" * DIGITS_MAX, 2_000), Success)
        too_long = "holds a number of 1001 characters at line 1 column 5"
        assert problem(f"[0, {'1' * (DIGITS_MAX + 1)}]", 2_000) == too_long
    finally:
        sys.set_int_max_str_digits(before)


def test_a_number_that_is_none_is_left_to_the_parser() -> None:
    content = f'["{"1" * 1_001}", 123456789e5-3]'
    assert problem(content, 2_000).startswith("is no JSON: Expecting ',' delimiter")


def test_digits_within_a_string_are_no_number() -> None:
    assert isinstance(read(json.dumps("1" * 2_000), 4_000), Success)


@pytest.mark.parametrize("number", ["-1.5e308", "1E+300", "0.1e-999", "12345678901e5", "1e007"])
def test_a_number_that_a_float_can_hold_is_read(number: str) -> None:
    value = read(f"[{number}, NaN]", 99)
    assert isinstance(value, Failure)
    assert value.failure().problem.startswith("holds NaN")
    assert math.isfinite(float(read(number).unwrap()))  # type: ignore[arg-type]


def test_a_document_is_as_deep_as_the_limit_and_no_deeper() -> None:
    assert isinstance(read("[" * DEPTH_MAX + "]" * DEPTH_MAX), Success)
    too_deep = f"is nested deeper than {DEPTH_MAX} levels at line 1 column 33"
    assert problem("[" * 33 + "]" * 33, 2_000) == too_deep
    assert problem("[" * 20_000, 400_000) == too_deep
    assert problem('{"a":' * 33 + "1" + "}" * 33, 2_000).startswith("is nested deeper than")


def test_lists_and_objects_are_counted_before_they_are_made() -> None:
    assert isinstance(read(f"[{','.join(['{}'] * (FEW - 1))}]", 1_000), Success)
    too_many = problem(f"[{','.join(['{}'] * FEW)}]")
    assert too_many.startswith(f"holds more than {FEW} lists and objects at line 1 column ")


def test_brackets_within_strings_are_no_lists() -> None:
    assert read(json.dumps(["[{"] * 100), 1_000) == Success(["[{"] * 100)


def test_a_stack_that_is_used_up_is_told_as_depth() -> None:
    def deep(levels: int) -> str:
        return deep(levels - 1) if levels else problem("[" * 30 + "1" + "]" * 30, 2_000)

    before = sys.getrecursionlimit()
    try:
        message = ""
        for levels in range(before - 150, before):
            try:
                message = deep(levels)
            except (AssertionError, RecursionError):
                continue
            break
    finally:
        sys.setrecursionlimit(before)
    assert message in {"", f"is nested deeper than {DEPTH_MAX} levels"}


def test_a_key_that_stands_twice_is_quoted_scrubbed() -> None:
    assert KEY not in problem(f'{{"{KEY}": 1, "{KEY}": 2}}')
