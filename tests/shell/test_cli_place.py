"""``mimir place``: the main job on real input, and every kind of bad input."""

import io
import json
import sys

import pytest

from mimir.shell.cli.main import main

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
p50_latency_ms = 800

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
UNPRICED = "no price; ranks after every priced entry"
NO_PRICE = 'no price for model "house:new": neither a configured nor a listed row has one'


class Desk:
    """A folder with a catalog, rates and a descriptor, and the command on them."""

    def __init__(self, folder, capsys):
        self.folder, self.capsys = folder, capsys
        self.write("catalog.toml", ROWS)
        self.write("rates.json", json.dumps(RATES))
        self.write("wanted.json", json.dumps(WANTED))

    def write(self, name, text):
        path = self.folder / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return str(path)

    def path(self, name):
        return str(self.folder / name)

    def place(self, *more, catalog="catalog.toml", descriptor="wanted.json", rates="rates.json"):
        argv = ["place", "--catalog", self.path(catalog), "--descriptor", self.path(descriptor)]
        code = main([*argv, "--rates", self.path(rates), *more])
        seen = self.capsys.readouterr()
        return code, seen.out, seen.err


@pytest.fixture
def desk(tmp_path, capsys):
    return Desk(tmp_path, capsys)


def test_the_placement_and_every_verdict_are_shown_as_a_table(desk):
    code, out, err = desk.place()
    assert (code, err) == (0, "")
    assert out.splitlines()[:-1] == [
        "placed on small (model house:small, lane house, managed)",
        "why: capability match, cheapest viable",
        "",
        "entry  model        lane       p50 ms      cost  verdict  reason",
        "small  house:small  house         400  $0.00120  chosen",
        "big    house:big    house-big     800  $0.00375  ranked",
        "new    house:new    house           -         -  ranked   " + UNPRICED,
        "",
        "unpriced: house:new: " + NO_PRICE,
    ]
    assert out.splitlines()[-1].startswith("prices: ")


def test_excluded_entries_stand_last_with_their_reason_in_words(desk):
    wanted = {**WANTED, "latency_tolerance_ms": 500, "runtime_preference": "managed"}
    desk.write("wanted.json", json.dumps(wanted))
    code, out, _ = desk.place("--health", "house=down")
    assert code == 3
    assert "no candidate: every entry is excluded, for health, latency, runtime" in out
    assert "lane is down" in out
    assert "p50 of 800 ms is above 500 ms" in out
    assert "runs local, preferred is managed" in out


def test_a_cost_above_the_remaining_budget_is_told_in_dollars(desk):
    code, out, _ = desk.place("--remaining", "1199")
    assert code == 0
    assert "placed on new" in out
    assert "costs $0.0012, the cap is $0.001199" in out


def test_once_nothing_remains_an_entry_that_may_cost_is_excluded(desk):
    desk.write("wanted.json", json.dumps({**WANTED, "expected_tokens": None}))
    code, out, _ = desk.place("--remaining", "-2500000")
    assert code == 3
    assert "not known to be free, and -$2.50 remains" in out


def test_a_missing_capability_and_a_policy_are_told(desk):
    desk.write("wanted.json", json.dumps({**WANTED, "capabilities": ["vision", "tools"]}))
    policy = desk.write("policy.toml", 'allowed_models = ["house:small", "house:new"]')
    code, out, _ = desk.place("--policy", policy)
    assert code == 3
    assert "lacks vision" in out
    assert "the policy does not allow the model" in out


def test_a_policy_may_exclude_what_has_no_price(desk):
    policy = desk.write("policy.json", '{"unpriced": "exclude"}')
    code, out, _ = desk.place("--policy", policy)
    assert code == 0
    assert "no price, and the policy excludes such models" in out


def test_without_expected_tokens_the_input_rate_is_shown(desk):
    desk.write("wanted.json", json.dumps({**WANTED, "expected_tokens": None}))
    code, out, _ = desk.place()
    assert code == 0
    assert "input $/M" in out
    assert "$1.00" in out
    assert "why: capability match, cheapest by rate" in out


def test_only_unpriced_entries_are_placed_on_with_a_word_of_warning(desk):
    desk.write("rates.json", "{}")
    code, out, _ = desk.place()
    assert code == 0
    assert "why: capability match, only unpriced" in out


