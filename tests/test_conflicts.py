"""A second published value added anywhere appears on /claims/conflicts/, in the API and in the feed with the next build."""

from __future__ import annotations

import json
import random
import shutil
from pathlib import Path

import yaml

import build
from sitegen import render

TOY = Path(__file__).parent / "toy"


class _Plain(yaml.SafeDumper):
    """Strict YAML knows no aliases."""

    def ignore_aliases(self, data):
        return True


def _dump(value) -> str:
    return yaml.dump(value, Dumper=_Plain, allow_unicode=True, sort_keys=False)


def _seed(root: Path) -> set[str]:
    """Write 20 second values of all four kinds into a copy of the toy project, at random places; the ids they must get."""
    chance, wanted = random.Random(20), set()
    path = root / "data/works/toy-net.yml"
    work = yaml.safe_load(path.read_text("utf-8"))
    cite = [{"source": "toy-net", "locator": "Table 9"}]

    def fact(id, value, **more):
        text = {"en": f"Measure {more.pop('label', id)}", "zh": f"指标 {id if 'scope' not in more else more['scope']['en']}"}
        return {"id": id, "label": text, "value": value, "unit": "percent", "citations": cite} | more

    for number in range(6):                                     # stated by the record
        work["facts"] += [fact(f"stated-{number}-a", 10 + number), fact(f"stated-{number}-b", 60 + number)]
        work["conflicts"].append({"id": f"stated-{number}", "about": {"en": "One thing", "zh": "同一件事"},
                                  "facts": [f"toy-net/stated-{number}-a", f"toy-net/stated-{number}-b"], "why": {"en": "Not said.", "zh": "未说明。"}})
        wanted.add(f"toy-net--stated-{number}")
    for number in range(6):                                     # one quantity, two versions
        label = {"en": f"Score {number}", "zh": f"得分 {number}"}
        pair = [fact(f"version-{number}-{version}", value, version=version) | {"label": label} for version, value in (("v1", 1 + number), ("v2", 50 + number))]
        at = chance.randrange(len(work["facts"]))
        work["facts"][at:at] = pair
        wanted.add(f"toy-net--version-{number}-v1")
    path.write_text(_dump(work), "utf-8")
    for number in range(4):                                     # author lists of two versions
        other = yaml.safe_load((root / "data/works/toy-base.yml").read_text("utf-8"))
        other["versions"].append({"id": "v2", "label": "v2", "date": "2024-02", "citations": cite})
        shorter = json.loads(json.dumps(other["author_lists"][0])) | {"version": "v2"}
        shorter["groups"][0]["names"].pop()
        other["author_lists"].append(shorter)
        (root / f"data/works/toy-base-{number}.yml").write_text(_dump(other), "utf-8")
        wanted.add(f"toy-base-{number}--authors")
    for number in range(4):                                     # events with two dates
        event = {"date": f"2024-03-{10 + number}", "also": {"date": f"2024-03-{11 + number}", "why": {"en": "Time zones.", "zh": "时区不同。"}},
                 "title": {"en": f"Event {number}", "zh": f"事件 {number}"}, "kind": "press", "citations": [{"source": "toy-press", "locator": "page 1"}]}
        (root / f"data/events/seeded-{number}.yml").write_text(_dump(event), "utf-8")
        wanted.add(f"seeded-{number}--date")
    return wanted


def test_twenty_second_values_are_found_everywhere(tmp_path):
    root = tmp_path / "toy"
    shutil.copytree(TOY / "data", root / "data")
    wanted = _seed(root)
    assert len(wanted) == 20
    build.generate(root, tmp_path / "out", render.Site("https://example.org/"))
    docs = tmp_path / "out/docs"
    api = {entry["id"] for entry in json.loads((docs / "en/api/v1/conflicts.json").read_text("utf-8"))}
    assert wanted <= api
    for lang in ("en", "zh"):
        page, feed = (docs / lang / "claims/conflicts.md").read_text("utf-8"), (docs / lang / "conflicts.xml").read_text("utf-8")
        for id in wanted:
            assert f'<li id="{id}">' in page, (lang, id)
            assert f"claims/conflicts/#{id}<" in feed, (lang, id)


def test_equal_values_are_no_conflict(tmp_path):
    build.generate(TOY, tmp_path / "out", render.Site("https://example.org/"))
    ids = {entry["id"] for entry in json.loads((tmp_path / "out/docs/en/api/v1/conflicts.json").read_text("utf-8"))}
    assert ids == {"toy-net--accuracy", "2023-toy-company--date"}
