"""``mimir explain``: the table on real input, every phrase of it, and bad input."""

import json
import re

import pytest

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
from mimir.core.limits import INTEGER_MAX
from mimir.core.money import Femtodollars
from mimir.core.review.change import (
    AllowModel,
    Budget,
    Discount,
    DropCapabilities,
    LaneOk,
    PreferRuntime,
    Remaining,
    StateRate,
    Tolerance,
)
from mimir.core.review.explain import Lost
from mimir.core.review.margin import Margin, Shortfall
from mimir.shell.cli.main import main
from mimir.shell.cli.placing import explain_text

ROWS = """
[[entry]]
id = "small"
model = "house:small"
lane = "house"
runtime = "managed"
capabilities = ["tools"]
p50_latency_ms = 400

[[entry]]
id = "big"
model = "house:big"
lane = "house-big"
runtime = "managed"
capabilities = ["tools", "vision"]
p50_latency_ms = 1800

[[entry]]
id = "new"
model = "house:new"
lane = "house"
runtime = "local"
capabilities = ["tools"]
"""
RATES = {
    "house:small": {"input": 1_000_000, "output": 4_000_000},
    "house:big": {"input": 3_000_000, "output": 15_000_000},
}
WANTED = {
    "task_class": "chat",
    "budget_ceiling_microdollars": 5_000,
    "latency_tolerance_ms": 1_000,
    "capabilities": ["tools"],
    "expected_tokens": {"in": 1_000, "out": 50},
}


class Desk:
    """A folder with a catalog, rates and a descriptor, and the command on them."""

    def __init__(self, folder, capsys):
        self.folder, self.capsys = folder, capsys
        self.write("catalog.toml", ROWS)
        self.write("rates.json", json.dumps(RATES))
        self.wants()

    def write(self, name, text):
        (self.folder / name).write_text(text, encoding="utf-8")

    def wants(self, **changes):
        self.write("wanted.json", json.dumps({**WANTED, **changes}))

    def run(self, *more):
        files = {
            "--catalog": "catalog.toml",
            "--descriptor": "wanted.json",
            "--rates": "rates.json",
        }
        named = [word for option, name in files.items() for word in (option, self.folder / name)]
        code = main(["explain", *map(str, named), *more])
        out, err = self.capsys.readouterr()
        return code, re.sub("^prices: .*$", "prices: ...", out, flags=re.MULTILINE), err


@pytest.fixture
def desk(tmp_path, capsys):
    return Desk(tmp_path, capsys)


def test_it_explains_every_entry(desk) -> None:
    code, out, err = desk.run()
    assert (code, err) == (0, "")
    assert out == (
        "placed on small (model house:small, lane house, managed)\n"
        "why: capability match, cheapest viable\n"
        "\n"
        "entry  rank  why not                             would be chosen with\n"
        "small     1\n"
        "new       2  cost unknown, unlike that of small  a budget of 1 microdollar\n"
        "                                                 1 microdollar remaining\n"
        "                                                 a tolerance of 1 ms\n"
        "                                                 runtime local\n"
        "                                                 a price of at most $1.142857/M tokens\n"
        "big     (2)  needs to be 800 ms faster           no single change\n"
        "\n"
        "not beaten in cost, latency and score: small ($0.0012, 400 ms, no score)\n"
        'unpriced: house:new: no price for model "house:new": neither a configured nor a listed row'
        " has one\n"
        "prices: ...\n"
    )


def test_no_candidate_is_explained_too(desk) -> None:
    code, out, err = desk.run("--health", "house=degraded")
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert lines[0].startswith("no candidate: every entry is excluded, for health, latency")
    assert "not beaten" not in out
    assert re.search(
        r"^small +\(1\) +needs a lane that is ok, not degraded +lane house ok$", out, re.M
    )
    assert re.search(r"^big +\(1\) +needs to be 800 ms faster +a tolerance of 1.8 s$", out, re.M)


def test_without_expected_tokens_costs_are_those_of_a_million_tokens_in(desk) -> None:
    desk.wants(expected_tokens=None, latency_tolerance_ms=5_000)
    _, out, _ = desk.run()
    assert re.search(r"^big +2 +\$2.00/M dearer than small +66.6667 % off its rates$", out, re.M)
    assert "small ($1.00/M, 400 ms, no score)" in out


def test_bad_input_is_one_line_and_2(desk) -> None:
    desk.write("catalog.toml", "[[entry]]\n")
    code, out, err = desk.run()
    assert (code, out) == (2, "")
    assert err.startswith("mimir: ")
    assert err.count("\n") == 1
    assert desk.run("--health", "a=ok", "--health", "a=degraded")[0] == 2


