"""The descriptor: what a workflow step asks for.

Rules:
1. The checks run in this order, and the first problem is the error: quality_bar, task_class,
   budget_ceiling_microdollars, latency_tolerance_ms, capabilities, runtime_preference,
   expected_tokens, agent, max_outcome_iterations.
2. Unknown keys are ignored: a descriptor travels with whatever else its sender puts beside it.
3. Null is "not given"; ``false`` is not (deviation D2).
4. An agent's name and version are strings or null (deviation D1).
5. A quality bar is refused with an error of its own, whatever else is wrong, unless the caller
   serves quality bars: then it is basis points from 1 to 10,000, and 9,500 asks for 95 % passed.
"""

from typing import Final, TypeAlias

from attrs import Factory, field, frozen

from mimir.core import quality_bar
from mimir.core.fields import (
    InvalidField,
    Json,
    excerpt,
    field_name,
    integer,
    invalid,
    is_object,
    items,
    members,
    optional_integer,
    optional_text,
    text,
)
from mimir.core.limits import DIGEST_MAX_CHARS, NAME_MAX_CHARS, TASK_CLASS_MAX_CHARS
from mimir.core.outcome import Failure, Outcome, Success
from mimir.core.quality_bar import QualityBarUnsupported
from mimir.core.vocabulary import (
    Capability,
    RuntimePreference,
    is_capability,
    is_runtime_preference,
)


@frozen
class ExpectedTokens:
    """The tokens that a step expects to use: counts of input and output, 0 or more."""

    input: int
    output: int


@frozen
class Agent:
    """Who asks: the digest of the agent's definition and, where known, its name and version."""

    digest: str
    name: str | None = None
    version: str | None = None


def _required(made: "Descriptor") -> frozenset[Capability]:
    return frozenset(made.capabilities)


@frozen(kw_only=True)
class Descriptor:
    """One workload. Budgets are microdollars, latencies milliseconds, both above 0.

    ``capabilities`` keeps the order it was given in; the oracle compares it as a set (D4).
    """

    task_class: str
    budget_ceiling_microdollars: int
    latency_tolerance_ms: int
    capabilities: tuple[Capability, ...] = ()
    runtime_preference: RuntimePreference = "any"
    expected_tokens: ExpectedTokens | None = None
    agent: Agent | None = None
    max_outcome_iterations: int | None = None
    quality_bar: int | None = None
    required: frozenset[Capability] = field(
        init=False, repr=False, eq=False, default=Factory(_required, takes_self=True)
    )
    """``capabilities`` as the set that the oracle compares."""


DescriptorError: TypeAlias = InvalidField | QualityBarUnsupported
"""Everything that ``parse`` can refuse a descriptor with."""

_TOKENS_SHAPE: Final = "expected %{in: n>=0, out: n>=0}"
_AGENT_SHAPE: Final = "expected %{digest: non-empty string, ...}"


def parse(raw: object, *, quality_bars: bool = False) -> Outcome[Descriptor, DescriptorError]:
    """Read a descriptor from plain data; ``quality_bars`` says whether it may state a quality bar.

    :return: the descriptor, ``InvalidField`` with code ``invalid_descriptor`` for the first field
        in rule 1's order that is wrong, or ``QualityBarUnsupported``.

    >>> parse({"task_class": "chat", "budget_ceiling_microdollars": 500, "latency_tolerance_ms": 0})
    <Failure: InvalidField(subject='descriptor', field='latency_tolerance_ms', \
message='required positive integer, got 0')>
    """
    if not is_object(raw):
        return Failure(invalid("descriptor", "", f"expected an object, got {excerpt(raw)}"))
    given = members(raw)
    if isinstance(bar := quality_bar.read(given, served=quality_bars), quality_bar.ERRORS):
        return Failure(bar)
    if isinstance(needs := _needs(given), InvalidField):
        return Failure(needs)
    if isinstance(wishes := _wishes(given), InvalidField):
        return Failure(wishes)
    return Success(
        Descriptor(
            task_class=needs[0],
            budget_ceiling_microdollars=needs[1],
            latency_tolerance_ms=needs[2],
            capabilities=wishes[0],
            runtime_preference=wishes[1],
            expected_tokens=wishes[2],
            agent=wishes[3],
            max_outcome_iterations=wishes[4],
            quality_bar=bar,
        )
    )


