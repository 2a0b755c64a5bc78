"""Scores for the steps of a solution by completion: let a model finish the solution from each step and count the right answers.

The definitions are those of Math-Shepherd (arXiv 2312.08935, equations 3 to 5). The completer is a small stand-in of this
site, a chain of two states: it goes on either from a sound beginning or from one with a mistake in it. Its chances are known,
so the counts of its completions can be compared with what they estimate. ValueError says what cannot be computed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from math import prod
from random import Random


def _counts(right: int, completions: int) -> None:
    if completions < 1 or not 0 <= right <= completions:
        raise ValueError(f"{right} right ones of {completions} completions are impossible")


def soft(right: int, completions: int) -> Fraction:
    """Soft estimation: the share of the completions that reach the right answer (equation 4)."""
    _counts(right, completions)
    return Fraction(right, completions)


def hard(right: int, completions: int) -> int:
    """Hard estimation: 1 if at least one completion reaches the right answer, else 0 (equation 3)."""
    _counts(right, completions)
    return int(right > 0)


def hard_chance(chance: float, completions: int) -> float:
    """How often hard estimation gives 1 if each completion succeeds with this chance: 1 − (1 − p)^N."""
    if not 0 <= chance <= 1 or completions < 1:
        raise ValueError(f"no {completions} completions can each succeed with chance {chance}")
    return 1 - (1 - chance) ** completions


@dataclass(frozen=True)
class Completer:
    """The chance per step to stay right after a sound beginning, and to find back from one with a mistake."""

    keep: float
    repair: float

    def __post_init__(self) -> None:
        if not (0 <= self.keep <= 1 and 0 <= self.repair <= 1):
            raise ValueError(f"chances lie between 0 and 1, not {self.keep} and {self.repair}")


def potential(completer: Completer, sound: bool, remaining: int) -> float:
    """The chance to end at the right answer with so many steps to go: what soft estimation tends to with many completions."""
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


AGGREGATES = {"lowest": min, "last": lambda scores: scores[-1], "product": prod}


def solution_score(scores: Sequence, how: str = "lowest"):
    """One score for a solution from those of its steps: the lowest (Math-Shepherd, §3.4), the last, or the product."""
    if not scores or how not in AGGREGATES:
        raise ValueError(f"no score of {len(scores)} steps by “{how}”; known are {', '.join(AGGREGATES)}")
    return AGGREGATES[how](scores)


def best_of(candidates: Sequence[Sequence], how: str = "lowest") -> int:
    """The place of the candidate with the highest score, the first of equals (best-of-N)."""
    if not candidates:
        raise ValueError("there is no candidate to choose")
    scores = [solution_score(steps, how) for steps in candidates]
    return scores.index(max(scores))


def vote(answers: Sequence, scores: Sequence | None = None):
    """The answer whose candidates have the highest total score (equation 5); without scores, majority voting."""
    if not answers or scores is not None and len(scores) != len(answers):
        raise ValueError("a vote needs answers, and as many scores if any")
    totals: dict = {}
    for answer, score in zip(answers, scores if scores is not None else [1] * len(answers)):
        totals[answer] = totals.get(answer, 0) + score
    return max(totals, key=totals.get)
