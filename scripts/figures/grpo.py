"""GRPO: a group of rewards, the advantages it gives, and what the clipped objective makes of them."""

from decimal import Decimal

from .kit import Control, Figure, Plot, Svg, percent
from models import grpo

GROUP = 8
RIGHT, RATIOS = tuple(range(GROUP + 1)), ("0.5", "0.9", "1", "1.1", "1.5")
EPSILONS = {"usual": "dapo-report/clip-default", "r1": "deepseek-r1/clip-ratio"}
EASY = 0.95
"""How often one answer is right where the essay counts the groups without a signal."""

WORDS = {
    "title": ("A group of answers and what the update makes of it", "一组回答怎样变成更新"),
    "caption": ("All numbers are computed by this site with the formulas of DeepSeekMath, for {group} answers with rewards 1 (right) or 0 (wrong). The standard deviation divides by {group}, which the paper leaves open. The usual "
                "clipping range is the one the DAPO report calls the default; the value {r1} is that of R1’s first round of reinforcement learning.",
                "全部数字由本站按 DeepSeekMath 的公式算出：{group} 个回答，答对奖励为 1，答错为 0。标准差除以 {group}，论文没有说明用哪种。常用的裁剪范围是 DAPO 报告所称的默认值，{r1} 是 R1 第一轮强化学习的取值。"),
    "right": ("Right answers of 8", "8 个回答中答对几个"),
    "epsilon": ("Clipping range ε", "裁剪范围 ε"),
    "epsilon-usual": ("{value}, the usual", "{value}，常用值"),
    "epsilon-r1": ("{value}, as in R1", "{value}，R1 所用"),
    "ratio": ("Probability, new ÷ old", "新旧概率之比"),
    "group": ("Rewards and advantages of the eight answers", "8 个回答的奖励与优势"),
    "reward": ("reward", "奖励"),
    "advantage": ("advantage", "优势"),
    "curves": ("What one token adds to the objective", "一个 token 对目标的贡献"),
    "x": ("ratio ρ", "概率比 ρ"),
    "y": ("min(ρA, clip(ρ)A)", "min(ρA, clip(ρ)A)"),
    "right-line": ("right", "答对"),
    "wrong-line": ("wrong", "答错"),
    "key-right": ("solid: right answer", "实线：答对"),
    "key-wrong": ("dashed: wrong answer", "虚线：答错"),
    "kind": ("Answer", "回答"),
    "unclipped": ("ρA", "ρA"),
    "counts": ("Counts", "计入"),
    "pull": ("Effect", "作用"),
    "up": ("up", "调高"),
    "down": ("down", "调低"),
    "none": ("none", "无"),
    "inside": ("not clipped between {low} and {high}", "{low} 到 {high} 之间不裁剪"),
    "clipped": ("clipped", "被裁剪"),
    "absent": ("–", "–"),
    "all-right": ("All eight are right: every advantage is 0, and whatever the ratio, this question moves nothing.",
                  "8 个全对：优势都是 0，无论概率比是多少，这道题都不产生更新。"),
    "all-wrong": ("All eight are wrong: every advantage is 0, and whatever the ratio, this question moves nothing.",
                  "8 个全错：优势都是 0，无论概率比是多少，这道题都不产生更新。"),
    "finding": ("With {right} of 8 right, the advantage of a right answer is {up}, of a wrong one {down}; at ratio {ratio} {what}.",
                "8 个答对 {right} 个时，答对的优势为 {up}，答错的为 {down}；概率比为 {ratio} 时，{what}。"),
    "both": ("tokens of both still count in full", "两种回答的 token 都照常计入"),
    "right-cut": ("tokens of right answers are clipped and get no further push", "答对的回答，token 已被裁剪，不再往上推"),
    "wrong-cut": ("tokens of wrong answers are clipped and get no further push", "答错的回答，token 已被裁剪，不再往下压"),
    "column-right": ("Right of 8", "答对数（共 8）"),
    "column-epsilon": ("ε", "ε"),
    "column-ratio": ("Ratio", "概率比"),
    "column-up": ("Advantage, right", "优势（答对）"),
    "column-down": ("Advantage, wrong", "优势（答错）"),
    "column-up-counts": ("Counts, right", "计入（答对）"),
    "column-down-counts": ("Counts, wrong", "计入（答错）"),
}


