"""Files that a user names: read strictly, or refused in one line."""

import io
import os
import sys

import pytest

from mimir.core.outcome import Failure, Success
from mimir.shell.cli import files
from mimir.shell.cli.files import read_data, read_json, read_toml
from mimir.shell.cli.main import main

LIMIT = 10_000

BAD_JSON = [
    (b"", "is empty"),
    (b" \n\t ", "is empty"),
    (b"\xef\xbb\xbf{}", "begins with a byte order mark; save it as UTF-8 without one"),
    ("{}".encode("utf-16"), "is UTF-16; save it as UTF-8"),
    (b'{"a": "\xff"}', "is not UTF-8 at byte 7"),
    (b'{"a": 1,\n "b": }', "is no JSON: Expecting value at line 2 column 7"),
    (b"{} {}", "is no JSON: Extra data at line 1 column 4"),
    (b'{"a": "', "is no JSON: Unterminated string starting at at line 1 column 7"),
    (b'{"a": "\\', "is no JSON: Unterminated string starting at at line 1 column 7"),
    (b'{"a":\n\n  NaN}', "holds NaN, which is no JSON, at line 3 column 3"),
    (b"[-Infinity]", "holds -Infinity, which is no JSON, at line 1 column 2"),
    (b"[1, Infinity]", "holds Infinity, which is no JSON, at line 1 column 5"),
    (b"[1e999]", "holds a number too large for a float at line 1 column 2"),
    (b'{"a": 1, "a": 2}', 'holds the key "a" twice in one object'),
    (b"[" * 33 + b"]" * 33, "is nested deeper than 32 levels at line 1 column 33"),
    (b"[" * 9_000, "is nested deeper than 32 levels at line 1 column 33"),
    (b"[" + b"9" * 5_000 + b"]", "holds a number of 5000 characters at line 1 column 2"),
    (b"[1-2-3e4]", "is no JSON: Expecting ',' delimiter at line 1 column 3"),
    (b"[" + b"1" * LIMIT + b"]", "is larger than 10000 bytes"),
]


@pytest.mark.parametrize(("content", "problem"), BAD_JSON)
def test_bad_json_is_refused_with_its_reason(tmp_path, content, problem):
    path = tmp_path / "a.json"
    path.write_bytes(content)
    assert _problem(read_json(str(path), LIMIT)) == problem


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "is empty"),
        (b"\xef\xbb\xbfa = 1", "begins with a byte order mark; save it as UTF-8 without one"),
        (b"a = \n", "is no TOML: Invalid value (at line 1, column 5)"),
        (b"a = 1\na = 2\n", "is no TOML: Cannot overwrite a value (at end of document)"),
        (b"a = " + b"9" * 5_000, "holds a number that is too large to read"),
        (b"\x00\x01\x02\x03", "is no TOML: Invalid statement (at line 1, column 1)"),
    ],
)
def test_bad_toml_is_refused_with_its_reason(tmp_path, content, problem):
    path = tmp_path / "a.toml"
    path.write_bytes(content)
    seen = _problem(read_toml(str(path), LIMIT))
    assert seen.partition(" (at ")[0] == problem.partition(" (at ")[0]


def test_toml_nested_too_deep_is_refused(tmp_path):
    path = tmp_path / "a.toml"
    path.write_bytes(b"a = " + b"[" * 9_000)
    assert _problem(read_toml(str(path), LIMIT)).startswith("is n")


@pytest.mark.parametrize(
    ("content", "value"),
    [
        (b'{"a": [1, -2.5e3, true, null]}', {"a": [1, -2500.0, True, None]}),
        (b'["NaN", "[[[", "a\\"Infinity", "\\\\"]', ["NaN", "[[[", 'a"Infinity', "\\"]),
        (b"[" * 32 + b"]" * 32, None),
        ('{"\u00e9": "\U0001f600"}'.encode(), {"\u00e9": "\U0001f600"}),
        (b"[" + b"9" * 1_000 + b"]", [int("9" * 1_000)]),
        (b"7", 7),
    ],
)
def test_good_json_is_read(tmp_path, content, value):
    path = tmp_path / "a.json"
    path.write_bytes(content)
    read = read_json(str(path), LIMIT)
    assert isinstance(read, Success)
    assert value is None or read.unwrap() == value


def test_a_file_of_exactly_the_bound_is_read(tmp_path):
    path = tmp_path / "a.json"
    path.write_bytes(b"1".ljust(LIMIT))
    assert read_json(str(path), LIMIT) == Success(1)


def test_many_escaped_quotes_in_a_string_without_end_are_read_in_one_pass(tmp_path):
    path = tmp_path / "a.json"
    path.write_bytes(b'"' + b'\\"' * 4_000_000)
    seen = _problem(read_json(str(path), files.TABLE_MAX_BYTES))
    assert seen == "is no JSON: Unterminated string starting at at line 1 column 1"


def test_the_name_says_whether_a_file_is_toml(tmp_path):
    toml, other = tmp_path / "a.TOML", tmp_path / "a.txt"
    toml.write_text("a = 1", encoding="utf-8")
    other.write_text('{"a": 1}', encoding="utf-8")
    assert read_data(str(toml), LIMIT) == read_data(str(other), LIMIT) == Success({"a": 1})