@pytest.mark.parametrize(
    ("short", "said"),
    [
        (Shortfall(MissingCapabilities(("tools", "vision")), None), "tools, vision"),
        (Shortfall(ContextTooSmall(9, 8), Margin(1, "tokens")), "room for 1 more token"),
        (Shortfall(BelowQualityBar(9, 8, 7, 6), Margin(512, "basis_points")), "5.12 % more proven"),
        (Shortfall(QualityUnknown(9), None), "a scorecard"),
        (Shortfall(ModelNotAllowed(), None), "the model to be allowed"),
        (Shortfall(ModelUnpriced(), None), "a price"),
        (Shortfall(OtherRuntime("local"), None), "to run local"),
        (Shortfall(LaneNotOk("a\x1b"), None), "a lane that is ok, not a\\x1b"),
        (Shortfall(TooSlow(9), Margin(1_200, "milliseconds")), "to be 1.2 s faster"),
        (
            Shortfall(TooExpensive(Femtodollars(9), 0), Margin(420, "microdollars")),
            "to cost 420 microdollars less",
        ),
        (
            Shortfall(TooExpensive(None, 0), Margin(1, "microdollars")),
            "1 microdollar more to spend",
        ),
    ],
    ids=lambda value: type(value.reason).__name__ if isinstance(value, Shortfall) else "said",
)
def test_every_shortfall_says_what_it_needs(short, said) -> None:
    assert explain_text.needed(short) == said


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (Budget(2), "a budget of 2 microdollars"),
        (Remaining(1), "1 microdollar remaining"),
        (Tolerance(1_000), "a tolerance of 1 s"),
        (DropCapabilities(("tools", "vision")), "no need of tools, vision"),
        (PreferRuntime("any"), "runtime any"),
        (AllowModel("p:m\n"), "model p:m\\n allowed"),
        (LaneOk("l\n"), "lane l\\n ok"),
        (Discount("p:m", 123_400), "12.34 % off its rates"),
        (StateRate("p:m", 250_000), "a price of at most $0.25/M tokens"),
        (StateRate("p:m", INTEGER_MAX), "a price, whatever it is"),
    ],
    ids=lambda value: value if isinstance(value, str) else value.name,
)
def test_every_change_is_said(change, said) -> None:
    assert explain_text.altered(change) == said


@pytest.mark.parametrize(
    ("lost", "said"),
    [
        (Lost("a\n", "cost", 25 * 10**11), "$0.0025 dearer than a\\n"),
        (Lost("a", "cost", None), "cost unknown, unlike that of a"),
        (Lost("a", "latency", 30), "30 ms slower than a"),
        (Lost("a", "priority", 5), "5 later in priority than a"),
        (Lost("a", "weighted_sum", 5), "weighs more than a"),
        (Lost("a", "weighted_sum", None), "what the weights count unknown, unlike that of a"),
        (Lost("a", "catalog_order", None), "equal to a, and later in the catalog"),
    ],
    ids=lambda value: value if isinstance(value, str) else value.by,
)
def test_every_way_to_lose_is_said(lost, said) -> None:
    assert explain_text.beaten(lost, by_rate=False) == said


def test_a_record_that_says_something_else_is_told(desk) -> None:
    store = desk.folder / "store"
    names = {"catalog": "catalog.toml", "descriptor": "wanted.json", "rates": "rates.json"}
    files = [word for name, file in names.items() for word in (f"--{name}", desk.folder / file)]
    assert main(["place", *map(str, files), "--store", str(store)]) == 0
    desk.capsys.readouterr()
    (record,) = store.glob("rd_*.json")
    whole = record.read_text(encoding="utf-8")
    assert main(["explain", str(record), "--store", str(store)]) == 0
    explained = desk.capsys.readouterr().out
    record.write_text(whole.replace('"entry_id":"small"', '"entry_id":"big"'), encoding="utf-8")
    assert main(["explain", record.stem, "--store", str(store)]) == 1
    told = 'verdict.entry_id: recorded "big", derived "small"'
    said = f"the record says something else than its inputs give: {told}\n"
    assert desk.capsys.readouterr() == (explained + said, "")


def test_what_the_policy_made_of_lanes_that_are_out_is_told(desk) -> None:
    desk.write("policy.toml", 'when_unhealthy = "wait"')
    policy = ("--policy", str(desk.folder / "policy.toml"))
    code, out, err = desk.run("--health", "house=degraded", "--wait", "house=1500", *policy)
    assert (code, err) == (0, "")
    assert "wait: lane house is the first, due in 1500 ms, at 20" in out


def test_that_a_lane_is_tried_out_is_told(desk) -> None:
    code, out, _ = desk.run("--probe", "house")
    assert code == 0
    assert "why: capability match, probe first\nthis call tries lane house out\n" in out
