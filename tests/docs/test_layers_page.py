"""The layers on the page of the architecture are those of the code."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
CORE = ROOT / "src" / "mimir" / "core"


def layers() -> list[set[str]]:
    """Return the lines of the list, each a set of modules that don't know each other."""
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    listed = re.search(r"^## The layers of the core$.*?^```text\n(.*?)^```$", page, re.M | re.S)
    assert listed is not None
    return [line_of_modules(line) for line in listed[1].splitlines()]


def line_of_modules(line: str) -> set[str]:
    """Read ``a b`` as the modules ``a`` and ``b``, and ``a: b c`` as ``a.b`` and ``a.c``.

    A line that begins with a folder and a colon lists modules of that folder.
    """
    folder, colon, names = line.partition(": ")
    if not colon:
        return set(line.split())
    return {f"{folder.strip()}.{name}" for name in names.split()}


def modules() -> dict[str, Path]:
    paths = (path for path in CORE.rglob("*.py") if path.name != "__init__.py")
    return {".".join(path.relative_to(CORE).with_suffix("").parts): path for path in paths}


def imports_of(path: Path, known: set[str]) -> set[str]:
    """Return the modules of the core that a module imports, whichever way it is written."""
    named: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            named |= {alias.name for alias in node.names}
        if isinstance(node, ast.ImportFrom) and node.module:
            named |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return {name.removeprefix("mimir.core.") for name in named} & known


def test_every_module_of_the_core_has_its_place_on_the_page() -> None:
    listed = [name for layer in layers() for name in sorted(layer)]
    assert sorted(listed) == sorted(modules())


def test_a_module_imports_only_what_stands_above_it_on_the_page() -> None:
    places = {name: at for at, layer in enumerate(layers()) for name in layer}
    wrong = [
        f"{name} imports {imported}"
        for name, path in modules().items()
        for imported in sorted(imports_of(path, set(places)) - {name})
        if places[imported] >= places[name]
    ]
    assert wrong == []


def test_an_import_is_seen_whichever_way_it_is_written() -> None:
    known = {"money", "pricing.price", "fields"}
    source = ROOT / "src" / "mimir" / "core" / "snapshot.py"
    assert "pricing.price" in imports_of(source, known)
    assert line_of_modules("pricing: usage rates") == {"pricing.usage", "pricing.rates"}
