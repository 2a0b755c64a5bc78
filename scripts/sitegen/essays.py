"""Essays: what people write about an idea, with figures, formulas and the record's own lists in their places.

An essay is Markdown in docs/<lang>/essays/<id>.md. A line `[[figure:id]]` is a figure, a line `[[record]]` the place of
what the record says (credit, ancestors, uses), `Q:` and `A:` a question and its answer, `$…$` a formula.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import markdown
from markupsafe import Markup

import figures
from figures.kit import Ink, csv_of, in_unit, states

from . import maths
from .records import Citation

ROOT = Path(__file__).resolve().parents[2]

FIGURE = re.compile(r"^\[\[figure:([a-z0-9-]+)\]\]$", re.M)
RECORD = re.compile(r"^\[\[record\]\]$", re.M)
_QUESTION = re.compile(r"^Q: (.+)\nA: (.+)$", re.M)
_LINKS = re.compile(r"</?a\b[^>]*>|<sup.*?</sup>")
_TABLE = re.compile(r"(?:^\|.*\n?)+", re.M)

SECTIONS = ("problem", "idea", "how", "example", "evidence", "limits", "questions")
"""The sections of an essay on an idea, in this order; others may stand between them."""

LENGTHS = {"en": (900, 1600), "zh": (1500, 2800)}
"""Words of English, characters of Chinese."""


def figures_in(text: str) -> list[str]:
    """The ids of the figures of an essay, in order."""
    return FIGURE.findall(text)


def length(text: str, lang: str) -> int:
    """Words of English or Han characters of a text without its head; a reference counts as one word."""
    body = re.sub(r"^---\n.*?\n---\n", "", text, flags=re.S)
    body = re.sub(r"\{:.*?\}|\[\[(?:@|figure:|record)[^\]]*\]\]", "", body)
    body = re.sub(r"\[\[[^\]|]*\|([^\]]*)\]\]", r"\1", re.sub(r"\[\[[^\]|]*\]\]", " word ", body))
    return len(re.findall(r"[\u3400-\u9fff]", body)) if lang == "zh" else len(re.findall(r"\S*\w\S*", body))


def parts(page, text: str) -> Iterator[Markup]:
    """The essay as pieces of Markdown: before and after the place of the record (one piece if there is no such place).

    The pieces are made when they are asked for, so that notes are numbered in the order of the page."""
    return (_piece(page, piece) for piece in RECORD.split(text))


def _piece(page, text: str) -> Markup:
    pieces = FIGURE.split(text)
    return Markup("\n\n".join(figure(page, piece) if index % 2 else _prose(page, piece) for index, piece in enumerate(pieces)))


def _prose(page, text: str) -> str:
    """Markdown with references, formulas, questions resolved."""
    formulas: list[str] = []

    def keep(match) -> str:
        formula, display = maths.written(match)
        made = maths.html(ROOT, formula, display)
        formulas.append(f'\n<div class="formula" tabindex="0" role="group">{made}</div>\n' if display else made)
        return f"\ue000{len(formulas) - 1}\ue000"

    def put(match) -> str:
        made, mark = formulas[int(match[1])], match[2]  # no line begins with the mark after a formula
        return f'<span class="nowrap">{made}{mark}</span>' if mark and not made.startswith("\n") else made + mark

    text = maths.FORMULA.sub(keep, text)
    text = _QUESTION.sub(lambda match: f'<details class="question"><summary>{_LINKS.sub("", page.say(match[1]))}</summary><p>{page.say(match[2])}</p></details>\n', text)
    text = _TABLE.sub(lambda match: _table(page, match[0]), page.prose(text))
    return re.sub("\ue000(\\d+)\ue000([，。；：、）,.;:)]?)", put, text)


def _table(page, rows: str) -> str:
    """A table as HTML that scrolls inside its own box where it is too wide; a number keeps its note on the line."""
    made = markdown.markdown(rows, extensions=["tables"]).replace("<table>", '<table class="symbols">').replace("<th></th>", "<td></td>")
    made = re.sub(r'<a class="fact".*?</a><sup class="cite">.*?</sup>', r'<span class="nowrap">\g<0></span>', made)
    return f'<div class="scroll" tabindex="0" role="group" aria-label="{page.word("table")}">{made}</div>\n'


def figure(page, id: str) -> str:
    """A figure in the language of the page as one block of HTML."""
    figure_ = figures.load(id)
    drawn, ink = states(figure_, page), Ink(figure_, page)
    columns, rows = figure_.table(ink)
    data = json.dumps(drawn.states, ensure_ascii=False, separators=(",", ":")).replace("</", "<\\/") if len(drawn.states) > 1 else ""
    html = page.view.templates.get_template("figure.md").render(
        p=page, w=page.word, figure=figure_, ink=ink, drawn=drawn, columns=columns, rows=rows, data=Markup(data),
        cites=page.cite(tuple(Citation(source=source, locator=locator) for source, locator in figure_.citations)))
    return re.sub(r"\n\s*", "\n", html).strip()


def number(page, reference: str) -> Markup:
    """A result of a figure's model in running text: 'kv-cache:v3-bytes'. LookupError if there is none."""
    id, _, name = reference.partition(":")
    result = page.view.numbers(id)[name]
    return Markup(f'<span class="computed" title="{page.word("computed_here")}">{in_unit(page, *result).replace(" ", chr(160), 1)}</span>')


def csv_files(page, ids) -> dict[str, str]:
    """The numbers of figures as CSV: 'figures/kv-cache.csv' -> text."""
    return {f"figures/{id}.csv": "\ufeff" + csv_of(figures.load(id), page) for id in ids}
