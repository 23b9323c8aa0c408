"""How usage, rates and provider names are read."""

import copy
import pickle

import pytest

from mimir.core.limits import CATALOG_MAX_ROWS
from mimir.core.pricing import providers, rates, usage
from mimir.core.pricing.dimensions import NAMES, POSITIONS
from mimir.core.pricing.providers import ProviderAliases, is_provider, qualified_keys
from mimir.core.pricing.rates import KEYS, REQUIRED, Rates
from mimir.core.pricing.usage import Usage

BIG = 2**63 - 1


def test_absent_counts_are_zero() -> None:
    assert usage.parse({}).unwrap() == Usage(input_tokens=0, output_tokens=0)


def test_a_usage_is_copied_and_pickled_whole() -> None:
    used = Usage(input_tokens=5, requests=1)
    for twin in (copy.copy(used), copy.deepcopy(used), pickle.loads(pickle.dumps(used))):
        assert (twin, repr(twin), twin + twin) == (used, repr(used), used + used)


def test_counts_are_read_up_to_the_largest_integer() -> None:
    read = usage.parse({"input_tokens": 0, "output_tokens": BIG}).unwrap()
    assert read == Usage(input_tokens=0, output_tokens=BIG)


@pytest.mark.parametrize("bad", [-1, BIG + 1, True, 1.0, "1", None, []])
@pytest.mark.parametrize("name", ["input_tokens", "output_tokens"])
def test_a_count_that_is_none_is_refused_by_its_name(name: str, bad: object) -> None:
    error = usage.parse({name: bad}).failure()
    assert (error.code, error.field) == ("invalid_usage", name)


def test_a_count_too_long_to_print_is_refused() -> None:
    error = usage.parse({"input_tokens": 10**5000}).failure()
    assert error.message.endswith("an integer of 16610 bits")


@pytest.mark.parametrize("bad", [None, [], "x", 3, True])
def test_usage_that_is_no_object_is_refused(bad: object) -> None:
    assert usage.parse(bad).failure().field == ""


@pytest.mark.parametrize(
    ("key", "field"), [("prompt_tokens", "prompt_tokens"), (7, "7"), (True, "true")]
)
def test_an_unknown_count_is_refused_by_its_name(key: object, field: str) -> None:
    assert usage.parse({key: 1, "input_tokens": 2}).failure().field == field


def test_an_unknown_count_can_be_ignored() -> None:
    raw = {"total_tokens": "any", "input_tokens": 2}
    assert usage.parse(raw, extra="ignore").unwrap() == Usage(input_tokens=2)


def test_a_subclass_of_dict_is_no_plain_data() -> None:
    class Sly(dict[str, int]):
        """Not exactly a dict."""

    assert usage.parse(Sly(input_tokens=1)).failure().message.endswith("got a Sly")


def test_a_full_row_is_read() -> None:
    row = rates.parse({"input": 0, "output": BIG}).unwrap()
    assert row == Rates(input=0, output=BIG)
    assert row.is_complete


@pytest.mark.parametrize("row", [Rates(input=1), Rates(output=1), Rates()])
def test_a_half_row_made_by_hand_is_not_complete(row: Rates) -> None:
    assert not row.is_complete


@pytest.mark.parametrize("name", ["input", "output"])
def test_a_half_row_is_refused_by_the_rate_it_lacks(name: str) -> None:
    raw = {"input": 1, "output": 2}
    del raw[name]
    assert rates.parse(raw).failure().field == name


@pytest.mark.parametrize("bad", [-1, BIG + 1, True, 1.5, "1", None])
@pytest.mark.parametrize("name", ["input", "output"])
def test_a_rate_that_is_none_is_refused_by_its_name(name: str, bad: object) -> None:
    error = rates.parse({"input": 1, "output": 2, name: bad}).failure()
    assert (error.code, error.field) == ("invalid_rates", name)


def test_an_unknown_rate_is_refused_or_ignored() -> None:
    raw = {"input": 1, "output": 2, "cache": 3}
    assert rates.parse(raw).failure().field == "cache"
    assert rates.parse(raw, extra="ignore").unwrap() == Rates(input=1, output=2)


def test_a_row_that_is_no_object_is_refused() -> None:
    assert rates.parse([1, 2]).failure().field == ""


def test_a_configuration_is_read_by_model() -> None:
    raw = {"a:b": {"input": 1, "output": 2, "x": 0}}
    assert rates.parse_config(raw, extra="ignore").unwrap() == {"a:b": Rates(input=1, output=2)}


@pytest.mark.parametrize(
    ("raw", "field"),
    [
        ({"a:b": {"input": 1}}, "a:b.output"),
        ({"a:b": {"input": 1, "output": 2, "x": 0}}, "a:b.x"),
        ({"a:b": 7}, "a:b"),
        ({7: {}}, "7"),
        ({"": {}}, ""),
        ([], ""),
    ],
)
def test_an_error_of_a_configuration_names_model_and_key(raw: object, field: str) -> None:
    assert rates.parse_config(raw).failure().field == field


