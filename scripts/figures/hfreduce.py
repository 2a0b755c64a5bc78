"""Summing gradients in a node without NVLink: a ring, HFReduce, HFReduce with pairs."""

from .kit import Control, Figure, Svg, percent
from models import cluster

METHODS, NODES = ("ring", "cpu", "pairs"), (1, 2, 16, 180)

WORDS = {
    "title": ("What crosses PCIe when gradients are summed", "梯度求和时有多少数据经过 PCIe"),
    "caption": ("Traffic per GPU and direction, computed by this site with the paper’s formulas for its test of {size}. The arrows show one node; bandwidths between nodes "
                "are the paper’s measurements over {least} to {most}. With pairs the figure of the paper reaches the value of its text only for few GPUs; half the data is the mean of the two cards of a pair.",
                "单卡单方向的流量，由本站按论文公式、以 {size} 的测试数据量计算。箭头只画一个节点；节点间带宽是论文在 {least} 至 {most} 上的实测。成对时，论文的图只在 GPU 较少时达到正文所说的数；“一半”是一对卡的平均。"),
    "method": ("Method", "做法"),
    "method-ring": ("NCCL, a ring", "NCCL，环"),
    "method-cpu": ("HFReduce", "HFReduce"),
    "method-pairs": ("HFReduce, NVLink pairs", "HFReduce，NVLink 成对"),
    "nodes": ("Nodes of eight GPUs", "节点数（每节点 8 张 GPU）"),
    "memory-idle": ("main memory and CPU: only pass on", "内存与 CPU：只转发"),
    "adds": ("the CPU adds {copies} copies", "CPU 把 {copies} 份相加"),
    "card": ("network card", "网卡"), "others": ("other nodes, double binary tree", "其他节点，双二叉树"),
    "others-ring": ("next node of the ring", "环上的下一个节点"),
    "alone": ("no other node", "没有其他节点"),
    "cross": ("Over PCIe, per GPU, each way", "单卡经 PCIe，单方向"),
    "units": ("In units of the gradients", "相当于梯度的"),
    "measured": ("Measured between nodes", "节点间实测"),
    "more-than": ("over {value}; least in the figure {least}", "超过 {value}；图中最低 {least}"),
    "times": ("{value} times the gradients", "梯度的 {value} 倍"),
    "finding-ring": ("With {gpus} the ring sends {bytes} out of every GPU and as much into it, {times} times the gradients: close to twice, however many GPUs.",
                     "{gpus} 时，环要从每张 GPU 送出 {bytes}，再收进同样多，是梯度的 {times} 倍；GPU 再多也只接近两倍。"),
    "finding-cpu": ("HFReduce sends the gradients out once and takes the sum back once, {bytes} each way with {gpus}: {part} of the ring.",
                    "HFReduce 送出一次梯度、取回一次总和，{gpus} 时单方向都是 {bytes}，为环的 {part}。"),
    "finding-pairs": ("When a pair adds up over NVLink first, half is left for PCIe: {bytes} each way with {gpus}, {part} of the ring.",
                      "成对的卡先经 NVLink 相加，PCIe 上只剩一半：{gpus} 时单方向 {bytes}，为环的 {part}。"),
    "column-gpus": ("GPUs", "GPU"), "column-mib": ("MiB each way", "单方向 MiB"), "quantity": ("Quantity", "项目"), "value": ("Value", "数值"),
}


def _traffic(method, gpus):
    return cluster.ring_traffic(gpus) if method == "ring" else cluster.hfreduce_traffic(method == "pairs")


def _per_node(fact) -> int:
    return int(fact("fire-flyer/gpus-per-node"))


