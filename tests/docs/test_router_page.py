"""The page of the router client says of every kind what the code says."""

import re
from pathlib import Path

from mimir.core.route.kinds import FAILURE_KINDS, KINDS, SAFE_STATUSES

PAGE = (Path(__file__).parents[2] / "docs" / "router.md").read_text(encoding="utf-8")


def rows() -> list[tuple[str, str, str]]:
    return re.findall(r"^\| (.*`\w+`.*?) \| (yes|no) \| (.*) \|$", PAGE, re.MULTILINE)


def test_the_table_lists_every_kind_in_order_with_whether_it_is_safe_and_why() -> None:
    kinds = [row for row in rows() if "http_error" not in row[0]]
    assert kinds == [
        (f"`{kind}`", "yes" if KINDS[kind].safe_to_retry else "no", KINDS[kind].why)
        for kind in FAILURE_KINDS
    ]


def test_the_table_lists_every_status_that_is_safe_and_why() -> None:
    safe = [row for row in rows() if "http_error" in row[0] and row[1] == "yes"]
    listed = [(f"`http_error` {status}", "yes", why) for status, why in SAFE_STATUSES.items()]
    assert safe == [*listed, ("`http_error` 503 with a Retry-After", "yes", "that asks for it")]
