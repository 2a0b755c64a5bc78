"""Each idea as arithmetic: pure functions without formatting. OPERATIONS are those that records may name."""

from . import arithmetic, kv_cache

OPERATIONS = arithmetic.OPERATIONS | kv_cache.OPERATIONS
NOTATION = arithmetic.NOTATION | kv_cache.NOTATION
