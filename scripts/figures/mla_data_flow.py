"""One attention layer as a flow of data: what is kept of a token, and what each head reads, in five ways."""

from decimal import Decimal

from models import kv_cache, latent_attention

from .kit import Control, Figure, Svg

KINDS = ("mha", "gqa", "mqa", "mla", "merged")

WORDS = {
    "title": ("What one layer keeps of a token", "一层注意力从一个 token 里存下什么"),
    "caption": ("Heads and dimensions of DeepSeek-V2; the groups of the second choice are those of DeepSeek 67B. Four of the heads are drawn. Counts are computed by this site.",
                "头数与维度取自 DeepSeek-V2，分组数取自 DeepSeek 67B。图中只画四个头。各项计数为本站计算。"),
    "kind": ("Attention", "注意力"),
    "kind-mha": ("MHA", "MHA"), "kind-gqa": ("GQA", "GQA"), "kind-mqa": ("MQA", "MQA"), "kind-mla": ("MLA", "MLA"),
    "kind-merged": ("MLA, merged", "MLA 合并后"),
    "label-mha": ("Multi-head attention: every head has its own key and value in the cache.", "多头注意力：每个头在缓存里各有一组键和值。"),
    "label-gqa": ("Grouped-query attention: the heads of a group read one key and value.", "分组查询注意力：同组的头读同一组键和值。"),
    "label-mqa": ("Multi-query attention: all heads read one key and value.", "多查询注意力：所有头读同一组键和值。"),
    "label-mla": ("Latent attention as written: a short vector is kept, each head rebuilds its key and value from it.", "潜在注意力的原始写法：存一个短向量，每个头据此还原键和值。"),
    "label-merged": ("Latent attention in decoding: nothing is rebuilt, heads read the short vector itself.", "解码时的潜在注意力：不还原，各头直接读短向量。"),
    "hidden": ("hidden state of an earlier token: {n}", "先前 token 的隐藏状态：{n}"),
    "make-plain": ("key and value matrix", "乘键矩阵、值矩阵"),
    "make-latent": ("one flat matrix", "乘一个扁矩阵，压缩"),
    "kept": ("In the cache: {n}", "存入缓存：{n}"),
    "key": ("k", "k"), "value": ("v", "v"), "query": ("q", "q"), "wide-query": ("q × K", "q × K"),
    "all-heads": ("all heads", "所有头"), "first-group": ("group 1", "第 1 组"), "last-group": ("group {n}", "第 {n} 组"),
    "latent": ("latent, {n}", "潜在向量 {n}"), "position": ("position, {n}", "位置键 {n}"),
    "rebuilt": ("rebuilt at", "每一步"), "rebuilt-2": ("each step", "都要还原"), "nothing": ("nothing", "不再"), "nothing-2": ("is rebuilt", "还原"),
    "asks": ("the new token asks, one query per head", "新 token：每个头一个查询"),
    "asks-merged": ("K, the key matrix, is now part of the query", "键矩阵 K 已并入查询"),
    "head": ("head {n}", "头 {n}"), "more": ("…", "…"),
    "scale": ("The cache to scale, one square = {n}", "缓存按比例画出，一格 = {n}"),
    "finding-mha": ("Multi-head attention keeps a key and a value for each of {heads}: {n} per token and layer.", "多头注意力为 {heads}各存一个键和一个值：每个 token 每层 {n}。"),
    "finding-gqa": ("With {groups} groups there are {groups} pairs to keep: {n}, {share} of multi-head attention, but the heads of a group see the same keys.",
                    "分成 {groups} 组，只存 {groups} 对键值：{n}，是多头注意力的 {share}；同组的头看到的键完全相同。"),
    "finding-mqa": ("One pair for all heads: {n}, the least of all, {share} of multi-head attention; every head sees the same keys.",
                    "所有头共用一对键值，缓存最小：{n}，是多头注意力的 {share}；每个头看到的键都一样。"),
    "finding-mla": ("The latent and the positional key make {n}, {share} of multi-head attention, and each head still has its own key and value. If these are rebuilt, a step takes {work} per cached token in this layer.",
                    "潜在向量加位置键共 {n}，是多头注意力的 {share}，每个头仍有自己的键和值。若每一步都还原，这一层里每个缓存 token 要 {work}。"),
    "finding-merged": ("The cache stays at {n}. Nothing is rebuilt: {work} per cached token instead of {rebuilt}, and still {times} the {plain} of multi-head attention.",
                       "缓存仍是 {n}，但不再还原：每个缓存 token 只要 {work}，还原时要 {rebuilt}；不过仍是多头注意力（{plain}）的 {times}。"),
    "column-kept": ("Kept per token and layer", "每层每 token 缓存"), "column-work": ("Multiplications per cached token and layer", "每层每个缓存 token 的乘法次数"),
}


