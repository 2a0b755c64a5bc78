"""The build script: bad data touch nothing, `new` writes a record that says what is missing, `serve` shows a saved file soon."""

from __future__ import annotations

import gzip
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request

import pytest

import project
from project import tree
from sitegen.output import write_tree


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """A copy of the project with the toy's data, so that it builds in seconds."""
    folder = project.copy(tmp_path_factory.mktemp("project") / "copy")
    shutil.rmtree(folder / "data")
    shutil.copytree(project.ROOT / "tests/toy/data", folder / "data")
    for page in list(folder.glob("docs/*/**/*.md")):
        page.unlink()
    for lang in ("en", "zh"):
        for name in ("reading", "about/index", "about/editorial"):
            page = folder / f"docs/{lang}/{name}.md"
            page.parent.mkdir(parents=True, exist_ok=True)
            page.write_text(f"---\ntitle: {name}\ndescription: {name}\n---\n\n# {name} {{: #top }}\n\n" +
                            "\n\n".join(f"## {id} {{: #{id} }}" for id in ("people", "ten-minutes", "an-hour", "a-weekend")) + "\n", "utf-8")
    done = project.build(folder, "site")
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def test_progress_and_result_are_said(copy):
    done = project.build(copy, "site")
    assert re.search(r"records checked, \d+ pages written \(0 changed\)", done.stdout)
    assert re.search(r"site/ is ready: \d+ MB in [\d.]+ s", done.stdout)


def test_bad_data_stop_the_build_and_touch_nothing(copy):
    before = {name: content for folder in ("build", "site") for name, content in tree(copy / folder).items()}
    work, event = copy / "data/works/toy-net.yml", copy / "data/events/2023-toy-company.yml"
    texts = work.read_text("utf-8"), event.read_text("utf-8")
    try:
        work.write_text(texts[0].replace('arxiv: "2405.00001"', "arxiv: 2405.00001"), "utf-8")
        event.write_text(texts[1].replace("kind: founding", "kind: fouding"), "utf-8")
        done = project.build(copy, "site")
        assert done.returncode == 1
        assert done.stderr.splitlines() == [
            "data/events/2023-toy-company.yml:5: kind: 'fouding' is not one of founding, open-source, product, press, policy, award, elsewhere - did you mean 'founding'?",
            "data/works/toy-net.yml:21: arxiv: 2405.00001 is read as a number; quote it: '2405.00001'",
            "2 problems; nothing was written"]
        assert {name: content for folder in ("build", "site") for name, content in tree(copy / folder).items()} == before
    finally:
        work.write_text(texts[0], "utf-8")
        event.write_text(texts[1], "utf-8")


def test_new_writes_a_record_to_fill_in(copy):
    path = copy / "data/people/gil-han.yml"
    done = project.build(copy, "new", "people", "gil-han")
    try:
        assert done.returncode == 0 and "gil-han.yml" in done.stdout
        text = path.read_text("utf-8")
        assert "printed_names:" in text and "# Every printed form" in text.replace("list of text. ", "")
        assert "'en' is" not in text
        assert project.build(copy, "check").returncode == 1
        assert project.build(copy, "new", "people", "gil-han").returncode != 0, "an existing record is left alone"
    finally:
        path.unlink()


def test_help_names_every_command(copy):
    text = project.build(copy, "--help").stdout
    for command in ("check", "site", "serve", "new", "bless"):
        assert re.search(rf"^  {command} ", text, re.M), command


def test_pages_that_differ_between_languages_are_named(copy):
    page = copy / "docs/en/about/index.md"
    text = page.read_text("utf-8")
    try:
        page.write_text(text + "\n## Only here {: #only-here }\n\n[[toy-net/weights]] [[toy-nett]]\n", "utf-8")
        done = project.build(copy, "check")
        assert "'only-here' here, 'nothing' there" in done.stderr
        assert "[[toy-net/weights]] stands in one language only" in done.stderr
        assert "no record 'toy-nett' - did you mean 'toy-net'?" in done.stderr
    finally:
        page.write_text(text, "utf-8")


