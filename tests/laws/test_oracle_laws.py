"""Laws of the oracle."""

from collections import Counter
from copy import deepcopy
from random import Random

from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from lengths import one_in
from mimir.core.catalog import Catalog
from mimir.core.descriptor import Descriptor, ExpectedTokens
from mimir.core.entry import Entry
from mimir.core.exclusion import TooExpensive
from mimir.core.instant import Instant
from mimir.core.money import from_microdollars
from mimir.core.oracle.place import place
from mimir.core.outcome import Failure, Success
from mimir.core.policy import Policy
from mimir.core.pricing.quote import Quote
from mimir.core.ranker import RANKERS, CheapestFirst
from mimir.core.snapshot import OK, PROBING, Snapshot
from mimir.core.verdict import (
    Chosen,
    Decision,
    Excluded,
    NoCandidate,
    Placement,
    Ranked,
    Verdict,
    decision_of,
)
from mimir.core.vocabulary import EXCLUSION_CLASSES, EntryId, Lane
from mimir.testing import Situation, entries, situations
from slow_oracle import (
    Reason,
    choice,
    first_failure,
    least_bad,
    probed,
    rank,
    unhealthy,
    viable,
    waiting,
)


def verdicts_of(situation: Situation) -> tuple[Verdict, ...]:
    match place(*situation):
        case Success(placement):
            return placement.verdicts
        case Failure(none):
            return none.verdicts


def passing_in(situation: Situation) -> set[EntryId]:
    """What is not excluded: the viable entries, or a least bad one."""
    pairs = zip(situation.catalog.entries, verdicts_of(situation), strict=True)
    return {entry.id for entry, verdict in pairs if not isinstance(verdict, Excluded)}


def viable_in(situation: Situation) -> set[EntryId]:
    policy = evolve(situation.policy, when_unhealthy="fail")
    return passing_in(situation._replace(policy=policy))


def placed_on(situation: Situation) -> Entry | None:
    outcome = place(*situation)
    return outcome.unwrap().chosen if isinstance(outcome, Success) else None


def decided(situation: Situation) -> Decision:
    return decision_of(place(*situation))


def reason_of(verdict: Verdict) -> Reason | None:
    if not isinstance(verdict, Excluded):
        return None
    return verdict.reason.exclusion_class, verdict.reason.detail


def new_id(situation: Situation) -> EntryId:
    known = {entry.id for entry in situation.catalog.entries}
    return next(name for name in map(EntryId, "abcdefg") if name not in known)


def only(situation: Situation, *chosen: Entry) -> Situation:
    return situation._replace(catalog=Catalog(chosen))


@given(situations())
def test_every_entry_gets_exactly_one_verdict(situation: Situation) -> None:
    verdicts = verdicts_of(situation)
    assert len(verdicts) == len(situation.catalog.entries)
    placed = isinstance(place(*situation), Success)
    assert sum(isinstance(verdict, Chosen) for verdict in verdicts) == placed
    assert placed or all(isinstance(verdict, Excluded) for verdict in verdicts)


@settings(max_examples=400)
@given(situations(min_size=1))
def test_the_oracle_agrees_with_the_obvious_model(situation: Situation) -> None:
    chosen = choice(situation)
    assert placed_on(situation) is chosen
    for entry, verdict in zip(situation.catalog.entries, verdicts_of(situation), strict=True):
        expected = None if entry is chosen else first_failure(situation, entry)
        assert reason_of(verdict) == expected
    said = decided(situation).unhealthy
    shown = None if said is None else (said.rule, said.lane, said.wait_ms)
    assert shown == unhealthy(situation)


@given(situations(min_size=1))
def test_the_chosen_passes_every_filter_and_no_viable_entry_ranks_before_it(
    situation: Situation,
) -> None:
    chosen = placed_on(situation)
    if chosen is None or probed(situation) or least_bad(situation):
        return
    assert first_failure(situation, chosen) is None
    for entry in viable(situation):
        assert rank(situation, chosen) <= rank(situation, entry)
        assert placed_on(only(situation, chosen, entry)) is chosen


