"""Descriptors: parsed, and as the raw data that ``descriptor.parse`` reads.

Rules:
1. Budgets are a few microdollars, and tolerances a few milliseconds, more often than not: small
   enough for the costs and latencies of ``mimir.testing`` to fall on either side and on the line.
"""

from attrs import evolve
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from mimir.core.descriptor import Agent, Descriptor, ExpectedTokens, to_json
from mimir.core.limits import INTEGER_MAX, QUALITY_BAR_MAX
from mimir.core.vocabulary import RUNTIME_PREFERENCES
from mimir.testing.words import capabilities, names

_OPTIONAL = (
    "capabilities",
    "runtime_preference",
    "expected_tokens",
    "agent",
    "max_outcome_iterations",
)


def expected_tokens() -> SearchStrategy[ExpectedTokens]:
    """Make expected tokens: most often few, at times as many as an integer holds.

    >>> from hypothesis import find
    >>> find(expected_tokens(), lambda tokens: tokens.input > tokens.output)
    ExpectedTokens(input=1, output=0)
    """
    counts = st.integers(0, 4) | st.integers(0, 4) | st.integers(0, INTEGER_MAX)
    return st.builds(ExpectedTokens, counts, counts)


def agents() -> SearchStrategy[Agent]:
    """Make the identity of an agent.

    >>> from hypothesis import find
    >>> find(agents(), lambda agent: True)
    Agent(digest='0', name=None, version=None)
    """
    texts = st.none() | st.just("") | names()
    return st.builds(Agent, names(), texts, texts)


def descriptors() -> SearchStrategy[Descriptor]:
    """Make a descriptor that a parser would return.

    >>> from hypothesis import find
    >>> find(descriptors(), lambda descriptor: descriptor.required == {"vision"}).capabilities
    ('vision',)
    """
    bars = st.sampled_from([2_000, 5_000, 9_000]) | st.integers(1, QUALITY_BAR_MAX)
    return st.builds(
        Descriptor,
        task_class=names(),
        budget_ceiling_microdollars=st.integers(1, 8) | st.integers(1, INTEGER_MAX),
        latency_tolerance_ms=st.integers(1, 8) | st.integers(1, INTEGER_MAX),
        capabilities=st.just(()) | capabilities(),
        runtime_preference=st.sampled_from(("any", *RUNTIME_PREFERENCES)),
        expected_tokens=st.none() | expected_tokens() | expected_tokens(),
        agent=st.none() | agents(),
        max_outcome_iterations=st.none() | st.integers(1, INTEGER_MAX),
        quality_bar=st.none() | st.none() | st.none() | bars,
    )


@st.composite
def raw_descriptors(draw: st.DrawFn) -> dict[str, object]:
    """Make the raw data of a descriptor, without a quality bar.

    Optional fields may be absent, and strangers present.

    >>> from hypothesis import find
    >>> from mimir.core.descriptor import parse
    >>> parse(find(raw_descriptors(), lambda raw: "agent" not in raw)).unwrap().agent is None
    True
    """
    raw: dict[str, object] = dict(to_json(evolve(draw(descriptors()), quality_bar=None)))
    for name in draw(st.lists(st.sampled_from(_OPTIONAL), unique=True)):
        del raw[name]
    if draw(st.booleans()):
        del raw["quality_bar"]
    if draw(st.booleans()):
        raw["sender"] = draw(names())
    return raw
