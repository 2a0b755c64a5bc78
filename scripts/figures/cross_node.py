"""Where a token travels: its experts, their nodes and GPUs, the two hops, and what a limit on nodes saves."""

import random
from fractions import Fraction

from models import communication
from models.communication import Cluster

from .kit import Control, Figure, Svg, percent

LIMITS, WAYS, TOKENS = (1, 2, 4, 8), ("hops", "direct"), ("1", "2", "3")
SEEDS = {"1": 13, "2": 8, "3": 14}
"""Of the scores of the three tokens: spread over six nodes; in part at home; on four nodes even without limit."""
SOURCE = 2
"""The GPU from which the tokens come: third of the first node."""

BOX, HIGH, STEP, TOP, SIDE = 184, 68, 76, 22, 18
"""Width and height of a node, from node to node, room above, side of a GPU."""

WORDS = {
    "title": ("From a token to its eight experts", "一个 token 去找它的 8 个专家"),
    "caption": ("Layout and bandwidths of V3’s training: {nodes} nodes of {gpus} GPUs, {experts} experts on each; a digit in a box counts the chosen experts on that GPU. Routes and averages are computed by this site from "
                "random scores, without a trained router; sending in FP8, one byte a number, without scaling factors and latency.",
                "按 V3 训练时的布局和带宽：{nodes} 个节点，每个 {gpus} 张 GPU，每张 {experts} 个专家；方格里的数字是该 GPU 上选中的专家数。路径与平均值由本站用随机分数算出，没有用训练好的路由器；按 FP8 发送，每个数 1 字节，不计缩放因子和延迟。"),
    "limit": ("Nodes allowed", "最多去几个节点"), "unlimited": ("{limit}: no limit", "{limit}：不限"),
    "way": ("Route", "走法"), "way-hops": ("two hops", "分两跳"), "way-direct": ("straight to each GPU", "直达每张 GPU"),
    "token": ("Example token", "示例 token"),
    "picture": ("{nodes} nodes of {gpus} GPUs, and the way of one token to its experts", "{nodes} 个节点，每个 {gpus} 张 GPU，以及一个 token 去往专家的路径"),
    "node": ("node {number}", "节点 {number}"), "start": ("T: here the token starts", "T：token 从这里出发"),
    "key-ib": ("InfiniBand", "IB"), "key-nvlink": ("NVLink", "NVLink"),
    "link": ("Average token", "平均每个 token"), "amount": ("Sends, and time for {tokens} tokens", "发送份数；{tokens} 个 token 用时"),
    "ib": ("over InfiniBand", "经 IB"), "nvlink": ("over NVLink", "经 NVLink"), "kept": ("same experts as without limit", "与不限节点时相同的专家"),
    "copies": ("{copies} copies; {time}", "{copies} 份；{time}"), "of": ("{kept} of {chosen}", "{chosen} 个中 {kept} 个"),
    "sms": ("{some} of {all} SMs carry this traffic, {rest} compute", "{all} 个 SM 中 {some} 个搬运数据，{rest} 个计算"),
    "finding": ("This token’s experts lie on {nodes} and {gpus}: it goes over InfiniBand {ib} times. On average a token does so {mean} times, and {slow} sets the pace.",
                "这个 token 的专家在 {nodes}、{gpus} 上，要经 IB 发送 {ib} 次；平均每个 token 为 {mean} 次，瓶颈在 {slow}。"),
    "finding-one": ("This token’s experts lie on {nodes} and {gpus}: it goes over InfiniBand once. On average a token does so {mean} times, and {slow} sets the pace.",
                    "这个 token 的专家在 {nodes}、{gpus} 上，只经 IB 发送 1 次；平均每个 token 为 {mean} 次，瓶颈在 {slow}。"),
    "one-node": ("one node", "1 个节点"),
    "slow-ib": ("InfiniBand", "IB"), "slow-nvlink": ("NVLink", "NVLink"),
    "column-nodes": ("Nodes reached", "到达的节点"), "column-gpus": ("GPUs reached", "到达的 GPU"), "column-ib": ("Copies, InfiniBand", "IB 份数"), "column-nvlink": ("Copies, NVLink", "NVLink 份数"),
    "column-ib-time": ("InfiniBand, ms", "IB，毫秒"), "column-nvlink-time": ("NVLink, ms", "NVLink，毫秒"), "column-kept": ("Experts as without limit", "与不限节点时相同的专家"),
}


