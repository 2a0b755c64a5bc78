#!/usr/bin/env python3
"""The build script of DeepSeek Explained.

  check             load data/ and docs/, run every rule, print all problems (exit 1 if there are any)
  site              check, compile build/data.json, write the pages, build site/ with MkDocs and Pagefind, check every link
  serve             show the site while you write: a saved record, page or template appears within seconds
  new KIND ID       write a commented record to fill in: new people huazuo-gao
  bless             accept the present output of the toy project (tests/toy) as the expected one
  addresses         add the addresses of today to the list of what must resolve for ever
  reference         write data/README.md, the field reference, from the record types
"""

from __future__ import annotations

import argparse
import contextlib
import gc
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from sitegen import checks, essays, exports, links, maths, new, parity, render, search  # noqa: E402
from sitegen.load import Problem, dumps, load, loads  # noqa: E402
from sitegen.output import write_tree  # noqa: E402
from sitegen.page import Page  # noqa: E402
from sitegen.records import LANGS  # noqa: E402

ROOT = Path(__file__).resolve().parent.parent
AHEAD = 10
"""Seconds that a preview dates its pages ahead: longer than one build of changed pages takes."""


def step(name: str, began: float) -> None:
    """Print one line of progress: what was done and the seconds it took."""
    print(f"  {name:<58} {time.perf_counter() - began:6.1f} s", flush=True)


def judged(root: Path, data, where, problems: list[Problem]):
    """The Dataset if nothing is wrong with it; else all problems are printed and the program ends with 1."""
    problems = set(problems) or {*checks.check(data, where, parity.written(root)), *parity.parity(root, data)}
    if problems:
        for problem in sorted(problems):
            print(problem, file=sys.stderr)
        print(f"{len(problems)} problem{'s' if len(problems) > 1 else ''}; nothing was written", file=sys.stderr)
        raise SystemExit(1)
    return data


def site_from_environment() -> render.Site:
    """Where the site will stand: SITE_URL, GITHUB_REPOSITORY (else extra.repo) and extra.contact of mkdocs.yml."""
    text = (ROOT / "mkdocs.yml").read_text("utf-8")
    extra = lambda key: (re.search(rf"^  {key}: *(\S+)", text, re.M) or [None, None])[1]
    url = os.environ.get("SITE_URL") or "http://127.0.0.1:8000/"
    return render.Site(url.rstrip("/") + "/", os.environ.get("GITHUB_REPOSITORY") or extra("repo"), extra("contact"))


def generate(root: Path, build: Path, site: render.Site, first: set[str] = frozenset(), preview: bool = False) -> dict[str, int]:
    """Check root and write build/data.json and build/docs; only what changed is touched, what is gone is pruned.

    Rendering reads what was compiled: the dataset is read back from build/data.json. The pages of the ids in `first` are
    written at once, before the rules are run; a preview leaves out the API and the pages of names without a record.
    """
    data, where, problems = load(root)
    if first and not problems:
        with contextlib.suppress(LookupError):  # a reference that leads nowhere: the rules name it in a moment
            write_tree(build / "docs", render.pages(render.View(data, site, parity.written(root), plain_names=not preview), only=first), prune=False, ahead=AHEAD)
    text = dumps(judged(root, data, where, problems))
    data = loads(text)
    written = parity.written(root)
    view = render.View(data, site, written, plain_names=not preview)
    files = render.pages(view)
    on_ideas = {f"essays/{idea.essay}.md" for idea in data.innovations}
    for (lang, path), page in written.items():
        if path in on_ideas:
            continue
        files[f"{lang}/{path}"] = view.written(lang, "/" + re.sub(r"(index)?\.md$", "", path).strip("/") + "/", page)
    files |= {f"{lang}/search.json": search.index(view, lang, files) for lang in LANGS}
    addresses = [render.address_of(name) for name, page in files.items() if name.startswith("en/") and name.endswith(".md") and "\nnoindex: true" not in page]
    if not preview:
        files |= {f"en/{name}": content for name, content in exports.api(view).items()}
    files |= {"en/feed.xml": exports.feed(view, "en"), "zh/feed.xml": exports.feed(view, "zh"),
              "en/conflicts.xml": exports.conflicts_feed(view, "en"), "zh/conflicts.xml": exports.conflicts_feed(view, "zh"),
              "en/sitemap-pages.xml": exports.sitemap(site, addresses, view.derived.data_date),
              "en/robots.txt": f"User-agent: *\nAllow: /\nSitemap: {site.url}sitemap.xml\n"}
    files |= render.redirects(view)
    for lang in LANGS:
        files |= {f"{lang}/{name}": text for name, text in essays.csv_files(Page("/", lang, view), view.figures()).items()}
    files |= {f"en/assets/{path.name}": path.read_bytes() for path in (ROOT / "docs/assets").iterdir()}
    files |= {f"en/assets/katex/fonts/{name}": font for name, font in maths.fonts(ROOT, view.formulas).items()}
    build.mkdir(parents=True, exist_ok=True)
    changed = write_tree(build / "docs", files, ahead=AHEAD if preview else 0)
    (build / "data.json").write_text(text, "utf-8")
    return {"pages": sum(name.endswith(".md") for name in files), "records": sum(len(getattr(data, kind)) for kind in checks.KINDS),
            "changed": changed}


