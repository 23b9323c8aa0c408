"""What is stored of a decision's inputs."""

import json

import pytest
from attrs import evolve

from mimir.core.canonical import digest
from mimir.core.catalog import Catalog
from mimir.core.descriptor import Descriptor
from mimir.core.entry import Entry
from mimir.core.inputs import Inputs
from mimir.core.instant import Instant
from mimir.core.policy import Policy
from mimir.core.pricing.quote import Quote
from mimir.core.ranker import FASTEST_FIRST, Weighted
from mimir.core.record.seal import InputDigests, seal_inputs, seal_world
from mimir.core.snapshot import Snapshot
from mimir.core.vocabulary import EntryId, Lane, Model

BAD = "\ud800"
ENTRY = Entry(id=EntryId("a"), model=Model("p:m"), lane=Lane("p"), runtime="local")
BAD_QUOTE = Quote(Model(BAD), 1, 2, "config", None)
INPUTS = Inputs(
    Descriptor(task_class="chat", budget_ceiling_microdollars=5, latency_tolerance_ms=9),
    Catalog((ENTRY,)),
    Policy(allowed_models=frozenset([Model("p:m"), Model("o:m")])),
    Snapshot(quotes={}, lanes={}, remaining=None, taken_at=Instant("2026-01-31T00:00:00Z")),
)


def test_each_input_is_stored_by_itself_under_the_digest_of_its_bytes() -> None:
    made = seal_inputs(INPUTS).unwrap()
    assert [sealed.digest for sealed in made.contents] == [
        digest(sealed.content) for sealed in made.contents
    ]
    assert made.digests == InputDigests(*(sealed.digest for sealed in made.contents))
    asked, entries, rules, world, order = (json.loads(sealed.content) for sealed in made.contents)
    assert asked["task_class"] == "chat"
    assert entries[0]["id"] == "a"
    assert rules == {
        "allowed_models": ["o:m", "p:m"],
        "unpriced": "last",
        "probe_first": True,
        "when_unhealthy": "fail",
    }
    assert world["taken_at"] == "2026-01-31T00:00:00Z"
    assert (world["probes"], world["waits"]) == ([], {})
    assert order == {"name": "cheapest_first"}


def test_a_world_is_sealed_once_for_many_decisions() -> None:
    world = seal_world(INPUTS.catalog, INPUTS.policy, INPUTS.snapshot).unwrap()
    made = seal_inputs(INPUTS, world).unwrap()
    assert made.world is world
    assert made.digests == seal_inputs(INPUTS).unwrap().digests


@pytest.mark.parametrize(
    "other",
    [
        evolve(INPUTS, catalog=Catalog(())),
        evolve(INPUTS, policy=Policy()),
        evolve(INPUTS, snapshot=evolve(INPUTS.snapshot, remaining=1)),
        evolve(INPUTS, ranker=FASTEST_FIRST),
    ],
)
def test_the_seal_of_another_world_is_not_used(other: Inputs) -> None:
    world = seal_world(other.catalog, other.policy, other.snapshot, other.ranker).unwrap()
    assert seal_inputs(INPUTS, world).unwrap().digests == seal_inputs(INPUTS).unwrap().digests


@pytest.mark.parametrize(
    "bad",
    [
        evolve(INPUTS, catalog=Catalog((evolve(ENTRY, id=EntryId(BAD)),))),
        evolve(INPUTS, policy=Policy(allowed_models=frozenset([Model(BAD)]))),
        evolve(INPUTS, snapshot=evolve(INPUTS.snapshot, lanes={Lane("p"): BAD})),
        evolve(INPUTS, snapshot=evolve(INPUTS.snapshot, quotes={Model(BAD): BAD_QUOTE})),
        evolve(INPUTS, descriptor=evolve(INPUTS.descriptor, task_class=BAD)),
        evolve(INPUTS, ranker=Weighted(cost=1 << 3_000)),
    ],
)
def test_what_has_no_canonical_form_is_not_sealed(bad: Inputs) -> None:
    assert seal_inputs(bad).failure().code == "not_canonical"


@pytest.mark.parametrize(
    ("world", "path"),
    [
        (evolve(INPUTS.snapshot, remaining=2**63), ".remaining"),
        (evolve(INPUTS.snapshot, remaining=-(2**63)), ".remaining"),
        (evolve(INPUTS.snapshot, lanes={Lane("p"): ""}), ".lanes.p"),
        (evolve(INPUTS.snapshot, lanes={Lane("p" * 513): "ok"}), ".lanes"),
        (evolve(INPUTS.snapshot, taken_at=Instant("yesterday")), ".taken_at"),
        (evolve(INPUTS.snapshot, probes=frozenset([Lane("p" * 513)])), ".probes[0]"),
        (evolve(INPUTS.snapshot, waits={Lane("p"): -1}), ".waits.p"),
        (evolve(INPUTS.snapshot, waits={Lane("p"): 2**63}), ".waits.p"),
    ],
)
def test_what_could_not_be_read_back_is_not_sealed(world: Snapshot, path: str) -> None:
    refused = seal_inputs(evolve(INPUTS, snapshot=world)).failure()
    assert (refused.code, refused.path) == ("not_canonical", path)


def test_a_world_is_sealed_in_the_form_that_a_schema_had() -> None:
    shared = INPUTS.catalog, INPUTS.policy, INPUTS.snapshot, INPUTS.ranker
    made = seal_world(*shared, schema=2).unwrap()
    rules, world = (json.loads(one.content) for one in (made.sealed_policy, made.sealed_snapshot))
    assert sorted(rules) == ["allowed_models", "unpriced"]
    assert sorted(world) == ["lanes", "quotes", "remaining", "scorecards", "taken_at"]
    assert made.sealed_policy.digest == digest(made.sealed_policy.content)


def test_a_spec_is_no_part_of_what_is_stored() -> None:
    with_spec = evolve(INPUTS, catalog=Catalog((evolve(ENTRY, spec=object()),)))
    assert seal_inputs(with_spec).unwrap().digests == seal_inputs(INPUTS).unwrap().digests