def signed(ink, value: float, digits: int | None = 2) -> str:
    """A number with its sign."""
    return ("+" if value > 0 else "") + ink.number(value, digits)


def both(right: int) -> tuple[float | None, float | None]:
    """The advantage of a right and of a wrong answer; None where the group has none."""
    values = grpo.advantages(grpo.right_or_wrong(right, GROUP))
    return (values[0] if right else None), (values[-1] if right < GROUP else None)


def _group(ink, right: int) -> str:
    """Eight boxes with their rewards, and the advantages as bars above and below a line."""
    svg = Svg(ink, 166, ink.say("group"))
    values, left, step, zero = grpo.advantages(grpo.right_or_wrong(right, GROUP)), 84, 39, 98
    svg.text(0, 19, ink.say("reward"), cls="soft", size=12, room=66)
    svg.text(0, zero + 4, ink.say("advantage"), cls="soft", size=12, room=66)
    svg.line(left, zero, left + step * GROUP, zero)
    for place, value in enumerate(values):
        x, height = left + step * place, round(abs(value) * 18)
        svg.box(x + 5, 3, step - 10, 24, vary={"cls": "box on" if place < right else "box"})
        svg.text(x + step // 2, 20, "1" if place < right else "0", "middle", room=30, vary=True)
        svg.rect(x + 10, zero, step - 20, 0, vary={"y": zero - height if value > 0 else zero, "height": height, "cls": "fill on" if value > 0 else "fill"})
        svg.text(x + step // 2, zero, signed(ink, value), "middle", size=12, room=step, vary={"y": zero + height + 15 if value < 0 else zero - height - 6})
    return svg.html()


def _curves(ink, up: float | None, down: float | None, epsilon: float, ratio: float, ends: dict) -> str:
    """The clipped objective over the ratio, once for a right answer and once for a wrong one."""
    svg = Svg(ink, 280, ink.say("curves"))
    plot = Plot(svg, 34, 58, 350, 172, (0, 2), (-5.5, 5.5))
    low, high = plot.px(max(0, 1 - epsilon)), plot.px(min(2, 1 + epsilon))
    svg.rect(low, plot.y, high - low, plot.height, "fill tint", vary={"x": low, "width": high - low})
    svg.text(plot.px(1), plot.y + 14, ink.say("inside", **ends), "middle", "soft", 11, room=300, vary=True)
    plot.axes([(Decimal(tick), tick) for tick in ("0", "0.5", "1", "1.5", "2")], [(tick, signed(ink, tick, None)) for tick in (-4, -2, 0, 2, 4)],
              ink.say("x"), ink.say("y"))
    svg.text(398, 24, ink.say("key-right"), "end", "on", 12, room=210)
    svg.text(398, 41, ink.say("key-wrong"), "end", "", 12, room=210)
    for advantage, style in ((down, "dash"), (up, "on")):
        corners = [(at, grpo.clipped(at, advantage or 0.0, epsilon)) for at in (0.001, 1 - epsilon, 1 + epsilon, 2) if 0 < at <= 2]
        plot.line(corners if advantage is not None else [(0, 0)] * 2, style, vary=True)
        at = {"cx": plot.px(ratio), "cy": plot.py(grpo.clipped(ratio, advantage or 0.0, epsilon)), "r": 0 if advantage is None else 5}
        svg.circle(0, 0, 0, "dot on" if style == "on" else "dot", vary=at)
    return svg.html()


def _rows(ink, up: float | None, down: float | None, epsilon: float, ratio: float) -> str:
    rows = []
    for advantage, key in ((up, "right-line"), (down, "wrong-line")):
        if advantage is None:
            cells = [ink.say("absent")] * 3
        else:
            pull = ("up" if advantage > 0 else "down") if grpo.pushes(ratio, advantage, epsilon) else "clipped" if advantage else "none"
            cells = [signed(ink, ratio * advantage), signed(ink, grpo.clipped(ratio, advantage, epsilon)), ink.say(pull)]
        rows.append((ink.say(key), "".join(ink.text(cell, "td") for cell in cells)))
    return ink.table([ink.say(key) for key in ("kind", "unclipped", "counts", "pull")], rows, "states")


def _epsilon(ink, epsilon: str) -> str:
    return ink.say(f"epsilon-{epsilon}", value=ink.number(ink.fact(EPSILONS[epsilon])))


def draw(ink, right, epsilon, ratio):
    """The group, the curves and the two numbers at the chosen ratio."""
    (up, down), chosen, width = both(right), float(ratio), ink.fact(EPSILONS[epsilon])
    clip, ends = float(width), {"low": ink.number(1 - width), "high": ink.number(1 + width)}
    html = _group(ink, right) + _curves(ink, up, down, clip, chosen, ends) + _rows(ink, up, down, clip, chosen)
    if right in (0, GROUP):
        return html, ink.say("all-right" if right else "all-wrong")
    cut = "right-cut" if not grpo.pushes(chosen, up, clip) else "wrong-cut" if not grpo.pushes(chosen, down, clip) else "both"
    return html, ink.say("finding", right=right, up=signed(ink, up), down=signed(ink, down), ratio=ratio, what=ink.say(cut))


def table(ink):
    """Every state: the advantages and what counts at each ratio and clipping range."""
    rows = []
    for right in RIGHT:
        up, down = both(right)
        for epsilon in map(ink.fact, EPSILONS.values()):
            for ratio in RATIOS:
                counts = [ink.say("absent") if value is None else signed(ink, grpo.clipped(float(ratio), value, float(epsilon))) for value in (up, down)]
                rows.append([str(right), ink.number(epsilon), ratio, *(ink.say("absent") if value is None else signed(ink, value) for value in (up, down)), *counts])
    return [ink.say("column-" + key) for key in ("right", "epsilon", "ratio", "up", "down", "up-counts", "down-counts")], rows


def numbers(fact):
    """The worked example of the essay and the counts beside it. Below zero a number carries its sign; a plus is the essay's."""
    one, four, seven = both(1), both(4), both(7)
    usual, large = (fact(id) for id in EPSILONS.values())
    size, batch = int(fact("deepseek-math/grpo-group-size")), int(fact("deepseek-math/grpo-batch-size"))
    rollout, step, group = (int(fact("deepseek-r1/" + key)) for key in ("rollout-answers", "rl-batch-size", "group-size"))
    default = float(fact("deepseek-r1/ppo-lambda-default"))
    mean = Decimal(1) / GROUP
    return {
        "mean-one": (mean, None, 3),
        "spread-one": ((mean * (1 - mean)).sqrt(), None, 2),
        "up-one": (one[0], None, 2), "down-one": (one[1], None, 2),
        "up-four": (four[0], None, 2), "down-four": (four[1], None, 2), "up-seven": (seven[0], None, 2), "down-seven": (seven[1], None, 2),
        "plain-up-one": (grpo.advantages(grpo.right_or_wrong(1, GROUP), False)[0], None, 3),
        "ratio": (Decimal("1.5"), None, 1),
        "unclipped": (1.5 * one[0], None, 2), "counts": (grpo.clipped(1.5, one[0], float(usual)), None, 2),
        "wrong-counts": (grpo.clipped(1.5, one[1], float(usual)), None, 2),
        "low-end": (1 - usual, None, 1), "high-end": (1 + usual, None, 1), "r1-low-end": (1 - large, None, 0), "r1-high-end": (1 + large, None, 0),
        "math-questions": (grpo.groups(batch, size), "problems", 0),
        "r1-updates": (grpo.groups(rollout, step), None, 0),
        "silent-16": percent(grpo.silent(EASY, group)), "silent-64": percent(grpo.silent(EASY, size)),
        "silent-accuracy": percent(EASY), "silent-other": percent(1 - EASY),
        "reach": percent(grpo.reach_of_reward(default, 100), 1),
    }


FIGURE = Figure(
    id="grpo",
    words=WORDS,
    controls=(Control("right", RIGHT, default=1, slider=True),
              Control("epsilon", tuple(EPSILONS), show=_epsilon),
              Control("ratio", RATIOS, default="1.5", slider=True)),
    draw=draw,
    table=table,
    numbers=numbers,
    told=lambda ink: {"group": GROUP, "r1": ink.number(ink.fact(EPSILONS["r1"]))},
    citations=(("deepseek-math", "§4.1.1; §4.1.2; Equation 3"), ("dapo-report", "§3.1"), ("deepseek-r1-arxiv-v2", "§3.2.1")),
)