def mkdocs(*arguments: str, site: render.Site) -> subprocess.CompletedProcess:
    """Run MkDocs in the project's folder with the site's address."""
    environment = os.environ | {"SITE_URL": site.url, "SITE_REPO": site.repo or "", "NO_MKDOCS_2_WARNING": "1", "DISABLE_MKDOCS_2_WARNING": "true"}
    return subprocess.run([sys.executable, "-m", "mkdocs", *arguments], cwd=ROOT, env=environment)


def build_site(arguments) -> None:
    """The whole way from data/ to site/: the last good site stays until the new one is whole."""
    start, site = time.perf_counter(), site_from_environment()
    print("Building the site")
    began = time.perf_counter()
    made = generate(ROOT, ROOT / "build", site)
    step(f"{made['records']} records checked, {made['pages']} pages written ({made['changed']} changed)", began)
    fresh = ROOT / "build/site"
    shutil.rmtree(fresh, ignore_errors=True)
    began = time.perf_counter()
    if mkdocs("build", "--strict", "--site-dir", str(fresh), site=site).returncode:
        raise SystemExit("MkDocs stopped; its warnings above say where. site/ was not touched.")
    finish(fresh)
    step(f"MkDocs: {sum(1 for _ in fresh.rglob('*.html'))} pages of HTML", began)
    began = time.perf_counter()
    index = subprocess.Popen([sys.executable, "-m", "pagefind", "--site", str(fresh), "--exclude-selectors",
                              ".headerlink", "--exclude-selectors", ".around", "--exclude-selectors", ".cite", "--exclude-selectors", ".katex", "--quiet"])
    broken = links.check(fresh, "/" + "/".join(site.url.split("/")[3:]))  # while the search index is made
    if index.wait():
        raise SystemExit("Pagefind stopped; its words above say why. site/ was not touched.")
    entry = fresh / "pagefind/pagefind-entry.json"
    entry.write_text(json.dumps(json.loads(entry.read_text("utf-8")), sort_keys=True), "utf-8")  # its order of languages is random
    for message in broken:
        print(message, file=sys.stderr)
    if broken:
        raise SystemExit(f"{len(broken)} broken links or leftovers; site/ was not touched")
    step("links and anchors checked, search index made", began)
    old = ROOT / "build/site-before"
    shutil.rmtree(old, ignore_errors=True)
    if (ROOT / "site").exists():
        (ROOT / "site").rename(old)
    fresh.rename(ROOT / "site")
    shutil.rmtree(old, ignore_errors=True)
    size = sum(path.stat().st_size for path in (ROOT / "site").rglob("*") if path.is_file())
    print(f"site/ is ready: {size / 1e6:.0f} MB in {time.perf_counter() - start:.1f} s")


def finish(fresh: Path) -> None:
    """Drop what the site does not need: MkDocs' own sitemap, the theme's scripts, the rules of the theme's stylesheet that no page uses."""
    (fresh / "sitemap-pages.xml").replace(fresh / "sitemap.xml")
    for unneeded in ("sitemap.xml.gz", "assets/javascripts"):
        path = fresh / unneeded
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    for path in (*fresh.glob("assets/stylesheets/*.map"), *fresh.glob("assets/stylesheets/palette*"), fresh / "assets/images/favicon.png"):
        path.unlink(missing_ok=True)
    (theme,) = fresh.glob("assets/stylesheets/main.*.css")
    purge = [ROOT / "node_modules/.bin/purgecss", "--css", theme, "--content", fresh / "**/*.html", fresh / "assets/*.js", "--output", theme]
    if subprocess.run(purge, stdout=subprocess.DEVNULL).returncode:
        raise SystemExit("PurgeCSS stopped; its words above say why. site/ was not touched.")


