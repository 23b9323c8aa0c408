"""The benchmarks run, and every figure of the reference has its row."""

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
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def test_every_figure_of_the_reference_has_its_row_and_its_ratio() -> None:
    document = json.loads(run("--json"))
    reference = json.loads((BENCHMARKS / "reference.json").read_text(encoding="utf-8"))
    known = [row for row in document["rows"] if row["reference_us"] is not None]
    assert [row["name"] for row in reference["rows"]] == [
        row["name"] for row in sorted(known, key=order(reference))
    ]
    assert all(row["us"] > 0 and row["calibration_us"] > 0 for row in document["rows"])
    assert all(row["ratio"] > 0 for row in known)


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


def order(reference: dict[str, list[dict[str, str]]]) -> object:
    names = [row["name"] for row in reference["rows"]]
    return lambda row: names.index(row["name"])
