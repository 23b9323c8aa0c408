"""Every command against every kind of file that it is given in place of its own.

Rules:
1. The exit code is 1 or 2, and what is said is one short line for each fault, never a traceback.
2. A pipe, a device, a folder, a link to itself and a file of somebody else's wait for nothing: the
   commands run in a process of their own, which is given up after a minute.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

GIVE_UP_SECONDS = 60

DEEP = b"[" * 100_000
CONTENTS = {
    "empty": b"",
    "random": bytes(range(256)) * 64,
    "utf-16": '{"a": 1}'.encode("utf-16"),
    "nul": b"\0" * 4_096,
    "deep": DEEP,
    "deep toml": b"a = " + DEEP,
    "digits": b'{"a": ' + b"9" * 100_000 + b"}",
    "gzip": b"\x1f\x8b\x08" + b"\0" * 64,
    "wheel": b"PK\x03\x04" + b"\0" * 64,
}
KINDS = (*CONTENTS, "huge", "pipe", "device", "folder", "loop", "closed", "none")

COMMANDS = {
    "place": ("place", "--catalog", "{file}", "ok.json"),
    "place a descriptor": ("place", "--catalog", "ok.toml", "{file}"),
    "place by a policy": ("place", "--catalog", "ok.toml", "--policy", "{file}", "ok.json"),
    "explain": ("explain", "--catalog", "{file}", "ok.json"),
    "replay": ("replay", "{file}"),
    "simulate": ("simulate", "{file}"),
    "cost": ("cost", "{file}"),
    "cost by rates": ("cost", "--rates", "{file}", "ok.jsonl"),
    "prices diff": ("prices", "diff", "{file}", "{file}"),
    "prices lint": ("prices", "lint", "{file}"),
    "prices refresh": ("prices", "refresh", "--from", "{file}", "--to", "out"),
}

_RUN = """
import sys
from mimir.shell.cli.main import main
for line in sys.stdin.read().splitlines():
    code = main(line.split("\\t"))
    print(f"\\n={code}", flush=True)
    print("=", file=sys.stderr, flush=True)
"""


def file_of(kind: str, folder: Path) -> str:
    """Make a file of ``kind``, and return its name."""
    path = folder / f"{kind.replace(' ', '_')}{'.toml' if 'toml' in kind else '.json'}"
    if kind in CONTENTS:
        path.write_bytes(CONTENTS[kind])
    elif kind == "huge":
        path.touch()
        os.truncate(path, 1 << 28)
    elif kind == "pipe":
        os.mkfifo(path)
    elif kind == "device":
        return "/dev/zero"
    elif kind == "folder":
        path.mkdir()
    elif kind == "loop":
        path.symlink_to(path)
    elif kind == "closed":
        path.write_bytes(b"{}")
        path.chmod(0)
    return path.name


NO_FAULT = {("cost", "empty"), ("cost", "pipe"), ("cost by rates", "closed")}
"""A usage log of no lines costs nothing; and whoever runs as root may read every file."""


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_refuses_every_such_file_in_a_short_line(command: str, tmp_path: Path) -> None:
    (tmp_path / "ok.json").write_text(
        '{"task_class": "a", "budget_ceiling_microdollars": 1, "latency_tolerance_ms": 1}'
    )
    (tmp_path / "ok.toml").write_text(
        '[[entry]]\nid = "a"\nmodel = "p:m"\nlane = "p"\nruntime = "managed"\n'
    )
    (tmp_path / "ok.jsonl").write_text('{"model": "openai:gpt-4o", "usage": {"input_tokens": 1}}')
    files = [file_of(kind, tmp_path) for kind in KINDS]
    lines = ["\t".join(word.format(file=file) for word in COMMANDS[command]) for file in files]
    done = subprocess.run(
        [sys.executable, "-c", _RUN],
        input="\n".join(lines).encode(),
        capture_output=True,
        cwd=tmp_path,
        timeout=GIVE_UP_SECONDS,
        check=True,
    )
    codes = [line[1:] for line in done.stdout.decode().splitlines() if line.startswith("=")]
    told = done.stderr.decode("utf-8").split("=\n")[:-1]
    for kind, code, said in zip(KINDS, codes, told, strict=True):
        assert code in ("012" if (command, kind) in NO_FAULT else "12"), (kind, code, said)
        assert "Traceback" not in said
        assert all(len(line) <= 1_024 for line in said.splitlines()), (kind, said)
        assert code != "2" or said.strip(), kind
