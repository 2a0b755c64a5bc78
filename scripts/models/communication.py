"""Where tokens travel when experts are spread over nodes: how many nodes and GPUs a token reaches, with and without a limit, and how
long the slow and the fast link need for it.

Experts are numbered in the order of GPUs, GPUs in the order of nodes: expert e is on GPU e // experts_per_gpu, GPU g on node
g // gpus_per_node. Sizes in bytes, bandwidths in bytes per second, times in seconds. ValueError says what cannot be computed.
DeepSeek-V3 is arXiv 2412.19437.
"""

import random
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from math import comb

TOKENS, SEED = 1000, 3
"""How many random tokens an average is taken over, and where their scores start."""


@dataclass(frozen=True)
class Cluster:
    """Nodes, GPUs and routed experts over which one layer is spread."""

    nodes: int
    gpus_per_node: int
    experts_per_gpu: int

    def __post_init__(self):
        if min(self.nodes, self.gpus_per_node, self.experts_per_gpu) < 1:
            raise ValueError("a cluster needs at least one node, one GPU and one expert")

    @property
    def experts_per_node(self) -> int:
        """Routed experts on one node."""
        return self.gpus_per_node * self.experts_per_gpu

    @property
    def experts(self) -> int:
        """Routed experts on all nodes."""
        return self.nodes * self.experts_per_node


@dataclass(frozen=True)
class Copies:
    """How often one token is sent over each link on its way to its experts."""

    between_nodes: int
    within_nodes: int


@dataclass(frozen=True)
class Averages:
    """Means over many tokens: nodes and GPUs with a chosen expert, copies by two hops and sent directly, and how many of the
    chosen experts an unlimited choice would have taken too."""

    nodes: Fraction
    gpus: Fraction
    two_hops: tuple[Fraction, Fraction]
    direct: tuple[Fraction, Fraction]
    kept: Fraction


def expected_places(places: int, experts_per_place: int, chosen: int) -> Fraction:
    """How many different places (nodes or GPUs) `chosen` experts drawn at random without repetition lie on, on average:
    each place is missed with probability C(n − e, k) / C(n, k), n experts in all, e of them there (elementary, this site's own)."""
    experts = places * experts_per_place
    if min(places, experts_per_place) < 1 or not 0 < chosen <= experts:
        raise ValueError(f"cannot draw {chosen} experts from {places} places with {experts_per_place} each")
    return places * (1 - Fraction(comb(experts - experts_per_place, chosen), comb(experts, chosen)))


def route(scores: list[float], cluster: Cluster, chosen: int, limit: int) -> list[int]:
    """The experts of a token by node-limited routing (DeepSeek-V3, §2.1.2): the `limit` nodes with the largest sums of their highest
    chosen / limit scores (rounded up), and among their experts the `chosen` with the highest scores; in rising order."""
    if len(scores) != cluster.experts:
        raise ValueError(f"{len(scores)} scores for {cluster.experts} experts")
    _check(cluster, chosen, limit)
    return _limited(scores, _ranked(scores, cluster), chosen, limit)


def _check(cluster: Cluster, chosen: int, limit: int) -> None:
    if not 1 <= limit <= cluster.nodes or not 1 <= chosen <= limit * cluster.experts_per_node:
        raise ValueError(f"cannot choose {chosen} experts on at most {limit} of {cluster.nodes} nodes")


def _ranked(scores: list[float], cluster: Cluster) -> list[list[int]]:
    """The experts of each node, from the highest score to the lowest."""
    size = cluster.experts_per_node
    return [sorted(range(first, first + size), key=scores.__getitem__, reverse=True) for first in range(0, cluster.experts, size)]


