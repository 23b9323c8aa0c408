"""Time pricing, and set it beside the packages that others use.

    python benchmarks/pricing.py [--peers] [--quick]

Rules:
1. Without ``--peers`` Mimir alone is timed; with it the packages of the extra ``bench`` are priced
   and timed in the same run, each by its own bundled rates.
2. Every call of ``peer_cases`` is judged: ``right`` is exact, ``near`` is off by what a float
   cannot hold, ``wrong`` is another amount, or any amount where refusing is right.
3. The exit code is 1 where a package is right and Mimir is not, whatever the timings are.
4. A figure at calibration is the median, times 300 us over what the calibration loop took beside.
5. Imports and memory are of fresh interpreters whose modules are compiled already. What is timed of
   them ends where the work is done: what an interpreter takes to exit is nobody's waiting time.
"""

import argparse
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

from measure import CALIBRATION_US, Target, time_operation

import mimir
from mimir.shell.prices import prices

NEAR: Final = Fraction(1, 10**12)
FIRST_COST: Final = (
    "from mimir import Usage, price\nfrom mimir.shell.prices import prices\n"
    "price('openai:gpt-4o', Usage(input_tokens=1), prices().unwrap()).unwrap()"
)
NAMES: Final = "from mimir import Usage, price"
"""Mimir loads nothing before a name is asked for; this loads what pricing is made of."""

MEMORY: Final = (
    "\nprint(next(row.split()[1] for row in open('/proc/self/status') if row.startswith('VmHWM')))"
)
"""Prints the peak of resident memory in kB; a child's ``ru_maxrss`` may be its parent's."""

DONE: Final = "\nimport time\nprint(time.monotonic_ns())"
"""Prints when a program was done, on the clock that all processes share."""

