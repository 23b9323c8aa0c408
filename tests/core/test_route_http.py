"""The parts of HTTP: content codings, Retry-After, guarded JSON."""

import gzip
import re
import tracemalloc
import zlib

import pytest

from mimir.core.limits import WIRE_OUT_MAX_BYTES, WIRE_OUT_MAX_MARKS
from mimir.core.outcome import Failure, Success
from mimir.core.route.http import (
    RETRY_AFTER_MAX_SECONDS,
    check_coding,
    header,
    read_json,
    retry_after,
)

AT = 784_111_777
DATE = "Sun, 06 Nov 1994 08:49:37 GMT"


def _raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


def test_a_header_is_found_whatever_its_case_and_trimmed() -> None:
    assert header({"X-One": "1", "RETRY-after": " 5 "}, "retry-after") == "5"
    assert header({}, "retry-after") == ""


@pytest.mark.parametrize(
    ("value", "now", "seconds"),
    [
        ("0", None, 0),
        ("5", None, 5),
        ("00005", None, 5),
        ("9" * 256, None, RETRY_AFTER_MAX_SECONDS),
        ("9" * 257, None, None),
        ("-5", None, None),
        ("5.5", None, None),
        ("\u0665", None, None),
        ("", None, None),
        ("abc", None, None),
        (DATE, None, None),
        (DATE, AT - 90, 90),
        (DATE, AT + 90, 0),
        ("Fri, 31 Dec 9999 23:59:59 GMT", AT, RETRY_AFTER_MAX_SECONDS),
        ("Sat, 31 Dec 2016 23:59:60 GMT", 1_483_228_799, 1),
        ("Sun, 31 Feb 1994 08:49:37 GMT", AT, None),
        ("Sun, 06 Nov 0000 08:49:37 GMT", AT, None),
        ("Sun, 06 Nov 1994 25:49:37 GMT", AT, None),
        ("Sunday, 06-Nov-94 08:49:37 GMT", AT - 90, 90),
        ("Sun Nov  6 08:49:37 1994", AT - 90, 90),
        ("Sun Nov 16 08:49:37 1994", AT, RETRY_AFTER_MAX_SECONDS),
        ("Sun Nov  6 08:49:37 1994", None, None),
        ("Sunday, 06-Nov-44 08:49:37 GMT", AT, RETRY_AFTER_MAX_SECONDS),
        ("Sunday, 06-Nov-45 08:49:37 GMT", AT, 0),
        ("Sun, 06-Nov-94 08:49:37 GMT", AT, None),
        ("Sun Nov 6 08:49:37 1994", AT, None),
    ],
)
def test_retry_after_is_whole_seconds_or_nothing(
    value: str, now: int | None, seconds: int | None
) -> None:
    assert retry_after(value, now) == seconds


@pytest.mark.parametrize("coding", ["", "identity", " Identity "])
def test_a_body_in_no_coding_is_taken(coding: str) -> None:
    assert check_coding({"Content-Encoding": coding}, b"{}") is None


@pytest.mark.parametrize(
    ("coding", "body", "code"),
    [
        ("gzip", gzip.compress(b"{}"), "bad_response"),
        ("gzip", gzip.compress(bytes(WIRE_OUT_MAX_BYTES)), "bad_response"),
        ("gzip", gzip.compress(bytes(WIRE_OUT_MAX_BYTES + 1)), "response_too_large"),
        ("X-GZIP", gzip.compress(bytes(50_000_000)), "response_too_large"),
        ("deflate", zlib.compress(bytes(50_000_000)), "response_too_large"),
        ("gzip", b"no gzip at all", "bad_response"),
        ("deflate", _raw_deflate(bytes(50_000_000)), "response_too_large"),
        ("snappy", b"{}", "bad_response"),
        ("gzip, gzip", gzip.compress(gzip.compress(bytes(50_000_000))), "bad_response"),
    ],
)
def test_a_coded_body_is_refused(coding: str, body: bytes, code: str) -> None:
    refused = check_coding({"content-encoding": coding}, body)
    assert refused is not None
    assert refused.code == code


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"<html>login</html>",
        b"\xff\xfe{\x00}\x00",
        b"\xef\xbb\xbf{}",
        b'"\xc3"',
        b"[NaN]",
        b"[Infinity]",
        b"[-Infinity]",
        b"[1e999]",
        b"9" * 1_000_000,
        b"[" * 1_000_000,
        b'{"a":' * 100_000,
    ],
    ids=lambda body: repr(body[:20]),
)
def test_what_is_no_json_is_a_bad_response(body: bytes) -> None:
    read = read_json(body, None)
    assert isinstance(read, Failure)
    assert read.failure().code == "bad_response"
    assert len(read.failure().message) <= 512


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (b'{"future": ' + b"[" * 32 + b"]" * 32 + b"}", "nested deeper than 32 levels"),
        (b'{"future": ' + b"9" * 1_001 + b"}", "a number of 1001 characters"),
        (b'{"sekret": 1, "sekret": 2}', "holds a key twice in one object"),
        (b'{"future": NaN}', "holds NaN"),
    ],
)
def test_rule_2_json_is_strict_and_no_name_of_it_is_quoted(body: bytes, problem: str) -> None:
    detail = read_json(body, None).failure().detail
    assert problem in detail
    assert "sekret" not in detail


def test_json_is_read() -> None:
    assert read_json(b'{"a": 1, "b": [2.5]}', None).unwrap() == {"a": 1, "b": [2.5]}


@pytest.mark.parametrize("body", [b'{"a": 1, "a": 1}', b'[{"b": {"a": 1, "\\u0061": 2}}]'])
def test_a_key_twice_in_one_object_is_a_bad_response(body: bytes) -> None:
    assert "twice" in read_json(body, None).failure().detail


def test_an_answer_holds_a_bounded_number_of_values() -> None:
    def listed(values: int) -> bytes:
        return b"[" + b"0," * (values - 1) + b"0]"

    assert isinstance(read_json(listed(WIRE_OUT_MAX_MARKS), None), Success)
    assert read_json(listed(WIRE_OUT_MAX_MARKS + 1), None).failure().code == "bad_response"


@pytest.mark.parametrize("body", [b' {"grant": {"key": "abc"', b'[{"key": "abc"}'])
def test_half_an_answer_is_not_quoted(body: bytes) -> None:
    detail = read_json(body, None).failure().detail
    assert re.fullmatch(r"is no JSON: Expecting ',' delimiter at line 1 column [0-9]+", detail)


@pytest.mark.parametrize(
    "unit", [b"[],", b"{},", b'{"":0},', b"0.1,", b"1e1,", b"0,", b"[[[]]],", b'"\xe6\x97\xa5",']
)
@pytest.mark.parametrize("at_the_bound", [True, False])
def test_what_an_answer_costs_in_memory_is_bounded(unit: bytes, *, at_the_bound: bool) -> None:
    marks = sum(unit.count(mark) for mark in b",[{")
    times = WIRE_OUT_MAX_MARKS // marks if at_the_bound else WIRE_OUT_MAX_BYTES // len(unit)
    body = (b"[" + unit * times)[: WIRE_OUT_MAX_BYTES - 2] + b"0]"
    tracemalloc.start()
    read_json(body, None)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 16_000_000


def test_a_body_past_the_limit_is_refused_before_it_is_parsed() -> None:
    at_limit = b'"' + b"x" * (WIRE_OUT_MAX_BYTES - 2) + b'"'
    assert len(str(read_json(at_limit, None).unwrap())) == WIRE_OUT_MAX_BYTES - 2
    assert read_json(b"\xff" + at_limit, None).failure().code == "response_too_large"
