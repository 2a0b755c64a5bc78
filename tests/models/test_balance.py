"""Balancing experts, against the rules and numbers that the papers print."""

import math
from functools import lru_cache
from statistics import mean

import pytest

from models import balance


@lru_cache
def run(speed):
    """The toy of the figure: 16 experts, 2 chosen, 400 tokens a step."""
    return balance.by_bias(balance.skewed_logits(7, 16, 4000, 0.7, 0.7), 2, 400, 300, speed, 1)


def late(speed):
    return mean(run(speed).maxvio[-100:])


def swing(speed):
    """How much the load of an expert changes from one batch to the next, in mean loads."""
    loads = run(speed).loads[-100:]
    return mean(abs(a - b) for before, after in zip(loads, loads[1:]) for a, b in zip(before, after))


def test_sigmoid():
    """DeepSeek-V3, arXiv 2412.19437, §2.1.2, Equation 15: Sigmoid(0) is a half, scores of x and −x add up to one, none leaves 0 to 1."""
    assert balance.sigmoid(0) == 0.5 and balance.sigmoid(math.log(3)) == pytest.approx(0.75)
    assert all(balance.sigmoid(x) == pytest.approx(1 / (1 + math.exp(-x))) and balance.sigmoid(x) + balance.sigmoid(-x) == pytest.approx(1) for x in (0.1, 2, 30))
    assert (balance.sigmoid(-1000), balance.sigmoid(1000), balance.sigmoid(-math.inf), balance.sigmoid(math.inf)) == (0, 1, 0, 1)


def test_far_logits_are_scores_of_zero_and_one():
    """Logits of ±1,000 have the scores 0 and 1, so experts are chosen as with ±20."""
    far, near = (balance.by_bias(((size, -size, 0.0),) * 4, 1, 8, 5, 0.01, 1) for size in (1000.0, 20.0))
    assert far == near


def test_maxvio():
    """arXiv 2408.15664, §4.1, Equation 4: 0 is perfect balance; all tokens at one of 16 experts are 15 mean loads too many."""
    assert balance.maxvio([5, 5, 5]) == 0
    assert balance.maxvio([30, 10, 20, 20]) == 0.5
    assert balance.maxvio([16] + 15 * [0]) == 15


def test_rule():
    """Algorithm 1: only the sign of the error counts; an expert at the mean keeps its bias."""
    assert balance.updated([0.0, 0.0, 0.0], [9, 3, 6], 0.5) == [-0.5, 0.5, 0.0]


def test_bias_chooses_and_does_not_weigh():
    """Equation 3 (Equation 16 of DeepSeek-V3): the biased scores decide."""
    assert balance.choose([0.9, 0.8, 0.1], [0.0, 0.0, 0.0], 2) == [0, 1]
    assert balance.choose([0.9, 0.8, 0.1], [-0.85, 0.0, 0.0], 2) == [1, 2]
    assert balance.choose([0.25, 0.5, 0.75], [0.5, 0.25, 0.0], 2) == [0, 1]  # all equal
    assert run(0.001).shift == 0


def test_many_tokens_at_once():
    """A whole batch is chosen as its tokens are one by one; of equal scores the earlier is taken."""
    bank = balance.skewed_logits(3, 9, 200, 1, 1) + ((0.5,) * 9,) * 5
    bias, columns = [0.1 * (place % 4 - 2) for place in range(9)], balance._columns(balance._packed(bank), 9)
    for chosen in (1, 2, 5, 9):
        single = [balance.choose(row, bias, chosen) for row in bank]
        counts = [column.bit_count() for column in balance._chosen(columns, len(bank), bias, chosen)]
        assert counts == [sum(expert in row for row in single) for expert in range(9)]


def test_without_balancing_nothing_improves():
    assert late(0) == pytest.approx(mean(run(0).maxvio[:100]), abs=0.1)
    assert late(0) > 1.5
    assert run(0).moved == 0


def test_the_right_speed():
    """§4.3 and Figure 4: u = 0.001 balances. Here MaxVio of a batch falls to about 0.25, which is what chance alone leaves in such small batches."""
    assert late(0.001) == pytest.approx(0.25, abs=0.05)
    assert late(0.001) - balance.chance_level(16, 2, 400, 100, 1) < 0.05
    assert run(0.001).end < 0.1


def test_too_slow():
    """§4.3 and Figure 4: u = 0.0001 balances too slowly."""
    assert late(0.001) < 1 < late(0.0001) < late(0)


