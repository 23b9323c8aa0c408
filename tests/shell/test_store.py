"""A folder of records and inputs: each once, whole, and never overwritten."""

import json
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from attrs import evolve

from mimir.core.catalog import Catalog
from mimir.core.descriptor import Descriptor
from mimir.core.entry import Entry
from mimir.core.inputs import Inputs
from mimir.core.instant import Instant
from mimir.core.outcome import Success
from mimir.core.policy import DEFAULT_POLICY
from mimir.core.ranker import FASTEST_FIRST
from mimir.core.record.schema import DecisionRecord
from mimir.core.record.seal import InputSeal
from mimir.core.review.replay import Match, replay
from mimir.core.snapshot import Snapshot
from mimir.core.vocabulary import DecisionId, EntryId, Lane, Model
from mimir.shell import _files
from mimir.shell.decide import decide_in
from mimir.shell.store import MissingInput, NotSealed, Store, StoreRefused, read_record

ENTRY = Entry(id=EntryId("a"), model=Model("p:m"), lane=Lane("p"), runtime="local")
INPUTS = Inputs(
    Descriptor(task_class="chat", budget_ceiling_microdollars=5, latency_tolerance_ms=9),
    Catalog((ENTRY,)),
    DEFAULT_POLICY,
    Snapshot(quotes={}, lanes={}, remaining=None, taken_at=Instant("2026-01-31T00:00:00Z")),
    FASTEST_FIRST,
)
ID = DecisionId("rd_" + "a" * 26)


def decided(inputs: Inputs = INPUTS, name: DecisionId = ID) -> tuple[DecisionRecord, InputSeal]:
    made = decide_in(
        inputs.snapshot,
        inputs.descriptor,
        inputs.catalog,
        inputs.policy,
        ranker=inputs.ranker,
        sealed=True,
        now=lambda: "2026-01-31T00:00:01Z",
        new_id=lambda: name,
    ).unwrap()
    assert made.seal is not None
    return made.record, made.seal


def files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def test_what_was_written_is_read_and_derived_again(tmp_path: Path) -> None:
    store = Store(tmp_path / "new" / "store")
    path = store.write(*decided()).unwrap()
    assert path == tmp_path / "new" / "store" / f"{ID}.json"
    record = read_record(path).unwrap()
    inputs = Store(str(store.root)).inputs(record).unwrap()
    assert inputs == INPUTS
    assert replay(record, inputs) == Success(Match(ID))


def test_what_two_decisions_share_is_there_once(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.write(*decided()).unwrap()
    asked = evolve(INPUTS, descriptor=evolve(INPUTS.descriptor, task_class="sum"))
    store.write(*decided(asked, DecisionId("rd_" + "b" * 26))).unwrap()
    assert len(files(tmp_path / "inputs")) == 6
    assert len(files(tmp_path)) == 8
    before = {path: path.stat().st_mtime_ns for path in files(tmp_path)}
    store.write(*decided()).unwrap()
    assert {path: path.stat().st_mtime_ns for path in files(tmp_path)} == before


def test_many_writers_at_once_write_each_file_once(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(lambda _: Store(tmp_path).write(*decided()), range(40)))
    assert {outcome.unwrap() for outcome in outcomes} == {tmp_path / f"{ID}.json"}
    assert len(files(tmp_path)) == 6


def test_a_writer_that_comes_second_looks_at_what_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "x"
    real = _files._link

    def late(where: Path, content: bytes) -> None:
        where.write_bytes(b"first")
        real(where, content)

    monkeypatch.setattr(_files, "_link", late)
    assert _files.put(path, b"first") is None
    path.unlink()
    refused = _files.put(path, b"second")
    assert refused is not None
    assert "holds something else" in refused.problem
    assert files(tmp_path) == [path]
    assert path.read_bytes() == b"first"


@pytest.mark.parametrize("which", ["record", "input"])
def test_nothing_is_overwritten(tmp_path: Path, which: str) -> None:
    record, seal = decided()
    name = f"{ID}.json" if which == "record" else f"inputs/{seal.descriptor.digest[7:]}.json"
    there = tmp_path / name
    there.parent.mkdir(exist_ok=True)
    there.write_text("mine")
    refused = Store(tmp_path).write(record, seal).failure()
    assert refused.message == (
        f"{there}: is there already and holds something else; nothing was written"
    )
    assert there.read_text() == "mine"
    assert which == "record" or not (tmp_path / f"{ID}.json").exists()


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    refused = Store(tmp_path / "file" / "store").write(*decided()).failure()
    assert isinstance(refused, StoreRefused)
    assert refused.problem == "not a directory"
    refused = Store(tmp_path / ("x" * 300)).write(*decided()).failure()
    assert refused.problem == "file name too long"
    assert files(tmp_path) == [tmp_path / "file"]


def test_a_disk_that_is_full_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    assert Store(tmp_path).write(*decided()).failure().problem == "no space left on device"
    assert files(tmp_path) == []


def test_an_input_that_came_later_is_found(tmp_path: Path) -> None:
    record, seal = decided()
    path = Store(tmp_path / "one").write(record, seal).unwrap()
    stored, store = read_record(path).unwrap(), Store(tmp_path / "two")
    missing = store.inputs(stored).failure()
    assert isinstance(missing, MissingInput)
    assert (missing.kind, missing.digest) == ("descriptor", seal.descriptor.digest)
    store.write(record, seal).unwrap()
    assert store.inputs(stored).unwrap() == INPUTS


@pytest.mark.parametrize("at", [1, 2, 3])
def test_each_input_that_is_missing_damaged_or_unreadable_is_named(tmp_path: Path, at: int) -> None:
    record, seal = decided()
    store = Store(tmp_path)
    stored = read_record(store.write(record, seal).unwrap()).unwrap()
    kind = ("descriptor", "catalog", "policy", "snapshot", "ranker")[at]
    path = tmp_path / "inputs" / f"{seal.contents[at].digest[7:]}.json"
    content = path.read_bytes()
    path.write_bytes(content[:-1])
    damaged = store.inputs(stored).failure()
    assert damaged.code == "damaged_input"
    assert damaged.message.startswith(f"{kind} {seal.contents[at].digest}: the digest does not")
    path.unlink()
    assert store.inputs(stored).failure().code == "missing_input"
    path.mkdir()
    assert store.inputs(stored).failure().message == f"{path}: is a directory"
    path.rmdir()
    path.write_bytes(content)
    assert store.inputs(stored).unwrap() == INPUTS


def test_a_record_that_names_no_inputs_has_none(tmp_path: Path) -> None:
    path = Store(tmp_path).write(*decided()).unwrap()
    raw = json.loads(path.read_text())
    path.write_text(json.dumps({**raw, "inputs": None}))
    refused = Store(tmp_path).inputs(read_record(path).unwrap()).failure()
    assert isinstance(refused, NotSealed)
    assert refused.message == f"{ID} names no inputs: it was made without a store"


def test_a_record_without_a_canonical_form_is_not_written(tmp_path: Path) -> None:
    record, seal = decided()
    refused = Store(tmp_path).write(evolve(record, step_id="\ud800"), seal).failure()
    assert refused.problem == ".step_id: holds a lone surrogate"
    assert files(tmp_path) == []


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "is no JSON: Expecting value"),
        (b'{"schema": 2, "dec', "is no JSON: Unterminated string"),
        (b"\xff", "is not UTF-8 at byte"),
        (b'{"a": 1, "a": 2}', "is no JSON: a key stands twice in one object"),
        (b'{"a": NaN}', "is no JSON: it holds NaN"),
        (b"[" * 200_000, "is nested too deep"),
        (b"9" * 5_000, "is no JSON: Exceeds the limit"),
        (b"[]", "expected an object"),
        (b'{"schema": 2}', "decision_id: is required"),
    ],
)
def test_what_is_no_record_is_told_in_a_line(tmp_path: Path, content: bytes, problem: str) -> None:
    path = tmp_path / "record.json"
    path.write_bytes(content)
    error = read_record(path).failure()
    assert isinstance(error, StoreRefused)
    assert error.path == str(path)
    assert error.problem.startswith(problem)