@given(situations(min_size=1))
def test_of_viable_entries_on_lanes_that_may_be_probed_the_first_goes_before_all_others(
    situation: Situation,
) -> None:
    outcome, probes = place(*situation), probed(situation)
    reasons = outcome.unwrap().reasons if isinstance(outcome, Success) else ()
    assert ("probe_first" in reasons) == bool(probes)
    if probes:
        placement = outcome.unwrap()
        assert placement.chosen is probes[0]
        rest = [entry for entry in viable(situation) if entry is not probes[0]]
        assert list(placement.plan) == rest


@given(situations(min_size=1))
def test_without_probe_first_a_lane_that_may_be_probed_is_like_one_that_is_ok(
    situation: Situation,
) -> None:
    world, states = situation.snapshot, {**situation.snapshot.lanes}
    states.update({lane: OK for lane in world.probes if states.get(lane) == PROBING})
    plain = evolve(situation.policy, probe_first=False)
    one = decided(situation._replace(policy=plain))
    up = situation._replace(policy=plain, snapshot=evolve(world, lanes=states))
    other = decided(up)
    assert (one.reasons, one.verdicts) == (other.reasons, other.verdicts)


@given(situations(min_size=1))
def test_a_least_bad_entry_fails_health_alone_and_is_placed_on_only_where_nothing_is_viable(
    situation: Situation,
) -> None:
    answer, states = decided(situation), situation.snapshot.lanes
    if "least_bad" not in answer.reasons:
        return
    assert isinstance(answer, Placement)
    assert viable_in(situation) == set()
    assert sum(isinstance(verdict, Excluded) for verdict in answer.verdicts) == (
        len(answer.verdicts) - 1
    )
    assert states[answer.chosen.lane] in ("degraded", "probing")
    well = evolve(situation.snapshot, lanes={**states, answer.chosen.lane: OK})
    assert answer.chosen.id in viable_in(situation._replace(snapshot=well))
    assert answer.plan == ()


@given(situations(min_size=1))
def test_what_the_policy_says_of_lanes_that_are_out_is_said_where_an_entry_fails_health_alone(
    situation: Situation,
) -> None:
    answer = decided(situation)
    assert (answer.unhealthy is not None) == bool(waiting(situation))
    if answer.unhealthy is None:
        return
    assert answer.unhealthy.rule == situation.policy.when_unhealthy
    assert isinstance(answer, NoCandidate) or answer.unhealthy.lane == answer.chosen.lane
    plain = evolve(situation.policy, when_unhealthy="fail")
    assert isinstance(decided(situation._replace(policy=plain)), NoCandidate)


@given(situations(min_size=1))
def test_why_an_entry_is_excluded_depends_on_no_other_entry(situation: Situation) -> None:
    plain = evolve(situation.policy, when_unhealthy="fail")
    situation = situation._replace(policy=plain)
    for entry, verdict in zip(situation.catalog.entries, verdicts_of(situation), strict=True):
        (alone,) = verdicts_of(only(situation, entry))
        assert reason_of(alone) == reason_of(verdict)


@given(situations(), entries(), st.data())
def test_inserting_anywhere_an_excluded_entry_with_a_new_id_changes_no_other_verdict(
    situation: Situation, extra: Entry, data: st.DataObject
) -> None:
    broken = Lane("a broken lane")
    world = evolve(situation.snapshot, lanes={**situation.snapshot.lanes, broken: "held"})
    situation = situation._replace(snapshot=world)
    rows, extra = situation.catalog.entries, evolve(extra, id=new_id(situation))
    at = data.draw(st.integers(0, len(rows)))
    if extra.id in passing_in(only(situation, *rows[:at], extra, *rows[at:])):
        extra = evolve(extra, lane=broken)
    after = verdicts_of(only(situation, *rows[:at], extra, *rows[at:]))
    assert isinstance(after[at], Excluded)
    assert after[:at] + after[at + 1 :] == verdicts_of(situation)


