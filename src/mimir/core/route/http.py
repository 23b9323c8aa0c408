"""The parts of HTTP that an answer is read through: content codings, Retry-After, guarded JSON.

Rules:
1. Bytes are counted before they are decoded, and decoded before they are parsed.
2. JSON is UTF-8 without NaN, Infinity or numbers that overflow to them; of a repeated key the
   last one counts, as in most readers.
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

from mimir.core.limits import WIRE_OUT_MAX_BYTES
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
_GZIP_OR_ZLIB: Final = 32 + zlib.MAX_WBITS


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
    odd: list[str] = []
    try:
        value: object = json.loads(
            body.decode("utf-8"),
            parse_constant=odd.append,
            parse_float=lambda text: _finite(text, odd),
        )
    except (ValueError, RecursionError):
        seen = f"no JSON: {show_bytes(body, token)}"
        return Failure(RequestFailed("bad_response", seen))
    if odd:
        return Failure(RequestFailed("bad_response", "a number that is not finite"))
    return Success(value)


def _finite(text: str, odd: list[str]) -> float:
    value = float(text)
    if not math.isfinite(value):
        odd.append(text)
    return value


def _inflates_past_limit(body: bytes) -> bool:
    try:
        inflated = zlib.decompressobj(_GZIP_OR_ZLIB).decompress(body, WIRE_OUT_MAX_BYTES + 1)
    except zlib.error:
        return False
    return len(inflated) > WIRE_OUT_MAX_BYTES


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
