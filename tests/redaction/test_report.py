"""The half of the corpus that the rules were not tuned on meets its targets."""

from redaction import report_on


def test_the_report_half_meets_its_targets() -> None:
    found = report_on("report")
    assert len(found.secrets) > 600
    assert len(found.benign) > 250
    assert found.kept_per_cent <= 3
    assert 279 * len(found.damaged) <= len(found.benign)
    assert found.broken == []
    assert found.restless == []
