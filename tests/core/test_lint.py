"""Linting: each kind of fault and remark, on a row that has it and on one that has not."""

from collections.abc import Mapping

from mimir.core.pricing.book import Overlay, Period
from mimir.core.pricing.find import Prices
from mimir.core.pricing.lint import FAULTS, REMARK_KINDS, Remark, lint_overlay, lint_table
from mimir.core.pricing.providers import ProviderAliases
from mimir.core.pricing.table import PriceTable, Row, Source
from mimir.core.vocabulary import Model

HERE = Source("list", "1", "2026-06-01", "MIT", "sha256:00")
TODAY = "2026-06-15"
INPUT, OUTPUT = "input_cost_per_token", "output_cost_per_token"
PLAIN = {INPUT: 4, OUTPUT: 8}


def lint(row: Row, key: str = "m") -> list[Remark]:
    return list(lint_table(PriceTable(HERE, {key: row}), TODAY))


def over(
    *periods: Period, model: str = "p:m", aliases: Mapping[str, str] | None = None
) -> list[tuple[str, str, str, str]]:
    named = {Model(alias): Model(name) for alias, name in (aliases or {}).items()}
    overlay = Overlay(HERE, {Model(model): periods} if periods else {}, named)
    table = PriceTable(HERE, {"m": Row("p", prices=PLAIN)})
    prices = Prices({}, table, ProviderAliases(), overlay)
    return [
        (item.kind, item.row, item.field, item.detail)
        for item in lint_overlay(overlay, prices, TODAY)
    ]


def test_a_sound_row_has_no_remark() -> None:
    assert lint(Row("p", deprecation_date=TODAY, prices=PLAIN)) == []


def test_a_field_that_nothing_reads_is_a_fault() -> None:
    found = lint(Row("p", prices={**PLAIN, "input_cost_per_tokn": 1}, terms={"some_pricing": "x"}))
    assert [item.message for item in found] == ["m: input_cost_per_tokn", "m: some_pricing"]
    assert {item.kind for item in found} == {"unknown_field"}
    assert "unknown_field" in FAULTS


def test_a_field_that_is_left_out_on_purpose_has_its_reason() -> None:
    row = Row(
        "p",
        prices={**PLAIN, "ocr_cost_per_page": 1},
        terms={"search_free_requests.day": "1", "web_search_billing_unit": "query"},
    )
    first, second = lint(row)
    assert (first.kind, first.field) == ("unread_field", "ocr_cost_per_page")
    assert first.detail == "charged by the page or credit of a document"
    assert (second.kind, second.field) == ("unread_field", "search_free_requests.day")


def test_a_term_that_cannot_be_read_is_a_fault() -> None:
    terms = {"regional_endpoint_uplift_multiplier": "some"}
    assert lint(Row("p", prices=PLAIN, terms=terms)) == [
        Remark("unreadable_term", "m", "regional_endpoint_uplift_multiplier", '"some"')
    ]


def test_a_tier_that_lacks_a_stated_rate_has_a_hole() -> None:
    prices = {
        **PLAIN,
        "cache_read_input_token_cost": 1,
        f"{INPUT}_batches": 2,
        f"{OUTPUT}_batches": 4,
        f"{INPUT}_flex": 2,
        f"{INPUT}_above_200k_tokens": 8,
        f"{OUTPUT}_above_200k_tokens": 16,
    }
    assert lint(Row("p", prices=prices)) == [
        Remark(
            "hole", "m", "cache_read_tokens", "no rate in tier standard above 200000 input tokens"
        ),
        Remark("hole", "m", "cache_read_tokens", "no rate in tier batch"),
    ]


def test_a_cell_that_a_rule_fills_is_no_hole() -> None:
    prices = {
        **PLAIN,
        "cache_read_input_token_cost": 2,
        f"{INPUT}_batches": 2,
        f"{OUTPUT}_batches": 4,
    }
    assert lint(Row("anthropic", prices=prices), "claude-x") == []


def test_what_the_audit_finds_is_a_remark() -> None:
    half, dear = lint(Row("p", prices={INPUT: 4, "cache_read_input_token_cost": 5}))
    assert half.message == f"m: {OUTPUT}: missing"
    assert dear.message == "m: cache_read_input_token_cost: 5"
    assert [half.kind, dear.kind] == ["half_row", "cache_read_dearer"]


def test_a_rate_of_no_whole_femtodollars_is_a_remark() -> None:
    assert lint(Row("p", prices={**PLAIN, "input_cost_per_image": "0.5"})) == [
        Remark("inexact", "m", "input_cost_per_image", "no whole number of femtodollars")
    ]


def test_a_row_past_its_deprecation_date_is_a_remark() -> None:
    assert lint(Row("p", deprecation_date="2026-06-14", prices=PLAIN)) == [
        Remark("past_deprecation", "m", "deprecation_date", "2026-06-14")
    ]


def test_an_overlay_of_a_listed_model_has_no_remark() -> None:
    now = Period("2026-06-15T00:00:00.000000Z", None, {INPUT: 1}, {})
    assert over(now) == []


def test_a_period_that_is_over_or_ahead_is_a_remark() -> None:
    past = Period(None, "2026-06-15T00:00:00.000000Z", {INPUT: 1}, {})
    ahead = Period("2026-06-16T00:00:00.000000Z", None, {INPUT: 1}, {})
    assert over(past, ahead) == [
        ("period_over", "p:m", "valid_until", "2026-06-15T00:00:00.000000Z"),
        ("period_ahead", "p:m", "valid_from", "2026-06-16T00:00:00.000000Z"),
    ]


def test_a_model_that_no_list_has_needs_both_rates() -> None:
    half = ("half_model", "q:n", INPUT, "the price list has no such model")
    whole = ("unlisted_model", "q:n", "", "priced by the overlay alone")
    assert over(Period(None, None, {OUTPUT: 1}, {}), model="q:n") == [half]
    assert over(Period(None, None, PLAIN, {}), model="q:n") == [whole]


def test_an_alias_of_a_model_without_rates_is_a_fault() -> None:
    found = over(aliases={"mine:a": "p:m", "mine:b": "p:none"})
    assert found == [("alias_without_rates", "mine:b", "", "p:none")]
    assert "alias_without_rates" in FAULTS


def test_every_fault_is_a_kind() -> None:
    assert frozenset(REMARK_KINDS[: len(FAULTS)]) == FAULTS
