"""Explaining, on catalogs that a reader can check by hand."""

from collections.abc import Mapping

import pytest
from attrs import evolve

from mimir.core.catalog import Catalog
from mimir.core.descriptor import Descriptor, ExpectedTokens
from mimir.core.entry import Entry
from mimir.core.exclusion import (
    BelowQualityBar,
    ContextTooSmall,
    LaneNotOk,
    MissingCapabilities,
    ModelNotAllowed,
    ModelUnpriced,
    OtherRuntime,
    QualityUnknown,
    TooExpensive,
    TooSlow,
)
from mimir.core.inputs import Inputs
from mimir.core.instant import Instant
from mimir.core.limits import INTEGER_MAX
from mimir.core.money import Femtodollars
from mimir.core.oracle.place import place_inputs
from mimir.core.outcome import Success
from mimir.core.policy import Policy
from mimir.core.pricing.quote import Quote, QuoteStep
from mimir.core.ranker import CHEAPEST_FIRST, FASTEST_FIRST, Ranker, Weighted
from mimir.core.review.change import (
    WHOLE,
    AllowModel,
    Budget,
    Change,
    Discount,
    DropCapabilities,
    LaneOk,
    PreferRuntime,
    Remaining,
    StateRate,
    Tolerance,
    apply,
)
from mimir.core.review.explain import Explained, Lost, explain
from mimir.core.review.margin import Margin, shortfall
from mimir.core.review.pareto import FrontPoint
from mimir.core.scorecard import Scorecard
from mimir.core.snapshot import Snapshot
from mimir.core.vocabulary import Capability, EntryId, Lane, Model, Runtime

TAKEN_AT = Instant("2026-01-01T00:00:00Z")
MILLION = ExpectedTokens(1_000_000, 0)


def entry(
    name: str,
    *,
    capabilities: tuple[Capability, ...] = (),
    runtime: Runtime = "managed",
    p50: int | None = 100,
    priority: int | None = 100,
    lane: str | None = None,
    model: str | None = None,
) -> Entry:
    return Entry(
        id=EntryId(name),
        model=Model(model or f"p:{name}"),
        lane=Lane(lane or name),
        runtime=runtime,
        capabilities=frozenset(capabilities),
        p50_latency_ms=p50,
        priority=priority,
    )


def asked(
    *entries: Entry,
    rates: Mapping[str, int] | None = None,
    tokens: ExpectedTokens | None = MILLION,
    budget: int = 1_000,
    remaining: int | None = None,
    latency: int = 1_000,
    capabilities: tuple[Capability, ...] = (),
    lanes: Mapping[str, str] | None = None,
    policy: Policy | None = None,
    ranker: Ranker = CHEAPEST_FIRST,
) -> Inputs:
    """Ask for a million tokens, so that a rate is the cost in microdollars."""
    wanted = Descriptor(
        task_class="chat",
        budget_ceiling_microdollars=budget,
        latency_tolerance_ms=latency,
        capabilities=capabilities,
        expected_tokens=tokens,
    )
    quotes = {
        Model(f"p:{name}"): Quote(Model(f"p:{name}"), rate, rate, "config", None)
        for name, rate in (rates or {}).items()
    }
    world = Snapshot(
        quotes=quotes,
        lanes={Lane(lane): state for lane, state in (lanes or {}).items()},
        remaining=remaining,
        taken_at=TAKEN_AT,
    )
    return Inputs(wanted, Catalog(entries), policy or Policy(), world, ranker)


def of(name: str, inputs: Inputs) -> Explained:
    return next(one for one in explain(inputs).entries if one.entry.id == name)


def changes(name: str, inputs: Inputs) -> tuple[Change, ...]:
    """Return the changes of an entry, once each of them was seen to do what it says."""
    found = of(name, inputs).changes
    for change in found:
        outcome = place_inputs(apply(change, inputs))
        assert isinstance(outcome, Success)
        assert outcome.unwrap().chosen.id == name
    return found


