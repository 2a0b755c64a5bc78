"""From the base model to R1-Zero and R1: what goes into each stage, what is rewarded, and what the tests say after it."""

from fractions import Fraction

from .kit import Control, Figure, Plot, Svg, percent
from models import rl_reasoning

STAGES = ("zero", "cold", "first", "tune", "second")
BENCHMARKS = ("aime-2024", "livecodebench", "if-eval", "alpacaeval")
MODELS = ("zero", "dev1", "dev2", "dev3", "r1")
"""What each stage puts out, in the order of the stages."""

WORDS = {
    "title": ("From the base model to R1, stage by stage", "从基座模型到 R1 的各个阶段"),
    "caption": ("Scores as printed: the stages in Table 3 of arXiv v2 (January 2026), R1-Zero also in Table 2 of January 2025. Dev1 to Dev3 are the paper’s names for "
                "the models in between; January 2025 prints no scores for them. The curve was read off Figure 2 of January 2025 by this site; of the longer curve in arXiv v2 "
                "only the end is printed as a number. Differences are computed by this site.",
                "得分照论文所印：各阶段取自 arXiv v2（2026 年 1 月）表 3，R1-Zero 另取 2025 年 1 月版表 2。Dev1 到 Dev3 是论文对中间模型的叫法，2025 年 1 月版没有它们的得分。"
                "曲线由本站从 2025 年 1 月版图 2 读出；arXiv v2 的曲线更长，但只有终点写成了数字。差值由本站计算。"),
    "stage": ("Stage", "阶段"),
    "stage-zero": ("R1-Zero", "R1-Zero"),
    "stage-cold": ("1 Cold start", "1 冷启动"),
    "stage-first": ("2 First RL", "2 第一轮 RL"),
    "stage-tune": ("3 Fine-tuning", "3 微调"),
    "stage-second": ("4 Second RL", "4 第二轮 RL"),
    "benchmark": ("Benchmark", "基准"),
    "benchmark-aime-2024": ("AIME 2024", "AIME 2024"),
    "benchmark-livecodebench": ("LiveCodeBench", "LiveCodeBench"),
    "benchmark-if-eval": ("IF-Eval", "IF-Eval"),
    "benchmark-alpacaeval": ("AlpacaEval 2.0", "AlpacaEval 2.0"),
    "picture": ("The stages and the models between them", "各阶段与其间的模型"),
    "base": ("DeepSeek-V3-Base", "DeepSeek-V3-Base"),
    "box-zero": ("RL on rules|no examples", "规则奖励 RL|不用样例"),
    "box-cold": ("1 Cold start: fine-tuning", "1 冷启动：微调"),
    "box-first": ("2 RL on rules and language", "2 RL：规则与语言"),
    "box-tune": ("3 Fine-tuning of the base", "3 重新微调基座"),
    "box-second": ("4 RL on rules and preference", "4 RL：规则与偏好"),
    "box-small": ("{count} smaller|models", "{count} 个|较小模型"),
    "model-zero": ("R1-Zero", "R1-Zero"),
    "model-dev1": ("R1 Dev1", "R1 Dev1"),
    "model-dev2": ("R1 Dev2", "R1 Dev2"),
    "model-dev3": ("R1 Dev3", "R1 Dev3"),
    "model-r1": ("DeepSeek-R1", "DeepSeek-R1"),
    "model-zero-january": ("R1-Zero, January 2025", "R1-Zero，2025 年 1 月版"),
    "model-zero-v2": ("R1-Zero, arXiv v2", "R1-Zero，arXiv v2"),
    "key-weights": ("solid: weights", "实线：权重"),
    "key-data": ("dashed: data", "虚线：数据"),
    "from": ("Start", "起点"),
    "data": ("Data", "数据"),
    "reward": ("Reward", "奖励"),
    "run": ("Extent", "规模"),
    "result": ("Result", "产出"),
    "data-zero": ("mathematics, code, STEM and logic, {questions} by the table of arXiv v2; no worked examples", "数学、代码、STEM 与逻辑题，arXiv v2 的表列出 {questions}；没有解题样例"),
    "reward-zero": ("right answer plus right format, by rules, with equal weight", "答案正确加格式合规，按规则判定，权重相同"),
    "run-zero": ("{steps}, each with {each} and {group} answers to each of them", "{steps}，每步 {each}，每题 {group} 个回答"),
    "data-cold": ("thousands of long solutions, partly answers of R1-Zero made readable, checked by people", "几千条长思维链解答，一部分由 R1-Zero 的回答改得好读，经人工核对"),
    "reward-cold": ("none: the solutions are imitated", "没有奖励：模仿这些解答"),
    "run-cold": ("number of samples not printed", "样本数未公布"),
    "data-first": ("the reasoning questions of R1-Zero’s kinds", "与 R1-Zero 同类的推理题"),
    "reward-first": ("rules as for R1-Zero, plus the share of words in the target language", "规则同 R1-Zero，另加目标语言的词所占比例"),
    "run-first": ("{each} per step with {group} answers each; number of steps not printed", "每步 {each}，每题 {group} 个回答；步数未公布"),
    "data-tune": ("about {reasoning}: right and readable answers of Dev2; about {other} on writing, facts and the like", "约 {reasoning}取自 Dev2 正确且可读的回答，另约 {other}涉及写作、事实问答等"),
    "reward-tune": ("none: the samples are imitated", "没有奖励：模仿这些样本"),
    "run-tune": ("{epochs} over the samples", "样本过 {epochs}"),
    "data-second": ("reasoning questions; {general} for helpfulness and {harmless} for harmlessness", "推理题；另有 {general}评有用性、{harmless}评无害性"),
    "reward-second": ("rules for reasoning, reward models for the rest, language for both", "推理题按规则，其余用奖励模型，两者都加语言奖励"),
    "run-second": ("{steps}, preferences only in the last {last}", "{steps}，偏好奖励只用在最后 {last}"),
    "model": ("Model", "模型"),
    "scores": ("{benchmark}, score after each stage", "{benchmark}，各阶段之后的得分"),
    "curve": ("R1-Zero on AIME 2024, step by step", "R1-Zero 训练途中的 AIME 2024 得分"),
    "curve-january": ("January 2025", "2025 年 1 月版"),
    "curve-v2": ("arXiv v2", "arXiv v2"),
    "curve-switch": ("longer answers allowed (arXiv v2)", "放宽回答长度（arXiv v2）"),
    "curve-x": ("steps", "步"),
    "finding-zero-aime": ("In the paper of January 2025 R1-Zero climbs on AIME 2024 from {start} to {january} after {end}, where its curve stops; arXiv v2 prints {after} for a run of {steps}.",
                          "2025 年 1 月版的曲线从 {start} 升到 {january}，止于第 {end}；arXiv v2 共训练 {steps}，印的是 {after}。"),
    "finding-zero": ("R1-Zero, trained on rules alone, scores {after} on {benchmark}.", "只按规则奖励训练的 R1-Zero 在 {benchmark} 上得 {after}。"),
    "finding-cold": ("After the cold start Dev1 scores {after} on {benchmark}, {difference} {direction} R1-Zero, which had no examples at all.",
                     "冷启动后，Dev1 在 {benchmark} 上得 {after}，比完全不用样例的 R1-Zero {direction} {difference}。"),
    "finding-next": ("{stage} takes {benchmark} from {before} to {after}, {difference} up.",
                     "{stage}之后，{benchmark} 从 {before} 到 {after}，升 {difference}。"),
    "name-first": ("The first reinforcement learning", "第一轮强化学习"),
    "name-tune": ("The second fine-tuning, again from the base,", "从基座重新做的第二次微调"),
    "name-second": ("The second reinforcement learning", "第二轮强化学习"),
    "above": ("above", "高"),
    "below": ("below", "低"),
}


