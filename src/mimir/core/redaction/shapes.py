"""The shapes of keys: what a key of each family begins with, and what its tail looks like.

Rules:
1. A shape begins with a literal, so that text without one is passed over at the speed of a search.
2. A tail is matched at one place only and takes time in proportion to its length: it has no nested
   quantifier and looks at most 64 characters ahead.
3. A bounded shape begins no ordinary word: the character before it is no ASCII letter or digit
   (deviation D13). The letter of a JSON escape such as ``\\n`` is none.
"""

import re
from typing import Final

from attrs import frozen


@frozen
class Shape:
    """One family of keys. ``tail`` is matched right behind the literal."""

    name: str
    literals: tuple[str, ...]
    tail: re.Pattern[str]
    bounded: bool


def _shape(name: str, *literals: str, tail: str, bounded: bool) -> Shape:
    return Shape(name, literals, re.compile(tail, re.ASCII), bounded)


_LONG_TAIL: Final = r"(?=[A-Za-z_-]{0,63}[0-9])[A-Za-z0-9_-]{16,}"
_AWS_TAIL: Final = r"[0-9A-Z]{16}(?![0-9A-Za-z])"
_GOOGLE_TAIL: Final = r"[0-9A-Za-z_-]{35}(?![0-9A-Za-z_-])"

SHAPES: Final = (
    # OpenAI, Anthropic, DeepSeek and others: at least 16 characters, a digit among the first 64.
    _shape("sk", "sk-", tail=_LONG_TAIL, bounded=True),
    # Virtual keys of gateways, of the same form.
    _shape("vk", "vk-", tail=_LONG_TAIL, bounded=True),
    # AWS access key ids, long-lived and temporary: AWS IAM identifiers, 20 characters in all.
    _shape("aws", "AKIA", "ASIA", tail=_AWS_TAIL, bounded=True),
    # Google API keys: 39 characters in all.
    _shape("google", "AIza", tail=_GOOGLE_TAIL, bounded=True),
)
"""The families that the default rules know."""

REFERENCE_SHAPES: Final = (
    _shape("vk", "vk-", tail=r"[A-Za-z0-9_-]+", bounded=False),
    _shape("sk", "sk-", tail=r"[A-Za-z0-9_-]+", bounded=False),
    _shape("aws", "AKIA", tail=r"[0-9A-Z]{8,}", bounded=False),
    _shape("google", "AIza", tail=r"[0-9A-Za-z_-]{10,}", bounded=False),
)
"""The reference's four families, in its order and without boundaries."""
