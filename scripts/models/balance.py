"""Balancing the experts of one layer: the bias rule of loss-free balancing and, beside it, an auxiliary loss, in a toy world.

The toy world is invented: a fixed bank of tokens whose scores favour some experts. Nothing is learned but the biases (or, with
the auxiliary loss, one offset per expert). Everything is deterministic for a seed. ValueError says what cannot be computed.
"""

from __future__ import annotations

import math
import random
import sys
from array import array
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, combinations
from operator import add, mul

from .experts import top_k

Bank = tuple[tuple[float, ...], ...]  # tokens × experts


@dataclass(frozen=True)
class Run:
    """What happened in a simulation: for every step the load of each expert relative to the mean load, and MaxVio of the batch;
    at the end MaxVio over the whole bank, the share of choices that differ from those without balancing, how far the scores
    lie from those that the router had at first (mean of the absolute differences), and the bias or offset of each expert."""

    loads: tuple[tuple[float, ...], ...]
    maxvio: tuple[float, ...]
    end: float
    moved: float
    shift: float
    bias: tuple[float, ...]


def sigmoid(value: float) -> float:
    """1 / (1 + exp(−x)), between 0 and 1: the score of an expert in DeepSeek-V3 (arXiv 2412.19437, §2.1.2, Equation 15)."""
    power = math.exp(-abs(value))  # at most 1, however large the number
    return (1 if value >= 0 else power) / (1 + power)


def maxvio(loads: list[float]) -> float:
    """Maximal violation: how far the fullest expert exceeds the mean load, in mean loads (arXiv 2408.15664, §4.1, Equation 4)."""
    if not loads or min(loads) < 0 or sum(loads) <= 0:
        raise ValueError("the violation needs at least one expert and one token")
    return max(loads) * len(loads) / sum(loads) - 1


def choose(scores: list[float], bias: list[float], chosen: int) -> list[int]:
    """The experts with the highest biased scores s_i + b_i, highest first; of equal ones the earlier (arXiv 2408.15664, §3, Equation 3;
    DeepSeek-V3, arXiv 2412.19437, §2.1.2, Equation 16)."""
    if len(bias) != len(scores):
        raise ValueError(f"{len(scores)} experts need as many biases, not {len(bias)}")
    return top_k(list(map(add, scores, bias)), chosen)


def updated(bias: list[float], counts: list[int], speed: float) -> list[float]:
    """The biases after one batch, from the tokens that each expert got: `speed` less for an expert above the mean load, `speed` more
    for one below (arXiv 2408.15664, Algorithm 1; DeepSeek-V3, arXiv 2412.19437, §2.1.2)."""
    if speed < 0 or not counts or len(bias) != len(counts):
        raise ValueError("the speed must not be negative, and every expert, one at least, needs a bias and a count")
    mean = sum(counts) / len(counts)
    return [value + speed * ((mean > count) - (mean < count)) for value, count in zip(bias, counts)]


def skewed_logits(seed: int, experts: int, tokens: int, skew: float, noise: float) -> Bank:
    """An invented bank: each expert's popularity is normal with width `skew`, each token adds its own normal deviate of width `noise`."""
    if min(experts, tokens) < 1 or min(skew, noise) < 0:
        raise ValueError("a bank needs experts and tokens; widths must not be negative")
    chance = random.Random(seed)
    popularity = [chance.gauss(0, skew) for _ in range(experts)]
    return tuple(tuple(middle + chance.gauss(0, noise) for middle in popularity) for _ in range(tokens))


# Many tokens at once, because the figure chooses hundreds of thousands of times: the scores of one expert are one long integer, its
# column, with 32 bits for each token, the highest set. One addition biases it. One subtraction compares two columns: the highest bit
# survives where the first is not below the second.

POINT, PLACE = 20, 6
"""Of the bits of a token: those of the score after the binary point, and below them those of the expert's place, which decide ties."""
LIMIT = 2 ** (31 - POINT - PLACE - 2)
"""Scores and biases lie below it, so that a sum, with twice the limit added, fits the bits above."""


