"""Structures are scrubbed in full, within bounds, and without running code of theirs."""

import copy
import json

from mimir.core.limits import DEPTH_MAX
from mimir.core.redaction.rules import DEFAULT_RULES, REFERENCE_RULES
from mimir.core.redaction.text import REDACTED
from mimir.core.redaction.walk import (
    CHARS_PER_WORK,
    TRUNCATED,
    UNSUPPORTED,
    WORK_MAX,
    LeftOut,
    Scrubbed,
    scrub_data,
    scrub_object,
)
from mimir.testing.foreign import colliding_keys, foreign_values

KEY = "sk-" + "a1B2" * 12


def test_text_is_scrubbed_at_any_depth_and_the_rest_stays() -> None:
    data = {"a": [KEY, {"b": (f"use {KEY}.")}], "n": [None, True, 1, 1.5, 2**70, ""]}
    assert scrub_data(data) == {
        "a": [REDACTED, {"b": f"use {REDACTED}."}],
        "n": [None, True, 1, 1.5, 2**70, ""],
    }


def test_a_bare_text_is_scrubbed() -> None:
    assert scrub_data(KEY) == REDACTED


def test_the_input_is_never_changed() -> None:
    data: dict[str, object] = {KEY: [KEY, {KEY: KEY}]}
    before = copy.deepcopy(data)
    scrubbed = scrub_data(data)
    assert data == before
    assert KEY not in json.dumps(scrubbed)


def test_the_result_shares_nothing_that_can_change() -> None:
    inner: list[object] = ["plain"]
    scrubbed = scrub_data({"a": inner, "b": inner})
    inner.append("later")
    assert scrubbed == {"a": ["plain"], "b": ["plain"]}


def test_keys_that_become_alike_are_numbered_and_none_is_lost() -> None:
    data: dict[object, object] = {KEY: 1, KEY + "x": 2, f"{REDACTED} 2": 3, KEY + "y": 4, 5: 5}
    assert scrub_data(data) == {
        REDACTED: 1,
        f"{REDACTED} 2": 2,
        f"{REDACTED} 2 2": 3,
        f"{REDACTED} 3": 4,
        UNSUPPORTED: 5,
    }


def test_the_reference_leaves_keys_alone() -> None:
    assert scrub_data({KEY: KEY}, REFERENCE_RULES) == {KEY: REDACTED}


def test_many_keys_that_become_alike_take_linear_work() -> None:
    data: dict[object, object] = {number: number for number in range(100_000)}
    scrubbed = scrub_data(data)
    assert isinstance(scrubbed, dict)
    assert len(scrubbed) == 100_000


def test_no_code_of_a_foreign_value_runs() -> None:
    for foreign in foreign_values():
        if type(foreign) in (bytes, bytearray):
            continue
        assert scrub_data({"a": [foreign]}) == {"a": [UNSUPPORTED]}
        assert scrub_data(foreign) == UNSUPPORTED


def test_no_code_of_a_foreign_key_runs() -> None:
    assert scrub_data(colliding_keys((UNSUPPORTED, "a"))) == {
        UNSUPPORTED: 1,
        f"{UNSUPPORTED} 2": 1,
    }


def _nested(levels: int) -> dict[object, object]:
    made: dict[object, object] = {}
    for _ in range(levels - 1):
        made = {"a": made}
    return made


def test_the_deepest_level_is_kept_and_the_next_is_not() -> None:
    assert scrub_object(_nested(DEPTH_MAX)) == (_nested(DEPTH_MAX), None)
    scrubbed, left_out = scrub_object(_nested(DEPTH_MAX + 1))
    assert left_out == LeftOut("depth", ".a" * DEPTH_MAX)
    assert json.dumps(scrubbed).count(TRUNCATED) == 1


def test_a_structure_of_a_hundred_thousand_levels_is_no_burden() -> None:
    assert scrub_object(_nested(100_000))[1] == LeftOut("depth", ".a" * DEPTH_MAX)


def test_a_list_as_deep_as_an_object_is_kept_alike() -> None:
    made: list[object] = []
    for _ in range(DEPTH_MAX - 1):
        made = [made]
    assert scrub_data(made) == made
    assert TRUNCATED in json.dumps(scrub_data([made]))


def test_what_contains_itself_is_left_out_where_it_does() -> None:
    data: dict[object, object] = {"a": 1}
    data["b"] = [0, {"c": data}]
    assert scrub_object(data) == (
        {"a": 1, "b": [0, {"c": TRUNCATED}]},
        LeftOut("cycle", ".b[1].c"),
    )


