"""The key-value cache: what real models keep per token and in a whole context, what one model would keep with other attention, and what a
published saving compares."""

from decimal import Decimal

from models import kv_cache
from models.arithmetic import saving

from .kit import Control, Figure, rounded

WORDS = {
    "title": ("What attention has to remember", "注意力要记住多少"),
    "caption": ("Computed from layers, heads and dimensions in the papers; for Qwen, Llama and both V4 models from the bytes that papers print. V4 and V4.1 are counted at their own precision, without the sliding window. That DeepSeek 67B kept 16 bits is our assumption.",
                "按论文给出的层数、头数和维度计算；Qwen、Llama 和两个 V4 模型取论文列出的字节数，其中 V4、V4.1 按其自身精度计，不含滑动窗口。DeepSeek 67B 用 16 位，是本站的假设。"),
    "rows": ("Compare", "比较"),
    "rows-models": ("real models", "真实模型"),
    "rows-kinds": ("V3 with other attention", "V3 换用别的注意力"),
    "rows-claim": ("V2 against 67B", "V2 对比 67B"),
    "context": ("Context", "上下文"),
    "one": ("1 token", "1 个 token"),
    "bits": ("Bits per number", "每个数的位数"),
    "model": ("Model", "模型"), "kind": ("Attention", "注意力"), "cache": ("Cache", "缓存"),
    "fixed": ("as printed", "照原文"), "held": ("always {bits} bits", "固定 {bits} 位"),
    "mha": ("Multi-head: a key and a value per head", "多头：每个头各有键和值"),
    "gqa": ("Grouped-query: {groups} pairs, as in 67B", "分组查询：{groups} 组键值，同 67B"),
    "mqa": ("Multi-query: one pair for all heads", "多查询：所有头共用一组"),
    "mla": ("Latent: one short vector", "潜在向量：每层一个短向量"),
    "finding-models": ("{context} at {bits} bits: DeepSeek-V3 keeps {v3}, Llama 3.1 405B {llama}, {times} times as much.",
                       "{context}、每个数 {bits} 位：DeepSeek-V3 缓存 {v3}，Llama 3.1 405B 为 {llama}，是前者的 {times} 倍。"),
    "finding-kinds": ("{context} at {bits} bits: with a key and a value per head V3 would keep {mha}; with latent vectors it keeps {mla}, {share} of that.",
                      "{context}、每个数 {bits} 位：若每个头各存键和值，V3 要缓存 {mha}；改存潜在向量，只要 {mla}，是前者的 {share}。"),
    "finding-claim": ("{context}: V2 at {bits} bits keeps {new}, DeepSeek 67B at {old_bits} bits {old}. That is {saving} less, {verdict}.",
                      "{context}：V2 每个数 {bits} 位，缓存 {new}；DeepSeek 67B 按 {old_bits} 位，缓存 {old}。少了 {saving}，{verdict}。"),
    "short": ("short of the {published} that the report prints", "还不到报告公布的 {published}"),
    "same": ("as the report prints", "正是报告公布的数"),
    "bits-column": ("Bits", "位数"), "context-column": ("Tokens", "token 数"), "bytes-column": ("Bytes", "字节"),
}
CONTEXTS = (1, 4096, 32768, 131072, 1048576)
BITS = ("16", "8", "6")
GROUPS = "deepseek-llm/kv-heads-67b"
"""How many pairs V3 is given in grouped-query attention: as many as DeepSeek 67B has."""
OLD_BITS = Decimal(16)
"""Of a number in the cache of DeepSeek 67B: an assumption, the report on V2 does not say."""


