"""Where two values are published for one thing: both stand side by side, with why they differ."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from .records import Citation, Event, Text, Work


@dataclass(frozen=True)
class PublishedValue:
    """One of several published values: a fact by full id, a number of names in the list of a version, or a date."""

    fact: str | None = None
    names: int | None = None
    version: str | Text | None = None
    date: str | None = None
    citations: tuple[Citation, ...] = ()


@dataclass(frozen=True)
class Disagreement:
    """Something with two published values or more. kind: stated (a record says so), version, authors, date."""

    id: str
    kind: str
    record: str
    about: Text | None
    values: tuple[PublishedValue, ...]
    why: Text | None = None


def found(derived) -> tuple[Disagreement, ...]:
    """Every place in the record where two values are published, found in the data (a Derived): conflicts that a work states, facts
    of one label, scope and unit whose versions print other values, author lists of other lengths, events with a second date."""
    return tuple(each for work in derived.works_by_date for each in _of_work(work, derived.values)) + tuple(_of_dates(derived.data.events))


def _of_work(work: Work, values: dict):
    stated = set()
    for conflict in work.conflicts:
        stated |= set(conflict.facts)
        yield Disagreement(f"{work.id}--{conflict.id}", "stated", work.id, conflict.about,
                           tuple(PublishedValue(fact=id) for id in conflict.facts), conflict.why)
    same = defaultdict(list)
    for fact in work.facts:
        same[fact.label.en, fact.scope.en if fact.scope else "", fact.unit].append(fact)
    for facts in same.values():
        ids = [f"{work.id}/{fact.id}" for fact in facts]
        if len({values[id] for id in ids}) > 1 and not set(ids) <= stated:
            yield Disagreement(f"{work.id}--{facts[0].id}", "version", work.id, facts[0].label, tuple(PublishedValue(fact=id) for id in ids))
    counts = [sum(len(group.names) for group in each.groups) for each in work.author_lists]
    if len(set(counts)) > 1:
        labels = {version.id: version.label for version in work.versions}
        yield Disagreement(f"{work.id}--authors", "authors", work.id, None, tuple(
            PublishedValue(names=count, version=labels[each.version], citations=each.citations) for each, count in zip(work.author_lists, counts)))


def _of_dates(events: tuple[Event, ...]):
    for event in events:
        if event.also:
            values = tuple(PublishedValue(date=date, citations=event.citations) for date in (event.date, event.also.date))
            yield Disagreement(f"{event.id}--date", "date", event.id, event.title, values, event.also.why)
