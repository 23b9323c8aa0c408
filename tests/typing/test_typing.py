"""What a consumer writes passes every checker; what would be a mistake passes none."""

import ast
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest

import mimir

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
API = HERE / "api.py"
REJECTS = HERE / "rejects.py"

Lines: TypeAlias = dict[str, set[int]]
"""The lines on which a checker reports an error, by the name of the file."""


def run(*arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", *arguments],
        cwd=ROOT,
        env={**os.environ, "PYRIGHT_PYTHON_IGNORE_WARNINGS": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode in (0, 1), done.stdout + done.stderr
    return done.stdout


def mypy(config: str) -> Lines:
    said = run("mypy", "--config-file", config, "--no-error-summary", str(API), str(REJECTS))
    lines: Lines = {}
    for found in re.finditer(r"^(.*?):(\d+): error:", said, re.MULTILINE):
        lines.setdefault(Path(found[1]).name, set()).add(int(found[2]))
    return lines


def mypy_alone() -> Lines:
    return mypy("mypy.ini")


def mypy_with_the_returns_plugin() -> Lines:
    return mypy("tests/typing/mypy_plugin.ini")


def pyright() -> Lines:
    config = str(HERE / "pyrightconfig.json")
    said = json.loads(run("pyright", "--outputjson", "-p", config, "--pythonpath", sys.executable))
    assert said["summary"]["filesAnalyzed"] == 2
    lines: Lines = {}
    for found in said["generalDiagnostics"]:
        start = found["range"]["start"]["line"] + 1
        lines.setdefault(Path(found["file"]).name, set()).add(start)
    return lines


def marked() -> set[int]:
    """The lines that must be refused."""
    lines = enumerate(REJECTS.read_text("utf-8").splitlines(), 1)
    return {number for number, line in lines if line.endswith("  # refused")}


@pytest.fixture(
    scope="module",
    params=[mypy_alone, mypy_with_the_returns_plugin, pyright],
    ids=lambda checker: checker.__name__,
)
def errors(request: pytest.FixtureRequest) -> Lines:
    checker: Callable[[], Lines] = request.param
    return checker()


def test_a_consumer_of_every_public_name_passes(errors: Lines) -> None:
    assert errors.get("api.py", set()) == set()


def test_every_mistake_is_refused_and_nothing_else(errors: Lines) -> None:
    assert len(marked()) >= 20
    assert errors.get("rejects.py", set()) == marked()


def test_no_error_stands_in_the_package_itself(errors: Lines) -> None:
    assert set(errors) == {"rejects.py"}


def test_the_consumer_uses_every_public_name() -> None:
    tree = ast.walk(ast.parse(API.read_text("utf-8")))
    used = {node.id for node in tree if isinstance(node, ast.Name)}
    assert sorted(set(mimir.__all__) - used) == []


def test_the_consumer_silences_no_checker() -> None:
    for path in (API, REJECTS):
        assert not re.search(r"#.*(ignore|noqa|pyright)", path.read_text("utf-8"))
