"""Pass rates on miniF2F-test against the number of attempts, as the papers print them, and what equal luck would give."""

from .kit import Control, Figure, Plot, Svg, percent
from models import proof_search
from models.chances import any_success

PROVERS = ("v1", "v15", "v15-tree", "v2-7b", "v2-671b")
LABELS = {"v1": (3, 2, 18, "middle"), "v15": (0, 7, -9, "middle"), "v15-tree": (0, -25, -16, "middle"), "v2-7b": (-1, 9, 5, "start"), "v2-671b": (-1, 9, 5, "start")}
"""Where the names stand: at which point of the curve, how far to the right of it and below it, and their anchor."""

WORDS = {
    "title": ("What more attempts buy", "多试几次能换来什么"),
    "caption": ("Points: miniF2F-test as the papers print it, with chain of thought from V1.5 on; V1 at one attempt is greedy. Budgets count generations; V1 was checked "
                "with an older Lean, and V2 uses a revised benchmark. Dashed, this site’s model: a Beta spread of difficulty through the first two points of V2 671B.",
                "点是论文所印的 miniF2F 测试集成绩，V1.5 起带思维链；V1 的一次尝试为贪心解码。预算按生成次数计；V1 用的 Lean 较旧，V2 用修订过的题目。虚线是本站模型：按 Beta 分布设难度，穿过 V2 671B 的前两个点。"),
    "prover": ("Prover", "模型"),
    "prover-v1": ("V1", "V1"), "prover-v15": ("V1.5", "V1.5"), "prover-v15-tree": ("V1.5 + tree", "V1.5 + 树"), "prover-v2-7b": ("V2 7B", "V2 7B"), "prover-v2-671b": ("V2 671B", "V2 671B"),
    "x": ("attempts (log scale)", "尝试次数（对数）"), "y": ("problems proved, %", "证出的题，%"),
    "model": ("dashed: if chance alone decided", "虚线：若只看运气"),
    "one": ("1 attempt", "1 次尝试"),
    "attempts": ("Attempts", "尝试次数"), "rate": ("Proved", "证出"),
    "finding": ("{name}: from {first} with {few} to {last} with {many}. The last {factor}-fold increase brought {gain}.",
                "{name}：{few}时 {first}，{many}时 {last}。最后把预算增到 {factor} 倍，提高了 {gain}。"),
    "putnam": ("PutnamBench: proved in {attempts}", "PutnamBench：{attempts}内证出"),
    "april": ("April 2025", "2025 年 4 月"), "july": ("July 2025", "2025 年 7 月"),
    "putnam-671b": ("671B, chain of thought", "671B，带思维链"), "putnam-7b": ("7B, no chain of thought", "7B，不带思维链"),
}


def _points(fact):
    """prover -> [(attempts, percent)] as printed."""
    v1, v15, v2 = ((lambda id, work=work: fact(f"deepseek-prover-{work}/{id}")) for work in ("v1", "v15", "v2"))
    return {
        "v1": [(1, v1("minif2f-test-greedy")), (64, v1("minif2f-test-64")), (128, v1("minif2f-test-128")), (8192, v1("minif2f-test-8192")), (65536, v1("minif2f-test-65536"))],
        "v15": [(k, v15(f"minif2f-test-{k}")) for k in (32, 64, 128, 3200, 25600, 102400)],
        "v15-tree": [(k, v15(f"minif2f-test-rmaxts-{k}")) for k in (3200, 25600, 102400)],
        "v2-7b": [*((k, v2(f"minif2f-test-7b-{k}")) for k in (1, 32, 1024)), (8192, v2("minif2f-test-7b-8192"))],
        "v2-671b": [(k, v2(f"minif2f-test-{k}")) for k in (1, 32, 1024, 8192)],
    }


