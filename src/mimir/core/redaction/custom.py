"""An embedder's own shapes and names, checked before they are looked for.

Rules:
1. A shape has a literal of ``LITERAL_MIN_CHARS`` characters or more of visible ASCII, with a letter
   or a digit among them: it is what the search stops at.
2. A tail is a row of characters and sets, each once or a fixed number of times; the last may have
   bounds, or none above. Groups, alternatives, anchors, references and looks around are refused. So
   nothing is ever tried twice.
3. A tail has at least ``TAIL_MIN_CHARS`` characters, so that the literal alone is no key.
4. A name is its words, however it is spelled, and has ``NAME_MIN_CHARS`` letters or more.
"""

import re
from collections.abc import Iterable
from typing import ClassVar, Final, Literal

from attrs import frozen

from mimir.core.limits import EXCERPT_MAX_CHARS
from mimir.core.outcome import Failure, Outcome, Success
from mimir.core.redaction.finder import one_pass
from mimir.core.redaction.key_names import words_of
from mimir.core.redaction.pairs import Names
from mimir.core.redaction.rules import DEFAULT_RULES, Rules, marks_of, name_marks
from mimir.core.redaction.shapes import Shape
from mimir.core.redaction.text import scrub

LITERAL_MIN_CHARS: Final = 3
TAIL_MIN_CHARS: Final = 8
NAME_MIN_CHARS: Final = 3

_LITERAL: Final = re.compile(r"(?=.*[A-Za-z0-9])[!-~]{3,64}")
_ATOM: Final = r"(?:\[(?:\\[wd.\-]|[A-Za-z0-9_.~+/=:%-])+\]|\\[wd.+-]|[A-Za-z0-9_=:/~%-])"
_ONE: Final = re.compile(rf"{_ATOM}(?:\{{(\d{{1,3}})(?:,\d{{0,3}})?\}}|(\+))?")
_TAIL: Final = re.compile(
    rf"(?:{_ATOM}(?:\{{\d{{1,3}}\}})?)*{_ATOM}(?:\{{\d{{1,3}}(?:,\d{{0,3}})?\}}|\+)?"
)
_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_. -]{2,63}")


@frozen
class InvalidRule:
    """A shape or a name that cannot be looked for safely. ``rule`` is a bounded excerpt of it.

    >>> InvalidRule("own", "its literal is too short").message
    'own: its literal is too short'
    """

    code: ClassVar[Literal["invalid_rule"]] = "invalid_rule"
    rule: str
    problem: str

    @property
    def message(self) -> str:
        """Which rule, and what is wrong with it."""
        return f"{self.rule}: {self.problem}"


@frozen
class CustomShape:
    """A family of keys of an embedder: what they begin with, and what follows.

    ``tail`` is written as in a regular expression, within rule 2.

    >>> CustomShape("badge", "acme_", "[A-Za-z0-9]{24,}").literal
    'acme_'
    """

    name: str
    literal: str
    tail: str


def extended(
    rules: Rules = DEFAULT_RULES,
    *,
    shapes: Iterable[CustomShape] = (),
    key_names: Iterable[str] = (),
) -> Outcome[Rules, InvalidRule]:
    """Make rules that know more shapes and more names of keys whose values are secrets.

    :return: the rules, or ``InvalidRule`` for the first shape or name that is not safe to look for.

    >>> own = extended(shapes=[CustomShape("badge", "acme_", "[0-9]{8}")], key_names=["door code"])
    >>> scrub("acme_12345678, doorCode: k7-Pq2", own.unwrap())
    '[REDACTED], doorCode: [REDACTED]'
    """
    made: list[Shape] = []
    for custom in shapes:
        shape = _shape(custom)
        if isinstance(shape, InvalidRule):
            return Failure(shape)
        made.append(shape)
    names = [*key_names]
    wrong = next((name for name in names if _NAME.fullmatch(name) is None), None)
    if wrong is not None:
        return Failure(_invalid(wrong, f"a name has {NAME_MIN_CHARS} letters or more, and no sign"))
    return Success(_with(rules, made, names))


def _with(rules: Rules, shapes: list[Shape], names: list[str]) -> Rules:
    known = rules.names or Names()
    own = Names(known.own | {"".join(words_of(name)) for name in names})
    stems = dict.fromkeys(words_of(name)[-1] for name in names)
    marks = (*marks_of(shapes), *name_marks(own, stems))
    added = (one_pass(marks),) if marks else ()
    return Rules((*rules.passes, *added), rules.keys, own if names else rules.names)


def _shape(custom: CustomShape) -> Shape | InvalidRule:
    if _LITERAL.fullmatch(custom.literal) is None:
        least = f"{LITERAL_MIN_CHARS} visible characters or more, with a letter or a digit"
        return _invalid(custom.name, f"its literal needs {least}")
    if _TAIL.fullmatch(custom.tail) is None:
        return _invalid(custom.name, "its tail is no row of characters and sets")
    if sum(_least(one) for one in _ONE.finditer(custom.tail)) < TAIL_MIN_CHARS:
        return _invalid(custom.name, f"its tail needs {TAIL_MIN_CHARS} characters or more")
    try:
        tail = re.compile(custom.tail)
    except re.error:
        return _invalid(custom.name, "its tail has a set or a count that goes backwards")
    return Shape(custom.name, "the embedder", (custom.literal,), tail)


def _least(one: re.Match[str]) -> int:
    return int(one[1]) if one[1] else 1


def _invalid(rule: str, problem: str) -> InvalidRule:
    return InvalidRule(scrub(rule[:EXCERPT_MAX_CHARS]), problem)