LOG_LINES: Final = 1_000_000
ENV: Final = {
    **{name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"},
    "LITELLM_LOCAL_MODEL_COST_MAP": "True",
}


def main() -> int:
    """Run what the arguments ask for and print it."""
    parser = argparse.ArgumentParser(description="Time pricing.")
    parser.add_argument("--peers", action="store_true", help="beside the packages of extra bench")
    parser.add_argument("--quick", action="store_true", help="few samples: to see that it runs")
    args = parser.parse_args()
    samples, runs = (5, 3) if args.quick else (101, 15)
    print(f"{platform.python_implementation()} {platform.python_version()}, {platform.machine()}")
    targets = [
        *_calls(samples),
        *_starts(runs),
        *_log(LOG_LINES // 20 if args.quick else LOG_LINES),
    ]
    beaten = False
    if args.peers:
        compared = _peers(samples, runs)
        beaten = next(compared) is True
        targets += [item for item in compared if isinstance(item, Target)]
    print("\ntargets")
    for target in targets:
        print(f"  {target}")
    return 1 if beaten else 0


def _calls(samples: int) -> Iterator[Target]:
    """Time Mimir's own calls."""
    book = prices().unwrap()
    plain = mimir.Usage(input_tokens=1_234, output_tokens=567)
    five = mimir.Usage(
        input_tokens=86,
        cache_read_tokens=1_920,
        cache_write_5m_tokens=400,
        cache_write_1h_tokens=40,
        output_tokens=300,
    )

    def read(model: str, usage: mimir.Usage) -> object:
        cost = mimir.price(model, usage, book).unwrap()
        return [line.amount for line in cost.lines], cost.microdollars

    rows: tuple[tuple[str, Callable[[], object], float], ...] = (
        ("a plain call", lambda: mimir.price("openai:gpt-4o", plain, book), 2),
        ("with its lines and microdollars", lambda: read("openai:gpt-4o", plain), 3),
        ("of five buckets, read", lambda: read("anthropic:claude-sonnet-4-5", five), 5),
    )
    for name, operation, most in rows:
        timing = time_operation(operation, samples)
        yield Target(name, timing.calibrated_us, most, "us")


def _starts(runs: int) -> Iterator[Target]:
    taken: list[float] = []
    for turn in range(2 * runs + 1):
        bare, first, calibration = _started("pass"), _started(FIRST_COST), _calibration(7)
        if turn:  # the first one compiles
            taken.append((first - bare) * CALIBRATION_US / calibration)
    yield Target("first cost over a bare interpreter", statistics.median(taken), 60, "ms")


def _log(lines: int) -> Iterator[Target]:
    """Time ``mimir cost`` on a log of the plain kind; peak memory is the child's."""
    models = ("openai:gpt-4o", "openai:gpt-4o-mini", "anthropic:claude-sonnet-4-5")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "log.jsonl"
        with path.open("w", encoding="utf-8") as file:
            for index in range(lines):
                file.write(
                    f'{{"model":"{models[index % 3]}","at":"2026-11-23T12:00:00Z",'
                    f'"usage":{{"input_tokens":{index % 5_000},"output_tokens":{index % 900}}}}}\n'
                )
        program = (
            "import sys, mimir.shell.cli.main as cli\n"
            f"assert cli.main(['cost', {str(path)!r}]) == 0{MEMORY}"
        )
        started = time.perf_counter()
        done = _run(program)
        seconds = time.perf_counter() - started
    scale = CALIBRATION_US / _calibration()
    rate = lines / (seconds * scale)
    print(
        f"mimir cost: {rate:,.0f} lines/s at calibration, peak {int(done.split()[-1]) // 1024} MB"
    )
    yield Target("mimir cost, a line", 1e6 / rate, 1e6 / 150_000, "us")


def _peers(samples: int, runs: int) -> Iterator[bool | Target]:
    """Compare with the other packages; first whether one of them is right where Mimir is not."""
    import peer_packages  # noqa: PLC0415 - needs the extra

    packages: list[Any] = []
    for make in peer_packages.PACKAGES:
        try:
            packages.append(make())
        except Exception as error:
            print(f"left out: {make.__name__}: {error!r}"[:200])
    yield _agreement(packages)
    timings = {p.distribution: time_operation(p.plain(), samples) for p in packages}
    statements = ["pass", NAMES, *(p.statement for p in packages)]
    medians = dict(zip(statements, _medians(statements, runs), strict=True))
    imports = {p.distribution: medians[p.statement] - medians["pass"] for p in packages}
    print(f"\n{'package':24} {'version':>9} {'call':>10} {'import':>10} {'peak memory':>12}")
    for package in packages:
        name, timing = package.distribution, timings[package.distribution]
        us = timing.calibrated_us
        peak = int(_run(f"{_one_cost(package)}{MEMORY}").split()[-1]) / 1024
        print(f"{name:24} {package.version:>9} {us:7.2f} us {imports[name]:7.1f} ms {peak:9.1f} MB")
    print(f"{NAMES}: {medians[NAMES] - medians['pass']:.1f} ms")
    own = packages[0].distribution
    for name, times in (("genai-prices", 10), ("litellm", 20)):
        if name in timings:
            ratio = timings[own].us / timings[name].us
            yield Target(f"a call, over {name}'s", ratio, 1 / times, "times")
    for name, times in (("litellm", 50), ("genai-prices", 1)):
        if name in imports:
            yield Target(f"import, over {name}'s", imports[own] / imports[name], 1 / times, "times")


def _one_cost(package: Any) -> str:
    here = str(Path(__file__).parent)
    return (
        f"import sys; sys.path.insert(0, {here!r})\n"
        "import warnings; warnings.simplefilter('ignore')\n"
        f"{_plain_program(package.distribution)}"
    )


def _plain_program(name: str) -> str:
    """A program that makes one plain cost and nothing else."""
    return {
        "mimir-oracle": FIRST_COST,
        "litellm": "import litellm\nlitellm.cost_per_token('gpt-4o', 1, 1)",
        "genai-prices": "from genai_prices import Usage, calc_price\n"
        "calc_price(Usage(input_tokens=1), 'gpt-4o', provider_id='openai')",
        "openai-cost-calculator": "from openai_cost_calculator.api import calculate_cost\n"
        "calculate_cost('openai', 'gpt-4o', input_tokens=1)",
        "model-prices": "import model_prices\n"
        "model_prices.cost('gpt-4o', provider='openai', input_tokens=1)",
        "tokencost": "import tokencost\ntokencost.calculate_cost_by_tokens(1, 'gpt-4o', 'input')",
    }[name]


def _agreement(packages: list[Any]) -> bool:
    """Print who is right about what; tell whether Mimir is beaten anywhere."""
    from peer_cases import CALLS  # noqa: PLC0415 - needs the extra

    names = [package.distribution for package in packages]
    print(f"\n{'call':36} " + " ".join(f"{name:>18.18}" for name in names))
    beaten = False
    for call in CALLS:
        marks = [_mark(package, call) for package in packages]
        print(f"{call.name:36} " + " ".join(f"{mark:>18}" for mark in marks))
        good = [mark in ("right", "near", "refused") for mark in marks]
        beaten = beaten or (any(good[1:]) and not good[0])
    return beaten


def _mark(package: Any, call: Any) -> str:
    from peer_packages import CannotSayError  # noqa: PLC0415 - needs the extra

    try:
        wanted = None if call.malformed else package.right(call)
    except Exception:
        wanted = None  # the package does not know the model
    try:
        got = package.price(call)
    except CannotSayError:
        return "-"
    except Exception:
        got = None
    if got is None:
        return "refused" if wanted is None else "refused, has a rate"
    if wanted is None:
        return f"wrong: {float(got):.7f}"
    if got == wanted:
        return "right"
    return (
        "near" if abs(got - wanted) <= NEAR * abs(wanted) else f"wrong: {float(got / wanted):.3f}x"
    )


def _medians(statements: list[str], runs: int) -> list[float]:
    """Time fresh interpreters in turn, so that all see the same machine; milliseconds."""
    taken: dict[int, list[float]] = {at: [] for at in range(len(statements))}
    for turn in range(runs + 1):
        for at, statement in enumerate(statements):
            took = _started(statement)
            if turn:  # the first one compiles
                taken[at].append(took)
    return [statistics.median(times) for times in taken.values()]


def _started(program: str) -> float:
    """Start an interpreter and return when its program was done, in milliseconds."""
    started = time.monotonic_ns()
    return (int(_run(f"{program}{DONE}").split()[-1]) - started) / 1e6


def _calibration(samples: int = 21) -> float:
    return time_operation(lambda: None, samples).calibration_us


def _run(program: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True, env=ENV
    )
    return done.stdout


if __name__ == "__main__":
    sys.exit(main())
