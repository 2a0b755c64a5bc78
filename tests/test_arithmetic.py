"""The arithmetic of claims, against numbers that the papers print."""

from decimal import Decimal as D

import pytest

from models import arithmetic


def test_gpu_hours_of_v3_add_up():
    """DeepSeek-V3, Table 1: 2,664K + 119K + 5K = 2,788K H800 GPU-hours."""
    assert arithmetic.total(D(2664000), D(119000), D(5000)) == 2788000


def test_price_of_v3():
    """DeepSeek-V3, Table 1: 2.788M GPU-hours at $2 are $5.576M."""
    assert arithmetic.product(D(2788000), D(2)) == 5576000


def test_llama_ratio():
    """Llama 3.1 model card 30.84M GPU-hours against 2.788M of V3: about 11.06."""
    assert round(arithmetic.ratio(D(30840000), D(2788000)), 2) == D("11.06")


def test_saving_of_v2():
    """DeepSeek-V2, §3.2.3: 172.8K against 300.6K GPU-hours per trillion tokens saves 42.5 %."""
    assert round(arithmetic.saving(D(172800), D(300600)), 1) == D("42.5")


def test_training_flops():
    """6·N·D for V3 (37B active, 14.8T tokens) is 3.29e24 FLOP."""
    assert arithmetic.training_flops(D(37) * 10**9, D("14.8") * 10**12) == D("3.2856e24")


def test_share_and_difference():
    assert arithmetic.share(D(49), D(199)).quantize(D("0.1")) == D("24.6")
    assert arithmetic.difference(D("84.1"), D("77.9")) == D("6.2")


def test_wilson_interval():
    """Wilson 1927, in the worked form of Newcombe 1998 (Statistics in Medicine 17, Table I): 81 of 263 gives 0.2553 to 0.3662."""
    low, high = arithmetic.wilson_interval(81, 263)
    assert (round(low, 4), round(high, 4)) == (0.2553, 0.3662)


@pytest.mark.parametrize("call", [
    lambda: arithmetic.ratio(D(1), D(0)), lambda: arithmetic.share(D(1), D(0)), lambda: arithmetic.saving(D(1), D(0)),
    lambda: arithmetic.total(), lambda: arithmetic.product(), lambda: arithmetic.training_flops(D(0), D(1)),
    lambda: arithmetic.training_flops(D(1), D(-1)), lambda: arithmetic.wilson_interval(3, 2), lambda: arithmetic.wilson_interval(-1, 2), lambda: arithmetic.wilson_interval(0, 0),
])
def test_what_cannot_be_computed_says_so(call):
    with pytest.raises(ValueError, match=r"zero|at least one|positive|impossible"):
        call()
