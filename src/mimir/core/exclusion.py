"""Why an entry is no candidate: a class of exclusion, and the detail that a reader needs.

Rules:
1. ``EXCLUSION_CLASSES`` is the order in which the classes are tried.
2. ``projected`` of a cost exclusion is rounded up, so that it always shows above its ``cap``; the
   exact amount stands beside it.
3. Nothing of an exclusion depends on the other entries.
4. What a call makes by the thousand, with numbers of its own, is a named tuple.
"""

from typing import ClassVar, NamedTuple, TypeAlias

from attrs import frozen

from mimir.core.fields import Json
from mimir.core.money import Femtodollars, render, to_microdollars_up
from mimir.core.vocabulary import Capability, ExclusionClass, Runtime


@frozen
class MissingCapabilities:
    """The entry lacks capabilities, listed once each in the descriptor's order."""

    exclusion_class: ClassVar[ExclusionClass] = "capability"
    missing: tuple[Capability, ...]

    @property
    def detail(self) -> Json:
        """The missing capabilities."""
        return list(self.missing)


@frozen
class ContextTooSmall:
    """The expected tokens, in and out together, don't fit into the entry's context window."""

    exclusion_class: ClassVar[ExclusionClass] = "context"
    expected_tokens: int
    context_window: int

    @property
    def detail(self) -> Json:
        """Both counts of tokens."""
        return {"expected_tokens": self.expected_tokens, "context_window": self.context_window}


@frozen
class BelowQualityBar:
    """What the model passed proves less than the bar asks for; both are basis points.

    ``lower_bound`` is Wilson's, rounded down.
    """

    exclusion_class: ClassVar[ExclusionClass] = "quality"
    bar: int
    lower_bound: int
    passed: int
    runs: int

    @property
    def detail(self) -> Json:
        """The bar, the bound and the counts that it comes from."""
        counts: dict[str, Json] = {"passed": self.passed, "runs": self.runs}
        return {"quality": "below", "bar": self.bar, "lower_bound": self.lower_bound, **counts}


@frozen
class QualityUnknown:
    """The descriptor states a bar, and there is no scorecard of its task class and the model."""

    exclusion_class: ClassVar[ExclusionClass] = "quality"
    bar: int

    @property
    def detail(self) -> Json:
        """The bar."""
        return {"quality": "unknown", "bar": self.bar}


@frozen
class ModelNotAllowed:
    """The policy does not allow the model."""

    exclusion_class: ClassVar[ExclusionClass] = "policy"
    detail: ClassVar[Json] = "model_not_allowed"


@frozen
class ModelUnpriced:
    """The policy allows no model without a price, and there is none of a request of this size."""

    exclusion_class: ClassVar[ExclusionClass] = "policy"
    detail: ClassVar[Json] = "model_unpriced"


@frozen
class OtherRuntime:
    """The entry runs elsewhere than the descriptor prefers."""

    exclusion_class: ClassVar[ExclusionClass] = "runtime"
    preferred: Runtime

    @property
    def detail(self) -> Json:
        """The runtime that the descriptor prefers."""
        return self.preferred


@frozen
class LaneNotOk:
    """The entry's lane is in a state other than ``ok``."""

    exclusion_class: ClassVar[ExclusionClass] = "health"
    state: str

    @property
    def detail(self) -> Json:
        """The lane's state."""
        return self.state


class _Slow(NamedTuple):
    p50_latency_ms: int


class TooSlow(_Slow):
    """The entry's p50 latency, in milliseconds, is above the descriptor's tolerance."""

    __slots__ = ()
    exclusion_class: ClassVar[ExclusionClass] = "latency"

    @property
    def detail(self) -> Json:
        """The entry's p50 latency."""
        return self.p50_latency_ms


class _Expensive(NamedTuple):
    exact: Femtodollars | None
    cap: int


class TooExpensive(_Expensive):
    """The projected cost is above the cap, which is microdollars.

    ``exact`` is ``None`` where there is no projection to compare: without expected tokens or a
    quote, under a cap that is not positive (deviations D6 and D16).
    """

    __slots__ = ()
    exclusion_class: ClassVar[ExclusionClass] = "cost"

    @property
    def projected(self) -> int | None:
        """The projection in microdollars, rounded up."""
        return None if self.exact is None else to_microdollars_up(self.exact)

    @property
    def detail(self) -> Json:
        """The projection and the cap."""
        return {
            "projected": self.projected,
            "projected_femtodollars": None if self.exact is None else render(self.exact),
            "cap": self.cap,
        }


Exclusion: TypeAlias = (
    MissingCapabilities
    | ContextTooSmall
    | BelowQualityBar
    | QualityUnknown
    | ModelNotAllowed
    | ModelUnpriced
    | OtherRuntime
    | LaneNotOk
    | TooSlow
    | TooExpensive
)
"""Why an entry is no candidate."""
