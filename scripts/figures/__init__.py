"""Each figure: a model's numbers and words in two languages, drawn as finished HTML and SVG. One module a figure."""

from importlib import import_module
from pathlib import Path

IDS = tuple(sorted(path.stem.replace("_", "-") for path in Path(__file__).parent.glob("*.py") if path.stem not in ("__init__", "kit", "svg")))
"""Every figure there is: the module kv_cache.py is the figure 'kv-cache'."""


def load(id: str):
    """The Figure with this id; KeyError if there is none."""
    if id not in IDS:
        raise KeyError(id)
    return import_module("figures." + id.replace("-", "_")).FIGURE
