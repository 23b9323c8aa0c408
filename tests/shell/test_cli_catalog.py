"""``mimir catalog``: from nothing to a placement, on the vendored prices."""

import json
import tomllib

import pytest

from mimir.core import catalog as catalogs
from mimir.core.outcome import Failure, Success
from mimir.core.pricing.quote import look_up
from mimir.core.pricing.table import PriceTableUnusable
from mimir.shell import prices as price_tables
from mimir.shell.cli.main import main

PROVIDERS = [
    "anthropic",
    "openai",
    "vertex",
    "bedrock",
    "azure",
    "groq",
    "mistral",
    "gemini",
    "ollama",
]
WANTED = {
    "task_class": "chat",
    "budget_ceiling_microdollars": 10_000_000,
    "latency_tolerance_ms": 2_000,
    "expected_tokens": {"in": 1_000, "out": 100},
}


def init(capsys, *providers):
    code = main(["catalog", "init", *(f"--provider={name}" for name in providers)])
    seen = capsys.readouterr()
    return code, seen.out, seen.err


def entries(text):
    read = catalogs.resolve(tomllib.loads(text)["entry"])
    assert isinstance(read, Success)
    return read.unwrap().entries


@pytest.mark.parametrize("provider", PROVIDERS)
def test_every_entry_of_a_made_catalog_is_priced(capsys, provider):
    code, out, err = init(capsys, provider)
    assert (code, err) == (0, "")
    prices = price_tables.prices().unwrap()
    made = entries(out)
    assert made
    for entry in made:
        quote = look_up(entry.model, prices).unwrap()
        row = prices.table.rows[quote.key]
        assert row.mode == "chat"
        assert entry.lane == provider
        assert ("vision" in entry.capabilities) == ("supports_vision" in row.supports)
        limits = (row.max_input_tokens, row.max_output_tokens)
        assert entry.context_window == (sum(limits) if all(limits) else None)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_workload_is_placed_on_a_made_catalog(capsys, tmp_path, provider):
    _, out, _ = init(capsys, provider)
    catalog, wanted = tmp_path / "catalog.toml", tmp_path / "wanted.json"
    catalog.write_text(out, encoding="utf-8")
    wanted.write_text(json.dumps(WANTED), encoding="utf-8")
    code = main(["place", "--catalog", str(catalog), "--descriptor", str(wanted)])
    placed = capsys.readouterr().out
    assert code == 0
    assert placed.startswith(f"placed on {provider}:")
    assert "unpriced" not in placed
    assert len(placed.splitlines()) == len(entries(out)) + 6


def test_several_providers_stand_in_one_catalog_in_the_order_asked(capsys):
    _, out, _ = init(capsys, "groq", "anthropic", "groq")
    lanes = [entry.lane for entry in entries(out)]
    assert list(dict.fromkeys(lanes)) == ["groq", "anthropic"]
    assert lanes == sorted(lanes, reverse=True)


def test_a_known_model_has_its_capabilities(capsys):
    _, out, _ = init(capsys, "openai")
    by_id = {entry.id: entry for entry in entries(out)}
    assert by_id["openai:gpt-4o"].capabilities == {"tools", "vision"}
    assert "long_context" in by_id["openai:gpt-4.1"].capabilities
    assert by_id["openai:gpt-5"].context_window == 400_000


def test_no_made_window_excludes_a_request_that_fits_the_limits_of_its_row(capsys):
    _, out, _ = init(capsys, *PROVIDERS)
    prices = price_tables.prices().unwrap()
    for entry in entries(out):
        row = prices.table.rows[look_up(entry.model, prices).unwrap().key]
        most = (row.max_input_tokens or 0) + (row.max_output_tokens or 0)
        assert entry.context_window is None or entry.context_window >= most


def test_a_catalog_is_made_the_same_twice(capsys):
    assert init(capsys, "mistral") == init(capsys, "mistral")


def test_an_unknown_provider_is_one_line_that_names_the_near_ones(capsys):
    code, out, err = init(capsys, "anthropic", "opnai")
    assert (code, out) == (2, "")
    assert err.count("\n") == 1
    assert err.startswith('mimir: no priced, current chat model of provider "opnai"; near it: ')
    assert "openai" in err


@pytest.mark.parametrize("name", ["", "\udcff", "a\nb", "x" * 10_000, "openai:gpt-4o", "*"])
def test_an_odd_provider_is_one_line(capsys, name):
    code, out, err = init(capsys, name)
    assert (code, out) == (2, "")
    assert err[:-1].isprintable()
    assert len(err) < 600


@pytest.mark.parametrize("argv", [["catalog"], ["catalog", "init"], ["catalog", "int"]])
def test_a_command_that_is_not_whole_is_one_line(capsys, argv):
    code = main(argv)
    seen = capsys.readouterr()
    assert (code, seen.out, seen.err.count("\n")) == (2, "", 1)


def test_the_providers_are_listed_with_their_counts(capsys):
    assert main(["catalog", "providers"]) == 0
    rows = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert rows[0] == ["provider", "models"]
    counts = {name: int(count) for name, count in rows[1:]}
    assert all(counts.values())
    assert counts["anthropic"] == len(entries(init(capsys, "anthropic")[1]))


@pytest.mark.parametrize(
    "argv",
    [["catalog", "init", "--provider", "openai"], ["catalog", "providers"]],
)
def test_a_missing_price_table_is_one_line(capsys, monkeypatch, argv):
    missing = Failure(PriceTableUnusable("missing", "prices.json.gz"))
    monkeypatch.setattr(price_tables, "prices", lambda *_: missing)
    code = main(argv)
    seen = capsys.readouterr()
    assert (code, seen.out) == (2, "")
    assert seen.err == "mimir: price table is missing: prices.json.gz\n"