@lru_cache(4)
def _packed(bank: Bank) -> list[bytes]:
    """The scores of each token, rounded to 2⁻²⁰."""
    if len(bank[0]) > 2**PLACE or max(map(max, bank)) >= LIMIT or min(map(min, bank)) <= -LIMIT:
        raise ValueError(f"scores must lie within ±{LIMIT}, and experts be at most {2**PLACE}")
    unit, middle, places = 2.0**POINT, 2.0 ** (POINT + 1) * LIMIT, range(2**31 + 2**PLACE - 1, 2**31 - 1, -1)
    return [array("I", [(int(value * unit + middle) << PLACE) + place for value, place in zip(row, places)]).tobytes() for row in bank]


def _columns(packed: list[bytes], experts: int) -> list[int]:
    numbers = array("I", b"".join(packed))
    return [int.from_bytes(numbers[expert::experts].tobytes(), sys.byteorder) for expert in range(experts)]


def _chosen(columns: list[int], tokens: int, bias: list[float], chosen: int) -> list[int]:
    """What `choose` gives, for all tokens: in the column of each expert one bit for every token that chooses it."""
    if max(map(abs, bias)) >= LIMIT or not 0 < chosen <= len(columns):
        raise ValueError(f"biases must stay within ±{LIMIT}, and no more experts be chosen than there are")
    one = int.from_bytes(array("I", [1]) * tokens, sys.byteorder)
    top, best = one << 31, []
    biased = [column + (round(value * 2**POINT) << PLACE) * one for column, value in zip(columns, bias)]
    for column in biased:
        for place, held in enumerate(best):  # the higher of both stays, the lower goes on to the next place
            wins = column - held & top
            change = (column ^ held) & wins - (wins >> 31)
            best[place], column = held ^ change, column ^ change
        if len(best) < chosen:
            best.append(column ^ top)
    return [column - best[-1] & top for column in biased]


@lru_cache(4)
def _drawn(tokens: int, batch: int, steps: int, seed: int) -> list[list[int]]:
    """The places in the bank of the tokens of every step."""
    chance = random.Random(seed)
    return [chance.choices(range(tokens), k=batch) for _ in range(steps)]


@lru_cache(4)
def _batches(bank: Bank, batch: int, steps: int, seed: int) -> list[list[int]]:
    """The columns of every step."""
    packed = _packed(bank)
    return [_columns([packed[place] for place in places], len(bank[0])) for places in _drawn(len(bank), batch, steps, seed)]


def _run(bank: Bank, counted: list[list[int]], bias: list[float], chosen: int, shift: float) -> Run:
    """The account of a simulation from its counts and its last biases."""
    columns = _columns(_packed(bank), len(bank[0]))
    plain, balanced = (_chosen(columns, len(bank), each, chosen) for each in ([0.0] * len(bias), bias))
    moved = sum((after & ~before).bit_count() for before, after in zip(plain, balanced)) / (chosen * len(bank))
    loads = tuple(tuple([count * len(counts) / whole for count in counts]) for counts in counted for whole in [sum(counts)])
    return Run(loads, tuple(map(maxvio, counted)), maxvio([column.bit_count() for column in balanced]), moved, shift, tuple(bias))


def _power(value: float) -> float:
    """e^−x, held at e^700, near the largest that a float can hold: the score that belongs to it, 1 / (1 + e^−x), is as good as zero."""
    return math.exp(min(-value, 700.0))


@lru_cache(4)
def _scores(logits: Bank) -> tuple[Bank, Bank]:
    """Of every logit x: e^−x, and the score 1 / (1 + e^−x)."""
    if not logits or not logits[0] or not all(len(row) == len(logits[0]) and all(map(math.isfinite, row)) for row in logits):
        raise ValueError("every token, one at least, needs one finite logit per expert")
    against = tuple(tuple(map(_power, row)) for row in logits)
    return against, tuple(tuple([1 / (1 + value) for value in row]) for row in against)


