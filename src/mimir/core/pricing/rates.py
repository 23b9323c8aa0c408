"""What a unit costs: the price rows that an embedder writes itself.

Rules:
1. A rate is microdollars per million tokens, which is picodollars per token: an ``int`` from 0.
2. ``parse`` refuses a half row: one that lacks ``input`` or ``output``. A half row that was made by
   hand is treated as absent by look-up.
3. An unknown key is refused by its name, unless ``extra="ignore"`` reads past it.
4. In a configuration the field of an error is the model and the key: ``openai:gpt-4o.input``.
"""

from typing import Final

from attrs import frozen

from mimir.core.fields import (
    InvalidField,
    excerpt,
    field_name,
    integer,
    invalid,
    is_object,
    members,
    text,
)
from mimir.core.limits import CATALOG_MAX_ROWS, ID_MAX_CHARS
from mimir.core.outcome import Failure, Outcome, Success
from mimir.core.pricing.usage import Extra
from mimir.core.vocabulary import Model

KEYS: Final = ("input", "output")
"""The fields of ``Rates``, in the order in which they are checked."""


@frozen(kw_only=True)
class Rates:
    """The rates of one model, in microdollars per million tokens; ``None`` is not stated.

    >>> Rates(input=2_500_000, output=10_000_000).is_complete
    True
    """

    input: int | None = None
    output: int | None = None

    @property
    def is_complete(self) -> bool:
        """Whether both rates are stated."""
        return self.input is not None and self.output is not None


def parse(raw: object, *, extra: Extra = "refuse") -> Outcome[Rates, InvalidField]:
    """Read the row of one model: both rates, each an integer from 0 to 2^63 - 1.

    The error names the rate that is missing or wrong, or the key that is none.

    >>> parse({"input": 2_500_000, "output": 10_000_000}).unwrap()
    Rates(input=2500000, output=10000000)
    >>> parse({"input": 2_500_000}).failure().field
    'output'
    """
    row = _row(raw, extra, "")
    return Failure(row) if isinstance(row, InvalidField) else Success(row)


def parse_config(
    raw: object, *, extra: Extra = "refuse"
) -> Outcome[dict[Model, Rates], InvalidField]:
    """Read ``{model: row}``: at most 100,000 models of at most 512 characters each.

    The error names the model and the rate.

    >>> list(parse_config({"openai:gpt-4o": {"input": 1, "output": 2}}).unwrap())
    ['openai:gpt-4o']
    >>> parse_config({"openai:gpt-4o": {"input": 1, "output": True}}).failure().field
    'openai:gpt-4o.output'
    """
    if not is_object(raw):
        return Failure(invalid("rates", "", f"expected an object, got {excerpt(raw)}"))
    if len(raw) > CATALOG_MAX_ROWS:
        return Failure(invalid("rates", "", f"more than {CATALOG_MAX_ROWS} models: {len(raw)}"))
    config: dict[Model, Rates] = {}
    for key, value in raw.items():
        model = text(key, "rates", field_name(key), ID_MAX_CHARS, "expected a model as key")
        if isinstance(model, InvalidField):
            return Failure(model)
        row = _row(value, extra, field_name(model))
        if isinstance(row, InvalidField):
            return Failure(row)
        config[Model(model)] = row
    return Success(config)


def _row(raw: object, extra: Extra, model: str) -> Rates | InvalidField:
    if not is_object(raw):
        return invalid("rates", model, f"expected an object, got {excerpt(raw)}")
    if extra == "refuse" and (stray := _stray(raw, model)) is not None:
        return stray
    stated = members(raw)
    given = _rate(stated, "input", model)
    if isinstance(given, InvalidField):
        return given
    taken = _rate(stated, "output", model)
    if isinstance(taken, InvalidField):
        return taken
    return Rates(input=given, output=taken)


def _rate(raw: dict[str, object], key: str, model: str) -> int | InvalidField:
    if key not in raw:
        return invalid("rates", _path(model, key), "required; a row states both rates")
    wanted = "expected a non-negative integer of microdollars per million tokens"
    return integer(raw[key], "rates", _path(model, key), 0, wanted)


def _stray(raw: dict[object, object], model: str) -> InvalidField | None:
    for key in raw:
        if type(key) is not str or key not in KEYS:
            path = _path(model, field_name(key))
            return invalid("rates", path, f"unknown rate; known: {', '.join(KEYS)}")
    return None


def _path(model: str, key: str) -> str:
    return f"{model}.{key}" if model else key
