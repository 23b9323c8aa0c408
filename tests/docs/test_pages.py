"""Everything that a page shows is run, in the order of the page.

Rules:
1. A ``python`` block runs in the namespace of its page; a ``text`` block right after it is exactly
   what it prints.
2. A ``console`` block runs in a folder of the page's own: a line after ``$`` is a command, and what
   follows it is what the command prints; a line of ``...`` stands for any lines.
3. A block titled with a file name is written to that file of the folder.
4. A ``sh`` block is a command for a checkout: the script of the continuous integration runs it.
"""

import contextlib
import doctest
import io
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[2]
PAGES = (
    *sorted(ROOT.glob("*.md")),
    *sorted((ROOT / "docs").glob("*.md")),
)
LANGUAGES = {"python", "text", "console", "toml", "json", "sh", "mermaid"}

_BLOCK = re.compile(r"^```(\w*)(?: title=\"([\w.-]+)\")?\n(.*?)^```$", re.MULTILINE | re.DOTALL)


class Block(NamedTuple):
    """One fenced block of a page."""

    language: str
    title: str
    body: str
    end: int
    start: int


def blocks(page: Path) -> list[Block]:
    text = page.read_text(encoding="utf-8")
    return [
        Block(found[1], found[2] or "", found[3], found.end(), found.start())
        for found in _BLOCK.finditer(text)
    ]


def follows(page: Path, first: Block, second: Block) -> bool:
    return not page.read_text(encoding="utf-8")[first.end : second.start].strip()


def commands(body: str) -> Iterator[tuple[str, str]]:
    """Yield each command of a console block with the output shown."""
    for part in re.split(r"^\$ ", body, flags=re.MULTILINE)[1:]:
        command, _, output = part.replace("\\\n", "").partition("\n")
        yield command, output


@pytest.fixture
def shell(tmp_path: Path) -> Path:
    """Return a folder with this interpreter's ``mimir`` and ``python`` in its ``bin``."""
    (tmp_path / "bin").mkdir()
    for name, arguments in (("mimir", "-m mimir "), ("python", "")):
        script = tmp_path / "bin" / name
        text = f'#!/bin/sh\nexec "{sys.executable}" {arguments}"$@"\n'
        script.write_text(text, encoding="utf-8")
        script.chmod(0o755)
    (tmp_path / "page").mkdir()
    return tmp_path


def run(command: str, shell: Path) -> str:
    env = {**os.environ, "PATH": f"{shell / 'bin'}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run(
        ["sh", "-c", command],
        cwd=shell / "page",
        env=env | {"COLUMNS": "100"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        text=True,
        check=False,
    )
    return done.stdout


def matches(shown: str, got: str) -> bool:
    return doctest.OutputChecker().check_output(shown, got, doctest.ELLIPSIS)


def execute(code: str, names: dict[str, object]) -> str:
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(code, "<page>", "exec"), names)
    return printed.getvalue()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_what_a_page_shows_is_what_happens(
    page: Path, shell: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(shell / "page")
    names: dict[str, object] = {"__name__": "page"}
    printed, printer = "", None
    for block in blocks(page):
        assert block.language in LANGUAGES, block
        if block.title:
            (shell / "page" / block.title).write_text(block.body, encoding="utf-8")
        elif block.language == "python":
            printed, printer = execute(block.body, names), block
        elif block.language == "text" and printer and follows(page, printer, block):
            assert printed == block.body
        elif block.language == "console":
            for command, output in commands(block.body):
                got = run(command, shell)
                assert matches(output, got), f"$ {command}\n{got}"


def test_a_wrong_output_is_seen(shell: Path) -> None:
    assert matches("one\n...\nfour\n", run("printf 'one\\ntwo\\nthree\\nfour\\n'", shell))
    assert not matches("two\n", run("echo one", shell))
    assert list(commands("$ a\nx\ny\n$ b\n")) == [("a", "x\ny\n"), ("b", "")]


def test_the_readme_has_the_two_commands_on_one_line_each() -> None:
    shown = [block.body for block in blocks(ROOT / "README.md") if block.language == "sh"]
    venv, install = "python3 -m venv .venv", ".venv/bin/pip install -q -e"
    assert shown == [
        f"{venv} && {install} . && .venv/bin/python -m mimir smoke\n",
        f"{venv} && {install} '.[dev]' && .venv/bin/python -m pytest\n",
    ]


def test_every_command_for_contributors_is_run_by_the_continuous_integration() -> None:
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    script += (ROOT / "README.md").read_text(encoding="utf-8")
    shown = [block for block in blocks(ROOT / "CONTRIBUTING.md") if block.language == "sh"]
    lines = [line for block in shown for line in block.body.splitlines()]
    assert lines
    assert [line for line in lines if line not in script and line != ".ci/run"] == []


def test_every_link_between_pages_leads_somewhere() -> None:
    dead = [
        f"{page.name}: {target}"
        for page in PAGES
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8"))
        if not (page.parent / target).exists()
    ]
    assert dead == []


def test_pages_examples_and_benchmarks_use_public_names_only() -> None:
    public = re.compile(
        r"from mimir import"
        r"|from mimir\.shell\.(decide|events|health|meter|plain|price_book|prices|router|schemas"
        r"|store) "
        r"|from mimir\.testing\.key_forms "
        r"|from mimir\.shell\.adapters\.(litellm|otel) "
    )
    sources = [*PAGES, *ROOT.glob("examples/*.py"), *ROOT.glob("benchmarks/*.py")]
    imports = [
        line.strip()
        for path in sources
        for line in path.read_text(encoding="utf-8").splitlines()
        if line.strip().startswith("from mimir")
    ]
    assert imports
    assert [line for line in imports if not public.match(line)] == []
