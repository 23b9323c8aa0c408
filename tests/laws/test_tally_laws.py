"""What holds for every log: its sums are those of its lines, priced one by one."""

import json
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from mimir import testing as some
from mimir.core.outcome import Failure
from mimir.core.pricing.cost import total
from mimir.core.pricing.find import Prices
from mimir.core.pricing.price import OnMissing, price
from mimir.core.pricing.providers import ProviderAliases
from mimir.core.pricing.table import PriceTable, Row, Source
from mimir.core.pricing.tally import Settings, Tally, add, settled
from mimir.core.pricing.usage import Usage
from mimir.core.pricing.usage import given as counts
from mimir.testing import Conditions

SOURCE = Source("a list", "1", "2026-01-31", "MIT", "sha256:" + "0" * 64)
CALLS = st.lists(st.tuples(st.integers(0, 1), some.usages(), some.conditions()), max_size=5)
CHOICES: st.SearchStrategy[OnMissing] = st.sampled_from(["refuse", "partial"])


@given(st.lists(some.price_rows(), min_size=2, max_size=2), CALLS, CHOICES, st.data())
def test_a_log_costs_what_its_lines_cost(
    rows: list[Row],
    calls: list[tuple[int, Usage, Conditions]],
    on_missing: OnMissing,
    data: st.DataObject,
) -> None:
    table = {f"{row.provider}/m{index}": row for index, row in enumerate(rows)}
    prices = Prices({}, PriceTable(SOURCE, table), ProviderAliases())
    lines: list[str] = []
    costs = []
    groups: Counter[tuple[str, str]] = Counter()
    for index, used, when in calls + data.draw(st.permutations(calls)):
        model = f"{rows[index].provider}:m{index}"
        lines.append(line(model, used, when))
        priced = price(
            model,
            used,
            prices,
            tier=when.tier,
            at=when.at,
            region=when.region,
            search_context=when.search_context,
            on_missing=on_missing,
        )
        if isinstance(priced, Failure):
            continue
        costs.append(priced.unwrap())
        day = "" if when.at is None else when.at.text[:10]
        groups[model, day] += priced.unwrap().femtodollars
    tally = Tally(Settings(prices, ("model", "day"), on_missing))
    cut = data.draw(st.integers(0, len(lines)))
    tally = add(tally, lines[:cut], 1)
    if data.draw(st.booleans()):
        tally = settled(tally)
    tally = settled(add(tally, lines[cut:], cut + 1))
    assert tally.cost == total(costs)
    assert sum(reason.lines for reason in tally.reasons.values()) == len(lines) - len(costs)
    found = {key: item.femtodollars for key, item in tally.groups.items()}
    assert {(model, day or ""): amount for (model, day), amount in found.items()} == dict(groups)


@given(st.lists(st.text(max_size=60) | some.json_objects().map(json.dumps), max_size=5))
def test_no_text_stops_a_tally(texts: list[str]) -> None:
    prices = Prices({}, PriceTable(SOURCE, {}), ProviderAliases())
    tally = settled(add(Tally(Settings(prices)), texts, 1))
    blank = sum(1 for text in texts if not text.strip(" \t\r"))
    assert sum(reason.lines for reason in tally.reasons.values()) == len(texts) - blank


def line(model: str, used: Usage, when: Conditions) -> str:
    """Write one call as a line."""
    raw: dict[str, object] = {"model": model, "usage": counts(used), "tier": when.tier}
    if when.at is not None:
        raw["at"] = when.at.text
    if when.region is not None:
        raw["region"] = when.region
    if when.search_context != "medium":
        raw["search_context"] = when.search_context
    return json.dumps(raw)