@given(situations(min_size=1), st.integers(1, 2**64))
def test_raising_the_budget_gives_a_superset_of_viable_entries(
    situation: Situation, more: int
) -> None:
    budget = situation.descriptor.budget_ceiling_microdollars + more
    richer = evolve(situation.descriptor, budget_ceiling_microdollars=budget)
    assert viable_in(situation) <= viable_in(situation._replace(descriptor=richer))


@given(situations(min_size=1), st.none() | st.integers(1, 9) | st.integers(1, 2**64))
def test_raising_the_remaining_gives_a_superset_of_viable_entries(
    situation: Situation, more: int | None
) -> None:
    remaining = situation.snapshot.remaining
    raised = None if remaining is None or more is None else remaining + more
    richer = evolve(situation.snapshot, remaining=raised)
    assert viable_in(situation) <= viable_in(situation._replace(snapshot=richer))


@given(situations())
def test_equal_inputs_give_equal_outputs(situation: Situation) -> None:
    again = deepcopy(situation)
    world = evolve(
        again.snapshot,
        quotes=dict(reversed(list(again.snapshot.quotes.items()))),
        lanes=dict(reversed(list(again.snapshot.lanes.items()))),
        waits=dict(reversed(list(again.snapshot.waits.items()))),
    )
    assert place(*again._replace(snapshot=world)) == place(*situation)


@given(situations())
def test_placing_changes_nothing_that_it_was_given(situation: Situation) -> None:
    before = deepcopy(situation)
    place(*situation)
    assert situation == before


@given(situations(min_size=2), st.randoms())
def test_the_order_of_the_catalog_breaks_ties_and_decides_nothing_else(
    situation: Situation, shuffler: Random
) -> None:
    rows = list(situation.catalog.entries)
    shuffler.shuffle(rows)
    shuffled = only(situation, *rows)
    assert viable_in(shuffled) == viable_in(situation)
    one, other = choice(situation), placed_on(shuffled)
    assert (one is None) == (other is None)
    if one is not None and other is not None:
        assert rank(situation, one) == rank(situation, other)


@given(situations(min_size=1), st.data())
def test_of_entries_that_are_equal_but_for_their_ids_the_first_wins(
    situation: Situation, data: st.DataObject
) -> None:
    outcome = place(*situation)
    if isinstance(outcome, Success):
        rows = situation.catalog.entries
        chosen = outcome.unwrap().chosen
        twin = evolve(chosen, id=new_id(situation))
        at = data.draw(st.integers(0, len(rows)))
        first = twin if at <= rows.index(chosen) else chosen
        with_twin = only(situation, *rows[:at], twin, *rows[at:])
        assert place(*with_twin).unwrap().chosen is first


@given(situations(min_size=1))
def test_a_cheaper_entry_never_loses(situation: Situation) -> None:
    chosen = placed_on(situation)
    if chosen is not None:
        others = [entry for entry in situation.catalog.entries if entry.model != chosen.model]
        free = Quote(chosen.model, 0, 0, "config", None)
        quotes = {**situation.snapshot.quotes, chosen.model: free}
        rows = sorted([*others, chosen], key=situation.catalog.entries.index)
        cheaper = only(situation, *rows)._replace(
            snapshot=evolve(situation.snapshot, quotes=quotes)
        )
        assert place(*cheaper).unwrap().chosen is chosen


@given(situations(min_size=1), st.integers(1, 2**63 - 1))
def test_a_wider_context_window_gives_a_superset_of_viable_entries(
    situation: Situation, more: int
) -> None:
    def wider(window: int | None) -> int | None:
        return None if window is None else window + more

    entries = situation.catalog.entries
    rows = [evolve(entry, context_window=wider(entry.context_window)) for entry in entries]
    unknown = [evolve(entry, context_window=None) for entry in entries]
    wide = viable_in(only(situation, *rows))
    assert viable_in(situation) <= wide <= viable_in(only(situation, *unknown))


