"""Speculative decoding, against numbers that the papers print."""

from decimal import Decimal as D
from fractions import Fraction as F
from itertools import product
from statistics import mean

import pytest

from models import speculative as s

DSPARK_4B = (6.11, 5.70, 4.89, 5.13, 5.38, 4.86, 3.64, 3.54, 3.29)
DFLASH_4B = (5.40, 4.85, 4.15, 4.40, 4.74, 4.18, 3.07, 2.96, 2.83)
EAGLE3_4B = (5.14, 4.62, 3.92, 3.69, 4.16, 3.77, 2.39, 2.26, 2.55)
"""Accepted lengths on three benchmarks each of mathematics, code and chat with Qwen3-4B (DSpark, Table 1)."""


def test_yield_is_the_capped_geometric_sum():
    """Leviathan et al., equation 1: (1 − α^(γ+1)) / (1 − α)."""
    for acceptance, drafts in product((F(1, 5), F(17, 20), F(9, 10)), (0, 1, 3, 7)):
        assert s.tokens_per_step(acceptance, drafts) == (1 - acceptance ** (drafts + 1)) / (1 - acceptance)
    assert s.tokens_per_step(1, 7) == 8 and s.tokens_per_step(0, 7) == 1 and s.tokens_per_step(0.5, 0) == 1


def test_bigram_drafts_of_leviathan():
    """Leviathan et al., §3.6: acceptance about 0.2 with three free drafts gives a speed-up of 1.25."""
    assert round(s.speedup(s.tokens_per_step(D("0.2"), 3)), 2) == D("1.25")


def test_one_draft_pays_if_it_is_accepted_more_often_than_it_costs():
    """Leviathan et al., corollary 3.9: with γ = 1 the gain is (1 + α) / (1 + c)."""
    assert s.speedup(s.tokens_per_step(F(9, 10), 1), F(1, 20)) == F(19, 10) / F(21, 20)
    assert s.speedup(s.tokens_per_step(F(1, 10), 1), F(1, 10)) == 1


def test_v3_prints_acceptance_and_speed_that_fit():
    """DeepSeek-V3, §5.4.3: 85 to 90 % accepted, 1.8 times the tokens per second. So a step costs 3 to 6 % more than without."""
    assert s.tokens_per_step(D("0.85"), 1) == D("1.85") and s.tokens_per_step(D("0.90"), 1) == D("1.90")
    assert round(s.implied_cost(D("1.85"), D("1.8")), 3) == D("1.028")
    assert round(s.implied_cost(D("1.90"), D("1.8")), 3) == D("1.056")
    # Insights into DeepSeek-V3, §2.3.3: 80 to 90 % accepted, also 1.8 times; with 80 % nothing would be left for the cost
    assert s.implied_cost(s.tokens_per_step(D("0.8"), 1), D("1.8")) == 1


def test_averages_of_dspark(fact):
    """DSpark, §4.2: 5.57 on mathematics, 5.12 on code, 3.49 in chat, 30.9 % over Eagle3 and 16.3 % over DFlash. They follow from Table 1."""
    kept = {key: float(fact(f"dspark/{key}")) for key in ("accepted-length-math", "accepted-length-code", "accepted-length-chat",
                                                        "gain-over-eagle3-qwen3-4b", "gain-over-dflash-qwen3-4b")}
    assert list(kept.values()) == [5.57, 5.12, 3.49, 30.9, 16.3]
    lengths = [round(mean(DSPARK_4B[first:first + 3]), 2) for first in (0, 3, 6)]
    gains = [round(100 * (mean(DSPARK_4B) / mean(other) - 1), 1) for other in (EAGLE3_4B, DFLASH_4B)]
    assert lengths + gains == list(kept.values())
    assert [float(fact(f"dspark/accepted-length-gsm8k-{name}")) for name in ("dspark", "dflash", "eagle3")] == [DSPARK_4B[0], DFLASH_4B[0], EAGLE3_4B[0]]


@pytest.mark.parametrize("tokens", [*DSPARK_4B, *EAGLE3_4B, 1.0, 8.0])
def test_implied_acceptance_is_the_inverse(tokens):
    """DSpark, Table 1: accepted lengths with seven drafted tokens, the own one included."""
    assert abs(s.tokens_per_step(s.implied_acceptance(tokens, 7), 7) - tokens) < 1e-9


def test_survival_multiplies():
    assert s.survival([F(1, 2), F(1, 2), 1]) == [F(1, 2), F(1, 4), F(1, 4)]
    assert s.survival([]) == []


def test_limit():
    assert s.limit(F(9, 10)) == 10
    assert s.tokens_per_step(0.9, 400) == pytest.approx(10)


def test_checking_is_free_up_to_saturation():
    assert s.checking_cost(F(1, 8), 7) == 1
    assert s.checking_cost(F(1, 2), 1) == 1 and s.checking_cost(F(1, 2), 7) == 4
    assert s.checking_cost(1, 1) == 2 and s.checking_cost(2, 1) == 2


def test_scheduler_finds_the_best_prefixes():
    """DSpark, Algorithm 1: on a smooth falling curve the greedy choice is the best of all choices."""
    confidences = [[0.95, 0.9, 0.9], [0.7, 0.6, 0.5], [0.2, 0.9, 0.9]]
    for room in (3, 5, 7, 20):
        speed = lambda batch: 1.0 if batch <= room else room / batch
        found = s.schedule(confidences, speed)
        best = max((sum(1 + sum(s.survival(row)[:n]) for row, n in zip(confidences, lengths)) * speed(3 + sum(lengths)))
                   for lengths in product(range(4), repeat=3))
        assert found.throughput == pytest.approx(best) and found.batch == 3 + sum(found.lengths)
    assert s.schedule(confidences, lambda batch: 1.0).lengths == (3, 3, 3)
    assert s.schedule(confidences, lambda batch: 1 / batch).lengths == (0, 0, 0)


@pytest.mark.parametrize("call", [
    lambda: s.tokens_per_step(1.2, 1), lambda: s.tokens_per_step(-0.1, 1), lambda: s.tokens_per_step(0.5, -1), lambda: s.survival([0.5, 2]),
    lambda: s.limit(1), lambda: s.checking_cost(0, 1), lambda: s.checking_cost(1, -1), lambda: s.speedup(0.5), lambda: s.speedup(1, -1),
    lambda: s.speedup(1, 0, 0), lambda: s.implied_cost(1, 0), lambda: s.implied_acceptance(9, 7), lambda: s.implied_acceptance(0.5, 7), lambda: s.schedule([], len)])
def test_impossible_input(call):
    with pytest.raises(ValueError):
        call()
