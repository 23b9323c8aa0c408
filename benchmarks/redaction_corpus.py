"""A corpus of secrets where secrets stand, and of texts that only look as if they held one.

Rules:
1. Every text is made from a seed while the program runs; nothing in this file has a key's shape.
2. The half that a case belongs to follows from its text alone: rules are tuned on ``tune`` and
   reported on ``report``.
3. Of a case with a secret no part may be left; a benign text must stay as it is.
"""

import base64
import hashlib
import json
import random
import re
import uuid
from collections.abc import Callable, Iterator
from typing import Final, Literal, NamedTuple

from redaction_benign import BENIGN

from mimir.testing.key_forms import ALPHABETS, FORMS, fill

Half = Literal["tune", "report"]
SEED: Final = 20261127


class Case(NamedTuple):
    """A text, the secret in it (empty for a benign one), and what it is an example of."""

    text: str
    secret: str
    family: str
    context: str

    @property
    def half(self) -> Half:
        """Rule 2."""
        digest = hashlib.sha256(self.text.encode("utf-8", "surrogatepass")).digest()
        return "tune" if digest[0] % 2 else "report"


# What stands around a key that has a shape of its own: @ is the key.
AROUND: Final = {
    "bare": "@",
    "prose": "please use @ for now",
    "comma": "keys: @, and others",
    "dot": "The key is @.",
    "parentheses": "the old one (@) is revoked",
    "brackets": "[@]",
    "angle": "Token <@> was refused",
    "markup": "<code>@</code>",
    "backtick": "Run it with `@` please",
    "ampersand": "https://example.com/v1?x=@&y=1",
    "semicolon": "a=@; b=2",
    "colon": "error for @: denied",
    "quotes": "'@'",
    "double quotes": 'value "@" is wrong',
    "json": '{"note": "use @", "n": 1}',
    "json compact": '{"messages":[{"role":"user","content":"@"}]}',
    "json in json": '{"arguments": "{\\"value\\": \\"@\\"}"}',
    "json newline": '{"content": "first\\n@\\nlast"}',
    "lines": "first\n@\nlast",
    "tab": "name\t@\tx",
    "env": "FOO_BAR=@\nOTHER=1",
    "export": 'export SOMETHING="@"',
    "yaml": "settings:\n  value: @\n  other: 1",
    "toml": "value = '@'",
    "repr": "Client(x='@', y=1)",
    "log": "2026-01-02 03:04:05 ERROR call failed value=@ status=401",
    "traceback": 'ValueError: bad value: @\n  File "x.py", line 3',
    "bearer": "Authorization: Bearer @",
    "curl": "curl -H 'Authorization: Bearer @' https://api.example.com",
    "curl double": 'curl -H "Authorization: Bearer @" \\\n  https://api.example.com',
    "param": "GET /v1/models?key=@ HTTP/1.1",
    "quoted url": "redirect=https%3A%2F%2Fx.com%3Ftoken%3D@%26a%3D1",
    "percent": "%22@%22",
    "ansi": "\x1b[31m@\x1b[0m",
    "markdown": "**@**",
    "list": "- @\n- x",
    "entity": "&quot;@&quot;",
    "shell": "echo @ | docker login",
    "python": 'client = Client("@")',
    "chinese": "\u5bc6\u94a5\u662f@\u3002",
}

_NAMES: Final = """
password passwd pwd passphrase DB_PASSWORD dbPassword db-password PGPASSWORD POSTGRES_PASSWORD
MYSQL_ROOT_PASSWORD adminPassword user_password secret client_secret clientSecret CLIENT_SECRET
app_secret JWT_SECRET webhook_secret SECRET_KEY secretKey api_key apiKey apikey API_KEY api-key
x-api-key X-API-Key x-goog-api-key Ocp-Apim-Subscription-Key openaiApiKey OPENAI_API_KEY
MISTRAL_API_KEY COHERE_API_KEY ASSEMBLYAI_API_KEY DEEPGRAM_API_KEY STRIPE_API_KEY api_token
apiToken access_token accessToken ACCESS_TOKEN auth_token authToken refresh_token refreshToken
id_token session_token sessionToken bot_token SLACK_BOT_TOKEN GITHUB_TOKEN csrf_token private_key
privateKey aws_secret_access_key AWS_SECRET_ACCESS_KEY SecretAccessKey secretAccessKey
aws_session_token AccountKey SharedAccessKey encryption_key signing_key master_key access_key
storage_account_key WANDB_API_KEY DATADOG_APP_KEY credential credentials token
"""
NAMES: Final = _NAMES.split()

