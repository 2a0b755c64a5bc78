"""What a training run costs: GPU-hours, operations, rent, and how the ratio of two runs comes about.

All inputs and results are Decimal, in the units of the facts: GPU-hours, FLOP, dollars per GPU-hour, TFLOPS (10^12 operations
per second). The operations of a run are `arithmetic.training_flops`, 6·N·D. What names no source is elementary. ValueError says what cannot be computed.
"""

from dataclasses import dataclass
from decimal import Decimal

from .arithmetic import HUNDRED, positive, training_flops

HOURS_PER_DAY, SECONDS_PER_HOUR, TERA = Decimal(24), Decimal(3600), Decimal(10) ** 12


@dataclass(frozen=True)
class Run:
    """A training run as its authors describe it: parameters that work on each token, tokens, GPU-hours."""

    parameters: Decimal
    tokens: Decimal
    gpu_hours: Decimal

    def __post_init__(self) -> None:
        positive(parameters=self.parameters, tokens=self.tokens, gpu_hours=self.gpu_hours)

    @property
    def flop(self) -> Decimal:
        """Operations by 6·N·D: attention over earlier tokens and recomputation are left out."""
        return training_flops(self.parameters, self.tokens)

    @property
    def tflops(self) -> Decimal:
        """Operations per second and GPU, in TFLOPS, averaged over all hours."""
        return speed_per_gpu(self.flop, self.gpu_hours)


@dataclass(frozen=True)
class Factors:
    """How many times larger one run is than another, measure by measure: gpu_hours · speed = flop = parameters · tokens."""

    parameters: Decimal
    tokens: Decimal
    flop: Decimal
    speed: Decimal
    gpu_hours: Decimal


def factors(larger: Run, smaller: Run) -> Factors:
    """The ratio of two runs, taken apart. Unlike chips and number formats hide in `speed`."""
    return Factors(larger.parameters / smaller.parameters, larger.tokens / smaller.tokens, larger.flop / smaller.flop,
                   larger.tflops / smaller.tflops, larger.gpu_hours / smaller.gpu_hours)


def rent(gpu_hours: Decimal, price: Decimal) -> Decimal:
    """Dollars for so many GPU-hours at a price per GPU-hour (the calculation of DeepSeek-V3, arXiv 2412.19437, Table 1)."""
    positive(gpu_hours=gpu_hours, price=price)
    return gpu_hours * price


def speed_per_gpu(flop: Decimal, gpu_hours: Decimal) -> Decimal:
    """Operations per second and GPU, in TFLOPS, if a run of so many FLOP took so many GPU-hours."""
    positive(flop=flop, gpu_hours=gpu_hours)
    return flop / (gpu_hours * SECONDS_PER_HOUR) / TERA


def utilisation(tflops: Decimal, peak_tflops: Decimal) -> Decimal:
    """Model FLOPs utilisation: the speed as a percentage of the chip's peak (Chowdhery et al. 2022, arXiv 2204.02311, Appendix B)."""
    positive(tflops=tflops, peak_tflops=peak_tflops)
    return HUNDRED * tflops / peak_tflops


def gpu_hours_of(tokens: Decimal, tokens_per_day: Decimal, gpus: Decimal) -> Decimal:
    """GPU-hours for so many tokens on a cluster that works through `tokens_per_day`."""
    positive(tokens=tokens, tokens_per_day=tokens_per_day, gpus=gpus)
    return gpus * HOURS_PER_DAY * tokens / tokens_per_day


def days(gpu_hours: Decimal, gpus: Decimal) -> Decimal:
    """Days that a run takes if all GPUs of the cluster work on nothing else."""
    positive(gpu_hours=gpu_hours, gpus=gpus)
    return gpu_hours / gpus / HOURS_PER_DAY
