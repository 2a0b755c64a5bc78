"""Group relative policy optimisation: from the rewards of a group of answers to what the update is pushed by.

Formulas as in DeepSeekMath (arXiv 2402.03300), §4.1 and Equation 3; the critic's side as in PPO, written out in the DAPO
report (arXiv 2503.14476), §2.1. Rewards, ratios and advantages are plain numbers; ValueError says what cannot be computed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, fsum, isfinite, log, sqrt


def advantages(rewards: Sequence[float], divide: bool = True) -> list[float]:
    """One number per answer: (reward − mean) / standard deviation over the group of G answers (DeepSeekMath, §4.1.2).

    The standard deviation is that of the group itself (divided by G; the paper does not say by what). Equal rewards have no
    spread: all advantages are zero. `divide=False` only subtracts the mean (Dr. GRPO, arXiv 2503.20783, §3.2).
    """
    if len(rewards) < 2:
        raise ValueError("a group needs at least two answers; a single one has nothing to be compared with")
    if not all(map(isfinite, rewards)):
        raise ValueError("an infinite or undefined reward cannot be compared")
    if max(rewards) == min(rewards):
        return [0.0] * len(rewards)
    mean = fsum(rewards) / len(rewards)
    spread = sqrt(fsum((reward - mean) ** 2 for reward in rewards) / len(rewards))
    return [(reward - mean) / (spread if divide else 1.0) for reward in rewards]


def right_or_wrong(right: int, group: int) -> list[float]:
    """The rewards of a group by a rule: `right` times 1, then 0 (accuracy rewards: DeepSeek-R1, January 2025, §2.2.2)."""
    if group < 1 or not 0 <= right <= group:
        raise ValueError(f"{right} right answers of {group} are impossible")
    return [1.0] * right + [0.0] * (group - right)


def clipped(ratio: float, advantage: float, epsilon: float) -> float:
    """min(ratio · A, clip(ratio, 1 − ε, 1 + ε) · A): what one token adds to the objective (DeepSeekMath, Equation 3).
    `ratio` is its probability under the new policy divided by that under the old."""
    if ratio <= 0:
        raise ValueError(f"a ratio of probabilities is positive, not {ratio}")
    if epsilon <= 0:
        raise ValueError(f"the clipping range must be positive, not {epsilon}")
    return min(ratio * advantage, max(1 - epsilon, min(1 + epsilon, ratio)) * advantage)


def pushes(ratio: float, advantage: float, epsilon: float) -> bool:
    """Whether the token still pulls on the weights: false where `clipped` does not change with the ratio (DeepSeekMath, Equation 3)."""
    clipped(ratio, advantage, epsilon)
    return advantage > 0 and ratio < 1 + epsilon or advantage < 0 and ratio > 1 - epsilon


def silent(accuracy: float, group: int) -> float:
    """The chance that a group of independent answers is all right or all wrong, p^G + (1 − p)^G: no advantage, no lesson
    (what it means for training: DAPO report, §3.2)."""
    if not 0 <= accuracy <= 1:
        raise ValueError(f"an accuracy lies between 0 and 1, not {accuracy}")
    if group < 1:
        raise ValueError(f"a group has at least one answer, not {group}")
    return accuracy**group + (1 - accuracy) ** group


def reach_of_reward(decay: float, tokens: int) -> float:
    """The weight λ^k with which a reward after the last token enters the advantage of a token k places earlier, in generalised
    advantage estimation without discount (DAPO report, Equations 2 and 3, γ = 1). The rest comes from the critic."""
    if not 0 <= decay <= 1 or tokens < 0:
        raise ValueError(f"no weight for λ = {decay} and {tokens} tokens: λ lies between 0 and 1, a distance is not negative")
    return exp(tokens * log(decay)) if decay else float(tokens == 0)


@dataclass(frozen=True)
class Memory:
    """Bytes of the models that one update of reinforcement learning needs, without activations and caches."""

    policy: int
    critic: int
    reference: int
    reward_model: int

    @property
    def total(self) -> int:
        """Bytes of all four."""
        return self.policy + self.critic + self.reference + self.reward_model


WEIGHT, GRADIENT, MASTER, MOMENTS = 2, 4, 4, 2 * 2
"""Bytes per parameter: weights and both moments of AdamW in BF16, gradients and master weights in FP32, the formats that the
DeepSeek-V3 report keeps (arXiv 2412.19437, §3.3.3), with BF16 for its FP8 weights."""


def memory(parameters: int, critic: bool, reward_model: bool) -> Memory:
    """The count: a trained model holds weights, gradients, master weights and moments, a frozen one weights only; critic and
    reward model are taken to be as large as the policy (DeepSeekMath, §4.1.1: “of comparable size”)."""
    if parameters <= 0:
        raise ValueError(f"a model has parameters, not {parameters}")
    trained, frozen = parameters * (WEIGHT + GRADIENT + MASTER + MOMENTS), parameters * WEIGHT
    return Memory(trained, trained if critic else 0, frozen, frozen if reward_model else 0)


def groups(answers: int, group: int) -> int:
    """How many questions a batch of answers holds; how many updates a rollout yields (elementary). ValueError if it does not come out
    even."""
    if answers <= 0 or group <= 0 or answers % group:
        raise ValueError(f"{answers} answers cannot be dealt into parts of {group}")
    return answers // group
