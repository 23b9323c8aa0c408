"""What a descriptor may hold, and how a wrong one is refused."""

import pytest

from mimir.core.descriptor import Agent, Descriptor, DescriptorError, ExpectedTokens, parse, to_json
from mimir.core.fields import InvalidField
from mimir.core.outcome import Failure, Success
from mimir.core.quality_bar import QualityBarUnsupported

BASE = {"task_class": "chat", "budget_ceiling_microdollars": 1000, "latency_tolerance_ms": 2000}


def refused(raw: object) -> DescriptorError:
    outcome = parse(raw)
    assert isinstance(outcome, Failure)
    return outcome.failure()


def test_three_fields_are_enough_and_the_rest_has_defaults() -> None:
    assert parse(BASE) == Success(
        Descriptor(task_class="chat", budget_ceiling_microdollars=1000, latency_tolerance_ms=2000)
    )


def test_every_field_is_read_and_written_back() -> None:
    raw = {
        **BASE,
        "capabilities": ["vision", "tools", "vision"],
        "runtime_preference": "local",
        "expected_tokens": {"in": 0, "out": 7},
        "agent": {"digest": "sha256:1", "name": "", "version": "2"},
        "max_outcome_iterations": 3,
        "quality_bar": 9_500,
    }
    parsed = parse(raw, quality_bars=True).unwrap()
    assert parsed.capabilities == ("vision", "tools", "vision")
    assert parsed.required == {"vision", "tools"}
    assert parsed.expected_tokens == ExpectedTokens(0, 7)
    assert parsed.agent == Agent("sha256:1", "", "2")
    assert to_json(parsed) == raw


@pytest.mark.parametrize("bar", [0, -1, 10_001, True, 0.95, "9500", []])
def test_a_served_quality_bar_is_basis_points(bar: object) -> None:
    error = parse({**BASE, "quality_bar": bar}, quality_bars=True).failure()
    assert isinstance(error, InvalidField)
    assert (error.code, error.field) == ("invalid_descriptor", "quality_bar")
    assert parse({**BASE, "quality_bar": None}, quality_bars=True) == parse(BASE)


def test_unknown_keys_are_ignored() -> None:
    assert parse({**BASE, "__proto__": {"x": 1}, "Task_Class": "y", 7: 8}) == parse(BASE)


@pytest.mark.parametrize(
    ("field", "value", "begins"),
    [
        ("task_class", None, "required non-empty string"),
        ("task_class", "", "required non-empty string"),
        ("task_class", b"chat", "required non-empty string, got a bytes"),
        ("task_class", "a" * 257, "longer than 256 characters"),
        ("task_class", "\ud800", "holds a lone surrogate"),
        ("budget_ceiling_microdollars", True, "required positive integer, got true"),
        ("budget_ceiling_microdollars", "5", 'required positive integer, got "5"'),
        ("budget_ceiling_microdollars", 1.0, "required positive integer, got 1.0"),
        ("budget_ceiling_microdollars", 0, "required positive integer, got 0"),
        ("budget_ceiling_microdollars", 2**63, "required positive integer, at most 2^63 - 1"),
        pytest.param(
            "latency_tolerance_ms", 10**5000, "required positive integer, at most", id="huge"
        ),
        ("latency_tolerance_ms", -1, "required positive integer, got -1"),
        ("capabilities", "tools", 'expected list, got "tools"'),
        ("capabilities", False, "expected list, got false"),
        ("capabilities", ["tools", "telepathy"], 'unknown capability in item 1: "telepathy"'),
        ("capabilities", [["tools"]], "unknown capability in item 0: a list of 1 items"),
        ("capabilities", ["tools"] * 1001, "more than 1000 items"),
        ("runtime_preference", False, "unknown: false"),
        ("runtime_preference", "LOCAL", "unknown: LOCAL"),
        ("runtime_preference", "x" * 300, "unknown: a string of 300 characters"),
        ("expected_tokens", [1, 2], "expected map, got a list of 2 items"),
        ("expected_tokens", {"in": 1}, "expected %{in: n>=0, out: n>=0}"),
        ("expected_tokens", {"in": -1, "out": 1}, "expected %{in: n>=0, out: n>=0}"),
        ("expected_tokens", {"in": 1, "out": False}, "expected %{in: n>=0, out: n>=0}"),
        ("agent", "sha256:1", "expected map, got"),
        ("agent", {"digest": ""}, "expected %{digest: non-empty string, ...}"),
        ("agent", {"digest": "d" * 513}, "longer than 512 characters"),
        ("agent", {"digest": "d", "name": 1}, "expected string or null, got 1"),
        ("agent", {"digest": "d", "version": []}, "expected string or null, got a list"),
        ("max_outcome_iterations", 0, "expected positive integer, got 0"),
        ("max_outcome_iterations", "3", 'expected positive integer, got "3"'),
    ],
)
def test_a_wrong_field_is_named_and_quoted(field: str, value: object, begins: str) -> None:
    error = refused({**BASE, field: value})
    assert isinstance(error, InvalidField)
    assert (error.code, error.field) == ("invalid_descriptor", field)
    assert error.message.startswith(begins)
    assert len(error.message) <= 512


@pytest.mark.parametrize("raw", [None, True, 1.5, [], "x", b"{}", object(), type("T", (), {})])
def test_what_is_no_object_is_refused_as_a_whole(raw: object) -> None:
    error = refused(raw)
    assert isinstance(error, InvalidField)
    assert error.field == ""


def test_a_quality_bar_is_refused_before_anything_else() -> None:
    assert refused({"quality_bar": 0}) == QualityBarUnsupported()
    assert parse({**BASE, "quality_bar": None}) == parse(BASE)


def test_the_first_wrong_field_in_the_order_of_checks_is_the_error() -> None:
    raw = {"max_outcome_iterations": 0, "agent": 1, "capabilities": 1, "latency_tolerance_ms": 0}
    fixed: dict[str, object] = {}
    for field in (
        "task_class",
        "budget_ceiling_microdollars",
        "latency_tolerance_ms",
        "capabilities",
        "agent",
        "max_outcome_iterations",
    ):
        error = refused({**raw, **fixed})
        assert isinstance(error, InvalidField)
        assert error.field == field
        fixed[field] = BASE.get(field)
