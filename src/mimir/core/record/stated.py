"""What a stored record says of the inputs: descriptor, policy, ranker, digests, snapshot.

Rules:
1. Schema 1 says neither policy, ranker, digests, what remained nor how old the snapshot was; 2 does
   not say what the policy and the snapshot say of lanes that are out.
2. A part that a parser of its own reads has the keys and the kinds of values that are written: what
   that parser takes beside them (another key, null for a list) was put there later.
"""

from typing import Final, TypeAlias

from mimir.core import descriptor as descriptors
from mimir.core import instant as instants
from mimir.core import policy as policies
from mimir.core import ranker as rankers
from mimir.core.canonical import Digest, is_digest
from mimir.core.descriptor import Descriptor
from mimir.core.fields import (
    InvalidField,
    Json,
    excerpt,
    is_object,
    is_text,
    optional_integer,
    optional_text,
    text,
)
from mimir.core.keys import exact_keys
from mimir.core.limits import ID_MAX_CHARS, INTEGER_MAX
from mimir.core.outcome import Failure
from mimir.core.policy import WHEN_UNHEALTHY, Policy, is_when_unhealthy
from mimir.core.ranker import CHEAPEST_FIRST, Ranker
from mimir.core.record.forms import said
from mimir.core.record.parts import refused, words
from mimir.core.record.seal import InputDigests
from mimir.core.verdict import Unhealthy
from mimir.core.vocabulary import Lane

Rules: TypeAlias = tuple[Policy | None, Ranker, InputDigests | None]
"""By what was decided, and under which digests the inputs are stored."""

_INPUTS: Final = ("descriptor", "catalog", "policy", "snapshot", "ranker")
_SNAPSHOT: Final = (
    "snapshot_at",
    "degraded_lanes",
    "age_microseconds",
    "remaining_microdollars",
    "probes",
)
_UNHEALTHY: Final = ("rule", "lane", "wait_milliseconds")


def descriptor(raw: object, schema: int) -> Descriptor | InvalidField:
    """Read the descriptor of a record, whole and with nothing beside it.

    >>> descriptor({"task_class": "chat"}, 2).field
    'descriptor.budget_ceiling_microdollars'
    """
    parsed = descriptors.parse(raw, quality_bars=True)
    if isinstance(parsed, Failure):
        error = parsed.failure()
        field = error.field if isinstance(error, InvalidField) else "quality_bar"
        return refused(f"descriptor.{field}".rstrip("."), error.message)
    written = descriptors.to_json(parsed.unwrap())
    return _unlike(raw, _stated(written, "descriptor", schema), "descriptor") or parsed.unwrap()


def rules(raw: dict[object, object], schema: int) -> Rules | InvalidField:
    """Read what a record says of policy, ranker and digests: nothing in schema 1.

    >>> rules({"schema": 1}, 1)[1].name
    'cheapest_first'
    """
    if schema == 1:
        return None, CHEAPEST_FIRST, None
    version = raw.get("engine_version")
    named = text(version, "record", "engine_version", ID_MAX_CHARS, "expected a version")
    if isinstance(named, InvalidField):
        return named
    policy = policies.parse(raw.get("policy"))
    if isinstance(policy, Failure):
        return within(policy.failure(), "policy.")
    ranker = rankers.parse(raw.get("ranker"))
    if isinstance(ranker, Failure):
        return within(ranker.failure(), "ranker.")
    written = _stated(policies.to_json(policy.unwrap()), "policy", schema)
    others = _unlike(raw["policy"], written, "policy") or _unlike(
        raw["ranker"], rankers.to_json(ranker.unwrap()), "ranker"
    )
    sealed = others or _digests(raw.get("inputs"))
    return (
        sealed if isinstance(sealed, InvalidField) else (policy.unwrap(), ranker.unwrap(), sealed)
    )


