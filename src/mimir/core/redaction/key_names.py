"""What the name of a key says about its value: a secret, perhaps one, or nothing.

Rules:
1. A name is read as its words, however it is spelled: ``dbPassword``, ``DB_PASSWORD``,
   ``db-password`` and ``db.password`` are one name. What qualifies it at its end is left out:
   ``api_key_2``, ``passwordConfirmation``.
2. The last words decide. ``password``, ``api_key`` and their like say ``secret``; ``token``,
   ``key`` after a word and ``auth`` say ``maybe``: then the value has to look like chance.
3. Where they say nothing, what stands before them decides, unless the last word says that the value
   is about a secret: ``PASSWORD_DB`` is a secret, ``password_policy`` is none.
4. ``max_tokens``, ``tokenizer``, ``token_type``, ``author``, ``key_id``, and the keys and tokens
   of data (``primary_key``, ``next_page_token``) say nothing.
"""

import re
from typing import Final, Literal, TypeAlias

Says: TypeAlias = Literal["nothing", "maybe", "secret"]
"""What a name says about its value."""

NAME_MAX_CHARS: Final = 96
"""A longer name says nothing."""

_WORDS: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# A name without one of these says nothing: most names are left at the first look.
_STEM: Final = re.compile(
    r"(?i)pass|pwd|pswd|secret|key|token|auth|cred|cookie|connstr|string|jwt|[cx]srf|pat|sig|sess(?:ion)?id|connect\.sid|dsn"
    r"|bearer|psk|mnemonic|seed|recovery|backup"
)

_QUALIFIERS: Final = _words(
    """
    value plain plaintext raw b64 base64 old new current confirm confirmation again repeat prod
    production dev test staging live primary secondary default string text header
    """
)

# One word, or the end of one that is run together: dbpassword, openaiapikey.
_WHOLE: Final = (
    "password", "passwd", "passwrd", "passwort", "passphrase", "passcode", "pwd", "pswd", "secret",
    "apikey", "authtoken", "accesstoken", "refreshtoken", "apitoken", "accesskey", "secretkey",
    "privatekey", "authorization", "credential", "cookie", "connstr", "sessid", "mnemonic", "psk",
)  # fmt: skip

# The last two words, of which one would not do.
_PAIRS: Final = frozenset(
    f"{first}{last}"
    for last, firsts in {
        "key": (
            "access account admin api app application auth azure cipher client consumer crypto "
            "decryption deploy encrypt encryption functions hmac jwt license master private root "
            "secret security service session shared signing storage subscription webhook"
        ),
        "token": (
            "access account admin api app auth bearer bot csrf deploy device github gitlab hf hub "
            "id integration jwt login npm oauth personal private pypi refresh registration reset "
            "secret security service session slack user vault verification webhook xsrf"
        ),
        "phrase": "recovery seed",
        "code": "backup recovery",
        "codes": "backup recovery",
        "pass": (
            "auth basic become db database ftp http imap mail mysql pg proxy redis root smtp ssh "
            "user"
        ),
        "string": "connection secret",
        "auth": "basic http proxy",
    }.items()
    for first in firsts.split()
)

_MAYBE: Final = _words(
    """
    token auth oauth pass creds jwt csrf xsrf pat dsn sessionid jsessionid bearer
    """
)

# Two words that are the name of a session's cookie.
_COOKIES: Final = frozenset(("connectsid",))

_NO_KEY: Final = _words(
    """
    primary foreign sort partition public pub cache row object group dict hash unique composite
    natural routing message idempotency host map index json data i18n translation locale search
    lookup dedupe dedup range shard order item entry event metric column table field record
    config name id arrow hot return enter tab shift ctrl control alt escape space model cluster
    surrogate business candidate alternate tuple pair label tag feature param query attribute
    any each every the a this parent child s3 storage_object blob file path prefix partitioning
    state step answer issue jira ticket embedding upload asset image photo avatar document
    attachment download thumbnail media video audio by
    """
)
_NO_TOKEN: Final = _words(
    """
    max min num n eos bos pad unk sep cls mask stop end start special page next previous prev
    continuation continue sync cursor per total input output prompt completion first last best
    image text audio video current blank decoder begin tool word sub think added syntax lexer
    the a this each every one of
    """
)

# What a name before its last words has to be, as a word of its own, for those to be left out.
_STEMS: Final = _words(
    """
    password passwd passphrase passcode pwd secret apikey authtoken accesstoken accesskey secretkey
    privatekey
    """
)

# The last words that say that a value is about a secret.
_ABOUT: Final = _words(
    """
    policy length len size min max count total limit hash hashed hashes hasher digest algorithm
    algo alg type kind format name names id ids file files filename path dir directory folder url
    uri link href endpoint host port page field fields input label title hint placeholder message
    msg error errors reset change changed updated created expired expires expiry expiration age
    ttl timeout days date time at by in rotation rotate version strength score level complexity
    required requirements optional enabled disabled allowed valid invalid validation validator
    validate verify verified verification check checker match matches rule rules regex pattern
    manager store storage provider service server client class model schema config settings
    options option form forms dialog modal button icon view screen template email mail sender
    generator factory handler helper helpers util utils test tests spec mock fixture env var
    variable ref reference arn scope scopes prefix suffix mask masked encoding encoder encrypted
    salt iterations rounds cost status state flag mode method strategy grant source location
    description desc comment note notes help info text visible visibility show hide toggle
    attempts retries retry history usage budget index key keys is has set get used needed exists
    present only less free santa sauce garden agent word words entry user username owner role
    column table row list map dict array object data request response event result results
    """
)


def says(name: str) -> Says:
    """Tell what ``name`` says about its value.

    >>> says("DB_PASSWORD"), says("openaiApiKey"), says("token"), says("max_tokens")
    ('secret', 'secret', 'maybe', 'nothing')
    """
    if len(name) > NAME_MAX_CHARS or _STEM.search(name) is None:
        return "nothing"
    words = words_of(name)
    while (
        words
        and (words[-1] in _QUALIFIERS or words[-1].isdigit())
        and "".join(words[-2:]) not in _PAIRS
    ):
        words.pop()
    if not words:
        return "nothing"
    before, last = words[-2] if len(words) > 1 else "", words[-1]
    if last.endswith(_WHOLE) or last.removesuffix("s").endswith(_WHOLE) or before + last in _PAIRS:
        return "secret"
    return "maybe" if _is_maybe(before, last) else _before_the_last(words)


def words_of(name: str) -> list[str]:
    """Split a name into its words, in lower case.

    >>> words_of("x-goog-api-key"), words_of("AWSSecretKey2")
    (['x', 'goog', 'api', 'key'], ['aws', 'secret', 'key', '2'])
    """
    return [word.lower() for word in _WORDS.findall(name)]


def _is_maybe(before: str, last: str) -> bool:
    if last == "key":
        return bool(before) and before not in _NO_KEY
    if last.endswith("token"):
        return before not in _NO_TOKEN
    return last in _MAYBE or before + last in _COOKIES


def _before_the_last(words: list[str]) -> Says:
    """Tell what a name says about a value that its last words do not speak of: rule 3."""
    if words[-1].removesuffix("s") in _ABOUT or words[-1] in _ABOUT:
        return "nothing"
    heads = range(len(words) - 1)
    if any(words[at] in _STEMS or words[at] + words[at + 1] in _PAIRS for at in heads):
        return "secret"
    return "maybe" if words[0] == "token" and len(words) == 2 else "nothing"
