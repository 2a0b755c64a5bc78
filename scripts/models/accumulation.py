"""Adding up products in a register that keeps few bits, as the reports describe the matrix instructions of Hopper chips.

Values are Python floats, `bits` counts those of the register's mantissa, the leading one included. A model of the rule, not of a chip.
ValueError says what cannot be computed. DeepSeek-V3 is arXiv 2412.19437, Insights into DeepSeek-V3 is arXiv 2505.09343.
"""

import math
import struct
from collections.abc import Sequence


def fp32(value: float) -> float:
    """The nearest number of 32 bits (FP32, binary32 of IEEE 754), ties to even; what is too large becomes ∞."""
    return struct.unpack("f", struct.pack("f", value))[0]


def _finite(values: Sequence[float]) -> None:
    if not all(map(math.isfinite, values)):
        raise ValueError("an infinite or undefined value cannot be added up")


def instruction_sum(products: Sequence[float], bits: int) -> float:
    """The sum that one matrix instruction forms on Hopper as the reports describe it: the products are shifted to the exponent of
    the largest and keep their highest `bits` bits; what is beyond is cut off towards −∞, as a shift that repeats the sign does
    (DeepSeek-V3, §3.5.2; Insights into DeepSeek-V3, §3.1.1)."""
    if bits < 2:
        raise ValueError("a sum needs at least two bits")
    _finite(products)
    peak = max(map(abs, products), default=0.0)
    if peak == 0:
        return 0.0
    unit = math.ldexp(1.0, math.frexp(peak)[1] - bits)
    return sum([product // unit for product in products]) * unit


def running_sums(parts: Sequence[float], bits: int, promote: int = 0) -> list[float]:
    """The total after each of the sums of instructions. They are added in a register whose mantissa has `bits` bits, cut off
    towards zero (Insights into DeepSeek-V3, §3.1.1). With `promote`, the register is emptied into a sum of 32 bits after so many of them
    (promotion to CUDA cores: DeepSeek-V3, §3.3.2 and Figure 7); 0 is never."""
    if bits < 2 or promote < 0:
        raise ValueError("a sum needs at least two bits and cannot be promoted after less than no instructions")
    _finite(parts)
    totals, register, promoted = [], 0.0, 0.0
    for place, part in enumerate(parts, 1):
        register += part
        register -= math.fmod(register, math.ldexp(1.0, math.frexp(register)[1] - bits))
        if promote and place % promote == 0:
            promoted, register = fp32(promoted + register), 0.0
        totals.append(promoted + register)
    return totals
