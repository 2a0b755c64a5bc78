"""The toy project: its whole output is committed, and two builds of it are the same to the byte."""

from __future__ import annotations

import shutil
from pathlib import Path

import build
from project import tree
from sitegen import render
from sitegen.load import dumps, load, loads

TOY = Path(__file__).parent / "toy"
SITE = render.Site("https://example.org/toy/", "example/toy")


def _generate(folder: Path) -> dict[str, bytes]:
    build.generate(TOY, folder, SITE)
    return {name: content for name, content in tree(folder).items() if "/assets/" not in name}


def test_output_is_as_expected(tmp_path):
    """After an intended change: make bless, then look at the diff."""
    made, expected = _generate(tmp_path), tree(TOY / "expected")
    assert sorted(made) == sorted(expected)
    for name in made:
        assert made[name].decode() == expected[name].decode(), name


def test_only_what_changed_is_written_and_what_is_gone_is_pruned(tmp_path):
    root = tmp_path / "toy"
    shutil.copytree(TOY / "data", root / "data")
    first = build.generate(root, tmp_path / "out", SITE)
    assert first["changed"] > 0
    assert build.generate(root, tmp_path / "out", SITE)["changed"] == 0
    page = tmp_path / "out/docs/en/people/ada-bao.md"
    before = page.stat().st_mtime_ns
    glossary = root / "data/glossary.yml"
    glossary.write_text(glossary.read_text("utf-8").replace("A weighted average", "An average"), "utf-8")
    assert 0 < build.generate(root, tmp_path / "out", SITE)["changed"] <= 8
    assert page.stat().st_mtime_ns == before
    (root / "data/claims/toy-net-trained-in-a-second.yml").unlink()
    build.generate(root, tmp_path / "out", SITE)
    assert not list((tmp_path / "out").rglob("*trained-in-a-second*"))


def test_data_file_is_read_back_equal():
    data, _, problems = load(TOY)
    assert not problems
    assert loads(dumps(data)) == data
    assert str(data.works[1].facts[2].value) == "77.0", "decimals stay as printed"


def test_old_addresses_lead_on(tmp_path):
    files = _generate(tmp_path)
    for lang in ("en", "zh"):
        assert b'url=../toy-net/"' in files[f"docs/{lang}/works/toynet/index.html"]


def test_departures_stay_on_the_works_page(tmp_path):
    """A mark such as 'left the team' is printed in that version's list, and nowhere else."""
    for name, content in _generate(tmp_path).items():
        text = content.decode()
        if name.endswith(("works/toy-net.md", "data.json", "api/v1/works.json", "works/toy-net.json")) or "/schema/" in name:
            continue
        assert "has left the team" not in text and "已离开团队" not in text and "left-team" not in text, name


def test_a_withdrawn_person_is_a_name_and_nothing_more(tmp_path):
    """data/withheld.yml: page, API entry and feed go, the address leads to /people/, the name stays as plain text in author lists."""
    root = tmp_path / "toy"
    shutil.copytree(TOY / "data", root / "data")
    (root / "data/people/ada-bao.yml").unlink()
    (root / "data/sources/toy-university.yml").unlink()
    claim = root / "data/claims/toy-net-trained-in-a-second.yml"
    claim.write_text(claim.read_text("utf-8").replace("[toy-net, ada-bao]", "[toy-net]"), "utf-8")
    (root / "data/withheld.yml").write_text("- ada-bao\n", "utf-8")
    build.generate(root, tmp_path / "out", SITE)
    files = tree(tmp_path / "out")
    assert not any(name.endswith("people/ada-bao.md") or name.endswith("people/ada-bao.json") for name in files)
    assert b"url=../" in files["docs/en/people/ada-bao/index.html"]
    for name, content in files.items():
        assert "包阿达".encode() not in content, name
        assert b'href="../../people/ada-bao/"' not in content, name
    assert b"<span>Ada Bao</span>" in files["docs/en/works/toy-net.md"]
    assert b"ada-bao" not in files["docs/en/api/v1/people.json"]
