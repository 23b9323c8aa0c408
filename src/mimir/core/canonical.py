"""The one form in which a value is stored and digested: canonical JSON, and its sha256.

Rules:
1. Keys are sorted by code point, there is no space, the encoding is UTF-8, nothing that UTF-8 can
   carry is escaped but what JSON must escape.
2. Integers stand in full, and have at most 2,048 bits: every interpreter writes and reads those.
   There is no float: an amount is an integer or a text.
3. A lone surrogate is refused, in a text and in a key.
4. A digest is of the stored bytes. Bytes that are read are those that would be written again, or
   they are refused: a space, a key twice or a float is another form.
"""

import json
from hashlib import sha256
from typing import ClassVar, Final, NewType, TypeAlias

from attrs import frozen

from mimir.core.fields import Json, excerpt, field_name, is_list, is_object, is_text
from mimir.core.outcome import Failure, Outcome, Success
from mimir.core.texts import is_unicode

Digest = NewType("Digest", str)
"""``sha256:`` and 64 hexadecimal digits, in lower case."""

DIGEST_CHARS: Final = 71
"""Characters of a digest."""

INTEGER_MAX_BITS: Final = 2_048
"""Bits of an integer. The interpreter's own limit is 4,300 digits; it may be set as low as 640."""

_PREFIX: Final = "sha256:"
_ENCODER: Final = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))
"""Made once: what it takes to make is more than a descriptor takes to write."""


@frozen
class NotCanonical:
    """A value that has no canonical form, or bytes that are not in it.

    ``path`` is where, such as ``.quotes.a[0]``; empty for the whole.
    """

    code: ClassVar[str] = "not_canonical"
    path: str
    problem: str

    @property
    def message(self) -> str:
        """Name the place and the problem."""
        return f"{self.path}: {self.problem}" if self.path else self.problem


@frozen
class WrongDigest:
    """Bytes that are not those that were digested: they were changed, or cut short."""

    code: ClassVar[str] = "wrong_digest"
    expected: Digest
    got: Digest

    @property
    def message(self) -> str:
        """Name both digests."""
        return f"the digest does not match the content: expected {self.expected}, got {self.got}"


CanonicalError: TypeAlias = NotCanonical | WrongDigest
"""Everything that ``read`` can refuse bytes with."""


@frozen
class Sealed:
    """A value as it is stored: its canonical bytes and their digest."""

    digest: Digest
    content: bytes


def digest(content: bytes) -> Digest:
    """Return the digest of ``content``.

    >>> digest(b"{}")[:14]
    'sha256:44136fa'
    """
    return Digest(_PREFIX + sha256(content).hexdigest())


def encode(value: Json) -> Outcome[bytes, NotCanonical]:
    """Write ``value`` in its canonical form.

    :return: the bytes; ``NotCanonical`` for a float, a lone surrogate, an integer out of bounds, a
        key that is no text, or what is no plain data, with its path; for what is nested too deep.

    >>> encode({"b": [1, None], "a": "x"}).unwrap()
    b'{"a":"x","b":[1,null]}'
    >>> encode({"a": [1.5]}).failure().message
    '.a[0]: a float has no canonical form'
    """
    try:
        return Success(_written(value)) if _is_plain(value) else Failure(_fault(value, ""))
    except RecursionError:
        return Failure(NotCanonical("", "is nested too deep"))


def seal(value: Json) -> Outcome[Sealed, NotCanonical]:
    """Write ``value`` and digest what was written; the errors are those of ``encode``.

    >>> seal({}).unwrap().content
    b'{}'
    """
    content = encode(value)
    if isinstance(content, Failure):
        return content
    return Success(Sealed(digest(content.unwrap()), content.unwrap()))


def read(content: bytes, expected: Digest) -> Outcome[object, CanonicalError]:
    """Read stored bytes back as plain data.

    :return: the value; ``WrongDigest`` where the bytes are others, ``NotCanonical`` where they are
        no canonical JSON.

    >>> read(b"{}", digest(b"{}")).unwrap()
    {}
    >>> read(b"{ }", digest(b"{ }")).failure().message
    'is no canonical JSON'
    """
    got = digest(content)
    if got != expected:
        return Failure(WrongDigest(expected, got))
    refused: Failure[CanonicalError] = Failure(NotCanonical("", "is no canonical JSON"))
    try:
        value: Json = json.loads(content)
    except (ValueError, RecursionError):
        return refused
    again = encode(value)
    return Success(value) if again == Success(content) else refused


def is_digest(value: object) -> bool:
    """Tell whether ``value`` has the form of a digest.

    >>> is_digest(digest(b"")), is_digest("sha256:0")
    (True, False)
    """
    if not is_text(value) or len(value) != DIGEST_CHARS or not value.startswith(_PREFIX):
        return False
    return all(char in "0123456789abcdef" for char in value[len(_PREFIX) :])


def _written(value: Json) -> bytes:
    return _ENCODER.encode(value).encode("utf-8")


def _is_plain(value: object) -> bool:
    """Tell whether all of ``value`` may be written; where it may not, ``_fault`` says why."""
    if type(value) is str:
        return is_unicode(value)
    if is_object(value):
        return all(map(_is_key, value)) and all(map(_is_plain, value.values()))
    if is_list(value):
        return all(map(_is_plain, value))
    if type(value) is int:
        return value.bit_length() <= INTEGER_MAX_BITS
    return value is None or type(value) is bool


def _is_key(key: object) -> bool:
    return type(key) is str and is_unicode(key)


def _fault(value: object, path: str) -> NotCanonical:
    """Say what in ``value``, which may not be written, is the first fault."""
    if is_text(value):
        return NotCanonical(path, "holds a lone surrogate")
    if is_list(value):
        at = next(at for at, item in enumerate(value) if not _is_plain(item))
        return _fault(value[at], f"{path}[{at}]")
    if is_object(value):
        return _fault_of_members(value, path)
    what = "a float" if type(value) is float else excerpt(value)
    return NotCanonical(path, f"{what} has no canonical form")


def _fault_of_members(value: dict[object, object], path: str) -> NotCanonical:
    for key in value:
        if not _is_key(key):
            return NotCanonical(path, f"a key that is no text: {excerpt(key)}")
    key = next(key for key, item in value.items() if not _is_plain(item))
    return _fault(value[key], f"{path}.{field_name(key)}")
