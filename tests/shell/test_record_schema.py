"""The published form of records is the form that is written, and the form that is read."""

import json
from collections import Counter
from collections.abc import Iterator
from copy import copy, deepcopy
from pathlib import Path

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from lengths import one_in
from mimir.core.outcome import Failure, Success
from mimir.core.record.forms import SCHEMA
from mimir.core.record.parse import UnknownSchema, parse
from mimir.core.record.schema import DecisionRecord, to_json
from mimir.core.record.seal import seal_inputs
from mimir.core.vocabulary import EXCLUSION_CLASSES
from mimir.shell import schemas
from mimir.shell.schemas import SchemaUnusable, record_schema
from mimir.testing import decision_records, json_values

GOLDEN = Path(__file__).parents[1] / "golden"
RECORDS_2, RECORDS = (
    [json.loads(line) for line in (GOLDEN / f"records-{number}.jsonl").read_bytes().splitlines()]
    for number in (2, 3)
)
PUBLISHED = {number: record_schema(number).unwrap() for number in range(1, SCHEMA + 1)}
VALIDATORS = {number: Draft202012Validator(schema) for number, schema in PUBLISHED.items()}

Document = dict[str, object]
Path_ = tuple[str | int, ...]

SINCE_2: dict[str, tuple[str, ...]] = {
    "": ("engine_version", "parent_decision_id", "inputs", "policy", "ranker"),
    "descriptor": ("quality_bar",),
    "snapshot": ("age_microseconds", "remaining_microdollars"),
}
"""What schema 1 lacks of 2, by the member that it stands in; of a candidate, ``COSTS``."""

COSTS = ("projected_femtodollars", "rank", "rank_key")
SINCE_3: dict[str, tuple[str, ...]] = {
    "policy": ("probe_first", "when_unhealthy"),
    "snapshot": ("probes",),
    "verdict": ("unhealthy",),
}
"""What schema 2 lacks of 3; of a candidate, ``probe``."""

OTHERS: list[object] = [
    *(None, True, False, 0, 1, -1, 2**63, -(2**63), 1.5, [], {}, [1], {"x": 1}),
    *("", "x", "0", "-7", "007", "any", "rd_", "sha256:0", "x" * 600, "2026-01-01"),
    *("placement", "no_candidate", "chosen", "ranked", "excluded", "weighted", "fastest_first"),
    *("wait", "least_bad", ["", "x"]),
]

NEW_REASONS = ("probe_first", "least_bad")

READ_AS_THEY_STAND = ("reason", "reasons")
"""Where the schema asks for more than the reader: it keeps what a reason says, and a replay derives
it again and names the difference."""


def dropped(record: Document, since: dict[str, tuple[str, ...]], *marks: str) -> Document:
    """Drop members of parts of a record, and of its candidates."""
    made = deepcopy(record)
    for name, keys in since.items():
        part = made[name] if name else made
        for key in keys:
            del part[key]  # type: ignore[attr-defined]
    for row in made["verdict"]["candidates"]:  # type: ignore[index]
        for key in marks:
            row.pop(key, None)
    return made


def schema_2(record: Document) -> Document:
    """Drop what schema 2 lacks; a reason that it lacks becomes one that it has."""
    made = {**dropped(record, SINCE_3, "probe"), "schema": 2}
    reasons: list[str] = made["verdict"]["reasons"]  # type: ignore[index]
    reasons[:] = ["least_weighted" if word in NEW_REASONS else word for word in reasons]
    return made


def schema_1(record: Document) -> Document:
    """Drop what schema 1 lacks of 2."""
    return {**dropped(record, SINCE_2, *COSTS), "schema": 1}


def is_valid(record: Document) -> bool:
    number = record.get("schema") if isinstance(record, dict) else None
    validator = VALIDATORS[number] if type(number) is int and number in VALIDATORS else None
    return validator is not None and validator.is_valid(record)


def is_read(record: Document) -> bool:
    return isinstance(parse(record), Success)


def paths(part: object, path: Path_ = ()) -> Iterator[Path_]:
    """Give the path of everything in a record, the whole first."""
    yield path
    if isinstance(part, dict):
        for key, item in part.items():
            yield from paths(item, (*path, key))
    elif isinstance(part, list):
        for at, item in enumerate(part):
            yield from paths(item, (*path, at))


def at(record: object, path: Path_) -> object:
    for step in path:
        record = record[step]  # type: ignore[index]
    return record


def place_of(record: Document, path: Path_) -> str:
    """Name a place by its kind: a candidate by its verdict and class, a ranker by its name."""
    steps = [step if isinstance(step, str) else "*" for step in path]
    words: list[object] = [record["schema"], *steps]
    for part in (at(record, path[:depth]) for depth in range(len(path) + 1)):
        if isinstance(part, dict):
            words += [part[key] for key in ("outcome", "name", "class", "quality") if key in part]
            words += [part["verdict"]] if "id" in part else []
    if "candidates" in path[:-1]:
        words.remove(record["verdict"]["outcome"])  # type: ignore[index]
    return " ".join(str(word) for word in words)