def test_a_lane_that_no_entry_is_on_is_noted(desk):
    code, out, _ = desk.place("--health", "hose=degraded", "--health", "hose=degraded")
    assert code == 0
    assert "no entry is on lane hose, whose state was given" in out


def test_a_probe_that_is_chosen_is_told_and_recorded(desk):
    policy = desk.write("policy.toml", 'allowed_models = ["house:small", "house:big"]')
    code, out, _ = desk.place("--policy", policy, "--probe", "house")
    assert code == 0
    assert "placed on small (model house:small, lane house, managed)" in out
    assert "why: capability match, probe first\nthis call tries lane house out\n" in out
    assert "lane may be probed" in out
    record = json.loads(desk.place("--json", "--policy", policy, "--probe", "house")[1])
    assert (record["snapshot"]["probes"], record["snapshot"]["degraded_lanes"]) == (
        ["house"],
        ["house"],
    )
    assert record["verdict"]["candidates"][0]["probe"] is True


def test_a_probe_that_is_dearer_than_the_rest_goes_first_unless_the_policy_says_no(desk):
    desk.write("wanted.json", json.dumps({**WANTED, "budget_ceiling_microdollars": 9_000}))
    code, out, _ = desk.place("--probe", "house-big")
    assert (code, out.splitlines()[0]) == (
        0,
        "placed on big (model house:big, lane house-big, managed)",
    )
    policy = desk.write("policy.toml", "probe_first = false")
    code, out, _ = desk.place("--probe", "house-big", "--policy", policy)
    assert code == 0
    assert out.startswith("placed on small ")
    assert "tries lane" not in out
    assert "lane may be probed" in out


def test_a_probing_lane_that_another_call_tries_out_is_not_placed_on(desk):
    code, out, _ = desk.place("--health", "house=probing", "--health", "house-big=ok")
    assert code == 0
    assert out.startswith("placed on big ")
    assert "lane is probing" in out


OUT = ("--health", "house=degraded", "--health", "house-big=held")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--wait", "house=1500"), "lane house is degraded, due in 1500 ms, at 20"),
        ((), "lane house is degraded, and nobody knows when it is due"),
    ],
)
def test_the_least_bad_lane_is_told_and_is_a_placement(desk, options, said):
    policy = desk.write("policy.toml", 'when_unhealthy = "least_bad"')
    code, out, _ = desk.place(*OUT, *options, "--policy", policy)
    assert code == 0
    assert out.startswith("placed on small ")
    assert f"why: capability match, least bad\nleast bad: {said}" in out


def test_that_no_lane_is_the_least_bad_is_told(desk):
    policy = desk.write("policy.toml", 'when_unhealthy = "least_bad"')
    held = ("--health", "house=held", "--health", "house-big=held")
    code, out, _ = desk.place(*held, "--policy", policy)
    assert code == 3
    assert "least bad: no lane that would do is degraded or probing" in out


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--wait", "house=1500"), "lane house is the first, due in 1500 ms, at 20"),
        (("--wait", f"house={2**63 - 1}"), f"lane house is the first, due in {2**63 - 1} ms\n"),
        ((), "nobody knows when a lane is due"),
    ],
)
def test_the_earliest_time_is_told_and_there_is_no_candidate(desk, options, said):
    policy = desk.write("policy.toml", 'when_unhealthy = "wait"')
    code, out, _ = desk.place(*OUT, *options, "--policy", policy)
    assert code == 3
    assert f"no candidate: every entry is excluded, for health\nwait: {said}" in out


def test_a_policy_that_fails_says_nothing_of_lanes(desk):
    code, out, _ = desk.place(*OUT, "--wait", "house=1500")
    assert code == 3
    assert "1500" not in out
    record = json.loads(desk.place("--json", *OUT)[1])
    assert record["verdict"]["unhealthy"] == {
        "rule": "fail",
        "lane": None,
        "wait_milliseconds": None,
    }


def test_the_record_is_printed_as_json(desk):
    code, out, err = desk.place("--json")
    record = json.loads(out)
    assert (code, err, record["schema"]) == (0, "", 3)
    assert record["verdict"]["entry_id"] == "small"
    assert record["descriptor"]["expected_tokens"] == {"in": 1_000, "out": 50}


def test_no_candidate_is_a_record_too_and_exits_3(desk):
    code, out, err = desk.place("--json", "--remaining", "0", "--health", "house=degraded")
    record = json.loads(out)
    assert (code, err) == (3, "")
    assert record["verdict"]["outcome"] == "no_candidate"
    assert record["snapshot"]["degraded_lanes"] == ["house"]