def test_too_fast():
    """§4.3 and Figure 4: with u = 0.01 the biases fluctuate and the balance late in training is worse than with 0.001; here a step of
    0.1 makes the loads swing back and forth."""
    assert late(0.001) < late(0.01) < late(0.1)
    assert run(0.001).end < run(0.01).end < run(0.1).end
    assert late(0.1) > 1
    assert swing(0.1) > 5 * swing(0.001)
    loads = run(0.1).loads[-100:]
    assert mean(after for before_, after_ in zip(loads, loads[1:]) for before, after in zip(before_, after_) if before > 1.8) < 1


def test_auxiliary_loss_is_a_trade():
    """§2.2 and Figure 2: a weak loss leaves the load uneven, a strong one disturbs; here what it disturbs are the scores."""
    logits = balance.skewed_logits(7, 16, 1000, 0.7, 0.7)
    none, weak, strong = (balance.by_loss(logits, 2, 200, 150, weight, 0.02, 1) for weight in (0, 10, 100))
    assert none.end > weak.end > strong.end
    assert none.shift == 0 < weak.shift < strong.shift


def test_leak_of_expert_choice():
    """§5.2 and Appendix D.1: 9 layers, 16 experts, 2 on average, so R = 0.125: more than 50 bits per token."""
    assert 50 < balance.choice_leak(16, 2, 9) < 51


def test_chance_level_falls_with_the_batch():
    """Four times the tokens, half the excess."""
    assert balance.chance_level(16, 2, 400, 100, 1) / balance.chance_level(16, 2, 1600, 100, 1) == pytest.approx(2, abs=0.3)


def test_chance_is_not_what_the_paper_measures(fact):
    """Appendix B and Table 5: a batch of 1,152 × 2,048 tokens, each with 6 of 64 experts. At that mean load chance alone leaves far less
    than the printed MaxVio of 0.04 (Table 2)."""
    of = lambda name: fact(f"aux-loss-free/{name}")
    batch, length, chosen, experts, printed = map(of, ("batch-1b", "sequence-length", "activated-routed-experts", "routed-experts", "maxvio-1b-loss-free"))
    assert (batch, length, chosen, experts, float(printed)) == (1152, 2048, 6, 64, 0.04)
    by_chance = balance.chance_level(16, 2, 400, 100, 1) * (400 * 2 / 16 / float(batch * length * chosen / experts)) ** 0.5
    assert by_chance < 0.1 * float(printed)


def test_the_same_every_time():
    logits = balance.skewed_logits(7, 4, 50, 0.7, 0.7)
    assert balance.by_bias(logits, 1, 20, 5, 0.01, 3) == balance.by_bias(logits, 1, 20, 5, 0.01, 3)


@pytest.mark.parametrize("call", [
    lambda: balance.maxvio([]), lambda: balance.maxvio([0, 0]), lambda: balance.choose([0.1], [0.0], 2), lambda: balance.choose([0.1, 0.2], [0.0], 1),
    lambda: balance.updated([0.0], [1], -0.1), lambda: balance.updated([0.0], [1, 2], 0.1), lambda: balance.skewed_logits(1, 0, 5, 1, 1),
    lambda: balance.skewed_logits(1, 2, 5, -1, 1), lambda: balance.by_bias([[0.0]], 1, 0, 1, 0.1, 1), lambda: balance.by_loss([[0.0]], 1, 1, 1, 1, 0, 1),
    lambda: balance.by_bias(((0.1, 0.2),), 3, 1, 1, 0.1, 1), lambda: balance.by_bias(((0.1, 0.2),), 1, 1, 3, 9.0, 1),
    lambda: balance.chance_level(4, 5, 10, 1, 1), lambda: balance.choice_leak(4, 2), lambda: balance.maxvio([-1, 5]), lambda: balance.updated([], [], 0.1),
    lambda: balance.by_loss(((0.1, 0.2),), 1, 1, 1, 1e9, 1, 1),
])
def test_impossible_input(call):
    with pytest.raises(ValueError):
        call()


@pytest.mark.parametrize("bank", [(), ((),), ((0.1, 0.2), (0.3,)), ((0.1, 0.2), (0.3, 0.4, 0.5)), ((0.1, math.nan),), ((0.1, -math.inf),)])
@pytest.mark.parametrize("run", [lambda bank: balance.by_bias(bank, 1, 4, 2, 0.1, 1), lambda bank: balance.by_loss(bank, 1, 4, 2, 1, 0.1, 1)])
def test_a_bank_has_one_finite_logit_per_token_and_expert(bank, run):
    with pytest.raises(ValueError, match="one finite logit per expert"):
        run(bank)
