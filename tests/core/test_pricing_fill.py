"""The rules that fill a cell which no field states: each by its name, and where it stops."""

import pytest

from mimir.core.pricing.dimensions import FEES, NAMES, TIERS, TOKENS, Tier
from mimir.core.pricing.fill import RULES, Derived, Facts, Place, derived

TEXT: Place = ("input_tokens", "standard", None)
HALF: Place = ("input_tokens", "batch", None)


def facts(provider: str = "p", key: str = "m", /, **base: int | str) -> Facts:
    """A row that states some standard cells of the lowest context."""
    return Facts({(name, "standard", None): rate for name, rate in base.items()}, provider, key)


def names(
    given: Facts, dimension: str, tier: Tier = "standard", above: int | None = None
) -> list[str]:
    return [item.rule for item in derived(given, dimension, tier, above)]


def test_nothing_fills_a_fee() -> None:
    rich = facts("anthropic", "claude", input_tokens=2, cache_read_tokens=1)
    for name in FEES:
        for tier in TIERS.values():
            assert derived(rich, name, tier, 200_000) == ()


@pytest.mark.parametrize("name", ["input_tokens", "output_tokens", "cache_read_tokens"])
def test_nothing_fills_a_plain_cell_of_a_tier(name: str) -> None:
    for tier in TIERS.values():
        assert derived(facts("openai", "gpt", input_tokens=2), name, tier, None) == ()


@pytest.mark.parametrize("above", [None, 200_000])
def test_reasoning_is_output_of_the_same_tier_and_context(above: int | None) -> None:
    for tier in TIERS.values():
        assert derived(facts(), "reasoning_tokens", tier, above)[0] == Derived(
            "reasoning_as_output", ("output_tokens", tier, above)
        )


@pytest.mark.parametrize("name", TOKENS)
def test_a_batch_of_claude_is_half_for_every_token_dimension(name: str) -> None:
    own = facts("anthropic", "claude", input_tokens=2)
    (batch,) = [
        item for item in derived(own, name, "batch", 200_000) if item.rule == "anthropic_batch_half"
    ]
    assert batch == Derived("anthropic_batch_half", (name, "standard", 200_000), 1, 2)


@pytest.mark.parametrize(
    ("provider", "key", "full", "half", "filled"),
    [
        ("anthropic", "claude", 4, None, True),
        ("anthropic", "claude", 4, 2, True),
        ("anthropic", "claude", 4, 3, False),
        ("anthropic", "claude", 4, "1.5", False),
        ("bedrock", "us.anthropic.claude", 4, 2, True),
        ("bedrock", "us.anthropic.claude", 4, None, False),
        ("anthropic", "other", 4, 2, False),
        ("openai", "gpt", 4, 2, False),
    ],
)
def test_a_batch_is_half_only_where_the_row_says_so_or_is_anthropics(
    provider: str, key: str, full: int, half: int | str | None, filled: bool
) -> None:
    stated: dict[Place, int | str] = {TEXT: full}
    if half is not None:
        stated[HALF] = half
    row = Facts(stated, provider, key)
    assert names(row, "cache_read_tokens", "batch") == ["anthropic_batch_half"] * filled


@pytest.mark.parametrize("tier", ["standard", "flex", "priority", "fast"])
def test_the_half_of_claude_is_for_batches_alone(tier: Tier) -> None:
    assert names(facts("anthropic", "claude", input_tokens=2), "cache_read_tokens", tier) == []


@pytest.mark.parametrize(
    ("name", "rule", "ratio"),
    [
        ("cache_write_5m_tokens", "anthropic_write_5m", (5, 4)),
        ("cache_write_1h_tokens", "anthropic_write_1h", (2, 1)),
    ],
)
def test_a_cache_write_of_anthropics_is_a_multiple_of_the_input(
    name: str, rule: str, ratio: tuple[int, int]
) -> None:
    found = derived(facts("anthropic", "claude"), name, "priority", 200_000)
    assert found == (Derived(rule, ("input_tokens", "priority", 200_000), *ratio),)
    assert names(facts("bedrock", "anthropic.claude"), name) == []


def test_nothing_fills_a_cache_write_of_twelve_hours() -> None:
    assert names(facts("anthropic", "claude"), "cache_write_12h_tokens") == []


@pytest.mark.parametrize("tier", ["batch", "flex"])
@pytest.mark.parametrize("provider", ["gemini", "vertex_ai", "vertex_ai-language-models"])
def test_a_long_batch_or_flex_of_google_is_half_of_the_long_price(
    provider: str, tier: Tier
) -> None:
    long: Place = ("output_tokens", "standard", 200_000)
    rows: list[tuple[int | str, list[Derived]]] = [
        (6, [Derived("google_long_half", long, 1, 2)]),
        (3, [Derived("google_long_same", long)]),
        (4, []),
        ("6", []),
    ]
    for full, filled in rows:
        stated: dict[Place, int | str] = {("output_tokens", "standard", None): full}
        row = Facts({**stated, ("output_tokens", tier, None): 3}, provider, "gemini")
        assert list(derived(row, "output_tokens", tier, 200_000)) == filled
        inexact = Facts({**stated, ("output_tokens", tier, None): "3"}, provider, "gemini")
        assert derived(inexact, "output_tokens", tier, 200_000) == ()


