"""Laws of the rankers, each of which ``mimir.core.ranker`` states."""

import json
from collections import Counter
from itertools import pairwise, product

from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from mimir.core.catalog import Catalog
from mimir.core.entry import Entry
from mimir.core.limits import INTEGER_MAX
from mimir.core.oracle.place import place
from mimir.core.outcome import Failure, Success
from mimir.core.pricing.quote import Quote
from mimir.core.ranker import (
    CHEAPEST_FIRST,
    FASTEST_FIRST,
    RANKERS,
    CheapestFirst,
    FastestFirst,
    Ranker,
    Weighted,
    parse,
    to_json,
)
from mimir.core.ranking import RankKey, keys_of
from mimir.core.verdict import Excluded, Verdict
from mimir.core.vocabulary import EntryId
from mimir.testing import Situation, anything, quotes, rankers, situations, spoiled

ABOVE_NOTHING = st.integers(1, 12) | st.integers(1, INTEGER_MAX)


def eased(situation: Situation) -> Situation:
    """The same entries, prices and ranker, asked for so little that most entries are viable."""
    wanted, _, policy, world, _ = situation
    return situation._replace(
        descriptor=evolve(
            wanted,
            budget_ceiling_microdollars=INTEGER_MAX,
            latency_tolerance_ms=INTEGER_MAX,
            capabilities=(),
            runtime_preference="any",
            quality_bar=None,
        ),
        policy=evolve(policy, allowed_models=frozenset()),
        snapshot=evolve(world, lanes={}, remaining=None),
    )


CONTESTED = situations(min_size=2).map(eased)


def ranking(situation: Situation) -> tuple[Entry, ...]:
    """The viable entries, the chosen one first."""
    outcome = place(*situation)
    if isinstance(outcome, Failure):
        return ()
    return outcome.unwrap().chosen, *outcome.unwrap().plan


def verdicts_of(situation: Situation) -> tuple[Verdict, ...]:
    outcome = place(*situation)
    decision = outcome.unwrap() if isinstance(outcome, Success) else outcome.failure()
    return decision.verdicts


def key_of(situation: Situation, entry: Entry) -> RankKey:
    outcome = place(*situation)
    decision = outcome.unwrap() if isinstance(outcome, Success) else outcome.failure()
    return keys_of(decision.inputs, [entry])[0]


def priced(situation: Situation, entry: Entry, quote: Quote | None) -> Situation:
    """The same world with the model of ``entry`` at ``quote``, or without a price."""
    others = {
        model: known for model, known in situation.snapshot.quotes.items() if model != entry.model
    }
    made = others if quote is None else {**others, entry.model: quote}
    return situation._replace(snapshot=evolve(situation.snapshot, quotes=made))


def unknown_of(situation: Situation, entry: Entry) -> list[bool]:
    """What is unknown of ``entry``, by what the ranker looks at first."""
    free = situation.policy.unpriced == "free"
    cost = entry.model not in situation.snapshot.quotes and not free
    latency, priority = entry.p50_latency_ms is None, entry.priority is None
    match situation.ranker:
        case CheapestFirst():
            return [cost, latency, priority]
        case FastestFirst():
            return [latency, cost, priority]
        case Weighted(cost=a, latency=b, priority=c):
            parts = ((a, cost), (b, latency), (c, priority))
            return [any(unknown for weight, unknown in parts if weight)]


@given(situations(min_size=1))
def test_the_order_is_total_since_every_entry_has_a_key_of_as_many_integers(
    situation: Situation,
) -> None:
    keys = [key_of(situation, entry) for entry in situation.catalog.entries]
    assert len({len(key) for key in keys}) == 1
    assert {type(part) for key in keys for part in key} == {int}


@given(CONTESTED)
def test_the_viable_entries_stand_by_their_keys_and_ties_keep_the_order_of_the_catalog(
    situation: Situation,
) -> None:
    order, rows = ranking(situation), situation.catalog.entries
    for before, after in pairwise(order):
        one, other = key_of(situation, before), key_of(situation, after)
        assert (one, rows.index(before)) < (other, rows.index(after))


