"""``pytest tests/conformance --vectors DIR`` runs every ``*.json`` of a folder of vector files."""

from pathlib import Path

import pytest
from vector_cases import Tally

VENDORED = Path(__file__).parent / "vectors"
TALLIES = pytest.StashKey[dict[str, Tally]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--vectors", metavar="DIR", help="folder of vector files (the vendored ones)")


def pytest_configure(config: pytest.Config) -> None:
    config.stash[TALLIES] = {}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "vector_file" in metafunc.fixturenames:
        folder = Path(str(metafunc.config.getoption("--vectors") or VENDORED))
        files = sorted(folder.glob("*.json"))
        if not files:
            message = f"--vectors: {folder} holds no *.json file"
            raise pytest.UsageError(message)
        metafunc.parametrize("vector_file", files, ids=[file.name for file in files])


@pytest.fixture
def tallies(request: pytest.FixtureRequest) -> dict[str, Tally]:
    """What is printed when the run is over, by surface and part."""
    return request.config.stash[TALLIES]


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    tallies = config.stash.get(TALLIES, {})
    if tallies:
        terminalreporter.section("conformance")
        for name, tally in sorted(tallies.items()):
            terminalreporter.write_line(f"{name:28} {tally.line()}")
