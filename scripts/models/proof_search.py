"""Looking for a proof with a checker: how the chance grows with attempts, what dividing a proof saves, and a tree search.

Chances are float, counts are int. Nothing here proves theorems: `Maze` is a toy in which a proof is one path among many, so
that the ways of searching can be compared. ValueError says what cannot be computed.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate
from random import Random

from .chances import any_success


def _chance(value: float, name: str = "a chance") -> None:
    if not 0 < value <= 1:
        raise ValueError(f"{name} must lie above 0 and at most at 1, not {value}")


def _attempts(k: int) -> None:
    if k < 1:
        raise ValueError(f"the number of attempts must be at least 1, not {k}")


# pass@k


def pass_at_k(samples: int, correct: int, k: int) -> float:
    """The unbiased estimate of pass@k for one problem from n samples of which c are correct: 1 − C(n − c, k)/C(n, k),
    the share of all choices of k samples that contain a correct one (Chen et al. 2021, arXiv 2107.03374, §2.1)."""
    _attempts(k)
    if not 0 <= correct <= samples or k > samples:
        raise ValueError(f"{correct} correct of {samples} samples give no estimate for {k} attempts")
    return 1 - math.comb(samples - correct, k) / math.comb(samples, k)


def spread(a: float, b: float, k: int) -> float:
    """pass@k of a set of problems whose chances are spread by a Beta(a, b) distribution: the mean of 1 − (1 − p)^k,
    which is 1 − B(a, b + k)/B(a, b). Elementary, this site's own: no paper says that difficulty is spread so."""
    if not (0 < a < math.inf and 0 < b < math.inf):
        raise ValueError("the parameters of a Beta distribution are positive and finite")
    _attempts(k)
    return 1 - math.exp(math.lgamma(b + k) + math.lgamma(a + b) - math.lgamma(b) - math.lgamma(a + b + k))


def fit_spread(first: float, k: int, later: float) -> tuple[float, float]:
    """The Beta(a, b) with pass@1 = first and pass@k = later. Its mean a/(a + b) is pass@1; the rest is bisection (elementary, this
    site's own)."""
    _chance(first)
    _chance(later)
    _attempts(k)
    if not first < later < any_success(first, k):
        raise ValueError(f"pass@{k} must lie above pass@1 and below what equal problems would give")
    low, high = 1e-9, 1e6  # a + b: all problems certain or hopeless … all alike
    for _ in range(200):
        size = math.sqrt(low * high)
        low, high = (size, high) if spread(first * size, (1 - first) * size, k) < later else (low, size)
    return first * size, (1 - first) * size


def tokens_of(attempts: int, length):
    """What so many answers of a mean length in tokens come to, in tokens, to the nearest million."""
    _attempts(attempts)
    if length <= 0:
        raise ValueError(f"an answer has tokens, not {length}")
    return round(attempts * length / 10**6) * 10**6


# dividing a proof


def whole(steps: Sequence[float]) -> float:
    """Chance that one attempt gets every step right, p₁p₂…, if steps succeed independently (elementary, this site's own)."""
    if not steps:
        raise ValueError("a proof needs at least one step")
    for p in steps:
        _chance(p, "the chance of a step")
    return math.prod(steps)


def attempts_whole(steps: Sequence[float]) -> float:
    """Mean number of attempts when a failure throws everything away: 1/(p₁p₂…), the mean of a geometric distribution (elementary, this
    site's own)."""
    return 1 / whole(steps)


def attempts_divided(steps: Sequence[float]) -> float:
    """The same when every step is tried by itself until the checker accepts it: 1/p₁ + 1/p₂ + … (elementary, this site's own)."""
    whole(steps)
    return sum(1 / p for p in steps)


def within_divided(steps: Sequence[float], k: int) -> float:
    """Chance that k attempts, spent on one step after the other, complete all of them; counted attempt by attempt (elementary, this
    site's own)."""
    whole(steps)
    _attempts(k)
    done = [1.0] + [0.0] * len(steps)  # the chance that so many steps are done
    for _ in range(k):
        for i in reversed(range(len(steps))):
            moved = done[i] * steps[i]
            done[i], done[i + 1] = done[i] - moved, done[i + 1] + moved
    return done[-1]


# tree search


