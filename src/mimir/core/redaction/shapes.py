"""The shapes of keys: what a key of each family begins with, and what its tail looks like.

Rules:
1. A shape begins with a literal, so that text without one is passed over at the speed of a search.
2. A tail is one run of characters without nested quantifiers. A proof is searched for inside the
   tail, in time in proportion to it; what proves a part of a tail proves the whole of it.
3. A bounded shape begins no ordinary word: the character before it is no ASCII letter or digit,
   unless that belongs to an escape such as ``\\n`` or ``%20`` (deviation D13).
4. A family grows by a row. No literal begins inside another where a word may begin.
"""

import re
from typing import Final

from attrs import frozen


@frozen
class Shape:
    """One family of keys.

    ``tail`` is matched right behind the literal. ``proof``, where there is one, has to be found in
    the tail. ``bounded`` says whether the shape begins only where a word may begin.

    >>> shape = SHAPES[1]
    >>> shape.name, shape.literals, shape.bounded
    ('vk', ('vk-',), True)
    """

    name: str
    literals: tuple[str, ...]
    tail: re.Pattern[str]
    proof: re.Pattern[str] | None
    bounded: bool


def _bounded(name: str, *literals: str, tail: str, proof: str | None = None) -> Shape:
    proven = None if proof is None else re.compile(proof)
    return Shape(name, literals, re.compile(tail), proven, bounded=True)


def _literal(name: str, literal: str, tail: str) -> Shape:
    return Shape(name, (literal,), re.compile(tail), None, bounded=False)


_TOKEN: Final = r"[A-Za-z0-9_-]{16,}"
_TURN: Final = r"(?:[a-z](?=[A-Z0-9])|[A-Z](?=[0-9])|[0-9](?=[A-Za-z]))"
# Three turns between letters and digits or from lower to upper case; or 16 characters with a digit
# among them, or 24 of any kind, that no hyphen parts; or a UUID. ``learn-compatible-estimators``
# and ``estimator-id-123`` have none of them.
_RANDOM: Final = (
    rf"{_TURN}[A-Za-z0-9_-]*?{_TURN}[A-Za-z0-9_-]*?{_TURN}"
    r"|(?=[A-Za-z]{0,15}[0-9])[A-Za-z0-9]{16}|[A-Za-z0-9]{24}"
    r"|[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-"
)

SHAPES: Final = (
    # OpenAI, Anthropic, DeepSeek, OpenRouter and others, whatever comes after ``sk-``.
    _bounded("sk", "sk-", tail=_TOKEN, proof=_RANDOM),
    # Virtual keys of gateways, of the same form.
    _bounded("vk", "vk-", tail=_TOKEN, proof=_RANDOM),
    # AWS access key ids, long-lived and temporary, 20 characters in all: the AWS IAM user guide,
    # "IAM identifiers".
    _bounded("aws", "AKIA", "ASIA", tail=r"[0-9A-Z]{16}(?![0-9A-Za-z])"),
    # Google API keys, 39 characters in all.
    _bounded("google", "AIza", tail=r"[0-9A-Za-z_-]{35}(?![0-9A-Za-z])"),
)
"""The families that the default rules know."""

REFERENCE_SHAPES: Final = (
    _literal("vk", "vk-", r"[A-Za-z0-9_-]+"),
    _literal("sk", "sk-", r"[A-Za-z0-9_-]+"),
    _literal("aws", "AKIA", r"[0-9A-Z]{8,}"),
    _literal("google", "AIza", r"[0-9A-Za-z_-]{10,}"),
)
"""The reference's four families, in its order and without boundaries."""
