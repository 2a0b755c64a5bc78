"""Sixteen experts in a toy world: how their loads come together, too slowly, well or not at all, and what an auxiliary loss costs."""

from decimal import Decimal
from functools import cache
from statistics import fmean as mean

from .kit import Control, Figure, Plot, Svg, percent
from models import balance

EXPERTS, CHOSEN, BATCH, STEPS, BANK, SEED = 16, 2, 400, 300, 4000, 7
SKEW, NOISE, RATE, LATE, WINDOW = 0.7, 0.7, 0.02, 50, 10
SPEEDS = {"0.0001": "aux-loss-free/bias-update-rate-low", "0.001": "aux-loss-free/bias-update-rate", "0.01": "aux-loss-free/bias-update-rate-high", "0.1": None}
"""The speeds of the bias rule, and the facts that they are; the last is ours."""
RIGHT, OWN = "0.001", "0.1"
METHODS = ("none", *SPEEDS, "weak", "strong")
WEIGHTS = {"weak": 10, "strong": 100}
TOKEN = 11  # of the bank, for the worked example
MIDDLE = 150  # step at which the idlest expert is looked at

WORDS = {
    "title": ("The load of sixteen experts, step by step", "16 个专家的负载怎样变化"),
    "caption": ("A toy simulation by this site, measured on no real model: each step routes {batch} of {bank} invented tokens to {chosen} of {experts} experts. The bias rule is Algorithm 1 of the paper; "
                "speed {own} is ours. With the loss, a spring stands in for the language task, so only the direction of its trade is meaningful. In such small batches chance alone leaves a MaxVio of about {chance}.",
                "本站的玩具模拟，没有测量任何真实模型：{bank} 个虚构 token，每步取 {batch} 个，各选 {experts} 个专家中的 {chosen} 个。偏置规则照论文的算法 1；速度 {own} 是本站加的。"
                "辅助损失一侧用弹簧代替语言任务，只看取舍的方向，不看数值。批次这样小，单是随机起伏就会留下约 {chance} 的 MaxVio。"),
    "method": ("Balancing", "均衡办法"),
    "method-none": ("none", "不干预"),
    "method-speed": ("γ = {speed}", "γ = {speed}"),
    "method-weak": ("weak loss", "弱辅助损失"),
    "method-strong": ("strong loss", "强辅助损失"),
    "loads": ("Load of each expert, in mean loads, over the steps", "各专家的负载随步数变化（平均负载为 1）"),
    "busiest": ("busiest at first", "起初最忙"),
    "idlest": ("idlest at first", "起初最闲"),
    "violation": ("MaxVio of the batch, mean of {window} steps (grey: all seven)", "批次 MaxVio，{window} 步平均（灰线：全部七种）"),
    "chance": ("chance alone", "纯随机"),
    "x": ("step", "步"),
    "row-start": ("MaxVio, first step", "第一步的 MaxVio"),
    "row-late": ("MaxVio, last {last} steps", "最后 {last} 步的 MaxVio"),
    "row-end": ("MaxVio over all {bank} tokens, at the end", "结束时全部 {bank} 个 token 的 MaxVio"),
    "row-moved": ("Choices that balancing changed", "因均衡而改变的选择"),
    "row-shift": ("Mean change of a score", "分数的平均改动"),
    "measured": ("What the paper measured, 1B model, validation set: MaxVio {loss} with an auxiliary loss, {free} with the bias at a speed of {speed}. Everything else here is the toy.",
                 "论文的实测（1B 模型，验证集）：用辅助损失，MaxVio 为 {loss}；用偏置、速度取 {speed}，为 {free}。其余都是玩具模拟。"),
    "unchanged": ("none", "没有改动"),
    "find-none": ("Without balancing the busiest expert gets {peak} times the mean load and stays there: MaxVio {late} to the end.",
                  "不干预时，最忙的专家拿到平均负载的 {peak} 倍，而且一直如此：MaxVio 到最后仍是 {late}。"),
    "find-0.0001": ("With γ = {speed} the loads come together too slowly: after {steps} steps MaxVio has fallen from {start} to {late} only.",
                    "γ = {speed} 时收得太慢：走完 {steps} 步，MaxVio 只从 {start} 降到 {late}。"),
    "find-0.001": ("With γ = {speed} MaxVio falls from {start} to {late}, hardly more than the {chance} that chance leaves in a batch, and no score is touched.",
                   "γ = {speed} 时，MaxVio 从 {start} 降到 {late}，与随机起伏留下的 {chance} 相差无几，而分数一个也没动。"),
    "find-0.01": ("With γ = {speed} the loads come together at once, but each step is too coarse: MaxVio stays at {late}, over all tokens at {end}.",
                  "γ = {speed} 时很快收拢，但每一步都太粗：MaxVio 停在 {late}，按全部 token 算是 {end}。"),
    "find-0.1": ("With γ = {speed} the loads swing: an overfull expert falls below the mean in the next batch, and MaxVio stays at {late}.",
                 "γ = {speed} 时负载来回摆动：这一批太满的专家，下一批就掉到平均以下，MaxVio 一直在 {late} 上下。"),
    "find-weak": ("A weak loss moves the scores by only {shift} on average, but leaves MaxVio at {late}.",
                  "辅助损失弱时，分数平均只改动 {shift}，但 MaxVio 停在 {late}。"),
    "find-strong": ("A strong loss brings MaxVio down to {late}, and for that it has moved the scores themselves by {shift} on average.",
                    "辅助损失强时，MaxVio 降到 {late}，代价是分数本身平均改动了 {shift}。"),
}


