"""Catalogs: entries, and the raw rows that ``catalog.resolve`` reads.

Rules:
1. Ids of a catalog are distinct; models and lanes are shared more often than not.
2. Latencies are most often a few milliseconds, about the tolerances of ``descriptors``, or
   unknown; latencies and priorities tie.
"""

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from mimir.core.catalog import Catalog
from mimir.core.entry import Entry
from mimir.core.limits import INTEGER_MAX
from mimir.core.vocabulary import CAPABILITIES, RUNTIMES
from mimir.testing.words import entry_ids, lanes, models

_OPTIONAL = ("capabilities", "p50_latency_ms", "priority", "context_window")


def entries() -> SearchStrategy[Entry]:
    """Make an entry that a parser would return, without a spec.

    >>> from hypothesis import find
    >>> find(entries(), lambda entry: entry.runtime == "local").p50_latency_ms is None
    True
    """
    every = st.just(frozenset(CAPABILITIES))
    latencies = st.sampled_from([1, 3]) | st.integers(0, 12) | st.integers(0, INTEGER_MAX)
    priorities = st.sampled_from([100, 99]) | st.integers(-INTEGER_MAX, INTEGER_MAX)
    windows = st.integers(1, 8) | st.integers(1, INTEGER_MAX)
    return st.builds(
        Entry,
        id=entry_ids(),
        model=models(),
        lane=lanes(),
        runtime=st.sampled_from(RUNTIMES),
        capabilities=every | st.frozensets(st.sampled_from(CAPABILITIES)),
        p50_latency_ms=st.none() | latencies,
        priority=st.none() | priorities,
        context_window=st.none() | st.none() | st.none() | windows,
    )


def catalogs(*, min_size: int = 0, max_size: int = 6) -> SearchStrategy[Catalog]:
    """Make a catalog of ``min_size`` to ``max_size`` entries.

    >>> from hypothesis import find
    >>> len(find(catalogs(min_size=2), lambda catalog: True).entries)
    2
    """
    rows = st.lists(entries(), min_size=min_size, max_size=max_size, unique_by=lambda row: row.id)
    return rows.map(lambda made: Catalog(tuple(made)))


@st.composite
def raw_rows(draw: st.DrawFn) -> dict[str, object]:
    """Make the raw data of one row: optional fields may be absent, and strangers present.

    >>> from hypothesis import find
    >>> sorted(find(raw_rows(), lambda row: len(row) == 4))
    ['id', 'lane', 'model', 'runtime']
    """
    entry = draw(entries())
    row: dict[str, object] = {
        "id": entry.id,
        "model": entry.model,
        "lane": entry.lane,
        "runtime": entry.runtime,
        "capabilities": sorted(entry.capabilities),
        "p50_latency_ms": entry.p50_latency_ms,
        "priority": entry.priority,
        "context_window": entry.context_window,
    }
    for name in draw(st.lists(st.sampled_from(_OPTIONAL), unique=True)):
        del row[name]
    if draw(st.booleans()):
        row["comment"] = None
    return row


def raw_catalogs(*, max_size: int = 6) -> SearchStrategy[list[dict[str, object]]]:
    """Make the rows of a catalog, their ids distinct.

    >>> from hypothesis import find
    >>> from mimir.core.catalog import resolve
    >>> len(resolve(find(raw_catalogs(), lambda rows: len(rows) == 2)).unwrap().entries)
    2
    """
    return st.lists(raw_rows(), max_size=max_size, unique_by=lambda row: row["id"])