def test_an_entry_that_is_too_expensive_and_too_slow_says_both_with_margins() -> None:
    inputs = asked(
        entry("a", p50=2_200, lane="off"),
        rates={"a": 1_420},
        lanes={"off": "degraded"},
    )
    explained = of("a", inputs)
    assert [short.margin for short in explained.shortfalls] == [
        None,
        Margin(1_200, "milliseconds"),
        Margin(420, "microdollars"),
    ]
    assert explained.shortfalls[0].reason == LaneNotOk("degraded")
    assert not explained.viable
    assert explained.changes == ()


@pytest.mark.parametrize(
    ("reason", "margin"),
    [
        (MissingCapabilities(("tools", "vision")), Margin(2, "capabilities")),
        (ContextTooSmall(900, 800), Margin(100, "tokens")),
        (BelowQualityBar(9_000, 8_000, 9, 10), Margin(1_000, "basis_points")),
        (QualityUnknown(9_000), None),
        (ModelNotAllowed(), None),
        (ModelUnpriced(), None),
        (OtherRuntime("local"), None),
        (LaneNotOk("degraded"), None),
        (TooSlow(1_001), Margin(1, "milliseconds")),
        (TooExpensive(Femtodollars(10**12 + 1), 1_000), Margin(1, "microdollars")),
        (TooExpensive(None, -4), Margin(5, "microdollars")),
    ],
    ids=lambda value: type(value).__name__,
)
def test_every_reason_has_its_margin(reason, margin) -> None:
    assert shortfall(reason, asked().descriptor) == (reason, margin)


def test_a_model_that_is_neither_allowed_nor_priced_is_told_both() -> None:
    policy = Policy(allowed_models=frozenset([Model("p:x"), Model("p:b")]), unpriced="exclude")
    inputs = asked(entry("a", p50=2_000), entry("b"), policy=policy)
    reasons = [short.reason for short in of("a", inputs).shortfalls]
    assert reasons == [ModelNotAllowed(), ModelUnpriced(), TooSlow(2_000)]
    assert [short.reason for short in of("b", inputs).shortfalls] == [ModelUnpriced()]


def test_a_dearer_entry_wins_by_a_discount_or_a_tolerance_that_the_other_misses() -> None:
    inputs = asked(
        entry("cheap", p50=500), entry("fast", p50=50), rates={"cheap": 600, "fast": 800}
    )
    assert of("cheap", inputs).rank == 1
    fast = of("fast", inputs)
    assert fast.rank == 2
    assert fast.lost == Lost(EntryId("cheap"), "cost", 200 * 10**9)
    assert changes("fast", inputs) == (Tolerance(50), Discount(Model("p:fast"), 250_000))


def test_a_tie_in_everything_falls_to_the_order_of_the_catalog() -> None:
    inputs = asked(entry("first"), entry("second"), rates={"first": 5, "second": 5})
    assert of("second", inputs).lost == Lost(EntryId("first"), "catalog_order", None)
    (change,) = changes("second", inputs)
    assert isinstance(change, Discount)


@pytest.mark.parametrize(
    ("ranker", "lost"),
    [
        (CHEAPEST_FIRST, Lost(EntryId("a"), "latency", 100)),
        (FASTEST_FIRST, Lost(EntryId("a"), "latency", 100)),
        (Weighted(priority=1), Lost(EntryId("a"), "weighted_sum", 10 * 10**9)),
    ],
    ids=("cheapest", "fastest", "weighted"),
)
def test_what_it_lost_by_is_what_the_ranker_compares_first(ranker: Ranker, lost: Lost) -> None:
    a, b = entry("a", p50=100, priority=1), entry("b", p50=200, priority=11)
    assert of("b", asked(a, b, rates={"a": 5, "b": 5}, ranker=ranker)).lost == lost


def test_what_is_unknown_lost_by_no_amount() -> None:
    inputs = asked(entry("a"), entry("b"), rates={"a": 5})
    assert of("b", inputs).lost == Lost(EntryId("a"), "cost", None)
    assert changes("b", inputs) == (Budget(1), Remaining(1), StateRate(Model("p:b"), 4))


