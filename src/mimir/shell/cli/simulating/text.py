"""What ``mimir simulate`` prints: a table for people, and JSON.

Rules:
1. Amounts in dollars are exact; in JSON they are decimal strings of femtodollars. Shares are in
   hundredths of a percent, rounded down.
2. Task classes stand by their number of decisions, the most first; for people those past
   ``CLASSES_SHOWN`` are added up in one row.
3. Decisions and records that are not simulated add up to the records of the store.
4. Moves past ``MOVES_SHOWN`` are not listed, in JSON either; their number is.
"""

import json
from bisect import insort
from collections import Counter
from typing import Final, NamedTuple

from attrs import define, field, frozen

from mimir.core.fields import Json
from mimir.core.money import Femtodollars, render
from mimir.core.review.effect import Effect, Flow, add
from mimir.core.review.replay import Drift
from mimir.core.review.simulate import NewRules, Simulation
from mimir.shell.cli.amounts import dollars
from mimir.shell.cli.terminal import escape, table
from mimir.shell.store import InputError, ReadError

CLASSES_SHOWN: Final = 40
"""Task classes that have a row of their own."""

MOVES_SHOWN: Final = 20
"""Moves that are listed."""

REFUSED_SHOWN: Final = 5
"""Records that are listed by name, of those that could not be simulated."""

UNPRICED_SHOWN: Final = 10
"""Models without a price that are named."""

NONE: Final = "no candidate"

_ALL: Final = "all"
_DRIFTED: Final = "says another entry or cost than its inputs give; see mimir replay"
HEADERS: Final = (
    *("class", "decisions", "moved", "share", "newly none", "newly placed"),
    *("before", "after", "delta", "uncompared"),
)
"""The columns of the task classes."""


@define
class Refused:
    """Counts of the records that could not be read, by code, and the first few by name."""

    reasons: Counter[str] = field(factory=Counter[str])
    first: list[tuple[str, str]] = field(factory=list[tuple[str, str]])

    def add(self, name: str, error: ReadError | InputError) -> None:
        """Count one record by the code of its error."""
        self.reasons[error.code] += 1
        insort(self.first, (name, error.message))
        del self.first[REFUSED_SHOWN:]


@frozen
class Run:
    """One simulation, what could not be simulated, under which rules, and on what it ran."""

    simulation: Simulation
    refused: Refused
    rules: NewRules
    given: tuple[str, ...] = ()

    @property
    def left_out(self) -> dict[str, int]:
        """How many records are in no figure, by the code of the reason."""
        counts = Counter(self.refused.reasons)
        counts[Drift.code] += self.simulation.drifted
        return {code: count for code, count in sorted(counts.items()) if count}

    @property
    def first_left_out(self) -> list[tuple[str, str]]:
        """The first of them by name, each with the reason."""
        drifted = [(str(name), _DRIFTED) for name in self.simulation.first_drifted]
        return sorted([*self.refused.first, *drifted])[:REFUSED_SHOWN]

    @property
    def changed(self) -> str:
        """Name what was changed."""
        named = {
            "policy": self.rules.policy,
            "catalog": self.rules.catalog,
            "prices": self.rules.prices,
            "ranker": self.rules.ranker,
        }
        return ", ".join(name for name, value in named.items() if value is not None)


class Row(NamedTuple):
    """A task class, or several added up, and the effect on it."""

    name: str
    effect: Effect


def rows(simulation: Simulation, limit: int = CLASSES_SHOWN) -> list[Row]:
    """Return the task classes by rule 2."""
    classes = simulation.task_classes.items()
    by_size = [Row(*one) for one in sorted(classes, key=lambda one: (-one[1].decisions, one[0]))]
    rest = by_size[limit:]
    if not rest:
        return by_size
    return [*by_size[:limit], Row(f"{len(rest)} others", add(row.effect for row in rest))]


def share(part: int, whole: int) -> str:
    """Write a share of decisions.

    >>> share(1, 3), share(0, 0)
    ('33.33 %', '0.00 %')
    """
    hundredths = part * 10_000 // whole if whole else 0
    return f"{hundredths // 100}.{hundredths % 100:02} %"


def signed(amount: Femtodollars) -> str:
    """Write a difference exactly, with its sign.

    >>> signed(Femtodollars(10**15)), signed(Femtodollars(0)), signed(Femtodollars(-(10**13)))
    ('+$1.00', '$0.00', '-$0.01')
    """
    return f"+{dollars(amount)}" if amount > 0 else dollars(amount)