def _fact_of(model: str, benchmark: str) -> str:
    """The fact with the score that arXiv v2 prints in Table 3."""
    if model == "r1":
        return f"deepseek-r1/{benchmark}"
    if model == "zero":
        return {"aime-2024": "deepseek-r1/r1-zero-aime-v2"}.get(benchmark, f"deepseek-r1/r1-zero-{benchmark}")
    return f"deepseek-r1/{model}-{benchmark}"


def scores(fact, benchmark: str) -> dict:
    """Model -> score in percent."""
    return {model: fact(_fact_of(model, benchmark)) for model in MODELS}


def reasoning_questions(fact):
    """Prompts of Table 4 without the general ones."""
    return sum(fact("deepseek-r1/rl-prompts-" + kind) for kind in ("math", "code", "stem", "logic"))


def _picture(ink, stage: str) -> str:
    svg = Svg(ink, 436, ink.say("picture"))
    chosen = lambda here: {"cls": "box on" if here == stage else "box"}
    made = lambda here: {"cls": "box on" if here == stage else "box off"}
    svg.box(2, 2, 396, 30, ink.say("base"))
    svg.arrow((60, 32), (60, 58))
    svg.box(2, 60, 116, 44, ink.say("box-zero").split("|"), vary=chosen("zero"))
    svg.arrow((60, 104), (60, 126))
    svg.box(2, 128, 116, 28, ink.say("model-zero"), vary=made("zero"))
    svg.arrow((118, 142), (138, 142), (138, 78), (158, 78), cls="dash")
    svg.arrow((260, 32), (260, 58))
    svg.arrow((386, 32), (386, 270), (362, 270))
    for place, key in enumerate(STAGES[1:]):
        top = 60 + 96 * place
        svg.box(160, top, 200, 36, ink.say("box-" + key), vary=chosen(key))
        svg.arrow((260, top + 36), (260, top + 52))
        svg.box(200, top + 54, 120, 26, ink.say("model-" + MODELS[place + 1]), vary=made(key))
        if place < 3:
            svg.arrow((260, top + 80), (260, top + 94), cls="dash" if place == 1 else "")
    svg.arrow((160, 270), (120, 270), cls="dash")
    svg.box(2, 248, 116, 44, ink.say("box-small", count=ink.number(ink.fact("deepseek-r1/distilled-models"))).split("|"), "off")
    svg.text(2, 406, ink.say("key-weights"), cls="soft", size=12, room=150)
    svg.text(2, 424, ink.say("key-data"), cls="soft", size=12, room=150)
    return svg.html()


