"""What holds of scrubbing and cutting for every text and structure."""

import copy
import string

from hypothesis import assume, example, given
from hypothesis import strategies as st

from mimir.core.outcome import Success
from mimir.core.redaction.gate import redact
from mimir.core.redaction.rules import DEFAULT_RULES, REFERENCE_RULES, Rules
from mimir.core.redaction.text import REDACTED, looks_like_key, scrub, truncate
from mimir.core.redaction.walk import scrub_data
from mimir.core.secret import Secret
from mimir.testing.secrets import key_texts

LITERALS = ("sk-", "vk-", "AKIA", "ASIA", "AIza", REDACTED, "\\n", "%20", "\\u00e9", "[0m")
RULES = st.sampled_from([DEFAULT_RULES, REFERENCE_RULES])
ANY_TEXT = st.text(st.characters(codec=None, categories=None))
SEPARATORS = st.sampled_from(" \t\n\"'`,;:.()[]{}<>=&?!/\\@#\u65e5\u00e9\u0661\ud800")


@st.composite
def near_keys(draw: st.DrawFn) -> str:
    """Make texts out of keys, halves of keys, literals and what may part them."""
    pieces = st.one_of(
        key_texts(),
        st.sampled_from(LITERALS),
        st.text(string.ascii_letters + string.digits + "-_", max_size=30),
        SEPARATORS,
        ANY_TEXT,
    )
    return "".join(draw(st.lists(pieces, max_size=8)))


def structures() -> st.SearchStrategy[object]:
    """Make plain structures whose texts may hold keys."""
    leaves = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | near_keys()
    return st.recursive(
        leaves,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(near_keys(), inner, max_size=4),
        max_leaves=12,
    )


@given(near_keys(), RULES)
@example("sk-" * 20 + "a1" * 12, DEFAULT_RULES)
def test_scrubbing_twice_is_scrubbing_once(text: str, rules: Rules) -> None:
    once = scrub(text, rules)
    assert scrub(once, rules) == once


@given(ANY_TEXT, SEPARATORS, key_texts(), SEPARATORS, ANY_TEXT)
def test_a_key_between_separators_never_survives(
    before: str, left: str, key: str, right: str, after: str
) -> None:
    text = before + left + key + right + after
    assert key not in scrub(text)
    assert looks_like_key(text)


@given(st.lists(st.text(string.ascii_letters + " ,.\n", max_size=20), max_size=8))
def test_prose_without_hyphens_and_digits_survives(words: list[str]) -> None:
    text = " ".join(words).replace("AIza", "").replace("KIA", "").replace("SIA", "")
    assert scrub(text) == text


@given(st.lists(st.text(string.ascii_lowercase, min_size=1, max_size=15), min_size=2, max_size=6))
def test_words_joined_by_hyphens_survive(words: list[str]) -> None:
    for text in ("-".join(words), "sk-" + "-".join(words), "vk-" + "-".join(words)):
        assert scrub(text) == text


@given(near_keys(), near_keys())
def test_a_line_is_scrubbed_whatever_the_lines_around_it_are(first: str, second: str) -> None:
    assert scrub(f"{first}\n{second}") == f"{scrub(first)}\n{scrub(second)}"


@given(structures(), RULES)
def test_scrubbing_a_structure_twice_is_scrubbing_it_once(value: object, rules: Rules) -> None:
    once = scrub_data(value, rules)
    assert scrub_data(once, rules) == once


@given(structures())
def test_a_structure_is_never_changed_by_scrubbing(value: object) -> None:
    before = copy.deepcopy(value)
    scrub_data(value)
    assert value == before


@given(structures(), key_texts())
def test_no_key_survives_in_a_structure(value: object, key: str) -> None:
    assume(key not in repr(value))
    kept = redact({"a": value, key: [key]}, {"b": {key: key}}, capture=True)
    assert isinstance(kept, Success)
    assert key not in repr(kept)


@given(structures(), structures())
def test_nothing_is_kept_without_capture(request: object, response: object) -> None:
    kept = redact({"a": request}, response, capture=False).unwrap()
    assert (kept.request, kept.response) == (None, None)


@given(ANY_TEXT, st.integers(-2, 80))
def test_a_cut_text_is_the_longest_beginning_that_fits(text: str, bound: int) -> None:
    cut = truncate(text, bound)
    assert text.startswith(cut)
    assert len(_utf8(cut)) <= max(bound, 0)
    assert cut == text or len(_utf8(text[: len(cut) + 1])) > bound


@given(st.binary(), st.integers(-2, 80))
def test_cut_bytes_are_a_beginning_of_whole_characters(raw: bytes, bound: int) -> None:
    cut = truncate(raw, bound)
    assert raw.startswith(cut)
    assert cut == raw or (len(cut) <= max(bound, 0) and cut.decode().encode() == cut)


@given(ANY_TEXT, ANY_TEXT)
def test_secrets_are_equal_just_when_their_texts_are(first: str, second: str) -> None:
    assert (Secret(first) == Secret(second)) == (first == second)
    assert Secret(first) == Secret(first)


def _utf8(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