def test_the_descriptor_may_come_from_standard_input(desk, monkeypatch):
    stream = io.TextIOWrapper(io.BytesIO(json.dumps(WANTED).encode()))
    monkeypatch.setattr(sys, "stdin", stream)
    code = main(["place", "--catalog", desk.path("catalog.toml"), "--descriptor", "-"])
    assert code == 0
    assert "placed on" in desk.capsys.readouterr().out


def test_rates_may_be_toml(desk):
    desk.write("rates.toml", '["house:new"]\ninput = 1\noutput = 1\n')
    code, out, _ = desk.place(rates="rates.toml")
    assert code == 0
    assert "placed on new" in out


def test_control_characters_of_a_catalog_do_not_reach_the_terminal(desk):
    desk.write("catalog.toml", ROWS.replace('"small"', '"s\\u001b[31m\\u202e\u00e9"'))
    _, out, _ = desk.place()
    assert "\x1b" not in out
    assert "\u202e" not in out
    assert "s\\x1b[31m\\u202e\u00e9" in out


def row(**fields):
    given = {"id": '"a"', "model": '"p:m"', "lane": '"l"', "runtime": '"managed"', **fields}
    return "[[entry]]\n" + "".join(f"{key} = {value}\n" for key, value in given.items() if value)


BAD_CATALOGS = [
    ("", "is empty"),
    ("# nothing\n", "holds no [[entry]] table"),
    ("entry = []", "holds no [[entry]] table"),
    ('[entry]\nid = "a"', "entry: expected [[entry]] tables, got an object of 1 keys"),
    ("entry = 3", "entry: expected [[entry]] tables, got 3"),
    ("[[entries]]\n", "unknown key entries; a catalog has [[entry]] tables only"),
    (row() + "[meta]\n", "unknown key meta; a catalog has [[entry]] tables only"),
    ("entry = [3]", "row 0: expected an object, got 3 (rows count from 0)"),
    (row() + row(id='"b"', lane=None), "row 1: lane: required non-empty string, got null"),
    (row() + row(), 'row 1: id: "a" stands in row 0 already (rows count from 0)'),
    (
        row(p50_latency_ms='"400"'),
        'row 0: p50_latency_ms: expected integer of 0 or more, got "400"',
    ),
    (row(p50_latency_ms="nan"), "row 0: p50_latency_ms: expected integer of 0 or more, got NaN"),
    (row(p50_latency_ms="1" * 400), "row 0: p50_latency_ms: expected integer of 0 or more"),
    (row(priority="true"), "row 0: priority: expected integer or null, got true"),
    (row(runtime='"cloud"'), 'row 0: runtime: expected managed or local, got "cloud"'),
    (row(capabilities='["sing"]'), 'row 0: capabilities[0]: unknown capability: "sing"'),
    (row(id="2026-01-01"), "row 0: id: required non-empty string, got a date"),
    ("[[entry]", "is no TOML: "),
    (b"\x00\xff\xfe\x80binary", "is not UTF-8 at byte 1"),
    ("{}", "is no TOML: "),
]


@pytest.mark.parametrize(("content", "problem"), BAD_CATALOGS)
def test_a_bad_catalog_is_one_line_that_names_the_file_and_the_place(desk, content, problem):
    desk.write("catalog.toml", content)
    assert_refused(desk.place(), "catalog.toml", problem)


BAD_DESCRIPTORS = [
    ("", "is empty"),
    ("[]", "expected an object, got a list of 0 items"),
    ("null", "expected an object, got null"),
    ("{}", "task_class: required non-empty string, got null"),
    (json.dumps({**WANTED, "budget_ceiling_microdollars": True}), "budget_ceiling_microdollars: "),
    (json.dumps({**WANTED, "budget_ceiling_microdollars": "5"}), "budget_ceiling_microdollars: "),
    (json.dumps({**WANTED, "budget_ceiling_microdollars": 10**400}), "an integer of 1329 bits"),
    (json.dumps({**WANTED, "quality_bar": 0.9}), "quality_bar: expected basis points from 1 to "),
    (json.dumps({**WANTED, "task_class": "\ud800"}), "task_class: holds a lone surrogate"),
    ('{"task_class": NaN}', "holds NaN, which is no JSON, at line 1 column 16"),
    ('{"task_class": "a", "task_class": "b"}', 'holds the key "task_class" twice in one object'),
    ("[" * 5_000, "is nested deeper than 32 levels"),
    ("{", "is no JSON: "),
    (" " * (256 * 1024 + 1), "is larger than 262144 bytes"),
]


