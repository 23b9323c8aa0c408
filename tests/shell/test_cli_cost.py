"""``mimir cost``: a log's sums, what could not be priced, and every kind of bad input."""

import io
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from mimir.core.pricing import cost_json
from mimir.core.pricing import tally as tallies
from mimir.shell.cli import progress
from mimir.shell.cli.main import main
from mimir.shell.cli.pricing import cost
from mimir.shell.cli.progress import Progress, drawn

RATES = {
    "house:a": {"input": 2_000_000, "output": 8_000_000},
    "house:b": {"input": 1, "output": 1, "web_searches": 10_000_000_000},
}


@pytest.fixture
def log(tmp_path):
    """Write a log and give the arguments that price it."""
    (tmp_path / "rates.json").write_text(json.dumps(RATES))

    def write(*lines, name="log.jsonl"):
        path = tmp_path / name
        texts = [item if isinstance(item, str) else json.dumps(item) for item in lines]
        path.write_text("\n".join(texts))
        return [str(path), "--prices", str(tmp_path / "rates.json")]

    return write


def call(model="house:a", *, used=None, **more):
    """Make a line."""
    return {"model": model, "usage": used or {"input_tokens": 10}, **more}


def words(out):
    """Split what was printed into words, line by line."""
    return [line.split() for line in out.splitlines()]


def test_groups_are_summed_exactly_the_dearest_first(capsys, log):
    lines = [call("house:b"), call(), call(used={"input_tokens": 1, "output_tokens": 3})]
    assert main(["cost", *log(*lines, "", call("house:b"))]) == 0
    seen = capsys.readouterr()
    assert seen.err == ""
    rows = words(seen.out)
    header = ["model", "lines", "input", "tokens", "output", "tokens", "US", "dollars"]
    assert rows[0] == header
    assert rows[1] == ["house:a", "2", "11", "3", "0.00004600000"]
    assert rows[2] == ["house:b", "2", "20", "0", "0.00000000002"]
    assert rows[3] == ["total", "4", "31", "3", "0.00004600002"]
    assert "0.00004600002 US dollars exactly, 46 microdollars" in seen.out
    assert "prices: the configuration" in seen.out
    assert "not priced" not in seen.out


def test_groups_of_time_stand_in_its_order(capsys, log):
    days = ["2026-01-02", "2026-01-03", "2026-01-01"]
    calls = [
        call(used={"input_tokens": count}, at=f"{day}T00:00:00Z") for count, day in enumerate(days)
    ]
    assert main(["cost", *log(*calls, call(), call("house:b")), "--by", "day,model"]) == 0
    rows = words(capsys.readouterr().out)
    assert rows[0][:3] == ["day", "model", "lines"]
    assert [row[0] for row in rows[1:7]] == ["-", "-", *sorted(days), "total"]


def test_what_could_not_be_priced_is_listed_by_reason(capsys, log):
    lines = [call(), call("house:none"), "{", call(tier="batch"), call("house:none"), "\x1b"]
    assert main(["cost", *log(*lines)]) == 1
    out = capsys.readouterr().out
    assert "\x1b" not in out
    assert words(out)[2][:2] == ["total", "1"]
    shown = out.partition("not priced: 5 lines, by reason:\n")[2]
    assert "unknown_model, 2 lines, first is line 2: no price for model" in shown
    assert "line_not_json, 1 line, first is line 3: the line is no JSON" in shown
    assert "missing_rate, 1 line, first is line 4: no rate for input_tokens" in shown
    assert json.dumps(lines[1]) in shown


def test_json_has_groups_total_and_reasons(capsys, log):
    used = {"input_tokens": 1, "output_images": 1}
    argv = ["cost", *log(call(), call(used={"web_search": 1}), call("house:b", used=used))]
    assert main([*argv, "--json"]) == 1
    document = json.loads(capsys.readouterr().out)
    assert document["by"] == ["model"]
    assert document["groups"] == [
        {
            "group": {"model": "house:a"},
            "lines": 1,
            "input_tokens": 10,
            "output_tokens": 0,
            "femtodollars": "20000000000",
            "microdollars": 20,
            "partial": False,
        }
    ]
    assert cost_json.parse(document["total"]).unwrap().microdollars == 20
    assert document["lines"] == 1
    assert document["unpriced"]["lines"] == 2
    first, second = document["unpriced"]["reasons"]
    assert (first["code"], first["lines"], first["first_line"]) == ("invalid_usage", 1, 2)
    assert first["message"].startswith("usage.web_search: unknown count")
    assert json.loads(first["example"]) == call(used={"web_search": 1})
    assert second["code"] == "missing_rate"


