"""What scrubbing removes, what it damages, and how long it takes: the report of docs/redaction.md.

Rules:
1. The rules were tuned on the half ``tune`` of the corpus; the report is on the half ``report``.
2. A secret is removed when it is in the output no more; a benign text is damaged by any change.
3. Times are of the processor, at calibration. A missed target makes the exit code 1.
"""

import argparse
import json
import random
import sys
import time
from collections import Counter
from collections.abc import Callable
from typing import Final, NamedTuple

from measure import CALIBRATION_US, Target, calibration_loop
from redaction_corpus import WORDS, Case, Half, benign, secrets

from mimir import DEFAULT_RULES, scrub

HOSTILE_CHARS: Final = 32_768
_SMALL, _LARGE = 131_072, 1_048_576


class Report(NamedTuple):
    """What became of the cases of one half."""

    half: Half
    secrets: list[Case]
    benign: list[Case]
    missed: list[Case]
    damaged: list[Case]
    broken: list[Case]
    restless: list[Case]

    @property
    def kept_per_cent(self) -> float:
        """How many secrets are still there."""
        return 100 * len(self.missed) / len(self.secrets)


def report_on(half: Half) -> Report:
    """Scrub every case of ``half``."""
    held = [case for case in secrets() if case.half == half]
    clean = [case for case in benign() if case.half == half]
    return Report(
        half,
        held,
        clean,
        [case for case in held if case.secret in scrub(case.text)],
        [case for case in clean if scrub(case.text) != case.text],
        [
            case
            for case in (*held, *clean)
            if _is_json(case.text) and not _is_json(scrub(case.text))
        ],
        [case for case in (*held, *clean) if scrub(scrub(case.text)) != scrub(case.text)],
    )


def chat(length: int, *, mixed: bool = True) -> str:
    """Make the JSON of a long chat; of its messages one in fifty holds a secret."""
    chance = random.Random(7)
    held = secrets()
    messages: list[dict[str, object]] = []
    size = 0
    while size < length:
        words = " ".join(chance.choices((*WORDS, *_PROSE), k=90))
        secret = chance.choice(held).text if mixed and chance.random() < 0.02 else ""
        message = {
            "id": f"msg_{chance.getrandbits(96):024x}",
            "role": chance.choice(["user", "assistant", "tool"]),
            "content": f"{words}.\n{secret}",
            "usage": {"input_tokens": chance.randint(1, 9999), "output_tokens": 12},
        }
        messages.append(message)
        size += len(json.dumps(message)) + 2
    return json.dumps({"model": "gpt-4o", "messages": messages})


_PROSE_TEXT: Final = """
the of and to in a is that for it as was with be by on not this are or from at which but have an
they you there one all we would when who more if no out so said what up about token key model answer
question request response value table function call result
"""
_PROSE: Final = _PROSE_TEXT.split()


def hostile() -> list[str]:
    """Make the texts that make a scrubber look twice: beginnings of secrets, over and over."""
    marks = {mark.literal for those in DEFAULT_RULES.passes[0].marks.values() for mark in those}
    chance = random.Random(11)
    pieces = [
        *(mark + end for mark in sorted(marks) for end in ("", "=", ': "', "a1-")),
        *("".join(chance.sample(sorted(marks), 2)) for _ in range(40)),
        *(
            '"',
            "'",
            "\\",
            '\\"',
            "-----BEGIN PRIVATE KEY-----",
            "eyJ-",
            "://a:",
            "Bearer a1 ",
            "\n",
        ),
        *(
            "sk-" + "a" * 20 + "-",
            "\x1b[0;0;0",
            "Cookie: a=",
            "password=${",
            "key: the ",
            "a_" * 30,
        ),
    ]
    return [(piece * HOSTILE_CHARS)[:HOSTILE_CHARS] for piece in pieces]


def main() -> int:
    """Print the report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--half", choices=["tune", "report"], default="report")
    parser.add_argument("--misses", action="store_true", help="print what was missed or damaged")
    arguments = parser.parse_args()
    found = report_on(arguments.half)
    print(f"half {found.half}: {len(found.secrets)} secrets, {len(found.benign)} benign texts")
    for name, those in (("missed", found.missed), ("damaged", found.damaged)):
        print(f"{name}: {len(those)}", *Counter(case.family for case in those).most_common())
        for case in those if arguments.misses else []:
            print(f"  {case.context}: {case.text!r}")
    targets = _targets(found)
    for target in targets:
        print(target)
    return 0 if all(target.met for target in targets) else 1


def _targets(found: Report) -> list[Target]:
    large, small = chat(_LARGE), chat(_SMALL)
    per_byte = _milliseconds(lambda: scrub(large)) / len(large)
    ratio = per_byte * len(large) / _milliseconds(lambda: scrub(small))
    worst = max(_milliseconds(lambda text=text: scrub(text), runs=1) for text in hostile())
    return [
        Target("secrets left", found.kept_per_cent, 3, "%"),
        Target("benign texts damaged", 279 * len(found.damaged) / len(found.benign), 1, "of 279"),
        Target("JSON broken", len(found.broken), 0, "texts"),
        Target("changed by scrubbing again", len(found.restless), 0, "texts"),
        Target("a megabyte of mixed chat", per_byte * 1e6, 40, "ms"),
        Target("a megabyte over 128 kB", ratio, 12, "times"),
        Target("32 kB of hostile text, the worst", worst, 20, "ms"),
    ]


def _milliseconds(operation: Callable[[], object], runs: int = 5) -> float:
    """Return what one call takes at calibration, at its best."""
    return (
        min(_once(operation) * CALIBRATION_US / _once(calibration_loop) for _ in range(runs)) / 1e3
    )


def _once(operation: Callable[[], object]) -> float:
    started = time.process_time_ns()
    operation()
    return (time.process_time_ns() - started) / 1e3


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


if __name__ == "__main__":
    sys.exit(main())
