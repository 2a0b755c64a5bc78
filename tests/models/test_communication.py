"""Traffic between experts, against numbers that the papers print and against exact counting."""

import random
from fractions import Fraction
from itertools import combinations

import pytest

from models.communication import Cluster, Copies, averages, copies, expected_places, experts_per_node_free, reached, route, seconds

V3 = Cluster(nodes=8, gpus_per_node=8, experts_per_gpu=4)
"""DeepSeek-V3, §3.2 and §4.2; Insights into DeepSeek-V3, §4.3: 256 routed experts in 8 groups of 32, one group a node."""


def test_ratio_of_the_links_and_thirteen_experts():
    """DeepSeek-V3, §3.2.2: 160 GB/s is 3.2 times 50 GB/s; 4 nodes × 3.2 experts is given as at most 13."""
    free = experts_per_node_free(160, 50)
    assert free == Fraction(16, 5)
    assert round(4 * free) == 13 and 4 * free == Fraction(64, 5)


def test_times_of_the_hardware_paper():
    """Insights into DeepSeek-V3, §2.3.2: (1 + 2 bytes) × 32 × 9 × 7K / 50 GB/s = 120.96 µs; twice that a layer, 241.92 µs; 61 layers,
    14.76 ms; 67 tokens per second; at 900 GB/s 6.72 µs."""
    step = seconds(9, 32, 7000, 3, 50 * 10**9)
    assert float(step) * 10**6 == pytest.approx(120.96)
    assert float(2 * step) * 10**6 == pytest.approx(241.92)
    assert round(float(61 * 2 * step) * 1000, 2) == 14.76
    assert int(1 / (61 * 2 * step)) == 67
    assert round(float(seconds(9, 32, 7000, 3, 900 * 10**9)) * 10**6, 2) == 6.72


def test_expected_places_by_counting():
    """The formula equals the mean over all choices of 3 of 8 experts on 4 places."""
    every = list(combinations(range(8), 3))
    assert expected_places(4, 2, 3) == Fraction(sum(len({expert // 2 for expert in one}) for one in every), len(every))
    assert expected_places(8, 32, 1) == 1 and expected_places(8, 1, 8) == 8


def test_unlimited_random_routing_of_v3():
    """8 of 256 experts lie on 5.29 of 8 nodes and 7.68 of 64 GPUs on average; the average of 1,000 drawn tokens agrees."""
    assert round(float(expected_places(8, 32, 8)), 2) == 5.29
    assert round(float(expected_places(64, 4, 8)), 2) == 7.68
    mean = averages(V3, 8, 8)
    assert float(mean.nodes) == pytest.approx(5.29, abs=0.05) and float(mean.gpus) == pytest.approx(7.68, abs=0.05)
    assert mean.kept == 8


@pytest.mark.parametrize("limit", (1, 2, 4))
def test_the_limit_holds(limit):
    """DeepSeek-V3, §2.1.2 and §4.2: at most M nodes, M = 4; copies over the network never more than M."""
    draw = random.Random(7)
    for _ in range(200):
        experts = route([draw.random() for _ in range(256)], V3, 8, limit)
        assert len(set(experts)) == 8 and len(reached(experts, V3)[0]) <= limit
        assert copies(experts, 0, V3).between_nodes <= limit
    assert averages(V3, 8, limit).nodes <= limit


def test_nodes_are_ranked_by_the_sum_of_their_highest_scores():
    """DeepSeek-V3, §2.1.2: the sum of the highest K/M scores decides, here 2: a node with one high score loses to one with two good ones."""
    scores = [0.9, 0.1, 0.6, 0.6, 0.5, 0.55, 0.0, 0.0]
    small = Cluster(4, 1, 2)
    assert route(scores, small, 4, 2) == [2, 3, 4, 5]
    assert route(scores, small, 2, 2) == [0, 2]
    assert route(scores, small, 4, 4) == [0, 2, 3, 5]


def test_two_hops_and_direct():
    """Insights into DeepSeek-V3, §4.3: eight experts on eight nodes cost eight sends; two experts on one node, one send and a copy inside."""
    spread = [node * 32 for node in range(8)]
    assert copies(spread, 0, V3) == Copies(7, 0)
    assert copies(spread, 63, V3) == Copies(7, 8)
    near = [32, 36, 37, 63]  # node 1, GPUs 8, 9, 9, 15
    assert copies(near, 0, V3) == Copies(1, 2)
    assert copies(near, 0, V3, two_hops=False) == Copies(3, 0)
    assert copies([0, 4, 8], 0, V3) == copies([0, 4, 8], 0, V3, two_hops=False) == Copies(0, 2)


def test_a_limit_of_four_leaves_the_fast_link_room():
    """DeepSeek-V3, §3.2.2: with 4 nodes and 8 experts NVLink is not the bottleneck; with a single node it is."""
    for limit, slower in ((1, "nvlink"), (4, "ib"), (8, "ib")):
        between, within = averages(V3, 8, limit).two_hops
        ib, nvlink = seconds(between, 4096, 7168, 1, 50 * 10**9), seconds(within, 4096, 7168, 1, 160 * 10**9)
        assert (ib > nvlink) == (slower == "ib")


@pytest.mark.parametrize("call", [
    lambda: Cluster(0, 8, 4), lambda: expected_places(8, 32, 0), lambda: expected_places(2, 2, 5), lambda: route([0.5] * 3, V3, 8, 4),
    lambda: route([0.5] * 256, V3, 8, 9), lambda: route([0.5] * 256, V3, 33, 1), lambda: copies([0], 64, V3), lambda: averages(V3, 8, 4, tokens=0),
    lambda: seconds(1, 0, 7168, 1, 50), lambda: seconds(-1, 1, 1, 1, 1), lambda: experts_per_node_free(160, 0),
    lambda: reached([-1, 255], V3), lambda: reached([3, 256], V3), lambda: copies([999], 0, V3), lambda: copies([0], -1, V3), lambda: averages(V3, 0, 4), lambda: averages(V3, 8, 9),
])
def test_what_cannot_be_counted_says_so(call):
    with pytest.raises(ValueError, match=r"at least one|cannot|scores for|there is no|positive"):
        call()
