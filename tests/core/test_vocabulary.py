"""The closed words, and how a model splits."""

from collections.abc import Callable

import pytest

from mimir.core.vocabulary import (
    CAPABILITIES,
    EXCLUSION_CLASSES,
    RUNTIME_PREFERENCES,
    RUNTIMES,
    ProviderModel,
    is_capability,
    is_runtime,
    is_runtime_preference,
    split_provider,
)


class Text(str):
    """A string that is not exactly a ``str``."""

    __slots__ = ()


GUARDS: list[tuple[Callable[[object], bool], tuple[str, ...]]] = [
    (is_capability, CAPABILITIES),
    (is_runtime, RUNTIMES),
    (is_runtime_preference, RUNTIME_PREFERENCES),
]


def test_the_vocabularies_are_closed_and_in_their_order() -> None:
    assert CAPABILITIES == ("tools", "vision", "long_context")
    assert RUNTIMES == ("managed", "local")
    assert RUNTIME_PREFERENCES == ("managed", "local", "any")
    can = ("capability", "context", "quality")
    assert (*can, "policy", "runtime", "health", "latency", "cost") == EXCLUSION_CLASSES


@pytest.mark.parametrize(("guard", "words"), GUARDS)
def test_a_guard_takes_its_words_and_nothing_like_them(
    guard: Callable[[object], bool], words: tuple[str, ...]
) -> None:
    assert all(guard(word) for word in words)
    for word in words:
        for like in (word.upper(), f" {word}", word.encode(), [word], Text(word)):
            assert not guard(like)
    others: tuple[object, ...] = (None, "", 0, True, {}, ["tools"])
    assert not any(guard(other) for other in others)


@pytest.mark.parametrize(
    ("model", "provider", "model_id"),
    [
        ("openai:gpt-4o", "openai", "gpt-4o"),
        ("bedrock:a:1", "bedrock", "a:1"),
        (":x", "", "x"),
        ("x:", "x", ""),
        ("x", None, "x"),
        ("", None, ""),
    ],
)
def test_a_model_splits_at_its_first_colon(model: str, provider: str | None, model_id: str) -> None:
    assert split_provider(model) == ProviderModel(provider, model_id)


@pytest.mark.parametrize("foreign", [None, 5, 1.5, {}, b"p:m", Text("p:m")])
def test_what_is_no_text_has_neither_half(foreign: object) -> None:
    assert split_provider(foreign) == (None, None)