def places() -> list[tuple[Document, Path_]]:
    """Give a golden record for each kind of place, in every form: the shortest that has it."""
    found: dict[str, tuple[Document, Path_]] = {}
    every = [*RECORDS, *RECORDS_2, *map(schema_1, RECORDS_2)]
    for record in sorted(every, key=lambda record: len(json.dumps(record))):
        for path in paths(record):
            found.setdefault(place_of(record, path), (record, path))
    return list(found.values())


PLACES = places()


def changed(record: Document, path: Path_, value: object) -> Document:
    """Return ``record`` with another value at ``path``; what lies beside the path is shared."""
    if not path:
        return value  # type: ignore[return-value]
    made = copy(record)
    made[path[0]] = changed(record[path[0]] if len(path) > 1 else {}, path[1:], value)  # type: ignore[index, arg-type]
    return made


def without(record: Document, path: Path_) -> Document:
    made = deepcopy(record)
    del at(made, path[:-1])[path[-1]]  # type: ignore[attr-defined]
    return made


def is_read_as_it_stands(path: Path_) -> bool:
    return any(name in path for name in READ_AS_THEY_STAND)


@pytest.mark.parametrize("number", PUBLISHED)
def test_the_schema_is_one_and_says_which(number: int) -> None:
    schema = PUBLISHED[number]
    Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["$id"] == f"urn:mimir-oracle:decision-record:{number}"


def objects(schema: object) -> Iterator[Document]:
    """Give every part of a schema that describes an object."""
    if isinstance(schema, dict):
        if "additionalProperties" in schema:
            yield schema
        for item in schema.values():
            yield from objects(item)
    elif isinstance(schema, list):
        for item in schema:
            yield from objects(item)


@pytest.mark.parametrize("number", PUBLISHED)
def test_every_object_is_closed_and_every_field_described(number: int) -> None:
    schema = PUBLISHED[number]
    assert len(list(objects(schema))) > 15
    described: dict[str, Document] = schema["$defs"]  # type: ignore[assignment]
    for part in objects(schema):
        assert part["additionalProperties"] is False
        for name, field in part["properties"].items():  # type: ignore[attr-defined]
            reference = field.get("$ref", "").rpartition("/")[2]
            said = field.get("description") or described.get(reference, {}).get("description")
            assert said or set(field) & {"const", "enum", "oneOf"}, name
        optional = set(part["properties"]) - set(part["required"])  # type: ignore[call-overload]
        assert optional <= {"unpriced", "probe"}


@given(decision_records(), st.booleans())
@settings(deadline=None)
def test_every_record_that_is_written_is_valid(record: DecisionRecord, sealed: bool) -> None:
    digests = seal_inputs(record.decision.inputs).unwrap().digests if sealed else None
    document = to_json(evolve(record, digests=digests))
    read: Document = json.loads(json.dumps(document))
    for form in (read, schema_2(read), schema_1(schema_2(read))):
        VALIDATORS[form["schema"]].validate(form)  # type: ignore[index]
        assert is_read(form)


def test_every_golden_record_is_valid_in_its_form_and_in_the_first() -> None:
    for record in (*RECORDS, *RECORDS_2, *map(schema_1, RECORDS_2)):
        VALIDATORS[record["schema"]].validate(record)


def test_a_record_is_of_one_schema() -> None:
    for record in RECORDS[:5]:
        second = schema_2(record)
        for form in (record, second, schema_1(second)):
            for number in {*PUBLISHED} - {form["schema"]}:
                assert not VALIDATORS[number].is_valid({**form, "schema": number})
                assert not is_read({**form, "schema": number})


@pytest.mark.parametrize("word", NEW_REASONS)
def test_a_reason_of_schema_3_is_none_of_schema_2(word: str) -> None:
    placed = next(record for record in RECORDS if record["verdict"]["outcome"] == "placement")
    path: Path_ = ("verdict", "reasons", 1)
    assert is_valid(changed(placed, path, word))
    assert not is_valid(changed(schema_2(placed), path, word))


def test_the_golden_records_have_every_kind_of_place() -> None:
    kinds = " ".join(place_of(record, path) for record, path in PLACES)
    assert len(PLACES) > 200
    words = ("chosen", "ranked", "below", "unknown", "weighted", "unpriced", "agent", "probe")
    for word in (*words, "wait_milliseconds", "probe_first", "when_unhealthy", "probes"):
        assert word in kinds
    for word in EXCLUSION_CLASSES:
        assert f"{word} excluded" in kinds or f"excluded {word}" in kinds, word


