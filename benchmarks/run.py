"""Time the operations of Mimir and set each beside the reference's figure.

    python benchmarks/run.py [--json] [--quick] [--only TEXT]

Rules:
1. The answers of the workload are checked first; a wrong one ends the run with exit code 1.
2. A row shows its median, its calibration, the median at the reference's calibration, and the ratio
   of that to the reference's figure: below 1 is faster than the reference.
3. The reference's figures are data, in ``reference.json``, with their source.
4. The targets of the rows that were measured follow; the exit code is 1 where one is missed.
"""

import argparse
import json
import platform
import sys
from pathlib import Path
from typing import Final, NamedTuple

from measure import Target, Timing, time_first_call, time_import, time_operation
from operations import FIRST_LOAD, operations
from workload import check

REFERENCE: Final = Path(__file__).with_name("reference.json")
HEADERS: Final = ("operation", "median", "calibration", "at 300 us", "reference", "ratio")

IMPORTS: Final = {
    "import mimir": "import mimir",
    "every public name": "import mimir\nfor name in mimir.__all__: getattr(mimir, name)",
}
"""What a start of the interpreter is timed with, against one without it."""


MOST_US: Final = {
    "decide prepared mixed 100": 5,
    "decide prepared mixed 1000": 90,
    "decide prepared mixed 10000": 1_400,
    "decide mixed 100": 38,
    "decide mixed 1000": 350,
    "decide mixed 10000": 4_500,
    "descriptor parse all fields": 4,
    "decision record 100": 25,
    "decision record sealed 100": 100,
    "explain 100": 1_000,
    "health completion, half failures": 1,
    "health completion": 1,
    "health completion signal": 2.5,
    "health view 1000": 300,
}
"""What a row should take at most, at calibration."""

MOST_TIMES: Final = {
    ("decide mixed 100", "decide repeated 100"): 1.2,
    ("decide prepared mixed 100", "decide prepared repeated 100"): 1.2,
    ("decide prepared mixed 10 times 1000", "decide prepared mixed 1000"): 12,
}
"""How many times another row's time a row should take at most. Ten times the same entries take ten
times as long, and some more where they no longer fit into the processor's own memory."""


class Row(NamedTuple):
    """One operation: microseconds, and the ratio to the reference at its calibration."""

    name: str
    us: float
    calibration_us: float
    calibrated_us: float
    reference_us: float | None
    ratio: float | None


def main() -> int:
    """Run what the arguments ask for and print it."""
    args = _arguments()
    wrong = [problem for problem in (check("mixed", 1_000), check("all", 100)) if problem]
    wrong += [problem for problem in (check("mixed", 10_000), check("none", 100)) if problem]
    if wrong:
        print("\n".join(wrong), file=sys.stderr)
        return 1
    samples, runs = (5, 3) if args.quick else (101, 21)
    rows = measure(args.only, samples, runs)
    imports = {name: time_import(statement, runs) for name, statement in IMPORTS.items()}
    aims = targets(rows)
    print(_as_json(rows, imports, aims) if args.json else _as_text(rows, imports, aims))
    return 0 if all(target.met for target in aims) else 1


def measure(only: str, samples: int, runs: int) -> list[Row]:
    """Time every operation whose name holds ``only``."""
    reference = json.loads(REFERENCE.read_text(encoding="utf-8"))
    figures = {row["name"]: row["us"] for row in reference["rows"]}
    rows = [
        _row(name, time_operation(operation, samples), figures)
        for name, operation in operations()
        if only in name
    ]
    if only in FIRST_LOAD.name:
        timing = time_first_call(FIRST_LOAD.setup, FIRST_LOAD.call, runs)
        rows.append(_row(FIRST_LOAD.name, timing, figures))
    return rows


def targets(rows: list[Row]) -> list[Target]:
    """Return the targets of the rows that were measured."""
    took = {row.name: row.calibrated_us for row in rows}
    found = [Target(name, took[name], most, "us") for name, most in MOST_US.items() if name in took]
    return found + [
        Target(f"{name}, over {other}", took[name] / took[other], most, "times")
        for (name, other), most in MOST_TIMES.items()
        if name in took and other in took
    ]


def _row(name: str, timing: Timing, figures: dict[str, float]) -> Row:
    calibrated = timing.calibrated_us
    figure = figures.get(name)
    ratio = None if figure is None else calibrated / figure
    return Row(name, timing.us, timing.calibration_us, calibrated, figure, ratio)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Time the operations of Mimir.")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--quick", action="store_true", help="few samples: to see that it runs")
    parser.add_argument("--only", default="", metavar="TEXT", help="the operations named so")
    return parser.parse_args()


def _machine() -> dict[str, str]:
    return {
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "system": f"{platform.system()} {platform.machine()}",
    }


def _as_json(rows: list[Row], imports: dict[str, float], aims: list[Target]) -> str:
    document = {
        **_machine(),
        "source": json.loads(REFERENCE.read_text(encoding="utf-8"))["source"],
        "import_ms": {name: round(ms, 1) for name, ms in imports.items()},
        "rows": [
            {key: round(v, 3) if isinstance(v, float) else v for key, v in row._asdict().items()}
            for row in rows
        ],
        "targets": [{**target._asdict(), "met": target.met} for target in aims],
    }
    return json.dumps(document, indent=1)


def _as_text(rows: list[Row], imports: dict[str, float], aims: list[Target]) -> str:
    cells = [HEADERS] + [
        (
            row.name,
            _us(row.us),
            _us(row.calibration_us),
            _us(row.calibrated_us),
            "-" if row.reference_us is None else _us(row.reference_us),
            "-" if row.ratio is None else f"{row.ratio:.2f}",
        )
        for row in rows
    ]
    widths = [max(len(row[column]) for row in cells) for column in range(len(HEADERS))]
    lines = [
        "  ".join(cell.rjust(width) if at else cell.ljust(width) for at, (cell, width) in pairs)
        for pairs in (list(enumerate(zip(row, widths, strict=True))) for row in cells)
    ]
    lines.append("")
    lines += [f"{name}: {ms:.1f} ms more than a bare interpreter" for name, ms in imports.items()]
    lines.append(", ".join(_machine().values()))
    if aims:
        lines += ["", "targets", *(f"  {target}" for target in aims)]
    return "\n".join(lines)


def _us(value: float) -> str:
    return f"{value:,.2f} us" if value < 1_000 else f"{value / 1_000:,.2f} ms"


if __name__ == "__main__":
    sys.exit(main())
