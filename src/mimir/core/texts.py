"""What a text may hold: characters that UTF-8 can carry, and no key.

Rules:
1. Nothing of a text is walked over by Python's own code: texts may be long.
2. The shapes of keys are many, and loaded for the first text that is long enough to be one.
3. A name of short words and numbers, such as a model has, and a digest are no keys: they are told
   at once, since names are read with every request.
"""

import re
from typing import Final

KEY_MIN_CHARS: Final = 16
"""Characters of the shortest key."""


_PLAIN: Final = re.compile(
    r"(?:[a-z]{0,11}+[0-9]{0,3}+[a-z]?+[-_.:/])*+[a-z]{0,11}+[0-9]{0,3}+[a-z]?+"
    r"|sha(?:256|384|512):[0-9a-f]++"
)


def is_unicode(value: str) -> bool:
    r"""Tell whether UTF-8 can carry ``value``: it holds no lone surrogate.

    >>> is_unicode("na\u00efve"), is_unicode("\ud800")
    (True, False)
    """
    if value.isascii():
        return True
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def masked(value: str) -> str:
    """Return ``value`` scrubbed of keys; what is too short for one comes back at once.

    >>> masked("flex"), masked("sk-" + "a1" * 24)
    ('flex', '[REDACTED]')
    """
    if len(value) < KEY_MIN_CHARS:
        return value
    from mimir.core.redaction.text import scrub

    return scrub(value)


def names_key(value: str) -> bool:
    """Tell whether ``value``, given as the name of something, holds a key.

    >>> names_key("anthropic:claude-sonnet-4-5"), names_key("sk-" + "a1" * 24)
    (False, True)
    """
    return len(value) >= KEY_MIN_CHARS and not _PLAIN.fullmatch(value) and masked(value) != value
