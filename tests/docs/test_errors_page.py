"""The page of the errors and the code name the same codes."""

import ast
import re
from pathlib import Path
from typing import get_args

from mimir.core.fields import Subject
from mimir.core.route.kinds import FAILURE_KINDS

ROOT = Path(__file__).parents[2]
COMPUTED = {
    "InvalidField": {f"invalid_{subject}" for subject in get_args(Subject)},
    "RequestFailed": set(FAILURE_KINDS),
    "LineUnreadable": {
        f"line_{kind}" for kind in ("not_json", "repeated_key", "not_utf8", "too_long")
    },
}
"""The codes of the classes whose code is a property, which a syntax tree does not tell."""


def codes_of(tree: ast.AST) -> set[str]:
    classes = [node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    return {code for node in classes for code in _codes_of_class(node)}


def _codes_of_class(node: ast.ClassDef) -> set[str]:
    found: set[str] = set()
    for item in node.body:
        if isinstance(item, ast.FunctionDef) and item.name == "code":
            found |= COMPUTED[node.name]
        if isinstance(item, ast.AnnAssign) and ast.unparse(item.target) == "code" and item.value:
            found.add(ast.literal_eval(item.value))
    return found


def test_the_page_lists_every_code_of_the_code_and_no_other() -> None:
    sources = sorted((ROOT / "src" / "mimir").rglob("*.py"))
    in_code = {
        code for path in sources for code in codes_of(ast.parse(path.read_text(encoding="utf-8")))
    }
    page = (ROOT / "docs" / "errors.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE)
    assert sorted(listed) == sorted(in_code)


def test_every_row_says_who_is_at_fault_and_what_to_do() -> None:
    page = (ROOT / "docs" / "errors.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `\w+` \|(.*)\|$", page, re.MULTILINE)
    assert rows
    for row in rows:
        meaning, fault, remedy = (cell.strip() for cell in row.split("|"))
        assert meaning
        assert remedy
        assert fault in {"caller", "catalog", "prices", "operator", "world", "embedder"}


def test_a_code_in_a_class_is_found() -> None:
    tree = ast.parse(
        'class Odd:\n    code: ClassVar[str] = "odd"\nclass RequestFailed:\n'
        "    def code(self): return self.kind\n"
    )
    assert codes_of(tree) == {"odd", *FAILURE_KINDS}
