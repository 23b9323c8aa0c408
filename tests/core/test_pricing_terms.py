"""The terms of a row: ranges, multipliers, hours; one that cannot be read fails the whole row."""

import pytest

from mimir.core.pricing.cost import Multiplier
from mimir.core.pricing.hours import Hours, OffPeak
from mimir.core.pricing.terms import Terms, UnreadableTerm, parse

RESIDENCY = "regional_processing_uplift_multiplier"
ENDPOINT = "regional_endpoint_uplift_multiplier"
GEO, FAST = "provider_specific_entry.us", "provider_specific_entry.fast"


def read(terms: dict[str, str]) -> Terms:
    found = parse("m", terms)
    assert isinstance(found, Terms)
    return found


def test_a_row_without_terms_bends_nothing() -> None:
    assert read({}) == Terms()


def test_a_term_that_means_nothing_here_is_skipped() -> None:
    assert (
        read({"web_search_billing_unit": "query", "input_dbu_cost_per_token": "1e-05"}) == Terms()
    )


@pytest.mark.parametrize(
    ("text", "ratio"),
    [
        ("1.1", (11, 10)),
        ("1.10", (11, 10)),
        ("1.15", (115, 100)),
        ("1", (1, 1)),
        ("60", (60, 1)),
        ("6.0", (6, 1)),
        ("11e-1", (11, 10)),
        ("0.5", (5, 10)),
    ],
)
def test_a_multiplier_is_the_rational_that_is_written(text: str, ratio: tuple[int, int]) -> None:
    assert read({FAST: text}).fast == Multiplier(FAST, *ratio)


def test_an_uplift_is_for_the_region_that_its_name_states() -> None:
    terms = read({f"{RESIDENCY}_eu": "1.1", f"{RESIDENCY}_us": "1.2", ENDPOINT: "1.3"})
    assert terms.uplifts == {
        "eu": Multiplier(f"{RESIDENCY}_eu", 11, 10),
        "us": Multiplier(f"{RESIDENCY}_us", 12, 10),
    }
    assert terms.elsewhere == Multiplier(ENDPOINT, 13, 10)
    assert terms.fast is None


def test_anthropics_geography_is_an_uplift_for_the_us_alone() -> None:
    terms = read({GEO: "1.1"})
    assert terms.uplifts == {"us": Multiplier(GEO, 11, 10)}
    assert (terms.elsewhere, terms.fast) == (None, None)


def test_no_region_is_taken_for_the_fast_tier() -> None:
    path = f"{RESIDENCY}_fast"
    terms = read({path: "1.1"})
    assert terms.uplifts == {"fast": Multiplier(path, 11, 10)}
    assert terms.fast is None


def test_ranges_state_where_each_begins_and_where_the_last_ends() -> None:
    terms = read(
        {
            "tiered_pricing[1].range[0]": "32000.0",
            "tiered_pricing[1].range[1]": "1e6",
            "tiered_pricing[0].range[0]": "0",
            "tiered_pricing[0].range[1]": "32000",
        }
    )
    assert (terms.starts, terms.ceiling) == ({0: 0, 1: 32_000}, 1_000_000)


def test_off_peak_hours_are_a_part_of_the_terms() -> None:
    terms = read({"off_peak_pricing.hours_utc": "16:30-00:30", FAST: "2"})
    assert terms.hours == OffPeak((Hours(990, 30, None),), 0)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("off_peak_pricing.weekday_timezone", "Europe/Berlin"),
        ("off_peak_pricing.hours_utc", "24:00-25:00"),
        ("off_peak_pricing.hours_utc", "12:00"),
        ("off_peak_pricing.weekdays[0]", "8"),
        ("tiered_pricing[0].range[0]", "many"),
        ("tiered_pricing[0].range[1]", "1.5"),
        ("tiered_pricing[0].range[1]", "-1"),
        ("tiered_pricing[0].range[1]", "1e30"),
        (f"{RESIDENCY}_eu", "-1.1"),
        (f"{RESIDENCY}_eu", "1,1"),
        (ENDPOINT, "some"),
        (GEO, ""),
        (GEO, "0"),
        (FAST, "0.0"),
        (FAST, "NaN"),
    ],
)
def test_a_term_that_cannot_be_read_is_an_error_of_the_row(path: str, value: str) -> None:
    assert parse("m", {"web_search_billing_unit": "query", path: value}) == UnreadableTerm(
        "m", path, f'"{value}"'
    )


def ranges(*ends: tuple[str | None, str | None]) -> dict[str, str]:
    paths = [f"tiered_pricing[{index}].range" for index in range(len(ends))]
    return {
        f"{path}[{end}]": value
        for path, pair in zip(paths, ends, strict=True)
        for end, value in enumerate(pair)
        if value is not None
    }


def test_a_range_may_end_at_the_largest_count_and_not_past_it() -> None:
    assert read(ranges(("0", str(2**63 - 1)))).ceiling == 2**63 - 1
    assert isinstance(parse("m", ranges(("0", str(2**63)))), UnreadableTerm)


def test_the_last_range_may_have_no_end() -> None:
    terms = read(ranges(("0", "100"), ("100", None)))
    assert (terms.starts, terms.ceiling) == ({0: 0, 1: 100}, None)


@pytest.mark.parametrize(
    ("ends", "field", "value"),
    [
        ([("0", "100"), ("200", "500")], "[1].range[0]", '"200"'),
        ([("0", "100"), ("101", "500")], "[1].range[0]", '"101"'),
        ([("0", "100"), ("50", "500")], "[1].range[0]", '"50"'),
        ([("1", "100")], "[0].range[0]", '"1"'),
        ([("0", "0")], "[0].range[1]", '"0"'),
        ([("0", "100"), ("100", "50")], "[1].range[1]", '"50"'),
        ([("0", None), ("100", "500")], "[1].range[0]", '"100"'),
        ([(None, "100")], "[0].range[0]", "nothing"),
    ],
)
def test_a_range_begins_where_the_one_before_it_ends(
    ends: list[tuple[str | None, str | None]], field: str, value: str
) -> None:
    assert parse("m", ranges(*ends)) == UnreadableTerm("m", f"tiered_pricing{field}", value)


def test_fedramp_is_a_region_of_its_own() -> None:
    terms = read({"fedramp_uplift_multiplier": "1.1"})
    assert terms.uplifts == {"fedramp": Multiplier("fedramp_uplift_multiplier", 11, 10)}


def test_a_secret_in_a_term_is_not_quoted() -> None:
    secret = "sk-" + "a1B2" * 10
    found = parse(f"m-{secret}", {FAST: secret})
    assert isinstance(found, UnreadableTerm)
    assert secret not in repr(found) + found.message


def test_the_error_of_a_term_names_row_and_term() -> None:
    found = parse("m", {FAST: "quick"})
    assert isinstance(found, UnreadableTerm)
    assert found.code == "unreadable_term"
    assert found.message == f'{FAST} of price-list row "m" cannot be read: "quick"'
