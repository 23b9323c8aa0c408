"""Every error there is, as one union, and one line of text for each.

Rules:
1. ``MimirError`` is the union of the parts' unions; ``NoCandidate`` is an answer and no part of it.
2. ``describe`` is one match, exhaustive in every type checker.
3. The text is one line, scrubbed of secrets and at most 512 characters.
"""

from typing import Final, TypeAlias, assert_never

from mimir.core.buffer import EventRejected
from mimir.core.canonical import NotCanonical
from mimir.core.catalog import CatalogError, InvalidRow, RepeatedId, ResolverFailed
from mimir.core.descriptor import DescriptorError
from mimir.core.fields import InvalidField
from mimir.core.json_text import NotJson
from mimir.core.limits import ERROR_TEXT_MAX_CHARS
from mimir.core.oracle.fallback import NotInPlan
from mimir.core.pricing.cost import MissingRate
from mimir.core.pricing.cube import InexactRate
from mimir.core.pricing.near import AmbiguousModel, UnknownModel
from mimir.core.pricing.price import NegativeUsage, PricingError, UnknownTier
from mimir.core.pricing.table import PriceTableError, PriceTableUnusable
from mimir.core.pricing.terms import UnreadableTerm
from mimir.core.quality_bar import QualityBarUnsupported
from mimir.core.record.build import KeyInRecord, RecordError
from mimir.core.record.parse import RecordParseError, UnknownSchema
from mimir.core.record.stored_inputs import DamagedInput
from mimir.core.redaction.custom import InvalidRule
from mimir.core.redaction.gate import PayloadTooDeep, RedactionError
from mimir.core.redaction.text import scrub
from mimir.core.review.replay import Drift
from mimir.core.route.failure import HttpError, RequestFailed, RouteError

MimirError: TypeAlias = (
    InvalidField
    | NotJson
    | DescriptorError
    | CatalogError
    | NotInPlan
    | PricingError
    | PriceTableError
    | RecordError
    | RecordParseError
    | NotCanonical
    | DamagedInput
    | Drift
    | RedactionError
    | InvalidRule
    | EventRejected
    | RouteError
)
"""Every error of every public function."""

_ELLIPSIS: Final = "..."


def describe(error: MimirError) -> str:
    """Say in one line what went wrong: the code, then the message, at most 512 characters.

    >>> from mimir.core.descriptor import parse
    >>> describe(parse({"task_class": 5}).failure())
    'invalid_descriptor: task_class: required non-empty string, got 5'
    """
    where = error.line if isinstance(error, InvalidField) else _message(error)
    return _bounded(scrub(" ".join(f"{error.code}: {where}".splitlines())))


def _message(error: MimirError) -> str:
    match error:
        case InvalidField() | NotJson() | QualityBarUnsupported() | NotInPlan():
            return error.message
        case InvalidRow() | RepeatedId() | ResolverFailed():
            return error.message
        case UnknownModel() | AmbiguousModel() | UnknownTier() | MissingRate():
            return error.message
        case UnreadableTerm() | NegativeUsage() | InexactRate() | PriceTableUnusable():
            return error.message
        case KeyInRecord() | UnknownSchema() | NotCanonical() | DamagedInput() | Drift():
            return error.message
        case EventRejected() | PayloadTooDeep() | InvalidRule() | HttpError() | RequestFailed():
            return error.message
        case _:
            assert_never(error)


def _bounded(text: str) -> str:
    if len(text) <= ERROR_TEXT_MAX_CHARS:
        return text
    return text[: ERROR_TEXT_MAX_CHARS - len(_ELLIPSIS)] + _ELLIPSIS
