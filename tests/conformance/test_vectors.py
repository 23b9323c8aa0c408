"""Every recorded case is equal to the reference or explained by a named deviation from it."""

from pathlib import Path
from typing import Any

import pytest
from surfaces import SURFACES
from vector_cases import Surface, Tally, explain, load, run

VENDORED = Path(__file__).parent / "vectors"


def test_every_case_is_equal_or_explained_by_a_named_deviation(
    vector_file: Path, tallies: dict[str, Tally]
) -> None:
    document = load(vector_file)
    assert document["surface"] in SURFACES, f"unknown surface {document['surface']}"
    tally, first = run(SURFACES[document["surface"]], document["cases"])
    tallies[f"{document['surface']} ({document['part']})"] = tally
    assert not tally.unexplained, f"unexplained: {tally.unexplained}\n{first}"


def test_with_every_switch_off_the_model_answers_as_the_reference_did(vector_file: Path) -> None:
    document = load(vector_file)
    surface = SURFACES[document["surface"]]
    wrong = [
        case["id"]
        for case in document["cases"]
        if surface.model is not None
        and not surface.same(surface.model(case["input"], frozenset()), surface.told(case))
    ]
    assert wrong == []


@pytest.mark.parametrize("name", SURFACES)
def test_a_wrong_answer_is_unexplained(name: str) -> None:
    document = load(VENDORED / f"{name}.dev.json")
    surface, case = SURFACES[name], document["cases"][0]
    wrong: Any = {"wrong": surface.observe(case["input"])}
    assert explain(surface, case["input"], wrong, surface.told(case)) is None


def test_every_named_deviation_is_met_by_some_case() -> None:
    met = {"D17"}  # by the test below
    for name, surface in SURFACES.items():
        tally, _ = run(surface, load(VENDORED / f"{name}.dev.json")["cases"])
        met |= {part for way in tally.explained for part in way.split("+")}
    assert met == {deviation for surface in SURFACES.values() for deviation in surface.deviations}


def test_an_unknown_latency_after_a_very_slow_one_is_explained_by_d17() -> None:
    shared = {"lane": "l", "runtime": "local", "priority": 1}
    raw = {
        "descriptor": {
            "task_class": "t",
            "budget_ceiling_microdollars": 1,
            "latency_tolerance_ms": 2_000_000_000,
        },
        "catalog": [
            {**shared, "id": "unknown", "model": "a:a"},
            {**shared, "id": "slow", "model": "b:b", "p50_latency_ms": 1_000_000_000},
        ],
        "allowed_models": [],
        "snapshot": {"pricing": {}, "health": {}, "parent_remaining": "unlimited"},
    }
    surface = SURFACES["oracle"]
    assert surface.model is not None
    observed, told = surface.observe(raw), surface.model(raw, frozenset())
    assert (told["chosen_id"], observed["chosen_id"]) == ("unknown", "slow")
    assert explain(surface, raw, observed, told) == {"D17"}


def test_a_case_counts_as_explained_only_by_what_the_deviation_computes() -> None:
    surface = Surface(
        observe=lambda raw: raw,
        model=lambda raw, switches: raw + 1 if "D0" in switches else raw,
        told=lambda case: case["expect"],
        deviations=("D0",),
    )
    assert explain(surface, 1, observed=2, told=1) == {"D0"}
    assert explain(surface, 1, observed=3, told=1) is None
