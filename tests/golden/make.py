"""Make the golden corpus of the present schema: 200 decisions and their inputs, the same bytes in
every run.

``python tests/golden/make.py DIR`` writes ``records-N.jsonl`` and ``inputs-N.jsonl`` for schema N
to DIR, and never over a file that is there: each corpus is kept as the version that first wrote it
made it, so that later versions show that they still derive what it decided. A line is the canonical
JSON of one record or of one input; the digest of an input is that of its line. Two files of lines
show in a review what was added, which 400 files of one line each would not.
"""

import sys
from itertools import product
from pathlib import Path
from random import Random

from mimir.core.canonical import encode
from mimir.core.catalog import Catalog, resolve
from mimir.core.descriptor import Descriptor
from mimir.core.descriptor import parse as parse_descriptor
from mimir.core.inputs import Inputs
from mimir.core.instant import Instant
from mimir.core.oracle.place import place_inputs
from mimir.core.policy import Policy
from mimir.core.pricing.quote import Quote, QuoteStep
from mimir.core.ranker import CHEAPEST_FIRST, FASTEST_FIRST, Ranker, Weighted
from mimir.core.record.build import build
from mimir.core.record.forms import SCHEMA
from mimir.core.record.schema import to_json
from mimir.core.record.seal import InputSeal, seal_inputs
from mimir.core.scorecard import Scorecard
from mimir.core.snapshot import Snapshot
from mimir.core.vocabulary import DecisionId, Lane, Model

COUNT = 200
LETTERS = "abcdefghijklmnopqrstuvwxyz234567"
TAKEN = Instant("2026-03-01T12:00:00.25Z")
ALL = ["tools", "vision", "long_context"]


def row(name: str, lane: str, runtime: str = "managed", **given: object) -> dict[str, object]:
    return {"id": name, "model": f"{lane}:{name}", "lane": lane, "runtime": runtime, **given}


WIDE: list[object] = [
    row("large", "north", capabilities=ALL, p50_latency_ms=900, context_window=200_000),
    row("small", "north", capabilities=["tools"], p50_latency_ms=150, context_window=8_000),
    row("twin", "south", capabilities=["tools"], p50_latency_ms=150, priority=10),
    row("stepped", "south", capabilities=["tools", "vision"], p50_latency_ms=400),
    row("own", "here", "local", p50_latency_ms=2_500, priority=None),
    row("new", "here", "local", capabilities=ALL),
    row("exact", "east", capabilities=["vision"], p50_latency_ms=150),
]
CATALOGS = [resolve(rows).unwrap() for rows in (WIDE, WIDE[4:6], WIDE[:2], [])]
POLICIES = [
    Policy(),
    Policy(unpriced="free", when_unhealthy="wait"),
    Policy(unpriced="exclude", probe_first=False, when_unhealthy="least_bad"),
    Policy(unpriced="free", when_unhealthy="least_bad"),
    Policy(
        allowed_models=frozenset(map(Model, ["north:large", "here:own", "here:new"])),
        when_unhealthy="wait",
    ),
]
QUOTES = [
    Quote(Model("north:large"), 3_000_000, 15_000_000, "price_list", "north/large"),
    Quote(Model("north:small"), 150_000, 600_000, "price_list", "small"),
    Quote(Model("south:twin"), 150_000, 600_000, "config", None),
    Quote(
        Model("south:stepped"),
        100_000,
        400_000,
        "price_list",
        "stepped",
        None,
        (QuoteStep(1_000, 200_000_000, 800_000_000), QuoteStep(50_000, None, None)),
    ),
    Quote(Model("here:own"), 0, 0, "config", None),
    Quote(Model("east:exact"), 99_999, 400_000, "price_list", "exact", (999, 1)),
]
COUNTS = {"north:large": (970, 1_000), "north:small": (70, 100), "here:new": (3, 3)}
CARDS = [
    Scorecard(task_class="chat", model=Model(model), passed=passed, runs=runs, as_of=TAKEN)
    for model, (passed, runs) in COUNTS.items()
]


