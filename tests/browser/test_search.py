"""The search of the built site in a real browser: what readers type, how it is answered, what that loads, and the keyboard."""

from __future__ import annotations

import gzip
from pathlib import Path
from statistics import mean
from urllib.parse import urlsplit

import pytest
import yaml

QUERIES = yaml.safe_load((Path(__file__).resolve().parents[1] / "queries.yml").read_text("utf-8"))

RECALL, RECIPROCAL_RANK, BYTES = 0.98, 0.90, 130_000
"""What is demanded: the page in the first five, how far up on average, and what the first answer may load (gzip)."""


def _open(page) -> None:
    page.keyboard.press("/")
    page.locator("#site-search[open] .search-help button").first.wait_for(state="attached")


def _type(page, query: str) -> list[str]:
    """Type a query into the open dialog and return the addresses found, without origin."""
    page.locator("#site-search input").fill(query)
    return page.locator("#site-results a").evaluate_all("links => links.map(link => link.href)")


def _address(url: str, lang: str) -> str:
    """An address as the list of queries writes it: without the language, with its anchor."""
    parts = urlsplit(url)
    return parts.path.removeprefix("/zh" if lang == "zh" else "") + (f"#{parts.fragment}" if parts.fragment else "")


def _expected(query: dict) -> list[str]:
    return [query["expect"]] if isinstance(query["expect"], str) else query["expect"]


def test_the_queries_are_many_in_both_languages_and_expect_what_exists(site):
    assert len(QUERIES) >= 120 and min(sum(query["lang"] == lang for query in QUERIES) for lang in ("en", "zh")) >= 60
    assert len({(query["query"], query["lang"]) for query in QUERIES}) == len(QUERIES)
    for query in QUERIES:
        for address in _expected(query):
            path, _, anchor = address.partition("#")
            page = (site / ("zh" if query["lang"] == "zh" else "") / path.strip("/") / "index.html").read_text("utf-8")
            assert not anchor or f'id="{anchor}"' in page or f"id={anchor}" in page, address


def test_readers_find_what_they_look_for(visit, addresses):
    ranks = []
    for lang, prefix in (("en", ""), ("zh", "zh/")):
        page = visit(addresses["/"] + prefix)
        _open(page)
        for query in (each for each in QUERIES if each["lang"] == lang):
            found = [_address(url, lang) for url in _type(page, query["query"])]
            expected = _expected(query)
            rank = next((place for place, address in enumerate(found, 1) if address in expected), None) if expected else None if found else 1
            ranks.append(rank)
            if not rank or rank > 5:
                print(f"{lang} {query['query']!r} expects {' or '.join(expected) or 'nothing'}, finds {' '.join(found[:5])}")
        assert page.wrong == []
    recall, reciprocal = mean(rank is not None and rank <= 5 for rank in ranks), mean(1 / rank if rank else 0 for rank in ranks)
    print(f"{len(ranks)} queries: recall@5 {recall:.3f}, mean reciprocal rank {reciprocal:.3f}")
    assert recall >= RECALL and reciprocal >= RECIPROCAL_RANK


@pytest.mark.parametrize("prefix", ["", "zh/"])
def test_nothing_is_loaded_before_opening_and_little_for_the_first_answer(visit, addresses, prefix):
    page = visit(addresses["/"] + prefix, fresh=True)
    page.wait_for_load_state("networkidle")
    loaded = []
    page.on("response", lambda response: "favicon" in response.url or loaded.append(response))
    assert not page.evaluate("performance.getEntriesByType('resource').map(each => each.name).filter(name => /search|pagefind/.test(name))")
    _open(page)
    assert _type(page, "GRPO")
    page.wait_for_load_state("networkidle")
    size = sum(len(gzip.compress(response.body())) for response in loaded)
    print(f"{prefix or 'en/'} first answer: {size} bytes in {len(loaded)} files")
    assert size <= BYTES and not [response.url for response in loaded if "search" not in response.url]


@pytest.mark.parametrize("prefix, kinds", [
    ("", {"GRPO": "Innovation", "DeepSeek-V3": "Work", "Huazuo Gao": "Contributor", "export controls": "Claim", "Open Source Week": "Event", "RoPE": "Term", "about this site": "Page"}),
    ("zh/", {"GRPO": "创新", "DeepSeek-V3": "论文与模型", "高华佐": "贡献者", "出口管制": "说法", "开源周": "事件", "RoPE": "术语", "阅读路线": "页面"})])
def test_results_say_what_they_are(visit, addresses, prefix, kinds):
    page = visit(addresses["/"] + prefix)
    _open(page)
    for query, kind in kinds.items():
        _type(page, query)
        assert page.locator("#site-results a > span").first.inner_text() == kind, query


