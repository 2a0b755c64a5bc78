"""One page while it is being written: its links, words and numbers, and the notes at its foot."""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from dataclasses import dataclass, field
from functools import lru_cache
from html import escape, unescape
from typing import TYPE_CHECKING
from urllib.parse import quote

import markdown
from markupsafe import Markup

from models import NOTATION, OPERATIONS

from . import essays, texts
from .names import fold
from .records import Citation, Text

if TYPE_CHECKING:
    from .render import View

ADDRESS = {"people": "/people/{}/", "works": "/works/{}/", "innovations": "/innovations/{}/", "claims": "/claims/{}/",
           "events": "/timeline/#{}", "sources": "/sources/#{}"}


@lru_cache(maxsize=None)
def _markdown() -> markdown.Markdown:
    return markdown.Markdown(extensions=["smarty"], extension_configs={"smarty": {"smart_angled_quotes": False}})


@lru_cache(maxsize=None)
def _inline(text: str) -> str:
    """One paragraph of Markdown as HTML without its <p>."""
    html = _markdown().reset().convert(text)
    return html.removeprefix("<p>").removesuffix("</p>") if html.count("<p>") == 1 else html


@dataclass
class Page:
    """One page in one language while it is being written: links, words, numbers, and the notes at its foot."""

    path: str
    lang: str
    view: "View"
    notes: list[tuple[str, str, str]] = field(default_factory=list)
    _notes: dict = field(default_factory=dict)
    _linked: set = field(default_factory=set)

    # words and links

    def word(self, key: str, **values) -> str:
        """A word of the interface, as HTML; numbers are grouped by thousands, what is no HTML is escaped."""
        words = Markup(self.view.words[key][self.lang])
        return words if not values else words.format(**{name: f"{value:,}" if isinstance(value, int) else value for name, value in values.items()})

    def t(self, value) -> str:
        """A Text or plain string in the language of the page."""
        return texts.words(value, self.lang)

    def url(self, path: str) -> str:
        """The relative address of '/works/deepseek-v2/#facts' seen from this page."""
        path, _, anchor = path.partition("#")
        target = _relative(path, self.path) if path != self.path else ""
        if target and path.endswith("/"):
            target += "/"
        return target + ("#" + anchor if anchor else "") or "./"

    def address(self, id: str) -> str:
        """The path of a record, a printed name, or a fact ('work/fact')."""
        derived = self.view.derived
        if "/" in id:
            holder, fact = derived.facts[id]
            return f"/works/{holder.id}/#{fact.id}" if holder.id in derived.works else f"/sources/#{holder.id}--{fact.id}"
        kind = derived.by_id[id][0] if id in derived.by_id else "people"
        return ADDRESS[kind].format(id)

    def label(self, id: str) -> str:
        """The name of a record in the language of the page."""
        derived = self.view.derived
        if id not in derived.by_id:
            return derived.names[id].name
        kind, record = derived.by_id[id]
        if kind == "people":
            return record.name_zh.text if record.name_zh and self.lang == "zh" else record.name
        if kind == "claims":
            return self.t(record.claim).rstrip(".。")
        return self.t(record.title if kind in ("events", "sources") else record.name)

    def link(self, id: str, words: str | None = None) -> str:
        """A link to a record by id."""
        if id in self.view.data.withheld:
            return Markup(escape(words or self.view.derived.names[id].name))
        kind, record = self.view.derived.by_id.get(id, ("people", None))
        shown = escape(words or self.label(id), quote=False)
        if kind == "sources" and not words:
            shown = self.other(record.title, _one(record.language, self.lang))
        return Markup(f'<a href="{self.url(self.address(id))}">{shown}</a>')

    def links(self, ids) -> str:
        """Links to records, one after the other; where two have the same name, each says its kind."""
        names = Counter(map(self.label, ids))
        kind = lambda id: self.word("kind_innovation" if id in self.view.derived.innovations else "kind_work")
        return Markup(" · ").join(self.link(id) + (Markup(f' <span class="tag">{kind(id)}</span>') if names[self.label(id)] > 1 else "") for id in ids)

    def report(self, form: str, anchor: str = "") -> str:
        """The address of an issue form in the language of the page, with the page filled in."""
        site, suffix = self.view.site, "-zh" if self.lang == "zh" else ""
        page = site.url + ("zh/" if self.lang == "zh" else "") + self.path.lstrip("/") + ("#" + anchor if anchor else "")
        return f"https://github.com/{site.repo}/issues/new?template={form}{suffix}.yml&page={quote(page, safe='')}"

    def printed(self, words) -> str:
        """Words as a paper prints them: a plain string is English, a Text has its rendering."""
        return self.other(words, "en") if isinstance(words, str) else Markup(escape(self.t(words), quote=False))

    def name_link(self, printed: str) -> str:
        """A printed name, linked to its page if it has one."""
        id = self.view.derived.name_ids.get(fold(printed))
        return Markup(f'<a href="{self.url(f"/people/{id}/")}">{escape(printed)}</a>') if id else Markup(escape(printed))

    def other(self, words: str, lang: str) -> str:
        """Words of the other language, marked as such."""
        return Markup(escape(words, quote=False)) if lang == self.lang else Markup(f'<span lang="{tag_of(lang)}">{escape(words, quote=False)}</span>')

    # numbers

    def date(self, value: str | None) -> str:
        return Markup(f'<time datetime="{value}">{texts.date(value, self.lang)}</time>') if value else ""

    def amount(self, value, unit: str | None = None, scale: str = "digits") -> str:
        """A number with its unit (data/units.yml), as the language writes it; a number without unit in this scale."""
        unit_ = self.view.derived.units[unit] if unit else None
        return texts.with_unit(texts.number(value, self.lang, unit_.scale if unit_ else scale), unit_, self.lang)

    def value(self, id: str, unit: bool = True) -> str:
        """A fact by full id as the language writes it, with its unit; all digits stand one step behind."""
        fact, value = self.view.derived.facts[id][1], self.view.derived.values[id]
        if isinstance(value, (str, Text)):
            return Markup(escape(self.t(value)))
        unit_ = self.view.derived.units.get(fact.unit or "")
        shown = texts.number(value, self.lang, unit_.scale if unit_ else "words")
        full = texts.exact(value)
        if shown != full:
            shown = f'<data value="{value:f}" title="{full}">{shown}</data>'
        return Markup(texts.with_unit(shown, unit_ if unit else None, self.lang))

    def fact(self, id: str, unit: bool = True) -> str:
        """A fact in running text: its value, linked to where it is explained, with its source."""
        holder, fact = self.view.derived.facts[id]
        as_of = self.view.derived.as_of(holder, fact)
        scope = str(self.word("semicolon")).join(filter(None, (self.t(fact.label), self.t(fact.scope), texts.date(as_of, self.lang) if as_of else "")))
        shown = re.sub(r"</?data[^>]*>", "", self.value(id, unit)).replace(" ", "\u00a0", 1)
        return Markup(f'<a class="fact" href="{self.url(self.address(id))}" title="{escape(scope)}">{shown}</a>{self.cite(fact.citations)}')

    def calc(self, calc) -> dict:
        """One computation: its operands with links, its result computed now, and the results for other values of one input."""
        derived = self.view.derived
        values = [derived.values[id] for id in calc.inputs]

        def result(inputs) -> str:
            return Markup(self.amount(round(OPERATIONS[calc.function](*inputs), calc.digits), calc.unit))

        states = []
        if calc.vary:
            place = calc.vary.input - 1
            of_input = derived.facts[calc.inputs[place]][1].unit
            for value in sorted({*calc.vary.values, values[place]}):
                shown = self.amount(value, of_input, "words")
                states.append({"value": shown, "own": value == values[place], "result": result([*values[:place], value, *values[place + 1:]])})
        return {"label": self.t(calc.label), "operation": calc.function, "states": states, "result": result(values),
                "terms": Markup(f'<span class="op">{NOTATION[calc.function]}</span>').join(
                    ([Markup("6")] if calc.function == "training_flops" else []) + [self.fact(id) for id in calc.inputs])}

    def working(self, fact) -> str:
        """What a computed fact is worked out from: its inputs by name, each a link."""
        inputs = [f'<a href="{self.url(self.address(id))}">{escape(self.t(self.view.derived.facts[id][1].label))}</a>' for id in fact.computed.inputs]
        return Markup(self.word("computed_from", inputs=self.word("semicolon").join(map(Markup, inputs))))

    # statements and their sources

    def prose(self, text, inline: bool = False) -> str:
        """A Text with its references resolved; Markdown, or HTML of one paragraph if inline."""
        source = text if isinstance(text, str) else self.t(text)

        def replace(match):
            id, bare, words = match.groups()
            if id.startswith("@"):
                source, _, locator = id[1:].partition(":")
                return self.cite((Citation(source=source.strip(), locator=locator.strip()),))
            if ":" in id:
                return essays.number(self, id)
            return self.fact(id, unit=not bare) if "/" in id else self.link(id, words)

        result = texts.REFERENCE.sub(replace, source)
        if not inline:
            result = self._terms(result)
        if self.lang == "zh":
            result = _spaced(re.sub(f"(?<=[{texts.HAN}，。；：、！？）》」”]) *\n *(?=[{texts.HAN}《（「“\\[])", "", result))
        return Markup(_inline(result) if inline else result)

    def _terms(self, markdown_: str) -> str:
        """Link every term of the glossary at its first mention on the page; headings, links and code are left alone."""
        pattern, terms = self.view.terms[self.lang]
        if not terms:
            return markdown_
        own = self.path.rstrip("/").rsplit("/", 1)[-1]

        def link(match):
            term = terms[match.group().casefold()]
            if term.id in self._linked or term.innovation == own or own == "glossary":
                return match.group()
            self._linked.add(term.id)
            definition = unescape(re.sub(r"<[^>]+>", "", Page(self.path, self.lang, self.view).say(term.definition)))
            return f'<a class="term" href="{self.url("/glossary/#" + term.id)}" title="{escape(definition)}">{match.group()}</a>'

        parts = _NOT_TEXT.split(markdown_)
        return "".join(part if index % 2 else pattern.sub(link, part) for index, part in enumerate(parts))

    def say(self, text) -> str:
        """A text as one paragraph of HTML."""
        return self.prose(text, inline=True)

    def cite(self, citations: tuple[Citation, ...]) -> str:
        """Note numbers for citations; the notes themselves stand at the foot of the page."""
        numbers = []
        for citation in citations:
            key = (citation.source, texts.locator(citation.locator, self.lang), citation.version or "")
            if key not in self._notes:
                self._notes[key] = len(self.notes) + 1
                self.notes.append(key)
            numbers.append(self._notes[key])
        links = "".join(f'<a href="#n{number}">{number}</a>' for number in dict.fromkeys(numbers))
        return Markup(f'<sup class="cite">{links}</sup>') if links else ""

    def headline(self, text) -> str:
        """A text as a heading or line of a list: plain words, without the final stop."""
        return Markup(re.sub(r"<sup.*?</sup>|<[^>]+>", "", self.say(text)).rstrip(".。"))

    def state(self, statement) -> str:
        """A statement with its note numbers."""
        return self.say(statement.text) + self.cite(statement.citations)

    def note(self, key: tuple[str, str, str]) -> dict:
        """What a note says: its record, the title with its language, who published it, how it was read."""
        id, locator, version = key
        kind, record = self.view.derived.by_id[id]
        if kind == "works":
            version_ = next((each for each in record.versions if each.id == version), None)
            return {"kind": kind, "record": record, "title": self.link(id), "locator": _code(locator),
                    "version": self.t(version_.label) if version_ else "",
                    "href": (version_ and version_.url) or (f"https://arxiv.org/abs/{record.arxiv}" if record.arxiv else record.repo)}
        title = Markup(f'<a href="{self.url(self.address(id))}">{self.other(record.title, _one(record.language, self.lang))}</a>')
        return {"kind": kind, "record": record, "title": title, "locator": _code(locator), "version": "", "href": record.url}


