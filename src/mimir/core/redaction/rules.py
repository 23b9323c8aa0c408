"""The rules that a scrubber follows: passes over the text, each looking for some shapes at once.

Rules:
1. The default rules are one pass for every shape, and scrub the keys of objects too.
2. The reference's rules are a pass a shape, one after another, and leave keys alone.
3. Rules are values: an embedder may make its own of them, and nothing is compiled later.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Final

from attrs import frozen

from mimir.core.redaction.shapes import REFERENCE_SHAPES, SHAPES, Shape


@frozen(eq=False)
class Pass:
    """One look over the text for all of its shapes; make it with ``one_pass``."""

    find: re.Pattern[str]
    by_literal: Mapping[str, Shape]


def one_pass(shapes: Iterable[Shape]) -> Pass:
    """Make the pass that looks for ``shapes`` at once.

    >>> one_pass(SHAPES).find.findall("a sk-learn task with AKIA in it")
    ['sk-', 'AKIA']
    """
    by_literal = {literal: shape for shape in shapes for literal in shape.literals}
    longest_first = sorted(by_literal, key=len, reverse=True)
    return Pass(re.compile("|".join(re.escape(word) for word in longest_first)), by_literal)


@frozen
class Rules:
    """What is looked for, and whether the keys of objects are scrubbed too.

    >>> only_google = Rules((one_pass(SHAPES[3:]),))
    >>> only_google.keys
    True
    """

    passes: tuple[Pass, ...]
    keys: bool = True


DEFAULT_RULES: Final = Rules((one_pass(SHAPES),))
"""Every family, with boundaries, so that ordinary words survive."""

REFERENCE_RULES: Final = Rules(tuple(one_pass((shape,)) for shape in REFERENCE_SHAPES), keys=False)
"""The reference's literal patterns, for its vectors only."""
