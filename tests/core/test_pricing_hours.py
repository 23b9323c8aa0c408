"""Off-peak hours: the edges of a window, midnight, weekdays of a zone, and what is no window."""

import pytest

from mimir.core.instant import Instant, parse
from mimir.core.pricing import hours
from mimir.core.pricing.hours import ZONES, Hours, OffPeak, Unreadable

AT = "off_peak_pricing.hours_utc"
ZONE = "off_peak_pricing.weekday_timezone"
WINDOW = "off_peak_pricing.windows"

WORKDAYS = {f"{WINDOW}[0].weekdays[{day - 1}]": str(day) for day in range(1, 6)}
QUIET = {
    f"{WINDOW}[0].hours_utc[0]": "00:00-01:00",
    f"{WINDOW}[0].hours_utc[1]": "04:00-06:00",
    f"{WINDOW}[0].hours_utc[2]": "10:00-00:00",
    **WORKDAYS,
    f"{WINDOW}[1].hours_utc": "00:00-00:00",
    f"{WINDOW}[1].weekdays[0]": "6",
    f"{WINDOW}[1].weekdays[1]": "7",
}
"""Some hours of the working week, and the whole weekend."""


def read(terms: dict[str, str]) -> OffPeak:
    found = hours.parse(terms)
    assert isinstance(found, OffPeak)
    return found


def is_open(terms: dict[str, str], at: str) -> bool:
    return hours.is_open(read(terms), parse(at).unwrap())


@pytest.mark.parametrize(
    ("at", "cheap"),
    [
        ("08:59:59.999999Z", False),
        ("09:00:00Z", True),
        ("11:29:59.999999Z", True),
        ("11:30:00Z", False),
        ("00:00:00Z", False),
    ],
)
def test_a_window_holds_its_start_and_not_its_end(at: str, cheap: bool) -> None:
    assert is_open({AT: "09:00-11:30"}, f"2026-01-30T{at}") is cheap


@pytest.mark.parametrize(
    ("at", "cheap"),
    [
        ("16:29:59.9Z", False),
        ("16:30:00Z", True),
        ("23:59:59.999999Z", True),
        ("00:00:00Z", True),
        ("00:29:59.999999Z", True),
        ("00:30:00Z", False),
    ],
)
def test_a_window_may_wrap_past_midnight(at: str, cheap: bool) -> None:
    assert is_open({AT: "16:30-00:30"}, f"2026-01-30T{at}") is cheap


def test_a_window_that_ends_at_midnight_does_not_wrap() -> None:
    assert is_open({AT: "10:00-00:00"}, "2026-01-30T23:59:59Z")
    assert not is_open({AT: "10:00-00:00"}, "2026-01-31T00:00:00Z")


def test_a_window_that_starts_where_it_ends_is_the_whole_day() -> None:
    for hour in range(24):
        assert is_open({AT: "12:00-12:00"}, f"2026-01-31T{hour:02}:00:00Z")


def test_a_whole_day_still_keeps_to_its_weekdays() -> None:
    saturday = {f"{WINDOW}[0].hours_utc": "00:00-00:00", f"{WINDOW}[0].weekdays[0]": "6"}
    assert not is_open(saturday, "2026-01-30T23:59:59Z")
    assert is_open(saturday, "2026-01-31T00:00:00Z")
    assert is_open(saturday, "2026-01-31T23:59:59Z")
    assert not is_open(saturday, "2026-02-01T00:00:00Z")


@pytest.mark.parametrize(
    ("at", "cheap"),
    [
        ("2026-11-23T00:59:59Z", True),  # a Monday
        ("2026-11-23T01:00:00Z", False),
        ("2026-11-23T04:00:00Z", True),
        ("2026-11-23T06:00:00Z", False),
        ("2026-11-23T10:00:00Z", True),
        ("2026-11-21T01:00:00Z", True),  # a Saturday
        ("2026-11-22T23:59:59Z", True),
        ("2026-11-20T09:59:59Z", False),  # a Friday
    ],
)
def test_each_window_has_its_own_hours_and_weekdays(at: str, cheap: bool) -> None:
    assert is_open(QUIET, at) is cheap


def test_a_window_without_weekdays_is_of_every_day_beside_one_that_has_some() -> None:
    terms = {
        f"{WINDOW}[0].hours_utc": "01:00-02:00",
        f"{WINDOW}[0].weekdays": "1",
        AT: "05:00-06:00",
    }
    assert read(terms).hours == (Hours(60, 120, frozenset({1})), Hours(300, 360, None))


@pytest.mark.parametrize(
    ("zone", "at", "cheap"),
    [
        ("UTC", "2026-01-30T15:30:00Z", True),  # Friday in UTC
        ("UTC", "2026-01-30T18:30:00Z", True),
        ("Asia/Shanghai", "2026-01-30T15:59:59Z", True),  # 23:59:59 on Friday
        ("Asia/Shanghai", "2026-01-30T16:00:00Z", False),  # Saturday
        ("Asia/Shanghai", "2026-01-29T16:00:00Z", True),  # Friday
        ("Asia/Tokyo", "2026-01-30T15:00:00Z", False),
        ("Asia/Kolkata", "2026-01-30T18:29:59Z", True),
        ("Asia/Kolkata", "2026-01-30T18:30:00Z", False),
    ],
)
def test_a_weekday_is_read_on_the_calendar_of_the_zone(zone: str, at: str, cheap: bool) -> None:
    terms = {AT: "00:00-00:00", "off_peak_pricing.weekdays": "5", ZONE: zone}
    assert is_open(terms, at) is cheap


def test_the_zone_moves_the_weekday_and_never_the_hours() -> None:
    for zone in ZONES:
        assert is_open({AT: "09:00-10:00", ZONE: zone}, "2026-01-30T09:30:00Z")
        assert not is_open({AT: "09:00-10:00", ZONE: zone}, "2026-01-30T01:30:00Z")


def test_a_row_without_off_peak_terms_has_no_off_peak_hours() -> None:
    assert hours.parse({}) is None
    assert hours.parse({"web_search_billing_unit": "query"}) is None


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (ZONE, "Europe/Berlin"),
        (ZONE, "America/New_York"),
        (AT, "9:00-10:00"),
        (AT, "09:00-24:00"),
        (AT, "09:60-10:00"),
        (AT, "09:00 - 10:00"),
        (AT, ""),
        (f"{WINDOW}[0].hours_utc[1]", "late"),
        (f"{WINDOW}[0].weekdays[0]", "0"),
        (f"{WINDOW}[0].weekdays[0]", "Monday"),
    ],
)
def test_a_term_that_cannot_be_read_is_named_with_its_text(path: str, value: str) -> None:
    assert hours.parse({AT: "01:00-02:00", path: value}) == Unreadable(path, value)


def test_a_term_of_no_known_name_is_never_passed_over() -> None:
    terms = {AT: "01:00-02:00", "off_peak_pricing.months[0]": "7"}
    assert hours.parse(terms) == Unreadable("off_peak_pricing.months[0]", "7")


def test_the_last_hours_of_the_last_year_have_a_weekday_too() -> None:
    saturday = {AT: "00:00-00:00", "off_peak_pricing.weekdays": "6", ZONE: "Asia/Shanghai"}
    assert not is_open(saturday, "9999-12-31T15:59:59Z")
    assert is_open(saturday, "9999-12-31T16:00:00Z")


def test_the_first_hour_of_the_first_year_has_a_weekday() -> None:
    monday = OffPeak((Hours(0, 0, frozenset({1})),), 0)
    assert hours.is_open(monday, Instant("0001-01-01T00:00:00Z"))
