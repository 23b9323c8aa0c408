"""The parts of HTTP that an answer is read through: content codings, Retry-After, guarded JSON.

Rules:
1. Bytes are counted before they are decoded, and decoded before they are parsed.
2. JSON is read as strictly as anything else is (``json_text``), and its commas and opening brackets
   are counted before. What is wrong with it is told by its place, and no name of it is quoted.
3. A body in a content coding is refused: none was asked for. It is never inflated past the limit.
4. Nothing here raises, whatever the bytes are.
"""

import re
import zlib
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

from mimir.core import json_text
from mimir.core.limits import WIRE_OUT_MAX_BYTES, WIRE_OUT_MAX_MARKS
from mimir.core.outcome import Failure, Outcome
from mimir.core.route.failure import RequestFailed, show_bytes
from mimir.core.secret import Secret

RETRY_AFTER_MAX_SECONDS: Final = 86_400
"""The longest wait that is passed on: a day. A longer one is cut to it."""

_HEADER_MAX_CHARS: Final = 256
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_DIGITS = re.compile(r"[0-9]+")
_MONTHS: Final = (
    *("Jan", "Feb", "Mar", "Apr", "May", "Jun"),
    *("Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
)
_MONTH: Final = f"(?P<month>{'|'.join(_MONTHS)})"
_TIME: Final = "(?P<hour>[0-9]{2}):(?P<minute>[0-9]{2}):(?P<second>[0-9]{2})"
_DAY: Final = "(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)"
_LONG_DAY: Final = "(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
_DATES: Final = tuple(
    re.compile(form)
    for form in (
        rf"{_DAY}, (?P<day>[0-9]{{2}}) {_MONTH} (?P<year>[0-9]{{4}}) {_TIME} GMT",
        rf"{_LONG_DAY}, (?P<day>[0-9]{{2}})-{_MONTH}-(?P<year>[0-9]{{2}}) {_TIME} GMT",
        rf"{_DAY} {_MONTH} (?P<day>[0-9]{{2}}| [0-9]) {_TIME} (?P<year>[0-9]{{4}})",
    )
)
"""IMF-fixdate, and the two of old: RFC 850's, whose year has two digits, and that of asctime."""

_CENTURY: Final = 100
_AHEAD_MAX_YEARS: Final = 50
_FORMS: Final = (32 + zlib.MAX_WBITS, -zlib.MAX_WBITS)  # gzip or zlib by its head, raw deflate


def header(headers: Mapping[str, str], name: str) -> str:
    """Return the header ``name`` (in lower case) whatever its case there; empty without one.

    >>> header({"Retry-After": "5"}, "retry-after")
    '5'
    """
    return next((value.strip() for key, value in headers.items() if key.lower() == name), "")


def retry_after(value: str, now: int | None) -> int | None:
    """Read a Retry-After header: whole seconds from 0 to a day, or ``None`` for what is none.

    :param now: seconds since 1970-01-01 UTC; without it a date cannot be read.
    :source: RFC 9110, sections 10.2.3 and 5.6.7, with the two forms of a date of old.

    >>> retry_after("5", None), retry_after("9" * 20, None), retry_after("-5", None)
    (5, 86400, None)
    """
    if len(value) > _HEADER_MAX_CHARS:
        return None
    if _DIGITS.fullmatch(value):
        return min(int(value), RETRY_AFTER_MAX_SECONDS)
    if now is None or (at := _unix_seconds(value, now)) is None:
        return None
    return max(0, min(at - now, RETRY_AFTER_MAX_SECONDS))


def check_coding(headers: Mapping[str, str], body: bytes) -> RequestFailed | None:
    """Refuse a body in a content coding; ``None`` where it is in none.

    :return: ``response_too_large`` where the first 1 MiB of a gzip or deflate body is not all of
        it, ``bad_response`` for any other coding.

    >>> check_coding({"content-encoding": "snappy"}, b"").code
    'bad_response'
    """
    coding = header(headers, "content-encoding").lower()
    if coding in {"", "identity"}:
        return None
    if coding in {"gzip", "x-gzip", "deflate"} and _inflates_past_limit(body):
        return RequestFailed("response_too_large", "a compressed body that nobody asked for")
    return RequestFailed("bad_response", "a content coding that nobody asked for")


def read_json(body: bytes, token: Secret | None) -> Outcome[object, RequestFailed]:
    """Read a body as JSON under rule 2.

    :return: the value, or ``RequestFailed`` of kind ``response_too_large`` or ``bad_response``.

    >>> read_json(b'{"a": [1]}', None).unwrap()
    {'a': [1]}
    >>> read_json(b"[NaN]", None).failure().detail
    'holds NaN, which is no JSON, at line 1 column 2'
    """
    if len(body) > WIRE_OUT_MAX_BYTES:
        return Failure(RequestFailed("response_too_large", f"more than {WIRE_OUT_MAX_BYTES} bytes"))
    if sum(body.count(mark) for mark in (b",", b"[", b"{")) > WIRE_OUT_MAX_MARKS:
        return Failure(RequestFailed("bad_response", "more values than an answer may hold"))
    read = json_text.read(body, WIRE_OUT_MAX_BYTES)
    if isinstance(read, Failure):
        wrong = read.failure()
        said = _broken(body, wrong.unquoted or wrong.problem, token)
        return Failure(RequestFailed("bad_response", said))
    return read


def _broken(body: bytes, problem: str, token: Secret | None) -> str:
    """Quote a page that stands where JSON should, but not half an answer: that may hold a key."""
    if body.lstrip()[:1] in {b"{", b"["}:
        return problem
    return f"no JSON: {show_bytes(body, token)}"


def _inflates_past_limit(body: bytes) -> bool:
    return any(len(_inflated(body, form)) > WIRE_OUT_MAX_BYTES for form in _FORMS)


def _inflated(body: bytes, form: int) -> bytes:
    try:
        return zlib.decompressobj(form).decompress(body, WIRE_OUT_MAX_BYTES + 1)
    except zlib.error:
        return b""


def _unix_seconds(text: str, now: int) -> int | None:
    found = next((match for form in _DATES if (match := form.fullmatch(text))), None)
    if found is None:
        return None
    try:
        at = datetime(
            _year(found["year"], now),
            _MONTHS.index(found["month"]) + 1,
            int(found["day"]),
            int(found["hour"]),
            int(found["minute"]),
            tzinfo=UTC,
        )
    except ValueError:
        return None
    # A second of 60 is a leap second, which a date of the calendar cannot hold.
    return int(at.timestamp()) + int(found["second"])


def _year(digits: str, now: int) -> int:
    """Read a year; one of two digits is the last that is not more than 50 years ahead."""
    if len(digits) > len("yy"):
        return int(digits)
    latest = (_EPOCH + timedelta(seconds=now)).year + _AHEAD_MAX_YEARS
    return latest - (latest - int(digits)) % _CENTURY
