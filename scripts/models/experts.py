"""Mixture-of-experts layers: how experts are cut, which of them a token gets, and how many parameters they hold.

Sizes of experts are fractions of a standard feed-forward network. Scores are floats, counts are whole numbers.
ValueError says what cannot be computed.
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from fractions import Fraction
from operator import mul


@dataclass(frozen=True)
class Layout:
    """One layer: so many routed experts of which so many are chosen for a token, shared ones beside them, all of one size, a fraction of
    a standard feed-forward network."""

    routed: int
    chosen: int
    shared: int
    size: Fraction

    def __post_init__(self) -> None:
        if not 0 < self.chosen <= self.routed:
            raise ValueError(f"{self.chosen} of {self.routed} routed experts cannot be chosen")
        if self.shared < 0 or self.size <= 0:
            raise ValueError(f"there cannot be {self.shared} shared experts of size {self.size}")

    @property
    def total(self) -> Fraction:
        """What the layer holds, in standard feed-forward networks."""
        return (self.routed + self.shared) * self.size

    @property
    def active(self) -> Fraction:
        """What the layer computes for one token, in standard feed-forward networks."""
        return (self.chosen + self.shared) * self.size

    @property
    def combinations(self) -> int:
        """In how many ways a token can be given its routed experts, C(n, k) (DeepSeekMoE, arXiv 2401.06066, §3.1)."""
        return math.comb(self.routed, self.chosen)


def segmented(experts: int, chosen: int, parts: int = 1, shared: int = 0) -> Layout:
    """Cut each of N experts into m parts, choose m times as many, and take K_s of them out of the routing: m·N − K_s routed
    experts, m·K − K_s of them chosen, K_s shared, each 1/m of a standard network (DeepSeekMoE, arXiv 2401.06066,
    §3.1 and §3.2, Equations 6 to 11). Total and active size stay the same."""
    if parts < 1:
        raise ValueError(f"an expert cannot be cut into {parts} parts")
    return Layout(parts * experts - shared, parts * chosen - shared, shared, Fraction(1, parts))


def softmax(logits: list[float]) -> list[float]:
    """exp(x_i) / Σ exp(x_j): scores that are not negative and add up to 1, as many as there are logits (DeepSeekMoE, §2, Equation 5)."""
    if not logits or not all(map(math.isfinite, logits)):
        raise ValueError("a softmax needs at least one value, and finite ones")
    top = max(logits)
    powers = [math.exp(value - top) for value in logits]
    whole = sum(powers)
    return [power / whole for power in powers]


def affinities(token: list[float], centroids: list[list[float]]) -> list[float]:
    """The score of each expert for a token: softmax(uᵀe_i), token of shape d, centroids of shape N × d (DeepSeekMoE, §2, Equation 5)."""
    if not centroids or any(len(centroid) != len(token) for centroid in centroids):
        raise ValueError(f"the token has {len(token)} dimensions; every centroid, one at least, needs as many")
    return softmax([sum(map(mul, token, centroid)) for centroid in centroids])


def top_k(scores: list[float], k: int) -> list[int]:
    """The places of the k highest scores, highest first; of equal ones the earlier (DeepSeekMoE, §2, Equation 4)."""
    if not 0 < k <= len(scores):
        raise ValueError(f"cannot choose {k} of {len(scores)} experts")
    return sorted(range(len(scores)), key=lambda place: (-scores[place], place))[:k]


def merged(centroids: list[list[float]], parts: int) -> list[list[float]]:
    """The centroids of coarse experts, (N / parts) × d, each the mean of so many neighbours: what a router that cannot tell the parts
    apart sees. An assumption of this site, not of a paper."""
    if parts < 1 or len(centroids) % parts:
        raise ValueError(f"{len(centroids)} experts cannot be joined by {parts}")
    return [[sum(column) / parts for column in zip(*centroids[start:start + parts])] for start in range(0, len(centroids), parts)]


def toy_layer(seed: int, experts: int, tokens: int, dimension: int, common: int, need: float, spread: float) -> tuple[list[list[float]], list[list[float]]]:
    """Invented vectors for an example: tokens (tokens × d) and centroids (experts × d). A token is one direction that all tokens
    share, of length `need`, plus a normal deviate of width `spread` of its own; the centroid of the expert `common` points along
    the shared direction, all others are standard normal."""
    if min(experts, tokens, dimension) < 1 or not 0 <= common < experts:
        raise ValueError("experts, tokens and dimensions must be at least 1, and the common expert one of the experts")
    if need <= 0 or spread < 0:
        raise ValueError("the shared direction must have a length above 0, the spread must not be negative")
    chance = random.Random(seed)
    vector = lambda: [chance.gauss(0, 1) for _ in range(dimension)]
    centroids, direction = [vector() for _ in range(experts)], vector()
    length = math.sqrt(sum(value * value for value in direction))
    centroids[common] = [value * math.sqrt(dimension) / length for value in direction]
    return [[need * value / length + spread * own for value, own in zip(direction, vector())] for _ in range(tokens)], centroids


def expert_parameters(hidden: int, width: int, experts: int = 1, layers: int = 1) -> int:
    """Parameters of gated feed-forward networks (SwiGLU: Shazeer 2020, arXiv 2002.05202, §2): three matrices of hidden × width each,
    times experts and layers."""
    if min(hidden, width, experts, layers) < 1:
        raise ValueError("hidden size, width, experts and layers must be at least 1")
    return 3 * hidden * width * experts * layers
