"""What a stored record says of the inputs: descriptor, policy, ranker, digests, snapshot.

Rules:
1. Schema 1 says neither policy, ranker, digests, what remained nor how old the snapshot was.
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
    text,
)
from mimir.core.keys import exact_keys
from mimir.core.limits import ID_MAX_CHARS, INTEGER_MAX
from mimir.core.outcome import Failure
from mimir.core.policy import Policy
from mimir.core.ranker import CHEAPEST_FIRST, Ranker
from mimir.core.record.parts import refused, words
from mimir.core.record.seal import InputDigests

Rules: TypeAlias = tuple[Policy | None, Ranker, InputDigests | None]
"""By what was decided, and under which digests the inputs are stored."""

_INPUTS: Final = ("descriptor", "catalog", "policy", "snapshot", "ranker")
_SNAPSHOT_1: Final = ["snapshot_at", "degraded_lanes"]
_SNAPSHOT_2: Final = [*_SNAPSHOT_1, "age_microseconds", "remaining_microdollars"]


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
    if schema == 1:
        del written["quality_bar"]
    return _unlike(raw, written, "descriptor") or parsed.unwrap()


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
    others = _unlike(raw["policy"], policies.to_json(policy.unwrap()), "policy") or _unlike(
        raw["ranker"], rankers.to_json(ranker.unwrap()), "ranker"
    )
    sealed = others or _digests(raw.get("inputs"))
    return (
        sealed if isinstance(sealed, InvalidField) else (policy.unwrap(), ranker.unwrap(), sealed)
    )


def snapshot(raw: object, schema: int) -> InvalidField | None:
    """Look at what a record says of the snapshot; ``None`` is that it can be read."""
    keys = _SNAPSHOT_1 if schema == 1 else _SNAPSHOT_2
    if not is_object(raw):
        return refused("snapshot", f"expected an object, got {excerpt(raw)}")
    wrong = exact_keys(raw, "record", keys, "snapshot.")
    if wrong is not None:
        return wrong
    taken_at = instants.parse(raw.get("snapshot_at"), "snapshot.snapshot_at")
    if isinstance(taken_at, Failure):
        return within(taken_at.failure(), "")
    for name in ("age_microseconds", "remaining_microdollars"):
        unusable = _whole(raw.get(name), f"snapshot.{name}")
        if unusable is not None:
            return unusable
    lanes = words(raw.get("degraded_lanes"), "snapshot.degraded_lanes", empty=True)
    return lanes if isinstance(lanes, InvalidField) else None


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
