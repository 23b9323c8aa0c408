"""The page that stands beside the price table and says where it comes from.

Rules:
1. It is written by the refresh alone, from the same values as the table, so it cannot drift.
2. It names the list, its version, the date of retrieval and the licence, the SHA-256 of the list
   as fetched and of the compact file, the rows, and every finding up to 200 of a kind.
"""

import hashlib
import zlib
from collections import Counter
from collections.abc import Iterator
from typing import Final

from mimir.core.pricing.compact import Compacted
from mimir.core.pricing.find import INPUT_FIELD, OUTPUT_FIELD
from mimir.core.pricing.findings import FINDING_KINDS, KEPT, Finding, FindingKind
from mimir.shell.price_sources import RawList

LISTED_MAX: Final = 200
"""Findings of one kind that the page lists."""


def render(compacted: Compacted, raw: RawList, content: bytes) -> str:
    """Write the page for the compact file ``content`` that was made of ``raw``."""
    source, rows = compacted.table.source, compacted.table.rows.values()
    priced = sum(INPUT_FIELD in row.prices and OUTPUT_FIELD in row.prices for row in rows)
    lines = [
        "# Where the prices come from",
        "",
        "Written by `python -m mimir prices refresh`; do not edit.",
        "",
        "- list: LiteLLM's `model_prices_and_context_window`, https://github.com/BerriAI/litellm",
        f"- fetched from: `{source.name}`",
        f"- version: {source.version}",
        f"- date of retrieval: {source.date}",
        f"- licence: {source.licence} (as the source states it; text in `LICENSE.litellm`)",
        f"- sha256 of the list as fetched: `{source.digest.removeprefix('sha256:')}`",
        f"- size of the list as fetched: {len(raw.content)} bytes",
        f"- sha256 of `prices.json.gz`: `{hashlib.sha256(content).hexdigest()}`",
        f"- crc32 of `prices.json.gz`: `{zlib.crc32(content):08x}`",
        f"- size of `prices.json.gz`: {len(content)} bytes",
        f"- rows: {compacted.listed} in the list, {len(rows)} here",
        f"- rows with a price per token of input and of output: {priced}",
        f"- prices: {sum(len(row.prices) for row in rows)}",
        *_findings(compacted.findings),
    ]
    return "\n".join(lines) + "\n"


def _findings(findings: tuple[Finding, ...]) -> Iterator[str]:
    counts = Counter(item.kind for item in findings)
    yield from ("", "## What was odd", "", "| kind | cells or rows | kept |", "| --- | --- | --- |")
    for kind in (kind for kind in FINDING_KINDS if counts[kind]):
        yield f"| {kind} | {counts[kind]} | {'yes' if kind in KEPT else 'no'} |"
    for kind in FINDING_KINDS:
        yield from _listed(kind, [item for item in findings if item.kind == kind])


def _listed(kind: FindingKind, findings: list[Finding]) -> Iterator[str]:
    if findings:
        yield from ("", f"### {kind}", "")
    for item in findings[:LISTED_MAX]:
        yield f"- `{item.row}` {item.field}: {item.detail}"
    if len(findings) > LISTED_MAX:
        yield f"- and {len(findings) - LISTED_MAX} more"
