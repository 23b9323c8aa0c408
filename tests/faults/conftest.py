"""``pytest tests/faults --faults FILE`` runs the cases of any file of that form."""

from pathlib import Path

import pytest
from fault_cases import VENDORED, read


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--faults", metavar="FILE", help="a file of cases (the vendored ones)")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "case" in metafunc.fixturenames:
        named = metafunc.config.getoption("--faults")
        files = VENDORED if named is None else (Path(str(named)),)
        cases = [case for file in files for case in read(file)]
        if not cases:
            message = f"--faults: {named} holds no case"
            raise pytest.UsageError(message)
        metafunc.parametrize("case", cases, ids=[f"{one['id']}-{one['name']}" for one in cases])