@given(CONTESTED)
def test_two_entries_alone_stand_as_they_do_among_the_others(situation: Situation) -> None:
    order, rows = ranking(situation), situation.catalog.entries
    for one, other in product(order, order):
        if order.index(one) < order.index(other):
            pair = tuple(sorted((one, other), key=rows.index))
            assert ranking(situation._replace(catalog=Catalog(pair))) == (one, other)


@given(CONTESTED)
def test_what_is_unknown_ranks_after_what_is_known(situation: Situation) -> None:
    order = ranking(situation)
    first = [unknown_of(situation, entry)[0] for entry in order]
    assert first == sorted(first)
    for before, after in pairwise(order):
        one, other = key_of(situation, before), key_of(situation, after)
        if not isinstance(situation.ranker, Weighted) and one[:2] == other[:2]:
            second = unknown_of(situation, before)[1], unknown_of(situation, after)[1]
            assert second != (True, False)


@given(situations(min_size=1), quotes(), quotes(), st.data())
def test_a_cheaper_entry_never_has_a_later_key(
    situation: Situation, one: Quote, other: Quote, data: st.DataObject
) -> None:
    entry = data.draw(st.sampled_from(situation.catalog.entries))
    cheap, dear = (
        Quote(entry.model, way(one.input, other.input), way(one.output, other.output), "config", "")
        for way in (min, max)
    )
    keys = [key_of(priced(situation, entry, quote), entry) for quote in (cheap, dear)]
    assert keys[0] <= keys[1]
    if situation.policy.unpriced != "free":
        assert keys[1] <= key_of(priced(situation, entry, None), entry)


@given(situations(min_size=1), st.integers(0, INTEGER_MAX), ABOVE_NOTHING, st.data())
def test_a_faster_entry_never_has_a_later_key(
    situation: Situation, latency: int, more: int, data: st.DataObject
) -> None:
    entry = data.draw(st.sampled_from(situation.catalog.entries))
    given_ = (latency, latency + more, None)
    keys = [key_of(situation, evolve(entry, p50_latency_ms=each)) for each in given_]
    assert keys == sorted(keys)
    weights = situation.ranker
    if not isinstance(weights, Weighted) or weights.latency:
        assert keys[0] < keys[1] < keys[2]


@given(situations(min_size=1), st.integers(-INTEGER_MAX, INTEGER_MAX), ABOVE_NOTHING, st.data())
def test_an_entry_of_a_lower_priority_never_has_a_later_key(
    situation: Situation, priority: int, more: int, data: st.DataObject
) -> None:
    entry = data.draw(st.sampled_from(situation.catalog.entries))
    given_ = (priority, priority + more, None)
    keys = [key_of(situation, evolve(entry, priority=each)) for each in given_]
    assert keys == sorted(keys)
    weights = situation.ranker
    if not isinstance(weights, Weighted) or weights.priority:
        assert keys[0] < keys[1] < keys[2]


@given(CONTESTED, st.data())
def test_an_entry_that_gets_better_loses_to_no_entry_that_it_won_over(
    situation: Situation, data: st.DataObject
) -> None:
    order = ranking(situation)
    if not order:
        return
    entry = data.draw(st.sampled_from(order))
    change = data.draw(st.sampled_from([{"p50_latency_ms": 0}, {"priority": -INTEGER_MAX}]))
    better = evolve(entry, **change)
    rows = tuple(better if row is entry else row for row in situation.catalog.entries)
    after = ranking(situation._replace(catalog=Catalog(rows)))
    beaten = set(order[order.index(entry) + 1 :])
    assert beaten <= set(after[after.index(better) + 1 :])


