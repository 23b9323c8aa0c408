"""The page of redaction lists the families that the code knows."""

import re
from pathlib import Path

from mimir.core.redaction.rules import SHAPES
from mimir.core.redaction.sources import SOURCES

PAGE = Path(__file__).parents[2] / "docs" / "redaction.md"


def test_the_page_lists_every_family_with_its_owner_its_beginnings_and_its_source() -> None:
    rows = re.findall(r"^\| (\w+) \| (.*?) \| (`.*?`) \| (.*?) \|$", PAGE.read_text("utf-8"), re.M)
    listed = [(name, owner, begins.split(), source) for name, owner, begins, source in rows]
    assert listed == [
        (shape.name, shape.owner, [f"`{one}`" for one in shape.literals], _shown(shape.name))
        for shape in SHAPES
    ]


def _shown(name: str) -> str:
    source = SOURCES[name]
    return f"[page]({source})" if source.startswith("https://") else source
