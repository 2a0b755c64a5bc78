"""Pipeline schedules: 1F1B, ZB1P and DualPipe, played step by step, and how long each rank waits.

A rank is one GPU (or group of GPUs) of the pipeline. It works through its own list of steps in order; a step starts when the
rank is free and the steps that it needs are done. Times are whole numbers in any unit; sending data takes no time of its own.
F, B and W are the times of a forward, a full backward and a backward pass for weights, pair (F&B) that of a forward and a
backward pass which run together; B − W is a backward pass for inputs (DeepSeek-V3, arXiv 2412.19437, caption of Table 2).
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import NamedTuple

SCHEDULES = ("1f1b", "zb1p", "dualpipe")
KINDS = ("F", "B", "I", "W", "FB")


@dataclass(frozen=True)
class Times:
    """Durations of the steps; by default two thirds of the work is backward, half of that for weights, and overlap saves nothing."""

    forward: int = 1
    backward: int = 2
    weights: int = 1
    pair: int = 3

    def __post_init__(self):
        if min(self.forward, self.weights, self.pair) <= 0 or self.backward <= self.weights:
            raise ValueError("durations must be positive, and a backward pass longer than its part for weights")
        if self.pair > self.forward + self.backward:
            raise ValueError("a pair cannot take longer than its two passes one after the other")

    def of(self, step: str) -> int:
        """How long a step takes: 'F', 'B' (full backward), 'I' (backward for inputs), 'W' (for weights), 'FB' (a pair)."""
        if step not in KINDS:
            raise ValueError(f"unknown step {step!r}; there are {', '.join(KINDS)}")
        return {"F": self.forward, "B": self.backward, "I": self.backward - self.weights, "W": self.weights, "FB": self.pair}[step]


class Step(NamedTuple):
    """One step on one rank. `batch` is its micro-batch, `down` whether that entered at rank 0; for a pair these are the
    forward pass, and `other` is (batch, down) of the backward pass."""

    kind: str
    batch: int
    down: bool = True
    start: int = 0
    end: int = 0
    other: tuple[int, bool] | None = None


def bubble(schedule: str, ranks: int, times: Times = Times()) -> int:
    """Idle time of a rank in one training step by the formulas of DeepSeek-V3, Table 2. A simulation gives the same for all
    ranks if the pieces are equal, F = W = B − W, and a pair takes as long as its two passes. With other pieces it may differ from the
    formula of DualPipe, and where a pair saves time the ranks differ from each other, as their numbers of pairs do."""
    _check(schedule, ranks, 2 * ranks)
    if schedule == "1f1b":
        return (ranks - 1) * (times.forward + times.backward)
    if schedule == "zb1p":
        return (ranks - 1) * (times.forward + times.backward - 2 * times.weights)
    return (ranks // 2 - 1) * (times.pair + times.backward - 3 * times.weights)


def _check(schedule: str, ranks: int, batches: int) -> None:
    if schedule not in SCHEDULES:
        raise ValueError(f"unknown schedule {schedule!r}; there are {', '.join(SCHEDULES)}")
    if ranks < 2 or batches < ranks:
        raise ValueError(f"{ranks} ranks and {batches} micro-batches: a pipeline needs two ranks, and a micro-batch for each")
    if schedule == "dualpipe" and (ranks % 2 or batches % 2 or batches < 2 * ranks):
        raise ValueError("DualPipe needs even numbers, and two micro-batches for each rank")


def _one_way(rank: int, ranks: int, batches: int, split: bool) -> list[Step]:
    """1F1B (Harlap et al. 2018, arXiv 1806.03377): some forward passes to fill the pipeline, then one backward and one forward in turn. ZB1P (ZB-H1 of
    Qi et al. 2023, arXiv 2401.10241) splits the backward pass, and rank r puts the part for weights off by r micro-batches."""
    lead = ranks - 1 - rank
    steps = [Step("F", batch) for batch in range(lead)]
    for batch in range(batches):
        if batch + lead < batches:
            steps.append(Step("F", batch + lead))
        steps.append(Step("I" if split else "B", batch))
        if split and batch >= rank:
            steps.append(Step("W", batch - rank))
    return steps + [Step("W", batch) for batch in range(batches - rank, batches) if split]


def _both_ways(rank: int, ranks: int, batches: int) -> list[Step]:
    """DualPipe (DeepSeek-V3, §3.2.1 and Figure 5; repository deepseek-ai/DualPipe). Letters are passes, small for micro-batches from the
    nearer end of the pipeline, capital for those from the farther end; 'w' catches up on the oldest part for weights put off."""
    depth = min(rank, ranks - 1 - rank)
    rest = ranks // 2 - 1 - depth
    middle = batches // 2 - ranks + depth + 1
    pairs = ["fB", "Fb"] * middle
    if not rest:
        pairs[:1] = "f", "B"  # the two middle ranks do not pair their first two passes
    half = depth + 1
    full, split = ["B", "b"] * half, ["I", "i"] * half
    program = ["f"] * 2 * rest + ["f", "F"] * half + ["I", "w", "F"] * rest + pairs + ["B", "Fb"] * rest
    program += full[:half] + split[half:] + ["w", "i"] * rest + ["w"] * half
    near = rank < ranks // 2
    count, put_off, steps = {letter: 0 for letter in "fFbB"}, deque(), []

    def take(letter: str) -> tuple[int, bool]:
        counted = {"i": "b", "I": "B"}.get(letter, letter)
        count[counted] += 1
        return count[counted] - 1, near == letter.islower()

    for entry in program:
        if entry == "w":
            steps.append(Step("W", *put_off.popleft()))
            continue
        taken = [take(letter) for letter in entry]
        steps.append(Step(entry.upper(), *taken[0], other=taken[1] if len(taken) > 1 else None))
        if entry in "iI":
            put_off.append(taken[0])
    return steps


def order(schedule: str, ranks: int, batches: int) -> list[list[Step]]:
    """What each rank does, in order, without times."""
    _check(schedule, ranks, batches)
    if schedule == "dualpipe":
        return [_both_ways(rank, ranks, batches) for rank in range(ranks)]
    return [_one_way(rank, ranks, batches, schedule == "zb1p") for rank in range(ranks)]


def _passes(step: Step) -> list[tuple[str, int, bool]]:
    """The passes that a step consists of: 'F' or 'B' (for inputs, with or without weights), micro-batch, direction."""
    if step.kind == "FB":
        return [("F", step.batch, step.down), ("B", *step.other)]
    return [] if step.kind == "W" else [("F" if step.kind == "F" else "B", step.batch, step.down)]


@cache
def simulate(schedule: str, ranks: int, batches: int, times: Times = Times()) -> tuple[tuple[Step, ...], ...]:
    """Every step of every rank with start and end. A forward pass needs that of the stage before it, a backward pass that of the
    stage after it, at the last stage the forward pass; both halves of a pair start together. ValueError if nothing can go on."""
    waiting = [deque((step, _passes(step), times.of(step.kind)) for step in steps) for steps in order(schedule, ranks, batches)]
    done, free, played = {}, [0] * ranks, [[] for _ in range(ranks)]

    def ready(passing: tuple[str, int, bool], rank: int) -> int | None:
        kind, batch, down = passing
        last = rank == (ranks - 1 if down else 0)
        if kind == "F":
            before = rank - 1 if down else rank + 1
            return done.get((kind, batch, down, before)) if 0 <= before < ranks else 0
        return done.get(("F", batch, down, rank) if last else (kind, batch, down, rank + 1 if down else rank - 1))

    while any(waiting):
        moved = False
        for rank, steps in enumerate(waiting):
            while steps:
                step, passes, lasting = steps[0]
                needs = [ready(passing, rank) for passing in passes]
                if None in needs:
                    break
                steps.popleft()
                start = max([free[rank], *needs])
                end = free[rank] = start + lasting
                for passing in passes:
                    done[*passing, rank] = end
                played[rank].append(step._replace(start=start, end=end))
                moved = True
        if not moved:
            raise ValueError(f"{schedule} with {ranks} ranks and {batches} micro-batches stands still")
    return tuple(map(tuple, played))


def length(played: Sequence[Sequence[Step]]) -> int:
    """From the start of the first step to the end of the last, in the unit of `Times`."""
    if not played or not all(played):
        raise ValueError("a schedule without steps has no length")
    return max(steps[-1].end for steps in played)


def idle(played: Sequence[Sequence[Step]]) -> list[int]:
    """How long each rank waits during the whole of it, in the unit of `Times`: the bubble of DeepSeek-V3, Table 2."""
    whole = length(played)
    return [whole - sum([step.end - step.start for step in steps]) for steps in played]


def held(steps: Sequence[Step]) -> int:
    """The most micro-batches whose activations a rank holds at once, from the forward pass to the end of the backward pass: the last
    column of DeepSeek-V3, Table 2."""
    most = now = 0
    for step in steps:
        most = max(most, now + (step.kind in ("F", "FB")))
        now += (step.kind == "F") - (step.kind in ("B", "W"))
    return most


def count(steps: Sequence[Step]) -> dict[str, int]:
    """How many steps of each kind a rank has."""
    kinds = [step.kind for step in steps]
    return {kind: kinds.count(kind) for kind in KINDS}


@dataclass(frozen=True)
class Account:
    """Where the time of a rank goes, on average over the ranks, in the unit of `Times`: they add up to the length of the step."""

    computing: Fraction
    sending: Fraction
    idle: Fraction

    @property
    def total(self) -> Fraction:
        """The length of the step."""
        return self.computing + self.sending + self.idle


@cache
def account(schedule: str, ranks: int, batches: int, message: Fraction = Fraction(3, 2)) -> Account:
    """The default times with communication: each forward and each backward pass also sends messages for `message` units. Alone, a pass
    computes and sends one after the other; a pair does both at once and takes as long as the longer (DeepSeek-V3, §3.2.1 and Figure 4).
    With 3/2 units, the messages of both passes take as long as their computation, the ratio of about 1:1 of §3.2.1."""
    if message < 0:
        raise ValueError(f"messages cannot take {message} units")
    plain, scale = Times(), Fraction(message).denominator
    extra = int(message * scale)
    times = Times(plain.forward * scale + extra, plain.backward * scale + extra, plain.weights * scale, max(plain.pair * scale, 2 * extra))
    played = simulate(schedule, ranks, batches, times)
    mean = lambda values: Fraction(sum(values), ranks * scale)
    computing = Fraction(batches * (plain.forward + plain.backward))
    waiting = mean(idle(played))
    return Account(computing, Fraction(length(played), scale) - computing - waiting, waiting)
