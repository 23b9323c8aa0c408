"""Keys that are none: texts of the shape of a key, put together while a test runs.

Rules:
1. The families are those that the default redaction rules know.
"""

from random import Random
from typing import Final

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from mimir.core.secret import Secret
from mimir.testing.key_forms import FORMS, fill

_UPPER: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_DIGITS: Final = "0123456789"
_LETTERS: Final = _UPPER + _UPPER.lower() + _DIGITS


def key_texts() -> SearchStrategy[str]:
    """Make a text of the shape of a key, of every family that the default rules know.

    >>> from hypothesis import find
    >>> len(find(key_texts(), lambda text: text.startswith("AKIA")))
    20
    """
    return st.one_of(
        _tail("sk-", _LETTERS, 24, 48),
        _tail("sk-proj-", _LETTERS, 40, 60),
        _tail("sk-ant-api03-", _LETTERS, 60, 95),
        _tail("vk-", _LETTERS, 24, 48),
        _tail("AKIA", _UPPER + "234567", 16, 16),
        _tail("AIza", _LETTERS, 35, 35),
        st.builds(_filled, st.sampled_from(FORMS), st.integers(0, 1 << 32)),
    )


def secrets() -> SearchStrategy[Secret]:
    """Make a secret that holds a text of ``key_texts``.

    >>> from hypothesis import find
    >>> find(secrets(), lambda secret: True).reveal()[:3]
    'sk-'
    """
    return key_texts().map(Secret)


def _filled(form: tuple[str, str], seed: int) -> str:
    return fill(form[1], Random(seed))


def _tail(prefix: str, alphabet: str, least: int, most: int) -> SearchStrategy[str]:
    tails = st.text(st.sampled_from(alphabet), min_size=least, max_size=most)
    # A key is not one letter many times over, nor letters alone.
    return (
        st.builds("{}{}a1B2".format, st.just(prefix), tails)
        if least != most
        else tails.map(lambda tail: prefix + tail)
    )