def to_json(descriptor: Descriptor) -> dict[str, Json]:
    """Write ``descriptor`` in the form that ``parse`` reads, every field of it.

    >>> to_json(Descriptor(task_class="chat", budget_ceiling_microdollars=5,
    ...     latency_tolerance_ms=9, expected_tokens=ExpectedTokens(2, 1)))["expected_tokens"]
    {'in': 2, 'out': 1}
    """
    tokens, agent = descriptor.expected_tokens, descriptor.agent
    return {
        "task_class": descriptor.task_class,
        "budget_ceiling_microdollars": descriptor.budget_ceiling_microdollars,
        "latency_tolerance_ms": descriptor.latency_tolerance_ms,
        "capabilities": list(descriptor.capabilities),
        "runtime_preference": descriptor.runtime_preference,
        "expected_tokens": None if tokens is None else {"in": tokens.input, "out": tokens.output},
        "agent": None
        if agent is None
        else {"digest": agent.digest, "name": agent.name, "version": agent.version},
        "max_outcome_iterations": descriptor.max_outcome_iterations,
        "quality_bar": descriptor.quality_bar,
    }


def _needs(raw: dict[str, object]) -> tuple[str, int, int] | InvalidField:
    """Read the required fields: the first half of rule 1's order."""
    task_class = text(raw.get("task_class"), "descriptor", "task_class", TASK_CLASS_MAX_CHARS)
    if isinstance(task_class, InvalidField):
        return task_class
    budget = _positive(raw, "budget_ceiling_microdollars")
    if isinstance(budget, InvalidField):
        return budget
    latency = _positive(raw, "latency_tolerance_ms")
    return latency if isinstance(latency, InvalidField) else (task_class, budget, latency)


_Wishes: TypeAlias = tuple[
    tuple[Capability, ...], RuntimePreference, ExpectedTokens | None, Agent | None, int | None
]


def _wishes(raw: dict[str, object]) -> _Wishes | InvalidField:
    """Read the optional fields: the second half of rule 1's order."""
    if isinstance(words := _capabilities(raw.get("capabilities")), InvalidField):
        return words
    if isinstance(runtime := _runtime(raw.get("runtime_preference")), InvalidField):
        return runtime
    if isinstance(tokens := _expected_tokens(raw.get("expected_tokens")), InvalidField):
        return tokens
    if isinstance(agent := _agent(raw.get("agent")), InvalidField):
        return agent
    name, wanted = "max_outcome_iterations", "expected positive integer"
    iterations = optional_integer(raw.get(name), "descriptor", name, 1, wanted)
    if isinstance(iterations, InvalidField):
        return iterations
    return words, runtime, tokens, agent, iterations


def _positive(raw: dict[str, object], name: str) -> int | InvalidField:
    return integer(raw.get(name), "descriptor", name, 1, "required positive integer")


def _capabilities(value: object) -> tuple[Capability, ...] | InvalidField:
    given = items(value, "descriptor", "capabilities")
    if isinstance(given, InvalidField):
        return given
    known: list[Capability] = [item for item in given if is_capability(item)]
    if len(known) == len(given):
        return tuple(known)
    at, item = next((n, item) for n, item in enumerate(given) if not is_capability(item))
    message = f"unknown capability in item {at}: {excerpt(item)}"
    return invalid("descriptor", "capabilities", message)


def _runtime(value: object) -> RuntimePreference | InvalidField:
    if value is None:
        return "any"
    if is_runtime_preference(value):
        return value
    return invalid("descriptor", "runtime_preference", f"unknown: {field_name(value)}")


def _expected_tokens(value: object) -> ExpectedTokens | None | InvalidField:
    if value is None:
        return None
    if not is_object(value):
        return invalid("descriptor", "expected_tokens", f"expected map, got {excerpt(value)}")
    counts = members(value)
    given = integer(counts.get("in"), "descriptor", "expected_tokens", 0, _TOKENS_SHAPE)
    if isinstance(given, InvalidField):
        return given
    taken = integer(counts.get("out"), "descriptor", "expected_tokens", 0, _TOKENS_SHAPE)
    if isinstance(taken, InvalidField):
        return taken
    return ExpectedTokens(given, taken)


def _agent(value: object) -> Agent | None | InvalidField:
    if value is None:
        return None
    if not is_object(value):
        return invalid("descriptor", "agent", f"expected map, got {excerpt(value)}")
    given = members(value)
    digest = text(given.get("digest"), "descriptor", "agent", DIGEST_MAX_CHARS, _AGENT_SHAPE)
    if isinstance(digest, InvalidField):
        return digest
    name = optional_text(given.get("name"), "descriptor", "agent", NAME_MAX_CHARS)
    if isinstance(name, InvalidField):
        return name
    version = optional_text(given.get("version"), "descriptor", "agent", NAME_MAX_CHARS)
    if isinstance(version, InvalidField):
        return version
    return Agent(digest, name, version)
