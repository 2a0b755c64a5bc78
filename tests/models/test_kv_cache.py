"""The key-value cache, against numbers that the papers print."""

from decimal import Decimal as D

import pytest

from models import kv_cache


def test_kv_cache_of_published_models():
    """Insights into DeepSeek-V3 (arXiv 2505.09343), Table 1, BF16: V3 70,272, Qwen2.5-72B 327,680, Llama 3.1 405B 516,096 bytes per token."""
    assert kv_cache.bf16_bytes(kv_cache.latent_elements(D(61), D(512), D(64))) == 70272
    assert kv_cache.bf16_bytes(kv_cache.grouped_query_elements(D(80), D(8), D(128))) == 327680
    assert kv_cache.bf16_bytes(kv_cache.grouped_query_elements_of_model(D(126), D(8), D(16384), D(128))) == 516096


def test_kv_cache_of_v2_is_that_of_2_25_groups():
    """DeepSeek-V2, Table 1: the cache equals that of grouped-query attention with 2.25 groups."""
    assert kv_cache.latent_elements(D(60), D(512), D(64)) == kv_cache.grouped_query_elements(D(60), D("2.25"), D(128)) == 34560


def test_kv_cache_of_v2_is_four_and_a_half_heads_a_layer(fact):
    """DeepSeek-V2, §2.1.3 and Table 1: with d_c = 4·d_h and d_h^R = d_h / 2 the cache holds 9/2 · d_h · l elements."""
    layers, head, latent, rope = (fact(f"deepseek-v2/{name}") for name in ("layers", "head-dimension", "kv-compression-dimension", "decoupled-rope-dimension"))
    assert (latent, rope) == (4 * head, head / 2)
    assert kv_cache.latent_elements(layers, latent, rope) == D("4.5") * head * layers


def test_bytes_of_a_context(fact):
    """Insights into DeepSeek-V3 (arXiv 2505.09343), Table 1: at 16 bits the elements of V3 are the bytes printed; a context has as many
    times more as it has tokens, and at 8 bits half."""
    elements, printed = fact("deepseek-v3/kv-cache-elements"), fact("insights-deepseek-v3/kv-cache-v3")
    assert kv_cache.cache_bytes(elements, D(16)) == printed == kv_cache.bf16_bytes(elements)
    assert kv_cache.cache_bytes(elements, D(8), D(4096)) == 2048 * printed
    # FlashMLA, README, “MLA Decoding”: 64 BF16 values are 128 of the 656 bytes per token and layer
    assert kv_cache.cache_bytes(D(64), D(16)) == 128 and kv_cache.cache_bytes(D(512), D(8)) == 512


def test_bits_of_the_published_saving(fact):
    """DeepSeek-V2, Abstract and §3.2.3: 93.3 % less than DeepSeek 67B, whose cache has 16 bits by assumption, and on average 6 bits per
    element in service. The saving needs these 6 bits; without them it would be 82.2 %, which is 16 bits."""
    v2, llm = fact("deepseek-v2/kv-cache-elements"), fact("deepseek-llm/kv-elements-per-token-67b")
    assert round(kv_cache.bits_for_saving(v2, llm, D(16), fact("deepseek-v2/kv-cache-reduction")), 1) == fact("deepseek-v2/kv-cache-bits") == 6
    assert round(kv_cache.bits_for_saving(v2, llm, D(16), D("82.2")), 1) == 16
    assert kv_cache.bits_for_saving(D(1), D(2), D(16), D(50)) == 16


ONE = D(1)


@pytest.mark.parametrize("call", [
    lambda: kv_cache.latent_elements(D(0), D(512), D(64)), lambda: kv_cache.latent_elements(ONE, ONE, D(-64)),
    lambda: kv_cache.grouped_query_elements(ONE, D(0), ONE), lambda: kv_cache.grouped_query_elements(D(-1), ONE, ONE),
    lambda: kv_cache.grouped_query_elements_of_model(ONE, ONE, D(100), D(3)), lambda: kv_cache.grouped_query_elements_of_model(ONE, ONE, D(100), D(0)),
    lambda: kv_cache.bf16_bytes(D(-1)), lambda: kv_cache.cache_bytes(D(0), ONE), lambda: kv_cache.cache_bytes(ONE, D(0)), lambda: kv_cache.cache_bytes(ONE, ONE, D(-1)),
    lambda: kv_cache.bits_for_saving(D(0), ONE, ONE, D(50)), lambda: kv_cache.bits_for_saving(ONE, D(0), ONE, D(50)),
    lambda: kv_cache.bits_for_saving(ONE, ONE, D(0), D(50)), lambda: kv_cache.bits_for_saving(ONE, ONE, ONE, D(0)), lambda: kv_cache.bits_for_saving(ONE, ONE, ONE, D(100)),
])
def test_impossible(call):
    with pytest.raises(ValueError, match=r"positive|multiple|between 0 and 100"):
        call()
