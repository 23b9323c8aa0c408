"""A value that shows itself to nobody who does not ask by name.

Rules:
1. ``reveal()`` is the one way to the text.
2. No ``repr``, ``str``, ``format``, ``vars``, pickle, copy or JSON encoder shows it: a copy is the
   secret itself, and what comes out of a pickle is empty.
3. Equality is told in constant time, and every secret has one hash, which tells nothing.
"""

from collections.abc import Callable
from typing import Final, final

from typing_extensions import override

MASK: Final = "[SECRET]"
"""What stands where a secret would."""


@final
class Secret:
    """A bearer token or a grant's key.

    >>> secret = Secret("open sesame")
    >>> print(secret, repr(secret), f"{secret:>10}")
    [SECRET] Secret([SECRET]) [SECRET]
    >>> secret.reveal()
    'open sesame'
    """

    __slots__ = ("_reveal",)

    _reveal: Callable[[], str]

    def __init__(self, text: str) -> None:
        # In a closure, so that no attribute of the object is the text.
        self._reveal = lambda: text

    def reveal(self) -> str:
        """Return the text."""
        return self._reveal()

    @override
    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        return _same(_bytes(self.reveal()), _bytes(other.reveal()))

    @override
    def __hash__(self) -> int:
        return hash(Secret)

    @override
    def __repr__(self) -> str:
        return f"Secret({MASK})"

    @override
    def __str__(self) -> str:
        return MASK

    @override
    def __format__(self, format_spec: str) -> str:
        return MASK

    @override
    def __reduce__(self) -> tuple[type["Secret"], tuple[str]]:
        return Secret, ("",)

    def __copy__(self) -> "Secret":
        return self

    def __deepcopy__(self, memo: dict[int, object]) -> "Secret":
        return self


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _same(mine: bytes, theirs: bytes) -> bool:
    # Every byte is looked at, so that the time tells the length and nothing else.
    return len(mine) == len(theirs) and not sum(a ^ b for a, b in zip(mine, theirs, strict=True))
