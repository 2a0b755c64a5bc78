"""Draw statements at random for a second check against their sources.

Usage: python scripts/sample.py --seed 20261121 --size 150

Prints one statement per line as JSON: its id (kind/record/path), what it says in English, and the titles of the sources it names, without
locators, so that whoever checks finds the place alone. The same seed and the same data draw the same sample.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from sitegen import render  # noqa: E402
from sitegen.page import Page  # noqa: E402
from sitegen.load import load  # noqa: E402
from sitegen.records import Fact, Text  # noqa: E402


def statements(view: render.View):
    """Every cited statement and fact: (id, words, citations)."""
    derived = view.derived
    for kind, record, path, value in derived.everything:
        cited = getattr(value, "citations", None)
        if not cited:
            continue
        page = Page("/", "en", view)
        plain = lambda text: re.sub(r"<sup.*?</sup>|<[^>]+>|\*\*", "", page.prose(text, inline=True))
        name = page.label(record.id) if kind != "glossary" else record.en
        if isinstance(value, Fact):
            scope = f" ({plain(value.scope)})" if value.scope else ""
            shown = re.sub("<[^>]+>", "", page.value(f"{record.id}/{value.id}"))
            yield f"{record.id}/{value.id}", f"{name}: {value.label.en}{scope} = {shown}", cited
            continue
        words = next((getattr(value, field) for field in ("text", "title", "changes", "about") if isinstance(getattr(value, field, None), Text)), None)
        if words is not None:
            yield f"{kind}/{record.id}/{'.'.join(map(str, path))}", f"{name}: {plain(words)}", cited


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--size", type=int, default=150)
    arguments = parser.parse_args()
    data, _, problems = load(Path(__file__).resolve().parent.parent)
    if problems:
        raise SystemExit("the data have problems; run scripts/build.py check")
    view = render.View(data, render.Site("https://example.org/"))
    everything = sorted(statements(view), key=lambda item: item[0])
    drawn = random.Random(arguments.seed).sample(everything, arguments.size)
    print(f"{len(everything)} statements, {arguments.size} drawn with seed {arguments.seed}", file=sys.stderr)
    for id, words, cited in drawn:
        sources = [Page("/", "en", view).label(source) for source in dict.fromkeys(citation.source for citation in cited)]
        print(json.dumps({"id": id, "says": words, "sources": sources}, ensure_ascii=False))


if __name__ == "__main__":
    main()
