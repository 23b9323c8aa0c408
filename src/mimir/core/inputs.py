"""Everything that a decision depends on, and nothing else: the inputs of ``place``.

Rules:
1. A decision carries its inputs, so that whatever is derived from it later (its plan, its record,
   its explanation) is derived from what was asked.
2. Equal inputs give equal decisions.
"""

from attrs import frozen

from mimir.core.catalog import Catalog
from mimir.core.descriptor import Descriptor
from mimir.core.policy import Policy
from mimir.core.ranker import CHEAPEST_FIRST, Ranker
from mimir.core.snapshot import Snapshot


@frozen
class Inputs:
    """What was asked, of which entries, under which rules, in which world."""

    descriptor: Descriptor
    catalog: Catalog
    policy: Policy
    snapshot: Snapshot
    ranker: Ranker = CHEAPEST_FIRST
