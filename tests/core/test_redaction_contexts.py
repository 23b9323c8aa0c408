"""Secrets that have no shape go by where they stand; what only looks like one stays."""

import json
import random

import pytest

from mimir.core.redaction import contexts, plain_values, quoted
from mimir.core.redaction.shapes import Seen
from mimir.core.redaction.text import REDACTED, scrub
from mimir.testing.key_forms import FORMS, fill

TOKEN = "q7Rt2LmX9vB4nC8zKp5W"

GONE = [
    ("mysql -u root -phunter2 shop", "hunter2"),
    ("sshpass -p 'open 2 it' ssh h", "open 2 it"),
    ("docker login -u bob -p hunter2 r.io", "hunter2"),
    ("machine h\n  login bob\n  password hunter2\n", "hunter2"),
    ("requirepass hunter2", "hunter2"),
    ("config set masterauth 'hunter2'", "hunter2"),
    ("create user bob identified by 'hunter2x'", "hunter2x"),
    ('password = """m0re than one"""', "m0re than one"),
    ("password: |\n  hunter2\n  abc\nuser: bob", "hunter2\n  abc"),
    ("{&quot;password&quot;:&quot;hunter2x&quot;}", "hunter2x"),
    ("%7B%22password%22%3A%22hunter2x%22%7D", "hunter2x"),
    (f"sessionid={TOKEN}", TOKEN),
    (f"the jar has connect.sid={TOKEN}", TOKEN),
    (f"/v1?key={TOKEN}", TOKEN),
    ("DB_PASSWORD=Xy7!k(d9)", "Xy7!k(d9)"),
    ('"password": "' + "It is the word of the day. " * 12, "It is the word of the day. " * 12),
    ('password: "a\\\\\\"b"', 'a\\\\\\"b'),
    (f"sent Bearer {TOKEN}, got 401", TOKEN),
    ('password: "a\\\\\\"b"', 'a\\\\\\"b'),
    ("my password is hunter2, do not tell", "hunter2"),
    ("password is 'correct horse battery'", "correct horse battery"),
    ("{'Authorization': 'Basic dXNlcjpodW50ZXIy'}", "Basic dXNlcjpodW50ZXIy"),
    ("Basic dXNlcjpwYXNz", "dXNlcjpwYXNz"),
    ("mysql://root:toor@127.0.0.1/x", "toor"),
    ("postgres://bob:ab/c+d@db/x", "ab/c+d"),
    (f"https://{TOKEN}@example.com/1", TOKEN),
    ("Server=x;Password=Xy7!kd,92;Encrypt=True", "Xy7!kd,92"),
    ("- name: DB_PASSWORD\n  value: hunter2x", "hunter2x"),
    ("password => 'hunter2x'", "hunter2x"),
    ("PASSWORD 'hunter2x'", "hunter2x"),
    ("IDENTIFIED BY 'hunter2x'", "hunter2x"),
    (f"Authorization: Token {TOKEN}", TOKEN),
    (f"Authorization: {TOKEN}", TOKEN),
    (
        "Authorization: AWS4-HMAC-SHA256 Credential=x/1, Signature=ab12",
        "Credential=x/1, Signature=ab12",
    ),
    ("Cookie: a=b; c=d\r\nHost: x", "a=b; c=d"),
    (f"(b'x-api-key', b'{TOKEN}')", TOKEN),
    ("SMTP_PASS=letmein", "letmein"),
    ("password=letmein&user=bob", "letmein"),
    ("user=bob&password=letmein", "letmein"),
    ('{"password":"letmein"}', "letmein"),
    ("password: 12345678", "12345678"),
    ("--password hunter2x", "hunter2x"),
    (f"--token '{TOKEN}'", TOKEN),
    ("curl -u bob:hunter2x https://x", "hunter2x"),
    (f"token {TOKEN} was revoked", TOKEN),
    (f"https://x.com/a?key={TOKEN}&b=1", TOKEN),
    (f"https://x.com/a?b=1&sig={TOKEN}", TOKEN),
    ("<password>letmein</password>", "letmein"),
    ("a%3D1%26password%3Dhunter2x%26b", "hunter2x"),
    ("password=" + "a1" * 200 + " x", "a1" * 200),
    ("token=" + "a1" * 200 + " x", "a1" * 200),
    ("token\\npassword: hunter2x", "hunter2x"),
    ("\\napi_key: hunter2x", "hunter2x"),
    ('{"a": "{\\"password\\": \\"x\\\\\\"y z\\"}"}', 'x\\\\\\"y z'),
    ('{"password":\n  "c0rrect-Horse1"}', "c0rrect-Horse1"),
    ('{"password" :\r\n\t"open sesame"}', "open sesame"),
    ('"{\\"password\\":\\n  \\"open sesame\\"}"', "open sesame"),
    ('{"x-api-key": ["zork-Q"]}', "zork-Q"),
    ('{"passwords": ["letmein", "open sesame"]}', 'letmein", "open sesame'),
    ('{"passwords": ["${X}", "letmein", 1]}', "letmein"),
    ('{"Authorization":["Bearer abcDEF123456"]}', "Bearer abcDEF123456"),
    ('{"Cookie":["sid=abc123"]}', "sid=abc123"),
    ('"{\\"Cookie\\":[\\"sid=abc123\\"]}"', "sid=abc123"),
    ('{"password":{"value":"letmein"}}', "letmein"),
    ('{"password":{"type":"string","default":"","value":"hunter2"}}', "hunter2"),
    ('"{\\"password\\":{\\"value\\":\\"x\\"}}"', "x"),
    ("PASSWORD_DB=letmein", "letmein"),
    ("DB_PASSWORD_EU=letmein", "letmein"),
    ("API_KEY_OPENAI=zork-Q1", "zork-Q1"),
    (f"TOKEN_GITHUB={TOKEN}", TOKEN),
    ("SECRET_KEY_BASE=zork-Q1", "zork-Q1"),
    ("ansible_become_pass: hunter2", "hunter2"),
    ("becomePass: hunter2", "hunter2"),
    (f'{{"bearer": "{TOKEN}"}}', TOKEN),
    ("psk=hunter2", "hunter2"),
    ('mnemonic: "' + "zoo " * 11 + 'wrong"', "zoo " * 11 + "wrong"),
    ('seed_phrase="zoo wrong zoo"', "zoo wrong zoo"),
    ("RECOVERY_CODE=ab12-cd34", "ab12-cd34"),
    ('{"backup_codes": ["ab12-cd34"]}', "ab12-cd34"),
    ("root:letmein@tcp(host)/db", "letmein"),
    ("jdbc:oracle:thin:scott/tiger@host", "tiger"),
    ("https%3A%2F%2Fbob%3Apw%2Bx1%40host", "pw%2Bx1"),
    ('ds.setPassword("letmein");', "letmein"),
    ("user.set_password('letmein')", "letmein"),
    ('<add key="password" value="letmein"/>', "letmein"),
    ('<input name="password" type="text" value="letmein">', "letmein"),
    ('password="cut off', "cut off"),
    ('password="cut off\nnext line', "cut off"),
    ('{"a": "password=\'cut off", "b": 1}', "cut off"),
]

