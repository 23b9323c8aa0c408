"""The vendored data is what its provenance says it is."""

import gzip
import hashlib
import json
import re
from pathlib import Path

DATA = Path(__file__).parents[2] / "src" / "mimir" / "data"


def stated(page: str, what: str) -> str:
    """The digest that the page states for ``what``."""
    found = re.search(rf"^- sha256 of {what}: `([0-9a-f]{{64}})`$", page, re.MULTILINE)
    assert found is not None
    return found[1]


def test_the_vendored_table_has_the_digest_of_its_provenance() -> None:
    page = (DATA / "PROVENANCE.md").read_text("utf-8")
    table = (DATA / "prices.json.gz").read_bytes()
    assert hashlib.sha256(table).hexdigest() == stated(page, "`prices.json.gz`")
    assert hashlib.sha256(table + b"x").hexdigest() != stated(page, "`prices.json.gz`")


def test_the_table_names_the_list_that_its_provenance_names() -> None:
    page = (DATA / "PROVENANCE.md").read_text("utf-8")
    source = json.loads(gzip.decompress((DATA / "prices.json.gz").read_bytes()))["source"]
    assert source["digest"] == f"sha256:{stated(page, 'the list as fetched')}"
    assert f"- version: {source['version']}\n" in page
    assert f"- date of retrieval: {source['date']}\n" in page
    assert f"- licence: {source['licence']} " in page


def test_the_table_is_packed_without_a_time() -> None:
    assert (DATA / "prices.json.gz").read_bytes()[4:8] == bytes(4)
