"""What follows from the records and is never stored: values, the timeline, lineage, what relies on what (people: derive_people.py)."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from pydantic import BaseModel

from models import OPERATIONS

from . import disagreements, lineage
from .derive_people import People
from .records import Citation, Dataset, Event, Fact, Innovation, Said, Source, Text, Version, Work
from .texts import references

RECORD_KINDS = ("people", "works", "innovations", "events", "claims", "sources")


@dataclass(frozen=True)
class Entry:
    """One line of the timeline: an event, the release of a work, or a later version of it."""

    id: str
    date: str
    kind: str
    work: Work | None = None
    version: Version | None = None
    event: Event | None = None

    @property
    def year(self) -> str:
        return self.date[:4]

    @property
    def month(self) -> str:
        """Year and month, or the year where no more is known."""
        return self.date[:7]


def walk(value, path=()):
    """Every record and field below a value with its path: (path, value), depth first."""
    yield path, value
    if isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from walk(getattr(value, name), path + (name,))
    elif isinstance(value, tuple):
        for index, item in enumerate(value):
            yield from walk(item, path + (index,))


_WALKS: dict[tuple[str, str], tuple] = {}


def _walked(kind: str, record) -> tuple:
    """walk(record), remembered until the record is another one: a preview walks only what was saved."""
    known = _WALKS.get((kind, record.id))
    if known is None or known[0][1] is not record:
        known = _WALKS[kind, record.id] = tuple(walk(record))
    return known


class Derived(People):
    """All derived relations of one Dataset; each is computed once, when first asked for.

    `written` are the pages that people write, (language, path) -> text: what an essay cites, its idea relies on."""

    def __init__(self, data: Dataset, written: dict[tuple[str, str], str] | None = None):
        self.data, self.written = data, written or {}

    @cached_property
    def everything(self) -> tuple[tuple[str, object, tuple, object], ...]:
        """Every value of every record: (kind, record, path, value)."""
        return tuple((kind, record, path, value) for kind in (*RECORD_KINDS, "glossary")
                     for record in getattr(self.data, kind) for path, value in _walked(kind, record))

    @cached_property
    def by_id(self) -> dict[str, tuple[str, object]]:
        """Every record: id -> (kind, record)."""
        return {record.id: (kind, record) for kind in RECORD_KINDS for record in getattr(self.data, kind)}

    @cached_property
    def works(self) -> dict[str, Work]:
        return {work.id: work for work in self.data.works}

    @cached_property
    def innovations(self) -> dict[str, Innovation]:
        return {idea.id: idea for idea in self.data.innovations}

    @cached_property
    def units(self):
        return {unit.id: unit for unit in self.data.units}

    @cached_property
    def facts(self) -> dict[str, tuple[Work | Source, Fact]]:
        """Every fact by its full id: 'deepseek-v3/gpu-hours' -> (holder, fact)."""
        return {f"{holder.id}/{fact.id}": (holder, fact)
                for holder in (*self.data.works, *self.data.sources) for fact in holder.facts}

    @cached_property
    def values(self) -> dict[str, Decimal | str | Text]:
        """The value of every fact by full id, computed ones worked out from their inputs."""
        return {id: self.value(id) for id in self.facts}

    @cached_property
    def _values(self) -> dict[str, Decimal | str | Text]:
        return {}

    def value(self, id: str, above: tuple[str, ...] = ()) -> Decimal | str | Text:
        """The value of one fact. LookupError for a fact or function that does not exist; ValueError where it cannot be computed."""
        if id in above:
            raise ValueError(f"'{id}' is computed from itself")
        if id not in self._values:
            fact = self.facts[id][1]
            value = fact.value
            if fact.computed:
                value = OPERATIONS[fact.computed.function](*(self.value(each, above + (id,)) for each in fact.computed.inputs))
                value = value if fact.computed.digits is None else round(value, fact.computed.digits)
            self._values[id] = value
        return self._values[id]

    def as_of(self, holder: Work | Source, fact: Fact) -> str | None:
        """The date of a fact: its own, else that of its version, else that of the work or source."""
        if fact.as_of:
            return fact.as_of
        if isinstance(holder, Source):
            return holder.date_published
        versions = {version.id: version for version in holder.versions}
        version = versions.get(fact.version) or (holder.versions[0] if holder.versions else None)
        return version.date if version else holder.date

    # -- ideas, works, time ------------------------------------------------------------------------------------------

    def date_of_idea(self, idea: Innovation) -> str | None:
        """When an innovation was introduced: the date of its work, else `since`."""
        work = self.works.get(idea.introduced_in or "")
        return work.date if work else idea.since

    @cached_property
    def ideas_by_date(self) -> tuple[Innovation, ...]:
        return tuple(sorted(self.data.innovations, key=lambda idea: (self.date_of_idea(idea) or "9999", idea.id)))

    @cached_property
    def works_by_date(self) -> tuple[Work, ...]:
        return tuple(sorted(self.data.works, key=lambda work: (work.date, work.id)))

    @cached_property
    def introduced_by(self) -> dict[str, list[Innovation]]:
        """Work -> the innovations it introduced."""
        result = defaultdict(list)
        for idea in self.ideas_by_date:
            if idea.introduced_in:
                result[idea.introduced_in].append(idea)
        return result

    @cached_property
    def used_by(self) -> dict[str, list[Innovation]]:
        """Work -> the innovations it used."""
        result = defaultdict(list)
        for idea in self.ideas_by_date:
            for use in idea.used_in:
                if use.work and idea not in result[use.work]:
                    result[use.work].append(idea)
        return result

    @cached_property
    def works_in_lineage(self) -> tuple[Work, ...]:
        """The works that introduced or used an innovation, oldest first."""
        return tuple(work for work in self.works_by_date if self.introduced_by.get(work.id) or self.used_by.get(work.id))

    @cached_property
    def lineage_span(self) -> lineage.Span:
        """The time axes of the lineage map."""
        return lineage.span([work.date for work in self.works_in_lineage])

    def lineage_of(self, idea: Innovation) -> tuple[lineage.Mark, ...]:
        """The works that introduced and used an innovation, oldest first."""
        return lineage.marks(idea, self.works_in_lineage, self.lineage_span)

    @cached_property
    def landmarks(self) -> tuple[lineage.Mark, ...]:
        """The models named above the lineage map, oldest first."""
        return lineage.landmarks(self.works_in_lineage, lambda work: len({*self.introduced_by.get(work.id, ()), *self.used_by.get(work.id, ())}), self.lineage_span)

    def families_of(self, entry: Entry) -> tuple[str, ...]:
        """The families of work that a line of the timeline is about."""
        about = [entry.work] if entry.work else [self.works[id] for id in entry.event.about if id in self.works]
        return tuple(dict.fromkeys(work.family for work in about))

    def ideas_of(self, entry: Entry) -> tuple[str, ...]:
        """The innovations that a line of the timeline is about: those a work introduced or used, those an event names."""
        if entry.work:
            found = (*self.introduced_by.get(entry.work.id, ()), *self.used_by.get(entry.work.id, ()))
            return tuple(dict.fromkeys(idea.id for idea in found))
        return tuple(id for id in entry.event.about if id in self.innovations)

    @cached_property
    def descendants(self) -> dict[str, list[Innovation]]:
        """Innovation -> the innovations that build on it."""
        result = defaultdict(list)
        for idea in self.ideas_by_date:
            for ancestor in idea.builds_on:
                if ancestor.innovation:
                    result[ancestor.innovation].append(idea)
        return result

    @cached_property
    def timeline(self) -> tuple[Entry, ...]:
        """Events, releases, and later versions of works, oldest first."""
        entries = [Entry(event.id, event.date, event.kind, event=event) for event in self.data.events]
        for work in self.data.works:
            entries.append(Entry(work.id, work.date, work.kind, work=work))
            entries += [Entry(f"{work.id}--{version.id}", version.date, "version", work=work, version=version)
                        for version in work.versions if version.date != work.date]
        return tuple(sorted(entries, key=lambda entry: (entry.date, entry.id)))

    @cached_property
    def _indexes(self) -> dict[tuple, dict[str, int]]:
        return {}

    def neighbours(self, ordered: tuple, id: str):
        """The records before and after this one in an order: (previous, next), None at the ends."""
        key = (len(ordered), ordered[0].id, ordered[-1].id)
        if key not in self._indexes:
            self._indexes[key] = {record.id: index for index, record in enumerate(ordered)}
        index = self._indexes[key][id]
        return (ordered[index - 1] if index else None), (ordered[index + 1] if index + 1 < len(ordered) else None)

    @cached_property
    def relies_on(self) -> dict[str, dict[tuple[str, str], int]]:
        """Source or work -> the records that cite it, with how often: {('works', 'deepseek-v2'): 31}."""
        result = defaultdict(Counter)
        for kind, record, _, value in self.everything:
            if isinstance(value, (Citation, Said)) and not (kind == "people" and record.id in self.data.withheld):
                result[value.source][kind, record.id] += 1
        for idea in self.data.innovations:
            for id in references(self.written.get(("en", f"essays/{idea.essay}.md"), "")):
                if id.startswith("@"):
                    result[id[1:].partition(":")[0]]["innovations", idea.id] += 1
        return {source: dict(counts) for source, counts in result.items()}

    @cached_property
    def about(self) -> dict[str, dict[str, list]]:
        """Record -> the claims and events that are about it: {'claims': […], 'events': […]}."""
        result = defaultdict(lambda: {"claims": [], "events": []})
        for kind in ("claims", "events"):
            for record in getattr(self.data, kind):
                for id in record.about:
                    result[id][kind].append(record)
        return result

    @cached_property
    def conflicts(self) -> tuple[disagreements.Disagreement, ...]:
        """Every place in the record where two values are published."""
        return disagreements.found(self)

    @cached_property
    def health(self) -> dict:
        """What the record rests on, in numbers: statements by the kind of their sources, precision of dates, copies, checks."""
        kinds = {source.id: source.kind for source in self.data.sources} | {work.id: "paper" for work in self.data.works}
        by_kind, primary, secondary_only, total = Counter(), 0, [], 0
        for kind, record, path, value in self.everything:
            cited = getattr(value, "citations", None)
            if not cited:
                continue
            total += 1
            found = {kinds[citation.source] for citation in cited if citation.source in kinds}
            by_kind.update(found)
            primary += bool(found - {"press", "institution"})
            if found == {"press"}:
                secondary_only.append((kind, record.id))
        facts = [(id, self.as_of(holder, fact)) for id, (holder, fact) in self.facts.items()]
        read = [*self.data.sources, *self.data.works]
        return {
            "statements": total, "by_kind": by_kind.most_common(), "primary": primary, "secondary_only": Counter(secondary_only),
            "facts": len(facts), "imprecise": sum(not when or len(when) < 10 for _, when in facts),
            "read": len(read), "copies": sum(record.read_as == "copy" for record in read),
            "oldest": sorted(read, key=lambda record: (record.date_accessed, record.id))[:5],
            "levels": Counter(name.level for name in self.pages_of_people),
        }

    @cached_property
    def citation_count(self) -> int:
        """How many citations the records hold."""
        return sum(isinstance(value, Citation) for *_, value in self.everything)

    @cached_property
    def statement_count(self) -> int:
        """How many statements, facts and other cited texts the records hold."""
        return sum(bool(getattr(value, "citations", ())) for *_, value in self.everything)

    @cached_property
    def data_date(self) -> str:
        """The date of the data: the newest date on which a source was read."""
        return max((record.date_accessed for record in (*self.data.sources, *self.data.works)), default="")