def _sizes(fact):
    names = ("attention-heads", "head-dimension", "kv-compression-dimension", "decoupled-rope-dimension", "hidden-dimension")
    return [fact(f"deepseek-v2/{name}") for name in names] + [fact("deepseek-llm/kv-heads-67b")]


def _kept(fact):
    """Numbers kept per token in one layer, by kind."""
    heads, dimension, latent, rope, _, groups = _sizes(fact)
    one = Decimal(1)
    shared = lambda pairs: kv_cache.grouped_query_elements(one, pairs, dimension)
    mla = kv_cache.latent_elements(one, latent, rope)
    return {"mha": shared(heads), "gqa": shared(groups), "mqa": shared(one), "mla": mla, "merged": mla}


def _work(fact):
    """Multiplications per cached token in one layer and one decoding step, by kind."""
    heads, dimension, latent, rope, _, _ = _sizes(fact)
    plain = latent_attention.plain_multiplications(heads, dimension)
    return {"mha": plain, "gqa": plain, "mqa": plain, "mla": latent_attention.expanded_multiplications(heads, dimension, latent, rope),
            "merged": latent_attention.merged_multiplications(heads, latent, rope)}


HEADS = (44, 122, 278, 356)
"""Where the four drawn heads stand: the first two and the last two."""


def _pair(svg, x, y, cls):
    """A key and a value around x."""
    for offset, word in ((-31, "key"), (1, "value")):
        svg.box(x + offset, y, 30, 26, svg.ink.say(word), cls)


def _two_lines(svg, y, word):
    for place, key in enumerate((word, word + "-2")):
        svg.text(212, y + 16 * place, svg.ink.say(key), "middle", "soft", room=112)


def _squares(svg, y, count, cls="fill on"):
    """Squares of 5 units in rows of 64; a half is half as wide."""
    whole = int(count)
    rows = [min(64, whole - start) for start in range(0, whole, 64)]
    d = "".join(f"M8 {y + 6 * row}" + "h5v5h-5zm6 0" * length for row, length in enumerate(rows))
    half = f"M{8 + 6 * (whole % 64)} {y + 6 * (whole // 64)}h2v5h-2z" if count > whole else ""
    svg.path(d + half, cls)