def _node(ink, method, nodes):
    svg, gpus = Svg(ink, 216, ink.say("method-" + method)), _per_node(ink.fact)
    left, step = 8, 48
    on = "on" if method != "ring" else ""
    for place in range(gpus):
        svg.box(left + place * step, 30, 40, 28, f"G{place}", size=12)
    centre = lambda place: left + place * step + 20
    if method == "ring":
        for place in range(gpus):
            x = centre(place)
            svg.arrow((x - 6, 58), (x - 6, 96))
            svg.arrow((x + 6, 96), (x + 6, 58))
        for place in range(gpus - 1):
            svg.path(f"M{centre(place) + 4} 28Q{centre(place) + 24} 6 {centre(place) + 44} 28", "line dash")
    elif method == "cpu":
        for place in range(gpus):
            x = centre(place)
            svg.arrow((x - 6, 58), (x - 6, 96), cls="on")
            svg.arrow((x + 6, 96), (x + 6, 58), cls="on")
    else:
        for place in range(0, gpus, 2):
            a, b = centre(place), centre(place + 1)
            svg.path(f"M{a} 28Q{(a + b) // 2} 8 {b} 28", "line on")
            svg.text((a + b) // 2, 11, "NVLink", "middle", size=11, room=60)
            svg.arrow((a, 58), (a, 96), cls="on")
            svg.arrow((b - 6, 96), (b - 6, 58), cls="dash")
            svg.arrow((a + 8, 96), (a + 8, 58), cls="dash")
    svg.box(8, 98, 376, 40, ink.say("memory-idle" if method == "ring" else "adds", copies=gpus // 2 if method == "pairs" else gpus), cls=on)
    alone = nodes == 1
    svg.box(28, 170, 110, 30, ink.say("card"), cls="off" if alone else on, size=12)
    svg.box(180, 170, 204, 30, ink.say("alone" if alone else "others-ring" if method == "ring" else "others"), cls="off" if alone else "", size=12)
    if not alone:
        svg.arrow((76, 138), (76, 169), cls=on)
        svg.arrow((90, 169), (90, 139), cls=on)
        svg.arrow((138, 180), (179, 180), cls=on)
        svg.arrow((179, 191), (139, 191), cls=on)
    return svg.html()


def draw(ink, method, nodes):
    """The node, and the bytes of its PCIe."""
    gpus, size = nodes * _per_node(ink.fact), ink.fact("fire-flyer/allreduce-size")
    traffic = _traffic(method, gpus)
    mib = float(traffic) * float(size)
    fact = lambda id: ink.fact("fire-flyer/" + id)
    speed = lambda value: ink.unit(value, "gb-per-second")
    measured = {"ring": (f"{ink.number(fact('nccl-low'))}–{speed(fact('nccl-high'))}", fact("nccl-high")),
                "cpu": (f"{ink.number(fact('hfreduce-low'))}–{speed(fact('hfreduce-high'))}", fact("hfreduce-high")),
                "pairs": (ink.say("more-than", value=speed(fact("hfreduce-nvlink-text")), least=ink.number(fact("hfreduce-nvlink-figure"))), fact("hfreduce-nvlink-text"))}[method]
    on = "on" if method != "ring" else ""
    cross = f"{ink.unit(mib, 'mib', 0)} · {ink.say('times', value=ink.number(traffic, 3 if method == 'ring' else 1))}"
    rows = ((ink.say("cross"), ink.bar(cross, traffic / 2, on)), (ink.say("measured"), ink.bar(measured[0], measured[1] / fact("hfreduce-nvlink-text"), on)))
    finding = ink.say("finding-" + method, gpus=ink.unit(gpus, "gpus"), bytes=ink.unit(mib, "mib", 0), times=ink.number(traffic, 3),
                      part=ink.unit(100 * traffic / cluster.ring_traffic(gpus), "percent", 0))
    return ink.pane(_node(ink, method, nodes)) + ink.pane(ink.table((ink.say("quantity"), ink.say("value")), rows)), finding


def table(ink):
    """Every method and size."""
    size, sizes = float(ink.fact("fire-flyer/allreduce-size")), [nodes * _per_node(ink.fact) for nodes in NODES]
    return ([ink.say("method"), ink.say("column-gpus"), ink.say("units"), ink.say("column-mib")],
            [[ink.say("method-" + method), ink.number(gpus), ink.number(_traffic(method, gpus), 4), ink.number(float(_traffic(method, gpus)) * size, 1)]
             for method in METHODS for gpus in sizes])


def numbers(fact):
    """The worked example of the essay."""
    size, node = float(fact("fire-flyer/allreduce-size")), _per_node(fact)
    ring, limit = cluster.ring_traffic(int(fact("fire-flyer/allreduce-gpus-high"))), cluster.hfreduce_limit(fact("fire-flyer/memory-bandwidth"), node)
    return {
        "ring-mib": (float(ring) * size, "mib", 0), "ring-counted-8": (cluster.ring_traffic_counted(node), None, 2), "ring-8": (cluster.ring_traffic(node), None, 3),
        "hfreduce-mib": (float(cluster.hfreduce_traffic()) * size, "mib", 0), "pairs-mib": (float(cluster.hfreduce_traffic(True)) * size, "mib", 0),
        "operations": (cluster.hfreduce_memory_operations(node), None), "limit": (limit, "gb-per-second", 1),
        "reached": percent(fact("fire-flyer/hfreduce-high") / limit),
    }


def told(ink):
    """The test whose sizes the caption names."""
    fact = lambda id: ink.fact("fire-flyer/" + id)
    return {"size": ink.unit(fact("allreduce-size"), "mib"), "least": ink.number(fact("allreduce-gpus-low")), "most": ink.unit(fact("allreduce-gpus-high"), "gpus")}


FIGURE = Figure(id="hfreduce", words=WORDS, draw=draw, table=table, numbers=numbers, told=told,
                controls=(Control("method", METHODS, default="cpu"), Control("nodes", NODES, default=180, slider=True)),
                citations=(("fire-flyer", "§IV-B; §IV-C; §IV-D; Figures 6 and 7"),))