def _limited(scores: list[float], ranked: list[list[int]], chosen: int, limit: int) -> list[int]:
    counted = -(-chosen // limit)
    sums = [sum([scores[expert] for expert in experts[:counted]]) for experts in ranked]
    best = sorted(range(len(ranked)), key=sums.__getitem__, reverse=True)[:limit]
    allowed = [expert for node in best for expert in ranked[node][:chosen]]
    return sorted(sorted(allowed, key=scores.__getitem__, reverse=True)[:chosen])


def reached(experts: list[int], cluster: Cluster) -> tuple[list[int], list[int]]:
    """The nodes and the GPUs on which these experts lie, each once, in rising order."""
    if experts and not 0 <= min(experts) <= max(experts) < cluster.experts:
        raise ValueError(f"there is no expert {min(experts) if min(experts) < 0 else max(experts)} among {cluster.experts}")
    gpus = sorted({expert // cluster.experts_per_gpu for expert in experts})
    return sorted({gpu // cluster.gpus_per_node for gpu in gpus}), gpus


def copies(experts: list[int], source: int, cluster: Cluster, two_hops: bool = True) -> Copies:
    """How often a token of GPU `source` is sent. Two hops (DeepSeek-V3, §3.2.2): between nodes once to each node, to the GPU with the
    number that the source has in its own; from there within the node to the other GPUs. Directly: once to each GPU."""
    if not 0 <= source < cluster.nodes * cluster.gpus_per_node:
        raise ValueError(f"there is no GPU {source}")
    return Copies(*_copies(*reached(experts, cluster), source, cluster, two_hops))


def _copies(nodes: list[int], gpus: list[int], source: int, cluster: Cluster, two_hops: bool) -> tuple[int, int]:
    """The same for nodes and GPUs: copies between nodes and within them."""
    home, seat = divmod(source, cluster.gpus_per_node)
    if two_hops:
        return len(nodes) - (home in nodes), len(gpus) - len([gpu for gpu in gpus if gpu % cluster.gpus_per_node == seat])
    near = len([gpu for gpu in gpus if gpu // cluster.gpus_per_node == home])
    return len(gpus) - near, near - (source in gpus)


@lru_cache(1)
def _drawn(cluster: Cluster, chosen: int, tokens: int) -> list[tuple[list[float], list[list[int]], set[int]]]:
    """Of so many random tokens: the scores, the experts ranked, and those that an unlimited choice takes."""
    draw, result = random.Random(SEED).random, []
    for _ in range(tokens):
        scores = [draw() for _ in range(cluster.experts)]
        ranked = _ranked(scores, cluster)
        result.append((scores, ranked, set(_limited(scores, ranked, chosen, cluster.nodes))))
    return result


@lru_cache
def averages(cluster: Cluster, chosen: int, limit: int, tokens: int = TOKENS) -> Averages:
    """Means over tokens with independent random scores, all of GPU 0: no learned router, an assumption without favourites, this site's
    own; drawn, not computed."""
    if tokens < 1:
        raise ValueError("an average needs at least one token")
    _check(cluster, chosen, limit)
    found = []
    for scores, ranked, free in _drawn(cluster, chosen, tokens):
        experts = _limited(scores, ranked, chosen, limit)
        nodes, gpus = reached(experts, cluster)
        hops, straight = _copies(nodes, gpus, 0, cluster, True), _copies(nodes, gpus, 0, cluster, False)
        found.append((len(nodes), len(gpus), *hops, *straight, len(free.intersection(experts))))
    sums = map(sum, zip(*found))
    nodes, gpus, hop, hop_within, straight, straight_within, kept = (Fraction(value, tokens) for value in sums)
    return Averages(nodes, gpus, (hop, hop_within), (straight, straight_within), kept)


def seconds(sent, tokens: int, size: int, bytes_per_number, bandwidth) -> Fraction:
    """Time to send `sent` copies each of `tokens` tokens of `size` numbers over a link, without latency
    (Insights into DeepSeek-V3, arXiv 2505.09343, §2.3.2)."""
    if min(tokens, size, bytes_per_number, bandwidth) <= 0 or sent < 0:
        raise ValueError("copies cannot be negative, and tokens, sizes and bandwidth must be positive")
    return Fraction(sent) * tokens * size * Fraction(bytes_per_number) / Fraction(bandwidth)


def experts_per_node_free(fast, slow) -> Fraction:
    """How many experts per node a token can use before the link within the node is the slower one: the ratio of the
    bandwidths (DeepSeek-V3, §3.2.2)."""
    if fast <= 0 or slow <= 0:
        raise ValueError("bandwidths must be positive")
    return Fraction(fast) / Fraction(slow)
