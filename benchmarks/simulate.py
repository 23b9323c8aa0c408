"""Measure ``mimir simulate``: records a second and peak memory, at two sizes of a store.

    python benchmarks/simulate.py [--count N] [--folder DIR] [--html FILE]

Rules:
1. A store of N / 10 records is made through the public functions and simulated; then it is grown to
   N and simulated again. Each simulation is a process of its own.
2. The peak is what the kernel says of that process (``VmHWM``), so this runs on Linux only.
3. A record is flushed to the disk when it is written: a folder in memory is faster to fill.
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter
from typing import Final

from mimir import (
    DEFAULT_POLICY,
    Catalog,
    Descriptor,
    Instant,
    Snapshot,
    parse_descriptor,
    parse_rates_config,
    resolve,
    seal_world,
    take_snapshot,
)
from mimir.shell.decide import decide_in
from mimir.shell.prices import prices
from mimir.shell.store import Store

CLASSES: Final = (
    "chat",
    "extract",
    "summarise",
    "classify",
    "translate",
    "review",
    "plan",
    "embed",
)
ENTRIES: Final = 12
WORLDS: Final = 24
RATES: Final = {
    f"house:m{at}": {"input": 200_000 * (at + 1), "output": 800_000 * (at + 1)}
    for at in range(ENTRIES)
}
POLICY: Final = 'allowed_models = ["house:m2", "house:m5", "house:m8"]\nunpriced = "exclude"\n'
CHILD: Final = """
import re, runpy, sys
try:
    runpy.run_module("mimir", run_name="__main__")
except SystemExit as ended:
    code = ended.code
peak = re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1]
print(peak, file=sys.stderr)
sys.exit(code)
"""


def main() -> int:
    """Make, simulate, grow, simulate, and print a row for each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--folder", help="where the store is made; a temporary folder if not given")
    parser.add_argument("--html", help="keep the report of the larger one here")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=args.folder) as folder:
        small, store = args.count // 10, Path(folder) / "store"
        for first, last in ((0, small), (small, args.count)):
            started = perf_counter()
            fill(store, first, last)
            written = perf_counter() - started
            seconds, peak = simulated(store, Path(folder), args.html)
            print(
                f"{last:,} records: {last / seconds:,.0f} a second, {seconds:.1f} s,"
                f" peak {peak / 1024:.1f} MiB"
                f" (written at {(last - first) / written:,.0f} a second)"
            )
    return 0


def fill(folder: Path, first: int, last: int) -> None:
    """Write the records from ``first`` up to ``last``, in a few worlds of one catalog."""
    store, catalog = Store(folder), entries()
    worlds = [world(catalog, hour) for hour in range(WORLDS)]
    seals = [seal_world(catalog, DEFAULT_POLICY, one).unwrap() for one in worlds]
    for at in range(first, last):
        decision = decide_in(
            worlds[at % WORLDS],
            asked(at),
            catalog,
            DEFAULT_POLICY,
            world=seals[at % WORLDS],
        ).unwrap()
        assert decision.seal is not None
        store.write(decision.record, decision.seal).unwrap()


def simulated(store: Path, folder: Path, html: str | None) -> tuple[float, int]:
    """Simulate in a process of its own; return its seconds and its peak in kibibytes."""
    policy = folder / "policy.toml"
    policy.write_text(POLICY, encoding="utf-8")
    report = html or str(folder / "report.html")
    words = ["simulate", "--store", str(store), "--policy", str(policy), "--html", report]
    started = perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", CHILD, *words], capture_output=True, text=True, check=True
    )
    return perf_counter() - started, int(done.stderr.split()[-1])


def entries() -> Catalog:
    """Return a catalog of twelve entries on four lanes."""
    rows = [
        {
            "id": f"m{at}",
            "model": f"house:m{at}",
            "lane": f"lane{at % 4}",
            "runtime": "managed",
            "p50_latency_ms": 1_500 - 100 * at,
        }
        for at in range(ENTRIES)
    ]
    return resolve(rows).unwrap()


def world(catalog: Catalog, hour: int) -> Snapshot:
    """Return the snapshot of one hour; in every third a lane is degraded."""
    known = prices(config=parse_rates_config(RATES).unwrap()).unwrap()
    lanes = {catalog.entries[hour % 4].lane: "degraded"} if hour % 3 == 0 else {}
    return take_snapshot(catalog, known, lanes, None, Instant(f"2026-01-31T{hour:02}:00:00Z"))


def asked(at: int) -> Descriptor:
    """Return one of a thousand descriptors."""
    kind = at % 1_000
    return parse_descriptor(
        {
            "task_class": CLASSES[kind % len(CLASSES)],
            "budget_ceiling_microdollars": 3_000 + 40 * kind,
            "latency_tolerance_ms": 500 + 150 * (kind % 7),
            "expected_tokens": {"in": 1_000 + 7 * kind, "out": 100 + kind % 300},
        }
    ).unwrap()


if __name__ == "__main__":
    sys.exit(main())