@given(situations(min_size=1), st.integers(1, 10_000))
def test_a_higher_quality_bar_gives_a_subset_of_viable_entries(
    situation: Situation, more: int
) -> None:
    bar = situation.descriptor.quality_bar
    if bar is not None:
        higher = evolve(situation.descriptor, quality_bar=min(10_000, bar + more))
        none = evolve(situation.descriptor, quality_bar=None)
        viable = viable_in(situation)
        assert viable_in(situation._replace(descriptor=higher)) <= viable
        assert viable <= viable_in(situation._replace(descriptor=none))


@given(situations(min_size=1), st.integers(1, 2**63 - 1))
def test_more_runs_that_pass_give_a_superset_of_viable_entries(
    situation: Situation, more: int
) -> None:
    cards = {
        key: evolve(card, passed=card.passed + more, runs=card.runs + more)
        for key, card in situation.snapshot.scorecards.items()
    }
    world = evolve(situation.snapshot, scorecards=cards)
    assert viable_in(situation) <= viable_in(situation._replace(snapshot=world))


@given(situations(min_size=1))
def test_scorecards_of_other_task_classes_and_of_no_entry_change_nothing(
    situation: Situation,
) -> None:
    cards = situation.snapshot.scorecards
    others = {
        (f"not {task_class}", model): evolve(card, task_class=f"not {task_class}")
        for (task_class, model), card in cards.items()
    }
    world = evolve(situation.snapshot, scorecards={**others, **cards})
    assert verdicts_of(situation._replace(snapshot=world)) == verdicts_of(situation)


@given(situations(min_size=1))
def test_a_projection_always_shows_above_its_cap(situation: Situation) -> None:
    for verdict in verdicts_of(situation):
        if isinstance(verdict, Excluded) and isinstance(verdict.reason, TooExpensive):
            reason = verdict.reason
            if reason.exact is None or reason.projected is None:
                assert reason.cap <= 0
            else:
                assert reason.exact > from_microdollars(reason.cap)
                assert reason.projected > reason.cap


@given(entries(), st.integers(1, 2**63 - 1), st.booleans())
def test_a_cost_equal_to_the_cap_passes_and_a_femtodollar_more_does_not(
    entry: Entry, cap: int, by_remaining: bool
) -> None:
    def viable(rest: int) -> bool:
        quote = Quote(entry.model, 1_000_000, 0, "price_list", "a", (0, rest))
        row = evolve(entry, context_window=None)
        descriptor = Descriptor(
            task_class="chat",
            budget_ceiling_microdollars=cap + by_remaining,
            latency_tolerance_ms=2**63 - 1,
            expected_tokens=ExpectedTokens(cap, 1),
        )
        world = Snapshot(
            quotes={entry.model: quote},
            lanes={},
            remaining=cap if by_remaining else None,
            taken_at=Instant("2026-01-01T00:00:00Z"),
        )
        return isinstance(place(descriptor, Catalog((row,)), Policy(), world), Success)

    assert viable(rest=0)
    assert not viable(rest=1)


@given(situations(min_size=1), st.integers(-(2**63) + 1, 0))
def test_with_nothing_remaining_and_no_expected_tokens_only_the_known_free_is_viable(
    situation: Situation, remaining: int
) -> None:
    quotes, unpriced = situation.snapshot.quotes, situation.policy.unpriced
    spent = situation._replace(
        descriptor=evolve(situation.descriptor, expected_tokens=None),
        snapshot=evolve(situation.snapshot, remaining=remaining),
    )
    for entry in situation.catalog.entries:
        quote = quotes.get(entry.model)
        if quote is None:
            free = unpriced == "free"
        else:
            free = not (quote.input or quote.output or any(quote.rest or ()))
        assert free or entry.id not in viable_in(spent)


