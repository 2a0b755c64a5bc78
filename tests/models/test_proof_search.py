"""The model of proof search, against numbers that the papers print and against counting by hand."""

import math
from decimal import Decimal as D
from itertools import combinations
from random import Random

import pytest

from models import proof_search as ps
from models.arithmetic import share
from models.chances import any_success


def test_pass_rates_of_prover_v2(fact):
    """DeepSeek-Prover-V2 (July 2025), Tables 1 and 2 and §3.1: the problems solved, of those that there are, are the rates printed:
    217 of 244 are 88.9 %, and the 90.6 % of the validation set are at least the 219 of training."""
    of = lambda key: fact("deepseek-prover-v2/" + key)
    problems = of("minif2f-problems")
    assert round(share(of("minif2f-test-solved"), problems), 1) == of("minif2f-test-8192")
    valid = round(of("minif2f-valid") * problems / 100)
    assert valid > of("minif2f-valid-curriculum") and round(share(D(valid), problems), 1) == of("minif2f-valid")


def test_tokens_of_the_largest_budget(fact):
    """DeepSeek-Prover-V2, Tables 1 and 3: 8,192 answers of 6,751.9 tokens are 55 million tokens."""
    assert ps.tokens_of(8192, fact("deepseek-prover-v2/output-tokens-cot")) == 55_000_000


def test_every_part_of_the_tree_search_carries_its_gain(fact):
    """DeepSeek-Prover-V1.5, Figure 5: without one of three parts less than half of the gain over single passes is left."""
    of = lambda key: fact("deepseek-prover-v15/" + key)
    single, tree = of("minif2f-test-102400"), of("minif2f-test-rmaxts-102400")
    assert all(of(f"ablation-{part}") - single < (tree - single) / 2 for part in ("no-intrinsic-reward", "ucb1", "no-tactic-state"))


def test_pass_rates_of_prover_v15_are_whole_numbers_of_problems(fact):
    """DeepSeek-Prover-V1.5, Table 1 and §2.4: the rates of the largest budgets are those of whole numbers of problems."""
    of = lambda key: fact("deepseek-prover-v15/minif2f-test-" + key)
    for rate in map(of, ("102400", "rmaxts-102400", "rmaxts-204800")):
        assert round(share(D(round(rate * of("problems") / 100)), of("problems")), 1) == rate


def test_the_estimate_counts_choices():
    """Chen et al. 2021, §2.1: the estimate is the share of choices of k samples with a correct one among them."""
    samples = [True] * 3 + [False] * 5
    for k in range(1, 9):
        choices = list(combinations(samples, k))
        assert ps.pass_at_k(8, 3, k) == pytest.approx(sum(map(any, choices)) / len(choices))
    assert ps.pass_at_k(8192, 0, 1024) == 0
    assert ps.pass_at_k(10, 1, 10) == 1


def test_equal_problems():
    assert any_success(0.5, 3) == 0.875
    assert ps.spread(1, 1, 3) == pytest.approx(0.75)  # uniform chances: 1 − ∫(1 − p)³ = 3/4


def test_the_fit_goes_through_its_points_and_overshoots_the_paper(fact):
    """DeepSeek-Prover-V2, Table 1, 671B with chain of thought: 61.9, 82.4, 86.6 and 88.9 % at 1, 32, 1024 and 8192 attempts.
    A Beta spread through the first two predicts more than the paper measures: some problems resist any number of attempts."""
    printed = {k: float(fact(f"deepseek-prover-v2/minif2f-test-{k}")) for k in (1, 32, 1024, 8192)}
    assert list(printed.values()) == [61.9, 82.4, 86.6, 88.9]
    a, b = ps.fit_spread(printed[1] / 100, 32, printed[32] / 100)
    assert 100 * ps.spread(a, b, 1) == pytest.approx(printed[1])
    assert 100 * ps.spread(a, b, 32) == pytest.approx(printed[32])
    assert round(100 * ps.spread(a, b, 1024), 1) == 91.5 > printed[1024]
    assert round(100 * ps.spread(a, b, 8192), 1) == 94.5 > printed[8192]
    assert round(100 * any_success(printed[1] / 100, 8), 1) == 100.0