def _drawing(ink, kind):
    heads, dimension, latent, rope, hidden, groups = _sizes(ink.fact)
    kept = _kept(ink.fact)[kind]
    numbers = lambda value: ink.unit(value, "elements")
    square = dimension  # of the scale: the key of one head
    latent_kind = kind in ("mla", "merged")
    svg = Svg(ink, 366, ink.say(f"label-{kind}"))
    svg.box(60, 4, 280, 26, ink.say("hidden", n=ink.number(hidden)))
    svg.arrow((200, 30), (200, 58))
    svg.text(210, 50, ink.say("make-latent" if latent_kind else "make-plain"), cls="soft")
    svg.box(4, 60, 392, 74, "", "dash")
    svg.text(14, 77, ink.say("kept", n=numbers(kept)), cls="on")
    pairs = {"mha": {x: [x] for x in HEADS}, "gqa": {83: HEADS[:2], 317: HEADS[2:]}, "mqa": {200: HEADS}}.get(kind, {})
    for x, readers in pairs.items():
        _pair(svg, x, 88, "on")
        for reader in readers:
            svg.arrow((x, 116), *([(x, 150 + 10 * (kind == "mqa"))] if reader != x else []), *([(reader, 186)] if reader != x else []), (reader, 240))
    if kind == "gqa":
        svg.text(127, 105, ink.say("first-group"), cls="soft")
        svg.text(273, 105, ink.say("last-group", n=ink.number(groups)), "end", "soft")
    if kind == "mqa":
        svg.text(244, 105, ink.say("all-heads"), cls="soft")
    if latent_kind:
        svg.box(84, 88, 120, 26, ink.say("latent", n=ink.number(latent)), "on")
        svg.box(230, 88, 15, 26, "", "on")
        svg.text(252, 106, ink.say("position", n=ink.number(rope)), cls="on")
        svg.path(f"M144 114V152M{HEADS[0] - 5} 152H{HEADS[-1] - 5}")
        svg.path(f"M237 114V143M{HEADS[0] + 32} 143H{HEADS[-1] + 32}", "line dash")
        for x in HEADS:
            svg.arrow((x - 5, 152), (x - 5, 172 if kind == "mla" else 240))
            svg.arrow((x + 32, 143), (x + 32, 240), cls="dash")
            if kind == "mla":
                _pair(svg, x - 5, 174, "dash")
                svg.arrow((x - 5, 200), (x - 5, 240))
        if kind == "mla":
            svg.text(212, 191, ink.say("more"), "middle", "soft")
        _two_lines(svg, 213 if kind == "mla" else 190, "rebuilt" if kind == "mla" else "nothing")
    elif kind != "mqa":
        svg.text(200, 105, ink.say("more"), "middle", "soft")
    for x, name in zip(HEADS, (1, 2, heads - 1, heads)):
        svg.box(x - 36, 242, 72, 26, ink.say("wide-query" if kind == "merged" else "query"))
        svg.text(x, 284, ink.say("head", n=ink.number(name)), "middle", "soft")
    svg.text(200, 259, ink.say("more"), "middle", "soft")
    svg.text(200, 303, ink.say("asks-merged" if kind == "merged" else "asks"), "middle", "soft")
    svg.text(8, 328, ink.say("scale", n=numbers(square)), cls="soft")
    _squares(svg, 338, kept / square)
    return svg.html()


def draw(ink, kind):
    """The flow of one kind of attention, from the hidden state through the cache to the heads."""
    kept, work = _kept(ink.fact), _work(ink.fact)
    heads, groups = _sizes(ink.fact)[0], _sizes(ink.fact)[-1]
    finding = ink.say(f"finding-{kind}", heads=ink.unit(heads, "heads"), groups=ink.number(groups), n=ink.unit(kept[kind], "elements"),
                      share=ink.unit(100 * kept[kind] / kept["mha"], "percent", 2), work=ink.unit(work[kind], "multiplications"),
                      rebuilt=ink.number(work["mla"]), plain=ink.number(work["mha"]), times=ink.unit(work["merged"] / work["mha"], "times", 2))
    return ink.pane(_drawing(ink, kind)), finding


def table(ink):
    """One row per kind: numbers kept and multiplications."""
    kept, work = _kept(ink.fact), _work(ink.fact)
    return ([ink.say("kind"), ink.say("column-kept"), ink.say("column-work")],
            [[ink.say(f"kind-{kind}"), ink.number(kept[kind]), ink.number(work[kind])] for kind in KINDS])


def numbers(fact):
    """The cache of one layer of V2 and its multiplications in three ways."""
    kept, work = _kept(fact), _work(fact)
    return {"mla-layer": (kept["mla"], "elements"), "plain-multiplications": (work["mha"], "multiplications"),
            "merged-multiplications": (work["merged"], "multiplications"), "expanded-multiplications": (work["mla"], "multiplications")}


FIGURE = Figure(
    id="mla-data-flow", words=WORDS, draw=draw, table=table, numbers=numbers,
    controls=(Control("kind", KINDS, default="mla"),),
    citations=(("deepseek-v2", "§2.1; Figure 3; Table 1; §3.1.2; Appendix C"), ("deepseek-llm", "Table 2")))
