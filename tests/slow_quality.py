"""Wilson's lower bound by its closed form, in fractions: nothing is rounded, and nothing shared.

The bound is (2x + z^2 - z * sqrt(z^2 + 4x(n - x) / n)) / (2(n + z^2)), of x passed of n runs.
"""

from fractions import Fraction
from math import isqrt

Z = Fraction(196, 100)
DIGITS = 10**40


def reaches(passed: int, runs: int, bar: int) -> bool:
    """Tell whether the bound is at or above ``bar`` basis points: the root alone on one side."""
    root_squared = Z**2 * (Z**2 + Fraction(4 * passed * (runs - passed), runs))
    rest = 2 * passed + Z**2 - 2 * Fraction(bar, 10_000) * (runs + Z**2)
    return rest >= 0 and root_squared <= rest**2


def proven(passed: int, runs: int) -> int:
    """The bound in basis points, rounded down: the root to forty digits, then to the exact side."""
    squared = Z**2 * (Z**2 + Fraction(4 * passed * (runs - passed), runs))
    top, bottom = squared.numerator, squared.denominator
    root = Fraction(isqrt(top * bottom * DIGITS**2), bottom * DIGITS)
    bound = (2 * passed + Z**2 - root) / (2 * (runs + Z**2))
    guess = int(bound * 10_000)
    while guess and not reaches(passed, runs, guess):
        guess -= 1
    while reaches(passed, runs, guess + 1):
        guess += 1
    return guess
