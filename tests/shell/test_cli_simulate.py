"""``mimir simulate``: a store in, a table, JSON and a report out."""

import html
import json
import os
import sys
from html.parser import HTMLParser
from io import StringIO

import pytest

from mimir.core.canonical import encode
from mimir.core.money import Femtodollars
from mimir.core.policy import Policy
from mimir.core.review.effect import Effect, Flow
from mimir.core.review.simulate import NewRules, Simulation
from mimir.core.vocabulary import EntryId
from mimir.shell import _files
from mimir.shell.cli import progress
from mimir.shell.cli.main import main
from mimir.shell.cli.simulating.plots import cost_plot, moved_plot
from mimir.shell.cli.simulating.report import as_html
from mimir.shell.cli.simulating.text import Refused, Row, Run, as_json, as_text, rows
from mimir.shell.store import StoreRefused

ENTRY = '[[entry]]\nid = "{0}"\nmodel = "house:{0}"\nlane = "house"\nruntime = "managed"\n'
RATES = {
    "house:cheap": {"input": 1_000_000, "output": 0},
    "house:dear": {"input": 3_000_000, "output": 0},
}
WANTED = {
    "budget_ceiling_microdollars": 50_000,
    "latency_tolerance_ms": 1_000,
    "expected_tokens": {"in": 1_000, "out": 100},
}
HOSTILE = "</title><script>alert(1)</script>\"'&\x1b[31m"
DEAR = '{"allowed_models": ["house:dear"]}'
TABLE = """\
3 decisions under new rules (policy): 3 moved (100.00 %), 0 newly without a candidate
cost of the 3 placed both times at a known cost: $0.003 before, $0.009 after, +$0.006

class  decisions  moved     share  newly none  newly placed  before   after    delta  uncompared
chat           2      2  100.00 %           0             0  $0.002  $0.006  +$0.004           0
plan           1      1  100.00 %           0             0  $0.001  $0.003  +$0.002           0
all            3      3  100.00 %           0             0  $0.003  $0.009  +$0.006           0

from   to    decisions
cheap  dear          3
"""
EMPTY_TAGS = {"meta"}


