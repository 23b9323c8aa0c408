"""Laws of explaining: every change is checked against ``place``, value by value."""

from collections import Counter
from collections.abc import Iterator
from itertools import combinations
from typing import get_args

from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from mimir.core.catalog import Catalog
from mimir.core.entry import Entry
from mimir.core.inputs import Inputs
from mimir.core.limits import INTEGER_MAX
from mimir.core.oracle.place import place, place_inputs
from mimir.core.outcome import Success
from mimir.core.review.change import (
    WHOLE,
    AllowModel,
    Budget,
    Change,
    ChangeName,
    Discount,
    DropCapabilities,
    LaneOk,
    PreferRuntime,
    Remaining,
    StateRate,
    Tolerance,
    apply,
)
from mimir.core.review.explain import Explained, explain
from mimir.core.review.margin import Shortfall
from mimir.core.verdict import Chosen, Excluded
from mimir.core.vocabulary import RUNTIME_PREFERENCES, EntryId
from mimir.testing import Situation, situations
from slow_oracle import failures, first_failure, may_be_probed, projected, rank
from slow_quality import proven

DENSE = settings(max_examples=150, deadline=None)


def inputs_of(situation: Situation) -> Inputs:
    return Inputs(*situation)


def chosen_by(change: Change, inputs: Inputs) -> EntryId | None:
    """Say which entry ``place`` chooses once ``change`` is made."""
    outcome = place_inputs(apply(change, inputs))
    return outcome.unwrap().chosen.id if isinstance(outcome, Success) else None


def losers(inputs: Inputs) -> Iterator[Explained]:
    explained = explain(inputs)
    chosen = explained.chosen
    yield from (one for one in explained.entries if chosen is None or one.entry != chosen)


def around(value: int, low: int, high: int) -> set[int]:
    """Return the values where something may turn, as close as they get."""
    return {near for near in (value - 1, value, value + 1) if low <= near <= high}


def amounts(inputs: Inputs, low: int) -> list[int]:
    """Return every amount in microdollars at which a verdict can turn, least first."""
    named = [inputs.descriptor.budget_ceiling_microdollars, inputs.snapshot.remaining or 0]
    situation = Situation(
        inputs.descriptor, inputs.catalog, inputs.policy, inputs.snapshot, inputs.ranker
    )
    for entry in inputs.catalog.entries:
        cost = projected(situation, entry)
        named.append(0 if cost is None else int(cost * 10**6))
    near = {low, 1, INTEGER_MAX}.union(*(around(value, low, INTEGER_MAX) for value in named))
    return sorted(near)


def times(inputs: Inputs) -> list[int]:
    known = [entry.p50_latency_ms or 1 for entry in inputs.catalog.entries]
    near = {1, INTEGER_MAX}.union(*(around(value, 1, INTEGER_MAX) for value in known))
    return sorted(near)


def values(inputs: Inputs, entry: Entry, *, rates: bool = True) -> Iterator[list[Change]]:
    """Yield, for each variant, changes with every value at which something can turn, least first.

    Of the rates they are only those that a person would try.
    """
    yield [Budget(value) for value in amounts(inputs, 1)]
    yield [Remaining(value) for value in amounts(inputs, 0)]
    yield [Tolerance(value) for value in times(inputs)]
    words = list(dict.fromkeys(inputs.descriptor.capabilities))
    yield [
        DropCapabilities(tuple(some))
        for count in range(1, len(words) + 1)
        for some in combinations(words, count)
    ]
    preferences = ["any", *(word for word in RUNTIME_PREFERENCES if word != "any")]
    yield [
        PreferRuntime(word) for word in preferences if word != inputs.descriptor.runtime_preference
    ]
    yield [AllowModel(entry.model)]
    yield [LaneOk(entry.lane)]
    if rates:
        yield [Discount(entry.model, share) for share in (1, 250_000, 500_000, 999_999, WHOLE)]
        yield [StateRate(entry.model, rate) for rate in (INTEGER_MAX, 10**9, 1_000, 1, 0)]


def priced(inputs: Inputs, entry: Entry) -> bool:
    situation = Situation(
        inputs.descriptor, inputs.catalog, inputs.policy, inputs.snapshot, inputs.ranker
    )
    return projected(situation, entry) is not None


@DENSE
@given(situations(min_size=1))
def test_every_change_makes_exactly_that_entry_the_chosen_one(situation: Situation) -> None:
    inputs = inputs_of(situation)
    for one in losers(inputs):
        for change in one.changes:
            assert chosen_by(change, inputs) == one.entry.id


@DENSE
@given(situations(min_size=1))
def test_of_everything_but_rates_the_change_is_the_first_value_that_does(
    situation: Situation,
) -> None:
    inputs = inputs_of(situation)
    for one in losers(inputs):
        expected: list[Change] = []
        for variant in values(inputs, one.entry, rates=False):
            do = [change for change in variant if chosen_by(change, inputs) == one.entry.id]
            expected += do[:1]
        named = [item for item in one.changes if not isinstance(item, Discount | StateRate)]
        assert named == expected