# How a named secret is written: # is the name, @ the secret. Strong forms hold any text.
QUOTED: Final = {
    "json": '{"user": "bob", "#": "@", "n": 1}',
    "json compact": '{"#":"@","n":1}',
    "json indented": '{\n  "#": "@"\n}',
    "json in json": '{"arguments": "{\\"#\\": \\"@\\", \\"n\\": 1}"}',
    "json in json in json": '{"a": "{\\"b\\": \\"{\\\\\\"#\\\\\\": \\\\\\"@\\\\\\"}\\"}"}',
    "python": '# = "@"',
    "python single": "#='@'",
    "repr": "{'#': '@', 'a': 1}",
    "call": "Client(#='@', timeout=3)",
    "subscript": 'config["#"] = "@"',
    "yaml": 'login:\n  #: "@"\n',
    "toml": '[login]\n# = "@"\n',
    "export": 'export #="@"',
    "ruby": "'#' => '@',",
    "javascript": "const c = { #: '@' };",
    "go": '# := "@"',
    "typed": '#: str = "@"',
    "pair": '{"name": "#", "value": "@"}',
    "log": 'level=error msg="login failed" #="@"',
    "attribute": '<add #="@" />',
    "body": '-d \'{"#":"@"}\'',
    "javascript typed": 'let #: string = "@";',
}
PLAIN: Final = {
    "env": "#=@\nOTHER=1",
    "export": "export #=@",
    "yaml": "login:\n  #: @\n  host: x",
    "ini": "[login]\n# = @\n",
    "log": "2026-01-02 login failed #=@ user=bob",
    "log comma": "failed with #=@, user=bob",
    "log colon": "using #: @",
    "param": "https://api.example.com/v1?#=@&q=1",
    "form": "user=bob&#=@&go=1",
    "header": "#: @\r\nAccept: */*",
    "curl": "curl -H '#: @' https://example.com",
    "json newline": '{"text": "export #=@\\nexport B=1"}',
    "parentheses": "(#=@)",
    "markup": "<#>@</#>",
    "flag": "run --# @ --verbose",
    "flag equals": "run --#=@ --verbose",
    "connection": "Server=db;User Id=sa;#=@;Encrypt=true",
    "docker": "docker run -e #=@ image",
    "percent": "a%3D1%26#%3D@%26b",
    "bracketed": "[#=@]",
    "prose": "my #: @",
}


def _random_text(chance: random.Random, alphabet: str, least: int, most: int) -> str:
    return "".join(chance.choices(alphabet, k=chance.randint(least, most)))


TOKENS: Final[dict[str, Callable[[random.Random], str]]] = {
    "hex": lambda r: _random_text(r, ALPHABETS["h"], 32, 64),
    "letters": lambda r: _random_text(r, ALPHABETS["a"], 24, 44),
    "base64url": lambda r: "a7" + _random_text(r, ALPHABETS["b"], 22, 50) + "Zq",
    "base64": lambda r: base64.b64encode(r.randbytes(r.choice([30, 32, 40, 64]))).decode(),
    "uuid": lambda r: str(uuid.UUID(int=r.getrandbits(128), version=4)),
}
WORDS: Final = [
    "river",
    "tiger",
    "copper",
    "window",
    "silent",
    "orange",
    "maple",
    "thunder",
    "castle",
    "winter",
]


def _password(chance: random.Random) -> str:
    word = chance.choice(WORDS)
    number = chance.randint(10, 9999)
    return chance.choice(
        [
            f"{word}{number}",
            f"{word.title()}{number}!",
            f"{word.replace('e', '3').replace('o', '0')}-{chance.choice(WORDS)}{number}",
            f"{word[:3].title()}@{number}#{word[3:]}",
            f"P@ss{word}{number}",
            f"{chance.choice(WORDS).title()}${word}%{number}",
        ]
    )


def _phrase(chance: random.Random) -> str:
    return chance.choice(
        [
            " ".join(chance.sample(WORDS, 4)),
            f"{chance.choice(WORDS)} & {chance.choice(WORDS)}, {chance.randint(1, 99)}; ok)",
            f"p\u00e4ss {chance.choice(WORDS)} {chance.randint(10, 99)}",
            chance.choice(WORDS) + chance.choice(WORDS),
        ]
    )


def _is_login(name: str) -> bool:
    return re.search(r"(?i)pass|pwd", name) is not None


def _shaped(chance: random.Random) -> Iterator[Case]:
    around = [*AROUND.items()]
    for family, form in FORMS:
        for context, frame in [around[0], *chance.sample(around[1:], 7)]:
            key = fill(form, chance)
            yield Case(frame.replace("@", key), key, family, context)


def _named(chance: random.Random) -> Iterator[Case]:
    for name in NAMES:
        for styles, quoted in ((QUOTED, True), (PLAIN, False)):
            for style in chance.sample([*styles], 6):
                family, secret = _secret_for(name, quoted, chance)
                frame = styles[style]
                yield Case(
                    frame.replace("#", name).replace("@", secret), secret, family, f"named {style}"
                )


