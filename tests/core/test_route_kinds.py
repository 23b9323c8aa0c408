"""Which failures of a routed request are safe to repeat, and when they are."""

import pytest

from mimir.core.route.failure import HttpError, RequestFailed
from mimir.core.route.kinds import FAILURE_KINDS, KINDS, SAFE_STATUSES


def test_every_kind_says_what_it_means_and_whether_repeating_is_safe_and_why() -> None:
    assert list(KINDS) == list(FAILURE_KINDS)
    assert all(kind.meaning and kind.why for kind in KINDS.values())
    assert all(SAFE_STATUSES.values())


def test_repeating_is_safe_where_nothing_was_sent_and_nowhere_else() -> None:
    safe = {kind for kind in FAILURE_KINDS if RequestFailed(kind).safe_to_retry}
    assert safe == {"pool_timeout", "connect_failed", "connect_timeout"}
    assert {KINDS[kind].why for kind in safe} == {"nothing was sent"}


@pytest.mark.parametrize("status", [*range(300, 600)])
def test_repeating_is_safe_where_the_router_says_that_it_did_not_act(status: int) -> None:
    assert HttpError(status, "other", "", None).safe_to_retry == (status in {408, 425, 429})
    assert HttpError(status, "other", "", 5).safe_to_retry == (status in {408, 425, 429, 503})
