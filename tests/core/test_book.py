"""The dated price book: what it takes, what it refuses, and how it stands over the price list."""

from collections.abc import Mapping
from itertools import pairwise

import pytest

from mimir.core.instant import Instant
from mimir.core.limits import CATALOG_MAX_ROWS, LIST_MAX_ITEMS
from mimir.core.outcome import Success
from mimir.core.pricing.book import NO_OVERLAY, Overlay, Period
from mimir.core.pricing.book_parse import parse
from mimir.core.pricing.cost import Cost
from mimir.core.pricing.find import Prices
from mimir.core.pricing.near import UnknownModel
from mimir.core.pricing.price import price
from mimir.core.pricing.providers import ProviderAliases
from mimir.core.pricing.rates import Rates
from mimir.core.pricing.table import PriceTable, Row, Source
from mimir.core.pricing.terms import UnreadableTerm
from mimir.core.pricing.usage import Usage
from mimir.core.vocabulary import Model

HERE = Source("ours.toml", "overlay", "2026-01-01", "private", "sha256:00")
LISTED = Source("list", "1", "2026-06-01", "MIT", "sha256:11")
INPUT, OUTPUT = "input_cost_per_token", "output_cost_per_token"
DAY = "T00:00:00.000000Z"


def row(**cells: object) -> dict[str, object]:
    return {"model": "p:m", INPUT: "2e-06", **cells}


def refused(**cells: object) -> tuple[str, str]:
    error = parse({"rates": [row(**cells)]}, HERE).failure()
    assert error.subject == "overlay"
    return error.field, error.message


def is_read(*rows: Mapping[str, object]) -> bool:
    return isinstance(parse({"rates": [dict(item) for item in rows]}, HERE), Success)


def book(*rows: Mapping[str, object], **aliases: str) -> Overlay:
    named = {alias.replace("__", ":"): model for alias, model in aliases.items()}
    return parse({"rates": [dict(item) for item in rows], "aliases": named}, HERE).unwrap()


def listed(prices: Mapping[str, int], **terms: str) -> PriceTable:
    return PriceTable(LISTED, {"m": Row("p", prices=dict(prices), terms=terms)})


PLAIN = listed({INPUT: 5_000, OUTPUT: 7_000})


def cost(overlay: Overlay, table: PriceTable = PLAIN, at: str | None = None) -> Cost:
    used = Usage(input_tokens=1, output_tokens=1)
    moment = None if at is None else Instant(at)
    return price("p:m", used, Prices({}, table, ProviderAliases(), overlay), at=moment).unwrap()


def test_a_price_is_read_as_dollars_per_unit() -> None:
    overlay = book(row(input_cost_per_image=1, output_cost_per_token="0.0000100"))
    assert overlay.periods[Model("p:m")][0].prices == {
        INPUT: 2_000_000_000,
        "input_cost_per_image": 10**15,
        OUTPUT: 10_000_000_000,
    }


def test_a_float_is_refused_since_it_is_not_exact() -> None:
    field, message = refused(**{INPUT: 2e-06})
    assert field == f"rates[0].{INPUT}"
    assert message == "a float is not exact; write the price as a text, got 2e-06"


@pytest.mark.parametrize(
    "value", [True, None, "", "NaN", "inf", "-1e-06", -1, "1,5", 2**80, "1e-6 "]
)
def test_what_is_no_price_is_refused_by_row_and_field(value: object) -> None:
    field, message = refused(**{INPUT: value})
    assert field == f"rates[0].{INPUT}"
    assert message.startswith("expected US dollars per unit from 0, got ")


def test_a_price_per_token_above_the_bound_is_refused() -> None:
    assert refused(**{INPUT: "0.0010000001"})[1] == 'is above $1,000 per million: "0.0010000001"'
    assert book(row(**{INPUT: "0.001"})).periods[Model("p:m")][0].prices[INPUT] == 10**12


def test_a_price_per_unit_above_the_bound_is_refused() -> None:
    assert refused(input_cost_per_image=9_224)[1] == "is above $9,223 each: 9224"
    assert is_read(row(input_cost_per_image=9_223))


def test_a_price_of_no_whole_femtodollars_is_refused() -> None:
    message = refused(**{INPUT: "1.2345e-12"})[1]
    assert message == 'is no whole number of femtodollars: "1.2345e-12"'


