"""Three ways to wire ten thousand A100 GPUs: switches layer by layer, price and power against DGX-A100."""

from decimal import Decimal

from .kit import Control, Figure, Svg
from models import cluster
from models.arithmetic import share

DESIGNS = ("zones", "three", "dgx")

WORDS = {
    "title": ("Three ways to wire ten thousand GPUs", "给一万张 GPU 布线的三种办法"),
    "caption": ("A full square is ten switches, a hollow one fifty nodes; the lines only show which layers are joined. Counts, prices and power are those of Tables II and III; the prices are relative units, the paper "
                "names no currency. Layers, shares and ratios are computed by this site; “the same work” divides price or power by the speed in matrix products.",
                "实心方块一个代表 10 台交换机，空心方块一个代表 50 个节点；连线只示意哪两层相连。数目、价格和功耗取自论文表 II、表 III；价格是相对单位，论文没有写货币。各层数目、占比和比值由本站计算；“同样工作量”指价格或功耗除以矩阵乘性能。"),
    "design": ("Design", "方案"),
    "design-zones": ("Fire-Flyer 2", "萤火二号"),
    "design-three": ("same servers, three layers", "同样的服务器，三层网络"),
    "design-dgx": ("DGX-A100", "DGX-A100"),
    "zone": ("zone {name}", "{name} 区"),
    "spine": ("spine {n}", "spine {n}"), "leaf": ("leaf {n}", "leaf {n}"), "core": ("core {n}", "core {n}"),
    "nodes": ("nodes ≈ {n}", "节点 ≈ {n}"),
    "one-card": ("one network card each", "每个节点一张网卡"),
    "nine-cards": ("nine network cards each", "每个节点 9 张网卡"),
    "storage": ("storage: a card in each zone", "存储：两区各接一张网卡"),
    "few-1": ("few", "少量"), "few-2": ("links", "链路"), "comma": ("; ", "；"),
    "endpoints": ("{n} access points", "{n} 个接入点"),
    "against": ("Against DGX-A100", "与 DGX-A100 相比"),
    "switches": ("Switches", "交换机"),
    "network": ("Price of the network", "网络价格"),
    "servers": ("Price of the servers", "服务器价格"),
    "total": ("Price in all", "总价"),
    "speed": ("Matrix products, per GPU", "矩阵乘性能（单卡）"),
    "power": ("Power of a node", "单节点功耗"),
    "work-price": ("Price for the same work", "同样工作量的价格"),
    "work-power": ("Power for the same work", "同样工作量的功耗"),
    "finding-zones": ("Two zones need {switches}, the DGX network {times} times as many. The whole costs {total} of a DGX cluster, or {work} for the same work.",
                      "两个分区只用 {switches}，DGX 网络是它的 {times} 倍；整套价格为 DGX 集群的 {total}，折算到同样工作量为 {work}。"),
    "finding-three": ("One tree of three layers for the same servers needs {switches}; its network costs {more} more than two zones, the whole only {little} more.",
                      "同样的服务器改用一棵三层树，要 {switches}；网络比两分区贵 {more}，整套只贵 {little}。"),
    "finding-dgx": ("With a card for every GPU the network needs {switches} and takes {part} of the price; at Fire-Flyer 2 it takes {ours}.",
                    "每张 GPU 配一张网卡，网络要 {switches}，占总价 {part}；萤火二号的网络只占 {ours}。"),
    "column": ("Quantity", "项目"), "percent-note": ("{value} of DGX", "DGX 的 {value}"),
}


def _values(fact):
    """name -> (Fire-Flyer 2, three layers, DGX-A100)."""
    speed = fact("fire-flyer/relative-performance")
    network = [fact(f"fire-flyer/network-price{tail}") for tail in ("", "-three-layer", "-dgx")]
    total = [fact(f"fire-flyer/total-price{tail}") for tail in ("", "-three-layer", "-dgx")]
    power, power_dgx = fact("fire-flyer/node-power"), fact("fire-flyer/node-power-dgx")
    servers, servers_dgx = fact("fire-flyer/server-price"), fact("fire-flyer/server-price-dgx")
    work = lambda cost, whole: cluster.per_performance(share(cost, whole), speed)
    hundred = Decimal(100)
    return {
        "switches": [fact(f"fire-flyer/switches{tail}") for tail in ("", "-three-layer", "-dgx")],
        "network": network, "servers": [servers, servers, servers_dgx], "total": total,
        "speed": [speed, speed, hundred], "power": [power, power, power_dgx],
        "work-price": [work(total[0], total[2]), work(total[1], total[2]), hundred],
        "work-power": [work(power, power_dgx)] * 2 + [hundred],
    }


