"""Off-peak hours: when the cheaper rates of a row count.

Rules:
1. A window is ``HH:MM-HH:MM`` in UTC: from the start, up to but not including the end. It may wrap
   past midnight; a window that starts where it ends is the whole day.
2. Weekdays count from 1, Monday, to 7, Sunday, and are read on the calendar of
   ``weekday_timezone`` at the instant of the call; without one, on the calendar of UTC.
3. Only zones without daylight saving are known, since the core reads no time-zone files. Another
   one, a term of no known name, and whatever cannot be read, is an error of the row, never the
   wrong hour.

Source of the form: LiteLLM's ``off_peak_pricing``. Source of the offsets: the IANA time zone
database.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Final, NamedTuple

from mimir.core.instant import Instant

PREFIX: Final = "off_peak_pricing."

ZONES: Final = {
    "UTC": 0,
    "Etc/UTC": 0,
    "Asia/Shanghai": 480,
    "Asia/Hong_Kong": 480,
    "Asia/Singapore": 480,
    "Asia/Tokyo": 540,
    "Asia/Seoul": 540,
    "Asia/Kolkata": 330,
}
"""Minutes east of UTC, all year."""

_ZONE: Final = f"{PREFIX}weekday_timezone"
_DAY_MINUTES: Final = 24 * 60
_HOURS: Final = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])-([01][0-9]|2[0-3]):([0-5][0-9])")
_RULE: Final = re.compile(r"(?:windows\[([0-9]{1,3})\]\.)?(hours_utc|weekdays)(?:\[[0-9]{1,3}\])?")
_WEEKDAY: Final = re.compile(r"[1-7]")


class Hours(NamedTuple):
    """Minutes of the day in UTC; ``weekdays`` is ``None`` for every day."""

    start: int
    end: int
    weekdays: frozenset[int] | None


class OffPeak(NamedTuple):
    """When a row is off peak; weekdays are read ``offset`` minutes east of UTC."""

    hours: tuple[Hours, ...]
    offset: int


class Unreadable(NamedTuple):
    """A term that cannot be read: its path and its text."""

    field: str
    value: str


def is_open(hours: OffPeak, at: Instant) -> bool:
    """Tell whether ``at`` is off peak.

    >>> night = OffPeak((Hours(16 * 60, 0, frozenset({5})),), 0)
    >>> is_open(night, Instant("2026-01-30T23:59:59Z"))
    True
    >>> is_open(night, Instant("2026-01-31T00:00:00Z"))
    False
    """
    moment = datetime.fromisoformat(at.text)
    minute = moment.hour * 60 + moment.minute
    day = moment.toordinal() + (minute + hours.offset) // _DAY_MINUTES
    weekday = (day - 1) % 7 + 1  # day 1 was a Monday
    return any(_within(item, minute, weekday) for item in hours.hours)


def parse(terms: Mapping[str, str]) -> OffPeak | None | Unreadable:
    """Read the terms of a row by the rules above; ``None`` where it has no off-peak hours.

    >>> parse({"off_peak_pricing.hours_utc": "16:30-00:30"}).hours[0].start
    990
    >>> parse({"off_peak_pricing.hours_utc": "late"}).value
    'late'
    """
    zone = terms.get(_ZONE, "UTC")
    if zone not in ZONES:
        return Unreadable(_ZONE, zone)
    spans: dict[str, list[tuple[int, int]]] = {}
    weekdays: dict[str, set[int]] = {}
    for path, value in terms.items():
        if path == _ZONE or not path.startswith(PREFIX):
            continue
        rule = _RULE.fullmatch(path, len(PREFIX))
        if rule is None:
            return Unreadable(path, value)
        window = rule[1] or ""
        if rule[2] == "weekdays" and _WEEKDAY.fullmatch(value):
            weekdays.setdefault(window, set()).add(int(value))
        elif rule[2] == "hours_utc" and (span := _HOURS.fullmatch(value)):
            start, end = (int(span[i]) * 60 + int(span[i + 1]) for i in (1, 3))
            spans.setdefault(window, []).append((start, end))
        else:
            return Unreadable(path, value)
    hours = tuple(
        Hours(start, end, frozenset(weekdays[window]) if window in weekdays else None)
        for window, found in spans.items()
        for start, end in found
    )
    return OffPeak(hours, ZONES[zone]) if hours else None


def _within(hours: Hours, minute: int, weekday: int) -> bool:
    if hours.weekdays is not None and weekday not in hours.weekdays:
        return False
    if hours.start < hours.end:
        return hours.start <= minute < hours.end
    return minute >= hours.start or minute < hours.end
