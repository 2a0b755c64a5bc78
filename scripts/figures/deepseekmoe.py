"""One layer cut in four ways: which experts a token gets, with what scores, and how many other choices there would be."""

from decimal import Decimal
from functools import cache

from .kit import Control, Figure, Svg, percent
from models import experts

WHOLE, TAKEN = 16, 2
"""Experts before the cut and how many of them a token gets: the example of DeepSeekMoE, §3.1."""
LAYOUTS = {"coarse": (1, 0), "halves": (2, 0), "quarters": (4, 0), "shared": (4, 1)}
"""Parts of an expert, and shared experts."""
FINE = 4
"""Parts of an expert where it is cut finest."""
SEED, TOKENS, DIMENSION, COMMON, NEED, SPREAD = 1, "ABCD", 8, 27, 0.9, 0.5
"""Of the toy layer (`experts.toy_layer`), with the names of its tokens."""
SHOWN = 10  # rows of the list of scores
CELL, EDGE = 46, 16  # of a quarter expert, and what is left at the sides

WORDS = {
    "title": ("The same layer, cut finer", "同一层，切得更细"),
    "caption": ("An example with invented vectors; scores and choice follow Equations 4 to 11 of the paper, the combinations are exact. Area is parameters: the blue area is the same in every state. "
                "We let the centroid of an uncut expert be the mean of its parts. One invented expert fits what all tokens have in common; in the last state it is the shared one.",
                "向量是虚构的；打分和挑选照论文式 4 至 11，组合数为精确值。面积代表参数量，每个状态的蓝色面积都一样大。"
                "整专家的质心取各块质心的平均，是本站的假设。有一个虚构专家适合所有 token 的共性，最后一个状态里由它充当共享专家。"),
    "layout": ("Layer", "这一层"),
    "layout-coarse": ("{routed}, choose {chosen}", "{routed} 选 {chosen}"),
    "layout-halves": ("{routed}, choose {chosen}", "{routed} 选 {chosen}"),
    "layout-quarters": ("{routed}, choose {chosen}", "{routed} 选 {chosen}"),
    "layout-shared": ("{shared} shared + {routed}, choose {chosen}", "{shared} 共享 + {routed} 选 {chosen}"),
    "token": ("Token", "token"),
    "grid": ("Experts of the layer; the chosen ones carry their score", "这一层的专家；选中的标出分数"),
    "all": ("all", "全部"),
    "expert": ("Expert", "专家"),
    "kept": ("chosen ↑", "选中 ↑"),
    "left": ("not computed", "不计算"),
    "list": ("The {shown} highest scores", "分数最高的 {shown} 个"),
    "choices": ("Possible choices", "可选组合"),
    "find-coarse": ("Token {token} gets {chosen} whole experts, that is {best} quarters; only {hits} of these are among the {best} quarters that fit it best. There are {choices} choices.",
                    "token {token} 得到 {chosen} 个整专家，合 {best} 个四分之一块；其中只有 {hits} 块属于最合适的 {best} 块。可选组合 {choices}。"),
    "find-halves": ("Cut in halves, token {token} gets {chosen} pieces for the same computation; {hits} of their {best} quarters are among the {best} best. There are {choices} choices.",
                    "切成两半，同样的计算量，token {token} 得到 {chosen} 块；折合 {best} 个四分之一块，其中 {hits} 块属于最合适的 {best} 块。可选组合 {choices}。"),
    "find-quarters": ("Cut in quarters, token {token} gets the {chosen} pieces that fit it best, for the same computation. There are {choices} choices.",
                      "切成四份，同样的计算量，token {token} 得到最合适的 {chosen} 块。可选组合 {choices}。"),
    "find-shared": ("Expert {common}, which every token would have chosen, now runs for all without being chosen; token {token} gets {chosen} of the other {routed}, {choices} choices.",
                    "每个 token 本来都会选专家 {common}，如今不必选，它也为所有 token 计算；token {token} 再从其余 {routed} 个里选 {chosen} 个，可选组合 {choices}。"),
    "column-chosen": ("Chosen experts", "选中的专家"),
    "column-hits": ("Quarters among the {best} best", "属于最佳 {best} 块的块数"),
}


