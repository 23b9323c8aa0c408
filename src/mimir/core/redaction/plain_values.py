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
from mimir.core.redaction.values import is_chance, is_code, is_marked, is_nothing

_LINE: Final = re.compile(r"[^\r\n\"'\\<>`{}]*")
_TOKEN: Final = re.compile(r"[^\s\"'`\\<>,;&|(){}]*")
_WORD: Final = re.compile(r"[^\s\"'`<>,;&|(){}\[\]\\]*")
_VARIABLE: Final = re.compile(r"[^\s\"'`\\<>]*")
_PARAMETER: Final = re.compile(r"[^\s\"'`\\<>&#;,]*")
_FIELD: Final = re.compile(r"[^\s\"'`\\;]*")
_MARKUP: Final = re.compile(r"[^<>\n\"\\]*")
_ENCODED: Final = re.compile(
    r"(?:[^\s\"'\\<>&%]|%(?!26|2[27Cc]|0[AaDd]|20|7[Dd]|3[Bb]|25))*"
)
_CLOSING: Final = ".,:;)]}"
_OPENED: Final = {")": "(", "]": "[", "}": "{"}
_CALL: Final = ("(", "[", "{", "<")


def plain_value(text: str, begin: int, sign: re.Match[str], name: str, said: Says) -> Span | None:
    """Return the value without quotes that begins at ``begin``, where it is a secret."""
    lower = name.lower()
    if lower.endswith("authorization"):
        return _authorization(text, begin)
    if lower.endswith("cookie"):
        line = _LINE.match(text, begin)
        end = begin + len(line[0].rstrip()) if line else begin
        return (begin, end) if COOKIE.match(text, begin, end) else None
    run, strict = _run(text, sign, name)
    found = run.match(text, begin)
    end = found.end() if found else begin
    value = _without_closing(text[begin:end])
    end = begin + len(value)
    if run is _MARKUP and not text.startswith("</", end):
        return None
    if not value or is_nothing(value) or is_code(value):
        return None
    if strict and text[end : end + 1] in _CALL and text[end : end + 1]:
        return None
    if said == "maybe":
        return (begin, end) if is_chance(value) else None
    return (begin, end) if (is_marked(value) or value.isdigit() and len(value) > 5) or (
        not strict and len(value) > 3
    ) else None


def _authorization(text: str, begin: int) -> Span | None:
    scheme = SCHEME.match(text, begin)
    if scheme is None:
        found = _TOKEN.match(text, begin)
        end = found.end() if found else begin
        return (begin, end) if is_chance(text[begin:end]) and not is_nothing(text[begin:end]) else None
    whole = scheme[0].lower().startswith(("aws4", "digest"))
    found = (_LINE if whole else _TOKEN).match(text, scheme.end())
    end = scheme.end() + len(found[0].rstrip(" .,")) if found else begin
    value = text[scheme.end() : end]
    if not value or is_nothing(value) or is_code(value) or not (is_marked(value) or len(value) > 20):
        return None
    return scheme.end(), end


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