@cache
def logits():
    """The bank of invented tokens."""
    return balance.skewed_logits(SEED, EXPERTS, BANK, SKEW, NOISE)


@cache
def run(method: str) -> balance.Run:
    """The simulation of one method; all see the same tokens in the same order."""
    if method in WEIGHTS:
        return balance.by_loss(logits(), CHOSEN, BATCH, STEPS, WEIGHTS[method], RATE, 1)
    return balance.by_bias(logits(), CHOSEN, BATCH, STEPS, 0.0 if method == "none" else float(method), 1)


@cache
def chance() -> float:
    """The MaxVio that chance alone leaves in a batch."""
    return balance.chance_level(EXPERTS, CHOSEN, BATCH, 200, 1)


def late(method: str) -> float:
    """The mean MaxVio of the last steps."""
    return mean(run(method).maxvio[-LATE:])


@cache
def smooth(method: str) -> list[tuple[int, float]]:
    """(step, mean MaxVio of the ten steps up to it), every fifth step."""
    values = run(method).maxvio
    return [(step, mean(values[max(0, step - WINDOW):step])) for step in (1, *range(5, STEPS + 1, 5))]


def _settings(ink) -> dict[str, str]:
    """What the words say of the simulation."""
    return {"experts": ink.number(EXPERTS), "chosen": ink.number(CHOSEN), "batch": ink.number(BATCH), "bank": ink.number(BANK), "steps": ink.number(STEPS),
            "window": ink.number(WINDOW), "last": ink.number(LATE), "own": OWN, "chance": ink.number(chance(), 2)}


def _method(ink, method: str) -> str:
    """The name of a method, with its speed."""
    return ink.say("method-speed", speed=method) if method in SPEEDS else ink.say("method-" + method)


def _loads(ink, method: str) -> str:
    svg = Svg(ink, 250, ink.say("loads"))
    plot, ticks = Plot(svg, 30, 48, 356, 178, (0, STEPS), (0, 3.5)), (0, 100, 200, 300)
    svg.text(2, 15, ink.say("loads"), cls="soft", size=12)
    plot.axes([(tick, str(tick)) for tick in ticks], [(tick, str(tick)) for tick in (0, 1, 2, 3)])
    first, loads = run("none").loads[0], run(method).loads
    steps = (0, *range(4, STEPS, 5))
    course = lambda expert: [(step + 1, min(loads[step][expert], 3.5)) for step in steps]
    top, bottom = first.index(max(first)), first.index(min(first))
    rest = "".join(plot.d(course(expert)) for expert in range(EXPERTS) if expert not in (top, bottom))
    svg.add(ink.element("path", vary={"d": rest}, cls="line", opacity="0.5"))
    plot.line(course(bottom), "on dash", vary=True)
    plot.line(course(top), "on", vary=True)
    for x, key, style in ((30, "busiest", "line on"), (190, "idlest", "line on dash")):
        svg.path(f"M{x} 30H{x + 30}", style)
        svg.text(x + 37, 34, ink.say(key), cls="on", size=12, room=120)
    return svg.html()


def _violation(ink, method: str) -> str:
    label = ink.say("violation", **_settings(ink))
    svg = Svg(ink, 222, label)
    plot = Plot(svg, 30, 34, 356, 152, (0, STEPS), (0, 2.2))
    svg.text(2, 15, label, cls="soft", size=12)
    plot.axes([(tick, str(tick)) for tick in (0, 100, 200, 300)], [(Decimal(tick), tick) for tick in ("0", "0.5", "1", "1.5", "2")], ink.say("x"))
    svg.add(f'<path class="line" opacity="0.45" d="{"".join(plot.d(smooth(other)) for other in METHODS)}"/>')
    svg.path(plot.d([(0, chance()), (STEPS, chance())]), "line dash")
    svg.text(plot.x + 6, plot.py(chance()) + 13, ink.say("chance"), cls="soft", size=11)
    plot.line(smooth(method), "on", vary=True)
    return svg.html()


