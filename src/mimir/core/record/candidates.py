"""What a record says of each entry: verdict, reason, exact projected cost, rank.

Rules:
1. Candidates stand in catalog order. A viable one has its rank, 1 for the chosen, and the key that
   it was ranked by, whose parts are decimal strings: JSON readers lose integers past 2^53.
2. ``projected_femtodollars`` is the exact cost of the expected tokens on the entry's quote, of
   excluded entries too; null without expected tokens and without a price.
3. An excluded candidate's ``reason`` is ``{"class", "detail"}`` (deviation D7).
"""

from mimir.core.entry import Entry
from mimir.core.exclusion import Exclusion
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
    texts = [None if cost is None else str(cost) for cost in costs]
    shown = [None] * len(costs) if inputs.descriptor.expected_tokens is None else texts
    pairs, bits = not isinstance(inputs.ranker, Weighted), ("0", "1")
    made: list[Json] = []
    for at, entry in enumerate(entries):
        verdict = verdicts[at]
        if isinstance(verdict, Excluded):
            made.append(_excluded(entry, verdict.reason, shown[at]))
            continue
        key = keys[at]
        if pairs:
            no_a, a, no_b, b, no_c, c = key
            written: list[Json] = [bits[no_a], str(a), bits[no_b], str(b), bits[no_c], str(c)]
        else:
            written = [str(part) for part in key]
        row: dict[str, Json] = {
            "id": entry.id,
            "verdict": verdict.word,
            "projected_femtodollars": shown[at],
            "rank": ranks[at],
            "rank_key": written,
        }
        if verdict.unpriced:
            row["unpriced"] = True
        made.append(row)
    return made


def _ranks(
    inputs: Inputs, costs: list[Femtodollars | None], verdicts: tuple[Verdict, ...]
) -> tuple[list[int], list[RankKey]]:
    """Return rank and key beside every entry; 0 and an empty key beside an excluded one."""
    entries = inputs.catalog.entries
    cost_of = {entry.model: cost for entry, cost in zip(entries, costs, strict=True)}
    key, ranks = rank_keys(inputs, cost_of.__getitem__), [0] * len(entries)
    keys: list[RankKey] = [()] * len(entries)
    viable = [at for at, verdict in enumerate(verdicts) if not isinstance(verdict, Excluded)]
    for at in viable:
        keys[at] = key(entries[at])
    for rank, at in enumerate(sorted(viable, key=keys.__getitem__), 1):
        ranks[at] = rank
    return ranks, keys


def _excluded(entry: Entry, reason: Exclusion, cost: str | None) -> dict[str, Json]:
    return {
        "id": entry.id,
        "verdict": "excluded",
        "reason": {"class": reason.exclusion_class, "detail": reason.detail},
        "projected_femtodollars": cost,
    }
