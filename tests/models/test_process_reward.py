"""Step scores by completion, against the definitions and the few numbers of Math-Shepherd that could be read."""

from fractions import Fraction as F
from random import Random

import pytest

from models import arithmetic
from models import process_reward as p

STRONG, WEAK = p.Completer(0.95, 0.2), p.Completer(0.7, 0.03)


def test_example_of_the_first_figure():
    """Math-Shepherd, Figure 2 (also on the project page): with three completions, two of them right, hard is 1 and soft 2/3."""
    assert p.hard(2, 3) == 1 and p.soft(2, 3) == F(2, 3)


def test_hard_and_soft_at_the_ends():
    """Equations 3 and 4, with the paper's N = 8."""
    assert [p.hard(right, 8) for right in (0, 1, 8)] == [0, 1, 1]
    assert [p.soft(right, 8) for right in (0, 1, 8)] == [0, F(1, 8), 1]


def test_gains_in_the_abstract():
    """Math-Shepherd, Abstract: 77.9 to 84.1 and 28.6 to 33.0 by training, 89.1 and 43.5 with verification."""
    assert [round(arithmetic.difference(b, a), 1) for a, b in ((77.9, 84.1), (28.6, 33.0), (84.1, 89.1))] == [6.2, 4.4, 5.0]


def test_accuracy_of_the_labels_is_known_only_roughly():
    """About 85 % of 160 hand-labelled steps (Math-Shepherd, Table 4, by published notes): the sample alone leaves 79 to 90 %."""
    low, high = arithmetic.wilson_interval(136, 160)
    assert 136 / 160 == 0.85 and (round(low, 2), round(high, 2)) == (0.79, 0.90)


def test_hard_estimation_with_more_completions_calls_more_steps_good():
    """A wrong step that one completion in ten repairs: 34 % of the labels are 1 with 4 completions, 57 % with 8, 97 % with 32."""
    assert [round(p.hard_chance(0.1, n), 2) for n in (1, 4, 8, 32)] == [0.1, 0.34, 0.57, 0.97]
    assert p.hard_chance(0, 100) == 0 and p.hard_chance(1, 1) == 1


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
    assert p.solution_score(lucky) == F(1, 8) and p.solution_score(lucky, "last") == 1
    assert p.solution_score(lucky, "product") == F(7, 64)
    assert p.best_of([lucky, sound]) == 1 and p.best_of([lucky, sound], "last") == 0


def test_vote():
    """Equation 5: the scores of candidates with the same answer are added."""
    assert p.vote(["a", "b", "b"]) == "b"
    assert p.vote(["a", "b", "b"], [0.9, 0.3, 0.4]) == "a"


@pytest.mark.parametrize("call", [
    lambda: p.soft(9, 8), lambda: p.soft(0, 0), lambda: p.hard(-1, 8), lambda: p.hard_chance(1.1, 8), lambda: p.hard_chance(0.5, 0),
    lambda: p.Completer(1.1, 0), lambda: p.potential(STRONG, True, -1), lambda: p.complete(STRONG, True, -1, Random(0)), lambda: p.Solution((), True),
    lambda: p.annotate(p.Solution((True,), True), STRONG, 0), lambda: p.solution_score([]), lambda: p.solution_score([1], "mean"),
    lambda: p.best_of([]), lambda: p.vote([]), lambda: p.vote(["a"], [1, 2])])
def test_impossible_input(call):
    with pytest.raises(ValueError):
        call()
