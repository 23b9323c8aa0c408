"""A first catalog: which rows of the price table become entries, and what they say."""

import tomllib

from mimir.core import catalog as catalogs
from mimir.core.limits import INTEGER_MAX
from mimir.core.outcome import Failure, Success
from mimir.core.pricing.find import Prices
from mimir.core.pricing.providers import ProviderAliases
from mimir.core.pricing.quote import look_up
from mimir.core.pricing.rates import Rates
from mimir.core.pricing.table import PriceTable, Row, Source
from mimir.core.starter import LONG_CONTEXT_TOKENS, available, starter, to_toml
from mimir.core.vocabulary import Model

TODAY = "2026-06-15"
SOURCE = Source("list", "1", "2026-06-01", "MIT", "sha256:0")
BOTH = {"input_cost_per_token": 5, "output_cost_per_token": 9}
ALIASES = ProviderAliases({"vertex": ("vertex_ai", "vertex_ai-*")})


def chat(provider="openai", **fields):
    return Row(provider, **{"mode": "chat", "prices": BOTH, **fields})


def world(**rows):
    return Prices(
        {}, PriceTable(SOURCE, {key.replace("__", "/"): r for key, r in rows.items()}), ALIASES
    )


def made(prices, *providers):
    return starter(providers, prices, TODAY).unwrap()


def ids(prices, *providers):
    return [entry.id for entry in made(prices, *providers)]


def test_only_chat_rows_become_entries():
    prices = world(a=chat(), b=chat(mode="embedding"), c=chat(mode="responses"), d=chat(mode=None))
    assert ids(prices, "openai") == ["openai:a"]


def test_a_row_without_one_of_the_two_rates_is_left_out():
    half = chat(prices={"input_cost_per_token": 5})
    assert ids(world(a=chat(), b=half), "openai") == ["openai:a"]


def test_a_row_whose_rate_cannot_be_counted_with_is_left_out():
    inexact = chat(prices={**BOTH, "input_cost_per_token": "5.5"})
    assert ids(world(a=chat(), b=inexact), "openai") == ["openai:a"]


def test_a_row_is_left_out_from_its_deprecation_date_on():
    prices = world(
        before=chat(deprecation_date="2026-06-14"),
        today=chat(deprecation_date="2026-06-15"),
        after=chat(deprecation_date="2026-06-16"),
    )
    assert ids(prices, "openai") == ["openai:after"]


def test_the_price_of_a_fine_tuned_base_is_no_model():
    assert ids(world(**{"ft:gpt": chat(), "gpt": chat()}), "openai") == ["openai:gpt"]


def test_a_model_too_long_for_an_id_is_left_out():
    assert ids(world(**{"m" * 505: chat(), "m" * 506: chat()}), "openai") == ["openai:" + "m" * 505]


def test_another_providers_row_is_no_entry():
    assert ids(world(a=chat(), b=chat("anthropic")), "openai") == ["openai:a"]


def test_a_qualified_key_loses_the_provider_that_the_model_names():
    assert ids(world(groq__llama=chat("groq")), "groq") == ["groq:llama"]


def test_a_declared_name_finds_the_rows_of_the_service_it_means():
    prices = world(vertex_ai__claude=chat("vertex_ai-anthropic_models"), gemini=chat("vertex_ai-x"))
    assert ids(prices, "vertex") == ["vertex:claude", "vertex:gemini"]


def test_of_two_rows_for_one_model_the_one_that_prices_it_is_the_entry():
    prices = world(groq__m=chat("groq"), m=chat("groq", supports=frozenset({"supports_vision"})))
    (entry,) = made(prices, "groq")
    assert (entry.id, entry.capabilities) == ("groq:m", frozenset())


def test_capabilities_come_from_the_flags_and_the_context():
    prices = world(
        none=chat(max_input_tokens=LONG_CONTEXT_TOKENS - 1, supports=frozenset({"supports_x"})),
        tools=chat(supports=frozenset({"supports_function_calling"})),
        vision=chat(supports=frozenset({"supports_vision"})),
        long=chat(max_input_tokens=LONG_CONTEXT_TOKENS),
    )
    assert [sorted(entry.capabilities) for entry in made(prices, "openai")] == [
        [],
        ["tools"],
        ["vision"],
        ["long_context"],
    ]


