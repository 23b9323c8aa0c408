"""The parts of HTTP that an answer is read through: content codings, Retry-After, guarded JSON.

Rules:
1. Bytes are counted before they are decoded, and decoded before they are parsed.
2. JSON is UTF-8 without NaN, Infinity or numbers that overflow to them, and without a key twice in
   one object: two readers would read two answers. Its commas and opening brackets are counted
   before it is parsed.
3. A body in a content coding is refused: none was asked for. It is never inflated past the limit.
4. Nothing here raises, whatever the bytes are.
"""

import json
import math
import re
import zlib
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from mimir.core.limits import WIRE_OUT_MAX_BYTES, WIRE_OUT_MAX_MARKS
from mimir.core.outcome import Failure, Outcome, Success
from mimir.core.route.failure import RequestFailed, show_bytes
from mimir.core.secret import Secret

RETRY_AFTER_MAX_SECONDS: Final = 86_400
"""The longest wait that is passed on: a day. A longer one is cut to it."""

_HEADER_MAX_CHARS: Final = 256
_DIGITS = re.compile(r"[0-9]+")
_MONTHS: Final = (
    *("Jan", "Feb", "Mar", "Apr", "May", "Jun"),
    *("Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
)
_IMF_DATE = re.compile(
    r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), ([0-9]{2}) (" + "|".join(_MONTHS) + r") "
    r"([0-9]{4}) ([0-9]{2}):([0-9]{2}):([0-9]{2}) GMT"
)
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
    :source: RFC 9110, section 10.2.3; of the dates the IMF-fixdate form alone.

    >>> retry_after("5", None), retry_after("9" * 20, None), retry_after("-5", None)
    (5, 86400, None)
    """
    if len(value) > _HEADER_MAX_CHARS:
        return None
    if _DIGITS.fullmatch(value):
        return min(int(value), RETRY_AFTER_MAX_SECONDS)
    at = _unix_seconds(value)
    if at is None or now is None:
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
    'a number that is not finite'
    """
    if len(body) > WIRE_OUT_MAX_BYTES:
        return Failure(RequestFailed("response_too_large", f"more than {WIRE_OUT_MAX_BYTES} bytes"))
    if sum(body.count(mark) for mark in (b",", b"[", b"{")) > WIRE_OUT_MAX_MARKS:
        return Failure(RequestFailed("bad_response", "more values than an answer may hold"))
    odd: list[str] = []

    def finite(text: str) -> float:
        return _finite(text, odd)

    try:
        value: object = json.loads(
            body.decode("utf-8"),
            parse_constant=finite,
            parse_float=finite,
            object_pairs_hook=lambda pairs: _members(pairs, odd),
        )
    except (ValueError, RecursionError):
        return Failure(RequestFailed("bad_response", _broken(body, token)))
    return Failure(RequestFailed("bad_response", odd[0])) if odd else Success(value)


def _broken(body: bytes, token: Secret | None) -> str:
    """Quote a page that stands where JSON should, but not half an answer: that may hold a key."""
    if body.lstrip()[:1] in {b"{", b"["}:
        return "broken JSON"
    return f"no JSON: {show_bytes(body, token)}"


def _finite(text: str, odd: list[str]) -> float:
    value = float(text)
    if not math.isfinite(value):
        odd.append("a number that is not finite")
    return value


def _members(pairs: list[tuple[str, object]], odd: list[str]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) != len(pairs):
        odd.append("a key that stands twice in one object")
    return members


def _inflates_past_limit(body: bytes) -> bool:
    return any(len(_inflated(body, form)) > WIRE_OUT_MAX_BYTES for form in _FORMS)


def _inflated(body: bytes, form: int) -> bytes:
    try:
        return zlib.decompressobj(form).decompress(body, WIRE_OUT_MAX_BYTES + 1)
    except zlib.error:
        return b""


def _unix_seconds(text: str) -> int | None:
    found = _IMF_DATE.fullmatch(text)
    if found is None:
        return None
    day, month, year, hour, minute, second = found.groups()
    try:
        at = datetime(
            int(year), _MONTHS.index(month) + 1, int(day), int(hour), int(minute), tzinfo=UTC
        )
    except ValueError:
        return None
    # A second of 60 is a leap second, which a date of the calendar cannot hold.
    return int(at.timestamp()) + int(second)
