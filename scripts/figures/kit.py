"""What figures are made of. A figure is one pure function from the chosen values to markup.

`states` calls it for every combination of its controls. The default state becomes complete HTML; of the others only what
differs is kept. What may differ is marked by the Ink that draws: a text, an attribute, or a whole pane. The player
(docs/assets/figure.js) puts these values into the same places and knows neither formulas nor words. How a language writes
a number is the page's business: figures know no module of the site, the site knows the figures.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from functools import cache, lru_cache
from html import escape
from itertools import product

from .svg import Plot, Svg  # noqa: F401  (figures take them from here)

SEPARATOR = "~"
"""Between the values of several controls in a state's key, which stands in addresses: ?kv-cache=131072~16."""

_PLACE = re.compile("\x00(\\d+)\x00")

escape = lru_cache(4096)(escape)  # the same few numbers and words over and over


@cache
def _name(key: str) -> str:
    """The attribute that an argument of Ink.element means."""
    return "class" if key == "cls" else key if key.startswith("--") else key.replace("_", "-")


class FigureError(ValueError):
    """A figure that cannot be shown: what is wrong, in which figure, language and state."""


@dataclass(frozen=True)
class Control:
    """What the reader may choose: a slider over ordered stops, or one of a few choices.

    `id` is the argument of draw and the key of the label in the words; `show(ink, value)` gives the words of a value,
    by default those under 'id-value' or the number itself; `default` is the value at first.
    """

    id: str
    values: tuple
    show: Callable | None = None
    default: object = None
    slider: bool = False

    @property
    def first(self) -> int:
        """The place of the default value."""
        return self.values.index(self.default) if self.default is not None else 0

    def words(self, ink: Ink, value) -> str:
        """The words of a value: what `show` says, else those under 'id-value', else the number itself."""
        if self.show:
            return self.show(ink, value)
        key = f"{self.id}-{value}"
        return ink.say(key) if key in ink.figure.words else ink.number(value)


@dataclass(frozen=True)
class Figure:
    """A figure: words (key -> (English, Chinese)), controls, and what draws, tabulates and counts.

    draw(ink, **chosen) -> (html, finding)          the picture and one sentence that says what it shows
    table(ink) -> (columns, rows)                   all states as one plain table, also the CSV file
    numbers(fact) -> {name: (value, unit[, digits])}  results for the essay; `fact(id)` is the Decimal of a fact
    told(ink) -> {name: words}                      what the caption says of facts and of the model's own settings
    Words must have 'title', 'caption', and a label for every control.
    """

    id: str
    words: dict[str, tuple[str, str]]
    draw: Callable
    table: Callable
    citations: tuple[tuple[str, str], ...]
    controls: tuple[Control, ...] = ()
    numbers: Callable = lambda fact: {}
    told: Callable = lambda ink: {}


_MADE: dict[tuple, tuple[dict, object, object]] = {}


def _remembered(key: tuple, values: dict, make: Callable, also=None):
    """make(fact), made again only when a fact that it asked for has changed, or `also`."""
    used, known, made = _MADE.get(key, ({}, None, None))
    if made is None or known != also or any(values.get(id) != value for id, value in used.items()):
        used = {}
        made = make(lambda id: used.setdefault(id, values[id]))
        _MADE[key] = used, also, made
    return made


def numbers_of(figure: Figure, values: dict) -> dict:
    """The results that a figure's model computes for essays; `values` are the values of all facts by id."""
    return _remembered((figure.id,), values, figure.numbers)


