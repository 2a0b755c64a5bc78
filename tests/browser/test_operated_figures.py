"""Every figure on the built site: every state of every control shows what was computed, with keyboard alone, and its address keeps it."""

from __future__ import annotations

import csv
import urllib.request

import pytest

import figures
from browser.conftest import OF_COLOUR
from figures.kit import states
from project import ROOT
from sitegen import essays, parity, render
from sitegen.load import load
from sitegen.page import Page


@pytest.fixture(scope="module")
def view():
    return render.View(load(ROOT)[0], render.Site("https://example.org/"), parity.written(ROOT))


def _pages() -> dict[str, str]:
    """Figure -> the page that shows it."""
    found = {}
    for (lang, path), text in parity.written(ROOT).items():
        if lang == "en" and path.startswith("essays/"):
            id = path[len("essays/"):-3]
            where = f"innovations/{id}/" if (ROOT / f"data/innovations/{id}.yml").exists() else f"essays/{id}/"
            found |= {figure: where for figure in essays.figures_in(text)}
    return found


PAGES = _pages()
EVERY = [pytest.param(prefix, id, id=f"{'zh' if prefix else 'en'} {id}") for prefix in ("", "zh/") for id in sorted(PAGES)]

STEP_THROUGH = """([id, states]) => {
  const figure = document.getElementById(id), slots = [...figure.querySelectorAll("[data-s]")], wrong = [];
  const groups = [...figure.querySelectorAll(".control")];
  for (const [key, values] of Object.entries(states)) {
    key.split("~").forEach((value, place) => {
      const slider = groups[place].querySelector("[type=range]");
      if (slider) slider.value = slider.dataset.values.split(" ").indexOf(value);
      else [...groups[place].querySelectorAll("input")].find(input => input.value === value).checked = true;
    });
    figure.querySelector("form").dispatchEvent(new Event("input", {bubbles: true}));
    let next = 0;
    for (const slot of slots)
      for (const name of slot.dataset.s.split(" ")) {
        const value = values[next++], frame = document.createElement(slot.tagName);
        if (name === "h") frame.innerHTML = value;
        const shown = name === "t" ? slot.textContent : name === "h" ? slot.innerHTML : name.startsWith("--") ? slot.style.getPropertyValue(name) : slot.getAttribute(name);
        if (shown !== (name === "h" ? frame.innerHTML : value)) wrong.push([key, name, shown, value]);
      }
    if (next !== values.length) wrong.push([key, "places", next, values.length]);
    for (const slider of figure.querySelectorAll("[type=range]"))
      if (slider.getAttribute("aria-valuetext") !== slider.dataset.words.split("|")[slider.value]) wrong.push([key, "spoken value"]);
    if (new URL(figure.querySelector(".permalink").href).searchParams.get(id) !== key) wrong.push([key, "permanent link"]);
  }
  return wrong;
}"""


@pytest.mark.parametrize("prefix, id", EVERY)
def test_every_state_shows_what_was_computed(visit, addresses, view, prefix, id):
    page = visit(addresses["/"] + prefix + PAGES[id])
    drawn = states(figures.load(id), Page(f"/{PAGES[id]}", "zh" if prefix else "en", view))
    assert page.locator(f"#{id} .finding").inner_text() == drawn.finding
    if len(drawn.states) > 1:
        assert page.evaluate(STEP_THROUGH, [id, drawn.states]) == []
    assert page.wrong == []


OPERATED = sorted(id for id in PAGES if figures.load(id).controls)


@pytest.mark.parametrize("id", OPERATED)
def test_keyboard_alone_works_a_figure_and_the_address_keeps_its_state(visit, addresses, view, id):
    page = visit(addresses["/"] + PAGES[id])
    finding = page.locator(f"#{id} .finding")
    first, before = finding.inner_text(), page.url
    control = page.locator(f"#{id} input").first if figures.load(id).controls[0].slider else page.locator(f"#{id} input:checked").first
    control.focus()
    for key in ("ArrowRight", "ArrowLeft", "ArrowLeft"):  # the first value may be the last stop
        page.keyboard.press(key)
        if finding.inner_text() != first:
            break
    shown = finding.inner_text()
    now = page.evaluate("location.href")
    assert shown != first and now != before
    again = visit(now, fresh=True)
    assert again.locator(f"#{id} .finding").inner_text() == shown
    assert again.evaluate("document.querySelector(':target').id") == id


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", [pytest.param(prefix + path, id=prefix + path) for prefix in ("", "zh/") for path in sorted(set(PAGES.values()))])
def test_figures_are_accessible_and_narrow_enough(visit, addresses, axe, width_needed, path, scheme):
    """What only essays have, figures with their open tables, formulas, symbols, questions, at 320 px; in the dark the rules on colour."""
    page = visit(addresses["/"] + path, color_scheme=scheme, viewport={"width": 320, "height": 700})
    assert width_needed(page) <= 320
    page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true; })")
    assert axe(page, ".figure, .question, .symbols, .formula", OF_COLOUR if scheme == "dark" else None) == []


@pytest.mark.parametrize("path", sorted(set(PAGES.values())))
def test_figures_are_whole_on_paper_and_without_javascript(visit, addresses, path):
    """Without the script the picture, the finding and all numbers are there; in print the numbers lie open."""
    page = visit(addresses["/"] + path, java_script_enabled=False)
    assert page.locator(".figure .picture").first.is_visible() and page.locator(".figure .finding").first.is_visible()
    assert page.locator(".controls:visible").count() == 0
    page.locator(".figure-table summary").first.click()
    assert page.locator(".figure-table tbody tr").first.is_visible()
    page = visit(addresses["/"] + path)
    page.emulate_media(media="print", color_scheme="dark")
    assert page.locator(".figure-table tbody tr").first.is_visible() and page.locator("details.question p").first.is_visible()
    assert page.locator(".controls:visible").count() == 0
    page.emulate_media(media="screen", color_scheme="light")


@pytest.mark.parametrize("prefix, id", EVERY)
def test_numbers_can_be_downloaded(addresses, view, prefix, id):
    text = urllib.request.urlopen(f"{addresses['/']}{prefix}figures/{id}.csv").read().decode("utf-8-sig")
    columns, *rows = csv.reader(text.splitlines())
    assert rows and all(len(row) == len(columns) for row in rows)


@pytest.mark.parametrize("prefix", ["", "zh/"])
@pytest.mark.parametrize("path", sorted(set(PAGES.values())))
def test_formulas_load_little_and_from_here(visit, addresses, width_needed, prefix, path):
    """The fonts of all formulas on a page: 60 kB at most, every one there is; a page without formulas loads none."""
    page = visit(addresses["/"] + prefix + path, fresh=True)
    width_needed(page)
    page.evaluate("document.fonts.ready.then(() => true)")
    failed = page.evaluate("[...document.fonts].filter(font => font.status === 'error' || font.status === 'loading').map(font => font.family)")
    loaded = page.evaluate("performance.getEntriesByType('resource').filter(each => each.name.endsWith('.woff2')).map(each => each.name)")
    assert bool(loaded) == (page.locator(".katex").count() > 0) and failed == []
    assert sum(len(urllib.request.urlopen(name).read()) for name in loaded) <= 60_000 and page.wrong == []
