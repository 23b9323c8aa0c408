"""The one result type: an answer or a typed refusal, never an exception.

Rules:
1. Every fallible public function returns an ``Outcome``; one that cannot fail returns its value.
2. The union is closed, so that ``match`` over ``Success`` and ``Failure`` is exhaustive in every
   type checker.
3. Steps of a parse are guards: ``if isinstance(x := step(raw), Failure): return x``.
"""

from typing import TypeAlias, TypeVar

from returns.result import Failure, Success

__all__ = ["Failure", "Outcome", "Success"]

V = TypeVar("V")
E = TypeVar("E")

Outcome: TypeAlias = Success[V] | Failure[E]
"""``Success[V] | Failure[E]``: read it with ``match`` or behind an ``isinstance`` guard.

>>> outcome: Outcome[int, str] = Success(3)
>>> match outcome:
...     case Success(value):
...         value + 1
...     case Failure(error):
...         error
4
"""
