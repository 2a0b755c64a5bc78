"""The rules: each is one small function with one sentence that begins with "Ensure", and yields what breaks it.

A rule sees the whole dataset and yields (kind, id, path, message); the message says what is wrong and what to do.
All rules run, all problems are shown.
"""

from __future__ import annotations

import re
from collections import Counter
from decimal import Decimal

from models import OPERATIONS

from . import texts
from .derive import RECORD_KINDS, Derived
from .load import Lines, Problem, did_you_mean
from .records import KINDS, LANGS, Citation, Dataset, Fact, Text

RULES = []


def rule(function):
    """Register a rule; its docstring is its sentence."""
    RULES.append(function)
    return function


def check(data: Dataset, where: Lines, written: dict[tuple[str, str], str] | None = None) -> list[Problem]:
    """Run all rules: every problem, sorted by file and line. `written` are the pages that people write."""
    derived = Derived(data, written)
    problems = {where.problem(kind, id, path, message)
                for each in RULES for kind, id, path, message in each(data, derived)}
    return sorted(problems)


def _records(data: Dataset):
    for kind in (*KINDS, "glossary"):
        for record in getattr(data, kind):
            yield kind, record


def _walk(derived: Derived, wanted):
    return ((kind, record, path, value) for kind, record, path, value in derived.everything if isinstance(value, wanted))


def _name(path) -> str:
    return ".".join(str(step) for step in path)


# -- ids and references ----------------------------------------------------------------------------------------------

SECTIONS = {"top", "numbers", "conflicts", "versions", "authors", "claims", "events", "read", "notes"}
"""Anchors that the page of a work uses itself."""


@rule
def unique_ids(data, derived):
    """Ensure that an id is used once over all kinds, and once inside its record."""
    seen = {}
    for work in data.works:
        for index, fact in enumerate(work.facts):
            if fact.id in SECTIONS:
                yield "works", work.id, ("facts", index, "id"), f"facts.{index}.id: '{fact.id}' is an anchor of every work's page; choose another id"
    for kind in RECORD_KINDS:
        for record in getattr(data, kind):
            if record.id in seen:
                yield kind, record.id, (), f"id '{record.id}' is taken by data/{seen[record.id]}/{record.id}.yml; rename this file"
            seen.setdefault(record.id, kind)
    for kind, record in _records(data):
        for field in ("facts", "versions", "conflicts"):
            ids = Counter(item.id for item in getattr(record, field, ()))
            for index, item in enumerate(getattr(record, field, ())):
                if ids[item.id] > 1:
                    yield kind, record.id, (field, index), f"{field}.{index}.id: '{item.id}' stands more than once; ids are unique in a record"
    for kind in ("glossary", "units"):
        ids = Counter(item.id for item in getattr(data, kind))
        for id, count in ids.items():
            if count > 1:
                yield kind, id, (), f"id '{id}' stands {count} times in data/{kind}.yml; keep one entry"


def _references(data: Dataset, derived: Derived):
    """Every reference by id: (kind, record, path, id, what it must be)."""
    for kind, record, path, citation in _walk(derived, Citation):
        yield kind, record, path + ("source",), citation.source, "source"
    for kind, record, path, fact in _walk(derived, Fact):
        if fact.unit:
            yield kind, record, path + ("unit",), fact.unit, "unit"
    for work in data.works:
        for i, conflict in enumerate(work.conflicts):
            for j, id in enumerate(conflict.facts):
                yield "works", work, ("conflicts", i, "facts", j), id, "fact"
    for idea in data.innovations:
        if idea.introduced_in:
            yield "innovations", idea, ("introduced_in",), idea.introduced_in, "work"
        for i, ancestor in enumerate(idea.builds_on):
            if ancestor.innovation:
                yield "innovations", idea, ("builds_on", i, "innovation"), ancestor.innovation, "innovation"
        for field in ("used_in", "superseded_in"):
            for i, use in enumerate(getattr(idea, field)):
                if use.work:
                    yield "innovations", idea, (field, i, "work"), use.work, "work"
    for kind in ("events", "claims"):
        for record in getattr(data, kind):
            for i, id in enumerate(record.about):
                yield kind, record, ("about", i), id, "record"
    for claim in data.claims:
        for i, said in enumerate(claim.stated_by):
            yield "claims", claim, ("stated_by", i, "source"), said.source, "source"
        for i, calc in enumerate(claim.calc):
            if calc.unit:
                yield "claims", claim, ("calc", i, "unit"), calc.unit, "unit"
    for kind, record, path, operation in _operations(data, derived):
        for j, id in enumerate(operation.inputs):
            yield kind, record, path + ("inputs", j), id, "fact"
    for term in data.glossary:
        if term.innovation:
            yield "glossary", term, ("innovation",), term.innovation, "innovation"
        if term.first_use:
            yield "glossary", term, ("first_use",), term.first_use, "work"
    for kind, record, path, text in _walk(derived, Text):
        for lang in LANGS:
            for id in texts.references(getattr(text, lang)):
                yield kind, record, path + (lang,), id, "fact" if "/" in id else "record"


