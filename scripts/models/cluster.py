"""A cluster of cheap nodes: switches of its network, bytes of its gradient exchange, price and energy of its work.

Formulas from Fire-Flyer AI-HPC (arXiv 2408.14158 v2); the section stands at each. Counts are int, traffic is an exact
Fraction, prices and speeds are Decimal. ValueError says what cannot be computed.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from .arithmetic import positive


def _ceil(a: int, b: int) -> int:
    return -(-a // b)


@dataclass(frozen=True)
class FatTree:
    """Switches per layer of a fat tree that gives every endpoint its full speed across the middle (§III-B)."""

    leaves: int
    spines: int
    cores: int = 0

    @property
    def switches(self) -> int:
        """Switches of all layers."""
        return self.leaves + self.spines + self.cores


def most_endpoints(ports: int, layers: int) -> int:
    """Endpoints of the largest full fat tree of switches with so many ports: p²/2 with two layers, p³/4 with three.
    A 40-port switch gives 800 with two, the size of one zone (§III-B); the formula is counted by this site."""
    if ports < 2 or ports % 2:
        raise ValueError(f"a fat tree needs an even number of ports, two or more, not {ports}")
    if layers not in (2, 3):
        raise ValueError(f"the formula covers two or three layers, not {layers}")
    return 2 * (ports // 2) ** layers


def fat_tree(endpoints: int, ports: int, layers: int) -> FatTree:
    """The fewest switches for so many endpoints. Half the ports of a leaf or spine point down, half up; a top switch uses
    all of them downwards. So two layers need e/(p/2) leaves and half as many spines, three layers as many spines as leaves
    and half as many cores. The paper's 200 switches for 1,600 endpoints follow (§III-C); its DGX network has more cores
    than this least number."""
    positive(endpoints=endpoints)
    if endpoints > most_endpoints(ports, layers):
        raise ValueError(f"{layers} layers of {ports}-port switches carry at most {most_endpoints(ports, layers)} endpoints, not {endpoints}")
    leaves = _ceil(endpoints, ports // 2)
    upper = _ceil(leaves * (ports // 2), ports)
    return FatTree(leaves, upper) if layers == 2 else FatTree(leaves, leaves, upper)


def ring_traffic(gpus: int) -> Fraction:
    """What each GPU sends and receives over PCIe in a ring allreduce, as the paper counts: (2n − 1)/n times the data,
    for 2n − 1 transmissions of each unit shared among n GPUs (§IV-B)."""
    if gpus < 2:
        raise ValueError(f"a ring needs two GPUs or more, not {gpus}")
    return Fraction(2 * gpus - 1, gpus)


def ring_traffic_counted(gpus: int) -> Fraction:
    """The same by the usual count of a ring: n − 1 steps that add and n − 1 that spread, each with 1/n of the data: 2(n − 1)/n."""
    return ring_traffic(gpus) - Fraction(1, gpus)


def hfreduce_traffic(paired: bool = False) -> Fraction:
    """The same for HFReduce: once to main memory and once back, 1 time the data each way (§IV-B). Where pairs of GPUs add
    up over NVLink first and share what comes back, half of it, on average over the pair (§IV-C)."""
    return Fraction(1, 2) if paired else Fraction(1)


def hfreduce_memory_operations(gpus: int) -> int:
    """How often HFReduce moves the data through the main memory of a node, in units of the data of one GPU (§IV-D):
    g writes from the GPUs; g reads and 1 write to add; 2 reads and 2 writes for the network and 1 read to add what came;
    2 reads for the way back with GDRCopy. 24 for 8 GPUs."""
    positive(gpus=gpus)
    return gpus + (gpus + 1) + (2 + 2 + 1) + 2


def hfreduce_limit(memory_bandwidth: Decimal, gpus: int) -> Decimal:
    """The most that main memory allows HFReduce, the bandwidth over `hfreduce_memory_operations`, in its unit (§IV-D)."""
    positive(memory_bandwidth=memory_bandwidth)
    return memory_bandwidth / hfreduce_memory_operations(gpus)


def network_limit(cards: int, gigabits: Decimal) -> Decimal:
    """What so many network cards carry together, in GB/s: 360 cards of 200 Gbps are 9,000 GB/s (§VI-B)."""
    positive(cards=cards, gigabits=gigabits)
    return cards * gigabits / 8


def per_performance(cost: Decimal, performance: Decimal) -> Decimal:
    """Price or power for the same work, both in percent of the system compared with: 100 · cost / performance, a hundred times the
    inverse of the cost-performance ratio of Table II."""
    positive(cost=cost, performance=performance)
    return 100 * cost / performance


def parallel_efficiency(gpus: int, seconds: Decimal, more_gpus: int, fewer_seconds: Decimal) -> Decimal:
    """How much of the ideal speed-up of a fixed step is reached, in percent: 100 · n₁t₁ / (n₂t₂) (§V-B)."""
    positive(gpus=gpus, seconds=seconds, more_gpus=more_gpus, fewer_seconds=fewer_seconds)
    return 100 * gpus * seconds / (more_gpus * fewer_seconds)