def by_bias(logits: Bank, chosen: int, batch: int, steps: int, speed: float, seed: int) -> Run:
    """Loss-free balancing (arXiv 2408.15664, Algorithm 1): every step routes `batch` random tokens of the bank, then moves each bias by
    `speed`. Speed 0 is no balancing at all."""
    if batch < 1 or steps < 1:
        raise ValueError("a simulation needs at least one token and one step")
    (_, bank), bias, counted = _scores(logits), [0.0] * len(logits[0]), []
    for columns in _batches(bank, batch, steps, seed):
        counted.append([column.bit_count() for column in _chosen(columns, batch, bias, chosen)])
        bias = updated(bias, counted[-1], speed)
    return _run(bank, counted, bias, chosen, 0.0)


def by_loss(logits: Bank, chosen: int, batch: int, steps: int, weight: float, rate: float, seed: int) -> Run:
    """A balance loss instead: gradient descent with `rate` on one offset θ_i per expert, added before the sigmoid. The loss is
    weight · Σ f_i P_i with f_i = N/(K·T) · count and P_i the mean normalised score (DeepSeek-V3, arXiv 2412.19437, §2.1.2, Equations 17
    to 20, taken over the batch), its gradient taken with f_i held fixed and from every fortieth token. The task's own gradient, which a toy has
    not, is replaced by a spring θ²/2 towards the scores of the start: an assumption, so `weight` compares with that of no paper."""
    if batch < 1 or steps < 1 or weight < 0 or rate <= 0:
        raise ValueError("a simulation needs tokens, steps, a weight of at least 0 and a rate above 0")
    (against, bank), offsets, counted = _scores(logits), [0.0] * len(logits[0]), []
    for places, columns in zip(_drawn(len(logits), batch, steps, seed), _batches(logits, batch, steps, seed)):
        counted.append([column.bit_count() for column in _chosen(columns, batch, offsets, chosen)])  # logits are in the order of scores
        load = [count * len(offsets) / (chosen * batch) for count in counted[-1]]
        push, sample, factors = [0.0] * len(offsets), places[::40], list(map(_power, offsets))
        for place in sample:
            scores = [1 / (1 + value) for value in map(mul, against[place], factors)]
            whole = sum(scores)
            level = sum(map(mul, load, scores)) / whole
            push = [value + score * (1 - score) * (each - level) / whole for value, score, each in zip(push, scores, load)]
        offsets = [value - rate * (weight * force / len(sample) + value) for value, force in zip(offsets, push)]
    factors = list(map(_power, offsets))
    after = [sum([1 / (1 + value * factor) for value in column]) for column, factor in zip(zip(*against), factors)]
    shift = sum(abs(one - sum(other)) for one, other in zip(after, zip(*bank)))  # an offset moves all scores of its expert the same way
    return _run(logits, counted, offsets, chosen, shift / (len(logits) * len(offsets)))


def chance_level(experts: int, chosen: int, batch: int, trials: int, seed: int) -> float:
    """The mean MaxVio (in mean loads) of batches whose tokens pick their experts at random: what is left in perfect balance, as a batch
    is small. Drawn, not computed; this site's own."""
    if trials < 1 or batch < 1 or not 0 < chosen <= experts:
        raise ValueError("this needs trials, tokens, and no more chosen experts than there are")
    chance, choices = random.Random(seed), list(combinations(range(experts), chosen))
    drawn = (Counter(chain.from_iterable(chance.choices(choices, k=batch))) for _ in range(trials))
    return sum(maxvio([counts[expert] for expert in range(experts)]) for counts in drawn) / trials


def choice_leak(experts: int, chosen: int, layers: int = 1) -> float:
    """Bits per token about later tokens that the choices of Expert Choice routing can carry: more than K · log₂((1 − R) / R) in each
    layer, with R = K / N (arXiv 2408.15664, §5.2 and Appendix D.1). This is that bound, summed over the layers."""
    if layers < 1 or not 0 < 2 * chosen < experts:
        raise ValueError("this needs a layer, and fewer than half of the experts chosen")
    return layers * chosen * math.log2((experts - chosen) / chosen)
