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

from typing import Final, TypeAlias, TypeGuard

from attrs import frozen

from mimir.core import quality_bar
from mimir.core.fields import (
    InvalidField,
    Json,
    excerpt,
    field_name,
    invalid,
    is_object,
    items,
    members,
    no_integer,
    optional_text,
    text,
)
from mimir.core.limits import DIGEST_MAX_CHARS, INTEGER_MAX, NAME_MAX_CHARS, TASK_CLASS_MAX_CHARS
from mimir.core.outcome import Failure, Outcome, Success
from mimir.core.quality_bar import QualityBarUnsupported
from mimir.core.vocabulary import (
    CAPABILITIES,
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


@frozen
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

    @property
    def required(self) -> frozenset[Capability]:
        """``capabilities`` as the set that the oracle compares. Made each time it is read."""
        return frozenset(self.capabilities)


DescriptorError: TypeAlias = InvalidField | QualityBarUnsupported
"""Everything that ``parse`` can refuse a descriptor with."""

_REQUIRED: Final = "required positive integer"
_POSITIVE: Final = "expected positive integer"
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
    bar = quality_bar.read(given, served=quality_bars) if "quality_bar" in given else None
    if bar is not None and not isinstance(bar, int):
        return Failure(bar)
    made = _descriptor(given, bar)
    return Failure(made) if isinstance(made, InvalidField) else Success(made)


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


def _descriptor(raw: dict[str, object], bar: int | None) -> Descriptor | InvalidField:
    """Read the required fields: the first half of rule 1's order."""
    task_class = text(raw.get("task_class"), "descriptor", "task_class", TASK_CLASS_MAX_CHARS)
    if isinstance(task_class, InvalidField):
        return task_class
    budget = raw.get("budget_ceiling_microdollars")
    if type(budget) is not int or not 1 <= budget <= INTEGER_MAX:
        return no_integer(budget, "descriptor", "budget_ceiling_microdollars", _REQUIRED)
    latency = raw.get("latency_tolerance_ms")
    if type(latency) is not int or not 1 <= latency <= INTEGER_MAX:
        return no_integer(latency, "descriptor", "latency_tolerance_ms", _REQUIRED)
    return _with_wishes(raw, bar, task_class, budget, latency)


def _with_wishes(
    raw: dict[str, object], bar: int | None, task_class: str, budget: int, latency: int
) -> Descriptor | InvalidField:
    """Read the optional fields: the second half of rule 1's order."""
    if isinstance(words := _capabilities(raw.get("capabilities")), InvalidField):
        return words
    if isinstance(runtime := _runtime(raw.get("runtime_preference")), InvalidField):
        return runtime
    if isinstance(tokens := _expected_tokens(raw.get("expected_tokens")), InvalidField):
        return tokens
    if isinstance(agent := _agent(raw.get("agent")), InvalidField):
        return agent
    turns = raw.get("max_outcome_iterations")
    if turns is not None and (type(turns) is not int or not 1 <= turns <= INTEGER_MAX):
        return no_integer(turns, "descriptor", "max_outcome_iterations", _POSITIVE)
    # By position, in the order of the fields: by name it takes half as long again.
    return Descriptor(task_class, budget, latency, words, runtime, tokens, agent, turns, bar)


def _capabilities(value: object) -> tuple[Capability, ...] | InvalidField:
    if value is None:
        return ()
    given = items(value, "descriptor", "capabilities")
    if isinstance(given, InvalidField):
        return given
    if _are_capabilities(given):
        return tuple(given)
    at, item = next((n, item) for n, item in enumerate(given) if not is_capability(item))
    message = f"unknown capability in item {at}: {excerpt(item)}"
    return invalid("descriptor", "capabilities", message)


def _are_capabilities(given: list[object]) -> TypeGuard[list[Capability]]:
    for item in given:
        if type(item) is not str or item not in CAPABILITIES:
            break
    else:
        return True
    return False


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
    get = members(value).get
    given, taken = get("in"), get("out")
    if type(given) is not int or not 0 <= given <= INTEGER_MAX:
        return no_integer(given, "descriptor", "expected_tokens", _TOKENS_SHAPE)
    if type(taken) is not int or not 0 <= taken <= INTEGER_MAX:
        return no_integer(taken, "descriptor", "expected_tokens", _TOKENS_SHAPE)
    return ExpectedTokens(given, taken)


def _agent(value: object) -> Agent | None | InvalidField:
    if value is None:
        return None
    if not is_object(value):
        return invalid("descriptor", "agent", f"expected map, got {excerpt(value)}")
    get = members(value).get
    digest = text(get("digest"), "descriptor", "agent", DIGEST_MAX_CHARS, _AGENT_SHAPE)
    if isinstance(digest, InvalidField):
        return digest
    name = optional_text(get("name"), "descriptor", "agent", NAME_MAX_CHARS)
    if isinstance(name, InvalidField):
        return name
    version = optional_text(get("version"), "descriptor", "agent", NAME_MAX_CHARS)
    return version if isinstance(version, InvalidField) else Agent(digest, name, version)
