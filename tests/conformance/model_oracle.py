"""How the reference places a workload, with switches for the deviations of catalog and oracle.

D3 malformed rows and repeated ids, D4 capabilities as sets, D5 the exact cost against the cap, D10
exact costs in the rank and in what is shown, D14 limits, D16 nothing remaining, D17 unknown p50.
"""

from fractions import Fraction
from math import ceil
from typing import Any

import model_descriptor
from vector_cases import Switches

MILLION = 1_000_000
UNKNOWN_LATENCY = 999_999_999
RUNTIMES = ("managed", "local")


def place(raw: dict[str, Any], switches: Switches) -> dict[str, Any]:
    """Return the answer in the vectors' form, or ``{"refused": ...}`` for what is not read."""
    refused = _refused(raw, switches)
    if refused is not None:
        return refused
    reasons = [_exclusion(raw, entry, switches) for entry in raw["catalog"]]
    viable = [at for at, reason in enumerate(reasons) if reason is None]
    if not viable:
        classes = list(dict.fromkeys(reason["class"] for reason in reasons if reason))
        candidates = _candidates(raw, reasons, None)
        return {"outcome": "no_candidate", "reasons": classes, "candidates": candidates}
    best = min(viable, key=lambda at: _rank(raw, raw["catalog"][at], switches))
    chosen = raw["catalog"][best]
    tokens = raw["descriptor"].get("expected_tokens")
    return {
        "outcome": "placement",
        "chosen_id": chosen["id"],
        "chosen_index": best,
        "chosen_model": chosen["model"],
        "reasons": ["capability_match", "cheapest_viable" if tokens else "cheapest_by_rate"],
        "candidates": _candidates(raw, reasons, chosen["id"]),
    }


def _refused(raw: dict[str, Any], switches: Switches) -> dict[str, Any] | None:
    read = model_descriptor.read(raw["descriptor"], switches)
    if "error" in read:
        return {"refused": read["error"]["field"]}
    seen: set[str] = set()
    for number, entry in enumerate(raw["catalog"]):
        latency, priority = entry.get("p50_latency_ms"), entry.get("priority", 100)
        fits = _is_count(latency) and _is_number(priority) and entry["runtime"] in RUNTIMES
        if "D3" in switches and (not fits or entry["id"] in seen):
            return {"refused": number}
        if "D14" in switches and _is_past(latency, priority):
            return {"refused": number}
        seen.add(entry["id"])
    return None


def _is_number(value: Any) -> bool:
    return value is None or type(value) is int


def _is_count(value: Any) -> bool:
    return value is None or (type(value) is int and value >= 0)


def _is_past(*values: Any) -> bool:
    return any(type(value) is int and abs(value) > model_descriptor.LIMIT for value in values)


def _exclusion(
    raw: dict[str, Any], entry: dict[str, Any], switches: Switches
) -> dict[str, Any] | None:
    descriptor, snapshot = raw["descriptor"], raw["snapshot"]
    missing = _missing(descriptor.get("capabilities") or [], entry, switches)
    if missing:
        return {"class": "capability", "detail": missing}
    if raw["allowed_models"] and entry["model"] not in raw["allowed_models"]:
        return {"class": "policy", "detail": "model_not_allowed"}
    preferred = descriptor.get("runtime_preference") or "any"
    if preferred not in ("any", entry["runtime"]):
        return {"class": "runtime", "detail": preferred}
    state = snapshot["health"].get(entry["lane"], "ok")
    if state != "ok":
        return {"class": "health", "detail": state}
    latency = entry.get("p50_latency_ms")
    if latency is not None and latency > descriptor["latency_tolerance_ms"]:
        return {"class": "latency", "detail": latency}
    return _cost_exclusion(raw, entry, switches)


def _missing(wanted: list[str], entry: dict[str, Any], switches: Switches) -> list[str]:
    has = list(entry.get("capabilities") or [])
    if "D4" in switches:
        return [word for word in dict.fromkeys(wanted) if word not in has]
    missing = []
    for word in wanted:
        if word in has:
            has.remove(word)
        else:
            missing.append(word)
    return missing


def _cost_exclusion(
    raw: dict[str, Any], entry: dict[str, Any], switches: Switches
) -> dict[str, Any] | None:
    remaining = raw["snapshot"]["parent_remaining"]
    cap = raw["descriptor"]["budget_ceiling_microdollars"]
    cap = cap if remaining == "unlimited" else min(cap, remaining)
    rates = raw["snapshot"]["pricing"].get(entry["model"])
    if not raw["descriptor"].get("expected_tokens"):
        paid = rates is not None and (rates["input"] or rates["output"])
        nothing_left = "D16" in switches and cap <= 0 and paid
        return (
            {"class": "cost", "detail": {"projected": None, "cap": cap}} if nothing_left else None
        )
    exact, truncated = _exact(raw, entry), _truncated(raw, entry)
    if (exact if "D5" in switches else truncated) <= cap:
        return None
    shown = ceil(exact) if "D10" in switches else truncated
    return {"class": "cost", "detail": {"projected": shown, "cap": cap}}


def _terms(raw: dict[str, Any], entry: dict[str, Any]) -> tuple[Fraction, Fraction]:
    rates = raw["snapshot"]["pricing"].get(entry["model"], {"input": 0, "output": 0})
    tokens = raw["descriptor"]["expected_tokens"]
    return (
        Fraction(tokens["in"] * rates["input"], MILLION),
        Fraction(tokens["out"] * rates["output"], MILLION),
    )


def _exact(raw: dict[str, Any], entry: dict[str, Any]) -> Fraction:
    return sum(_terms(raw, entry), Fraction(0))


def _truncated(raw: dict[str, Any], entry: dict[str, Any]) -> int:
    return sum(int(term) for term in _terms(raw, entry))


def _rank(raw: dict[str, Any], entry: dict[str, Any], switches: Switches) -> tuple[Any, ...]:
    rates = raw["snapshot"]["pricing"].get(entry["model"], {"input": 0, "output": 0})
    cost: Fraction | int = rates["input"]
    if raw["descriptor"].get("expected_tokens"):
        cost = _exact(raw, entry) if "D10" in switches else _truncated(raw, entry)
    latency, priority = entry.get("p50_latency_ms"), entry.get("priority", 100)
    unknown_last = latency is None and "D17" in switches
    known = UNKNOWN_LATENCY if latency is None else latency
    return cost, unknown_last, known, priority is None, priority or 0


def _candidates(
    raw: dict[str, Any], reasons: list[dict[str, Any] | None], chosen: str | None
) -> list[dict[str, Any]]:
    candidates: list[dict[str, Any]] = []
    for entry, reason in zip(raw["catalog"], reasons, strict=True):
        if reason is not None:
            candidates.append({"id": entry["id"], "verdict": "excluded", "reason": reason})
        else:
            word = "chosen" if entry["id"] == chosen else "ranked"
            candidates.append({"id": entry["id"], "verdict": word})
    return candidates
