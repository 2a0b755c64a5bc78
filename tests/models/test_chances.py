"""The chance of independent attempts, against counting all outcomes."""

from itertools import product

import pytest

from models.chances import any_success


def test_all_outcomes_are_counted():
    """Of the 5³ outcomes of three attempts with one success in five, those with a success."""
    outcomes = list(product((True, *4 * [False]), repeat=3))
    assert any_success(0.2, 3) == pytest.approx(sum(map(any, outcomes)) / len(outcomes))
    assert any_success(0, 100) == 0 and any_success(1, 1) == 1


@pytest.mark.parametrize("call", [lambda: any_success(1.1, 8), lambda: any_success(-0.1, 8), lambda: any_success(0.5, 0)])
def test_impossible_input(call):
    with pytest.raises(ValueError, match="must"):
        call()
