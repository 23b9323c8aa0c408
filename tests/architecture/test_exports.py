"""The front door: every public name, once, from the core, documented, and light."""

import ast
import importlib
import subprocess
import sys
from pathlib import Path
from types import FunctionType

import mimir
import mimir.testing

ROOT = Path(__file__).parents[2]
STUB = ROOT / "src" / "mimir" / "__init__.pyi"
HEAVY = ("mimir.shell", "mimir.testing", "httpx", "hypothesis", "asyncio", "ssl", "blinker")


def imported_by_the_stub() -> dict[str, tuple[str, str]]:
    """What the stub imports: the public name, with its home and its name there."""
    found: dict[str, tuple[str, str]] = {}
    for node in ast.parse(STUB.read_text("utf-8")).body:
        if isinstance(node, ast.ImportFrom) and node.module != "typing":
            home = node.module or ""
            found |= {alias.asname or alias.name: (home, alias.name) for alias in node.names}
    return found


def loaded_after(code: str) -> set[str]:
    """The modules of ``HEAVY`` that a fresh interpreter has loaded after ``code``."""
    say = f"import sys; print(*(name for name in {HEAVY!r} if name in sys.modules))"
    run = [sys.executable, "-c", f"{code}\n{say}"]
    return set(subprocess.run(run, capture_output=True, text=True, check=True).stdout.split())


def test_the_public_names_are_sorted_and_unique() -> None:
    assert mimir.__all__ == sorted(set(mimir.__all__))


def test_every_public_name_is_importable_and_listed() -> None:
    for name in mimir.__all__:
        assert getattr(mimir, name) is not None
    assert set(mimir.__all__) <= set(dir(mimir))


def test_what_runs_and_what_type_checkers_read_are_the_same_names_from_the_same_homes() -> None:
    stub = imported_by_the_stub()
    assert sorted(stub) == sorted(mimir.__all__)
    for name, (home, there) in stub.items():
        assert home.startswith("mimir.core.")
        assert getattr(mimir, name) is getattr(importlib.import_module(home), there)


def test_every_public_class_and_function_is_documented() -> None:
    values = {name: getattr(mimir, name) for name in mimir.__all__}
    made = [name for name, value in values.items() if isinstance(value, type | FunctionType)]
    assert len(made) > len(values) // 2
    assert [name for name in made if not (values[name].__doc__ or "").strip()] == []


def test_a_name_that_is_not_public_is_no_attribute() -> None:
    assert not hasattr(mimir, "no_such_name")
    assert not hasattr(mimir, "router")


def test_importing_the_package_and_every_public_name_loads_nothing_heavy() -> None:
    assert loaded_after("import mimir") == set()
    assert loaded_after("from mimir import *") == set()


def test_the_weight_of_an_import_is_seen() -> None:
    assert "mimir.shell" in loaded_after("import mimir.shell.clock")
    assert {"hypothesis", "mimir.testing"} <= loaded_after("import mimir.testing")


def test_the_testing_help_lists_every_strategy_sorted() -> None:
    names = mimir.testing.__all__
    assert names == sorted(set(names))
    assert all(getattr(mimir.testing, name).__doc__ for name in names)


def test_without_hypothesis_the_testing_help_names_its_extra() -> None:
    code = "import sys; sys.modules['hypothesis'] = None\nimport mimir.testing"
    run = [sys.executable, "-c", code]
    done = subprocess.run(run, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    last = done.stderr.splitlines()[-1]
    assert last.startswith("ImportError: mimir.testing lacks hypothesis")
    assert "mimir-oracle[testing]" in last
