"""The rules of the house as functions: the source of a module in, what breaks the rule out."""

import ast
import io
import re
import tokenize
from collections.abc import Callable, Iterator
from typing import Final, TypeAlias

Rule: TypeAlias = Callable[[str], list[str]]
Definition: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef

MODULE_LINES: Final = 250
FUNCTION_LINES: Final = 30

PURE_MODULES: Final = frozenset(
    [
        "attrs",
        "base64",
        "binascii",
        "bisect",
        "collections",
        "collections.abc",
        "datetime",
        "difflib",
        "enum",
        "hashlib",
        "hmac",
        "html",
        "ipaddress",
        "itertools",
        "json",
        "marshal",
        "math",
        "mimir",
        "operator",
        "re",
        "returns.result",
        "struct",
        "typing",
        "typing_extensions",
        "zlib",
    ]
)
"""What the core may import: nothing in it needs the world."""

IMPURE_CALLS: Final = frozenset(
    [
        "__import__",
        "breakpoint",
        "compile",
        "delattr",
        "eval",
        "exec",
        "exit",
        "globals",
        "input",
        "locals",
        "open",
        "print",
        "quit",
        "setattr",
        "vars",
    ]
)
CLOCKS: Final = frozenset(
    ["now", "utcnow", "today", "fromtimestamp", "time", "monotonic", "perf_counter"]
)
IGNORES: Final = re.compile(r"type:\s*ignore|noqa|pragma|pyright:|TODO|FIXME|XXX")


def raises(source: str) -> list[str]:
    """No ``raise``, no ``assert``: a fallible function returns an outcome."""
    return [
        _at(node, type(node).__name__.lower())
        for node in _nodes(source)
        if isinstance(node, ast.Raise | ast.Assert)
    ]


def unsafe_types(source: str) -> list[str]:
    """No ``Any`` and no ``cast``, by whatever name they are imported."""
    unsafe = {"Any", "cast"}
    found: list[str] = []
    for node in _nodes(source):
        if isinstance(node, ast.ImportFrom):
            found += [_at(node, alias.name) for alias in node.names if alias.name in unsafe]
        elif isinstance(node, ast.Attribute) and node.attr in unsafe:
            found.append(_at(node, node.attr))
    return found


def ignores(source: str) -> list[str]:
    """No comment that silences a tool or puts something off."""
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    comments = (token for token in tokens if token.type == tokenize.COMMENT)
    return [f"line {token.start[0]}" for token in comments if IGNORES.search(token.string)]


def long_module(source: str) -> list[str]:
    """A module has under 250 lines."""
    lines = len(source.splitlines())
    return [f"{lines} lines"] if lines >= MODULE_LINES else []


def long_functions(source: str) -> list[str]:
    """A function's body, its docstring apart, has under 30 lines."""
    found: list[str] = []
    for node in _nodes(source):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            body = node.body[1:] if ast.get_docstring(node) else node.body
            lines = (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0
            found += [_at(node, f"{node.name}: {lines} lines")] if lines >= FUNCTION_LINES else []
    return found


def undocumented(source: str) -> list[str]:
    """Every public class, function and method has a docstring of whole sentences."""
    return [
        _at(node, node.name)
        for node in _public(ast.parse(source))
        if not re.match(r"[A-Z\"`].*?[.:]$", _first_paragraph(node), re.DOTALL)
    ]


def without_rules(source: str) -> list[str]:
    """A module begins with one line that says what it is, and its numbered rules."""
    said = ast.get_docstring(ast.parse(source)) or ""
    if not re.match(r"[^\n]+[.:?]\n", said + "\n"):
        return ["no first line"]
    return [] if re.search(r"^Rules:\n1\. ", said, re.MULTILINE) else ["no Rules"]


def impure_imports(source: str) -> list[str]:
    """The core imports what is listed as pure, and modules of its own."""
    found: list[str] = []
    for node in _nodes(source):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = ["." if node.level else node.module or ""]
        found += [
            _at(node, name)
            for name in names
            if name not in PURE_MODULES and not name.startswith("mimir.core")
        ]
    return found


def impure_calls(source: str) -> list[str]:
    """No clock, file, console or environment is reached for, and no global is rebound."""
    found: list[str] = []
    for node in _nodes(source):
        if isinstance(node, ast.Global):
            found.append(_at(node, "global"))
        elif isinstance(node, ast.Call):
            called = node.func
            if isinstance(called, ast.Name) and called.id in IMPURE_CALLS:
                found.append(_at(node, called.id))
            elif isinstance(called, ast.Attribute) and called.attr in CLOCKS | {"environ"}:
                found.append(_at(node, called.attr))
    return found


def _nodes(source: str) -> Iterator[ast.AST]:
    return ast.walk(ast.parse(source))


def _public(holder: ast.Module | ast.ClassDef) -> Iterator[Definition]:
    for node in holder.body:
        if isinstance(node, Definition) and _is_public(node):
            yield node
            if isinstance(node, ast.ClassDef):
                yield from _public(node)


def _is_public(node: Definition) -> bool:
    overload = any(isinstance(by, ast.Name) and by.id == "overload" for by in node.decorator_list)
    return not overload and not node.name.startswith("_")


def _first_paragraph(node: Definition) -> str:
    return (ast.get_docstring(node) or "").partition("\n\n")[0]


def _at(node: ast.AST, what: str) -> str:
    return f"line {getattr(node, 'lineno', 0)}: {what}"
