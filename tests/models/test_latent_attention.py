"""Merging the matrices of latent attention changes nothing but the work; rotating the keys in between would forbid it.

One head is computed here as the equations of DeepSeek-V2 (arXiv 2405.04434, §2.1.2–2.1.3 and Appendix C) are written and with merged
matrices, without the compression of queries. Vectors are lists of floats, matrices lists of rows: d model, h head, c latent, r rope.
"""

import math
from decimal import Decimal as D
from random import Random

import pytest

from models import latent_attention as mla
from models.experts import softmax

MODEL, HEAD, LATENT, ROPE, TOKENS = 12, 6, 4, 2, 9


def matrix(random, rows, columns):
    return [[random.gauss(0, 1) for _ in range(columns)] for _ in range(rows)]


def rotated(vector, position):
    """Rotary position embedding: each pair of numbers is turned by an angle that grows with the position (Su et al. 2021, arXiv 2104.09864)."""
    turned = []
    for pair in range(0, len(vector), 2):
        angle = position * 10000 ** (-pair / len(vector))
        x, y = vector[pair:pair + 2]
        turned += [x * math.cos(angle) - y * math.sin(angle), x * math.sin(angle) + y * math.cos(angle)]
    return turned


class Head:
    """One head with random matrices, its cache of TOKENS tokens, and a count of the multiplications done so far."""

    def __init__(self, random):
        self.count = 0
        self.query, self.query_rope = matrix(random, HEAD, MODEL), matrix(random, ROPE, MODEL)
        self.up_key, self.up_value, self.output = matrix(random, HEAD, LATENT), matrix(random, HEAD, LATENT), matrix(random, MODEL, HEAD)
        down, key_rope, hidden = matrix(random, LATENT, MODEL), matrix(random, ROPE, MODEL), matrix(random, TOKENS, MODEL)
        self.hidden = hidden[-1]
        self.cache = [(self.apply(down, state), rotated(self.apply(key_rope, state), place)) for place, state in enumerate(hidden)]

    def dot(self, a, b):
        self.count += len(a)
        return sum(x * y for x, y in zip(a, b, strict=True))

    def apply(self, matrix, vector):
        return [self.dot(row, vector) for row in matrix]

    def weights(self, scores):
        return softmax([score / math.sqrt(HEAD + ROPE) for score in scores])

    def expanded(self, cache):
        """Keys and values are rebuilt from every cached latent (equations 10, 11, 18 and 19)."""
        query, turned = self.apply(self.query, self.hidden), rotated(self.apply(self.query_rope, self.hidden), TOKENS - 1)
        weights = self.weights([self.dot(query, self.apply(self.up_key, latent)) + self.dot(turned, key) for latent, key in cache])
        values = [self.apply(self.up_value, latent) for latent, _ in cache]
        return self.apply(self.output, [self.dot(weights, column) for column in zip(*values)])

    def merged(self, cache):
        """The query is taken into the latent space once, the sum is expanded once: W^UK is absorbed into W^UQ, W^UV into W^O."""
        query = self.apply(list(zip(*self.up_key)), self.apply(self.query, self.hidden))
        turned = rotated(self.apply(self.query_rope, self.hidden), TOKENS - 1)
        weights = self.weights([self.dot(query, latent) + self.dot(turned, key) for latent, key in cache])
        mixed = [self.dot(weights, column) for column in zip(*(latent for latent, _ in cache))]
        return self.apply(self.output, self.apply(self.up_value, mixed))

    def per_token(self, way):
        """Multiplications that one more cached token costs."""
        counts = []
        for cache in (self.cache[1:], self.cache):
            before = self.count
            way(cache)
            counts.append(self.count - before)
        return counts[1] - counts[0]


@pytest.fixture
def head():
    return Head(Random(7))


def test_merged_gives_the_same_output(head):
    """DeepSeek-V2, §2.1.2 and Appendix C: W^UK can be absorbed into W^UQ and W^UV into W^O."""
    assert head.merged(head.cache) == pytest.approx(head.expanded(head.cache), abs=1e-12)


def test_multiplications_are_those_that_the_head_does(head):
    """Counted in the head as it is computed, per cached token."""
    one, size, latent, rope = map(D, (1, HEAD, LATENT, ROPE))
    assert head.per_token(head.expanded) == mla.expanded_multiplications(one, size, latent, rope)
    assert head.per_token(head.merged) == mla.merged_multiplications(one, latent, rope)


def test_cache_holds_latent_and_positional_key_only(head):
    """DeepSeek-V2, §2.1.3: d_c + d_h^R elements per token and layer are enough for both ways."""
    assert {(len(latent), len(key)) for latent, key in head.cache} == {(LATENT, ROPE)}


def test_rotation_between_the_matrices_forbids_merging(head):
    """DeepSeek-V2, §2.1.3: with RoPE on the rebuilt keys the product depends on the distance, so no single merged matrix serves two positions."""
    query, key = head.apply(head.query, head.hidden), head.apply(head.up_key, head.cache[0][0])
    score = lambda position, other=0: head.dot(rotated(query, position), rotated(key, other))
    assert abs(score(1) - score(5)) > 0.1
    assert score(3) == pytest.approx(score(8, 5))


def test_multiplications_of_v2(fact):
    """Dimensions of DeepSeek-V2, §3.1.2: 128 heads of 128, latent 512, positional key 64; 1,088 against 256 per head is 4.25 times."""
    names = ("attention-heads", "head-dimension", "kv-compression-dimension", "decoupled-rope-dimension")
    heads, size, latent, rope = (fact(f"deepseek-v2/{name}") for name in names)
    assert (heads, size, latent, rope) == (128, 128, 512, 64)
    merged, plain = mla.merged_multiplications(heads, latent, rope), mla.plain_multiplications(heads, size)
    assert (merged, plain, merged / plain) == (128 * 1088, 128 * 256, D("4.25"))
    assert mla.expanded_multiplications(heads, size, latent, rope) == 128 * (131072 + 192 + 128)


@pytest.mark.parametrize("call", [
    lambda: mla.plain_multiplications(D(0), D(1)), lambda: mla.merged_multiplications(D(1), D(-1), D(1)),
    lambda: mla.expanded_multiplications(D(1), D(0), D(1), D(1)),
])
def test_impossible(call):
    with pytest.raises(ValueError, match="must be positive"):
        call()
