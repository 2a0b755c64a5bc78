"""The arithmetic of R1, against numbers that the papers print."""

from fractions import Fraction as F
from math import isclose

import pytest

from models import rl_reasoning as rl
from models.chances import any_success


def test_batch_of_r1_zero():
    """DeepSeek-R1, arXiv v2, §2.1: 32 questions with 16 answers are a batch of 512; 8,192 answers are 16 mini-batches."""
    run = rl.Run(steps=10400, questions=32, group=16)
    assert run.batch == 512 and run.rollouts(8192) * 16 == 10400 and run.rollouts(8192) == 650
    assert run.answers == 5_324_800 and run.questions_drawn == 332_800


def test_epochs_do_not_meet_the_table_of_prompts():
    """§2.1 prints 1.6 epochs, Table 4 with Appendix B.3.1 lists 26K + 17K + 8K + 22K + 15K reasoning prompts: 1.6 passes imply 208,000."""
    run = rl.Run(10400, 32, 16)
    assert run.set_size(F("1.6")) == 208_000 and round(float(F(run.questions_drawn, 88_000)), 1) == 3.8


def test_curve_of_january_begins_and_ends_with_the_printed_scores(fact):
    """January 2025, Figure 2 and §2.2.4: the curve read off the plot starts at 15.6 % and ends at 71.0 %, in whole answers of 16 to each of 30 problems."""
    points = rl.curve(fact("deepseek-r1/r1-zero-aime-curve"), int(fact("deepseek-r1/r1-zero-aime-answers")))
    assert round(float(100 * points[0][1]), 1) == float(fact("deepseek-r1/r1-zero-aime-start")) and round(float(100 * points[-1][1]), 1) == float(fact("deepseek-r1/r1-zero-aime"))
    assert points[-1][0] == fact("deepseek-r1/r1-zero-curve-end") and all(step % 200 == 0 for step, _ in points)
    assert fact("deepseek-r1/r1-zero-aime-answers") == 30 * fact("deepseek-r1/group-size")


def test_gpu_hours():
    """Appendix B.4.4 and Table 7: 64·8 GPUs for about 198 and 80 hours are 101K and 41K GPU-hours."""
    assert round(rl.gpu_hours(512, F(198)) / 1000) == 101 and round(rl.gpu_hours(512, F(80)) / 1000) == 41
    assert round(float(rl.seconds_per_step(F(198), 10400)), 1) == 68.5


def test_mean_length_of_the_fine_tuning_data(fact):
    """Table 5: the samples of the five domains are all 804,745, and their mean lengths, 6,094.2 tokens for mathematics and so on,
    give the mean of all, 5,355.3."""
    lengths = {"math": "6094.2", "code": "7435.7", "stem": "4928.8", "logic": "2739.0", "general": "1419.8"}
    counts = {domain: F(fact(f"deepseek-r1/sft-samples-{domain}")) for domain in lengths}
    whole = fact("deepseek-r1/sft-samples-v2")
    assert sum(counts.values()) == whole
    assert round(sum(counts[domain] * F(length) for domain, length in lengths.items()) / F(whole), 1) == F(fact("deepseek-r1/sft-average-tokens"))


def test_vote_of_one_is_the_accuracy():
    assert isclose(rl.vote(0.3, 0.5, 1), 0.3)


def test_vote_with_one_rival_is_the_binomial():
    """Without scattered answers three votes give p²(3 − 2p)."""
    assert isclose(rl.vote(0.6, 0.4, 3), 0.6**2 * (3 - 1.2)) and isclose(rl.vote(0.5, 0.5, 64), 0.5)


def test_vote_goes_to_the_more_frequent_answer():
    """A right answer that comes up twice as often as the strongest wrong one wins, the reverse loses."""
    assert rl.vote(0.4, 0.2, 64) > 0.97 and rl.vote(0.2, 0.4, 64) < 0.03
    assert rl.vote(0.4, 0.2, 4) < rl.vote(0.4, 0.2, 16) < rl.vote(0.4, 0.2, 64)


def test_vote_without_rival_needs_one_right_answer():
    assert isclose(rl.vote(0.05, 0, 64), any_success(0.05, 64))


@pytest.mark.parametrize("call", [
    lambda: rl.vote(0.7, 0.4, 8), lambda: rl.vote(0.5, 0.4, 0), lambda: rl.vote(-0.1, 0.4, 8),
    lambda: rl.Run(0, 32, 16), lambda: rl.Run(1, 1, 1).rollouts(0), lambda: rl.Run(1, 1, 1).set_size(F(0)), lambda: rl.gpu_hours(0, F(1)),
    lambda: rl.seconds_per_step(F(1), 0),
])
def test_impossible_input(call):
    with pytest.raises(ValueError):
        call()
