"""Scrubbing looks at each character a bounded number of times, and rules are the embedder's."""

import random
import re
from base64 import b64encode

import pytest

from mimir.core.redaction.rules import DEFAULT_RULES, REFERENCE_RULES, Rules, one_pass
from mimir.core.redaction.shapes import REFERENCE_SHAPES, SHAPES, Shape
from mimir.core.redaction.text import REDACTED, scrub
from mimir.core.redaction.walk import UNSUPPORTED, scrub_data

HEX = "0f1e2d3c4b5a69788796a5b4c3d2e1f0"
KEY = "vk-" + HEX


# What makes a scrubber look again at what it has looked at: a literal at every place, tails that
# begin over and over, tails without a proof, and boundaries that fail.
@pytest.mark.parametrize(
    "piece",
    [
        "sk-",
        "ask-",
        "sk-vk-",
        "vk-sk-AKIA-AIza-",
        "AKIA",
        "AIza",
        "ASIA_",
        "\\nsk-",
        "sk-" + "a" * 20 + "-",
        "sk-A-",
        "\x1b[0;0;0;0;0;0",
    ],
)
def test_a_text_of_many_beginnings_is_scrubbed_in_the_end(piece: str) -> None:
    text = piece * 100_000
    once = scrub(text)
    assert scrub(once) == once
    assert scrub(f"{text} {KEY}").endswith(f" {REDACTED}")
    assert scrub(f"{KEY} {text}").startswith(f"{REDACTED} ")


def test_a_literal_at_every_place_is_no_key() -> None:
    for piece in ("sk-", "ask-", "sk-vk-", "AKIA", "AIza"):
        assert scrub(piece * 100_000) == piece * 100_000


def test_many_keys_all_go() -> None:
    assert scrub(f"{KEY}, " * 20_000) == f"{REDACTED}, " * 20_000


def test_one_endless_key_goes_whole() -> None:
    assert scrub("sk-" + HEX * 20_000) == REDACTED
    assert scrub("sk-" + HEX * 20_000, REFERENCE_RULES) == REDACTED


def test_encoded_bytes_survive() -> None:
    source = random.Random(20)
    for _ in range(2_000):
        encoded = b64encode(source.randbytes(300)).decode()
        assert scrub(encoded) == encoded


def test_no_part_of_an_expression_can_backtrack_over_a_part_of_itself() -> None:
    nested = re.compile(r"[*+}]\)[*+{]")
    for shape in (*SHAPES, *REFERENCE_SHAPES):
        for expression in (shape.tail, shape.proof):
            assert expression is None or not nested.search(expression.pattern)


def test_no_literal_begins_inside_another_where_a_word_may_begin() -> None:
    # A pass finds literals that do not overlap: one that began there would be passed over.
    (one,) = DEFAULT_RULES.passes
    for first in one.by_literal:
        for at in range(1, len(first)):
            if any(word.startswith(first[at:]) for word in one.by_literal):
                assert first[at - 1].isalnum()


def test_an_embedder_may_look_for_a_family_of_its_own() -> None:
    own = Shape("own", ("own_",), re.compile(r"[0-9]{4}"), None, bounded=True)
    rules = Rules((one_pass((*SHAPES, own)),))
    text = f"own_1234 and {KEY}, not disown_1234 or own_x"
    assert scrub(text, rules) == f"{REDACTED} and {REDACTED}, not disown_1234 or own_x"
    assert scrub(text) == f"own_1234 and {REDACTED}, not disown_1234 or own_x"


def test_rules_of_no_pass_change_nothing_but_what_is_foreign() -> None:
    assert scrub_data({KEY: [KEY, (1,)]}, Rules(())) == {KEY: [KEY, UNSUPPORTED]}
