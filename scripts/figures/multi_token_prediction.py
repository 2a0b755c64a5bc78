"""A draft and its check: what a step of the large model yields with an acceptance rate, a draft length and a load."""

from decimal import Decimal
from functools import cache

from .kit import Control, Figure, Plot, Svg, percent
from models import speculative

RATES, LENGTHS, LOADS = ("50", "70", "80", "85", "90"), (1, 3, 5, 7), {"light": Decimal("0.125"), "half": Decimal("0.5"), "full": Decimal(1)}
LONGEST, FLOOR, TALL = max(LENGTHS), 128, 106
CODE, CHAT = (0.95,) * 5, (0.7,) * 5

WORDS = {
    "title": ("What a checked draft brings", "一段草稿能换来多少"),
    "caption": ("Computed by this site: every drafted token has the same rate and costs one pass of V3’s module, counted in activated parameters. Load is a "
                "simplification: a step keeps its time until the machine is full, then grows with the tokens in it. The yields of DSpark are printed in its paper and put at the "
                "rate that would give them.",
                "本站计算：各草稿 token 的接受率相同；每起草一个，代价按 V3 的预测模块跑一遍计，以激活参数折算。负载是简化处理：机器占满之前，一步的耗时不变；占满之后，与 token 数成正比。"
                "DSpark 的接受长度取自论文，画在能得出该长度的接受率处。"),
    "rate": ("Acceptance rate", "接受率"),
    "drafts": ("Drafted tokens", "草稿 token 数"),
    "load": ("Machine in use without drafts", "不起草时的机器占用"),
    "load-light": ("1/8", "1/8"), "load-half": ("1/2", "1/2"), "load-full": ("full", "占满"),
    "step": ("One step: how often each token is kept", "一步之内，各 token 留下的概率"),
    "own": ("own", "自身"),
    "key": ("blue: kept · hatched: checked in vain", "蓝色：留下 · 斜线：验证后丢弃"),
    "curves": ("Speed at every acceptance rate", "各种接受率下的速度"),
    "key-curves": ("dashed: tokens per step · blue: speed-up", "虚线：每步 token · 蓝线：加速倍数"),
    "key-box": ("box: V3, {depth} drafted", "方框：V3 起草 {depth} 个"),
    "key-dots": (" · dots: DSpark, {length}", " · 圆点：DSpark 起草 {length} 个"),
    "x": ("acceptance rate", "接受率"), "v3": ("V3: {speed}", "V3：{speed}"),
    "dspark-chat": ("chat {length}", "对话 {length}"), "dspark-code": ("code {length}", "代码 {length}"), "dspark-math": ("maths {length}", "数学 {length}"),
    "what": ("Per step", "每一步"), "much": ("Amount", "数量"),
    "tokens": ("Tokens", "得到的 token"), "time": ("Time, without drafts = 1", "耗时（不起草为 1）"), "speed": ("Speed: tokens ÷ time", "速度：token ÷ 耗时"),
    "at-light": ("with an eighth of the machine in use", "机器占用 1/8"), "at-half": ("with half of the machine in use", "机器占用 1/2"), "at-full": ("on a full machine", "机器占满"),
    "faster": ("{drafts} drafted at {rate} {at}: a step yields {tokens} and takes {time} times as long, so the speed is {speed}.",
               "起草 {drafts} 个、接受率 {rate}、{at}：一步得到 {tokens}，耗时为 {time} 倍，速度为 {speed}。"),
    "slower": ("{drafts} drafted at {rate} {at}: a step yields {tokens} but takes {time} times as long. At {speed} the draft slows the service down.",
               "起草 {drafts} 个、接受率 {rate}、{at}：一步得到 {tokens}，耗时却是 {time} 倍。速度只剩 {speed}，起草反而拖慢了服务。"),
    "column-rate": ("Acceptance rate (%)", "接受率（%）"), "column-drafts": ("Drafted", "草稿长度"), "column-load": ("In use", "占用"),
    "column-tokens": ("Tokens per step", "每步 token"), "column-time": ("Time", "耗时"), "column-speed": ("Speed-up", "加速倍数"),
}


def module_share(fact) -> Decimal:
    """What one drafted token costs: the activated parameters of V3's prediction module over those of the main model."""
    return fact("deepseek-v3/mtp-activated-parameters") / fact("deepseek-v3/activated-parameters-detailed")


def outcome(fact, rate: Decimal, drafts: int, load: Decimal) -> tuple[Decimal, Decimal, Decimal]:
    """Tokens per step, time of a step and speed-up."""
    return _outcome(module_share(fact), rate, drafts, load)


@cache
def _outcome(share: Decimal, rate: Decimal, drafts: int, load: Decimal) -> tuple[Decimal, Decimal, Decimal]:
    tokens = speculative.tokens_per_step(rate, drafts)
    drafting, checking = drafts * share, speculative.checking_cost(load, drafts)
    return tokens, drafting + checking, speculative.speedup(tokens, drafting, checking)


