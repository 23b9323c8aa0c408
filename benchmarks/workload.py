"""The workload of the benchmarks: entry i of n, three descriptors, two worlds.

Rules:
1. The same workload gave the reference's figures: nothing in it is random.
2. Each of its answers is known, and checked before anything is timed.
3. A thousand descriptors vary each of the three a little, in budget, tokens and latency, so that no
   answer can be remembered: they choose the same entry, of as many but for ``NEAR``.
"""

from typing import Final, Literal, NamedTuple

from attrs import evolve

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


NEAR: Final = 0.02
"""By which part of it the count of viable entries may vary with the descriptor."""

# With exact costs 3,128 of the 10,000 entries are viable; truncated costs let one more through.
MIXED: Final = {
    10: Answer(8, "entry-1"),
    100: Answer(71, "entry-1"),
    1_000: Answer(423, "entry-1"),
    10_000: Answer(3_128, "entry-6314"),
}


def varied(mix: Mix) -> list[Descriptor]:
    """Return rule 3's descriptors."""
    one = DESCRIPTORS[mix]
    return [
        evolve(
            one,
            budget_ceiling_microdollars=one.budget_ceiling_microdollars + i % 10,
            latency_tolerance_ms=one.latency_tolerance_ms + i // 10 % 10,
            expected_tokens=ExpectedTokens(2_000 + i // 100, 500 - i // 100),
        )
        for i in range(1_000)
    ]


def catalog(size: int) -> Catalog:
    """Return the entries 0 to ``size`` - 1."""
    return Catalog(tuple(_entry(i) for i in range(size)))


def copies(entries: Catalog, times: int) -> Catalog:
    """Return ``entries`` that many times, under ids and models of their own."""
    return Catalog(
        tuple(
            evolve(entry, id=EntryId(f"{entry.id}/{i}"), model=Model(f"{entry.model}/{i}"))
            for i in range(times)
            for entry in entries.entries
        )
    )


def snapshot(entries: Catalog, mix: Mix) -> Snapshot:
    """Return the world of ``mix``: groq is degraded in it, unless every entry is to be viable."""
    return Snapshot(
        quotes={entry.model: _quote(entry) for entry in entries.entries},
        lanes={} if mix == "all" else {Lane("groq"): "degraded"},
        remaining=10_000_000,
        taken_at=TAKEN_AT,
    )


def check(mix: Mix, size: int) -> str | None:
    """Say what is wrong with the answers for ``mix`` at ``size`` entries, or nothing."""
    entries = catalog(size)
    world = snapshot(entries, mix)
    one = Answer(size, "entry-0") if mix == "all" else Answer(0, None)
    expected = MIXED[size] if mix == "mixed" else one
    for wanted in [DESCRIPTORS[mix], *varied(mix)[::111]]:
        got = _answer(wanted, entries, world)
        exact = wanted is DESCRIPTORS[mix]
        most = 0 if exact else NEAR * expected.viable
        if got.chosen != expected.chosen or abs(got.viable - expected.viable) > most:
            return f"{mix} {size}: expected {expected}, got {got}"
    return None


def _answer(wanted: Descriptor, entries: Catalog, world: Snapshot) -> Answer:
    decision = place(wanted, entries, POLICY, world)
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


def _quote(entry: Entry) -> Quote:
    number = entry.id.removeprefix("entry-").partition("/")[0]
    rate = 7_919 * int(number) % 5_000_000
    return Quote(entry.model, rate, 4 * rate, "config", None)
