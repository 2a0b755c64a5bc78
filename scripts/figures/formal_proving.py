"""One small theorem, three ways to let a model prove it: whole proofs, a tree that grows from valid steps, subgoals."""

from .kit import Control, Figure, Svg, percent
from models import proof_search
from models.arithmetic import share
from models.chances import any_success

WAYS, STEPS = ("v1", "v15", "v2"), (1, 2, 3, 4)
SEED, TOYS, DEPTH, WIDTH, ERROR = 1, 120, 6, 2, 0.3
BUDGETS = (16, 64, 256)
CHANCE, PARTS, TRIES = 0.1, 3, 32  # of the worked example: that a step comes out right, steps of a proof, tries
MONO = "ui-monospace, Menlo, Consolas, monospace"
RATES = (("v1", "v1", "deepseek-prover-v1/minif2f-test-65536"), ("v15-plain", "", "deepseek-prover-v15/minif2f-test-102400"),
         ("v15", "v15", "deepseek-prover-v15/minif2f-test-rmaxts-102400"), ("v2-7b", "", "deepseek-prover-v2/minif2f-test-7b-8192"),
         ("v2", "v2", "deepseek-prover-v2/minif2f-test-8192"))
"""The bars: row, way and fact, whose name ends in the number of attempts."""

WORDS = {
    "title": ("One theorem, three ways to a proof", "一条定理，三种证法"),
    "caption": ("The theorem and its proofs are this site’s, written for Lean 4 with Mathlib and checked by hand, not by Lean. Benchmark problems are far harder. "
                "The ways follow the three papers; the bars are miniF2F-test as printed, each with its own budget and Lean version.",
                "定理和证明由本站按 Lean 4 与 Mathlib 编写，只经人工核对，没有在 Lean 中运行；基准题要难得多。三种做法依三篇论文；条形是论文所印的 miniF2F 测试集成绩，预算与 Lean 版本各不相同。"),
    "way": ("Way", "做法"),
    "way-v1": ("V1: whole proofs", "V1：整体证明"), "way-v15": ("V1.5: a tree", "V1.5：树搜索"), "way-v2": ("V2: subgoals", "V2：子目标"),
    "step": ("Step", "步骤"), "step-of": ("{n} of {all}", "第 {n} 步，共 {all} 步"),
    "start": ("start", "起点"), "sketch": ("sketch", "草图"), "proved": ("proved", "证完"), "last": ("last", "末步"),
    "comment-sq": ("-- lemma sq", "-- 引理 sq"), "comment-sum": ("-- lemma sum, given sq", "-- 引理 sum，已知 sq"), "comment-last": ("-- last gap, given sq and sum", "-- 最后的空缺，已知 sq 与 sum"),
    "key": ("? not checked yet · ✓ accepted · ✗ error · – cut", "? 未检查 · ✓ 通过 · ✗ 报错 · – 截去"),
    "finding-v1-1": ("V1 writes a whole proof at once and sees no state of Lean while it writes.", "V1 一口气写完整个证明，写的过程中看不到 Lean 的状态。"),
    "finding-v1-2": ("Lean accepts the first step and stops at the second: x + y does not occur in the goal, so there is nothing to rewrite.", "Lean 接受第一步，停在第二步：目标里没有 x + y，改写无从下手。"),
    "finding-v1-3": ("The attempt counts as failed; the valid first step is lost with the rest.", "这次尝试算失败，有效的第一步也一并作废。"),
    "finding-v1-4": ("The next attempt starts from nothing and happens to be right. Every attempt pays for all steps again.", "下一次从头写起，碰巧写对。每次尝试都要把所有步骤重来一遍。"),
    "finding-v15-1": ("V1.5 begins in the same way, with a whole proof.", "V1.5 起步一样：先写一个完整证明。"),
    "finding-v15-2": ("The proof is cut at the first error. The valid step becomes a node of a tree; a new node earns the search a reward of 1.", "在第一处错误截断，有效步骤成为树上的节点；长出新节点，搜索得奖励 1。"),
    "finding-v15-3": ("The model goes on from that node, with the state that Lean reports written in as a comment. A try that adds no node earns 0.", "模型从这个节点续写，Lean 报告的状态作为注释写进提示；没有长出新节点的尝试奖励为 0。"),
    "finding-v15-4": ("A later try from the node completes the proof. What was valid has been paid for only once.", "之后一次续写补完了证明。有效的步骤只花过一次力气。"),
    "finding-v2-1": ("V2 lets DeepSeek-V3 write a sketch: the steps are stated, and each proof is left open with sorry.", "V2 让 DeepSeek-V3 写草图：每一步说清要证什么，证明先用 sorry 空着。"),
    "finding-v2-2": ("Every gap becomes a lemma of its own; earlier steps stand among its premises.", "每个空缺变成一条单独的引理，前面的步骤列为前提。"),
    "finding-v2-3": ("A 7B prover fills the gaps one at a time. A failure costs one gap, not the whole proof.", "7B 证明模型逐个补空。失败一次只损失一个空缺，不是整个证明。"),
    "finding-v2-4": ("The parts make a proof that Lean checks as a whole; with V3’s reasoning before it, it becomes training data for the large prover.", "拼起来的证明由 Lean 整体检查，前面接上 V3 的推理，就是训练大证明模型的数据。"),
    "prover": ("Prover", "模型"), "rate": ("miniF2F-test", "miniF2F 测试集"),
    "row-v1": ("V1", "V1"), "row-v15-plain": ("V1.5 without tree", "V1.5 不用树"), "row-v15": ("V1.5 with tree", "V1.5 用树"),
    "row-v2-7b": ("V2 7B", "V2 7B"), "row-v2": ("V2 671B", "V2 671B"),
    "column-way": ("Way", "做法"), "column-step": ("Step", "步骤"), "column-what": ("What happens", "发生了什么"),
}

