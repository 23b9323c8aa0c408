"""What an error proposes for a model that was not found: names that have rates, never used."""

import pytest

from mimir.core.limits import ID_MAX_CHARS
from mimir.core.pricing.find import Prices
from mimir.core.pricing.layers import ModelRates
from mimir.core.pricing.near import NEAR_MAX, AmbiguousModel, UnknownModel, unknown
from mimir.core.pricing.providers import ProviderAliases
from mimir.core.pricing.quote import look_up
from mimir.core.pricing.table import EMPTY, PriceTable, Row
from mimir.shell import prices as shelf

INPUT, OUTPUT = "input_cost_per_token", "output_cost_per_token"


def row(provider: str, given: int | str = 1_000, taken: int | str = 2_000) -> Row:
    """A row with both prices per token, in femtodollars."""
    return Row(provider, prices={INPUT: given, OUTPUT: taken})


def prices(rows: dict[str, Row]) -> Prices:
    """Prices of a made-up list."""
    aliases = ProviderAliases({"vertex": ("vertex_ai", "vertex_ai-*"), "google": ("gemini",)})
    return Prices({}, PriceTable(EMPTY.source, rows), aliases)


def near(model: str, rows: dict[str, Row]) -> tuple[str, ...]:
    error = prices(rows).find(model)
    assert isinstance(error, UnknownModel)
    return error.near


def test_a_near_id_of_the_same_provider_is_proposed_and_not_used() -> None:
    rows = {"gpt-4o": row("openai"), "openai/gpt-4": row("openai"), "gpt-4o-x": row("azure")}
    assert near("openai:gpt-4oo", rows) == ("openai:gpt-4o", "openai:gpt-4")
    assert (
        look_up("openai:gpt-4oo", prices(rows))
        .failure()
        .message.endswith("near: openai:gpt-4o, openai:gpt-4")
    )


def test_the_same_id_at_other_providers_is_proposed() -> None:
    rows = {"azure/gpt-4o": row("azure"), "gpt-4o": row("openai"), "gpt-4": row("ollama")}
    assert near("ollama:gpt-4o", rows) == ("ollama:gpt-4", "azure:gpt-4o", "openai:gpt-4o")
    assert len(near("ollama:gpt-4o", {**rows, "x/gpt-4o": row("x")})) == NEAR_MAX


def test_a_model_without_a_provider_that_several_have_is_ambiguous() -> None:
    rows = {"azure/gpt-4o": row("azure"), "gpt-4o": row("openai")}
    error = prices(rows).find("gpt-4o")
    assert isinstance(error, AmbiguousModel)
    assert error == AmbiguousModel("gpt-4o", ("azure:gpt-4o", "openai:gpt-4o"))
    assert error.message == '"gpt-4o" names no provider; one of: azure:gpt-4o, openai:gpt-4o'
    assert near("gpt-4o", {"gpt-4o": row("openai")}) == ("openai:gpt-4o",)


def test_a_secret_in_a_model_is_not_quoted() -> None:
    secret = "sk-" + "a1B2" * 10
    error = look_up(f"openai:{secret}", prices({})).failure()
    assert secret not in repr(error) + error.message


def test_nothing_near_is_proposed_where_nothing_is() -> None:
    assert near("openai:zzz", {"gpt-4o": row("openai")}) == ()
    error = prices({}).find("openai:zzz")
    assert isinstance(error, UnknownModel)
    assert error.message.endswith("neither a configured nor a listed row has one")


def test_a_near_id_of_another_provider_is_not_proposed() -> None:
    assert near("openai:gpt-4oo", {"gpt-4o": row("azure")}) == ()


def test_near_ids_are_proposed_nearest_first_and_few() -> None:
    ids = ["gpt-4o", "gpt-4o-mini", "gpt-4", "gpt-4o-2024", "gpt-4o-x"]
    proposed = near("openai:gpt-4o-y", {item: row("openai") for item in ids})
    assert proposed[0] == "openai:gpt-4o-x"
    assert len(proposed) == NEAR_MAX


def test_a_proposed_name_has_the_provider_that_was_asked_for() -> None:
    rows = {
        "gemini-pro": row("vertex_ai-language-models"),
        "vertex_ai/gemini-max": row("vertex_ai"),
    }
    assert near("vertex:gemini-prox", rows)[0] == "vertex:gemini-pro"
    assert near("vertex:gemini-maxx", rows)[0] == "vertex:gemini-max"


def test_a_near_id_under_a_declared_name_of_the_provider_is_proposed() -> None:
    rows = {"vertex_ai/gemini-pro": row("vertex_ai-language-models")}
    assert near("vertex:gemini-prox", rows) == ("vertex:gemini-pro",)


def test_a_row_without_prices_is_never_proposed() -> None:
    rows = {"copilot/gpt-4o": Row("copilot"), "gpt-4o": row("openai")}
    assert near("ollama:gpt-4o", rows) == ("openai:gpt-4o",)
    assert near("copilot:gpt-4o", rows) == ("openai:gpt-4o",)


def test_a_row_without_prices_makes_no_model_ambiguous() -> None:
    rows = {"copilot/gpt-4o": Row("copilot"), "gpt-4o": row("openai")}
    assert prices(rows).find("gpt-4o") == UnknownModel("gpt-4o", ("openai:gpt-4o",))


def test_a_model_that_is_too_long_is_compared_with_nothing() -> None:
    long = "openai:" + "g" * ID_MAX_CHARS
    error = unknown(long, PriceTable(EMPTY.source, {"g": row("openai")}), ProviderAliases())
    assert isinstance(error, UnknownModel)
    assert error.near == ()
    assert len(error.model) < ID_MAX_CHARS


@pytest.mark.parametrize(
    "model",
    [
        "openai:gpt-4oo",
        "ollama:gpt-4o",
        "github_copilot:gpt-4o",
        "anthropic:claude-sonet-4-5",
        "vertex:gemini-2.5-prro",
        "google:gemini-2.5-flsh",
        "bedrock:anthropic.claude-sonnet-4-5",
        "dashscope:qwen-pluss",
        "claude-sonnet-4-5",
        "gpt-5",
        "gemini-2.5-pro",
    ],
)
def test_what_is_proposed_from_the_vendored_table_has_rates(model: str) -> None:
    book = shelf.prices().unwrap()
    error = book.find(model)
    assert not isinstance(error, ModelRates)
    names = error.near if isinstance(error, UnknownModel) else ()
    names = error.candidates if isinstance(error, AmbiguousModel) else names
    assert names
    assert [name for name in names if not isinstance(book.find(name), ModelRates)] == []