def _secret_for(name: str, quoted: bool, chance: random.Random) -> tuple[str, str]:
    if _is_login(name) or (name in ("secret", "credential") and chance.random() < 0.5):
        if quoted and chance.random() < 0.3:
            return "phrase", _phrase(chance)
        return "password", _password(chance)
    kind = chance.choice([*TOKENS])
    return kind, TOKENS[kind](chance)


def _login_forms(chance: random.Random) -> Iterator[Case]:
    for scheme in ("postgres", "postgresql+asyncpg", "mysql", "mongodb+srv", "redis", "rediss", "amqp",
                   "https", "ftp", "clickhouse"):  # fmt: skip
        for frame in ("@", "url: @", '{"url": "@"}', "DATABASE_URL=@\n", "cannot connect to @: refused",
                      "engine = create('@')", "(@)", 'DATABASE_URL="@"'):  # fmt: skip
            secret = chance.choice([_password(chance).replace("#", "").replace("@", ""),
                                    TOKENS["letters"](chance), TOKENS["hex"](chance)])  # fmt: skip
            user = chance.choice(["bob", "app_user", "", "admin"]) if "redis" in scheme else "bob"
            url = f"{scheme}://{user}:{secret}@db.example.com:5432/app?x=1"
            yield Case(frame.replace("@", url, 1), secret, "url", f"url {frame[:10]}")


def _headers(chance: random.Random) -> Iterator[Case]:
    quoted = (
        "@",
        "-H '@'",
        '-H "@"',
        "> @\r\n> Host: x",
        '{"curl": "curl -H \'@\'"}',
        "GET / HTTP/1.1\n@\n\n",
    )
    for _ in range(4):
        for frame in quoted:
            basic = base64.b64encode(f"bob:{_password(chance)}".encode()).decode()
            token = TOKENS["letters"](chance)
            cookie = f"sid={TOKENS['hex'](chance)}; theme=dark; csrf={TOKENS['letters'](chance)}"
            for header, secret in (
                (f"Authorization: Basic {basic}", basic),
                (f"authorization: bearer {token}", token),
                (f"Authorization: Bearer {token}", token),
                (f"Authorization: Token {token}", token),
                (f"Proxy-Authorization: Basic {basic}", basic),
                (f"Authorization: {token}", token),
                (f"Cookie: {cookie}", cookie),
                (f"Set-Cookie: session={token}; Path=/; HttpOnly", token),
                (f"X-Auth-Token: {token}", token),
                (f"x-api-key: {token}", token),
            ):
                yield Case(frame.replace("@", header), secret, "header", header.split(":")[0])
    for _ in range(6):
        token = TOKENS["letters"](chance)
        for frame in (
            '{"Authorization": "Bearer @"}',
            "{'authorization': 'Bearer @'}",
            '[["Authorization", "Bearer @"]]',
            "[(b'authorization', b'Bearer @')]",
            "headers = {'X-Api-Key': '@'}",
            '{"headers": "{\\"x-api-key\\": \\"@\\"}"}',
            "sent Bearer @, got 401",
            "curl -u bob:@ https://example.com",
            "https://storage.example.net/c/b?sv=2024&sig=@&se=2026",
            "https://x.s3.amazonaws.com/a?X-Amz-Signature=@&X-Amz-Date=1",
            "https://oauth2:@@git.example.com/a/b.git",
            "DefaultEndpointsProtocol=https;AccountName=a;AccountKey=@;EndpointSuffix=core",
            "Endpoint=sb://x.servicebus.net/;SharedAccessKeyName=Root;SharedAccessKey=@",
        ):
            yield Case(frame.replace("@", token, 1), token, "header", frame[:24])


