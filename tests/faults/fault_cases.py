"""The files of cases, and how one is read."""

import json
from pathlib import Path

HERE = Path(__file__).parent
VENDORED = (HERE / "faults.jsonl", HERE / "more.jsonl")


def read(path: Path) -> list[dict[str, object]]:
    """Read the cases of a file, one a line."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines if line.strip()]