@dataclass(frozen=True)
class Maze:
    """A toy theorem. A proof has `depth` steps; in every state the model knows `width` valid steps, of which it prefers the
    first, each twice as much as the next, and its step is an error with chance `error`. Only one path is the proof, `goal`."""

    goal: tuple[int, ...]
    width: int
    error: float

    def __post_init__(self) -> None:
        if not self.goal or not all(0 <= step < self.width for step in self.goal):
            raise ValueError(f"a toy proof has at least one step, each one of {self.width} valid ones, not {self.goal}")
        if not 0 <= self.error < 1:
            raise ValueError(f"the chance of an error must lie at 0 or above and below 1, not {self.error}")

    def write(self, chance: Random, start: tuple[int, ...]) -> tuple[tuple[int, ...], bool]:
        """One generation from a state: the valid steps up to the first error, and whether the proof is complete."""
        if len(start) > len(self.goal):
            raise ValueError(f"a state of {len(start)} steps is longer than the proof, {len(self.goal)}")
        path, preferred = list(start), self._preferred
        for _ in range(len(self.goal) - len(start)):
            if chance.random() < self.error:
                return tuple(path), False
            path.append(bisect_right(preferred, chance.random() * preferred[-1]))
        return tuple(path), tuple(path) == self.goal

    @cached_property
    def _preferred(self) -> list[float]:
        """The weights of the steps, added up."""
        return list(accumulate(2.0**-i for i in range(self.width)))


@dataclass
class Node:
    """A state of the tree: its children by step, and of every choice its discounted reward W and number of visits N; the choice None
    is to write on from here."""

    children: dict[int, Node] = field(default_factory=dict)
    records: dict[int | None, tuple[float, float]] = field(default_factory=lambda: {None: (0.0, 0.0)})

    def choose(self) -> int | None:
        """The choice with the highest W/N + √(2 ln ΣN / N), with ΣN over all choices; one never made is infinitely good
        (DeepSeek-Prover-V1.5, arXiv 2408.08152, §3.1 and §3.3, Equations 1 and 7)."""
        total = 0.0
        for _, n in self.records.values():
            total += n
        twice, best, most = 2 * math.log(total) if total > 1 else 0.0, None, -1.0
        for choice, (w, n) in self.records.items():
            value = w / n + math.sqrt(twice / n) if n else math.inf
            if value > most:
                best, most = choice, value
        return best


def search(maze: Maze, budget: int, seed: int, gamma: float = 0.99) -> tuple[int | None, Node]:
    """RMaxTS on the toy (DeepSeek-Prover-V1.5, arXiv 2408.08152, §3.1 to §3.3): go from the root down by `Node.choose`, write on from there, cut at
    the first error, add the valid steps as nodes, and reward the path with 1 if a node is new. With the discount γ, W becomes
    γW + r and N becomes γN + 1 (Equations 8 and 9); γ = 1 is plain UCB1. Returns the generation that succeeded, or None, and the tree."""
    _attempts(budget)
    _chance(gamma, "the discount")
    chance, root = Random(seed), Node()
    for generation in range(1, budget + 1):
        node, state, passed = root, (), []
        while (choice := node.choose()) is not None:
            passed.append((node, choice))
            node, state = node.children[choice], state + (choice,)
        passed.append((node, None))
        path, complete = maze.write(chance, state)
        new = False
        for step in path[len(state):]:
            if step not in node.children:
                node.children[step], node.records[step], new = Node(), (0.0, 0.0), True
            node = node.children[step]
        if complete:
            return generation, root
        for node, choice in passed:
            w, n = node.records[choice]
            node.records[choice] = gamma * w + new, gamma * n + 1
    return None, root


def restart(maze: Maze, budget: int, seed: int) -> int | None:
    """The same budget spent on whole proofs, each from the beginning: the generation that succeeded, or None."""
    _attempts(budget)
    chance = Random(seed)
    return next((i for i in range(1, budget + 1) if maze.write(chance, ())[1]), None)


def mazes(count: int, depth: int, width: int, error: float, seed: int) -> list[Maze]:
    """Toy theorems with random goals, `depth` steps long."""
    if min(count, width) < 1:
        raise ValueError(f"{count} toy theorems with {width} valid steps in every state cannot be drawn")
    chance = Random(seed)
    return [Maze(tuple(chance.randrange(width) for _ in range(depth)), width, error) for _ in range(count)]
