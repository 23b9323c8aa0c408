"""Every error has a code and one bounded, scrubbed line."""

from types import UnionType
from typing import Any, Union, get_args, get_origin

import pytest

from mimir.core.buffer import EventRejected
from mimir.core.canonical import NotCanonical
from mimir.core.catalog import InvalidRow, RepeatedId, ResolverFailed
from mimir.core.descriptor import parse
from mimir.core.errors import MimirError, describe
from mimir.core.fields import InvalidField, Subject
from mimir.core.json_text import NotJson
from mimir.core.limits import ERROR_TEXT_MAX_CHARS
from mimir.core.oracle.fallback import NotInPlan
from mimir.core.pricing.cost import MissingRate
from mimir.core.pricing.cube import InexactRate
from mimir.core.pricing.near import AmbiguousModel, UnknownModel
from mimir.core.pricing.price import NegativeUsage, UnknownTier
from mimir.core.pricing.table import PriceTableUnusable
from mimir.core.pricing.terms import UnreadableTerm
from mimir.core.quality_bar import QualityBarUnsupported
from mimir.core.record.build import KeyInRecord
from mimir.core.record.parse import UnknownSchema
from mimir.core.record.stored_inputs import DamagedInput
from mimir.core.redaction.custom import InvalidRule
from mimir.core.redaction.gate import PayloadTooDeep
from mimir.core.review.replay import Difference, Drift
from mimir.core.route.failure import HttpError, RequestFailed
from mimir.core.route.kinds import FAILURE_KINDS
from mimir.core.verdict import NoCandidate
from mimir.core.vocabulary import DecisionId

KEY = "sk-" + "a1B2" * 12
PLAIN = "what was seen"
LONG = "x" * 2_000
LINES = "one\ntwo\rthree\x85four\u2028five"


def _samples(text: str) -> list[MimirError]:
    """Make one error of every class, with ``text`` wherever it quotes something."""
    return [
        InvalidField("descriptor", text, text),
        NotJson(text),
        QualityBarUnsupported(),
        InvalidRow(7, text, text),
        RepeatedId(7, 3, text),
        ResolverFailed(7, text),
        NotInPlan(text),
        UnknownModel(text),
        AmbiguousModel(text, ("openai:gpt-4o",)),
        UnknownTier(text),
        MissingRate(text, "input_tokens", "batch", None),
        UnreadableTerm(text, text, text),
        NegativeUsage(text),
        InexactRate(text, text, text),
        PriceTableUnusable("damaged", text),
        KeyInRecord(text),
        UnknownSchema(text),
        NotCanonical(text, text),
        DamagedInput("policy", text, text),
        Drift(DecisionId(text), (Difference(text, "1", text),)),
        PayloadTooDeep("request", "depth", f".{text}"),
        InvalidRule(text, text),
        EventRejected("invalid_gen_ai", text),
        HttpError(503, "other", text, None),
        RequestFailed("bad_response", text),
    ]


def _classes(union: object) -> set[object]:
    if get_origin(union) in (Union, UnionType):
        return {one for member in get_args(union) for one in _classes(member)}
    return {union}


def test_every_member_of_the_union_is_described_here() -> None:
    assert {type(error) for error in _samples(PLAIN)} == _classes(MimirError)


def test_no_candidate_is_an_answer_and_no_error() -> None:
    assert NoCandidate not in _classes(MimirError)


def test_what_is_no_error_is_not_described_as_one() -> None:
    answer: Any = "no candidate"
    with pytest.raises(AssertionError):
        describe(answer)


@pytest.mark.parametrize("error", _samples(PLAIN), ids=lambda error: type(error).__name__)
def test_a_description_begins_with_the_code_and_shows_the_message(error: MimirError) -> None:
    text = describe(error)
    assert text.startswith(f"{error.code}: ")
    assert text.endswith(error.message)


@pytest.mark.parametrize("error", _samples(LONG), ids=lambda error: type(error).__name__)
def test_a_long_description_is_cut_and_says_so(error: MimirError) -> None:
    text = describe(error)
    assert len(text) <= ERROR_TEXT_MAX_CHARS
    assert text.startswith(error.code)
    assert text.endswith("...") == (len(f"{error.code}: {error.message}") > ERROR_TEXT_MAX_CHARS)


@pytest.mark.parametrize("error", _samples(KEY), ids=lambda error: type(error).__name__)
def test_a_description_shows_no_key(error: MimirError) -> None:
    assert KEY not in describe(error)


@pytest.mark.parametrize("error", _samples(LINES), ids=lambda error: type(error).__name__)
def test_a_description_is_one_line(error: MimirError) -> None:
    assert len(describe(error).splitlines()) == 1


def test_a_line_end_that_an_error_quotes_ends_no_line() -> None:
    error = parse({"task_class": "a", "budget_ceiling_microdollars": "x\u2028y"}).failure()
    assert describe(error).splitlines() == [describe(error)]


def test_a_key_is_taken_out_before_the_text_is_cut() -> None:
    text = describe(EventRejected("invalid_gen_ai", "x" * (ERROR_TEXT_MAX_CHARS - 50) + " " + KEY))
    assert KEY[:16] not in text
    assert len(text) <= ERROR_TEXT_MAX_CHARS


def test_a_text_of_just_the_bound_is_not_cut() -> None:
    head = len("event_rejected: invalid_gen_ai: ")
    exact = describe(EventRejected("invalid_gen_ai", "x" * (ERROR_TEXT_MAX_CHARS - head)))
    assert (len(exact), exact[-3:]) == (ERROR_TEXT_MAX_CHARS, "xxx")


@pytest.mark.parametrize("subject", get_args(Subject))
def test_an_invalid_field_names_its_subject_and_its_field(subject: Subject) -> None:
    assert describe(InvalidField(subject, "a.b[0]", "no")) == f"invalid_{subject}: a.b[0]: no"


def test_an_input_of_the_wrong_shape_has_no_field_to_name() -> None:
    assert describe(InvalidField("policy", "", "expected an object")) == (
        "invalid_policy: expected an object"
    )


@pytest.mark.parametrize("kind", FAILURE_KINDS)
def test_every_kind_of_failed_request_is_its_own_code(kind: str) -> None:
    (failed,) = (RequestFailed(one) for one in FAILURE_KINDS if one == kind)
    assert describe(failed).startswith(f"{kind}: ")
