"""Values in quotes, and what makes one a secret.

Rules:
1. A value goes up to the quote that it began with; one that is escaped once more is no end.
2. It ends where the string of JSON around it ends, and at the end of a line: what is cut off goes
   as far as it stands, and JSON stays JSON.
3. A name that says ``secret`` hides every value but one that is none: a placeholder, a reference, a
   sentence. One that says ``maybe`` hides what looks like chance.
4. Of ``Authorization`` the scheme says nothing; a cookie has a value behind its name. A mnemonic
   has twelve words or more, and the ``accesskey`` of markup is one character.
"""

import re
from typing import Final

from mimir.core.redaction.key_names import Says
from mimir.core.redaction.values import is_chance, is_nothing, is_prose

SCHEME: Final = re.compile(
    r"(?i)(?:bearer|basic|token|digest|apikey|bot|negotiate|aws4-hmac-sha256)(?:[ +]+|%20)"
)
"""What may stand before the credentials in ``Authorization``."""

COOKIE: Final = re.compile(r"[\w.%$-]+=[^\s;]")
"""How a cookie begins."""

# A connection string without one of these holds no secret.
_LOGIN: Final = re.compile(
    r"(?i)(?:password|pwd|key|sig|token)\s*=\s*[^\s;{<$]|://[^@\s]*:[^@\s]+@"
)
_MNEMONIC_MIN_SPACES: Final = 11
_END: Final = re.compile(r"(\\*)([\"'`\r\n])")


def end_of_quoted(text: str, begin: int, opened: str) -> int:
    r"""Return where the value ends that begins at ``begin``, behind the quote ``opened``.

    >>> end_of_quoted('"a\\"b", c', 1, '"'), end_of_quoted("'it", 1, "'")
    (5, 3)
    """
    depth, quote = len(opened), opened[-1]
    for found in _END.finditer(text, begin):
        slashes, mark = len(found[1]), found[2]
        if mark in "\r\n":
            return found.start()
        if mark == quote and slashes % (2 * depth) == depth - 1:
            return found.start(2) - depth + 1
        if mark == '"' and (quote != mark or not _is_escaped(slashes, depth)):
            return found.start()
    return len(text)


def _is_escaped(slashes: int, depth: int) -> bool:
    """Tell whether a quote is escaped at each of the levels that ``depth`` stands for."""
    while depth:
        if slashes % 2 == 0:
            return False
        slashes, depth = slashes // 2, depth // 2
    return True


def hides(name: str, value: str, said: Says) -> bool:
    """Tell whether ``value`` is a secret under ``name``, of which ``said`` is said.

    >>> hides("password", "open sesame", "secret"), hides("password", "${X}", "secret")
    (True, False)
    """
    bare = value.strip()
    lower = name.lower()
    if lower.endswith("authorization"):
        scheme = SCHEME.match(bare)
        rest = bare[scheme.end() :] if scheme else bare
        return not is_nothing(rest) and (not is_prose(rest) if scheme else is_chance(rest))
    if lower.endswith(("cookie", "cookies")):
        return COOKIE.match(bare) is not None or is_chance(bare)
    if lower.endswith(("string", "connstr")):
        return _LOGIN.search(bare) is not None
    if lower.endswith("mnemonic"):
        return bare.count(" ") >= _MNEMONIC_MIN_SPACES
    if lower == "accesskey" and len(bare) == 1:
        return False
    if said == "secret":
        return not is_nothing(bare) and not is_prose(bare)
    return said == "maybe" and not is_nothing(bare) and is_chance(bare)


def is_header(value: str) -> bool:
    """Tell whether ``value`` is what a header of a name that hides something has for a value.

    >>> is_header("Bearer x"), is_header("email")
    (True, False)
    """
    return is_chance(value) or SCHEME.match(value) is not None
