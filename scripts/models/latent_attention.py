"""The work of attention while decoding: multiplications per cached token, with and without rebuilding keys and values.

All inputs and results are Decimal. The work is counted from the equations of DeepSeek-V2 (arXiv 2405.04434, §2.1 and Appendix C);
the tests count it in one head that is computed both ways. ValueError says what cannot be computed.
"""

from decimal import Decimal

from .arithmetic import positive


def expanded_multiplications(heads: Decimal, head: Decimal, latent: Decimal, rope: Decimal) -> Decimal:
    """Multiplications per cached token and layer of a decoding step that rebuilds keys and values from the latent, then scores and
    sums: n_h · (2 · d_c · d_h + (d_h + d_h^R) + d_h) (equations 10, 11, 18 and 19)."""
    positive(heads=heads, head=head, latent=latent, rope=rope)
    return heads * (2 * latent * head + (head + rope) + head)


def merged_multiplications(heads: Decimal, latent: Decimal, rope: Decimal) -> Decimal:
    """The same with merged matrices, which score against latent and positional key and sum up latents: n_h · (2 · d_c + d_h^R)
    (§2.1.2 and Appendix C)."""
    positive(heads=heads, latent=latent, rope=rope)
    return heads * (latent + rope + latent)


def plain_multiplications(heads: Decimal, head: Decimal) -> Decimal:
    """The same for ordinary attention with its keys and values in the cache, n_h · 2 · d_h (§2.1.1; MHA, GQA or MQA: sharing changes
    the cache, not this)."""
    positive(heads=heads, head=head)
    return heads * 2 * head
