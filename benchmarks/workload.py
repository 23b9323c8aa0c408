"""The workload of the benchmarks: entry i of n, three descriptors, two worlds.

Rules:
1. The same workload gave the reference's figures: nothing in it is random.
2. Each of its answers is known, and checked before anything is timed.
"""

from typing import Final, Literal, NamedTuple

from mimir import (
    Capability,
    Catalog,
    Descriptor,
    Entry,
    EntryId,
    Excluded,
    ExpectedTokens,
    Instant,
    Lane,
    Model,
    Policy,
    Quote,
    Snapshot,
    Success,
    place,
)

LANES: Final = ("anthropic", "openai", "bedrock", "vertex", "ollama", "groq", "mistral", "local")
POLICY: Final = Policy(unpriced="free")
TAKEN_AT: Final = Instant("2026-01-01T00:00:00Z")

Mix = Literal["mixed", "all", "none"]

DESCRIPTORS: Final[dict[Mix, Descriptor]] = {
    "mixed": Descriptor(
        task_class="chat",
        budget_ceiling_microdollars=12_000,
        latency_tolerance_ms=6_000,
        capabilities=("tools",),
        expected_tokens=ExpectedTokens(2_000, 500),
    ),
    "all": Descriptor(
        task_class="chat",
        budget_ceiling_microdollars=10_000_000,
        latency_tolerance_ms=60_000,
        expected_tokens=ExpectedTokens(2_000, 500),
    ),
    "none": Descriptor(
        task_class="chat",
        budget_ceiling_microdollars=12_000,
        latency_tolerance_ms=100,
        capabilities=("tools",),
        expected_tokens=ExpectedTokens(2_000, 500),
    ),
}


class Answer(NamedTuple):
    """What ``place`` answers: how many entries are viable, and the id of the chosen one."""

    viable: int
    chosen: str | None


# With exact costs 3,128 of the 10,000 entries are viable; truncated costs let one more through.
MIXED: Final = {
    10: Answer(8, "entry-1"),
    100: Answer(71, "entry-1"),
    1_000: Answer(423, "entry-1"),
    10_000: Answer(3_128, "entry-6314"),
}


def catalog(size: int) -> Catalog:
    """Return the entries 0 to ``size`` - 1."""
    return Catalog(tuple(_entry(i) for i in range(size)))


def snapshot(entries: Catalog, mix: Mix) -> Snapshot:
    """Return the world of ``mix``: groq is degraded in it, unless every entry is to be viable."""
    return Snapshot(
        quotes={entry.model: _quote(i, entry.model) for i, entry in enumerate(entries.entries)},
        lanes={} if mix == "all" else {Lane("groq"): "degraded"},
        remaining=10_000_000,
        taken_at=TAKEN_AT,
    )


def check(mix: Mix, size: int) -> str | None:
    """Say what is wrong with the answer for ``mix`` at ``size`` entries, or nothing."""
    entries = catalog(size)
    expected = {"mixed": MIXED.get(size), "all": None, "none": Answer(0, None)}[mix]
    got = _answer(mix, entries)
    if mix == "all" and got.viable != size:
        return f"all {size}: only {got.viable} viable"
    return f"{mix} {size}: expected {expected}, got {got}" if expected not in (None, got) else None


def _answer(mix: Mix, entries: Catalog) -> Answer:
    decision = place(DESCRIPTORS[mix], entries, POLICY, snapshot(entries, mix))
    if isinstance(decision, Success):
        placed = decision.unwrap()
        viable = sum(not isinstance(verdict, Excluded) for verdict in placed.verdicts)
        return Answer(viable, placed.chosen.id)
    return Answer(0, None)


def _entry(i: int) -> Entry:
    lane = LANES[i % 8]
    return Entry(
        id=EntryId(f"entry-{i}"),
        model=Model(f"{lane}:model-{i}"),
        lane=Lane(lane),
        runtime="local" if i % 4 == 0 else "managed",
        capabilities=_capabilities(i),
        p50_latency_ms=200 + 37 * i % 8_000,
        priority=10 * (i % 10),
    )


def _capabilities(i: int) -> frozenset[Capability]:
    has: set[Capability] = set()
    if i % 5:
        has.add("tools")
    if i % 2 == 0:
        has.add("vision")
    if i % 3 == 0:
        has.add("long_context")
    return frozenset(has)


def _quote(i: int, model: Model) -> Quote:
    rate = 7_919 * i % 5_000_000
    return Quote(model, rate, 4 * rate, "config", None)