def _models(fact):
    """Models as (name, attention, elements per token, bytes as printed): one of the last two."""
    printed = lambda id: (None, fact(id))
    per_16_bits = lambda id: (fact(id) / 2, None)
    return (
        ("Llama 3.1 405B", "GQA", *per_16_bits("insights-deepseek-v3/kv-cache-llama-3-1-405b")),
        ("DeepSeek 67B", "GQA", fact("deepseek-llm/kv-elements-per-token-67b"), None),
        ("Qwen2.5-72B", "GQA", *per_16_bits("insights-deepseek-v3/kv-cache-qwen2-5-72b")),
        ("DeepSeek-V2", "MLA", fact("deepseek-v2/kv-cache-elements"), None),
        ("DeepSeek-V3", "MLA", fact("deepseek-v3/kv-cache-elements"), None),
        ("DeepSeek-V4-Flash", "CSA, HCA", *printed("deepseek-v4/flash-kv-cache-bytes")),
        ("DeepSeek-V4.1-Flash", "CSA2", *printed("deepseek-v4-1-flash/kv-cache-bytes")),
    )


def _kinds(fact):
    """V3's shape with four kinds of attention: (key of the name, elements per token)."""
    layers, heads, dimension = (fact(f"deepseek-v3/{id}") for id in ("layers", "attention-heads", "head-dimension"))
    shared = lambda pairs: kv_cache.grouped_query_elements(layers, Decimal(pairs), dimension)
    return (("mha", shared(heads)), ("gqa", shared(fact(GROUPS))), ("mqa", shared(1)), ("mla", fact("deepseek-v3/kv-cache-elements")))


def _kind(ink, key):
    """The name of a kind of attention."""
    return ink.say(key, groups=ink.number(ink.fact(GROUPS)))


def _size(ink, bytes_):
    """Bytes as bytes, or in GB from a tenth of one on."""
    return ink.unit(bytes_, "bytes") if bytes_ < 10 ** 7 else ink.unit(bytes_ / 10 ** 9, "gb", 1 if bytes_ >= 10 ** 9 else 2)


def _context(ink, tokens):
    return ink.say("one") if tokens == 1 else ink.unit(tokens, "context-tokens")


def _rows(ink, rows, context, bits):
    """The rows of one state: (name, note, bytes)."""
    if rows == "claim":
        elements = [ink.fact(id) for id in ("deepseek-llm/kv-elements-per-token-67b", "deepseek-v2/kv-cache-elements")]
        notes = f"GQA · {ink.say('held', bits=ink.number(OLD_BITS))}", "MLA"
        return [(name, note, kv_cache.cache_bytes(count, each, Decimal(context)))
                for name, note, count, each in zip(("DeepSeek 67B", "DeepSeek-V2"), notes, elements, (OLD_BITS, Decimal(bits)))]
    if rows == "kinds":
        return [(_kind(ink, key), "", kv_cache.cache_bytes(elements, Decimal(bits), Decimal(context))) for key, elements in _kinds(ink.fact)]
    return [(name, attention if elements else f"{attention} · {ink.say('fixed')}",
             kv_cache.cache_bytes(elements, Decimal(bits), Decimal(context)) if elements else printed * context)
            for name, attention, elements, printed in _models(ink.fact)]


