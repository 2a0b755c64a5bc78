"""From the dataset to Markdown pages: both languages of a page come from one template and one view.

`pages(view)` returns every generated page as text, keyed by its path below build/docs. Nothing here writes files
or knows MkDocs.
"""

from __future__ import annotations

import json
import re
from html import unescape
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import get_args

import jinja2
import yaml
from markupsafe import Markup
from opencc import OpenCC

from models.arithmetic import wilson_interval

import figures
from figures.kit import numbers_of

from . import essays, maths, texts
from .cite import bibtex
from .derive import Derived
from .names import fold, initials_only
from .page import Page, tag_of
from .records import LANGS, Claim, Dataset
from .search import chinese_keys

HERE = Path(__file__).parent.parent


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
def _traditional() -> OpenCC:
    return OpenCC("s2t")


def search_keys(name: str) -> str:
    """What else is typed for a Chinese name: pinyin, initials, Traditional characters. For the filter of names, never shown."""
    return " ".join(dict.fromkeys([name, *chinese_keys(name), _traditional().convert(name)]))


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


@dataclass(frozen=True)
class Meta:
    """What the head of a page needs."""

    title: str
    description: str
    kind: str
    record: str = ""
    noindex: bool = False
    text: str = ""  # of an essay: whether it has figures


class View:
    """Everything the templates see: the dataset, what is derived from it, the site, the words."""

    def __init__(self, data: Dataset, site: Site, written: dict[tuple[str, str], str] | None = None, plain_names: bool = True):
        self.plain_names = plain_names  # whether names without a record get their pages; a preview leaves them out
        self.pages_written = written or {}  # (language, path) -> text, essays included
        self.page_count = 0
        self.data, self.site, self.derived, self.words = data, site, Derived(data, self.pages_written), interface()
        self.terms = {lang: _pattern_of_terms(data.glossary, lang) for lang in LANGS}
        self.templates = jinja2.Environment(
            loader=jinja2.FileSystemLoader(HERE / "templates"), undefined=jinja2.StrictUndefined, autoescape=True,
            trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True)
        self.templates.filters["place"] = lambda item, items: items.index(item)
        self.templates.filters["unbroken"] = lambda line: Markup(texts.unbroken(line))
        self.templates.globals |= {"topics": get_args(Claim.model_fields["topic"].annotation), "essay_parts": essays.parts, "initials_only": initials_only, "fold": fold, "locator": texts.locator, "wilson": wilson_interval}

    def render(self, lang: str, path: str, template: str, meta: Meta, **values) -> str:
        """One page as Markdown with its front matter."""
        page = Page(path, lang, self)
        body = self.templates.get_template(template).render(
            p=page, w=page.word, d=self.derived, data=self.data, site=self.site, lang=lang, meta=meta, **values)
        if lang == "zh":
            body = re.sub(f"(?<=[。！？；]) (?=[{texts.HAN}《“])", "", body)  # between two sentences that a template joins
        return front_matter(self, page, meta) + body

    def written(self, lang: str, path: str, text: str) -> str:
        """A page that people write (docs/<lang>/**): front matter kept, references resolved, notes added."""
        head, body = split_front_matter(text)
        page = Page(path, lang, self)
        meta = Meta(head["title"], head["description"], head.get("kind", "text"), text=body)
        body = Markup("").join(essays.parts(page, body))
        return self.templates.get_template("written.md").render(
            p=page, w=page.word, front=Markup(front_matter(self, page, meta)), body=body, meta=meta, minutes=head.get("minutes"))

    def essay(self, lang: str, id: str) -> tuple[dict, str]:
        """The head and the text of an essay."""
        return split_front_matter(self.pages_written[lang, f"essays/{id}.md"])

    def essays(self, lang: str) -> list[tuple[str, str, dict]]:
        """Every essay: id, address, head; those on ideas stand on the idea's own page, in the order of the works that introduced them; the others follow."""
        ideas = {idea.essay: f"/innovations/{idea.id}/" for idea in self.derived.ideas_by_date if idea.essay}
        dated = [idea.essay for idea in self.derived.ideas_by_date if idea.essay and idea.introduced_in]
        own = [path[len("essays/"):-3] for language, path in self.pages_written if language == lang and path.startswith("essays/")]
        order = sorted(own, key=lambda id: (dated.index(id) if id in dated else len(dated), id in ideas, id))
        return [(id, ideas.get(id, f"/essays/{id}/"), self.essay(lang, id)[0]) for id in order]

    def figures(self) -> list[str]:
        """The ids of all figures that essays show."""
        return list(dict.fromkeys(id for text in self.pages_written.values() for id in essays.figures_in(text)))

    @cached_property
    def formulas(self) -> str:
        """All formulas of all essays as HTML: what KaTeX's styles and fonts are cut down to."""
        return maths.formulas(essays.ROOT, self.pages_written.values())

    def numbers(self, figure: str) -> dict:
        """The results that a figure's model computes for essays: name -> (value, unit[, digits])."""
        return numbers_of(figures.load(figure), self.derived.values)


