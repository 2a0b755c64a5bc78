"""Eight-bit numbers against an independent implementation, and against what the papers print."""

import math
import random

import ml_dtypes
import numpy
import pytest

from models import accumulation, fp8

FORMATS = {"float8_e4m3fn": fp8.E4M3, "float8_e5m2": fp8.E5M2, "bfloat16": fp8.BF16}


def values(format: fp8.Format, count: int) -> list[float]:
    """Values of all sizes, most inside the range and some beyond it: random ones, every number of the format and its neighbours'
    middles, where ties are decided, with the next 32-bit numbers on both sides."""
    chance = random.Random(7)
    numbers = [0.0, *fp8.positive_numbers(format)]
    exact = numbers if len(numbers) < 1000 else chance.sample(numbers, 1000)
    middles = [(low + high) / 2 for low, high in zip(numbers, numbers[1:])]
    middles = middles if len(middles) < 1000 else chance.sample(middles, 1000)
    near = [middle * (1 + turn * 2**-22) for middle in middles for turn in (-1, 0, 1)]
    special = [format.largest * factor for factor in (1.03, 1.04, 1.0625, 1.07, 1.125, 1.13, 2)] + [math.inf, math.nan, format.smallest / 2, format.smallest / 4]
    result = [sign * value for value in exact + near + special for sign in (1, -1)]
    low, high = math.log2(format.smallest) - 2, math.log2(format.largest) + 1
    while len(result) < count:
        result.append(chance.choice((1, -1)) * 2 ** chance.uniform(low, high))
    return [accumulation.fp32(value) if abs(value) < 3e38 else value for value in result]


@pytest.mark.parametrize("name", FORMATS)
def test_quantiser_equals_ml_dtypes(name):
    """80,000 values of each format round to the very number that ml_dtypes gives, with sign, infinities and NaN."""
    exact = values(FORMATS[name], 80_000)
    assert len(exact) == 80_000
    with numpy.errstate(all="ignore"):
        expected = numpy.array(exact, dtype=numpy.float32).astype(getattr(ml_dtypes, name)).astype(numpy.float64).tolist()
    for value, other in zip(exact, expected):
        mine = fp8.quantise(value, FORMATS[name])
        if math.isnan(other):
            assert math.isnan(mine), value
        else:
            assert mine == other and math.copysign(1, mine) == math.copysign(1, other), value


def test_formats():
    """E4M3 ends at 448, the number by which DeepSeek's code divides (repository of DeepSeek-V3, `inference/kernel.py`), E5M2 at 57,344;
    four and five exponent bits, three and two mantissa bits (DeepSeek-V3, §3.3.2)."""
    assert (fp8.E4M3.largest, fp8.E4M3.smallest, fp8.E4M3.lowest_exponent) == (448, 2**-9, -6)
    assert (fp8.E5M2.largest, fp8.E5M2.smallest, fp8.E5M2.lowest_exponent) == (57344, 2**-16, -14)
    for format, count in ((fp8.E4M3, 126), (fp8.E5M2, 123)):  # 127 and 124 codes above zero less NaN, and less ∞ and three NaNs
        numbers = fp8.positive_numbers(format)
        assert 1 + format.exponent_bits + format.mantissa_bits == 8
        assert len(numbers) == count and list(numbers) == sorted(set(numbers)) and (numbers[0], numbers[-1]) == (format.smallest, format.largest)
        assert all(fp8.quantise(number, format) == number for number in numbers)
        assert sum(1 <= number < 2 for number in numbers) == 2**format.mantissa_bits


def test_scales():
    """The largest value of a group lands on the largest number (DeepSeek-V3, §3.3.2)."""
    assert fp8.scale_of([1, -896, 3], fp8.E4M3) == 2
    assert fp8.scale_of([0, 0], fp8.E4M3) == 1
    with pytest.raises(ValueError, match="cannot be scaled"):
        fp8.scale_of([1, math.nan], fp8.E4M3)


def test_groups():
    """Tiles of 1×128 and blocks of 128×128 (DeepSeek-V3, §3.3.2): a token of V3, 7,168 channels wide (§4.2), has 56 tiles, and
    a weight of 7,168 × 2,048, an expert's (§4.2), has 56 × 16 blocks. Edges are cut, as weights are padded (`README_WEIGHTS.md`)."""
    assert len(list(fp8.groups(1, 7168, 1, 128))) == 56
    assert len(list(fp8.groups(7168, 2048, 128, 128))) == 56 * 16
    assert list(fp8.groups(3, 5, 2, 4))[-1] == (range(2, 3), range(4, 5))
    covered = [(i, j) for down, across in fp8.groups(5, 7, 2, 3) for i in down for j in across]
    assert sorted(covered) == [(i, j) for i in range(5) for j in range(7)]
    with pytest.raises(ValueError, match="at least one"):
        list(fp8.groups(3, 5, 0, 4))