def test_keyboard(visit, addresses):
    page = visit(addresses["/"], fresh=True)
    _open(page)
    found = _type(page, "GRPO")
    box, active = page.locator("#site-search input"), page.locator("#site-results [aria-selected=true]")
    assert box.get_attribute("aria-expanded") == "true"
    page.keyboard.press("ArrowDown")
    assert active.evaluate("link => link.href") == found[1]
    assert box.get_attribute("aria-activedescendant") == active.get_attribute("id")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    assert active.get_attribute("class") == "full"      # the last line reads the full texts
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(found[0])
    _open(page)
    page.locator("#site-search input").fill("x")
    page.keyboard.press("Escape")
    assert page.locator("#site-search[open]").count() == 0
    page.goto(addresses["/"] + "people/")
    page.locator("form.filter input").press("/")
    assert page.locator("#site-search[open]").count() == 0


@pytest.mark.parametrize("prefix, query, wanted", [("", "Huazuo Gao", "people/huazuo-gao/"), ("zh/", "幻方", "innovations/fire-flyer-ai-hpc/")])
def test_results_lead_to_their_pages_below_a_folder(visit, addresses, prefix, query, wanted):
    page = visit(addresses["/demo/"] + prefix + "works/deepseek-v3/", fresh=True)
    _open(page)
    _type(page, query)
    page.locator("#site-results a").first.click()
    page.wait_for_url(f"**/demo/{prefix}{wanted}")
    assert page.wrong == []


def test_enter_leads_to_a_place_on_the_same_page(visit, addresses):
    page = visit(addresses["/"] + "glossary/", fresh=True)
    _open(page)
    _type(page, "RoPE")
    page.keyboard.press("Enter")
    page.wait_for_url("**/glossary/#rope")
    assert page.locator("#site-search[open]").count() == 0


def test_an_input_method_is_left_alone(visit, addresses):
    """While characters are composed, neither letters are searched nor Enter followed."""
    page = visit(addresses["/"] + "zh/")
    _open(page)
    box = page.locator("#site-search input")
    box.evaluate("box => { box.value = 'gao hua'; box.dispatchEvent(new InputEvent('input', {isComposing: true})); }")
    assert page.locator("#site-results > *").count() == 0
    box.evaluate("box => { box.value = '高华佐'; box.dispatchEvent(new CompositionEvent('compositionend')); }")
    assert page.locator("#site-results strong").first.inner_text() == "高华佐 Huazuo Gao"
    box.evaluate("box => box.dispatchEvent(new KeyboardEvent('keydown', {key: 'Enter', isComposing: true, bubbles: true, cancelable: true}))")
    assert page.url.endswith("/zh/")


@pytest.mark.parametrize("prefix, none, full", [("", "Nothing has this name", "Search the full text"), ("zh/", "没有可靠出处的汉字不写", "正文中搜索")])
def test_the_empty_dialog_helps(visit, addresses, prefix, none, full):
    """Before typing and when nothing is found: queries that have answers, and the overviews."""
    page = visit(addresses["/"] + prefix)
    _open(page)
    help, status = page.locator(".search-help"), page.locator("#site-search [role=status]")
    assert help.is_visible() and page.locator("#site-search input").get_attribute("aria-expanded") == "false"
    for link in help.locator("a").all():
        assert page.request.get(link.evaluate("link => link.href")).ok
    for example in help.locator("button").all_inner_texts():
        page.locator("#site-search input").fill("")
        help.locator("button", has_text=example).click()
        assert page.locator("#site-results a").count() and not help.is_visible(), example
    _type(page, "zzzzqqqq")
    assert none in status.inner_text() and help.is_visible()
    assert full in page.locator("#site-results > *").inner_text()


@pytest.mark.parametrize("prefix, query, wanted", [("", "what are beliefs and photographs?", "/about/editorial/"), ("zh/", "傳聞", "/about/editorial/")])
def test_the_full_texts_are_read_when_asked(visit, addresses, prefix, query, wanted):
    page = visit(addresses["/demo/"] + prefix)
    _open(page)
    _type(page, query)
    page.locator("#site-results .full").click()
    page.locator("#site-results p:has(mark)").first.wait_for()
    found = page.locator("#site-results a").evaluate_all("links => links.map(link => new URL(link.href).pathname)")
    assert "/demo/" + prefix + wanted.strip("/") + "/" in found
    assert page.wrong == []


@pytest.mark.parametrize("query", ["", "GRPO", "zzzzqqqq"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_dialog_is_accessible(visit, addresses, axe, query, scheme):
    page = visit(addresses["/"] + "zh/", color_scheme=scheme)
    _open(page)
    _type(page, query)
    assert axe(page, "#site-search") == []


def test_enter_before_the_index_has_arrived_waits(visit, addresses):
    page = visit(addresses["/"], fresh=True)
    held = []
    page.route("**/search.json", lambda route: held.append(route))
    page.keyboard.press("/")
    page.keyboard.type("GRPO")
    page.keyboard.press("Enter")
    assert page.locator("#site-search[open]").count() == 1
    page.wait_for_function("performance.getEntriesByType('resource').some(each => each.name.includes('search.js'))")
    while not held:
        page.wait_for_timeout(20)
    held[0].continue_()
    page.wait_for_selector("#site-search [role=option][href*='/innovations/grpo/']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/innovations/grpo/")
