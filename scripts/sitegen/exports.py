"""What machines read: api/v1/*.json with its schemas, the Atom feeds, the sitemap.

The API is a promise (version 1 only grows). Its types are written here apart from the record types, so that records may change.
"""

from __future__ import annotations

import datetime
import re

import simplejson
from feedgen.feed import FeedGenerator
from lxml import etree
from pydantic import Field

from . import essays, texts
from .derive import Derived
from .names import Name
from .load import dumps
from .records import LANGS, Claim, Dataset, Event, Innovation, Person, PartialDate, Record, Source, Term, Text, Words, Work
from .page import Page
from .render import Site, View, plain

API = "api/v1"
NEWEST = 40
"""So many entries of the timeline stand in its feed."""


class Signed(Record):
    """One appearance of a name in an author list."""

    work: str
    version: str
    date: PartialDate
    printed: str = Field(description="The name as this list prints it.")
    group: Words
    position_in_group: int
    group_size: int
    order: str
    marks: tuple[str, ...] = ()
    affiliation: Words | None = None


class PersonOut(Record):
    """A printed name with its appearances; `record` where more is documented."""

    id: str
    name: str
    family_name: str
    printed: tuple[str, ...]
    identity: str
    signed: tuple[Signed, ...]
    record: Person | None = None


class WorkOut(Record):
    """A work with what is derived from other records."""

    id: str
    record: Work
    introduces: tuple[str, ...]
    uses: tuple[str, ...]
    names: int = Field(description="Names in the first author list.")
    cited_by: tuple[str, ...]


class InnovationOut(Record):
    """An innovation with its date and descendants."""

    id: str
    date: PartialDate
    record: Innovation
    leads_to: tuple[str, ...]


class ClaimOut(Record):
    """A claim with the results of its arithmetic."""

    id: str
    record: Claim
    results: tuple[Text, ...]


class EntryOut(Record):
    """A line of the timeline: an event, a first release, or a later version."""

    id: str
    date: PartialDate
    kind: str
    title: Text
    work: str | None = None
    version: str | None = None
    event: Event | None = None


class SourceOut(Record):
    """A source with the records that rely on it."""

    id: str
    record: Source
    relied_on_by: tuple[str, ...]


class TermOut(Record):
    """A term of the glossary."""

    id: str
    record: Term


class ValueOut(Record):
    """One of several published values."""

    fact: str | None = Field(None, description="Full id of the fact.")
    value: str | None = Field(None, description="As the English page writes it.")
    names: int | None = None
    version: Words | None = None
    date: PartialDate | None = None


class ConflictOut(Record):
    """Something with two published values or more."""

    id: str
    kind: str
    record: str
    about: Text | None = None
    values: tuple[ValueOut, ...]
    why: Text | None = None


TYPES = {"people": PersonOut, "works": WorkOut, "innovations": InnovationOut, "timeline": EntryOut, "claims": ClaimOut,
         "sources": SourceOut, "glossary": TermOut, "conflicts": ConflictOut}


def _person(derived: Derived, name: Name) -> PersonOut:
    signed = tuple(Signed(
        work=entry.work.id, version=entry.version.id, date=entry.version.date, printed=entry.author.name, group=entry.group.label,
        position_in_group=entry.in_group, group_size=len(entry.group.names), order=entry.list.order,
        marks=tuple(mark.kind for mark in entry.marks), affiliation=entry.author.affiliation) for entry in name.appearances)
    return PersonOut(id=name.id, name=name.name, family_name=name.family, printed=name.printed, identity=name.level,
                     signed=signed, record=name.person)


def _title(view: View, entry) -> Text:
    if entry.event:
        return entry.event.title
    key, values = ("new_version", {"work": entry.work.name}) if entry.version else ("released", {"work": entry.work.name})
    return Text(**{lang: view.words[key][lang].format(**values, version=texts.words(entry.version.label, lang) if entry.version else "")
                   for lang in LANGS})