def test_a_directory_a_missing_file_and_an_odd_name_are_refused(tmp_path):
    assert _problem(read_json(str(tmp_path), LIMIT)) == "is a directory"
    assert _problem(read_json(str(tmp_path / "none"), LIMIT)) == "no such file or directory"
    assert _problem(read_json("a\x00b", LIMIT)).startswith("embedded null")
    assert _problem(read_json("a" * 5_000, LIMIT)) == "file name too long"


@pytest.mark.parametrize("name", ["\udcff", "a\nb", "\x1b[31m", "\ud800" + "x"])
def test_the_name_of_a_file_is_shown_as_one_printable_line(name):
    message = read_json(name, LIMIT).failure().message
    assert message.isprintable()


def test_an_unreadable_file_is_refused(tmp_path, monkeypatch):
    path = tmp_path / "a.json"
    path.write_text("{}", encoding="utf-8")

    def refuse(*_args, **_kwargs):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("mimir.shell._files.opened", refuse)
    assert _problem(read_json(str(path), LIMIT)) == "permission denied"


def test_a_file_that_never_ends_is_read_up_to_the_bound():
    assert _problem(read_json("/dev/zero", LIMIT)) == "is larger than 10000 bytes"


def test_a_dash_is_standard_input(monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"[1]")))
    assert read_json("-", LIMIT) == Success([1])


def test_a_closed_standard_input_is_refused(monkeypatch):
    monkeypatch.setattr(sys, "stdin", None)
    assert read_json("-", LIMIT).failure().message == "standard input: is closed"


def test_a_standard_input_that_fails_is_refused(monkeypatch):
    class Broken(io.RawIOBase):
        def readable(self):
            return True

        def read(self, _size=-1):
            raise OSError(5, os.strerror(5))

    stream = io.TextIOWrapper(io.BytesIO(b""))
    monkeypatch.setattr(sys, "stdin", stream)
    monkeypatch.setattr(files, "_stdin", Broken)
    assert read_json("-", LIMIT).failure().message == "standard input: input/output error"


def test_a_key_in_a_refused_file_is_not_shown(tmp_path):
    key = "sk-" + "a1" * 20
    path = tmp_path / "a.json"
    path.write_text(f'{{"{key}": 1, "{key}": 2}}', encoding="utf-8")
    error = read_json(str(path), LIMIT).failure()
    assert error.code == "file_refused"
    assert key not in error.message


def _problem(read):
    assert isinstance(read, Failure)
    return read.failure().problem


HOSTILE = {
    "random": bytes(range(256)) * 64,
    "UTF-16": '{"a": 1}'.encode("utf-16"),
    "NUL": b"\x00" * 1_000,
    "huge": b" " * (files.TABLE_MAX_BYTES + 1),
    "deep": b"[" * 100_000,
    "many": b"[" + b"{}," * 2_500_000 + b"{}]",
    "dotted": b"a" + b".a" * 5_000 + b" = 1",
    "tables": b"[" + b"a." * 5_000 + b"a]",
    "digits": b"a = " + b"9" * 100_000,
    "quotes": b'"' * 100_001,
}
COMMANDS = [
    ("place", "--catalog", "{path}", "{good}"),
    ("place", "--catalog", "{catalog}", "{path}"),
    ("place", "--catalog", "{catalog}", "{good}", "--policy", "{path}"),
    ("place", "--catalog", "{catalog}", "{good}", "--rates", "{path}"),
    ("place", "--catalog", "{catalog}", "{good}", "--scorecards", "{path}"),
    ("explain", "--catalog", "{catalog}", "{path}"),
    ("replay", "{path}"),
    ("simulate", "{path}"),
    ("price", "openai:gpt-4o", "{path}"),
    ("prices", "diff", "{path}", "vendored"),
    ("prices", "lint", "{path}"),
]


def _ran(command, path, tmp_path, capsys):
    good, catalog = tmp_path / "good.json", tmp_path / "catalog.json"
    good.write_text(
        '{"task_class": "a", "budget_ceiling_microdollars": 1, "latency_tolerance_ms": 1}'
    )
    catalog.write_text('[{"id": "a", "model": "p:m", "lane": "p", "runtime": "managed"}]')
    places = {"path": str(path), "good": str(good), "catalog": str(catalog)}
    code = main([word.format(**places) for word in command])
    return code, capsys.readouterr().err


@pytest.mark.parametrize("suffix", [".json", ".toml"])
@pytest.mark.parametrize("what", HOSTILE)
@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_refuses_a_hostile_file_in_one_line(command, what, suffix, tmp_path, capsys):
    path = tmp_path / f"hostile{suffix}"
    path.write_bytes(HOSTILE[what])
    code, told = _ran(command, path, tmp_path, capsys)
    assert code == 2
    assert len(told.splitlines()) == 1
    assert len(told) <= 600
    assert "Traceback" not in told
    assert "internal error" not in told


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_refuses_a_folder_and_a_file_that_is_missing(command, tmp_path, capsys):
    for path in (tmp_path / "folder", tmp_path / "none"):
        (tmp_path / "folder").mkdir(exist_ok=True)
        code, told = _ran(command, path, tmp_path, capsys)
        assert (code, len(told.splitlines())) == (2, 1)