def _rows(ink, method: str) -> str:
    found = run(method)
    bars = (("row-start", found.maxvio[0]), ("row-late", late(method)), ("row-end", found.end))
    rows = [(ink.say(key, **_settings(ink)), ink.bar(ink.number(value, 2), min(value / 2, 1), "on" if key == "row-late" else "")) for key, value in bars]
    rows += [(ink.say("row-moved"), ink.bar(ink.unit(*percent(found.moved)), found.moved)),
             (ink.say("row-shift"), ink.bar(ink.number(found.shift, 3) if found.shift else ink.say("unchanged"), min(found.shift * 5, 1)))]
    paper = {key: ink.number(ink.fact(f"aux-loss-free/{id}")) for key, id in
             (("loss", "maxvio-1b-auxiliary-loss"), ("free", "maxvio-1b-loss-free"), ("speed", "bias-update-rate"))}
    return f'{ink.table((), rows)}<p class="caption">{ink.say("measured", **paper)}</p>'


def draw(ink, method):
    """The loads and MaxVio over the steps, and what came of it."""
    found = run(method)
    words = _settings(ink) | {"speed": method, "peak": ink.number(max(run("none").loads[0]), 1), "start": ink.number(found.maxvio[0], 2), "late": ink.number(late(method), 2),
                              "end": ink.number(found.end, 2), "shift": ink.number(found.shift, 3)}
    return _loads(ink, method) + _violation(ink, method) + _rows(ink, method), ink.say("find-" + method, **words)


def table(ink):
    """One row per method, with the numbers below the picture."""
    rows = []
    for method in METHODS:
        found = run(method)
        rows.append([_method(ink, method), ink.number(found.maxvio[0], 2), ink.number(late(method), 2), ink.number(found.end, 2),
                     ink.unit(*percent(found.moved)), ink.number(found.shift, 3)])
    return [ink.say(key, **_settings(ink)) for key in ("method", "row-start", "row-late", "row-end", "row-moved", "row-shift")], rows


def numbers(fact):
    """The worked example: one token before and after, and the results of the simulation."""
    found, scores = run(RIGHT), [balance.sigmoid(value) for value in logits()[TOKEN]]
    none = [0.0] * EXPERTS
    before, after = balance.choose(scores, none, CHOSEN), balance.choose(scores, found.bias, CHOSEN)
    (dropped,), (kept,), (added,) = set(before) - set(after), set(before) & set(after), set(after) - set(before)
    whole = scores[kept] + scores[added]
    first = run("none").loads[0]
    idle = first.index(min(first))
    load = fact("aux-loss-free/batch-1b") * fact("aux-loss-free/sequence-length") * fact("aux-loss-free/activated-routed-experts") / fact("aux-loss-free/routed-experts")
    result = {
        "bank": (BANK, "tokens"), "batch": (BATCH, "tokens"), "steps": (STEPS, "steps"), "window": (LATE, "steps"), "middle": (MIDDLE, "steps"),
        "experts": (EXPERTS, "experts"), "mean-load": (Decimal(BATCH * CHOSEN) / EXPERTS, "tokens"),
        "peak-tokens": (max(first) * BATCH * CHOSEN / EXPERTS, "tokens", 0), "start": (found.maxvio[0], None, 2), "chance": (chance(), None, 2),
        "speed": (Decimal(RIGHT), None), "speed-too-large": (Decimal(OWN), None),
        "half-at": (next(step for step, value in smooth(RIGHT) if value < 0.5), "steps"),
        "moved": percent(found.moved), "end": (found.end, None, 2),
        "late-slow": (late("0.0001"), None, 2), "late": (late("0.001"), None, 2), "late-coarse": (late("0.01"), None, 2), "late-swing": (late("0.1"), None, 2),
        "paper-load": (load, "tokens", 0), "paper-noise": percent(1 / load.sqrt(), 1),
        "leak": (balance.choice_leak(*(int(fact(f"aux-loss-free/leak-example-{key}")) for key in ("experts", "active", "layers"))), "bits-per-token", 1),
        "dropped-load": (mean(step[dropped] for step in run("none").loads), "times", 1), "idle": (idle + 1, None),
        "idle-half": percent(mean(step[idle] for step in found.loads[MIDDLE - WINDOW:MIDDLE + WINDOW])),
        "idle-late": percent(mean(step[idle] for step in found.loads[-LATE:])),
        "gate-kept": (scores[kept] / whole, None, 3), "gate-added": (scores[added] / whole, None, 3),
    }
    for name, expert in (("dropped", dropped), ("kept", kept), ("added", added)):
        result |= {name: (expert + 1, None), f"{name}-score": (scores[expert], None, 3), f"{name}-bias": (found.bias[expert], None, 3),
                   f"{name}-sum": (scores[expert] + found.bias[expert], None, 3)}
    return result


FIGURE = Figure(
    id="balance",
    words=WORDS,
    controls=(Control("method", METHODS, show=_method, default=RIGHT),),
    draw=draw,
    table=table,
    numbers=numbers,
    told=_settings,
    citations=(("aux-loss-free", "Algorithm 1; §4.1; §4.3; Table 2"), ("deepseek-v3", "§2.1.2")),
)
