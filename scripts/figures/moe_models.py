"""The expert layers of five models side by side: every expert of one layer as a square, those that one token uses filled."""

import math
import random

from .kit import Figure, Svg
from models import experts
from models.arithmetic import share

ROW, STEP, SIZE = 32, 12, 9
MODELS = (  # name, year, facts: routed, chosen, shared, total and activated parameters
    ("DeepSeekMoE 16B", "deepseek-moe/{}-16b", ("routed-experts", "activated-routed-experts", "shared-experts", "total-parameters", "activated-parameters")),
    ("DeepSeek-V2", "deepseek-v2/{}", ("routed-experts", "activated-routed-experts", "shared-experts", "total-parameters", "activated-parameters")),
    ("DeepSeek-V3", "deepseek-v3/{}", ("routed-experts", "active-routed-experts", "shared-experts", "total-parameters", "activated-parameters")),
    ("DeepSeek-V4-Flash", "deepseek-v4/{}", ("flash-routed-experts", "active-routed-experts", "shared-experts", "flash-total-parameters", "flash-activated-parameters")),
    ("DeepSeek-V4-Pro", "deepseek-v4/{}", ("pro-routed-experts", "active-routed-experts", "shared-experts", "pro-total-parameters", "pro-activated-parameters")),
)

WORDS = {
    "title": ("One layer of five models", "五个模型的一层"),
    "caption": ("Counts and parameters as the papers print them; which experts are filled is drawn at random. The squares do not show the size of an expert, which differs from model to model.",
                "专家数和参数量取自各论文；涂满哪几格是随机的。方格不表示专家大小，各模型的专家大小并不相同。"),
    "layers": ("All experts of one layer; filled: those that one token uses", "一层的全部专家；涂满的是某个 token 用到的"),
    "count": ("{shared} shared, {chosen} of {routed} routed", "共享 {shared} 个，路由 {routed} 选 {chosen}"),
    "shared": ("hatched: shared, used by every token", "斜线：共享专家，所有 token 都用"),
    "model": ("Model", "模型"),
    "parameters": ("Activated parameters, share of all", "激活参数占总参数的比例"),
    "of": ("{share}: {active} of {total}", "{share}：激活 {active}，共 {total}"),
    "finding": ("From DeepSeekMoE 16B to V4-Pro a layer grew from {few} routed experts to {many}; a token still uses {chosen} of them, and the activated share fell from {first} to {last}.",
                "从 DeepSeekMoE 16B 到 V4-Pro，一层的路由专家从 {few} 个增到 {many} 个，每个 token 仍只用 {chosen} 个，激活参数的比例从 {first} 降到 {last}。"),
    "column-shared": ("Shared experts", "共享专家"), "column-routed": ("Routed experts", "路由专家"), "column-chosen": ("Chosen per token", "每 token 选用"),
    "column-total": ("Total parameters", "总参数"), "column-active": ("Activated parameters", "激活参数"), "column-share": ("Activated share", "激活比例"),
    "column-combinations": ("Possible choices", "可选组合"),
}


def models(fact):
    """(name, routed, chosen, shared, total parameters, activated parameters) of every model."""
    return [(name, *(int(fact(pattern.format(id))) for id in ids)) for name, pattern, ids in MODELS]


def _squares(places, left: int, top: int) -> str:
    return "".join(f"M{left + STEP * (place % ROW)} {top + STEP * (place // ROW)}h{SIZE}v{SIZE}h-{SIZE}z" for place in places)


def draw(ink):
    """Five grids, one under the other, and the activated shares as bars."""
    rows = models(ink.fact)
    svg = Svg(ink, sum(34 + STEP * math.ceil(routed / ROW) for _, routed, *_ in rows) + 26, ink.say("layers"))
    hatch, y = svg.hatch(step=3), 14
    for order, (name, routed, chosen, shared, *_) in enumerate(rows):
        used = set(random.Random(order).sample(range(routed), chosen))
        svg.text(8, y, name, room=150)
        svg.text(392, y, ink.say("count", shared=shared, chosen=chosen, routed=routed), "end", "soft", 12, room=200)
        for place in range(shared):
            svg.rect(170 - 14 * place, y - 9, 10, 10, "box on")
            svg.rect(170 - 14 * place, y - 9, 10, 10, "", fill=hatch)
        svg.path(_squares((place for place in range(routed) if place not in used), 8, y + 9), "box")
        svg.path(_squares(sorted(used), 8, y + 9), "fill on")
        y += 34 + STEP * math.ceil(routed / ROW)
    svg.text(392, y, ink.say("shared"), "end", "soft", 12)
    widest = max(share(active, total) for *_, total, active in rows)
    words = lambda total, active: ink.say("of", share=ink.unit(share(active, total), "percent", 1), active=ink.words(active), total=ink.words(total))
    bars = [(name, ink.bar(words(total, active), share(active, total) / widest, "on" if name == "DeepSeek-V3" else "")) for name, *_, total, active in rows]
    (_, few, *_, all_first, first), (_, many, chosen, _, all_last, last) = rows[0], rows[-1]
    finding = ink.say("finding", few=few, many=many, chosen=chosen, first=ink.unit(share(first, all_first), "percent", 0), last=ink.unit(share(last, all_last), "percent", 0))
    return svg.html() + ink.table((ink.say("model"), ink.say("parameters")), bars), finding


def table(ink):
    """One row per model."""
    columns = [ink.say(key) for key in ("model", "column-shared", "column-routed", "column-chosen", "column-total", "column-active", "column-share", "column-combinations")]
    return columns, [[name, str(shared), str(routed), str(chosen), ink.words(total), ink.words(active), ink.unit(share(active, total), "percent", 1),
                      ink.number(math.comb(routed, chosen))] for name, routed, chosen, shared, total, active in models(ink.fact)]


def numbers(fact):
    """What of V3 stands in its experts."""
    hidden, width, layers, dense = (int(fact(f"deepseek-v3/{id}")) for id in ("hidden-dimension", "expert-hidden-dimension", "layers", "dense-layers"))
    _, routed, chosen, shared, total, active = models(fact)[2]
    one = experts.expert_parameters(hidden, width)
    held, used = (experts.expert_parameters(hidden, width, count, layers - dense) for count in (routed + shared, chosen + shared))
    return {
        "v3-layers": (layers - dense, "layers"), "v3-experts": (routed + shared, "experts"), "v3-used-experts": (chosen + shared, "experts"),
        "v3-one-expert": (round(one, -5), "parameters"), "v3-held": (round(held, -8), "parameters"), "v3-used": (round(used, -8), "parameters"),
        "v3-held-share": (share(held, total), "percent", 0), "v3-used-share": (share(used, active), "percent", 0),
    }


FIGURE = Figure(
    id="moe-models",
    words=WORDS,
    draw=draw,
    table=table,
    numbers=numbers,
    citations=(("deepseek-moe", "§5.1.2"), ("deepseek-v2", "§3.1.2"), ("deepseek-v3", "§4.2"), ("deepseek-v4", "§4.2.1")),
)
