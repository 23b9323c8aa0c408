"""What is no secret, though it stands where one would: placeholders, references, types, prose.

Rules:
1. ``${X}``, ``<token>``, ``***``, ``[REDACTED]``, ``null``, ``your-api-key`` and the names of types
   stand for a secret or its lack.
2. ``os.environ["X"]``, ``vault:path``, an ARN, a path and the name of a variable say where it is.
3. A sentence is about a secret; a passphrase has no words of grammar.
4. Each question is answered by one look at a value of at most ``LOOK_MAX_CHARS`` characters: what
   is longer is a secret.
"""

import re
from typing import Final

from mimir.core.redaction.proofs import RANDOM

LOOK_MAX_CHARS: Final = 256

_STEM: Final = (
    r"(?:key|token|secret|passw(?:or)?d|passphrase|passcode|pass|pwd|credential|auth|cookie)s?"
)

_NOTHING: Final = re.compile(
    r"""
    [\W_]*
    | x{3,} | \S{0,12}(?:\.\.\.|\u2026|\*{3,}|[xX]{4,}|\u2022{3,})\S{0,6}
    | <(?:[^<>\d]*|[^<>]*(?i:STEM)[^<>]*)> | \$\{.*\} | \{[^\d{}]*\} | \$\(.*\)? | \$?\{\{.*\}\}.*
    | \[[^\d\W]*(?:[ -][^\d\W]*)*\] | %\(\w+\)[sd]
    | %[sdrqv] | %\w+% | [$@:&!](?:[A-Z][A-Z0-9_]*|(?i:\w*STEM\w*)) | \$[0-9@*] | !\w+\ .*
    | (?i: (?:your|insert|enter|replace|paste|example|sample|dummy|fake)
            (?:[-_ ](?:[^\d]*|.*STEM.*)|STEM.*|api.*)?
        | (?:my|the|an?|some|put|add|use)[-_ ][^\d]*STEM[^\d]* | [^\d]*[-_ ]here
        | change[-_ ]?me\w* | replace[-_ ]?me | to[-_]?do | tbd )
    | (?i: none|null|nil|undefined|true|false|yes|no|on|off|empty|unset|not[-_ ]set|default
        | required|optional|missing|invalid|expired|revoked|unknown|hidden|masked|redacted|filtered
        | removed|n/?a|placeholder|bearer|basic|include|omit|same-origin|env(?:ironment)?|string
        | str|text|int(?:eger)?|bool(?:ean)?|bytes?|float|double|number|object|array|list|dict|map
        |any|char|varchar|date|uuid
        | u?int(?:8|16|32|64)|utf-?8
        |base64|md5|sha-?(?:1|256|512)|[hre]s(?:256|384|512)
        | oauth2?|hashed
        | (?:required|nullable|sometimes|string|bail|present|filled)(?:\|\w+(?::[\w,.]*)?)+
        | (?:alt|ctrl|control|shift|cmd|command|option|meta|super)(?:\+\w+)+
        | !(?:vault|env|ref|sub|getatt|encrypted|unsafe|lookup)(?:\ .*)? )
    | (?i: (?:os\.)?environ\b.* | env[:.(].* | process\.env.* | secrets?\.[\w.]+ | import\.meta.*
        | (?:vault|ssm|file|secret|op|gcp|aws|azure|keyvault|doppler)(?::|://).*
        | arn:aws.* | https?://[^@]*
        | projects/.*/secrets/.* | @microsoft\.keyvault.* )
    | (?:~|\.{1,2})?/[a-z0-9_.-]+(?:/[a-z0-9_.-]+)* | [A-Za-z]:\\.*
    | [A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*_?(?:KEY|TOKEN|SECRET|PASS|PASSWORD|PWD|CREDENTIALS?|AUTH)
        (?:_[A-Z0-9]+)*
    | (?i: [a-z_\ -]*STEM[a-z_\ -]* )
    """.replace("STEM", _STEM),
    re.VERBOSE | re.DOTALL,
)

