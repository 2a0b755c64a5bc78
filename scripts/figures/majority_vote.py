"""What more answers to one question are worth: the majority vote and Pass@k over the number of answers."""

from decimal import Decimal

from .kit import Control, Figure, Plot, Svg, percent
from models import rl_reasoning
from models.chances import any_success

VOTES = (1, 2, 4, 8, 16, 32, 64)
RIGHT, RIVAL = ("5", "10", "20", "30", "40", "60"), ("5", "20", "40")
"""Percent of single answers."""

WORDS = {
    "title": ("One question, many answers: vote or any", "一道题，多个回答：投票，或有一个答对"),
    "caption": ("Computed by this site, no measurement: answers are independent, one wrong answer (the rival) comes up with the chosen share, all other wrong answers "
                "are scattered and never win. In benchmark scores many questions with different shares are averaged.",
                "由本站计算，不是实测：各回答相互独立，有一个错误答案（对手）按所选比例出现，其余错误答案分散，不会胜出。基准得分则对许多题求平均，各题比例不同。"),
    "right": ("Right in one answer", "单个回答答对的比例"),
    "rival": ("Most frequent wrong answer", "最常见错误答案的比例"),
    "chart": ("Chance over the number of answers", "回答数与答对的机会"),
    "x": ("answers", "回答数"),
    "vote-key": ("solid: majority vote", "实线：多数投票"),
    "any-key": ("dashed: at least one right (pass@k)", "虚线：至少一个答对（pass@k）"),
    "finding-up": ("If {right} of single answers are right and {rival} agree on the most frequent wrong one, a vote of 64 is right with a chance of {vote}; at least one of the 64 is right with {any}.",
                   "单个回答答对 {right}，最常见的错误答案占 {rival}：64 个回答投票答对的机会为 {vote}，至少一个回答答对的机会为 {any}。"),
    "finding-down": ("If {right} of single answers are right but {rival} agree on the most frequent wrong one, a vote of 64 is right with a chance of {vote}, although at least one of the 64 is right with {any}.",
                     "单个回答答对 {right}，最常见的错误答案占 {rival}：至少一个回答答对的机会有 {any}，64 个回答投票答对的机会却只有 {vote}。"),
    "over": ("over 99.9%", "99.9% 以上"),
    "under": ("under 0.1%", "0.1% 以下"),
    "column-right": ("Right", "答对"),
    "column-rival": ("Most frequent wrong answer", "最常见错误答案"),
    "column-votes": ("Answers", "回答数"),
    "column-vote": ("Majority vote", "多数投票"),
    "column-any": ("At least one right", "至少一个答对"),
}


def chances(right: str, rival: str, votes: int) -> tuple[float, float]:
    """The vote and Pass@k, between 0 and 1."""
    return rl_reasoning.vote(float(right) / 100, float(rival) / 100, votes), any_success(float(right) / 100, votes)


def _percent(ink, share: float) -> str:
    if share > 0.9995 or share < 0.0005:
        return ink.say("over" if share > 0.5 else "under")
    return ink.unit(100 * share, "percent", 0 if 0.1 < share < 0.9 else 1)


def draw(ink, right, rival):
    """Two curves over a logarithmic number of answers."""
    svg = Svg(ink, 262, ink.say("chart"))
    plot = Plot(svg, 44, 46, 344, 166, (1, 64), (0, 1), log_x=True)
    plot.axes([(votes, ink.number(votes)) for votes in VOTES], [(Decimal(tick) / 100, ink.unit(tick, "percent")) for tick in (0, 25, 50, 75, 100)], ink.say("x"))
    svg.text(44, 14, ink.say("vote-key"), cls="on", size=12)
    svg.text(44, 31, ink.say("any-key"), size=12)
    points = [(votes, *chances(right, rival, votes)) for votes in VOTES]
    plot.line([(votes, some) for votes, _, some in points], "dash", vary=True)
    plot.line([(votes, vote) for votes, vote, _ in points], "on", vary=True)
    plot.dot(64, points[-1][1], "dot on", vary=True)
    plot.dot(64, points[-1][2], "dot", vary=True)
    vote, some = points[-1][1:]
    key = "finding-up" if Decimal(right) > Decimal(rival) else "finding-down"
    return svg.html(), ink.say(key, right=ink.unit(right, "percent"), rival=ink.unit(rival, "percent"), vote=_percent(ink, vote), any=_percent(ink, some))


def table(ink):
    """Every pair of shares at every number of answers."""
    rows = [[ink.unit(right, "percent"), ink.unit(rival, "percent"), ink.number(votes), *(_percent(ink, share) for share in chances(right, rival, votes))]
            for right in RIGHT for rival in RIVAL for votes in VOTES]
    return [ink.say("column-" + key) for key in ("right", "rival", "votes", "vote", "any")], rows


def numbers(fact):
    """The two questions of the essay's example: right answer ahead, right answer behind."""
    ahead, behind = chances("40", "20", 64), chances("20", "40", 64)
    return {"ahead-right": (40, "percent"), "ahead-rival": (20, "percent"), "ahead-vote": percent(ahead[0], 1),
            "behind-vote": percent(behind[0], 1), "rare": (5, "percent"), "rare-any": percent(any_success(0.05, 64))}


FIGURE = Figure(
    id="majority-vote",
    words=WORDS,
    controls=(Control("right", RIGHT, show=lambda ink, value: ink.unit(value, "percent"), default="40", slider=True),
              Control("rival", RIVAL, show=lambda ink, value: ink.unit(value, "percent"), default="20")),
    draw=draw,
    table=table,
    numbers=numbers,
    citations=(("deepseek-r1", "§3, “Evaluation Setup”"), ("deepseek-r1-arxiv-v2", "Appendix D.1; Appendix E.4")),
)
