"""The closed words and the minted names that every other module speaks.

Rules:
1. A closed vocabulary is a ``Literal`` and one tuple that lists it, in the order it is shown.
2. A name that must not be mixed up with another is a ``NewType`` over ``str``.
3. ``provider:model_id`` splits at the first colon, and nowhere else.
"""

from collections.abc import Iterable
from itertools import combinations
from typing import Final, Literal, NamedTuple, NewType, TypeAlias, TypeGuard, get_args, overload

Capability: TypeAlias = Literal["tools", "vision", "long_context"]
"""What an entry can do and a descriptor may require."""

CAPABILITIES: Final[tuple[Capability, ...]] = get_args(Capability)
_SETS: Final = {
    made: made
    for size in range(len(CAPABILITIES) + 1)
    for made in map(frozenset, combinations(CAPABILITIES, size))
}

Runtime: TypeAlias = Literal["managed", "local"]
"""Where an entry runs."""

RUNTIMES: Final[tuple[Runtime, ...]] = get_args(Runtime)

RuntimePreference: TypeAlias = Literal["managed", "local", "any"]
"""What a descriptor prefers; ``any`` prefers nothing."""

RUNTIME_PREFERENCES: Final[tuple[RuntimePreference, ...]] = get_args(RuntimePreference)

ExclusionClass: TypeAlias = Literal[
    "capability", "context", "quality", "policy", "runtime", "health", "latency", "cost"
]
"""Why an entry is no candidate, in the order in which the filters run."""

EXCLUSION_CLASSES: Final[tuple[ExclusionClass, ...]] = get_args(ExclusionClass)

Model = NewType("Model", str)
"""``provider:model_id``, for example ``anthropic:claude-sonnet-4-5``."""

Lane = NewType("Lane", str)
"""What fails together: the key of health."""

EntryId = NewType("EntryId", str)
"""The id of one row of a catalog, unique in it."""

DecisionId = NewType("DecisionId", str)
"""``rd_`` and 26 characters of lower-case base32."""

RequestId: TypeAlias = str | int
"""The id of one request: a string or an integer. ``7`` and ``"7"`` are different requests."""


def is_capability(value: object) -> TypeGuard[Capability]:
    """Tell whether ``value`` is a word of ``CAPABILITIES``, as an exact ``str``."""
    return type(value) is str and value in CAPABILITIES


def capability_set(names: Iterable[Capability]) -> frozenset[Capability]:
    """Return the set of ``names``: one object for each of the few that there are, since a set takes
    twice the room of the entry that holds it.

    >>> capability_set(["tools", "vision"]) is capability_set(["vision", "tools", "tools"])
    True
    """
    return _SETS[frozenset(names)]


def is_runtime(value: object) -> TypeGuard[Runtime]:
    """Tell whether ``value`` is a word of ``RUNTIMES``, as an exact ``str``."""
    return type(value) is str and value in RUNTIMES


def is_runtime_preference(value: object) -> TypeGuard[RuntimePreference]:
    """Tell whether ``value`` is a word of ``RUNTIME_PREFERENCES``, as an exact ``str``."""
    return type(value) is str and value in RUNTIME_PREFERENCES


class ProviderModel(NamedTuple):
    """A model's two halves."""

    provider: str | None
    model_id: str


@overload
def split_provider(model: str) -> ProviderModel: ...


@overload
def split_provider(model: object) -> ProviderModel | tuple[None, None]: ...


def split_provider(model: object) -> ProviderModel | tuple[None, None]:
    """Split ``provider:model_id`` at its first colon; without one the provider is ``None``.

    What is no exact ``str`` has neither half.

    >>> split_provider("bedrock:anthropic.claude-v2:1")
    ProviderModel(provider='bedrock', model_id='anthropic.claude-v2:1')
    >>> split_provider("gpt-4o")
    ProviderModel(provider=None, model_id='gpt-4o')
    """
    if type(model) is not str:
        return None, None
    provider, colon, model_id = model.partition(":")
    return ProviderModel(provider, model_id) if colon else ProviderModel(None, model)
