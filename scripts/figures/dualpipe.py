"""Three pipeline schedules as a grid of ranks and time: who waits, what overlaps, and what the bubble does not show."""

from decimal import Decimal
from fractions import Fraction

from models import pipeline

from .kit import Control, Figure, Svg, percent

RANKS = (4, 8, 16)
PER_RANK = Fraction(5, 2)
"""Micro-batches per rank: 20 for 8 ranks, as in Figure 5 of the report."""
EXAMPLE = (8, 20)
"""Ranks and micro-batches of the worked example."""

UNIT, ROW, LEFT, TOP = 10, 20, 16, 20
"""Of the grid: width of a unit of time, height of a row with its gap, room for the numbers of ranks and for the words above."""
STRIPS = {"B": (0, ROW - 6), "W": (0,), "I": (ROW - 6,)}
"""Where the strips of a step begin: below for the inputs' gradient, above for the weights', both for the whole."""
INSIDE = ((("mlp", "I", 54), ("", "W", 26), ("mlp", "F", 58), ("attention", "I", 86), ("", "W", 26), ("attention", "F", 88)),
          (("dispatch", "F", 66), ("dispatch", "I", 72), ("combine", "F", 78), ("stages", "", 50), ("combine", "I", 72)))
"""The parts of an overlapped pair, what computes above what sends, in the order of Figure 4: part, pass, and width in units of the drawing."""
STYLES = {"computing": "fill", "sending": "box", "idle": "fill line-only"}

WORDS = {
    "title": ("Three schedules, step by step", "三种调度，逐步演示"),
    "caption": ("Simulated by this site with the times F = {F}, B = {B} (I = {I} and W = {W}), F&B = {FB}; rows are ranks, time runs to the right. “Held”: micro-batches whose activations the fullest rank keeps. The bars add messages that take as long as the computation: "
                "an illustration with full hiding inside a pair, no measurement. The order inside a pair (widths not to scale), formulas, Figure 5 and the ratio of about {ratio} are from the V3 report.",
                "由本站模拟，用时取 F = {F}、B = {B}（I = {I}、W = {W}）、F&B = {FB}；一行是一个 rank，时间向右。“激活”指占用最多的 rank 同时留存几个微批次的激活。条形图另外假设通信与计算用时相等，成对时完全隐藏：这是示意，不是实测。一对之内的次序（宽度不按比例）、公式、图 5 和约 {ratio} 的比例出自 V3 报告。"),
    "schedule": ("Schedule", "调度"),
    "schedule-1f1b": ("1F1B", "1F1B"), "schedule-zb1p": ("ZB1P", "ZB1P"), "schedule-dualpipe": ("DualPipe", "DualPipe"),
    "ranks": ("Pipeline ranks", "流水线 rank 数"),
    "grid": ("{schedule} on {ranks} ranks with {batches} micro-batches", "{schedule}，{ranks} 个 rank，{batches} 个微批次"),
    "time": ("{batches} micro-batches, time →", "{batches} 个微批次，时间 →"),
    "key": ("Key", "图例"),
    "key-F": ("forward", "前向"), "key-B": ("backward, whole", "完整反向"), "key-I": ("backward for inputs", "对输入的反向"),
    "key-W": ("backward for weights", "对权重的反向"), "key-FB": ("a pair, overlapped", "重叠的一对"), "key-idle": ("waiting: the bubble", "等待，即气泡"),
    "formula-1f1b": ("(PP − 1)(F + B)", "(PP − 1)(F + B)"),
    "formula-zb1p": ("(PP − 1)(F + B − 2W)", "(PP − 1)(F + B − 2W)"),
    "formula-dualpipe": ("(PP/2 − 1)(F&B + B − 3W)", "(PP/2 − 1)(F&B + B − 3W)"),
    "inside": ("Inside a pair: one pass computes while the other sends", "一对之内：一个计算，另一个通信"),
    "computes": ("computes", "计算"), "sends": ("sends", "通信"),
    "mlp": ("MLP", "MLP"), "attention": ("attention", "注意力"), "dispatch": ("dispatch", "分发"), "combine": ("combine", "合并"), "stages": ("stages", "阶段间"),
    "bubble": ("Bubble", "气泡"), "by-formula": ("formula", "公式"), "simulated": ("simulated", "模拟"), "held": ("held", "激活"),
    "bars": ("The same step if messages take as long as computing", "若通信与计算等长，一个训练步的时间"),
    "bar": ("{schedule}: {total} units", "{schedule}：{total} 个单位时间"),
    "computing": ("computing", "计算"), "sending": ("only sending", "只在通信"), "idle": ("waiting", "等待"),
    "finding": ("{schedule} on {ranks} ranks: each waits {idle} of {length} units, as the formula says. No two passes overlap, so every message is paid for in full.",
                "{schedule}，{ranks} 个 rank：每个 rank 在 {length} 个单位时间里等待 {idle} 个，与公式一致。前向与反向不重叠，通信时间一点也省不下。"),
    "finding-dualpipe": ("DualPipe on {ranks} ranks: each waits {idle} of {length} units, as the formula says. {pairs} of its {batches} forward passes share their time with a backward pass; "
                         "there the messages hide, and with them the step takes {total} units instead of {other} with 1F1B.",
                         "DualPipe，{ranks} 个 rank：每个 rank 在 {length} 个单位时间里等待 {idle} 个，与公式一致。{batches} 次前向中有 {pairs} 次与反向同时进行，通信就藏在那里；计入通信后，一个训练步要 {total} 个单位时间，1F1B 要 {other} 个。"),
    "pairs": ("{low} to {high}", "{low} 至 {high}"),
    "column-batches": ("Micro-batches", "微批次"), "column-formula": ("Bubble by formula", "气泡（公式）"), "column-simulated": ("Bubble simulated", "气泡（模拟）"),
    "column-length": ("Length of the step", "训练步的长度"), "column-held": ("Activations held, most", "留存激活（最多）"), "column-pairs": ("Pairs per rank", "每个 rank 的成对数"),
    "column-total": ("With messages: length", "计入通信：长度"), "column-computing": ("computing", "计算"), "column-sending": ("only sending", "只在通信"), "column-idle": ("waiting", "等待"),
}


