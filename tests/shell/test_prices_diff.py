"""The commands ``prices diff`` and ``prices lint``."""

import argparse
import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from mimir.core.outcome import Failure
from mimir.core.pricing.table import PriceTableUnusable
from mimir.shell import prices as price_tables
from mimir.shell.cli.pricing import prices
from mimir.shell.cli.pricing.prices_lists import SHOWN_MAX
from mimir.shell.price_refresh import refresh

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Run one command and give its exit code, its output and its errors."""

    def call(*argv: str) -> tuple[int, str, str]:
        parser = argparse.ArgumentParser()
        prices.register(parser.add_subparsers())
        args = parser.parse_args(("prices", *argv))
        code = args.run(args)
        assert isinstance(code, int)
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return call


def price_list(path: Path, rows: Mapping[str, Mapping[str, object]]) -> str:
    listed = {key: {"litellm_provider": "p", **row} for key, row in rows.items()}
    path.write_text(json.dumps(listed), encoding="utf-8")
    return str(path)


OLD = {
    "same": {"input_cost_per_token": 1e-06},
    "gone": {"input_cost_per_token": 1e-06},
    "moved": {"input_cost_per_token": 1e-06, "output_cost_per_token": 2e-06, "cost_per_second": 1},
}
NEW = {
    "same": {"input_cost_per_token": 1e-06},
    "come": {"input_cost_per_token": 1e-06},
    "moved": {"input_cost_per_token": 3e-06, "output_cost_per_token": 1e-06},
}


def test_equal_tables_are_0_and_say_so(run: Run) -> None:
    code, out, err = run("diff", "vendored", "vendored")
    assert (code, err) == (0, "")
    assert out.splitlines()[2:] == [
        "added: 0",
        "removed: 0",
        "dearer: 0",
        "cheaper: 0",
        "restated: 0",
    ]


def test_a_difference_is_1_and_is_listed(run: Run, tmp_path: Path) -> None:
    old, new = price_list(tmp_path / "old.json", OLD), price_list(tmp_path / "new.json", NEW)
    code, out, _ = run("diff", old, new)
    assert code == 1
    assert out.splitlines()[2:] == [
        "added: 1",
        "  come",
        "removed: 1",
        "  gone",
        "dearer: 1",
        "  moved: input_cost_per_token: 1 -> 3",
        "cheaper: 1",
        "  moved: output_cost_per_token: 2 -> 1",
        "restated: 1",
        "  moved: cost_per_second: 1 -> unstated",
    ]


def test_a_difference_is_printed_as_json(run: Run, tmp_path: Path) -> None:
    old, new = price_list(tmp_path / "old.json", OLD), price_list(tmp_path / "new.json", NEW)
    code, out, _ = run("diff", old, new, "--json")
    document = json.loads(out)
    assert (code, document["added"], document["removed"]) == (1, ["come"], ["gone"])
    assert document["restated"] == [
        {"key": "moved", "field": "cost_per_second", "before": str(10**15), "after": None}
    ]


def test_a_long_list_is_cut_off_unless_all_is_asked_for(run: Run, tmp_path: Path) -> None:
    rows = {f"m{index}": {"input_cost_per_token": 1e-06} for index in range(SHOWN_MAX + 5)}
    old, new = price_list(tmp_path / "old.json", OLD), price_list(tmp_path / "new.json", rows)
    assert "  and 5 more" in run("diff", old, new)[1].splitlines()
    assert "  m24" in run("diff", old, new, "--verbose")[1].splitlines()


def test_a_folder_and_its_file_are_tables(run: Run, tmp_path: Path) -> None:
    source = price_list(tmp_path / "old.json", OLD)
    assert refresh(source, tmp_path / "out").unwrap().bytes_written
    assert run("diff", source, str(tmp_path / "out"))[0] == 0
    assert run("diff", source, str(tmp_path / "out" / "prices.json.gz"))[0] == 0


@pytest.mark.parametrize(
    "command", [("diff", "vendored", "no-such"), ("diff", "no-such", "vendored")]
)
def test_a_table_that_cannot_be_read_is_2_in_one_line(run: Run, command: tuple[str, ...]) -> None:
    code, out, err = run(*command)
    assert (code, out) == (2, "")
    assert err == "mimir: price list source: missing: no-such\n"


def test_a_list_without_prices_or_text_is_2(run: Run, tmp_path: Path) -> None:
    empty = tmp_path / "empty.json"
    empty.write_text("{}", encoding="utf-8")
    code, out, err = run("lint", str(empty))
    assert (code, out, err.count("\n")) == (2, "", 1)
    (tmp_path / "prices.json.gz").write_bytes(b"none")
    code, _, err = run("lint", str(tmp_path / "prices.json.gz"))
    assert (code, err) == (2, "mimir: price table is damaged: prices.json.gz is no gzip data\n")


def test_the_vendored_table_has_remarks_and_no_fault(run: Run) -> None:
    code, out, err = run("lint", "--at", "2026-11-22")
    assert (code, err) == (0, "")
    assert "(fault)" not in out
    assert "hole: " in out


def test_a_fault_of_a_list_is_1_and_what_was_dropped_is_told(run: Run, tmp_path: Path) -> None:
    rows = {
        "m": {"input_cost_per_tokn": 1e-06, "output_cost_per_token": "free"},
        "n": {"input_cost_per_token": 1e-06, "deprecation_date": "2026-01-01"},
    }
    source = price_list(tmp_path / "list.json", rows)
    code, out, _ = run("lint", source, "--at", "2026-01-02")
    assert code == 1
    assert out.splitlines() == [
        "unknown_field (fault): 1",
        "  m: input_cost_per_tokn",
        "half_row: 1",
        "  n: output_cost_per_token: missing",
        "past_deprecation: 1",
        "  n: deprecation_date: 2026-01-01",
        "not_a_number: 1",
        '  m: output_cost_per_token: "free"',
    ]


def test_a_sound_list_has_nothing_found(run: Run, tmp_path: Path) -> None:
    sound = {"m": {"input_cost_per_token": 1e-06, "output_cost_per_token": 1e-06}}
    assert run("lint", price_list(tmp_path / "list.json", sound))[:2] == (0, "nothing found\n")


def test_an_overlay_is_checked_beside_the_vendored_table(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "ours.toml"
    file.write_text(
        '[[rates]]\nmodel = "openai:gpt-4oo"\ninput_cost_per_token = 1e-06\n'
        '[aliases]\n"a:b" = "openai:gpt-4o"\n',
        encoding="utf-8",
    )
    code, out, _ = run("lint", "--overlay", str(file), "--json")
    assert code == 1
    assert json.loads(out) == [
        {
            "kind": "half_model",
            "fault": True,
            "row": "openai:gpt-4oo",
            "field": "output_cost_per_token",
            "detail": "the price list has no such model",
        }
    ]


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        (("--at", "soon"), "--at: expected a day such as 2026-01-31, got soon"),
        (("vendored", "--overlay", "x"), "name a table or --overlay, not both"),
        (("--overlay", "no.toml"), "overlay is missing: no.toml"),
    ],
)
def test_bad_input_of_lint_is_2_in_one_line(run: Run, argv: tuple[str, ...], message: str) -> None:
    assert run("lint", *argv) == (2, "", f"mimir: {message}\n")


def test_an_overlay_needs_the_vendored_table(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "ours.toml").write_text("", encoding="utf-8")
    missing = Failure(PriceTableUnusable("missing", "prices.json.gz"))
    monkeypatch.setattr(price_tables, "prices", lambda config=None, overlay=None: missing)
    code, _, err = run("lint", "--overlay", str(tmp_path / "ours.toml"))
    assert (code, err) == (2, "mimir: price table is missing: prices.json.gz\n")