def test_a_record_that_lacks_a_key_is_refused_by_both() -> None:
    for record, path in PLACES:
        if not path or isinstance(path[-1], int) or path[-1] in ("unpriced", "probe"):
            continue
        lacking = without(record, path)
        assert not is_valid(lacking), path
        assert not is_read(lacking) or is_read_as_it_stands(path[:-1]), path


def test_a_key_that_is_not_known_is_refused_by_both() -> None:
    for record, path in PLACES:
        if isinstance(at(record, path), dict):
            more = changed(record, (*path, "odd"), 1)
            assert not is_valid(more), path
            assert not is_read(more) or is_read_as_it_stands(path), path


@pytest.mark.parametrize("number", PUBLISHED)
def test_what_is_changed_is_accepted_by_both_or_by_neither(number: int) -> None:
    """Every other value at every place, some of them in turn where the test is not a long one."""
    verdicts: Counter[bool] = Counter()
    step = one_in(3 if number == max(PUBLISHED) else 9)
    for place, (record, path) in enumerate(PLACES):
        if record["schema"] != number:
            continue
        for value in OTHERS[place % step :: step]:
            other = changed(record, path, value)
            valid = is_valid(other)
            verdicts[valid] += 1
            assert is_read(other) == valid or is_read_as_it_stands(path), (path, value)
    assert verdicts[True] > 100 / step
    assert verdicts[False] > 1_000 / step


@given(decision_records(), st.data())
@settings(deadline=None)
def test_whatever_is_changed_what_is_read_is_valid(
    record: DecisionRecord, data: st.DataObject
) -> None:
    document: Document = json.loads(json.dumps(to_json(record)))
    path = data.draw(st.sampled_from(list(paths(document))))
    other = changed(document, path, data.draw(st.sampled_from(OTHERS) | json_values()))
    assert is_valid(other) or not is_read(other) or is_read_as_it_stands(path)


SECOND = RECORDS[1]
BEYOND_A_SCHEMA: dict[str, tuple[Path_, object]] = {
    "a day that is in no calendar": (("decided_at",), "2026-02-31T00:00:00Z"),
    "a year before the first": (("decided_at",), "0000-01-01T00:00:00Z"),
    "a number with a point": (("descriptor", "latency_tolerance_ms"), 5.0),
    "a text that UTF-8 cannot carry": (("workflow_id",), "\ud800"),
}
"""What the reader refuses and no schema can say."""


@pytest.mark.parametrize("name", BEYOND_A_SCHEMA)
def test_what_no_schema_can_say_is_refused_by_the_reader(name: str) -> None:
    other = changed(SECOND, *BEYOND_A_SCHEMA[name])
    assert is_valid(other)
    assert not is_read(other)


LEFT_TO_A_REPLAY: dict[str, tuple[Path_, object]] = {
    "an entry that is not the chosen one": (("verdict", "entry_id"), "other"),
    "two entries of one rank": (("verdict", "candidates", 0, "rank"), 7),
    "an age that is not the time between": (("snapshot", "age_microseconds"), 7),
    "another digest": (("inputs", "policy"), f"sha256:{64 * '0'}"),
    "another cost": (("verdict", "candidates", 0, "projected_femtodollars"), "7"),
}
"""What is of the right form and not so: what one field says of another."""


@pytest.mark.parametrize("name", LEFT_TO_A_REPLAY)
def test_what_fields_say_of_each_other_is_left_to_a_replay(name: str) -> None:
    record = next(
        item for item in RECORDS if "rank" in json.dumps(item["verdict"]["candidates"][:1])
    )
    other = changed(record, *LEFT_TO_A_REPLAY[name])
    assert is_valid(other)
    assert is_read(other)


def test_the_schema_is_the_callers_own() -> None:
    mine = record_schema().unwrap()
    mine["title"] = "mine"
    assert record_schema().unwrap()["title"] == f"Mimir decision record, schema {SCHEMA}"


@pytest.mark.parametrize("number", [0, -1, SCHEMA + 1])
def test_a_schema_that_is_not_known_is_told(number: int) -> None:
    refused = record_schema(number)
    assert isinstance(refused, Failure)
    assert isinstance(refused.failure(), UnknownSchema)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (None, "no such file or directory"),
        ("{", "is no JSON"),
        ("[]", "expected an object, got a list of 0 items"),
    ],
)
def test_a_damaged_package_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str | None, problem: str
) -> None:
    if content is not None:
        (tmp_path / "record-2.schema.json").write_text(content)
    monkeypatch.setattr(schemas, "DATA", str(tmp_path))
    refused = record_schema(2).failure()
    assert isinstance(refused, SchemaUnusable)
    assert refused.message == f"record-2.schema.json: {problem}"