@DENSE
@given(situations(min_size=1), st.integers(1, WHOLE - 1))
def test_no_smaller_discount_does_and_none_at_all_where_there_is_none(
    situation: Situation, some: int
) -> None:
    inputs = inputs_of(situation)
    for one in losers(inputs):
        found = [change for change in one.changes if isinstance(change, Discount)]
        if not found:
            shares = {some, 1, WHOLE} if priced(inputs, one.entry) else set[int]()
        else:
            least = found[0].millionths
            shares = {share for share in (1, least - 1, least * some // WHOLE) if 0 < share < least}
        for share in shares:
            assert chosen_by(Discount(one.entry.model, share), inputs) != one.entry.id


@DENSE
@given(situations(min_size=1), st.integers(0, 10**6))
def test_no_larger_rate_does_for_an_entry_without_a_price_and_every_smaller_one_does(
    situation: Situation, some: int
) -> None:
    inputs = inputs_of(situation)
    for one in losers(inputs):
        if priced(inputs, one.entry):
            assert not any(isinstance(change, StateRate) for change in one.changes)
            continue
        found = [change for change in one.changes if isinstance(change, StateRate)]
        most = found[0].picodollars if found else -1
        for rate in {0, some, most, most + 1, most + some, INTEGER_MAX}:
            if 0 <= rate <= INTEGER_MAX:
                does = chosen_by(StateRate(one.entry.model, rate), inputs) == one.entry.id
                assert does == (rate <= most)


@DENSE
@given(situations(min_size=1))
def test_no_change_at_all_means_that_every_variant_was_tried(situation: Situation) -> None:
    inputs = inputs_of(situation)
    for one in losers(inputs):
        if not one.changes:
            for variant in values(inputs, one.entry):
                usual = [item for item in variant if not isinstance(item, Discount | StateRate)]
                for change in usual or (variant if priced(inputs, one.entry) else ()):
                    if not isinstance(change, StateRate):
                        assert chosen_by(change, inputs) != one.entry.id


@given(situations(min_size=1))
def test_there_is_at_most_one_change_of_a_variant_and_none_of_the_chosen(
    situation: Situation,
) -> None:
    explained = explain(inputs_of(situation))
    for one in explained.entries:
        names = [change.name for change in one.changes]
        assert len(set(names)) == len(names)
        assert not (names and one.entry == explained.chosen)


@DENSE
@given(situations(min_size=1))
def test_the_shortfalls_are_every_failure_of_the_obvious_model_and_the_first_is_the_verdicts(
    situation: Situation,
) -> None:
    decision = place(*situation)
    answer = decision.unwrap() if isinstance(decision, Success) else decision.failure()
    explained = explain(inputs_of(situation))
    for one, verdict in zip(explained.entries, answer.verdicts, strict=True):
        found = [(short.reason.exclusion_class, short.reason.detail) for short in one.shortfalls]
        assert found == list(failures(situation, one.entry))
        assert one.viable == (not found)
        is_chosen = one.entry is explained.chosen
        assert isinstance(verdict, Excluded) == (not one.viable and not is_chosen)
        if isinstance(verdict, Excluded):
            assert one.shortfalls[0].reason == verdict.reason
        assert isinstance(verdict, Chosen) == is_chosen


def made_up(short: Shortfall, inputs: Inputs, less: int) -> Inputs:
    """Make up what an entry is short of, but for ``less`` of it."""
    margin, asked, world = short.margin, inputs.descriptor, inputs.snapshot
    assert margin is not None
    more = margin.amount - less
    if margin.unit == "milliseconds":
        time = asked.latency_tolerance_ms + more
        return evolve(inputs, descriptor=evolve(asked, latency_tolerance_ms=time))
    budget, left = asked.budget_ceiling_microdollars, world.remaining
    cap = more + (budget if left is None else min(budget, left))
    budgeted = evolve(asked, budget_ceiling_microdollars=cap)
    return evolve(inputs, descriptor=budgeted, snapshot=evolve(world, remaining=cap))


@given(situations(min_size=1))
def test_a_margin_is_exactly_what_is_lacking(situation: Situation) -> None:
    inputs = inputs_of(situation)
    for one in explain(inputs).entries:
        for short in one.shortfalls:
            if short.margin is None:
                continue
            assert short.margin.amount > 0
            if short.margin.unit in ("milliseconds", "microdollars"):
                for less, passes in ((0, True), (1, False)):
                    (alone,) = explain(
                        evolve(made_up(short, inputs, less), catalog=Catalog((one.entry,)))
                    ).entries
                    classes = {it.reason.exclusion_class for it in alone.shortfalls}
                    assert (short.reason.exclusion_class not in classes) == passes


@given(situations(min_size=1))
def test_the_ranks_are_the_order_of_the_plan_and_an_excluded_entry_has_the_one_it_would_take(
    situation: Situation,
) -> None:
    explained, decision = explain(inputs_of(situation)), place(*situation)
    placed = decision.unwrap() if isinstance(decision, Success) else None
    order = () if placed is None else (placed.chosen, *placed.plan)
    named = {one.entry.id: one for one in explained.entries}
    assert [named[entry.id].rank for entry in order] == list(range(1, len(order) + 1))
    assert {one.entry.id for one in explained.entries if one.viable} | {
        entry.id for entry in order[:1]
    } == {entry.id for entry in order}
    rows = situation.catalog.entries
    for one in explained.entries:
        mine = rank(situation, one.entry), rows.index(one.entry)
        before = [it for it in order[1:] if (rank(situation, it), rows.index(it)) < mine]
        if one.entry in order[:1] or would_go_first(situation, one.entry):
            before = []
        else:
            before = [*order[:1], *before]
        assert one.rank == len(before) + 1
        assert (one.lost.to if one.lost else None) == (before[-1].id if before else None)


def would_go_first(situation: Situation, entry: Entry) -> bool:
    """Say whether the entry would be chosen if it failed nothing, in its lane as it is or in order.

    The others are viable by their own merits.
    """
    _, catalog, policy, _, _ = situation
    probe = policy.probe_first and may_be_probed(situation, entry)
    rivals = [one for one in catalog.entries if first_failure(situation, one) is None]
    probes = [one for one in rivals if policy.probe_first and may_be_probed(situation, one)]
    mine = rank(situation, entry), catalog.entries.index(entry)
    rivals = probes if probe else rivals
    if probes and not probe:
        return False
    return all(mine <= (rank(situation, one), catalog.entries.index(one)) for one in rivals)


@given(situations(min_size=1))
def test_an_entry_lost_by_the_first_thing_in_which_it_differs(situation: Situation) -> None:
    named = {entry.id: entry for entry in situation.catalog.entries}
    for one in explain(inputs_of(situation)).entries:
        if one.lost is None:
            continue
        mine, other = rank(situation, one.entry), rank(situation, named[one.lost.to])
        at, its = (situation.catalog.entries.index(it) for it in (one.entry, named[one.lost.to]))
        assert (one.lost.by == "lane") == ((mine, at) < (other, its))
        if one.lost.by == "lane":
            assert one.lost.amount is None
            assert place(*situation).unwrap().reasons == ("capability_match", "probe_first")
            continue
        assert (mine == other) == (one.lost.by == "catalog_order")
        assert one.lost.amount is None or one.lost.amount > 0
        if one.lost.by == "latency" and one.lost.amount is not None:
            faster = named[one.lost.to].p50_latency_ms
            assert one.entry.p50_latency_ms == (faster or 0) + one.lost.amount


@given(situations(min_size=1))
def test_the_front_is_what_no_viable_entry_beats(situation: Situation) -> None:
    explained = explain(inputs_of(situation))
    free, cards = situation.policy.unpriced == "free", situation.snapshot.scorecards

    def no_worse(one: Entry, other: Entry) -> list[bool]:
        return [part <= its for part, its in zip(worth(one), worth(other), strict=True)]

    def worth(entry: Entry) -> list[tuple[bool, float]]:
        cost = projected(situation, entry)
        card = cards.get((situation.descriptor.task_class, entry.model))
        score = -1 if card is None else proven(card.passed, card.runs)
        p50 = entry.p50_latency_ms
        return [
            (cost is None and not free, cost or 0),
            (p50 is None, p50 or 0),
            (False, -score),
        ]

    viable = [one.entry for one in explained.entries if one.viable]
    expected = [
        entry.id
        for entry in viable
        if not any(all(no_worse(it, entry)) and worth(it) != worth(entry) for it in viable)
    ]
    assert sorted(point.entry.id for point in explained.front) == sorted(expected)


@given(situations())
def test_equal_inputs_are_explained_equally_and_are_left_as_they_were(
    situation: Situation,
) -> None:
    inputs = inputs_of(situation)
    before = (dict(inputs.snapshot.quotes), dict(inputs.snapshot.lanes))
    assert explain(inputs) == explain(inputs)
    assert before == (inputs.snapshot.quotes, inputs.snapshot.lanes)


def test_the_situations_are_dense_enough_for_the_laws_to_mean_something() -> None:
    seen: Counter[str] = Counter()

    @settings(max_examples=1_000, derandomize=True, database=None, deadline=None)
    @given(situations(min_size=1))
    def count(situation: Situation) -> None:
        explained = explain(inputs_of(situation))
        seen["all"] += 1
        names = {change.name for one in explained.entries for change in one.changes}
        seen.update(names or {"none"})
        seen.update({"lane" for one in explained.entries if one.lost and one.lost.by == "lane"})
        outcome = place(*situation)
        if isinstance(outcome, Success):
            seen[outcome.unwrap().reasons[1]] += 1
            if len({one.entry.lane for one in explained.entries}) > 1:
                seen[f"{outcome.unwrap().reasons[1]} among several"] += 1
        seen["several"] += any(len(one.shortfalls) > 1 for one in explained.entries)

    count()
    shares = {word: number / seen["all"] for word, number in seen.items()}
    names = {*get_args(ChangeName), "all", "none", "several"}
    assert all(shares.get(name, 0) >= 0.004 for name in names), shares
    lanes = ("lane", "probe_first among several", "least_bad among several")
    assert any(seen[name] for name in lanes), shares  # each has a case in test_explain_lanes.py
