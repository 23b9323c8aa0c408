"""The routed request: what is asked, what a router answers, what goes wrong, what is logged.

Rules:
1. A key of a grant is a ``Secret`` over a text of the shape of a key.
"""

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from mimir.core.limits import INTEGER_MAX
from mimir.core.route.candidates import RoutedCandidate
from mimir.core.route.failure import HttpError, RequestFailed, RouteError
from mimir.core.route.kinds import FAILURE_KINDS
from mimir.core.route.log import Caller, Correlation, GrantFailed, LogOutcome, RouteLog
from mimir.core.route.request import RouteRequest
from mimir.core.route.response import (
    Grant,
    NotPlaced,
    Placed,
    RoutedPlacement,
    RouteResponse,
)
from mimir.core.route.retry import RetryPolicy
from mimir.core.vocabulary import EXCLUSION_CLASSES, RUNTIMES
from mimir.testing.descriptors import descriptors
from mimir.testing.plain import json_objects, json_values
from mimir.testing.secrets import secrets
from mimir.testing.words import decision_ids, instants, lanes, models, names

_IDS = st.none() | names()
_TIMES = st.none() | instants().map(lambda instant: instant.text)


def route_requests() -> SearchStrategy[RouteRequest]:
    """Make a question to a router.

    >>> from hypothesis import find
    >>> find(route_requests(), lambda request: True).step_id is None
    True
    """
    return st.builds(
        RouteRequest,
        descriptor=descriptors(),
        workflow_id=_IDS,
        step_id=_IDS,
        parent_step_id=_IDS,
    )


def grants() -> SearchStrategy[Grant]:
    """Make a grant; its expiry and budget may be absent.

    >>> from hypothesis import find
    >>> find(grants(), lambda grant: True).budget_microdollars is None
    True
    """
    return st.builds(Grant, secrets(), _TIMES, st.none() | st.integers(0, INTEGER_MAX))


def placed_responses() -> SearchStrategy[Placed]:
    """Make a router's answer with a placement.

    >>> from hypothesis import find
    >>> find(placed_responses(), lambda answer: True).placement.model
    'anthropic:large'
    """
    placements = st.builds(
        RoutedPlacement,
        lane=lanes(),
        model=models(),
        runtime=st.sampled_from(RUNTIMES),
        reasons=st.just(("capability_match", "cheapest_viable")),
        candidates=_candidates(),
    )
    grant = st.none() | grants()
    return st.builds(Placed, placements, grant, _IDS, _IDS, _IDS | decision_ids(), _TIMES)


def no_candidate_responses() -> SearchStrategy[NotPlaced]:
    """Make a router's answer without a candidate.

    >>> from hypothesis import find
    >>> find(no_candidate_responses(), lambda answer: len(answer.reasons) == 1).reasons
    ('capability',)
    """
    classes = st.lists(st.sampled_from(EXCLUSION_CLASSES), max_size=6, unique=True)
    reasons = classes.map(tuple[str, ...])
    return st.builds(NotPlaced, reasons, _candidates(), _IDS, _IDS, _IDS | decision_ids(), _TIMES)


def route_responses() -> SearchStrategy[RouteResponse]:
    """Make what a router answers.

    >>> from hypothesis import find
    >>> find(route_responses(), lambda answer: isinstance(answer, NotPlaced)).reasons
    ()
    """
    placed: SearchStrategy[RouteResponse] = placed_responses()
    return placed | no_candidate_responses()


def route_errors() -> SearchStrategy[RouteError]:
    """Make what a routed request comes back with instead of an answer.

    >>> from hypothesis import find
    >>> find(route_errors(), lambda error: error.code == "http_error").kind
    'unauthorized'
    """
    unauthorized = st.builds(HttpError, st.just(401), st.just("unauthorized"), names(), st.none())
    waits = st.none() | st.integers(0, 86_400)
    limited = st.builds(HttpError, st.just(429), st.just("rate_limited"), names(), waits)
    other = st.builds(HttpError, st.integers(500, 599), st.just("other"), names(), waits)
    failed = st.builds(RequestFailed, st.sampled_from(FAILURE_KINDS), st.just("") | names())
    return st.one_of(unauthorized, limited, other, failed)


def retry_policies() -> SearchStrategy[RetryPolicy]:
    """Make a policy of retries within its bounds.

    >>> from hypothesis import find
    >>> find(retry_policies(), lambda policy: True)
    RetryPolicy(attempts=1, base_ms=1, cap_ms=1, jitter=0)
    """
    return st.builds(
        RetryPolicy,
        attempts=st.integers(1, 10),
        base_ms=st.integers(1, 60_000),
        cap_ms=st.integers(1, 600_000),
        jitter=st.integers(0, 100),
    )


def callers() -> SearchStrategy[Caller]:
    """Make who asked.

    >>> from hypothesis import find
    >>> find(callers(), lambda caller: True)
    Caller(id=None, tenant_id=None)
    """
    return st.builds(Caller, _IDS, _IDS)


def correlations() -> SearchStrategy[Correlation]:
    """Make the step that was asked for.

    >>> from hypothesis import find
    >>> find(correlations(), lambda correlation: True).step_id is None
    True
    """
    return st.builds(Correlation, _IDS, _IDS, _IDS)


def route_logs() -> SearchStrategy[RouteLog]:
    """Make a route log; its decision record is any JSON object.

    >>> from hypothesis import find
    >>> find(route_logs(), lambda log: True).decision_record
    {}
    """
    outcomes: SearchStrategy[LogOutcome] = st.one_of(
        st.just("placed"), st.just("no_candidate"), names().map(GrantFailed)
    )
    return st.builds(RouteLog, names(), callers(), correlations(), outcomes, json_objects())


def _candidates() -> SearchStrategy[tuple[RoutedCandidate, ...]]:
    chosen = st.builds(RoutedCandidate, names(), st.sampled_from(("chosen", "ranked")))
    excluded = st.builds(RoutedCandidate, names(), st.just("excluded"), json_values(max_leaves=3))
    return st.lists(chosen | excluded, max_size=3).map(tuple[RoutedCandidate, ...])
