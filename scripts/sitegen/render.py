"""From the dataset to Markdown pages: both languages of a page come from one template and one view.

`pages(view)` returns every generated page as text, keyed by its path below build/docs. Nothing here writes files
or knows MkDocs.
"""

from __future__ import annotations

import json
import posixpath
import re
from dataclasses import dataclass, field
from functools import lru_cache
from html import escape
from pathlib import Path
from urllib.parse import quote

import jinja2
import markdown
import yaml
from markupsafe import Markup
from opencc import OpenCC
from pypinyin import Style, lazy_pinyin

from models import NOTATION, OPERATIONS
from models.arithmetic import wilson_interval

from . import texts
from .cite import bibtex
from .derive import Derived, fold, initials_only
from .records import LANGS, Citation, Dataset, Text

HERE = Path(__file__).parent.parent
ADDRESS = {"people": "/people/{}/", "works": "/works/{}/", "innovations": "/innovations/{}/", "claims": "/claims/{}/",
           "events": "/timeline/#{}", "sources": "/sources/#{}"}


@dataclass(frozen=True)
class Site:
    """Where the site stands: its address with a final slash, its repository ('owner/name') or None, a contact or None."""

    url: str
    repo: str | None = None
    contact: str | None = None


def interface() -> dict[str, dict[str, str]]:
    """The words of the interface: key -> {en, zh}."""
    return yaml.safe_load((HERE / "templates/words.yml").read_text("utf-8"))


@lru_cache(maxsize=None)
def _markdown() -> markdown.Markdown:
    return markdown.Markdown(extensions=["smarty"], extension_configs={"smarty": {"smart_angled_quotes": False}})


@lru_cache(maxsize=None)
def _inline(text: str) -> str:
    """One paragraph of Markdown as HTML without its <p>."""
    html = _markdown().reset().convert(text)
    return html.removeprefix("<p>").removesuffix("</p>") if html.count("<p>") == 1 else html


@lru_cache(maxsize=None)
def _traditional() -> OpenCC:
    return OpenCC("s2t")


def search_keys(*names: str) -> str:
    """What else people type to find a page: pinyin, initials and Traditional characters of Chinese names, and names without
    hyphens and dots. These are indexed and never shown."""
    keys = []
    for name in filter(None, names):
        if re.search(f"[{texts.HAN}]", name):
            keys += [name, "".join(lazy_pinyin(name)), "".join(lazy_pinyin(name, style=Style.FIRST_LETTER)), _traditional().convert(name)]
        else:
            keys += [name, re.sub(r"[-.\s]", "", name), re.sub(r"[-.]", " ", name)]
    return " ".join(dict.fromkeys(keys))


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
        """A word of the interface."""
        return Markup(self.view.words[key][self.lang].format(**values)) if values else Markup(self.view.words[key][self.lang])

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
            return self.t(record.claim)
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
        return Markup(escape(words, quote=False)) if lang == self.lang else Markup(f'<span lang="{_tag(lang)}">{escape(words, quote=False)}</span>')

    # numbers

    def date(self, value: str | None) -> str:
        return Markup(f'<time datetime="{value}">{texts.date(value, self.lang)}</time>') if value else ""

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
        scope = self.word("semicolon").join(filter(None, (self.t(fact.label), self.t(fact.scope), texts.date(as_of, self.lang) if as_of else "")))
        shown = re.sub(r"</?data[^>]*>", "", self.value(id, unit)).replace(" ", "\u00a0", 1)
        return Markup(f'<a class="fact" href="{self.url(self.address(id))}" title="{escape(str(scope))}">{shown}</a>{self.cite(fact.citations)}')

    def calc(self, calc) -> dict:
        """One computation: its operands with links, its result computed now, and the results for other values of one input."""
        derived = self.view.derived
        values = [derived.values[id] for id in calc.inputs]
        unit = derived.units.get(calc.unit or "")

        def result(inputs) -> str:
            rounded = round(OPERATIONS[calc.function](*inputs), calc.digits)
            return Markup(texts.with_unit(texts.number(rounded, self.lang, unit.scale if unit else "digits"), unit, self.lang))

        states = []
        if calc.vary:
            place = calc.vary.input - 1
            of_input = derived.units.get(derived.facts[calc.inputs[place]][1].unit or "")
            for value in sorted({*calc.vary.values, values[place]}):
                shown = texts.with_unit(texts.number(value, self.lang, of_input.scale if of_input else "words"), of_input, self.lang)
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
            return f'<a class="term" href="{self.url("/glossary/#" + term.id)}">{match.group()}</a>'

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


