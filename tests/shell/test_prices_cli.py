"""The command ``prices``, and what prints it."""

import argparse
import io
import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from mimir.core.outcome import Failure
from mimir.core.pricing.table import PriceTableUnusable
from mimir.shell import prices as price_tables
from mimir.shell.cli import terminal
from mimir.shell.cli.pricing import prices

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Run one command and give its exit code, its output and its errors."""

    def call(*argv: str) -> tuple[int, str, str]:
        parser = argparse.ArgumentParser()
        commands = parser.add_subparsers()
        prices.register(commands)
        args = parser.parse_args(argv)
        code = args.run(args)
        assert isinstance(code, int)
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return call


@pytest.fixture
def no_table(monkeypatch: pytest.MonkeyPatch) -> None:
    """The vendored table cannot be loaded."""
    missing = Failure(PriceTableUnusable("missing", "prices.json.gz"))
    monkeypatch.setattr(price_tables, "prices", lambda *_given: missing)


@pytest.mark.usefixtures("no_table")
def test_a_missing_table_is_one_line_and_exit_code_2(run: Run) -> None:
    code, out, err = run("prices", "show", "a:b")
    assert (code, out, err) == (2, "", "mimir: price table is missing: prices.json.gz\n")


def test_a_row_is_shown_with_the_key_that_it_stands_under(run: Run) -> None:
    code, out, _ = run("prices", "show", "google:gemini-2.5-pro")
    lines = [line.split() for line in out.splitlines()]
    assert code == 0
    assert ["key", "gemini/gemini-2.5-pro"] in lines
    assert ["provider", "gemini"] in lines
    assert ["supports_vision", "true"] in lines
    assert ["input_cost_per_token", "1.25", "million"] in lines
    assert ["google_maps_grounding_cost_per_query", "0.025", "one"] in lines


def test_a_row_is_shown_by_the_list_s_own_key(run: Run) -> None:
    code, out, _ = run("prices", "show", "gpt-4o")
    assert code == 0
    assert ["provider", "openai"] in [line.split() for line in out.splitlines()]


def test_an_unknown_row_is_one_line_and_exit_code_1(run: Run) -> None:
    code, out, err = run("prices", "show", "ollama:gpt-4o")
    assert (code, out) == (1, "")
    assert err == 'mimir: no row of the price table is for "ollama:gpt-4o"\n'


def listing(path: Path, rows: Mapping[str, object]) -> str:
    """Write a price list and give its path."""
    path.write_text(json.dumps(rows))
    return str(path)


def row(dollars: object, **more: object) -> dict[str, object]:
    """A row that costs ``dollars`` a token of input and nothing for output."""
    cells = {"input_cost_per_token": dollars, "output_cost_per_token": 0}
    return {"litellm_provider": "p", **cells, **more}


def test_a_refresh_prints_findings_and_changes(run: Run, tmp_path: Path) -> None:
    first = {
        "a": row(1e-6),
        "b": row(2e-6),
        "c": row(3e-6),
        "d": row(4e-6, output_cost_per_image=1),
    }
    source = listing(tmp_path / "list.json", first)
    target = str(tmp_path / "out")
    code, out, err = run("prices", "refresh", "--from", source, "--to", target)
    assert (code, err) == (0, "")
    assert "4 of 4 rows of list.json" in out
    assert "nothing to compare with: price table is missing: PROVENANCE.md" in out

    second = {"a": row(2e-6), "b": row(1e-6), "d": row(4e-6), "e": row(-1), "f\x1b": row("x")}
    listing(tmp_path / "list.json", second)
    code, out, _ = run("prices", "refresh", "--from", source, "--to", target)
    lines = out.splitlines()
    assert code == 0
    assert lines[lines.index("added: 2") + 1 :][:2] == ["  e", "  f\\x1b"]
    assert lines[lines.index("removed: 1") + 1] == "  c"
    assert lines[lines.index("dearer: 1") + 1] == "  a: input_cost_per_token: 1 -> 2"
    assert lines[lines.index("cheaper: 1") + 1] == "  b: input_cost_per_token: 2 -> 1"
    assert lines[lines.index("restated: 1") + 1] == "  d: output_cost_per_image: 1 -> unstated"
    assert lines[lines.index("negative (dropped): 1") + 1] == '  e: input_cost_per_token: "-1"'
    assert "half_row (kept): 2" in lines
    assert "not_a_number (dropped): 1" in lines


def test_a_long_list_is_cut_off_and_says_so(run: Run, tmp_path: Path) -> None:
    rows: dict[str, object] = {f"m{n}": row("x") for n in range(25)}
    source = listing(tmp_path / "list.json", rows)
    _, out, _ = run("prices", "refresh", "--from", source, "--to", str(tmp_path / "out"))
    assert "not_a_number (dropped): 25" in out
    assert "  and 5 more" in out.splitlines()


@pytest.mark.parametrize("content", ["", "[]", "{", '{"a": 1}'])
def test_a_bad_list_is_one_line_and_exit_code_2(run: Run, tmp_path: Path, content: str) -> None:
    (tmp_path / "list.json").write_text(content)
    source = str(tmp_path / "list.json")
    code, out, err = run("prices", "refresh", "--from", source, "--to", str(tmp_path / "out"))
    assert (code, out) == (2, "")
    assert err.startswith("mimir: ")
    assert err.count("\n") == 1


def test_a_refresh_without_a_target_writes_where_the_table_stands(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(price_tables, "DATA", tmp_path / "data")
    source = listing(tmp_path / "list.json", {"a": row(1e-6)})
    assert run("prices", "refresh", "--from", source)[0] == 0
    assert list(price_tables.load_folder(tmp_path / "data").unwrap().rows) == ["a"]


def test_a_table_escapes_what_a_terminal_would_obey() -> None:
    assert terminal.table(("a", "b"), [("\x1b[2J", "1")], right=(1,)) == "a        b\n\\x1b[2J  1"


def test_what_the_encoding_cannot_carry_is_escaped(monkeypatch: pytest.MonkeyPatch) -> None:
    buffer = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(buffer, encoding="ascii"))
    terminal.say("price \u20ac \ud800")
    sys.stdout.flush()
    assert buffer.getvalue() == b"price \\u20ac \\ud800\n"