def _blocks(chance: random.Random) -> Iterator[Case]:
    kinds = ("RSA PRIVATE KEY", "PRIVATE KEY", "EC PRIVATE KEY", "OPENSSH PRIVATE KEY", "ENCRYPTED PRIVATE KEY",
             "PGP PRIVATE KEY BLOCK")  # fmt: skip
    for kind in kinds:
        lines = [_random_text(chance, ALPHABETS["c"], 64, 64) for _ in range(6)]
        lines.append(_random_text(chance, ALPHABETS["c"], 20, 40) + "==")
        head = "Version: GnuPG v2\n\n" if "PGP" in kind else ""
        head = (
            "Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,0A1B\n\n" if kind[:3] == "RSA" else head
        )
        body = "\n".join(lines)
        whole = f"-----BEGIN {kind}-----\n{head}{body}\n-----END {kind}-----"
        yield Case(whole, body, "pem", "pem")
        yield Case(f"key:\n{whole}\nend", body, "pem", "pem in text")
        escaped = json.dumps({"k": whole})
        yield Case(escaped, json.dumps(body)[1:-1], "pem", "pem in json")
        yield Case(
            json.dumps({"a": escaped}),
            json.dumps(json.dumps(body)[1:-1])[1:-1],
            "pem",
            "pem in json in json",
        )
        yield Case(f'KEY="{json.dumps(whole)[1:-1]}"', json.dumps(body)[1:-1], "pem", "pem in env")
        yield Case(whole[: len(whole) // 2], lines[1], "pem", "pem cut")
        yield Case(whole.replace("\n", "\r\n"), lines[2], "pem", "pem crlf")
        yield Case("  " + whole.replace("\n", "\n  "), lines[3], "pem", "pem indented")


def secrets() -> list[Case]:
    """Make every case that holds a secret.

    >>> len(secrets()) > 1500
    True
    """
    chance = random.Random(SEED)
    return [
        *_shaped(chance),
        *_named(chance),
        *_login_forms(chance),
        *_headers(chance),
        *_blocks(chance),
    ]


def benign() -> list[Case]:
    """Make every text that holds no secret."""
    chance = random.Random(SEED)
    texts = [*BENIGN, *_generated(chance)]
    return [Case(text, "", "benign", text[:24]) for text in dict.fromkeys(texts)]


def _generated(chance: random.Random) -> Iterator[str]:
    for _ in range(6):
        digest = _random_text(chance, ALPHABETS["h"], 64, 64)
        some_id = uuid.UUID(int=chance.getrandbits(128), version=4)
        image = base64.b64encode(chance.randbytes(240)).decode()
        yield f"commit {digest[:40]}\nAuthor: Ann <ann@example.com>"
        yield f"image@sha256:{digest}"
        yield f'"integrity": "sha512-{base64.b64encode(chance.randbytes(64)).decode()}"'
        yield f'{{"url": "data:image/png;base64,{image}"}}'
        yield f'{{"id": "{some_id}", "request_id": "req_{digest[:24]}", "trace_id": "{digest[:32]}"}}'
        yield f"session {some_id} ended"
        yield f'{{"id": "chatcmpl-{_random_text(chance, ALPHABETS["a"], 29, 29)}", "object": "chat.completion"}}'
        yield f'{{"tool_call_id": "call_{_random_text(chance, ALPHABETS["a"], 24, 24)}"}}'
        yield f'{{"id": "toolu_{_random_text(chance, ALPHABETS["a"], 24, 24)}", "type": "tool_use"}}'
        yield f'{{"id": "msg_{_random_text(chance, ALPHABETS["a"], 24, 24)}", "role": "assistant"}}'
        yield f"run_{_random_text(chance, ALPHABETS['a'], 24, 24)} finished"
        yield f"rd_{_random_text(chance, ALPHABETS['l'], 26, 26)} and req_route_{_random_text(chance, ALPHABETS['b'], 16, 16)}"
        yield f'etag: "{digest[:32]}"'
        yield f"sha256={digest}"
        yield f"cache_key={digest[:32]} hit"
        yield f'{{"sort_key": "{digest[:16]}", "primary_key": "{some_id}", "partition_key": "{digest[:8]}"}}'
        yield f"kid={digest[:16]} key_id={some_id} access_key_id: none"
        yield f"/var/lib/docker/overlay2/{digest}/merged"
        yield f"{digest}  model.safetensors"
        yield f'{{"prompt_tokens": {chance.randint(1, 9999)}, "completion_tokens": 12, "total_tokens": 99}}'
        yield f'{{"token": " {chance.choice(WORDS)}", "logprob": -0.{chance.randint(1, 999)}, "bytes": [32, 97]}}'
        yield f"next_page_token: {_random_text(chance, ALPHABETS['a'], 30, 30)}"
        yield f'{{"thread_id": "thread_{_random_text(chance, ALPHABETS["a"], 24, 24)}"}}'
        yield f'{{"encrypted_content": "{image}"}}'
        yield (
            f'{{"signature": "{image}", "type": "thinking"}}'
            if chance.random() < 0
            else f"fp_{digest[:10]}"
        )
        yield f"public key: {digest[:8]}; fingerprint SHA256:{image[:43]}"
        yield f"ssh-ed25519 {'AAAAC3NzaC1lZDI1NTE5AAAAI'}{image[:43]} ann@host"
        yield f"-----BEGIN CERTIFICATE-----\n{image[:64]}\n-----END CERTIFICATE-----"
        yield f"-----BEGIN PUBLIC KEY-----\n{image[:64]}\n-----END PUBLIC KEY-----"
