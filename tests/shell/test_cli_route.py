"""``mimir route`` against a real router of this machine, good and bad."""

import json
import stat

import pytest
from lab import Line, Server, answer, sends

from mimir.shell.cli.main import main
from router_app import NOT_PLACED, PLACED

TOKEN = "a-bearer-token-without-a-known-shape"
WANTED = {
    "task_class": "chat",
    "budget_ceiling_microdollars": 500,
    "latency_tolerance_ms": 2_000,
}
OK = sends(answer("200 OK", "", json.dumps(PLACED).encode()))
NONE = sends(answer("200 OK", "", json.dumps(NOT_PLACED).encode()))
BUSY = sends(answer("429 Slow", "Retry-After: 0\r\nConnection: close\r\n", b"slow down"))


@pytest.fixture
def desk(tmp_path, capsys, monkeypatch):
    """Run the command in a folder with a descriptor; give its code, its answer and its refusal."""
    (tmp_path / "wanted.json").write_text(json.dumps(WANTED), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MIMIR_ROUTER_TOKEN", TOKEN)

    def run(url, *options, descriptor="wanted.json"):
        code = main(["route", "--base-url", url, "--descriptor", descriptor, *options])
        captured = capsys.readouterr()
        assert TOKEN not in captured.out + captured.err
        return code, captured.out, captured.err

    return run


def test_a_placement_is_shown_without_the_key(desk):
    with Server([OK]).serving() as server:
        code, out, err = desk(server.url, "--step-id", "s1", "--workflow-id", "w1")
    assert (code, err) == (0, "")
    assert out.splitlines() == [
        "placed on anthropic:claude-sonnet-4-5 (lane anthropic, managed)",
        "why: capability match, cheapest viable",
        "",
        "entry   verdict   reason",
        "sonnet  chosen",
        'opus    excluded  {"class": "cost", "detail": {"cap": 5}}',
        "",
        "grant: 500 microdollars, until 2026-01-31T12:00:00Z, key not shown (see --grant-key-to)",
        "decision: rd_" + "a" * 26,
    ]
    head, _, body = server.requests[0].partition(b"\r\n\r\n")
    assert f"authorization: bearer {TOKEN}".encode() in head.lower()
    assert json.loads(body)["step_id"] == "s1"


def test_no_candidate_is_3(desk):
    with Server([NONE]).serving() as server:
        code, out, _ = desk(server.url)
    assert code == 3
    assert out.startswith("no candidate\nwhy: cost\n")


@pytest.mark.parametrize(("script", "expected"), [(OK, PLACED), (NONE, NOT_PLACED)])
def test_json_is_the_wire_without_the_key(desk, script, expected):
    with Server([script]).serving() as server:
        code, out, _ = desk(server.url, "--json")
    shown = json.loads(out)
    assert code == (0 if expected is PLACED else 3)
    assert "grant-key-text" not in out
    assert {"key", *shown.get("grant", {})} == {"key", *expected.get("grant", {})}
    assert shown["verdict"] == expected["verdict"]
    assert shown["decision_id"] == expected["decision_id"]


def test_the_key_goes_to_a_new_file_for_its_owner_alone(desk, tmp_path):
    with Server([OK]).serving() as server:
        code, out, _ = desk(server.url, "--grant-key-to", "key")
    assert code == 0
    assert "key in key" in out
    assert (tmp_path / "key").read_text("utf-8") == "grant-key-text\n"
    assert stat.S_IMODE((tmp_path / "key").stat().st_mode) == 0o600


def test_where_no_key_came_no_file_is_left(desk, tmp_path):
    with Server([NONE]).serving() as server:
        assert desk(server.url, "--grant-key-to", "key")[0] == 3
    assert not (tmp_path / "key").exists()


@pytest.mark.parametrize("name", ["wanted.json", "no/such/folder", "nul\0"])
def test_a_file_for_the_key_that_cannot_be_made_is_refused_before_anything_is_sent(desk, name):
    with Server([OK]).serving() as server:
        code, out, err = desk(server.url, "--grant-key-to", name)
    assert (code, out, server.connections) == (2, "", 0)
    assert err.startswith("mimir: ")
    assert err.count("\n") == 1


def test_what_is_safe_is_repeated_when_asked_for(desk):
    with Server([BUSY, OK]).serving() as server:
        assert desk(server.url)[0] == 1
    with Server([BUSY, OK]).serving() as server:
        assert desk(server.url, "--retries", "1")[0] == 0
    keys = {
        line
        for request in server.requests
        for line in request.split(b"\r\n")
        if b"idempotency-key" in line.lower()
    }
    assert (len(server.requests), len(keys)) == (2, 1)


def test_an_answer_that_is_none_is_1(desk):
    with Server([sends(answer("401 Unauthorized", "", TOKEN.encode()))]).serving() as server:
        code, out, err = desk(server.url)
    assert (code, out) == (1, "")
    assert err == "mimir: http_error: the router answered 401 (unauthorized): [REDACTED]\n"


def test_a_router_that_keeps_silent_is_1(desk):
    with Server([Line.hang]).serving() as server:
        code, _, err = desk(server.url, "--timeout", "0.2")
    assert code == 1
    assert err.startswith("mimir: ")


@pytest.mark.parametrize(
    ("url", "options", "said"),
    [
        ("http://router.example", [], "insecure_base_url: "),
        ("https://user:hunter2@router.example", [], "invalid_base_url: "),
        ("https://r.example", ["--token-env", "NO_SUCH"], "variable NO_SUCH is not set"),
        ("https://r.example", ["--token-env", TOKEN], "expected the name of a variable"),
        ("https://r.example", ["--token-env", "AKIAIOSFODNN7EXAMPLE"], "expected the name of"),
        ("https://r.example", ["--token", TOKEN], "a token is no argument"),
        ("https://r.example", [f"--token={TOKEN}"], "a token is no argument"),
        ("https://r.example", [f"--token-e={TOKEN}"], "a token is no argument"),
        ("https://r.example", ["--grant-key-to", "-"], "expected a file, not standard output"),
        ("https://r.example", ["--time", "5"], "unrecognized arguments: --time"),
        ("https://r.example", ["--retries", "10"], "expected a number from 0 to 9"),
        ("https://r.example", ["--timeout", "0"], "expected seconds"),
        ("https://r.example", ["--timeout", "nan"], "expected seconds"),
        ("https://r.example", ["--idempotency-key", "a b"], "invalid_request: "),
        ("https://r.example", ["--step-id", "x" * 600], "invalid_request: "),
    ],
)
def test_bad_input_is_one_line_and_2(desk, url, options, said):
    code, out, err = desk(url, *options)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert said in err
    assert "hunter2" not in err
    assert "AKIA" not in err
    assert TOKEN not in err


def test_a_token_that_no_header_can_hold_is_2(desk, monkeypatch):
    monkeypatch.setenv("OTHER_TOKEN", "hunter2\nX: 1")
    code, _, err = desk("https://r.example", "--token-env", "OTHER_TOKEN")
    assert code == 2
    assert "hunter2" not in err


def test_a_missing_descriptor_is_2(desk):
    code, _, err = desk("https://r.example", descriptor="none.json")
    assert (code, err) == (2, "mimir: none.json: no such file or directory\n")
