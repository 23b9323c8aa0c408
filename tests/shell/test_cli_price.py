"""``mimir price``: the bill of one call, and every kind of bad input."""

import io
import json
import sys

import pytest

from mimir.core.outcome import Failure
from mimir.core.pricing import cost_json
from mimir.core.pricing.dimensions import NAMES
from mimir.core.pricing.table import PriceTableUnusable
from mimir.shell import prices as price_tables
from mimir.shell.cli.main import main
from mimir.shell.cli.pricing.usage_formats import FORMATS

OVERLAY = """
[[rates]]
model = "house:m"
input_cost_per_token = "2e-06"
output_cost_per_token = "8e-06"
output_cost_per_token_batches = "4e-06"
search_context_cost_per_query = "0.01"

[[rates]]
model = "house:dated"
input_cost_per_token = "1e-06"
output_cost_per_token = 0
valid_from = 2026-01-01
valid_until = 2026-02-01
"""


@pytest.fixture
def overlay(tmp_path):
    """A price book whose rates no list can change."""
    path = tmp_path / "book.toml"
    path.write_text(OVERLAY)
    return ["--overlay", str(path)]


def lines(out):
    """Split what was printed into words, line by line."""
    return [line.split() for line in out.splitlines()]


def test_the_bill_has_a_line_for_each_rate(capsys, overlay):
    counts = ["--input-tokens", "1000", "--output-tokens", "10", "--web-searches", "3"]
    assert main(["price", "house:m", *counts, *overlay]) == 0
    seen = capsys.readouterr()
    assert seen.err == ""
    rows = lines(seen.out)
    assert rows[0] == [
        "dimension",
        "quantity",
        "rate",
        "per",
        "field",
        "multiplier",
        "US",
        "dollars",
    ]
    assert rows[1] == ["input_tokens", "1000", "2", "million", "input_cost_per_token", "1", "0.002"]
    assert rows[2][:4] == ["output_tokens", "10", "8", "million"]
    assert [*rows[3][:4], *rows[3][-2:]] == ["web_searches", "3", "0.01", "one", "1", "0.03"]
    assert rows[4] == ["total", "0.03208"]
    assert "0.03208 US dollars exactly, 32080 microdollars" in seen.out
    assert "prices: book.toml, version overlay, 2026-01-01, sha256:" in seen.out


def test_short_names_of_the_two_plain_counts_are_the_same_counts(capsys, overlay):
    assert main(["price", "house:m", "--input", "5", "--output", "6", *overlay]) == 0
    short = capsys.readouterr().out
    long = ["--input-tokens", "5", "--output-tokens", "6"]
    assert main(["price", "house:m", *long, *overlay]) == 0
    assert capsys.readouterr().out == short


def test_a_tier_has_its_own_rates_and_a_rule_is_named(capsys, overlay):
    counts = ["--output", "1000", "--reasoning-tokens", "1000"]
    assert main(["price", "house:m", *counts, "--tier", "batch", *overlay]) == 0
    out = capsys.readouterr().out
    assert lines(out)[1][-1] == "0.004"
    assert "(reasoning_as_output)" in out.splitlines()[2]


def test_an_uplift_of_a_region_is_shown_and_multiplied(capsys):
    argv = ["price", "openai:gpt-5.4", "--input", "1000", "--region", "eu", "--json"]
    assert main(argv) == 0
    cost = cost_json.parse(json.loads(capsys.readouterr().out)).unwrap()
    assert [by.field for by in cost.lines[0].multipliers] == [
        "regional_processing_uplift_multiplier_eu"
    ]
    assert main(argv[:-1]) == 0
    assert lines(capsys.readouterr().out)[1][-2] == "11/10"


def test_the_time_of_the_call_chooses_the_period(capsys, overlay):
    argv = ["price", "house:dated", "--input", "1", *overlay, "--at"]
    assert main([*argv, "2026-01-31T23:59:59Z"]) == 0
    assert main([*argv, "2026-02-01T00:00:00Z"]) == 1
    assert "house:dated" in capsys.readouterr().err


def test_notes_are_explained(capsys):
    old = ["--at", "2020-01-01T00:00:00Z", "--region", "nowhere"]
    assert main(["price", "openai:gpt-4o", "--input", "1", *old]) == 0
    out = capsys.readouterr().out
    assert "note: before_price_list: a call is older than the price list" in out
    assert "note: no_uplift_stated: " in out


def test_json_is_the_cost_and_reads_back(capsys, overlay):
    assert main(["price", "house:m", "--input", "7", "--json", *overlay]) == 0
    cost = cost_json.parse(json.loads(capsys.readouterr().out)).unwrap()
    assert (cost.femtodollars, cost.lines[0].quantity) == (14 * 10**9, 7)


def test_every_count_is_an_option(capsys):
    assert main(["price", "--help"]) == 0
    out = capsys.readouterr().out
    for name in NAMES:
        assert f"--{name.replace('_', '-')}" in out


def test_own_rates_win(capsys, tmp_path):
    path = tmp_path / "rates.toml"
    path.write_text('["openai:gpt-4o"]\ninput = 1000000\noutput = 0\nweb_searches = 5\n')
    for option in ("--prices", "--rates"):
        assert main(["price", "openai:gpt-4o", "--input", "7", option, str(path)]) == 0
        out = capsys.readouterr().out
        assert "7 microdollars" in out
        assert out.endswith("prices: the configuration\n")