def test_the_context_window_is_both_limits_together_and_unknown_where_one_is_not_stated():
    limits = [
        (128_000, 16_384, 144_384),
        (8_192, 8_192, 16_384),
        (4_096, 8_192, 12_288),
        (1, 1, 2),
        (128_000, None, None),
        (None, 16_384, None),
        (None, None, None),
        (128_000, 0, None),
        (0, 16_384, None),
        (0, 0, None),
        (INTEGER_MAX - 1, 1, INTEGER_MAX),
        (INTEGER_MAX, 1, None),
    ]
    rows = {
        f"m{at}": chat(max_input_tokens=given, max_output_tokens=taken)
        for at, (given, taken, _) in enumerate(limits)
    }
    windows = [entry.context_window for entry in made(world(**rows), "openai")]
    assert windows == [window for _, _, window in limits]


def test_an_unknown_context_window_is_not_written():
    known = chat(max_input_tokens=9, max_output_tokens=1)
    text = to_toml(made(world(a=chat(), b=known), "openai"), SOURCE, TODAY)
    first, second = tomllib.loads(text)["entry"]
    assert "context_window" not in first
    assert list(second) == ["id", "model", "lane", "runtime", "capabilities", "context_window"]
    assert second["context_window"] == 10


def test_a_local_providers_models_run_locally_but_for_those_in_a_cloud():
    prices = world(
        **{"ollama/a": chat("ollama"), "ollama/b:9b-cloud": chat("ollama"), "c": chat("openai")}
    )
    assert [entry.runtime for entry in made(prices, "ollama", "openai")] == [
        "local",
        "managed",
        "managed",
    ]


def test_a_provider_named_twice_stands_once():
    prices = world(a=chat(), b=chat("groq"))
    assert ids(prices, "groq", "openai", "groq") == ["groq:b", "openai:a"]


def test_configured_rates_do_not_matter():
    prices = world(a=chat())
    configured = Prices({Model("openai:a"): Rates(input=1, output=1)}, prices.table, ALIASES)
    assert ids(configured, "openai") == ["openai:a"]


def test_an_unknown_provider_is_refused_with_the_names_near_it():
    refused = starter(["openai", "opnai"], world(a=chat()), TODAY)
    assert isinstance(refused, Failure)
    error = refused.failure()
    assert (error.code, error.provider, error.near) == ("unknown_provider", "opnai", ("openai",))
    assert error.message == 'no priced, current chat model of provider "opnai"; near it: openai'


def test_a_provider_like_no_other_is_refused_without_names():
    error = starter(["zzz"], world(a=chat()), TODAY).failure()
    assert error.message == 'no priced, current chat model of provider "zzz"'


def test_a_key_given_for_a_provider_is_not_shown():
    key = "sk-" + "a1" * 20
    assert key not in starter([key], world(a=chat()), TODAY).failure().message


def test_available_counts_declared_names_too_and_leaves_out_the_empty():
    prices = world(
        a=chat(), b=chat(), vertex_ai__c=chat("vertex_ai"), d=chat("old", deprecation_date=TODAY)
    )
    assert list(available(prices, TODAY).items()) == [
        ("openai", 2),
        ("vertex", 1),
        ("vertex_ai", 1),
    ]


def test_the_written_catalog_reads_back_as_the_entries():
    odd = 'a"b\\c\x7fd\n\u00e9\U0001f600'
    seeing = chat(supports=frozenset({"supports_vision"}), max_input_tokens=9, max_output_tokens=9)
    prices = world(**{odd: seeing, "plain": chat()})
    entries = made(prices, "openai")
    document = tomllib.loads(to_toml(entries, SOURCE, TODAY))
    read = catalogs.resolve(document["entry"])
    assert isinstance(read, Success)
    assert read.unwrap().entries == entries
    assert all(isinstance(look_up(entry.model, prices), Success) for entry in entries)
