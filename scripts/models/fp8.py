"""Eight-bit floating-point numbers: rounding, scaling in groups, and what is lost by both.

Values are Python floats, matrices are lists of rows (tokens × channels). ValueError says what cannot be computed.
"""

import math
import random
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import accumulate
from operator import mul, not_

Matrix = list[list[float]]


@dataclass(frozen=True)
class Format:
    """A format of one sign bit, `exponent_bits` and `mantissa_bits`. With `infinities` the top exponent is kept for ∞ and NaN, as in
    IEEE 754; without, it holds numbers too, and only the code of all ones is NaN (README of ml_dtypes, `float8_e4m3fn`)."""

    exponent_bits: int
    mantissa_bits: int
    infinities: bool

    def __post_init__(self):
        if self.exponent_bits < 2 or self.mantissa_bits < 1:
            raise ValueError(f"a format needs two exponent bits and one mantissa bit, not {self.exponent_bits} and {self.mantissa_bits}")

    @cached_property
    def lowest_exponent(self) -> int:
        """Exponent of the smallest normal number, 1 − bias with bias = 2^(exponent bits − 1) − 1."""
        return 2 - 2 ** (self.exponent_bits - 1)

    @cached_property
    def smallest(self) -> float:
        """The smallest positive number, a subnormal one, and the distance between subnormal numbers."""
        return math.ldexp(1.0, self.lowest_exponent - self.mantissa_bits)

    @cached_property
    def largest(self) -> float:
        """The largest finite number."""
        top = 2 ** (self.exponent_bits - 1) - (1 if self.infinities else 0)
        mantissa = 2 ** (self.mantissa_bits + 1) - (1 if self.infinities else 2)
        return math.ldexp(mantissa, top - self.mantissa_bits)


E4M3 = Format(4, 3, infinities=False)
E5M2 = Format(5, 2, infinities=True)
BF16 = Format(8, 7, infinities=True)
"""Not of eight bits: a wide format, by which the tests see that rounding follows the numbers of bits and not these two formats."""
_ANCHOR = 1.5 * 2**52
"""Added to a number and subtracted again, so many steps leave a whole number of steps, ties to even: a float near it has no finer ones."""


@cache
def positive_numbers(format: Format) -> tuple[float, ...]:
    """Every positive finite number of the format, in order: evenly spaced up to twice the smallest normal one, then with a step that doubles
    at every power (IEEE 754; README of ml_dtypes)."""
    numbers, step = [], format.smallest
    while not numbers or numbers[-1] < format.largest:
        last = numbers[-1] if numbers else 0.0
        if last >= 2 ** (format.mantissa_bits + 1) * step:
            step *= 2
        numbers.append(last + step)
    return tuple(numbers)


@cache
def _middles(format: Format) -> list[float]:
    """Halfway between neighbouring numbers from zero on."""
    numbers = (0.0, *positive_numbers(format))
    return [(low + high) / 2 for low, high in zip(numbers, numbers[1:])]


def quantise(value: float, format: Format) -> float:
    """The nearest number of the format, ties to the even mantissa (IEEE 754). What is too large becomes ∞, or NaN where there is no ∞."""
    exponent = math.frexp(value)[1] - 1
    anchor = math.ldexp(_ANCHOR, (exponent if exponent > format.lowest_exponent else format.lowest_exponent) - format.mantissa_bits)
    size = abs(value) + anchor - anchor
    if size > format.largest:
        size = math.inf if format.infinities else math.nan
    return math.copysign(size, value)


def scale_of(values: Sequence[float], format: Format) -> float:
    """What a group is divided by so that its largest value just fits, max|x| / largest number (DeepSeek-V3, arXiv 2412.19437,
    §3.3.2). A group of zeros has scale 1."""
    if not values:
        raise ValueError("a group needs at least one value")
    if not all(map(math.isfinite, values)):
        raise ValueError("a group with an infinite or undefined value cannot be scaled")
    return max(map(abs, values)) / format.largest or 1.0


def groups(rows: int, columns: int, height: int, width: int) -> Iterator[tuple[range, range]]:
    """The groups that share a scale, as rows and columns: height × width is 1 × 128 for tiles, 128 × 128 for blocks and the
    whole matrix for scaling per tensor (DeepSeek-V3, §3.3.2); at the edges groups may be smaller."""
    if min(rows, columns, height, width) < 1:
        raise ValueError("a matrix and its groups need at least one row and one column")
    for top in range(0, rows, height):
        for left in range(0, columns, width):
            yield range(top, min(top + height, rows)), range(left, min(left + width, columns))