def test_a_misspelt_field_is_refused_with_the_nearest_name() -> None:
    field, message = refused(output_cost_per_tokn="1e-06")
    assert (field, message) == (
        "rates[0].output_cost_per_tokn",
        "unknown field; near: output_cost_per_token",
    )
    assert refused(zzzzqqqq="1e-06")[1] == "unknown field"


def test_a_field_that_nothing_reads_is_refused_with_the_reason() -> None:
    assert refused(ocr_cost_per_page=1)[1] == (
        "is not read: charged by the page or credit of a document"
    )
    assert refused(web_search_billing_unit="query")[1] == "says nothing about money"


def test_nested_fields_are_objects_and_lists() -> None:
    overlay = book(
        row(
            search_context_cost_per_query={"search_context_size_high": "0.05"},
            tiered_pricing=[{"range": [0, 32_000], "input_cost_per_token": "1e-06"}],
            off_peak_pricing={"hours_utc": "16:30-00:30", "input_cost_per_token": "5e-07"},
        )
    )
    (period,) = overlay.periods[Model("p:m")]
    assert period.prices["search_context_cost_per_query.search_context_size_high"] == 5 * 10**13
    assert period.prices["tiered_pricing[0].input_cost_per_token"] == 10**9
    assert period.terms == {
        "tiered_pricing[0].range[0]": "0",
        "tiered_pricing[0].range[1]": "32000",
        "off_peak_pricing.hours_utc": "16:30-00:30",
    }


def test_a_plain_search_price_stands_for_every_amount_of_context() -> None:
    overlay = book(row(search_context_cost_per_query="0.01"))
    found = Prices({}, PLAIN, ProviderAliases(), overlay)
    used = Usage(web_searches=3)
    for size in ("low", "medium", "high"):
        assert price("p:m", used, found, search_context=size).unwrap().microdollars == 30_000


def test_a_search_price_that_is_stated_twice_is_refused() -> None:
    nested = {"search_context_size_low": 1}
    sized = {"search_context_cost_per_query.search_context_size_low": 1}
    assert refused(search_context_cost_per_query=nested, **sized)[1] == "is stated twice"


def test_a_multiplier_is_read_as_it_is_written() -> None:
    overlay = book(row(regional_endpoint_uplift_multiplier="1.10"))
    assert overlay.periods[Model("p:m")][0].terms == {"regional_endpoint_uplift_multiplier": "1.1"}


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (1.1, "a float is not exact; write the number as a text, got 1.1"),
        (True, "expected a text or a number, got true"),
        ("x" * 600, "expected at most 512 characters that UTF-8 can carry"),
        ("\ud800", "expected at most 512 characters that UTF-8 can carry"),
        ("some", 'cannot be read: "some"'),
        ("-1", 'cannot be read: "-1"'),
    ],
)
def test_a_term_that_cannot_be_read_is_refused_by_row_and_field(
    value: object, message: str
) -> None:
    name = "regional_endpoint_uplift_multiplier"
    assert refused(**{name: value}) == (f"rates[0].{name}", message)


@pytest.mark.parametrize(
    ("raw", "field"),
    [
        ([], ""),
        ({"rate": []}, "rate"),
        ({1: []}, "1"),
        ({"rates": {}}, "rates"),
        ({"rates": [5]}, "rates[0]"),
        ({"rates": [{INPUT: 1}]}, "rates[0].model"),
        ({"rates": [{"model": "p:m"}]}, "rates[0]"),
        ({"rates": [{"model": "p:m", 5: 1}]}, "rates[0]"),
        ({"rates": [row(note=5)]}, "rates[0].note"),
        ({"rates": [row(**{"x" * 600: 1})]}, "rates[0].a string of 600 characters"),
        ({"rates": [{}] * 100_001}, "rates"),
        ({"aliases": []}, "aliases"),
        ({"aliases": {"a": 1}}, "aliases.a"),
        ({"aliases": {"": "b"}}, "aliases."),
        ({"aliases": {str(n): "m" for n in range(100_001)}}, "aliases"),
    ],
)
def test_a_wrong_shape_is_refused_by_its_field(raw: object, field: str) -> None:
    assert parse(raw, HERE).failure().field == field