STAYS = [
    "mysql -p shop",
    "ssh -p 2222 host1",
    "mkdir -p data1",
    "docker run -p 8080:80 img1",
    "sshpass -p $PASS ssh h",
    "machine h login bob password ${PASS}",
    "a machine login password reset2",
    "requirepass is the directive of x1",
    "requirepass hunter2 is in the docs",
    "a user identified by 'name'",
    "IDENTIFIED BY name",
    "password: |",
    "password: |\n  Please enter the password.",
    "password = '''",
    'x password=&quot;hunter2", "b": "&quot;',
    "sessionid={session_id}",
    "run --a x",
    "keykey=1",
    "/v1?sigma",
    "a Bearer of bad news",
    "Basic trainingcamps1",
    "Authorization: 'none'",
    "password != letmein9",
    "root@tcp(host)/db",
    "root:${PASS}@tcp(host)/db",
    "jdbc:oracle:thin:@host",
    "jdbc:oracle:thin:scott/${PASS}@host",
    "https%3A%2F%2Fhost%3A8080%2Fx",
    "https%3A%2F%2Fbob%3Apassword%40host",
    'hash_password("letmein")',
    'user.getPassword("letmein")',
    '<input name="password" value="">',
    '<input type="password" value="Enter your password">',
    'password_policy="strong1"',
    "password_length=12345678",
    'password_hash_algorithm="bcrypt9"',
    "token_count=12345678",
    'secret_name="app-1a2b3c"',
    f"api_key_id={TOKEN}",
    'password_reset_url="/x/y1"',
    f"a_token_of_love={TOKEN}",
    '"mnemonic": "mov eax"',
    '<a accesskey="s">',
    "the access key: Alt+Shift+K",
    "'password' => 'required|min:8|confirmed'",
    "password: !vault |",
    "password => $request->password",
    "s3_key: a/b/0f1e2d3c4b5a69788796a5b4c3d2e1f0.png",
    'my_key="path/to/Q7r2Lm9X.jpeg"',
    f"answer_key={TOKEN}",
    'some_key="ABC-123456"',
    '"password":\n  "type": "string"',
    '{"password": ["This field is required."]}',
    '{"password": [1, "letmein"], "roles": ["admin"]}',
    '{"password": {"type": "string", "description": "Your password"}, "value": "x"}',
    '{"password": {"default": "", "a": {"value": "x"}}}',
    'x password "word"',
    "password: " + "\u041f" * 3 + ", " + "a b " * 80,
    '"password": ""',
    "Basic training",
    "Basic YWJj",
    "Authorization: Bearer <token>",
    "Authorization: required",
    "Cookie: chocolate",
    "postgres://user:password@localhost/db",
    "https://example.com/@user",
    "https://short@example.com",
    "mail me at ann@example.com://",
    "assert password == expected_password_123",
    "-----BEGIN PRIVATE KEY----- is a line",
    "-----BEGIN PRIVATE KEY-----\nshort\n-----END PRIVATE KEY-----",
    "-----BEGIN CERTIFICATE-----",
    "--password PASSWORD",
    "--verbose hunter2x",
    "--- hunter2",
    "curl -u $USER:$PASS x",
    "x-u bob:hunter2x",
    "IDENTIFIED BY PASSWORD",
    "IDENTIFIED BY '${X}'",
    "password: the word",
    "password: call(1)",
    "password=[REDACTED]",
    "<password>",
    "fields = ['password', 'email']",
    '{"password": 12345678}',
    "arn:aws:secretsmanager:eu-west-1:1:secret:app-1a2b3c",
    'connectionString="Data Source=app.db"',
    "token=" + "a." * 200,
    '"password": "' + "\u041f\u0430\u0440\u043e\u043b\u044c" + '"',
]


