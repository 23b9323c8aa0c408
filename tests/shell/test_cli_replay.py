"""``mimir place --store`` and ``mimir replay`` as a user runs them."""

import errno
import json
import subprocess
import sys
from pathlib import Path

import pytest

from mimir.shell.cli.main import main

CATALOG = """
[[entry]]
id = "cheap"
model = "house:cheap"
lane = "house"
runtime = "managed"

[[entry]]
id = "dear"
model = "house:dear"
lane = "other"
runtime = "managed"
"""
WANTED = {
    "task_class": "chat",
    "budget_ceiling_microdollars": 5_000,
    "latency_tolerance_ms": 900,
    "expected_tokens": {"in": 100, "out": 10},
}
RATES = {
    "house:cheap": {"input": 1_000_000, "output": 1_000_000},
    "house:dear": {"input": 3_000_000, "output": 3_000_000},
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "catalog.toml").write_text(CATALOG)
    (tmp_path / "wanted.json").write_text(json.dumps(WANTED))
    (tmp_path / "rates.json").write_text(json.dumps(RATES))
    monkeypatch.chdir(tmp_path)
    return tmp_path


PLACE = [
    *("place", "--catalog", "catalog.toml", "--descriptor", "wanted.json"),
    *("--rates", "rates.json", "--store", "store"),
]
Capture = pytest.CaptureFixture[str]


def placed(folder: Path, capsys: Capture, *more: str) -> str:
    """Place once; return the id of the decision."""
    assert main([*PLACE, *more]) in (0, 3)
    out = capsys.readouterr().out
    path = folder / out.splitlines()[-1].removeprefix("record: ")
    assert path.parent == folder / "store"
    return path.stem


def replayed(capsys: Capture, *records: str, store: str = "store") -> tuple[int, str, str]:
    code = main(["replay", *records, "--store", store])
    said = capsys.readouterr()
    assert "Traceback" not in said.err
    assert "internal error" not in said.err
    return code, said.out, said.err


def inputs_of(folder: Path, name: str) -> dict[str, Path]:
    record = json.loads((folder / "store" / f"{name}.json").read_text())
    return {
        kind: folder / "store" / "inputs" / f"{digest[7:]}.json"
        for kind, digest in record["inputs"].items()
    }


def change(folder: Path, name: str, **members: object) -> str:
    """Write a copy of a record with other members; return its path."""
    record = json.loads((folder / "store" / f"{name}.json").read_text())
    (folder / "copy.json").write_text(json.dumps({**record, **members}))
    return "copy.json"


def test_a_record_is_derived_again_by_its_id_and_by_its_path(folder: Path, capsys: Capture) -> None:
    name = placed(folder, capsys)
    assert replayed(capsys, name, f"store/{name}.json") == (0, f"{name}: identical\n" * 2, "")


def test_no_candidate_is_an_answer_that_is_derived_again(folder: Path, capsys: Capture) -> None:
    name = placed(folder, capsys, "--remaining", "0", "--ranker", "weighted:cost=1")
    assert replayed(capsys, name) == (0, f"{name}: identical\n", "")


def test_with_json_the_record_is_the_whole_output_and_what_is_stored(
    folder: Path, capsys: Capture
) -> None:
    assert main([*PLACE, "--json"]) == 0
    record = json.loads(capsys.readouterr().out)
    stored = json.loads((folder / "store" / f"{record['decision_id']}.json").read_text())
    assert stored == record
    assert replayed(capsys, record["decision_id"])[0] == 0


def test_two_decisions_share_what_is_the_same_and_leave_nothing_else(
    folder: Path, capsys: Capture
) -> None:
    one, two = placed(folder, capsys), placed(folder, capsys)
    first, second = inputs_of(folder, one), inputs_of(folder, two)
    shared = {kind for kind in first if first[kind] == second[kind]}
    assert shared == {"descriptor", "catalog", "policy", "ranker"}
    made = {path for path in (folder / "store").rglob("*") if path.is_file()}
    records = {folder / "store" / f"{name}.json" for name in (one, two)}
    assert made == {*first.values(), *second.values(), *records}


