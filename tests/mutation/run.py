"""Change the core in thousands of small ways, and see whether the tests of the core notice.

``python tests/mutation/run.py`` makes every mutant with mutmut and runs the tests of ``tests/core``
that reach it: an hour or two on two cores. ``--ending 37`` tries those alone whose number ends in 3
or 7, about a fifth. What was tried before is not tried again, until ``mutants/`` is removed.

Rules:
1. At least 95 % of the mutants that were tried are killed: a test fails, or none ever ends.
2. A mutant that survives stands in ``survivors.txt``, as what it changes, with the reason. One that
   doesn't fails the run, and so does a line of the list that no survivor needs, in a whole run.
3. A mutant is known by its function and its changed lines, so that the list outlives renumbering.
"""

import argparse
import difflib
import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

ROOT: Final = Path(__file__).parents[2]
MADE: Final = ROOT / "mutants" / "src" / "mimir" / "core"
LISTED: Final = Path(__file__).with_name("survivors.txt")

KILLED_AT_LEAST: Final = 0.95

_SURVIVED: Final = 0
_UNTESTED: Final = (5, 33)
_FUNCTION = re.compile(
    r"^( *)(?:async )?def (x\S*?__mutmut_\w+)\(.*?(?=^\1(?:@|def|class|async)|\Z|^[^\s)])",
    re.MULTILINE | re.DOTALL,
)


class Mutant(NamedTuple):
    """One small change of one function, and whether a test noticed."""

    module: str
    function: str
    change: str
    killed: bool

    @property
    def line(self) -> str:
        """How the list names it."""
        return f"{self.module}.{self.function}: {self.change}"


def main() -> int:
    """Run mutmut, count, and compare the survivors with the list."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--ending", default="", help="digits: only mutants whose number ends so")
    parser.add_argument("--only", default="", help="only mutants of modules that begin so")
    parser.add_argument("--again", action="store_true", help="count what was tried, try nothing")
    asked = parser.parse_args()
    if not asked.again:
        names = f"mimir.core.{asked.only}*" + (f"[{asked.ending}]" if asked.ending else "")
        subprocess.run([sys.executable, "-m", "mutmut", "run", names], cwd=ROOT, check=True)
    mutants = [mutant for path in sorted(MADE.rglob("*.meta")) for mutant in tried(path)]
    return report(mutants, whole=not (asked.ending or asked.only))


def report(mutants: list[Mutant], *, whole: bool) -> int:
    """Print what survived by module, and what the list does not say of it."""
    survivors = [mutant for mutant in mutants if not mutant.killed]
    by_module = Counter(mutant.module for mutant in survivors)
    for module, count in sorted(Counter(mutant.module for mutant in mutants).items()):
        print(f"{count - by_module[module]:5d} of {count:5d}  {module}")
    share = 1 - len(survivors) / len(mutants) if mutants else 0.0
    print(f"{len(mutants) - len(survivors)} of {len(mutants)} killed, {share:.2%}")
    listed = dict(reasons())
    odd = [mutant.line for mutant in survivors if mutant.line not in listed]
    idle = sorted(listed.keys() - {mutant.line for mutant in survivors}) if whole else []
    for line in odd:
        print(f"survived, and is not listed: {line}")
    for line in idle:
        print(f"listed, and did not survive: {line}")
    return int(share < KILLED_AT_LEAST or bool(odd) or bool(idle))


def reasons() -> Iterator[tuple[str, str]]:
    """Read the list: a line that begins with ``#`` is the reason of the lines that follow it."""
    reason = ""
    for line in LISTED.read_text("utf-8").splitlines():
        if line.startswith("#"):
            reason = line.removeprefix("#").strip()
        elif line:
            yield line, reason


def tried(meta: Path) -> Iterator[Mutant]:
    """Read what became of the mutants of one module."""
    codes: dict[str, int | None] = json.loads(meta.read_text("utf-8"))["exit_code_by_key"]
    source = meta.with_suffix("").read_text("utf-8")
    functions = {found[2]: found[0].splitlines()[1:] for found in _FUNCTION.finditer(source)}
    for key, code in codes.items():
        if code is None:
            continue
        module, _, name = key.rpartition(".")
        function = name.rpartition("__mutmut_")[0]
        change = _change(functions.get(f"{function}__mutmut_orig", []), functions.get(name, []))
        lives = code == _SURVIVED or code in _UNTESTED
        yield Mutant(module, function.removeprefix("x_").strip("ǁ"), change, killed=not lives)


def _change(before: list[str], after: list[str]) -> str:
    lines = difflib.unified_diff(before, after, lineterm="", n=0)
    kept = (line for line in lines if line[:1] in "+-" and line[:3] not in ("+++", "---"))
    shown = (f"{line[0]} {line[1:].strip()}" for line in kept if line[1:].strip())
    return " ".join(shown)


if __name__ == "__main__":
    sys.exit(main())
