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

from attrs import field, frozen

from mimir.core.redaction.shapes import Seen, Span

Find: TypeAlias = Callable[[str, int, str, Seen], Span | None]
"""Says where the secret is of the text that has the literal of a mark at a place."""

# From the rarest to the most common, in prose, code and JSON.
_RARE_FIRST: Final = "~^%QZXJKVWYBUGFHPMDLCRNSOITEA" + "zqjx0987654321@/:_-kvbywgpfmucdlhrsnioate. "


@frozen
class Mark:
    """A literal that a secret is found by; ``ahead`` has to match behind it.

    ``pivot`` is where its rarest character stands, ``core`` what a search consumes of it.
    """

    literal: str
    find: Find
    ahead: str = ""

    pivot: int = field(init=False)
    core: str = field(init=False)

    @pivot.default
    def _rarest(self) -> int:
        return min(range(len(self.literal)), key=lambda at: _RARE_FIRST.find(self.literal[at]))

    @core.default
    def _from_the_pivot(self) -> str:
        return self.literal[self.pivot :]


@frozen(eq=False)
class Pass:
    """One look over the text for all of its marks; make it with ``one_pass``."""

    find: re.Pattern[str]
    by_core: Mapping[str, tuple[Mark, ...]]


def one_pass(marks: Iterable[Mark]) -> Pass:
    """Make the pass that looks for ``marks`` at once.

    >>> found = one_pass([Mark("sk-", lambda text, at, literal, seen: None)]).find
    >>> [one.start() for one in found.finditer("a task-runner")]
    [4]
    """
    known = sorted(marks, key=lambda mark: len(mark.core), reverse=True)
    by_pivot: dict[str, list[Mark]] = {}
    for mark in known:
        by_pivot.setdefault(mark.core[0], []).append(mark)
    branches = (_branch(pivot, those) for pivot, those in by_pivot.items())
    return Pass(
        re.compile("|".join(branches)),
        {
            mark.core: tuple(one for one in known if mark.core.startswith(one.core))
            for mark in known
        },
    )


def _branch(pivot: str, marks: list[Mark]) -> str:
    befores = {mark.literal[mark.pivot - 1] if mark.pivot else "" for mark in marks}
    narrow = "" if "" in befores else f"(?<=[{re.escape(''.join(sorted(befores)))}]{re.escape(pivot)})"
    return f"{re.escape(pivot)}{narrow}(?:{'|'.join(dict.fromkeys(_rest(mark) for mark in marks))})"


def _rest(mark: Mark) -> str:
    before = mark.literal[: mark.pivot + 1]
    behind = f"(?<={re.escape(before)})" if mark.pivot else ""
    return behind + re.escape(mark.core[1:]) + mark.ahead
