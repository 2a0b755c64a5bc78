"""Step labels by completion on one small problem: a sound solution, one with a mistake, and one that is right by luck."""

from fractions import Fraction

from .kit import Control, Figure, Svg, percent
from models import process_reward as model
from models.arithmetic import wilson_interval
from models.chances import any_success

COUNTS, SEED = (4, 8, 32), 0
COMPLETERS = {"strong": model.Completer(0.95, 0.2), "weak": model.Completer(0.7, 0.03)}
STEPS = {
    "a": ("4 × 36 = 144", "144 ÷ 3 = 48", "144 − 48 = 96", "96 + 12 = 108"),
    "b": ("4 × 36 = 144", "36 ÷ 3 = 12", "144 − 12 = 132", "132 + 12 = 144"),
    "c": ("4 × 36 = 144", "144 ÷ 3 = 48", "144 − 48 = 106", "106 + 12 = 108"),
}
SOLUTIONS = {
    "a": model.Solution((True, True, True, True), True),
    "b": model.Solution((True, False, False, False), False),
    "c": model.Solution((True, True, False, False), True),
}
REMARKS = {"a": ("sound",) * 4, "b": ("sound", "mistake", "carried", "carried"), "c": ("sound", "sound", "mistake", "second")}
"""What a reader of the solution would say of its steps. The labels come about without it."""

WORDS = {
    "title": ("Where a solution goes wrong", "解答错在哪一步"),
    "caption": ("An example by this site. ✓ and ✗ are a reader’s verdicts; the labels come about without them. Circles are completions, filled if they reach 108; the bar is the label. The completer is a stand-in with known chances: per step the strong one keeps a sound beginning right in {strong_keep} of cases and "
                "finds back from a mistake in {strong_repair}, the weak one in {weak_keep} and {weak_repair}. Its completions are drawn once, with a fixed seed. Labels as the paper "
                "defines them; in brackets the 95% Wilson interval.",
                "例子由本站编写。✓ 与 ✗ 是读者的判断，打标签时用不到。圆圈是一次次续写，得到 108 的为实心；条形是标签。补全模型用已知概率的替身：每走一步，强模型在前文正确时有 {strong_keep} 保持正确，前文有错时有 {strong_repair} 纠正过来；弱模型分别为 {weak_keep} 和 {weak_repair}。续写只按固定种子抽样一次。"
                "标签按论文的定义；括号内为 95% 的 Wilson 区间。"),
    "solution": ("Solution", "解答"),
    "solution-a": ("sound", "正确"), "solution-b": ("with a mistake", "中途出错"), "solution-c": ("right by luck", "错中得对"),
    "completer": ("Completer", "补全模型"), "completer-strong": ("strong", "强"), "completer-weak": ("weak", "弱"),
    "count": ("Completions per step", "每步续写"),
    "label": ("Label", "标签"), "label-soft": ("soft: share", "软：比例"), "label-hard": ("hard: at least one", "硬：有一次就算"),
    "problem": ("A shop has 4 boxes of 36 pencils. It sells a third of them; then 12 are returned. How many are there now? Answer: 108.",
                "店里有 4 盒铅笔，每盒 36 支。卖掉三分之一，又退回 12 支。现在有多少支？答案：108。"),
    "step": ("Step {place}", "第 {place} 步"),
    "sound": ("✓ right", "✓ 正确"), "mistake": ("✗ mistake", "✗ 出错"), "carried": ("✗ follows from it", "✗ 错下去"), "second": ("✗ second mistake", "✗ 又错一次"),
    "dots": ("{right} of {count}", "{count} 次中 {right} 次"),
    "is-soft": ("{words} · label {value} ({low} to {high})", "{words} · 标签 {value}（{low}–{high}）"),
    "is-hard": ("{words} · label {value}", "{words} · 标签 {value}"),
    "what": ("Step", "步骤"), "key": ("Completions (filled: reach 108) and label (bar)", "续写（实心：得到 108）与标签（条形）"),
    "outcome": ("Whole, by its answer alone", "整份解答，只看答案"), "lowest": ("Whole, by its lowest step", "整份解答，取最低的一步"),
    "soft-fine": ("Nothing is wrong here, yet step {place} gets only {value}: a label also measures the completer.",
                  "这份解答没有错，第 {place} 步却只得 {value}：标签同时也在衡量补全模型。"),
    "hard-fine": ("Nothing is wrong, and every step gets 1: one completion that succeeds is enough.", "这份解答没有错，每一步都得 1：只要有一次续写做对就够了。"),
    "soft-drop": ("At step {place} the label falls from {before} to {value}: there the mistake was made.", "到第 {place} 步，标签由 {before} 降到 {value}：错误就出在这里。"),
    "hard-seen": ("At step {place} the label falls to 0: none of {count} completions finds back from the mistake.", "到第 {place} 步，标签降为 0：{count} 次续写都没能纠正过来。"),
    "hard-missed": ("The mistake at step {place} gets a 1: {right} of {count} completions found back, and one would be enough.",
                    "第 {place} 步出了错，标签却是 1：{count} 次续写中有 {right} 次纠正过来，其实一次就够了。"),
    "lucky": (" The answer alone would give full marks.", "只看答案则是满分。"),
    "column-solution": ("Solution", "解答"), "column-completer": ("Completer", "补全模型"), "column-step": ("Step", "步骤"), "column-count": ("Completions", "续写次数"),
    "column-right": ("Right", "做对"), "column-soft": ("Soft label", "软标签"), "column-hard": ("Hard label", "硬标签"), "column-limit": ("Soft, without end", "软标签的极限"),
}


