"""What a record says of each entry: verdict, reason, exact projected cost, rank.

Rules:
1. Candidates stand in catalog order. A viable one has its rank, 1 for the chosen, and the key that
   it was ranked by, whose parts are decimal strings: JSON readers lose integers past 2^53.
2. ``projected_femtodollars`` is the exact cost of the expected tokens on the entry's quote, of
   excluded entries too; null without expected tokens and without a price.
3. An excluded candidate's ``reason`` is ``{"class", "detail"}`` (deviation D7).
"""

from typing import TypeAlias

from mimir.core.entry import Entry
from mimir.core.exclusion import Exclusion
from mimir.core.fields import Json
from mimir.core.inputs import Inputs
from mimir.core.ranker import CheapestFirst
from mimir.core.ranking import RankKey, projected_costs, rank_keys
from mimir.core.verdict import Decision, Excluded

_Viable: TypeAlias = tuple[Entry, int | None, str | None, dict[str, Json]]
"""A viable entry, its projected cost, the text of that, and its row."""


def candidates(decision: Decision) -> list[Json]:
    """Write every entry of the decision's catalog, in the form of the rules above."""
    inputs, costed = decision.inputs, decision.inputs.descriptor.expected_tokens is not None
    made: list[Json] = []
    viable: list[_Viable] = []
    judged = zip(inputs.catalog.entries, decision.verdicts, projected_costs(inputs), strict=True)
    for entry, verdict, cost in judged:
        text = None if cost is None else str(cost)
        shown = text if costed else None
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
        viable.append((entry, cost, text, row))
    _rank(inputs, viable)
    return made


def _excluded(entry: Entry, reason: Exclusion, cost: str | None) -> dict[str, Json]:
    return {
        "id": entry.id,
        "verdict": "excluded",
        "reason": {"class": reason.exclusion_class, "detail": reason.detail},
        "projected_femtodollars": cost,
    }


def _rank(inputs: Inputs, viable: list[_Viable]) -> None:
    """Write rank and key of every viable entry into its row."""
    keys = rank_keys(inputs, [(entry, cost) for entry, cost, _, _ in viable])
    texts = _written(inputs, keys, viable)
    for rank, at in enumerate(sorted(range(len(keys)), key=keys.__getitem__), 1):
        row = viable[at][3]
        row["rank"], row["rank_key"] = rank, texts[at]


def _written(inputs: Inputs, keys: list[RankKey], viable: list[_Viable]) -> list[list[Json]]:
    """Write keys. The default ranker's have the cost first, of which there is a text already."""
    if not isinstance(inputs.ranker, CheapestFirst):
        return [[str(part) for part in key] for key in keys]
    bits = ("0", "1")
    return [
        [bits[no_cost], text or "0", bits[no_p50], str(p50), bits[no_priority], str(priority)]
        for (no_cost, _, no_p50, p50, no_priority, priority), (_, _, text, _) in zip(
            keys, viable, strict=True
        )
    ]
