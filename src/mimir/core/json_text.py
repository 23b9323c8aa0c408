"""JSON as others write it: bytes or text in, plain data out, whatever they hold.

Rules:
1. Bytes are counted before they are decoded. They are UTF-8 without a byte order mark.
2. JSON is strict: no NaN or Infinity, no number that overflows to it, no run of more than 1,000
   digits, no key twice in one object.
3. At most ``DEPTH_MAX`` levels, and one list or object for every 16 bytes of the bound, so that the
   bound of bytes is one of memory and of time too.
4. What can be placed is placed, by line and column. Brackets and digits are counted at once; token
   by token is read only what is refused, or looks as if it may have to be.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable
from itertools import chain, compress
from math import inf
from typing import ClassVar, Final, TypeAlias

from attrs import field, frozen

from mimir.core.fields import excerpt, is_list, is_object, is_text
from mimir.core.limits import DEPTH_MAX, WIRE_IN_MAX_BYTES
from mimir.core.outcome import Failure, Outcome, Success

DIGITS_MAX: Final = 1_000
"""Digits in a row; CPython refuses to read an integer of more than 4,300."""

BYTES_PER_CONTAINER: Final = 16
"""Bytes of the bound for each list or object that there may be."""

_UTF8_MARK: Final = b"\xef\xbb\xbf"
_UTF16_MARKS: Final = (b"\xff\xfe", b"\xfe\xff")
_STRING: Final = r'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)'  # one that never ends is a token too
_SHORT: Final = r"[0-9]{1,8}+(?:\.[0-9]{1,99}+)?(?:[eE][+-]?[0-2]?[0-9]{1,2}+)?(?![0-9.eE])"
_TOKEN: Final = re.compile(
    rf"(?:{_STRING}|{_SHORT}|[^]\"[{{}}NI0-9-]++|-(?!I))++"  # as much as there is of it at once
    r"|(?P<opens>[\[{])|(?P<closes>[\]}])|(?P<word>-?Infinity|NaN)|(?P<number>[0-9][0-9.eE+-]*+)",
    re.DOTALL,
)
_LONG_RUN: Final = re.compile(f"[0-9]{{{DIGITS_MAX + 1}}}")
_TO_ZERO: Final = bytes.maketrans(b"123456789", b"000000000")
_ZEROS: Final = b"0" * (DIGITS_MAX + 1)
_TOO_LARGE: Final = "is larger than {} bytes"
_TOO_DEEP: Final = f"is nested deeper than {DEPTH_MAX} levels"
_INFINITE: Final = "holds a number too large for a float"

_HOLDERS: Final = frozenset[type]({list, dict})

_Pairs: TypeAlias = list[tuple[str, object]]


@frozen
class NotJson:
    """Bytes or text that are no JSON of this kind: whoever wrote them is at fault.

    ``problem`` says what is wrong, and where; it quotes at most a scrubbed, bounded excerpt.
    ``unquoted`` says it without, where it does.
    """

    code: ClassVar[str] = "not_json"
    problem: str
    unquoted: str = field(default="", eq=False, repr=False)

    @property
    def message(self) -> str:
        """Say what is wrong."""
        return self.problem


def read(content: object, max_bytes: int = WIRE_IN_MAX_BYTES) -> Outcome[object, NotJson]:
    """Read a JSON document of at most ``max_bytes`` bytes, by default 256 KiB.

    :param content: exactly ``bytes``, as of a request's body, or ``str``.
    :return: plain data for any parser, or ``NotJson``.

    >>> read(b'{"task_class": "chat"}').unwrap()
    {'task_class': 'chat'}
    >>> read('[1, NaN]').failure().message
    'holds NaN, which is no JSON, at line 1 column 5'
    """
    data = _bytes(content, max_bytes)
    if isinstance(data, NotJson):
        return Failure(data)
    text = decoded(data)
    if isinstance(text, NotJson):
        return Failure(text)
    containers = max_bytes // BYTES_PER_CONTAINER
    odd = _oddity(text, containers) if _is_suspect(data, containers) else None
    if odd is not None:
        return Failure(odd)
    return _parsed(text, containers)


def decoded(data: bytes) -> str | NotJson:
    """Decode UTF-8 without a byte order mark, of which something is left without white space.

    >>> decoded(b" ").problem
    'is empty'
    """
    if data.startswith(_UTF16_MARKS):
        return NotJson("is UTF-16; save it as UTF-8")
    if data.startswith(_UTF8_MARK):
        return NotJson("begins with a byte order mark; save it as UTF-8 without one")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        return NotJson(f"is not UTF-8 at byte {error.start}")
    return NotJson("is empty") if text.isspace() or not text else text


def _bytes(content: object, max_bytes: int) -> bytes | NotJson:
    if is_text(content):
        return _encoded(content, max_bytes)
    if type(content) is not bytes:
        return NotJson(f"expected bytes or text, got {excerpt(content)}")
    return content if len(content) <= max_bytes else NotJson(_TOO_LARGE.format(max_bytes))


def _encoded(content: str, max_bytes: int) -> bytes | NotJson:
    try:
        data = content.encode("utf-8") if len(content) <= max_bytes else b""
    except UnicodeEncodeError as error:
        return NotJson(f"holds a lone surrogate at {_place(content, error.start)}")
    too_large = len(content) > max_bytes or len(data) > max_bytes
    return NotJson(_TOO_LARGE.format(max_bytes)) if too_large else data


def _is_suspect(data: bytes, containers: int) -> bool:
    """Tell whether there may be too many lists and objects, or digits; within strings they may."""
    if data.count(b"[") + data.count(b"{") > containers:
        return True
    return _ZEROS in data.translate(_TO_ZERO)


def _parsed(text: str, containers: int) -> Outcome[object, NotJson]:
    odd: list[NotJson] = []

    def members(pairs: _Pairs) -> dict[str, object]:
        made = dict(pairs)
        if len(made) < len(pairs):
            odd.append(_repeated(pairs))
        return made

    def constant(word: str) -> None:
        odd.append(NotJson(f"holds {word}, which is no JSON"))

    try:
        value: object = json.loads(text, object_pairs_hook=members, parse_constant=constant)
    except json.JSONDecodeError as error:
        return Failure(NotJson(f"is no JSON: {error.msg} at {_place(text, error.pos)}"))
    except RecursionError:
        return Failure(_oddity(text, containers) or NotJson(_TOO_DEEP))
    problem = odd[0] if odd else _fault(value)
    if problem is None:
        return Success(value)
    return Failure(_oddity(text, containers) or problem)


def _repeated(pairs: _Pairs) -> NotJson:
    counts = Counter(key for key, _ in pairs)
    key = excerpt(counts.most_common(1)[0][0])
    return NotJson(f"holds the key {key} twice in one object", "holds a key twice in one object")


def _fault(value: object) -> NotJson | None:
    """Say what is wrong with data that was read, a level at a time."""
    items = [value]
    for _ in range(DEPTH_MAX + 1):
        kinds = set(map(type, items))
        if float in kinds and (inf in items or -inf in items):
            return NotJson(_INFINITE)
        if kinds.isdisjoint(_HOLDERS):
            return None
        holders = compress(items, map(_HOLDERS.__contains__, map(type, items)))
        items = [*chain.from_iterable(map(_held, holders))]
    return NotJson(_TOO_DEEP)


def _held(holder: object) -> Iterable[object]:
    if is_object(holder):
        return holder.values()
    return holder if is_list(holder) else ()


def _oddity(text: str, containers: int) -> NotJson | None:
    """Find the first thing that ``json`` takes and no document may hold, and its place."""
    depth = opened = 0
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup
        if kind == "opens":
            depth, opened = depth + 1, opened + 1
            if depth > DEPTH_MAX:
                return _at(_TOO_DEEP, text, match.start())
            if opened > containers:
                return _at(f"holds more than {containers} lists and objects", text, match.start())
        elif kind == "closes":
            depth -= 1
        elif kind is not None and (problem := _problem(match[0])) is not None:
            return _at(problem, text, match.start())
    return None


def _problem(token: str) -> str | None:
    """Say what is wrong with a word that is none of JSON's, or with a number."""
    if token[-1] in "Ny":
        return f"holds {token}, which is no JSON,"
    if _LONG_RUN.search(token):
        return f"holds a number of {len(token)} characters"
    return _INFINITE if _is_infinite(token) else None


def _is_infinite(token: str) -> bool:
    try:
        return abs(float(token)) == inf
    except ValueError:
        return False


def _at(problem: str, text: str, at: int) -> NotJson:
    return NotJson(f"{problem} at {_place(text, at)}")


def _place(text: str, at: int) -> str:
    line_start = text.rfind("\n", 0, at) + 1
    return f"line {text.count(chr(10), 0, at) + 1} column {at - line_start + 1}"