def serve(arguments) -> None:
    """Show the site while you write, without the pages of names that have no record. A saved file appears within seconds; problems of the data are shown here, the last good pages stay."""
    from watchdog.events import FileSystemEventHandler
    from watchdog.observers import Observer

    site = render.Site(f"http://127.0.0.1:{arguments.port}/", site_from_environment().repo)
    generate(ROOT, ROOT / "build", site, preview=True)
    saved: dict[str, float] = {}
    old_code = False

    class Saved(FileSystemEventHandler):
        def on_any_event(self, event):
            if event.event_type in ("modified", "created", "deleted", "moved") and not event.is_directory:
                saved[getattr(event, "dest_path", "") or event.src_path] = time.monotonic()

    observer = Observer()
    for folder in ("data", "docs", "scripts"):
        observer.schedule(Saved(), str(ROOT / folder), recursive=True)
    observer.start()
    server = subprocess.Popen([sys.executable, "-m", "mkdocs", "serve", "--dirty", "--dev-addr", f"127.0.0.1:{arguments.port}", "--watch", "overrides"],
                              cwd=ROOT, env=os.environ | {"SITE_URL": site.url, "SITE_REPO": site.repo or "", "DISABLE_MKDOCS_2_WARNING": "true"})
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        while server.poll() is None:
            time.sleep(0.05)
            if saved and time.monotonic() - max(saved.values()) > 0.1:
                paths = [Path(path) for path in saved]
                saved.clear()
                old_code |= any(path.suffix == ".py" for path in paths)
                if old_code:  # this process has the modules of before
                    subprocess.run([sys.executable, __file__, "pages", "--url", site.url])
                    continue
                began = time.perf_counter()
                try:
                    made = generate(ROOT, ROOT / "build", site, first={path.stem for path in paths}, preview=True)
                    step(f"{', '.join(path.name for path in paths)}: {made['changed']} files changed", began)
                except SystemExit:
                    pass  # the problems are on the screen; the good pages stay
    except KeyboardInterrupt:
        pass
    finally:
        observer.stop()
        server.terminate()


def only_pages(arguments) -> None:
    """Check and write build/docs, without building HTML (what serve calls after a change of its own code)."""
    began = time.perf_counter()
    made = generate(ROOT, ROOT / "build", render.Site(arguments.url, site_from_environment().repo, site_from_environment().contact), preview=True)
    step(f"{made['pages']} pages, {made['changed']} files changed", began)


def check(arguments) -> None:
    """Load and judge everything; say how much that was."""
    began = time.perf_counter()
    data = judged(ROOT, *load(ROOT))
    step(f"{sum(len(getattr(data, kind)) for kind in checks.KINDS)} records, {len(checks.RULES)} rules, no problem", began)


def bless(arguments) -> None:
    """Write the output of the toy project as the expected one; `git diff` shows what that changes."""
    toy = ROOT / "tests/toy"
    generate(toy, toy / "build", render.Site("https://example.org/toy/", "example/toy"))
    shutil.rmtree(toy / "expected", ignore_errors=True)
    shutil.copytree(toy / "build", toy / "expected", ignore=shutil.ignore_patterns("assets"))
    shutil.rmtree(toy / "build")
    print("tests/toy/expected is the present output; look at `git diff tests/toy/expected` before you commit it")


def addresses(arguments) -> None:
    """Add the addresses of today to tests/addresses.txt, the list of what must resolve for ever."""
    path = ROOT / "tests/addresses.txt"
    known = set(path.read_text("utf-8").split()) if path.exists() else set()
    fresh = exports.addresses(render.View(judged(ROOT, *load(ROOT)), site_from_environment(), parity.written(ROOT))) - known
    path.write_text("\n".join(sorted(known | fresh)) + "\n", "utf-8")
    print(f"{len(fresh)} new addresses, {len(known | fresh)} in all")


def reference(arguments) -> None:
    """Write data/README.md from the record types."""
    (ROOT / "data/README.md").write_text(new.reference(), "utf-8")
    print("data/README.md is the present field reference")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True, metavar="command")
    for name, function in (("check", check), ("site", build_site), ("bless", bless), ("reference", reference), ("addresses", addresses)):
        commands.add_parser(name, help=function.__doc__.splitlines()[0]).set_defaults(run=function)
    command = commands.add_parser("serve", help=serve.__doc__)
    command.add_argument("--port", type=int, default=8000)
    command.set_defaults(run=serve)
    command = commands.add_parser("pages", help=only_pages.__doc__)
    command.add_argument("--url", default="http://127.0.0.1:8000/")
    command.set_defaults(run=only_pages)
    command = commands.add_parser("new", help=new.write.__doc__.splitlines()[0])
    command.add_argument("kind", choices=sorted(checks.KINDS))
    command.add_argument("id")
    command.set_defaults(run=lambda arguments: print(new.write(ROOT, arguments.kind, arguments.id)))
    arguments = parser.parse_args()
    gc.disable()  # a build is short; looking for cycles in the record would cost a third of its time
    arguments.run(arguments)


if __name__ == "__main__":
    main()