def test_an_excluded_entry_has_the_rank_that_it_would_take() -> None:
    inputs = asked(
        entry("a"), entry("off"), entry("b"), rates={"a": 1, "b": 3, "off": 2}, lanes={"off": "no"}
    )
    off = of("off", inputs)
    assert off.rank == of("b", inputs).rank == 2
    assert off.lost == Lost(EntryId("a"), "cost", 10**9)
    assert of("b", inputs).lost == Lost(EntryId("a"), "cost", 2 * 10**9)


def test_a_budget_is_as_large_as_the_entry_needs_and_no_larger() -> None:
    inputs = asked(entry("a", p50=1), entry("b"), rates={"a": 1_500, "b": 2_000}, budget=1_000)
    assert changes("a", inputs) == (Budget(1_500), Discount(Model("p:a"), 333_334))
    assert changes("b", inputs) == (Discount(Model("p:b"), 500_000),)


def test_a_smaller_budget_shuts_out_what_is_faster_and_dearer() -> None:
    inputs = asked(
        entry("fast", p50=1),
        entry("slow", p50=2),
        rates={"fast": 9, "slow": 4},
        remaining=900,
        ranker=FASTEST_FIRST,
    )
    assert changes("slow", inputs) == (Budget(4), Remaining(4))


def test_a_budget_does_not_help_where_less_remains() -> None:
    inputs = asked(entry("a"), rates={"a": 1_500}, budget=2_000, remaining=1_000)
    found = changes("a", inputs)
    assert Remaining(1_500) in found
    assert not any(isinstance(change, Budget) for change in found)


def test_dropped_words_are_those_that_it_lacks_and_no_more() -> None:
    both = entry("both", capabilities=("tools", "vision"))
    one, none = entry("one", capabilities=("vision",)), entry("none")
    inputs = asked(
        both,
        one,
        none,
        rates={"both": 9, "one": 5, "none": 3},
        capabilities=("vision", "tools", "vision"),
    )
    assert changes("one", inputs) == (DropCapabilities(("tools",)),)
    assert changes("none", inputs) == (DropCapabilities(("vision", "tools")),)
    late = evolve(one, id=EntryId("late"), lane=Lane("late"), p50_latency_ms=200)
    again = evolve(inputs, catalog=Catalog((both, one, none, late)))
    assert changes("late", again) == ()


def test_words_that_also_let_in_what_goes_before_are_not_enough() -> None:
    first, second = entry("first", capabilities=("vision",)), entry("second")
    inputs = asked(first, second, rates={"first": 5, "second": 9}, capabilities=("vision", "tools"))
    assert changes("first", inputs)[0] == DropCapabilities(("tools",))
    assert changes("second", inputs) == ()


@pytest.mark.parametrize("preferred", ["any", "managed"])
def test_a_runtime_is_any_where_that_is_enough_and_its_own_otherwise(preferred) -> None:
    cheap, home = entry("cloud"), entry("home", runtime="local")
    inputs = asked(cheap, home, rates={"cloud": 5, "home": 9})
    inputs = evolve(inputs, descriptor=evolve(inputs.descriptor, runtime_preference=preferred))
    assert PreferRuntime("local") in changes("home", inputs)
    turned = evolve(inputs, descriptor=evolve(inputs.descriptor, runtime_preference="local"))
    assert changes("cloud", turned)[0] == PreferRuntime("any")


def test_a_model_is_allowed_and_a_lane_is_mended_only_for_the_first_that_it_lets_in() -> None:
    policy = Policy(allowed_models=frozenset([Model("p:in")]))
    out = [entry("out", model="p:out"), entry("twin", model="p:out", p50=200)]
    inputs = asked(entry("in"), *out, rates={"in": 5, "out": 3}, policy=policy)
    assert changes("out", inputs) == (AllowModel(Model("p:out")),)
    assert changes("twin", inputs) == ()

    shut = [entry("shut", lane="l"), entry("last", lane="l")]
    inputs = asked(entry("in"), *shut, rates={"in": 5, "shut": 3, "last": 4}, lanes={"l": "no"})
    assert changes("shut", inputs) == (LaneOk(Lane("l")),)
    assert changes("last", inputs) == ()


