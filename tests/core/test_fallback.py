"""Falling back, on a catalog that a reader can check by hand."""

from attrs import evolve

from mimir.core.catalog import Catalog
from mimir.core.descriptor import Descriptor
from mimir.core.entry import Entry
from mimir.core.exclusion import LaneNotOk
from mimir.core.instant import Instant
from mimir.core.oracle.fallback import NotInPlan, fallback
from mimir.core.oracle.place import place
from mimir.core.policy import Policy
from mimir.core.snapshot import Snapshot
from mimir.core.verdict import Chosen, Excluded, NoCandidate, Placement, Ranked
from mimir.core.vocabulary import EntryId, Lane, Model

WANTED = Descriptor(task_class="chat", budget_ceiling_microdollars=5, latency_tolerance_ms=100)
WORLD = Snapshot(
    quotes={},
    lanes={Lane("off"): "degraded"},
    remaining=None,
    taken_at=Instant("2026-01-01T00:00:00Z"),
)


def entry(name: str, lane: str, p50: int) -> Entry:
    return Entry(
        id=EntryId(name),
        model=Model("p:m"),
        lane=Lane(lane),
        runtime="managed",
        p50_latency_ms=p50,
    )


BEST, SIBLING = entry("best", "one", 1), entry("sibling", "one", 2)
OTHER, LAST, OFF = entry("other", "two", 3), entry("last", "three", 4), entry("off", "off", 0)
FIRST: Placement = place(
    WANTED, Catalog((LAST, OTHER, SIBLING, BEST, OFF)), Policy(), WORLD
).unwrap()


def test_the_siblings_of_the_failed_lane_are_left_out() -> None:
    following = fallback(FIRST, BEST).unwrap()
    assert following.chosen == OTHER
    assert following.plan == (LAST,)
    failed = Excluded(LaneNotOk("failed"))
    degraded = Excluded(LaneNotOk("degraded"))
    assert following.verdicts == (Ranked(True), Chosen(True), failed, failed, degraded)


def test_a_later_entry_of_the_plan_fails_with_everything_before_it() -> None:
    following = fallback(FIRST, OTHER).unwrap()
    assert following.chosen == LAST
    assert following.inputs.snapshot.lanes == {"one": "failed", "two": "failed", "off": "degraded"}
    assert following == fallback(fallback(FIRST, BEST).unwrap(), OTHER).unwrap()


def test_a_sibling_in_the_plan_fails_no_lane_but_its_own() -> None:
    assert fallback(FIRST, SIBLING) == fallback(FIRST, BEST)


def test_after_the_last_lane_there_is_no_candidate() -> None:
    answer = fallback(FIRST, LAST).failure()
    assert isinstance(answer, NoCandidate)
    assert answer.reasons == ("health",)


def test_an_excluded_or_unknown_entry_is_not_in_the_plan() -> None:
    assert fallback(FIRST, OFF).failure() == NotInPlan('"off"')
    error = fallback(FIRST, evolve(BEST, id=EntryId("x" * 999))).failure()
    assert isinstance(error, NotInPlan)
    expected = "entry a string of 999 characters is neither the chosen one nor in the plan"
    assert error.message == expected


def test_an_entry_is_known_by_its_id() -> None:
    assert fallback(FIRST, evolve(BEST, lane=Lane("elsewhere"))) == fallback(FIRST, BEST)


def test_the_placement_that_is_fallen_back_from_stays_as_it_was() -> None:
    fallback(FIRST, BEST)
    assert FIRST.inputs.snapshot.lanes == {"off": "degraded"}