def entry(name: str | None) -> str:
    """Name one end of a flow."""
    return NONE if name is None else name


def as_text(run: Run) -> str:
    """Write the totals, the task classes, the moves and what could not be read."""
    total = run.simulation.total
    parts = [
        *headlines(run.changed, total),
        "",
        table(HEADERS, _cells(run.simulation), right=range(1, len(HEADERS))),
        *_moves(total),
        *_notes(run),
    ]
    return "\n".join(parts)


def headlines(changed: str, total: Effect) -> tuple[str, str]:
    """Say in two lines what moved and what it costs."""
    moved = f"{total.moved} moved ({share(total.moved, total.decisions)})"
    decided = f"{total.decisions} decisions under new rules ({changed}): {moved}"
    costs = f"{dollars(total.before)} before, {dollars(total.after)} after, {signed(total.delta)}"
    return (
        f"{decided}, {total.unplaced} newly without a candidate",
        f"cost of the {total.compared} placed both times at a known cost: {costs}",
    )


def as_json(run: Run) -> str:
    """Write the whole as one JSON object."""
    simulation = run.simulation
    classes = {name: _effect(effect) for name, effect in simulation.task_classes.items()}
    first: list[Json] = [{"record": name, "problem": why} for name, why in run.first_left_out]
    left_out = run.left_out
    document: dict[str, Json] = {
        "changed": list(run.changed.split(", ")),
        "records": simulation.total.decisions + sum(left_out.values()),
        "total": _effect(simulation.total),
        "task_classes": {**classes},
        "unpriced": list(simulation.unpriced),
        "not_simulated": {"reasons": {**left_out}, "first": first},
    }
    return json.dumps(document, indent=2)


def _cells(simulation: Simulation) -> list[list[str]]:
    shown = [_line(row) for row in rows(simulation)]
    return [*shown, _line(Row(_ALL, simulation.total))]


def _line(row: Row) -> list[str]:
    effect = row.effect
    counts = (effect.unplaced, effect.placed)
    return [
        row.name,
        str(effect.decisions),
        str(effect.moved),
        share(effect.moved, effect.decisions),
        *map(str, counts),
        dollars(effect.before),
        dollars(effect.after),
        signed(effect.delta),
        str(effect.uncompared),
    ]


def _moves(total: Effect) -> list[str]:
    if not total.moves:
        return []
    listed = [
        [entry(flow.before), entry(flow.after), str(count)]
        for flow, count in total.moves[:MOVES_SHOWN]
    ]
    more = len(total.moves) - len(listed)
    shown = ["", table(("from", "to", "decisions"), listed, right=(2,))]
    return [*shown, f"and {more} more moves"] if more else shown


def _notes(run: Run) -> list[str]:
    notes: list[str] = []
    unpriced, left_out = run.simulation.unpriced, run.left_out
    if unpriced:
        named = ", ".join(escape(model) for model in unpriced[:UNPRICED_SHOWN])
        more = len(unpriced) - UNPRICED_SHOWN
        rest = f" and {more} more" if more > 0 else ""
        notes += ["", f"without a price in some decisions: {named}{rest}"]
    if left_out:
        counts = ", ".join(f"{count} {code}" for code, count in left_out.items())
        notes += ["", f"not simulated: {counts}"]
        notes += [f"  {escape(name)}: {escape(why)}" for name, why in run.first_left_out]
    return notes


def _effect(effect: Effect) -> dict[str, Json]:
    moves = effect.moves
    shown: list[Json] = [_move(flow, count) for flow, count in moves[:MOVES_SHOWN]]
    return {
        "decisions": effect.decisions,
        "moved": effect.moved,
        "kept": effect.kept,
        "newly_without_candidate": effect.unplaced,
        "newly_placed": effect.placed,
        "compared": effect.compared,
        "uncompared": effect.uncompared,
        "cost_before_femtodollars": render(effect.before),
        "cost_after_femtodollars": render(effect.after),
        "cost_delta_femtodollars": render(effect.delta),
        "moves": shown,
        "moves_not_listed": len(moves) - len(shown),
    }


def _move(flow: Flow, count: int) -> dict[str, Json]:
    return {"from": flow.before, "to": flow.after, "decisions": count}
