"""The chance of independent attempts, which several models share."""


def any_success(chance: float, attempts: int) -> float:
    """The chance that at least one of so many independent attempts succeeds, 1 − (1 − p)^k: pass@k of one problem whose p is known
    (elementary; for pass@k Chen et al. 2021, arXiv 2107.03374, §2.1).
    ValueError if p does not lie between 0 and 1 or nothing is attempted."""
    if not 0 <= chance <= 1:
        raise ValueError(f"a chance must lie between 0 and 1, not {chance}")
    if attempts < 1:
        raise ValueError(f"the number of attempts must be at least 1, not {attempts}")
    return 1 - (1 - chance) ** attempts