@pytest.fixture
def files(tmp_path, monkeypatch):
    """Work in a folder with a store of three decisions, two of them of one class."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "catalog.toml").write_text(ENTRY.format("cheap") + ENTRY.format("dear"))
    (tmp_path / "rates.json").write_text(json.dumps(RATES))
    (tmp_path / "dear.json").write_text(DEAR)
    for task in ("chat", "chat", "plan"):
        place(tmp_path, task)
    return tmp_path


def place(folder, task):
    (folder / "wanted.json").write_text(json.dumps({**WANTED, "task_class": task}))
    given = ("catalog", "catalog.toml"), ("rates", "rates.json"), ("descriptor", "wanted.json")
    argv = [word for name, file in given for word in (f"--{name}", file)]
    assert main(["place", *argv, "--store", "store"]) == 0


@pytest.fixture
def run(files, capsys):
    """Run the command on the store: the exit code, the output and the errors."""
    capsys.readouterr()

    def simulate(*more, store="store"):
        code = main(["simulate", "--store", str(store), *map(str, more)])
        return code, *capsys.readouterr()

    return simulate


def test_a_policy_moves_every_decision(run):
    code, out, err = run("--policy", "dear.json")
    assert (code, err) == (0, "")
    assert out == TABLE


def test_the_same_rules_move_nothing(run):
    code, out, _ = run("--ranker", "cheapest_first", "--catalog", "catalog.toml")
    assert code == 0
    assert "3 decisions under new rules (catalog, ranker): 0 moved (0.00 %)" in out
    assert "from" not in out


def test_json_has_the_exact_costs_and_the_moves(run):
    code, out, _ = run("--policy", "dear.json", "--json")
    document = json.loads(out)
    assert code == 0
    assert document["changed"] == ["policy"]
    assert document["total"] == {
        "decisions": 3,
        "moved": 3,
        "kept": 0,
        "newly_without_candidate": 0,
        "newly_placed": 0,
        "compared": 3,
        "uncompared": 0,
        "cost_before_femtodollars": "3000000000000",
        "cost_after_femtodollars": "9000000000000",
        "cost_delta_femtodollars": "6000000000000",
        "moves": [{"from": "cheap", "to": "dear", "decisions": 3}],
        "moves_not_listed": 0,
    }
    assert document["task_classes"]["plan"]["decisions"] == 1
    assert (document["records"], document["unpriced"]) == (3, [])
    assert document["not_simulated"] == {"reasons": {}, "first": []}


def test_rates_and_an_overlay_quote_again(run, files):
    dearer = {**RATES, "house:cheap": {"input": 4_000_000, "output": 0}}
    (files / "new.json").write_text(json.dumps(dearer))
    code, out, _ = run("--rates", "new.json")
    assert code == 0
    assert "3 decisions under new rules (prices): 3 moved (100.00 %)" in out
    code, out, _ = run("--reprice")
    assert code == 0
    assert "without a price in some decisions: house:cheap, house:dear" in out
    assert out.splitlines()[-3].split()[0] == "all"


def test_something_must_change(run):
    assert run() == (
        2,
        "",
        "mimir: nothing changes: give a policy, a catalog, a ranker or prices\n",
    )


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (["--policy", "none.json"], "none.json: no such file or directory"),
        (["--catalog", "none.toml"], "none.toml: no such file or directory"),
        (["--rates", "none.json"], "none.json: no such file or directory"),
        (["--overlay", "none.toml"], "none.toml"),
        (["--policy", "dear.json", "--html", "none/r.html"], "none/r.html: no such file"),
        (["--policy", "dear.json", "--html", "store"], "store: is a directory"),
        (["--policy", "dear.json", "--html", "a\0b"], "is no name of a file"),
        (["--policy", "dear.json", "--html", "/dev/null"], "/dev/null: is no regular file"),
        (["--ranker", "best"], "expected one of"),
    ],
)
def test_bad_input_is_one_line(run, files, argv, said):
    code, out, err = run(*argv)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert said in err
    assert not list(files.rglob("*.tmp"))


@pytest.mark.parametrize(
    ("store", "said"),
    [
        ("none", "none: no such file or directory"),
        ("a\0b", "is no name of a folder"),
        ("dear.json", "not a directory"),
    ],
)
def test_a_store_that_cannot_be_read_is_one_line(run, store, said):
    code, out, err = run("--policy", "dear.json", store=store)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert said in err


def test_a_store_without_records_is_bad_input(run, files):
    (files / "empty").mkdir()
    (files / "empty" / "other.json").write_text("{}")
    code, out, err = run("--policy", "dear.json", store="empty")
    assert (code, out, err) == (2, "", "mimir: empty: holds no records\n")


def test_records_that_cannot_be_read_are_counted_and_the_rest_is_simulated(run, files):
    store = files / "store"
    for at in range(6):  # no id of a decision has a 0: these go first
        (store / f"rd_0{at}.json").write_text("no JSON\x1b")
    (store / "rd_late.json").write_text('{"schema": 9}')
    first = min(store.glob("rd_*.json"), key=lambda path: len(path.read_bytes()) < 1_000)
    record = json.loads(first.read_bytes())
    record["inputs"] = None
    first.write_bytes(encode(record).unwrap())
    code, out, _ = run("--policy", "dear.json", "--html", "report.html")
    assert code == 1
    assert out.startswith("2 decisions under new rules (policy)")
    assert "not simulated: 1 not_sealed, 6 store_refused, 1 unknown_schema\n  rd_00: " in out
    assert out.count("is no JSON") == 5
    assert "\x1b" not in out
    report = (files / "report.html").read_text(encoding="utf-8")
    assert "Not simulated: 6 records, store_refused." in report
    code, out, _ = run("--policy", "dear.json", "--json")
    assert code == 1
    document = json.loads(out)
    left_out = document["not_simulated"]
    assert left_out["reasons"] == {"not_sealed": 1, "store_refused": 6, "unknown_schema": 1}
    assert [one["record"] for one in left_out["first"]] == [f"rd_0{at}" for at in range(5)]
    assert document["records"] == 10 == document["total"]["decisions"] + 8


def test_inputs_that_are_missing_or_damaged_leave_their_records_out(run, files):
    store = files / "store"
    records = [json.loads(path.read_bytes()) for path in sorted(store.glob("rd_*.json"))]
    plan = next(one for one in records if one["descriptor"]["task_class"] == "plan")
    chat = next(one for one in records if one["descriptor"]["task_class"] == "chat")
    input_of(store, plan, "descriptor").unlink()
    input_of(store, chat, "descriptor").write_text("{}")
    code, out, err = run("--policy", "dear.json")
    assert (code, err) == (1, "")
    assert out.startswith("0 decisions under new rules (policy): 0 moved (0.00 %)")
    assert "not simulated: 2 damaged_input, 1 missing_input" in out


def test_a_record_that_was_changed_is_in_no_figure_and_named(run, files):
    first = sorted((files / "store").glob("rd_*.json"))[0]
    record = json.loads(first.read_bytes())
    record["verdict"]["entry_id"] = "dear"
    first.write_bytes(encode(record).unwrap())
    code, out, _ = run("--policy", "dear.json", "--html", "report.html")
    assert code == 1
    assert out.startswith("2 decisions under new rules (policy): 2 moved")
    said = "says another entry or cost than its inputs give; see mimir replay"
    assert out.endswith(f"not simulated: 1 drift\n  {first.stem}: {said}\n")
    report = (files / "report.html").read_text(encoding="utf-8")
    assert "Not simulated: 1 records, drift." in report
    assert main(["replay", first.stem, "--store", "store"]) == 1


def test_a_copy_of_a_record_does_not_count_twice(run, files):
    first = sorted((files / "store").glob("rd_*.json"))[0]
    (files / "store" / "rd_copy.json").write_bytes(first.read_bytes())
    code, out, _ = run("--policy", "dear.json")
    assert code == 1
    assert out.startswith("3 decisions under new rules (policy): 3 moved")
    assert f"1 store_refused\n  rd_copy: store/rd_copy.json: is {first.stem} under another" in out


def input_of(store, record, kind):
    return store / "inputs" / f"{record['inputs'][kind].removeprefix('sha256:')}.json"


@pytest.mark.parametrize("at", [0, 1])
def test_a_folder_that_may_not_be_read_is_one_line(run, files, monkeypatch, at):
    calls, scan = [], os.scandir

    def refused(path):
        calls.append(path)
        if len(calls) > at:
            raise PermissionError(13, "Permission denied")
        return scan(path)

    monkeypatch.setattr(os, "scandir", refused)
    code, out, err = run("--policy", "dear.json", "--html", "report.html")
    assert (code, out, err) == (2, "", "mimir: store: permission denied\n")
    assert not (files / "report.html").exists()


def test_an_interrupt_leaves_no_report_and_no_half_of_one(run, files, monkeypatch):
    report = files / "report.html"
    report.write_text("yesterday")

    def interrupted(*_):
        raise KeyboardInterrupt

    for place_of in ("mimir.shell.cli.simulating.simulate.read_record", "pathlib.Path.replace"):
        with monkeypatch.context() as patched:
            patched.setattr(place_of, interrupted)
            code, out, err = run("--policy", "dear.json", "--html", "report.html")
        assert (code, out, err) == (130, "", "")
        assert report.read_text() == "yesterday"
        assert not list(files.glob(".*.tmp"))


def test_a_report_that_fails_late_takes_nothing_from_what_is_printed(run, files, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.replace", full)
    code, out, err = run("--policy", "dear.json", "--html", "report.html")
    assert (code, out, err) == (2, TABLE, "mimir: report.html: no space left on device\n")
    assert not list(files.glob("*report*"))
    assert not list(files.glob(".*.tmp"))


class Terminal(StringIO):
    """A standard error that says it is a terminal."""

    def isatty(self):
        return True


def test_progress_counts_records_on_a_terminal(run, monkeypatch):
    ticks = iter(range(1_000))
    monkeypatch.setattr(progress, "monotonic", lambda: next(ticks))
    monkeypatch.setattr(sys, "stderr", terminal := Terminal())
    assert run("--policy", "dear.json")[0] == 0
    drawings = terminal.getvalue().split("\r\x1b[K")
    assert drawings[3].startswith("[" + "#" * 30 + "] 100 %  3 records  ")
    assert drawings[-1] == ""


class Page(HTMLParser):
    """Looks at a page: every tag is closed in its order, and nothing is loaded."""

    def __init__(self, text):
        super().__init__()
        self.open, self.tags, self.words, self.attributes = [], [], [], []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs
        if tag not in EMPTY_TAGS:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.words.append(data)


def test_the_report_is_one_page_that_loads_nothing(run, files):
    code, _, _ = run("--policy", "dear.json", "--html", "report.html")
    text = (files / "report.html").read_text(encoding="utf-8")
    page = Page(text)
    assert code == 0
    assert {"h1", "table", "svg", "rect", "style"} <= set(page.tags)
    assert not {"script", "link", "img", "iframe", "a", "object"} & set(page.tags)
    assert not {"href", "src", "onload"} & {name for name, _ in page.attributes}
    assert "//" not in text
    assert "url(" not in text
    assert "@import" not in text
    assert {"+$0.006", "chat", "plan", "100.00 %"} <= set(page.words)


def test_an_existing_report_is_replaced_and_left_where_the_input_is_bad(run, files):
    report = files / "report.html"
    report.write_text("yesterday")
    assert run("--policy", "none.json", "--html", "report.html")[0] == 2
    assert report.read_text() == "yesterday"
    (files / "link.html").symlink_to("report.html")
    assert run("--policy", "dear.json", "--html", "link.html")[0] == 0
    assert report.read_text(encoding="utf-8").startswith("<!doctype html>")
    assert (files / "link.html").is_symlink()
    assert not list(files.glob(".*.tmp"))


def test_the_report_says_what_it_is_of(run, files):
    ranked = "--ranker", "weighted:latency=2", "--html", "report.html"
    assert run("--policy", "dear.json", "--rates", "rates.json", *ranked)[0] == 0
    text = (files / "report.html").read_text(encoding="utf-8")
    ranker = "ranker weighted:cost=0,latency=2,priority=0"
    assert f"store store, policy dear.json, rates rates.json, {ranker}<" in text
    assert run("--catalog", "catalog.toml", "--html", "report.html")[0] == 0
    text = (files / "report.html").read_text(encoding="utf-8")
    assert "store store, catalog catalog.toml<" in text


def test_the_report_can_be_read_without_seeing_the_plots(run, files):
    assert run("--policy", "dear.json", "--html", "report.html")[0] == 0
    text = (files / "report.html").read_text(encoding="utf-8")
    page = Page(text)
    assert {"chat: 100.00 %, 2 to another entry; plan: 100.00 %, 1 to another entry"} <= set(
        page.words
    )
    assert "chat: +$0.004; plan: +$0.002" in page.words
    ids = [value for name, value in page.attributes if name == "id"]
    used = [
        value for name, value in page.attributes if name in ("aria-labelledby", "aria-describedby")
    ]
    assert sorted(ids) == sorted(used)
    assert page.tags.count("desc") == 2
    headers = [value for name, value in page.attributes if name == "scope"]
    assert (headers.count("col"), headers.count("row")) == (13, 4)
    assert ("name", "viewport") in page.attributes
    assert "prefers-color-scheme: dark" in text


def effect(count=1, before=0, after=0, **flow):
    flows = {Flow(flow.get("source", EntryId("a")), flow.get("target", EntryId("b"))): count}
    costs = Femtodollars(before), Femtodollars(after)
    return Effect(flows=flows, compared=count, before=costs[0], after=costs[1])


def ran(classes, refused=None, unpriced=()):
    rules = NewRules(policy=Policy())
    return Run(Simulation(classes, unpriced), refused or Refused(), rules, (f"store {HOSTILE}",))


def test_hostile_texts_are_escaped_everywhere():
    refused = Refused()
    refused.add(HOSTILE, StoreRefused(HOSTILE, HOSTILE))
    hostile = effect(source=EntryId(HOSTILE), target=EntryId(HOSTILE + "2"), after=5)
    made = ran({HOSTILE: hostile}, refused, (HOSTILE,))
    text = as_html(made)
    page = Page(text)
    assert "script" not in page.tags
    assert "<script" not in text
    assert "\x1b" not in text + as_text(made)
    assert html.escape(HOSTILE.replace("\x1b", "\\x1b")) in text
    assert json.loads(as_json(made))["task_classes"].keys() == {HOSTILE}


def test_a_half_character_in_a_name_is_written_as_an_escape(tmp_path):
    text = as_html(ran({"\ud800": effect()}))
    assert "\\ud800" in text
    assert _files.replace(tmp_path / "r.html", text.encode()) is None


def test_what_is_past_the_bounds_is_added_up_and_counted():
    classes = {f"class {at:02}": effect(count=at + 1, after=1) for at in range(45)}
    shown = rows(ran(classes).simulation)
    assert (shown[0].name, shown[-1].name, len(shown)) == ("class 44", "5 others", 41)
    assert shown[-1].effect.decisions == 1 + 2 + 3 + 4 + 5
    flows = {Flow(EntryId("a"), EntryId(f"b{at}")): 1 for at in range(23)}
    made = ran({"chat": Effect(flows=flows)}, unpriced=tuple(f"house:{at}" for at in range(12)))
    assert "and 3 more moves" in as_text(made)
    assert "and 3 more moves" in as_html(made)
    assert "house:9 and 2 more" in as_text(made)
    assert "house:9 and 2 more." in as_html(made)
    assert json.loads(as_json(made))["total"]["moves_not_listed"] == 3


def test_the_plots_draw_what_moved_and_which_way_the_cost_went():
    flows = {
        Flow(EntryId("a"), EntryId("a")): 5,
        Flow(EntryId("a"), EntryId("b")): 2,
        Flow(EntryId("a"), None): 2,
        Flow(None, EntryId("b")): 1,
    }
    long = "a task class with a name that does not fit on the line"
    plot = moved_plot([Row(long, Effect(flows=flows))])
    assert f">a task class with a name that does not fit …<title>{long}</title>" in plot
    widths = {"rerouted": (0, 96), "unplaced": (96, 96), "placed": (192, 48)}
    for kind, (left, width) in widths.items():
        assert f'<rect class="{kind}" x="{left}" y="22" width="{width}"' in plot
    assert "50.00 %, 2 to another entry, 2 newly without a candidate, 1 newly placed<" in plot
    both = cost_plot([Row("up", effect(after=10**15)), Row("down", effect(before=10**9))])
    assert '<rect class="dearer" x="240" y="22" width="240"' in both
    assert '<rect class="saved" x="239" y="68" width="1"' in both
    assert "+$1.00<" in both
    assert "-$0.000001<" in both
    assert "dearer" not in cost_plot([Row("same", effect())])
    assert 'viewBox="0 0 480 46"' in cost_plot([])


def test_a_report_of_nothing_moved_says_so():
    page = as_html(ran({"chat": effect(target=EntryId("a"))}))
    assert "None did." in page
    assert "Notes" not in page
