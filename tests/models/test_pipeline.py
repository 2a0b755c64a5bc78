"""Pipeline schedules: the simulation against the formulas and figures of the DeepSeek-V3 report."""

from fractions import Fraction

import pytest

from models.pipeline import SCHEDULES, Times, account, bubble, count, held, idle, length, order, simulate

BUBBLES = {"1f1b": (9, 21, 45), "zb1p": (3, 7, 15), "dualpipe": (2, 6, 14)}
"""Idle time per rank at 4, 8 and 16 ranks with F=1, B=2, W=1, F&B=3, from the formulas of DeepSeek-V3, Table 2."""


@pytest.mark.parametrize("schedule", SCHEDULES)
@pytest.mark.parametrize("place, ranks", [(0, 4), (1, 8), (2, 16)])
@pytest.mark.parametrize("per_rank", (Fraction(2), Fraction(5, 2), Fraction(6)))
def test_idle_time_equals_the_formulas(schedule, place, ranks, per_rank):
    """DeepSeek-V3, Table 2: (PP − 1)(F + B), (PP − 1)(F + B − 2W), (PP/2 − 1)(F&B + B − 3W); and §3.2.1: the bubble does not grow
    with the number of micro-batches."""
    played = simulate(schedule, ranks, int(ranks * per_rank))
    assert idle(played) == [bubble(schedule, ranks)] * ranks == [BUBBLES[schedule][place]] * ranks


@pytest.mark.parametrize("ranks", (4, 8, 16))
def test_activations_held(ranks):
    """DeepSeek-V3, Table 2, last column: PP micro-batches for 1F1B and ZB1P at the fullest rank, PP + 1 for DualPipe at every rank."""
    peaks = {schedule: [held(steps) for steps in simulate(schedule, ranks, 5 * ranks // 2)] for schedule in SCHEDULES}
    assert max(peaks["1f1b"]) == max(peaks["zb1p"]) == ranks
    assert peaks["dualpipe"] == [ranks + 1] * ranks


def test_dualpipe_is_figure_5():
    """DeepSeek-V3, Figure 5 (8 ranks, 20 micro-batches): the micro-batches 0 to 6 that device 0 sends first, the first pair of device 0,
    the unpaired middle of device 3, and two mirrored halves."""
    played = simulate("dualpipe", 8, 20)
    assert [(step.kind, step.batch) for step in played[0][:7]] == [("F", batch) for batch in range(7)]
    first = next(step for step in played[0] if step.kind == "FB")
    assert (first.batch, first.down, first.other) == (7, True, (3, False))
    assert [step.kind for step in played[3][:10]] == ["F"] * 9 + ["B"]
    assert [[(step.kind, step.batch, step.start) for step in steps] for steps in played] == [
        [(step.kind, step.batch, step.start) for step in steps] for steps in reversed(played)]
    assert [count(steps)["FB"] for steps in played] == [9, 10, 11, 11, 11, 11, 10, 9]


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_every_pass_happens_once_and_in_time(schedule):
    """Each micro-batch goes forward and backward through every stage, never before what it needs."""
    ranks, batches = 8, 20
    played, ends = simulate(schedule, ranks, batches), {}
    for rank, steps in enumerate(played):
        assert all(one.end <= two.start for one, two in zip(steps, steps[1:]))
        for step in steps:
            halves = [(step.kind, step.batch, step.down)] if step.kind != "FB" else [("F", step.batch, step.down), ("B", *step.other)]
            for kind, batch, down in halves:
                key = ("B" if kind == "I" else kind, batch, down, rank)
                assert key not in ends
                ends[key] = step
    forward = [key for key in ends if key[0] == "F"]
    assert len(forward) == len([key for key in ends if key[0] == "B"]) == ranks * batches
    for kind, batch, down, rank in ends:
        if kind == "W":  # after the backward pass for inputs of the same rank
            assert ends["B", batch, down, rank].end <= ends["W", batch, down, rank].start
            continue
        ahead = rank - 1 if (kind == "F") == down else rank + 1
        if 0 <= ahead < ranks:
            assert ends[kind, batch, down, ahead].end <= ends[kind, batch, down, rank].start
        elif kind == "B":
            assert ends["F", batch, down, rank].end <= ends["B", batch, down, rank].start
    assert {key[1] for key in forward if key[2]} == set(range(batches if schedule != "dualpipe" else batches // 2))


def test_where_overlap_saves_time_the_ranks_differ():
    """The formula of Table 2 is that of the middle ranks when a pair takes 5 instead of 6 units; the others wait less."""
    times = Times(2, 4, 2, 5)
    assert bubble("dualpipe", 8, times) == 9
    assert idle(simulate("dualpipe", 8, 20, times)) == [7, 8, 9, 9, 9, 9, 8, 7]


def test_unequal_pieces_can_differ_from_the_formula():
    """With a shorter part for weights, 9 instead of 10 of 20, the formulas of 1F1B and ZB1P hold; that of DualPipe gives 69, the simulation 66."""
    times = Times(10, 20, 9, 30)
    for schedule in ("1f1b", "zb1p"):
        assert idle(simulate(schedule, 8, 20, times)) == [bubble(schedule, 8, times)] * 8
    assert (bubble("dualpipe", 8, times), idle(simulate("dualpipe", 8, 20, times))) == (69, [66] * 8)


def test_what_the_bubble_does_not_show():
    """DeepSeek-V3, §3.2.1: communication takes about as long as computation (1:1). Without it, DualPipe's step is as long as ZB1P's but for
    one unit (8 ranks, 20 micro-batches); with it, by a third shorter."""
    assert length(simulate("zb1p", 8, 20)) - length(simulate("dualpipe", 8, 20)) == 1
    one_way, zero, dual = (account(schedule, 8, 20) for schedule in SCHEDULES)
    assert (one_way.computing, one_way.sending, one_way.idle, one_way.total) == (60, 60, 42, 162)
    assert (zero.computing, zero.sending, zero.idle) == (60, 60, 28)
    assert dual.total == Fraction(201, 2) and dual.sending < 31
    plain = account("dualpipe", 8, 20, Fraction(0))
    assert (plain.computing, plain.sending, plain.idle) == (60, 0, 6)


@pytest.mark.parametrize("call", [
    lambda: simulate("gpipe", 4, 8), lambda: simulate("1f1b", 1, 8), lambda: simulate("1f1b", 8, 4), lambda: simulate("dualpipe", 5, 20),
    lambda: simulate("dualpipe", 8, 21), lambda: simulate("dualpipe", 8, 14), lambda: bubble("zb", 4), lambda: bubble("dualpipe", 3),
    lambda: Times(0), lambda: Times(1, 1, 1), lambda: Times(1, 2, 1, 4), lambda: account("1f1b", 4, 8, Fraction(-1)),
    lambda: order("1f1b", 1, 8), lambda: Times().of("X"), lambda: length([]), lambda: length([[], []]), lambda: idle([]),
])
def test_what_cannot_be_run_says_so(call):
    with pytest.raises(ValueError, match=r"unknown schedule|unknown step|needs|positive|longer|cannot take|no length"):
        call()