def test_fields_past_the_bound_are_refused() -> None:
    ranges = [{"input_cost_per_token": 0, "output_cost_per_token": 0}] * (LIST_MAX_ITEMS // 2)
    assert refused(tiered_pricing=ranges) == ("rates[0]", "states more than 1000 fields")


def test_a_value_that_is_nested_too_deep_is_refused() -> None:
    value: object = "1e-06"
    for _ in range(40):
        value = [value]
    field, message = refused(input_cost_per_token=value)
    assert field.startswith("rates[0].input_cost_per_token[0]")
    assert message == "unknown field"


def test_rows_of_one_model_past_the_bound_are_refused() -> None:
    days = (f"{2026 + n // 336:04}-{n // 28 % 12 + 1:02}-{n % 28 + 1:02}" for n in range(1_002))
    bounds = list(days)
    rows = [row(valid_from=since, valid_until=until) for since, until in pairwise(bounds)]
    assert is_read(*rows[:1_000])
    error = parse({"rates": rows}, HERE).failure()
    assert (error.field, error.message) == ("rates[1000].model", "more than 1000 rows of one model")


@pytest.mark.parametrize("value", [5, "2026-1-1", "2026-02-30", "2026-01-01T00:00:00", "soon"])
@pytest.mark.parametrize("name", ["valid_from", "valid_until"])
def test_a_bound_is_a_day_or_a_utc_instant(name: str, value: object) -> None:
    field, message = refused(**{name: value})
    assert field == f"rates[0].{name}"
    assert message.startswith("expected a day or a UTC instant, such as 2026-01-31")


def test_bounds_compare_as_times() -> None:
    overlay = book(row(valid_from="2026-01-01", valid_until="2026-01-01T00:00:00.5Z"))
    (period,) = overlay.periods[Model("p:m")]
    assert (period.since, period.until) == (f"2026-01-01{DAY}", "2026-01-01T00:00:00.500000Z")
    field, message = refused(valid_from="2026-01-02", valid_until="2026-01-02")
    assert (field, message) == ("rates[0].valid_until", "is not after valid_from")


def test_two_rows_may_not_state_one_field_for_one_time() -> None:
    rows = [
        row(valid_from="2026-03-01"),
        row(valid_from="2026-01-01", valid_until="2026-02-01"),
        row(valid_from="2026-02-01", valid_until="2026-03-02"),
    ]
    error = parse({"rates": rows}, HERE).failure()
    assert error.field == f"rates[2].{INPUT}"
    assert error.message == "is stated by rates[0] for the same time"


def test_rows_that_meet_or_state_other_fields_go_together() -> None:
    met = [row(valid_until="2026-02-01"), row(valid_from="2026-02-01")]
    assert is_read(*met)
    other = {"model": "p:m", OUTPUT: "1e-06"}
    assert is_read(row(), other, row(model="p:n"))


def test_an_alias_of_an_alias_is_refused() -> None:
    error = parse({"aliases": {"a": "b", "b": "c"}}, HERE).failure()
    assert (error.field, error.message) == ("aliases.a", "names an alias, not a model")
    assert parse({"aliases": {"a": "a"}}, HERE).failure().field == "aliases.a"


def test_the_overlay_falls_through_by_cell() -> None:
    priced = cost(book(row()))
    assert [(line.rate, line.cell.source, line.cell.key) for line in priced.lines] == [
        (2_000_000_000, "overlay", "p:m"),
        (7_000, "price_list", "m"),
    ]
    assert priced.sources == (LISTED, HERE)


def test_a_configured_row_stays_whole_whatever_the_overlay_states() -> None:
    config = {Model("p:m"): Rates(input=1, output=2)}
    prices = Prices(config, PLAIN, ProviderAliases(), book(row()))
    priced = price("p:m", Usage(input_tokens=1, output_tokens=1), prices).unwrap()
    assert [line.rate for line in priced.lines] == [1_000, 2_000]
    assert {line.cell.source for line in priced.lines} == {"config"}


def test_the_time_of_the_call_picks_the_period() -> None:
    overlay = book(
        row(valid_from="2026-07-01", valid_until="2026-08-01", input_cost_per_token="2e-12"),
        row(valid_from="2026-09-01", input_cost_per_token="3e-12"),
    )
    rates = {
        at: cost(overlay, at=at).lines[0].rate
        for at in (
            "2026-06-30T23:59:59.999999Z",
            "2026-07-01T00:00:00Z",
            "2026-07-31T23:59:59Z",
            "2026-08-01T00:00:00Z",
            "2026-09-01T00:00:00Z",
        )
    }
    assert list(rates.values()) == [5_000, 2_000, 2_000, 5_000, 3_000]


def test_without_a_time_the_rates_without_an_end_count_and_the_cost_says_so() -> None:
    overlay = book(
        row(valid_until="2026-08-01", input_cost_per_token="2e-12"),
        row(valid_from="2026-09-01", input_cost_per_token="3e-12"),
    )
    assert (cost(overlay).lines[0].rate, cost(overlay).notes) == (3_000, ("period_assumed",))
    tiered = listed({INPUT: 5_000, OUTPUT: 7_000, f"{INPUT}_above_1k_tokens": 9_000})
    assert cost(overlay, tiered).notes == ("period_assumed",)
    assert cost(book(row())).notes == ()


def test_a_time_before_the_price_list_is_noted() -> None:
    assert cost(NO_OVERLAY, at="2026-05-31T23:59:59Z").notes == ("before_price_list",)
    assert cost(NO_OVERLAY, at="2026-06-01T00:00:00Z").notes == ()


def test_a_model_that_only_the_overlay_has_is_priced_from_its_cells_alone() -> None:
    overlay = book(row(model="q:n", output_cost_per_token="1e-06"))
    prices = Prices({}, PLAIN, ProviderAliases(), overlay)
    priced = price("q:n", Usage(input_tokens=1), prices, at=Instant("2020-01-01T00:00:00Z"))
    assert (priced.unwrap().sources, priced.unwrap().notes) == ((HERE,), ())
    assert price("q:o", Usage(), prices).failure() == UnknownModel("q:o", ())


def test_an_alias_has_the_rates_of_its_model() -> None:
    prices = Prices({}, PLAIN, ProviderAliases(), book(row(), azure__mine="p:m"))
    priced = price("azure:mine", Usage(input_tokens=1), prices).unwrap()
    assert (priced.lines[0].rate, priced.lines[0].cell.model) == (2_000_000_000, "azure:mine")


def test_an_overlays_cell_stands_over_every_field_of_the_list_for_the_same_cell() -> None:
    table = listed(
        {
            INPUT: 5_000,
            OUTPUT: 7_000,
            "cache_read_input_token_cost": 900,
            "tiered_pricing[0].input_cost_per_token": 6_000,
            "tiered_pricing[1].input_cost_per_token": 8_000,
        },
        **{
            "tiered_pricing[0].range[0]": "0",
            "tiered_pricing[0].range[1]": "1000",
            "tiered_pricing[1].range[0]": "1000",
            "tiered_pricing[1].range[1]": "2000",
        },
    )
    overlay = book(row(input_cost_per_token="2e-12", input_cost_per_token_cache_hit="3e-13"))
    prices = Prices({}, table, ProviderAliases(), overlay)
    for tokens, rate in ((1, 2_000), (1_001, 8_000)):
        priced = price("p:m", Usage(input_tokens=tokens), prices).unwrap()
        assert priced.lines[0].rate == rate
    cached = price("p:m", Usage(cache_read_tokens=1), prices).unwrap()
    assert cached.lines[0].rate == 300


def test_a_term_of_the_list_that_cannot_be_read_fails_every_period() -> None:
    broken = listed({INPUT: 5, OUTPUT: 5}, regional_endpoint_uplift_multiplier="some")
    for overlay in (NO_OVERLAY, book(row(valid_from="2026-01-01"))):
        assert isinstance(
            Prices({}, broken, ProviderAliases(), overlay).find("p:m"), UnreadableTerm
        )


def test_a_period_made_by_hand_whose_term_cannot_be_read_is_an_error() -> None:
    period = Period(None, f"2026-01-01{DAY}", {}, {"regional_endpoint_uplift_multiplier": "some"})
    overlay = Overlay(HERE, {Model("p:m"): (period,)})
    found = Prices({}, PLAIN, ProviderAliases(), overlay).find("p:m")
    assert found == UnreadableTerm("m", "regional_endpoint_uplift_multiplier", '"some"')


def test_a_weekday_zone_of_the_overlay_stands_beside_the_lists_hours() -> None:
    hours = {"off_peak_pricing.hours_utc": "00:00-00:00", "off_peak_pricing.weekdays[0]": "5"}
    table = listed({INPUT: 5, OUTPUT: 5, "off_peak_pricing.input_cost_per_token": 1}, **hours)
    zone = {"weekday_timezone": "Asia/Tokyo"}
    overlay = book({"model": "p:m", "off_peak_pricing": zone})
    friday_in_tokyo = "2026-06-04T15:00:00Z"
    assert cost(NO_OVERLAY, table, friday_in_tokyo).lines[0].rate == 5
    assert cost(overlay, table, friday_in_tokyo).lines[0].rate == 1


def test_an_alias_with_rates_of_its_own_has_them_before_those_of_its_model() -> None:
    own = {"model": "q:deployment", INPUT: "1e-06"}
    overlay = book(row(), own, q__deployment="p:m")
    prices = Prices({}, PLAIN, ProviderAliases(), overlay)
    used = Usage(input_tokens=1, output_tokens=1)
    lines = price("q:deployment", used, prices).unwrap().lines
    assert [(line.rate, line.cell.key) for line in lines] == [
        (1_000_000_000, "q:deployment"),
        (7_000, "m"),
    ]
    assert price("p:m", used, prices).unwrap().lines[0].rate == 2_000_000_000


def test_hours_that_are_stated_stand_for_all_hours_of_the_list() -> None:
    quiet = {f"off_peak_pricing.{INPUT}": 1_000}
    hours = {
        "off_peak_pricing.windows[0].hours_utc[0]": "00:00-01:00",
        "off_peak_pricing.windows[0].hours_utc[1]": "04:00-06:00",
        "off_peak_pricing.windows[1].hours_utc": "20:00-22:00",
    }
    table = listed({INPUT: 5_000, OUTPUT: 7_000, **quiet}, **hours)
    windows = [{"hours_utc": "10:00-11:00"}]
    overlay = book({"model": "p:m", "off_peak_pricing": {"windows": windows}})
    rates = {
        hour: cost(overlay, table, f"2026-07-01T{hour}:30:00Z").lines[0].rate
        for hour in ("00", "04", "10", "20")
    }
    assert rates == {"00": 5_000, "04": 5_000, "10": 1_000, "20": 5_000}


def test_ranges_that_are_stated_stand_for_all_ranges_of_the_list() -> None:
    ranges = {f"tiered_pricing[{n}].{name}": 5_000 for n in (0, 1) for name in (INPUT, OUTPUT)}
    ends = {
        "tiered_pricing[0].range[0]": "0",
        "tiered_pricing[0].range[1]": "1",
        "tiered_pricing[1].range[0]": "1",
        "tiered_pricing[1].range[1]": "9",
    }
    one = {"range": [0, 100], INPUT: "3e-06", OUTPUT: "4e-06"}
    overlay = book({"model": "p:m", "tiered_pricing": [one]})
    prices = Prices({}, listed(ranges, **ends), ProviderAliases(), overlay)
    made = price("p:m", Usage(input_tokens=100, output_tokens=1), prices).unwrap()
    assert [line.rate for line in made.lines] == [3_000_000_000, 4_000_000_000]


@pytest.mark.parametrize(("provider", "rate"), [("xai", 9), ("grok", 9), ("other", 5)])
def test_an_unlisted_model_has_the_rules_of_the_provider_that_its_name_declares(
    provider: str, rate: int
) -> None:
    cells = {INPUT: "5e-15", f"{INPUT}_above_200k_tokens": "9e-15"}
    overlay = book({"model": f"{provider}:new", **cells})
    prices = Prices({}, PLAIN, ProviderAliases({"grok": ("xai*", "xai")}), overlay)
    made = price(f"{provider}:new", Usage(input_tokens=200_000), prices).unwrap()
    assert made.lines[0].rate == rate


def test_one_cell_may_not_be_stated_under_two_names() -> None:
    both = {"cache_read_input_token_cost": "1e-08", "input_cost_per_token_cache_hit": "9e-08"}
    field, message = refused(**both)
    assert field == "rates[0].input_cost_per_token_cache_hit"
    assert message == "is stated by rates[0] for the same time"


def test_an_empty_list_is_refused_since_it_may_mean_never() -> None:
    hours = {"windows": [{"hours_utc": "10:00-11:00", "weekdays": []}]}
    field, _ = refused(off_peak_pricing=hours)
    assert field == "rates[0].off_peak_pricing.windows[0].weekdays"


def test_aliases_are_bounded_like_the_rows_of_a_catalog() -> None:
    error = parse({"aliases": dict.fromkeys(map(str, range(CATALOG_MAX_ROWS + 1)))}, HERE).failure()
    assert (error.field, error.message) == (
        "aliases",
        "expected an object, got an object of 100001 keys",
    )
    assert parse({"aliases": []}, HERE).failure().field == "aliases"
