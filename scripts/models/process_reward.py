"""Scores for the steps of a solution by completion: let a model finish the solution from each step and count the right answers.

The definitions are those of Math-Shepherd (arXiv 2312.08935, equations 3 and 4). The completer is a small stand-in of this
site, a chain of two states: it goes on either from a sound beginning or from one with a mistake in it. Its chances are known,
so the counts of its completions can be compared with what they estimate. ValueError says what cannot be computed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from random import Random


def _counts(right: int, completions: int) -> None:
    if completions < 1 or not 0 <= right <= completions:
        raise ValueError(f"{right} right ones of {completions} completions are impossible")


def soft(right: int, completions: int) -> Fraction:
    """Soft estimation: the share of the completions that reach the right answer (Math-Shepherd, §3.3, Equation 4)."""
    _counts(right, completions)
    return Fraction(right, completions)


def hard(right: int, completions: int) -> int:
    """Hard estimation: 1 if at least one completion reaches the right answer, else 0 (Math-Shepherd, §3.3, Equation 3)."""
    _counts(right, completions)
    return int(right > 0)


@dataclass(frozen=True)
class Completer:
    """The chance per step to stay right after a sound beginning, and to find back from one with a mistake; between 0 and 1."""

    keep: float
    repair: float

    def __post_init__(self) -> None:
        if not (0 <= self.keep <= 1 and 0 <= self.repair <= 1):
            raise ValueError(f"chances lie between 0 and 1, not {self.keep} and {self.repair}")


def potential(completer: Completer, sound: bool, remaining: int) -> float:
    """The chance to end at the right answer with so many steps to go: what soft estimation tends to with many completions. A chain of
    two states (elementary, this site's own)."""
    if remaining < 0:
        raise ValueError(f"{remaining} steps cannot remain")
    chance = float(sound)
    for _ in range(remaining):
        chance = chance * completer.keep + (1 - chance) * completer.repair
    return chance


def complete(completer: Completer, sound: bool, remaining: int, random: Random) -> bool:
    """One completion: does it end at the right answer?"""
    if remaining < 0:
        raise ValueError(f"{remaining} steps cannot remain")
    for _ in range(remaining):
        sound = random.random() < (completer.keep if sound else completer.repair)
    return sound


@dataclass(frozen=True)
class Solution:
    """A written solution: is the beginning up to each step sound, and is the answer right? These need not agree at the end."""

    sound: tuple[bool, ...]
    right: bool

    def __post_init__(self) -> None:
        if not self.sound:
            raise ValueError("a solution has at least one step")


@cache
def annotate(solution: Solution, completer: Completer, completions: int, seed: int = 0) -> tuple[int, ...]:
    """How many of the completions from each step reach the right answer. After the last step nothing is left to complete,
    so its count is all or none. Fewer completions with the same seed are the first of more."""
    if completions < 1:
        raise ValueError(f"a step needs at least one completion, not {completions}")
    last = len(solution.sound) - 1
    return tuple(solution.right * completions if step == last else
                 sum(complete(completer, sound, last - step, Random(f"{seed}/{step}/{attempt}")) for attempt in range(completions))
                 for step, sound in enumerate(solution.sound))


def solution_score(scores: Sequence):
    """One score for a solution from those of its steps: the lowest (Math-Shepherd, §3.4)."""
    if not scores:
        raise ValueError("a solution without steps has no score")
    return min(scores)
