"""The rules that a scrubber follows: passes over the text, each looking for some marks at once.

Rules:
1. The default rules are one pass for every shape, name and context, and scrub the keys of objects
   too.
2. The reference's rules are a pass a shape, one after another, and leave keys alone.
3. Rules are values: an embedder may make its own of them, and nothing is compiled later.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from attrs import frozen

from mimir.core.redaction.contexts import CONTEXTS
from mimir.core.redaction.finder import Mark, Pass, one_pass
from mimir.core.redaction.pairs import AHEAD, find_pair
from mimir.core.redaction.platforms import PLATFORM_SHAPES
from mimir.core.redaction.providers import PROVIDER_SHAPES
from mimir.core.redaction.shapes import REFERENCE_SHAPES, Shape

SHAPES: Final = (*PROVIDER_SHAPES, *PLATFORM_SHAPES)
"""The families that the default rules know."""

_STEMS: Final = "key token secret pass pwd pswd auth cookie cred csrf xsrf jwt signature"


def marks_of(shapes: Iterable[Shape]) -> Iterator[Mark]:
    """Make the marks that keys of ``shapes`` are found by.

    >>> [mark.literal for mark in marks_of(REFERENCE_SHAPES)]
    ['vk-', 'sk-', 'AKIA', 'AIza']
    """
    for shape in shapes:
        for literal in shape.literals:
            yield Mark(literal, shape.find, f"(?={shape.ahead})" if shape.ahead else "")


def name_marks() -> Iterator[Mark]:
    """Make the marks that names with secret values are found by, in three spellings each.

    >>> next(name_marks()).literal
    'key'
    """
    for stem in _STEMS.split():
        for literal in (stem, stem.capitalize(), stem.upper()):
            yield Mark(literal, find_pair, AHEAD)
    for literal in ("onnectionString", "onnection_string", "ONNECTION_STRING", "SESSID", "_PAT", "DSN"):
        yield Mark(literal, find_pair, AHEAD)
    for sign in "?&":
        yield Mark(f"{sign}sig", find_pair, AHEAD)


@frozen
class Rules:
    """What is looked for, and whether the keys of objects are scrubbed too.

    >>> Rules((one_pass(marks_of(REFERENCE_SHAPES)),)).keys
    True
    """

    passes: tuple[Pass, ...]
    keys: bool = True


DEFAULT_RULES: Final = Rules((one_pass((*marks_of(SHAPES), *name_marks(), *CONTEXTS)),))
"""Every family, with boundaries, so that ordinary words survive."""

REFERENCE_RULES: Final = Rules(
    tuple(one_pass(marks_of((shape,))) for shape in REFERENCE_SHAPES), keys=False
)
"""The reference's literal patterns, for its vectors only."""