@pytest.mark.parametrize(
    ("provider", "stated", "tier", "above"),
    [
        ("gemini", "batch", "batch", None),  # below the threshold the field itself counts
        ("gemini", "flex", "batch", 200_000),  # the tier is not stated below it
        ("gemini", "priority", "priority", 200_000),  # priority is no half
        ("openai", "batch", "batch", 200_000),
    ],
)
def test_no_other_long_price_is_half(
    provider: str, stated: Tier, tier: Tier, above: int | None
) -> None:
    base: Place = ("output_tokens", "standard", None)
    row = Facts({base: 6, ("output_tokens", stated, None): 3}, provider, "m")
    assert names(row, "output_tokens", tier, above) == []


MEDIA = ["input_audio_tokens", "input_image_tokens", "input_video_tokens"]


@pytest.mark.parametrize("name", MEDIA)
def test_a_medium_that_costs_what_text_costs_is_text_in_every_tier(name: str) -> None:
    same = facts(input_tokens=4, **{name: 4})
    assert derived(same, name, "batch", 200_000) == (
        Derived("medium_at_text_rate", ("input_tokens", "batch", 200_000)),
    )
    assert names(facts(input_tokens=4, **{name: 5}), name, "batch") == []
    assert names(facts(**{name: 4}), name, "batch") == []


@pytest.mark.parametrize("name", MEDIA)
def test_a_medium_that_google_names_nowhere_is_text(name: str) -> None:
    key = "gemini/gemini-2.5-flash"
    assert names(facts("gemini", key, input_tokens=4), name) == ["medium_at_text_rate"]
    assert names(facts("gemini", key, input_tokens=4, **{name: 5}), name, "batch") == []
    for other in ("gemini/gemma-3", "gemini/gemini-live-2.5", "gemini-2.5-flash-native-audio"):
        assert names(facts("gemini", other, input_tokens=4), name) == []
    assert names(facts("vertex_ai-anthropic_models", "claude", input_tokens=4), name) == []
    assert names(facts("p", input_tokens=4), name) == []


@pytest.mark.parametrize(
    ("medium", "cached"),
    [
        ("input_audio_tokens", "cache_read_audio_tokens"),
        ("input_image_tokens", "cache_read_image_tokens"),
    ],
)
def test_a_cached_medium_at_the_text_rate_is_cached_text(medium: str, cached: str) -> None:
    as_text = Derived("medium_at_text_rate", ("cache_read_tokens", "flex", None))
    assert derived(facts(input_tokens=4, **{medium: 4}), cached, "flex", None) == (as_text,)
    assert derived(facts("gemini", "gemini-2.5-pro"), cached, "flex", None)[0] == as_text
    assert names(facts("gemini", "gemini-2.5-pro", **{medium: 9}), cached, "flex") == []
    assert names(facts("gemini", "gemini-2.5-pro", **{cached: 9}), cached, "flex") == []


def test_a_cached_image_is_cached_text_only_without_an_image_cell() -> None:
    name = "cache_read_image_tokens"
    assert derived(facts(cache_read_tokens=1), name, "batch", 128_000) == (
        Derived("cached_image_as_cached_text", ("cache_read_tokens", "batch", 128_000)),
    )
    assert names(facts(cache_read_tokens=1, input_image_tokens=5), name) == []
    assert names(facts(cache_read_tokens=1, cache_read_image_tokens=5), name, "batch") == []
    assert names(facts(cache_read_tokens=1), "cache_read_audio_tokens") == []


def test_the_rules_are_tried_in_their_order() -> None:
    own = facts("anthropic", "claude", input_tokens=2)
    assert names(own, "reasoning_tokens", "batch") == [
        "reasoning_as_output",
        "anthropic_batch_half",
    ]
    assert names(own, "cache_write_1h_tokens", "batch") == [
        "anthropic_batch_half",
        "anthropic_write_1h",
    ]
    image = "cache_read_image_tokens"
    assert names(facts("gemini", "gemini-2.5-pro", cache_read_tokens=1), image) == [
        "medium_at_text_rate",
        "cached_image_as_cached_text",
    ]


def test_every_rule_is_for_tokens_that_are_counted() -> None:
    for _, dimensions, _ in RULES:
        assert set(dimensions) <= set(TOKENS) < set(NAMES)
