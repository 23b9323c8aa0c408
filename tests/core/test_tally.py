"""Adding up a usage log: sums, groups, reasons, bounds."""

import json

import pytest

from mimir.core.outcome import Success
from mimir.core.pricing import tally as tallies
from mimir.core.pricing.book import Overlay, Period
from mimir.core.pricing.cost import Cost
from mimir.core.pricing.find import Prices
from mimir.core.pricing.normalise import openai
from mimir.core.pricing.price import price
from mimir.core.pricing.providers import ProviderAliases
from mimir.core.pricing.rates import Rates
from mimir.core.pricing.table import PriceTable, Row, Source
from mimir.core.pricing.tally import Settings, Tally, add, refuse, settled
from mimir.core.pricing.tally_sums import OTHERS, GroupSum
from mimir.core.pricing.usage import parse
from mimir.core.pricing.usage_line import Format, LineUnreadable
from mimir.core.vocabulary import Model

SOURCE = Source("a list", "1", "2026-06-01", "MIT", "sha256:" + "0" * 64)
ROW = Row(
    "p",
    prices={
        "input_cost_per_token": 3_000,
        "output_cost_per_token": 15_000,
        "input_cost_per_token_above_200k_tokens": 6_000,
        "output_cost_per_token_above_200k_tokens": 22_500,
    },
)
QUIET = Row(
    "p",
    prices={
        "input_cost_per_token": 4_000,
        "output_cost_per_token": 8_000,
        "off_peak_pricing.input_cost_per_token": 1_000,
        "off_peak_pricing.output_cost_per_token": 2_000,
    },
    terms={"off_peak_pricing.hours_utc": "16:30-00:30"},
)
PERIODS = (
    Period(None, "2026-07-01T00:00:00.000000Z", {"input_cost_per_token": 1_000}, {}),
    Period("2026-08-01T00:00:00.000000Z", None, {"input_cost_per_token": 2_000}, {}),
)
PRICES = Prices(
    {Model("house:m"): Rates(input=2, output=3)},
    PriceTable(SOURCE, {"p/m": ROW, "p/quiet": QUIET, "p/dated": ROW}),
    ProviderAliases(),
    Overlay(SOURCE, {Model("p:dated"): PERIODS}, {Model("p:alias"): Model("p:m")}),
)


def line(model="p:m", *, used=None, **more):
    """Write one line of a log."""
    return json.dumps({"model": model, "usage": used or {"input_tokens": 7}, **more})


def tally_of(lines, **settings):
    """Add up some lines."""
    return settled(add(Tally(Settings(PRICES, **settings)), lines, 1))


def one_by_one(lines):
    """Price each line by itself."""
    costs = []
    for raw in map(json.loads, lines):
        used = parse(raw["usage"]).unwrap()
        priced = price(raw["model"], used, PRICES, tier=raw.get("tier", "standard"))
        assert isinstance(priced, Success)
        costs.append(priced.unwrap())
    return costs


def test_lines_are_summed_by_group():
    lines = [line(), line("house:m", used={"output_tokens": 5}), line()]
    tally = tally_of(lines)
    assert tally.groups == {
        ("p:m",): GroupSum(2, 14, 0, 2 * 7 * 3_000),
        ("house:m",): GroupSum(1, 0, 5, 5 * 3_000),
    }
    assert tally.cost.femtodollars == sum(item.femtodollars for item in one_by_one(lines))
    assert tally.reasons == {}


def test_each_line_is_priced_in_its_own_context():
    at_most = line(used={"input_tokens": 200_000, "output_tokens": 1})
    above = line(used={"input_tokens": 200_001, "output_tokens": 1})
    tally = tally_of([at_most, above, at_most, above])
    wanted = 2 * (200_000 * 3_000 + 15_000 + 200_001 * 6_000 + 22_500)
    assert tally.cost.femtodollars == wanted
    assert [item.cell.above for item in tally.cost.lines] == [None, 200_000, None, 200_000]