def test_a_cycle_of_many_branches_is_left_out_at_once() -> None:
    data: list[object] = []
    data.extend([data] * 10)
    assert scrub_data(data) == [TRUNCATED] * 10


def test_a_part_that_stands_twice_is_no_cycle() -> None:
    part = [KEY]
    assert scrub_object({"a": part, "b": [part, part]}) == (
        {"a": [REDACTED], "b": [[REDACTED], [REDACTED]]},
        None,
    )


def test_the_first_place_left_out_is_the_one_told() -> None:
    data: dict[object, object] = {}
    data["a"] = data
    data["b"] = _nested(DEPTH_MAX + 1)
    assert scrub_object(data)[1] == LeftOut("cycle", ".a")


def _count(value: Scrubbed) -> int:
    if isinstance(value, dict):
        return 1 + sum(_count(item) for item in value.values())
    return 1 + sum(_count(item) for item in value) if isinstance(value, list) else 1


def test_shared_parts_do_not_multiply_the_work() -> None:
    data: list[object] = ["x"]
    for _ in range(29):
        data = [data, data]
    scrubbed, left_out = scrub_object({"a": data})
    assert left_out is not None
    assert left_out.problem == "size"
    assert left_out.path.startswith(".a[0][")
    assert _count(scrubbed) < WORK_MAX + 100


def test_shared_text_does_not_multiply_the_work() -> None:
    text = "word " * 200_000
    scrubbed, left_out = scrub_object({"a": [text] * 100_000, "b": 1})
    assert left_out is not None
    assert left_out == LeftOut("size", left_out.path)
    assert isinstance(scrubbed["a"], list)
    assert len(scrubbed["a"]) < 100
    assert scrubbed["a"][-1] == TRUNCATED
    assert scrubbed[TRUNCATED] == TRUNCATED


def test_the_largest_list_is_kept_and_a_larger_is_not() -> None:
    assert scrub_object({"a": [0] * (WORK_MAX - 2)})[1] is None
    assert scrub_object({"a": [0] * (WORK_MAX - 1)})[1] == LeftOut("size", ".a")


def test_a_key_of_an_object_counts_like_text() -> None:
    long = "k" * (CHARS_PER_WORK * (WORK_MAX + 1))
    scrubbed, left_out = scrub_object({long: {"c": 1}, "b": 2})
    assert left_out == LeftOut("size", "")
    assert scrubbed == {TRUNCATED: TRUNCATED, f"{TRUNCATED} 2": TRUNCATED}


def test_the_path_of_what_is_left_out_is_scrubbed_and_bounded() -> None:
    data: dict[object, object] = {}
    data[KEY + "." + "k" * 1_000] = [data]
    left_out = scrub_object(data, REFERENCE_RULES)[1]
    assert left_out is not None
    assert left_out.path.startswith(f".{REDACTED}.kkk")
    assert left_out.path.endswith("k[0]")
    assert len(left_out.path) < 100


def test_a_path_of_long_keys_is_cut() -> None:
    data: dict[object, object] = {}
    for _ in range(DEPTH_MAX):
        data = {"k" * 60: data}
    left_out = scrub_object(data, DEFAULT_RULES)[1]
    assert left_out is not None
    assert len(left_out.path) == 256


WEAK = "c0rrect-Horse1"


def test_under_a_secret_name_a_value_of_an_object_is_hidden() -> None:
    assert scrub_data({"password": {"value": WEAK, "salt": "x1y2"}}) == {
        "password": {"value": REDACTED, "salt": REDACTED}
    }


def test_of_a_schema_what_it_states_is_hidden_and_what_it_says_is_not() -> None:
    schema: dict[str, object] = {"type": "string", "description": "has 8 characters"}
    for stated in ("default", "const", "example"):
        assert scrub_data({"password": {**schema, stated: WEAK}}) == {
            "password": {**schema, stated: REDACTED}
        }
    assert scrub_data({"password": {**schema, "enum": [WEAK]}}) == {
        "password": {**schema, "enum": [REDACTED]}
    }


def test_a_name_of_bytes_hides_as_its_text_does() -> None:
    headers = [[b"authorization", f"Bearer {WEAK}".encode()], [b"accept", b"text/plain"]]
    assert scrub_data({b"password": WEAK, "headers": headers}) == {
        "password": REDACTED,
        "headers": [["authorization", REDACTED], ["accept", "text/plain"]],
    }
