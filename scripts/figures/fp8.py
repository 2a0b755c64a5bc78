"""FP8: where its numbers lie, and what an outlier does to the values that share its scale."""

import math
from bisect import bisect_left
from functools import cache

from models import fp8

from .kit import Control, Figure, Svg, percent

FORMATS = {"E4M3": fp8.E4M3, "E5M2": fp8.E5M2}
TOKENS = CHANNELS = 256
GROUPS = {"tensor": None, "block": "deepseek-v3/fp8-weight-block", "tile": "deepseek-v3/fp8-activation-tile"}
"""What shares a scale, and the fact that says its size; None is the whole matrix."""
SCALE_BYTES = 4
"""Of a scale in FP32."""
SIZES = (1, 1000, 10000, 100000, 1000000)
LOW, HIGH, LEFT, RIGHT = -18, 17, 14, 390
"""Ends of the number line as powers of two, and where they stand in the drawing."""
FEW = 0.00005
"""A share that would be printed as nothing."""
BASE, TALL = 106, 62

WORDS = {
    "title": ("One outlier, and who has to share its scale", "一个离群值会连累多少数"),
    "caption": ("Computed by this site with its own rounding, which equals ml_dtypes: {matrix} of normally distributed numbers, one of them replaced by an outlier, given as a multiple of the "
                "standard deviation. Errors are root mean squares over all other values. The groups are those of the V3 report; real activations are not normally distributed.",
                "由本站计算，舍入实现与 ml_dtypes 逐值一致：{matrix}的正态分布随机数，其中一个换成离群值，大小以标准差的倍数计。误差按其余所有数的均方根计。分组方式取自 V3 报告；真实的激活值并不服从正态分布。"),
    "format": ("Format", "格式"), "format-E4M3": ("E4M3", "E4M3"), "format-E5M2": ("E5M2", "E5M2"),
    "scaling": ("One scale per", "共用缩放因子"),
    "scaling-tensor": ("tensor", "整个张量"), "scaling-block": ("{group} block", "{group} 块"), "scaling-tile": ("{group} tile", "{group} 小块"),
    "size": ("Outlier, in standard deviations", "离群值（标准差的倍数）"), "none": ("none", "无"), "times": ("{n}×", "{n} 倍"),
    "picture": ("The numbers of the format on a line, the values that share the outlier’s scale, and their group in the matrix", "数轴上该格式能表示的数、与离群值共用缩放因子的数，以及它们在矩阵中的位置"),
    "values": ("Values of the outlier’s group, after scaling", "与离群值同组的数，缩放后的大小"),
    "zero": ("rounds to 0", "舍入为 0"), "outlier": ("outlier", "离群值"),
    "has": ("{format} can write these", "{format} 能表示的范围"),
    "steps": ("From 1 to 4 {format} has these {n} numbers", "1 到 4 之间，{format} 有这 {n} 个数"),
    "matrix": ("{tokens} tokens × {channels} channels", "{tokens} 个 token × {channels} 个通道"),
    "share": ("share one scale:", "共用一个缩放因子的数："), "scales": ("scales in this matrix:", "这个矩阵的缩放因子："),
    "error": ("Error of the others", "其余数的误差"),
    "both": ("error {error}, {share} become 0", "误差 {error}，{share} 变成 0"), "only": ("error {error}, none become 0", "误差 {error}，没有变成 0"),
    "nearly": ("error {error}, hardly any become 0", "误差 {error}，几乎没有变成 0"),
    "finding": ("{format}, one scale per {scaling}, {outlier}: the error of the other values is {error}; {lost}.",
                "{format}、{scaling}共用一个缩放因子、{outlier}：其余的数误差为 {error}，{lost}。"),
    "lost-both": ("{share} of them turn into zero", "其中 {share} 变成零"), "lost-only": ("none of them turns into zero", "没有一个变成零"),
    "lost-nearly": ("hardly any of them turns into zero", "几乎没有变成零的"),
    "finding-none": ("no outlier", "没有离群值"), "finding-outlier": ("an outlier of {n} standard deviations", "离群值为标准差的 {n} 倍"),
    "unit-tensor": ("tensor", "整个张量"), "unit-block": ("block of {group}", "每 {group} 块"), "unit-tile": ("tile of {group}", "每 {group} 小块"),
    "error-column": ("Error", "误差"), "lost-column": ("Turned into zero", "变成零"),
}


def shape(fact, scaling: str) -> tuple[int, int]:
    """Rows and columns of a group: tokens and channels."""
    return tuple(map(int, fact(GROUPS[scaling]).split("×"))) if GROUPS[scaling] else (TOKENS, CHANNELS)


