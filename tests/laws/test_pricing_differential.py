"""Prices against a slow, obvious reference: random rows, and every row of the vendored table."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from fractions import Fraction
from itertools import islice

import slow_pricing as slow
from hypothesis import given
from hypothesis import strategies as st

from lengths import one_in
from mimir import testing as some
from mimir.core.instant import Instant
from mimir.core.outcome import Failure, Outcome, Success
from mimir.core.pricing import usage
from mimir.core.pricing.cost import Cost, MissingRate
from mimir.core.pricing.dimensions import INPUT_SIDE, POSITIONS
from mimir.core.pricing.find import Prices
from mimir.core.pricing.price import PricingError, price
from mimir.core.pricing.providers import ProviderAliases
from mimir.core.pricing.table import EMPTY, PriceTable, Row
from mimir.core.pricing.usage import Usage
from mimir.shell import prices as shelf
from mimir.testing import Conditions

MODES = ("chat", "responses", "completion", "embedding")
SUFFIXES = ("flex", "priority", "ultrafast", "balanced", "decisions")
COUNTS = {name: position + 1 for name, position in POSITIONS.items()}
IDS = st.sampled_from(["large", "claude-large"])
CLOCKS = st.one_of(
    st.sampled_from(["00:00:00", "12:00:59", "12:01:00", "15:59:59", "23:58:59", "23:59:00"]),
    st.sampled_from(["00:29:59", "00:30:00", "08:29:59", "08:30:00", "16:29:59", "16:30:00"]),
)


@given(IDS, some.price_rows(), some.usages(), some.conditions())
def test_a_price_is_what_the_slow_reference_says(
    name: str, row: Row, used: Usage, when: Conditions
) -> None:
    check(f"{row.provider}/{name}", row, used, when)


@given(IDS, some.price_rows(), st.data())
def test_prices_agree_on_both_sides_of_every_threshold(
    name: str, row: Row, data: st.DataObject
) -> None:
    edges = st.sampled_from([32_000, 128_000, 200_000, 256_000, 272_000, 1_000_000])
    tokens = data.draw(edges) + data.draw(st.integers(-1, 1))
    when = data.draw(some.conditions())
    check(f"{row.provider}/{name}", row, spread(tokens), when)


@given(IDS, some.price_rows(kind="off_peak"), CLOCKS)
def test_prices_agree_at_both_ends_of_every_off_peak_window(
    name: str, row: Row, clock: str
) -> None:
    for day in ("2026-01-30", "2026-02-01"):  # a Friday and a Sunday in UTC
        for time in (clock, "16:30:00"):
            at = Instant(f"{day}T{time}Z")
            check(f"{row.provider}/{name}", row, spread(1_000), Conditions(at=at))


@given(IDS, some.price_rows(kind="uplifts"), st.sampled_from(["standard", "fast"]))
def test_prices_agree_in_every_region_and_at_every_speed(name: str, row: Row, tier: str) -> None:
    for region in ("us", "eu", "global", "europe-west4"):
        check(f"{row.provider}/{name}", row, spread(1_000), Conditions(tier=tier, region=region))


@given(some.price_rows(inexact=True), some.usages(), some.conditions())
def test_a_rate_that_is_not_whole_is_refused_or_not_needed(
    row: Row, used: Usage, when: Conditions
) -> None:
    wanted = slow.bill(called("p/m", row, when), usage.given(used))
    priced = priced_by_row("p/m", row, used, when)
    assert wanted is not None
    if isinstance(priced, Success):
        assert amounts(priced.unwrap()) == wanted.dollars
    elif not wanted.missing:
        assert priced.failure().code == "inexact_rate"


def test_every_row_of_the_vendored_table_is_priced_as_the_slow_reference_says() -> None:
    seen, step = 0, one_in(4)
    for key, row in islice(unlike_rows(shelf.load().unwrap()), 0, None, step):
        for when in conditions_of(row):
            for tokens in (0, *(edge + past for edge in edges_of(row) for past in (0, 1))):
                check(key, row, spread(tokens), when)
                seen += 1
    assert seen > 4_000 / step


def check(key: str, row: Row, used: Usage, when: Conditions) -> None:
    """Compare the price of one call with the reference's, refused and as a lower bound."""
    wanted = slow.bill(called(key, row, when), usage.given(used))
    assert wanted is not None
    partial = priced_by_row(key, row, used, when, partial=True)
    if any(not is_whole(dollars) for dollars in wanted.dollars.values()):
        assert isinstance(partial, Failure)
        assert partial.failure().code == "inexact_rate"
        return
    cost = partial.unwrap()
    assert (key, when, amounts(cost)) == (key, when, wanted.dollars)
    assert Fraction(cost.femtodollars) * slow.FEMTODOLLAR == wanted.total
    assert cost.microdollars == round(wanted.total * 10**6)
    assert tuple(item.dimension for item in cost.missing) == wanted.missing
    strict = priced_by_row(key, row, used, when)
    if wanted.missing:
        error = strict.failure()
        assert isinstance(error, MissingRate)
        assert error.dimension == wanted.missing[0]
    else:
        assert strict == partial


