"""Values without quotes: how far they go, and which are secrets.

Rules:
1. What a value ends with depends on where it stands: the line of a header, a variable of a shell, a
   parameter of a URL, a field of a connection string, markup, or text.
2. Where prose or code may stand as well, a value has to show more than words: digits or signs.
3. An expression of a program is no secret.
"""

import re
from typing import Final

from mimir.core.redaction.key_names import Says
from mimir.core.redaction.quoted import COOKIE, SCHEME
from mimir.core.redaction.shapes import REDACTED, Span
from mimir.core.redaction.values import LOOK_MAX_CHARS, is_chance, is_code, is_marked, is_nothing

_LINE: Final = re.compile(r"[^\r\n\"'\\<>`{}]*")
_TOKEN: Final = re.compile(r"[^\s\"'`\\<>,;&|(){}]*")
_WORD: Final = re.compile(r"[^\s\"'`<>,;&|(){}\[\]\\]*")
_VARIABLE: Final = re.compile(r"[^\s\"'`\\<>]*")
_PARAMETER: Final = re.compile(r"[^\s\"'`\\<>&#;,]*")
_FIELD: Final = re.compile(r"[^\s\"'`\\;]*")
_MARKUP: Final = re.compile(r"[^<>\n\"\\]*")
_ENCODED: Final = re.compile(r"(?:[^\s\"'\\<>&%]|%(?!26|2[27Cc]|0[AaDd]|20|7[Dd]|3[Bb]|25))*")
_CLOSING: Final = ".,:;)]}"
_OPENED: Final = {")": "(", "]": "[", "}": "{"}
_CALL: Final = ("(", "[", "{", "<")


def plain_value(text: str, begin: int, sign: re.Match[str], name: str, said: Says) -> Span | None:
    """Return the value without quotes that begins at ``begin``, where it is a secret."""
    lower = name.lower()
    if lower.endswith("authorization"):
        return _authorization(text, begin)
    if lower.endswith("cookie"):
        return (begin, _end(_LINE, text, begin)) if COOKIE.match(text, begin) else None
    if sign["sign"].endswith("==") or sign["sign"].startswith("!"):
        return None
    run, strict = _run(text, sign, name)
    end = _end(run, text, begin, begin + LOOK_MAX_CHARS)
    if end == begin + LOOK_MAX_CHARS:
        # No word of prose is as long.
        secret = said == "secret" or is_chance(text[begin:end])
        return (begin, _end(run, text, begin)) if secret else None
    value = _without_closing(text[begin:end])
    end = begin + len(value)
    if run is _MARKUP and not text.startswith("</", end):
        return None
    if strict and text.startswith(_CALL, end):
        return None
    if not sign["sign"]:
        return (begin, end) if is_chance(value) else None
    strict = strict and not (sign["sign"] == "=" and text.startswith("&", end))
    return (begin, end) if _hides(value, said, strict) else None


def _hides(value: str, said: Says, strict: bool) -> bool:
    if said == "maybe":
        return is_chance(value) and not is_nothing(value)
    long_enough = (len(value) > 5 and value.isdigit()) if strict else len(value) > 3
    shows = long_enough or is_marked(value) or is_chance(value)
    return shows and not is_code(value) and not is_nothing(value)


def _end(run: re.Pattern[str], text: str, begin: int, until: int | None = None) -> int:
    found = run.match(text, begin) if until is None else run.match(text, begin, until)
    return found.end() if found else begin


def _authorization(text: str, begin: int) -> Span | None:
    scheme = SCHEME.match(text, begin)
    if scheme is None:
        value = text[begin : _end(_TOKEN, text, begin, begin + 4 * LOOK_MAX_CHARS)].rstrip(".")
        return (begin, begin + len(value)) if is_chance(value) and not is_nothing(value) else None
    whole = scheme[0].lower().startswith(("aws4", "digest"))
    begin = scheme.end()
    value = text[begin : _end(_LINE if whole else _TOKEN, text, begin)].rstrip(" .,")
    if is_nothing(value) or is_code(value) or not (is_marked(value) or len(value) > 20):
        return None
    return begin, begin + len(value)


def _run(text: str, sign: re.Match[str], name: str) -> tuple[re.Pattern[str], bool]:
    start = sign.end("rest") - len(name)
    before, said = text[start - 1 : start], sign["sign"]
    tight = sign.end() == sign.end("sign") == sign.end("rest") + len(said)
    if said.startswith("%"):
        return _ENCODED, False
    if said == ">":
        return _MARKUP, before != "<"
    if before in ("?", "&") and said == "=":
        return _PARAMETER, False
    if said == "=" and tight and name.isupper():
        return _VARIABLE, False
    if said == "=" and before == ";":
        return _FIELD, False
    return _WORD, not name.startswith("--")


def _without_closing(value: str) -> str:
    """Leave out what ends a sentence, a list or brackets that began before the value."""
    while value and value[-1] in _CLOSING and not value.endswith(REDACTED):
        if _OPENED.get(value[-1], "") in value[:-1] and value[-1] in _OPENED:
            break
        value = value[:-1]
    return value
