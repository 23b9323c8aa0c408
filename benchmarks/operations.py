"""What is timed: one function a row, its inputs made beforehand.

Rules:
1. Everything goes through the objects that an embedder uses.
2. The names are those of ``reference.json``; a row that it lacks is shown without a ratio.
3. Whoever places reads every verdict, and asks of a thousand descriptors, each in its turn; in the
   rows named ``repeated`` of the same one again and again.
"""

from collections.abc import Callable, Iterator
from itertools import count, cycle
from typing import Final, NamedTuple, get_args

from measure import Operation
from workload import DESCRIPTORS, POLICY, TAKEN_AT, Mix, catalog, copies, snapshot, varied

from mimir import (
    REFERENCE_HEALTH_POLICY,
    BufferLimits,
    Catalog,
    Completion,
    DecisionId,
    Descriptor,
    Excluded,
    Inputs,
    InputSeal,
    Lane,
    Model,
    NoCandidate,
    Outcome,
    Placement,
    Rates,
    Snapshot,
    Success,
    Usage,
    build_record,
    explain,
    parse_descriptor,
    place,
    prepare,
    price,
    record_to_json,
    redact,
    seal_inputs,
    seal_world,
    truncate,
)
from mimir.shell.events import EventBuffer
from mimir.shell.health import COMPLETION, LaneHealth
from mimir.shell.prices import prices as load_prices


class FirstCall(NamedTuple):
    """An operation that only happens once in a process."""

    name: str
    setup: str
    call: str


FIRST_LOAD: Final = FirstCall(
    "price table first load", "from mimir.shell import prices", "prices.load()"
)

_SIZES: Final[dict[Mix, tuple[int, ...]]] = {
    "mixed": (10, 100, 1_000, 10_000),
    "all": (10, 100, 1_000),
    "none": (10, 100, 1_000, 10_000),
}
_USAGE: Final = Usage(input_tokens=1_234, output_tokens=567)
_DECISION_ID: Final = DecisionId("rd_" + "a2" * 13)

Named = tuple[str, Operation]
Ask = Callable[[Descriptor], Outcome[Placement, NoCandidate]]


def operations() -> Iterator[Named]:
    """Yield every operation with its name; the inputs are made as it is reached."""
    yield from _decide()
    yield from _parse()
    yield from _explain()
    yield from _record()
    yield from _price()
    yield from _events()
    yield from _health()
    yield from _redact()


def _decide() -> Iterator[Named]:
    for mix in get_args(Mix):
        for size in _SIZES[mix]:
            yield f"decide {mix} {size}", _asking(_plain(mix, catalog(size)), varied(mix))
    for mix in get_args(Mix):
        for size in _SIZES[mix]:
            ask = _prepared(mix, catalog(size))
            yield f"decide prepared {mix} {size}", _asking(ask, varied(mix))
    hundred, thousand = catalog(100), catalog(1_000)
    one = [DESCRIPTORS["mixed"]]
    yield "decide repeated 100", _asking(_plain("mixed", hundred), one)
    yield "decide prepared repeated 100", _asking(_prepared("mixed", hundred), one)
    ten_times = _prepared("mixed", copies(thousand, 10))
    yield "decide prepared mixed 10 times 1000", _asking(ten_times, varied("mixed"))
    oracle, left = prepare(hundred, POLICY, snapshot(hundred, "mixed")), count(10_000_000)
    yield (
        "decide prepared, other remaining 100",
        _asking(lambda wanted: oracle.place(wanted, next(left)), varied("mixed")),
    )
    yield "decide prepare 1000", _preparing(thousand)


def _plain(mix: Mix, entries: Catalog) -> Ask:
    world = snapshot(entries, mix)
    return lambda wanted: place(wanted, entries, POLICY, world)


def _prepared(mix: Mix, entries: Catalog) -> Ask:
    return prepare(entries, POLICY, snapshot(entries, mix)).place


def _preparing(entries: Catalog) -> Operation:
    """Prepare and place once: the first call makes what the next ones reuse."""
    wanted, world = DESCRIPTORS["mixed"], snapshot(entries, "mixed")
    return lambda: prepare(entries, POLICY, world).place(wanted)


def _asking(ask: Ask, descriptors: list[Descriptor]) -> Operation:
    turn = cycle(descriptors)
    return lambda: _read(ask(next(turn)))


def _read(answer: Outcome[Placement, NoCandidate]) -> object:
    """Read the kind of every verdict, and the reason of each that has one."""
    decision = answer.unwrap() if isinstance(answer, Success) else answer.failure()
    return [verdict.reason for verdict in decision.verdicts if type(verdict) is Excluded]


def _explain() -> Iterator[Named]:
    entries = catalog(100)
    inputs = Inputs(DESCRIPTORS["mixed"], entries, POLICY, snapshot(entries, "mixed"))
    yield "explain 100", lambda: explain(inputs)


