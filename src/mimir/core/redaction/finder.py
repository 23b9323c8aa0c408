"""One search for every mark of a secret at once: the literals of shapes, and the stems of names.

Rules:
1. A search for many literals is as fast as the characters that it stops at are rare. So it stops at
   the rarest character of each literal, its pivot, and looks at what stands before and behind.
2. What is found is a mark and where it begins; whether a secret stands there, its ``find`` says.
3. Marks are tried from the longest to the shortest.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Final, TypeAlias

from attrs import frozen

from mimir.core.redaction.shapes import Seen, Span

Find: TypeAlias = Callable[[str, int, str, Seen], Span | None]
"""Says where the secret is of the text that has the literal of a mark at a place."""

# From the rarest to the most common, in prose, code and JSON.
_RARE_FIRST: Final = (
    "~?&%QZXJKVWYBUGFHPMDLCRNSOITEA" + "zqjx/:_-kvbw.pcuygfmdlhrsnioate" + "0123456789" + " "
)


@frozen
class Mark:
    """A literal that a secret is found by; make it with ``mark_of``.

    ``ahead`` has to match behind it. ``pivot`` is where its rarest character stands, ``before`` the
    character before it, and ``core`` what a search consumes of it.
    """

    literal: str
    find: Find
    ahead: str
    pivot: int
    before: str
    core: str


def mark_of(literal: str, find: Find, ahead: str = "") -> Mark:
    """Make a mark, and find its pivot.

    >>> mark_of("disk", lambda text, at, literal, seen: None).core
    'k'
    """
    pivot = min(range(len(literal)), key=lambda at: _RARE_FIRST.find(literal[at]))
    return Mark(literal, find, ahead, pivot, literal[max(0, pivot - 1) : pivot], literal[pivot:])


@frozen(eq=False)
class Pass:
    """One look over the text for all of its marks; make it with ``one_pass``.

    ``marks`` are those of a core, and those of a core with the character before it.
    """

    find: re.Pattern[str]
    marks: Mapping[str, tuple[Mark, ...]]

    def at(self, text: str, found: re.Match[str]) -> tuple[Mark, ...]:
        """Return the marks that may stand where the search found one."""
        at, end = found.span()
        return self.marks.get(text[at - 1 if at else 0 : end]) or self.marks.get(text[at:end], ())


def one_pass(marks: Iterable[Mark]) -> Pass:
    """Make the pass that looks for ``marks`` at once.

    >>> found = one_pass([mark_of("sk-", lambda text, at, literal, seen: None)]).find
    >>> [one.start() for one in found.finditer("a task-runner")]
    [6]
    """
    known = sorted(marks, key=lambda mark: len(mark.core), reverse=True)
    by_pivot: dict[str, list[Mark]] = {}
    for mark in known:
        by_pivot.setdefault(mark.core[0], []).append(mark)
    # A search compares a character with the pivots in turn: the most common come first.
    common_first = sorted(by_pivot, key=_RARE_FIRST.find, reverse=True)
    branches = (_branch(pivot, by_pivot[pivot]) for pivot in common_first)
    return Pass(re.compile("|".join(branches)), _by_surroundings(known))


def _by_surroundings(known: list[Mark]) -> dict[str, tuple[Mark, ...]]:
    cores = dict.fromkeys(mark.core for mark in known)
    befores = dict.fromkeys(mark.before for mark in known)
    found: dict[str, tuple[Mark, ...]] = {}
    for core in cores:
        like = [mark for mark in known if core.startswith(mark.core)]
        for before in befores:
            those = tuple(mark for mark in like if mark.before in ("", before))
            if those:
                found[before + core] = those
    return found


def _branch(pivot: str, marks: list[Mark]) -> str:
    """Say what has to stand around a pivot, so that most places are left at the first look."""
    before = [mark.literal[: mark.pivot] for mark in marks]
    return re.escape(pivot) + _narrow(before, pivot) + _around(marks, pivot)


def _narrow(before: list[str], pivot: str) -> str:
    width = min(2, *(len(text) for text in before), 2)
    sets = ("".join(sorted({text[-at] for text in before})) for at in range(width, 0, -1))
    return f"(?<={''.join(f'[{re.escape(one)}]' for one in sets)}{re.escape(pivot)})" * (width > 0)


def _around(marks: list[Mark], behind: str) -> str:
    """Look backwards a character at a time while several marks are alike behind it."""
    by_before: dict[str, list[Mark]] = {}
    for mark in marks:
        at = mark.pivot + 1 - len(behind)
        by_before.setdefault(mark.literal[max(0, at - 1) : at], []).append(mark)
    parts: list[str] = []
    for before, those in by_before.items():
        if not before or len(those) == 1:
            parts += (_rest(mark, behind) for mark in those)
        else:
            parts.append(f"(?<={re.escape(before + behind)}){_around(those, before + behind)}")
    return f"(?:{'|'.join(dict.fromkeys(parts))})"


def _rest(mark: Mark, behind: str) -> str:
    before = mark.literal[: mark.pivot + 1]
    looked = f"(?<={re.escape(before)})" if len(before) > len(behind) else ""
    return looked + re.escape(mark.core[1:]) + mark.ahead
