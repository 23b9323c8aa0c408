"""A quote as JSON and back, and what is refused."""

import json

import pytest

from mimir.core.fields import InvalidField
from mimir.core.pricing.quote import Quote, QuoteStep
from mimir.core.pricing.quote_json import parse, to_json
from mimir.core.vocabulary import Model

MODEL = Model("p:m")
STEPS = (QuoteStep(-1, 1, None), QuoteStep(9, None, 2), QuoteStep(10, 0, 0))
LISTED = Quote(MODEL, 2, 3, "price_list", "p/m", (0, 999), STEPS)


@pytest.mark.parametrize("quote", [LISTED, Quote(MODEL, 0, 2**63 - 1, "config", None)])
def test_a_quote_survives_json(quote: Quote) -> None:
    assert parse(json.loads(json.dumps(to_json(quote))), MODEL) == quote


def test_every_field_stands_in_the_form() -> None:
    assert to_json(LISTED) == {
        "input": 2,
        "output": 3,
        "source": "price_list",
        "key": "p/m",
        "rest": [0, 999],
        "above": [
            {"above": -1, "input": 1, "output": None},
            {"above": 9, "input": None, "output": 2},
            {"above": 10, "input": 0, "output": 0},
        ],
    }


STEP = {"above": 1, "input": 1, "output": 1}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"input": -1}, "input"),
        ({"output": 1.0}, "output"),
        ({"source": "guess"}, "source"),
        ({"source": []}, "source"),
        ({"key": 7}, "key"),
        ({"rest": [0]}, "rest"),
        ({"rest": [0, 1000]}, "rest"),
        ({"rest": [-1, 0]}, "rest"),
        ({"rest": "00"}, "rest"),
        ({"above": None}, "above"),
        ({"above": [7]}, "above[0]"),
        ({"above": [{**STEP, "up": 1}]}, "above[0].up"),
        ({"above": [{"above": 1, "input": 1}]}, "above[0].output"),
        ({"above": [{**STEP, "above": None}]}, "above[0].above"),
        ({"above": [STEP, STEP]}, "above[1].above"),
        ({"above": [{**STEP, "input": -1}]}, "above[0].input"),
        ({"above": [{**STEP, "output": "1"}]}, "above[0].output"),
        ({"tier": "standard"}, "tier"),
    ],
)
def test_what_is_malformed_is_named(change: dict[str, object], field: str) -> None:
    refused = parse({**to_json(LISTED), **change}, MODEL)
    assert isinstance(refused, InvalidField)
    assert (refused.code, refused.field) == ("invalid_snapshot", field)


@pytest.mark.parametrize("key", sorted(to_json(LISTED)))
def test_every_key_is_required(key: str) -> None:
    raw: dict[str, object] = {**to_json(LISTED)}
    del raw[key]
    refused = parse(raw, MODEL)
    assert isinstance(refused, InvalidField)
    assert (refused.field, refused.message) == (key, "is required")


def test_what_is_no_object_is_refused() -> None:
    refused = parse([], MODEL)
    assert isinstance(refused, InvalidField)
    assert refused.message == "expected an object, got a list of 0 items"