@pytest.mark.parametrize(("text", "secret"), GONE)
def test_a_secret_goes_and_the_rest_stays(text: str, secret: str) -> None:
    assert scrub(text) == text.replace(secret, REDACTED)
    assert scrub(scrub(text)) == scrub(text)


@pytest.mark.parametrize("text", STAYS)
def test_what_only_looks_like_a_secret_stays(text: str) -> None:
    assert scrub(text) == text


@pytest.mark.parametrize(("family", "form"), FORMS)
def test_a_key_of_every_family_goes_whole(family: str, form: str) -> None:
    chance = random.Random(form)
    for _ in range(20):
        key = fill(form, chance)
        assert scrub(f"({key})") == f"({REDACTED})"
        assert json.loads(scrub(json.dumps({"note": f"use {key}"}))) == {"note": f"use {REDACTED}"}


def test_a_private_key_goes_whole_or_as_far_as_it_stands() -> None:
    lines = ["Ab3+" * 16, "Cd4/" * 16, "Ef5w=="]
    whole = "\n".join(["-----BEGIN RSA PRIVATE KEY-----", *lines, "-----END RSA PRIVATE KEY-----"])
    assert scrub(f"a\n{whole}\nb") == f"a\n{REDACTED}\nb"
    assert scrub(json.dumps({"a": whole})) == json.dumps({"a": REDACTED})
    cut = whole[: whole.index("-----END")].rstrip()
    assert scrub(f"{cut} and\n{cut}") == f"{REDACTED} and\n{REDACTED}"


def test_a_token_behind_bearer_is_found_by_itself() -> None:
    assert contexts.find_bearer("Bearer a1B2c3D4e5F6 x", 0, "Bearer", Seen()) == (7, 19)
    assert contexts.find_bearer("Bearer of bad news", 0, "Bearer", Seen()) is None


def test_a_pair_that_stands_twice_is_hidden_twice() -> None:
    pair = '{"password": "hunter2"}'
    assert scrub(f"{pair} {pair}") == f'{{"password": "{REDACTED}"}} {{"password": "{REDACTED}"}}'


def test_a_bracket_that_the_value_opened_is_its_own() -> None:
    assert plain_values._without_closing("P(ss)") == "P(ss)"
    assert plain_values._without_closing("hunter2).") == "hunter2"


def test_a_quote_is_escaped_at_each_level_or_not_at_all() -> None:
    assert [quoted._is_escaped(slashes, 1) for slashes in (0, 1, 2)] == [False, True, False]
