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
    "data": "data/", "about": "about/", "method": "about/method/",
}
EVERY = [pytest.param(prefix + path, id=f"{'zh' if prefix else 'en'} {kind}") for prefix in ("", "zh/") for kind, path in PAGES.items()]


@pytest.fixture(scope="session")
def browser():
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=find_or_install(), args=ARGUMENTS)
        yield launched
        launched.close()


@pytest.fixture
def visit(browser):
    """visit(url, **context options) opens a page and collects what goes wrong on it: page.wrong."""
    contexts = []

    def open_page(url: str, **options):
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **options})
        contexts.append(context)
        page = context.new_page()
        page.wrong = []
        origin = "/".join(url.split("/")[:3])
        page.on("console", lambda message: page.wrong.append(message.text) if message.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: page.wrong.append(str(error)))
        page.on("request", lambda request: page.wrong.append("request to " + request.url) if not request.url.startswith((origin, "data:", "blob:")) else None)
        page.on("response", lambda response: page.wrong.append(f"{response.status} {response.url}") if response.status >= 400 else None)
        page.goto(url)
        return page

    yield open_page
    for context in contexts:
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
    result = page.evaluate("axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']})")
    assert [(violation["id"], violation["nodes"][0]["html"][:160], violation["nodes"][0].get("failureSummary")) for violation in result["violations"]] == []


@pytest.mark.parametrize("path", EVERY)
def test_no_sideways_scroll_at_320_px(visit, addresses, path):
    page = visit(addresses["/"] + path, viewport={"width": 320, "height": 700})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.mark.parametrize("path", EVERY)
def test_nothing_is_missing_without_javascript(visit, addresses, path):
    """The same words, but for the controls that only work with the script."""
    words = "[...document.querySelectorAll('article')].map(each => each.textContent.replace(/\\s+/g, ' ').trim()).join(' ')"
    with_script = visit(addresses["/"] + path).evaluate(words)
    without = visit(addresses["/"] + path, java_script_enabled=False).locator("article").evaluate_all("all => all.length")
    text = " ".join(visit(addresses["/"] + path, java_script_enabled=False).locator("article").first.text_content().split())
    assert without == 1 and text == " ".join(with_script.split())


def _search(page, query: str) -> list[str]:
    """Type a query into the dialog and return the addresses found."""
    page.keyboard.press("/")
    page.locator("#search[open]").wait_for()
    page.locator("#search input").fill(query)
    page.wait_for_function("q => document.querySelector('#search input').value === q && (document.querySelectorAll('#search-results li').length > 0)", arg=query)
    page.wait_for_timeout(250)
    return page.locator("#search-results a").evaluate_all("links => links.map(link => new URL(link.href).pathname)")


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
    page = visit(addresses["/"])
    loaded = []
    page.on("request", lambda request: loaded.append(request.url))
    page.wait_for_timeout(300)
    assert not [url for url in loaded if "pagefind" in url]
    found = _search(page, "GRPO")
    page.keyboard.press("ArrowDown")
    assert page.locator("#search-results [aria-selected=true] a").evaluate("link => new URL(link.href).pathname") == found[1]
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    page.wait_for_url("**" + found[0])
    page.keyboard.press("/")
    page.locator("#search[open]").wait_for()
    page.keyboard.press("Escape")
    assert page.locator("#search[open]").count() == 0


def test_search_without_result_helps(visit, addresses):
    page = visit(addresses["/"])
    page.keyboard.press("/")
    page.locator("#search input").fill("zzzzqqqq")
    page.wait_for_function("document.querySelector('.search-status').textContent.includes('Nothing found')")


@pytest.mark.parametrize("base", ["/", "/demo/"])
def test_language_switch_stays_on_the_page_and_place(visit, addresses, base):
    page = visit(addresses[base] + "works/deepseek-v3/#numbers")
    page.locator("#language").click()
    page.wait_for_url(f"**{base}zh/works/deepseek-v3/#numbers")
    assert page.locator("html").get_attribute("lang") == "zh-Hans"
    page.locator("#language").click()
    page.wait_for_url(f"**{base}works/deepseek-v3/#numbers")


def test_theme_switch_is_remembered(visit, addresses):
    page = visit(addresses["/"], color_scheme="light")
    background = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(background)
    page.locator("#theme").click()
    dark = page.evaluate(background)
    assert light != dark
    page.reload()
    assert page.evaluate(background) == dark


def test_names_are_filtered_and_all_there_before(visit, addresses):
    page = visit(addresses["/"] + "zh/people/")
    names = page.locator("#names li:visible")
    everyone = names.count()
    assert everyone > 200
    for query in ("gao huazuo", "高华佐", "ghz", "Huazuo"):
        page.locator("form.filter input").fill(query)
        assert page.locator("#names li:visible a").evaluate_all("links => links.map(link => new URL(link.href).pathname)").count("/zh/people/huazuo-gao/") == 1, query
    page.locator("form.filter input").fill("")
    page.locator("form.filter select").select_option(label="DeepSeekMoE")
    assert names.count() == 17
    page.locator("form.filter select").select_option("")
    assert names.count() == everyone


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


@pytest.mark.parametrize("path", EVERY)
def test_print_is_light_and_whole(visit, addresses, path):
    page = visit(addresses["/"] + path, color_scheme="dark")
    page.emulate_media(media="print", color_scheme="dark")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") in ("rgb(255, 255, 255)", "rgba(0, 0, 0, 0)")
    assert not page.locator(".site-header").is_visible() and page.locator("h1").first.is_visible()
