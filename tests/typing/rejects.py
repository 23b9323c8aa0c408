"""What a type checker must refuse: every line that ends in ``refused``, and no other.

Nothing here is ever run.
"""

from typing import assert_never

import httpx

from mimir import (
    Chosen,
    Descriptor,
    Entry,
    EntryId,
    Excluded,
    Failure,
    Femtodollars,
    Lane,
    Model,
    NoCandidate,
    Outcome,
    Placement,
    Policy,
    Quote,
    Ranked,
    Secret,
    Success,
    Usage,
    Verdict,
    parse_descriptor,
    place,
    scrub,
    to_microdollars,
)
from mimir.shell.router import RouterClient


def an_asynchronous_client_is_no_synchronous_one(client: httpx.AsyncClient) -> None:
    RouterClient.connect("https://r.example", "t", client=client)  # refused


def a_lane_is_no_model(entry: Entry) -> Lane:
    return entry.model  # refused


def a_text_is_no_lane() -> Lane:
    return "openai"  # refused


def a_model_stands_where_the_lane_belongs(model: Model) -> Entry:
    return Entry(
        id=EntryId("a"),
        model=model,
        lane=model,  # refused
        runtime="managed",
    )


def a_word_outside_the_vocabulary() -> Policy:
    return Policy(unpriced="cheap")  # refused


def a_text_is_no_word(word: str) -> Policy:
    return Policy(unpriced=word)  # refused


def a_runtime_preference_is_closed() -> Descriptor:
    return Descriptor(
        task_class="chat",
        budget_ceiling_microdollars=1,
        latency_tolerance_ms=1,
        runtime_preference="cloud",  # refused
    )


def a_descriptor_has_a_budget() -> Descriptor:
    return Descriptor(task_class="chat", latency_tolerance_ms=1)  # refused


def usage_is_named() -> Usage:
    return Usage(5, 6)  # refused


def values_are_frozen(descriptor: Descriptor) -> None:
    descriptor.task_class = "batch"  # refused


def an_outcome_is_no_value(raw: object) -> Descriptor:
    return parse_descriptor(raw)  # refused


def an_outcome_has_no_fields(raw: object) -> str:
    return parse_descriptor(raw).task_class  # refused


def both_sides_are_matched(decision: Outcome[Placement, NoCandidate]) -> str:
    match decision:
        case Success(placement):
            return placement.chosen.id
        case _:
            assert_never(decision)  # refused


def a_side_has_its_own_type(decision: Outcome[Placement, NoCandidate]) -> str:
    match decision:
        case Success(placement):
            return placement.chosen.id
        case Failure(none):
            return none.chosen.id  # refused


def every_verdict_is_matched(verdict: Verdict) -> str:
    match verdict:
        case Chosen() | Ranked():
            return verdict.word
        case _:
            assert_never(verdict)  # refused


def a_ranked_entry_has_no_reason(verdict: Verdict) -> object:
    return verdict if isinstance(verdict, Excluded) else verdict.reason  # refused


def a_microdollar_is_no_femtodollar(budget: int) -> int:
    return to_microdollars(budget)  # refused


def exact_money_is_made_by_name() -> Femtodollars:
    return 10**15  # refused


def a_float_is_no_rate() -> Quote:
    return Quote(Model("a:b"), 0.5, 1, "config", None)  # refused


def a_secret_is_no_text(token: Secret) -> str:
    return scrub(token)  # refused


def a_snapshot_is_needed(descriptor: Descriptor, policy: Policy) -> object:
    return place(descriptor, policy)  # refused
