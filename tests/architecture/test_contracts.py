"""The import contracts hold, and each of them can fail."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
RUN = "import sys; from importlinter.cli import lint_imports_command; lint_imports_command()"


def lint(src: Path) -> tuple[int, str]:
    """Check the package in ``src`` against the contracts; the code and what was said."""
    done = subprocess.run(
        [sys.executable, "-c", RUN, "--config", str(ROOT / ".importlinter"), "--no-cache"],
        cwd=src,
        env={**os.environ, "PYTHONPATH": str(src), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def test_every_import_contract_is_kept() -> None:
    code, said = lint(ROOT / "src")
    assert code == 0, said
    assert "0 broken" in said


@pytest.mark.parametrize(
    ("module", "line", "contract"),
    [
        ("core/money.py", "from mimir.core import fields", "The core stands in its layers"),
        ("core/policy.py", "from mimir.core import catalog", "The core stands in its layers"),
        ("core/health/state.py", "from mimir.core import buffer", "The core stands in its layers"),
        ("core/a_new_one.py", "", "The core stands in its layers"),
        ("core/redaction/shapes.py", "from mimir.core.redaction import gate", "Redaction stands"),
        ("core/pricing/usage.py", "from mimir.core.pricing import price", "Pricing stands"),
        ("core/health/policy.py", "from mimir.core.health import completion", "Health stands"),
        ("core/oracle/filters.py", "from mimir.core.oracle import place", "The oracle stands"),
        ("core/record/schema.py", "from mimir.core.record import build", "The record stands"),
        ("core/route/http.py", "from mimir.core.route import log", "The route stands"),
        ("core/errors.py", "import random", "The core touches no file"),
        ("core/errors.py", "from mimir.shell import clock", "The core touches no file"),
        ("core/errors.py", "from mimir.testing import words", "The shell and the testing help"),
        ("testing/words.py", "from mimir.shell import ids", "The shell and the testing help"),
        ("__init__.py", "from mimir.shell import router", "The front door"),
    ],
)
def test_each_contract_refuses_what_breaks_it(
    tmp_path: Path, module: str, line: str, contract: str
) -> None:
    shutil.copytree(ROOT / "src" / "mimir", tmp_path / "mimir", ignore=_no_caches)
    with (tmp_path / "mimir" / module).open("a", encoding="utf-8") as changed:
        changed.write(f"\n{line}\n")
    code, said = lint(tmp_path)
    assert code == 1
    broken = [text for text in said.splitlines() if text.rstrip().endswith("BROKEN")]
    assert any(text.startswith(contract) for text in broken), said


def _no_caches(_folder: str, names: list[str]) -> set[str]:
    return {name for name in names if name == "__pycache__"}