def shape(layout: str) -> experts.Layout:
    """The experts of the example, cut as this layout says."""
    return experts.segmented(WHOLE, TAKEN, *LAYOUTS[layout])


BEST = shape("quarters").chosen
"""How many quarters a token gets in every layout."""


@cache
def toy():
    """The invented tokens and the centroids of all quarters."""
    return experts.toy_layer(SEED, WHOLE * FINE, len(TOKENS), DIMENSION, COMMON, NEED, SPREAD)


def place(piece: int, parts: int) -> tuple[int, int, int, int]:
    """Left, top, width and height of a piece: 16 squares in 4 rows, each cut upright in halves or in quarters."""
    whole, part = divmod(piece, parts)
    wide, high = (2, 2) if parts == 1 else (1, 2) if parts == 2 else (1, 1)
    column, row = 2 * (whole % 4) + part % 2 * (parts > 1), 2 * (whole // 4) + (part // 2 if parts == 4 else 0)
    return EDGE + CELL * column, CELL * row + 2, CELL * wide, CELL * high


@cache
def choice(layout: str, token: int):
    """(parts, shared expert or None, {expert: score}, chosen experts): the routing of one token in one layout."""
    parts, shared = LAYOUTS[layout]
    vectors, centroids = toy()
    routed = [piece for piece in range(WHOLE * parts) if not (shared and piece == COMMON)]
    merged = experts.merged(centroids, FINE // parts)
    scores = experts.affinities(vectors[token], [merged[piece] for piece in routed])
    chosen = experts.top_k(scores, shape(layout).chosen)
    return parts, COMMON if shared else None, dict(zip(routed, scores)), [routed[at] for at in chosen]


def hits(layout: str, token: int) -> int:
    """How many quarters of the chosen experts are among as many quarters with the highest scores."""
    parts, shared, _, chosen = choice(layout, token)
    step = FINE // parts
    mine = {step * piece + part for piece in [*chosen, *([] if shared is None else [shared])] for part in range(step)}
    return len(mine & set(choice("quarters", token)[3]))


def _percent(ink, score: float) -> str:
    return ink.unit(*percent(score, 0 if score >= 0.095 else 1))


def _grid(ink, layout: str, token: int) -> str:
    parts, shared, scores, chosen = choice(layout, token)
    svg = Svg(ink, 8 * CELL + 42, ink.say("grid"))
    rest = "".join("M{} {}h{}v{}h-{}z".format(x + 2, y + 2, w - 4, h - 4, w - 4) for x, y, w, h in (place(piece, parts) for piece in scores if piece not in chosen))
    svg.path(rest, "box")
    for piece in chosen:
        x, y, w, h = place(piece, parts)
        svg.box(x + 2, y + 2, w - 4, h - 4, _percent(ink, scores[piece]), "on", 12 if parts == 4 else 13)
    if shared is not None:
        x, y, w, h = place(shared, parts)
        svg.box(x + 2, y + 2, w - 4, h - 4, cls="on")
        svg.rect(x + 3, y + 3, w - 6, h - 6, "", fill=svg.hatch(6))
        svg.box(x + 7, y + 14, w - 14, h - 27)
        svg.text(x + w // 2, y + h // 2 + 5, ink.say("all"), "middle", "on", 12, room=w - 6)
    if parts > 1:  # the sixteen experts of old, as a frame
        for line in range(5):
            svg.line(EDGE, 2 * CELL * line + 2, EDGE + 8 * CELL, 2 * CELL * line + 2)
            svg.line(EDGE + 2 * CELL * line, 2, EDGE + 2 * CELL * line, 8 * CELL + 2)
    svg.text(EDGE, 8 * CELL + 28, ink.say("choices"), cls="soft", room=150)
    svg.text(EDGE + 8 * CELL, 8 * CELL + 29, ink.number(shape(layout).combinations), "end", "on", 20)
    return svg.html()


def _list(ink, layout: str, token: int) -> str:
    """The highest scores, with a line where the choice ends."""
    _, _, scores, chosen = choice(layout, token)
    best = sorted(scores, key=lambda piece: (-scores[piece], piece))[:SHOWN]
    svg = Svg(ink, 19 * SHOWN + 40, ink.say("list", shown=SHOWN))
    svg.text(EDGE, 14, ink.say("list", shown=SHOWN), cls="soft", size=12)
    for row, piece in enumerate(best):
        y, cls = 24 + 19 * row + 12 * (row >= len(chosen)), "on" if piece in chosen else "soft"
        width = max(1, round(200 * scores[piece] / scores[best[0]]))
        svg.text(EDGE, y + 12, f"{ink.say('expert')} {piece + 1}", cls=cls, size=12)
        svg.rect(98, y + 2, width, 12, f"fill {cls}")
        svg.text(104 + width, y + 12, _percent(ink, scores[piece]), cls=cls, size=12)
    y = 24 + 19 * len(chosen) + 4
    svg.line(EDGE, y, EDGE + 8 * CELL, y, "dash")
    svg.text(EDGE + 8 * CELL, y - 5, ink.say("kept"), "end", "on", 12)
    svg.text(EDGE + 8 * CELL, y + 14, ink.say("left"), "end", "soft", 12)
    return svg.html()


def _layout(ink, layout: str) -> str:
    """The name of a layout, with its numbers."""
    cut = shape(layout)
    return ink.say("layout-" + layout, routed=cut.routed, chosen=cut.chosen, shared=cut.shared)


def draw(ink, layout, token):
    """The grid of experts with the number of choices, and the list of scores."""
    cut = shape(layout)
    finding = ink.say("find-" + layout, token=TOKENS[token], hits=hits(layout, token), choices=ink.number(cut.combinations), common=COMMON + 1,
                      chosen=cut.chosen, routed=cut.routed, best=BEST)
    return ink.pane(_grid(ink, layout, token) + _list(ink, layout, token)), finding


def table(ink):
    """Every state: the chosen experts with their scores, how many of the best quarters they cover, and the number of choices."""
    rows = []
    for layout in LAYOUTS:
        for token, name in enumerate(TOKENS):
            _, shared, scores, chosen = choice(layout, token)
            named = [f"{piece + 1} ({_percent(ink, scores[piece])})" for piece in chosen] + ([] if shared is None else [f"{shared + 1} ({ink.say('all')})"])
            rows.append([_layout(ink, layout), name, ", ".join(named), str(hits(layout, token)), ink.number(shape(layout).combinations)])
    return [ink.say(key, best=BEST) for key in ("layout", "token", "column-chosen", "column-hits", "choices")], rows


def numbers(fact):
    """Combinations of the layouts, and the routing of token A before and after the cut."""
    _, _, coarse, two = choice("coarse", 0)
    _, _, fine, eight = choice("quarters", 0)
    return {layout: (Decimal(shape(layout).combinations), "combinations") for layout in ("coarse", "quarters", "shared")} | {
        "a-first": (two[0] + 1, None), "a-second": (two[1] + 1, None), "a-first-score": percent(coarse[two[0]]), "a-second-score": percent(coarse[two[1]]),
        "a-hits": (hits("coarse", 0), None), "a-best": (eight[0] + 1, None), "a-best-score": percent(fine[eight[0]]),
        "a-last": (eight[-1] + 1, None), "a-last-score": percent(fine[eight[-1]], 1), "a-weight": percent(sum(fine[piece] for piece in eight)),
    }


FIGURE = Figure(
    id="deepseekmoe",
    words=WORDS,
    controls=(Control("layout", tuple(LAYOUTS), show=_layout, default="quarters"),
              Control("token", tuple(range(len(TOKENS))), show=lambda ink, value: TOKENS[value])),
    draw=draw,
    table=table,
    numbers=numbers,
    citations=(("deepseek-moe", "§3.1; §3.2; Figure 2"),),
)
