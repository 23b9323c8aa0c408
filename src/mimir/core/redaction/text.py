"""Scrubbing and cutting text.

Rules:
1. What looks like a key becomes ``[REDACTED]``; everything else stays as it is.
2. Scrubbing twice is scrubbing once, and takes time in proportion to the text.
3. A cut text never ends in half a character.
"""

import re
from typing import Final, TypeVar, overload

from mimir.core.redaction.finder import Pass
from mimir.core.redaction.rules import DEFAULT_RULES, Rules
from mimir.core.redaction.shapes import REDACTED, Seen, Span

V = TypeVar("V")

NEAR_CHARS: Final = 512
"""How near to what was scrubbed a text is looked at again."""

_MINTED: Final = ("sk-", "vk-")


def scrub(text: str, rules: Rules = DEFAULT_RULES) -> str:
    """Replace every key in ``text`` by ``[REDACTED]``; it never fails.

    Text of any length, lone surrogates included. Under the default rules ordinary words survive.

    >>> scrub("use sk-" + "a1" * 24 + ", not the task-runner")
    'use [REDACTED], not the task-runner'
    """
    for one in rules.passes:
        text, changed = _scrub(text, one, [(0, len(text))])
        # What is put in place of a secret may be the end of another one, or its beginning.
        while changed:
            text, changed = _scrub(text, one, _around(changed))
    return text


def looks_like_key(text: str) -> bool:
    """Tell whether ``text`` holds a key, or begins like one that a gateway mints.

    >>> looks_like_key("vk-1"), looks_like_key("3f2f1c9a-0000-4000-8000-000000000001")
    (True, False)
    """
    return text.startswith(_MINTED) or scrub(text) != text


@overload
def truncate(value: str, max_bytes: int) -> str: ...


@overload
def truncate(value: bytes, max_bytes: int) -> bytes: ...


@overload
def truncate(value: V, max_bytes: int) -> V: ...


def truncate(value: object, max_bytes: int) -> object:
    r"""Cut text to at most ``max_bytes`` bytes of UTF-8, never inside a character.

    A lone surrogate counts three bytes. Bytes that are too many end before the first that is no
    UTF-8. What is short enough, or neither text nor bytes, comes back as it is. A negative bound
    is 0.

    >>> truncate("na\u00efve", 3), truncate(b"ab\xff", 3), truncate(b"ab\xffcd", 4), truncate(5, 0)
    ('na', b'ab\xff', b'ab', 5)
    """
    bound = max(max_bytes, 0)
    if isinstance(value, bytes):
        return value if len(value) <= bound else _whole_characters(value[:bound], "strict")
    if not isinstance(value, str) or 4 * len(value) <= bound:
        return value
    raw = value[: bound + 1].encode("utf-8", "surrogatepass")
    if len(raw) <= bound:
        return value
    return _whole_characters(raw[:bound], "surrogatepass").decode("utf-8", "surrogatepass")


def _whole_characters(raw: bytes, errors: str) -> bytes:
    """Return what stands before the first byte that is no whole character of UTF-8."""
    try:
        raw.decode("utf-8", errors)
    except UnicodeDecodeError as error:
        return raw[: error.start]
    return raw


def _scrub(text: str, one: Pass, windows: list[Span]) -> tuple[str, list[int]]:
    """Scrub the windows of a text; return where ``[REDACTED]`` was put."""
    pieces: list[str] = []
    changed: list[int] = []
    done = length = 0
    seen = Seen()
    for begin, until in windows:
        for found in one.find.finditer(text, begin, until):
            if found.end() <= done:
                continue
            span = _secret(text, found, one, seen, done)
            if span is not None:
                pieces += (text[done : span[0]], REDACTED)
                length += span[0] - done
                changed.append(length)
                length += len(REDACTED)
                done = span[1]
    return ("".join((*pieces, text[done:])) if pieces else text), changed


def _secret(text: str, found: re.Match[str], one: Pass, seen: Seen, done: int) -> Span | None:
    """Return the first secret behind ``done`` of which a mark stands where the search found one."""
    for mark in one.at(text, found):
        start = found.start() - mark.pivot
        if start >= done and text.startswith(mark.literal, start):
            span = mark.find(text, start, mark.literal, seen)
            if span is not None and span[0] >= done and text[span[0] : span[1]] not in REDACTED:
                return span
    return None


def _around(changed: list[int]) -> list[Span]:
    """Return the windows around some places, none over another."""
    windows: list[Span] = []
    for at in changed:
        begin, until = max(0, at - NEAR_CHARS), at + NEAR_CHARS
        if windows and begin <= windows[-1][1]:
            begin = windows.pop()[0]
        windows.append((begin, until))
    return windows
