"""Rankers: in which order the viable entries go, as values that a record can name.

Rules:
1. ``CheapestFirst`` is projected cost, p50 latency, priority: the reference's order, the default.
2. ``FastestFirst`` is p50 latency, projected cost, priority.
3. ``Weighted`` adds up microdollars of projected cost, milliseconds of p50 latency and priority,
   each times its weight; the least sum goes first. What has a weight of 0 is not looked at. Of what
   has one, the fewer are unknown of an entry, the earlier it ranks: the sum decides between entries
   of which equally many are unknown, and adds up what is known.
4. Ties that remain keep the order of the catalog, in every ranker.
5. In JSON a ranker is its name and its parameters, every one of them.

Laws, of every ranker; each has a test of its name:
1. Its order is total: a viable entry has one key of integers, and keys are compared, not entries.
2. What is unknown ranks after what is known, however large.
3. An entry that gets cheaper, faster or of a lower priority loses to no entry that it won over,
   and one of which something becomes known doesn't either. (Under the policy ``free`` an unknown
   price is no unknown: it counts as 0.)
4. It decides which viable entry is chosen, and nothing about which are viable.
5. All weights times one number above 0 are the same order.
"""

from typing import ClassVar, Final, Literal, TypeAlias, get_args

from attrs import frozen

from mimir.core.fields import (
    InvalidField,
    Json,
    excerpt,
    field_name,
    integer,
    invalid,
    is_object,
    is_text,
    members,
)
from mimir.core.outcome import Failure, Outcome, Success

RankerName: TypeAlias = Literal["cheapest_first", "fastest_first", "weighted"]
"""The names of the rankers."""

RANKERS: Final[tuple[RankerName, ...]] = get_args(RankerName)


@frozen
class CheapestFirst:
    """By projected cost, then p50 latency, then priority."""

    name: ClassVar[RankerName] = "cheapest_first"


@frozen
class FastestFirst:
    """By p50 latency, then projected cost, then priority."""

    name: ClassVar[RankerName] = "fastest_first"


@frozen(kw_only=True)
class Weighted:
    """By a sum of what counts: each weight is 0 to 2^63 - 1, and at least one is above 0.

    ``cost`` is the weight of a microdollar, ``latency`` that of a millisecond, ``priority`` that of
    a step of priority.
    """

    name: ClassVar[RankerName] = "weighted"
    cost: int = 0
    latency: int = 0
    priority: int = 0


Ranker: TypeAlias = CheapestFirst | FastestFirst | Weighted
"""In which order the viable entries go."""

CHEAPEST_FIRST: Final = CheapestFirst()
"""The default."""

FASTEST_FIRST: Final = FastestFirst()

WEIGHTS: Final = ("cost", "latency", "priority")
"""The parameters of ``Weighted``."""


def parse(raw: object) -> Outcome[Ranker, InvalidField]:
    """Read a ranker from JSON or TOML data.

    :return: the ranker, or ``InvalidField`` with code ``invalid_ranker`` that names the field.

    >>> parse({"name": "weighted", "cost": 3, "latency": 1}).unwrap()
    Weighted(cost=3, latency=1, priority=0)
    >>> parse({"name": "fastest"}).failure().message
    'expected one of cheapest_first, fastest_first, weighted, got "fastest"'
    """
    if not is_object(raw):
        return Failure(invalid("ranker", "", f"expected an object, got {excerpt(raw)}"))
    name = members(raw).get("name")
    if not is_text(name) or name not in RANKERS:
        message = f"expected one of {', '.join(RANKERS)}, got {excerpt(name)}"
        return Failure(invalid("ranker", "name", message))
    known = ("name", *WEIGHTS) if name == Weighted.name else ("name",)
    for key in raw:
        if not is_text(key) or key not in known:
            message = f"unknown key; {name} has {', '.join(known)}"
            return Failure(invalid("ranker", field_name(key), message))
    if name == Weighted.name:
        return _weighted(raw)
    return Success(CHEAPEST_FIRST if name == CheapestFirst.name else FASTEST_FIRST)


def to_json(ranker: Ranker) -> dict[str, Json]:
    """Write ``ranker`` in the form that ``parse`` reads.

    >>> to_json(CHEAPEST_FIRST)
    {'name': 'cheapest_first'}
    """
    if not isinstance(ranker, Weighted):
        return {"name": ranker.name}
    return {
        "name": ranker.name,
        "cost": ranker.cost,
        "latency": ranker.latency,
        "priority": ranker.priority,
    }


def _weighted(raw: dict[object, object]) -> Outcome[Ranker, InvalidField]:
    weights: list[int] = []
    for name in WEIGHTS:
        weight = integer(raw.get(name, 0), "ranker", name, 0, "expected integer of 0 or more")
        if isinstance(weight, InvalidField):
            return Failure(weight)
        weights.append(weight)
    if not any(weights):
        return Failure(invalid("ranker", "", f"one of {', '.join(WEIGHTS)} must be above 0"))
    cost, latency, priority = weights
    return Success(Weighted(cost=cost, latency=latency, priority=priority))
