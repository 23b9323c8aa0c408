"""What a router answered, for a person or as JSON; the key of a grant is in neither.

Rules:
1. The placement stands first, then every candidate with its verdict, then the grant and the ids.
2. What the router wrote is shown with its control characters escaped.
"""

import json
from collections.abc import Iterator

from mimir.core.fields import Json
from mimir.core.route.candidates import RoutedCandidate
from mimir.core.route.response import Grant, Placed, RouteResponse
from mimir.shell.cli.terminal import escape, table


def text(answer: RouteResponse, key: str) -> str:
    """Write ``answer`` for a person; ``key`` says what became of the grant's key."""
    return "\n".join(_lines(answer, key))


def document(answer: RouteResponse) -> dict[str, Json]:
    """Write ``answer`` in the form of the wire, without the key."""
    ids: dict[str, Json] = {
        "workflow_id": answer.workflow_id,
        "step_id": answer.step_id,
        "decision_id": answer.decision_id,
        "snapshot_at": answer.snapshot_at,
    }
    if not isinstance(answer, Placed):
        return {
            "verdict": "no_candidate",
            "reasons": [*answer.reasons],
            "candidates": _candidates(answer.candidates),
            **ids,
        }
    placement = answer.placement
    placed: dict[str, Json] = {
        "lane": placement.lane,
        "model": placement.model,
        "runtime": placement.runtime,
        "reasons": [*placement.reasons],
        "candidates": _candidates(placement.candidates),
    }
    return {"verdict": "placement", "placement": placed, "grant": _grant(answer.grant), **ids}


def _lines(answer: RouteResponse, key: str) -> Iterator[str]:
    if isinstance(answer, Placed):
        placement = answer.placement
        where = f"lane {escape(placement.lane)}, {placement.runtime}"
        yield f"placed on {escape(placement.model)} ({where})"
        reasons, candidates = placement.reasons, placement.candidates
    else:
        yield "no candidate"
        reasons, candidates = answer.reasons, answer.candidates
    if reasons:
        yield f"why: {escape(', '.join(reasons).replace('_', ' '))}"
    if candidates:
        yield f"\n{table(['entry', 'verdict', 'reason'], [_row(one) for one in candidates])}\n"
    if isinstance(answer, Placed) and answer.grant is not None:
        yield _of_grant(answer.grant, key)
    if answer.decision_id is not None:
        yield f"decision: {escape(answer.decision_id)}"


def _of_grant(grant: Grant, key: str) -> str:
    budget = grant.budget_microdollars
    parts = [
        "" if budget is None else f"{budget} microdollars",
        "" if grant.expires_at is None else f"until {grant.expires_at}",
        key,
    ]
    return f"grant: {escape(', '.join(part for part in parts if part))}"


def _row(candidate: RoutedCandidate) -> list[str]:
    reason = candidate.reason
    said = "" if reason is None else json.dumps(reason, ensure_ascii=False)
    return [candidate.id, candidate.verdict, said]


def _candidates(candidates: tuple[RoutedCandidate, ...]) -> list[Json]:
    return [{"id": one.id, "verdict": one.verdict, "reason": one.reason} for one in candidates]


def _grant(grant: Grant | None) -> Json:
    if grant is None:
        return None
    return {"expires_at": grant.expires_at, "budget_microdollars": grant.budget_microdollars}
