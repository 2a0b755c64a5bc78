"""Measure the build and the pages: seconds of every stage, bytes of a first view by kind of page, Lighthouse (mobile) over gzip.

Usage: make bench [ARGS=lighthouse]. Seconds depend on the machine; compare the ratios. Weights and audits are those of site/
(run make site first); then the whole build is timed on 1, 2 and 4 synthetic copies of the record. With `lighthouse` only the
pages are audited. CHROME_PATH or a usual name leads to the browser.
"""

from __future__ import annotations

import contextlib
import gzip
import http.server
import json
import math
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from functools import partial
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).parent))

from lxml import html  # noqa: E402

import build  # noqa: E402
import synthetic  # noqa: E402
from chromium import find_or_install  # noqa: E402
from workspace import copy  # noqa: E402
import figures  # noqa: E402
from sitegen import checks, essays, exports, parity, render  # noqa: E402
from sitegen.load import dumps, load, loads  # noqa: E402
from sitegen.page import Page  # noqa: E402
from sitegen.records import LANGS  # noqa: E402

STARLIGHT = 50_000
"""Bytes (gzip) that Starlight, the lightest documentation site with search, needs for the same text."""

PAGES = ("", "people/", "people/huazuo-gao/", "works/", "works/deepseek-v3/", "works/deepseek-math/", "innovations/", "innovations/grpo/",
         "essays/", "essays/training-cost/", "timeline/", "claims/", "claims/v3-has-200-authors/", "claims/conflicts/", "sources/", "glossary/", "reading/", "data/",
         "about/method/", "about/health/", "people/continuity/")


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


class _Gzip(http.server.SimpleHTTPRequestHandler):
    """Serves site/ as a host does: text compressed, fonts and pictures as they are."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        path = Path(self.translate_path(self.path))
        path = path / "index.html" if path.is_dir() else path
        if not path.exists():
            return self.send_error(404)
        body, type_ = path.read_bytes(), self.guess_type(str(path))
        self.send_response(200)
        self.send_header("Content-Type", type_ + ("; charset=utf-8" if type_.startswith("text/") else ""))
        if path.suffix not in (".woff2", ".png"):
            body = gzip.compress(body, 6)
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def audit(site: Path) -> None:
    """Lighthouse over every kind of page in both languages: the four scores, LCP, TBT, CLS, and what lost points."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(_Gzip, directory=str(site)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    base = f"http://127.0.0.1:{server.server_address[1]}/"
    urls = [base + lang + address for lang in ("", "zh/") for address in PAGES]
    environment = os.environ | {"CHROME_PATH": os.environ.get("CHROME_PATH") or find_or_install()}
    print("\nLighthouse, mobile: performance, accessibility, best practices, SEO; LCP, TBT, CLS; what lost points (×3: the middle of three runs)")
    with subprocess.Popen(["node", build.ROOT / "scripts/lighthouse/audit.mjs", *urls], env=environment, stdout=subprocess.PIPE, text=True) as process:
        for line in process.stdout:
            found = json.loads(line)
            scores = " ".join(f"{score:3d}" for score in found["scores"].values())
            print(f"  /{found['url'].removeprefix(base):<38} {scores}   {found['lcp'] / 1000:4.2f} s {found['tbt']:4.0f} ms {found['cls']:5.3f}  {'×3 ' if found['runs'] > 1 else ''}{' '.join(found['failed'])}", flush=True)
    server.shutdown()
    if process.returncode:
        raise SystemExit("Lighthouse stopped; its words above say why")