@pytest.mark.parametrize(("content", "problem"), BAD_DESCRIPTORS)
def test_a_bad_descriptor_is_one_line_that_names_the_file_and_the_field(desk, content, problem):
    desk.write("wanted.json", content)
    assert_refused(desk.place(), "wanted.json", problem)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("[]", "expected an object, got a list of 0 items"),
        ('{"house:small": {"input": 1}}', "house:small.output: "),
        ('{"house:small": {"input": true, "output": 1}}', "house:small.input: "),
        ('{"house:small": {"inptu": 1, "output": 1}}', "house:small.inptu: "),
        ("{", "is no JSON: "),
    ],
)
def test_bad_rates_are_one_line_that_names_the_model_and_the_rate(desk, content, problem):
    desk.write("rates.json", content)
    assert_refused(desk.place(), "rates.json", problem)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("[]", "expected an object, got a list of 0 items"),
        ('{"alowed_models": []}', "alowed_models: unknown key"),
        ('{"unpriced": "fre"}', "unpriced: expected one of free, last, exclude"),
        ("", "is empty"),
    ],
)
def test_a_bad_policy_is_one_line_that_names_the_key(desk, content, problem):
    policy = desk.write("policy.json", content)
    assert_refused(desk.place("--policy", policy), "policy.json", problem)


@pytest.mark.parametrize(
    ("more", "problem"),
    [
        (["--remaining", "1.5"], 'expected a whole number within 2^63 - 1, got "1.5"'),
        (["--remaining", "9" * 19], "expected a whole number within 2^63 - 1"),
        (["--remaining", "9" * 5_000], "got a string of 5000 characters"),
        (["--remaining", "\u0663"], "expected a whole number"),
        (["--remaining", ""], "expected a whole number"),
        (["--health", "openai"], 'expected LANE=STATE, got "openai"'),
        (["--health", "=ok"], "expected LANE=STATE"),
        (["--health", "openai="], "expected LANE=STATE"),
        (["--health", "a=ok", "--health", "a=down"], 'lane "a" is given two states'),
        (["--health", "\udcff"], "expected LANE=STATE"),
        (["--probe", ""], 'expected a lane, got ""'),
        (["--probe", "a" * 513], "expected a lane, got"),
        (["--probe", "a", "--health", "a=ok"], 'lane "a" is given two states'),
        (["--wait", "a"], 'expected LANE=N, N in milliseconds, got "a"'),
        (["--wait", "=5"], "expected LANE=N"),
        (["--wait", "a=-1"], "expected LANE=N"),
        (["--wait", "a=1.5"], "expected LANE=N"),
        (["--wait", "a=\u0663"], "expected LANE=N"),
        (["--wait", f"a={2**63}"], "expected LANE=N"),
        (["--wait", "a=1", "--wait", "a=2"], '--wait: lane "a" is given two waits'),
        (["--polcy", "x"], "unrecognized arguments: --polcy x"),
        (["stray"], "unrecognized arguments: stray"),
        (["--policy"], "expected one argument"),
        (["a\nb"], "unrecognized arguments: a\\nb"),
    ],
)
def test_a_bad_argument_is_one_line(desk, more, problem):
    assert_refused(desk.place(*more), problem)


def test_a_missing_file_is_one_line(desk):
    assert_refused(desk.place(catalog="none.toml"), "none.toml: no such file or directory")
    assert_refused(desk.place(descriptor="none.json"), "none.json: no such file or directory")
    assert_refused(desk.place(rates="none.json"), "none.json: no such file or directory")
    assert_refused(desk.place(catalog="."), "is a directory")


def test_a_missing_argument_is_one_line(desk, capsys):
    code = main(["place", "--catalog", "c.toml"])
    seen = capsys.readouterr()
    assert_refused((code, seen.out, seen.err), "arguments are required: --descriptor")


def assert_refused(answer, *parts):
    code, out, err = answer
    assert (code, out) == (2, "")
    assert err.startswith("mimir: ")
    assert err.endswith("\n")
    assert err[:-1].isprintable()
    assert len(err) < 600
    for part in parts:
        assert part in err