def _pattern_of_terms(glossary, lang: str):
    """What finds terms in a text, longest first, and the term of every form (folded)."""
    forms = {}
    for term in glossary:
        for form in (getattr(term, lang), *term.aliases):
            if bool(re.search(f"[{texts.HAN}]", form)) == (lang == "zh") and len(form) > 1 or form == getattr(term, lang):
                forms.setdefault(form.casefold(), term)
    ordered = "|".join(re.escape(form) for form in sorted(forms, key=len, reverse=True))
    edge = r"(?<![A-Za-z0-9-])(?:{})(?![A-Za-z0-9-])" if lang == "en" else r"(?:{})(?![A-Za-z0-9-])"
    return re.compile(edge.format(ordered or "(?!)"), re.I), forms


def _code(text: str) -> str:
    """A locator as HTML: `words` in backticks are code."""
    return Markup(re.sub(r"`([^`]*)`", r"<code>\1</code>", escape(text, quote=False)))


@lru_cache(maxsize=None)
def _relative(path: str, start: str) -> str:
    return posixpath.relpath(path, start)


def _one(language: str, lang: str) -> str:
    return lang if language == "en-zh" else language


def _tag(lang: str) -> str:
    return "zh-Hans" if lang == "zh" else lang


_HAN_THEN_LATIN = re.compile(f"([{texts.HAN}])((?:<a [^>]*>|<data[^>]*>|<span[^>]*>)+)([A-Za-z0-9$])")
_LATIN_THEN_HAN = re.compile(f"([A-Za-z0-9%])((?:</a>|</data>|</span>)+)([{texts.HAN}])")


def _spaced(html: str) -> str:
    """One space between Han and Latin across the edge of a link, none between Han and Han."""
    html = re.sub(f"([{texts.HAN}]) ((?:<a [^>]*>)+)(?=[{texts.HAN}])", r"\1\2", html)
    html = re.sub(f"([{texts.HAN}]</a>(?:<sup class=\"cite\">.*?</sup>)?) (?=[{texts.HAN}])", r"\1", html)
    return _LATIN_THEN_HAN.sub(r"\1\2 \3", _HAN_THEN_LATIN.sub(r"\1 \2\3", html))


@dataclass(frozen=True)
class Meta:
    """What the head of a page needs."""

    title: str
    description: str
    kind: str
    record: str = ""
    noindex: bool = False
    keys: str = ""


class View:
    """Everything the templates see: the dataset, what is derived from it, the site, the words."""

    def __init__(self, data: Dataset, site: Site, written_count: int = 0, plain_names: bool = True):
        self.plain_names = plain_names  # whether names without a record get their pages; a preview leaves them out
        self.written_count, self.page_count = written_count, 0
        self.data, self.site, self.derived, self.words = data, site, Derived(data), interface()
        self.terms = {lang: _pattern_of_terms(data.glossary, lang) for lang in LANGS}
        self.templates = jinja2.Environment(
            loader=jinja2.FileSystemLoader(HERE / "templates"), undefined=jinja2.StrictUndefined, autoescape=True,
            trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True)
        self.templates.filters["place"] = lambda item, items: items.index(item)
        self.templates.globals |= {"initials_only": initials_only, "fold": fold, "locator": texts.locator, "wilson": wilson_interval}

    def render(self, lang: str, path: str, template: str, meta: Meta, **values) -> str:
        """One page as Markdown with its front matter."""
        page = Page(path, lang, self)
        body = self.templates.get_template(template).render(
            p=page, w=page.word, d=self.derived, data=self.data, site=self.site, lang=lang, meta=meta, **values)
        return front_matter(self, page, meta) + body

    def written(self, lang: str, path: str, text: str) -> str:
        """A page that people write (docs/<lang>/**): front matter kept, references resolved, notes added."""
        head, body = split_front_matter(text)
        page = Page(path, lang, self)
        meta = Meta(head["title"], head["description"], head.get("kind", "text"), keys=head.get("keys", ""))
        body = page.prose(body)
        return self.templates.get_template("written.md").render(
            p=page, w=page.word, front=Markup(front_matter(self, page, meta)), body=body, meta=meta)


