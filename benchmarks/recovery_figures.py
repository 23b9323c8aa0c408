"""The figures of runs, and the conditions that they have to meet.

Rules:
1. The runs of several seeds are pooled: calls are summed, and every outage counts once.
2. Times to recover are seconds: the mean, the 95th percentile and the worst. Where a lane does not
   recover there is no mean: never is more than any time, and ``None`` in JSON.
3. The conditions: the policy leaves no lane out for ever; at most one probe runs on a lane at a
   time; no fixed timer is better on both wasted calls and the mean time to recover; the one of 30 s
   is worse on both.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from gateway import Run
from ground import Recovery
from lane_policies import THIS, TIMERS, timer
from outages import SECOND

WORSE: Final = timer(30)

Rows = list[tuple[str, ...]]


class Figures(NamedTuple):
    """What became of one policy; ``None`` is never."""

    answered: int
    failed: int
    calls: int
    wasted: int
    relapses: int
    most_probes: int
    left_out: int
    outages: int
    never: int
    mean_s: float | None
    p95_s: float | None
    worst_s: float | None
    by_script: Mapping[str, float | None]

    def beats(self, other: "Figures") -> bool:
        """Tell whether both the wasted calls and the mean time to recover are less."""
        return self.wasted < other.wasted and _time(self.mean_s) < _time(other.mean_s)


class Condition(NamedTuple):
    """What has to hold, and whether it does."""

    name: str
    met: bool


def figures(runs: Sequence[Run]) -> Figures:
    """Return the figures of one policy's runs, pooled."""
    recoveries = [one for run in runs for one in run.recoveries]
    times = sorted(map(_seconds, recoveries))
    return Figures(
        answered=sum(run.answered for run in runs),
        failed=sum(run.failed for run in runs),
        calls=sum(run.calls for run in runs),
        wasted=sum(run.wasted for run in runs),
        relapses=sum(run.relapses for run in runs),
        most_probes=max(run.most_probes for run in runs),
        left_out=sum(len(run.left_out) for run in runs),
        outages=len(times),
        never=sum(map(math.isinf, times)),
        mean_s=_mean(times),
        p95_s=_stated(times[math.ceil(0.95 * len(times)) - 1]),
        worst_s=_stated(times[-1]),
        by_script={
            script: _mean([_seconds(one) for one in recoveries if one.script == script])
            for script in sorted({one.script for one in recoveries})
        },
    )


def conditions(
    by_policy: Mapping[str, Figures], where: str, *, worse: bool = True
) -> list[Condition]:
    """Return rule 3's conditions for one set of figures; the last only where ``worse`` is true."""
    this = by_policy[THIS]
    back = not this.left_out and not this.never
    found = [
        Condition(f"{where}: no outage leaves a lane out for ever", back),
        Condition(f"{where}: at most one probe at a time on a lane", this.most_probes <= 1),
        *(
            Condition(f"{where}: the {name} is not better on both", not by_policy[name].beats(this))
            for name in TIMERS
        ),
    ]
    if worse:
        last = f"{where}: the {WORSE} is worse on both"
        found.append(Condition(last, this.beats(by_policy[WORSE])))
    return found


def table(by_policy: Mapping[str, Figures]) -> Rows:
    """Return a row for each policy, below the headers."""
    headers = (
        "policy",
        "availability",
        "wasted calls",
        "time to recover",
        "95 % within",
        "worst",
        "never",
        "lanes left out",
    )
    return [headers, *((name, *_cells(one)) for name, one in by_policy.items())]


def by_script(by_policy: Mapping[str, Figures]) -> Rows:
    """Return the mean time to recover from each kind of outage, a column for each policy."""
    scripts = by_policy[THIS].by_script
    return [
        ("mean time to recover", *by_policy),
        *((name, *(said(one.by_script[name]) for one in by_policy.values())) for name in scripts),
    ]


def markdown(rows: Rows) -> str:
    """Write rows as a table that reads well on a page and in a terminal."""
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    rule = tuple("-" * width for width in widths)
    return "".join(
        f"| {' | '.join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))} |\n"
        for row in [rows[0], rule, *rows[1:]]
    )


def said(seconds: float | None) -> str:
    """Write a time to recover."""
    return "never" if seconds is None else f"{seconds:.1f} s"


def _cells(one: Figures) -> Iterable[str]:
    yield f"{one.answered / (one.answered + one.failed):.2%}"
    yield f"{one.wasted:,}"
    yield said(one.mean_s)
    yield said(one.p95_s)
    yield said(one.worst_s)
    yield f"{one.never} of {one.outages}"
    yield f"{one.left_out}"


def _seconds(one: Recovery) -> float:
    return math.inf if one.took is None else one.took / SECOND


def _mean(times: Sequence[float]) -> float | None:
    return _stated(math.fsum(times) / len(times))


def _stated(seconds: float) -> float | None:
    return None if math.isinf(seconds) else round(seconds, 3)


def _time(seconds: float | None) -> float:
    return math.inf if seconds is None else seconds
