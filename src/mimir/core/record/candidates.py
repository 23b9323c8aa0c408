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
from mimir.core.ranker import Weighted
from mimir.core.ranking import RankKey, projected_costs, rank_keys
from mimir.core.verdict import Decision, Excluded


def candidates(decision: Decision) -> list[Json]:
    """Write every entry of the decision's catalog, in the form of the rules above."""
    inputs, costed = decision.inputs, decision.inputs.descriptor.expected_tokens is not None
    entries, costs = inputs.catalog.entries, projected_costs(inputs)
    made: list[Json] = []
    viable: list[tuple[Entry, int | None]] = []
    rows: list[dict[str, Json]] = []
    for entry, verdict, cost in zip(entries, decision.verdicts, costs, strict=True):
        shown = None if cost is None or not costed else str(cost)
        if isinstance(verdict, Excluded):
            made.append(_excluded(entry, verdict.reason, shown))
            continue
        row: dict[str, Json] = {
            "id": entry.id,
            "verdict": verdict.word,
            "projected_femtodollars": shown,
        }
        if verdict.unpriced:
            row["unpriced"] = True
        made.append(row)
        rows.append(row)
        viable.append((entry, cost))
    _rank(inputs, viable, rows)
    return made


def _excluded(entry: Entry, reason: Exclusion, cost: str | None) -> dict[str, Json]:
    return {
        "id": entry.id,
        "verdict": "excluded",
        "reason": {"class": reason.exclusion_class, "detail": reason.detail},
        "projected_femtodollars": cost,
    }


def _rank(
    inputs: Inputs,
    viable: list[tuple[Entry, int | None]],
    rows: list[dict[str, Json]],
) -> None:
    """Write rank and key of every viable entry into its row, which stands beside it."""
    keys = rank_keys(inputs, viable)
    texts = _written(inputs, keys)
    for rank, at in enumerate(sorted(range(len(keys)), key=keys.__getitem__), 1):
        row = rows[at]
        row["rank"], row["rank_key"] = rank, texts[at]


def _written(inputs: Inputs, keys: list[RankKey]) -> list[list[Json]]:
    """Write keys. Half of what a pair has is one bit, and a text of it need not be made."""
    if isinstance(inputs.ranker, Weighted):
        return [[str(part) for part in key] for key in keys]
    bits = ("0", "1")
    return [
        [bits[no_a], str(a), bits[no_b], str(b), bits[no_c], str(c)]
        for no_a, a, no_b, b, no_c, c in keys
    ]
