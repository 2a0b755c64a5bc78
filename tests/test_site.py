"""The built site, without a browser: two equal languages, links, heads, API, feeds, weights."""

from __future__ import annotations

import gzip
import json
import re
from functools import cache

import pytest
from jsonschema import Draft202012Validator
from lxml import etree, html

import project
from project import ROOT, tree
from sitegen import exports, links, parity, render
from sitegen.load import load

HAN = re.compile(r"[\u4e00-\u9fff]")
ALTERNATES = {"en", "zh-Hans", "x-default"}
KIND_OF = {"": "home", "people": "people", "works": "works", "innovations": "innovations", "claims": "claims"}


@pytest.fixture(scope="session")
def pages(site):
    """Every page of the site that is in the language trees: '/works/x/' -> (lang, lxml tree)."""
    found = {}
    for path in sorted(site.rglob("index.html")):
        address = "/" + path.parent.relative_to(site).as_posix().removeprefix(".") + "/"
        address = address.replace("//", "/")
        root = html.parse(str(path)).getroot()
        if not root.xpath("//meta[@http-equiv]"):
            found[address] = root
    return found


def test_two_builds_are_the_same_to_the_byte(site, tmp_path):
    """In another folder, with another hash seed."""
    first, second = tree(site), tree(project.site(tmp_path / "elsewhere/again", "https://example.org/", "3"))
    assert sorted(first) == sorted(second)
    assert [name for name in first if first[name] != second[name]] == []


def test_both_languages_have_the_same_pages(pages):
    english = {address for address in pages if not address.startswith("/zh/")}
    chinese = {address[3:] for address in pages if address.startswith("/zh/")}
    assert english == chinese
    for kind in ("people", "works", "innovations", "claims", "timeline", "sources", "glossary", "reading", "data", "about"):
        assert f"/{kind}/" in english


def test_a_broken_link_is_found(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "index.html").write_text('<a href="a/#x">1</a><a href="b/">2</a><p id="t"></p><p id="t">{{ left }}</p><a href="/a/">3</a>')
    (tmp_path / "a/index.html").write_text('<p id="y"></p><a href="../../out/">4</a>')
    found = "\n".join(links.check(tmp_path, "/demo/"))
    for message in ("no anchor 'x'", "'b/' leads nowhere", "id 't' stands twice", "leftover template syntax", "leaves the site's own path", "leads out of the site"):
        assert message in found


def test_heads_are_complete_and_hreflang_is_reciprocal(site, pages):
    alternates = {}
    for address, root in pages.items():
        chinese = address.startswith("/zh/")
        assert root.get("lang") == ("zh-Hans" if chinese else "en"), address
        assert root.findtext(".//title").strip(), address
        said = [root.findtext(".//title"), *root.xpath("//meta/@content | //@title | //@aria-label"), *root.xpath("//details[@class='cite-page']//code/text()")]
        assert not [words for words in said if re.search(r"&#?\w+;", words)], f"{address}: escaped twice"
        if chinese:
            assert not root.xpath("//@title[. = 'Permanent link']"), address
        assert len(root.xpath("//meta[@name='description']/@content")[0]) > 5, address
        here = "https://example.org" + address
        assert root.xpath("//link[@rel='canonical']/@href") == [here]
        found = {link.get("hreflang"): link.get("href") for link in root.xpath("//link[@rel='alternate'][@hreflang]")}
        assert set(found) == ALTERNATES and here in found.values(), address
        alternates[here] = found
        for name in ("og:title", "og:description", "og:url", "og:type", "og:locale", "og:image"):
            assert root.xpath(f"//meta[@property='{name}']/@content")[0], (address, name)
        assert len(root.xpath("//h1")) == 1, address
    assert root.xpath("//meta[@property='og:image']/@content") == ["https://example.org/assets/card.png"]
    assert (site / "assets/card.png").exists()
    for here, found in alternates.items():
        for there in found.values():
            assert alternates[there] == found, here


def test_titles_are_unique(pages):
    for chinese in (False, True):
        titles = [root.findtext(".//title") for address, root in pages.items() if address.startswith("/zh/") == chinese]
        assert sorted({title for title in titles if titles.count(title) > 1}) == []