def split_front_matter(text: str) -> tuple[dict, str]:
    """The YAML head and the body of a Markdown page."""
    match = re.match(r"---\n(.*?)\n---\n", text, re.S)
    if not match:
        raise ValueError("needs a head with title and description between two lines of ---")
    try:
        return yaml.safe_load(match.group(1)), text[match.end():]
    except yaml.YAMLError as error:
        raise ValueError(f"the head is not readable as YAML: {getattr(error, 'problem', error)}; quote a value with a colon in it") from None


def front_matter(view: View, page: Page, meta: Meta) -> str:
    """The head of a Markdown page for MkDocs: plain values, as JSON (which is YAML)."""
    prefix = "" if page.lang == "en" else "zh/"
    address = view.site.url + prefix + page.path.lstrip("/")
    head = {"title": meta.title, "description": meta.description, "kind": meta.kind, "record": meta.record,
            "noindex": meta.noindex, "figures": bool(essays.figures_in(meta.text)),
            "formulas": maths.css(essays.ROOT, view.formulas) if maths.FORMULA.search(meta.text) else "",
            "path": page.path, "data_date": view.derived.data_date,
            "data_date_words": texts.date(view.derived.data_date, page.lang) if view.derived.data_date else "",
            "bibtex": bibtex(meta.title, address, view.derived.data_date, page.path, page.lang)}
    lines = [f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in head.items() if value not in ("", False)]
    return "---\n" + "\n".join(lines) + "\n---\n\n"


def plain(view: View, page: Page, text, limit: int = 155) -> str:
    """A text as one plain line for descriptions, with its facts as words."""
    html = Page(page.path, page.lang, view).prose(text)
    plain = unescape(re.sub(r"<sup.*?</sup>|<[^>]+>|[*`]", "", html)).replace("\n", " ").strip()
    if len(plain) <= limit:
        return plain
    cut = plain[:limit - 1]
    return (cut if page.lang == "zh" else cut.rsplit(" ", 1)[0]) + "…"


def pages(view: View, only: set[str] | None = None) -> dict[str, str]:
    """Every generated page: 'en/works/deepseek-v2.md' -> Markdown; `only` limits them to the pages of these ids."""
    result = {}
    view.page_count = sum(1 for _ in _plan(view, "en")) + sum(lang == "en" for lang, _ in view.pages_written)
    for lang in LANGS:
        for path, template, meta, values in _plan(view, lang):
            if only is not None and path.strip("/").rsplit("/", 1)[-1] not in only:
                continue
            result[f"{lang}/{file_of(path)}"] = view.render(lang, path, template, meta, **values)
    return result


def file_of(path: str) -> str:
    """The Markdown file of an address: '/works/' -> 'works/index.md', '/works/x/' -> 'works/x.md'."""
    if path in ("/", "/people/", "/works/", "/innovations/", "/claims/", "/about/", "/essays/"):
        return path.lstrip("/") + "index.md"
    return path.strip("/") + ".md"


def address_of(file: str) -> str:
    """The address of a Markdown file: 'en/works/x.md' -> '/works/x/'."""
    path = re.sub(r"(^|/)index\.md$|\.md$", "", file.split("/", 1)[1])
    return f"/{path}/" if path else "/"


def redirects(view: View) -> dict[str, str]:
    """A small page for every address of moved.yml and every withdrawn person, leading on."""
    leads = {entry.old: entry.new for entry in view.data.moved} | {f"/people/{id}/": "/people/" for id in view.data.withheld}
    leads |= {f"/essays/{idea.essay}/": f"/innovations/{idea.id}/" for idea in view.data.innovations if idea.essay}
    files = {}
    for lang in LANGS:
        for old, new in leads.items():
            page = Page(old, lang, view)
            target, word = page.url(new), view.words["moved"][lang]
            files[f"{lang}{old}index.html"] = (
                f'<!doctype html><html lang="{tag_of(lang)}"><meta charset="utf-8"><meta name="robots" content="noindex"><title>{word}</title>'
                + ("" if "#" in target else f'<script>location.replace({json.dumps(target)} + location.search + location.hash)</script>') +
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
    if view.pages_written:
        yield index("/essays/", "essays.md", "essays", essays=view.essays(lang))
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
               Meta(title, about, "person", f"data/people/{name.id}.yml" if person else "", name.level == "name-only"), {"name": name, "person": person})
    for work in data.works:
        yield (f"/works/{work.id}/", "work.md",
               Meta(work.name, blank.t(work.one_line), "work", f"data/works/{work.id}.yml"),
               {"work": work})
    for idea in data.innovations:
        head, essay = view.essay(lang, idea.essay) if idea.essay and view.pages_written else ({}, "")
        yield (f"/innovations/{idea.id}/", "innovation.md",
               Meta(blank.t(idea.name), blank.t(idea.one_line), "innovation", f"data/innovations/{idea.id}.yml", text=essay),
               {"idea": idea, "essay": essay, "minutes": head.get("minutes")})
    for claim in data.claims:
        yield (f"/claims/{claim.id}/", "claim.md",
               Meta(unescape(blank.headline(claim.claim)), plain(view, blank, claim.wording), "claim", f"data/claims/{claim.id}.yml"),
               {"claim": claim})
