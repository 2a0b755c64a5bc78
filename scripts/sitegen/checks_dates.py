"""The rules on time: dates of the calendar, causes before effects, a lineage without circles."""

from __future__ import annotations

import datetime

from .checks import _name, _records, rule


def _before(a: str, b: str) -> bool:
    """Whether a is certainly before b, as precisely as both are known."""
    shortest = min(len(a), len(b))
    return a[:shortest] < b[:shortest]


@rule
def possible_dates(data, derived):
    """Ensure that dates exist in the calendar and in this story."""
    for kind, record, path, value in derived.everything:
        if path and isinstance(value, str) and path[-1] in ("date", "date_published", "date_accessed", "as_of", "since"):
            parts = [int(part) for part in value.split("-")] + [1, 1]
            try:
                datetime.date(*parts[:3])
            except ValueError:
                yield kind, record.id, path, f"{_name(path)}: {value} is not in the calendar"
                continue
            if not 1990 <= parts[0] <= 2100:
                yield kind, record.id, path, f"{_name(path)}: the year {parts[0]} cannot be right here"
    for kind, record in _records(data):
        published = getattr(record, "date_published", None)
        if published and _before(record.date_accessed, published):
            yield kind, record.id, ("date_accessed",), f"date_accessed: {record.date_accessed} is before the publication of {published}"


@rule
def causes_before_effects(data, derived):
    """Ensure that nothing is older than what it builds on."""
    for work in data.works:
        for i, version in enumerate(work.versions):
            if _before(version.date, work.date):
                yield "works", work.id, ("versions", i, "date"), \
                    f"versions.{i}.date: {version.date} is before the work's own date {work.date}; the work's date is its first release"
    for idea in data.innovations:
        date = derived.date_of_idea(idea)
        if not date:
            yield "innovations", idea.id, (), "introduced_in: name the work that introduced it, or give `since`"
            continue
        for i, ancestor in enumerate(idea.builds_on):
            other = derived.innovations.get(ancestor.innovation or "")
            older = derived.date_of_idea(other) if other else None
            if older and _before(date, older):
                yield "innovations", idea.id, ("builds_on", i), \
                    f"builds_on.{i}: '{idea.id}' ({date}) is older than '{other.id}' ({older}) that it builds on"
        for field in ("used_in", "superseded_in"):
            for i, use in enumerate(getattr(idea, field)):
                work = derived.works.get(use.work or "")
                if work and _before(work.date, date):
                    yield "innovations", idea.id, (field, i), f"{field}.{i}: '{work.id}' ({work.date}) is older than '{idea.id}' ({date})"


@rule
def acyclic(data, derived):
    """Ensure that no innovation builds on itself, directly or through others."""
    ancestors = {idea.id: [each.innovation for each in idea.builds_on if each.innovation] for idea in data.innovations}

    def reaches(start, target, seen):
        for each in ancestors.get(start, ()):
            if each == target or each not in seen and reaches(each, target, seen | {each}):
                return True
        return False

    for idea in data.innovations:
        for i, each in enumerate(idea.builds_on):
            if each.innovation and (each.innovation == idea.id or reaches(each.innovation, idea.id, {each.innovation})):
                yield "innovations", idea.id, ("builds_on", i), f"builds_on.{i}: '{idea.id}' builds on itself through '{each.innovation}'"


@rule
def one_or_the_other(data, derived):
    """Ensure that an ancestor or use names either one of our records or something outside, not both."""
    for idea in data.innovations:
        for field, inner in (("builds_on", "innovation"), ("used_in", "work"), ("superseded_in", "work")):
            for i, item in enumerate(getattr(idea, field)):
                if bool(getattr(item, inner)) == bool(item.outside):
                    yield "innovations", idea.id, (field, i), f"{field}.{i}: give either '{inner}' or 'outside'"
