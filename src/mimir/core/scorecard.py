"""Scorecards: how often a model passed on a class of tasks, and whether that clears a quality bar.

Rules:
1. A scorecard is a count of runs, how many of them passed, and the day up to which they count.
2. A bar is basis points. It is cleared where Wilson's lower bound of the pass rate, at z = 1.96, is
   at or above it: few runs prove little, however many of them passed.
3. The bound is never computed as a fraction: it is at or above ``bar`` exactly when passed / runs
   is above it and (passed / runs - bar)^2 * runs >= z^2 * bar * (1 - bar), compared in integers.
4. A bar of 10,000 is cleared by no number of runs: the bound is below 1 for ever.

Source: Wilson, "Probable Inference, the Law of Succession, and Statistical Inference", Journal of
the American Statistical Association 22 (1927), 209-212.
"""

from collections.abc import Iterable
from typing import Final, TypeAlias

from attrs import frozen

from mimir.core import instant as instants
from mimir.core.fields import (
    InvalidField,
    Json,
    excerpt,
    field_name,
    integer,
    invalid,
    is_list,
    is_object,
    is_text,
    text,
)
from mimir.core.instant import Instant
from mimir.core.limits import (
    CATALOG_MAX_ROWS,
    ID_MAX_CHARS,
    QUALITY_BAR_MAX,
    TASK_CLASS_MAX_CHARS,
)
from mimir.core.outcome import Failure, Outcome, Success
from mimir.core.vocabulary import Model

ScoreKey: TypeAlias = tuple[str, Model]
"""What a scorecard is of: a task class and a model."""

_KEYS: Final = ("task_class", "model", "passed", "runs", "as_of")
_Z_SQUARED: Final = (196**2, 100**2)


@frozen(kw_only=True)
class Scorecard:
    """Of ``runs`` of a task class on a model, ``passed`` passed, as counted up to ``as_of``."""

    task_class: str
    model: Model
    passed: int
    runs: int
    as_of: Instant


def clears(passed: int, runs: int, bar: int) -> bool:
    """Tell whether Wilson's lower bound is at or above ``bar`` basis points.

    >>> clears(95, 100, 8_882), clears(95, 100, 8_883), clears(10**9, 10**9, 10_000)
    (True, False, False)
    """
    above = QUALITY_BAR_MAX * passed - bar * runs
    numerator, denominator = _Z_SQUARED
    needed = numerator * bar * (QUALITY_BAR_MAX - bar) * runs
    return above > 0 and above * above * denominator >= needed


def lower_bound(passed: int, runs: int) -> int:
    """Return the highest bar that is cleared, in basis points; 0 where none is.

    >>> lower_bound(95, 100), lower_bound(0, 10)
    (8882, 0)
    """
    cleared, failed = 0, QUALITY_BAR_MAX
    while failed - cleared > 1:
        bar = (cleared + failed) // 2
        cleared, failed = (bar, failed) if clears(passed, runs, bar) else (cleared, bar)
    return cleared


def parse(raw: object) -> Outcome[tuple[Scorecard, ...], InvalidField]:
    """Read a list of scorecards, at most 100,000, each task class and model once.

    :return: the scorecards, or ``InvalidField`` with code ``invalid_scorecards`` that names the row
        and the field.

    >>> row = {"task_class": "chat", "model": "openai:gpt-4o", "passed": 3, "runs": 2,
    ...     "as_of": "2026-01-31T00:00:00Z"}
    >>> parse([row]).failure().message
    'expected 0 to runs, which are 2, got 3'
    """
    if not is_list(raw) or len(raw) > CATALOG_MAX_ROWS:
        message = f"expected a list of at most {CATALOG_MAX_ROWS} rows, got {excerpt(raw)}"
        return Failure(invalid("scorecards", "", message))
    cards: dict[ScoreKey, Scorecard] = {}
    for row, item in enumerate(raw):
        card = _card(item, f"[{row}]")
        if isinstance(card, InvalidField):
            return Failure(card)
        if cards.setdefault((card.task_class, card.model), card) is not card:
            message = "this task class and model stand in an earlier row already"
            return Failure(invalid("scorecards", f"[{row}]", message))
    return Success(tuple(cards.values()))


def to_json(cards: Iterable[Scorecard]) -> list[Json]:
    """Write ``cards`` in the form that ``parse`` reads, sorted by task class and model.

    >>> to_json([])
    []
    """
    ordered = sorted(cards, key=lambda card: (card.task_class, card.model))
    return [
        {
            "task_class": card.task_class,
            "model": card.model,
            "passed": card.passed,
            "runs": card.runs,
            "as_of": card.as_of.text,
        }
        for card in ordered
    ]


def _card(raw: object, row: str) -> Scorecard | InvalidField:
    if not is_object(raw):
        return invalid("scorecards", row, f"expected an object, got {excerpt(raw)}")
    for key in raw:
        if not is_text(key) or key not in _KEYS:
            message = f"unknown key; a scorecard has {', '.join(_KEYS)}"
            return invalid("scorecards", f"{row}.{field_name(key)}", message)
    task_class = text(
        raw.get("task_class"), "scorecards", f"{row}.task_class", TASK_CLASS_MAX_CHARS
    )
    if isinstance(task_class, InvalidField):
        return task_class
    model = text(raw.get("model"), "scorecards", f"{row}.model", ID_MAX_CHARS)
    if isinstance(model, InvalidField):
        return model
    counts = _counts(raw, row)
    if isinstance(counts, InvalidField):
        return counts
    as_of = instants.parse(raw.get("as_of"), f"{row}.as_of")
    if isinstance(as_of, Failure):
        return invalid("scorecards", as_of.failure().field, as_of.failure().message)
    return Scorecard(
        task_class=task_class,
        model=Model(model),
        passed=counts[0],
        runs=counts[1],
        as_of=as_of.unwrap(),
    )


def _counts(raw: dict[object, object], row: str) -> tuple[int, int] | InvalidField:
    runs = integer(raw.get("runs"), "scorecards", f"{row}.runs", 1, "expected positive integer")
    if isinstance(runs, InvalidField):
        return runs
    wanted = f"expected 0 to runs, which are {runs}"
    passed = integer(raw.get("passed"), "scorecards", f"{row}.passed", 0, wanted)
    if isinstance(passed, InvalidField):
        return passed
    if passed > runs:
        return invalid("scorecards", f"{row}.passed", f"{wanted}, got {passed}")
    return passed, runs
