"""The prepared oracle on worlds that a reader can check by hand, and beside ``place`` on many."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import product
from random import Random

import pytest
from attrs import evolve

from mimir.core.catalog import Catalog
from mimir.core.descriptor import Descriptor, ExpectedTokens
from mimir.core.entry import Entry
from mimir.core.exclusion import MissingCapabilities, TooExpensive, TooSlow
from mimir.core.instant import Instant
from mimir.core.money import Femtodollars
from mimir.core.oracle.place import place
from mimir.core.oracle.prepared import Prepared, prepare
from mimir.core.outcome import Outcome, Success
from mimir.core.policy import UNPRICED, Policy, Unpriced
from mimir.core.pricing.quote import Quote, QuoteStep
from mimir.core.ranker import CHEAPEST_FIRST, FASTEST_FIRST, Ranker, Weighted
from mimir.core.scorecard import Scorecard
from mimir.core.snapshot import Snapshot, with_remaining
from mimir.core.verdict import Chosen, Excluded, NoCandidate, Placement, Ranked, Verdict
from mimir.core.vocabulary import Capability, EntryId, Lane, Model, Runtime

AT = Instant("2026-01-01T00:00:00Z")
RANKERS: tuple[Ranker, ...] = (
    CHEAPEST_FIRST,
    FASTEST_FIRST,
    Weighted(cost=1),
    Weighted(latency=2, priority=1),
)
REMAINING = (None, 5_000, 900, 0, -1)


def entry(
    name: str,
    *capabilities: Capability,
    p50: int | None = 100,
    priority: int | None = 100,
    lane: str = "up",
    runtime: Runtime = "managed",
    window: int | None = None,
) -> Entry:
    return Entry(
        id=EntryId(name),
        model=Model(f"p:{name}"),
        lane=Lane(lane),
        runtime=runtime,
        capabilities=frozenset(capabilities),
        p50_latency_ms=p50,
        priority=priority,
        context_window=window,
    )


def wish(
    *capabilities: Capability,
    budget: int = 5_000,
    latency: int = 1_000,
    tokens: tuple[int, int] | None = (1_000_000, 0),
) -> Descriptor:
    return Descriptor(
        task_class="chat",
        budget_ceiling_microdollars=budget,
        latency_tolerance_ms=latency,
        capabilities=capabilities,
        expected_tokens=None if tokens is None else ExpectedTokens(*tokens),
    )


def world(**rates: int | tuple[int, int]) -> Snapshot:
    quotes: dict[Model, Quote] = {}
    for name, rate in rates.items():
        given, taken = rate if isinstance(rate, tuple) else (rate, rate)
        quotes[Model(f"p:{name}")] = Quote(Model(f"p:{name}"), given, taken, "config", None)
    return Snapshot(quotes=quotes, lanes={Lane("down"): "degraded"}, remaining=None, taken_at=AT)


def verdicts(outcome: Outcome[Placement, NoCandidate]) -> tuple[Verdict, ...]:
    return outcome.unwrap().verdicts if isinstance(outcome, Success) else outcome.failure().verdicts


def chosen(oracle: Prepared, descriptor: Descriptor) -> str | None:
    outcome = oracle.place(descriptor)
    return outcome.unwrap().chosen.id if isinstance(outcome, Success) else None


def many_wishes() -> Iterator[Descriptor]:
    words: tuple[tuple[Capability, ...], ...] = (
        (),
        ("tools",),
        ("vision", "tools"),
        ("tools", "vision", "tools"),
    )
    counts = (None, (0, 0), (1_000, 10), (50_000, 9_000), (1_000_000, 2))
    for at, (needs, tokens, latency) in enumerate(product(words, counts, (50, 100, 300))):
        yield evolve(
            wish(*needs, latency=latency, tokens=tokens, budget=(1, 700, 9_000)[at % 3]),
            runtime_preference=(("any", "managed", "local") * 2)[at % 5],
            quality_bar=8_000 if at % 4 == 3 else None,
        )


def many_entries() -> Iterator[Entry]:
    has: tuple[tuple[Capability, ...], ...] = (("tools", "vision"), ("tools",), ())
    for at in range(18):
        yield entry(
            f"e{at}",
            *has[at % 7 % 3],
            p50=(None, 50, 100, 100, 400)[at % 5],
            priority=(100, None, 3)[at % 3],
            lane="down" if at == 11 else "up",
            runtime="local" if at % 4 == 1 else "managed",
            window=(None, None, 60_000, 4_000)[at % 4],
        )


def many_worlds(entries: tuple[Entry, ...]) -> Iterator[Snapshot]:
    some = [row.model for at, row in enumerate(entries) if at % 6 != 2]
    rates = [(97 * at % 11, 131 * at % 7) for at in range(len(some))]
    quotes = {m: Quote(m, *rate, "config", None) for m, rate in zip(some, rates, strict=True)}
    plain = evolve(world(), quotes=quotes, scorecards=cards(some))
    yield plain
    yield evolve(plain, quotes={m: evolve(q, rest=(1, 0)) for m, q in quotes.items()})
    tiers = (QuoteStep(0, 5, 0), QuoteStep(900, None, 4), QuoteStep(60_000, 2, None))
    yield evolve(plain, quotes={m: evolve(q, above=tiers) for m, q in quotes.items()})
    yield evolve(plain, quotes={})


def cards(models: list[Model]) -> dict[tuple[str, Model], Scorecard]:
    counts = [(10, 900), (890, 900), (0, 1)]
    return {
        ("chat", model): Scorecard(
            task_class="chat", model=model, passed=passed, runs=runs, as_of=AT
        )
        for model, (passed, runs) in zip(models, counts * 9, strict=False)
        if model not in models[4:5]
    }


@pytest.mark.parametrize("unpriced", UNPRICED)
@pytest.mark.parametrize("ranker", RANKERS, ids=str)
def test_it_answers_as_place_does(ranker: Ranker, unpriced: Unpriced) -> None:
    windowed = tuple(many_entries())
    open_ended = tuple(evolve(row, context_window=None) for row in windowed)
    some = frozenset(row.model for row in windowed[3:])
    for entries, models in product((windowed, open_ended), (frozenset[Model](), some)):
        policy = Policy(allowed_models=models, unpriced=unpriced)
        for snapshot in many_worlds(entries):
            compare(Catalog(entries), policy, snapshot, ranker)


def compare(catalog: Catalog, policy: Policy, snapshot: Snapshot, ranker: Ranker) -> None:
    oracle = prepare(catalog, policy, snapshot, ranker)
    for at, wanted in enumerate(many_wishes()):
        remaining = REMAINING[at % len(REMAINING)]
        left = evolve(snapshot, remaining=remaining)
        assert oracle.place(wanted) == place(wanted, catalog, policy, snapshot, ranker)
        assert oracle.place(wanted, remaining) == place(wanted, catalog, policy, left, ranker)


@pytest.mark.parametrize("seed", range(8))
def test_the_frontier_is_right_where_rates_cross(seed: int) -> None:
    chance = Random(seed)
    names = [f"n{at}" for at in range(40)]
    entries = [
        entry(name, p50=chance.choice([None, *range(1, 12)]), priority=chance.randrange(3))
        for name in names
    ]
    rates = {name: (chance.randrange(9), chance.randrange(9)) for name in names}
    catalog, snapshot = Catalog(tuple(entries)), world(**rates)
    oracle = prepare(catalog, Policy(), snapshot)
    for tokens, latency, budget in product(((1, 0), (0, 1), (2, 3)), range(13), (0, 7, 30)):
        wanted = wish(tokens=tokens, latency=latency)
        capped = evolve(snapshot, remaining=budget)
        assert oracle.place(wanted, budget) == place(wanted, catalog, Policy(), capped)


def test_the_missing_capabilities_stand_in_the_order_of_each_descriptor() -> None:
    oracle = prepare(Catalog((entry("a"),)), Policy(), world(a=1))
    orders: list[tuple[Capability, ...]] = [("tools", "vision"), ("vision", "tools")]
    for words in orders * 2:
        assert verdicts(oracle.place(wish(*words))) == (Excluded(MissingCapabilities(words)),)


def test_words_that_are_said_twice_share_a_view() -> None:
    oracle = prepare(Catalog((entry("a", "tools"),)), Policy(), world(a=1))
    once, twice = oracle.place(wish("tools")), oracle.place(wish("tools", "tools"))
    assert verdicts(once) == verdicts(twice) == (Chosen(),)


def test_what_remains_is_that_of_the_call_and_stands_in_the_answer() -> None:
    oracle = prepare(Catalog((entry("a"),)), Policy(), evolve(world(a=7), remaining=6))
    spent = Excluded(TooExpensive(Femtodollars(7 * 10**9), 6))
    assert verdicts(oracle.place(wish())) == (spent,)
    assert verdicts(oracle.place(wish(), remaining=7)) == (Chosen(),)
    assert verdicts(oracle.place(wish(), None)) == (Chosen(),)
    assert oracle.place(wish(), 7).unwrap().inputs.snapshot.remaining == 7
    assert oracle.place(wish(), 6).failure().inputs.snapshot == oracle.snapshot


def test_another_remaining_changes_nothing_else_of_a_snapshot() -> None:
    snapshot = evolve(world(a=7), scorecards=cards([Model(f"p:{at}") for at in range(6)]))
    changed = with_remaining(snapshot, 3)
    assert changed == evolve(snapshot, remaining=3)
    assert changed.unquoted is snapshot.unquoted


@pytest.mark.parametrize("tokens", [(9, 1), (10, 0), (10, 1), (11, 0)])
def test_a_request_that_just_fits_fits_and_the_next_larger_does_not(
    tokens: tuple[int, int],
) -> None:
    rows, wanted = (entry("a", window=10), entry("b", p50=200)), wish(tokens=tokens)
    oracle = prepare(Catalog(rows), Policy(), world(a=1, b=1))
    assert chosen(oracle, wanted) == ("a" if sum(tokens) <= 10 else "b")


@pytest.mark.parametrize("given", [10, 11])
def test_a_context_tier_begins_above_its_threshold(given: int) -> None:
    snapshot = world(a=1, b=2)
    long = evolve(snapshot.quotes[Model("p:a")], above=(QuoteStep(10, 9_000, 0),))
    tiered = evolve(snapshot, quotes={**snapshot.quotes, long.model: long})
    oracle = prepare(Catalog((entry("a"), entry("b"))), Policy(), tiered)
    assert chosen(oracle, wish(tokens=(given, 0))) == ("a" if given <= 10 else "b")


@pytest.mark.parametrize("remaining", [1, 0])
def test_a_spent_budget_pays_for_what_is_free_alone(remaining: int) -> None:
    oracle = prepare(Catalog((entry("a"), entry("b"))), Policy(), world(a=(0, 1), b=0))
    placed = oracle.place(wish(tokens=None), remaining).unwrap()
    assert placed.chosen.id == ("a" if remaining else "b")


def test_a_slower_entry_is_chosen_only_for_its_price() -> None:
    rows = (entry("slow", p50=300), entry("fast", p50=100), entry("dark", p50=None))
    oracle = prepare(Catalog(rows), Policy(), world(slow=1, fast=2, dark=2))
    assert chosen(oracle, wish()) == "slow"
    assert chosen(oracle, wish(latency=299)) == "fast"
    assert verdicts(oracle.place(wish(latency=99))) == (
        Excluded(TooSlow(300)),
        Excluded(TooSlow(100)),
        Chosen(),
    )


def test_an_unpriced_entry_is_chosen_where_no_priced_one_is_viable() -> None:
    rows = (entry("a"), entry("dear"), entry("b", p50=None), entry("late", p50=5_000))
    oracle = prepare(Catalog(rows), Policy(), world(dear=9))
    assert chosen(oracle, wish()) == "dear"
    assert verdicts(oracle.place(wish(budget=8))) == (
        Chosen(unpriced=True),
        Excluded(TooExpensive(Femtodollars(9 * 10**9), 8)),
        Ranked(unpriced=True),
        Excluded(TooSlow(5_000)),
    )
    assert oracle.place(wish(budget=8)).unwrap().reasons == ("capability_match", "only_unpriced")
    assert chosen(oracle, wish(budget=8, latency=1)) == "b"
    nothing = Excluded(TooExpensive(None, 0))
    assert verdicts(oracle.place(wish(), remaining=0))[::2] == (nothing, nothing)


def test_entries_of_one_model_are_measured_once_by_its_scorecard() -> None:
    twins = (entry("a"), evolve(entry("b", p50=None), model=Model("p:a")))
    snapshot = evolve(world(a=1), scorecards=cards([Model("p:x"), Model("p:a")]))
    oracle = prepare(Catalog(twins), Policy(), snapshot)
    barred = evolve(wish(), quality_bar=9_000)
    assert verdicts(oracle.place(barred)) == (Chosen(), Ranked())


def test_without_an_entry_there_is_no_candidate() -> None:
    oracle = prepare(Catalog(()), Policy(), world())
    assert oracle.place(wish()).failure().reasons == ()


def test_the_plan_of_a_prepared_placement_is_that_of_a_plain_one() -> None:
    rows = (entry("a"), entry("b", lane="down"), entry("c", p50=None), entry("d"))
    catalog, snapshot = Catalog(rows), world(a=3, b=1, c=3, d=2)
    placed = prepare(catalog, Policy(), snapshot).place(wish()).unwrap()
    assert placed.catalog is catalog
    assert [row.id for row in (placed.chosen, *placed.plan)] == ["d", "a", "c"]
    refused = prepare(catalog, Policy(), snapshot).place(wish("tools")).failure()
    assert refused.catalog is catalog


def test_threads_may_share_one() -> None:
    rows = tuple(many_entries())
    snapshot = next(many_worlds(rows))
    oracle = prepare(Catalog(rows), Policy(), snapshot)
    wanted = [*many_wishes()] * 4
    with ThreadPoolExecutor(8) as pool:
        answers = [*pool.map(oracle.place, wanted)]
    assert answers == [place(one, Catalog(rows), Policy(), snapshot) for one in wanted]


def test_what_was_asked_is_no_part_of_what_it_is() -> None:
    one, other = (prepare(Catalog((entry("a"),)), Policy(), world(a=1)) for _ in "ab")
    one.place(wish())
    assert one == other
    assert repr(one) == repr(other)
