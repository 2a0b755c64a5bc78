"""The schedules of DreamCraft3D: how much noise, which views, whose turn it is, and what its printed scores mean.

Sections and equations are those of DreamCraft3D (arXiv 2310.16818v2), file names those of its repository (deepseek-ai/DreamCraft3D).
Times of diffusion t run from 0 (a clean picture) to 1 (noise only). ValueError says what cannot be computed.
"""

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Ramp:
    """A value that goes in a straight line from `first` to `last` between two steps and rests before and after: the form
    [start step, first, last, end step] of the published configurations (`configs/dreamcraft3d-coarse-nerf.yaml`)."""

    start: int
    first: float
    last: float
    end: int

    def __post_init__(self):
        if not 0 <= self.start < self.end:
            raise ValueError(f"a ramp from step {self.start} to step {self.end} does not rise in time")

    def at(self, step: int) -> float:
        """The value at a step."""
        if step < 0:
            raise ValueError(f"there is no step {step}")
        share = min(1.0, max(0.0, (step - self.start) / (self.end - self.start)))
        return self.first + (self.last - self.first) * share


def view_range(step: int, until: int, low: float, high: float) -> tuple[float, float]:
    """The angles, in degrees from the front, between which viewpoints are drawn: at step 0 only the front, then wider in proportion, the full range
    after step `until` (progressive view training: §4.1; the rule: `threestudio/data/uncond.py`)."""
    if step < 0 or until < 0 or low > high:
        raise ValueError("steps start at 0, and a range of views has its lower end first")
    share = min(1.0, step / (until + 1))
    return share * low, share * high


def remaining_signal(t: float, steps: int, first_beta: float, last_beta: float) -> float:
    """ᾱ, the share of the picture's variance that is left at time t, where x_t = √ᾱ·x + √(1−ᾱ)·noise (§4.2; Algorithm 1): the product
    of 1 − β over the steps done, with √β rising evenly (`extern/ldm_zero123/modules/diffusionmodules/util.py`)."""
    if not 0 <= t <= 1 or steps < 2 or not 0 < first_beta <= last_beta < 1:
        raise ValueError("a time lies between 0 and 1, and a noise schedule needs two steps and rising values between 0 and 1")
    low, high = math.sqrt(first_beta), math.sqrt(last_beta)
    return math.prod(1 - (low + (high - low) * step / (steps - 1)) ** 2 for step in range(min(steps, int(t * steps) + 1) if t else 0))


def turn(step: int, cycle: int, teaching: int) -> tuple[int, bool]:
    """Which round a step belongs to, from 1, and whether the diffusion model is being taught in it: of every `cycle` steps the first
    `teaching` tune the model, the others the texture (`threestudio/models/guidance/stable_diffusion_bsd_guidance.py`)."""
    if step < 0 or not 0 <= teaching <= cycle or cycle < 1:
        raise ValueError("steps start at 0, and no more steps can be spent on teaching than a round has")
    return step // cycle + 1, step % cycle < teaching


def guidance_shares(weight: float) -> tuple[float, float]:
    """The parts, shares of 1, that the ordinary and the view-dependent prior have in the hybrid ∇L_SDS + µ·∇L_3D-SDS (§4.1,
    Equation 6) if both gradients are equally long, which is this site's assumption."""
    if not 0 <= weight < math.inf:
        raise ValueError(f"a weight of {weight} would push away from the prior, or leave nothing of the other")
    return 1 / (1 + weight), weight / (1 + weight)


def typical_error(psnr: float) -> float:
    """Root mean square error of a pixel value as a share of the full scale that a PSNR in decibels stands for: 10^(−PSNR/20), the
    definition of the peak signal-to-noise ratio, 20 · log₁₀(full scale / error), turned round (elementary)."""
    if not 0 < psnr < math.inf:
        raise ValueError(f"no error belongs to a PSNR of {psnr}")
    return 10 ** (-psnr / 20)


def picture_samples(side: int, other: int) -> float:
    """How many times as many pixels a square picture of `side` pixels a side has as one of `other` (elementary)."""
    if min(side, other) < 1:
        raise ValueError("a picture has at least one pixel on a side")
    return (side / other) ** 2
