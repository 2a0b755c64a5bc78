"""The built site in a real browser: no error, no foreign request, search, keyboard, no-JS, accessibility, narrow screens."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from browser.chromium import find_or_install

AXE = Path(__file__).resolve().parents[2] / "node_modules/axe-core/axe.min.js"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
             "--disable-component-update", "--disable-sync"]

PAGES = {
    "home": "", "people": "people/", "person": "people/huazuo-gao/", "name only": "people/aixin-liu/", "works": "works/", "work": "works/deepseek-v2/",
    "innovations": "innovations/", "innovation": "innovations/multi-head-latent-attention/", "timeline": "timeline/", "claims": "claims/",
    "claim": "claims/v3-one-eleventh-of-llama-compute/", "sources": "sources/", "glossary": "glossary/", "reading": "reading/",
    "data": "data/", "about": "about/", "method": "about/method/", "names": "about/names/", "health": "about/health/", "changes": "about/changes/",
    "continuity": "people/continuity/", "uses": "sources/uses/", "conflicts": "claims/conflicts/", "varied claim": "claims/v3-built-for-six-million-dollars/", "big work": "works/deepseek-v4-1-flash/",
}
EVERY = [pytest.param(prefix + path, id=f"{'zh' if prefix else 'en'} {kind}") for prefix in ("", "zh/") for kind, path in PAGES.items()]


@pytest.fixture(scope="session")
def browser():
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=find_or_install(), args=ARGUMENTS)
        yield launched
        launched.close()


def _watch(page) -> None:
    """Collect what goes wrong on a page in page.wrong: errors and warnings, requests to another host, answers from 400 up."""
    page.wrong, page.origin = [], ""
    page.on("console", lambda message: page.wrong.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: page.wrong.append(str(error)))
    page.on("request", lambda request: page.wrong.append("request to " + request.url) if not request.url.startswith((page.origin, "data:", "blob:")) else None)
    page.on("response", lambda response: page.wrong.append(f"{response.status} {response.url}") if response.status >= 400 else None)


@pytest.fixture(scope="session")
def pages_by_options(browser):
    """One open page for each set of context options: opening a new one takes longer than a visit."""
    return {}


@pytest.fixture
def visit(browser, pages_by_options):
    """visit(url, **context options) goes there in a page with these options; fresh=True takes a page of its own."""
    fresh_contexts = []

    def go(url: str, fresh: bool = False, **options):
        options = {"viewport": {"width": 1280, "height": 900}, **options}
        key = repr(sorted(options.items()))
        if fresh or key not in pages_by_options:
            context = browser.new_context(**options)
            page = context.new_page()
            _watch(page)
            if fresh:
                fresh_contexts.append(context)
            else:
                pages_by_options[key] = page
        else:
            page = pages_by_options[key]
        page.wrong.clear()
        page.origin = "/".join(url.split("/")[:3])
        page.goto(url)
        return page

    yield go
    for context in fresh_contexts:
        context.close()


@pytest.mark.parametrize("path", EVERY)
@pytest.mark.parametrize("base", ["/", "/demo/"])
def test_page_loads_without_error_or_foreign_request(visit, addresses, base, path):
    page = visit(addresses[base] + path)
    assert page.wrong == []
    assert page.locator("h1").count() == 1


@pytest.mark.parametrize("path", EVERY)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_accessible(visit, addresses, path, scheme):
    page = visit(addresses["/"] + path, color_scheme=scheme, viewport={"width": 1280 if scheme == "light" else 390, "height": 900})
    page.add_script_tag(path=str(AXE))
    result = page.evaluate("axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'], resultTypes: ['violations']})")
    assert [(violation["id"], violation["nodes"][0]["html"][:160], violation["nodes"][0].get("failureSummary")) for violation in result["violations"]] == []


WORDS = "[...document.querySelectorAll('article')].map(each => each.textContent.replace(/\\s+/g, ' ').trim()).join(' ')"


@pytest.mark.parametrize("path", EVERY)
def test_whole_when_narrow_printed_or_without_javascript(visit, addresses, path):
    """320 px need no sideways scroll; without JavaScript no word is missing; print is light and has the text."""
    without = " ".join(visit(addresses["/"] + path, java_script_enabled=False).locator("article").text_content().split())
    page = visit(addresses["/"] + path, viewport={"width": 320, "height": 700}, color_scheme="dark")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert page.evaluate(WORDS) == without
    page.emulate_media(media="print", color_scheme="dark")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") in ("rgb(255, 255, 255)", "rgba(0, 0, 0, 0)")
    assert not page.locator(".site-header").is_visible() and page.locator("h1").first.is_visible()
    page.emulate_media(media="screen", color_scheme="dark")


def _search(page, query: str) -> list[str]:
    """Type a query into the dialog and return the addresses found."""
    page.keyboard.press("/")
    page.locator("#site-search[open]").wait_for()
    page.locator("#site-search input").fill(query)
    page.wait_for_function("q => document.querySelector('#site-search input').value === q && (document.querySelectorAll('#site-results li').length > 0)", arg=query)
    page.wait_for_timeout(250)
    return page.locator("#site-results a").evaluate_all("links => links.map(link => new URL(link.href).pathname)")


@pytest.mark.parametrize("base", ["/", "/demo/"])
@pytest.mark.parametrize("lang, query, wanted", [
    ("zh/", "注意力", "zh/innovations/multi-head-latent-attention/"),
    ("zh/", "多头潜在注意力", "zh/innovations/multi-head-latent-attention/"),
    ("zh/", "高华佐", "zh/people/huazuo-gao/"),
    ("zh/", "gaohuazuo", "zh/people/huazuo-gao/"),
    ("", "latent attention", "innovations/multi-head-latent-attention/"),
    ("", "Huazuo Gao", "people/huazuo-gao/"),
    ("", "GRPO", "innovations/grpo/"),
])
def test_search_finds(visit, addresses, base, lang, query, wanted):
    page = visit(addresses[base] + lang)
    assert base + wanted in _search(page, query)[:5]
    assert page.wrong == []


def test_search_works_by_keyboard_and_loads_nothing_before(visit, addresses):
    page = visit(addresses["/"], fresh=True)
    loaded = []
    page.on("request", lambda request: loaded.append(request.url))
    page.wait_for_timeout(300)
    assert not [url for url in loaded if "pagefind" in url]
    found = _search(page, "GRPO")
    page.keyboard.press("ArrowDown")
    assert page.locator("#site-results [aria-selected=true] a").evaluate("link => new URL(link.href).pathname") == found[1]
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    page.wait_for_url("**" + found[0])
    page.keyboard.press("/")
    page.locator("#site-search[open]").wait_for()
    page.keyboard.press("Escape")
    assert page.locator("#site-search[open]").count() == 0


def test_search_without_result_helps(visit, addresses):
    page = visit(addresses["/"])
    page.keyboard.press("/")
    page.locator("#site-search input").fill("zzzzqqqq")
    page.wait_for_function("document.querySelector('.search-status').textContent.includes('Nothing found')")


@pytest.mark.parametrize("base", ["/", "/demo/"])
def test_language_switch_stays_on_the_page_and_place(visit, addresses, base):
    page = visit(addresses[base] + "works/deepseek-v3/#numbers")
    page.locator("#site-language").click()
    page.wait_for_url(f"**{base}zh/works/deepseek-v3/#numbers")
    assert page.locator("html").get_attribute("lang") == "zh-Hans"
    page.locator("#site-language").click()
    page.wait_for_url(f"**{base}works/deepseek-v3/#numbers")


def test_theme_switch_is_remembered(visit, addresses):
    page = visit(addresses["/"], fresh=True, color_scheme="light")
    background = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(background)
    page.locator("#site-theme").click()
    dark = page.evaluate(background)
    assert light != dark
    page.reload()
    assert page.evaluate(background) == dark


def test_names_are_filtered_and_all_there_before(visit, addresses):
    page = visit(addresses["/"] + "zh/people/")
    names = page.locator("#names li:visible")
    everyone = names.count()
    assert everyone > 200
    for query in ("huazuo gao", "高华佐", "ghz", "gaohuazuo", "Gao Huazuo"):
        page.locator("form.filter input").fill(query)
        assert page.locator("#names li:visible a").evaluate_all("links => links.map(link => new URL(link.href).pathname)").count("/zh/people/huazuo-gao/") == 1, query
    page.locator("form.filter input").fill("")
    page.locator("form.filter select[name=w]").select_option(label="DeepSeekMoE")
    assert names.count() == 17
    page.locator("form.filter select[name=w]").select_option("")
    page.locator("form.filter select[name=y]").select_option("2023")
    assert 0 < names.count() < everyone
    page.locator("form.filter select[name=y]").select_option("")
    assert names.count() == everyone


def test_claims_are_filtered(visit, addresses):
    page = visit(addresses["/"] + "claims/")
    claims = page.locator("ul.claims > li:visible")
    everything = claims.count()
    page.locator("form.filter select[name=v]").select_option("contradicted")
    contradicted = claims.count()
    assert 0 < contradicted < everything and page.locator("ul.claims > li:visible .verdict:not(.contradicted)").count() == 0
    page.locator("form.filter select[name=t]").select_option("hardware")
    assert 0 < claims.count() < contradicted
    assert page.locator("h2#hardware").is_visible() and not page.locator("h2#product").is_visible()


@pytest.mark.parametrize("javascript", [True, False])
def test_a_calculation_can_be_varied(visit, addresses, javascript):
    """V3's GPU-hours at another rent: shown = computed, by keyboard, with and without the script."""
    page = visit(addresses["/"] + "claims/v3-built-for-six-million-dollars/", java_script_enabled=javascript)
    shown = page.locator("fieldset.vary p strong:visible")
    assert shown.inner_text().startswith("$5.576M")
    page.locator("fieldset.vary input:checked").focus()
    page.keyboard.press("ArrowRight")
    assert shown.inner_text() == "$6.97M"       # 2.788M × 2.5
    page.keyboard.press("ArrowRight")
    assert shown.inner_text() == "$8.364M"      # 2.788M × 3


def test_unknown_address_gives_the_bilingual_page(visit, addresses):
    page = visit(addresses["/demo/"] + "nothing/here/")
    assert page.locator("h1").inner_text() == "This page does not exist"
    assert page.locator("text=没有这个页面").count() == 1


def test_notes_lead_to_their_sources(visit, addresses):
    page = visit(addresses["/"] + "works/deepseek-v2/")
    first = page.locator("sup.cite a").first
    target = first.get_attribute("href")
    first.click()
    assert page.locator(target).is_visible()