@rule
def known_references(data, derived):
    """Ensure that every reference leads to something that exists and has not moved."""
    sources = {record.id for record in (*data.sources, *data.works)}
    known = {"source": sources, "unit": set(derived.units), "innovation": set(derived.innovations), "work": set(derived.works),
             "fact": set(derived.facts), "record": set(derived.by_id) | set(derived.names)}
    moved = {entry.old.strip("/").split("/")[-1]: entry.new for entry in data.moved}
    for kind, record, path, id, wanted in _references(data, derived):
        if id in known[wanted]:
            continue
        if id in moved:
            yield kind, record.id, path, f"{_name(path)}: '{id}' has moved to {moved[id]}; refer to that"
        else:
            yield kind, record.id, path, f"{_name(path)}: no {wanted} '{id}'{did_you_mean(id, known[wanted])}"


@rule
def known_versions(data, derived):
    """Ensure that versions named by facts, citations and author lists are versions of that work."""
    for kind, record, path, citation in _walk(derived, Citation):
        work = derived.works.get(citation.source)
        if citation.version and (not work or citation.version not in {version.id for version in work.versions}):
            known = [version.id for version in work.versions] if work else []
            yield kind, record.id, path, f"{_name(path)}: '{citation.source}' has no version '{citation.version}'{did_you_mean(citation.version, known)}"
    for work in data.works:
        known = [version.id for version in work.versions]
        if not known:
            yield "works", work.id, (), "versions: a work needs at least one version with its date"
        for field in ("facts", "author_lists"):
            for i, item in enumerate(getattr(work, field)):
                if item.version and item.version not in known:
                    yield "works", work.id, (field, i, "version"), f"{field}.{i}.version: no version '{item.version}'{did_you_mean(item.version, known)}"
    for source in data.sources:
        for i, fact in enumerate(source.facts):
            if fact.version:
                yield "sources", source.id, ("facts", i, "version"), f"facts.{i}.version: a source has no versions; remove this line"


def _operations(data: Dataset, derived: Derived):
    """Everything that is computed from facts: (kind, record, path, the computation)."""
    for claim in data.claims:
        for i, calc in enumerate(claim.calc):
            yield "claims", claim, ("calc", i), calc
    for kind in ("works", "sources"):
        for record in getattr(data, kind):
            for i, fact in enumerate(record.facts):
                if fact.computed:
                    yield kind, record, ("facts", i, "computed"), fact.computed


@rule
def known_operations(data, derived):
    """Ensure that what is computed names a function of scripts/models/ and numbers as inputs, and that a fact has one value."""
    for kind, record, path, operation in _operations(data, derived):
        if operation.function not in OPERATIONS:
            yield kind, record.id, path + ("function",), f"{_name(path)}.function: no function '{operation.function}'{did_you_mean(operation.function, OPERATIONS)}"
        elif all(id in derived.facts for id in operation.inputs):
            try:
                OPERATIONS[operation.function](*(_number(derived, id) for id in operation.inputs))
            except LookupError:
                pass  # an input is itself computed from what does not exist; its own line says so
            except (ValueError, TypeError) as error:
                yield kind, record.id, path, f"{_name(path)}: cannot be computed: {error}"
    for claim in data.claims:
        for i, calc in enumerate(claim.calc):
            if calc.vary and not (1 <= calc.vary.input <= len(calc.inputs) and 2 <= len(calc.vary.values) <= 6):
                yield "claims", claim.id, ("calc", i, "vary"), f"calc.{i}.vary: name an input from 1 to {len(calc.inputs)} and two to six other values"
    for kind, record, path, fact in _walk(derived, Fact):
        if (fact.value is None) == (fact.computed is None):
            yield kind, record.id, path, f"{_name(path)}: give either 'value' or 'computed'"


def _number(derived: Derived, id: str):
    """The number of a fact; ValueError where it is none, or depends on itself."""
    value = derived.value(id)
    if not isinstance(value, Decimal):
        raise ValueError(f"'{id}' is not a number")
    return value


@rule
def sources_used(data, derived):
    """Ensure that every source is cited by something."""
    for source in data.sources:
        if not any(user != ("sources", source.id) for user in derived.relies_on.get(source.id, ())):
            if not any(id.startswith(source.id + "/") for *_, id, wanted in _references(data, derived) if wanted == "fact"):
                yield "sources", source.id, (), f"nothing cites '{source.id}'; cite it or delete the file"


@rule
def moved_addresses(data, derived):
    """Ensure that moved.yml leads from addresses that are free to addresses, by full path."""
    taken = {f"/{kind}/{id}/" for kind, records in (("works", derived.works), ("innovations", derived.innovations),
             ("people", derived.names), ("claims", {claim.id for claim in data.claims})) for id in records}
    for entry in data.moved:
        for field in ("old", "new"):
            if not re.fullmatch(r"/(\S+/)?(#\S+)?", getattr(entry, field)):
                yield "moved", entry.old, (field,), f"{field}: '{getattr(entry, field)}' is not an address; write /works/deepseek-v2/"
        if entry.old in taken:
            yield "moved", entry.old, ("old",), f"old: '{entry.old}' is a page of today; an old address must be free"


from . import checks_dates, checks_people, checks_sources, checks_texts  # noqa: E402, F401  (they add their rules to the list)
