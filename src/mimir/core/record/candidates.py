"""What a record says of each entry: verdict, reason, exact projected cost, rank.

Rules:
1. Candidates stand in catalog order. A viable one has its rank, 1 for the chosen, and the key that
   it was ranked by, whose parts are decimal strings: JSON readers lose integers past 2^53.
2. ``projected_femtodollars`` is the exact cost of the expected tokens on the entry's quote, of
   excluded entries too; null without expected tokens and without a price.
3. An excluded candidate's ``reason`` is ``{"class", "detail"}`` (deviation D7).
"""

from mimir.core.fields import Json
from mimir.core.inputs import Inputs
from mimir.core.money import Femtodollars
from mimir.core.ranker import Weighted
from mimir.core.ranking import RankKey, projected_costs, rank_keys
from mimir.core.verdict import Decision, Excluded, Verdict


def candidates(decision: Decision) -> list[Json]:
    """Write every entry of the decision's catalog, in the form of the rules above.

    One loop with as few calls as can be: a call for each part would take longer than the rest.
    """
    inputs, verdicts = decision.inputs, decision.verdicts
    entries, costs = inputs.catalog.entries, projected_costs(inputs)
    ranks, keys = _ranks(inputs, costs, verdicts)
    shown = _shown(inputs, costs)
    pairs, bits = not isinstance(inputs.ranker, Weighted), ("0", "1")
    made: list[Json] = []
    for entry, verdict, cost, rank, key in zip(entries, verdicts, shown, ranks, keys, strict=True):
        row: dict[str, Json] = {"id": entry.id, "verdict": verdict.word}
        made.append(row)
        if isinstance(verdict, Excluded):
            reason = verdict.reason
            row["reason"] = {"class": reason.exclusion_class, "detail": reason.detail}
            row["projected_femtodollars"] = cost
            continue
        row["projected_femtodollars"], row["rank"] = cost, rank
        if pairs:
            no_a, a, no_b, b, no_c, c = key
            row["rank_key"] = [bits[no_a], str(a), bits[no_b], str(b), bits[no_c], str(c)]
        else:
            row["rank_key"] = [str(part) for part in key]
        if verdict.unpriced:
            row["unpriced"] = True
    return made


def _shown(inputs: Inputs, costs: list[Femtodollars | None]) -> list[str | None]:
    """Write rule 2's costs."""
    if inputs.descriptor.expected_tokens is None:
        return [None] * len(costs)
    return [None if cost is None else str(cost) for cost in costs]


def _ranks(
    inputs: Inputs, costs: list[Femtodollars | None], verdicts: tuple[Verdict, ...]
) -> tuple[list[int], list[RankKey]]:
    """Return rank and key beside every entry; an excluded one has the rank 0."""
    keys = rank_keys(inputs, inputs.catalog.entries, costs)
    viable = [at for at, verdict in enumerate(verdicts) if not isinstance(verdict, Excluded)]
    ranks = [0] * len(keys)
    for rank, at in enumerate(sorted(viable, key=keys.__getitem__), 1):
        ranks[at] = rank
    return ranks, keys