def _share(rate: str) -> Decimal:
    return Decimal(rate) / 100


def _heading(ink, *keys: str) -> str:
    """A heading and its key, in page size."""
    return f"<p><b>{ink.say(keys[0])}</b></p>" + "".join(f'<p class="soft">{ink.say(key)}</p>' for key in keys[1:])


def _step(ink, rate: str, drafts: int) -> str:
    """The tokens of one step as columns: outlined what is checked, filled what is kept on average."""
    svg = Svg(ink, 166, ink.say("step"))
    hatch, chances = svg.hatch(), [Decimal(1), *speculative.survival([_share(rate)] * LONGEST)]
    for place, chance in enumerate(chances):
        x, checked = 4 + 50 * place, place <= drafts
        column = lambda tall, cls, **fixed: svg.rect(x, FLOOR, 42, 0, cls, vary={"y": FLOOR - tall * checked, "height": tall * checked}, rx=2, **fixed)
        if place:
            column(TALL, "fill line-only")
            column(TALL, "", fill=hatch)
        column(round(TALL * chance), "fill on" if place else "fill")
        svg.text(x + 21, FLOOR - TALL - 5, ink.unit(100 * chance, "percent", 0) if checked else "", "middle", size=12, room=48, vary=True)
        svg.text(x + 21, FLOOR + 16, ink.say("own") if not place else str(place), "middle", "soft", 12, room=48)
    svg.line(0, FLOOR, 400, FLOOR)
    return _heading(ink, "step", "key") + svg.html()


def _curves(ink, rate: str, drafts: int, load: Decimal) -> str:
    """Tokens per step and speed-up over acceptance for the chosen length, and what the papers print, where it belongs."""
    svg = Svg(ink, 240, ink.say("curves"))
    plot = Plot(svg, 26, 8, 352, 188, (0.38, 1), (0.18, 8.6), log_y=True)
    fact, measured = ink.fact, drafts == ink.fact("dspark/block-size-offline")
    plot.axes([(tick / 100, ink.unit(tick, "percent")) for tick in (40, 60, 80, 100)],
              [(0.25, "¼"), (0.5, "½"), (1, "1"), (2, "2"), (4, "4"), (8, "8")], ink.say("x"))
    low, high, printed = (fact("deepseek-v3/" + key) for key in ("mtp-acceptance-low", "mtp-acceptance-high", "mtp-speedup"))
    left, right = plot.px(low / 100), plot.px(high / 100)
    svg.rect(left, plot.py(printed) - 5, right - left, 10, "box", rx=2)
    svg.text(right + 4, plot.py(printed) - 8, ink.say("v3", speed=ink.unit(printed, "times")), size=12)
    plot.line([(0.38, 1), (1, 1)])
    found = [(step / 100, *outcome(fact, Decimal(step) / 100, drafts, load)) for step in range(40, 101, 5)]
    plot.line([(step, tokens) for step, tokens, *_ in found], "dash", vary=True)
    plot.line([(step, speed) for step, *_, speed in found], "on", vary=True)
    for kind, side in (("chat", "end"), ("code", "end"), ("math", "middle")):
        length = fact(f"dspark/accepted-length-{kind}")
        x, y = plot.px(speculative.implied_acceptance(float(length), int(fact("dspark/block-size-offline")))), plot.py(length)
        svg.circle(x, y, 0, "dot", vary={"r": 4 if measured else 0})
        words = ink.say(f"dspark-{kind}", length=ink.number(length, 2)) if measured else ""
        svg.text(x - 6 if side == "end" else x, y - 5 if side == "end" else y - 13, words, side, "", 12, vary=True)
    tokens, _, speed = outcome(fact, _share(rate), drafts, load)
    svg.add(ink.element("path", vary={"d": plot.d([(_share(rate), tokens), (_share(rate), speed)])}, cls="line"))
    plot.dot(_share(rate), speed, "dot on", vary=True)
    key = ink.say("key-box", depth=ink.number(fact("deepseek-v3/mtp-depth"))) + (ink.say("key-dots", length=drafts) if measured else "")
    return _heading(ink, "curves", "key-curves") + ink.text(key, "p", cls="soft") + svg.html()


def _bars(ink, rate: str, drafts: int, load: Decimal) -> str:
    """The account of the chosen step: yield, time, and the quotient of both."""
    tokens, time, speed = outcome(ink.fact, _share(rate), drafts, load)
    widest = Decimal(LONGEST + 1) + LONGEST * module_share(ink.fact)
    rows = ((ink.say("tokens"), ink.bar(ink.number(tokens, 2), tokens / widest)), (ink.say("time"), ink.bar(ink.number(time, 2), time / widest)),
            (ink.say("speed"), ink.bar(ink.unit(speed, "times", 2), speed / widest, "on")))
    return ink.table((ink.say("what"), ink.say("much")), rows)


