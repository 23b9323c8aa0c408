"""Changes: what would have to be different for an entry to be the chosen one.

Rules:
1. ``Change`` is a closed union. A change states the new value, not the difference to the old one.
2. A change alters one thing of the inputs and keeps every other one.
3. Of every variant it is said which value is the least, and so which one an explanation shows.
"""

from typing import ClassVar, Final, Literal, TypeAlias

from attrs import evolve, frozen

from mimir.core.inputs import Inputs
from mimir.core.money import FEMTODOLLARS_PER_PICODOLLAR as _EXACT
from mimir.core.pricing.quote import Quote, QuoteStep
from mimir.core.snapshot import OK
from mimir.core.vocabulary import Capability, Lane, Model, RuntimePreference

WHOLE: Final = 1_000_000
"""Millionths of a whole: a discount of so many leaves nothing."""

ChangeName: TypeAlias = Literal[
    "budget",
    "remaining",
    "tolerance",
    "drop_capabilities",
    "prefer_runtime",
    "allow_model",
    "lane_ok",
    "discount",
    "state_rate",
]
"""The names of the variants, in the order in which an explanation lists them."""


@frozen
class Budget:
    """The descriptor's budget ceiling is ``microdollars``, 1 to 2^63 - 1.

    The least is the smallest budget. It is below the present one where the entry would win because
    dearer ones that rank before it are shut out.
    """

    name: ClassVar[ChangeName] = "budget"
    microdollars: int


@frozen
class Remaining:
    """What remains in the snapshot is ``microdollars``, 0 to 2^63 - 1; 0 speaks for all below it.

    The least is the smallest amount; as with ``Budget`` it may be below the present one.
    """

    name: ClassVar[ChangeName] = "remaining"
    microdollars: int


@frozen
class Tolerance:
    """The descriptor's latency tolerance is ``milliseconds``, 1 to 2^63 - 1.

    The least is the smallest tolerance; it is below the present one where slower entries that rank
    before it are shut out.
    """

    name: ClassVar[ChangeName] = "tolerance"
    milliseconds: int


@frozen
class DropCapabilities:
    """The descriptor asks for none of ``words``, which stand once each in its own order.

    The least is the fewest words; no set of words that lacks one of them does.
    """

    name: ClassVar[ChangeName] = "drop_capabilities"
    words: tuple[Capability, ...]


@frozen
class PreferRuntime:
    """The descriptor prefers the runtime ``preference``.

    The least is ``any``, which takes a wish back; then the entry's own runtime.
    """

    name: ClassVar[ChangeName] = "prefer_runtime"
    preference: RuntimePreference


@frozen
class AllowModel:
    """The policy allows ``model`` beside those that it names; one that names none allows all.

    There is one value for an entry: its own model.
    """

    name: ClassVar[ChangeName] = "allow_model"
    model: Model


@frozen
class LaneOk:
    """The lane is ``ok``. There is one value for an entry: its own lane."""

    name: ClassVar[ChangeName] = "lane_ok"
    lane: Lane


@frozen
class Discount:
    """Every rate of the model's quote is lowered by so many ``millionths``, 1 to 1,000,000.

    A lowered rate is rounded up to whole femtodollars per token: no more is taken off than is
    said. The least is the smallest discount. A model without a quote has nothing to lower.
    """

    name: ClassVar[ChangeName] = "discount"
    model: Model
    millionths: int


@frozen
class StateRate:
    """The model costs ``picodollars`` a token, 0 to 2^63 - 1, in and out and at any size.

    It is for an entry whose request has no price. The least is the largest rate: a dearer one does
    not do, a cheaper one always does.
    """

    name: ClassVar[ChangeName] = "state_rate"
    model: Model
    picodollars: int


Change: TypeAlias = (
    Budget
    | Remaining
    | Tolerance
    | DropCapabilities
    | PreferRuntime
    | AllowModel
    | LaneOk
    | Discount
    | StateRate
)
"""One thing that is different."""