def collect(view: View) -> dict[str, tuple[Record, ...]]:
    """The whole API: kind -> its records."""
    derived, data = view.derived, view.data
    users = lambda id: tuple(sorted({user for _, user in derived.relies_on.get(id, ()) if user != id}))
    calc = lambda claim: tuple(Text(**{lang: str(Page("/", lang, view).calc(each)["result"]) for lang in LANGS}) for each in claim.calc)
    return {
        "people": tuple(_person(derived, name) for name in derived.pages_of_people),
        "works": tuple(WorkOut(
            id=work.id, record=work, introduces=tuple(idea.id for idea in derived.introduced_by.get(work.id, ())),
            uses=tuple(idea.id for idea in derived.used_by.get(work.id, ())),
            names=sum(len(group.names) for group in work.author_lists[0].groups) if work.author_lists else 0,
            cited_by=users(work.id)) for work in data.works),
        "innovations": tuple(InnovationOut(
            id=idea.id, date=derived.date_of_idea(idea), record=idea,
            leads_to=tuple(other.id for other in derived.descendants.get(idea.id, ()))) for idea in data.innovations),
        "timeline": tuple(EntryOut(
            id=entry.id, date=entry.date, kind=entry.kind, title=_title(view, entry), work=entry.work.id if entry.work else None,
            version=entry.version.id if entry.version else None, event=entry.event) for entry in derived.timeline),
        "claims": tuple(ClaimOut(id=claim.id, record=claim, results=calc(claim)) for claim in data.claims),
        "sources": tuple(SourceOut(id=source.id, record=source, relied_on_by=users(source.id)) for source in data.sources),
        "conflicts": tuple(ConflictOut(
            id=each.id, kind=each.kind, record=each.record, about=each.about, why=each.why, values=tuple(ValueOut(
                fact=value.fact, value=re.sub("<[^>]+>", "", Page("/", "en", view).value(value.fact)) if value.fact else None,
                names=value.names, version=value.version, date=value.date) for value in each.values)) for each in derived.conflicts),
        "glossary": tuple(TermOut(id=term.id, record=term) for term in data.glossary),
    }


def addresses(view: View) -> set[str]:
    """Every address that the site promises to keep: pages, and anchors of facts, events, sources, terms and figures."""
    derived, data = view.derived, view.data
    promised = {"/", "/people/", "/people/continuity/", "/works/", "/innovations/", "/timeline/", "/claims/", "/claims/conflicts/", "/sources/",
                "/sources/uses/", "/glossary/", "/reading/", "/data/", "/about/", "/about/changes/", "/about/health/"}
    promised |= {f"/people/{name.id}/" for name in derived.pages_of_people}
    for kind in ("works", "innovations", "claims"):
        promised |= {f"/{kind}/{record.id}/" for record in getattr(data, kind)}
    promised |= {f"/works/{work.id}/#{fact.id}" for work in data.works for fact in work.facts}
    promised |= {f"/timeline/#{entry.id}" for entry in derived.timeline}
    promised |= {f"/sources/#{record.id}" for record in (*data.sources, *data.works)}
    promised |= {f"/sources/#{source.id}--{fact.id}" for source in data.sources for fact in source.facts}
    for id, path, _ in view.essays("en"):
        promised |= {f"/essays/{id}/", path} | {f"{path}#{figure}" for figure in essays.figures_in(view.essay("en", id)[1])}
    promised |= {"/essays/"} if view.pages_written else set()
    return promised | {f"/glossary/#{term.id}" for term in data.glossary}


def _json(value) -> str:
    return simplejson.dumps(value, use_decimal=True, ensure_ascii=False, separators=(",", ":")) + "\n"


def _schema(kind: str, type_: type[Record], many: bool) -> dict:
    schema = type_.model_json_schema()
    if many:
        definitions = schema.pop("$defs", {})
        schema = {"type": "array", "items": schema, "$defs": definitions}
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": kind} | schema