@cache
def _sample(size: int, where: str):
    return fp8.with_outlier(fp8.sample(TOKENS, CHANNELS) if size == 1 else _sample(1, "value")[0], float(size), where)


@cache
def _spread(down: range, across: range) -> fp8.Spread:
    """The values of one group before any of them became an outlier."""
    return fp8.Spread([value for row in _sample(1, "value")[0][down.start:down.stop] for value in row[across.start:across.stop]])


@cache
def _group(size: int, where: str, name: str, down: range, across: range) -> tuple[float, fp8.Loss]:
    """Scale of one group and the loss of its values, without the outliers."""
    matrix, outliers = _sample(size, where)
    places = [(i, j) for i, j in outliers if i in down and j in across]
    spread, before = _spread(down, across), _sample(1, "value")[0]
    scale = fp8.scale_of([spread.sizes[-1], *(matrix[i][j] for i, j in places)], FORMATS[name])
    return scale, spread.loss(scale, FORMATS[name]) - fp8.loss([before[i][j] for i, j in places], scale, FORMATS[name])


@cache
def total(name: str, group: tuple[int, int], size: int, where: str = "value") -> fp8.Loss:
    """The loss of the whole matrix, cut into groups of so many rows and columns; groups without an outlier are those of the sample
    without any."""
    height, width = group
    touched = {(i // height, j // width) for i, j in _sample(size, where)[1]}
    result = total(name, group, 1) if touched else fp8.Loss()
    for down, across in fp8.groups(TOKENS, CHANNELS, height, width):
        if not touched:
            result += _group(1, "value", name, down, across)[1]
        elif (down.start // height, across.start // width) in touched:
            result += _group(size, where, name, down, across)[1] - _group(1, "value", name, down, across)[1]
    return result


def _own_group(group: tuple[int, int]) -> tuple[range, range]:
    """The group in which the outlier lies."""
    row, column = TOKENS // 4, CHANNELS // 4
    return next((down, across) for down, across in fp8.groups(TOKENS, CHANNELS, *group) if row in down and column in across)


def _x(power: float) -> int:
    return round(LEFT + (RIGHT - LEFT) * (power - LOW) / (HIGH - LOW))


@cache
def _histogram(name: str, group: tuple[int, int], size: int) -> str:
    """Commands of the outline of the values' sizes after scaling, in bins of half a power of two; the outlier's place holds its value
    from before."""
    scale, sizes = _group(size, "value", name, *_own_group(group))[0], _spread(*_own_group(group)).sizes
    count, first, last = len(sizes), *(math.floor(2 * math.log2(end / scale)) for end in (sizes[0], sizes[-1]))
    below = [bisect_left(sizes, 2 ** (place / 2) * scale) for place in range(max(first, 2 * LOW) + 1, last + 2)]
    bins = {max(first, 2 * LOW) + place: now - before for place, (before, now) in enumerate(zip([0, *below], below))}
    steps = "".join(f"H{_x(place / 2)}V{BASE - round(TALL * bins.get(place, 0) / count / 0.21)}" for place in range(min(bins), max(bins) + 1))
    return f"M{_x(min(bins) / 2)} {BASE}{steps}H{_x((max(bins) + 1) / 2)}V{BASE}Z"


def _scaling(ink, scaling: str, key: str = "scaling") -> str:
    """The words of a way of scaling, with the size of its groups as the report writes it."""
    return ink.say(f"{key}-{scaling}", group=ink.fact(GROUPS[scaling]) if GROUPS[scaling] else "")


def _matrix_words(ink) -> dict[str, str]:
    """What the caption says of the matrix."""
    return {"matrix": ink.say("matrix", tokens=ink.number(TOKENS), channels=ink.number(CHANNELS))}


def _size(ink, size: int) -> str:
    return ink.say("none") if size == 1 else ink.say("times", n=ink.number(size))


def _percent(ink, share: float, digits: int | None = None) -> str:
    """A share in percent, with a second decimal below one percent."""
    return ink.unit(*percent(share, digits if digits is not None else 2 if 0 < share < 0.01 else 1))


def _line(svg, ink, format: str, group: tuple[int, int], size: int) -> None:
    """The values of the outlier's group on a line of powers of two, and below them what the format can write."""
    kind = FORMATS[format]
    largest = _x(math.log2(kind.largest))
    svg.text(LEFT, 16, ink.say("values"), cls="soft", size=13)
    threshold = _x(math.log2(kind.smallest / 2))
    svg.rect(LEFT, BASE - TALL, threshold - LEFT, TALL, "", vary={"width": threshold - LEFT}, fill=svg.hatch())
    svg.add(ink.element("path", vary={"d": _histogram(format, group, size)}, cls="fill"))
    svg.add(ink.element("path", vary={"d": f"M{threshold} {BASE - TALL}V{BASE + 14}"}, cls="line dash"))
    svg.text(LEFT, BASE - TALL - 6, ink.say("zero"), cls="soft", size=12, room=88)
    svg.circle(largest, BASE - 5, 5, "dot on", vary={"cx": largest, "r": 0 if size == 1 else 5})
    svg.text(largest, BASE - 15, "" if size == 1 else ink.say("outlier"), "middle", "on", vary={"x": largest})
    # single ticks where the numbers are few, one bar where they lie dense
    normal = _x(kind.lowest_exponent)
    ticks = "".join(f"M{_x(math.log2(number))} {BASE + 2}v10" for number in fp8.positive_numbers(kind) if number < 2.0 ** kind.lowest_exponent)
    svg.line(LEFT, BASE + 1, RIGHT, BASE + 1)
    svg.add(ink.element("path", vary={"d": ticks + f"M{normal} {BASE + 7}H{largest}"}, cls="line"))
    svg.rect(normal, BASE + 2, largest - normal, 10, "box on", vary={"x": normal, "width": largest - normal})
    for power, words in ((-16, "2⁻¹⁶"), (-8, "2⁻⁸"), (0, "1"), (8, "2⁸"), (16, "2¹⁶")):
        svg.line(_x(power), BASE + 14, _x(power), BASE + 18)
        svg.text(_x(power), BASE + 31, words, "middle", "soft", 12)
    middle = (normal + largest) // 2
    svg.text(middle, BASE + 48, ink.say("has", format=format), "middle", "on", vary={"x": middle})


def _steps(svg, ink, format: str) -> None:
    """The numbers of the format between 1 and 4."""
    few = [number for number in fp8.positive_numbers(FORMATS[format]) if 1 <= number <= 4]
    place = lambda number: round(LEFT + (RIGHT - LEFT) * (number - 1) / 3)
    svg.text(LEFT, 182, ink.say("steps", format=format, n=len(few)), cls="soft", vary=True)
    svg.line(LEFT, 204, RIGHT, 204)
    svg.add(ink.element("path", vary={"d": "".join(f"M{place(number)} 192v12" for number in few)}, cls="line on"))
    for number in (1, 2, 3, 4):
        svg.text(min(max(place(number), 17), 386), 218, str(number), "middle", "soft", 12)


def _matrix(svg, ink, group: tuple[int, int], size: int) -> None:
    """The matrix with the group of the outlier, and how many values share a scale."""
    (down, across), side, top = _own_group(group), 104, 240
    svg.box(LEFT, top, side, side)
    svg.line(LEFT + side // 2, top, LEFT + side // 2, top + side, "faint")
    svg.line(LEFT, top + side // 2, LEFT + side, top + side // 2, "faint")
    tall = max(3, round(side * len(down) / TOKENS))
    left, upper = LEFT + round(side * across[0] / CHANNELS), top + round(side * down[0] / TOKENS) - (1 if tall == 3 else 0)
    wide = round(side * len(across) / CHANNELS)
    svg.rect(left, upper, wide, tall, "box on", vary={"x": left, "y": upper, "width": wide, "height": tall})
    svg.circle(LEFT + side // 4, top + side // 4, 4, "dot on", vary={"r": 0 if size == 1 else 4})
    svg.text(LEFT + side // 2 + 5, top + side // 4 + 4, "" if size == 1 else ink.say("outlier"), cls="on", size=12, room=side // 2 - 6, vary=True)
    beside = LEFT + side + 16
    svg.text(beside, top + 10, ink.say("share"), cls="soft", size=13)
    svg.text(beside, top + 32, ink.number(len(down) * len(across)), cls="on", size=20, vary=True)
    svg.text(beside, top + 60, ink.say("scales"), cls="soft", size=13)
    svg.text(beside, top + 82, ink.number(len(list(fp8.groups(TOKENS, CHANNELS, *group)))), size=20, vary=True)
    svg.text(beside, top + side, _matrix_words(ink)["matrix"], cls="soft", size=12)


def _rows(ink, format: str, scaling: str, size: int) -> str:
    """The three ways of scaling side by side."""
    found = {(name, key): total(name, shape(ink.fact, key), size) for name in FORMATS for key in GROUPS}
    widest = max(loss.relative for loss in found.values())
    rows = [(_scaling(ink, key), _bar(ink, found[format, key], widest, key == scaling)) for key in GROUPS]
    return ink.table((ink.say("scaling"), ink.say("error")), rows)


def draw(ink, format, scaling, size):
    """The line of numbers, the numbers from 1 to 4, the matrix, and the errors of the three ways of scaling."""
    group = shape(ink.fact, scaling)
    svg, chosen = Svg(ink, 358, ink.say("picture")), total(format, group, size)
    _line(svg, ink, format, group, size)
    _steps(svg, ink, format)
    _matrix(svg, ink, group, size)
    finding = ink.say("finding", format=format, scaling=_scaling(ink, scaling, "unit"), error=_percent(ink, chosen.relative), lost=ink.say("lost-" + _kind(chosen), share=_percent(ink, chosen.lost)),
                      outlier=ink.say("finding-none") if size == 1 else ink.say("finding-outlier", n=ink.number(size)))
    return svg.html() + ink.pane(_rows(ink, format, scaling, size)), finding


def _kind(found: fp8.Loss) -> str:
    return "both" if found.lost > FEW else "nearly" if found.lost else "only"


def _bar(ink, found: fp8.Loss, widest: float, chosen: bool) -> str:
    words = ink.say(_kind(found), error=_percent(ink, found.relative), share=_percent(ink, found.lost))
    return ink.bar(words, found.relative / widest, "on" if chosen else "")


def table(ink):
    """Every state: format, way of scaling, outlier, error and share of zeros."""
    columns = [ink.say(key) for key in ("format", "scaling", "size", "error-column", "lost-column")]
    found = [(name, scaling, size, total(name, shape(ink.fact, scaling), size)) for name in FORMATS for scaling in GROUPS for size in SIZES]
    return columns, [[name, _scaling(ink, scaling), ink.number(size) if size > 1 else ink.say("none"), _percent(ink, loss.relative, 2), _percent(ink, loss.lost, 2)]
                     for name, scaling, size, loss in found]


def numbers(fact):
    """Both formats, what scales cost, and the losses with one value, one token or one channel far above the rest."""
    tile, block = (shape(fact, scaling) for scaling in ("tile", "block"))
    width, inner = int(fact("deepseek-v3/hidden-dimension")), int(fact("deepseek-v3/expert-hidden-dimension"))
    bits = 1 + fp8.E4M3.exponent_bits + fp8.E4M3.mantissa_bits
    larger = lambda group: fp8.bytes_per_value(bits, math.prod(group), SCALE_BYTES)
    found = {
        "e4m3-largest": (fp8.E4M3.largest, None, 0), "e5m2-largest": (fp8.E5M2.largest, None, 0),
        "e4m3-smallest": (fp8.E4M3.smallest, None, 6), "e5m2-smallest": (fp8.E5M2.smallest, None, 6),
        "bits": (bits, "bits"), "e4m3-exponent-bits": (fp8.E4M3.exponent_bits, "bits"), "e4m3-mantissa-bits": (fp8.E4M3.mantissa_bits, "bits"),
        "e4m3-numbers": (len(fp8.positive_numbers(fp8.E4M3)), None),
        "values": (TOKENS * CHANNELS, "elements"), "big": (100000, None), "middle": (10000, None),
        "tiles-per-token": (len(list(fp8.groups(1, width, *tile))), None), "blocks-per-matrix": (len(list(fp8.groups(width, inner, *block))), None),
        "tile-overhead": percent(larger(tile) - 1, 1), "block-overhead": percent(larger(block) - 1, 3), "tile-of-bf16": percent(larger(tile) / 2, 1),
        "e4m3-none": percent(total("E4M3", (TOKENS, CHANNELS), 1).relative, 1), "e5m2-none": percent(total("E5M2", (TOKENS, CHANNELS), 1).relative, 1),
    }
    for where in ("value", "token", "channel"):
        for scaling in GROUPS:
            loss = total("E4M3", shape(fact, scaling), 100000, where)
            found |= {f"{where}-{scaling}": percent(loss.relative, 1), f"{where}-{scaling}-lost": percent(loss.lost, 1)}
    return found


FIGURE = Figure(
    id="fp8", words=WORDS, draw=draw, table=table, numbers=numbers, told=_matrix_words,
    controls=(Control("format", tuple(FORMATS)), Control("scaling", tuple(GROUPS), show=_scaling), Control("size", SIZES, show=_size, default=100000, slider=True)),
    citations=(("deepseek-v3", "§3.3.2; Figure 7"), ("repo-ml-dtypes", "README")))
