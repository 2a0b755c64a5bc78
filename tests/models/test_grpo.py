"""GRPO, against what the papers state."""

from math import inf, isclose, sqrt

import pytest

from models import grpo


def test_advantages_have_mean_zero_and_spread_one():
    values = grpo.advantages([0.2, 0.9, 0.4, 0.4, 0.7])
    assert isclose(sum(values), 0, abs_tol=1e-12) and isclose(sum(value * value for value in values) / 5, 1)


def test_binary_rewards_have_a_closed_form():
    """For a share p of right answers the two values are √((1 − p)/p) and −√(p/(1 − p))."""
    for right in range(1, 8):
        share, values = right / 8, grpo.advantages(grpo.right_or_wrong(right, 8))
        assert isclose(values[0], sqrt((1 - share) / share)) and isclose(values[-1], -sqrt(share / (1 - share)))


@pytest.mark.parametrize("right", [0, 8])
def test_all_right_or_all_wrong_teaches_nothing(right):
    """DAPO report, §3.2: if all answers get the same reward, the advantage of the group is zero."""
    assert grpo.advantages(grpo.right_or_wrong(right, 8)) == [0.0] * 8
    assert not grpo.pushes(1.0, 0.0, 0.2)


def test_equal_rewards_that_are_no_binary_fractions_stay_zero():
    assert grpo.advantages([0.1, 0.1, 0.1]) == [0.0] * 3


def test_without_division():
    """Dr. GRPO, §3.2: the mean is subtracted, the standard deviation is not divided by."""
    assert grpo.advantages([1, 0, 0, 0], divide=False) == [0.75, -0.25, -0.25, -0.25]


def test_division_weighs_easy_and_hard_questions_more():
    """Dr. GRPO, §3.1: questions with low standard deviation get higher weight: one right of 8 against 4 of 8."""
    hard, even = (grpo.advantages(grpo.right_or_wrong(right, 8))[0] / grpo.advantages(grpo.right_or_wrong(right, 8), False)[0] for right in (1, 4))
    assert hard > even == 2


def test_clipping_of_rare_and_common_tokens():
    """DAPO report, §3.1: with ε = 0.2 probabilities of 0.01 and 0.9 can rise to 0.012 and 1.08 at most."""
    best = max((ratio / 100 for ratio in range(1, 300)), key=lambda ratio: (grpo.clipped(ratio, 1, 0.2), -ratio))
    assert round(0.01 * best, 4) == 0.012 and round(0.9 * best, 4) == 1.08


def test_clipping_is_one_sided():
    assert grpo.clipped(1.5, 1, 0.2) == 1.2 and not grpo.pushes(1.5, 1, 0.2)
    assert grpo.clipped(0.5, -1, 0.2) == -0.8 and not grpo.pushes(0.5, -1, 0.2)
    assert grpo.clipped(1.5, -1, 0.2) == -1.5 and grpo.pushes(1.5, -1, 0.2)
    assert grpo.clipped(0.5, 1, 0.2) == 0.5 and grpo.pushes(0.5, 1, 0.2)


def test_at_ratio_one_clipping_is_idle():
    """DeepSeekMath, Appendix A.1.5: with a single update per exploration the policies agree and min and clip can be removed."""
    assert all(grpo.clipped(1, value, epsilon) == value and grpo.pushes(1, value, epsilon) for value in (-2, 0.5) for epsilon in (0.01, 0.2, 10))


def test_large_clip_ratio_has_no_lower_end():
    """DeepSeek-R1, arXiv v2, §3.2.1: ε = 10. The lower end 1 − ε is negative, so no ratio is ever below it."""
    assert all(grpo.pushes(ratio, -1, 10) for ratio in (1e-9, 0.1, 1, 50))
    assert grpo.pushes(10.9, 1, 10) and not grpo.pushes(11.1, 1, 10)


def test_silent_groups():
    assert grpo.silent(0.5, 2) == 0.5 and grpo.silent(1, 16) == grpo.silent(0, 16) == 1
    assert round(grpo.silent(0.95, 16), 2) == 0.44 and round(grpo.silent(0.95, 64), 2) == 0.04


def test_reach_of_reward():
    """R1, arXiv v2, Appendix A.3: λ = 0.95 does badly, λ = 1.0 well; the reward reaches 100 tokens back with 0.6 % or in full."""
    assert grpo.reach_of_reward(1, 32768) == 1 and round(grpo.reach_of_reward(0.95, 100), 3) == 0.006
    assert isclose(grpo.reach_of_reward(0.95, 3), 0.95**3) and grpo.reach_of_reward(0, 0) == 1 and grpo.reach_of_reward(0, 1) == 0


def test_memory():
    """14 bytes per trained parameter, 2 per frozen one (formats of DeepSeek-V3, §3.3.3)."""
    ppo, ours = grpo.memory(7 * 10**9, True, True), grpo.memory(7 * 10**9, False, True)
    assert (ours.policy, ours.reference, ours.total) == (98 * 10**9, 14 * 10**9, 126 * 10**9)
    assert ppo.total - ours.total == ppo.critic == 98 * 10**9
    assert grpo.memory(10, False, False).total == 160


def test_batches():
    """DeepSeekMath, §4.2: 1,024 answers in groups of 64; R1, arXiv v2, §2.1: 512 = 32 questions × 16, 8,192 answers in 16 mini-batches."""
    assert grpo.groups(1024, 64) == 16 and grpo.groups(512, 16) == 32 and grpo.groups(8192, 512) == 16


@pytest.mark.parametrize("call", [
    lambda: grpo.advantages([1.0]), lambda: grpo.advantages([1.0, inf]), lambda: grpo.right_or_wrong(9, 8), lambda: grpo.right_or_wrong(0, 0),
    lambda: grpo.clipped(0, 1, 0.2), lambda: grpo.clipped(1, 1, 0), lambda: grpo.pushes(-1, 1, 0.2),
    lambda: grpo.silent(1.1, 8), lambda: grpo.silent(0.5, 0), lambda: grpo.reach_of_reward(1.1, 3), lambda: grpo.reach_of_reward(0.9, -1),
    lambda: grpo.memory(0, True, True), lambda: grpo.groups(10, 3),
])
def test_impossible_input(call):
    with pytest.raises(ValueError):
        call()
