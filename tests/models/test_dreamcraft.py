"""The schedules of DreamCraft3D against its paper (arXiv 2310.16818v2) and its published configurations (commit 5829ef1)."""

import math

import pytest

from models import dreamcraft


def test_noise_of_the_geometry_stage():
    """t from U(0.7, 0.85) to U(0.2, 0.5), in a line over hundreds of iterations, then fixed (paper, §4.1 and Appendix A.1); 200 steps
    in `configs/dreamcraft3d-coarse-nerf.yaml`: [0, 0.7, 0.2, 200] and [0, 0.85, 0.5, 200]."""
    low, high = dreamcraft.Ramp(0, 0.7, 0.2, 200), dreamcraft.Ramp(0, 0.85, 0.5, 200)
    assert (low.at(0), high.at(0)) == (0.7, 0.85)
    assert (low.at(100), high.at(100)) == (pytest.approx(0.45), pytest.approx(0.675))
    assert (low.at(200), high.at(200)) == (low.at(5000), high.at(5000)) == (pytest.approx(0.2), pytest.approx(0.5))


def test_noise_of_the_texture_stage():
    """The upper end goes from 0.5 to 0.2 over 5,000 steps (`configs/dreamcraft3d-texture.yaml`: [0, 0.5, 0.2, 5000]); the paper's renderings
    get t′ = 0.5 first and 0.1 later (Appendix A.1)."""
    assert dreamcraft.Ramp(0, 0.5, 0.2, 5000).at(2500) == pytest.approx(0.35)
    late = dreamcraft.Ramp(3000, 1, 2, 4000)
    assert (late.at(0), late.at(3500), late.at(9000)) == (1, 1.5, 2)


def test_views():
    """Azimuth −180 to 180 and elevation −10 to 45 degrees after 200 steps (`configs/dreamcraft3d-coarse-nerf.yaml`), the front alone at step 0;
    with `progressive_until: 0` the full circle from step 1 on (the other configurations)."""
    assert dreamcraft.view_range(0, 200, -180, 180) == (0, 0)
    assert dreamcraft.view_range(201, 200, -180, 180) == (-180, 180)
    low, high = dreamcraft.view_range(100, 200, -10, 45)
    assert (low, high) == (pytest.approx(-10 * 100 / 201), pytest.approx(45 * 100 / 201))
    assert dreamcraft.view_range(1, 0, -180, 180) == (-180, 180)


def test_remaining_signal():
    """1,000 steps from 0.00085 to 0.012 (`load/zero123/sd-objaverse-finetune-c_concat-256.yaml`): nothing is lost at t = 0, next to nothing is
    left at t = 1 (0.0047, as is known of this schedule), and a half is left between 0.3 and 0.4."""
    signal = lambda t: dreamcraft.remaining_signal(t, 1000, 0.00085, 0.0120)
    assert signal(0) == 1 and signal(1) == pytest.approx(0.00466, abs=5e-5)
    assert signal(0.3) > 0.5 > signal(0.4)
    assert all(signal(t / 10) > signal((t + 1) / 10) for t in range(10))
    assert dreamcraft.remaining_signal(0.5, 2, 0.25, 0.25) == 0.75**2


def test_turns():
    """Of every 1,000 steps (`only_pretrain_step: 1000`) the first fifth teaches the model, so 5,000 steps (`max_steps`) have five rounds and
    1,000 steps of teaching."""
    turns = [dreamcraft.turn(step, 1000, 1000 // 5) for step in range(5000)]
    assert turns[0] == (1, True) and turns[200] == (1, False) and turns[1000] == (2, True) and turns[-1] == (5, False)
    assert sum(taught for _, taught in turns) == 1000


def test_weights():
    """µ = 2 gives the view-dependent prior two thirds (Equation 6)."""
    assert dreamcraft.guidance_shares(2) == (pytest.approx(1 / 3), pytest.approx(2 / 3))
    assert dreamcraft.guidance_shares(0) == (1, 0)


def test_scores():
    """Table 1 prints a PSNR of 31.801, 22.838 (Magic123) and 18.937 (Make-it-3D): typical errors of 2.6, 7.2 and 11.3 percent of full scale."""
    errors = [round(100 * dreamcraft.typical_error(psnr), 1) for psnr in (31.801, 22.838, 18.937)]
    assert errors == [2.6, 7.2, 11.3]
    assert dreamcraft.typical_error(20) == pytest.approx(0.1) and math.isclose(dreamcraft.typical_error(6.0206), 0.5, rel_tol=1e-5)


def test_pixels():
    """A rendering of 1,024 pixels on a side (`configs/dreamcraft3d-texture.yaml`) against the prior's 64 (paper, §4.1): 256 times as many."""
    assert dreamcraft.picture_samples(1024, 64) == 256


@pytest.mark.parametrize("wrong, words", [
    (lambda: dreamcraft.Ramp(200, 0.7, 0.2, 200), "does not rise"),
    (lambda: dreamcraft.Ramp(0, 0.7, 0.2, 200).at(-1), "no step"),
    (lambda: dreamcraft.view_range(1, 200, 45, -10), "lower end"),
    (lambda: dreamcraft.remaining_signal(1.2, 1000, 0.1, 0.2), "between 0 and 1"),
    (lambda: dreamcraft.turn(0, 1000, 1001), "teaching"),
    (lambda: dreamcraft.guidance_shares(-1), "push away"),
    (lambda: dreamcraft.guidance_shares(math.inf), "push away"),
    (lambda: dreamcraft.typical_error(0), "PSNR"),
    (lambda: dreamcraft.picture_samples(0, 64), "pixel"),
])
def test_errors(wrong, words):
    with pytest.raises(ValueError, match=words):
        wrong()
