"""Merging the matrices of latent attention changes nothing; rotating the keys in between would."""

from decimal import Decimal as D
from random import Random

import pytest

from models import latent_attention as mla

MODEL, HEAD, LATENT, ROPE, TOKENS = 12, 6, 4, 2, 9


def matrix(random, rows, columns):
    return [[random.gauss(0, 1) for _ in range(columns)] for _ in range(rows)]


@pytest.fixture
def layer():
    random = Random(7)
    head = mla.Head(matrix(random, HEAD, MODEL), matrix(random, ROPE, MODEL), matrix(random, HEAD, LATENT),
                    matrix(random, HEAD, LATENT), matrix(random, MODEL, HEAD))
    down, key_rope = matrix(random, LATENT, MODEL), matrix(random, ROPE, MODEL)
    hidden = matrix(random, TOKENS, MODEL)
    return head, hidden[-1], [mla.cache_entry(state, down, key_rope, place) for place, state in enumerate(hidden)]


def test_merged_gives_the_same_output(layer):
    """DeepSeek-V2, §2.1.2 and Appendix C: W^UK can be absorbed into W^UQ and W^UV into W^O."""
    head, hidden, cache = layer
    assert mla.merged(head, hidden, TOKENS - 1, cache) == pytest.approx(mla.expanded(head, hidden, TOKENS - 1, cache), abs=1e-12)


def test_cache_holds_latent_and_positional_key_only(layer):
    """DeepSeek-V2, §2.1.3: d_c + d_h^R elements per token and layer."""
    assert {(len(latent), len(key)) for latent, key in layer[2]} == {(LATENT, ROPE)}


def test_rotation_between_the_matrices_forbids_merging(layer):
    """DeepSeek-V2, §2.1.3: with RoPE on the rebuilt keys the product depends on the distance, so no single merged matrix serves two positions."""
    head, hidden, cache = layer
    latent = cache[0][0]
    query, key = mla.apply(head.query, hidden), mla.apply(head.up_key, latent)
    score = lambda position: sum(a * b for a, b in zip(mla.rotated(query, position), mla.rotated(key, 0)))
    assert abs(score(1) - score(5)) > 0.1
    assert score(3) == pytest.approx(sum(a * b for a, b in zip(mla.rotated(query, 8), mla.rotated(key, 5))))


def test_multiplications_of_v2():
    """Dimensions of DeepSeek-V2, §3.1.2: 128 heads of 128, latent 512, positional key 64; 1,088 against 256 per head is 4.25 times."""
    merged, plain = mla.merged_multiplications(D(128), D(512), D(64)), mla.plain_multiplications(D(128), D(128))
    assert (merged, plain, merged / plain) == (139264, 32768, D("4.25"))
    assert mla.expanded_multiplications(D(128), D(128), D(512), D(64)) == 128 * (131072 + 192 + 128)


def test_rotation_keeps_lengths():
    assert sum(x * x for x in mla.rotated([3.0, 4.0, 1.0, 2.0], 11)) == pytest.approx(30)


@pytest.mark.parametrize("call", [
    lambda: mla.apply([[1.0, 2.0]], [1.0]), lambda: mla.rotated([1.0, 2.0, 3.0], 1), lambda: mla.plain_multiplications(D(0), D(1)),
    lambda: mla.merged_multiplications(D(1), D(-1), D(1)), lambda: mla.expanded_multiplications(D(1), D(0), D(1), D(1)),
])
def test_impossible(call):
    with pytest.raises(ValueError):
        call()


def test_empty_cache(layer):
    with pytest.raises(ValueError, match="at least one cached token"):
        mla.merged(layer[0], layer[1], 0, [])
