"""The arithmetic around reinforcement learning of reasoning: what several answers are worth, and how much training there was.

All shares are between 0 and 1. What names no source is elementary. ValueError says what cannot be computed.
"""

from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from math import comb, fsum


@cache
def vote(right: float, rival: float, votes: int) -> float:
    """The chance that the right answer wins a vote of independent answers.

    One wrong answer, the rival, comes up with its own probability; all others are scattered so thinly that none wins. A tie
    between the two is drawn by lot; if neither comes up, the vote is lost. Exact sum over the trinomial distribution; the vote
    is that of self-consistency (Wang et al. 2022, arXiv 2203.11171, §2).
    """
    if min(right, rival) < 0 or right + rival > 1 + 1e-12:
        raise ValueError(f"right and rival have shares of at least 0 and together at most 1, not {right} and {rival}")
    if votes < 1:
        raise ValueError(f"a vote needs at least one answer, not {votes}")
    other = max(0.0, 1 - right - rival)
    terms = []
    for yes in range(votes + 1):
        for no in range(min(yes, votes - yes) + 1):
            if yes:
                ways = comb(votes, yes) * comb(votes - yes, no)
                terms.append((0.5 if yes == no else 1.0) * ways * right**yes * rival**no * other ** (votes - yes - no))
    return fsum(terms)


def curve(counts: str, answers: int) -> list[tuple[int, Fraction]]:
    """Steps with the share of right answers, from "step: right answers" pairs between commas and the number of answers at each step."""
    points = [tuple(int(part) for part in pair.split(":")) for pair in counts.split(",")]
    if answers < 1 or any(not 0 <= right <= answers for _, right in points):
        raise ValueError(f"right answers must lie between 0 and {answers}")
    if any(later <= step for (step, _), (later, _) in zip(points, points[1:])):
        raise ValueError("steps must grow")
    return [(step, Fraction(right, answers)) for step, right in points]


@dataclass(frozen=True)
class Run:
    """A run of reinforcement learning: steps, questions per step, answers per question."""

    steps: int
    questions: int
    group: int

    def __post_init__(self):
        if min(self.steps, self.questions, self.group) < 1:
            raise ValueError("steps, questions and answers are counted from one")

    @property
    def batch(self) -> int:
        """Answers per step."""
        return self.questions * self.group

    @property
    def questions_drawn(self) -> int:
        """Questions over the whole run, repeats included."""
        return self.steps * self.questions

    @property
    def answers(self) -> int:
        """Answers over the whole run."""
        return self.steps * self.batch

    def rollouts(self, size: int) -> Fraction:
        """How often answers are generated, at `size` answers a time."""
        if size < 1:
            raise ValueError(f"a rollout has answers, not {size}")
        return Fraction(self.answers, size)

    def set_size(self, epochs: Fraction) -> Fraction:
        """The number of different questions that so many passes over them imply."""
        if epochs <= 0:
            raise ValueError(f"the number of passes must be positive, not {epochs}")
        return self.questions_drawn / Fraction(epochs)


def gpu_hours(gpus: int, hours: Fraction) -> Fraction:
    """GPU-hours of so many GPUs kept busy for so many hours."""
    if gpus < 1 or hours <= 0:
        raise ValueError("GPUs and hours must be positive")
    return gpus * Fraction(hours)


def seconds_per_step(hours: Fraction, steps: int) -> Fraction:
    """Mean time of a step, in seconds."""
    if hours <= 0 or steps < 1:
        raise ValueError("hours and steps must be positive")
    return 3600 * Fraction(hours) / steps
