"""Speculative decoding: how many tokens one step of a large model yields when a draft is checked with it, and at what cost.

A step is one pass of the large model over the last certain token and the drafted ones after it. Of the draft it keeps the
longest beginning that it accepts, and it adds one token of its own. Rates are shares between 0 and 1; costs and speeds are
relative to one step without any draft. Numbers may be int, float, Fraction or Decimal, as long as they are not mixed.
Leviathan et al. 2022 is arXiv 2211.17192, DSpark is arXiv 2607.05147. ValueError says what cannot be computed.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache


def _rate(rate) -> None:
    if not 0 <= rate <= 1:
        raise ValueError(f"an acceptance rate lies between 0 and 1, not {rate}")


def _drafts(drafts: int) -> None:
    if drafts < 0:
        raise ValueError(f"the length of a draft must not be negative, not {drafts}")


def survival(rates: Sequence) -> list:
    """The chance of each drafted token to be kept: all before it must be kept too, so the rates multiply.

    `rates[k]` is the chance that token k is accepted if all before it were (DSpark, arXiv 2607.05147, §3.2.2).
    """
    kept, chances = 1, []
    for rate in rates:
        _rate(rate)
        kept = kept * rate
        chances.append(kept)
    return chances


@lru_cache(None, typed=True)
def tokens_per_step(acceptance, drafts: int):
    """Tokens that a step yields on average, 1 + α + α² + … + α^γ, if every drafted token has the same acceptance rate
    (Leviathan et al. 2022, arXiv 2211.17192, equation 1). Between 1 and γ + 1; it counts the large model's own token."""
    _drafts(drafts)
    return 1 + sum(survival([acceptance] * drafts))


def limit(acceptance):
    """What no draft can exceed, however long and however cheap: 1 / (1 − α) tokens a step (Leviathan et al., §3.6)."""
    _rate(acceptance)
    if acceptance == 1:
        raise ValueError("with an acceptance rate of 1 there is no limit")
    return 1 / (1 - acceptance)


def checking_cost(load, drafts: int):
    """How much longer a step takes because it checks a draft, as a factor.

    A simplification by this site: a step takes the same time up to a certain number of tokens, beyond it the time grows in
    proportion. `load` is the number of requests over that number: 1/4 leaves room for three drafted tokens per request.
    """
    _drafts(drafts)
    if load <= 0:
        raise ValueError(f"the load must be positive, not {load}")
    one = load / load  # in the kind of number that the load is
    return max(one, load * (1 + drafts)) / max(one, load)


def speedup(tokens, draft_cost=0, checking=1):
    """Tokens per second against a step without draft: the yield over what drafting and checking take,
    τ / (T_draft + T_verify) (DSpark, equation 1). With draft_cost = γ·c this is theorem 3.8 of Leviathan et al."""
    if tokens < 1 or draft_cost < 0 or checking <= 0:
        raise ValueError(f"a step yields at least one token and costs time, not {tokens}, {draft_cost}, {checking}")
    return tokens / (draft_cost + checking)


def implied_cost(tokens, speed):
    """What a step with draft must take, drafting and checking together, for a yield to result in a measured speed-up: `speedup`,
    solved for the cost (elementary, this site's own)."""
    if tokens < 1 or speed <= 0:
        raise ValueError(f"a yield of {tokens} and a speed-up of {speed} tell no cost")
    return tokens / speed


@lru_cache(None, typed=True)
def implied_acceptance(tokens: float, drafts: int) -> float:
    """The one acceptance rate that would give this yield with drafts of this length: tokens_per_step, inverted by halving (this site's
    own reading; in a real draft the rate falls from token to token)."""
    _drafts(drafts)
    if not 1 <= tokens <= drafts + 1:
        raise ValueError(f"a draft of {drafts} yields 1 to {drafts + 1} tokens, not {tokens}")
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if tokens_per_step(middle, drafts) < tokens else (low, middle)
    return (low + high) / 2


@dataclass(frozen=True)
class Schedule:
    """How many drafted tokens of each request are checked, the tokens per second expected of all, and the batch in tokens."""

    lengths: tuple[int, ...]
    throughput: float
    batch: int


def schedule(confidences: Sequence[Sequence[float]], steps_per_second: Callable[[int], float]) -> Schedule:
    """The scheduler of DSpark (arXiv 2607.05147, Algorithm 1): admit the drafted tokens of all requests by their chance to survive as long as
    the expected tokens per second rise, and stop at the first that does not pay.

    `confidences[r][k]` is the chance that token k of request r is accepted if all before it were;
    `steps_per_second(batch)` how many steps the machine makes with so many tokens in a batch.
    """
    if not confidences:
        raise ValueError("without a request there is nothing to schedule")
    chances = [survival(row) for row in confidences]
    queue = sorted(((chance, -request, -place) for request, row in enumerate(chances) for place, chance in enumerate(row) if chance > 0), reverse=True)
    lengths, batch, expected = [0] * len(chances), len(chances), float(len(chances))
    best = Schedule(tuple(lengths), expected * steps_per_second(batch), batch)
    for chance, request, place in queue:
        lengths[-request], batch, expected = 1 - place, batch + 1, expected + chance
        throughput = expected * steps_per_second(batch)
        if throughput <= best.throughput:
            break
        best = Schedule(tuple(lengths), throughput, batch)
    return best