_NOT_TEXT = re.compile(r"(<a .*?</a>|<sup.*?</sup>|<[^>]+>|`[^`]*`|^#.*$|!?\[[^\]]*\]\([^)]*\))", re.M | re.S)


def _code(text: str) -> str:
    """A locator as HTML: `words` in backticks are code."""
    return Markup(re.sub(r"`([^`]*)`", r"<code>\1</code>", escape(text, quote=False)))


@lru_cache(maxsize=None)
def _relative(path: str, start: str) -> str:
    return posixpath.relpath(path, start)


def _one(language: str, lang: str) -> str:
    return lang if language == "en-zh" else language


def tag_of(lang: str) -> str:
    """The language tag of HTML: zh is zh-Hans."""
    return "zh-Hans" if lang == "zh" else lang


_HAN_THEN_LATIN = re.compile(f"([{texts.HAN}])((?:<a [^>]*>|<data[^>]*>|<span[^>]*>)+)([A-Za-z0-9$])")
_LATIN_THEN_HAN = re.compile(f"([A-Za-z0-9%])((?:</a>|</data>|</span>)+)([{texts.HAN}])")


def _spaced(html: str) -> str:
    """One space between Han and Latin across the edge of a link, none between Han and Han."""
    html = re.sub(f"([{texts.HAN}]) ((?:<a [^>]*>)+)(?=[{texts.HAN}])", r"\1\2", html)
    html = re.sub(f"([{texts.HAN}]</a>(?:<sup class=\"cite\">.*?</sup>)?) (?=[{texts.HAN}])", r"\1", html)
    return _LATIN_THEN_HAN.sub(r"\1\2 \3", _HAN_THEN_LATIN.sub(r"\1 \2\3", html))
