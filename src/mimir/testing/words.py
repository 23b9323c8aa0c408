"""The words: ids, models, lanes, capabilities, instants.

Rules:
1. A minted name is drawn from few values more often than from many, so that two draws meet.
2. Names are valid: non-empty, within their limit, text that UTF-8 can carry.
"""

from datetime import datetime

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from mimir.core.instant import Instant
from mimir.core.limits import INTEGER_MAX
from mimir.core.vocabulary import (
    CAPABILITIES,
    Capability,
    DecisionId,
    EntryId,
    Lane,
    Model,
    RequestId,
)

_BASE32 = "abcdefghijklmnopqrstuvwxyz234567"


def names(*, max_size: int = 20) -> SearchStrategy[str]:
    """Make a non-empty text of at most ``max_size`` characters that UTF-8 can carry.

    >>> from hypothesis import find
    >>> find(names(), lambda name: len(name) == 3)
    '000'
    """
    return st.text(st.characters(codec="utf-8"), min_size=1, max_size=max_size)


def models() -> SearchStrategy[Model]:
    """Make a model, most often one of six.

    >>> from hypothesis import find
    >>> find(models(), lambda model: True)
    'anthropic:large'
    """
    few = st.sampled_from(
        ["anthropic:large", "anthropic:small", "openai:large", "openai:small", "ollama:a:b", "bare"]
    )
    return (few | few | names()).map(Model)


def lanes() -> SearchStrategy[Lane]:
    """Make a lane, most often one of four.

    >>> from hypothesis import find
    >>> find(lanes(), lambda lane: True)
    'anthropic'
    """
    few = st.sampled_from(["anthropic", "openai", "ollama", "spare"])
    return (few | few | names()).map(Lane)


def entry_ids() -> SearchStrategy[EntryId]:
    """Make the id of an entry.

    >>> from hypothesis import find
    >>> find(entry_ids(), lambda entry_id: True)
    '0'
    """
    return names(max_size=8).map(EntryId)


def capabilities() -> SearchStrategy[tuple[Capability, ...]]:
    """Make what a descriptor requires: up to four words, in any order, some of them twice.

    >>> from hypothesis import find
    >>> find(capabilities(), lambda words: len(words) == 2)
    ('tools', 'tools')
    """
    return st.lists(st.sampled_from(CAPABILITIES), max_size=4).map(tuple[Capability, ...])


def decision_ids() -> SearchStrategy[DecisionId]:
    """Make a decision id: ``rd_`` and 26 characters of lower-case base32.

    >>> from hypothesis import find
    >>> find(decision_ids(), lambda decision_id: True)[:3]
    'rd_'
    """
    tails = st.text(st.sampled_from(_BASE32), min_size=26, max_size=26)
    return tails.map(lambda tail: DecisionId(f"rd_{tail}"))


def request_ids() -> SearchStrategy[RequestId]:
    """Make a request id: a text or an integer.

    >>> from hypothesis import find
    >>> find(request_ids(), lambda request_id: isinstance(request_id, int))
    0
    """
    few: SearchStrategy[RequestId] = st.sampled_from([0, 7, "7", "a"])
    numbers: SearchStrategy[RequestId] = st.integers(-INTEGER_MAX, INTEGER_MAX)
    return few | numbers | names()


def instants() -> SearchStrategy[Instant]:
    """Make a UTC instant as it would be written, with 0 to 6 decimals.

    >>> from hypothesis import find
    >>> find(instants(), lambda instant: True).text
    '2000-01-01T00:00:00Z'
    """
    whole = st.datetimes(datetime(1, 1, 1), datetime(9999, 12, 31)).map(_seconds)
    decimals = st.text(st.sampled_from("0123456789"), max_size=6)
    return st.builds(_instant, whole, decimals)


def _seconds(moment: datetime) -> str:
    return moment.replace(microsecond=0).isoformat()


def _instant(seconds: str, decimals: str) -> Instant:
    return Instant(f"{seconds}.{decimals}Z" if decimals else f"{seconds}Z")
