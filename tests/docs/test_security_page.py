"""The page of promises names the test of each, and what it names is there."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
ROWS = [line.strip("|").split(" | ") for line in PAGE.splitlines() if line.startswith("| ")]
PROMISES = [row for row in ROWS if row[0].strip() not in ("promise", "---")]


def test_every_promise_names_what_holds_it() -> None:
    assert len(PROMISES) > 15
    for promise, held_by in PROMISES:
        assert re.search(r"`[^`]+`|\]\([^)]+\)", held_by), promise


def test_every_test_that_is_named_is_there() -> None:
    for _, held_by in PROMISES:
        for path in re.findall(r"`((?:tests|benchmarks|\.ci)/[^`]*)`", held_by):
            assert (ROOT / path).exists(), path
