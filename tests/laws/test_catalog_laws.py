"""Laws of the catalog, and of the policy that stands on top of it."""

import json

from hypothesis import given
from hypothesis import strategies as st

from mimir.core import policy as policies
from mimir.core.catalog import UNKNOWN, InvalidRow, RepeatedId, ResolverFailed, resolve
from mimir.core.limits import ERROR_TEXT_MAX_CHARS
from mimir.core.outcome import Failure, Success
from mimir.core.policy import Policy
from mimir.core.vocabulary import Model
from mimir.testing import (
    anything,
    key_texts,
    raw_catalogs,
    raw_policies,
    raw_rows,
    spoiled,
)
from mimir.testing import (
    policies as valid_policies,
)

Rows = list[dict[str, object]]
ODD = ("anthropic:large", "openai:small", "bare")


def only_even(model: Model) -> object:
    return UNKNOWN if model in ODD else None


@given(raw_catalogs())
def test_the_entries_keep_the_order_of_their_rows(rows: Rows) -> None:
    catalog = resolve(rows).unwrap()
    assert [entry.id for entry in catalog.entries] == [row["id"] for row in rows]
    assert catalog.dropped == ()


@given(raw_catalogs())
def test_entries_and_dropped_rows_partition_the_rows(rows: Rows) -> None:
    catalog = resolve(rows, only_even).unwrap()
    dropped = {row.row: row.id for row in catalog.dropped}
    kept = [entry.id for entry in catalog.entries]
    assert [row["id"] for at, row in enumerate(rows) if at not in dropped] == kept
    assert {at: rows[at]["id"] for at in dropped} == dropped
    assert all((row["model"] in ODD) == (at in dropped) for at, row in enumerate(rows))


@given(raw_catalogs(), anything())
def test_a_spec_is_kept_as_it_is_and_changes_nothing_else(rows: Rows, spec: object) -> None:
    catalog = resolve(rows, lambda _model: spec).unwrap()
    assert all(entry.spec is spec for entry in catalog.entries)
    assert catalog == resolve(rows).unwrap()


@given(raw_catalogs(), raw_rows(), st.data())
def test_a_repeated_id_is_found_wherever_it_stands(
    rows: Rows, row: dict[str, object], data: st.DataObject
) -> None:
    rows = [other for other in rows if other["id"] != row["id"]]
    first = data.draw(st.integers(0, len(rows)))
    second = data.draw(st.integers(first + 1, len(rows) + 1))
    rows.insert(first, row)
    rows.insert(second, data.draw(raw_rows()) | {"id": row["id"]})
    error = resolve(rows, only_even).failure()
    assert isinstance(error, RepeatedId)
    assert (error.row, error.first_row) == (second, first)


@given(raw_catalogs(), st.data())
def test_a_malformed_row_is_named_wherever_it_stands(rows: Rows, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(rows)))
    field = data.draw(st.sampled_from(["id", "model", "lane", "runtime", "p50_latency_ms"]))
    rows.insert(at, data.draw(raw_rows()) | {field: 1.5})
    error = resolve(rows).failure()
    assert isinstance(error, InvalidRow)
    assert (error.row, error.field) == (at, field)


@given(raw_catalogs(), st.data())
def test_a_resolver_that_raises_is_named_with_its_row(rows: Rows, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(rows)))
    odd = data.draw(raw_rows()) | {"id": "the odd one", "model": "none:none"}
    rows = [row | {"id": str(number), "model": "a:b"} for number, row in enumerate(rows)]
    rows.insert(at, odd)

    def resolver(model: Model) -> object:
        return 1 / (model != "none:none")

    assert resolve(rows, resolver).failure() == ResolverFailed(at, "ZeroDivisionError")


@given(anything() | st.lists(anything() | spoiled(raw_rows()), max_size=3))
def test_whatever_comes_as_rows_an_outcome_comes_back(rows: object) -> None:
    outcome = resolve(rows)
    if isinstance(outcome, Failure):
        assert len(outcome.failure().message) <= 2 * ERROR_TEXT_MAX_CHARS


@given(raw_rows(), key_texts())
def test_no_error_of_a_row_quotes_a_key(row: dict[str, object], key: str) -> None:
    error = resolve([row | {"runtime": key}]).failure()
    assert key not in error.message


@given(raw_policies())
def test_a_raw_policy_reads_as_what_it_states(raw: dict[str, object]) -> None:
    policy = policies.parse(raw).unwrap()
    assert policy.unpriced == raw.get("unpriced", "last")
    assert policies.parse(json.loads(json.dumps(raw))) == Success(policy)


@given(valid_policies())
def test_a_policy_that_is_written_and_read_is_the_same(policy: Policy) -> None:
    assert policies.parse({**policies.to_json(policy)}) == Success(policy)


@given(anything() | spoiled(raw_policies()))
def test_whatever_comes_as_a_policy_an_outcome_comes_back(raw: object) -> None:
    outcome = policies.parse(raw)
    if isinstance(outcome, Failure):
        assert len(outcome.failure().message) <= ERROR_TEXT_MAX_CHARS