def priced_by_row(
    key: str, row: Row, used: Usage, when: Conditions, *, partial: bool = False
) -> Outcome[Cost, PricingError]:
    """Price a call of the model of one row, which is the only one of its table."""
    model = f"{row.provider}:{key.removeprefix(row.provider + '/')}"
    prices = Prices({}, PriceTable(EMPTY.source, {key: row}), ProviderAliases())
    return price(
        model,
        used,
        prices,
        tier=when.tier,
        at=when.at,
        region=when.region,
        search_context=when.search_context,
        on_missing="partial" if partial else "refuse",
    )


def called(key: str, row: Row, when: Conditions) -> slow.Call:
    at = None if when.at is None else datetime.fromisoformat(when.at.text)
    return slow.Call(key, row, when.tier, at, when.region, when.search_context)


def amounts(cost: Cost) -> Mapping[str, Fraction]:
    """What each dimension costs, in dollars."""
    return {line.dimension: line.amount * slow.FEMTODOLLAR for line in cost.lines}


def is_whole(dollars: Fraction) -> bool:
    return (dollars / slow.FEMTODOLLAR).denominator == 1


def spread(tokens: int) -> Usage:
    """A usage of every dimension, with ``tokens`` on the input side, or a few."""
    others = sum(COUNTS[name] for name in INPUT_SIDE if name != "input_tokens")
    return usage.of({**COUNTS, "input_tokens": max(1, tokens - others)})


def unlike_rows(table: PriceTable) -> Iterator[tuple[str, Row]]:
    """The rows with token prices, one of each that differ in what a rule looks at."""
    seen: set[tuple[object, ...]] = set()
    for key, row in table.rows.items():
        if row.mode not in MODES or not row.prices:
            continue
        google = row.provider == "gemini" or row.provider.startswith("vertex_ai")
        whose = (google, row.provider in ("anthropic", "xai"), "claude" in key)
        likeness = (frozenset(row.prices.items()), frozenset(row.terms.items()), *whose)
        if likeness not in seen:
            seen.add(likeness)
            yield key, row


def conditions_of(row: Row) -> Iterator[Conditions]:
    """The conditions that a row's price can depend on, and a batch."""
    yield Conditions()
    yield Conditions(tier="batch", region="eu")
    for tier in SUFFIXES:
        if any(path.endswith(f"_{tier}") for path in row.prices):
            yield Conditions(tier=tier)
    if any("multiplier" in path or "specific" in path for path in row.terms):
        for region in ("us", "eu", "global"):
            yield Conditions(region=region)
            yield Conditions(tier="fast", region=region)
    if any("off_peak" in path for path in row.prices):
        for text in ("2026-11-23T05:00:00Z", "2026-11-21T20:00:00Z", "2026-11-22T17:00:00Z"):
            yield Conditions(at=Instant(text))
    if any("search" in path for path in row.prices):
        yield Conditions(search_context="low")
        yield Conditions(search_context="high")


def edges_of(row: Row) -> list[int]:
    """The thresholds of a row, and the end of its last range."""
    ends = {int(end) for path, end in row.terms.items() if ".range[" in path}
    named = {
        1000 * k
        for path in row.prices
        for k in (32, 100, 128, 200, 256, 272, 512)
        if f"_{k}k" in path
    }
    return sorted((ends | named) - {0})
