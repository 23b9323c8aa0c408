"""The command line as a whole: how every run ends, and that none ends in a traceback."""

import os
import subprocess
import sys

import pytest

from mimir import __version__
from mimir.shell.cli import main as dispatcher
from mimir.shell.cli.main import main

COMMANDS = ["place", "catalog", "price", "cost", "prices", "smoke"]
PLACE = ["place", "--catalog", "catalog.toml", "--descriptor", "-"]
INIT = ["catalog", "init", "--provider", "openai"]


def run(argv, **given):
    """Run the module in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "mimir", *argv],
        capture_output=True,
        check=False,
        timeout=60,
        **given,
    )


def shell(line, **given):
    """Run a line of shell script in which $MIMIR is the command."""
    mimir = f'"{sys.executable}" -m mimir'
    return subprocess.run(
        ["sh", "-c", line.replace("$MIMIR", mimir)],
        capture_output=True,
        check=False,
        timeout=60,
        **given,
    )


def test_without_a_command_the_help_is_printed(capsys):
    assert main([]) == 0
    out = capsys.readouterr().out
    assert out.startswith("usage: mimir")
    for command in COMMANDS:
        assert f"  {command} " in out


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(capsys, command):
    assert main([command, "--help"]) == 0
    seen = capsys.readouterr()
    assert seen.out.startswith(f"usage: mimir {command}")
    assert seen.err == ""


def test_the_version_is_printed(capsys):
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"mimir {__version__}\n"


@pytest.mark.parametrize(
    "argv",
    [
        ["plcae"],
        ["--nope"],
        ["\udcff\ud800"],
        ["a\nb\x1b[31m"],
        ["x" * 100_000],
        ["\u00e9\U0001f600"],
        [""],
        ["-"],
        ["--", "place"],
        ["--vers"],
    ],
)
def test_a_command_that_is_none_is_one_line_and_2(capsys, argv):
    code = main(argv)
    seen = capsys.readouterr()
    assert (code, seen.out) == (2, "")
    assert seen.err.startswith("mimir: ")
    assert seen.err[:-1].isprintable()
    assert len(seen.err) < 600


def test_a_key_given_as_an_argument_is_not_shown(capsys):
    key = "sk-" + "a1" * 20
    assert main(["smoke", key]) == 2
    assert key not in capsys.readouterr().err


def test_an_exception_that_nobody_foresaw_is_one_line_and_1(capsys, monkeypatch):
    def register(commands):
        commands.add_parser("boom").set_defaults(run=boom)

    def boom(*_args):
        raise LookupError(*_args)

    monkeypatch.setattr(dispatcher, "COMMANDS", (register,))
    assert main(["boom"]) == 1
    assert capsys.readouterr().err == "mimir: internal error: LookupError\n"


def test_an_interrupt_is_quiet_and_130(capsys, monkeypatch):
    def register(commands):
        commands.add_parser("wait").set_defaults(run=wait)

    def wait(_args):
        raise KeyboardInterrupt

    monkeypatch.setattr(dispatcher, "COMMANDS", (register,))
    assert main(["wait"]) == 130
    assert capsys.readouterr() == ("", "")


def test_the_module_runs_as_a_program():
    done = run(["--version"])
    assert (done.returncode, done.stdout.decode().strip()) == (0, f"mimir {__version__}")


def test_the_smoke_passes_as_a_program():
    done = run(["smoke"])
    assert (done.returncode, done.stderr, done.stdout.count(b"PASS ")) == (0, b"", 10)


def test_a_made_catalog_is_placed_on_as_programs(tmp_path):
    (tmp_path / "catalog.toml").write_bytes(run(INIT).stdout)
    wanted = b'{"task_class": "chat", "budget_ceiling_microdollars": 9, "latency_tolerance_ms": 9}'
    done = run(PLACE, cwd=tmp_path, input=wanted)
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.startswith(b"placed on openai:")


def test_a_closed_standard_input_is_one_line(tmp_path):
    (tmp_path / "catalog.toml").write_bytes(run(INIT).stdout)
    done = shell(f"$MIMIR {' '.join(PLACE)} <&-", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr == b"mimir: standard input: is closed\n"


def test_a_closed_standard_output_is_no_traceback():
    done = shell("$MIMIR catalog providers >&-")
    assert (done.returncode, done.stderr) == (0, b"")


def test_a_closed_standard_error_is_no_traceback():
    done = shell("$MIMIR nonsense 2>&-")
    assert (done.returncode, done.stdout) == (2, b"")


def test_a_reader_that_leaves_early_is_quiet():
    done = shell("$MIMIR catalog init --provider bedrock | head -n 1")
    assert done.stdout.count(b"\n") == 1
    assert done.stderr == b""


def test_a_full_disk_is_one_line_and_1():
    done = shell("$MIMIR catalog init --provider bedrock > /dev/full")
    assert (done.returncode, done.stderr) == (1, b"mimir: failed: no space left on device\n")


def test_an_output_that_knows_only_ascii_gets_escapes(tmp_path):
    catalog = '[[entry]]\nid = "caf\u00e9"\nmodel = "p:m"\nlane = "l"\nruntime = "local"\n'.encode()
    (tmp_path / "catalog.toml").write_bytes(catalog)
    wanted = b'{"task_class": "chat", "budget_ceiling_microdollars": 9, "latency_tolerance_ms": 9}'
    env = {**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    done = run(PLACE, cwd=tmp_path, input=wanted, env=env)
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"placed on caf\\xe9" in done.stdout


def test_arguments_that_are_no_unicode_are_one_line():
    done = subprocess.run(
        [sys.executable, "-m", "mimir", "price", b"\xff\xfe", "--input", "1"],
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert done.returncode in {1, 2}
    assert b"Traceback" not in done.stderr
    assert done.stderr.count(b"\n") == 1


def test_a_token_in_the_place_of_a_command_is_not_repeated(capsys):
    assert main(["--token", "q7Rt2LmX9vB4"]) == 2
    assert "q7Rt" not in capsys.readouterr().err


def test_who_is_interrupted_while_it_is_imported_ends_quietly_with_130():
    code = """
import runpy, sys
class Interrupt:
    def find_spec(self, name, path=None, target=None):
        if name == "mimir.shell.cli.main":
            raise KeyboardInterrupt
sys.meta_path.insert(0, Interrupt())
runpy.run_module("mimir", run_name="__main__", alter_sys=True)
"""
    ended = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, check=False, timeout=60
    )
    assert (ended.returncode, ended.stdout, ended.stderr) == (130, b"", b"")
