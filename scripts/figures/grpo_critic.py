"""What the critic of PPO would cost: bytes of the models that one update needs, with and without it."""

from fractions import Fraction

from .kit import Control, Figure, Svg, percent
from models import grpo

CASES = {"math": ("deepseek-math/parameters", True), "zero": ("deepseek-r1/total-parameters", False)}
"""The model's parameters, and whether a learned reward model is needed."""
GIGA = 10**9
TRAINED = grpo.WEIGHT + grpo.GRADIENT + grpo.MASTER + grpo.MOMENTS
"""Bytes per parameter of a model in training."""

WORDS = {
    "title": ("What the critic would cost in memory", "价值模型要占多少显存"),
    "caption": ("Computed by this site, not measured and not printed by the papers. The count: a trained model takes {trained} bytes per parameter (weights and the two "
                "moments of AdamW at {weight} bytes each, gradients and master weights at {gradient} bytes each), a frozen one {weight} bytes. The formats follow the DeepSeek-V3 "
                "report; critic and reward model are taken to be as large as the policy. Activations and caches come on top.",
                "由本站计算，不是实测，论文也没有给出。算法：参与训练的模型每参数 {trained} 字节（权重和 AdamW 两个矩各 {weight} 字节，梯度和主权重各 {gradient} 字节），冻结的模型每参数 {weight} 字节。"
                "格式依照 DeepSeek-V3 报告；价值模型和奖励模型按与策略模型一样大计。激活值和缓存另计。"),
    "model": ("Model and reward", "模型与奖励"),
    "model-math": ("DeepSeekMath 7B, reward model", "DeepSeekMath 7B，奖励模型"),
    "model-zero": ("R1-Zero, rules", "R1-Zero，规则"),
    "part": ("Model in memory", "显存中的模型"),
    "ppo": ("PPO", "PPO"),
    "grpo": ("GRPO", "GRPO"),
    "policy": ("policy, trained", "策略模型（训练）"),
    "critic": ("critic, trained", "价值模型（训练）"),
    "reference": ("reference, frozen", "参考模型（冻结）"),
    "reward_model": ("reward model, frozen", "奖励模型（冻结）"),
    "total": ("total", "合计"),
    "rules": ("no reward model: rules decide", "没有奖励模型：由规则判定"),
    "no-critic": ("no critic", "没有价值模型"),
    "spared": ("{size} spared", "省下 {size}"),
    "letter-reference": ("ref", "参"),
    "letter-reward_model": ("RM", "奖"),
    "legend": ("{letter}: {part}, {size}", "{letter}：{part}，{size}"),
    "finding": ("By this count GRPO needs {grpo} where PPO needs {ppo}: the critic accounts for {share} of PPO’s memory.",
                "按此计算，PPO 需要 {ppo}，GRPO 需要 {grpo}：价值模型占 PPO 显存的 {share}。"),
    "column-model": ("Model and reward", "模型与奖励"),
}
PARTS = ("policy", "critic", "reference", "reward_model", "total")


def count(fact, model: str) -> tuple[grpo.Memory, grpo.Memory]:
    """Bytes with PPO and with GRPO."""
    parameters, learned = CASES[model]
    return tuple(grpo.memory(int(fact(parameters)), critic, learned) for critic in (True, False))


def draw(ink, model):
    """Two rows of blocks on one scale: what stands in memory with PPO and with GRPO."""
    both = count(ink.fact, model)
    size = lambda bytes_: ink.unit(bytes_ / GIGA, "gb", 0)
    svg, unit = Svg(ink, 244, ink.say("title")), Fraction(396, both[0].total)
    hatch = svg.hatch()
    for key, memory, top in zip(("ppo", "grpo"), both, (0, 92)):
        svg.text(2, top + 16, ink.say(key), size=14)
        svg.text(398, top + 16, f'{ink.say("total")} {size(memory.total)}', "end")
        x = 2
        for part in PARTS[:-1]:
            bytes_ = getattr(memory, part)
            width = round(unit * getattr(both[0], part))
            if part == "critic":
                svg.box(x, top + 26, width, 48, "" if bytes_ else [ink.say("no-critic"), ink.say("spared", size=size(both[0].critic))], "on" if bytes_ else "dash off")
                if bytes_:
                    svg.rect(x, top + 26, width, 48, "", fill=hatch)
                    svg.box(x + 22, top + 32, width - 44, 36, [ink.say(part), size(bytes_)], "on")
            elif bytes_:
                svg.box(x, top + 26, width, 48, [ink.say(part), size(bytes_)] if part == "policy" else ink.say("letter-" + part), size=13 if part == "policy" else 11)
            x += width
    for place, part in enumerate(PARTS[2:-1]):
        bytes_ = getattr(both[0], part)
        words = ink.say("legend", letter=ink.say("letter-" + part), part=ink.say(part), size=size(bytes_)) if bytes_ else ink.say("rules")
        svg.text(2, 206 + 22 * place, words, cls="soft")
    with_critic, without = both
    return ink.pane(svg.html()), ink.say("finding", ppo=size(with_critic.total), grpo=size(without.total),
                                         share=ink.unit(100 * with_critic.critic / with_critic.total, "percent", 0))


def table(ink):
    """Both cases, every part."""
    rows = []
    for model in CASES:
        for part in PARTS:
            rows.append([ink.say("model-" + model), ink.say(part), *(ink.unit(getattr(memory, part) / GIGA, "gb", 0) for memory in count(ink.fact, model))])
    return [ink.say("column-model"), ink.say("part"), ink.say("ppo"), ink.say("grpo")], rows


def numbers(fact):
    """Sizes in GB and the critic's share, for the essay."""
    result = {}
    for model in CASES:
        with_critic, _ = count(fact, model)
        result |= {f"{model}-critic": (with_critic.critic / GIGA, "gb", 0), f"{model}-share": percent(with_critic.critic / with_critic.total)}
    return result | {"trained": (TRAINED, "bytes-per-parameter"), "frozen": (grpo.WEIGHT, "bytes-per-parameter")}


FIGURE = Figure(
    id="grpo-critic",
    words=WORDS,
    controls=(Control("model", tuple(CASES)),),
    draw=draw,
    table=table,
    numbers=numbers,
    told=lambda ink: {"trained": TRAINED, "weight": grpo.WEIGHT, "gradient": grpo.GRADIENT},
    citations=(("deepseek-v3", "§3.3.3"), ("deepseek-math", "§4.1.1; §4.2"), ("deepseek-r1", "§2.2.2; Table 4")),
)
