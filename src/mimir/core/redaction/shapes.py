"""The shape of a family of keys: what a key begins with, and what its tail looks like.

Rules:
1. A shape has a literal, so that text without one is passed over at the speed of a search.
2. A tail is one run of characters without nested quantifiers. A proof is searched for inside the
   tail, in time in proportion to it; what proves a part of a tail proves the whole of it.
3. A bounded shape begins no ordinary word: the character before it is no ASCII letter or digit,
   unless that belongs to an escape such as ``\\n`` or ``%20`` (deviation D13).
4. A head is what stands before the literal, at most ``HEAD_MAX_CHARS`` of it, and goes too.
"""

import re
from typing import Final, TypeAlias

from attrs import Factory, define, frozen

from mimir.core.redaction.key_names import Says

Span: TypeAlias = tuple[int, int]
"""Where a secret begins and ends in a text."""


@define
class Seen:
    """What one look over a text has found out, so that nothing is looked at again.

    ``unproven`` is up to where the tails of a family were without proof, ``said`` what a name says,
    and ``hidden`` whether a name hides a value.
    """

    unproven: dict[str, int] = Factory(dict[str, int])
    said: dict[str, Says] = Factory(dict[str, Says])
    hidden: dict[tuple[str, str], bool] = Factory(dict[tuple[str, str], bool])


REDACTED: Final = "[REDACTED]"
"""What stands where a key stood."""

HEAD_MAX_CHARS: Final = 40

# An escape whose last character is a letter or a digit, and yet parts what follows from the word
# before: of JSON and of source text, percent encoding, a terminal's colours.
_ESCAPED: Final = re.compile(
    r"(?:\\(?:[abfnrtv0]|x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4})|%[0-9A-Fa-f]{2}|\[[0-9;]{0,12}m)\Z"
)
_ESCAPE_MAX_CHARS: Final = 16

# Chance has a digit or an upper case letter soon, or is one long word.
_CHANCE_AHEAD: Final = r"[^A-Z0-9\s]{0,32}+[A-Z0-9]|[a-z]{24}"
_OPEN_END: Final = re.compile(r",\}|\[[^\]]+\][*+]")


@frozen
class Shape:
    """One family of keys.

    ``owner`` says whose keys they are. ``tail`` is matched right behind the literal. ``proof``,
    where there is one, has to be found in the tail, ``head`` right before the literal. ``bounded``
    says whether the shape begins only where a word may begin. ``ahead`` is what a search looks for
    behind a literal that stands in many words.

    >>> shape = row("own", "Own keys", "own_", "[0-9]{4}")
    >>> shape.literals, shape.bounded, shape.find("an own_1234.", 3, "own_", Seen())
    (('own_',), True, (3, 11))
    """

    name: str
    owner: str
    literals: tuple[str, ...]
    tail: re.Pattern[str]
    proof: re.Pattern[str] | None = None
    head: re.Pattern[str] | None = None
    bounded: bool = True
    ahead: str = ""

    def find(self, text: str, at: int, literal: str, seen: Seen) -> Span | None:
        """Return the key whose ``literal`` stands at ``at``, where there is one."""
        # A tail without proof has none in any part of it: what begins inside is no key either.
        if at < seen.unproven.get(self.name, 0):
            return None
        start = self._start(text, at)
        tail = None if start is None else self.tail.match(text, at + len(literal))
        if start is None or tail is None:
            return None
        if self.proof is None or self.proof.search(text, tail.start(), tail.end()):
            return start, tail.end()
        seen.unproven[self.name] = tail.end()
        return None

    def _start(self, text: str, at: int) -> int | None:
        if self.head is not None:
            window = max(0, at - HEAD_MAX_CHARS)
            head = self.head.search(text[window:at])
            return None if head is None else window + head.start()
        return at if not self.bounded or may_begin(text, at) else None


def may_begin(text: str, at: int) -> bool:
    r"""Tell whether a word may begin at ``at``: rule 3.

    >>> may_begin("a-b", 2), may_begin("ab", 1), may_begin("\\nb", 2)
    (True, False, True)
    """
    before = text[at - 1 : at]
    if not (before.isascii() and before.isalnum()):
        return True
    return _ESCAPED.search(text[max(0, at - _ESCAPE_MAX_CHARS) : at]) is not None


def row(
    name: str,
    owner: str,
    literals: str,
    tail: str,
    *,
    proof: str | None = None,
    head: str | None = None,
    ahead: str = "",
) -> Shape:
    """Make a bounded shape; ``literals`` stand in one text, with spaces between.

    >>> row("own", "Own keys", "own_ our_", "[0-9]{4}").literals
    ('own_', 'our_')
    """
    proven = None if proof is None else re.compile(proof)
    headed = None if head is None else re.compile(head)
    ahead = ahead or _ahead(tail, proof)
    return Shape(name, owner, (*literals.split(),), re.compile(tail), proven, headed, ahead=ahead)


def _ahead(tail: str, proof: str | None) -> str:
    """Say what a search has to see behind a literal, so that most of what is no key is no hit."""
    if proof is not None:
        return _CHANCE_AHEAD
    open_end = _OPEN_END.search(tail)
    if open_end is None:
        return tail
    return tail[: open_end.start()] + "}" * (open_end[0] == ",}")


def _literal(name: str, literal: str, tail: str) -> Shape:
    return Shape(name, "the reference", (literal,), re.compile(tail), bounded=False)


REFERENCE_SHAPES: Final = (
    _literal("vk", "vk-", r"[A-Za-z0-9_-]+"),
    _literal("sk", "sk-", r"[A-Za-z0-9_-]+"),
    _literal("aws", "AKIA", r"[0-9A-Z]{8,}"),
    _literal("google", "AIza", r"[0-9A-Za-z_-]{10,}"),
)
"""The reference's four families, in its order and without boundaries."""
