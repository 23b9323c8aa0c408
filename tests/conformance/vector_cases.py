"""Sorting cases: equal, explained by named deviations, or unexplained.

Rules:
1. A surface has a model of the reference with a switch for each deviation that can touch it. With
   every switch off the model answers what the reference answered; a test holds it to that.
2. A case is explained by the smallest set of switches with which the model answers what the code
   under test answers. The model never calls that code.
3. What no set explains is unexplained, and fails.
"""

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import combinations
from pathlib import Path
from typing import Any

Switches = frozenset[str]


@dataclass(frozen=True)
class Surface:
    """One surface: how the code under test answers, and how the reference would.

    ``observe(input)`` asks the code under test, ``model(input, switches)`` the model,
    ``told(case)`` reads what the reference answered; ``same(observed, predicted)`` compares. A
    surface that no deviation touches needs no model: there the answers have to be equal.
    """

    observe: Callable[[Any], Any]
    told: Callable[[Any], Any]
    model: Callable[[Any, Switches], Any] | None = None
    deviations: tuple[str, ...] = ()
    same: Callable[[Any, Any], bool] = lambda observed, predicted: bool(observed == predicted)


@dataclass
class Tally:
    """How many cases of a surface ended how."""

    equal: int = 0
    explained: Counter[str] = field(default_factory=Counter)
    unexplained: list[str] = field(default_factory=list)

    def line(self) -> str:
        """Write the counts in one line."""
        ways = ", ".join(f"{count} by {name}" for name, count in sorted(self.explained.items()))
        parts = [f"{self.equal} equal", f"{self.explained.total()} explained"]
        parts[1] += f" ({ways})" if ways else ""
        return ", ".join([*parts, f"{len(self.unexplained)} unexplained"])


def load(path: Path) -> dict[str, Any]:
    """Read a file of vectors; a file of another form is an error that says so."""
    document = json.loads(path.read_text(encoding="utf-8"))
    assert document["format"] == "routing-oracle-vectors/1", f"{path.name}: unknown format"
    assert len(document["cases"]) == document["count"], f"{path.name}: cases are missing"
    return dict(document)


def explain(surface: Surface, raw: Any, observed: Any, told: Any) -> Switches | None:
    """Return the smallest set of deviations that explains ``observed``; none needed is empty."""
    if surface.same(observed, told):
        return frozenset()
    if surface.model is None:
        return None
    plain = surface.model(raw, frozenset())
    for size in range(1, len(surface.deviations) + 1):
        for switches in combinations(surface.deviations, size):
            predicted = surface.model(raw, frozenset(switches))
            if predicted != plain and surface.same(observed, predicted):
                return frozenset(switches)
    return None


def run(surface: Surface, cases: list[dict[str, Any]]) -> tuple[Tally, str]:
    """Sort every case; the text describes the first unexplained one."""
    tally, first = Tally(), ""
    for case in cases:
        observed, told = surface.observe(case["input"]), surface.told(case)
        switches = explain(surface, case["input"], observed, told)
        if switches is None:
            tally.unexplained.append(case["id"])
            first = first or _report(case, observed, told)
        elif switches:
            tally.explained["+".join(sorted(switches))] += 1
        else:
            tally.equal += 1
    return tally, first


def _report(case: dict[str, Any], observed: Any, told: Any) -> str:
    lines = (
        f"{case['id']} {case['tags']}",
        f"input:    {json.dumps(case['input'])[:2000]}",
        f"expected: {told!r:.2000}",
        f"got:      {observed!r:.2000}",
    )
    return "\n".join(lines)