@dataclass(frozen=True)
class Loss:
    """What rounding did to some values: how many they are, the sum of their squares, that of the errors, and how many values
    other than zero became zero. Losses add up, and what some of the values lose can be taken off."""

    values: int = 0
    square: float = 0.0
    error: float = 0.0
    zeros: int = 0

    def __add__(self, other: "Loss") -> "Loss":
        return Loss(self.values + other.values, self.square + other.square, self.error + other.error, self.zeros + other.zeros)

    def __sub__(self, other: "Loss") -> "Loss":
        return Loss(self.values - other.values, self.square - other.square, self.error - other.error, self.zeros - other.zeros)

    @property
    def relative(self) -> float:
        """Root mean square of the errors over that of the values (this site's measure)."""
        if self.square == 0:
            raise ValueError("an error relative to nothing: all values are zero")
        return math.sqrt(self.error / self.square)

    @property
    def lost(self) -> float:
        """Share of the values that became zero."""
        if self.values == 0:
            raise ValueError("there are no values")
        return self.zeros / self.values


def loss(values: Sequence[float], scale: float, format: Format) -> Loss:
    """What scaling down, rounding and scaling up again does to the values of one group (or to some of them)
    (DeepSeek-V3, arXiv 2412.19437, §3.3.2)."""
    if not 0 < scale < math.inf:
        raise ValueError(f"a scale must be positive and finite, not {scale}")
    rounded = [quantise(value / scale, format) * scale for value in values]
    if not all(map(math.isfinite, rounded)):
        raise ValueError(f"with the scale {scale} the values do not fit the format")
    errors = [value - other for value, other in zip(values, rounded)]
    return Loss(len(values), sum(map(mul, values, values)), sum(map(mul, errors, errors)), rounded.count(0) - sum(map(not_, values)))


class Spread:
    """Values in order of size with their running sums: the same loss for many scales, counted between the middles of neighbouring
    numbers of the format. For values that lie in no middle; with those, ties would have to be looked at one by one."""

    def __init__(self, values: Sequence[float]):
        if not all(map(math.isfinite, values)):
            raise ValueError("an infinite or undefined value has no place in a group")
        self.sizes = sorted(map(abs, values))
        self.sums = [0.0, *accumulate(self.sizes)]
        self.squares = [0.0, *accumulate(map(mul, self.sizes, self.sizes))]

    def loss(self, scale: float, format: Format) -> Loss:
        """What `loss` gives for the values, up to rounding."""
        if not 0 < scale < math.inf or self.sizes and self.sizes[-1] > format.largest * scale * (1 + 1e-9):
            raise ValueError(f"with the scale {scale} the values do not fit the format")
        sizes, sums, squares = self.sizes, self.sums, self.squares
        numbers, first, error = (0.0, *positive_numbers(format)), bisect_left(sizes, math.ulp(0)), 0.0
        ends = [*[bisect_left(sizes, middle * scale) for middle in _middles(format)], len(sizes)]
        zeros = ends[0] - first
        for number, last in zip(numbers, ends):
            if last > first:
                nearest = number * scale
                error += squares[last] - squares[first] - 2 * nearest * (sums[last] - sums[first]) + nearest * nearest * (last - first)
                first = last
        return Loss(len(sizes), squares[-1], error, zeros)


def sample(tokens: int, channels: int) -> Matrix:
    """Normally distributed numbers (mean 0, deviation 1), tokens × channels, always the same. Invented: no real activations."""
    if min(tokens, channels) < 1:
        raise ValueError("a sample needs at least one token and one channel")
    chance = random.Random(1)
    return [[chance.gauss(0, 1) for _ in range(channels)] for _ in range(tokens)]


def with_outlier(matrix: Matrix, outlier: float, where: str = "value") -> tuple[Matrix, set[tuple[int, int]]]:
    """The matrix with something made large, a quarter of the way in, and the places concerned: one value set to `outlier`, or one
    token (row) or channel (column) multiplied by it. With outlier = 1 nothing changes."""
    tokens, channels = len(matrix), len(matrix[0]) if matrix else 0
    row, column = tokens // 4, channels // 4
    shapes = {"value": [(row, column)], "token": [(row, j) for j in range(channels)], "channel": [(i, column) for i in range(tokens)]}
    if not channels or not outlier >= 1:
        raise ValueError("an outlier needs a matrix, and is at least as large as the rest")
    if where not in shapes:
        raise ValueError(f"an outlier is a value, a token or a channel, not “{where}”")
    places = set() if outlier == 1 else set(shapes[where])
    result = [row_[:] for row_ in matrix]
    for i, j in places:
        result[i][j] = float(outlier) if where == "value" else matrix[i][j] * outlier
    return result, places


def bytes_per_value(bits: int, group: int, scale_bytes: int) -> float:
    """Storage of one value, in bytes, together with its part of the scale that `group` values share: bits / 8 + scale bytes / group
    (elementary, this site's own)."""
    if min(bits, group) < 1 or scale_bytes < 0:
        raise ValueError("bits and group must be at least one, the scale cannot have less than zero bytes")
    return bits / 8 + scale_bytes / group
