"""What a record says of each entry: verdict, reason, exact projected cost, rank.

Rules:
1. Candidates stand in catalog order. A viable one has its rank, 1 for the chosen, and the key that
   it was ranked by, whose parts are decimal strings: JSON readers lose integers past 2^53.
2. ``projected_femtodollars`` is the exact cost of the expected tokens on the entry's quote, of
   excluded entries too; null without expected tokens and without a price.
3. An excluded candidate's ``reason`` is ``{"class", "detail"}`` (deviation D7).
"""

from mimir.core.entry import Entry
from mimir.core.fields import Json
from mimir.core.ranking import RankKey, projection, rank_keys
from mimir.core.verdict import Decision, Excluded, Verdict


def candidates(decision: Decision) -> list[Json]:
    """Write every entry of the decision's catalog, in the form of the rules above."""
    inputs, verdicts = decision.inputs, decision.verdicts
    entries = inputs.catalog.entries
    projected = projection(inputs.descriptor, inputs.snapshot)
    key_of = rank_keys(inputs, projected)
    keys: dict[int, RankKey] = {
        at: key_of(entries[at])
        for at, verdict in enumerate(verdicts)
        if not isinstance(verdict, Excluded)
    }
    ranks = {at: rank for rank, at in enumerate(sorted(keys, key=keys.__getitem__), 1)}
    costed = inputs.descriptor.expected_tokens is not None
    made: list[Json] = []
    for at, entry in enumerate(entries):
        row = candidate(entry, verdicts[at])
        cost = projected(entry.model) if costed else None
        row["projected_femtodollars"] = None if cost is None else str(cost)
        if at in ranks:
            row["rank"] = ranks[at]
            row["rank_key"] = [str(part) for part in keys[at]]
        made.append(row)
    return made


def candidate(entry: Entry, verdict: Verdict) -> dict[str, Json]:
    """Write the verdict of one entry.

    >>> from mimir.core.exclusion import TooSlow
    >>> from mimir.core.vocabulary import EntryId, Lane, Model
    >>> entry = Entry(id=EntryId("a"), model=Model("p:m"), lane=Lane("p"), runtime="local")
    >>> candidate(entry, Excluded(TooSlow(900)))
    {'id': 'a', 'verdict': 'excluded', 'reason': {'class': 'latency', 'detail': 900}}
    """
    if isinstance(verdict, Excluded):
        reason = verdict.reason
        why: dict[str, Json] = {"class": reason.exclusion_class, "detail": reason.detail}
        return {"id": entry.id, "verdict": verdict.word, "reason": why}
    if verdict.unpriced:
        return {"id": entry.id, "verdict": verdict.word, "unpriced": True}
    return {"id": entry.id, "verdict": verdict.word}
