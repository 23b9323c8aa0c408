"""Whether a text repeats a secret, or may hold the key of a grant, in whatever form it is written.

Rules:
1. Case, white space and what is not ASCII don't count. HTML's, JSON's and a URL's escapes are
   undone, one within another too, and Base64 is looked for as it is.
2. A piece is enough: 12 characters, or half of a secret that is shorter than 24.
3. A text with the word ``grant``, or with a ``key`` and its value, may hold the key of a grant.
"""

import base64
import html
import re
from typing import Final

PIECE_CHARS: Final = 12
"""Characters of a secret that are enough to be taken for it."""

_PIECE_LEAST: Final = 6
_UNSEEN: Final = re.compile(r"\\[nrtfb]|[^!-~]+")
_NUMBERED: Final = re.compile(r"\\u00([0-9a-f]{2})|\\x([0-9a-f]{2})|%([0-9a-f]{2})", re.IGNORECASE)
_ESCAPED: Final = re.compile(r"\\(.)", re.DOTALL)
_KEY: Final = re.compile(r"grant|[\"'<`]key[\"'>`]|\bkey\s*[=:]", re.IGNORECASE)
_URL_SAFE: Final = str.maketrans("-_", "+/")


def repeats(text: str, secret: str) -> bool:
    """Tell whether ``text`` holds a piece of ``secret``, an ASCII text.

    >>> repeats("no access for OPEN%2Dsesa", "open-sesame")
    True
    """
    size = min(len(secret), PIECE_CHARS, max(_PIECE_LEAST, len(secret) // 2))
    pieces: set[str] = set()
    for form in (secret, _undone(secret), *_base64(secret)):
        pieces |= _pieces(_plain(form), size)
    return any(not pieces.isdisjoint(_pieces(_plain(form), size)) for form in _forms(text))


def may_hold_key(text: str) -> bool:
    r"""Tell whether ``text`` may hold the key of a grant.

    >>> may_hold_key("cb({'gr\\u0061nt': 5})"), may_hold_key("no key")
    (True, False)
    """
    return any(_KEY.search(form) for form in _forms(text))


def _forms(text: str) -> tuple[str, str, str]:
    once = _undone(text)
    return text, once, _undone(once)


def _undone(text: str) -> str:
    numbered = _NUMBERED.sub(lambda found: chr(int(found[found.lastindex or 0], 16)), text)
    return html.unescape(_ESCAPED.sub(r"\1", _UNSEEN.sub("", numbered)))


def _plain(text: str) -> str:
    return _UNSEEN.sub("", text).lower().translate(_URL_SAFE)


def _pieces(text: str, size: int) -> set[str]:
    return {text[at : at + size] for at in range(len(text) - size + 1)} if size else set()


def _base64(secret: str) -> list[str]:
    """Write a secret as it stands in Base64 behind nothing, one byte or two, without the edges."""
    whole = [base64.b64encode(bytes(ahead) + secret.encode()).decode() for ahead in range(3)]
    return [text.rstrip("=")[edge:-1] for text, edge in zip(whole, (0, 2, 3), strict=True)]
