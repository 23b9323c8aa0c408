"""A quote as JSON, and back, exactly.

Rules:
1. Every key is required, an unknown one is refused by its name.
2. Rates are integers: picodollars per token in ``input`` and ``output``, femtodollars in ``rest``
   and in the steps of ``above``.
3. The steps stand lowest first, each above the one before.
"""

from typing import Final, TypeGuard, get_args

from mimir.core.fields import (
    InvalidField,
    Json,
    excerpt,
    integer,
    invalid,
    is_integer,
    is_list,
    is_object,
    is_text,
    optional_integer,
    optional_text,
)
from mimir.core.keys import exact_keys
from mimir.core.limits import ID_MAX_CHARS, INTEGER_MAX
from mimir.core.money import FEMTODOLLARS_PER_PICODOLLAR
from mimir.core.pricing.cost import CellSource
from mimir.core.pricing.quote import Quote, QuoteStep
from mimir.core.vocabulary import Model

_SOURCES: Final[tuple[CellSource, ...]] = get_args(CellSource)
_KEYS: Final = ("input", "output", "source", "key", "rest", "above")
_STEP_KEYS: Final = ("above", "input", "output")
_RATE: Final = "expected integer of 0 or more"


def to_json(quote: Quote) -> dict[str, Json]:
    """Write ``quote``, all of it but the model that it stands under.

    >>> to_json(Quote(Model("p:m"), 2, 3, "config", None))["rest"] is None
    True
    """
    return {
        "input": quote.input,
        "output": quote.output,
        "source": quote.source,
        "key": quote.key,
        "rest": None if quote.rest is None else [*quote.rest],
        "above": [
            {"above": step.above, "input": step.input, "output": step.output}
            for step in quote.above
        ],
    }


def parse(raw: object, model: Model) -> Quote | InvalidField:
    """Read the quote of ``model`` that ``to_json`` wrote.

    >>> quote = Quote(Model("p:m"), 2, 3, "config", None, (0, 5), (QuoteStep(9, 1, None),))
    >>> parse(to_json(quote), quote.model) == quote
    True
    >>> parse({**to_json(quote), "input": -1}, quote.model).field
    'input'
    """
    if not is_object(raw):
        return invalid("snapshot", "", f"expected an object, got {excerpt(raw)}")
    wrong = exact_keys(raw, "snapshot", _KEYS)
    if wrong is not None:
        return wrong
    rates = _rates(raw)
    if isinstance(rates, InvalidField):
        return rates
    source, key = raw.get("source"), raw.get("key")
    if not _is_source(source):
        message = f"expected one of {', '.join(_SOURCES)}, got {excerpt(source)}"
        return invalid("snapshot", "source", message)
    named = optional_text(key, "snapshot", "key", ID_MAX_CHARS)
    if isinstance(named, InvalidField):
        return named
    rest = _rest(raw.get("rest"), "rest")
    if isinstance(rest, InvalidField):
        return rest
    above = _steps(raw.get("above"), "above")
    if isinstance(above, InvalidField):
        return above
    return Quote(model, *rates, source, named, rest, above)


def _rates(raw: dict[object, object]) -> tuple[int, int] | InvalidField:
    given = integer(raw.get("input"), "snapshot", "input", 0, _RATE)
    if isinstance(given, InvalidField):
        return given
    taken = integer(raw.get("output"), "snapshot", "output", 0, _RATE)
    return taken if isinstance(taken, InvalidField) else (given, taken)


def _rest(raw: object, path: str) -> tuple[int, int] | None | InvalidField:
    if raw is None:
        return None
    if is_list(raw) and len(raw) == 2:
        given, taken = raw
        if _is_rest(given) and _is_rest(taken):
            return given, taken
    return invalid("snapshot", path, f"expected two integers from 0 to 999, got {excerpt(raw)}")


def _is_rest(value: object) -> TypeGuard[int]:
    return is_integer(value) and 0 <= value < FEMTODOLLARS_PER_PICODOLLAR


def _steps(raw: object, path: str) -> tuple[QuoteStep, ...] | InvalidField:
    if not is_list(raw):
        return invalid("snapshot", path, f"expected a list, got {excerpt(raw)}")
    steps: list[QuoteStep] = []
    for at, item in enumerate(raw):
        lowest = steps[-1].above + 1 if steps else -INTEGER_MAX
        step = _step(item, f"{path}[{at}]", lowest)
        if isinstance(step, InvalidField):
            return step
        steps.append(step)
    return tuple(steps)


def _step(raw: object, path: str, lowest: int) -> QuoteStep | InvalidField:
    if not is_object(raw):
        return invalid("snapshot", path, f"expected an object, got {excerpt(raw)}")
    wrong = exact_keys(raw, "snapshot", _STEP_KEYS, f"{path}.")
    if wrong is not None:
        return wrong
    wanted = "expected an integer above the step before"
    above = integer(raw.get("above"), "snapshot", f"{path}.above", lowest, wanted)
    if isinstance(above, InvalidField):
        return above
    given = optional_integer(raw.get("input"), "snapshot", f"{path}.input", 0, _RATE)
    if isinstance(given, InvalidField):
        return given
    taken = optional_integer(raw.get("output"), "snapshot", f"{path}.output", 0, _RATE)
    return taken if isinstance(taken, InvalidField) else QuoteStep(above, given, taken)


def _is_source(value: object) -> TypeGuard[CellSource]:
    return is_text(value) and value in _SOURCES
