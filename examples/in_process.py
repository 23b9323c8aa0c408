"""Place workloads in one program, without a gateway: placement, record, two kinds of no candidate.

python examples/in_process.py
"""

import json
from typing import Final

from mimir import (
    DEFAULT_POLICY,
    Catalog,
    Descriptor,
    Excluded,
    Failure,
    Lane,
    NoCandidate,
    Placement,
    Prices,
    Success,
    parse_descriptor,
    record_to_json,
    resolve,
)
from mimir.shell.decide import decide
from mimir.shell.health import LaneHealth
from mimir.shell.prices import prices

STEP: Final[dict[str, object]] = {
    "task_class": "summarise",
    "budget_ceiling_microdollars": 15_000,
    "latency_tolerance_ms": 3_000,
    "capabilities": ["tools"],
    "expected_tokens": {"in": 2_000, "out": 500},
}
ROWS: Final[list[object]] = [
    {
        "id": "sonnet",
        "model": "anthropic:claude-sonnet-4-5",
        "lane": "anthropic",
        "runtime": "managed",
        "capabilities": ["tools", "vision", "long_context"],
        "p50_latency_ms": 1_900,
    },
    {
        "id": "mini",
        "model": "openai:gpt-4o-mini",
        "lane": "openai",
        "runtime": "managed",
        "capabilities": ["tools", "vision"],
        "p50_latency_ms": 700,
    },
    {
        "id": "slow",
        "model": "openai:gpt-4o",
        "lane": "openai",
        "runtime": "managed",
        "capabilities": ["tools", "vision"],
        "p50_latency_ms": 4_200,
    },
]


def main() -> None:
    """Decide four times, in four worlds, and show each answer."""
    wanted = parse_descriptor(STEP).unwrap()
    entries = resolve(ROWS).unwrap()
    known = prices().unwrap()
    health = LaneHealth()

    show("Everything is well", wanted, entries, known, health)
    show("The catalog is empty", wanted, Catalog(()), known, health)
    for _ in range(3):
        health.record_failure(Lane("openai"))
    show("The lane openai is degraded", wanted, entries, known, health)
    show("... and little is left of the budget", wanted, entries, known, health, remaining=10_000)


def show(
    title: str,
    wanted: Descriptor,
    entries: Catalog,
    known: Prices,
    health: LaneHealth,
    *,
    remaining: int | None = None,
) -> None:
    """Decide once and print the answer, every verdict and the end of the record."""
    print(f"\n{title}")
    made = decide(
        wanted, entries, DEFAULT_POLICY, health=health, prices=known, remaining=remaining
    ).unwrap()
    match made.outcome:
        case Success(placement):
            print(f"  placed on {placement.chosen.id} ({', '.join(placement.reasons)})")
            print_verdicts(placement)
        case Failure(no_candidate):
            print(f"  no candidate ({', '.join(no_candidate.reasons) or 'nothing to choose from'})")
            print_verdicts(no_candidate)
    document = record_to_json(made.record)
    print(f"  record: {json.dumps(document['snapshot'])}")


def print_verdicts(decision: Placement | NoCandidate) -> None:
    """Print one line for each entry."""
    for entry, verdict in zip(decision.catalog.entries, decision.verdicts, strict=True):
        if isinstance(verdict, Excluded):
            reason = verdict.reason
            print(f"  {entry.id:8} {verdict.word:9} {reason.exclusion_class}: {reason.detail}")
        else:
            print(f"  {entry.id:8} {verdict.word}")


if __name__ == "__main__":
    main()