def test_a_record_of_a_later_version_is_told_as_one(tmp_path: Path) -> None:
    path = tmp_path / "record.json"
    path.write_text('{"schema": 7}')
    assert read_record(path).failure().code == "unknown_schema"


def test_a_file_that_is_too_large_or_has_no_name_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_files, "MAX_BYTES", 3)
    (tmp_path / "x").write_text("1234")
    assert _files.read(tmp_path / "x") == _files.Unusable("is larger than 3 bytes")
    assert _files.read(tmp_path / "a\0b") == _files.Unusable("is no name of a file")
    assert _files.read(tmp_path / "none") == _files.Unusable("no such file or directory", True)


def test_a_pipe_in_place_of_a_file_is_told_and_not_waited_for(tmp_path: Path) -> None:
    store = Store(tmp_path)
    record, seal = decided()
    path = store.write(record, seal).unwrap()
    stored = read_record(path).unwrap()
    for file in (path, *(tmp_path / "inputs").iterdir()):
        file.unlink()
        os.mkfifo(file)
    assert read_record(path).failure() == StoreRefused(str(path), "is no regular file")
    refused = store.inputs(stored).failure()
    assert isinstance(refused, StoreRefused)
    assert refused.problem == "is no regular file"
    assert isinstance(store.write(record, seal).failure(), StoreRefused)


@pytest.mark.parametrize(
    ("encoding", "problem"),
    [("utf-16", "is not UTF-8 at byte 0"), ("utf-8-sig", "is no JSON: Unexpected UTF-8 BOM")],
)
def test_a_record_is_utf_8(tmp_path: Path, encoding: str, problem: str) -> None:
    path = Store(tmp_path).write(*decided()).unwrap()
    path.write_bytes(path.read_bytes().decode("utf-8").encode(encoding))
    refused = read_record(path).failure()
    assert isinstance(refused, StoreRefused)
    assert refused.problem.startswith(problem)


def test_what_is_replaced_is_a_regular_file_or_nothing(tmp_path):
    report, pipe = tmp_path / "report", tmp_path / "pipe"
    assert _files.replace(report, b"first") is None
    assert _files.replace(report, b"second") is None
    assert report.read_bytes() == b"second"
    os.mkfifo(pipe)
    for path, problem in ((tmp_path, "is a directory"), (pipe, "is no regular file")):
        for refused in (_files.refusal(path), _files.replace(path, b"")):
            assert refused == _files.Unusable(problem)
    assert _files.refusal(report) is None
    assert report.read_bytes() == b"second"
    absent = _files.Unusable("no such file or directory", True)
    assert _files.replace(tmp_path / "none" / "report", b"") == absent
    assert sorted(path.name for path in tmp_path.iterdir()) == ["pipe", "report"]
