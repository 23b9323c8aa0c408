"""Scrubbing looks at each character a bounded number of times, and rules are the embedder's."""

import random
import re
from base64 import b64encode

import pytest

from mimir.core.redaction.custom import CustomShape, extended
from mimir.core.redaction.rules import REFERENCE_RULES, SHAPES, Rules
from mimir.core.redaction.shapes import REFERENCE_SHAPES
from mimir.core.redaction.sources import SOURCES
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


def test_every_family_has_its_source_and_no_other_has() -> None:
    assert sorted(SOURCES) == sorted(shape.name for shape in SHAPES)


def test_an_embedder_may_look_for_a_family_of_its_own() -> None:
    own = extended(shapes=[CustomShape("own", "own_", "[0-9]{8}")]).unwrap()
    text = f"own_12345678 and {KEY}, not disown_12345678 or own_x"
    assert scrub(text, own) == f"{REDACTED} and {REDACTED}, not disown_12345678 or own_x"
    assert scrub(text) == f"own_12345678 and {REDACTED}, not disown_12345678 or own_x"


def test_rules_of_no_pass_change_nothing_but_what_is_foreign() -> None:
    assert scrub_data({KEY: [KEY, (1,)]}, Rules(())) == {KEY: [KEY, UNSUPPORTED]}