def test_a_lower_bound_is_an_answer_and_marked(capsys, log):
    argv = ["cost", *log(call(used={"input_tokens": 1, "output_images": 1}), call("house:b"))]
    assert main([*argv, "--on-missing", "partial"]) == 0
    out = capsys.readouterr().out
    assert words(out)[1][-3:] == ["0.00000200000", "or", "more"]
    assert words(out)[2][-1] == "0.00000000001"
    assert "at least 0.00000200001 US dollars" in out
    assert "missing: no rate for output_images" in out


def test_a_log_comes_from_standard_input_too(capsys, log, monkeypatch):
    argv = log(call(), call())
    assert main(["cost", *argv]) == 0
    from_file = capsys.readouterr().out
    content = Path(argv[0]).read_bytes()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))
    assert main(["cost", "-", *argv[1:]]) == 0
    assert capsys.readouterr().out == from_file


def test_an_empty_log_costs_nothing(capsys, log):
    assert main(["cost", *log()]) == 0
    assert words(capsys.readouterr().out)[1] == ["total", "0", "0", "0", "0.00"]


def test_a_provider_s_own_form_is_read(capsys, log):
    used = {"prompt_tokens": 9, "completion_tokens": 1, "total_tokens": 10}
    argv = ["cost", *log(call(used=used)), "--format", "openai_chat", "--json"]
    assert main(argv) == 0
    assert json.loads(capsys.readouterr().out)["total"]["microdollars"] == 9 * 2 + 8


def test_a_price_book_is_read(capsys, log, tmp_path):
    book = tmp_path / "book.toml"
    text = '[[rates]]\nmodel = "house:c"\ninput_cost_per_token = "1e-06"\n'
    book.write_text(text + "output_cost_per_token = 0\nvalid_until = 2026-02-01\n")
    lines = [call("house:c", at=f"2026-0{month}-01T00:00:00Z") for month in (1, 2)]
    assert main(["cost", *log(*lines), "--overlay", str(book), "--json"]) == 1
    document = json.loads(capsys.readouterr().out)
    assert document["total"]["microdollars"] == 10
    assert document["unpriced"]["lines"] == 1


def test_lines_that_are_too_long_or_no_utf_8_are_named(capsys, log):
    argv = log(call())
    path = Path(argv[0])
    path.write_bytes(path.read_bytes() + b"\n\xff\n" + b"x" * (1024 * 1024 + 1) + b"\n")
    assert main(["cost", *argv]) == 1
    out = capsys.readouterr().out
    assert "line_not_utf8, 1 line, first is line 2: the line is not UTF-8" in out
    assert "line_too_long, 1 line, first is line 3: the line is longer than 1048576 bytes" in out


def test_many_reasons_are_cut_off_and_said_so(capsys, log):
    assert main(["cost", *log(*(call(f"x:{number}") for number in range(25)))]) == 1
    assert "and 5 more reasons; --json lists them" in capsys.readouterr().out


