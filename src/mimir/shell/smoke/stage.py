"""What a stage of the smoke is: checks with names, all of which must hold."""

from mimir.core.outcome import Failure, Outcome, Success


def all_hold(*checks: tuple[str, bool]) -> Outcome[str, str]:
    """Return the names of the checks, or the names of those that do not hold.

    >>> all_hold(("parsed", True), ("refused", False)).failure()
    'does not hold: refused'
    """
    wrong = [name for name, held in checks if not held]
    if wrong:
        return Failure(f"does not hold: {', '.join(wrong)}")
    return Success(", ".join(name for name, _ in checks))
