"""The laws of costs: they are sums of lines, they add, and nothing is lost on the way."""

import json
from fractions import Fraction
from functools import reduce

from attrs import asdict
from hypothesis import assume, given
from hypothesis import strategies as st

from mimir import testing as some
from mimir.core.fields import InvalidField
from mimir.core.outcome import Failure, Success
from mimir.core.pricing import cost_json, usage
from mimir.core.pricing.book import Overlay, Period
from mimir.core.pricing.cost import Cost, Line, total
from mimir.core.pricing.cube import Plane
from mimir.core.pricing.dimensions import FEES, INPUT_SIDE, NAMES, TIERS
from mimir.core.pricing.find import Prices
from mimir.core.pricing.layers import ModelRates
from mimir.core.pricing.price import UnknownTier, charge, price, select
from mimir.core.pricing.providers import ProviderAliases
from mimir.core.pricing.rates import Rates
from mimir.core.pricing.table import EMPTY, PriceTable, Row
from mimir.core.pricing.usage import Usage
from mimir.core.vocabulary import Model
from mimir.testing import Conditions


def as_data(cost: Cost) -> dict[str, object]:
    return {**cost_json.to_json(cost)}


OTHER_RATE = {"input_cost_per_token": 123_000_000}
SPOILED_COSTS = some.spoiled(some.costs().map(as_data))


def world(row: Row) -> Prices:
    return Prices({}, PriceTable(EMPTY.source, {f"{row.provider}/m": row}), ProviderAliases())


def priced(row: Row, used: Usage, when: Conditions, *, partial: bool = True) -> Cost | None:
    """What a call costs; nothing where a rate is not whole, or missing and not left out."""
    made = price(
        f"{row.provider}:m",
        used,
        world(row),
        tier=when.tier,
        at=when.at,
        region=when.region,
        search_context=when.search_context,
        on_missing="partial" if partial else "refuse",
    )
    return made.unwrap() if isinstance(made, Success) else None


def tokens_in(used: Usage) -> int:
    return sum(usage.given(used).get(name, 0) for name in INPUT_SIDE)


def without(used: Usage, names: tuple[str, ...]) -> Usage:
    kept = {name: count for name, count in usage.given(used).items() if name not in names}
    return usage.of(kept)


def plane_of(row: Row, used: Usage, when: Conditions) -> Plane:
    """The rates that hold for a call, as its input side selects them."""
    rates = world(row).find(f"{row.provider}:m")
    assert isinstance(rates, ModelRates)
    plane = select(
        rates,
        tokens_in(used),
        tier=when.tier,
        at=when.at,
        region=when.region,
        search_context=when.search_context,
    )
    assert isinstance(plane, Plane)
    return plane


@given(some.costs())
def test_the_lines_sum_to_the_total(cost: Cost) -> None:
    assert sum(line.amount for line in cost.lines) == cost.femtodollars


@given(some.costs())
def test_computing_again_from_the_lines_gives_the_same_number(cost: Cost) -> None:
    again = Fraction(0)
    for line in cost.lines:
        factor = Fraction(1)
        for item in line.multipliers:
            factor *= Fraction(item.numerator, item.denominator)
        again += line.quantity * line.rate * factor
    assert again == cost.femtodollars


@given(some.costs(), some.costs(), some.costs())
def test_costs_add_in_any_order_and_grouping(one: Cost, two: Cost, three: Cost) -> None:
    assert one + two == two + one
    assert (one + two) + three == one + (two + three)
    assert (one + two).femtodollars == one.femtodollars + two.femtodollars


@given(some.costs())
def test_the_zero_cost_changes_nothing(cost: Cost) -> None:
    assert cost + Cost.zero == cost == Cost.zero + cost
    assert total(()) == Cost.zero


@given(some.costs())
def test_equal_lines_merge(cost: Cost) -> None:
    twice = cost + cost
    assert len(twice.lines) == len(cost.lines)
    doubled = tuple(Line(line.cell, 2 * line.quantity, line.multipliers) for line in cost.lines)
    assert twice.lines == doubled


@given(st.lists(some.costs(), max_size=5))
def test_a_total_is_the_sum_one_by_one(costs: list[Cost]) -> None:
    one_by_one = reduce(lambda left, right: left + right, costs, Cost.zero)
    assert total(costs) == one_by_one


@given(st.lists(some.costs(), max_size=4))
def test_the_microdollars_of_a_sum_round_the_exact_sum(costs: list[Cost]) -> None:
    exact = sum((cost.femtodollars for cost in costs), 0)
    assert total(costs).microdollars == round(Fraction(exact, 10**9))


@given(some.costs())
def test_a_cost_goes_to_json_and_back_exactly(cost: Cost) -> None:
    text = json.dumps(cost_json.to_json(cost))
    assert cost_json.parse(json.loads(text)).unwrap() == cost


@given(SPOILED_COSTS)
def test_a_spoiled_cost_is_refused_or_reads_as_what_it_says(raw: object) -> None:
    read = cost_json.parse(raw)
    if isinstance(read, Failure):
        assert read.failure().subject == "cost"
        assert len(read.failure().message) <= 512
    else:
        assert cost_json.parse(cost_json.to_json(read.unwrap())).unwrap() == read.unwrap()


