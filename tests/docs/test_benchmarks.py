"""The benchmarks run, every figure of the reference has its row, and every target its verdict."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


def run(*arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, str(BENCHMARKS / "run.py"), "--quick", *arguments],
        capture_output=True,
        text=True,
        check=False,
    )
    # What a busy machine makes of the targets is not for a test to say.
    assert (done.returncode, done.stderr) in ((0, ""), (1, ""))
    assert done.returncode == ("MISSED" in done.stdout or '"met": false' in done.stdout)
    return done.stdout


def test_every_figure_of_the_reference_has_its_row_and_its_ratio() -> None:
    document = json.loads(run("--json"))
    reference = json.loads((BENCHMARKS / "reference.json").read_text(encoding="utf-8"))
    figures = {row["name"]: row["us"] for row in reference["rows"]}
    rows = {row["name"]: row for row in document["rows"]}
    assert set(figures) <= set(rows)
    assert len(rows) == len(document["rows"])
    for name, row in rows.items():
        assert row["us"] > 0
        assert row["calibration_us"] > 0
        assert row["reference_us"] == figures.get(name)
        assert (row["ratio"] is None) == (name not in figures)


def test_every_target_is_of_a_row_and_says_whether_it_is_met() -> None:
    document = json.loads(run("--json", "--only", "parse all"))
    (target,) = document["targets"]
    assert target["name"] == "descriptor parse all fields"
    assert target["met"] == (target["figure"] <= target["most"])
    assert "descriptor parse all fields: " in run("--only", "parse all").splitlines()[-1]
    assert document["rows"][0]["name"] == target["name"]


def test_the_table_for_people_has_a_line_for_each_row_and_for_the_import() -> None:
    lines = run("--only", "truncate").splitlines()
    assert lines[0].split()[0] == "operation"
    assert lines[1].startswith("truncate 10 kB to 500")
    assert lines[3].startswith("import mimir: ")


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the peak is what Linux says")
def test_simulating_is_measured_at_two_sizes(tmp_path: Path) -> None:
    report = tmp_path / "report.html"
    words = ["--count", "40", "--folder", str(tmp_path), "--html", str(report)]
    done = subprocess.run(
        [sys.executable, str(BENCHMARKS / "simulate.py"), *words],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert [line.split(":")[0] for line in done.stdout.splitlines()] == ["4 records", "40 records"]
    assert "<h1>40 decisions" in report.read_text(encoding="utf-8")