@given(situations(min_size=1), st.integers(-(2**63) + 1, 0))
def test_an_unpriced_entry_that_is_not_free_needs_a_positive_cap(
    situation: Situation, remaining: int
) -> None:
    last = evolve(situation.policy, unpriced="last")
    spent = situation._replace(
        policy=last, snapshot=evolve(situation.snapshot, remaining=remaining, quotes={})
    )
    assert viable_in(spent) == set()


@given(situations())
def test_no_candidate_names_each_class_once_in_order_of_first_appearance(
    situation: Situation,
) -> None:
    outcome = place(*situation)
    if isinstance(outcome, Failure):
        none = outcome.failure()
        classes = [verdict.reason.exclusion_class for verdict in none.verdicts]
        assert list(none.reasons) == sorted(set(classes), key=classes.index)


@given(situations(min_size=1))
def test_an_unpriced_entry_is_marked_and_the_default_ranks_it_after_every_priced_one(
    situation: Situation,
) -> None:
    quotes, free = situation.snapshot.quotes, situation.policy.unpriced == "free"
    marks: list[bool] = []
    for entry, verdict in zip(situation.catalog.entries, verdicts_of(situation), strict=True):
        if isinstance(verdict, Chosen | Ranked):
            assert verdict.unpriced == (entry.model not in quotes and not free)
            marks.append(verdict.unpriced)
    outcome = place(*situation)
    if isinstance(outcome, Success) and isinstance(situation.ranker, CheapestFirst):
        placement = outcome.unwrap()
        plan = list(placement.plan)
        if "probe_first" not in placement.reasons:
            plan.insert(0, placement.chosen)
        ranked = [entry.model not in quotes and not free for entry in plan]
        assert ranked == sorted(ranked)
        assert len(plan) == len(marks) or len(plan) == len(marks) - 1


def test_the_situations_are_dense_enough_for_the_laws_to_mean_something() -> None:
    seen: Counter[str] = Counter()

    @settings(max_examples=1_000 // one_in(2), derandomize=True, database=None, deadline=None)
    @given(situations(min_size=1))
    def count(situation: Situation) -> None:
        verdicts = verdicts_of(situation)
        seen["all"] += 1
        seen["placed"] += any(isinstance(verdict, Chosen) for verdict in verdicts)
        seen["contested"] += any(isinstance(verdict, Ranked) for verdict in verdicts)
        if any(isinstance(verdict, Ranked) for verdict in verdicts):
            seen[situation.ranker.name] += 1
        excluded = [verdict.reason for verdict in verdicts if isinstance(verdict, Excluded)]
        seen.update({reason.exclusion_class for reason in excluded})
        seen.update({type(reason).__name__ for reason in excluded})
        answer = decided(situation)
        seen.update(word for word in ("probe_first", "least_bad") if word in answer.reasons)
        said = answer.unhealthy
        if said is not None:
            due = "named" if said.lane else "none"
            seen.update([f"{said.rule} {due}", *(["due"] if said.wait_ms is not None else [])])
        bar = situation.descriptor.quality_bar
        seen["cleared"] += bar is not None and bool(viable_in(situation))

    count()
    shares = {word: number / seen["all"] for word, number in seen.items()}
    assert shares["placed"] >= 0.25
    assert shares["contested"] >= 0.08
    assert all(shares[word] >= 0.05 for word in EXCLUSION_CLASSES), shares
    rare = (*RANKERS, "cleared", "BelowQualityBar", "QualityUnknown", "probe_first")
    assert all(shares.get(word, 0) >= 0.01 for word in rare), shares
    ruled = ("fail none", "wait named", "wait none", "least_bad named", "least_bad none", "due")
    assert any(seen[word] for word in ruled), shares  # each has a case in test_unhealthy.py