@dataclass
class Ink:
    """What a figure draws with, in one language: words, facts, numbers, and the marks of what changes with the state."""

    figure: Figure
    page: object
    ask: Callable | None = None  # gives the value of a fact by id; default: the page's
    values: list[str] = field(default_factory=list)

    @property
    def lang(self) -> str:
        return self.page.lang

    # words and numbers

    def say(self, key: str, **values) -> str:
        """Words of the figure in the language of the page."""
        if key not in self.figure.words:
            raise FigureError(f"figure {self.figure.id}: its words have no '{key}'")
        return self.figure.words[key][self.lang == "zh"].format(**values)

    def caption(self) -> str:
        """The words under the figure."""
        return self.say("caption", **self.figure.told(self))

    def fact(self, id: str) -> Decimal:
        """The value of a fact; KeyError if there is none."""
        return self.ask(id) if self.ask else self.page.view.derived.values[id]

    def number(self, value, digits: int | None = None) -> str:
        """A number in digits, rounded to so many decimals."""
        return self.page.amount(rounded(value, digits))

    def words(self, value, digits: int | None = None) -> str:
        """A number with the word or letter of its step, 671B or 6710 亿."""
        return self.page.amount(rounded(value, digits), scale="words")

    def unit(self, value, unit: str, digits: int | None = None) -> str:
        """A number with its unit (data/units.yml), as the language writes it."""
        return in_unit(self.page, value, unit, digits)

    # what changes with the state

    def _place(self, value) -> str:
        self.values.append(str(value))
        return f"\x00{len(self.values) - 1}\x00"

    def element(self, tag: str, content: str = "", vary: dict | None = None, words=None, **fixed) -> str:
        """An element of HTML or SVG. The attributes in `vary` change with the state, and so do `words`, which then are its content.
        '_' in names is '-', 'cls' is 'class'; a custom property ('--v') goes into the style."""
        vary = vary or {}
        parts = [f' {_name(key)}="{escape(str(value))}"' for key, value in fixed.items() if value not in ("", None) and key not in vary]
        if marks := [*map(_name, vary), *(["t"] if words is not None else [])]:
            parts.append(f' data-s="{" ".join(marks)}"')
        styles = "".join(f"{key}:{self._place(value)};" for key, value in vary.items() if key.startswith("--"))
        if styles:  # custom properties come first, so that places stand in the order of data-s
            if any(not key.startswith("--") for key in vary):
                raise FigureError(f"figure {self.figure.id}: one element may vary custom properties or attributes, not both")
            parts.append(f' style="{styles}"')
        parts += [f' {_name(key)}="{self._place(value)}"' for key, value in vary.items() if not key.startswith("--")]
        return f"<{tag}{''.join(parts)}>{content if words is None else self._place(words)}</{tag}>"

    def text(self, words, tag: str = "span", vary: dict | None = None, **fixed) -> str:
        """A text that changes with the state, as may attributes of its element."""
        return self.element(tag, vary=vary, words=words, **fixed)

    def table(self, heads, rows, cls: str = "bars") -> str:
        """A table: words over the columns (or none), and rows of the words at the left and the finished cells after them."""
        head = "".join(f'<th scope="col">{words}</th>' if words else "<td></td>" for words in heads)
        body = "".join(f'<tr><th scope="row">{words}</th>{cells}</tr>' for words, cells in rows)
        return f'<table class="{cls}">' + (f"<thead><tr>{head}</tr></thead>" if head else "") + f"<tbody>{body}</tbody></table>"

    def bar(self, words, share, cls: str = "", before: str = "") -> str:
        """A table cell that draws its own bar: `share` of the widest, 0 to 1, with the words after `before` (markup)."""
        if not 0 <= share <= 1:
            raise FigureError(f"figure {self.figure.id}: a bar of {float(share):.3f}; shares lie between 0 and 1")
        width = f"{float(share) * 100:.1f}".removesuffix(".0") + "%"
        return self.element("td", before + self.text(words), vary={"--v": width}, cls=("bar " + cls).strip())

    def pane(self, html: str) -> str:
        """A block that is replaced as a whole."""
        whole = re.sub(r' data-s="[^"]*"', "", _PLACE.sub(lambda match: escape(self.values[int(match[1])]), html))
        return f'<div data-s="h">{self._place(whole)}</div>'