def _parse() -> Iterator[Named]:
    least: dict[str, object] = {
        "task_class": "chat",
        "budget_ceiling_microdollars": 12_000,
        "latency_tolerance_ms": 6_000,
    }
    full = {
        **least,
        "capabilities": ["tools", "vision"],
        "runtime_preference": "managed",
        "expected_tokens": {"in": 2_000, "out": 500},
        "agent": {"digest": "sha256:0a1b2c", "name": "planner", "version": "3"},
        "max_outcome_iterations": 3,
    }
    wrong = {**full, "max_outcome_iterations": 0}
    yield "descriptor parse 3 fields", lambda: parse_descriptor(least)
    yield "descriptor parse all fields", lambda: parse_descriptor(full)
    yield "descriptor parse last field invalid", lambda: parse_descriptor(wrong)


def _record() -> Iterator[Named]:
    for size in (10, 100):
        yield f"decision record {size}", _recording(catalog(size))
    yield "decision record sealed 100", _sealing(catalog(100))


def _recording(entries: Catalog) -> Operation:
    wanted, world = DESCRIPTORS["mixed"], snapshot(entries, "mixed")
    decision = place(wanted, entries, POLICY, world)
    return lambda: _recorded(wanted, world, decision, None)


def _sealing(entries: Catalog) -> Operation:
    """Seal the descriptor of each record; what the records share was sealed before."""
    wanted, world = DESCRIPTORS["mixed"], snapshot(entries, "mixed")
    decision = place(wanted, entries, POLICY, world)
    inputs, shared = decision.unwrap().inputs, seal_world(entries, POLICY, world).unwrap()
    return lambda: _recorded(wanted, world, decision, seal_inputs(inputs, shared).unwrap())


def _recorded(
    wanted: Descriptor,
    world: Snapshot,
    decision: Outcome[Placement, NoCandidate],
    seal: InputSeal | None,
) -> object:
    built = build_record(
        decision_id=_DECISION_ID,
        decided_at=TAKEN_AT,
        descriptor=wanted,
        snapshot=world,
        decision=decision,
        seal=seal,
        workflow_id="workflow-1",
        step_id="step-1",
    )
    return record_to_json(built.unwrap())


def _price() -> Iterator[Named]:
    config = {Model(f"house:model-{i}"): Rates(input=i, output=2 * i) for i in range(10)}
    prices = load_prices(config).unwrap()
    yield "price config", lambda: price("house:model-7", _USAGE, prices)
    yield "price table", lambda: price("openai:gpt-4o", _USAGE, prices)
    yield "price miss", lambda: price("nobody:none", _USAGE, prices)


def _events() -> Iterator[Named]:
    # The default bound of 256 events would drop most of the thousand.
    buffer = EventBuffer(BufferLimits(events_per_request=1_000))

    def append_and_take(count: int) -> Operation:
        def run() -> object:
            for i in range(count):
                buffer.append("req-1", "tool_call", {"gen_ai.tool.name": "search", "index": i})
            return buffer.take("req-1")

        return run

    yield "events append and take 10", append_and_take(10)
    yield "events append and take 1000", append_and_take(1_000)


def _health() -> Iterator[Named]:
    lane, model = Lane("openai"), Model("openai:gpt-4o")
    health = LaneHealth(REFERENCE_HEALTH_POLICY)

    def failure_and_state() -> object:
        health.record_failure(lane)
        return health.state(lane)

    yield "health failure and state", failure_and_state
    yield from _completions(
        Completion(lane=lane, model=model, outcome="ok", at=0, started_at=0),
        Completion(lane=lane, model=model, outcome="error", at=0, failure_class="503"),
    )
    yield "health view 1000", _thousand_lanes().view


def _completions(success: Completion, failure: Completion) -> Iterator[Named]:
    """Observe calls that end in turn well, and nine of ten well; then through the signal."""
    turns = cycle([failure, success])
    mostly = cycle([*[success] * 9, failure])
    health = LaneHealth()
    yield "health completion, half failures", lambda: health.observe(next(turns))
    yield "health completion", lambda: health.observe(next(mostly))
    health.attach()
    yield "health completion signal", lambda: COMPLETION.send(None, completion=next(mostly))
    health.detach()


def _thousand_lanes() -> LaneHealth:
    """Return lanes of which each fifth is out, and each fifth has failed once, twice, or never."""
    health = LaneHealth()
    for number in range(1_000):
        lane = Lane(f"lane-{number}")
        health.record_success(lane)
        for _ in range(number % 5):
            health.record_failure(lane)
    return health


def _redact() -> Iterator[Named]:
    key = "sk-" + "a1B2" * 12
    words = "the quick brown fox jumps over the lazy dog "
    nested: dict[str, object] = {
        "model": "openai:gpt-4o",
        "messages": [
            {"role": "user", "content": [{"type": "text", "text": words * 5 + key}]}
            for _ in range(34)
        ],
    }
    clean: dict[str, object] = {"content": (words * 250)[:10_240]}
    long = (words * 250)[:10_240]
    yield "redact nested 10 kB", lambda: redact(nested, {}, capture=True)
    yield "redact clean 10 kB", lambda: redact(clean, {}, capture=True)
    yield "truncate 10 kB to 500", lambda: truncate(long, 500)