def test_dividing_a_proof():
    steps = [0.1, 0.1, 0.1]
    assert ps.attempts_whole(steps) == pytest.approx(1000)
    assert ps.attempts_divided(steps) == pytest.approx(30)
    assert ps.within_divided([0.5, 0.5], 2) == pytest.approx(0.25)
    assert ps.within_divided([0.5, 0.5], 3) == pytest.approx(0.5)
    assert ps.within_divided([0.3], 7) == pytest.approx(any_success(0.3, 7))
    assert ps.within_divided([1, 1, 1], 3) == 1


def test_search_finds_what_restarting_misses():
    """As in Table 1 of DeepSeek-Prover-V1.5 the tree gains little with few generations and more with many."""
    toys = ps.mazes(120, 6, 2, 0.3, 1)
    found = {budget: (sum(ps.restart(toy, budget, i) is not None for i, toy in enumerate(toys)),
                      sum(ps.search(toy, budget, i)[0] is not None for i, toy in enumerate(toys))) for budget in (16, 64, 256)}
    assert all(tree >= again for again, tree in found.values())
    gains = [tree - again for again, tree in found.values()]
    assert gains[0] < gains[1] < gains[2]


def test_a_toy_has_a_goal_that_can_be_reached():
    for goal, width in (((), 2), ((), 0), ((0,), 0), ((0, 2), 2), ((0, -1), 2)):
        with pytest.raises(ValueError, match="at least one step"):
            ps.Maze(goal, width, 0.3)
    for error in (-0.1, 1, 2, math.nan):
        with pytest.raises(ValueError, match="below 1"):
            ps.Maze((0, 1), 2, error)
    with pytest.raises(ValueError, match="longer than the proof"):
        ps.Maze((0, 1), 2, 0.3).write(Random(1), (0, 1, 0))
    assert ps.restart(ps.Maze((0, 0), 1, 0), 1, 1) == ps.search(ps.Maze((0, 0), 1, 0), 1, 1)[0] == 1


def test_search_is_deterministic():
    toy = ps.mazes(1, 6, 2, 0.3, 1)[0]
    assert ps.search(toy, 40, 3) == ps.search(toy, 40, 3)


def discounted_value(w, n, total):
    """Equation 7 of DeepSeek-Prover-V1.5 (§3.3): W/N + √(2 ln ΣN / N) for one choice; one never made is infinitely good."""
    return w / n + math.sqrt(2 * max(0.0, math.log(total)) / n) if n else math.inf


def test_the_tree_policy_takes_the_best_value():
    """DeepSeek-Prover-V1.5, Equations 1 and 7, at every node of a tree."""
    nodes = [ps.search(ps.mazes(1, 6, 2, 0.3, 1)[0], 60, 3)[1]]
    for node in nodes:
        total = sum(n for _, n in node.records.values())
        assert node.choose() == max(node.records, key=lambda choice: discounted_value(*node.records[choice], total))
        nodes += node.children.values()
    assert len(nodes) > 10


@pytest.mark.parametrize("call", [
    lambda: ps.pass_at_k(4, 5, 1), lambda: ps.pass_at_k(4, 1, 5), lambda: ps.pass_at_k(4, 1, 0), lambda: ps.spread(0, 1, 3),
    lambda: ps.fit_spread(0.6, 32, 0.5), lambda: ps.fit_spread(0.6, 2, 0.99), lambda: ps.whole([]), lambda: ps.whole([0.5, 1.5]),
    lambda: ps.within_divided([0.5], 0), lambda: ps.search(ps.Maze((0,), 1, 0.1), 0, 1),
    lambda: ps.search(ps.Maze((0,), 1, 0.1), 1, 1, gamma=0), lambda: ps.restart(ps.Maze((0,), 1, 0.1), 0, 1), lambda: ps.mazes(0, 1, 1, 0.1, 1),
    lambda: ps.mazes(1, 0, 1, 0.1, 1), lambda: ps.mazes(1, 1, 0, 0.1, 1), lambda: ps.mazes(1, 1, 1, 1, 1), lambda: ps.spread(math.inf, 1, 3), lambda: ps.spread(1, 1, 0),
    lambda: ps.tokens_of(0, 100), lambda: ps.tokens_of(8, -1), lambda: ps.attempts_whole([]), lambda: ps.attempts_divided([0.0]),
])
def test_bad_input(call):
    with pytest.raises(ValueError, match=r"\w+ .+"):
        call()
