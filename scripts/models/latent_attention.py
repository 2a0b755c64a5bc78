"""Multi-head latent attention, one head of it in small numbers: the same output with and without rebuilding the keys.

Vectors are lists of floats, matrices lists of rows. The formulas are those of DeepSeek-V2, arXiv 2405.04434, §2.1.2–2.1.3
and Appendix C, for a single head and without the compression of queries. ValueError says what does not fit.
"""

import math
from dataclasses import dataclass
from decimal import Decimal

Vector = list[float]
Matrix = list[list[float]]


def apply(matrix: Matrix, vector: Vector) -> Vector:
    """matrix · vector."""
    if any(len(row) != len(vector) for row in matrix):
        raise ValueError(f"a matrix with rows of {len(matrix[0])} cannot be applied to a vector of {len(vector)}")
    return [sum(a * b for a, b in zip(row, vector)) for row in matrix]


def transposed(matrix: Matrix) -> Matrix:
    """Rows and columns exchanged."""
    return [list(column) for column in zip(*matrix)]


def rotated(vector: Vector, position: int, base: float = 10000.0) -> Vector:
    """Rotary position embedding: each pair of numbers is turned by an angle that grows with the position (Su et al. 2021, arXiv 2104.09864)."""
    if len(vector) % 2:
        raise ValueError(f"rotation works on pairs; a vector of {len(vector)} has an odd length")
    turned = []
    for pair in range(0, len(vector), 2):
        angle = position * base ** (-pair / len(vector))
        x, y = vector[pair:pair + 2]
        turned += [x * math.cos(angle) - y * math.sin(angle), x * math.sin(angle) + y * math.cos(angle)]
    return turned


@dataclass(frozen=True)
class Head:
    """The matrices of one head. d model, h head, c latent, r positional dimension."""

    query: Matrix  # h × d
    query_rope: Matrix  # r × d
    up_key: Matrix  # h × c
    up_value: Matrix  # h × c
    output: Matrix  # d × h

    @property
    def scale(self) -> float:
        return 1 / math.sqrt(len(self.query) + len(self.query_rope))


def cache_entry(hidden: Vector, down: Matrix, key_rope: Matrix, position: int) -> tuple[Vector, Vector]:
    """What is kept of a token: its latent (c) and the rotated positional key (r) that all heads share (equations 9 and 15)."""
    return apply(down, hidden), rotated(apply(key_rope, hidden), position)


def _softmax(scores: Vector) -> Vector:
    if not scores:
        raise ValueError("attention needs at least one cached token")
    top = max(scores)
    powers = [math.exp(score - top) for score in scores]
    return [power / sum(powers) for power in powers]


def _dot(a: Vector, b: Vector) -> float:
    return sum(x * y for x, y in zip(a, b))


def _mixed(weights: Vector, vectors: list[Vector]) -> Vector:
    return [_dot(weights, column) for column in zip(*vectors)]


def expanded(head: Head, hidden: Vector, position: int, cache: list[tuple[Vector, Vector]]) -> Vector:
    """Output of the head as the equations are written: keys and values are rebuilt from every cached latent (equations 10, 11, 18, 19)."""
    query, query_rope = apply(head.query, hidden), rotated(apply(head.query_rope, hidden), position)
    weights = _softmax([head.scale * (_dot(query, apply(head.up_key, latent)) + _dot(query_rope, key)) for latent, key in cache])
    return apply(head.output, _mixed(weights, [apply(head.up_value, latent) for latent, _ in cache]))


def merged(head: Head, hidden: Vector, position: int, cache: list[tuple[Vector, Vector]]) -> Vector:
    """The same output without rebuilding anything: the query is taken into the latent space once, the values are expanded once, after the sum."""
    latent_query = apply(transposed(head.up_key), apply(head.query, hidden))
    query_rope = rotated(apply(head.query_rope, hidden), position)
    weights = _softmax([head.scale * (_dot(latent_query, latent) + _dot(query_rope, key)) for latent, key in cache])
    return apply(head.output, apply(head.up_value, _mixed(weights, [latent for latent, _ in cache])))


def expanded_multiplications(heads: Decimal, head: Decimal, latent: Decimal, rope: Decimal) -> Decimal:
    """Multiplications per cached token and layer of a decoding step that rebuilds keys and values, then scores and sums."""
    _sizes(heads, head, latent, rope)
    return heads * (2 * latent * head + (head + rope) + head)


def merged_multiplications(heads: Decimal, latent: Decimal, rope: Decimal) -> Decimal:
    """The same with merged matrices: score against latent and positional key, sum up latents."""
    _sizes(heads, latent, rope)
    return heads * (latent + rope + latent)


def plain_multiplications(heads: Decimal, head: Decimal) -> Decimal:
    """The same for ordinary attention with its keys and values in the cache (MHA, GQA or MQA: sharing changes the cache, not this)."""
    _sizes(heads, head)
    return heads * 2 * head


def _sizes(*sizes: Decimal) -> None:
    if any(size <= 0 for size in sizes):
        raise ValueError("heads and dimensions must be positive")
