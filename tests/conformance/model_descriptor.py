"""How the reference reads a descriptor, with switches for D1, D2 and D14."""

from typing import Any

from vector_cases import Switches

LIMIT = 2**63 - 1
WORDS = ("tools", "vision", "long_context")


def refused(field: str, prefix: str = "") -> dict[str, Any]:
    return {"error": {"kind": "invalid_descriptor", "field": field, "prefix": prefix}}


def is_int(value: Any) -> bool:
    return type(value) is int


def read(raw: dict[str, Any], switches: Switches) -> dict[str, Any]:
    """Return ``{"ok": ...}`` or ``{"error": ...}``, the first problem in the order of checks."""
    if raw.get("quality_bar") is not None:
        return {"error": {"kind": "quality_bar_unsupported"}}
    for step in (_task_class, _numbers, _capabilities, _runtime, _tokens, _agent, _iterations):
        problem = step(raw, switches)
        if problem is not None:
            return problem
    return {"ok": _filled(raw)}


def _filled(raw: dict[str, Any]) -> dict[str, Any]:
    tokens, agent = raw.get("expected_tokens"), raw.get("agent")
    return {
        "task_class": raw["task_class"],
        "budget_ceiling_microdollars": raw["budget_ceiling_microdollars"],
        "latency_tolerance_ms": raw["latency_tolerance_ms"],
        "capabilities": raw.get("capabilities") or [],
        "runtime_preference": raw.get("runtime_preference") or "any",
        "expected_tokens": tokens and {"in": tokens["in"], "out": tokens["out"]},
        "quality_bar": None,
        "agent": agent and {key: agent.get(key) for key in ("digest", "name", "version")},
        "max_outcome_iterations": raw.get("max_outcome_iterations"),
    }


def _past(value: Any, switches: Switches) -> bool:
    return "D14" in switches and is_int(value) and value > LIMIT


def _task_class(raw: dict[str, Any], switches: Switches) -> dict[str, Any] | None:
    value = raw.get("task_class")
    if not isinstance(value, str) or not value:
        return refused("task_class", "required non-empty string")
    return refused("task_class") if "D14" in switches and len(value) > 256 else None


def _numbers(raw: dict[str, Any], switches: Switches) -> dict[str, Any] | None:
    for name in ("budget_ceiling_microdollars", "latency_tolerance_ms"):
        value = raw.get(name)
        if not is_int(value) or value < 1 or _past(value, switches):
            return refused(name, "required positive integer")
    return None


def _capabilities(raw: dict[str, Any], switches: Switches) -> dict[str, Any] | None:
    value = raw.get("capabilities")
    if value is None or (value is False and "D2" not in switches):
        return None
    if not isinstance(value, list):
        return refused("capabilities", "expected list, got ")
    if "D14" in switches and len(value) > 1000:
        return refused("capabilities")
    if all(isinstance(word, str) and word in WORDS for word in value):
        return None
    return refused("capabilities", "unknown capability in ")


def _runtime(raw: dict[str, Any], switches: Switches) -> dict[str, Any] | None:
    value = raw.get("runtime_preference")
    if value is None or (value is False and "D2" not in switches):
        return None
    known = isinstance(value, str) and value in {"managed", "local", "any"}
    return None if known else refused("runtime_preference", "unknown: ")


def _tokens(raw: dict[str, Any], switches: Switches) -> dict[str, Any] | None:
    value = raw.get("expected_tokens")
    if value is None:
        return None
    if not isinstance(value, dict):
        return refused("expected_tokens", "expected map, got ")
    for name in ("in", "out"):
        count = value.get(name)
        if not is_int(count) or count < 0 or _past(count, switches):
            return refused("expected_tokens", "expected %{in: n>=0, out: n>=0}")
    return None


def _agent(raw: dict[str, Any], switches: Switches) -> dict[str, Any] | None:
    value = raw.get("agent")
    if value is None:
        return None
    if not isinstance(value, dict):
        return refused("agent", "expected map, got ")
    digest = value.get("digest")
    if not isinstance(digest, str) or not digest:
        return refused("agent", "expected %{digest: non-empty string, ...}")
    if "D14" in switches and len(digest) > 512:
        return refused("agent")
    for name in ("name", "version"):
        text = value.get(name)
        if "D1" in switches and not (text is None or isinstance(text, str)):
            return refused("agent", "expected string or null")
        if "D14" in switches and isinstance(text, str) and len(text) > 128:
            return refused("agent")
    return None


def _iterations(raw: dict[str, Any], switches: Switches) -> dict[str, Any] | None:
    value = raw.get("max_outcome_iterations")
    if value is None or (is_int(value) and value > 0 and not _past(value, switches)):
        return None
    bound = "" if _past(value, switches) else ", got "
    return refused("max_outcome_iterations", f"expected positive integer{bound}")
