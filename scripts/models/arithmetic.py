"""The arithmetic of claims: a few named operations on facts, so that every printed result is computed at build.

Their inputs and results are Decimal, in the units of the facts. Operations without a source are elementary. ValueError says what cannot be
computed.
"""

from decimal import Decimal

SIX = Decimal(6)
HUNDRED = Decimal(100)
NORMAL_95 = 1.96
"""95 % of a normal distribution lie within so many standard deviations of its mean."""


def positive(**sizes) -> None:
    """ValueError with the name of the first size that is zero or less."""
    for name, size in sizes.items():
        if size <= 0:
            raise ValueError(f"{name.replace('_', ' ')} must be positive, not {size}")


def _nonzero(value: Decimal, name: str) -> Decimal:
    if value == 0:
        raise ValueError(f"{name} is zero; nothing can be divided by it")
    return value


def ratio(a: Decimal, b: Decimal) -> Decimal:
    """a / b, without unit."""
    return a / _nonzero(b, "the second value")


def difference(a: Decimal, b: Decimal) -> Decimal:
    """a − b, in the unit of both."""
    return a - b


def total(*values: Decimal) -> Decimal:
    """The sum of one or more values, in their unit."""
    if not values:
        raise ValueError("a total needs at least one value")
    return sum(values, Decimal(0))


def share(a: Decimal, b: Decimal) -> Decimal:
    """a as a percentage of b."""
    return HUNDRED * a / _nonzero(b, "the whole")


def saving(a: Decimal, b: Decimal) -> Decimal:
    """How much less a is than b, in percent of b."""
    return HUNDRED * (1 - a / _nonzero(b, "the value compared with"))


def product(*values: Decimal) -> Decimal:
    """The product of one or more values."""
    if not values:
        raise ValueError("a product needs at least one value")
    result = Decimal(1)
    for value in values:
        result *= value
    return result


def training_flops(parameters: Decimal, tokens: Decimal) -> Decimal:
    """Training compute of a Transformer, 6·N·D FLOP, with N parameters active per token and D tokens
    (Kaplan et al. 2020, arXiv 2001.08361, §2.1)."""
    positive(parameters=parameters, tokens=tokens)
    return SIX * parameters * tokens


def wilson_interval(successes: int, trials: int) -> tuple[float, float]:
    """The Wilson score interval of a share at 95 %: lower and upper bound between 0 and 1 (E. B. Wilson 1927, Journal of the American
    Statistical Association 22(158), pages 209 to 212)."""
    if not 0 <= successes <= trials or trials == 0:
        raise ValueError(f"{successes} successes of {trials} trials are impossible")
    share_, square = successes / trials, NORMAL_95**2
    middle = share_ + square / (2 * trials)
    spread = NORMAL_95 * (share_ * (1 - share_) / trials + square / (4 * trials * trials)) ** 0.5
    return (middle - spread) / (1 + square / trials), (middle + spread) / (1 + square / trials)


OPERATIONS = {function.__name__: function for function in (ratio, difference, total, share, saving, product, training_flops)}
NOTATION = {"ratio": " ÷ ", "difference": " − ", "total": " + ", "share": " ÷ ", "saving": " ÷ ", "product": " × ", "training_flops": " × "}
