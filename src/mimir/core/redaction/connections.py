"""Passwords in the connection strings of drivers that write them in their own way.

Rules:
1. Before ``@tcp(`` and ``@unix(`` of Go stand a name and a password, and behind ``oracle:thin:`` of
   Java a name, a slash and a password.
2. In a URL in percent encoding the password stands between ``%3A`` and ``%40``.
"""

import re
from typing import Final

from mimir.core.redaction.finder import mark_of
from mimir.core.redaction.shapes import Seen, Span
from mimir.core.redaction.values import is_nothing

_BEFORE: Final = re.compile(r"(?<![^\s\"'=`])[^\s:/@\"'`=\\]{1,64}:([^\s\"'`\\]{1,128})\Z")
_BEFORE_MAX_CHARS: Final = 200
_ORACLE: Final = re.compile(r"[^\s/@\"'\\]{1,64}/([^\s@/\"'\\]{1,128})@")
_ENCODED: Final = re.compile(
    r"[\w.-]{0,64}%3[Aa]((?:[\w.~!*-]|%(?!2[Ff]|40|3[FfAa]|2[02367])[0-9A-Fa-f]{2}){1,128})%40"
)


def find_before(text: str, at: int, _: str, __: Seen) -> Span | None:
    """Return the password of the pair that ends where ``@tcp(`` stands at ``at``.

    >>> find_before("bob:hunter2@tcp(db)/x", 11, "@tcp(", Seen())
    (4, 11)
    """
    window = max(0, at - _BEFORE_MAX_CHARS)
    found = _BEFORE.search(text[window:at])
    if found is None or is_nothing(found[1]):
        return None
    return window + found.start(1), at


def find_oracle(text: str, at: int, literal: str, _: Seen) -> Span | None:
    """Return the password behind the name, which stands behind ``oracle:thin:`` at ``at``.

    >>> find_oracle("jdbc:oracle:thin:scott/tiger@db", 5, "oracle:thin:", Seen())
    (23, 28)
    """
    found = _ORACLE.match(text, at + len(literal))
    return None if found is None or is_nothing(found[1]) else found.span(1)


def find_encoded(text: str, at: int, literal: str, _: Seen) -> Span | None:
    """Return the password before the host of the URL with ``%3A%2F%2F`` at ``at``.

    >>> find_encoded("https%3A%2F%2Fbob%3Ahunter2%40db", 5, "%3A%2F%2F", Seen())
    (20, 27)
    """
    found = _ENCODED.match(text, at + len(literal))
    return None if found is None or is_nothing(found[1]) else found.span(1)


CONNECTIONS: Final = (
    mark_of("@tcp(", find_before),
    mark_of("@unix(", find_before),
    mark_of("oracle:thin:", find_oracle),
    mark_of("oracle:oci:", find_oracle),
    mark_of("%3A%2F%2F", find_encoded),
    mark_of("%3a%2f%2f", find_encoded),
)
"""The marks of every connection string."""
