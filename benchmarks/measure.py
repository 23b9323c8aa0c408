"""Timing: the median of many samples, each long enough for the clock, beside a calibration loop.

Rules:
1. A sample repeats its operation until it takes about ``SAMPLE_NS``, so that the clock's own cost
   does not show.
2. The calibration loop runs before and after each sample, and a sample is compared by its own two:
   a machine that changes its speed changes both.
3. The collector stays on: an embedder pays for it too.
4. A figure at calibration is what was measured, times 300 us over what the loop took beside it.
"""

import gc
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Final, NamedTuple

Operation = Callable[[], object]

SAMPLE_NS: Final = 2_000_000
CALIBRATION_US: Final = 300
_NO_BYTECODE: Final = ("PYTHONDONTWRITEBYTECODE",)
_MAX_REPEATS: Final = 100_000


class Timing(NamedTuple):
    """What one operation and the calibration loop beside it took, in microseconds."""

    us: float
    calibration_us: float

    @property
    def calibrated_us(self) -> float:
        """Rule 4."""
        return self.us * CALIBRATION_US / self.calibration_us


class Target(NamedTuple):
    """A figure, what it should be at most, and in which unit."""

    name: str
    figure: float
    most: float
    unit: str

    @property
    def met(self) -> bool:
        """Tell whether the figure is what it should be."""
        return self.figure <= self.most

    def __str__(self) -> str:
        met = "met" if self.met else "MISSED"
        return f"{self.name}: {self.figure:.2f} {self.unit}, at most {self.most:g}: {met}"


def calibration_loop() -> int:
    """Do the work that every figure is compared by."""
    s = 0
    for i in range(10_000):
        s += i * i
    return s


def time_operation(operation: Operation, samples: int) -> Timing:
    """Return the sample of ``samples`` that is the median at calibration."""
    operation()
    repeats = _repeats(operation)
    gc.collect()
    taken: list[Timing] = []
    before = _sample(calibration_loop, 1)
    for _ in range(samples):
        us, after = _sample(operation, repeats), _sample(calibration_loop, 1)
        taken.append(Timing(us, (before + after) / 2))
        before = after
    return sorted(taken, key=lambda timing: timing.calibrated_us)[samples // 2]


def time_import(statement: str, runs: int) -> float:
    """Return by how many milliseconds ``statement`` makes a bare interpreter slower to start."""
    _start(statement)  # compiles what is not compiled yet
    bare: list[float] = []
    loaded: list[float] = []
    for _ in range(runs):
        bare.append(_start("pass"))
        loaded.append(_start(statement))
    return (statistics.median(loaded) - statistics.median(bare)) / 1e6


def time_first_call(setup: str, call: str, runs: int) -> Timing:
    """Time ``call`` once in each of ``runs`` fresh interpreters, after ``setup``."""
    program = (
        f"{setup}\nimport time\n"
        f"started = time.perf_counter_ns()\n{call}\nprint(time.perf_counter_ns() - started)"
    )
    taken: list[float] = []
    calibrations: list[float] = []
    for _ in range(runs):
        calibrations.append(_sample(calibration_loop, 1))
        taken.append(int(_run(program)) / 1_000)
    return Timing(statistics.median(taken), statistics.median(calibrations))


def _repeats(operation: Operation) -> int:
    once = max(1, min(_elapsed(operation, 1) for _ in range(3)))
    return max(1, min(_MAX_REPEATS, SAMPLE_NS // once))


def _sample(operation: Operation, repeats: int) -> float:
    return _elapsed(operation, repeats) / repeats / 1_000


def _elapsed(operation: Operation, repeats: int) -> int:
    turns = range(repeats)
    started = time.perf_counter_ns()
    for _ in turns:
        operation()
    return time.perf_counter_ns() - started


def _start(statement: str) -> int:
    started = time.perf_counter_ns()
    _run(statement)
    return time.perf_counter_ns() - started


def _run(program: str) -> str:
    # As an installed program runs: with its modules compiled, whatever this shell's habit is.
    kept = {name: value for name, value in os.environ.items() if name not in _NO_BYTECODE}
    done = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True, env=kept
    )
    return done.stdout