def test_a_usage_object_is_read_in_its_own_form(capsys, monkeypatch, tmp_path, overlay):
    used = '{"prompt_tokens": 9, "completion_tokens": 1, "total_tokens": 10}'
    path = tmp_path / "usage.json"
    path.write_text(used)
    form = ["--format", "openai_chat", "--json", *overlay]
    assert main(["price", "house:m", "--usage", str(path), *form]) == 0
    from_file = capsys.readouterr().out
    assert json.loads(from_file)["microdollars"] == 9 * 2 + 8
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(used.encode())))
    assert main(["price", "house:m", "--usage", "-", *form]) == 0
    assert capsys.readouterr().out == from_file


def test_a_form_that_says_which_tier_served_is_believed_unless_told_otherwise(
    capsys, tmp_path, overlay
):
    path = tmp_path / "usage.json"
    path.write_text('{"input_tokens": 0, "output_tokens": 1000, "service_tier": "batch"}')
    argv = ["price", "house:m", "--usage", str(path), "--format", "anthropic", "--json", *overlay]
    assert main(argv) == 0
    assert json.loads(capsys.readouterr().out)["microdollars"] == 4_000
    assert main([*argv, "--tier", "standard"]) == 0
    assert json.loads(capsys.readouterr().out)["microdollars"] == 8_000


@pytest.mark.parametrize("form", FORMATS)
def test_every_form_refuses_what_is_no_usage(capsys, tmp_path, form):
    path = tmp_path / "usage.json"
    path.write_text("[]")
    assert main(["price", "house:m", "--usage", str(path), "--format", form]) == 2
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.parametrize("model", ["ollama:gpt-4o", "gpt-4o", "a\x1b[31m:b\n", "\ud800:x"])
def test_an_unknown_model_is_one_line_and_exit_code_1(capsys, model):
    assert main(["price", model, "--input", "1"]) == 1
    seen = capsys.readouterr()
    assert seen.out == ""
    assert seen.err.startswith("mimir: ")
    assert seen.err.count("\n") == 1
    assert "\x1b" not in seen.err


def test_a_missing_rate_is_refused_or_makes_a_lower_bound(capsys, overlay):
    argv = ["price", "house:m", "--input", "1", "--output-images", "2", *overlay]
    assert main(argv) == 1
    assert "no rate for output_images" in capsys.readouterr().err
    assert main([*argv, "--on-missing", "partial"]) == 0
    out = capsys.readouterr().out
    assert "at least 0.000002 US dollars exactly" in out
    assert 'missing: no rate for output_images of model "house:m"' in out


@pytest.mark.parametrize(
    ("argv", "part"),
    [
        (["--input", "-5"], "input_tokens: expected a non-negative integer, got -5"),
        (["--input", "1.5"], "expected a whole number"),
        (["--tier", "turbo"], 'unknown service tier "turbo"'),
        (["--tier", ""], "unknown service tier"),
        (["--at", "yesterday"], "--at: expected a UTC instant"),
        (["--search-context", "huge"], "--search-context"),
        (["--on-missing", "guess"], "--on-missing"),
        (["--format", "openai_chat"], "--format: openai_chat is for --usage"),
        (["--usage", "x.json", "--web-searches", "1"], "--web-searches: the counts come from"),
        (["--usage", "no-such-file.json"], "no such file"),
        (["--overlay", "no-such-file.toml"], "no-such-file.toml"),
        (["--prices", "no-such-file.toml"], "no such file"),
    ],
)
def test_bad_input_is_one_line_and_exit_code_2(capsys, argv, part):
    assert main(["price", "openai:gpt-4o", *argv]) == 2
    seen = capsys.readouterr()
    assert seen.out == ""
    assert part in seen.err
    assert seen.err.count("\n") == 1


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("", "is empty"),
        ("[]", "expected an object"),
        ('{"a:b": {"input": 1}}', "a:b.output: required"),
        ('{"a:b": {"input": true, "output": 1}}', "a:b.input: expected"),
    ],
)
def test_a_bad_rates_file_is_one_line_and_exit_code_2(capsys, tmp_path, text, part):
    path = tmp_path / "rates.json"
    path.write_text(text)
    assert main(["price", "a:b", "--rates", str(path)]) == 2
    seen = capsys.readouterr()
    assert (seen.out, seen.err.count("\n")) == ("", 1)
    assert part in seen.err


def test_a_bad_overlay_is_one_line_that_names_its_field(capsys, tmp_path):
    path = tmp_path / "book.toml"
    path.write_text('[[rates]]\nmodel = "a:b"\ninput_cost_per_tokn = "1"\n')
    assert main(["price", "a:b", "--overlay", str(path)]) == 2
    assert capsys.readouterr().err.startswith("mimir: rates[0].input_cost_per_tokn: ")


@pytest.mark.parametrize("command", ["price", "cost"])
def test_a_missing_table_is_one_line_and_exit_code_2(capsys, monkeypatch, command):
    missing = Failure(PriceTableUnusable("missing", "prices.json.gz"))
    monkeypatch.setattr(price_tables, "prices", lambda *_given: missing)
    assert main([command, "a:b"]) == 2
    assert capsys.readouterr().err == "mimir: price table is missing: prices.json.gz\n"