HEAD = ("theorem amgm (x y : ℝ)", "    (h : x + y = 2) : x * y ≤ 1 := by")
SQ = ("  have sq : 0 ≤ (x - y) ^ 2 := by", "    exact sq_nonneg (x - y)")
SUM = ("  have sum : (x + y) ^ 2 = 4 := by", "    rw [h]; norm_num")
BAD = ("  rw [h]", "  linarith")
LAST = ("  nlinarith [sq, sum]",)
STATE = ("  /- tactic state:", "  x y : ℝ", "  h : x + y = 2", "  sq : 0 ≤ (x - y) ^ 2", "  ⊢ x * y ≤ 1 -/")
SKETCH = ("  have sq : 0 ≤ (x - y) ^ 2 := by sorry", "  have sum : (x + y) ^ 2 = 4 := by sorry", "  sorry")
LEMMA = ("lemma sum (x y : ℝ) (h : x + y = 2)", "    (sq : 0 ≤ (x - y) ^ 2) :", "    (x + y) ^ 2 = 4 := by sorry")


def _code(ink, way, step):
    """The lines of a state, each with its mark: ? ✓ ✗ – or none."""
    marked = lambda lines, mark: [(line, mark) for line in lines]
    head = marked(HEAD, "")
    if way == "v2":
        if step == 1:
            return head + marked(SKETCH, "?")
        if step == 2:
            return marked(LEMMA, "?")
        if step == 3:
            filled = ((ink.say("comment-sq"), SQ[1].strip()), (ink.say("comment-sum"), SUM[1].strip()), (ink.say("comment-last"), LAST[0].strip()))
            return [line for comment, proof in filled for line in ((comment, ""), (proof, "✓"))]
        return head + marked(SQ + SUM + LAST, "✓")
    if step == 1:
        return head + marked(SQ + BAD, "?")
    if step == 2:
        return head + marked(SQ, "✓") + [(BAD[0], "✗"), (BAD[1], "–")]
    if step == 3:
        return head + (marked(SQ + BAD, "–") if way == "v1" else marked(SQ, "✓") + marked(STATE, "") + [(BAD[1], "✗")])
    return head + marked(SQ + SUM + LAST, "✓")


def _boxes(svg, ink, chain, y, x=8):
    """Boxes from left to right joined by arrows: (words, class)."""
    for place, (words, cls) in enumerate(chain):
        svg.box(x + place * 98, y, 74, 28, words, cls=cls, size=12)
        if place:
            svg.arrow((x + place * 98 - 24, y + 14), (x + place * 98 - 1, y + 14), cls="dash" if "off" in cls or "dash" in cls else "")


def _tree(svg, ink, way, step, top):
    say, on = ink.say, "on"
    if way == "v2":
        classes = {1: ("dash",) * 3, 2: ("dash", "on dash", "dash"), 3: (on,) * 3, 4: (on,) * 3}[step]
        svg.box(8, top + 42, 74, 28, say("proved" if step == 4 else "sketch"), cls=on if step == 4 else "", size=12)
        for place, (name, cls) in enumerate(zip(("sq", "sum", say("last")), classes)):
            y = top + 4 + place * 38
            mark = " ✓" if step > 2 else " ?"
            svg.box(180, y, 90, 28, name + mark, cls=cls, size=12)
            if step < 4:
                svg.arrow((82, top + 56), (179, y + 14))
            else:
                svg.arrow((180, y + 14), (83, top + 56), cls="on")
        return
    if step == 1:
        _boxes(svg, ink, ((say("start"), ""), ("sq ?", "dash"), ("rw ?", "dash"), (say("proved") + " ?", "dash")), top + 4)
    elif step == 2:
        _boxes(svg, ink, ((say("start"), ""), ("sq ✓", on), ("rw ✗", "dash")), top + 4)
    elif way == "v1":
        _boxes(svg, ink, ((say("start"), ""), ("sq –", "off dash"), ("rw –", "off dash")), top + 4)
        if step == 4:
            _boxes(svg, ink, (("sq ✓", on), ("sum ✓", on), (say("proved") + " ✓", on)), top + 52, 106)
            svg.arrow((45, top + 32), (45, top + 66), (105, top + 66))
    else:
        _boxes(svg, ink, ((say("start"), ""), ("sq ✓", on), ("rw ✗", "dash")), top + 4)
        svg.box(204, top + 42, 92, 28, "linarith ✗", cls="dash", size=12)
        svg.arrow((143, top + 32), (143, top + 56), (203, top + 56), cls="dash")
        if step == 4:
            _boxes(svg, ink, (("sum ✓", on), (say("proved") + " ✓", on)), top + 80, 204)
            svg.arrow((131, top + 32), (131, top + 94), (203, top + 94), cls="on")