def test_bytes():
    """656 bytes of cache per token and layer: 512 FP8 values with four 32-bit scales and 64 BF16 values (FlashMLA, README,
    “MLA Decoding”); half of BF16 but for the scales (DeepSeek-V3, §3.3.2)."""
    assert 512 * fp8.bytes_per_value(8, 128, 4) + 64 * fp8.bytes_per_value(16, 1, 0) == 656
    assert fp8.bytes_per_value(8, 128 * 128, 4) / 2 == pytest.approx(0.5, abs=2e-4)
    with pytest.raises(ValueError, match="group"):
        fp8.bytes_per_value(8, 0, 4)


def whole(where: str, size: float, height: int, width: int, format: fp8.Format = fp8.E4M3) -> fp8.Loss:
    """The loss of everything but the outliers."""
    matrix, outliers = fp8.with_outlier(fp8.sample(128, 256), size, where)
    total = fp8.Loss()
    for down, across in fp8.groups(128, 256, height, width):
        scale = fp8.scale_of([matrix[i][j] for i in down for j in across], format)
        total += fp8.loss([matrix[i][j] for i in down for j in across if (i, j) not in outliers], scale, format)
    return total


def test_outliers_and_small_groups():
    """Small groups keep an outlier to themselves (DeepSeek-V3, §3.3.2); with one token far above the others, blocks of 128×128 lose
    what tiles of 1×128 keep (Appendix B.2); E5M2 bears the outlier but is half as fine (§3.3.2, “Mantissa over Exponents”)."""
    tensor, block, tile = (whole("value", 1e5, *group) for group in ((128, 256), (128, 128), (1, 128)))
    assert tensor.relative > 0.1 and tensor.relative > block.relative > 2 * tile.relative and tensor.lost > 1.5 * block.lost > 0
    assert tensor.values == block.values == tile.values == 128 * 256 - 1
    assert whole("token", 1e5, 1, 128).relative == pytest.approx(whole("value", 1, 1, 128).relative, rel=0.01)
    assert whole("token", 1e5, 128, 128).relative > 0.3
    assert whole("value", 1e5, 128, 256, fp8.E5M2).relative == pytest.approx(2 * whole("value", 1, 128, 256).relative, rel=0.05)


@pytest.mark.parametrize("format", [fp8.E4M3, fp8.E5M2])
def test_loss_by_counting(format):
    """Counting between the middles gives the loss that rounding every value gives."""
    values = [*fp8.sample(1, 3000)[0], 0.0, 0.0]
    for scale in (fp8.scale_of(values, format), 1000 / format.largest, 1e9 / format.largest):
        slow, fast = fp8.loss(values, scale, format), fp8.Spread(values).loss(scale, format)
        assert (slow.values, slow.zeros) == (fast.values, fast.zeros)
        assert fast.square == pytest.approx(slow.square, rel=1e-9) and fast.error == pytest.approx(slow.error, rel=1e-9)
    with pytest.raises(ValueError, match="do not fit"):
        fp8.Spread(values).loss(0.1 / format.largest, format)


@pytest.mark.parametrize("wrong, words", [
    (lambda: fp8.Format(1, 3, True), "exponent bits"),
    (lambda: fp8.sample(0, 4), "one token"),
    (lambda: fp8.with_outlier([], 10), "needs a matrix"),
    (lambda: fp8.with_outlier(fp8.sample(4, 4), 0.5), "at least as large"),
    (lambda: fp8.with_outlier(fp8.sample(4, 4), 10, "layer"), "not “layer”"),
    (lambda: fp8.loss([1.0], 0, fp8.E4M3), "scale must be positive"),
    (lambda: fp8.loss([1.0], math.inf, fp8.E4M3), "scale must be positive and finite"),
    (lambda: fp8.loss([1.0], math.nan, fp8.E4M3), "scale must be positive and finite"),
    (lambda: fp8.loss([1.0, 1000.0], 1, fp8.E4M3), "do not fit"),
    (lambda: fp8.loss([1.0, math.inf], 1, fp8.E5M2), "do not fit"),
    (lambda: fp8.Spread([1.0, math.nan]), "no place in a group"),
    (lambda: fp8.Spread([1.0]).loss(math.inf, fp8.E4M3), "do not fit"),
    (lambda: fp8.Loss().relative, "all values are zero"),
    (lambda: fp8.Loss().lost, "no values"),
])
def test_errors(wrong, words):
    with pytest.raises(ValueError, match=words):
        wrong()