def right_ones(solution: str, completer: str, count: int) -> tuple[int, ...]:
    """How many completions from each step reach the answer."""
    return model.annotate(SOLUTIONS[solution], COMPLETERS[completer], count, SEED)


def labels(solution: str, completer: str, count: int, label: str) -> list[Fraction]:
    """The label of each step."""
    estimate = model.soft if label == "soft" else model.hard
    return [Fraction(estimate(right, count)) for right in right_ones(solution, completer, count)]


def _mark(ink, value: Fraction) -> str:
    """A label in words: whole as it is, else two decimals."""
    return ink.number(value) if value.denominator == 1 else ink.number(value, 2)


def _dots(ink, right: int, count: int, first: bool) -> str:
    """The completions of one step: filled ones first. The patterns stand in the first drawing and serve all."""
    svg, pitch, name = Svg(ink, 17, ink.say("key")), 12, ink.figure.id
    if first:
        for kind, style in (("yes", "fill on"), ("no", "fill line-only")):
            svg.add(f'<defs><pattern id="{name}-{kind}" width="{pitch}" height="16" patternUnits="userSpaceOnUse"><circle class="{style}" cx="6" cy="8" r="4"/></pattern></defs>')
    for kind, start, many in (("yes", 0, right), ("no", right, count - right)):
        svg.rect(0, 0, 0, 16, "", vary={"x": pitch * start, "width": pitch * many}, fill=f"url(#{name}-{kind})")
    return svg.html()


def _steps(ink, solution: str, completer: str, count: int, label: str) -> list[tuple[str, str]]:
    """One row a step: what it says, its completions, and the label as a bar below them."""
    rows = []
    found = zip(STEPS[solution], REMARKS[solution], right_ones(solution, completer, count), labels(solution, completer, count, label))
    for place, (words, remark, right, value) in enumerate(found, 1):
        low, high = (ink.number(end, 2) for end in wilson_interval(right, count))
        says = ink.say("is-hard" if label == "hard" or place == len(STEPS[solution]) else "is-soft", words=ink.say("dots", right=right, count=count),
                       value=_mark(ink, value), low=low, high=high)
        name = f'{ink.say("step", place=place)}<br><b>{ink.text(words)}</b> {ink.text(ink.say(remark), "small")}'
        rows.append((name, ink.bar(says, value, before=_dots(ink, right, count, place == 1))))
    return rows


def _score(ink, solution: str, values: list[Fraction]) -> list[tuple[str, str]]:
    """Two rows: the solution by its answer and by its lowest step."""
    outcome, lowest = Fraction(int(SOLUTIONS[solution].right)), model.solution_score(values)
    return [(ink.say("outcome"), ink.bar(_mark(ink, outcome), outcome)), (ink.say("lowest"), ink.bar(_mark(ink, lowest), lowest, "on"))]


