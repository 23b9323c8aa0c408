"""The entry: one routable row of a catalog.

Rules:
1. A row is plain data, from Python or from a file; unknown keys of it are ignored.
2. ``id``, ``model``, ``lane`` and ``runtime`` are required; an entry names its lane (D3).
3. Integers are integers: no numeric string, no bool, no float (D3).
"""

from typing import Final, Literal, TypeAlias

from attrs import field, frozen

from mimir.core.fields import (
    InvalidField,
    Json,
    excerpt,
    invalid,
    is_object,
    items,
    members,
    optional_integer,
    text,
)
from mimir.core.limits import ID_MAX_CHARS, INTEGER_MAX
from mimir.core.vocabulary import (
    Capability,
    EntryId,
    Lane,
    Model,
    Runtime,
    capability_set,
    is_capability,
    is_runtime,
)

DEFAULT_PRIORITY: Final = 100
"""The priority of a row that states none. Lower ranks first."""


@frozen(kw_only=True)
class Entry:
    """One routable row. ``p50_latency_ms`` is milliseconds, ``None`` where it is unknown; a lower
    ``priority`` ranks first, and ``None`` ranks after every number; ``context_window`` is the
    tokens that fit into one request, in and out together, ``None`` where it is unknown."""

    id: EntryId
    model: Model
    lane: Lane
    runtime: Runtime
    capabilities: frozenset[Capability] = frozenset()
    p50_latency_ms: int | None = None
    priority: int | None = DEFAULT_PRIORITY
    context_window: int | None = None
    spec: object = field(default=None, eq=False, repr=False)


def read_row(raw: object) -> Entry | InvalidField:
    """Read one row.

    >>> read_row({"id": "a", "model": "openai:gpt-4o", "lane": "openai"})
    InvalidField(subject='catalog', field='runtime', message='expected managed or local, got null')
    """
    if not is_object(raw):
        return invalid("catalog", "", f"expected an object, got {excerpt(raw)}")
    row = members(raw)
    if isinstance(id_ := _id(row, "id"), InvalidField):
        return id_
    if isinstance(model := _id(row, "model"), InvalidField):
        return model
    if isinstance(lane := _id(row, "lane"), InvalidField):
        return lane
    runtime = _runtime(row.get("runtime"))
    if isinstance(runtime, InvalidField):
        return runtime
    traits = _traits(row)
    if isinstance(traits, InvalidField):
        return traits
    return Entry(
        id=EntryId(id_),
        model=Model(model),
        lane=Lane(lane),
        runtime=runtime,
        capabilities=traits[0],
        p50_latency_ms=traits[1],
        priority=traits[2],
        context_window=traits[3],
    )


def to_json(entry: Entry) -> dict[str, Json]:
    """Write ``entry`` in the form that ``read_row`` reads, every field but the spec.

    >>> entry = Entry(id=EntryId("a"), model=Model("p:m"), lane=Lane("p"), runtime="local")
    >>> read_row(to_json(entry)) == entry
    True
    """
    return {
        "id": entry.id,
        "model": entry.model,
        "lane": entry.lane,
        "runtime": entry.runtime,
        "capabilities": [*sorted(entry.capabilities)],
        "p50_latency_ms": entry.p50_latency_ms,
        "priority": entry.priority,
        "context_window": entry.context_window,
    }


_Traits: TypeAlias = tuple[frozenset[Capability], int | None, int | None, int | None]


def _traits(raw: dict[str, object]) -> _Traits | InvalidField:
    """Read the optional fields of a row."""
    capabilities = _capabilities(raw.get("capabilities"))
    if isinstance(capabilities, InvalidField):
        return capabilities
    latency = optional_integer(
        raw.get("p50_latency_ms"), "catalog", "p50_latency_ms", 0, "expected integer of 0 or more"
    )
    if isinstance(latency, InvalidField):
        return latency
    priority = optional_integer(
        raw.get("priority", DEFAULT_PRIORITY),
        "catalog",
        "priority",
        -INTEGER_MAX,
        "expected integer or null",
    )
    if isinstance(priority, InvalidField):
        return priority
    window = optional_integer(
        raw.get("context_window"), "catalog", "context_window", 1, "expected positive integer"
    )
    if isinstance(window, InvalidField):
        return window
    return capabilities, latency, priority, window


def _capabilities(value: object) -> frozenset[Capability] | InvalidField:
    given = items(value, "catalog", "capabilities")
    if isinstance(given, InvalidField):
        return given
    for at, item in enumerate(given):
        if not is_capability(item):
            return invalid("catalog", f"capabilities[{at}]", f"unknown capability: {excerpt(item)}")
    known: list[Capability] = [item for item in given if is_capability(item)]
    return capability_set(known)


def _id(raw: dict[str, object], name: Literal["id", "model", "lane"]) -> str | InvalidField:
    return text(raw.get(name), "catalog", name, ID_MAX_CHARS)


def _runtime(value: object) -> Runtime | InvalidField:
    if is_runtime(value):
        return value
    return invalid("catalog", "runtime", f"expected managed or local, got {excerpt(value)}")
