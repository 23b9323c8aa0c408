"""How a public price list becomes a table and findings."""

import pytest

from mimir.core.pricing import terms
from mimir.core.pricing.changes import Change, changes
from mimir.core.pricing.compact import Compacted, compact
from mimir.core.pricing.table import EMPTY, PriceTable, Row

GOOD = '"good": {"litellm_provider": "p", "input_cost_per_token": 1e-6, "output_cost_per_token": 2}'
BASE = '"litellm_provider": "p", "output_cost_per_image": 0.04'


def made(rows: str) -> Compacted:
    """Compact a list of one good image row and ``rows``."""
    return compact('{"image": {' + BASE + "}, " + rows + "}", EMPTY.source).unwrap()


def kinds(compacted: Compacted) -> list[tuple[str, str, str]]:
    """What was found, without the details."""
    return [(item.kind, item.row, item.field) for item in compacted.findings]


def cell(text: str) -> Compacted:
    """Compact one row ``m`` that has the cells ``text``."""
    return made('"m": {"litellm_provider": "p", ' + text + "}")


def test_every_price_and_fact_of_a_row_is_kept() -> None:
    compacted = cell(
        """
        "input_cost_per_token": 2.5e-06, "output_cost_per_token": 0.00001, "mode": "chat",
        "output_cost_per_image": 0.04, "max_input_tokens": 1e3, "max_output_tokens": 10,
        "max_tokens": 20, "deprecation_date": "2030-01-01", "supports_vision": true,
        "supports_x": false, "supports_y": null, "source": "https://example.invalid",
        "search_context_cost_per_query": {"search_context_size_low": 0.01},
        "tiered_pricing": [{"input_cost_per_token": 5e-08, "range": [0, 256000.0]}],
        "off_peak_pricing": {"windows": [{"weekdays": [1]}], "on": true, "off": false},
        "input_dbu_cost_per_token": 0.0021, "regional_endpoint_uplift_multiplier": 1.10,
        "web_search_billing_unit": "per_query", "input_cost_per_second": null
        """
    )
    assert compacted.table.rows["m"] == Row(
        "p",
        "chat",
        1000,
        10,
        20,
        "2030-01-01",
        frozenset({"supports_vision"}),
        {
            "input_cost_per_token": 2_500_000_000,
            "output_cost_per_token": 10_000_000_000,
            "output_cost_per_image": 40_000_000_000_000,
            "search_context_cost_per_query.search_context_size_low": 10_000_000_000_000,
            "tiered_pricing[0].input_cost_per_token": 50_000_000,
        },
        {
            "tiered_pricing[0].range[0]": "0",
            "tiered_pricing[0].range[1]": "256000",
            "off_peak_pricing.windows[0].weekdays[0]": "1",
            "off_peak_pricing.on": "true",
            "off_peak_pricing.off": "false",
            "input_dbu_cost_per_token": "0.0021",
            "regional_endpoint_uplift_multiplier": "1.1",
            "web_search_billing_unit": "per_query",
        },
    )
    assert compacted.findings == ()
    assert compacted.listed == 2


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ('"input_cost_per_image": "0.1"', "not_a_number"),
        ('"input_cost_per_image": true', "not_a_number"),
        ('"input_cost_per_image": NaN', "not_a_number"),
        ('"input_cost_per_image": -Infinity', "not_a_number"),
        ('"input_cost_per_image": -0.1', "negative"),
        ('"input_cost_per_image": 9300', "outlier"),
        ('"input_cost_per_audio_token": 0.0010001', "outlier"),
        ('"regional_uplift_multiplier": "1.1"', "not_a_number"),
        ('"regional_uplift_multiplier": NaN', "not_a_number"),
        ('"regional_uplift_multiplier": -1', "negative"),
        ('"tiered_pricing": ["' + "x" * 513 + '"]', "not_a_text"),
        ('"tiered_pricing": ["\\ud800"]', "not_a_text"),
        ('"max_tokens": "many"', "not_a_count"),
        ('"max_tokens": 1.5', "not_a_count"),
        ('"max_tokens": -1', "not_a_count"),
        ('"max_tokens": 1e19', "not_a_count"),
        ('"mode": "one of: chat"', "not_a_text"),
        ('"mode": 7', "not_a_text"),
        ('"deprecation_date": "soon"', "not_a_date"),
        ('"supports_vision": "yes"', "not_a_flag"),
        ('"supports_' + "x" * 120 + '": true', "not_a_flag"),
        ('"input_cost_\\ud800": 1', "bad_key"),
        ('"input_cost_' + "x" * 502 + '": 1', "bad_key"),
        ('"max_tokens": 1, "max_tokens": 1', "repeated_field"),
        ('"off_peak_pricing": {"a": 1, "a": 1}', "repeated_field"),
        ('"tiered_pricing": ' + "[" * 34 + "]" * 34, "too_deep"),
        ('"tiered_pricing": ' + '{"a":' * 34 + "1" + "}" * 34, "too_deep"),
    ],
)
def test_a_bad_cell_is_dropped_and_named(text: str, kind: str) -> None:
    compacted = cell(text)
    assert [item.kind for item in compacted.findings] == [kind]
    assert compacted.findings[0].row == "m"
    assert compacted.findings[0].message.startswith(f"{kind}: m: ")
    assert compacted.table.rows["m"] == Row("p")