def split_front_matter(text: str) -> tuple[dict, str]:
    """The YAML head and the body of a Markdown page."""
    match = re.match(r"---\n(.*?)\n---\n", text, re.S)
    if not match:
        raise ValueError("needs a head with title and description between two lines of ---")
    return yaml.safe_load(match.group(1)), text[match.end():]


def front_matter(view: View, page: Page, meta: Meta) -> str:
    """The head of a Markdown page for MkDocs: plain values, as JSON (which is YAML)."""
    prefix = "" if page.lang == "en" else "zh/"
    address = view.site.url + prefix + page.path.lstrip("/")
    head = {"title": meta.title, "description": meta.description, "kind": meta.kind, "record": meta.record,
            "noindex": meta.noindex, "search_keys": meta.keys, "path": page.path, "data_date": view.derived.data_date,
            "data_date_words": texts.date(view.derived.data_date, page.lang) if view.derived.data_date else "",
            "bibtex": bibtex(meta.title, address, view.derived.data_date, page.path, page.lang)}
    lines = [f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in head.items() if value not in ("", False)]
    return "---\n" + "\n".join(lines) + "\n---\n\n"


def plain(view: View, page: Page, text, limit: int = 155) -> str:
    """A text as one plain line for descriptions, with its facts as words."""
    html = Page(page.path, page.lang, view).prose(text)
    plain = re.sub(r"<sup.*?</sup>|<[^>]+>|[*`]", "", html).replace("\n", " ").strip()
    if len(plain) <= limit:
        return plain
    cut = plain[:limit - 1]
    return (cut if page.lang == "zh" else cut.rsplit(" ", 1)[0]) + "…"


def pages(view: View, only: set[str] | None = None) -> dict[str, str]:
    """Every generated page: 'en/works/deepseek-v2.md' -> Markdown; `only` limits them to the pages of these ids."""
    result = {}
    view.page_count = sum(1 for _ in _plan(view, "en")) + view.written_count
    for lang in LANGS:
        for path, template, meta, values in _plan(view, lang):
            if only is not None and path.strip("/").rsplit("/", 1)[-1] not in only:
                continue
            result[f"{lang}/{file_of(path)}"] = view.render(lang, path, template, meta, **values)
    return result


def file_of(path: str) -> str:
    """The Markdown file of an address: '/works/' -> 'works/index.md', '/works/x/' -> 'works/x.md'."""
    if path in ("/", "/people/", "/works/", "/innovations/", "/claims/", "/about/"):
        return path.lstrip("/") + "index.md"
    return path.strip("/") + ".md"


def address_of(file: str) -> str:
    """The address of a Markdown file: 'en/works/x.md' -> '/works/x/'."""
    path = re.sub(r"(^|/)index\.md$|\.md$", "", file.split("/", 1)[1])
    return f"/{path}/" if path else "/"