def test_allowing_a_model_where_all_are_allowed_changes_nothing() -> None:
    inputs = asked(entry("a"))
    assert apply(AllowModel(Model("p:a")), inputs) == inputs


def test_a_discount_on_a_model_without_a_quote_changes_nothing() -> None:
    inputs = asked(entry("a"))
    assert apply(Discount(Model("p:a"), 5), inputs) == inputs


def test_a_discount_lowers_every_step_that_has_a_rate_and_rounds_up() -> None:
    inputs = asked(entry("a"), rates={"a": 3})
    quote = evolve(inputs.snapshot.quotes[Model("p:a")], above=(QuoteStep(9, 7, None),))
    inputs = evolve(inputs, snapshot=evolve(inputs.snapshot, quotes={Model("p:a"): quote}))
    lowered = apply(Discount(Model("p:a"), WHOLE // 2), inputs).snapshot.quotes[Model("p:a")]
    assert (lowered.input, lowered.rest) == (1, (500, 500))
    assert lowered.above == (QuoteStep(9, 4, None),)


def test_a_discount_counts_with_the_rounding_of_rates_of_a_few_femtodollars() -> None:
    """Three femtodollars less a fifth are still three: only a third makes two of them."""
    tiny = Quote(Model("p:b"), 0, 0, "config", None, (3, 0))
    inputs = asked(entry("a"), entry("b", p50=1), tokens=ExpectedTokens(10, 0))
    quotes = {Model("p:a"): evolve(tiny, model=Model("p:a"), rest=(2, 0)), Model("p:b"): tiny}
    inputs = evolve(inputs, snapshot=evolve(inputs.snapshot, quotes=quotes))
    assert changes("b", inputs)[-1] == Discount(Model("p:b"), 333_334)
    slower = evolve(inputs, catalog=Catalog((entry("a"), entry("b"))))
    assert changes("b", slower) == (Discount(Model("p:b"), 666_667),)


def test_once_nothing_remains_a_discount_has_to_leave_nothing() -> None:
    inputs = asked(entry("a"), rates={"a": 1}, tokens=None, remaining=0)
    assert changes("a", inputs) == (Remaining(1), Discount(Model("p:a"), WHOLE))


def test_once_nothing_remains_a_model_with_an_unknown_step_is_never_known_to_be_free() -> None:
    inputs = asked(entry("a"), rates={"a": 1}, tokens=None, remaining=0)
    quote = evolve(inputs.snapshot.quotes[Model("p:a")], above=(QuoteStep(9, None, 1),))
    stepped = evolve(inputs, snapshot=evolve(inputs.snapshot, quotes={Model("p:a"): quote}))
    assert changes("a", stepped) == (Remaining(1),)


def test_once_nothing_remains_a_model_without_a_price_has_to_be_free() -> None:
    inputs = asked(entry("a"), tokens=None, remaining=0)
    assert changes("a", inputs) == (Remaining(1), StateRate(Model("p:a"), 0))


def test_a_model_that_only_lacks_a_price_may_cost_whatever_the_cap_allows() -> None:
    exclude = Policy(unpriced="exclude")
    assert changes("a", asked(entry("a"), policy=exclude)) == (StateRate(Model("p:a"), 1_000),)
    anything = asked(entry("a"), tokens=None, policy=exclude)
    assert changes("a", anything) == (StateRate(Model("p:a"), INTEGER_MAX),)
    nothing = asked(entry("a"), tokens=ExpectedTokens(0, 0), policy=exclude)
    assert changes("a", nothing) == (StateRate(Model("p:a"), INTEGER_MAX),)


def test_by_weights_a_price_does_not_help_an_entry_of_which_less_is_known() -> None:
    first, second = entry("first", p50=None, model="p:m"), entry("second", p50=7, model="p:m")
    inputs = asked(first, second, ranker=Weighted(cost=1, latency=1))
    assert of("first", inputs).rank == 2
    assert not any(isinstance(change, StateRate) for change in changes("first", inputs))


def test_of_two_entries_of_a_model_without_a_price_only_the_first_is_helped_by_one() -> None:
    twins = entry("a", model="p:m"), entry("b", model="p:m")
    inputs = asked(*twins, policy=Policy(unpriced="exclude"))
    assert changes("a", inputs) == (StateRate(Model("p:m"), 1_000),)
    assert changes("b", inputs) == ()


def test_without_a_weight_for_the_cost_no_rate_helps_but_within_the_cap() -> None:
    ranker = Weighted(latency=1)
    fast, slow = entry("fast", p50=1), entry("slow", p50=2)
    inputs = asked(fast, slow, rates={"fast": 2_000, "slow": 900}, ranker=ranker)
    assert changes("fast", inputs) == (Budget(2_000), Discount(Model("p:fast"), 500_000))
    viable = asked(fast, slow, rates={"fast": 900, "slow": 900}, ranker=ranker)
    assert changes("slow", viable) == ()


def test_a_slower_entry_is_helped_by_no_rate_where_the_fastest_goes_first() -> None:
    fast, slow = entry("fast", p50=1), entry("slow", p50=2)
    inputs = asked(fast, slow, rates={"fast": 9, "slow": 9}, ranker=FASTEST_FIRST)
    assert changes("slow", inputs) == ()
    dear = asked(fast, slow, rates={"fast": 2_000, "slow": 9}, ranker=FASTEST_FIRST)
    assert changes("fast", dear) == (Budget(2_000), Discount(Model("p:fast"), 500_000))


def test_entries_of_one_model_are_told_apart_by_no_rate() -> None:
    inputs = asked(entry("a", model="p:m"), entry("b", model="p:m"), rates={"m": 5})
    assert changes("b", inputs) == ()


def test_under_the_policy_free_an_entry_without_a_price_needs_nothing_of_the_cap() -> None:
    inputs = asked(
        entry("a"),
        entry("b"),
        rates={"a": 1},
        tokens=None,
        remaining=9,
        policy=Policy(unpriced="free"),
    )
    assert of("b", inputs).rank == 1
    assert changes("a", inputs) == (Discount(Model("p:a"), WHOLE),)


def test_an_empty_catalog_has_nothing_to_explain() -> None:
    explained = explain(asked())
    assert (explained.chosen, explained.entries, explained.front) == (None, (), ())


def card(name: str, passed: int) -> Scorecard:
    return Scorecard(
        task_class="chat", model=Model(f"p:{name}"), passed=passed, runs=100, as_of=TAKEN_AT
    )


def test_the_front_holds_what_nothing_beats_in_cost_latency_and_score() -> None:
    entries = [
        entry("cheap", p50=900),
        entry("fast", p50=10),
        entry("good", p50=900),
        entry("bad", p50=900),
        entry("twin", p50=10),
        entry("shut", lane="off", p50=1),
        entry("unpriced", p50=5),
    ]
    rates = {"cheap": 1, "fast": 5, "good": 5, "bad": 6, "twin": 5, "shut": 0}
    inputs = asked(*entries, rates=rates, lanes={"off": "no"})
    cards = {("chat", Model(f"p:{name}")): card(name, 95) for name in ("good", "bad")}
    front = explain(evolve(inputs, snapshot=evolve(inputs.snapshot, scorecards=cards))).front
    assert [point.entry.id for point in front] == ["cheap", "fast", "twin", "good", "unpriced"]
    assert front[0] == FrontPoint(entries[0], Femtodollars(10**9), 900, None)
    assert front[3].score == 8_882
    assert front[4].cost is None


def test_under_the_policy_free_the_front_counts_no_price_as_nothing() -> None:
    inputs = asked(entry("a", p50=None), policy=Policy(unpriced="free"))
    assert explain(inputs).front == (
        FrontPoint(inputs.catalog.entries[0], Femtodollars(0), None, None),
    )