def test_a_row_of_too_many_cells_is_cut_off_and_named() -> None:
    compacted = cell('"tiered_pricing": [' + ",".join(["1"] * 1001) + "]")
    assert kinds(compacted) == [("too_many", "m", "tiered_pricing[1000]")]
    assert len(compacted.table.rows["m"].terms) == 1000


def test_the_bound_for_outliers_itself_is_no_outlier() -> None:
    compacted = cell('"input_cost_per_audio_token": 0.001')
    assert compacted.table.rows["m"].prices == {"input_cost_per_audio_token": 10**12}


def test_float_debris_of_a_token_price_is_repaired_and_named() -> None:
    compacted = cell('"input_cost_per_audio_token": 4.0000000000000003e-07')
    assert compacted.table.rows["m"].prices == {"input_cost_per_audio_token": 400_000_000}
    assert kinds(compacted) == [("repaired", "m", "input_cost_per_audio_token")]


def test_a_price_per_anything_else_is_never_rounded() -> None:
    compacted = cell('"output_cost_per_pixel": 2.384185791015625e-08')
    assert compacted.table.rows["m"].prices == {"output_cost_per_pixel": "23841857.91015625"}
    assert kinds(compacted) == [("inexact", "m", "output_cost_per_pixel")]


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ('"input_cost_per_token": 1e-6', "output_cost_per_token"),
        ('"output_cost_per_token": 1e-6', "input_cost_per_token"),
    ],
)
def test_a_half_row_is_kept_and_named(text: str, missing: str) -> None:
    assert kinds(cell(text)) == [("half_row", "m", missing)]


@pytest.mark.parametrize("tier", ["", "_batches"])
def test_a_cache_read_dearer_than_input_is_kept_and_named(tier: str) -> None:
    name = f"cache_read_input_token_cost{tier}"
    compacted = cell(
        f'"{name}": 2e-6, "input_cost_per_token{tier}": 1e-6, "output_cost_per_token{tier}": 0'
    )
    assert kinds(compacted) == [("cache_read_dearer", "m", name)]
    assert compacted.table.rows["m"].prices[name] == 2_000_000_000


