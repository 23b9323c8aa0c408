"""The examples run, and say what they are there to show."""

import subprocess
import sys
from pathlib import Path

EXAMPLES = Path(__file__).parents[2] / "examples"


def run(name: str) -> str:
    done = subprocess.run(
        [sys.executable, "-W", "error", str(EXAMPLES / name)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def test_the_gateway_less_example_shows_two_placements_and_two_kinds_of_no_candidate() -> None:
    well, empty, degraded, poor = run("in_process.py").strip().split("\n\n")
    assert "placed on mini (capability_match, cheapest_viable)" in well
    assert "slow     excluded  latency: 4200" in well
    assert "no candidate (nothing to choose from)" in empty
    assert "placed on sonnet" in degraded
    assert '"degraded_lanes": ["openai"]' in degraded
    assert "no candidate (cost, health)" in poor


def test_the_routed_example_shows_an_answer_and_a_refusal_and_never_a_key() -> None:
    shown = run("routed.py")
    assert "placed on openai:gpt-4o-mini, lane openai" in shown
    assert "http_error: the router answered 401 (unauthorized)" in shown
    assert "example-grant-key" not in shown
    assert "example-token" not in shown
