"""The page on the life of a lane says what the code does."""

import re
from itertools import pairwise
from pathlib import Path
from random import Random

from mimir.core.health.completion import Completion
from mimir.core.health.failure import FAILURE_CLASSES
from mimir.core.health.hold import Hold
from mimir.core.health.policy import DEFAULT_HEALTH_POLICY, SECOND, WAITS
from mimir.core.health.state import NEW, LaneRecord, held, observe, state_of, try_probe
from mimir.core.vocabulary import Lane
from mimir.shell.health import LANES_MAX

PAGE = (Path(__file__).parents[2] / "docs" / "health.md").read_text(encoding="utf-8")


def _pictured() -> set[tuple[str, str]]:
    return set(re.findall(r"^    (\w+) --> (\w+):", PAGE, re.MULTILINE))


def _changed(record: LaneRecord, now: int, chance: Random) -> LaneRecord:
    """Let one thing happen to a lane; most often a call ends."""
    match chance.randrange(8):
        case 0:
            return held(record, Hold("repair"))
        case 1 | 2:
            return held(record, None)
        case 3:
            return try_probe(record, now) or record
        case _:
            outcome = chance.choice(["ok", "error", "error", "429", "cancelled"])
            return observe(record, Completion(lane=Lane("a"), outcome=outcome, at=now), now)


def test_the_picture_has_every_change_of_state_that_happens_and_no_other() -> None:
    chance, now, record = Random(7), 0, NEW
    seen = ["ok"]
    for _ in range(20_000):
        now += chance.choice([0, 0, 0, SECOND, 20 * SECOND])
        seen.append(state_of(record, now))
        record = _changed(record, now, chance)
        seen.append(state_of(record, now))
    assert {(one, other) for one, other in pairwise(seen) if one != other} == _pictured()


def test_the_table_has_every_class_with_its_waits() -> None:
    for name in FAILURE_CLASSES:
        row = next(line for line in PAGE.splitlines() if line.startswith(f"| `{name}` |"))
        waits = [int(figure) for figure in re.findall(r"\| (\d+) s", row)]
        known = WAITS.get(name)
        wanted = [] if known is None else [known.first_ns // SECOND, known.longest_ns // SECOND]
        assert waits == wanted


def test_the_other_figures_are_those_of_the_policy() -> None:
    policy = DEFAULT_HEALTH_POLICY
    assert (policy.threshold, policy.longest_ns) == (3, 15 * 60 * SECOND)
    assert "three failures in a row" in PAGE
    assert "fifteen minutes" in PAGE
    assert f"is over after {policy.lease_ns // SECOND} s" in PAGE
    assert f"for {policy.calm_ns // SECOND} s. A try costs" in PAGE
    assert f"goes out again within {policy.calm_ns // SECOND} s" in PAGE
    assert policy.successes == 3
    assert "needs three successes" in PAGE
    assert f"past the {LANES_MAX:,}th" in PAGE