def test_a_model_name_that_is_too_long_is_refused() -> None:
    assert "longer than 512" in rates.parse_config({"m" * 513: {}}).failure().message


def test_a_configuration_of_too_many_models_is_refused() -> None:
    raw = dict.fromkeys(map(str, range(CATALOG_MAX_ROWS + 1)))
    assert "an object of 100001 keys" in rates.parse_config(raw).failure().message


def test_a_secret_in_a_model_name_is_not_quoted() -> None:
    key = "sk-" + "a1B2" * 10
    error = rates.parse_config({f"openai:{key}": 7}).failure()
    assert key not in error.field + error.message


ALIASES = ProviderAliases({"vertex": ("vertex_ai", "vertex_ai-*"), "wild": ("*x*",)})


@pytest.mark.parametrize(
    ("asked", "stated", "same"),
    [
        ("openai", "openai", True),
        ("vertex", "vertex_ai", True),
        ("vertex", "vertex_ai-language-models", True),
        ("vertex", "vertex_aix", False),
        ("vertex_ai", "vertex", False),
        ("ollama", "openai", False),
    ],
)
def test_a_provider_is_itself_or_declared(asked: str, stated: str, same: bool) -> None:
    assert is_provider(asked, stated, ALIASES) is same


def test_names_with_a_star_are_no_prefix_of_a_key() -> None:
    assert qualified_keys("vertex", "m", ALIASES) == ("vertex/m", "vertex_ai/m")


@pytest.mark.parametrize(
    ("raw", "field"),
    [
        ([], "providers"),
        ({str(n): ["x"] for n in range(1001)}, "providers"),
        ({7: ["x"]}, "providers.7"),
        ({"a": "x"}, "providers.a"),
        ({"a": []}, "providers.a"),
        ({"a": ["x"] * 1001}, "providers.a"),
        ({"a": ["x", 7]}, "providers.a[1]"),
        ({"a": ["*"]}, "providers.a[0]"),
        ({"a": ["x*y"]}, "providers.a[0]"),
        ({"a": ["x" * 129]}, "providers.a[0]"),
    ],
)
def test_a_name_that_is_none_is_refused_by_its_place(raw: object, field: str) -> None:
    assert providers.parse(raw).failure().field == field


def test_declared_names_are_read_in_their_order() -> None:
    raw = {"vertex": ["vertex_ai", "vertex_ai-*"], "google": ["gemini"]}
    read = providers.parse(raw).unwrap()
    assert read.names == {"vertex": ("vertex_ai", "vertex_ai-*"), "google": ("gemini",)}


def test_usage_and_rates_show_what_they_state() -> None:
    assert repr(Usage(input_tokens=3, web_searches=1)) == "Usage(input_tokens=3, web_searches=1)"
    assert repr(Rates(input=2, requests=5)) == "Rates(input=2, requests=5)"


@pytest.mark.parametrize("name", NAMES)
def test_every_dimension_is_a_count_with_the_same_bounds(name: str) -> None:
    for count in (0, 1, BIG):
        assert usage.counts(usage.parse({name: count}).unwrap())[POSITIONS[name]] == count
    for bad in (-1, BIG + 1, True, 1.0, "1", None):
        error = usage.parse({name: bad}).failure()
        assert (error.code, error.field) == ("invalid_usage", name)


def test_usages_add_bucket_by_bucket() -> None:
    one = usage.of(POSITIONS)
    other = Usage(input_tokens=100, output_video_seconds=5)
    added = one + other
    assert usage.given(added) == {
        **{name: position for name, position in POSITIONS.items() if position},
        "input_tokens": 100,
        "output_video_seconds": POSITIONS["output_video_seconds"] + 5,
    }
    assert other + one == added
    assert one + Usage() == one


def test_a_usage_states_its_counts_in_the_order_of_the_dimensions() -> None:
    used = Usage(web_searches=1, output_tokens=2, input_tokens=3)
    assert list(usage.given(used)) == ["input_tokens", "output_tokens", "web_searches"]
    assert usage.counts(used)[:2] == (3, 0)


@pytest.mark.parametrize("key", [key for key in KEYS if key not in REQUIRED])
def test_every_other_rate_may_be_left_out_and_has_the_same_bounds(key: str) -> None:
    pair = {"input": 1, "output": 2}
    read = rates.parse({**pair, key: BIG}).unwrap()
    assert rates.stated(read) == {**pair, key: BIG}
    assert rates.parse({**pair, key: 0}).unwrap() != rates.parse(pair).unwrap()
    for bad in (-1, BIG + 1, True, 1.5, "1", None):
        error = rates.parse({**pair, key: bad}).failure()
        assert (error.code, error.field) == ("invalid_rates", key)


def test_every_dimension_has_a_rate_of_its_own() -> None:
    assert len(set(KEYS)) == len(KEYS) == len(NAMES)
    assert all(name in (key, f"{key}_tokens") for key, name in zip(KEYS, NAMES, strict=True))
