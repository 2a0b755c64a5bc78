"""A real browser for the tests, and pages of the built site in it."""

from __future__ import annotations

from pathlib import Path

import pytest
from filelock import FileLock
from playwright.sync_api import sync_playwright

from chromium import find_or_install

AXE = Path(__file__).resolve().parents[2] / "node_modules/axe-core/axe.min.js"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
             "--disable-component-update", "--disable-sync"]
STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
OF_COLOUR = ["color-contrast", "link-in-text-block"]
"""The rules of axe whose answer depends on the colours of a page."""


@pytest.fixture(scope="session")
def browser(tmp_path_factory, worker_id):
    """One browser for each test process; the first process installs it where there is none, the others wait."""
    folder = tmp_path_factory.getbasetemp()
    with FileLock(str((folder if worker_id == "master" else folder.parent) / "chromium.lock")):
        path = find_or_install()
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
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


def lay_out(page) -> None:
    """Have the browser lay out the whole page, also what would wait until it comes near."""
    page.add_style_tag(content="* { content-visibility: visible !important; }")


@pytest.fixture
def width_needed():
    """width_needed(page) -> how wide the whole page is: more than the window means sideways scroll."""
    def measure(page) -> int:
        lay_out(page)
        return page.evaluate("document.documentElement.scrollWidth")

    return measure


@pytest.fixture
def axe():
    """axe(page, selector, rules) -> what axe finds wrong in the elements that match: (rule, element, what to do)."""
    def run(page, selector: str = "html", rules: list[str] | None = None) -> list[tuple]:
        if not page.evaluate("window.axe !== undefined"):
            lay_out(page)
            page.add_script_tag(path=str(AXE))
        options = {"runOnly": {"type": "rule", "values": rules} if rules else STANDARDS, "resultTypes": ["violations"], "preload": False}
        result = page.evaluate("([selector, options]) => axe.run(selector === 'html' ? document : {include: [...document.querySelectorAll(selector)]}, options)", [selector, options])
        return [(violation["id"], violation["nodes"][0]["html"][:160], violation["nodes"][0].get("failureSummary")) for violation in result["violations"]]

    return run
