"""Reading without a mouse and with one: notes in place, permanent links, both languages side by side, the filtered timeline."""

from __future__ import annotations

import re

import pytest

BOTH = pytest.mark.parametrize("prefix", ["", "zh/"])


def _focus_by_tab(page, selector: str, most: int = 400) -> None:
    """Press Tab until an element that matches has the focus."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"{most} tabs do not reach {selector}")


@BOTH
def test_a_number_opens_its_source_in_place(visit, addresses, prefix):
    """On hover and on focus: what it counts, and the note with its locator; Escape closes it."""
    page = visit(addresses["/"] + prefix + "works/deepseek-v3/")
    tip, number = page.locator("#site-tip"), page.locator("article p a.fact").first
    assert not tip.is_visible()
    number.hover()
    tip.wait_for()
    assert "§" in tip.inner_text() or re.search("Table|Abstract|表|摘要", tip.inner_text())
    assert re.search(r"20\d\d", tip.inner_text()), "scope and date"
    assert number.get_attribute("aria-describedby") == "site-tip"
    box, window = tip.bounding_box(), page.viewport_size
    assert 0 <= box["x"] and box["x"] + box["width"] <= window["width"] and 0 <= box["y"] and box["y"] + box["height"] <= window["height"]
    page.keyboard.press("Escape")
    assert not tip.is_visible()
    page.locator("article sup.cite a").first.focus()
    assert tip.is_visible() and tip.locator("a").count() > 0


@BOTH
def test_a_tap_opens_the_note_and_a_second_one_follows_the_link(visit, addresses, prefix):
    page = visit(addresses["/"] + prefix + "works/deepseek-v3/", fresh=True, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    before = page.url
    page.locator("article p a.fact").first.tap()
    page.locator("#site-tip").wait_for()
    assert page.url == before
    page.locator("h1").first.tap()
    assert not page.locator("#site-tip").is_visible()
    term = page.locator("article a.term").first
    term.tap()
    page.locator("#site-tip").wait_for()
    term.tap()
    page.wait_for_url("**/glossary/#*")


@BOTH
def test_a_term_says_its_definition(visit, addresses, prefix):
    page = visit(addresses["/"] + prefix + "works/deepseek-v3/")
    term = page.locator("article a.term").first
    definition = term.get_attribute("title")
    assert len(definition) > 8
    term.hover()
    page.locator("#site-tip").wait_for()
    assert page.locator("#site-tip").inner_text().strip() == definition.strip()


@pytest.mark.parametrize("path, selector", [
    ("works/deepseek-v3/", "h2 a.headerlink"), ("works/deepseek-v3/", "a.self"), ("timeline/", "li a.when"), ("claims/v3-built-for-six-million-dollars/", "h1 a.headerlink"),
    ("innovations/multi-head-latent-attention/", ".figure a.permalink"), ("glossary/", "a.self"),
])
def test_permanent_links_are_copied(visit, addresses, path, selector):
    page = visit(addresses["/"] + path, fresh=True, permissions=["clipboard-read", "clipboard-write"])
    link = page.locator(selector).first
    link.focus()
    page.keyboard.press("Enter")
    page.wait_for_function("document.querySelector('#site-tip:not([hidden])')")
    assert page.evaluate("navigator.clipboard.readText()") == link.evaluate("link => link.href")


@BOTH
def test_both_languages_side_by_side(visit, addresses, prefix):
    page = visit(addresses["/"] + prefix + "innovations/multi-head-latent-attention/", viewport={"width": 1280, "height": 900})
    other = "en" if prefix else "zh-Hans"
    page.locator("#site-both").click()
    page.wait_for_selector(".pair")
    pairs = page.locator(".pair")
    assert pairs.count() > 20
    heading = page.locator("h2#how > .pair")
    boxes = heading.locator("> div").evaluate_all("columns => columns.map(column => column.getBoundingClientRect().x)")
    assert boxes[0] < boxes[1] and heading.locator(f"> [lang={other}]").count() == 1
    assert page.evaluate("[...document.querySelectorAll('[id]')].length === new Set([...document.querySelectorAll('[id]')].map(each => each.id)).size")
    assert "both=1" in page.url and page.wrong == []
    page.locator("#site-both").click()
    page.wait_for_function("!document.querySelector('.pair')")


def test_side_by_side_is_narrow_enough(visit, addresses, width_needed):
    page = visit(addresses["/"] + "works/deepseek-v2/?both=1", viewport={"width": 320, "height": 700})
    page.wait_for_selector(".pair")
    assert width_needed(page) <= 320


@BOTH
def test_the_timeline_is_filtered_and_the_address_keeps_it(visit, addresses, prefix):
    page = visit(addresses["/"] + prefix + "timeline/")
    lines = page.locator("ol.time > li:visible")
    everything = lines.count()
    page.locator("select[name=idea]").select_option("grpo")
    of_idea = lines.count()
    assert 0 < of_idea < everything and not page.locator("h2#year-2016").is_visible()
    page.locator("select[name=kind]").select_option("version")
    assert 0 < lines.count() <= of_idea
    shown = lines.evaluate_all("lines => lines.map(line => line.id)")
    again = visit(page.url, fresh=True)
    assert "idea=grpo" in again.url and again.locator("ol.time > li:visible").evaluate_all("lines => lines.map(line => line.id)") == shown
    page.locator("select[name=kind]").select_option("")
    page.locator("select[name=idea]").select_option("")
    page.locator("select[name=family]").select_option("mathematics")
    assert 0 < lines.count() < everything
    page.locator("select[name=family]").select_option("")
    assert lines.count() == everything and "?" not in page.url


@BOTH
@pytest.mark.parametrize("width", [390, 1280])
def test_a_jump_lands_where_it_leads(visit, addresses, prefix, width):
    """By click and by address: the months of the calendar, the first of their entries, sections of a work and of an essay."""
    top = "id => { const box = document.getElementById(id).getBoundingClientRect(); return box.top; }"
    settled = "id => { const box = document.getElementById(id).getBoundingClientRect(), room = document.documentElement.scrollHeight - scrollY - innerHeight; return box.top >= 0 && (box.top < 160 || room < 2); }"
    page = visit(addresses["/"] + prefix + "timeline/", viewport={"width": width, "height": 900})
    for link in page.locator(".calendar td a").all()[::3]:
        link.click()
        page.wait_for_function(settled, arg=link.get_attribute("href")[1:])
    for path, id in (("timeline/", "2025-04"), ("timeline/", "deepseek-v2-5"), ("works/deepseek-v3/", "authors"), ("innovations/multi-head-latent-attention/", "evidence"), ("glossary/", "rope")):
        page = visit(f"{addresses['/']}{prefix}{path}#{id}", viewport={"width": width, "height": 900})
        page.wait_for_function(settled, arg=id)
        assert page.evaluate(top, id) >= 0


def test_filters_hold_with_both_languages_side_by_side(visit, addresses):
    """In either order: headings of empty months go, and what a filter hid is paired as well."""
    page = visit(addresses["/"] + "timeline/?idea=grpo")
    shown = page.locator(":is(h2, h3):visible").count()
    page.locator("#site-both").click()
    page.wait_for_selector(".pair")
    assert page.locator(":is(h2, h3):visible").count() == shown
    page.locator("form.filter [type=reset]").click()
    page.wait_for_function("!document.querySelector('ol.time > li[hidden]')")
    assert page.locator("ol.time > li:not(:has(.pair))").count() == 0
    page = visit(addresses["/"] + "timeline/?both=1")
    page.wait_for_selector(".pair")
    page.locator("select[name=idea]").select_option("grpo")
    assert page.locator(":is(h2, h3):visible").count() == shown


def test_filters_take_words_in_any_order_and_forget_what_they_do_not_know(visit, addresses):
    page = visit(addresses["/"] + "timeline/?kind=nonsense")
    assert page.locator("select[name=kind]").evaluate("field => field.selectedIndex") == 0
    lines = page.locator("ol.time > li:visible")
    page.locator("form.filter input").fill("nature r1")
    assert lines.count() and all("Nature" in text for text in lines.all_text_contents())
    assert page.locator(".calendar td a:visible").count() <= lines.count()
    page.locator("form.filter input").fill("zzzz")
    assert "Nothing matches" in page.locator("form.filter output").inner_text()
    page.locator("form.filter [type=reset]").click()
    page.wait_for_function("!document.querySelector('ol.time > li[hidden]')")
    page = visit(addresses["/"] + "timeline/?kind=version#deepseek-named", fresh=True)
    page.wait_for_function("!document.getElementById('deepseek-named').hidden")


# -- tasks with the keyboard alone ---------------------------------------------------------------------------------------

def test_keyboard_finds_a_paper(visit, addresses):
    page = visit(addresses["/"])
    page.keyboard.press("/")
    page.keyboard.type("deepseek v2 report")
    page.wait_for_selector("#site-search [role=option][aria-selected=true][href*='/works/deepseek-v2/']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/works/deepseek-v2/**")


def test_keyboard_opens_a_source(visit, addresses):
    page = visit(addresses["/"] + "works/deepseek-math/")
    _focus_by_tab(page, "sup.cite a")
    assert page.locator("#site-tip").is_visible()
    page.keyboard.press("Enter")
    assert re.search(r"#n\d+$", page.url)
    _focus_by_tab(page, "ol.notes a", 3)


def test_keyboard_copies_a_citation(visit, addresses):
    page = visit(addresses["/"] + "works/deepseek-math/", fresh=True, permissions=["clipboard-read", "clipboard-write"])
    page.locator(".cite-page summary").focus()
    page.keyboard.press("Enter")
    _focus_by_tab(page, ".cite-page button.copy", 4)
    page.keyboard.press("Enter")
    page.wait_for_function("document.querySelector('#site-tip:not([hidden])')")
    assert page.evaluate("navigator.clipboard.readText()").startswith("@misc{")


def test_keyboard_filters_the_timeline(visit, addresses):
    page = visit(addresses["/"] + "timeline/")
    everything = page.locator("ol.time > li:visible").count()
    _focus_by_tab(page, "form.filter select[name=kind]")
    page.keyboard.press("ArrowDown")
    assert 0 < page.locator("ol.time > li:visible").count() < everything


def test_keyboard_switches_the_language_in_place(visit, addresses):
    page = visit(addresses["/"] + "works/deepseek-v3/#numbers")
    page.evaluate("document.activeElement.blur(); scrollTo(0, 0)")
    page.locator(".brand").focus()
    _focus_by_tab(page, "#site-language", 20)
    page.keyboard.press("Enter")
    page.wait_for_url("**/zh/works/deepseek-v3/#numbers")


@BOTH
def test_skip_link_is_first_and_focus_is_seen(visit, addresses, prefix):
    page = visit(addresses["/"] + prefix + "works/deepseek-v3/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.matches('.md-skip')")
    assert page.locator(".md-skip").bounding_box()["y"] >= 0
    for _ in range(12):
        page.keyboard.press("Tab")
        seen = page.evaluate("(() => { const style = getComputedStyle(document.activeElement); return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2; })()")
        assert seen, page.evaluate("document.activeElement.outerHTML.slice(0, 120)")


def test_nothing_moves_for_those_who_ask(visit, addresses):
    page = visit(addresses["/"], fresh=True, reduced_motion="reduce")
    assert page.evaluate("[...document.querySelectorAll('*')].every(each => getComputedStyle(each).transitionDuration.split(', ').every(time => parseFloat(time) === 0))")


@pytest.mark.parametrize("path", ["", "innovations/grpo/", "claims/"])
def test_forced_colours_keep_marks_and_verdicts(visit, addresses, path):
    page = visit(addresses["/"] + path, fresh=True, forced_colors="active")
    chosen = page.locator(".control input + label")
    if chosen.count():
        grounds = chosen.evaluate_all("labels => labels.map(label => [label.previousElementSibling.checked, getComputedStyle(label).backgroundColor])")
        assert not {ground for on, ground in grounds if on} & {ground for on, ground in grounds if not on}
    marks = page.locator(".mark.new, .verdict, .control span label")
    assert marks.count()
    for index in range(min(marks.count(), 5)):
        style = marks.nth(index).evaluate("mark => [getComputedStyle(mark, '::before').backgroundColor, getComputedStyle(mark).borderStyle]")
        assert style[0] != "rgba(0, 0, 0, 0)" or "solid" in style[1]


def test_the_language_switch_keeps_filters_and_states_of_figures(visit, addresses):
    page = visit(addresses["/"] + "timeline/")
    page.locator("select[name=idea]").select_option("grpo")
    page.locator("#site-language").click()
    page.wait_for_url("**/zh/timeline/?idea=grpo")
    assert page.locator("select[name=idea]").input_value() == "grpo"
    page = visit(addresses["/"] + "innovations/multi-head-latent-attention/")
    page.locator("#mla-data-flow input[value=gqa]").check(force=True)
    page.locator("#site-language").click()
    page.wait_for_url("**/zh/innovations/multi-head-latent-attention/?mla-data-flow=gqa#mla-data-flow")
    assert page.locator("#mla-data-flow input[value=gqa]").is_checked()


def test_side_by_side_keeps_the_state_of_a_figure_and_says_when_it_fails(visit, addresses):
    page = visit(addresses["/"] + "innovations/multi-head-latent-attention/", fresh=True)
    page.locator("#mla-data-flow input[value=gqa]").check(force=True)
    page.locator("#site-both").click()
    page.wait_for_selector(".pair")
    assert "mla-data-flow=gqa" in page.evaluate("location.search") and "both=1" in page.evaluate("location.search")
    page = visit(addresses["/"] + "innovations/multi-head-latent-attention/", fresh=True)
    page.route("**/zh/**", lambda route: route.abort())
    page.locator("#site-both").click()
    page.wait_for_function("document.querySelector('#site-tip:not([hidden])')")
    assert "could not be loaded" in page.locator("#site-tip").inner_text() and "both" not in page.evaluate("location.search")
    assert page.locator("#site-both").is_enabled()


def test_back_shows_the_state_of_the_address(visit, addresses):
    page = visit(addresses["/"] + "innovations/multi-head-latent-attention/", fresh=True)
    finding = page.locator("#mla-data-flow .finding")
    page.locator("#mla-data-flow input[value=gqa]").check(force=True)
    shown = finding.inner_text()
    page.locator(".contents a").last.click()
    page.locator("#mla-data-flow input[value=mha]").focus()  # the jump may still be under way; a key ends it
    page.keyboard.press("Space")
    assert finding.inner_text() != shown
    page.go_back()
    page.wait_for_function("shown => document.querySelector('#mla-data-flow .finding').innerText === shown", arg=shown)


def test_where_the_browser_does_not_copy_the_text_is_selected(visit, addresses):
    page = visit(addresses["/"] + "works/deepseek-math/", fresh=True)
    page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new Error('refused')); }")
    page.locator(".cite-page summary").click()
    page.locator(".cite-page button.copy").click()
    page.wait_for_function("document.querySelector('#site-tip:not([hidden])')")
    assert "selected" in page.locator("#site-tip").inner_text()
    assert page.evaluate("getSelection().toString()").startswith("@misc{") and page.wrong == []
