"""Explaining what goes first for its lane, and what is least bad."""

from attrs import evolve

from mimir.core.catalog import Catalog
from mimir.core.descriptor import Descriptor, ExpectedTokens
from mimir.core.entry import Entry
from mimir.core.inputs import Inputs
from mimir.core.instant import Instant
from mimir.core.policy import Policy
from mimir.core.pricing.quote import Quote
from mimir.core.review.change import (
    AllowModel,
    Budget,
    Discount,
    DropCapabilities,
    LaneOk,
    Remaining,
    Tolerance,
)
from mimir.core.review.explain import Explained, Explanation, Lost, explain
from mimir.core.snapshot import Snapshot
from mimir.core.vocabulary import Capability, EntryId, Lane, Model

LEAST_BAD = Policy(when_unhealthy="least_bad")


def entry(name: str, *, capabilities: tuple[Capability, ...] = (), p50: int = 100) -> Entry:
    return Entry(
        id=EntryId(name),
        model=Model(f"p:{name}"),
        lane=Lane(name),
        runtime="managed",
        capabilities=frozenset(capabilities),
        p50_latency_ms=p50,
    )


def asked(
    *entries: Entry,
    lanes: dict[str, str],
    rates: dict[str, int] | None = None,
    capabilities: tuple[Capability, ...] = (),
    policy: Policy | None = None,
) -> Inputs:
    """Ask for a million tokens, so that a rate is the cost in microdollars."""
    wanted = Descriptor(
        task_class="chat",
        budget_ceiling_microdollars=1_000,
        latency_tolerance_ms=1_000,
        capabilities=capabilities,
        expected_tokens=ExpectedTokens(1_000_000, 0),
    )
    models = {Model(f"p:{name}"): rate for name, rate in (rates or {}).items()}
    world = Snapshot(
        quotes={model: Quote(model, rate, rate, "config", None) for model, rate in models.items()},
        lanes={Lane(lane): state for lane, state in lanes.items()},
        remaining=None,
        taken_at=Instant("2026-01-01T00:00:00Z"),
    )
    return Inputs(wanted, Catalog(entries), policy or Policy(), world)


def by_id(explained: Explanation) -> dict[str, Explained]:
    return {one.entry.id: one for one in explained.entries}


def in_world(inputs: Inputs, *, probes: str = "", waits: dict[str, int] | None = None) -> Inputs:
    world = evolve(
        inputs.snapshot,
        probes=frozenset(map(Lane, probes)),
        waits={Lane(lane): wait for lane, wait in (waits or {}).items()},
    )
    return evolve(inputs, snapshot=world)


def test_what_ranks_before_the_probe_lost_by_the_lane_and_the_rest_as_ever() -> None:
    rows = [entry(name) for name in "abcd"]
    rates = {"a": 1, "b": 2, "c": 3, "d": 4}
    inputs = asked(*rows, rates=rates, lanes={"c": "probing", "d": "probing"})
    explained = explain(in_world(inputs, probes="cd"))
    found = by_id(explained)
    assert explained.chosen is rows[2]
    assert [found[name].rank for name in "cabd"] == [1, 2, 3, 4]
    assert found["c"].lost is None
    assert found["a"].lost == Lost(rows[2].id, "lane", None)
    assert found["b"].lost == Lost(rows[0].id, "cost", 10**9)
    assert found["d"].lost == Lost(rows[1].id, "cost", 2 * 10**9)
    assert found["a"].changes == (Budget(1), Remaining(1))
    assert found["d"].changes == (Discount(Model("p:d"), 250_250),)


def test_a_probe_that_is_too_slow_would_be_put_first() -> None:
    rows = (entry("a"), entry("b", p50=2_000))
    inputs = asked(*rows, rates={"a": 1, "b": 9}, lanes={"b": "probing"})
    slow = by_id(explain(in_world(inputs, probes="b")))["b"]
    assert (slow.rank, slow.lost) == (1, None)
    assert slow.changes == (Tolerance(2_000),)


def test_a_lane_that_is_out_beats_no_probe_by_being_ok() -> None:
    rows = (entry("a"), entry("b"))
    inputs = asked(*rows, rates={"a": 1, "b": 9}, lanes={"a": "degraded", "b": "probing"})
    out = by_id(explain(in_world(inputs, probes="b")))["a"]
    assert out.changes == ()
    assert out.lost == Lost(rows[1].id, "lane", None)


def test_a_least_bad_entry_is_chosen_and_not_viable() -> None:
    rows = [entry("a"), entry("b"), entry("c", p50=2_000)]
    states = {"a": "degraded", "b": "probing", "c": "degraded", "x": "held"}
    inputs = asked(*rows, rates={"a": 1, "b": 2, "c": 3}, lanes=states, policy=LEAST_BAD)
    explained = explain(in_world(inputs, waits={"b": 5, "a": 7}))
    found = by_id(explained)
    assert explained.chosen is rows[1]
    assert explained.front == ()
    assert [one.viable for one in explained.entries] == [False, False, False]
    assert [(one.rank, one.lost) for one in explained.entries] == [(1, None)] * 3
    assert found["b"].changes == ()
    assert found["a"].changes == (Budget(1), Remaining(1), LaneOk(Lane("a")))
    assert [len(found[name].shortfalls) for name in "abc"] == [1, 1, 2]


def test_what_is_due_sooner_and_fails_one_thing_more_is_least_bad_without_it() -> None:
    rows = [entry("a", capabilities=("tools",)), entry("b"), entry("c", p50=2_000)]
    states = {"a": "degraded", "b": "degraded", "c": "degraded"}
    inputs = asked(*rows, lanes=states, capabilities=("tools",), policy=LEAST_BAD)
    found = by_id(explain(in_world(inputs, waits={"a": 9, "b": 5, "c": 1})))
    assert found["b"].changes == (DropCapabilities(("tools",)),)
    assert found["c"].changes == ()
    named = evolve(LEAST_BAD, allowed_models=frozenset([Model("p:a")]))
    allowed = asked(*rows[:2], lanes=states, policy=named)
    found = by_id(explain(in_world(allowed, waits={"a": 9, "b": 5})))
    assert found["b"].changes == (AllowModel(Model("p:b")),)


def test_a_lower_rate_changes_nothing_of_when_a_lane_is_due() -> None:
    states = {"a": "degraded", "b": "degraded"}
    rows = (entry("a"), entry("b"))
    inputs = asked(*rows, rates={"a": 1, "b": 9}, lanes=states, policy=LEAST_BAD)
    later = by_id(explain(in_world(inputs, waits={"a": 5, "b": 6})))["b"]
    assert later.changes == (LaneOk(Lane("b")),)
    at_once = by_id(explain(in_world(inputs, waits={"a": 5, "b": 5})))["b"]
    assert [change.name for change in at_once.changes] == ["lane_ok", "discount"]


def test_where_something_is_viable_a_lane_that_is_out_is_what_keeps_an_entry_back() -> None:
    rows = (entry("a"), entry("b"))
    inputs = asked(*rows, rates={"a": 1, "b": 9}, lanes={"a": "degraded"}, policy=LEAST_BAD)
    out = by_id(explain(inputs))["a"]
    assert (out.rank, out.lost) == (1, None)
    assert out.changes == (Budget(1), Remaining(1), LaneOk(Lane("a")))