def draw(ink, rows, context, bits):
    """The caches of one comparison as bars; the finding compares two of them."""
    shown = _rows(ink, rows, context, bits)
    widest = max(bytes_ for *_, bytes_ in shown)
    subject = lambda name: "on" if name in ("DeepSeek-V2" if rows == "claim" else "DeepSeek-V3", _kind(ink, "mla")) else ""
    bars = ink.table((ink.say("kind" if rows == "kinds" else "model"), ink.say("cache")),
                     [(name + (f" <small>{note}</small>" if note else ""), ink.bar(_size(ink, bytes_), bytes_ / widest, subject(name))) for name, note, bytes_ in shown])
    of = {name: bytes_ for name, _, bytes_ in shown}
    if rows == "claim":
        old, new = of["DeepSeek 67B"], of["DeepSeek-V2"]
        found, published = rounded(saving(new, old), 1), ink.fact("deepseek-v2/kv-cache-reduction")
        finding = ink.say("finding-claim", context=_context(ink, context), bits=bits, old_bits=ink.number(OLD_BITS), old=_size(ink, old), new=_size(ink, new),
                          saving=ink.unit(found, "percent"), verdict=ink.say("same" if found == published else "short", published=ink.unit(published, "percent")))
    elif rows == "models":
        v3, llama = of["DeepSeek-V3"], of["Llama 3.1 405B"]
        finding = ink.say("finding-models", context=_context(ink, context), bits=bits, v3=_size(ink, v3), llama=_size(ink, llama), times=ink.number(llama / v3, 2))
    else:
        mha, mla = of[_kind(ink, "mha")], of[_kind(ink, "mla")]
        finding = ink.say("finding-kinds", context=_context(ink, context), bits=bits, mha=_size(ink, mha), mla=_size(ink, mla), share=ink.unit(100 * mla / mha, "percent", 1))
    return ink.pane(bars), finding


def table(ink):
    """Every cache at every context and number of bits, each once."""
    columns = [ink.say("model"), ink.say("bits-column"), ink.say("context-column"), ink.say("bytes-column")]
    found = [[name, ink.say("fixed") if ink.say("fixed") in note else bits, ink.number(context), ink.number(bytes_, 0)]
             for rows in ("models", "kinds") for bits in BITS for context in CONTEXTS for name, note, bytes_ in _rows(ink, rows, context, bits)]
    return columns, [row for place, row in enumerate(found) if row not in found[:place]]


def numbers(fact):
    """Caches of the essay's models, per token and for a long context, and what the published saving needs."""
    v2, llm = fact("deepseek-v2/kv-cache-elements"), fact("deepseek-llm/kv-elements-per-token-67b")
    v3, llama = fact("deepseek-v3/kv-cache-elements"), fact("insights-deepseek-v3/kv-cache-llama-3-1-405b")
    bits, published = fact("deepseek-v2/kv-cache-bits"), fact("deepseek-v2/kv-cache-reduction")
    context, if_mha = Decimal(CONTEXTS[3]), fact("deepseek-v2/kv-cache-elements-if-mha")
    return {
        "v2-elements": (v2, "elements-per-token"), "llm-67b-elements": (llm, "elements-per-token"),
        "v2-if-mha-elements": (if_mha, "elements-per-token"), "v2-if-mha-gb-128k": (kv_cache.cache_bytes(if_mha, Decimal(BITS[0]), context) / 10 ** 9, "gb", 0),
        "v3-bytes": (kv_cache.bf16_bytes(v3), "bytes-per-token"),
        "qwen-bytes": (fact("insights-deepseek-v3/kv-cache-qwen2-5-72b"), "bytes-per-token"), "llama-bytes": (llama, "bytes-per-token"),
        "saving-by-elements": (saving(v2, llm), "percent", 1),
        "saving-at-deployed-bits": (saving(kv_cache.cache_bytes(v2, bits), kv_cache.cache_bytes(llm, OLD_BITS)), "percent", 1),
        "bits-for-933": (kv_cache.bits_for_saving(v2, llm, OLD_BITS, published), "bits", 1),
        "v3-gb-128k": (kv_cache.cache_bytes(v3, Decimal(BITS[0]), context) / 10 ** 9, "gb", 1),
        "llama-gb-128k": (llama * context / 10 ** 9, "gb", 1),
    }


FIGURE = Figure(
    id="kv-cache", words=WORDS, draw=draw, table=table, numbers=numbers,
    controls=(Control("rows", ("models", "kinds", "claim")),
              Control("context", CONTEXTS, show=_context, default=131072, slider=True),
              Control("bits", BITS)),
    citations=(("deepseek-v2", "Table 1; §3.2.3"), ("deepseek-llm", "Table 2"), ("insights-deepseek-v3", "Table 1"), ("deepseek-v4-1-flash", "Figure 1")))