_GRAMMAR: Final = re.compile(
    r"(?i)(?<!\w)(?:the|a|an|is|are|was|be|must|your|you|for|to|of|in|not|with|or|and|should|please"
    r"|enter|required|invalid|this|that|from|at|password|token|secret|key|de|la|le|el|un|der|die|das"
    r"|ist|und|por|mot|contrase\u00f1a|passwort)(?!\w)"
)
_SENTENCE: Final = re.compile(r"[^\W\d_][\w ,.'\u2019!?:;()/-]* [\w ,.'\u2019!?:;()/-]*")
_FOREIGN: Final = re.compile(r"[^\W\d_ ]*[^\W\d_\x00-\x7f][^\W\d_]*(?:\s[^\W\d_]+)*[.:?!]?")

_CODE: Final = re.compile(
    r"[A-Za-z_$][\w$]*\??(?:\??[.]|->|::|[\[(])[^0-9@#%^&]*|&?[A-Z][A-Za-z]+<.*|[=|<>].*|\+"
    r"|\$[a-z_]\w*-"
)
_PLAIN_WORD: Final = re.compile(r"[^\W\d][\w-]*(?:[.:/][\w.-]*)*", re.ASCII)
_CHANCE: Final = re.compile(r"[A-Za-z0-9+/_.~|:%$!*@-]{8,}={0,2}")
_CHANCE_BEGINS: Final = re.compile(r"[A-Za-z0-9+/_.~|:%$!*@-]{8}")
_RANDOM: Final = re.compile(RANDOM)
_FILE: Final = re.compile(r"[\w.-]{0,128}/[\w./-]*\.[a-z][a-z0-9]{1,4}", re.ASCII)
_ID: Final = re.compile(r"(?i)(?:[a-z]{1,12}[-_.])*[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")


def is_nothing(value: str) -> bool:
    """Tell whether ``value`` stands for a secret, or says where it is: rules 1 and 2.

    >>> [is_nothing(text) for text in ("${X}", "[REDACTED]", "sk-...", "OPENAI_API_KEY", "hunter2")]
    [True, True, True, True, False]
    """
    return len(value) <= LOOK_MAX_CHARS and _NOTHING.fullmatch(value.strip()) is not None


def is_prose(value: str) -> bool:
    """Tell whether ``value`` is a sentence or a label: rule 3.

    >>> is_prose("This field is required."), is_prose("correct horse battery staple")
    (True, False)
    """
    if len(value) > LOOK_MAX_CHARS:
        return False
    if _FOREIGN.fullmatch(value):
        return True
    return _SENTENCE.fullmatch(value) is not None and _GRAMMAR.search(value) is not None


def is_code(value: str) -> bool:
    """Tell whether what stands without quotes is an expression of a program.

    >>> is_code("settings.api_key"), is_code("get("), is_code("hunter2")
    (True, True, False)
    """
    return _CODE.fullmatch(value) is not None


def is_chance(value: str) -> bool:
    """Tell whether ``value`` looks like a token: no words or files, letters and digits in turns.

    >>> is_chance("q7Rt2LmX9vB4"), is_chance("claude-3-5-sonnet-20241022"), is_chance(" the")
    (True, False, False)
    """
    return (
        _CHANCE.fullmatch(value) is not None
        and _RANDOM.search(value, 0, LOOK_MAX_CHARS) is not None
        and _FILE.fullmatch(value) is None
    )


def may_be_chance(text: str, at: int) -> bool:
    """Tell whether what begins at ``at`` is long enough to look like a token: a first look.

    >>> may_be_chance("token=q7Rt2LmX9", 6), may_be_chance("token=a.b", 6)
    (True, False)
    """
    return _CHANCE_BEGINS.match(text, at) is not None


def is_marked(value: str) -> bool:
    """Tell whether what stands without quotes has more in it than words.

    >>> is_marked("hunter2"), is_marked("P@ss-word"), is_marked("case-sensitive"), is_marked("12")
    (True, True, False, False)
    """
    if len(value) < 5 or value.isdigit():
        return False
    return _PLAIN_WORD.fullmatch(value) is None or any(char.isdigit() for char in value)
