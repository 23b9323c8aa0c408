"""What a record says of each entry: verdict, reason, exact projected cost, rank.

Rules:
1. Candidates stand in catalog order. A viable one, and the chosen one in any case, has its rank and
   the key that it was ranked by, whose parts are decimal strings: JSON readers lose integers past
   2^53.
2. ``projected_femtodollars`` is the exact cost of the expected tokens on the entry's quote, of
   excluded entries too; null without expected tokens and without a price.
3. An excluded candidate's ``reason`` is ``{"class", "detail"}`` (deviation D7).
4. The chosen one has rank 1, the others rank by their keys. A chosen probe may have a larger key
   than rank 2: ``Policy.probe_first`` puts that one entry first, and the others stay in order.
5. A viable one whose lane may be probed is marked ``probe``, whether that decided or not.
"""

from typing import NamedTuple

from mimir.core.entry import Entry
from mimir.core.exclusion import Exclusion
from mimir.core.fields import Json
from mimir.core.inputs import Inputs
from mimir.core.ranker import CheapestFirst
from mimir.core.ranking import RankKey, projected_costs, rank_keys
from mimir.core.snapshot import Snapshot, free_probes
from mimir.core.verdict import Decision, Excluded


class _Viable(NamedTuple):
    """The viable entries with their projected costs; beside them those costs as text, and rows."""

    costed: list[tuple[Entry, int | None]]
    texts: list[str | None]
    rows: list[dict[str, Json]]


def candidates(decision: Decision) -> list[Json]:
    """Write every entry of the decision's catalog, in the form of the rules above."""
    inputs, by_tokens = decision.inputs, decision.inputs.descriptor.expected_tokens is not None
    made: list[Json] = []
    viable = costed, texts, rows = _Viable([], [], [])
    judged = zip(inputs.catalog.entries, decision.verdicts, projected_costs(inputs), strict=True)
    for entry, verdict, cost in judged:
        text = None if cost is None else str(cost)
        shown = text if by_tokens else None
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
        costed.append((entry, cost))
        texts.append(text)
        rows.append(row)
    _mark_probes(inputs.snapshot, viable)
    _rank(inputs, viable)
    return made


def _excluded(entry: Entry, reason: Exclusion, cost: str | None) -> dict[str, Json]:
    return {
        "id": entry.id,
        "verdict": "excluded",
        "reason": {"class": reason.exclusion_class, "detail": reason.detail},
        "projected_femtodollars": cost,
    }


def _mark_probes(snapshot: Snapshot, viable: _Viable) -> None:
    lanes = free_probes(snapshot)
    if lanes:
        for (entry, _), row in zip(viable.costed, viable.rows, strict=True):
            if entry.lane in lanes:
                row["probe"] = True


def _rank(inputs: Inputs, viable: _Viable) -> None:
    """Write rank and key of every viable entry into its row."""
    keys, rows = rank_keys(inputs, viable.costed), viable.rows
    written = _written(inputs, keys, viable.texts)
    ranked = sorted(range(len(keys)), key=keys.__getitem__)
    if ranked and rows[ranked[0]]["verdict"] != "chosen":
        chosen = next(at for at in ranked if rows[at]["verdict"] == "chosen")
        ranked = [chosen, *(at for at in ranked if at != chosen)]
    for rank, at in enumerate(ranked, 1):
        row = rows[at]
        row["rank"], row["rank_key"] = rank, written[at]


def _written(inputs: Inputs, keys: list[RankKey], texts: list[str | None]) -> list[list[Json]]:
    """Write keys. The default ranker's have the cost first, of which there is a text already."""
    if not isinstance(inputs.ranker, CheapestFirst):
        return [[str(part) for part in key] for key in keys]
    bits = ("0", "1")
    return [
        [bits[no_cost], text or "0", bits[no_p50], str(p50), bits[no_priority], str(priority)]
        for (no_cost, _, no_p50, p50, no_priority, priority), text in zip(keys, texts, strict=True)
    ]