def test_groups_past_their_bound_are_added_up_as_others(capsys, log, monkeypatch):
    monkeypatch.setattr(tallies, "GROUPS_MAX", 1)
    days = [call(at=f"2026-01-0{day}T00:00:00Z") for day in (1, 2, 3)]
    argv = ["cost", *log(*days), "--by", "day,model"]
    assert main(argv) == 0
    out = capsys.readouterr().out
    assert words(out)[2][:2] == ["(others)", "2"]
    assert "those past that are added up as (others)" in out
    assert main([*argv, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["groups"][1]["group"] is None


@pytest.mark.parametrize(
    ("argv", "part"),
    [
        (["no-such-file.jsonl"], "no-such-file.jsonl: no such file"),
        (["."], "is a directory"),
        (["a\0b"], "cannot be opened"),
        (["x", "--by", "colour"], "expected some of model, provider, day"),
        (["x", "--by", "day,day"], "each once"),
        (["x", "--by", ""], "expected some of"),
        (["x", "--format", "word"], "--format"),
        (["x", "--on-missing", "guess"], "--on-missing"),
        (["x", "--overlay", "none.toml"], "none.toml"),
        (["x", "--prices", "none.toml"], "none.toml: no such file"),
        ([], "LOG"),
    ],
)
def test_bad_input_is_one_line_and_exit_code_2(capsys, argv, part):
    assert main(["cost", *argv]) == 2
    seen = capsys.readouterr()
    assert seen.out == ""
    assert part in seen.err
    assert seen.err.count("\n") == 1


def test_a_closed_standard_input_is_one_line_and_exit_code_2(capsys, monkeypatch):
    monkeypatch.setattr(sys, "stdin", None)
    assert main(["cost", "-"]) == 2
    assert capsys.readouterr().err == "mimir: standard input: is closed\n"


def test_help_says_what_a_line_is(capsys):
    assert main(["cost", "--help"]) == 0
    out = capsys.readouterr().out
    assert '{"model": "openai:gpt-4o", "usage": {"input_tokens": 812, "output_tokens": 64},' in out


def test_the_line_that_help_shows_is_priced(capsys, log):
    shown = cost.EPILOG.partition("{")[2].partition("}\n\n")[0]
    raw = json.loads("{" + shown + "}")
    argv = log({**raw, "model": "house:a", "tier": "standard"})
    assert main(["cost", *argv]) == 0
    assert words(capsys.readouterr().out)[1][:2] == ["house:a", "1"]


class Terminal(io.StringIO):
    """A terminal that remembers what was drawn on it."""

    def isatty(self):
        return True


class Gone(Terminal):
    """A terminal that went away."""

    def write(self, text):
        raise BrokenPipeError


def test_progress_is_drawn_on_a_terminal_and_wiped(monkeypatch, log, capsys):
    ticks = iter(range(1_000))
    monkeypatch.setattr(progress, "monotonic", lambda: next(ticks))
    monkeypatch.setattr(sys, "stderr", terminal := Terminal())
    assert main(["cost", *log(call(), call())]) == 0
    drawings = terminal.getvalue().split("\r\x1b[K")
    assert drawings[1].startswith("[" + "#" * 30 + "] 100 %  ")
    assert drawings[-1] == ""
    assert "\x1b" not in capsys.readouterr().out


def test_progress_is_drawn_only_when_it_is_time(monkeypatch):
    monkeypatch.setattr(progress, "monotonic", lambda: 0)
    monkeypatch.setattr(sys, "stderr", terminal := Terminal())
    with Progress(None) as shown:
        shown.step(1, 1)
    assert terminal.getvalue() == "\r\x1b[K"


def test_a_terminal_that_went_away_is_no_fault(monkeypatch, log):
    ticks = iter(range(1_000))
    monkeypatch.setattr(progress, "monotonic", lambda: next(ticks))
    monkeypatch.setattr(sys, "stderr", Gone())
    assert main(["cost", *log(call())]) == 0


def test_a_file_that_grew_is_no_more_than_whole():
    assert drawn(200, 100, 1, 0.0).startswith("[" + "#" * 30 + "] 100 %  1 lines  0 lines/s")


def test_a_reader_who_leaves_early_is_quiet(log):
    days = [call(at=f"2{year:03}-01-01T00:00:00Z") for year in range(1_000)] * 2
    argv = " ".join(f"'{item}'" for item in [*log(*days), "--by", "day"])
    line = f'"{sys.executable}" -m mimir cost {argv} | head -n 1'
    done = subprocess.run(["sh", "-c", line], capture_output=True, check=False, timeout=60)
    assert done.stdout.startswith(b"day")
    assert done.stderr == b""


# A program started in the background ignores interrupts, and so do those that it starts.
INTERRUPTIBLE = (
    "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler)\n"
    "from mimir.__main__ import main\nsys.exit(main(sys.argv[1:]))"
)


def test_an_interrupt_is_quiet_and_130(log):
    argv = [sys.executable, "-c", INTERRUPTIBLE, "cost", "-", *log()[1:]]
    with subprocess.Popen(
        argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as running:
        assert running.stdin is not None
        line = json.dumps(call()).encode() + b"\n"
        for _ in range(20):  # more than the pipe holds: once it is written, it is being read
            running.stdin.write(line * 4_000)
        running.stdin.flush()
        os.kill(running.pid, signal.SIGINT)
        out, err = running.communicate(timeout=60)
    assert (running.returncode, out, err) == (130, b"", b"")