def _setting(fact):
    """The cluster, the experts of a token, and the traffic of a batch: (cluster, chosen, tokens, size, bandwidths in bytes per second)."""
    nodes, gpus = int(fact("deepseek-v3/expert-parallel-nodes")), int(fact("deepseek-v3/gpus-per-node"))
    cluster = Cluster(nodes, gpus, int(fact("deepseek-v3/routed-experts")) // (nodes * gpus))
    giga = 10 ** 9
    return (cluster, int(fact("deepseek-v3/active-routed-experts")), int(fact("deepep/batch-tokens")), int(fact("deepseek-v3/hidden-dimension")),
            (fact("deepseek-v3/ib-bandwidth") * giga, fact("deepseek-v3/nvlink-bandwidth") * giga))


def _experts(fact, token: str, limit: int) -> list[int]:
    """The experts of one of the example tokens."""
    cluster, chosen, *_ = _setting(fact)
    draw = random.Random(SEEDS[token])
    return communication.route([draw.random() for _ in range(cluster.experts)], cluster, chosen, limit)


def _mean(fact, limit: int, way: str):
    """Average copies over both links, their times in milliseconds, and the averages themselves."""
    cluster, chosen, tokens, size, bandwidths = _setting(fact)
    found = communication.averages(cluster, chosen, limit)
    sent = found.two_hops if way == "hops" else found.direct
    return sent, [1000 * communication.seconds(copies, tokens, size, 1, bandwidth) for copies, bandwidth in zip(sent, bandwidths)], found


def _place(gpu: int, cluster: Cluster) -> tuple[int, int, int]:
    """Of a GPU: the middle of its box, its upper edge, and the side of the network on which its node lies (−1 left, 1 right)."""
    node, seat = divmod(gpu, cluster.gpus_per_node)
    side, row = node % 2, node // 2
    return (400 - BOX) * side + 9 + 21 * seat + SIDE // 2, TOP + STEP * row + 26, 1 if side else -1


def _picture(ink, limit: int, way: str, token: str) -> str:
    """Nodes in two columns, the network between them; each node's GPUs, the lane of the network above them, NVLink below."""
    cluster, *_ = _setting(ink.fact)
    experts = _experts(ink.fact, token, limit)
    nodes, gpus = communication.reached(experts, cluster)
    home, seat = divmod(SOURCE, cluster.gpus_per_node)
    svg = Svg(ink, TOP + STEP * (cluster.nodes // 2) + 22, ink.say("picture", **_layout(ink)))
    svg.text(0, 13, ink.say("start"), size=12, room=230)
    head = lambda x, y, up: f"M{x - 4} {y + (6 if up else -6)}L{x} {y}L{x + 4} {y + (6 if up else -6)}"
    lanes = []
    for node in range(cluster.nodes):
        first = node * cluster.gpus_per_node
        landing = first + seat
        _, top, side = _place(first, cluster)
        left, lane, below = (400 - BOX) * (node % 2), top - 8, top + SIDE + 11
        svg.box(left, top - 26, BOX, HIGH, vary={"cls": "box" if node in nodes else "box off"})
        svg.text(left + (BOX - 8 if node % 2 else 8), top - 13, ink.say("node", number=node + 1), "end" if node % 2 else "start", size=11, room=BOX - 16, vary={"opacity": "1" if node in nodes else ".7"})
        there = [gpu for gpu in gpus if gpu // cluster.gpus_per_node == node]
        entered = ([landing] if there else []) if way == "hops" else there
        arrive = "" if node == home else "".join(f"M200 {lane}H{x}V{top}" + head(x, top, False) for x in (_place(gpu, cluster)[0] for gpu in entered))
        if arrive:
            lanes.append(lane)
        start = _place(landing, cluster)[0]
        inside = [gpu for gpu in there if gpu != landing] if way == "hops" or node == home else []
        passed = "".join(f"M{start} {top + SIDE}V{below}H{x}V{top + SIDE}" + head(x, top + SIDE, True) for x in (_place(gpu, cluster)[0] for gpu in inside))
        svg.add(ink.element("path", vary={"d": arrive}, cls="line on"))
        svg.add(ink.element("path", vary={"d": passed}, cls="line dash"))
        for gpu in range(first, first + cluster.gpus_per_node):
            x, count = _place(gpu, cluster)[0] - SIDE // 2, sum(expert // cluster.experts_per_gpu == gpu for expert in experts)
            svg.box(x, top, SIDE, SIDE, vary={"cls": "box on" if count else "box dash" if gpu == landing and node in nodes and way == "hops" else "box"})
            svg.text(x + SIDE // 2, top + 13, ("T" if gpu == SOURCE else "") + (str(count) if count else ""), "middle", size=11, room=SIDE, vary=True)
    x, top, _ = _place(SOURCE, cluster)
    trunk = f"M{x} {top}V{top - 8}H200V{max(lanes)}" if lanes else ""
    svg.add(ink.element("path", vary={"d": trunk}, cls="line on"))
    y = TOP + STEP * (cluster.nodes // 2) + 10
    svg.line(2, y, 40, y, "on")
    svg.text(47, y + 4, ink.say("key-ib"), size=12, room=100)
    svg.line(200, y, 238, y, "dash")
    svg.text(245, y + 4, ink.say("key-nvlink"), size=12, room=100)
    return svg.html()


def _sms(ink) -> str:
    """The multiprocessors of a GPU as small boxes, those for communication filled."""
    some, whole = int(ink.fact("deepseek-v3/communication-sms")), int(ink.fact("deepseek-v3/gpu-sms"))
    svg, across = Svg(ink, 66, ink.say("sms", some=some, all=whole, rest=whole - some)), 44
    svg.text(0, 26, ink.say("sms", some=some, all=whole, rest=whole - some), size=12)
    cell = lambda place: f"M{2 + 9 * (place % across)} {35 + 9 * (place // across)}h7v7h-7z"
    svg.path("".join(cell(place) for place in range(some)), "fill on")
    svg.path("".join(cell(place) for place in range(some, whole)), "fill line-only")
    return svg.html()


def draw(ink, limit, way, token):
    """The way of one token, the averages as bars, and the multiprocessors."""
    cluster, chosen, tokens, *_ = _setting(ink.fact)
    experts = _experts(ink.fact, token, limit)
    nodes, gpus = communication.reached(experts, cluster)
    sent, times, found = _mean(ink.fact, limit, way)
    longest = max(max(_mean(ink.fact, other, way_)[1]) for other in LIMITS for way_ in WAYS)
    slow = "ib" if times[0] > times[1] else "nvlink"
    rows = [(ink.say(key), ink.bar(ink.say("copies", copies=ink.number(copies, 2), time=ink.unit(time, "milliseconds", 2)), time / longest, "on" if key == "ib" else ""))
            for key, copies, time in zip(("ib", "nvlink"), sent, times)]
    rows.append((ink.say("kept"), ink.bar(ink.say("of", kept=ink.number(found.kept, 1 if found.kept.denominator > 1 else 0), chosen=chosen), found.kept / chosen)))
    bars = ink.table((ink.say("link"), ink.say("amount", tokens=ink.number(tokens))), rows)
    ib = communication.copies(experts, SOURCE, cluster, way == "hops").between_nodes
    finding = ink.say("finding-one" if ib == 1 else "finding", nodes=ink.say("one-node") if len(nodes) == 1 else ink.unit(len(nodes), "nodes"), gpus=ink.unit(len(gpus), "gpus"),
                      ib=ib, mean=ink.number(sent[0], 2), slow=ink.say("slow-" + slow))
    return _picture(ink, limit, way, token) + bars + _sms(ink), finding


def table(ink):
    """Averages for every limit and way."""
    columns = [ink.say(key) for key in ("limit", "way", *("column-" + key for key in ("nodes", "gpus", "ib", "nvlink", "ib-time", "nvlink-time", "kept")))]
    rows = []
    for limit in LIMITS:
        for way in WAYS:
            sent, times, found = _mean(ink.fact, limit, way)
            rows.append([LIMIT.words(ink, limit), ink.say("way-" + way), *(ink.number(value, 2) for value in (found.nodes, found.gpus, *sent, *times, found.kept))])
    return columns, rows


def numbers(fact):
    """Averages and times for the essay."""
    cluster, chosen, tokens, size, bandwidths = _setting(fact)
    found = {}
    for limit in (2, 4):
        _, times, mean = _mean(fact, limit, "hops")
        found |= {f"ib-time-{limit}": (times[0], "milliseconds", 2), f"nvlink-time-{limit}": (times[1], "milliseconds", 2), f"kept-{limit}": (mean.kept, None, 1)}
    direct, allowed = _mean(fact, cluster.nodes, "direct")[0][0], int(fact("deepseek-v3/node-limit"))
    (limited, within), free = _mean(fact, allowed, "hops")[0], _mean(fact, cluster.nodes, "hops")[0][0]
    free_experts = communication.experts_per_node_free(bandwidths[1], bandwidths[0])
    return found | {
        "exact-nodes": (communication.expected_places(cluster.nodes, cluster.experts_per_node, chosen), None, 2),
        "exact-gpus": (communication.expected_places(cluster.nodes * cluster.gpus_per_node, cluster.experts_per_gpu, chosen), None, 2),
        "direct-ib": (direct, None, 2), "ib-8": (free, None, 2), "ib-4": (limited, None, 2), "nvlink-4": (within, None, 2),
        "saved-by-hops": percent(1 - free / direct), "saved-by-limit": percent(1 - limited / free), "saved-together": percent(1 - limited / direct),
        "ratio": (free_experts, None, 1), "at-same-cost": (allowed * free_experts, None, 1), "per-node": (Fraction(chosen, allowed), None),
        "token-bytes": (size, "bytes"), "tested": (communication.TOKENS, None), "all-gpus": (cluster.nodes * cluster.gpus_per_node, "gpus"),
    }


def _layout(ink) -> dict[str, str]:
    """What the caption says of the cluster."""
    cluster, *_ = _setting(ink.fact)
    return {"nodes": ink.number(cluster.nodes), "gpus": ink.number(cluster.gpus_per_node), "experts": ink.number(cluster.experts_per_gpu)}


def _limit(ink, limit: int) -> str:
    """A limit in words; as many nodes as there are is none."""
    return ink.say("unlimited", limit=ink.number(limit)) if limit == _setting(ink.fact)[0].nodes else ink.number(limit)


LIMIT = Control("limit", LIMITS, show=_limit, default=4, slider=True)


FIGURE = Figure(
    id="cross-node", words=WORDS, draw=draw, table=table, numbers=numbers, told=_layout,
    controls=(LIMIT, Control("way", WAYS), Control("token", TOKENS)),
    citations=(("deepseek-v3", "§2.1.2; §3.2.2; §3.5.1"), ("insights-deepseek-v3", "§4.3"), ("deepep", "README")))
