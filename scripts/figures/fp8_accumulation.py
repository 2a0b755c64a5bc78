"""Adding up products of eight-bit numbers in a register that keeps few bits, with and without moving the sum to 32 bits."""

import math
import random
from functools import cache
from itertools import accumulate
from operator import mul

from models import accumulation, fp8

from .kit import Control, Figure, Plot, Svg, percent

SUMS = 32
"""How many inner products the curves average over."""
INTERVALS = (0, 1024, 512, 256, 128, 64, 32)
"""Choices for how many products there are between two moves, whole numbers of instructions; 0 is never."""

WORDS = {
    "title": ("A long sum in a short register", "窄寄存器里的长求和"),
    "caption": ("Computed by this site: {sums} inner products of random E4M3 numbers, added by the rule that the reports describe ({width} products at a time, {bits} bits, the rest cut off). Errors are root mean squares relative to the exact "
                "sums. A model of the rule, not a measurement on a chip; the report’s own test is not printed in enough detail to be repeated.",
                "由本站计算：{sums} 组随机 E4M3 数的内积，按报告描述的规则累加（每次 {width} 个乘积，保留 {bits} 位，其余截断）。误差是相对于精确和的均方根误差。这是规则的模型，不是芯片实测；报告自己的测试细节不足，无法重复。"),
    "signs": ("Products", "乘积"), "signs-mixed": ("both signs", "有正有负"), "signs-positive": ("all positive", "全为正"),
    "interval": ("Move the sum to FP32 every", "每隔多少个乘积转入 FP32"), "never": ("never", "从不"),
    "picture": ("Error of the sum against its length", "求和误差随长度的变化"),
    "error": ("Error of the sum", "求和误差"), "length": ("products added", "已累加的乘积数"),
    "line-never": ("{bits} bits only", "只用 {bits} 位"), "line-moved": ("moved to FP32", "转入 FP32"),
    "finding-never": ("Kept in {bits} bits all the way, a sum of {length} products is off by {never}.", "始终只用 {bits} 位，{length} 个乘积之和的误差为 {never}。"),
    "finding": ("Moved to FP32 every {interval} products, a sum of {length} is off by {moved} instead of {never}, at the price of {moves} moves.",
                "每 {interval} 个乘积转入 FP32 一次，{length} 个乘积之和的误差从 {never} 降到 {moved}，代价是转移 {moves} 次。"),
    "interval-column": ("FP32 every", "转入 FP32 的间隔"), "moves-column": ("Moves", "转移次数"),
}


@cache
def _products(length: int) -> list[list[float]]:
    """Of every inner product the terms: random E4M3 numbers multiplied, of both signs."""
    chance = random.Random(5)
    numbers = [fp8.quantise(64 * chance.gauss(0, 1), fp8.E4M3) for _ in range(length)]
    return [list(map(mul, chance.choices(numbers, k=length), chance.choices(numbers, k=length))) for _ in range(SUMS)]


@cache
def _parts(signs: str, width: int, bits: int, length: int) -> list[tuple[list[float], list[float]]]:
    """Of every inner product: the sums of its instructions as the hardware forms them, and the exact running sums."""
    result = []
    for terms in _products(length):
        products = terms if signs == "mixed" else list(map(abs, terms))
        pieces = [products[first:first + width] for first in range(0, length, width)]
        result.append(([accumulation.instruction_sum(piece, bits) for piece in pieces], list(accumulate(map(math.fsum, pieces)))))
    return result