def test_each_line_is_priced_at_its_own_hour():
    times = ["2026-06-02T16:29:59Z", "2026-06-02T16:30:00Z", "2026-06-02T23:59:59.5Z"]
    tally = tally_of([line("p:quiet", at=at) for at in times * 2])
    assert tally.cost.femtodollars == 2 * 7 * (4_000 + 1_000 + 1_000)
    assert tally.cost.notes == ()


def test_each_line_is_priced_in_its_own_period():
    times = ["2026-06-30T23:59:59Z", "2026-07-01T00:00:00Z", "2026-08-01T00:00:00Z"]
    tally = tally_of([line("p:dated", at=at) for at in times * 2])
    assert tally.cost.femtodollars == 2 * 7 * (1_000 + 3_000 + 2_000)


def test_a_line_without_a_time_is_noted_where_that_matters():
    tally = tally_of([line("p:dated"), line("p:quiet"), line("p:m", at="2026-05-31T00:00:00Z")])
    assert tally.cost.notes == ("before_price_list", "peak_price_assumed", "period_assumed")


def test_lines_are_grouped_by_everything_that_they_say():
    by = ("model", "provider", "day", "month", "tier", "region", "search_context")
    said = line(tier="default", at="2026-06-02T00:00:00Z", region="eu", search_context="high")
    tally = tally_of([said, line("house:m")], by=by)
    assert list(tally.groups) == [
        ("p:m", "p", "2026-06-02", "2026-06", "standard", "eu", "high"),
        ("house:m", "house", None, None, "standard", None, None),
    ]


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("{", ("line_not_json", "the line is no JSON")),
        (line("p:none"), ("unknown_model", "no price")),
        (line(tier="turbo"), ("unknown_tier", "unknown service tier")),
        (line(tier="batch"), ("missing_rate", "no rate for input_tokens")),
        (line(used={"input_tokens": 1, "video_tokens": 1}), ("invalid_usage", "usage.video")),
        (line(used={"input_tokens": True}), ("invalid_usage", "usage.input_tokens")),
        (line(used={"input_tokens": -1}), ("invalid_usage", "usage.input_tokens")),
        (line(used={"input_tokens": 2**63}), ("invalid_usage", "usage.input_tokens")),
        (line(at="2026-06-02T00:00:60Z"), ("invalid_instant", "at")),
        (line(at=20260602), ("invalid_instant", "at")),
        (line(tier=["batch"]), ("invalid_usage", "tier")),
        (line(more=1), ("invalid_usage", "more")),
        (line()[:-1] + ', "model": "p:m"}', ("line_repeated_key", "the line has the key")),
        (line()[:-2] + ', "input_tokens": 7}}', ("line_repeated_key", "the line has the key")),
        ('{"model": "p:m", "usage": 7}', ("invalid_usage", "usage")),
        ("[]", ("invalid_usage", "")),
        (line() + "x", ("line_not_json", "the line is no JSON")),
    ],
)
def test_a_line_without_a_price_is_in_no_sum_and_counted_under_its_reason(text, key):
    tally = tally_of([line(), text, line(), text])
    (found,) = tally.reasons
    assert found[0] == key[0]
    assert found[1].startswith(key[1])
    (reason,) = tally.reasons.values()
    assert (reason.lines, reason.first_line) == (2, 2)
    assert reason.example == (text if len(text) <= 120 else text[:117] + "...")
    assert tally.cost.femtodollars == 2 * 7 * 3_000


def test_only_a_count_above_0_needs_a_rate():
    used = {"input_tokens": 1, "input_audio_tokens": 0}
    tally = tally_of([line(used=used), line(used=used), line(used={**used, "web_searches": 1})])
    assert tally.groups["p:m",].lines == 2
    assert [reason.first_line for reason in tally.reasons.values()] == [3]


def test_the_reason_is_the_first_dimension_without_a_rate_however_the_line_is_written():
    counts = [("web_searches", 1), ("seconds", 1)]
    tally = tally_of([line(used=dict(counts)), line(used=dict(reversed(counts)))])
    (reason,) = tally.reasons.values()
    assert (reason.lines, reason.error.dimension) == (2, "web_searches")