@given(some.price_rows(), some.usages(), some.usages(), some.conditions())
def test_pricing_in_parts_or_at_once_is_the_same_in_one_context(
    row: Row, one: Usage, two: Usage, when: Conditions
) -> None:
    one, two = without(one, FEES), without(two, FEES)
    both = one + two
    rates = world(row).find(f"{row.provider}:m")
    assert isinstance(rates, ModelRates)
    tiers = {rates.current.context(tokens_in(used)) for used in (one, two, both)}
    assume(len(tiers) == 1)
    parts = priced(row, one, when), priced(row, two, when)
    whole = priced(row, both, when)
    if whole is None or parts[0] is None or parts[1] is None:
        assert whole is None
        assert None in parts
    else:
        assert whole == parts[0] + parts[1]


@given(some.price_rows(), some.usages(), some.conditions(), st.sampled_from(NAMES))
def test_more_of_anything_never_costs_less_in_one_plane(
    row: Row, used: Usage, when: Conditions, name: str
) -> None:
    plane = plane_of(row, used, when)
    less, more = (
        charge(plane, used, "partial"),
        charge(plane, used + usage.of({name: 7}), "partial"),
    )
    if isinstance(less, Success) and isinstance(more, Success):
        assert 0 <= less.unwrap().femtodollars <= more.unwrap().femtodollars


@given(some.price_rows(), some.usages(), some.conditions())
def test_a_partial_cost_is_the_price_of_what_has_a_rate(
    row: Row, used: Usage, when: Conditions
) -> None:
    bound = priced(row, used, when)
    assume(bound is not None)
    assert bound is not None
    gone = tuple(item.dimension for item in bound.missing)
    assert bound.partial == bool(gone)
    strict = priced(row, used, when, partial=False)
    assert (strict is None) == bool(gone)
    plane = plane_of(row, used, when)
    rest = charge(plane, without(used, gone)).unwrap()
    assert rest.lines == bound.lines


@given(some.price_rows(), some.usages(), st.text(max_size=12))
def test_an_unknown_tier_is_never_priced_as_standard(row: Row, used: Usage, tier: str) -> None:
    assume(tier not in TIERS)
    made = price(f"{row.provider}:m", used, world(row), tier=tier)
    assert isinstance(made.failure(), UnknownTier)


@given(some.price_rows(), some.usages(), st.sampled_from(NAMES))
def test_a_negative_count_has_no_price(row: Row, used: Usage, name: str) -> None:
    spent = Usage(**{**asdict(used), name: -1})
    error = price(f"{row.provider}:m", spent, world(row), on_missing="partial").failure()
    assert error.code == "negative_usage"


@given(some.price_rows(), some.usages(), some.conditions())
def test_the_overlay_falls_through_by_cell(row: Row, used: Usage, when: Conditions) -> None:
    listed = world(row)
    model = Model(f"{row.provider}:m")
    period = Period(None, None, OTHER_RATE, {})
    overlay = Overlay(EMPTY.source, {model: (period,)})
    under = Prices({}, listed.table, listed.aliases, overlay)
    plain = without(used, ("input_tokens",))
    one = price(model, Usage(input_tokens=1), under)
    assert one.unwrap().femtodollars == OTHER_RATE["input_cost_per_token"]
    stated = {f.dimension: f.rate for f in _stated_lines(listed, model, plain, when)}
    over = {f.dimension: f.rate for f in _stated_lines(under, model, plain, when)}
    assert over == stated


def _stated_lines(prices: Prices, model: str, used: Usage, when: Conditions) -> list[Line]:
    """The lines that a field of the list states itself: no rule looks at another cell for them."""
    made = price(model, used, prices, at=when.at, region=when.region, on_missing="partial")
    if isinstance(made, Failure):
        return []
    return [line for line in made.unwrap().lines if line.rule is None]


@given(some.price_rows(), some.rates(), some.usages())
def test_a_configured_row_stays_whole(row: Row, own: Rates, used: Usage) -> None:
    model = Model(f"{row.provider}:m")
    overlay = Overlay(EMPTY.source, {model: (Period(None, None, OTHER_RATE, {}),)})
    listed = world(row)
    both = Prices({model: own}, listed.table, listed.aliases, overlay)
    alone = Prices({model: own}, EMPTY, ProviderAliases())
    assert price(model, used, both) == price(model, used, alone)


@given(some.usages())
def test_a_usage_reads_back_from_what_it_states(used: Usage) -> None:
    assert usage.parse(usage.given(used)).unwrap() == used


@given(some.raw_usages(), st.data())
def test_a_spoiled_usage_names_the_count(raw: dict[str, object], data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(NAMES))
    bad = data.draw(st.sampled_from([-1, True, 1.0, "1", None, 2**63]))
    error = usage.parse({**raw, name: bad}).failure()
    assert isinstance(error, InvalidField)
    assert error.field == name
    assert usage.parse({**raw, f"{name}x": 1}).failure().field == f"{name}x"