def world(
    remaining: int | None,
    *,
    priced: bool = True,
    probes: str = "",
    waits: dict[str, int] | None = None,
    **lanes: str,
) -> Snapshot:
    return Snapshot(
        quotes={quote.model: quote for quote in QUOTES if priced},
        lanes={Lane(lane): state for lane, state in lanes.items()},
        remaining=remaining,
        taken_at=TAKEN,
        scorecards={(card.task_class, card.model): card for card in CARDS},
        probes=frozenset(map(Lane, probes.split())),
        waits={Lane(lane): wait for lane, wait in (waits or {}).items()},
    )


SNAPSHOTS = [
    world(None),
    world(2_000, north="degraded", east="ok", waits={"north": 1_500}),
    world(0, south="probing", probes="south"),
    world(-5, south="down"),
    world(None, priced=False, here="probing", probes="here"),
    world(None, north="probing", east="probing", here="degraded", probes="north here"),
    world(None, south="probing", here="probing", probes="here", waits={"south": 250}),
    world(
        None,
        north="degraded",
        south="probing",
        here="held",
        east="degraded",
        waits={"north": 30_000, "south": 0, "here": 10},
    ),
    world(5_000, north="degraded", south="degraded", here="degraded", east="degraded"),
    world(None, north="held", south="held", here="held", east="down", waits={"east": 9}),
]
RANKERS: list[Ranker] = [
    CHEAPEST_FIRST,
    CHEAPEST_FIRST,
    FASTEST_FIRST,
    Weighted(cost=3, latency=1),
    Weighted(latency=2, priority=5),
]
TOKENS = [None, {"in": 1_000, "out": 200}, {"in": 1_001, "out": 0}, {"in": 60_000, "out": 2_000}]


def descriptors() -> list[Descriptor]:
    choices = product(
        TOKENS,
        [[], ["tools"], ["vision", "tools"]],
        ["any", "any", "local"],
        [200, 1_000, 5_000],
        [None, None, 9_000],
        [500, 1_000_000],
    )
    return [
        parse_descriptor(
            {
                "task_class": "chat",
                "budget_ceiling_microdollars": budget,
                "latency_tolerance_ms": latency,
                "capabilities": words,
                "runtime_preference": runtime,
                "expected_tokens": tokens,
                "agent": {"digest": "sha256:agent", "name": "clerk"} if budget == 500 else None,
                "max_outcome_iterations": 3 if latency == 200 else None,
                "quality_bar": bar,
            },
            quality_bars=True,
        ).unwrap()
        for tokens, words, runtime, latency, bar, budget in choices
    ]


def decision_id(number: int) -> DecisionId:
    digits = [LETTERS[number // 32**place % 32] for place in reversed(range(26))]
    return DecisionId(f"rd_{''.join(digits)}")


def drawn() -> list[Inputs]:
    """Draw the decisions: three of four on the catalog that has everything."""
    random, wanted = Random(20_260_301), descriptors()
    catalogs: list[Catalog] = [*CATALOGS[:1] * 9, *CATALOGS[1:3], CATALOGS[3]]
    return [
        Inputs(
            random.choice(wanted),
            random.choice(catalogs),
            random.choice(POLICIES),
            random.choice(SNAPSHOTS),
            random.choice(RANKERS),
        )
        for _ in range(COUNT)
    ]


def record_of(number: int, inputs: Inputs, seal: InputSeal) -> bytes:
    record = build(
        decision_id=decision_id(number),
        decided_at=Instant(f"2026-03-01T12:00:{number % 60:02}.{number:06}Z"),
        descriptor=inputs.descriptor,
        snapshot=inputs.snapshot,
        decision=place_inputs(inputs),
        seal=seal,
        parent_decision_id=decision_id(number - 1) if number % 10 == 9 else None,
        grant_id=f"grant {number}" if number % 3 == 0 else None,
        workflow_id=f"workflow {number // 10}",
        step_id=f"step {number % 10}" if number % 2 else None,
    )
    return encode(to_json(record.unwrap())).unwrap()


def main(folder: Path) -> None:
    records: list[bytes] = []
    stored: dict[str, bytes] = {}
    for number, inputs in enumerate(drawn()):
        seal = seal_inputs(inputs).unwrap()
        records.append(record_of(number, inputs, seal))
        stored |= {sealed.digest: sealed.content for sealed in seal.contents}
    for name, lines in (("records", records), ("inputs", [*stored.values()])):
        with (folder / f"{name}-{SCHEMA}.jsonl").open("xb") as file:
            file.write(b"\n".join([*lines, b""]))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