def _trees(fact):
    """The trees: one zone; three layers for the same nodes; three layers for a DGX cluster, with the paper's cores."""
    ports = int(fact("fire-flyer/switch-ports"))
    return (cluster.fat_tree(int(fact("fire-flyer/zone-ports")), ports, 2), cluster.fat_tree(int(fact("fire-flyer/three-layer-endpoints")), ports, 3),
            cluster.fat_tree(int(fact("fire-flyer/dgx-endpoints")), ports, 3))


def _row(svg, x, y, label, squares, width, per_row, cls="fill", room=84):
    """A layer: its name at the left, small squares in the middle of `width` beside it; returns the middles of the squares of its first line."""
    svg.text(x, y + 9, label, size=12, room=room)
    left = x + room + (width - min(squares, per_row) * 11 + 2) // 2
    for place in range(squares):
        svg.rect(left + place % per_row * 11, y + place // per_row * 11, 9, 9, cls)
    return [left + place * 11 + 4 for place in range(min(squares, per_row))]


def _wires(svg, upper, y, lower, below):
    """Fine lines from every point of the upper layer to every point of the lower one."""
    svg.add(f'<path class="line" stroke-opacity=".55" d="{"".join(f"M{a} {y}L{b} {below}" for a in upper for b in lower)}"/>')


def _network(ink, design):
    svg = Svg(ink, 212, ink.say("design-" + design))
    zone, three, dgx = _trees(ink.fact)
    tens, fifties = (lambda count: -(-int(count) // 10)), (lambda count: -(-int(count) // 50))
    nodes, cores = ink.fact("fire-flyer/compute-nodes"), int(ink.fact("fire-flyer/dgx-cores"))
    if design == "zones":
        in_zone = ink.fact("fire-flyer/nodes-per-zone")
        for name, x in (("A", 4), ("B", 220)):
            svg.box(x, 4, 176, 138, cls="on")
            svg.text(x + 88, 22, ink.say("zone", name=name), "middle", "on", room=170)
            row = lambda y, key, squares, cls="fill on": _row(svg, x + 8, y, key, squares, 76, 6, cls)
            spines = row(32, ink.say("spine", n=zone.spines), tens(zone.spines))
            leaves = row(70, ink.say("leaf", n=zone.leaves), tens(zone.leaves))
            servers = row(108, ink.say("nodes", n=ink.number(in_zone)), fifties(in_zone), "fill line-only")
            _wires(svg, spines, 42, leaves, 69)
            for place, leaf in enumerate(leaves):
                _wires(svg, [leaf], 80, servers[place * len(servers) // len(leaves):][:2], 107)
        svg.line(180, 36, 220, 36, "dash")
        svg.text(200, 55, ink.say("few-1"), "middle", size=12, room=38)
        svg.text(200, 70, ink.say("few-2"), "middle", size=12, room=38)
        svg.box(80, 168, 240, 34, ink.say("storage"), size=12)
        svg.line(130, 168, 92, 142)
        svg.line(270, 168, 308, 142)
        return svg.html()
    tree = three if design == "three" else dgx
    svg.box(4, 4, 392, 172)
    row = lambda y, key, squares, cls="fill": _row(svg, 12, y, key, squares, 281, 25, cls, room=98)
    top = row(14, ink.say("core", n=ink.number(cores if design == "dgx" else tree.cores)), tens(cores if design == "dgx" else tree.cores))
    spines = row(60, ink.say("spine", n=ink.number(tree.spines)), tens(tree.spines))
    leaves = row(106, ink.say("leaf", n=ink.number(tree.leaves)), tens(tree.leaves))
    servers = row(152, ink.say("nodes", n=ink.number(nodes)), fifties(nodes), "fill line-only")
    tall = 20 if design == "dgx" else 9
    _wires(svg, top[::6] if design == "dgx" else top, 14 + tall + 1, spines[::4] if design == "dgx" else spines, 59)
    if design == "dgx":
        for column in spines:
            _wires(svg, [column], 81, [column], 105)
            _wires(svg, [column], 127, [column], 151)
        return _caption(svg, ink, design)
    for pod in range(0, len(spines), 2):
        _wires(svg, spines[pod:pod + 2], 70, leaves[pod:pod + 2], 105)
    for place, leaf in enumerate(leaves):
        _wires(svg, [leaf], 116, servers[place * len(servers) // len(leaves):(place + 1) * len(servers) // len(leaves)], 151)
    return _caption(svg, ink, design)


def _caption(svg, ink, design):
    """The access points below a tree of three layers."""
    points = ink.fact("fire-flyer/three-layer-endpoints" if design == "three" else "fire-flyer/dgx-endpoints")
    svg.text(200, 198, f"{ink.say('endpoints', n=ink.number(points))}{ink.say('comma')}{ink.say('one-card' if design == 'three' else 'nine-cards')}", "middle", size=12)
    return svg.html()


def draw(ink, design):
    """The network of a design and its bars against DGX-A100."""
    place, values = DESIGNS.index(design), _values(ink.fact)
    rows = []
    for key, row in values.items():
        value, widest = row[place], max(row)
        if key == "switches":
            words = ink.unit(value, "switches")
        elif key == "power":
            words = ink.unit(value, "watts")
        elif key in ("network", "servers", "total"):
            words = ink.number(value)
        else:
            words = ink.unit(value, "percent", 0 if key == "speed" or value == 100 else 1)
        if key in ("network", "servers", "total", "switches", "power") and design != "dgx":
            words += f" · {ink.say('percent-note', value=ink.unit(share(value, row[2]), 'percent', 0))}"
        rows.append((ink.say(key), ink.bar(words, value / widest, "on" if design == "zones" else "")))
    bars = ink.table((ink.say("column"), ink.say("against")), rows)
    switches, network, total = values["switches"], values["network"], values["total"]
    percent = lambda value, digits=0: ink.unit(value, "percent", digits)
    finding = {
        "zones": lambda: ink.say("finding-zones", switches=ink.unit(switches[0], "switches"), times=ink.number(switches[2] / switches[0], 1),
                                 total=percent(share(total[0], total[2])), work=percent(values["work-price"][0])),
        "three": lambda: ink.say("finding-three", switches=ink.unit(switches[1], "switches"), more=percent(share(network[1], network[0]) - 100),
                                 little=percent(share(total[1], total[0]) - 100)),
        "dgx": lambda: ink.say("finding-dgx", switches=ink.unit(switches[2], "switches"), part=percent(share(network[2], total[2])),
                               ours=percent(share(network[0], total[0]))),
    }[design]()
    return ink.pane(_network(ink, design)) + ink.pane(bars), finding


def table(ink):
    """Every quantity of every design."""
    columns = [ink.say("column"), *(ink.say("design-" + design) for design in DESIGNS)]
    return columns, [[ink.say(key), *(ink.number(value, 1 if key.startswith("work") and value != 100 else 0) for value in row)] for key, row in _values(ink.fact).items()]


def numbers(fact):
    """The worked examples of the essay."""
    values, (zone, three, dgx) = _values(fact), _trees(fact)
    wire = cluster.network_limit(int(fact("3fs/storage-nodes") * fact("3fs/storage-node-cards")), fact("3fs/storage-card-network"))
    peak = fact("3fs/peak-read") * 2 ** 40 / 10 ** 9
    test = lambda gpus, step: (int(fact(f"fire-flyer/{gpus}")), fact(f"fire-flyer/{step}"))
    return {
        "zone-switches": (zone.switches, "switches"), "two-zones": (2 * zone.switches, "switches"),
        "unexplained": (fact("fire-flyer/switches") - 2 * zone.switches, None),
        "two-layer-limit": (cluster.most_endpoints(int(fact("fire-flyer/switch-ports")), 2), "endpoints"),
        "three-layer": (three.switches, "switches"), "dgx-least": (dgx.switches, "switches"), "dgx-least-cores": (dgx.cores, "switches"),
        "network-part-dgx": (share(values["network"][2], values["total"][2]), "percent", 0),
        "total-share": (share(values["total"][0], values["total"][2]), "percent", 1),
        "work-price": (values["work-price"][0], "percent", 1), "work-power": (values["work-power"][0], "percent", 1),
        "power-share": (share(values["power"][0], values["power"][2]), "percent", 1),
        "power-saving": (100 - values["work-power"][0], "percent", 0),
        "moe-320": (cluster.parallel_efficiency(*test("moe-16b-gpus-low", "moe-16b-step-40"), *test("moe-16b-gpus-middle", "moe-16b-step-320")), "percent", 2),
        "llama-256": (cluster.parallel_efficiency(*test("llama-13b-gpus-low", "llama-13b-step-64"), *test("llama-13b-gpus-middle", "llama-13b-step-256")), "percent", 1),
        "llama-512": (cluster.parallel_efficiency(*test("llama-13b-gpus-low", "llama-13b-step-64"), *test("llama-13b-gpus-high", "llama-13b-step-512")), "percent", 1),
        "storage-wire": (wire / 1000, "tb-per-second", 0), "peak-read-decimal": (peak / 1000, "tb-per-second", 1),
        "paper-read-share": (share(fact("fire-flyer/storage-read") * 1000, wire), "percent", 0), "peak-read-share": (share(peak, wire), "percent", 0),
    }


FIGURE = Figure(id="fire-flyer", words=WORDS, controls=(Control("design", DESIGNS),), draw=draw, table=table, numbers=numbers,
                citations=(("fire-flyer", "Tables II and III; §III-B; §III-C; Figure 5"),))
