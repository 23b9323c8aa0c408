"""What a unit costs: the price rows that an embedder writes itself.

Rules:
1. A rate is microdollars per million units, which is picodollars per unit: an ``int`` from 0. The
   unit is what the dimension counts: a token, a request, an image, a second.
2. ``parse`` refuses a half row: one that lacks ``input`` or ``output``. A half row that was made by
   hand is treated as absent by look-up. Every other rate may be left out: it is then missing, or
   filled by a rule that needs no provider (``fill``).
3. An unknown key is refused by its name, unless ``extra="ignore"`` reads past it.
4. In a configuration the field of an error is the model and the key: ``openai:gpt-4o.input``.
5. A row is for the standard tier and any context. What differs by tier, context or date is an
   overlay's (``book``).
"""

from operator import attrgetter
from typing import Final

from attrs import frozen
from typing_extensions import override

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
from mimir.core.limits import ID_MAX_CHARS
from mimir.core.outcome import Failure, Outcome, Success
from mimir.core.pricing.dimensions import NAMES
from mimir.core.pricing.usage import Extra
from mimir.core.vocabulary import Model

KEYS: Final = tuple(name.removesuffix("_tokens") for name in NAMES)
"""The fields of ``Rates``, in the order of the dimensions that they are for."""

REQUIRED: Final = ("input", "output")
"""What a row has to state."""

_ABSENT: Final = object()


@frozen(kw_only=True, repr=False)
class Rates:
    """The rates of one model, in microdollars per million units; ``None`` is not stated.

    >>> Rates(input=2_500_000, output=10_000_000).is_complete
    True
    """

    input: int | None = None
    cache_read: int | None = None
    cache_write_5m: int | None = None
    cache_write_1h: int | None = None
    cache_write_12h: int | None = None
    input_audio: int | None = None
    cache_read_audio: int | None = None
    input_image: int | None = None
    cache_read_image: int | None = None
    input_video: int | None = None
    output: int | None = None
    reasoning: int | None = None
    output_audio: int | None = None
    output_image: int | None = None
    output_video: int | None = None
    citation: int | None = None
    requests: int | None = None
    web_searches: int | None = None
    map_groundings: int | None = None
    code_interpreter_sessions: int | None = None
    input_images: int | None = None
    output_images: int | None = None
    input_characters: int | None = None
    output_characters: int | None = None
    seconds: int | None = None
    input_seconds: int | None = None
    output_seconds: int | None = None
    input_audio_seconds: int | None = None
    input_video_seconds: int | None = None
    output_video_seconds: int | None = None

    @property
    def is_complete(self) -> bool:
        """Whether input and output are stated."""
        return self.input is not None and self.output is not None

    @override
    def __repr__(self) -> str:
        """Show the rates that are stated."""
        return f"Rates({', '.join(f'{key}={rate}' for key, rate in stated(self).items())})"


_all: Final = attrgetter(*KEYS)


def stated(rates: Rates) -> dict[str, int]:
    """Return the rates that are stated, by key, in the order of the dimensions.

    >>> stated(Rates(output=3, input=2))
    {'input': 2, 'output': 3}
    """
    return {key: rate for key, rate in zip(KEYS, _all(rates), strict=True) if rate is not None}


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
    read: dict[str, int] = {}
    for key, value in _given(members(raw)).items():
        rate = _rate(value, key, model)
        if isinstance(rate, InvalidField):
            return rate
        read[key] = rate
    return Rates(**read)


def _given(raw: dict[str, object]) -> dict[str, object]:
    return {key: raw.get(key, _ABSENT) for key in KEYS if key in raw or key in REQUIRED}


def _rate(value: object, key: str, model: str) -> int | InvalidField:
    if value is _ABSENT:
        return invalid("rates", _path(model, key), "required; a row states both rates")
    wanted = "expected a non-negative integer of microdollars per million units"
    return integer(value, "rates", _path(model, key), 0, wanted)


def _stray(raw: dict[object, object], model: str) -> InvalidField | None:
    for key in raw:
        if type(key) is not str or key not in KEYS:
            path = _path(model, field_name(key))
            return invalid("rates", path, f"unknown rate; known: {', '.join(KEYS)}")
    return None


def _path(model: str, key: str) -> str:
    return f"{model}.{key}" if model else key
