"""The facts in data/, for tests that hold them against what the papers print."""

import pytest

from project import ROOT
from sitegen.derive import Derived
from sitegen.load import load


@pytest.fixture(scope="session")
def fact():
    """fact("work/fact-id") is the value of a fact."""
    data, _, problems = load(ROOT)
    assert not problems
    return Derived(data).values.__getitem__