def _spread(fact):
    """The model's curve through the first two points of V2 671B."""
    (_, first), (k, later), *_ = _points(fact)["v2-671b"]
    a, b = proof_search.fit_spread(float(first) / 100, k, float(later) / 100)
    return lambda attempts: 100 * proof_search.spread(a, b, attempts)


def _attempts(ink, k):
    return ink.say("one") if k == 1 else ink.unit(k, "attempts")


def draw(ink, prover):
    """All curves grey, the chosen one blue; the chosen points as bars; PutnamBench in both versions of the report."""
    points = _points(ink.fact)
    svg = Svg(ink, 268, ink.say("title"))
    plot = Plot(svg, 34, 30, 350, 190, (1, 131072), (20, 100), log_x=True)
    plot.axes([(k, ink.number(k)) for k in (1, 32, 1024, 32768)], [(p, str(p)) for p in (20, 40, 60, 80, 100)], ink.say("x"), ink.say("y"))
    curve = _spread(ink.fact)
    plot.line([(2 ** i, curve(2 ** i)) for i in range(18)], "dash")
    svg.text(390, 17, ink.say("model"), "end", size=12, room=240)
    order = [key for key in PROVERS if key != prover] + [prover]
    for key in order:
        on = " on" if key == prover else ""
        plot.line(points[key], on.strip())
        for k, p in points[key]:
            plot.dot(k, p, "dot" + on)
    for key, (place, right, down, anchor) in LABELS.items():
        k, p = points[key][place]
        svg.text(plot.px(k) + right, plot.py(p) + down, ink.say("prover-" + key), anchor, "on" if key == prover else "", 12, room=90)
    bars = ink.table((ink.say("attempts"), ink.say("rate")), [(_attempts(ink, k), ink.bar(ink.unit(p, "percent", 1), p / 100, "on")) for k, p in points[prover]])
    fact = lambda id: ink.fact("deepseek-prover-v2/" + id)
    versions = ink.table((ink.say("putnam", attempts=_attempts(ink, fact("putnambench-attempts"))), ink.say("april"), ink.say("july")),
                         [(ink.say("putnam-" + size), "".join(f"<td>{ink.number(fact(f'{bench}-{month}'))}</td>" for month in ("april", "july")))
                          for size, bench in (("671b", "putnambench"), ("7b", "putnambench-7b"))], "states")
    (few, first), (before, almost), (many, last) = points[prover][0], points[prover][-2], points[prover][-1]
    finding = ink.say("finding", name=ink.say("prover-" + prover), few=_attempts(ink, few), many=_attempts(ink, many),
                      first=ink.unit(first, "percent", 1), last=ink.unit(last, "percent", 1), factor=ink.number(many // before), gain=ink.unit(last - almost, "percentage-points", 1))
    return ink.pane(svg.html()) + ink.pane(bars) + versions, finding


def table(ink):
    """Every printed point."""
    return ([ink.say("prover"), ink.say("attempts"), ink.say("y")],
            [[ink.say("prover-" + key), ink.number(k), ink.number(p, 1)] for key, points in _points(ink.fact).items() for k, p in points])


def numbers(fact):
    """What the model says against what is printed."""
    curve, points = _spread(fact), _points(fact)
    first = float(points["v2-671b"][0][1]) / 100
    return {
        "equal-8": percent(any_success(first, 8), 2), "spread-8192": (curve(8192), "percent", 1),
        "unsolved": (fact("deepseek-prover-v2/minif2f-problems") - fact("deepseek-prover-v2/minif2f-test-solved"), "problems"),
        "tree-gain": (points["v15-tree"][-1][1] - points["v15"][-1][1], "percentage-points", 1),
    }


FIGURE = Figure(id="proof-budget", words=WORDS, draw=draw, table=table, numbers=numbers, controls=(Control("prover", PROVERS, default="v2-671b"),),
                citations=(("deepseek-prover-v1", "Table 1; §4.2"), ("deepseek-prover-v15", "Table 1"), ("deepseek-prover-v2", "Tables 1 and 4")))