def test_several_processes_write_to_one_store_at_once(folder: Path, capsys: Capture) -> None:
    running = [
        subprocess.Popen(
            [sys.executable, "-m", "mimir", *PLACE],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]
    said = [process.communicate(timeout=120) for process in running]
    assert [process.returncode for process in running] == [0, 0, 0], said
    records = [str(path) for path in (folder / "store").glob("rd_*.json")]
    assert len(records) == 3
    assert replayed(capsys, *records)[0] == 0
    assert not [path for path in (folder / "store").rglob("*") if path.name.startswith(".")]


def test_the_verdict_that_differs_is_named(folder: Path, capsys: Capture) -> None:
    name = placed(folder, capsys)
    record = json.loads((folder / "store" / f"{name}.json").read_text())
    record["verdict"]["candidates"][1]["rank"] = 7
    code, out, _ = replayed(capsys, change(folder, name, verdict=record["verdict"]))
    assert code == 1
    assert out == (f"{name}: differs\n  verdict.candidates[1].rank: recorded 7, derived 2\n")


def test_the_input_that_differs_is_named(folder: Path, capsys: Capture) -> None:
    one, two = placed(folder, capsys), placed(folder, capsys, "--remaining", "9")
    inputs = json.loads((folder / "store" / f"{one}.json").read_text())["inputs"]
    other = json.loads((folder / "store" / f"{two}.json").read_text())["inputs"]
    swapped = {**inputs, "snapshot": other["snapshot"]}
    code, out, _ = replayed(capsys, change(folder, one, inputs=swapped))
    assert code == 1
    assert "  snapshot.remaining_microdollars: recorded null, derived 9\n" in out


def test_many_differences_are_cut_short(folder: Path, capsys: Capture) -> None:
    rows = [
        f'[[entry]]\nid = "e{n}"\nmodel = "house:cheap"\nlane = "l"\nruntime = "local"\n'
        for n in range(30)
    ]
    (folder / "catalog.toml").write_text("\n".join(rows))
    name = placed(folder, capsys)
    record = json.loads((folder / "store" / f"{name}.json").read_text())
    for row in record["verdict"]["candidates"]:
        row["rank"] += 1
    code, out, _ = replayed(capsys, change(folder, name, verdict=record["verdict"]))
    assert (code, out.splitlines()[-1], len(out.splitlines())) == (1, "  and 10 more", 22)


@pytest.mark.parametrize("kind", ["descriptor", "catalog", "policy", "snapshot", "ranker"])
def test_a_missing_and_a_damaged_input_are_named(folder: Path, capsys: Capture, kind: str) -> None:
    name = placed(folder, capsys)
    path = inputs_of(folder, name)[kind]
    content = path.read_bytes()
    path.write_bytes(content + b" ")
    code, out, _ = replayed(capsys, name)
    assert code == 1
    assert out.startswith(f"{name}: cannot be derived: {kind} sha256:{path.stem}: the digest")
    assert path.read_bytes() == content + b" "
    path.unlink()
    missing = f"{name}: cannot be derived: {kind} sha256:{path.stem} is not in the store\n"
    assert replayed(capsys, name) == (1, missing, "")


def test_a_record_that_names_no_inputs_is_told(folder: Path, capsys: Capture) -> None:
    code, out, _ = replayed(capsys, change(folder, placed(folder, capsys), inputs=None))
    assert code == 1
    assert "names no inputs" in out


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ('{"schema": 2, "dec', "is no JSON: Unterminated string"),
        ('{"schema": 4}', "schema 4 is not known; this version reads 1 to 3"),
        ("{}", "schema null is not known; this version reads 1 to 3"),
        ('{"schema": 2}', "decision_id: is required"),
        (None, "no such file or directory"),
    ],
)
def test_a_record_that_cannot_be_read_is_one_line(
    folder: Path, capsys: Capture, content: str | None, problem: str
) -> None:
    if content is not None:
        (folder / "bad.json").write_text(content)
    code, out, err = replayed(capsys, "bad.json")
    assert (code, out) == (2, "")
    assert err.startswith("mimir: bad.json: ")
    assert len(err.splitlines()) == 1
    assert problem in err


def test_an_input_and_a_record_that_may_not_be_read_are_told(
    folder: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = placed(folder, capsys)
    closed, opened = "inputs", Path.open

    def guarded(path: Path, mode: str) -> object:
        if closed in path.parts:
            raise PermissionError(errno.EACCES, "Permission denied")
        return opened(path, mode)

    monkeypatch.setattr(Path, "open", guarded)
    code, out, err = replayed(capsys, name)
    assert (code, err) == (1, "")
    assert out.startswith(f"{name}: cannot be derived: store/inputs/")
    assert out.endswith(".json: permission denied\n")
    closed = "store"
    refusal = f"mimir: store/{name}.json: permission denied\n"
    assert replayed(capsys, name) == (2, "", refusal)


def test_every_record_is_looked_at_and_the_worst_decides(folder: Path, capsys: Capture) -> None:
    name = placed(folder, capsys)
    copy = change(folder, name, decided_at="2020-01-01T00:00:00Z")
    code, out, err = replayed(capsys, "rd_" + "a" * 26, copy, name)
    assert code == 2
    assert len(err.splitlines()) == 1
    lines = out.splitlines()
    assert (lines[0], lines[-1]) == (f"{name}: differs", f"{name}: identical")
    assert replayed(capsys, copy, name)[0] == 1


@pytest.mark.parametrize("store", ["catalog.toml", "catalog.toml/store", "x" * 300])
def test_a_store_that_cannot_be_written_is_one_line(
    folder: Path, capsys: Capture, store: str
) -> None:
    before = (folder / "catalog.toml").read_text()
    assert main([*PLACE[:-1], store]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("mimir: ")
    assert len(said.err.splitlines()) == 1
    assert (folder / "catalog.toml").read_text() == before


def test_a_store_without_a_name_is_one_line(folder: Path, capsys: Capture) -> None:
    before = sorted(folder.iterdir())
    change = ["--ranker", "fastest_first"]
    for asked in (PLACE[:-2], ["replay", "x"], ["explain", "x"], ["simulate", *change]):
        assert main([*asked, "--store", ""]) == 2
        refused = "mimir: argument --store: expected the name of a folder, got nothing\n"
        assert capsys.readouterr() == ("", refused)
    assert sorted(folder.iterdir()) == before


def test_a_store_that_is_none_lacks_every_input(folder: Path, capsys: Capture) -> None:
    name = placed(folder, capsys)
    for store in ("nowhere", "catalog.toml", "x" * 300):
        code, out, _ = replayed(capsys, f"store/{name}.json", store=store)
        assert code == 1
        assert out.startswith(f"{name}: cannot be derived: ")
