"""Step scores by completion, against the definitions and the numbers of Math-Shepherd."""

from fractions import Fraction as F
from random import Random

import pytest

from models import arithmetic
from models import process_reward as p
from models.chances import any_success

STRONG, WEAK = p.Completer(0.95, 0.2), p.Completer(0.7, 0.03)


def test_example_of_the_first_figure():
    """Math-Shepherd, Figure 2 (also on the project page): with three completions, two of them right, hard is 1 and soft 2/3."""
    assert p.hard(2, 3) == 1 and p.soft(2, 3) == F(2, 3)


def test_hard_and_soft_at_the_ends():
    """Equations 3 and 4, with the paper's N = 8."""
    assert [p.hard(right, 8) for right in (0, 1, 8)] == [0, 1, 1]
    assert [p.soft(right, 8) for right in (0, 1, 8)] == [0, F(1, 8), 1]


def test_scores_in_the_abstract(fact):
    """Math-Shepherd, Abstract: 77.9 to 84.1 and 28.6 to 33.0 by training, 89.1 and 43.5 with verification."""
    kept = [[float(fact(f"math-shepherd/{test}-{when}")) for when in ("before", "after-ppo", "verified")] for test in ("gsm8k", "math")]
    assert kept == [[77.9, 84.1, 89.1], [28.6, 33.0, 43.5]]


def test_most_of_the_gain_of_training_comes_without_steps(fact):
    """Math-Shepherd, Table 2: a reward for the answer alone already brings more than half of what a reward per step brings."""
    for test in ("gsm8k", "math"):
        before, answer, steps = (float(fact(f"math-shepherd/{test}-{when}")) for when in ("before", "after-outcome-ppo", "after-ppo"))
        assert 0.5 < (answer - before) / (steps - before) < 0.7


def test_the_judge_after_training_the_solver(fact):
    """Math-Shepherd, Table 3: alone it chooses better than a majority vote on GSM8K, worse on MATH500."""
    better = {test: fact(f"math-shepherd/{test}-ppo-shepherd") > fact(f"math-shepherd/{test}-ppo-majority") for test in ("gsm8k", "math")}
    assert better == {"gsm8k": True, "math": False}


def test_accuracy_of_the_labels_is_known_only_roughly(fact):
    """85 % of 160 hand-labelled steps (Math-Shepherd, §5.2 and Table 4): the sample alone leaves 79 to 90 %."""
    steps, accuracy = int(fact("math-shepherd/manual-check-steps")), fact("math-shepherd/label-accuracy")
    assert (steps, accuracy) == (160, 85)
    low, high = arithmetic.wilson_interval(round(steps * accuracy / 100), steps)
    assert (round(low, 2), round(high, 2)) == (0.79, 0.90)


def test_hard_estimation_with_more_completions_calls_more_steps_good():
    """A wrong step that one completion in ten repairs: 34 % of the labels are 1 with 4 completions, 57 % with 8, 97 % with 32."""
    assert [round(any_success(0.1, n), 2) for n in (1, 4, 8, 32)] == [0.1, 0.34, 0.57, 0.97]


def test_potential_by_hand():
    assert p.potential(STRONG, True, 0) == 1 and p.potential(STRONG, False, 0) == 0
    assert p.potential(STRONG, True, 1) == 0.95 and p.potential(STRONG, False, 1) == 0.2
    assert p.potential(STRONG, False, 2) == pytest.approx(0.2 * 0.95 + 0.8 * 0.2)
    assert p.potential(p.Completer(0.9, 0), True, 3) == pytest.approx(0.9 ** 3)


@pytest.mark.parametrize("completer", [STRONG, WEAK])
def test_completions_estimate_the_potential(completer):
    solution = p.Solution((True, False, False, False), False)
    counts = p.annotate(solution, completer, 4000, seed=1)
    for step, sound in enumerate(solution.sound):
        assert counts[step] / 4000 == pytest.approx(p.potential(completer, sound, 3 - step), abs=0.025)


def test_annotation_is_repeatable_and_grows():
    solution = p.Solution((True, True, True, True), True)
    few, many = p.annotate(solution, WEAK, 8, seed=3), p.annotate(solution, WEAK, 32, seed=3)
    assert few == p.annotate(solution, WEAK, 8, seed=3) and all(a <= b for a, b in zip(few, many))
    assert few[-1] == 8 and p.annotate(p.Solution((True, False), False), WEAK, 8)[-1] == 0


def test_lowest_step_sees_what_the_last_does_not():
    """Math-Shepherd, §3.4: a solution is worth its lowest step. The last step alone is the label of the answer."""
    sound, lucky = (F(7, 8), F(7, 8), 1, 1), (F(7, 8), 1, F(1, 8), 1)
    assert p.solution_score(sound) == F(7, 8) > p.solution_score(lucky) == F(1, 8) and sound[-1] == lucky[-1] == 1


@pytest.mark.parametrize("call", [
    lambda: p.soft(9, 8), lambda: p.soft(0, 0), lambda: p.hard(-1, 8), lambda: p.solution_score([]),
    lambda: p.Completer(1.1, 0), lambda: p.potential(STRONG, True, -1), lambda: p.complete(STRONG, True, -1, Random(0)), lambda: p.Solution((), True),
    lambda: p.annotate(p.Solution((True,), True), STRONG, 0)])
def test_impossible_input(call):
    with pytest.raises(ValueError):
        call()
