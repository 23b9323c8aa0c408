"""Cases that other packages publish: their rates, a usage, and the amount that they state.

Rules:
1. A case is facts alone: the rates in dollars per unit under the price list's names, the counts,
   the conditions and the amount; ``source`` says whose they are.
2. A case stands here only if the amount follows from its rates, as fractions.
"""

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from mimir.core.instant import Instant
from mimir.core.pricing.find import Prices
from mimir.core.pricing.numerals import parse, shifted, whole
from mimir.core.pricing.price import price
from mimir.core.pricing.providers import ProviderAliases
from mimir.core.pricing.table import EMPTY, PriceTable, Row
from mimir.core.pricing.usage import of

CASES: list[dict[str, Any]] = json.loads(
    Path(__file__).with_name("peer_cases.json").read_text(encoding="utf-8")
)


def femtodollars(dollars: str) -> int:
    number = parse(dollars)
    assert number is not None
    exact = whole(shifted(number, 15))
    assert exact is not None
    return exact


def named(case: dict[str, Any]) -> str:
    return f"{case['source'].partition(' ')[0]} {case['model']} {'+'.join(case['usage'])}"


@pytest.mark.parametrize("case", CASES, ids=named)
def test_a_published_case_comes_out_to_the_last_digit(case: dict[str, Any]) -> None:
    rates = {path: femtodollars(dollars) for path, dollars in case["rates"].items()}
    row = Row(case["provider"], prices=rates, terms=case.get("terms", {}))
    key = f"{case['provider']}/{case['model']}"
    prices = Prices({}, PriceTable(EMPTY.source, {key: row}), ProviderAliases())
    cost = price(
        f"{case['provider']}:{case['model']}",
        of(case["usage"]),
        prices,
        tier=case["tier"],
        region=case.get("region"),
        at=None if "at" not in case else Instant(case["at"]),
    ).unwrap()
    assert Fraction(cost.femtodollars, 10**15) == Fraction(case["amount"])


def test_there_are_cases_of_every_package() -> None:
    packages = {case["source"].partition(",")[0].partition(" ")[0] for case in CASES}
    assert packages == {
        "genai-prices",
        "litellm",
        "model-prices",
        "openai-cost-calculator",
        "tokencost",
    }
    assert len(CASES) > 280
