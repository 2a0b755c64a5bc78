"""Sums that keep few bits, against what the reports print."""

import math
import random

import pytest

from models import accumulation, fp8


def products(length: int, seed: int) -> list[float]:
    chance = random.Random(seed)
    draw = lambda: fp8.quantise(64 * chance.gauss(0, 1), fp8.E4M3)
    return [draw() * draw() for _ in range(length)]


def test_sums():
    """K = 4,096, 14 bits, promotion after 128 elements = 4 instructions (DeepSeek-V3, §3.3.2): the error of the sum without promotion is
    of the order of the “nearly 2 %” that the report gives as the largest, and several times smaller with promotion."""
    plain = promoted = square = worst = 0.0
    for seed in range(40):
        terms = products(4096, seed)
        exact = math.fsum(terms)
        parts = [accumulation.instruction_sum(terms[first : first + 32], 14) for first in range(0, 4096, 32)]
        error = accumulation.running_sums(parts, 14)[-1] - exact
        plain, worst, square = plain + error**2, max(worst, abs(error)), square + exact**2
        promoted += (accumulation.running_sums(parts, 14, 128 // 32)[-1] - exact) ** 2
    assert 0.002 < math.sqrt(plain / square) < 0.01 and worst / math.sqrt(square / 40) < 0.02
    assert math.sqrt(plain / promoted) > 3


def test_sums_with_enough_bits_are_exact():
    """E4M3 products are multiples of 2⁻¹⁸ below 2¹⁸, so that 36 bits hold 32 of them exactly; and 13 fraction bits with the leading one
    (arXiv 2505.09343, §3.1.1) are the 14 bits of the V3 report (§3.5.2)."""
    terms = products(32, 3)
    assert accumulation.instruction_sum(terms, 36) == math.fsum(terms)
    assert accumulation.instruction_sum([1, 2**-13], 14) == 1 + 2**-13 and accumulation.instruction_sum([1, 2**-14], 14) == 1
    assert accumulation.instruction_sum([1, -(2**-14)], 14) == 1 - 2**-13  # cut off towards −∞
    assert accumulation.running_sums([1, 2**-14], 14) == [1, 1] and accumulation.running_sums([1, 2**-14], 14, 1) == [1, 1 + 2**-14]
    assert accumulation.instruction_sum([], 14) == accumulation.instruction_sum([0, 0], 14) == 0


def test_errors():
    with pytest.raises(ValueError, match="two bits"):
        accumulation.instruction_sum([1.0], 1)
    with pytest.raises(ValueError, match="promoted"):
        accumulation.running_sums([1.0], 14, -1)
    with pytest.raises(ValueError, match="two bits"):
        accumulation.running_sums([1.0], 1)


@pytest.mark.parametrize("value", [math.inf, -math.inf, math.nan])
def test_what_is_not_finite_cannot_be_added_up(value):
    for add in (accumulation.instruction_sum, accumulation.running_sums):
        with pytest.raises(ValueError, match="cannot be added up"):
            add([1.0, value], 14)


def test_fp32():
    """The nearest number of 32 bits, ties to even (IEEE 754, binary32): 24 bits of mantissa."""
    assert accumulation.fp32(1 + 2**-23) == 1 + 2**-23 and accumulation.fp32(1 + 2**-24) == 1 and accumulation.fp32(1 + 3 * 2**-24) == 1 + 2**-22
    assert accumulation.fp32(1e39) == math.inf and accumulation.fp32(-1e39) == -math.inf
