"""``pytest tests/faults --faults FILE`` runs the cases of any file of that form."""

from pathlib import Path

import pytest
import scenarios_clients
from drivers import DRIVERS, Driver
from fault_cases import VENDORED, read
from scenarios import SCENARIOS

assert scenarios_clients.cancel, "the scenarios about the client itself are bound too"


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
        pairs = [(case, driver) for case in cases for driver in drivers_of(str(case["name"]))]
        ids = [f"{case['id']}-{case['name']}-{driver.name}" for case, driver in pairs]
        metafunc.parametrize(("case", "driver"), pairs, ids=ids)


def drivers_of(name: str) -> list[Driver]:
    """Return who meets the fault; where nobody knows it, the first one is to fail on it."""
    known = SCENARIOS.get(name)
    return [one for one in DRIVERS if known.through(one)] if known else [DRIVERS[0]]
