"""Completions of calls, and turn events.

Rules:
1. A completion that started did so no later than it ended.
2. A payload's keys are OpenTelemetry's ``gen_ai.*`` names more often than not.
"""

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from mimir.core.event import Event
from mimir.core.fields import Json
from mimir.core.health.completion import Completion
from mimir.core.health.failure import CLASS_OF, FAILURE_CLASSES
from mimir.core.health.policy import HealthPolicy, RecoveryPolicy, StreakPolicy, Waits
from mimir.core.limits import INTEGER_MAX
from mimir.testing.plain import json_objects
from mimir.testing.words import lanes, models, names

_THRESHOLDS = st.integers(1, 5) | st.integers(1, INTEGER_MAX)
_TIMES = st.integers(0, 10**6) | st.integers(0, INTEGER_MAX)


@st.composite
def completions(draw: st.DrawFn) -> Completion:
    """Make how one call ended: ``ok`` about half the time.

    >>> from hypothesis import find
    >>> find(completions(), lambda completion: completion.succeeded).failure_class is None
    True
    """
    outcome = draw(st.sampled_from(["ok", "ok", "error", "timeout"]) | names())
    at = draw(_TIMES)
    failed = st.none() | st.sampled_from([*CLASS_OF]) | names()
    asked = st.none() | st.integers(-1, 5) | st.integers(0, INTEGER_MAX)
    return Completion(
        lane=draw(lanes()),
        outcome=outcome,
        at=at,
        model=draw(st.none() | models()),
        failure_class=None if outcome == "ok" else draw(failed),
        started_at=draw(st.none() | st.integers(0, at)),
        retry_after=None if outcome == "ok" else draw(asked),
    )


def health_policies() -> SearchStrategy[HealthPolicy]:
    """Make a health policy: the reference's, or one that tries lanes out after short waits.

    >>> from hypothesis import find
    >>> find(health_policies(), lambda policy: True)
    StreakPolicy(threshold=1)
    """
    return st.builds(StreakPolicy, _THRESHOLDS) | recovery_policies()


def recovery_policies() -> SearchStrategy[RecoveryPolicy]:
    """Make a policy whose waits, leases and calm are a few nanoseconds, or any time at all.

    >>> from hypothesis import find
    >>> find(recovery_policies(), lambda policy: policy.threshold == 2).lease_ns
    1
    """
    times = st.integers(1, 20) | st.integers(1, INTEGER_MAX)
    waits = st.builds(Waits, times, times)
    kinds = st.sampled_from([kind for kind in FAILURE_CLASSES if kind != "request"])
    return st.builds(
        RecoveryPolicy,
        threshold=_THRESHOLDS,
        successes=st.integers(1, 4),
        waits=st.dictionaries(kinds, waits, min_size=1),
        longest_ns=times,
        lease_ns=times,
        calm_ns=times,
    )


def gen_ai_payloads() -> SearchStrategy[dict[str, Json]]:
    """Make the payload of a turn event.

    >>> from hypothesis import find
    >>> find(gen_ai_payloads(), lambda payload: len(payload) == 1)
    {'gen_ai.usage.input_tokens': 0}
    """
    counts: SearchStrategy[Json] = st.integers(0, INTEGER_MAX)
    texts: SearchStrategy[Json] = names()
    usual: SearchStrategy[dict[str, Json]] = st.fixed_dictionaries(
        {},
        optional={
            "gen_ai.usage.input_tokens": counts,
            "gen_ai.usage.output_tokens": counts,
            "gen_ai.request.model": texts,
        },
    )
    return usual | json_objects()


def events() -> SearchStrategy[Event]:
    """Make one turn event.

    >>> from hypothesis import find
    >>> find(events(), lambda event: True).seq
    1
    """
    kinds = st.sampled_from(["start", "usage", "stop", "routing_decision"]) | names()
    return st.builds(Event, st.integers(1, 256), _TIMES, kinds, gen_ai_payloads())
