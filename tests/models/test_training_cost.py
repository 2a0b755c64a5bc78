"""The cost of training runs, against numbers that the papers print."""

from decimal import Decimal as D

import pytest

from models import training_cost as cost

V3 = cost.Run(D(37) * 10**9, D("14.8") * 10**12, D(2788000))
"""DeepSeek-V3, Abstract, §4.1 and Table 1: 37B activated parameters, 14.8T tokens, 2.788M H800 GPU-hours."""
LLAMA = cost.Run(D(405) * 10**9, D("15.6") * 10**12, D(30840000))
"""Llama 3.1 405B: 30.84M H100 GPU-hours (repository llama-models, `MODEL_CARD.md`, “Hardware and Software”), 15.6T tokens (The Llama 3
Herd of Models, §1)."""


def test_runs_are_those_of_the_records(fact):
    assert V3 == cost.Run(*(fact(f"deepseek-v3/{name}") for name in ("activated-parameters", "training-tokens", "gpu-hours")))
    assert LLAMA == cost.Run(fact("repo-llama-models/parameters-405b"), fact("llama-3-herd-of-models/pretraining-tokens-405b"), fact("repo-llama-models/gpu-hours-405b"))


def test_rent_of_v3():
    """DeepSeek-V3, Table 1: 2,664K, 119K and 5K GPU-hours at $2 are $5.328M, $0.238M and $0.01M, together $5.576M."""
    parts = [cost.rent(D(hours), D(2)) for hours in (2664000, 119000, 5000)]
    assert parts == [5328000, 238000, 10000]
    assert sum(parts) == cost.rent(V3.gpu_hours, D(2)) == 5576000


def test_rent_of_r1():
    """DeepSeek-R1, arXiv 2501.12948v2, Table 7: 101K, 5K and 41K GPU-hours at $2 are $202K, $10K and $82K, together $294K."""
    assert [cost.rent(D(hours), D(2)) for hours in (101000, 5000, 41000, 147000)] == [202000, 10000, 82000, 294000]


def test_hours_and_gpus_of_r1():
    """DeepSeek-R1, arXiv 2501.12948v2, Appendix B.4.4 and Table 7: 101K and 41K GPU-hours on 512 GPUs are about 198 and 80 hours."""
    assert all(abs(24 * cost.days(D(gpu_hours), D(512)) - hours) < 1 for gpu_hours, hours in ((101000, 198), (41000, 80)))


def test_llama_against_v3():
    """By the numbers of the Llama 3 and DeepSeek-V3 reports: 30.84M / 2.788M GPU-hours, and 405B × 15.6T / (37B × 14.8T)."""
    found = cost.factors(LLAMA, V3)
    assert (round(found.gpu_hours, 2), round(found.flop, 1)) == (D("11.06"), D("11.5"))
    assert (round(found.parameters, 1), round(found.tokens, 2)) == (D("10.9"), D("1.05"))


def test_factors_multiply_up():
    found = cost.factors(LLAMA, V3)
    assert round(found.gpu_hours * found.speed, 20) == round(found.flop, 20) == round(found.parameters * found.tokens, 20)
    assert set(vars(cost.factors(V3, V3)).values()) == {1}


def test_operations_of_llama():
    """The Llama 3 Herd of Models, §1: 3.8 × 10^25 FLOPs for the pre-training of the 405B model."""
    assert round(LLAMA.flop / D("1e25"), 1) == D("3.8")


def test_speed_of_the_cluster_gives_the_gpu_hours():
    """Insights into DeepSeek-V3, Table 4: 272.80B tokens a day on 2,048 GPUs; DeepSeek-V3, §1: 180K GPU-hours and 3.7 days per trillion tokens."""
    hours = cost.gpu_hours_of(D(10) ** 12, D("272.80") * 10**9, D(2048))
    assert round(hours, -3) == 180000
    assert round(cost.days(hours, D(2048)), 1) == D("3.7")


def test_utilisation_agrees_with_the_published_one():
    """Insights into DeepSeek-V3, Tables 2 and 4: 250 GFLOPs per token and a utilisation of 38.94 % of the BF16 peak."""
    tflops = cost.speed_per_gpu(D(250) * 10**9 * D("14.8") * 10**12, D(2664000))
    assert abs(cost.utilisation(tflops, D(990)) - D("38.94")) < D("0.1")


@pytest.mark.parametrize("call", [
    lambda: cost.Run(D(0), D(1), D(1)), lambda: cost.Run(D(1), D(-1), D(1)), lambda: cost.Run(D(1), D(1), D(0)),
    lambda: cost.rent(D(0), D(2)), lambda: cost.rent(D(1), D(-2)), lambda: cost.speed_per_gpu(D(1), D(0)),
    lambda: cost.utilisation(D(1), D(0)), lambda: cost.gpu_hours_of(D(1), D(0), D(1)), lambda: cost.days(D(1), D(0)),
])
def test_impossible(call):
    with pytest.raises(ValueError, match="must be positive"):
        call()
