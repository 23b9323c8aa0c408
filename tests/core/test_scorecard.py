"""Wilson's bound on counts that textbooks and calculators know, and how scorecards are read."""

import pytest

from mimir.core.fields import InvalidField
from mimir.core.instant import Instant
from mimir.core.limits import CATALOG_MAX_ROWS, INTEGER_MAX
from mimir.core.outcome import Failure, Success
from mimir.core.scorecard import Scorecard, clears, lower_bound, parse, to_json
from mimir.core.vocabulary import Model

ROW: dict[str, object] = {
    "task_class": "chat",
    "model": "p:m",
    "passed": 95,
    "runs": 100,
    "as_of": "2026-01-31T00:00:00Z",
}
CARD = Scorecard(
    task_class="chat",
    model=Model("p:m"),
    passed=95,
    runs=100,
    as_of=Instant("2026-01-31T00:00:00Z"),
)


@pytest.mark.parametrize(
    ("passed", "runs", "bound"),
    [
        (95, 100, 8882),  # 0.88825
        (10, 10, 7224),  # 10 / (10 + 1.96^2) = 0.72246
        (1, 1, 2065),  # 1 / (1 + 1.96^2) = 0.20654
        (1, 2, 945),  # 0.09453
        (81, 263, 2552),  # Newcombe 1998, table I: 0.2553, rounded
        (15, 148, 623),  # Newcombe 1998, table I: 0.0624, rounded
        (1, 29, 61),  # Newcombe 1998, table I: 0.0061
        (0, 20, 0),
        (0, 1, 0),
        (INTEGER_MAX, INTEGER_MAX, 9999),
        (1, INTEGER_MAX, 0),
    ],
)
def test_the_bound_is_wilsons_rounded_down(passed: int, runs: int, bound: int) -> None:
    assert lower_bound(passed, runs) == bound
    assert not clears(passed, runs, bound + 1)
    assert bound == 0 or clears(passed, runs, bound)


@pytest.mark.parametrize(
    ("passed", "runs", "bar"),
    [(159, 375, 3_750), (337, 625, 5_000), (979, 1_375, 6_875), (3_871, 4_375, 8_750)],
)
def test_a_bar_that_the_bound_meets_exactly_is_cleared(passed: int, runs: int, bar: int) -> None:
    # z^2 * bar * (1 - bar) / runs is a square here: 337 of 625 at half is (0.5392 - 0.5)^2.
    assert lower_bound(passed, runs) == bar
    assert not clears(passed - 1, runs, bar)


def test_a_bar_of_all_is_cleared_by_no_number_of_runs() -> None:
    assert not clears(INTEGER_MAX, INTEGER_MAX, 10_000)


def test_a_pass_rate_that_only_equals_the_bar_does_not_clear_it() -> None:
    assert not clears(9 * 10**17, 10**18, 9_000)


def test_scorecards_are_read_in_order() -> None:
    other = {**ROW, "model": "p:n", "passed": 0, "runs": 1}
    read = parse([ROW, other])
    assert isinstance(read, Success)
    assert read.unwrap()[0] == CARD
    assert [card.model for card in read.unwrap()] == ["p:m", "p:n"]
    assert parse([]) == Success(())


def test_scorecards_that_are_written_and_read_are_the_same_in_order_of_task_and_model() -> None:
    rows = [
        {**ROW, "task_class": "sum", "model": "a:a"},
        {**ROW, "model": "p:z"},
        {**ROW, "model": "p:b"},
    ]
    written = to_json(parse(rows).unwrap())
    assert written == [rows[2], rows[1], rows[0]]
    assert to_json(parse(written).unwrap()) == written


@pytest.mark.parametrize("raw", [None, {}, (ROW,), "rows", [ROW] * (CATALOG_MAX_ROWS + 1)])
def test_what_is_no_bounded_list_is_refused(raw: object) -> None:
    read = parse(raw)
    assert isinstance(read, Failure)
    assert (read.failure().code, read.failure().field) == ("invalid_scorecards", "")
    assert read.failure().message.startswith("expected a list of at most 100000 rows, got ")


def test_a_task_class_and_model_stand_in_one_row_only() -> None:
    read = parse([ROW, {**ROW, "model": "p:n"}, {**ROW, "runs": 200}])
    assert isinstance(read, Failure)
    assert read.failure() == InvalidField(
        "scorecards", "[2]", "this task class and model stand in an earlier row already"
    )


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"task_class": None}, "[1].task_class"),
        ({"task_class": ""}, "[1].task_class"),
        ({"task_class": "x" * 257}, "[1].task_class"),
        ({"model": 5}, "[1].model"),
        ({"model": "x" * 513}, "[1].model"),
        ({"runs": 0}, "[1].runs"),
        ({"runs": True}, "[1].runs"),
        ({"runs": 2**63}, "[1].runs"),
        ({"runs": 1.0}, "[1].runs"),
        ({"passed": -1}, "[1].passed"),
        ({"passed": None}, "[1].passed"),
        ({"passed": 101}, "[1].passed"),
        ({"as_of": "2026-01-31"}, "[1].as_of"),
        ({"as_of": None}, "[1].as_of"),
        ({"failed": 5}, "[1].failed"),
        ({7: 5}, "[1].7"),
    ],
)
def test_a_malformed_row_is_named_with_its_field(change: dict[object, object], field: str) -> None:
    read = parse([ROW, {**ROW, "model": "p:n", **change}])
    assert isinstance(read, Failure)
    assert (read.failure().code, read.failure().field) == ("invalid_scorecards", field)


@pytest.mark.parametrize("name", sorted(ROW))
def test_every_field_is_required(name: str) -> None:
    read = parse([{key: value for key, value in ROW.items() if key != name}])
    assert isinstance(read, Failure)
    assert read.failure().field == f"[0].{name}"


def test_a_row_that_is_no_object_is_named() -> None:
    read = parse([ROW, 3])
    assert isinstance(read, Failure)
    assert (read.failure().field, read.failure().message) == ("[1]", "expected an object, got 3")


def test_more_passes_than_runs_are_refused_with_both_counts() -> None:
    read = parse([{**ROW, "passed": 101}])
    assert isinstance(read, Failure)
    assert read.failure().message == "expected 0 to runs, which are 100, got 101"
