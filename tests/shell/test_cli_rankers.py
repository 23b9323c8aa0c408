"""``mimir place`` with a ranker, scorecards, a quality bar and context windows."""

import json

import pytest

from mimir.core.ranker import CHEAPEST_FIRST, FASTEST_FIRST, Weighted
from mimir.shell.cli.main import main
from mimir.shell.cli.placing import rankers

ENTRY = """
[[entry]]
id = "{0}"
model = "house:{0}"
lane = "house"
runtime = "managed"
"""
ROWS = "".join(
    ENTRY.format(name) + more
    for name, more in (
        ("dear", "p50_latency_ms = 100\ncontext_window = 8192\n"),
        ("cheap", "p50_latency_ms = 900\n"),
        ("new", ""),
    )
)
RATES = {
    "house:cheap": {"input": 1_000_000, "output": 1_000_000},
    "house:dear": {"input": 3_000_000, "output": 3_000_000},
}
WANTED = {
    "task_class": "chat",
    "budget_ceiling_microdollars": 50_000,
    "latency_tolerance_ms": 1_000,
    "expected_tokens": {"in": 1_000, "out": 100},
}
CARDS = """
[[scorecard]]
task_class = "chat"
model = "house:dear"
passed = 95
runs = 100
as_of = "2026-01-31T00:00:00Z"

[[scorecard]]
task_class = "chat"
model = "house:cheap"
passed = 90
runs = 100
as_of = "2026-01-31T00:00:00Z"
"""
CARD = {
    "task_class": "chat",
    "model": "house:dear",
    "passed": 95,
    "runs": 100,
    "as_of": "2026-01-31T00:00:00Z",
}


@pytest.fixture
def place(tmp_path, capsys):
    """Run the command on the rows above; a keyword is a file and its content."""

    def run(*more, wanted=None, **texts):
        given = {
            "catalog": ("catalog.toml", ROWS),
            "rates": ("rates.json", json.dumps(RATES)),
            "descriptor": ("wanted.json", json.dumps({**WANTED, **(wanted or {})})),
            **texts,
        }
        argv = ["place"]
        for option, (name, text) in given.items():
            path = tmp_path / name
            path.write_text(text, encoding="utf-8")
            argv += [f"--{option}", str(path)]
        code = main([*argv, *more])
        seen = capsys.readouterr()
        return code, seen.out, seen.err

    return run


def order(out):
    return [line.split()[0] for line in out.splitlines()[4:7]]


def refused(answer, *parts):
    code, out, err = answer
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert err.startswith("mimir: ")
    for part in parts:
        assert part in err


@pytest.mark.parametrize(
    ("ranker", "expected", "why"),
    [
        ("cheapest_first", ["cheap", "dear", "new"], "cheapest viable"),
        ("fastest_first", ["dear", "cheap", "new"], "fastest viable"),
        ("weighted:cost=1", ["cheap", "dear", "new"], "least weighted"),
        ("weighted:cost=1,latency=3", ["dear", "cheap", "new"], "least weighted"),
        ("weighted:latency=1,priority=5,cost=0", ["dear", "cheap", "new"], "least weighted"),
        ("weighted:priority=1", ["dear", "cheap", "new"], "least weighted"),
    ],
)
def test_the_viable_entries_stand_as_the_ranker_says(place, ranker, expected, why):
    code, out, err = place("--ranker", ranker)
    assert (code, err, order(out)) == (0, "", expected)
    assert f"why: capability match, {why}\n" in out


def test_without_a_ranker_the_cheapest_goes_first(place):
    assert order(place()[1]) == order(place("--ranker", "cheapest_first")[1])


@pytest.mark.parametrize(
    ("ranker", "said"),
    [
        ("cheapest_first", "ranked   no price; ranks after every priced entry"),
        ("fastest_first", "ranked   no price; ranks after the priced entries that are as fast"),
        ("weighted:cost=1", "ranked   no price; ranks after the entries of which more is known"),
        ("weighted:priority=1", "ranked   no price"),
    ],
)
def test_what_no_price_means_is_told_by_the_ranker(place, ranker, said):
    lines = place("--ranker", ranker)[1].splitlines()
    assert next(line for line in lines if line.startswith("new")).endswith(said)


def test_a_ranker_is_read_as_its_value():
    assert rankers.ranker("cheapest_first") == CHEAPEST_FIRST
    assert rankers.ranker("fastest_first") == FASTEST_FIRST
    assert rankers.ranker("weighted:priority=7,cost=3") == Weighted(cost=3, priority=7)


