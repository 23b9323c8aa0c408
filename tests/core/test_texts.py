"""Which texts are no keys is told at once, and which are is told by the rules of redaction."""

import pytest
from hypothesis import given

from mimir.core.redaction.text import scrub
from mimir.core.texts import KEY_MIN_CHARS, is_unicode, masked, names_key
from mimir.testing import key_texts

LETTERS = "aB3dE6gH9jK2mN5p"


@pytest.mark.parametrize(
    "name",
    [
        "anthropic:claude-sonnet-4-5-20250929",
        "openai:gpt-4o-mini-2024-07-18",
        "vertex_ai/gemini-2.5-flash-lite-preview",
        "summarise-documents",
        "gen_ai.tool.call.arguments",
        "sha256:" + "0f1e2d3c" * 8,
        "sk-learn-pipelines-of-the-day",
        "a" * (KEY_MIN_CHARS - 1),
        "x" * 40,
    ],
)
def test_a_name_of_words_and_numbers_is_no_key(name: str) -> None:
    assert not names_key(name)


@given(key_texts())
def test_a_key_is_one_where_a_name_is_expected(key: str) -> None:
    assert names_key(key)
    assert names_key(f"openai:{key}")


@pytest.mark.parametrize("family", ["sk-", "vk-"])
@pytest.mark.parametrize("tail", [LETTERS, LETTERS.lower(), "0123456789abcdef", LETTERS * 3])
def test_no_run_that_is_long_enough_for_a_key_is_told_at_once(family: str, tail: str) -> None:
    assert names_key(family + tail) == (scrub(family + tail) != family + tail)
    assert names_key(family + tail)


def test_what_is_too_short_for_a_key_comes_back_as_it_is() -> None:
    assert masked("sk-" + "a1" * 6) == "sk-" + "a1" * 6
    assert masked("sk-" + "a1" * 24) == "[REDACTED]"


def test_what_utf_8_cannot_carry_is_told() -> None:
    assert is_unicode("plain")
    assert is_unicode("na\u00efve")
    assert not is_unicode("\ud800")
