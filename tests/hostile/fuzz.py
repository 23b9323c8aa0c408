"""Fuzzing with atheris: bytes into everything that reads bytes or text, until the time is up.

    python tests/hostile/fuzz.py --seconds 60 [--target descriptor_text]

Rules:
1. A target crashes by raising; then its input is printed as Python writes it, and the exit code is
   not 0.
2. The corpus is what ``inputs.jsonl`` has of bytes and texts for the targets, and grows in memory.
3. Each target has its share of the time, in a process of its own: libFuzzer ends the process.
"""

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

HERE: Final = Path(__file__).parent
sys.path.insert(0, str(HERE))

import atheris  # noqa: E402

with atheris.instrument_imports(include=["mimir"]):
    from loader import load
    from targets import descriptor_text, price_list, price_table

    import mimir
    from mimir.core.canonical import digest
    from mimir.core.pricing import usage_line
    from mimir.core.route import response
    from mimir.shell import price_book
    from mimir.shell.cli.files import _toml

TARGETS: Final[dict[str, Callable[[bytes], Any]]] = {
    "descriptor_text": descriptor_text,
    "wire_response": lambda data: response.read(200, {}, data),
    "pricing_db_text": price_list,
    "pricing_db_bytes": price_table,
    "overlay": lambda data: price_book.read(data, "fuzz"),
    "toml": lambda data: _toml(data, 1_000_000),
    "stored": lambda data: mimir.read_stored_snapshot(mimir.Sealed(digest(data), data)),
    "scrub": lambda data: mimir.scrub(data.decode("utf-8", "replace")),
    "usage_line": lambda data: usage_line.read(data.decode("utf-8", "replace")),
}

_INPUT_MAX_BYTES: Final = 4_096


def main() -> int:
    """Fuzz one target in this process, or each of them in one of its own."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--target", choices=sorted(TARGETS))
    options = parser.parse_args()
    if options.target is not None:
        _fuzz(options.target, options.seconds)
    share = max(1, options.seconds // len(TARGETS))
    for name in TARGETS:
        command = [sys.executable, __file__, "--target", name, "--seconds", str(share)]
        code = subprocess.run(command, check=False).returncode
        if code:
            return code
    return 0


def _fuzz(name: str, seconds: int) -> None:
    read = TARGETS[name]

    def one(data: bytes) -> None:
        try:
            read(data)
        except Exception:
            sys.stderr.write(f"{name} raised on {data!r}\n")
            raise

    with tempfile.TemporaryDirectory() as corpus:
        for number, seed in enumerate(_seeds(name)):
            (Path(corpus) / str(number)).write_bytes(seed[:_INPUT_MAX_BYTES])
        limits = [f"-max_total_time={seconds}", f"-max_len={_INPUT_MAX_BYTES}", "-verbosity=0"]
        atheris.Setup([sys.argv[0], *limits, f"-artifact_prefix={corpus}/", corpus], one)
        atheris.Fuzz()


def _seeds(name: str) -> list[bytes]:
    cases = [case for case in load(HERE / "inputs.jsonl") if case.target == name]
    values = [case.make() for case in cases]
    bodies = [value.get("text", b"") if isinstance(value, dict) else value for value in values]
    texts = [body.encode("utf-8", "replace") if isinstance(body, str) else body for body in bodies]
    return [text for text in texts if isinstance(text, bytes)] or [b"{}"]


if __name__ == "__main__":
    sys.exit(main())