def _stage(ink, stage: str) -> str:
    """What goes in and comes out, as a table."""
    fact, unit = lambda key: ink.fact("deepseek-r1/" + key), ink.unit
    values = {
        "questions": unit(reasoning_questions(ink.fact), "problems"), "steps": unit(fact("r1-zero-steps" if stage == "zero" else "second-stage-steps"), "steps"),
        "each": unit(fact("questions-per-step"), "problems"), "group": ink.number(fact("group-size")), "reasoning": unit(fact("sft-reasoning-samples"), "samples"),
        "other": unit(fact("sft-other-samples"), "samples"), "epochs": unit(fact("sft-epochs"), "epochs"), "general": unit(fact("rl-prompts-general"), "problems"),
        "harmless": unit(fact("rl-prompts-harmlessness"), "problems"), "last": unit(fact("preference-reward-steps"), "steps"),
    }
    place = STAGES.index(stage)
    start = ink.say("base") if stage in ("zero", "cold", "tune") else ink.say("model-" + MODELS[place - 1])
    rows = [("from", start)] + [(key, ink.say(f"{key}-{stage}", **values)) for key in ("data", "reward", "run")] + [("result", ink.say("model-" + MODELS[place]))]
    return ink.pane(ink.table((), [(f'<span class="nowrap">{ink.say(key)}</span>', f"<td>{words}</td>") for key, words in rows], "states"))