def _batches(ranks: int) -> int:
    return int(ranks * PER_RANK)


def _cell(x: int, y: int, kind: str, width: int) -> tuple[str, str]:
    """The outline of a step and its strips."""
    return f"M{x} {y}h{width}v{ROW - 2}h-{width}z", "".join(f"M{x} {y + top}h{width}v4h-{width}z" for top in STRIPS.get(kind, ()))


def _row(shapes, y: int) -> str:
    """Boxes (start, width, top, height) in units and pixels as one path; moves are relative, so that rows repeat themselves and pack well."""
    d, at, down = f"M{LEFT} {y}", 0, 0
    for start, units, top, height in shapes:
        d += f"m{UNIT * (start - at)} {top - down}h{UNIT * units}v{height}h-{UNIT * units}z"
        at, down = start, top
    return d if shapes else ""


def _grid(ink, schedule: str, ranks: int, played) -> str:
    """Ranks as rows, time to the right; every step has its letter, idle units a dot."""
    length, batches, height = pipeline.length(played), _batches(ranks), ROW - 2
    name = ink.say("grid", schedule=ink.say(f"schedule-{schedule}"), ranks=ranks, batches=batches)
    svg = Svg(ink, TOP + ROW * ranks, name, LEFT + UNIT * length + 1)
    svg.text(LEFT, 13, ink.say("time", batches=batches), size=11)
    middles = " ".join(str(LEFT + UNIT * unit + UNIT // 2) for unit in range(length))
    borders = " ".join(str(LEFT + UNIT * unit + UNIT) for unit in range(length))  # where the letter of a step of two units stands
    boxes, letters = {"box": "", "box on": "", "fill": ""}, ""
    for rank, steps in enumerate(played):
        y, plain, wide = TOP + ROW * rank, ["·"] * length, ["\u00a0"] * length
        svg.text(LEFT - 3, y + 13, str(rank), "end", size=10)
        shapes = {"box": [], "box on": [], "fill": []}
        for step in steps:
            units, at = step.end - step.start, step.start
            plain[at:step.end] = ["\u00a0"] * units
            if step.kind == "FB":
                shapes["box on"].append((at, units, 0, height))
                plain[at:step.end] = ['<tspan class="on">F', "&amp;", "B</tspan>"]
                continue
            (wide if units == 2 else plain)[at] = step.kind
            shapes["box"].append((at, units, 0, height))
            shapes["fill"] += [(at, units, top, 4) for top in STRIPS.get(step.kind, ())]
        for cls, found in shapes.items():
            boxes[cls] += _row(found, y)
        letters += f'<text y="{y + 13}" x="{middles}">{"".join(plain)}</text>'.replace("</tspan><tspan class=\"on\">", "")
        if any(sign != "\u00a0" for sign in wide):
            letters += f'<text y="{y + 13}" x="{borders}">{"".join(wide)}</text>'
    svg.add("".join(f'<path class="{cls}" d="{d}"/>' for cls, d in boxes.items() if d))
    svg.add(f'<g text-anchor="middle" font-size="9">{letters}</g>')
    wide_svg = svg.html().replace("<svg ", f'<svg style="width:{svg.width}px;max-width:none" ', 1)
    return f'<div class="scroll" style="contain:inline-size" tabindex="0" role="region" aria-label="{name}">{wide_svg}</div>'


def _key(ink) -> str:
    """What letters, outlines and strips mean."""
    svg = Svg(ink, 92, ink.say("key"))
    for place, kind in enumerate(("F", "I", "FB", "B", "W", "idle")):
        x, y = 200 * (place // 3), 24 * (place % 3) + 14
        width = {"B": 22, "FB": 33}.get(kind, 11)
        if kind == "idle":
            svg.text(x + 6, y + 13, "·", "middle")
        elif kind == "FB":
            svg.path(_cell(x + 1, y, "", width)[0], "box on")
            svg.text(x + 1 + width // 2 + 1, y + 13, "F&B", "middle", "on", 10)
        else:
            outline, strips = _cell(x + 1, y, kind, width)
            svg.path(outline, "box")
            if strips:
                svg.path(strips, "fill")
            svg.text(x + 1 + (width + 1) // 2, y + 13, kind, "middle", size=10)
        svg.text(x + 42, y + 14, ink.say("key-" + kind), size=12, room=157)
    return svg.html()


def _inside(ink) -> str:
    """What computes and what sends within an overlapped pair: the order of Figure 4."""
    svg = Svg(ink, 78, ink.say("inside"))
    svg.text(0, 14, ink.say("inside"))
    svg.rect(58, 24, 342, 50, "box on", rx=2)
    for row, (name, parts) in enumerate(zip(("computes", "sends"), INSIDE)):
        x, y = 60, 28 + 24 * row
        svg.text(0, y + 13, ink.say(name), size=11, room=56)
        for part, kind, width in parts:
            outline, strips = _cell(x, y, kind, width)
            svg.path(outline, "box")
            if strips:
                svg.path(strips, "fill")
            svg.text(x + width // 2, y + 13, " ".join(filter(None, (part and ink.say(part), kind))), "middle", size=11, room=width - 4)
            x += width
    return svg.html()


def _total(ink, account) -> str:
    """The length of a step with messages, with a decimal only where it is not whole."""
    return ink.number(account.total, 1 if account.total.denominator > 1 else 0)


def _bars(ink, ranks: int) -> str:
    """The length of a step with messages: computing, sending with nothing else, waiting."""
    accounts = {schedule: pipeline.account(schedule, ranks, _batches(ranks)) for schedule in pipeline.SCHEDULES}
    widest = max(account.total for account in accounts.values())
    svg = Svg(ink, 218, ink.say("bars"))
    svg.text(0, 26, ink.say("bars"))
    hatch = svg.hatch()
    units = lambda value: round(396 * value / widest)
    for place, (schedule, account) in enumerate(accounts.items()):
        y = 40 + 50 * place
        svg.text(2, y + 12, ink.say("bar", schedule=ink.say(f"schedule-{schedule}"), total=_total(ink, account)), cls="on" if schedule == "dualpipe" else "", size=12)
        x = 2
        for kind, value in (("computing", account.computing), ("sending", account.sending), ("idle", account.idle)):
            width = units(value)
            svg.rect(x, y + 18, width, 18, STYLES[kind])
            if kind == "sending":
                svg.rect(x, y + 18, width, 18, "", fill=hatch)
            x += width
    x = 2
    for kind, room in (("computing", 116), ("sending", 146), ("idle", 120)):
        svg.rect(x, 196, 18, 14, STYLES[kind])
        if kind == "sending":
            svg.rect(x, 196, 18, 14, "", fill=hatch)
        svg.text(x + 24, 208, ink.say(kind), size=12, room=room - 26)
        x += room
    return svg.html()


def _table(ink, ranks: int, chosen: str) -> str:
    """The bubbles of the three schedules by formula and from the simulation, and the activations that the fullest rank holds."""
    rows = []
    for schedule in pipeline.SCHEDULES:
        played = pipeline.simulate(schedule, ranks, _batches(ranks))
        cells = (pipeline.bubble(schedule, ranks), max(pipeline.idle(played)), max(map(pipeline.held, played)))
        bold = lambda words: f"<b>{words}</b>" if schedule == chosen else str(words)
        formula = ink.say(f"formula-{schedule}").replace("&", "&amp;")
        rows.append((f'{bold(ink.say(f"schedule-{schedule}"))}<br><small>{formula}</small>', "".join(f"<td>{bold(cell)}</td>" for cell in cells)))
    return ink.table([ink.say("bubble"), *(f"<small>{ink.say(key)}</small>" for key in ("by-formula", "simulated", "held"))], rows, "states")


def _pairs(ink, played) -> str:
    counts = [pipeline.count(steps)["FB"] for steps in played]
    return ink.say("pairs", low=min(counts), high=max(counts)) if min(counts) < max(counts) else str(max(counts))


def draw(ink, schedule, ranks):
    """The grid, its key, the bubbles and the bars."""
    batches = _batches(ranks)
    played = pipeline.simulate(schedule, ranks, batches)
    html = ink.pane(_grid(ink, schedule, ranks, played)) + _key(ink) + _inside(ink) + ink.pane(_table(ink, ranks, schedule) + _bars(ink, ranks))
    total = {name: _total(ink, pipeline.account(name, ranks, batches)) for name in pipeline.SCHEDULES}
    return html, ink.say("finding-dualpipe" if schedule == "dualpipe" else "finding", schedule=ink.say(f"schedule-{schedule}"), ranks=ranks, batches=batches,
                         idle=max(pipeline.idle(played)), length=pipeline.length(played), pairs=_pairs(ink, played), total=total["dualpipe"], other=total["1f1b"])


def table(ink):
    """All states."""
    columns = [ink.say(key) for key in ("schedule", "ranks", *("column-" + key for key in ("batches", "formula", "simulated", "length", "held", "pairs", "total", "computing", "sending", "idle")))]
    rows = []
    for ranks in RANKS:
        for schedule in pipeline.SCHEDULES:
            batches = _batches(ranks)
            played, account = pipeline.simulate(schedule, ranks, batches), pipeline.account(schedule, ranks, batches)
            rows.append([ink.say(f"schedule-{schedule}"), ranks, batches, pipeline.bubble(schedule, ranks), max(pipeline.idle(played)), pipeline.length(played),
                         max(map(pipeline.held, played)), _pairs(ink, played), *(ink.number(value, 1) for value in (account.total, account.computing, account.sending, account.idle))])
    return columns, rows


def numbers(fact):
    """Bubbles, the worked example on 8 ranks, and V3's own size: 16 ranks, its last batch spread over the copies of the pipeline."""
    played = {schedule: pipeline.simulate(schedule, *EXAMPLE) for schedule in pipeline.SCHEDULES}
    long = {schedule: pipeline.length(steps) for schedule, steps in played.items()}
    of = {schedule: pipeline.account(schedule, *EXAMPLE) for schedule in pipeline.SCHEDULES}
    counts = [pipeline.count(steps)["FB"] for steps in played["dualpipe"]]
    ranks = int(fact("deepseek-v3/pipeline-parallelism"))
    pipelines = fact("deepseek-v3/cluster-gpus") / ranks
    batches = int(fact("deepseek-v3/batch-size-final") / pipelines)
    large = [pipeline.count(steps)["FB"] for steps in pipeline.order("dualpipe", ranks, batches)]
    mean = Fraction(sum(large), len(large))
    work = batches * (pipeline.Times().forward + pipeline.Times().backward)
    share = lambda schedule: Fraction(pipeline.bubble(schedule, ranks), work + pipeline.bubble(schedule, ranks))
    digits = lambda value, most: most if value.denominator > 1 else 0
    return {
        **{f"bubble-{schedule}-{size}": (pipeline.bubble(schedule, size), None) for schedule in pipeline.SCHEDULES for size in (EXAMPLE[0], ranks)},
        **{f"total-{schedule}": (account.total, None, digits(account.total, 1)) for schedule, account in of.items()},
        **{f"idle-{schedule}": (of[schedule].idle, None, digits(of[schedule].idle, 2)) for schedule in ("1f1b", "dualpipe")},
        "length-zb1p": (long["zb1p"], None), "length-dualpipe": (long["dualpipe"], None),
        "computing": (of["dualpipe"].computing, None), "sending-one-way": (of["1f1b"].sending, None), "sending-dualpipe": (of["dualpipe"].sending, None, 2),
        "saving": percent(1 - of["dualpipe"].total / of["1f1b"].total), "saving-bubble": percent(1 - Fraction(long["dualpipe"], long["zb1p"]), 1),
        "pairs-low": (min(counts), None), "pairs-high": (max(counts), None),
        "pipelines": (pipelines, None), "batches": (Decimal(batches), None),
        "share-1f1b": percent(share("1f1b"), 1), "share-zb1p": percent(share("zb1p"), 1), "share-dualpipe": percent(share("dualpipe"), 1),
        "v3-pairs-low": (min(large), None), "v3-pairs-high": (max(large), None),
        "v3-pairs-seconds": (mean * Fraction(fact("profile-data/train-pair-time")) / 1000, "seconds", 1),
        "pairs-share": percent(fact("insights-deepseek-v3/step-pairs") / fact("insights-deepseek-v3/step-time")),
        "serial": (fact("profile-data/train-communication-time") + fact("profile-data/train-computation-time"), "milliseconds", 0),
    }


def _told(ink) -> dict[str, object]:
    """What the caption says of the durations and of the report's ratio of computation and communication."""
    return {kind: pipeline.Times().of(kind) for kind in pipeline.KINDS} | {"ratio": ink.fact("deepseek-v3/compute-communication-ratio")}


FIGURE = Figure(
    id="dualpipe", words=WORDS, draw=draw, table=table, numbers=numbers, told=_told,
    controls=(Control("schedule", pipeline.SCHEDULES, default="dualpipe"), Control("ranks", RANKS, default=8)),
    citations=(("deepseek-v3", "§3.2.1; Figure 4; Figure 5; Table 2"), ("dualpipe-code", "README")))
