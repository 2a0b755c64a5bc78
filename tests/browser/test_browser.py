"""The built site in a real browser: no error, no foreign request, keyboard, no-JS, accessibility, narrow screens."""

from __future__ import annotations

import pytest

from browser.conftest import OF_COLOUR

PAGES = {
    "home": "", "people": "people/", "person": "people/huazuo-gao/", "name only": "people/aixin-liu/", "works": "works/", "work": "works/deepseek-v2/",
    "innovations": "innovations/", "innovation": "innovations/multi-head-latent-attention/", "essays": "essays/", "essay": "essays/training-cost/", "essay with maths": "innovations/fp8-training/", "short idea": "innovations/native-sparse-attention/", "timeline": "timeline/", "claims": "claims/",
    "claim": "claims/v3-one-eleventh-of-llama-compute/", "sources": "sources/", "glossary": "glossary/", "reading": "reading/",
    "data": "data/", "about": "about/", "method": "about/method/", "names": "about/names/", "health": "about/health/", "changes": "about/changes/",
    "continuity": "people/continuity/", "uses": "sources/uses/", "conflicts": "claims/conflicts/", "varied claim": "claims/v3-built-for-six-million-dollars/", "big work": "works/deepseek-v4-1-flash/",
}
EVERY = [pytest.param(prefix + path, id=f"{'zh' if prefix else 'en'} {kind}") for prefix in ("", "zh/") for kind, path in PAGES.items()]


@pytest.mark.parametrize("path", EVERY)
def test_page_below_a_folder_loads_without_error_or_foreign_request(visit, addresses, path):
    page = visit(addresses["/demo/"] + path)
    assert page.wrong == []
    assert page.locator("h1").count() == 1


@pytest.mark.parametrize("path", [each for each in EVERY if "big" not in each.id])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_accessible(visit, addresses, axe, path, scheme):
    """WCAG 2.2 AA and best practices at 320, 390 and 1280 px; in the dark the rules on colour, since nothing else depends on the scheme."""
    page = visit(addresses["/"] + path, color_scheme=scheme, viewport={"width": 1280, "height": 900})
    assert page.wrong == [] and page.locator("h1").count() == 1
    for width in (1280, 390, 320):
        page.set_viewport_size({"width": width, "height": 900})
        assert axe(page, rules=OF_COLOUR if scheme == "dark" else None) == [], width
    page.set_viewport_size({"width": 1280, "height": 900})


WORDS = "[...document.querySelectorAll('article')].map(each => each.textContent.replace(/\\s+/g, ' ').trim()).join(' ')"


@pytest.mark.parametrize("path", EVERY)
def test_whole_when_narrow_printed_or_without_javascript(visit, addresses, width_needed, path):
    """320 px need no sideways scroll; without JavaScript no word is missing; print is light and has the text."""
    without = " ".join(visit(addresses["/"] + path, java_script_enabled=False).locator("article").text_content().split())
    page = visit(addresses["/"] + path, viewport={"width": 320, "height": 700}, color_scheme="dark")
    assert width_needed(page) <= 320
    assert page.evaluate(WORDS) == without
    page.emulate_media(media="print", color_scheme="dark")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") in ("rgb(255, 255, 255)", "rgba(0, 0, 0, 0)")
    assert not page.locator(".site-header").is_visible() and page.locator("h1").first.is_visible()
    assert page.locator(".printed").is_visible() and page.locator(".printed").inner_text().startswith("https://example.org/")
    page.emulate_media(media="screen", color_scheme="dark")


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


def test_unknown_address_gives_the_bilingual_page(visit, addresses, axe):
    page = visit(addresses["/demo/"] + "nothing/here/")
    assert axe(page) == []
    assert page.locator("h1").inner_text() == "This page does not exist"
    assert page.locator("text=没有这个页面").count() == 1


def test_notes_lead_to_their_sources(visit, addresses):
    page = visit(addresses["/"] + "works/deepseek-v2/")
    first = page.locator("sup.cite a").first
    target = first.get_attribute("href")
    first.click()
    assert page.locator(target).is_visible()


def test_a_moved_address_keeps_the_state_of_a_figure(visit, addresses):
    page = visit(addresses["/"] + "essays/multi-head-latent-attention/?mla-data-flow=gqa#mla-data-flow")
    page.wait_for_url("**/innovations/multi-head-latent-attention/?mla-data-flow=gqa#mla-data-flow")
    assert page.locator("#mla-data-flow input[value=gqa]").is_checked()
