"""The expressions that the tables of shapes are written with.

Rules:
1. Three turns between letters and digits or from lower to upper case, or 16 characters with a digit
   among them, or 24 of any kind, that no hyphen parts, or a UUID, are chance.
   ``learn-compatible-estimators`` and ``estimator-id-123`` have none of them.
"""

from typing import Final

_TURN: Final = r"(?:[a-z](?=[A-Z0-9])|[A-Z](?=[0-9])|[0-9](?=[A-Za-z]))"

RANDOM: Final = (
    rf"{_TURN}[A-Za-z0-9_-]*?{_TURN}[A-Za-z0-9_-]*?{_TURN}"
    r"|(?=[A-Za-z]{0,15}[0-9])[A-Za-z0-9]{16}|[A-Za-z0-9]{24}"
    r"|[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-"
)
"""Finds chance in a tail: rule 1."""

WORD: Final = "[A-Za-z0-9]{%d,}"
TOKEN: Final = "[A-Za-z0-9_-]{%d,}"
HEX: Final = "[0-9a-f]{%d}(?![0-9A-Za-z])"

BEFORE: Final = r"(?:(?<![0-9A-Za-z])|(?<=\\[nrt]))"
"""Where a head of letters and digits may begin."""
