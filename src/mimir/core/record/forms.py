"""What records say since which schema, and a document in the form of an earlier one.

Rules:
1. A schema only adds members to those of the one before it. A part is named by its path in the
   record; ``inputs.snapshot`` is what is stored under that digest.
2. A document as of an earlier schema lacks what was said later. So does what is stored, which has
   the digest that it had then.
3. What an earlier schema does not say has the behaviour of its time. Inputs that say otherwise were
   not those of such a record: as of that schema they keep the member, which shows as a difference.
"""

from collections.abc import Iterable
from typing import Final

from mimir.core.fields import Json

SCHEMA: Final = 3
"""The number of the form that is written."""

SCHEMAS: Final = range(1, SCHEMA + 1)
"""The numbers of the forms that are read."""

_SINCE: Final[dict[str, dict[str, int]]] = {
    "": dict.fromkeys(("engine_version", "parent_decision_id", "inputs", "policy", "ranker"), 2),
    "descriptor": {"quality_bar": 2},
    "policy": {"probe_first": 3, "when_unhealthy": 3},
    "inputs.snapshot": {"probes": 3, "waits": 3},
    "snapshot": {"age_microseconds": 2, "remaining_microdollars": 2, "probes": 3},
    "verdict": {"unhealthy": 3},
    "verdict.candidates": {"projected_femtodollars": 2, "rank": 2, "rank_key": 2, "probe": 3},
}
"""The schema that first said a member, by the part that it stands in; every other is of 1."""

_OF_ITS_TIME: Final[dict[str, dict[str, Json]]] = {
    "policy": {"probe_first": True, "when_unhealthy": "fail"},
    "inputs.snapshot": {"probes": [], "waits": {}},
    "snapshot": {"probes": []},
}
"""What was decided by before an input was said (rule 3)."""


def said(keys: Iterable[str], part: str, schema: int) -> list[str]:
    """Return those of ``keys`` that a part of a record of ``schema`` says.

    >>> said(["snapshot_at", "remaining_microdollars", "probes"], "snapshot", 2)
    ['snapshot_at', 'remaining_microdollars']
    """
    since = _SINCE.get(part, {})
    return [key for key in keys if since.get(key, 1) <= schema]


def as_of(members: dict[str, Json], schema: int, part: str = "") -> dict[str, Json]:
    """Return a part of a record, or the whole, or what is stored, in the form of ``schema``.

    >>> as_of({"snapshot": {"degraded_lanes": [], "probes": []}, "policy": {}}, 1)
    {'snapshot': {'degraded_lanes': []}}
    >>> as_of({"unpriced": "free", "probe_first": True, "when_unhealthy": "wait"}, 2, "policy")
    {'unpriced': 'free', 'when_unhealthy': 'wait'}
    """
    if schema == SCHEMA:
        return members
    then, kept = _OF_ITS_TIME.get(part, {}), set(said(members, part, schema))
    return {
        key: _as_of(item, schema, f"{part}.{key}".removeprefix("."))
        for key, item in members.items()
        if key in kept or (key in then and item != then[key])
    }


def _as_of(value: Json, schema: int, path: str) -> Json:
    if isinstance(value, dict):
        return as_of(value, schema, path)
    return [_as_of(item, schema, path) for item in value] if isinstance(value, list) else value