def served(words: str) -> tuple[float, float]:
    """`make serve` on a copy of the project: seconds until the page of GRPO answers,
    and from its saved record to the page; `words` stand in its record and on its page."""
    with tempfile.TemporaryDirectory() as folder:
        project = copy(Path(folder))
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        record, saved = project / "data/innovations/grpo.yml", words.rstrip(".") + ", as saved."
        log = (project / "serve.log").open("w")
        server = subprocess.Popen([sys.executable, "scripts/build.py", "serve", "--port", str(port)], cwd=project, stdout=log, stderr=log, start_new_session=True)

        def seconds_until(words: str) -> float:
            began = time.perf_counter()
            while time.perf_counter() - began < 300:
                with contextlib.suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{port}/innovations/grpo/", timeout=2) as answer:
                    if words in answer.read().decode():
                        return time.perf_counter() - began
                time.sleep(0.02)
            raise SystemExit(f"serve did not show it within 300 s:\n{(project / 'serve.log').read_text('utf-8')[-2000:]}")

        try:
            start = seconds_until(words)
            time.sleep(2)
            record.write_text(record.read_text("utf-8").replace(words, saved), "utf-8")
            return start, seconds_until(saved)
        finally:
            os.killpg(server.pid, signal.SIGINT)
            server.wait()
            log.close()


def grown(data, names: set[str], copies: int) -> tuple[float, float, int, int]:
    """Build a project with so many copies of the record: (seconds, MB of memory at most, pages, bytes of HTML per page)."""
    with tempfile.TemporaryDirectory() as folder:
        project = copy(Path(folder))
        synthetic.write(data, names, project, copies)
        began = time.perf_counter()
        with (project / "build.log").open("w") as log:
            process = subprocess.Popen([sys.executable, "scripts/build.py", "site"], cwd=project, stdout=log, stderr=log)
        _, status, usage = os.wait4(process.pid, 0)
        if status:
            raise SystemExit(f"the build of {copies} copies failed:\n{(project / 'build.log').read_text('utf-8')[-2000:]}")
        pages = [path.stat().st_size for path in (project / "site").rglob("*.html")]
        return time.perf_counter() - began, usage.ru_maxrss / 1000, len(pages), sum(pages) // len(pages)


def main() -> None:
    site = build.ROOT / "site"
    if not site.exists():
        raise SystemExit("site/ is missing; run make site to weigh the pages")
    if sys.argv[1:] == ["lighthouse"]:
        return audit(site)
    print("Seconds (median of 3)")
    data, where, _ = timed("load all records", lambda: load(build.ROOT))
    written = parity.written(build.ROOT)
    timed("run all rules", lambda: checks.check(data, where, written))
    timed("compare the languages, check the essays", lambda: parity.parity(build.ROOT, data))
    compiled = timed("compile data.json and read it back", lambda: loads(dumps(data)))
    view = render.View(compiled, render.Site("https://example.org/"), written)
    timed("draw all figures in both languages", lambda: [essays.figure(Page("/", lang, view), id) for lang in LANGS for id in figures.IDS], runs=1)
    timed("render all pages", lambda: render.pages(view))
    timed("write the API", lambda: exports.api(view))
    with tempfile.TemporaryDirectory() as folder:
        timed("all of it, nothing to change", lambda: build.generate(build.ROOT, Path(folder), view.site))
    for name, seconds in zip(("serve: until the first page answers", "serve: from a saved record to its page"), served(view.derived.innovations["grpo"].one_line.en)):
        print(f"  {name:<44} {seconds:7.2f} s")
    print("\nBytes of a first view (gzip, everything), and against Starlight's 50 kB")
    for lang in ("", "zh/"):
        for address in PAGES:
            size = weight(site, lang + address)
            print(f"  /{lang + address:<44} {size / 1000:6.1f} kB   {size / STARLIGHT:4.2f}×")
    audit(site)
    print("\nSynthetic copies of the record: the whole build")
    names, seconds = set(view.derived.names), {}
    for copies in (1, 2, 4):
        seconds[copies], memory, pages, size = grown(data, names, copies)
        print(f"  {copies}×   {seconds[copies]:7.1f} s   {memory:6.0f} MB   {pages:6d} pages   {size / 1000:5.1f} kB a page")
    print(f"  exponent from 1× to 4×: {math.log(seconds[4] / seconds[1], 4):.2f} (1 is linear)")


if __name__ == "__main__":
    main()
