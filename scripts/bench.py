"""Measure the build and the pages: seconds of every stage, bytes of a first view by kind of page.

Usage: make bench. Seconds depend on the machine; compare the ratios. The weights are those of site/ (run make site first).
"""

from __future__ import annotations

import gzip
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).parent))

from lxml import html  # noqa: E402

import build  # noqa: E402
from sitegen import checks, exports, render  # noqa: E402
from sitegen.load import dumps, load, loads  # noqa: E402

STARLIGHT = 50_000
"""Bytes (gzip) that Starlight, the lightest documentation site with search, needs for the same text."""

PAGES = ("", "people/", "people/huazuo-gao/", "works/", "works/deepseek-v3/", "works/deepseek-math/", "innovations/", "innovations/grpo/",
         "timeline/", "claims/", "claims/v3-has-200-authors/", "sources/", "glossary/", "reading/", "about/method/")


def timed(name: str, function, runs: int = 3):
    """Run function a few times, print the median of the seconds, return its last result."""
    seconds = []
    for _ in range(runs):
        began = time.perf_counter()
        result = function()
        seconds.append(time.perf_counter() - began)
    print(f"  {name:<44} {median(seconds):7.2f} s")
    return result


def weight(site: Path, address: str) -> int:
    """Bytes, gzip, of a first view: the page, its styles, script and icon."""
    page = site / address / "index.html"
    root = html.parse(str(page)).getroot()
    loaded = root.xpath("//script/@src | //link[@rel='stylesheet' or @rel='icon']/@href")
    return sum(len(gzip.compress(path.read_bytes(), 6)) for path in (page, *((page.parent / each).resolve() for each in loaded)))


def main() -> None:
    print("Seconds (median of 3)")
    data, where, _ = timed("load all records", lambda: load(build.ROOT))
    timed("run all rules", lambda: checks.check(data, where))
    compiled = timed("compile data.json and read it back", lambda: loads(dumps(data)))
    view = render.View(compiled, render.Site("https://example.org/"))
    timed("render all pages", lambda: render.pages(view))
    timed("write the API", lambda: exports.api(view))
    with tempfile.TemporaryDirectory() as folder:
        timed("all of it, nothing to change", lambda: build.generate(build.ROOT, Path(folder), view.site))
    site = build.ROOT / "site"
    if not site.exists():
        raise SystemExit("site/ is missing; run make site to weigh the pages")
    print("\nBytes of a first view (gzip, everything), and against Starlight's 50 kB")
    for lang in ("", "zh/"):
        for address in PAGES:
            size = weight(site, lang + address)
            print(f"  /{lang + address:<44} {size / 1000:6.1f} kB   {size / STARLIGHT:4.2f}×")


if __name__ == "__main__":
    main()
