"""Balancing the experts of one layer: the bias rule of loss-free balancing and, beside it, an auxiliary loss, in a toy world.

The toy world is invented: a fixed bank of tokens whose scores favour some experts. Nothing is learned but the biases (or, with
the auxiliary loss, one offset per expert). Everything is deterministic for a seed. ValueError says what cannot be computed.
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from operator import add, mul


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
    """1 / (1 + exp(−x))."""
    return 1 / (1 + math.exp(-value))


def maxvio(loads: list[float]) -> float:
    """Maximal violation: how far the fullest expert exceeds the mean load, in mean loads (arXiv 2408.15664, §4.1, Equation 4)."""
    if not loads or sum(loads) <= 0:
        raise ValueError("the violation needs at least one expert and one token")
    return max(loads) * len(loads) / sum(loads) - 1


def choose(scores: list[float], bias: list[float], chosen: int) -> list[int]:
    """The experts with the highest biased scores s_i + b_i; of equal ones the earlier (arXiv 2408.15664, §3, Equation 3;
    DeepSeek-V3, arXiv 2412.19437, §2.1.2, Equation 16)."""
    if len(bias) != len(scores) or not 0 < chosen <= len(scores):
        raise ValueError(f"cannot choose {chosen} of {len(scores)} experts with {len(bias)} biases")
    biased, places = list(map(add, scores, bias)), []
    for _ in range(chosen):
        place = biased.index(max(biased))
        places.append(place)
        biased[place] = -math.inf
    return places


def updated(bias: list[float], counts: list[int], speed: float) -> list[float]:
    """The biases after one batch: `speed` less for an expert above the mean load, `speed` more for one below
    (arXiv 2408.15664, Algorithm 1; DeepSeek-V3, §2.1.2)."""
    if speed < 0 or len(bias) != len(counts):
        raise ValueError("the speed must not be negative, and every expert needs a bias and a count")
    mean = sum(counts) / len(counts)
    return [value + speed * ((mean > count) - (mean < count)) for value, count in zip(bias, counts)]


def skewed_logits(seed: int, experts: int, tokens: int, skew: float, noise: float) -> list[list[float]]:
    """An invented bank (tokens × experts): each expert's popularity is normal with width `skew`, each token adds its own normal
    deviate of width `noise`."""
    if min(experts, tokens) < 1 or min(skew, noise) < 0:
        raise ValueError("a bank needs experts and tokens; widths must not be negative")
    chance = random.Random(seed)
    popularity = [chance.gauss(0, skew) for _ in range(experts)]
    return [[middle + chance.gauss(0, noise) for middle in popularity] for _ in range(tokens)]


def _count(batch: list[list[float]], bias: list[float], chosen: int) -> list[int]:
    """Tokens per expert; `choose` written out, because it runs hundreds of thousands of times."""
    counts, turns = [0] * len(bias), range(chosen)
    for scores in batch:
        biased = list(map(add, scores, bias))
        for _ in turns:
            place = biased.index(max(biased))
            counts[place] += 1
            biased[place] = -math.inf
    return counts


def _relative(counts: list[int]) -> tuple[float, ...]:
    return tuple(count * len(counts) / sum(counts) for count in counts)


def _moved(bank: list[list[float]], bias: list[float], chosen: int) -> float:
    """The share of choices that the biases change."""
    none = [0.0] * len(bias)
    return sum(len(set(choose(row, bias, chosen)) - set(choose(row, none, chosen))) for row in bank) / (chosen * len(bank))


def by_bias(logits: list[list[float]], chosen: int, batch: int, steps: int, speed: float, seed: int) -> Run:
    """Loss-free balancing: every step routes `batch` random tokens of the bank, then moves each bias by `speed`. Speed 0 is no
    balancing at all."""
    if batch < 1 or steps < 1:
        raise ValueError("a simulation needs at least one token and one step")
    bank, chance = [[sigmoid(value) for value in row] for row in logits], random.Random(seed)
    bias, loads, violations = [0.0] * len(bank[0]), [], []
    for _ in range(steps):
        counts = _count(chance.choices(bank, k=batch), bias, chosen)
        loads.append(_relative(counts))
        violations.append(maxvio(counts))
        bias = updated(bias, counts, speed)
    return Run(tuple(loads), tuple(violations), maxvio(_count(bank, bias, chosen)), _moved(bank, bias, chosen), 0.0, tuple(bias))


def by_loss(logits: list[list[float]], chosen: int, batch: int, steps: int, weight: float, rate: float, seed: int) -> Run:
    """A balance loss instead: gradient descent with `rate` on one offset θ_i per expert, added before the sigmoid. The loss is
    weight · Σ f_i P_i with f_i = N/(K·T) · count and P_i the mean normalised score (DeepSeek-V3, §2.1.2, Equations 17 to 20, taken
    over the batch), its gradient taken with f_i held fixed and from every fourth token. The task's own gradient, which a toy has not, is replaced by a spring
    θ²/2 towards the scores of the start: an assumption, so `weight` cannot be compared with that of any paper."""
    if batch < 1 or steps < 1 or weight < 0 or rate <= 0:
        raise ValueError("a simulation needs tokens, steps, a weight of at least 0 and a rate above 0")
    experts, chance = len(logits[0]), random.Random(seed)
    offsets, loads, violations = [0.0] * experts, [], []
    for _ in range(steps):
        tokens = chance.choices(logits, k=batch)
        counts = _count(tokens, offsets, chosen)  # the sigmoid rises, so logits order the experts as scores do
        loads.append(_relative(counts))
        violations.append(maxvio(counts))
        push, sample = [0.0] * experts, tokens[::4]
        for row in sample:
            scores = [sigmoid(value) for value in map(add, row, offsets)]
            whole = sum(scores)
            level = sum(map(mul, loads[-1], scores)) / whole
            push = [value + score * (1 - score) * (load - level) / whole for value, score, load in zip(push, scores, loads[-1])]
        offsets = [value - rate * (weight * force / len(sample) + value) for value, force in zip(offsets, push)]
    shift = sum(abs(sigmoid(value + offset) - sigmoid(value)) for row in logits for value, offset in zip(row, offsets)) / (len(logits) * experts)
    return Run(tuple(loads), tuple(violations), maxvio(_count(logits, offsets, chosen)), _moved(logits, offsets, chosen), shift, tuple(offsets))


def chance_level(experts: int, chosen: int, batch: int, trials: int, seed: int) -> float:
    """The mean MaxVio of batches whose tokens pick their experts at random: what is left in perfect balance, because a batch is
    small."""
    if trials < 1 or batch < 1 or not 0 < chosen <= experts:
        raise ValueError("this needs trials, tokens, and no more chosen experts than there are")
    chance, total = random.Random(seed), 0.0
    for _ in range(trials):
        counts = [0] * experts
        for _ in range(batch):
            for place in chance.sample(range(experts), chosen):
                counts[place] += 1
        total += maxvio(counts)
    return total / trials


def choice_leak(experts: int, chosen: int, layers: int = 1) -> float:
    """Bits per token about later tokens that the choices of Expert Choice routing can carry: more than K · log₂((1 − R) / R) in each
    layer, with R = K / N (arXiv 2408.15664, §5.2 and Appendix D.1). This is that bound, summed over the layers."""
    if layers < 1 or not 0 < 2 * chosen < experts:
        raise ValueError("this needs a layer, and fewer than half of the experts chosen")
    return layers * chosen * math.log2((experts - chosen) / chosen)
