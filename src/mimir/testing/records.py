"""Decision records.

Rules:
1. A record is of one situation: its descriptor, its snapshot and what the oracle answered to them.
"""

from typing import Final

from hypothesis import strategies as st

from mimir.core.oracle.place import place
from mimir.core.record.schema import DecisionRecord
from mimir.core.verdict import decision_of
from mimir.testing.oracles import situations
from mimir.testing.words import decision_ids, instants, names

_SITUATIONS: Final = situations()
_DECISION_IDS: Final = decision_ids()
_INSTANTS: Final = instants()
_IDS: Final = st.none() | names()


@st.composite
def decision_records(draw: st.DrawFn) -> DecisionRecord:
    """Make the record of a decision; the correlation ids are texts or absent.

    >>> from hypothesis import given, settings
    >>> @settings(deadline=None)
    ... @given(decision_records())
    ... def a_decision_has_an_id(record: DecisionRecord) -> None:
    ...     assert record.decision_id.startswith("rd_")
    >>> a_decision_has_an_id()
    """
    made = draw(_SITUATIONS)
    decision = place(*made)
    return DecisionRecord(
        decision_id=draw(_DECISION_IDS),
        decided_at=draw(_INSTANTS),
        decision=decision_of(decision),
        parent_decision_id=draw(st.none() | _DECISION_IDS),
        grant_id=draw(_IDS),
        workflow_id=draw(_IDS),
        step_id=draw(_IDS),
    )
