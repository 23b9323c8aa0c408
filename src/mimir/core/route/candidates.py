"""The candidates of an answer: what became of every entry of the router's catalog.

Rules:
1. What is refused is named by its place and its field, and never quoted.
2. A place is written only where something is refused: an answer may hold thousands of candidates.
"""

from typing import Final, Literal, TypeAlias, TypeGuard, get_args

from attrs import frozen

from mimir.core.fields import Json, is_object, is_text
from mimir.core.limits import CATALOG_MAX_ROWS, ID_MAX_CHARS
from mimir.core.plain import NotPlain, plain
from mimir.core.route.steps import Bad, Object, bad, items, text

CandidateVerdict: TypeAlias = Literal["chosen", "ranked", "excluded"]
"""What became of one entry."""

_VERDICTS: Final = get_args(CandidateVerdict)


@frozen
class RoutedCandidate:
    """One entry of the router's catalog; ``reason`` is plain JSON, null unless it is excluded."""

    id: str
    verdict: CandidateVerdict
    reason: Json = None


def candidates(holder: Object, path: str) -> tuple[RoutedCandidate, ...] | Bad:
    """Read the list ``candidates`` of ``holder``, absent for none.

    >>> candidates({"candidates": [{"id": "a", "verdict": "maybe"}]}, "candidates").detail
    'candidates[0].verdict: expected chosen, ranked or excluded, got a string of 5 characters'
    """
    values = items(holder, "candidates", path, CATALOG_MAX_ROWS)
    if isinstance(values, Bad):
        return values
    read: list[RoutedCandidate] = []
    for at, item in enumerate(values):
        candidate = _candidate(item)
        if isinstance(candidate, Bad):
            return Bad(f"{path}[{at}]{candidate.detail}")
        read.append(candidate)
    return tuple(read)


def _candidate(raw: object) -> RoutedCandidate | Bad:
    """Read one candidate; the paths of its errors begin behind its own."""
    if not is_object(raw):
        return bad("", "an object", raw)
    entry_id = text(raw.get("id"), ".id", ID_MAX_CHARS)
    if isinstance(entry_id, Bad):
        return entry_id
    verdict = raw.get("verdict")
    if not _is_verdict(verdict):
        return bad(".verdict", "chosen, ranked or excluded", verdict)
    reason = plain(raw.get("reason"))
    if isinstance(reason, NotPlain):
        return bad(".reason", "JSON within the limits", raw.get("reason"))
    return RoutedCandidate(entry_id, verdict, reason)


def _is_verdict(value: object) -> TypeGuard[CandidateVerdict]:
    return is_text(value) and value in _VERDICTS
