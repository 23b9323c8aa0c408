"""What holds for every usage, every rate and every table."""

import json
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from mimir import testing as some
from mimir.core.fields import InvalidField
from mimir.core.outcome import Failure, Success
from mimir.core.pricing import numerals, rates, table, usage
from mimir.core.pricing.changes import changes
from mimir.core.pricing.compact import compact
from mimir.core.pricing.find import Prices, listed
from mimir.core.pricing.numerals import Numeral
from mimir.core.pricing.pack import pack
from mimir.core.pricing.price import cost_microdollars, meter, price
from mimir.core.pricing.providers import is_provider
from mimir.core.pricing.quote import Quote, amount, look_up
from mimir.core.pricing.rates import Rates
from mimir.core.pricing.table import EMPTY, PriceTable
from mimir.core.pricing.usage import Usage
from mimir.core.vocabulary import Model

MODELS = st.sampled_from(["openai:large", "azure:small", "vertex:a:b", "ollama:large", "large"])
TEXTS = st.from_regex(r"-?[0-9]{1,20}(\.[0-9]{1,20})?([eE][+-]?[0-9]{1,2})?", fullmatch=True)
CELLS = st.one_of(
    st.floats(),
    st.integers(),
    st.booleans(),
    st.none(),
    st.text(max_size=5),
    st.lists(st.integers(), max_size=3),
    st.dictionaries(st.text(max_size=3), st.integers(), max_size=3),
)
FIELDS = st.sampled_from(
    [
        "litellm_provider",
        "input_cost_per_token",
        "output_cost_per_token",
        "cache_read_input_token_cost",
        "tiered_pricing",
        "input_dbu_cost_per_token",
        "supports_vision",
        "mode",
        "max_tokens",
        "deprecation_date",
    ]
)
ROWS = st.dictionaries(FIELDS, CELLS) | CELLS
GOOD = {"litellm_provider": "p", "output_cost_per_image": 1}


@given(some.quotes(), some.usages())
def test_an_amount_is_the_exact_sum_of_rate_times_count(quote: Quote, used: Usage) -> None:
    rest = quote.rest or (0, 0)
    given_ = Fraction(quote.input) + Fraction(rest[0], 1000)
    taken = Fraction(quote.output) + Fraction(rest[1], 1000)
    exact = given_ * used.input_tokens + taken * used.output_tokens
    if not quote.above:
        assert Fraction(amount(quote, used), 1000) == exact


@given(some.quotes(), some.usages(), st.integers(0, 100), st.integers(0, 100))
def test_more_tokens_never_cost_less(quote: Quote, used: Usage, more: int, most: int) -> None:
    larger = Usage(input_tokens=used.input_tokens + more, output_tokens=used.output_tokens + most)
    if not quote.above:
        assert amount(quote, larger) >= amount(quote, used)


@given(MODELS, some.prices(), some.usages())
def test_metering_agrees_with_pricing(model: str, world: Prices, used: Usage) -> None:
    microdollars, error = meter(model, used, world)
    assert cost_microdollars(model, used, world) == microdollars
    match price(model, used, world):
        case Success(cost):
            assert (microdollars, error) == (cost.microdollars, None)
        case Failure(reason):
            assert (microdollars, error) == (0, reason)


@given(MODELS, some.prices(), some.rates())
def test_a_full_configured_row_always_wins(model: str, world: Prices, own: Rates) -> None:
    config = {**world.config, Model(model): own}
    quote = look_up(model, Prices(config, world.table, world.aliases)).unwrap()
    stated = Rates(input=own.input, output=own.output)
    assert (quote.source, quote.rates, quote.rest) == ("config", stated, None)


@given(MODELS, some.prices())
def test_a_listed_row_is_qualified_or_of_the_asked_provider(model: str, world: Prices) -> None:
    found = listed(model, world)
    if found is not None:
        key, row = found
        provider, _, model_id = model.partition(":")
        names = {provider, *world.aliases.names.get(provider, ())}
        qualified = key in {f"{name}/{model_id}" for name in names}
        assert qualified or is_provider(provider, row.provider, world.aliases)
        assert world.table.rows[key] is row