def _curve(ink) -> str:
    """The accuracy of R1-Zero over its steps: January's points, the end of arXiv v2, and the step at which it allowed longer answers."""
    fact = lambda key: ink.fact("deepseek-r1/" + key)
    points = [(step, 100 * share) for step, share in rl_reasoning.curve(fact("r1-zero-aime-curve"), int(fact("r1-zero-aime-answers")))]
    svg, (first, start), (last, end) = Svg(ink, 214, ink.say("curve")), points[0], points[-1]
    steps, after, switch = fact("r1-zero-steps"), fact("r1-zero-aime-v2"), int(fact("r1-zero-length-switch-step"))
    plot, score = Plot(svg, 44, 26, 330, 146, (0, steps), (0, 100)), lambda value: ink.unit(value, "percent", 1)
    plot.axes([(tick, ink.number(tick)) for tick in range(0, int(steps), 2000)], [(tick, ink.unit(tick, "percent")) for tick in (0, 25, 50, 75, 100)], ink.say("curve-x"))
    svg.line(plot.px(switch), 26, plot.px(switch), 172, "dash")
    svg.text(plot.px(switch) - 5, 16, ink.say("curve-switch"), "middle", "soft", 11, room=200)
    plot.line(points, "on")
    for step, value, cls in ((first, start, "dot on"), (last, end, "dot on"), (steps, after, "dot")):
        plot.dot(step, value, cls)
    svg.text(plot.px(first) + 8, plot.py(start) + 12, score(fact("r1-zero-aime-start")), cls="on", size=12)
    svg.text(plot.px(last) + 6, plot.py(end) + 20, f"{score(fact('r1-zero-aime'))}", cls="on", size=12)
    svg.text(plot.px(switch) - 8, plot.py(end) + 44, ink.say("curve-january"), "end", "on", 12)
    svg.text(plot.px(steps), plot.py(after) - 22, ink.say("curve-v2"), "end", size=12)
    svg.text(plot.px(steps), plot.py(after) - 8, score(after), "end", size=12)
    return f'<p class="soft">{ink.say("curve")}</p>{svg.html()}'


def _bars(ink, stage: str, benchmark: str) -> str:
    made, rows = MODELS[STAGES.index(stage)], []
    for model, score in scores(ink.fact, benchmark).items():
        names = [(ink.say("model-" + model), score)]
        if model == "zero" and benchmark == "aime-2024":
            names = [(ink.say("model-zero-january"), ink.fact("deepseek-r1/r1-zero-aime")), (ink.say("model-zero-v2"), score)]
        rows += [(name, ink.bar(ink.unit(value, "percent", 1), value / 100, "on" if model == made else "")) for name, value in names]
    heading = ink.say("scores", benchmark=ink.say("benchmark-" + benchmark))
    curve = _curve(ink) if (stage, benchmark) == ("zero", "aime-2024") else ""
    return ink.pane(f'{curve}<p class="soft">{heading}</p>{ink.table((), rows)}')


def _finding(ink, stage: str, benchmark: str) -> str:
    place, score = STAGES.index(stage), scores(ink.fact, benchmark)
    after, shown = score[MODELS[place]], lambda value: ink.unit(value, "percent", 1)
    if stage == "zero" and benchmark == "aime-2024":
        return ink.say("finding-zero-aime", start=shown(ink.fact("deepseek-r1/r1-zero-aime-start")), january=shown(ink.fact("deepseek-r1/r1-zero-aime")), after=shown(after),
                       end=ink.unit(ink.fact("deepseek-r1/r1-zero-curve-end"), "steps"), steps=ink.unit(ink.fact("deepseek-r1/r1-zero-steps"), "steps"))
    name = ink.say("benchmark-" + benchmark)
    if stage == "zero":
        return ink.say("finding-zero", after=shown(after), benchmark=name)
    before = score[MODELS[place - 1]]
    difference, more = ink.unit(abs(after - before), "percentage-points", 1), after > before
    if stage == "cold":
        return ink.say("finding-cold", after=shown(after), benchmark=name, difference=difference, direction=ink.say("above" if more else "below"))
    if not more:
        raise ValueError(f"the stage {stage} does not raise {benchmark}")
    return ink.say("finding-next", stage=ink.say("name-" + stage), benchmark=name, before=shown(before), after=shown(after), difference=difference)


