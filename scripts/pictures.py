"""Pictures of the real site, taken from site/: those in README and CONTRIBUTING, and the card that other sites show beside a link.

Usage: make pictures (after make site).
"""

from __future__ import annotations

import functools
import http.server
import io
import sys
import threading
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

sys.path.insert(0, str(Path(__file__).parent))

from chromium import find_or_install  # noqa: E402
from workspace import ROOT  # noqa: E402

SHEETS = {
    "home": (("", 1280, 860, "light"), ("zh/", 390, 860, "light"), ("zh/timeline/", 390, 860, "dark")),
    "essay": (("innovations/fp8-training/#fp8", 390, 1000, "light"), ("zh/innovations/dualpipe/#dualpipe", 390, 1000, "dark"),
              ("zh/innovations/multi-head-latent-attention/#kv-cache", 1000, 1000, "light")),
    "record": (("works/deepseek-v3/", 1280, 860, "dark"), ("zh/claims/v3-one-eleventh-of-llama-compute/", 390, 860, "light"), ("people/huazuo-gao/", 390, 860, "dark")),
}
"""Picture -> what stands in it, from left to right: (address, width, height, scheme)."""


def main() -> None:
    """Write docs/pictures/*.png and docs/assets/card.png."""
    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(ROOT / "site")))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    base = f"http://127.0.0.1:{server.server_address[1]}/"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_or_install(), args=["--no-sandbox", "--disable-gpu"])

        def shot(path, width, height, scheme):
            page = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme).new_page()
            page.goto(base + path)
            page.wait_for_load_state("networkidle")
            return Image.open(io.BytesIO(page.screenshot())).convert("RGB")

        for name, wanted in SHEETS.items():
            shots = [shot(*each) for each in wanted]
            sheet = Image.new("RGB", (sum(each.width for each in shots) + 20 * (len(shots) + 1), max(each.height for each in shots) + 40), "#c9cdd6")
            left = 20
            for each in shots:
                sheet.paste(each, (left, 20))
                left += each.width + 20
            save(sheet, ROOT / f"docs/pictures/{name}.png")
        save(shot("", 1200, 630, "light"), ROOT / "docs/assets/card.png")
        browser.close()
    server.shutdown()


def save(image: Image.Image, path: Path) -> None:
    """Write a small PNG: these pictures have few colours."""
    path.parent.mkdir(parents=True, exist_ok=True)
    image.quantize(128, dither=Image.Dither.NONE).save(path, optimize=True)
    print(f"{path.relative_to(ROOT)}: {path.stat().st_size // 1000} kB")


if __name__ == "__main__":
    main()