@given(MODELS, some.prices())
def test_a_quote_states_the_listed_rates_exactly(model: str, world: Prices) -> None:
    quote = look_up(model, Prices({}, world.table, world.aliases))
    if isinstance(quote, Success):
        made = quote.unwrap()
        assert made.key is not None
        stated = world.table.rows[made.key].prices
        one = Usage(input_tokens=1), Usage(output_tokens=1)
        ranged = any(path.startswith("tiered_pricing[0]") for path in stated)
        head = "tiered_pricing[0]." if ranged else ""
        assert amount(made, one[0]) == stated[f"{head}input_cost_per_token"]
        assert amount(made, one[1]) == stated[f"{head}output_cost_per_token"]


@given(some.anything())
def test_no_parser_raises_whatever_it_is_given(raw: object) -> None:
    for outcome in (usage.parse(raw), rates.parse(raw), rates.parse_config(raw), table.parse(raw)):
        if isinstance(outcome, Failure):
            assert isinstance(outcome.failure(), InvalidField)
            assert len(outcome.failure().message) <= 512


@given(some.raw_usages(), some.raw_rates())
def test_what_is_well_formed_is_read(counts: dict[str, object], row: dict[str, object]) -> None:
    assert isinstance(usage.parse(counts), Success)
    assert isinstance(rates.parse_config({"a:b": row}), Success)


@given(some.price_tables().filter(lambda made: bool(made.rows)))
def test_a_packed_table_reads_back_as_itself(made: PriceTable) -> None:
    read = table.parse(json.loads(json.dumps(pack(made)))).unwrap()
    assert read == made
    assert pack(read) == pack(made)


@given(some.price_tables(), some.price_tables())
def test_changes_turn_round_with_their_tables(one: PriceTable, two: PriceTable) -> None:
    there, back = changes(one, two), changes(two, one)
    assert (there.added, there.removed) == (back.removed, back.added)
    assert [item.key for item in there.dearer] == [item.key for item in back.cheaper]
    assert not any((changes(one, one).dearer, changes(one, one).restated, changes(one, one).added))


@given(TEXTS)
def test_a_numeral_is_the_number_that_is_written(text: str) -> None:
    number = numerals.parse(text)
    assert number is not None
    assert value(number) == Fraction(text)
    assert numerals.parse(numerals.render(number)) in {number, None}
    assert Fraction(numerals.render(number)) == Fraction(text)


@given(TEXTS)
def test_a_repair_moves_a_number_by_less_than_its_twelfth_digit(text: str) -> None:
    number = numerals.parse(text)
    assert number is not None
    kept = numerals.repaired(number)
    assert abs(value(kept) - value(number)) * 2 * 10**11 <= abs(value(number))
    assert numerals.repaired(kept) == kept


@given(TEXTS, TEXTS)
def test_numerals_are_ordered_like_numbers(one: str, two: str) -> None:
    left, right = numerals.parse(one), numerals.parse(two)
    assert left is not None
    assert right is not None
    assert numerals.is_less(left, right) == (Fraction(one) < Fraction(two))
    assert (left == right) == (Fraction(one) == Fraction(two))


@given(st.dictionaries(st.text(max_size=4), ROWS, max_size=4))
def test_any_list_gives_a_table_that_reads_back_or_an_error(rows: dict[str, object]) -> None:
    made = compact(json.dumps({**rows, "good": GOOD}), EMPTY.source).unwrap()
    assert table.parse(json.loads(json.dumps(pack(made.table)))).unwrap() == made.table
    for row in made.table.rows.values():
        assert all(not isinstance(cell, int) or cell >= 0 for cell in row.prices.values())


@given(st.floats(0, 0.001))
def test_a_token_price_is_kept_to_twelve_digits(dollars: float) -> None:
    rows = {"m": {"litellm_provider": "p", "input_cost_per_token": dollars}}
    kept = compact(json.dumps(rows), EMPTY.source).unwrap().table.rows["m"]
    stated = Fraction(kept.prices["input_cost_per_token"]) / 10**15
    written = Fraction(json.dumps(dollars))
    assert abs(stated - written) * 10**11 <= written


@given(st.text(max_size=20))
def test_text_that_is_no_price_list_is_a_typed_error(text: str) -> None:
    made = compact(text, EMPTY.source)
    assert isinstance(made, Failure)
    assert made.failure().code == "invalid_price_table"


def value(number: Numeral) -> Fraction:
    """The number as a fraction."""
    return number.digits * Fraction(10) ** number.exponent