@given(CONTESTED | situations(), rankers())
def test_a_ranker_says_nothing_about_which_entries_are_viable(
    situation: Situation, other: Ranker
) -> None:
    one, two = verdicts_of(situation), verdicts_of(situation._replace(ranker=other))
    assert [each for each in one if isinstance(each, Excluded)] == [
        each for each in two if isinstance(each, Excluded)
    ]
    assert set(ranking(situation)) == set(ranking(situation._replace(ranker=other)))


@given(CONTESTED, st.integers(1, 9) | st.integers(1, INTEGER_MAX))
def test_all_weights_times_one_number_are_the_same_order(situation: Situation, by: int) -> None:
    for cost, latency, priority in product((0, 1, 3), repeat=3):
        one = Weighted(cost=cost, latency=latency, priority=priority)
        two = Weighted(cost=by * cost, latency=by * latency, priority=by * priority)
        assert ranking(situation._replace(ranker=one)) == ranking(situation._replace(ranker=two))


@given(CONTESTED)
def test_a_weight_that_outweighs_all_is_the_lexicographic_order_of_what_is_known(
    situation: Situation,
) -> None:
    known = [
        entry
        for entry in situation.catalog.entries
        if entry.p50_latency_ms is not None and entry.model in situation.snapshot.quotes
    ]
    rows = Catalog(tuple(evolve(entry, priority=0) for entry in known))
    # A cost in microdollars has nine decimals; a latency and a cost are below 2^63 and 2^127.
    by_latency = Weighted(cost=1, latency=2**127)
    by_cost = Weighted(cost=10**9 * 2**64, latency=1)
    fast = situation._replace(catalog=rows, ranker=FASTEST_FIRST)
    cheap = situation._replace(catalog=rows, ranker=CHEAPEST_FIRST)
    assert ranking(fast) == ranking(fast._replace(ranker=by_latency))
    assert ranking(cheap) == ranking(cheap._replace(ranker=by_cost))


@given(CONTESTED)
def test_of_entries_that_are_equal_but_for_their_ids_the_first_goes_first(
    situation: Situation,
) -> None:
    rows = situation.catalog.entries
    twins = tuple(
        evolve(row, id=EntryId(f"{at} {half}")) for at, row in enumerate(rows) for half in "ab"
    )
    order = [entry.id for entry in ranking(situation._replace(catalog=Catalog(twins)))]
    assert all(
        order.index(EntryId(f"{at} a")) < order.index(EntryId(f"{at} b"))
        for at in range(len(rows))
        if EntryId(f"{at} a") in order
    )


def test_the_situations_are_contested_enough_for_the_laws_to_mean_something() -> None:
    seen: Counter[str] = Counter()

    @settings(max_examples=300, derandomize=True, database=None, deadline=None)
    @given(CONTESTED)
    def count(situation: Situation) -> None:
        order = ranking(situation)
        keys = [key_of(situation, entry) for entry in order]
        seen["all"] += 1
        seen["contested"] += len(order) > 1
        seen["tied"] += len(set(keys)) < len(keys)
        seen["unknown"] += len({tuple(unknown_of(situation, entry)) for entry in order}) > 1
        seen[situation.ranker.name] += len(order) > 1

    count()
    shares = {word: number / seen["all"] for word, number in seen.items()}
    assert shares["contested"] >= 0.5, shares
    assert all(shares[word] >= 0.1 for word in (*RANKERS, "unknown")), shares
    assert shares["tied"] >= 0.05, shares


@given(rankers())
def test_a_ranker_survives_the_wire(ranker: Ranker) -> None:
    assert parse(json.loads(json.dumps(to_json(ranker)))) == Success(ranker)


def raw_of(ranker: Ranker) -> dict[str, object]:
    return {**to_json(ranker)}


@given(anything() | spoiled(rankers().map(raw_of)))
def test_whatever_is_read_is_a_ranker_or_an_error_that_names_a_field(raw: object) -> None:
    read = parse(raw)
    if isinstance(read, Failure):
        assert read.failure().code == "invalid_ranker"
    else:
        assert parse(to_json(read.unwrap())) == read
