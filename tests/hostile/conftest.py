"""``pytest tests/hostile --inputs FILE`` runs any file of the form of ``inputs.jsonl``."""

from pathlib import Path

import pytest
from loader import load

VENDORED = Path(__file__).parent / "inputs.jsonl"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--inputs", metavar="FILE", help="hostile inputs (the vendored ones)")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "case" in metafunc.fixturenames:
        cases = load(Path(str(metafunc.config.getoption("--inputs") or VENDORED)))
        names = [f"{case.id}-{case.target}" for case in cases]
        metafunc.parametrize("case", cases, ids=names)
