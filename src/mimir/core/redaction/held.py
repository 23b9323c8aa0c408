"""Secrets in a list or an object that stands behind a name in text.

Rules:
1. Of a list of texts all goes from the first that is a secret to the last: one text is left, so
   that JSON stays JSON.
2. Of an object goes the value of its first member that has the secret by its name: ``value``,
   ``default`` and the like.
3. A list is looked at once, up to what is no text in it; an object as far as ``LOOK_MAX_CHARS``,
   and not into another.
"""

import re
from typing import Final

from mimir.core.redaction.key_names import Says
from mimir.core.redaction.quoted import end_of_quoted, hides
from mimir.core.redaction.shapes import REDACTED, Span

LOOK_MAX_CHARS: Final = 4096

_GAP: Final = r"(?:\s|\\{1,4}[nrt])*+"
_FIRST: Final = re.compile(rf"\[{_GAP}[bru]?(\\{{0,7}}[\"'])")
_NEXT: Final = re.compile(rf"(\\{{0,7}}[\"']){_GAP},{_GAP}[bru]?(\\{{0,7}}[\"'])")
_MEMBER: Final = re.compile(
    r"(?<=[\"'])(?:value|default|secret|plain|plaintext|raw|data|current|string_?[vV]alue|text)"
    rf"\\{{0,7}}[\"']{_GAP}:{_GAP}(\\{{0,7}}[\"'])"
)
_OBJECT: Final = re.compile(r"\{[^{}]*")


def find_held(text: str, begin: int, name: str, said: Says) -> Span | None:
    """Return what goes of the list or the object at ``begin``, behind ``name``.

    >>> find_held('["one 1", "two 2"]', 0, "passwords", "secret")
    (2, 16)
    """
    if text.startswith("{", begin):
        return _member(text, begin, name, said)
    return _listed(text, begin, name, said)


def _listed(text: str, begin: int, name: str, said: Says) -> Span | None:
    span: Span | None = None
    opened = _FIRST.match(text, begin)
    quote = opened[1] if opened else ""
    while opened is not None and opened[opened.re.groups] == quote:
        start = opened.end()
        end = end_of_quoted(text, start, quote)
        if hides(name, text[start:end], said):
            span = (span[0] if span else start, end)
        opened = _NEXT.match(text, end)
    return span


def _member(text: str, begin: int, name: str, said: Says) -> Span | None:
    held = _OBJECT.match(text, begin, begin + LOOK_MAX_CHARS)
    for member in _MEMBER.finditer(text, begin, held.end() if held else begin):
        start = member.end()
        end = end_of_quoted(text, start, member[1])
        if text[start:end] != REDACTED and hides(name, text[start:end], said):
            return start, end
    return None
