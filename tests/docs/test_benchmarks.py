"""The benchmarks run, and every figure of the reference has its row."""

import json
import subprocess
import sys
from pathlib import Path

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


def order(reference: dict[str, list[dict[str, str]]]) -> object:
    names = [row["name"] for row in reference["rows"]]
    return lambda row: names.index(row["name"])