def test_drill_of_withdrawal(copy, tmp_path):
    """A person is withdrawn: on the built site everything beyond the bibliographic line is gone from pages, API, feeds and search."""
    drill = tmp_path / "drill"
    shutil.copytree(copy, drill, symlinks=True, ignore=shutil.ignore_patterns("site", "serve.log"))
    (drill / "data/people/ada-bao.yml").unlink()
    (drill / "data/sources/toy-university.yml").unlink()
    claim = drill / "data/claims/toy-net-trained-in-a-second.yml"
    claim.write_text(claim.read_text("utf-8").replace("[toy-net, ada-bao]", "[toy-net]"), "utf-8")
    idea = drill / "data/innovations/tiny-attention.yml"
    idea.write_text(re.sub(r"credit:\n.*?(?=evidence:)", "", idea.read_text("utf-8"), flags=re.S), "utf-8")
    (drill / "data/withheld.yml").write_text("- ada-bao\n", "utf-8")
    done = project.build(drill, "site")
    assert done.returncode == 0, done.stdout + done.stderr
    gone = ("包阿达", "baoada", "Doctor of Toy University", "玩具大学", "Designed tiny attention", "example.org/ada")
    for name, content in tree(drill / "site").items():
        text = gzip.decompress(content).decode("utf-8", "replace") if name.endswith((".pf_fragment", ".pf_index", ".pf_meta")) else content.decode("utf-8", "replace")
        assert not [words for words in gone if words in text], name
    site = drill / "site"
    assert not (site / "api/v1/people/ada-bao.json").exists()
    assert "ada-bao" not in (site / "api/v1/people.json").read_text("utf-8")
    for lang in ("", "zh/"):
        assert 'http-equiv="refresh"' in (site / lang / "people/ada-bao/index.html").read_text("utf-8")
        work = (site / lang / "works/toy-net/index.html").read_text("utf-8")
        assert "Ada Bao" in work and "people/ada-bao/" not in work
    record = (copy / "data/people/ada-bao.yml").read_text("utf-8")
    (drill / "data/people/ada-bao.yml").write_text(record, "utf-8")
    assert "the page was withdrawn" in project.build(drill, "check").stderr, "a withdrawn record does not come back"


def test_a_preview_dates_what_it_writes_ahead(tmp_path):
    """MkDocs leaves out a page that is older than its HTML; a build that had read the page before must not make it so."""
    write_tree(tmp_path, {"a.md": "1", "b.md": "1"}, ahead=10)
    write_tree(tmp_path, {"a.md": "2", "b.md": "1"})
    ages = [(tmp_path / name).stat().st_mtime - time.time() for name in ("a.md", "b.md")]
    assert ages[0] < 1 and ages[1] > 1


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _until(condition, seconds: float) -> None:
    """Wait for condition(); fail after the limit, which is there to end, not to measure."""
    began = time.monotonic()
    while time.monotonic() - began < seconds:
        if condition():
            return
        time.sleep(0.05)
    raise AssertionError(f"not within {seconds} s")


def _has(url: str, words: str):
    def look() -> bool:
        try:
            with urllib.request.urlopen(url, timeout=2) as answer:
                return words in answer.read().decode()
        except OSError:
            return False
    return look


def test_serve_shows_a_saved_record_and_survives_an_error(copy):
    """A saved record reaches its page; an error is printed, the server lives, the good page stays. `make bench` says in how many seconds."""
    port = _free_port()
    log = copy / "serve.log"
    server = subprocess.Popen([sys.executable, "scripts/build.py", "serve", "--port", str(port)], cwd=copy, stdout=log.open("w"),
                              stderr=subprocess.STDOUT, start_new_session=True, env=os.environ | {"PYTHONUNBUFFERED": "1"})
    record, url = copy / "data/innovations/plain-layer.yml", f"http://127.0.0.1:{port}/innovations/plain-layer/"
    text = record.read_text("utf-8")
    try:
        _until(_has(url, "A layer that only multiplies."), 60)
        time.sleep(1)
        record.write_text(text.replace("A layer that only multiplies.", "A layer that multiplies and no more."), "utf-8")
        _until(_has(url, "A layer that multiplies and no more."), 60)
        record.write_text(text.replace("introduced_in: toy-base", "introduced_in: toy-bas"), "utf-8")
        _until(lambda: "no work 'toy-bas' - did you mean 'toy-base'?" in log.read_text("utf-8"), 60)
        assert server.poll() is None and _has(url, "A layer that multiplies and no more.")()
        record.write_text(text, "utf-8")
        _until(_has(url, "A layer that only multiplies."), 60)
    finally:
        record.write_text(text, "utf-8")
        os.killpg(server.pid, signal.SIGINT)
        server.wait(10)
