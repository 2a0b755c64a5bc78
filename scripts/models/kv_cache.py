"""The key-value cache of attention: how many numbers a model keeps per token, and how many bytes.

All inputs and results are Decimal, sizes are counts of numbers (“elements”) or bytes. ValueError says what cannot be computed.
"""

from decimal import Decimal

from .arithmetic import positive

TWO = Decimal(2)


def grouped_query_elements(layers: Decimal, kv_heads: Decimal, head_dimension: Decimal) -> Decimal:
    """Elements per token over all layers with grouped-query attention: 2 · n_g · d_h · l; with as many key-value heads as
    heads this is multi-head attention, with one it is multi-query attention (DeepSeek-V2, arXiv 2405.04434, Table 1)."""
    positive(layers=layers, kv_heads=kv_heads, head_dimension=head_dimension)
    return TWO * kv_heads * head_dimension * layers


def grouped_query_elements_of_model(layers: Decimal, kv_heads: Decimal, model_dimension: Decimal, heads: Decimal) -> Decimal:
    """The same where a paper prints the model dimension and the number of heads: d_h = d / n_h (DeepSeek LLM, arXiv 2401.02954, Table 2,
    prints these)."""
    positive(model_dimension=model_dimension, heads=heads)
    if model_dimension % heads:
        raise ValueError(f"the model dimension {model_dimension} is not a multiple of {heads} heads")
    return grouped_query_elements(layers, kv_heads, model_dimension / heads)


def latent_elements(layers: Decimal, latent_dimension: Decimal, rope_dimension: Decimal) -> Decimal:
    """Elements per token over all layers with multi-head latent attention: (d_c + d_h^R) · l
    (DeepSeek-V2, arXiv 2405.04434, §2.1.3 and Table 1)."""
    positive(layers=layers, latent_dimension=latent_dimension, rope_dimension=rope_dimension)
    return (latent_dimension + rope_dimension) * layers


def bf16_bytes(elements: Decimal) -> Decimal:
    """Bytes of a number of elements at 16 bits each, as in Insights into DeepSeek-V3 (arXiv 2505.09343), Table 1."""
    positive(elements=elements)
    return TWO * elements


def cache_bytes(elements: Decimal, bits: Decimal, tokens: Decimal = Decimal(1)) -> Decimal:
    """Bytes of the cache of a context: elements per token at so many bits each, times tokens, over 8 (elementary)."""
    positive(elements=elements, bits=bits, tokens=tokens)
    return elements * bits * tokens / 8


def bits_for_saving(elements: Decimal, other_elements: Decimal, other_bits: Decimal, saving: Decimal) -> Decimal:
    """Bits per element at which a cache is `saving` percent smaller than another, (1 − s) · e′ · b′ / e: which precision a published
    saving implies (elementary, this site's own)."""
    positive(elements=elements, other_elements=other_elements, other_bits=other_bits)
    if not 0 < saving < 100:
        raise ValueError(f"a saving lies between 0 and 100 percent, not {saving}")
    return (1 - saving / 100) * other_elements * other_bits / elements


OPERATIONS = {function.__name__: function for function in (grouped_query_elements, grouped_query_elements_of_model, latent_elements, bf16_bytes)}
NOTATION = {"grouped_query_elements": " × ", "grouped_query_elements_of_model": ", ", "latent_elements": ", ", "bf16_bytes": ""}