@pytest.mark.parametrize(
    ("ranker", "problem"),
    [
        ("", "name: expected one of cheapest_first, fastest_first, weighted, got "),
        ("fastest", 'name: expected one of cheapest_first, fastest_first, weighted, got "fastest"'),
        ("weighted", "one of cost, latency, priority must be above 0"),
        ("weighted:", "expected NAME, or weighted:cost=3,latency=1, each weight once"),
        ("weighted:cost", 'each weight once, got "weighted:cost"'),
        ("weighted:cost=0", "one of cost, latency, priority must be above 0"),
        ("weighted:cost=1,cost=1", 'each weight once, got "weighted:cost=1,cost=1"'),
        ("weighted:name=weighted", "each weight once"),
        ("weighted:cost=-1", 'cost: expected integer of 0 or more, got "-1"'),
        ("weighted:cost=1.5", 'cost: expected integer of 0 or more, got "1.5"'),
        ("weighted:cost=", 'cost: expected integer of 0 or more, got ""'),
        ("weighted:cost=9223372036854775808", "cost: expected integer of 0 or more, at most 2^63"),
        (f"weighted:cost={'9' * 5_000}", "cost: expected integer of 0 or more"),
        ("weighted:cost=\u0663", "cost: expected integer of 0 or more"),
        ("weighted:speed=1", "speed: unknown key; weighted has name, cost, latency, priority"),
        ("fastest_first:cost=1", "cost: unknown key; fastest_first has name"),
    ],
)
def test_a_bad_ranker_is_one_line_that_names_the_weight(place, ranker, problem):
    refused(place("--ranker", ranker), "argument --ranker: ", problem)


def test_a_quality_bar_is_judged_by_the_scorecards(place):
    bar = {"quality_bar": 8_500}
    code, out, err = place(wanted=bar, scorecards=("cards.toml", CARDS))
    assert (code, err) == (0, "")
    assert out.startswith("placed on dear ")
    assert "excluded  90 of 100 passed: proves 82.56 %, the bar is 85.00 %" in out
    assert "excluded  no scorecard of this task class" in out


def test_scorecards_may_be_json_and_decide_nothing_without_a_bar(place):
    cards = ("cards.json", json.dumps([{**CARD, "passed": 0}]))
    assert place(scorecards=cards)[1] == place()[1]
    assert place(scorecards=("cards.json", "[]"))[1] == place()[1]


def test_a_bar_without_scorecards_has_no_candidate(place):
    code, out, err = place("--json", wanted={"quality_bar": 1})
    record = json.loads(out)
    assert (code, err) == (3, "")
    assert record["verdict"]["reasons"] == ["quality"]
    assert record["descriptor"]["quality_bar"] == 1
    assert record["verdict"]["candidates"][0]["reason"] == {
        "class": "quality",
        "detail": {"quality": "unknown", "bar": 1},
    }


@pytest.mark.parametrize("bar", [0, 10_001, 0.9, "9000", True])
def test_a_bad_bar_is_one_line_that_names_the_field(place, bar):
    answer = place(wanted={"quality_bar": bar})
    refused(answer, "wanted.json: quality_bar: expected basis points from 1 to 10000, got ")


def test_what_does_not_fit_into_the_context_is_told_in_tokens(place):
    code, out, _ = place(wanted={"expected_tokens": {"in": 8_000, "out": 193}})
    assert code == 0
    assert "excluded  8193 tokens expected, 8192 fit" in out
    _, fits, _ = place(wanted={"expected_tokens": {"in": 8_000, "out": 192}})
    assert "tokens expected" not in fits


@pytest.mark.parametrize(
    ("name", "text", "problem"),
    [
        ("c.toml", "", "is empty"),
        ("c.toml", "[[scorecard]", "is no TOML: "),
        (
            "c.toml",
            "[[card]]\n",
            "unknown key card; scorecards are a list, or [[scorecard]] tables",
        ),
        ("c.toml", "scorecard = 3", "scorecard: expected [[scorecard]] tables, got 3"),
        ("c.toml", "scorecard = [3]", "row 0: expected an object, got 3 (rows count from 0)"),
        (
            "c.toml",
            CARDS.replace("runs = 100", "runs = 9", 1),
            "row 0: passed: expected 0 to runs, which are 9, got 95 (rows count from 0)",
        ),
        (
            "c.toml",
            CARDS.replace("house:cheap", "house:dear"),
            "row 1: this task class and model stand in an earlier row already (rows count from 0)",
        ),
        (
            "c.toml",
            CARDS.replace('"2026-01-31T00:00:00Z"', "2026-01-31T00:00:00Z", 1),
            "row 0: as_of: expected a UTC instant such as 2026-01-31T12:00:00Z, got a datetime",
        ),
        ("c.json", "3", "expected a list of at most 100000 rows, got 3"),
        ("c.json", "{", "is no JSON: "),
        ("c.json", json.dumps([CARD, {**CARD, "run": 1}]), "row 1: run: unknown key; "),
        ("c.json", json.dumps([{**CARD, "passed": True}]), "row 0: passed: expected 0 to runs"),
    ],
)
def test_bad_scorecards_are_one_line_that_names_the_file_the_row_and_the_field(
    place, name, text, problem
):
    refused(place(scorecards=(name, text)), f"{name}: {problem}")


def test_scorecards_that_are_missing_are_one_line(place):
    refused(place("--scorecards", "none.toml"), "none.toml: no such file or directory")


def test_the_help_says_how_a_ranker_is_written(capsys):
    assert main(["place", "--help"]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "weighted:cost=3,latency=1" in said
    assert "cheapest_first, fastest_first, weighted" in said
    assert "[[scorecard]]" in said