def _finding(ink, solution: str, completer: str, count: int, label: str) -> str:
    values, right = labels(solution, completer, count, label), right_ones(solution, completer, count)
    if "mistake" not in REMARKS[solution]:
        if label == "hard" and not min(values):
            raise ValueError(f"a step of {solution}, {completer}, {count} gets 0 although nothing is wrong")
        return ink.say(label + "-fine", place=values.index(min(values)) + 1, value=_mark(ink, min(values)))
    at = REMARKS[solution].index("mistake")
    key = "soft-drop" if label == "soft" else "hard-missed" if values[at] else "hard-seen"
    if label == "soft" and values[at] >= values[at - 1]:
        raise ValueError(f"the label of {solution}, {completer}, {count} does not fall at the mistake")
    words = ink.say(key, place=at + 1, before=_mark(ink, values[at - 1]), value=_mark(ink, values[at]), right=right[at], count=count)
    return words + (ink.say("lucky") if SOLUTIONS[solution].right else "")


def draw(ink, solution, completer, count, label):
    """The steps with their completions and labels, the score of the whole, and where the mistake shows."""
    rows = _steps(ink, solution, completer, count, label) + _score(ink, solution, labels(solution, completer, count, label))
    return f'<p>{ink.say("problem")}</p>' + ink.table((ink.say("what"), ink.say("key")), rows), _finding(ink, solution, completer, count, label)


def table(ink):
    """Every step in every state, with both labels and what soft estimation tends to."""
    rows = []
    for solution in SOLUTIONS:
        for completer in COMPLETERS:
            for count in COUNTS:
                for place, right in enumerate(right_ones(solution, completer, count)):
                    last = len(STEPS[solution]) - 1
                    limit = float(SOLUTIONS[solution].right) if place == last else model.potential(COMPLETERS[completer], SOLUTIONS[solution].sound[place], last - place)
                    rows.append([ink.say(f"solution-{solution}"), ink.say(f"completer-{completer}"), STEPS[solution][place], str(count), str(right),
                                 _mark(ink, model.soft(right, count)), str(model.hard(right, count)), ink.number(limit, 2)])
    return [ink.say("column-" + key) for key in ("solution", "completer", "step", "count", "right", "soft", "hard", "limit")], rows


def numbers(fact):
    """The counts and soft labels of the lucky solution, and the arithmetic of the essay."""
    lucky = right_ones("c", "strong", 8)
    soft = lambda right: (model.soft(right, 8), None, 0 if right == 8 else 2)
    strong, weak = COMPLETERS["strong"], COMPLETERS["weak"]
    repair = model.potential(strong, False, 1)
    checked, accuracy = int(fact("math-shepherd/manual-check-steps")), fact("math-shepherd/label-accuracy")
    low, high = wilson_interval(round(checked * accuracy / 100), checked)
    few, many = wilson_interval(lucky[1], 8)
    solutions = fact("math-shepherd/gsm8k-solutions") + fact("math-shepherd/math-solutions")
    runs = solutions * fact("math-shepherd/completions-per-step") * len(STEPS["a"])
    return {
        **{f"right-c-strong-8-{place}": (right, None) for place, right in enumerate(lucky, 1)},
        **{f"soft-c-strong-8-{place}": soft(right) for place, right in enumerate(lucky[1:], 2)},
        "soft-a-strong-8-1": soft(right_ones("a", "strong", 8)[0]), "right-a-weak-32-1": (right_ones("a", "weak", 32)[0], None),
        "repair": percent(repair), "weak-keep": percent(weak.keep), "strong-keep": percent(strong.keep),
        "hard-4": percent(any_success(repair, 4)), "hard-8": percent(any_success(repair, 8)),
        "weak-first": percent(model.potential(weak, True, 3)),
        "weak-first-missed": percent(1 - any_success(model.potential(weak, True, 3), 4)),
        "few-low": (few, None, 2), "few-high": (many, None, 2),
        "accuracy-low": percent(low), "accuracy-high": percent(high), "runs": (runs, "continuations"), "runs-own": (len(STEPS["a"]) * 8, "continuations"),
        "wilson": (95, "percent"),
    }


def told(ink):
    """The chances of the two completers."""
    return {f"{name}_{what}": ink.unit(100 * getattr(completer, what), "percent", 0) for name, completer in COMPLETERS.items() for what in ("keep", "repair")}


FIGURE = Figure(
    id="process-supervision", words=WORDS, draw=draw, table=table, numbers=numbers, told=told,
    controls=(Control("solution", tuple(SOLUTIONS), default="c"), Control("completer", tuple(COMPLETERS)),
              Control("count", COUNTS, default=8), Control("label", ("soft", "hard"))),
    citations=(("math-shepherd", "§3.3; Figure 2; Equations 3 and 4"),))
