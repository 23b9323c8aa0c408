"""A cost as JSON: exact both ways, and refused by its path where it is not what was written."""

import pytest

from mimir.core.fields import Json
from mimir.core.pricing import cost_json
from mimir.core.pricing.cost import Cell, Cost, Line, MissingRate, Multiplier
from mimir.core.pricing.table import Source
from mimir.core.vocabulary import Model

CELL = Cell(Model("p:m"), "input_tokens", "batch", 200_000, 10, "price_list", "m", "field", "rule")
COST = Cost(
    (Line(CELL, 3, (Multiplier("uplift", 11, 10),)),),
    (Source("list", "1", "2026-01-01", "MIT", "sha256:00"),),
    ("before_price_list",),
    (MissingRate("p:m", "output_tokens", "flex", None),),
)


def spoiled(path: str, value: Json) -> Json:
    """The cost's JSON with one value replaced, by a path such as ``lines.0.rate``."""
    document: Json = cost_json.to_json(COST)
    here: Json = document
    *way, last = path.split(".")
    for step in way:
        assert isinstance(here, dict | list)
        here = here[int(step)] if isinstance(here, list) else here[step]
    assert isinstance(here, dict | list)
    if isinstance(here, list):
        here[int(last)] = value
    else:
        here[last] = value
    return document


def test_a_cost_is_written_with_every_part_of_its_lines() -> None:
    assert cost_json.to_json(COST) == {
        "femtodollars": "33",
        "microdollars": 0,
        "partial": True,
        "lines": [
            {
                "model": "p:m",
                "dimension": "input_tokens",
                "tier": "batch",
                "above": 200_000,
                "quantity": 3,
                "rate": "10",
                "source": "price_list",
                "key": "m",
                "field": "field",
                "rule": "rule",
                "multipliers": [{"field": "uplift", "ratio": "11/10"}],
                "amount": "33",
            }
        ],
        "sources": [
            {
                "name": "list",
                "version": "1",
                "date": "2026-01-01",
                "licence": "MIT",
                "digest": "sha256:00",
            }
        ],
        "notes": ["before_price_list"],
        "missing": [{"model": "p:m", "dimension": "output_tokens", "tier": "flex", "above": None}],
    }
    assert cost_json.parse(cost_json.to_json(COST)).unwrap() == COST


@pytest.mark.parametrize(
    ("path", "value", "field"),
    [
        ("lines", {}, "lines"),
        ("lines.0", 5, "lines[0]"),
        ("lines.0.model", "", "lines[0].model"),
        ("lines.0.field", None, "lines[0].field"),
        ("lines.0.dimension", "tokens", "lines[0].dimension"),
        ("lines.0.tier", "default", "lines[0].tier"),
        ("lines.0.above", -1, "lines[0].above"),
        ("lines.0.quantity", 1.0, "lines[0].quantity"),
        ("lines.0.quantity", True, "lines[0].quantity"),
        ("lines.0.rate", 10, "lines[0].rate"),
        ("lines.0.rate", "-1", "lines[0].rate"),
        ("lines.0.rate", "7", "lines[0].multipliers"),
        ("lines.0.source", "guess", "lines[0].source"),
        ("lines.0.key", 5, "lines[0].key"),
        ("lines.0.rule", 5, "lines[0].rule"),
        ("lines.0.multipliers", {}, "lines[0].multipliers"),
        ("lines.0.multipliers.0", 5, "lines[0].multipliers[0].field"),
        ("lines.0.multipliers.0.ratio", "1.1", "lines[0].multipliers[0].ratio"),
        ("lines.0.multipliers.0.ratio", "11/0", "lines[0].multipliers[0].ratio"),
        ("lines.0.amount", "34", "lines[0].amount"),
        ("lines.0.stray", 1, "lines[0].stray"),
        ("sources.0", None, "sources[0].name"),
        ("sources.0.digest", 5, "sources[0].digest"),
        ("notes.0", "odd", "notes[0]"),
        ("missing.0", None, "missing[0].model"),
        ("missing.0.dimension", None, "missing[0].dimension"),
        ("femtodollars", "34", "femtodollars"),
        ("microdollars", 0.0, "microdollars"),
        ("partial", 1, "partial"),
        ("stray", 1, "stray"),
    ],
)
def test_what_was_not_written_is_refused_by_its_path(path: str, value: Json, field: str) -> None:
    error = cost_json.parse(spoiled(path, value)).failure()
    assert (error.code, error.field) == ("invalid_cost", field)


