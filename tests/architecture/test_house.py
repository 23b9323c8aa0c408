"""The rules of the house hold in every module, and each rule can fail."""

from collections.abc import Iterator
from pathlib import Path

import pytest

import house_rules as rules

SRC = Path(__file__).parents[2] / "src" / "mimir"
CORE = SRC / "core"


def broken(rule: rules.Rule, paths: Iterator[Path]) -> dict[str, list[str]]:
    found = {str(path.relative_to(SRC)): rule(path.read_text("utf-8")) for path in paths}
    assert found
    return {path: problems for path, problems in found.items() if problems}


def modules(folder: Path) -> Iterator[Path]:
    """Every module but the ``__init__`` of a folder."""
    return (path for path in sorted(folder.rglob("*.py")) if path.name != "__init__.py")


@pytest.mark.parametrize(
    "rule",
    [
        rules.raises,
        rules.impure_imports,
        rules.impure_calls,
        rules.undocumented,
    ],
)
def test_the_core_is_pure_and_documented(rule: rules.Rule) -> None:
    assert broken(rule, CORE.rglob("*.py")) == {}


@pytest.mark.parametrize(
    "rule",
    [
        rules.unsafe_types,
        rules.ignores,
        rules.long_module,
        rules.long_functions,
    ],
)
def test_all_of_the_source_is_strict_and_short(rule: rules.Rule) -> None:
    assert broken(rule, SRC.rglob("*.py")) == {}


def test_every_module_of_the_core_and_of_the_testing_help_states_its_rules() -> None:
    assert broken(rules.without_rules, modules(CORE)) == {}
    assert broken(rules.without_rules, modules(SRC / "testing")) == {}


def test_the_init_of_a_folder_of_the_core_says_what_it_is_and_holds_nothing() -> None:
    for path in CORE.rglob("__init__.py"):
        (said,) = path.read_text("utf-8").splitlines()
        assert said.startswith('"""')
        assert said.endswith('."""')


@pytest.mark.parametrize(
    ("rule", "bad"),
    [
        (rules.raises, "def f():\n    raise ValueError"),
        (rules.raises, "assert True"),
        (rules.unsafe_types, "from typing import Any"),
        (rules.unsafe_types, "from typing import cast as trust"),
        (rules.unsafe_types, "import typing\nx: typing.Any = 1"),
        (rules.ignores, "x = 1  # type: " + "ignore[x]"),
        (rules.ignores, "x = 1  # no" + "qa"),
        (rules.ignores, "x = 1  # prag" + "ma: no cover"),
        (rules.ignores, "# TO" + "DO later"),
        (rules.long_module, "\n" * 250),
        (rules.long_functions, "def f():\n" + "    x = 1\n" * 30),
        (rules.long_functions, "class C:\n  async def f(self):\n" + "    x = 1\n" * 30),
        (rules.undocumented, "def f(): ..."),
        (rules.undocumented, 'class C:\n    "A class."\n    def m(self): ...'),
        (rules.undocumented, 'def f():\n    "no sentence"'),
        (rules.without_rules, '"""One line."""'),
        (rules.without_rules, "x = 1"),
        (rules.impure_imports, "import os"),
        (rules.impure_imports, "from time import monotonic"),
        (rules.impure_imports, "def f():\n    import random"),
        (rules.impure_imports, "from mimir.shell import clock"),
        (rules.impure_imports, "from . import x"),
        (rules.impure_calls, "datetime.now()"),
        (rules.impure_calls, "date.today()"),
        (rules.impure_calls, "open('x')"),
        (rules.impure_calls, "print(1)"),
        (rules.impure_calls, "def f():\n    global x\n    x = 1"),
    ],
)
def test_each_rule_refuses_what_breaks_it(rule: rules.Rule, bad: str) -> None:
    assert len(rule(bad)) == 1


GOOD = '''"""A module.

Rules:
1. It is good.
"""

from typing import Final
from mimir.core.money import render

ANY: Final = "Any, cast and raise in a text are no code"


def double(number: int) -> int:
    """Return twice ``number``."""
    # An honest comment.
    return 2 * number
'''


@pytest.mark.parametrize(
    "rule",
    [
        rules.raises,
        rules.unsafe_types,
        rules.ignores,
        rules.long_module,
        rules.long_functions,
        rules.undocumented,
        rules.without_rules,
        rules.impure_imports,
        rules.impure_calls,
    ],
)
def test_each_rule_passes_a_good_module(rule: rules.Rule) -> None:
    assert rule(GOOD) == []