def draw(ink, stage, benchmark):
    """The picture, the chosen stage, the scores."""
    return _picture(ink, stage) + _stage(ink, stage) + _bars(ink, stage, benchmark), _finding(ink, stage, benchmark)


def table(ink):
    """The scores of all models."""
    rows = []
    for model in MODELS:
        rows.append([ink.say("model-" + model if model != "zero" else "model-zero-v2"), *(ink.unit(ink.fact(_fact_of(model, benchmark)), "percent", 1) for benchmark in BENCHMARKS)])
    rows.insert(0, [ink.say("model-zero-january"), ink.unit(ink.fact("deepseek-r1/r1-zero-aime"), "percent", 1), ink.unit(ink.fact("deepseek-r1/r1-zero-livecodebench"), "percent", 1), "–", "–"])
    return [ink.say("model"), *(ink.say("benchmark-" + benchmark) for benchmark in BENCHMARKS)], rows


def numbers(fact):
    """The size of R1-Zero's run and what follows from the printed settings, for the essay."""
    of = lambda key: fact("deepseek-r1/" + key)
    run = rl_reasoning.Run(int(of("r1-zero-steps")), int(of("questions-per-step")), int(of("group-size")))
    hours, gpus = Fraction(of("r1-zero-hours")), int(of("gpus"))
    listed = reasoning_questions(fact) + of("rl-prompts-bug-fixing")
    return {
        "batch": (run.batch, "answers"), "answers": (run.answers, "answers"), "questions-drawn": (run.questions_drawn, "problems"),
        "rollouts": (run.rollouts(int(of("rollout-answers"))), None), "set-size": (run.set_size(Fraction(str(of("r1-zero-epochs")))), "problems"),
        "listed": (listed, "problems"), "passes": (Fraction(run.questions_drawn) / Fraction(listed), None, 1),
        "gpu-hours": (rl_reasoning.gpu_hours(gpus, hours), "h800-gpu-hours"), "seconds": (rl_reasoning.seconds_per_step(hours, run.steps), "seconds", 0),
        "fall": (of("r1-zero-aime-v2") - of("dev1-aime-2024"), "percentage-points", 1), "back": (of("dev2-aime-2024") - of("dev1-aime-2024"), "percentage-points", 1),
        "if-eval-gain": (of("dev1-if-eval") - of("r1-zero-if-eval"), "percentage-points", 1), "alpaca-gain": (of("alpacaeval") - of("dev3-alpacaeval"), "percentage-points", 1),
        "aime-gain": (of("aime-2024") - of("dev3-aime-2024"), "percentage-points", 1),
        "version-gap": (of("r1-zero-aime-v2") - of("r1-zero-aime"), "percentage-points", 1),
        "zero-share": percent(of("gpu-hours-r1-zero") / of("gpu-hours")),
    }


FIGURE = Figure(
    id="r1-pipeline",
    words=WORDS,
    controls=(Control("stage", STAGES), Control("benchmark", BENCHMARKS)),
    draw=draw,
    table=table,
    numbers=numbers,
    citations=(("deepseek-r1", "§2.2; §2.3; Table 2; Figure 2"), ("deepseek-r1-arxiv-v2", "§3; Table 3; Table 4; Appendix B.3")),
)
