"""Simulate outages of lanes on a virtual clock, and compare policies of lane health.

    python benchmarks/health_simulation.py [--long] [--save]

Rules:
1. Every policy meets the same script of the same seed. ``outages`` says what befalls the lanes,
   ``gateway`` what the workers do, ``lane_policies`` what is compared.
2. The short form runs a few seeds. The long form runs more, and each with its script as long, and
   stretched to several other lengths.
3. The conditions of ``recovery_figures`` hold for each seed and for the seeds pooled. At other
   lengths than the script's own all of them are asked but the last: where every outage is shorter
   than a timer, that timer sits them out. The exit code is 1 where one is missed.
4. ``--save`` runs the long form and writes what the documentation shows: the figures and the plot.
5. Equal seeds give equal figures, in however many processes.
"""

import argparse
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Final, NamedTuple

from gateway import Clock, Gateway, Run
from lane_policies import NAMES, policy
from outages import scenario
from recovery_figures import (
    Condition,
    Figures,
    Rows,
    by_script,
    conditions,
    figures,
    markdown,
    said,
    table,
)
from recovery_plot import draw

ROOT: Final = Path(__file__).parents[1]
RESULTS: Final = ROOT / "benchmarks" / "results" / "health-simulation.json"
PLOT: Final = ROOT / "docs" / "health-simulation.svg"

AS_LONG: Final = 1.0
SHORT: Final = ((AS_LONG,), (1, 2))
LONG: Final = ((0.25, 0.5, AS_LONG, 2.0, 4.0), (1, 2, 3, 4, 5))
POOLED: Final = "all seeds"


class Job(NamedTuple):
    """One run: how long the script is, the seed, and the policy."""

    stretch: float
    seed: int
    name: str


Results = dict[float, dict[str, dict[str, Figures]]]
"""Figures by the length of the script, by seed and of all, by policy."""


def main() -> int:
    """Run what the arguments ask for and print it."""
    parser = argparse.ArgumentParser(description="Simulate policies of lane health.")
    parser.add_argument("--long", action="store_true", help="more seeds, outages of many lengths")
    parser.add_argument("--save", action="store_true", help="run the long form and keep it")
    args = parser.parse_args()
    results = simulate(*(LONG if args.long or args.save else SHORT))
    print("\n".join(shown(results)))
    if args.save:
        RESULTS.write_text(as_json(results), encoding="utf-8")
        PLOT.write_text(draw(results[AS_LONG][POOLED]), encoding="utf-8")
    return 0 if all(condition.met for condition in judge(results)) else 1


def simulate(stretches: Sequence[float], seeds: Sequence[int]) -> Results:
    """Run every policy under every seed at every length."""
    jobs = [Job(at, seed, name) for at in stretches for seed in seeds for name in NAMES]
    with ProcessPoolExecutor() as pool:
        runs = dict(zip(jobs, pool.map(run, jobs), strict=True))
    return {
        stretch: {
            **{str(seed): _figures(runs, stretch, [seed]) for seed in seeds},
            POOLED: _figures(runs, stretch, seeds),
        }
        for stretch in stretches
    }


def run(job: Job) -> Run:
    """Run one policy in one scenario."""
    clock = Clock()
    lanes = policy(job.name, clock)
    return Gateway(scenario(job.seed, job.stretch), lanes, clock, job.seed).run()


def judge(results: Results) -> list[Condition]:
    """Return every condition, of every length and seed."""
    return [
        condition
        for stretch, by_seed in results.items()
        for seed, by_policy in by_seed.items()
        for condition in conditions(by_policy, _where(stretch, seed), worse=stretch == AS_LONG)
    ]


def shown(results: Results) -> Iterable[str]:
    """Yield the tables: of every length, and what becomes of each kind of outage."""
    for stretch, by_seed in results.items():
        yield f"{_where(stretch, POOLED)}\n\n{markdown(table(by_seed[POOLED]))}"
    yield markdown(by_script(results[AS_LONG][POOLED]))
    yield markdown(sweep(results))
    yield verdict(results)


def sweep(results: Results) -> Rows:
    """Return the wasted calls and the mean time to recover, a row for each length."""
    rows = [
        (
            f"{stretch:g}",
            *(f"{one.wasted:,}, {said(one.mean_s)}" for one in by_seed[POOLED].values()),
        )
        for stretch, by_seed in results.items()
    ]
    return [("times as long", *NAMES), *rows]


def verdict(results: Results) -> str:
    """Say how many of the conditions are met, and name those that are missed."""
    found = judge(results)
    missed = [f"- {condition.name}" for condition in found if not condition.met]
    return "\n".join([f"{len(found) - len(missed)} of {len(found)} conditions are met.", *missed])


def as_json(results: Results) -> str:
    """Write figures as they are kept, one line for each policy."""
    lines = [
        json.dumps({"stretch": stretch, "seed": seed, "policy": name, **one._asdict()})
        for stretch, by_seed in results.items()
        for seed, by_policy in by_seed.items()
        for name, one in by_policy.items()
    ]
    return "[\n" + ",\n".join(lines) + "\n]\n"


def read(text: str) -> Results:
    """Read what ``as_json`` has written."""
    results: Results = {}
    for row in json.loads(text):
        stretch, seed, name = row.pop("stretch"), row.pop("seed"), row.pop("policy")
        results.setdefault(stretch, {}).setdefault(seed, {})[name] = Figures(**row)
    return results


def _figures(runs: Mapping[Job, Run], stretch: float, seeds: Sequence[int]) -> dict[str, Figures]:
    return {name: figures([runs[Job(stretch, seed, name)] for seed in seeds]) for name in NAMES}


def _where(stretch: float, seed: str) -> str:
    of = seed if seed == POOLED else f"seed {seed}"
    return f"outages {stretch:g} times as long, {of}"


if __name__ == "__main__":
    sys.exit(main())
