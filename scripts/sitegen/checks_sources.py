"""The rules on sources: what must be cited, how, and what two sources that differ need."""

from __future__ import annotations

import re

from . import texts
from .checks import _name, _walk, rule
from .load import did_you_mean
from .records import LANGS, Citation, Record


@rule
def cited(data, derived):
    """Ensure that every statement, fact, event, credit and verdict has a citation."""
    fields = ("citations", "date_citations", "summary_citations")
    for kind, record, path, value in derived.everything:
        if not isinstance(value, Record) or path[:1] == ("conflicts",):
            continue
        for field in fields:
            if getattr(value, field, None) == ():
                yield kind, record.id, path, f"{_name(path + (field,))}: is empty; every statement needs a source with a locator"
    for claim in data.claims:
        if claim.verdict != "unverifiable" and not claim.evidence:
            yield "claims", claim.id, ("verdict",), f"verdict: '{claim.verdict}' without evidence; cite what settles it, or say 'unverifiable'"
        if not claim.stated_by:
            yield "claims", claim.id, (), "stated_by: is empty; name who states the claim"


@rule
def locators(data, derived):
    """Ensure that a plain locator can be written in both languages."""
    for kind, record, path, citation in _walk(derived, Citation):
        if isinstance(citation.locator, str) and (word := texts.locator_problem(citation.locator)):
            yield kind, record.id, path + ("locator",), \
                f"{_name(path)}.locator: '{word}' is not a word the site can translate; write the locator as {{en: …, zh: …}}"


@rule
def copies_named(data, derived):
    """Ensure that what was read as a copy says which copy."""
    for kind in ("sources", "works"):
        for record in getattr(data, kind):
            if record.read_as == "copy" and not record.read_where:
                yield kind, record.id, ("read_as",), "read_as: 'copy' needs read_where, which says which copy was read"


@rule
def press_named(data, derived):
    """Ensure that what only the press says of a person names the publisher in the sentence."""
    publishers = {source.id: source.publisher for source in data.sources if source.kind == "press"}
    for person in data.people:
        for i, statement in enumerate(person.statements):
            cited = [citation.source for citation in statement.citations]
            if cited and all(id in publishers for id in cited):
                for lang in LANGS:
                    names = [texts.words(publishers[id], lang) for id in cited]
                    if not any(part in getattr(statement.text, lang) for name in names for part in (name, *re.split(r"\s*[（()）/]\s*", name)) if len(part) > 1):
                        yield "people", person.id, ("statements", i, "text", lang), \
                            f"statements.{i}.text.{lang}: only the press says this; name {' or '.join(names)} and the date in the sentence"


@rule
def conflicts_have_two_values(data, derived):
    """Ensure that a conflict names two facts or more, with different values."""
    for work in data.works:
        for i, conflict in enumerate(work.conflicts):
            values = {_value(derived, id) for id in conflict.facts if id in derived.facts}
            if len(conflict.facts) < 2 or len(values) == 1 and all(id in derived.facts for id in conflict.facts):
                yield "works", work.id, ("conflicts", i, "facts"), f"conflicts.{i}.facts: a conflict needs two facts with different values"


def _value(derived, id: str):
    """The value of a fact; its id where it cannot be computed, which known_operations says."""
    try:
        return derived.value(id)
    except (LookupError, TypeError, ValueError):
        return id


@rule
def changes_name_records(data, derived):
    """Ensure that the public log names records that exist, or existed and moved or were withdrawn."""
    known = set(derived.by_id) | set(derived.names) | set(data.withheld) | {entry.old.strip("/").split("/")[-1] for entry in data.moved}
    for change in data.changes:
        for i, id in enumerate(change.records):
            if id not in known:
                yield "changes", change.id, ("records", i), f"records.{i}: no record '{id}'{did_you_mean(id, known)}"