def apply(change: Change, inputs: Inputs) -> Inputs:
    """Return ``inputs`` with ``change`` made, and nothing else.

    >>> from mimir.core.catalog import Catalog
    >>> from mimir.core.descriptor import Descriptor
    >>> from mimir.core.instant import Instant
    >>> from mimir.core.policy import DEFAULT_POLICY
    >>> from mimir.core.snapshot import Snapshot
    >>> wanted = Descriptor(
    ...     task_class="chat", budget_ceiling_microdollars=5, latency_tolerance_ms=9)
    >>> world = Snapshot(
    ...     quotes={}, lanes={}, remaining=None, taken_at=Instant("2026-01-01T00:00:00Z"))
    >>> inputs = Inputs(wanted, Catalog(()), DEFAULT_POLICY, world)
    >>> apply(Tolerance(12), inputs).descriptor.latency_tolerance_ms
    12
    """
    match change:
        case Budget() | Tolerance() | DropCapabilities() | PreferRuntime():
            return _asked(change, inputs)
        case AllowModel(model):
            policy = inputs.policy
            named = policy.allowed_models | {model} if policy.allowed_models else frozenset[Model]()
            return evolve(inputs, policy=evolve(policy, allowed_models=named))
        case _:
            return _elsewhere(change, inputs)


def discounted(quote: Quote, millionths: int) -> Quote:
    """Return ``quote`` with every rate lowered, each rounded up to whole femtodollars.

    >>> discounted(Quote(Model("p:m"), 3, 8, "config", None), 500_000)
    Quote(model='p:m', input=1, output=4, source='config', key=None, rest=(500, 0), above=())
    """
    given_rest, taken_rest = quote.rest or (0, 0)
    given, given_rest = divmod(_lowered(quote.input * _EXACT + given_rest, millionths), _EXACT)
    taken, taken_rest = divmod(_lowered(quote.output * _EXACT + taken_rest, millionths), _EXACT)
    steps = tuple(
        QuoteStep(step.above, _if_known(step.input, millionths), _if_known(step.output, millionths))
        for step in quote.above
    )
    return evolve(quote, input=given, output=taken, rest=(given_rest, taken_rest), above=steps)


def _if_known(rate: int | None, millionths: int) -> int | None:
    return None if rate is None else _lowered(rate, millionths)


def _lowered(rate: int, millionths: int) -> int:
    return -(-rate * (WHOLE - millionths) // WHOLE)


def _asked(change: Budget | Tolerance | DropCapabilities | PreferRuntime, inputs: Inputs) -> Inputs:
    asked = inputs.descriptor
    match change:
        case Budget(microdollars):
            asked = evolve(asked, budget_ceiling_microdollars=microdollars)
        case Tolerance(milliseconds):
            asked = evolve(asked, latency_tolerance_ms=milliseconds)
        case DropCapabilities(words):
            kept = tuple(word for word in asked.capabilities if word not in words)
            asked = evolve(asked, capabilities=kept)
        case _:
            asked = evolve(asked, runtime_preference=change.preference)
    return evolve(inputs, descriptor=asked)


def _elsewhere(change: Remaining | LaneOk | Discount | StateRate, inputs: Inputs) -> Inputs:
    world = inputs.snapshot
    match change:
        case Remaining(microdollars):
            world = evolve(world, remaining=microdollars)
        case LaneOk(lane):
            world = evolve(world, lanes={**world.lanes, lane: OK})
        case Discount(model, millionths):
            quote = world.quotes.get(model)
            if quote is not None:
                lowered = discounted(quote, millionths)
                world = evolve(world, quotes={**world.quotes, model: lowered})
        case _:
            stated = Quote(change.model, change.picodollars, change.picodollars, "config", None)
            world = evolve(world, quotes={**world.quotes, change.model: stated})
    return evolve(inputs, snapshot=world)
