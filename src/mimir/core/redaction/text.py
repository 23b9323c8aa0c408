"""Scrubbing and cutting text.

Rules:
1. What looks like a key becomes ``[REDACTED]``; everything else stays as it is.
2. Scrubbing twice is scrubbing once, and takes time in proportion to the text.
3. A cut text never ends in half a character.
"""

from typing import Final, overload

from mimir.core.redaction.rules import DEFAULT_RULES, Pass, Rules

REDACTED: Final = "[REDACTED]"
"""What stands where a key stood."""

_ESCAPES: Final = frozenset("bfnrt")
_MINTED: Final = ("sk-", "vk-")


def scrub(text: str, rules: Rules = DEFAULT_RULES) -> str:
    """Replace every key in ``text``.

    >>> scrub("use sk-" + "a1" * 24 + ", not the task-runner")
    'use [REDACTED], not the task-runner'
    """
    for one in rules.passes:
        text = _scrub(text, one)
    return text


def looks_like_key(text: str) -> bool:
    """Tell whether ``text`` holds a key, or begins like one that a gateway mints.

    >>> looks_like_key("vk-1"), looks_like_key("3f2f1c9a-0000-4000-8000-000000000001")
    (True, False)
    """
    return text.startswith(_MINTED) or scrub(text) != text


@overload
def truncate(text: str, max_bytes: int) -> str: ...


@overload
def truncate(text: bytes, max_bytes: int) -> bytes: ...


def truncate(text: str | bytes, max_bytes: int) -> str | bytes:
    r"""Cut ``text`` to at most ``max_bytes`` bytes of UTF-8, never inside a character.

    Cut bytes end before the first that is no UTF-8; whole ones come back as they are. A negative
    bound is 0.

    >>> truncate("na\u00efve", 3), truncate(b"ab\xff", 3), truncate(b"ab\xffcd", 4)
    ('na', b'ab\xff', b'ab')
    """
    bound = max(max_bytes, 0)
    if isinstance(text, bytes):
        return text if len(text) <= bound else _whole_characters(text[:bound])
    if 4 * len(text) <= bound:
        return text
    raw = text[: bound + 1].encode("utf-8", "surrogatepass")
    if len(raw) <= bound:
        return text
    return _whole_characters(raw[:bound]).decode("utf-8", "surrogatepass")


def _whole_characters(raw: bytes) -> bytes:
    """Return what stands before the first byte that is no whole character of UTF-8."""
    try:
        raw.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError as error:
        return raw[: error.start]
    return raw


def _scrub(text: str, one: Pass) -> str:
    pieces: list[str] = []
    done = 0
    for found in one.find.finditer(text):
        start, shape = found.start(), one.by_literal[found.group()]
        if start < done or (shape.bounded and not _is_boundary(text, start)):
            continue
        tail = shape.tail.match(text, found.end())
        if tail is not None:
            pieces += (text[done:start], REDACTED)
            done = tail.end()
    return "".join((*pieces, text[done:])) if pieces else text


def _is_boundary(text: str, start: int) -> bool:
    before = text[start - 1 : start]
    if not (before.isascii() and before.isalnum()):
        return True
    return before in _ESCAPES and text[start - 2 : start - 1] == "\\"