def api(view: View) -> dict[str, str]:
    """The files of the API: 'api/v1/people/huazuo-gao.json' -> JSON."""
    files = {f"{API}/data.json": dumps(view.data)}
    index = {"version": 1, "data_date": view.derived.data_date, "licence": "CC0-1.0", "data": "data.json", "kinds": {}}
    for kind, records in collect(view).items():
        plain = [record.model_dump(mode="python", exclude_none=True) for record in records]
        files[f"{API}/{kind}.json"] = _json(plain)
        single = kind in ("people", "works", "innovations", "claims")
        if single:
            files |= {f"{API}/{kind}/{record['id']}.json": _json(record) for record in plain}
            files[f"{API}/schema/{kind}-record.json"] = _json(_schema(kind, TYPES[kind], many=False))
        files[f"{API}/schema/{kind}.json"] = _json(_schema(kind, TYPES[kind], many=True))
        index["kinds"][kind] = {"count": len(plain), "list": f"{kind}.json", "schema": f"schema/{kind}.json",
                                **({"record": f"{kind}/{{id}}.json"} if single else {})}
    files[f"{API}/schema/data.json"] = _json(_schema("data", Dataset, many=False))
    files[f"{API}/index.json"] = _json(index)
    return files


def feed(view: View, lang: str) -> str:
    """The Atom feed of one language: the newest entries of the timeline."""
    newest = [(f"timeline/#{entry.id}", texts.words(_title(view, entry), lang), _moment(entry.date),
               entry.event.text if entry.event else entry.version.changes if entry.version else entry.work.one_line)
              for entry in view.derived.timeline[-NEWEST:]]
    return _atom(view, lang, "feed.xml", "timeline", newest)


def conflicts_feed(view: View, lang: str) -> str:
    """The Atom feed of every place where two values are published."""
    page = Page("/", lang, view)
    entries = [(f"claims/conflicts/#{each.id}",
                f"{page.label(each.record)}: {plain(view, page, each.about) if each.about else view.words['names_of_list'][lang]}",
                _moment(view.derived.data_date), each.why) for each in view.derived.conflicts]
    return _atom(view, lang, "conflicts.xml", "conflicts_title", entries)


def _atom(view: View, lang: str, file: str, key: str, entries) -> str:
    """Entries (address below the language's root, title, moment, Text or None) as Atom."""
    base = view.site.url + ("" if lang == "en" else "zh/")
    word = lambda key: view.words[key][lang]
    generator = FeedGenerator()
    generator.id(base + file)
    generator.title(f"{word('site_name')} · {word(key)}")
    generator.subtitle(word(key + "_about"))
    generator.link(href=base, rel="alternate")
    generator.link(href=base + file, rel="self")
    generator.language("zh-Hans" if lang == "zh" else "en")
    generator.generator("")
    generator.author(name=word("site_name"))
    generator.updated(_moment(view.derived.data_date or "1970-01-01"))
    for address, title, moment, text in entries:
        item = generator.add_entry()
        item.id(base + address)
        item.title(title)
        item.link(href=base + address)
        item.updated(moment)
        if text:
            item.summary(plain(view, Page("/", lang, view), text, limit=500))
    return generator.atom_str(pretty=True).decode("utf-8")


def _moment(date: str) -> datetime.datetime:
    parts = ([int(part) for part in date.split("-")] + [1, 1])[:3]
    return datetime.datetime(*parts, tzinfo=datetime.timezone.utc)


def sitemap(site: Site, addresses: list[str], lastmod: str) -> str:
    """The sitemap: addresses are paths ('/works/deepseek-v2/') that exist in both languages and may be indexed."""
    namespaces = {None: "http://www.sitemaps.org/schemas/sitemap/0.9", "xhtml": "http://www.w3.org/1999/xhtml"}
    root = etree.Element("urlset", nsmap=namespaces)
    for path in sorted(addresses):
        hrefs = {"en": site.url + path.lstrip("/"), "zh-Hans": site.url + "zh" + path}
        for href in hrefs.values():
            url = etree.SubElement(root, "url")
            etree.SubElement(url, "loc").text = href
            if lastmod:
                etree.SubElement(url, "lastmod").text = lastmod
            for lang, other in (*hrefs.items(), ("x-default", hrefs["en"])):
                etree.SubElement(url, "{http://www.w3.org/1999/xhtml}link", rel="alternate", hreflang=lang, href=other)
    return etree.tostring(root, xml_declaration=True, encoding="utf-8", pretty_print=True).decode("utf-8")
