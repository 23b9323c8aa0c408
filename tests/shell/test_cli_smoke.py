"""``mimir smoke``: a line a stage, and the exit code."""

import json

import pytest

from mimir.shell.cli import smoke
from mimir.shell.cli.main import main
from mimir.shell.smoke import StageResult

NAMES = [
    "descriptor",
    "catalog",
    "oracle",
    "decision record",
    "route log",
    "pricing",
    "health",
    "turn events",
    "router client",
    "redact",
]


def test_ten_stages_pass_a_line_each(capsys):
    assert main(["smoke"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(NAMES)
    for line, name in zip(lines, NAMES, strict=True):
        assert line.startswith(f"PASS {name} ")


def test_the_stages_are_printed_as_json(capsys):
    assert main(["smoke", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["status"] == "ok"
    assert [stage["name"] for stage in document["stages"]] == NAMES
    assert {stage["status"] for stage in document["stages"]} == {"pass"}


@pytest.mark.parametrize("more", [[], ["--json"]])
def test_a_failed_stage_exits_1(capsys, monkeypatch, more):
    results = [StageResult("a", "pass", "well"), StageResult("bc", "fail", "no\n\x1b[31m")]
    monkeypatch.setattr(smoke, "run_smoke", lambda: ("error", results))
    assert main(["smoke", *more]) == 1
    out = capsys.readouterr().out
    assert "\x1b" not in out
    if not more:
        assert out.splitlines() == ["PASS a   well", "FAIL bc  no\\n\\x1b[31m"]
