"""What the oracle says of each entry, and of all of them.

Rules:
1. Every entry gets exactly one verdict: ``Chosen``, ``Ranked`` or ``Excluded`` with its reason.
2. An exclusion names its class and the detail that a reader needs; ``EXCLUSION_CLASSES`` is the
   order in which the classes are tried.
3. ``projected`` of a cost exclusion is rounded up, so that it always shows above its ``cap``; the
   exact amount stands beside it.
4. ``NoCandidate`` is an answer, not an error.
"""

from typing import ClassVar, Literal, TypeAlias

from attrs import frozen

from mimir.core.catalog import Catalog
from mimir.core.entry import Entry
from mimir.core.fields import Json
from mimir.core.money import Femtodollars, render, to_microdollars_up
from mimir.core.vocabulary import Capability, ExclusionClass, Runtime

PlacementReason: TypeAlias = Literal[
    "capability_match", "cheapest_viable", "cheapest_by_rate", "only_unpriced"
]
"""Why the chosen entry was chosen. ``only_unpriced``: no viable entry had a price (D6)."""


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


@frozen
class TooSlow:
    """The entry's p50 latency, in milliseconds, is above the descriptor's tolerance."""

    exclusion_class: ClassVar[ExclusionClass] = "latency"
    p50_latency_ms: int

    @property
    def detail(self) -> Json:
        """The entry's p50 latency."""
        return self.p50_latency_ms


@frozen
class TooExpensive:
    """The projected cost is above the cap, which is microdollars.

    ``exact`` is ``None`` where there is no projection to compare: without expected tokens or a
    quote, under a cap that is not positive (deviations D6 and D16).
    """

    exclusion_class: ClassVar[ExclusionClass] = "cost"
    exact: Femtodollars | None
    cap: int

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
    | ModelNotAllowed
    | ModelUnpriced
    | OtherRuntime
    | LaneNotOk
    | TooSlow
    | TooExpensive
)
"""Why an entry is no candidate."""


@frozen
class Chosen:
    """The entry that the workload is placed on."""

    word: ClassVar[Literal["chosen"]] = "chosen"
    unpriced: bool = False


@frozen
class Ranked:
    """An entry that would do, and that another one ranks before."""

    word: ClassVar[Literal["ranked"]] = "ranked"
    unpriced: bool = False


@frozen
class Excluded:
    """An entry that would not do, with the first reason in the order of the filters."""

    word: ClassVar[Literal["excluded"]] = "excluded"
    reason: Exclusion


Verdict: TypeAlias = Chosen | Ranked | Excluded
"""What the oracle says of one entry."""


@frozen
class Placement:
    """Where the workload goes, why, and the verdict of every entry in catalog order."""

    chosen: Entry
    reasons: tuple[PlacementReason, ...]
    catalog: Catalog
    verdicts: tuple[Verdict, ...]


@frozen
class NoCandidate:
    """No entry will do: the distinct exclusion classes in order of first appearance, and the
    verdict of every entry in catalog order."""

    reasons: tuple[ExclusionClass, ...]
    catalog: Catalog
    verdicts: tuple[Excluded, ...]