def points(width: int, length: int) -> list[int]:
    """Where the curves have points: after one instruction, after twice as many products each time, and at the end."""
    return [width << turn for turn in range((length // width).bit_length()) if width << turn < length] + [length]


@cache
def errors(signs: str, interval: int, width: int, bits: int, length: int) -> tuple[list[float], float]:
    """Root mean square error at every point of the curve, relative to that of the exact sums; and the worst at the end."""
    errors, exact, places = [], [], [count // width - 1 for count in points(width, length)]
    for parts, right in _parts(signs, width, bits, length):
        found = accumulation.running_sums(parts, bits, interval // width)
        errors.append([found[place] - right[place] for place in places])
        exact.append([right[place] for place in places])
    curve = [math.hypot(*some) / math.hypot(*whole) for some, whole in zip(zip(*errors), zip(*exact))]
    return curve, max(abs(some[-1]) for some in errors) * math.sqrt(SUMS) / math.hypot(*(whole[-1] for whole in exact))


def _rule(fact) -> tuple[int, int, int]:
    """Products per step, bits, and the length of the report's test."""
    return int(fact("insights-deepseek-v3/fp8-products-per-step")), int(fact("deepseek-v3/fp8-accumulation-bits")), int(fact("deepseek-v3/fp8-accumulation-test-length"))


def _interval(ink, value: int) -> str:
    return ink.number(value) if value else ink.say("never")


def _percent(ink, share: float) -> str:
    return ink.unit(*percent(share, 2 if share >= 0.001 else 3))


def draw(ink, signs, interval):
    """Both curves over the length of the sum, without moves and with those of the chosen interval."""
    width, bits, length = _rule(ink.fact)
    never, moved = (errors(signs, every, width, bits, length)[0] for every in (0, interval))
    svg = Svg(ink, 274, ink.say("picture"))
    plot = Plot(svg, 54, 30, 330, 190, (width, length), (0.00001, 0.01), log_x=True, log_y=True)
    plot.axes(x_ticks=[(value, ink.number(value)) for value in (width, 4 * width, 16 * width, length)],
              y_ticks=[(value, ink.unit(100 * value, "percent")) for value in (0.00001, 0.0001, 0.001, 0.01)], x_label=ink.say("length"), y_label=ink.say("error"))
    course = lambda curve: [(count, max(1.0e-5, error)) for count, error in zip(points(width, length), curve)]
    plot.line(course(never), "dash", vary=True)
    plot.line(course(moved), "on", vary=True)
    svg.text(250, plot.py(0.004), ink.say("line-never", bits=bits), "end", "soft")
    end = max(1.0e-5, moved[-1])
    below = plot.py(end) + (28 if plot.py(end) < 190 else -14)
    svg.text(380, below, ink.say("line-moved") if interval else "", "end", "on", vary={"y": below})
    plot.dot(length, end, "dot on", vary=True)
    words = dict(length=ink.number(length), bits=bits, never=_percent(ink, never[-1]))
    return svg.html(), ink.say("finding", **words, interval=ink.number(interval), moved=_percent(ink, moved[-1]), moves=ink.number(length // interval)) if interval else ink.say("finding-never", **words)


def table(ink):
    """The error at the full length for every interval, and how many moves it takes."""
    width, bits, length = _rule(ink.fact)
    columns = [ink.say("signs"), ink.say("interval-column"), ink.say("error"), ink.say("moves-column")]
    return columns, [[ink.say("signs-" + signs), _interval(ink, interval), _percent(ink, errors(signs, interval, width, bits, length)[0][-1]), ink.number(length // interval if interval else 0)]
                     for signs in ("mixed", "positive") for interval in INTERVALS]


def numbers(fact):
    """The errors at the full length: never moved, moved at the report's interval, moved after every instruction."""
    width, bits, length = _rule(fact)
    every = int(fact("deepseek-v3/fp8-accumulation-interval"))
    at = lambda signs, interval: errors(signs, interval, width, bits, length)
    return {
        "sums": (SUMS, None), "moves": (length // every, None),
        "never": percent(at("mixed", 0)[0][-1], 2), "never-worst": percent(at("mixed", 0)[1], 2), "moved": percent(at("mixed", every)[0][-1], 3), "moved-32": percent(at("mixed", width)[0][-1], 3),
        "positive-gain": (at("positive", 0)[0][-1] / at("positive", every)[0][-1], "times", 0),
    }


def _told(ink) -> dict[str, str]:
    width, bits, _ = _rule(ink.fact)
    return {"sums": ink.number(SUMS), "width": ink.number(width), "bits": ink.number(bits)}


FIGURE = Figure(
    id="fp8-accumulation", words=WORDS, draw=draw, table=table, numbers=numbers, told=_told,
    controls=(Control("signs", ("mixed", "positive")), Control("interval", INTERVALS, show=_interval, default=128, slider=True)),
    citations=(("deepseek-v3", "§3.3.2; §3.5.2; Figure 7"), ("insights-deepseek-v3", "§3.1.1")))