@pytest.mark.parametrize("raw", [None, [], "x", 5])
def test_what_is_no_object_is_refused(raw: object) -> None:
    assert cost_json.parse(raw).failure().field == ""


def test_a_list_past_the_bound_is_refused() -> None:
    assert cost_json.parse({"lines": [None] * 100_001}).failure().field == "lines"


PLAIN = Cost((Line(Cell(Model("p:m"), "requests", "standard", None, 10, "config", None, "f"), 3),))
"""A cost with nulls in it."""

PARTS = [
    *(("", key) for key in cost_json.to_json(PLAIN)),
    *(("lines", key) for key in ("model", "dimension", "tier", "above", "quantity", "rate")),
    *(("lines", key) for key in ("source", "key", "field", "rule", "multipliers", "amount")),
]


@pytest.mark.parametrize(("part", "key"), PARTS)
def test_every_key_is_required_where_it_is_null_too(part: str, key: str) -> None:
    document = cost_json.to_json(PLAIN)
    lines = document["lines"]
    assert isinstance(lines, list)
    owner = lines[0] if part else document
    assert isinstance(owner, dict)
    del owner[key]
    assert cost_json.parse(document).failure().code == "invalid_cost"


def test_a_gap_needs_every_key_too() -> None:
    document = cost_json.to_json(COST)
    gaps = document["missing"]
    assert isinstance(gaps, list)
    assert isinstance(gaps[0], dict)
    del gaps[0]["above"]
    assert cost_json.parse(document).failure().code == "invalid_cost"


def test_a_key_that_is_no_text_is_refused_by_its_path() -> None:
    raw: dict[object, object] = {7: 1}
    raw.update(cost_json.to_json(PLAIN))
    assert cost_json.parse(raw).failure().field == "7"


@pytest.mark.parametrize(("bits", "fits"), [(256, True), (257, False)])
def test_a_quantity_has_at_most_256_bits(bits: int, fits: bool) -> None:
    cost = Cost((Line(PLAIN.lines[0].cell, 2**bits - 1),))
    outcome = cost_json.parse(cost_json.to_json(cost))
    if fits:
        assert outcome.unwrap() == cost
    else:
        assert outcome.failure().field == "lines[0].quantity"


@pytest.mark.parametrize(("digits", "fits"), [(100, True), (101, False)])
def test_a_rate_has_at_most_100_digits(digits: int, fits: bool) -> None:
    cell = Cell(Model("p:m"), "requests", "standard", None, 10 ** (digits - 1), "config", None, "f")
    cost = Cost((Line(cell, 1),))
    outcome = cost_json.parse(cost_json.to_json(cost))
    if fits:
        assert outcome.unwrap() == cost
    else:
        assert outcome.failure().field == "lines[0].rate"


def test_multipliers_whose_product_is_too_long_to_print_are_refused() -> None:
    document = cost_json.to_json(PLAIN)
    lines = document["lines"]
    assert isinstance(lines, list)
    assert isinstance(lines[0], dict)
    lines[0]["multipliers"] = [{"field": "f", "ratio": f"{10**99}/1"} for _ in range(50)]
    assert cost_json.parse(document).failure().code == "invalid_cost"


def test_an_empty_key_or_rule_is_a_text() -> None:
    cell = Cell(Model("p:m"), "requests", "standard", None, 10, "config", "", "f", "")
    cost = Cost((Line(cell, 1),))
    assert cost_json.parse(cost_json.to_json(cost)).unwrap() == cost
