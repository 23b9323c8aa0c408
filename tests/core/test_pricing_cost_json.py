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
