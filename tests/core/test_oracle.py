"""Filters, rank and placement on small catalogs that a reader can check by hand."""

from collections.abc import Mapping

import pytest
from attrs import evolve

from mimir.core.catalog import Catalog
from mimir.core.descriptor import Descriptor, ExpectedTokens
from mimir.core.entry import Entry
from mimir.core.exclusion import (
    BelowQualityBar,
    ContextTooSmall,
    Exclusion,
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
from mimir.core.money import Femtodollars
from mimir.core.oracle.place import place, place_inputs
from mimir.core.outcome import Failure, Success
from mimir.core.policy import Policy, Unpriced
from mimir.core.pricing.quote import Quote, QuoteStep, amount
from mimir.core.pricing.usage import Usage
from mimir.core.scorecard import Scorecard
from mimir.core.snapshot import Snapshot, degraded_lanes
from mimir.core.verdict import Chosen, Excluded, NoCandidate, Placement, Ranked, Verdict
from mimir.core.vocabulary import (
    EXCLUSION_CLASSES,
    Capability,
    EntryId,
    Lane,
    Model,
    Runtime,
)


def entry(
    name: str,
    *,
    capabilities: tuple[Capability, ...] = (),
    runtime: Runtime = "managed",
    p50: int | None = 100,
    priority: int | None = 100,
    lane: str | None = None,
    window: int | None = None,
) -> Entry:
    return Entry(
        id=EntryId(name),
        model=Model(f"p:{name}"),
        lane=Lane(lane or name),
        runtime=runtime,
        capabilities=frozenset(capabilities),
        p50_latency_ms=p50,
        priority=priority,
        context_window=window,
    )


def descriptor(
    *,
    capabilities: tuple[Capability, ...] = (),
    budget: int = 1_000_000,
    latency: int = 1000,
    tokens: tuple[int, int] | None = (1_000_000, 0),
    runtime: Runtime | None = None,
    bar: int | None = None,
) -> Descriptor:
    return Descriptor(
        task_class="chat",
        budget_ceiling_microdollars=budget,
        latency_tolerance_ms=latency,
        capabilities=capabilities,
        runtime_preference=runtime or "any",
        expected_tokens=None if tokens is None else ExpectedTokens(*tokens),
        quality_bar=bar,
    )


def snapshot(
    rates: Mapping[str, tuple[int, int]],
    *,
    lanes: Mapping[str, str] | None = None,
    remaining: int | None = None,
    passed: Mapping[str, tuple[int, int]] | None = None,
) -> Snapshot:
    cards = (card(name, *counts) for name, counts in (passed or {}).items())
    return Snapshot(
        quotes={
            Model(f"p:{name}"): Quote(Model(f"p:{name}"), given, taken, "config", None)
            for name, (given, taken) in rates.items()
        },
        lanes={Lane(lane): state for lane, state in (lanes or {}).items()},
        remaining=remaining,
        taken_at=Instant("2026-01-01T00:00:00Z"),
        scorecards={(made.task_class, made.model): made for made in cards},
    )


def card(name: str, passed: int, runs: int, task_class: str = "chat") -> Scorecard:
    return Scorecard(
        task_class=task_class,
        model=Model(f"p:{name}"),
        passed=passed,
        runs=runs,
        as_of=Instant("2025-12-31T00:00:00Z"),
    )


def verdicts(
    wanted: Descriptor, entries: list[Entry], world: Snapshot, policy: Policy | None = None
) -> tuple[Verdict, ...]:
    match place(wanted, Catalog(tuple(entries)), policy or Policy(), world):
        case Success(placement):
            return placement.verdicts
        case Failure(none):
            return none.verdicts


def only_reason(wanted: Descriptor, row: Entry, world: Snapshot, policy: Policy) -> Exclusion:
    (verdict,) = verdicts(wanted, [row], world, policy)
    assert isinstance(verdict, Excluded)
    return verdict.reason


def test_the_cheapest_viable_entry_is_chosen() -> None:
    outcome = place(
        descriptor(),
        Catalog((entry("a"), entry("b"))),
        Policy(),
        snapshot({"a": (2, 0), "b": (1, 0)}),
    )
    assert isinstance(outcome, Success)
    placement = outcome.unwrap()
    assert isinstance(placement, Placement)
    assert placement.chosen.id == "b"
    assert placement.reasons == ("capability_match", "cheapest_viable")
    assert placement.verdicts == (Ranked(), Chosen())


def test_without_expected_tokens_the_input_rate_decides() -> None:
    outcome = place(
        descriptor(tokens=None),
        Catalog((entry("a"), entry("b"))),
        Policy(),
        snapshot({"a": (1, 900), "b": (2, 0)}),
    )
    placement = outcome.unwrap()
    assert placement.chosen.id == "a"
    assert placement.reasons == ("capability_match", "cheapest_by_rate")


def test_an_empty_catalog_has_no_candidate_and_no_reason() -> None:
    empty = Catalog(())
    inputs = Inputs(descriptor(), empty, Policy(), snapshot({}))
    assert place_inputs(inputs) == Failure(NoCandidate((), inputs, ()))


def test_reasons_of_no_candidate_are_distinct_in_order_of_first_appearance() -> None:
    rows = [entry("a", p50=2000), entry("b", lane="x"), entry("c", p50=3000)]
    world = snapshot({"a": (1, 1), "b": (1, 1), "c": (1, 1)}, lanes={"x": "degraded"})
    outcome = place(descriptor(), Catalog(tuple(rows)), Policy(), world)
    assert outcome.failure().reasons == ("latency", "health")


def test_missing_capabilities_are_named_once_each_in_the_descriptors_order() -> None:
    wanted = descriptor(capabilities=("vision", "tools", "vision", "long_context"))
    reason = only_reason(wanted, entry("a", capabilities=("tools",)), snapshot({}), Policy())
    assert reason == MissingCapabilities(("vision", "long_context"))
    assert reason.detail == ["vision", "long_context"]


def test_a_capability_listed_twice_is_needed_once() -> None:
    wanted = descriptor(capabilities=("tools", "tools"))
    world = snapshot({"a": (0, 0)})
    assert verdicts(wanted, [entry("a", capabilities=("tools",))], world) == (Chosen(),)


def test_entries_with_equal_capabilities_share_one_verdict() -> None:
    wanted = descriptor(capabilities=("tools",))
    one, two = verdicts(wanted, [entry("a"), entry("b")], snapshot({}))
    assert one is two


def test_each_filter_has_its_reason() -> None:
    world = snapshot({"a": (1, 1)}, lanes={"sick": "draining", "a": "ok"})
    allowed = Policy(allowed_models=frozenset({Model("p:z")}))
    assert only_reason(descriptor(), entry("a"), world, allowed) == ModelNotAllowed()
    assert only_reason(descriptor(runtime="local"), entry("a"), world, Policy()) == OtherRuntime(
        "local"
    )
    assert only_reason(descriptor(), entry("a", lane="sick"), world, Policy()) == LaneNotOk(
        "draining"
    )
    assert only_reason(descriptor(latency=99), entry("a"), world, Policy()) == TooSlow(100)
    exclude = Policy(unpriced="exclude")
    assert only_reason(descriptor(), entry("b"), world, exclude) == ModelUnpriced()


@pytest.mark.parametrize(
    ("reason", "detail"),
    [
        (ModelNotAllowed(), "model_not_allowed"),
        (ModelUnpriced(), "model_unpriced"),
        (ContextTooSmall(9, 8), {"expected_tokens": 9, "context_window": 8}),
        (QualityUnknown(9_000), {"quality": "unknown", "bar": 9_000}),
        (
            BelowQualityBar(9_000, 8_882, 95, 100),
            {"quality": "below", "bar": 9_000, "lower_bound": 8_882, "passed": 95, "runs": 100},
        ),
        (OtherRuntime("local"), "local"),
        (LaneNotOk("degraded"), "degraded"),
        (TooSlow(5), 5),
        (
            TooExpensive(Femtodollars(1), 0),
            {"projected": 1, "projected_femtodollars": "1", "cap": 0},
        ),
        (
            TooExpensive(None, -1),
            {"projected": None, "projected_femtodollars": None, "cap": -1},
        ),
    ],
)
def test_every_reason_has_a_detail_for_the_record(reason: Exclusion, detail: object) -> None:
    assert reason.detail == detail


def test_the_first_failing_filter_is_the_reason() -> None:
    wanted = descriptor(capabilities=("tools",), latency=1, budget=1, runtime="local", bar=9_000)
    rates, sick = {"a": (10**9, 0)}, {"a": "degraded"}
    none, cleared = snapshot(rates, lanes=sick), {"a": (95, 95)}
    world = snapshot(rates, lanes=sick, passed=cleared)
    well = snapshot(rates, passed=cleared)
    policy = Policy(allowed_models=frozenset({Model("p:z")}))
    local = entry("a", capabilities=("tools",), runtime="local")
    given: list[tuple[Entry, Policy, Snapshot]] = [
        (entry("a", window=1), policy, none),
        (entry("a", capabilities=("tools",), window=1), policy, none),
        (entry("a", capabilities=("tools",)), policy, none),
        (entry("a", capabilities=("tools",)), policy, world),
        (entry("a", capabilities=("tools",)), Policy(), world),
        (local, Policy(), world),
        (local, Policy(), well),
        (evolve(local, p50_latency_ms=1), Policy(), well),
    ]
    classes = [only_reason(wanted, row, w, p).exclusion_class for row, p, w in given]
    assert classes == list(EXCLUSION_CLASSES)


@pytest.mark.parametrize(("given", "taken"), [(6, 2), (0, 8), (8, 0)])
def test_tokens_that_just_fit_into_the_context_window_pass(given: int, taken: int) -> None:
    world = snapshot({"a": (0, 0)})
    assert verdicts(descriptor(tokens=(given, taken)), [entry("a", window=8)], world) == (Chosen(),)
    for more in ((given + 1, taken), (given, taken + 1)):
        reason = only_reason(descriptor(tokens=more), entry("a", window=8), world, Policy())
        assert reason == ContextTooSmall(9, 8)


def test_where_the_window_or_the_tokens_are_unknown_nothing_is_too_large() -> None:
    world = snapshot({"a": (0, 0)})
    assert verdicts(descriptor(tokens=(2**63 - 1, 0)), [entry("a")], world) == (Chosen(),)
    assert verdicts(descriptor(tokens=None), [entry("a", window=1)], world) == (Chosen(),)


def test_a_quality_bar_is_cleared_by_what_was_proven_on_the_task_class() -> None:
    rows = [entry(name) for name in "abcd"]
    world = snapshot(
        dict.fromkeys("abcd", (0, 0)), passed={"a": (95, 100), "b": (94, 100), "c": (5, 5)}
    )
    assert verdicts(descriptor(bar=8_882), rows, world) == (
        Chosen(),
        Excluded(BelowQualityBar(8_882, 8_752, 94, 100)),
        Excluded(BelowQualityBar(8_882, 5_655, 5, 5)),
        Excluded(QualityUnknown(8_882)),
    )
    assert only_reason(descriptor(bar=8_883), rows[0], world, Policy()) == BelowQualityBar(
        8_883, 8_882, 95, 100
    )


def test_a_scorecard_of_another_task_class_proves_nothing() -> None:
    other = card("a", 10**6, 10**6, task_class="sum")
    world = evolve(snapshot({"a": (0, 0)}), scorecards={(other.task_class, other.model): other})
    assert only_reason(descriptor(bar=1), entry("a"), world, Policy()) == QualityUnknown(1)


def test_without_a_bar_no_scorecard_is_looked_at() -> None:
    world = snapshot({"a": (0, 0)}, passed={"a": (0, 9)})
    assert verdicts(descriptor(), [entry("a")], world) == (Chosen(),)


def test_entries_of_one_model_share_one_verdict_of_its_quality() -> None:
    rows = [entry("a"), evolve(entry("a"), id=EntryId("b"))]
    one, two = verdicts(descriptor(bar=1), rows, snapshot({}, passed={"a": (0, 9)}))
    assert one is two


def test_a_cost_equal_to_the_cap_passes_and_one_femtodollar_more_does_not() -> None:
    world = snapshot({"a": (1_000_000, 0)})
    assert verdicts(descriptor(budget=5, tokens=(5, 0)), [entry("a")], world) == (Chosen(),)
    above = snapshot({"a": (1_000_001, 0)})
    wanted = descriptor(budget=5, tokens=(5, 0))
    reason = only_reason(wanted, entry("a"), above, Policy())
    assert reason == TooExpensive(Femtodollars(5_000_005_000), 5)
    assert isinstance(reason, TooExpensive)
    assert reason.projected == 6


def test_the_cap_is_the_smaller_of_budget_and_remaining() -> None:
    world = snapshot({"a": (1_000_000, 0)}, remaining=4)
    wanted = descriptor(budget=10, tokens=(5, 0))
    assert only_reason(wanted, entry("a"), world, Policy()) == TooExpensive(
        Femtodollars(5_000_000_000), 4
    )


def test_an_unknown_latency_passes_and_ranks_after_every_known_one() -> None:
    rows = [entry("a", p50=None), entry("b", p50=10**12)]
    wanted = descriptor(latency=10**13)
    world = snapshot({"a": (1, 1), "b": (1, 1)})
    assert verdicts(wanted, rows, world) == (Ranked(), Chosen())


def test_ties_fall_to_latency_then_priority_then_catalog_order() -> None:
    world = snapshot(dict.fromkeys("abcd", (1, 1)))
    rows = [
        entry("a", p50=9),
        entry("b", p50=5, priority=None),
        entry("c", p50=5, priority=1),
        entry("d", p50=5, priority=1),
    ]
    assert verdicts(descriptor(), rows, world)[2] == Chosen()
    assert verdicts(descriptor(), rows[:2], world)[1] == Chosen()


@pytest.mark.parametrize(
    ("unpriced", "expected"),
    [
        ("free", (Chosen(), Ranked())),
        ("last", (Ranked(unpriced=True), Chosen())),
        ("exclude", (Excluded(ModelUnpriced()), Chosen())),
    ],
)
def test_the_policy_says_what_an_unpriced_model_is(
    unpriced: Unpriced, expected: tuple[Verdict, ...]
) -> None:
    world = snapshot({"b": (1, 0)})
    policy = Policy(unpriced=unpriced)
    assert verdicts(descriptor(), [entry("a"), entry("b")], world, policy) == expected


def test_a_placement_on_an_unpriced_model_says_that_nothing_priced_was_viable() -> None:
    outcome = place(descriptor(), Catalog((entry("a"),)), Policy(), snapshot({}))
    placement = outcome.unwrap()
    assert placement.reasons == ("capability_match", "only_unpriced")
    assert placement.verdicts == (Chosen(unpriced=True),)


@pytest.mark.parametrize(
    ("unpriced", "remaining", "expected"),
    [
        ("last", 0, TooExpensive(None, 0)),
        ("last", -1, TooExpensive(None, -1)),
        ("free", -1, TooExpensive(Femtodollars(0), -1)),
    ],
)
def test_an_unpriced_model_with_expected_tokens_needs_a_cap(
    unpriced: Unpriced, remaining: int, expected: Exclusion
) -> None:
    world = snapshot({}, remaining=remaining)
    assert only_reason(descriptor(), entry("a"), world, Policy(unpriced=unpriced)) == expected


def test_a_free_unpriced_model_passes_a_cap_of_nothing() -> None:
    policy = Policy(unpriced="free")
    for wanted in (descriptor(), descriptor(tokens=None)):
        assert verdicts(wanted, [entry("a")], snapshot({}, remaining=0), policy) == (Chosen(),)


def test_with_nothing_remaining_only_what_is_known_to_be_free_is_viable() -> None:
    rows = [entry("paid"), entry("free"), entry("unknown")]
    world = snapshot({"paid": (0, 1), "free": (0, 0)}, remaining=0)
    none = Excluded(TooExpensive(None, 0))
    assert verdicts(descriptor(tokens=None), rows, world) == (none, Chosen(), none)


def test_every_lane_that_is_not_ok_counts_as_degraded() -> None:
    world = snapshot({}, lanes={"b": "draining", "a": "degraded", "c": "ok"})
    assert degraded_lanes(world) == ("a", "b")


def test_a_request_past_a_context_threshold_is_projected_at_that_steps_rates() -> None:
    steps = (QuoteStep(9, 5_000, 7_000), QuoteStep(99, 9_000, 0))
    long = Quote(Model("p:a"), 1, 1, "config", None, None, steps)
    amounts = [
        amount(long, Usage(input_tokens=tokens, output_tokens=1)) for tokens in (9, 10, 99, 100)
    ]
    assert amounts == [10_000, 57_000, 502_000, 900_000]


def test_a_quote_that_is_free_below_a_threshold_alone_is_not_known_to_be_free() -> None:
    world = snapshot({"a": (0, 0)}, remaining=0)
    wanted, model = descriptor(tokens=None), Model("p:a")
    for output, verdict in ((0, Chosen()), (1, Excluded(TooExpensive(None, 0)))):
        long = evolve(world.quotes[model], above=(QuoteStep(9, 0, output),))
        assert verdicts(wanted, [entry("a")], evolve(world, quotes={model: long})) == (verdict,)


@pytest.mark.parametrize(
    ("unpriced", "verdict"),
    [
        ("last", Chosen(unpriced=True)),
        ("exclude", Excluded(ModelUnpriced())),
        ("free", Chosen()),
    ],
)
def test_a_request_of_a_size_that_has_no_rate_is_unpriced(
    unpriced: Unpriced, verdict: Verdict
) -> None:
    world, model = snapshot({"a": (1, 1)}), Model("p:a")
    short = evolve(world.quotes[model], above=(QuoteStep(999_999, None, 5),))
    policy = Policy(unpriced=unpriced)
    long = descriptor(tokens=(1_000_000, 0))
    rows, at = [entry("a")], evolve(world, quotes={model: short})
    assert verdicts(long, rows, at, policy) == (verdict,)
    assert verdicts(descriptor(tokens=(999_999, 0)), rows, at, policy) == (Chosen(),)