def rounded(value, digits: int | None = None) -> Decimal:
    """A number as Decimal with so many decimals; None keeps whole numbers whole and others as they are."""
    exact = Decimal(value.numerator) / Decimal(value.denominator) if isinstance(value, Fraction) else Decimal(str(value))
    if digits is None:
        return exact.quantize(Decimal(1)) if exact == exact.to_integral_value() else exact
    return exact.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_EVEN)


def percent(share, digits: int = 0) -> tuple:
    """A share of one as a result in percent."""
    return 100 * share, "percent", digits


def in_unit(page, value, unit: str | None, digits: int | None = None) -> str:
    """A number with its unit, as the language of the page writes it."""
    return page.amount(rounded(value, digits), unit)


@dataclass(frozen=True)
class Drawn:
    """A figure in one language: the default state as HTML, the finding of each state, and what to put where in each.

    `states` is key -> values in the order of the places in the HTML, the finding last.
    """

    html: str
    finding: str
    key: str
    states: dict[str, list[str]]


def states(figure: Figure, page) -> Drawn:
    """Every state, drawn again only when a fact or unit it shows has changed. FigureError if two states differ in more than what is marked."""
    derived = page.view.derived
    return _remembered((figure.id, page.lang), derived.values, lambda ask: _draw(figure, page, ask), derived.units)


def _draw(figure: Figure, page, ask: Callable) -> Drawn:
    drawn, skeletons, first = {}, {}, None
    for chosen in product(*(control.values for control in figure.controls)):
        ink = Ink(figure, page, ask)
        body, finding = figure.draw(ink, **{control.id: value for control, value in zip(figure.controls, chosen)})
        key = SEPARATOR.join(map(str, chosen))
        order = [int(place) for place in _PLACE.findall(body)]
        if sorted(order) != sorted(set(order)):
            raise FigureError(f"figure {figure.id}, {page.lang}, {key}: a mark stands twice")
        drawn[key] = [ink.values[place] for place in order] + [finding]
        skeletons[key] = _PLACE.sub("\x00", body)
        if all(value == control.values[control.first] for control, value in zip(figure.controls, chosen)):
            first = key
            panes = {int(match[1]) for match in re.finditer('data-s="h">\x00(\\d+)\x00', body)}
            html = _PLACE.sub(lambda match: ink.values[int(match[1])] if int(match[1]) in panes else escape(ink.values[int(match[1])]), body)
    for key, skeleton in skeletons.items():
        if skeleton != skeletons[first]:
            at = next((i for i, pair in enumerate(zip(skeleton, skeletons[first])) if pair[0] != pair[1]), 0)
            raise FigureError(f"figure {figure.id}, {page.lang}: the states {first} and {key} differ in more than marked places, near "
                              f"“{skeleton[max(0, at - 40):at + 40]}”; use ink.text, ink.element(vary=…) or ink.pane")
    return Drawn(html, drawn[first][-1], first, drawn)


_NUMBER = re.compile(r"(-?[\d,]+(?:\.\d+)?)(?: × 10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+))?")


def _plain(cell: str) -> str:
    """A cell of a table for spreadsheets: no markup, a hyphen as minus, a number without separators, nothing for a dash."""
    cell = re.sub(r"<[^>]+>", "", str(cell)).replace("−", "-").strip()
    if number := _NUMBER.fullmatch(cell):
        power = (number[2] or "").translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789"))
        return number[1].replace(",", "") + (f"e{power}" if power else "")
    return "" if cell == "–" else cell


def csv_of(figure: Figure, page) -> str:
    """The numbers of all states as CSV, one row as the table shows it, as spreadsheets read them."""
    columns, rows = figure.table(Ink(figure, page))
    file = io.StringIO()
    csv.writer(file, lineterminator="\n").writerows([list(map(_plain, row)) for row in [columns, *rows]])
    return file.getvalue()