def snapshot(raw: object, schema: int) -> InvalidField | None:
    """Look at what a record says of the snapshot; ``None`` is that it can be read."""
    if not is_object(raw):
        return refused("snapshot", f"expected an object, got {excerpt(raw)}")
    wrong = exact_keys(raw, "record", said(_SNAPSHOT, "snapshot", schema), "snapshot.")
    if wrong is not None:
        return wrong
    taken_at = instants.parse(raw.get("snapshot_at"), "snapshot.snapshot_at")
    if isinstance(taken_at, Failure):
        return within(taken_at.failure(), "")
    for name in ("age_microseconds", "remaining_microdollars"):
        unusable = _whole(raw.get(name), f"snapshot.{name}")
        if unusable is not None:
            return unusable
    for name in ("degraded_lanes", "probes"):
        lanes = words(raw.get(name, []), f"snapshot.{name}", empty=True)
        if isinstance(lanes, InvalidField):
            return lanes
    return None


def unhealthy(raw: object) -> Unhealthy | None | InvalidField:
    """Read what applied where nothing was viable and some entry failed health alone.

    >>> unhealthy({"rule": "wait", "lane": "p", "wait_milliseconds": 5})
    Unhealthy(rule='wait', lane='p', wait_ms=5)
    """
    if raw is None:
        return None
    if not is_object(raw):
        return refused("verdict.unhealthy", f"expected an object or null, got {excerpt(raw)}")
    wrong = exact_keys(raw, "record", _UNHEALTHY, "verdict.unhealthy.")
    if wrong is not None:
        return wrong
    rule, lane, wait = raw.get("rule"), raw.get("lane"), raw.get("wait_milliseconds")
    if not is_when_unhealthy(rule):
        message = f"expected one of {', '.join(WHEN_UNHEALTHY)}, got {excerpt(rule)}"
        return refused("verdict.unhealthy.rule", message)
    named = optional_text(lane, "record", "verdict.unhealthy.lane", ID_MAX_CHARS)
    if isinstance(named, InvalidField):
        return named
    path = "verdict.unhealthy.wait_milliseconds"
    waited = optional_integer(wait, "record", path, 0, "expected 0 or more, or null")
    if isinstance(waited, InvalidField):
        return waited
    return Unhealthy(rule, None if named is None else Lane(named), waited)


def within(error: InvalidField, path: str) -> InvalidField:
    """Name the field of another parser's error by its path in the record."""
    return refused(f"{path}{error.field}".rstrip("."), error.message)


def _digests(raw: object) -> InputDigests | None | InvalidField:
    """Read the digests of the inputs; null is a record that nothing was sealed for."""
    if raw is None:
        return None
    if not is_object(raw):
        return refused("inputs", f"expected an object or null, got {excerpt(raw)}")
    wrong = exact_keys(raw, "record", _INPUTS, "inputs.")
    if wrong is not None:
        return wrong
    found: list[Digest] = []
    for name in _INPUTS:
        value = raw.get(name)
        if not is_text(value) or not is_digest(value):
            message = f"expected sha256: and 64 hexadecimal digits, got {excerpt(value)}"
            return refused(f"inputs.{name}", message)
        found.append(Digest(value))
    return InputDigests(*found)


def _stated(written: dict[str, Json], part: str, schema: int) -> dict[str, Json]:
    return {key: written[key] for key in said(written, part, schema)}


def _unlike(raw: object, written: Json, path: str) -> InvalidField | None:
    """Refuse what has other keys or other kinds of values than ``written`` (rule 2)."""
    if isinstance(written, dict) and is_object(raw):
        wrong = exact_keys(raw, "record", [*written], f"{path}.")
        if wrong is not None:
            return wrong
        below = (_unlike(raw[key], item, f"{path}.{key}") for key, item in written.items())
        return next((error for error in below if error is not None), None)
    if type(raw) is type(written):
        return None
    return refused(path, f"expected {excerpt(written)}, got {excerpt(raw)}")


def _whole(raw: object, path: str) -> InvalidField | None:
    """Refuse what is neither an integer of at most 63 bits nor null."""
    wanted = "expected integer or null"
    read = optional_integer(raw, "record", path, -INTEGER_MAX, wanted)
    return read if isinstance(read, InvalidField) else None
