"""How the reference prices, buffers events and follows health, with switches for the deviations.

D9 look-up order, D10 rounding, D11 a completion's lane, D12 numbers of rejected events, D14 limits,
D15 negative usage, D18 thresholds below 1, D19 prices that cannot be per token.
"""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from model_descriptor import LIMIT
from vector_cases import Switches

NAMES = ("input", "output")
OUTLIER = 0.001  # dollars per token: 1,000 per million
COUNTS = ("input_tokens", "output_tokens")


def price(raw: dict[str, Any], switches: Switches) -> dict[str, Any]:
    """Return the answer in the vectors' form, or ``{"refused": ...}`` for refused usage."""
    counts = [raw["usage"].get(name, 0) for name in COUNTS]
    for name, count in zip(COUNTS, counts, strict=True):
        if ("D15" in switches and count < 0) or ("D14" in switches and abs(count) > LIMIT):
            return {"refused": name}
    rates, source, key = _rates(raw, switches)
    terms = [
        Fraction(count * rates[name], 1_000_000) for name, count in zip(NAMES, counts, strict=True)
    ]
    return {
        "microdollars": _half_even(sum(terms, Fraction(0)))
        if "D10" in switches
        else sum(int(term) for term in terms),
        "rates": rates,
        "source": source,
        "db_key": key,
    }


def _rates(raw: dict[str, Any], switches: Switches) -> tuple[dict[str, int], str, str | None]:
    configured = raw["config"].get(raw["model"])
    if isinstance(configured, dict) and all(name in configured for name in NAMES):
        return {name: configured[name] for name in NAMES}, "config", None
    provider, colon, model_id = raw["model"].partition(":")
    keys = [model_id, f"{provider}/{model_id}"] if colon else []
    if "D9" in switches:  # qualified first; and no row is nobody's
        keys = keys[::-1] if provider else keys[1:]
    for key in keys:
        row = raw["db_rows"].get(key, {})
        given = [row.get(f"{name}_cost_per_token") for name in NAMES]
        if "D19" in switches:
            given = [value if value is None or value <= OUTLIER else None for value in given]
        if all(type(value) in (int, float) for value in given):
            made = [_per_million(value) for value in given]
            return dict(zip(NAMES, made, strict=True)), "price_list", key
    return {"input": 0, "output": 0}, "none", None


def _per_million(dollars_per_token: float) -> int:
    scaled = Decimal(repr(dollars_per_token)) * Decimal(10) ** 12
    return int(scaled.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def _half_even(amount: Fraction) -> int:
    return round(amount)  # of a Fraction: exact, half to even


def turn_events(raw: dict[str, Any], switches: Switches) -> list[Any]:
    """Return what each op answers."""
    current: Any = None
    numbers: dict[Any, int] = {}
    stored: dict[Any, list[dict[str, Any]]] = {}
    results: list[Any] = []

    def append(rid: Any, op: dict[str, Any]) -> None:
        text = _event_type(op["type"])
        if not _is_rid(rid) or not isinstance(op["gen_ai"], dict):
            return
        if text is None and "D12" in switches:
            return
        numbers[_key(rid)] = seq = numbers.get(_key(rid), 0) + 1
        if text is not None:
            event = {"seq": seq, "type": text, "gen_ai": op["gen_ai"]}
            stored.setdefault(_key(rid), []).append(event)

    for op in raw["ops"]:
        answer: Any = "ok"
        match op["op"]:
            case "put_current":
                current = op["rid"] if op["rid"] is None or _is_rid(op["rid"]) else current
            case "current":
                answer = current
            case "append" | "append_current":
                append(op.get("rid") if op["op"] == "append" else current, op)
            case "take" | "take_current":
                rid = op["rid"] if op["op"] == "take" else current
                current = None if op["op"] == "take_current" else current
                numbers.pop(_key(rid), None)
                answer = stored.pop(_key(rid), [])
        results.append(answer)
    return results


def _is_rid(value: Any) -> bool:
    return type(value) in (str, int)


def _key(rid: Any) -> Any:
    return (type(rid).__name__, str(rid))


def _event_type(value: Any) -> str | None:
    if isinstance(value, dict | list):
        return None
    if value is None or isinstance(value, bool):
        return {None: "", True: "true", False: "false"}[value]
    return str(value)


def health(raw: dict[str, Any], switches: Switches) -> list[Any]:
    """Return what each op answers."""
    streaks: dict[str, int] = {}
    threshold = 3
    results: list[Any] = []

    def state(lane: str) -> str:
        return "degraded" if lane in streaks and streaks[lane] >= threshold else "ok"

    for op in raw["ops"]:
        answer: Any = "ok"
        match op["op"]:
            case "record_success":
                streaks[op["lane"]] = 0
            case "record_failure":
                streaks[op["lane"]] = streaks.get(op["lane"], 0) + 1
            case "completion":
                lane, outcome = _completed(op["metadata"], switches)
                if lane is not None and outcome is not None:
                    streaks[lane] = 0 if outcome == "ok" else streaks.get(lane, 0) + 1
            case "set_threshold":
                wanted = 3 if op["value"] is None else op["value"]
                threshold = threshold if "D18" in switches and wanted < 1 else wanted
            case "reset":
                streaks.clear()
            case "state":
                answer = state(op["lane"])
            case "all":
                answer = {lane: state(lane) for lane in streaks}
        results.append(answer)
    return results


def _completed(metadata: dict[str, Any], switches: Switches) -> tuple[str | None, str | None]:
    lane = metadata.get("lane") if "D11" in switches else None
    if lane is None and metadata.get("model") is not None:
        lane = metadata["model"].partition(":")[0]
    return lane, metadata.get("outcome")