def draw(ink, rate, drafts, load):
    """One step, the curves for the chosen load, and the account."""
    tokens, time, speed = outcome(ink.fact, _share(rate), drafts, LOADS[load])
    finding = ink.say("faster" if speed >= 1 else "slower", drafts=drafts, at=ink.say(f"at-{load}"), rate=ink.unit(Decimal(rate), "percent"), tokens=ink.unit(tokens, "tokens", 2),
                      time=ink.number(time, 2), speed=ink.unit(speed, "times", 2))
    return _step(ink, rate, drafts) + _curves(ink, rate, drafts, LOADS[load]) + _bars(ink, rate, drafts, LOADS[load]), finding


def table(ink):
    """Every state with its tokens, time and speed-up."""
    rows = []
    for load in LOADS:
        for drafts in LENGTHS:
            for rate in RATES:
                rows.append([rate, str(drafts), ink.say(f"load-{load}"), *(ink.number(value, 2) for value in outcome(ink.fact, _share(rate), drafts, LOADS[load]))])
    return [ink.say("column-" + key) for key in ("rate", "drafts", "load", "tokens", "time", "speed")], rows


def numbers(fact):
    """The worked examples: V3's printed numbers, longer drafts, load, and two requests that share a machine."""
    low, high, printed = (fact("deepseek-v3/" + key) for key in ("mtp-acceptance-low", "mtp-acceptance-high", "mtp-speedup"))
    yield_ = lambda rate, drafts: speculative.tokens_per_step(rate, drafts)
    left = speculative.implied_cost(yield_(fact("insights-deepseek-v3/mtp-acceptance-low") / 100, 1), printed) - 1
    nine, seven = Decimal("0.9"), Decimal("0.7")
    speed = lambda rate, drafts, load: outcome(fact, rate, drafts, LOADS[load])[2]
    room = 6
    pace = lambda batch: 1.0 if batch <= room else room / batch
    fair = 2 + sum(sum(speculative.survival(row[:2])) for row in (CODE, CHAT))
    chosen = speculative.schedule((CODE, CHAT), pace)
    same = lambda kind: percent(speculative.implied_acceptance(float(fact(f"dspark/accepted-length-{kind}")), int(fact("dspark/block-size-offline"))))
    return {
        "v3-low": (yield_(low / 100, 1), "tokens", 2), "v3-high": (yield_(high / 100, 1), "tokens", 2),
        "v3-speed-low": (speed(low / 100, 1, "light"), "times", 2), "v3-speed-high": (speed(high / 100, 1, "light"), "times", 2), "insights-extra-low": percent(left, 1),
        "module-share": percent(module_share(fact), 1), "nine": percent(nine), "seven": percent(seven),
        "nine-1": (yield_(nine, 1), None, 2), "nine-3": (yield_(nine, 3), None, 2), "nine-7": (yield_(nine, 7), "tokens", 2), "nine-limit": (speculative.limit(nine), None, 0),
        "seven-last": percent(seven ** 7),
        "seven-1": (yield_(seven, 1), None, 2), "seven-3": (yield_(seven, 3), None, 2), "seven-7": (yield_(seven, 7), "tokens", 2), "seven-limit": (speculative.limit(seven), None, 2),
        "light-7": (speed(nine, 7, "light"), "times", 2),
        "half-1": (speed(nine, 1, "half"), "times", 2), "half-7": (speed(nine, 7, "half"), "times", 2), "full-1": (speed(nine, 1, "full"), "times", 2),
        "same-math": same("math"), "same-code": same("code"), "same-chat": same("chat"),
        "code-rate": percent(CODE[0]), "chat-rate": percent(CHAT[0]),
        "fair": (fair, "tokens", 2), "chosen": (chosen.throughput, "tokens", 2), "chosen-code": (chosen.lengths[0], None), "chosen-chat": (chosen.lengths[1], None),
        "room": (room, "tokens"), "gain": percent(chosen.throughput / fair - 1),
        "fourth": percent(speculative.survival(CODE)[3]), "first": percent(speculative.survival(CHAT)[0]),
    }


FIGURE = Figure(
    id="multi-token-prediction", words=WORDS, draw=draw, table=table, numbers=numbers,
    controls=(Control("rate", RATES, show=lambda ink, value: ink.unit(Decimal(value), "percent"), default="85", slider=True),
              Control("drafts", LENGTHS, default=LONGEST),
              Control("load", tuple(LOADS))),
    citations=(("deepseek-v3", "§5.4.3"), ("repo-deepseek-v3", "`README_WEIGHTS.md`"), ("dspark", "§2.1; §4.2"), ("speculative-decoding-2022", "§3.1; §3.3")))