def test_a_lower_bound_is_marked_and_its_missing_rate_is_named():
    used = {"input_tokens": 1, "web_searches": 2}
    tally = tally_of([line(used=used), line()], on_missing="partial")
    assert tally.reasons == {}
    assert tally.groups["p:m",].partial
    assert [item.dimension for item in tally.cost.missing] == ["web_searches"]
    assert tally.cost.femtodollars == 8 * 3_000


def test_blank_lines_are_none():
    assert tally_of(["", " \t\r", line() + "\r", line() + " \r"]).groups["p:m",].lines == 2
    assert tally_of([]).cost == Cost.zero


def test_another_form_of_usage_is_read_by_its_own_rule():
    used = {
        "prompt_tokens": 9,
        "completion_tokens": 1,
        "total_tokens": 10,
        "prompt_tokens_details": {"cached_tokens": 0},
    }
    tally = tally_of([line(used=used), line(used=used)], form=Format(openai.chat))
    assert tally.groups["p:m",] == GroupSum(2, 18, 2, 2 * (9 * 3_000 + 15_000))


def test_a_form_is_never_read_as_buckets_that_have_its_names():
    used = {"input_tokens": 9, "output_tokens": 1, "total_tokens": 10}
    bare = {"input_tokens": 9, "output_tokens": 1}
    form = Format(openai.responses)
    tally = tally_of(
        [line(used=used), line(used=bare), line(used={**bare, "seconds": 1})], form=form
    )
    assert [reason.first_line for reason in tally.reasons.values()][-1] == 3


def test_open_sums_are_settled_at_their_bound_without_a_trace(monkeypatch):
    days = [line(at=f"2026-06-{day:02}T00:00:00Z") for day in range(1, 29)]
    whole = tally_of(days * 2, by=("day",))
    monkeypatch.setattr(tallies, "OPEN_MAX", 3)
    tally = Tally(Settings(PRICES, ("day",)))
    for number, text in enumerate(days * 2, 1):
        tally = add(tally, [text], number)
        assert len(tally.open) <= 3
    tally = settled(tally)
    assert (tally.groups, tally.cost) == (whole.groups, whole.cost)


def test_groups_past_the_bound_are_added_up_together(monkeypatch):
    monkeypatch.setattr(tallies, "GROUPS_MAX", 2)
    days = [line(at=f"2026-06-{day:02}T00:00:00Z") for day in (1, 2, 3, 4, 1)]
    tally = tally_of(days, by=("day",))
    counted = {group: item.lines for group, item in tally.groups.items()}
    assert counted == {("2026-06-01",): 2, ("2026-06-02",): 1, OTHERS: 2}
    assert tally.cost.femtodollars == 5 * 7 * 3_000


def test_reasons_past_the_bound_are_counted_by_code(monkeypatch):
    monkeypatch.setattr(tallies, "REASONS_MAX", 2)
    known = ["p:m", "house:m", "p:alias", "p:dated"]
    tally = tally_of([line(f"p:{number}") for number in range(5)] + [line(item) for item in known])
    assert [reason.lines for reason in tally.reasons.values()] == [1, 1, 3]
    assert tally.reasons["unknown_model", ""].error.near == ()
    assert sum(item.lines for item in tally.groups.values()) == 4


def test_a_line_that_its_reader_refuses_is_counted_too():
    tally = Tally(Settings(PRICES))
    refuse(tally, LineUnreadable("too_long", "is longer than 3 bytes"), 9, "")
    (reason,) = settled(tally).reasons.values()
    assert (reason.first_line, reason.error.code) == (9, "line_too_long")


def test_an_excerpt_is_bounded_and_shows_no_key():
    key = "sk-" + "a1" * 20
    tally = tally_of(["{" + key, "[" + " " * 3_000])
    examples = [reason.example for reason in tally.reasons.values()]
    assert key not in examples[0]
    tally = tally_of(["[" + " " * 3_000])
    assert next(iter(tally.reasons.values())).example == "a line of 3001 characters"


def test_a_peak_price_is_noted_as_assumed_in_any_order_of_lines():
    lines = [line("p:quiet", at="2026-07-01T12:00:00Z"), line("p:quiet")]
    for ordered in (lines, lines[::-1]):
        assert tally_of(ordered).cost.notes == ("peak_price_assumed",)