def redirects(view: View) -> dict[str, str]:
    """A small page for every address of moved.yml and every withdrawn person, leading on."""
    leads = {entry.old: entry.new for entry in view.data.moved} | {f"/people/{id}/": "/people/" for id in view.data.withheld}
    files = {}
    for lang in LANGS:
        for old, new in leads.items():
            page = Page(old, lang, view)
            target, word = page.url(new), view.words["moved"][lang]
            files[f"{lang}{old}index.html"] = (
                f'<!doctype html><html lang="{_tag(lang)}"><meta charset="utf-8"><meta name="robots" content="noindex"><title>{word}</title>'
                f'<meta http-equiv="refresh" content="0; url={target}"><p><a href="{target}">{word}</a></p></html>\n')
    return files


def _plan(view: View, lang: str):
    """The pages of one language: (path, template, meta, values)."""
    derived, data = view.derived, view.data
    word = lambda key, **values: view.words[key][lang].format(**values)

    def index(path, template, key, **values):
        return path, template, Meta(word(key), word(key + "_about"), "index"), values

    yield index("/", "home.md", "site_title")
    yield index("/people/", "people.md", "people", works=[work.id for work in derived.works_by_date], groups=derived.group_kinds,
                years=sorted({year for name in derived.pages_of_people for year in name.years}),
                keys={name.id: search_keys(name.person.name_zh.text) if name.person and name.person.name_zh else ""
                      for name in derived.pages_of_people})
    if derived.continuity:
        yield index("/people/continuity/", "continuity.md", "continuity")
    yield index("/works/", "works.md", "works")
    yield index("/innovations/", "innovations.md", "innovations")
    yield index("/timeline/", "timeline.md", "timeline")
    yield index("/claims/", "claims.md", "claims")
    if derived.conflicts:
        yield index("/claims/conflicts/", "conflicts.md", "conflicts_title")
    yield index("/sources/", "sources.md", "sources")
    yield index("/sources/uses/", "uses.md", "uses_title", records=[record for record in (*derived.works_by_date, *data.sources)
                                                                    if any(user != record.id for _, user in derived.relies_on.get(record.id, ()))])
    yield index("/glossary/", "glossary.md", "glossary")
    yield index("/about/changes/", "changes.md", "changes")
    yield index("/about/health/", "health.md", "health", page_count=view.page_count)
    yield index("/data/", "data.md", "data", api=("../" if lang == "en" else "../../") + "api/v1/", feed="../feed.xml", counts=[
        ("people", len(derived.pages_of_people)), ("works", len(data.works)), ("innovations", len(data.innovations)),
        ("timeline", len(derived.timeline)), ("claims", len(data.claims)), ("sources", len(data.sources)), ("glossary", len(data.glossary))])
    blank = Page("/x/y/", lang, view)
    for name in derived.pages_of_people:
        person = name.person
        if not person and not view.plain_names:
            continue
        zh = person.name_zh.text if person and person.name_zh else ""
        title = f"{zh} {name.name}" if zh and lang == "zh" else name.name
        about = blank.t(person.known_for) if person and person.known_for else word("person_about", name=name.name, n=len(name.works))
        yield (f"/people/{name.id}/", "person.md",
               Meta(title, about, "person", f"data/people/{name.id}.yml" if person else "", name.level == "name-only",
                    search_keys(name.name, zh, *name.printed)), {"name": name, "person": person})
    for work in data.works:
        yield (f"/works/{work.id}/", "work.md",
               Meta(work.name, blank.t(work.one_line), "work", f"data/works/{work.id}.yml", keys=search_keys(work.name, *work.aliases)),
               {"work": work})
    for idea in data.innovations:
        yield (f"/innovations/{idea.id}/", "innovation.md",
               Meta(blank.t(idea.name), blank.t(idea.one_line), "innovation", f"data/innovations/{idea.id}.yml",
                    keys=search_keys(idea.name.en, idea.name.zh, idea.short or "", *idea.aliases)), {"idea": idea})
    for claim in data.claims:
        yield (f"/claims/{claim.id}/", "claim.md",
               Meta(str(blank.headline(claim.claim)), plain(view, blank, claim.wording), "claim", f"data/claims/{claim.id}.yml"),
               {"claim": claim})