def _words_by_language(root):
    """(language, text) of every text on the page, by the nearest lang attribute."""
    for element in root.iter():
        if not isinstance(element.tag, str) or element.tag in ("script", "style", "code", "pre"):
            continue
        for text, owner in ((element.text, element), *((child.tail, element) for child in element)):
            if text and text.strip():
                language = next(each.get("lang") for each in (owner, *owner.iterancestors()) if each.get("lang"))
                yield language, " ".join(text.split())


def test_each_language_is_in_its_own_script(pages):
    """Text in the other language carries lang=; outside it no run of six words or more is in the wrong script."""
    wrong = []
    for address, root in pages.items():
        for element in root.xpath("//body//*[self::p or self::li or self::td or self::th or self::dd or self::h1 or self::h2 or self::h3 or self::strong]"):
            for language, text in _words_by_language(element):
                if language == "en" and len(HAN.findall(text)) >= 6:
                    wrong.append((address, text[:80]))
                if language == "zh-Hans":
                    names = re.sub(r"https?://\S+|“[^”]*”|《[^》]*》|\S*_\S*", "", text)
                    for run in re.split("[\u3000-\u303f\uff00-\uffef\u4e00-\u9fff·—;:,.()/]+", names):
                        if len(re.findall(r"[a-z]{3,}", run)) >= 6:
                            wrong.append((address, run[:80]))
    assert wrong[:20] == []


def test_published_addresses_resolve_for_ever(site):
    """tests/addresses.txt only grows (make addresses); each address is a page with its anchor, or leads on, in both languages."""
    promised = (ROOT / "tests/addresses.txt").read_text("utf-8").split()
    assert promised == sorted(set(promised))
    found = {}
    for address in promised:
        page, _, anchor = address.partition("#")
        for prefix in ("", "/zh"):
            path = site / (prefix + page).lstrip("/") / "index.html"
            if path not in found:
                assert path.exists(), prefix + address
                root = html.parse(str(path)).getroot()
                found[path] = None if root.xpath("//meta[@http-equiv]") else {element.get("id") for element in root.iter() if isinstance(element.tag, str)}
            assert not anchor or found[path] is None or anchor in found[path], prefix + address


def test_every_address_of_today_is_promised():
    data, _, problems = load(ROOT)
    assert not problems
    missing = exports.addresses(render.View(data, render.Site("https://example.org/"), parity.written(ROOT))) - set((ROOT / "tests/addresses.txt").read_text("utf-8").split())
    assert sorted(missing)[:10] == [], "run make addresses"


def test_api_is_valid_and_complete(site, pages):
    api = site / "api/v1"
    index = json.loads((api / "index.json").read_text("utf-8"))
    for kind, entry in index["kinds"].items():
        schema = json.loads((api / entry["schema"]).read_text("utf-8"))
        Draft202012Validator.check_schema(schema)
        records = json.loads((api / entry["list"]).read_text("utf-8"))
        assert len(records) == entry["count"]
        assert list(Draft202012Validator(schema).iter_errors(records)) == [], kind
        if "record" in entry:
            schema = json.loads((api / f"schema/{kind}-record.json").read_text("utf-8"))
            for record in records:
                assert json.loads((api / kind / f"{record['id']}.json").read_text("utf-8")) == record
                assert f"/{kind}/{record['id']}/" in pages
            assert list(Draft202012Validator(schema).iter_errors(records[0])) == []
    data = json.loads((api / "data.json").read_text("utf-8"))
    assert list(Draft202012Validator(json.loads((api / "schema/data.json").read_text("utf-8"))).iter_errors(data)) == []


def test_departures_are_on_no_page_of_a_person(site):
    for path in [*site.glob("people/*/index.html"), *site.glob("api/v1/people/*.json"), site / "api/v1/people.json", site / "feed.xml"]:
        text = path.read_text("utf-8")
        assert "left-team" not in text and "left the team" not in text and "departed" not in text.lower(), path


def test_name_only_pages_are_not_indexed(site, pages):
    people = json.loads((site / "api/v1/people.json").read_text("utf-8"))
    sitemap = (site / "sitemap.xml").read_text("utf-8")
    assert {person["identity"] for person in people} >= {"name-only", "documented"}
    for person in people:
        address = f"/people/{person['id']}/"
        noindex = pages[address].xpath("//meta[@name='robots']/@content") == ["noindex"]
        assert noindex == (person["identity"] == "name-only"), address
        assert (f"https://example.org{address}<" in sitemap) != noindex, address