def _picture(ink, way, step):
    lines = _code(ink, way, step)
    svg = Svg(ink, 350, ink.say("way-" + way))
    for place, (line, mark) in enumerate(lines):
        y = 16 + place * 20
        if mark:
            svg.text(2, y, mark, cls="on" if mark == "✓" else "", room=16)
        indent = len(line) - len(line.lstrip())
        svg.text(20 + indent * 8, y, line.strip(), size=14, vary={"font_family": MONO} | ({"text_decoration": "line-through"} if mark == "–" else {}))
    svg.text(2, 220, ink.say("key"), size=12)
    svg.line(0, 230, 400, 230, "faint")
    _tree(svg, ink, way, step, 236)
    return svg.html()


def draw(ink, way, step):
    """The Lean text with the verdicts, the search, and what the papers print for each way."""
    rows = []
    for row, of, id in RATES:
        rate, attempts = ink.fact(id), ink.unit(id.rpartition("-")[2], "attempts")
        rows.append((f"{ink.say('row-' + row)} <small>{attempts}</small>", ink.bar(ink.unit(rate, "percent", 1), rate / 100, "on" if of == way else "")))
    return ink.pane(_picture(ink, way, step)) + ink.pane(ink.table((ink.say("prover"), ink.say("rate")), rows)), ink.say(f"finding-{way}-{step}")


def table(ink):
    """All states in words."""
    return ([ink.say("column-way"), ink.say("column-step"), ink.say("column-what")],
            [[ink.say("way-" + way), str(step), ink.say(f"finding-{way}-{step}")] for way in WAYS for step in STEPS])


def numbers(fact):
    """The worked examples of the essay."""
    steps = [CHANCE] * PARTS
    toys = proof_search.mazes(TOYS, DEPTH, WIDTH, ERROR, SEED)
    again = [proof_search.restart(toy, BUDGETS[-1], place) for place, toy in enumerate(toys)]
    tree = [proof_search.search(toy, BUDGETS[-1], place)[0] for place, toy in enumerate(toys)]
    within = lambda found, budget: sum(generation is not None and generation <= budget for generation in found)
    of_toys = {f"{name}-{budget}": (within(found, budget), None) for name, found in (("again", again), ("tree", tree)) for budget in BUDGETS}
    problems = fact("deepseek-prover-v2/minif2f-problems")
    attempts = int(RATES[-1][2].rpartition("-")[2])
    return {
        "chance": percent(CHANCE), "whole-chance": percent(proof_search.whole(steps), 1),
        "attempts-whole": (proof_search.attempts_whole(steps), "attempts", 0), "attempts-divided": (proof_search.attempts_divided(steps), "attempts", 0),
        "within-whole": percent(any_success(proof_search.whole(steps), TRIES)), "within-divided": percent(proof_search.within_divided(steps, TRIES)),
        "estimate": percent(proof_search.pass_at_k(8, 2, 4), 1), "estimate-one": percent(proof_search.pass_at_k(8, 2, 1)),
        "toys": (TOYS, None), **of_toys,
        "solved-tree": (round(fact("deepseek-prover-v15/minif2f-test-rmaxts-102400") * problems / 100), "problems"),
        "solved-plain": (round(fact("deepseek-prover-v15/minif2f-test-102400") * problems / 100), "problems"),
        "curriculum": (share(fact("deepseek-prover-v2/minif2f-valid-curriculum"), problems), "percent", 1),
        "putnam-share": (share(fact("deepseek-prover-v2/putnambench-july"), fact("deepseek-prover-v2/putnambench-problems")), "percent", 1),
        "tokens-per-problem": (proof_search.tokens_of(attempts, fact("deepseek-prover-v2/output-tokens-cot")), "tokens"),
        "longer": (fact("deepseek-prover-v2/output-tokens-cot") / fact("deepseek-prover-v2/output-tokens-no-cot"), "times", 1),
    }


FIGURE = Figure(id="formal-proving", words=WORDS, draw=draw, table=table, numbers=numbers,
                controls=(Control("way", WAYS), Control("step", STEPS, show=lambda ink, value: ink.say("step-of", n=value, all=len(STEPS)), default=2, slider=True)),
                citations=(("deepseek-prover-v1", "Table 1"), ("deepseek-prover-v15", "§3.1; §3.2; §3.3; Figure 4; Table 1"), ("deepseek-prover-v2", "§2.1; Figures 2 and 3; Table 1")))
