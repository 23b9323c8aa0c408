"""The key of each ranker, by hand, and what a placement and its plan make of it."""

import pytest

from mimir.core.catalog import Catalog
from mimir.core.descriptor import Descriptor, ExpectedTokens
from mimir.core.entry import Entry
from mimir.core.inputs import Inputs
from mimir.core.instant import Instant
from mimir.core.oracle.place import place
from mimir.core.outcome import Success
from mimir.core.policy import Policy, Unpriced
from mimir.core.pricing.quote import Quote
from mimir.core.ranker import CHEAPEST_FIRST, FASTEST_FIRST, Ranker, Weighted
from mimir.core.ranking import projected_costs, rank_keys
from mimir.core.snapshot import Snapshot
from mimir.core.verdict import Chosen, Ranked
from mimir.core.vocabulary import EntryId, Lane, Model

MICRODOLLAR = 10**9
"""Femtodollars."""

WANTED = Descriptor(
    task_class="chat",
    budget_ceiling_microdollars=1_000,
    latency_tolerance_ms=1_000,
    expected_tokens=ExpectedTokens(1_000_000, 0),
)


def entry(name: str, p50: int | None, priority: int | None = 100) -> Entry:
    return Entry(
        id=EntryId(name),
        model=Model(name),
        lane=Lane("l"),
        runtime="local",
        p50_latency_ms=p50,
        priority=priority,
    )


def world(**microdollars: int) -> Snapshot:
    quotes = {
        Model(name): Quote(Model(name), cost, 0, "config", None)
        for name, cost in microdollars.items()
    }
    return Snapshot(
        quotes=quotes, lanes={}, remaining=None, taken_at=Instant("2026-01-01T00:00:00Z")
    )


SLOW, QUICK, UNKNOWN = entry("slow", 900), entry("quick", 5, priority=7), entry("none", None, None)
ENTRIES = (SLOW, QUICK, UNKNOWN)
SNAPSHOT = world(slow=10, quick=30)


def inputs(ranker: Ranker, unpriced: Unpriced = "last", snapshot: Snapshot = SNAPSHOT) -> Inputs:
    return Inputs(WANTED, Catalog(ENTRIES), Policy(unpriced=unpriced), snapshot, ranker)


def keys(given: Inputs) -> list[tuple[int, ...]]:
    return rank_keys(given, zip(given.catalog.entries, projected_costs(given), strict=True))


def test_the_cheapest_first_is_cost_then_latency_then_priority() -> None:
    assert keys(inputs(CHEAPEST_FIRST)) == [
        (0, 10 * MICRODOLLAR, 0, 900, 0, 100),
        (0, 30 * MICRODOLLAR, 0, 5, 0, 7),
        (1, 0, 1, 0, 1, 0),
    ]


def test_the_fastest_first_is_latency_then_cost_then_priority() -> None:
    assert keys(inputs(FASTEST_FIRST)) == [
        (0, 900, 0, 10 * MICRODOLLAR, 0, 100),
        (0, 5, 0, 30 * MICRODOLLAR, 0, 7),
        (1, 0, 1, 0, 1, 0),
    ]


def test_the_weighted_adds_microdollars_milliseconds_and_priority() -> None:
    assert keys(inputs(Weighted(cost=3, latency=2, priority=1))) == [
        (0, (3 * 10 + 2 * 900 + 100) * MICRODOLLAR),
        (0, (3 * 30 + 2 * 5 + 7) * MICRODOLLAR),
        (3, 0),
    ]


def test_what_has_no_weight_is_not_looked_at() -> None:
    assert keys(inputs(Weighted(cost=1))) == [(0, 10 * MICRODOLLAR), (0, 30 * MICRODOLLAR), (1, 0)]
    assert keys(inputs(Weighted(latency=1)))[2] == (1, 0)


def test_a_cost_counts_to_the_last_femtodollar() -> None:
    rest = Quote(SLOW.model, 0, 0, "price_list", "a", (1, 0))
    snapshot = Snapshot(
        quotes={SLOW.model: rest}, lanes={}, remaining=None, taken_at=SNAPSHOT.taken_at
    )
    assert keys(inputs(Weighted(cost=2), snapshot=snapshot))[0] == (0, 2_000_000)


def test_of_two_entries_the_one_of_which_less_is_unknown_goes_first() -> None:
    both = Weighted(cost=1, latency=1)
    one_known, none_known = keys(inputs(both, snapshot=world(none=10**6)))[1:]
    assert one_known == (1, 5 * MICRODOLLAR)
    assert none_known == (1, 10**6 * MICRODOLLAR)
    assert keys(inputs(both, snapshot=world()))[2] == (2, 0)


@pytest.mark.parametrize("ranker", [CHEAPEST_FIRST, FASTEST_FIRST, Weighted(cost=1, latency=1)])
def test_an_unpriced_model_costs_nothing_under_the_policy_free(ranker: Ranker) -> None:
    free = keys(inputs(ranker, "free", world()))
    assert free == keys(inputs(ranker, "free", world(slow=0, quick=0, none=0)))


@pytest.mark.parametrize(
    ("ranker", "order", "reason"),
    [
        (CHEAPEST_FIRST, ["slow", "quick", "none"], "cheapest_viable"),
        (FASTEST_FIRST, ["quick", "slow", "none"], "fastest_viable"),
        (Weighted(cost=1), ["slow", "quick", "none"], "least_weighted"),
        (Weighted(cost=100, latency=2), ["slow", "quick", "none"], "least_weighted"),
        (Weighted(cost=100, latency=3), ["quick", "slow", "none"], "least_weighted"),
        (Weighted(priority=1), ["quick", "slow", "none"], "least_weighted"),
    ],
)
def test_the_ranker_orders_the_chosen_and_the_plan(
    ranker: Ranker, order: list[str], reason: str
) -> None:
    outcome = place(WANTED, Catalog(ENTRIES[::-1]), Policy(), SNAPSHOT, ranker)
    assert isinstance(outcome, Success)
    placement = outcome.unwrap()
    assert [one.id for one in (placement.chosen, *placement.plan)] == order
    assert placement.reasons == ("capability_match", reason)
    assert placement.inputs.ranker == ranker


@pytest.mark.parametrize(
    "ranker", [CHEAPEST_FIRST, FASTEST_FIRST, Weighted(cost=1, latency=1, priority=1)]
)
def test_ties_that_remain_keep_the_order_of_the_catalog(ranker: Ranker) -> None:
    rows = tuple(entry(name, 5) for name in "cab")
    placement = place(WANTED, Catalog(rows), Policy(), world(a=1, b=1, c=1), ranker).unwrap()
    assert [one.id for one in (placement.chosen, *placement.plan)] == ["c", "a", "b"]
    assert placement.verdicts == (Chosen(), Ranked(), Ranked())


def test_an_unpriced_choice_of_another_ranker_is_marked_and_explained_by_it() -> None:
    placement = place(WANTED, Catalog(ENTRIES), Policy(), world(slow=1), FASTEST_FIRST).unwrap()
    assert placement.verdicts == (Ranked(), Chosen(unpriced=True), Ranked(unpriced=True))
    assert placement.reasons == ("capability_match", "fastest_viable")


def test_a_plan_names_no_excluded_entry() -> None:
    rows = (SLOW, entry("late", 1_001), QUICK)
    placement = place(WANTED, Catalog(rows), Policy(), SNAPSHOT).unwrap()
    assert placement.plan == (QUICK,)