def test_sitemap_lists_both_languages_with_alternates(site, pages):
    root = etree.parse(str(site / "sitemap.xml")).getroot()
    names = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}
    locations = root.xpath("//s:loc/text()", namespaces=names)
    indexed = {"https://example.org" + address for address, page in pages.items() if not page.xpath("//meta[@name='robots']")}
    assert set(locations) == indexed and len(locations) == len(set(locations))
    for url in root.findall("s:url", names):
        assert {link.get("hreflang") for link in url.findall("x:link", names)} == ALTERNATES
    assert not (site / "sitemap.xml.gz").exists()


@pytest.mark.parametrize("folder, lang", [("", "en"), ("zh", "zh-Hans")])
def test_feeds_are_atom(site, folder, lang):
    root = etree.parse(str(site / folder / "feed.xml")).getroot()
    atom = {"a": "http://www.w3.org/2005/Atom"}
    assert root.tag == "{http://www.w3.org/2005/Atom}feed"
    entries = root.findall("a:entry", atom)
    assert len(entries) >= 20
    for entry in entries:
        assert entry.findtext("a:title", namespaces=atom) and entry.findtext("a:updated", namespaces=atom)
    titles = "".join(entry.findtext("a:title", namespaces=atom) for entry in entries)
    assert bool(HAN.search(titles)) == (lang == "zh-Hans")


def test_not_found_page_speaks_both_languages(sites):
    for base in ("/", "/demo/"):
        text = (sites[base] / "404.html").read_text("utf-8")
        assert "This page does not exist" in text and "没有这个页面" in text
        assert f'href="https://example.org{base}zh/people/"' in text


def test_nothing_of_another_host_is_loaded(pages):
    for address, root in pages.items():
        loaded = root.xpath("//script/@src | //link[@rel='stylesheet' or @rel='icon' or @rel='preload']/@href | //img/@src | //iframe/@src | //source/@src")
        assert [each for each in loaded if re.match(r"(https?:)?//", each)] == [], address


@cache
def _packed(path) -> int:
    return len(gzip.compress(path.read_bytes(), 6))


def _weight(site, address: str) -> int:
    """Bytes, gzip, of a first view: the page and everything it loads."""
    root = html.parse(str(site / address.lstrip("/") / "index.html")).getroot()
    files = [site / address.lstrip("/") / "index.html"]
    for each in root.xpath("//script/@src | //link[@rel='stylesheet' or @rel='icon']/@href | //article//img/@src"):
        files.append((site / address.lstrip("/") / each).resolve())
    return sum(map(_packed, files))


INDEXES = {"/", "/people/", "/people/continuity/", "/works/", "/innovations/", "/timeline/", "/claims/", "/claims/conflicts/", "/sources/", "/sources/uses/", "/glossary/"}


def test_every_first_view_is_light(site, pages):
    """48 kB gzip for a page of text, everything; 80 kB for home, indexes, ideas, essays, and works with over 200 authors."""
    large = INDEXES | {f"/works/{work.id}/" for work in load(ROOT)[0].works if any(sum(len(group.names) for group in each.groups) > 200 for each in work.author_lists)}
    heavy = []
    for address in pages:
        plain = address.removeprefix("/zh")
        limit = 80_000 if plain in large or plain.startswith(("/innovations/", "/essays/")) else 48_000
        if (size := _weight(site, address)) > limit:
            heavy.append(f"{address}: {size} of {limit}")
    assert not heavy


def test_the_scripts_are_small(site):
    """The page's own script and the player of figures: 6 kB gzip together, the player 2 kB."""
    script, player = (len(gzip.compress((site / f"assets/{name}.js").read_bytes())) for name in ("site", "figure"))
    assert script + player <= 6_000 and player <= 2_000


def test_the_site_is_small_on_disk(site):
    assert sum(path.stat().st_size for path in site.rglob("*") if path.is_file()) <= 200_000_000


def test_the_matrix_is_light(site):
    """The figure of names and reports with its table: 30 kB gzip at most."""
    for lang in ("", "zh/"):
        table = html.parse(str(site / lang / "people/continuity/index.html")).getroot().xpath("//table[@class='matrix']")[0]
        assert len(gzip.compress(html.tostring(table, encoding="utf-8"), 6)) <= 30_000
