"""Layers of experts, against numbers that the papers print."""

import math
from fractions import Fraction
from itertools import combinations
from operator import mul

import pytest

from models import experts


def test_combinations_of_the_paper():
    """DeepSeekMoE, §3.1: 2 of 16 allow 120 combinations, 8 of 64 allow 4,426,165,368."""
    assert experts.segmented(16, 2).combinations == 120
    assert experts.segmented(16, 2, 4).combinations == 4_426_165_368


def test_combinations_are_counted():
    assert experts.segmented(5, 2).combinations == len(list(combinations(range(5), 2)))


@pytest.mark.parametrize(("parts", "shared"), [(1, 0), (2, 0), (4, 0), (4, 1), (4, 2), (4, 4)])
def test_cutting_costs_nothing(parts, shared):
    """DeepSeekMoE, Figure 2: parameters and computation stay the same."""
    layout = experts.segmented(16, 2, parts, shared)
    assert (layout.total, layout.active) == (16, 2)


def test_a_layout_chooses_from_what_it_has():
    """Built directly, a layout is checked as one that was cut."""
    assert experts.Layout(256, 8, 1, Fraction(1)).active == 9  # DeepSeek-V3, arXiv 2412.19437, §4.2
    for wrong in ((4, 8, 0, 1), (4, 0, 0, 1), (4, -2, 0, 1)):
        with pytest.raises(ValueError, match="routed experts cannot be chosen"):
            experts.Layout(*wrong)
    for wrong in ((8, 2, -1, 1), (8, 2, 0, 0), (8, 2, 0, Fraction(-1, 4))):
        with pytest.raises(ValueError, match="shared experts of size"):
            experts.Layout(*wrong)


def test_validation_model():
    """DeepSeekMoE, §4.2 and Table 2: 1 + 63 experts of 0.25, 1 + 7 of them active."""
    layout = experts.segmented(16, 2, 4, 1)
    assert (layout.shared, layout.routed, layout.chosen, layout.size) == (1, 63, 7, Fraction(1, 4))


def test_expert_parameters_of_the_validation_models():
    """DeepSeekMoE, §4.1.3 and Table 2: 9 layers, hidden size 1280, a standard network of 8·d² parameters: 1.89B expert parameters,
    0.24B of them active; GShard with experts 1.5 times as large 2.83B and 0.35B."""
    layout, standard = experts.segmented(16, 2, 4, 1), 8 * 1280 * 1280
    assert round(9 * layout.total * standard / 10**9, 2) == Fraction("1.89")
    assert round(9 * layout.active * standard / 10**9, 2) == Fraction("0.24")
    assert round(Fraction(3, 2) * 9 * layout.total * standard / 10**9, 2) == Fraction("2.83")
    assert round(Fraction(3, 2) * 9 * layout.active * standard / 10**9, 2) == Fraction("0.35")


@pytest.mark.parametrize(("hidden", "width", "held", "used", "layers", "total", "activated"), [
    (5120, 1536, 162, 8, 59, 236, 21),  # DeepSeek-V2, Abstract and §3.1.2: 2 + 160 experts, all layers but the first
    (7168, 2048, 257, 9, 58, 671, 37),  # DeepSeek-V3, Abstract and §4.2: 1 + 256 experts, all layers but three
    (4096, 2048, 257, 7, 43, 284, 13),  # DeepSeek-V4-Flash, §4.2.1: 1 + 256 experts, all layers
    (7168, 3072, 385, 7, 61, 1600, 49),  # DeepSeek-V4-Pro, §4.2.1: 1 + 384 experts, all layers
])
def test_experts_hold_nearly_all_parameters(hidden, width, held, used, layers, total, activated):
    """Experts hold most of the printed totals and never more; of what one token activates they are half and more."""
    assert 0.93 < experts.expert_parameters(hidden, width, held, layers) / (total * 10**9) < 1
    assert 0.5 < experts.expert_parameters(hidden, width, used, layers) / (activated * 10**9) < 1


def test_scores():
    assert sum(experts.softmax([1.0, 2.0, 3.0])) == pytest.approx(1)
    assert experts.softmax([1000.0, 1000.0]) == [0.5, 0.5]
    assert experts.affinities([1.0, 2.0], [[0.0, 0.0], [2.0, -1.0]]) == [0.5, 0.5]
    assert experts.top_k([0.1, 0.4, 0.2, 0.4], 3) == [1, 3, 2]


def test_coarse_choice_is_one_of_the_fine_ones():
    """The best parts fit at least as well as the parts of the best whole experts."""
    tokens, centroids = experts.toy_layer(1, 64, 5, 8, 0, 0.9, 0.5)
    for token in tokens:
        logits = [sum(map(mul, token, centroid)) for centroid in centroids]
        coarse = [4 * place + part for place in experts.top_k(experts.affinities(token, experts.merged(centroids, 4)), 2) for part in range(4)]
        assert sum(logits[place] for place in coarse) <= sum(logits[place] for place in experts.top_k(logits, 8)) + 1e-9


def test_every_token_of_the_figure_wants_the_common_expert():
    """The figure 'deepseekmoe' says so of its expert 28 (place 27)."""
    tokens, centroids = experts.toy_layer(1, 64, 4, 8, 27, 0.9, 0.5)
    assert all(27 in experts.top_k(experts.affinities(token, centroids), 8) for token in tokens)


def test_toy_layer_is_the_same_every_time():
    assert experts.toy_layer(3, 8, 2, 4, 0, 1.0, 0.5) == experts.toy_layer(3, 8, 2, 4, 0, 1.0, 0.5)


@pytest.mark.parametrize("call", [
    lambda: experts.segmented(0, 2), lambda: experts.segmented(16, 17), lambda: experts.segmented(16, 2, 0), lambda: experts.segmented(16, 2, 4, 8),
    lambda: experts.segmented(16, 2, 1, -1), lambda: experts.softmax([]), lambda: experts.top_k([0.1], 2), lambda: experts.top_k([0.1], 0),
    lambda: experts.affinities([1.0], [[1.0, 2.0]]), lambda: experts.merged([[1.0]] * 6, 4), lambda: experts.toy_layer(0, 4, 1, 2, 4, 1.0, 0.5),
    lambda: experts.toy_layer(0, 4, 1, 2, 0, 0.0, 0.5), lambda: experts.toy_layer(0, 4, 1, 2, 0, 1.0, -1.0),
    lambda: experts.expert_parameters(0, 1), lambda: experts.segmented(16, 0), lambda: experts.softmax([1.0, math.nan]), lambda: experts.affinities([1.0], []),
])
def test_impossible_input(call):
    with pytest.raises(ValueError):
        call()