@pytest.mark.parametrize(
    ("rows", "kind"),
    [
        ('"m": 7', "not_an_object"),
        ('"m": []', "not_an_object"),
        ('"m": {}', "no_provider"),
        ('"m": {"litellm_provider": 7}', "no_provider"),
        ('"m": {"litellm_provider": "one of them"}', "no_provider"),
        ('"m": {"litellm_provider": "' + "p" * 129 + '"}', "no_provider"),
        ('"m": {' + BASE + '}, "m": {' + BASE + "}", "repeated_row"),
        ('"": {' + BASE + "}", "bad_key"),
        ('"' + "m" * 513 + '": {' + BASE + "}", "bad_key"),
        ('"\\ud800": {' + BASE + "}", "bad_key"),
    ],
)
def test_a_bad_row_is_dropped_and_named(rows: str, kind: str) -> None:
    compacted = made(rows)
    assert [item.kind for item in compacted.findings] == [kind]
    assert list(compacted.table.rows) == ["image"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no JSON"),
        ("{", "no JSON"),
        ("[" * 100_000, "no JSON"),
        ("[" * 100_001, "more than 100000 lists and objects"),
        ("[]", "a list of 0 items"),
        ("7", '"7"'),
        ("{}", "none of 0 rows"),
        ('{"m": {"litellm_provider": "p"}}', "none of 1 rows"),
        ("{" + ",".join(f'"{n}":1' for n in range(100_001)) + "}", "an object of 100001 keys"),
    ],
)
def test_a_list_without_a_usable_row_is_an_error(text: str, message: str) -> None:
    error = compact(text, EMPTY.source).failure()
    assert error.code == "invalid_price_table"
    assert message in error.message


def test_a_secret_in_a_list_is_not_quoted() -> None:
    key = "sk-" + "a1B2" * 10
    assert all(key not in item.message for item in made(f'"{key}": 7').findings)


def test_changes_are_told_apart_by_direction() -> None:
    before = PriceTable(
        EMPTY.source,
        {"old": Row("p"), "m": Row("p", prices={"a": 1, "b": "2.5", "c": 3, "d": 4, "f": 6})},
    )
    after = PriceTable(
        EMPTY.source,
        {"new": Row("p"), "m": Row("p", prices={"a": 2, "b": 2, "c": 3, "e": 5, "f": "6.5"})},
    )
    found = changes(before, after)
    assert (found.added, found.removed) == (("new",), ("old",))
    assert found.dearer == (Change("m", "a", 1, 2), Change("m", "f", 6, "6.5"))
    assert found.cheaper == (Change("m", "b", "2.5", 2),)
    assert found.restated == (Change("m", "d", 4, None), Change("m", "e", None, 5))


def test_an_empty_list_is_kept_as_a_term_since_it_may_mean_never() -> None:
    text = '"off_peak_pricing": {"windows": [{"hours_utc": "10:00-11:00", "weekdays": []}]}'
    row = cell(f'"input_cost_per_token": 1e-6, {text}').table.rows["m"]
    assert row.terms["off_peak_pricing.windows[0].weekdays"] == "[]"
    assert isinstance(terms.parse("m", row.terms), terms.UnreadableTerm)


def test_an_alias_is_the_row_that_it_names_under_its_own_key() -> None:
    compacted = made('"latest": {"alias_of": "good"}, ' + GOOD)
    rows = compacted.table.rows
    assert rows["latest"] == rows["good"]
    assert list(rows) == ["image", "good", "latest"]
    assert ("alias_of_nothing", "latest") not in [item[:2] for item in kinds(compacted)]


@pytest.mark.parametrize("target", ['"none"', '"other"', "7", "null", "[]"])
def test_an_alias_of_no_row_or_of_an_alias_is_dropped(target: str) -> None:
    other = '"other": {"alias_of": "image"}'
    compacted = made('"latest": {"alias_of": ' + target + "}, " + other)
    assert list(compacted.table.rows) == ["image", "other"]
    assert kinds(compacted) == [("alias_of_nothing", "latest", "alias_of")]


def test_an_alias_has_a_key_like_any_row() -> None:
    compacted = made('"": {"alias_of": "image"}, "twice": {"alias_of": "image"}, "twice": {}')
    assert sorted(compacted.table.rows) == ["image"]
    assert [item[0] for item in kinds(compacted)] == ["repeated_row", "bad_key"]
