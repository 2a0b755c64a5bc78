"""The rules on people: names, identities, author lists, and what is never printed."""

from __future__ import annotations

import re
from collections import defaultdict

from .checks import _name, _walk, rule
from .names import fold, initials_only, slug
from .load import did_you_mean
from .records import Text


@rule
def names_claimed_once(data, derived):
    """Ensure that a printed name is claimed by at most one record, and is printed somewhere."""
    claims = defaultdict(list)
    for person in data.people:
        for i, printed in enumerate(person.printed_names):
            claims[fold(printed)].append(person.id)
            if fold(printed) not in derived.appearances:
                yield "people", person.id, ("printed_names", i), \
                    f"printed_names.{i}: no author list prints '{printed}'{did_you_mean(printed, {a.author.name for e in derived.appearances.values() for a in e})}"
        if fold(person.name) not in {fold(printed) for printed in person.printed_names}:
            yield "people", person.id, ("name",), f"name: '{person.name}' is not among printed_names"
        if person.id != slug(person.name):
            yield "people", person.id, (), f"the file should be called {slug(person.name)}.yml: the id of a person is the name as printed"
    for folded, ids in claims.items():
        for id in ids[1:] if len(set(ids)) > 1 else ():
            yield "people", id, ("printed_names",), f"printed_names: a name here is claimed by '{ids[0]}' too; a printed name belongs to one record"


@rule
def identity_supported(data, derived):
    """Ensure that an identity beyond the name has evidence, and that a mere name carries no statements."""
    for person in data.people:
        name = derived.names[person.id]
        level = person.identity.level
        if level == "name-only" and (person.statements or person.name_zh or person.links or person.known_for):
            yield "people", person.id, ("identity", "level"), \
                "identity.level: a name-only person carries no statements, name or links; raise the level with evidence, or remove them"
        if level != "name-only" and not person.identity.evidence:
            yield "people", person.id, ("identity", "level"), f"identity.level: '{level}' needs evidence"
        if level != "name-only" and derived.printed_twice(name):
            yield "people", person.id, ("identity", "level"), "identity.level: a name printed twice in one list is never more than name-only"
        if level != "name-only" and all(initials_only(printed) for printed in person.printed_names):
            yield "people", person.id, ("identity", "level"), "identity.level: initials alone are never more than name-only"


@rule
def chinese_names_sourced(data, derived):
    """Ensure that no Chinese name stands without its source."""
    for person in data.people:
        if person.name_zh and not person.name_zh.citations:
            yield "people", person.id, ("name_zh",), f"name_zh: {person.name_zh.text} has no source; characters are never guessed from pinyin"


@rule
def withheld_stays_away(data, derived):
    """Ensure that a withdrawn record does not come back."""
    for person in data.people:
        if person.id in data.withheld:
            yield "people", person.id, (), f"'{person.id}' is in data/withheld.yml; delete this file, the page was withdrawn"


@rule
def credits_printed(data, derived):
    """Ensure that a name that gets credit is printed in an author list."""
    for idea in data.innovations:
        for i, credit in enumerate(idea.credit):
            for j, printed in enumerate(credit.names):
                if fold(printed) not in derived.appearances:
                    names = {entry.author.name for entries in derived.appearances.values() for entry in entries}
                    yield "innovations", idea.id, ("credit", i, "names", j), f"credit.{i}.names.{j}: no author list prints '{printed}'{did_you_mean(printed, names)}"


@rule
def author_lists_as_printed(data, derived):
    """Ensure that author lists have the printed number of names, explain their marks, and repeat a name only where marked."""
    slugs = defaultdict(set)
    for folded, entries in derived.appearances.items():
        for entry in entries:
            slugs[slug(entry.author.name)].add(folded)
    for work in data.works:
        for i, author_list in enumerate(work.author_lists):
            legend = {mark.mark for mark in author_list.marks}
            at = ("author_lists", i)
            groups_of = defaultdict(list)
            for j, group in enumerate(author_list.groups):
                here = at + ("groups", j)
                if group.printed_count is not None and group.printed_count != len(group.names):
                    yield "works", work.id, here + ("printed_count",), \
                        f"{_name(here)}: {len(group.names)} names, but the printed count is {group.printed_count}; compare with the source"
                for k, author in enumerate(group.names):
                    groups_of[fold(author.name)].append((here + ("names", k), author))
                    for mark in author.marks:
                        if mark not in legend:
                            yield "works", work.id, here + ("names", k), f"{_name(here)}.names.{k}: the mark '{mark}' of {author.name} is not in the legend; add it to marks"
            for entries in groups_of.values():
                for path, author in entries:
                    if len(entries) > 1 and not author.twice:
                        yield "works", work.id, path, f"{_name(path)}: '{author.name}' stands {len(entries)} times in this list; if it is printed so, set twice: true on each"
                    if len(entries) == 1 and author.twice:
                        yield "works", work.id, path, f"{_name(path)}: '{author.name}' stands once in this list; remove twice"
    for same, folded in slugs.items():
        if len(folded) > 1:
            entry = derived.appearances[sorted(folded)[1]][0]
            yield "works", entry.work.id, ("author_lists",), f"'{entry.author.name}' would share the address /people/{same}/ with another name"


_PRIVATE = {
    "en": re.compile(r"\bborn (?:in|on)\b|\byears? old\b|\baged \d|\bbirthday|\bsalar(?:y|ies)\b|\bnet worth\b|\bhome ?town\b|\bnative of\b|\bgrew up\b|"
                     r"\bmarried\b|\bwife\b|\bhusband\b|\bchildhood\b|\bhis parents\b|\bher parents\b|\b(?:high|middle|primary) school\b|\bentrance exam|"
                     r"\bprodig(?:y|ies)\b|\bgenius|\be-?mail address|\bphone number|\bpoached\b", re.I),
    "zh": re.compile("出生于|生于 ?\\d|\\d 岁|年薪|薪酬|工资|身家|家乡|籍贯|老家|妻子|丈夫|父母|子女|童年|高中|中学|小学|高考|天才|神童|邮箱|手机号|挖角|跳槽"),
}


@rule
def nothing_private(data, derived):
    """Ensure that texts about people and events say nothing of birth, age, pay, family, home town, school days or contact."""
    for kind, record, path, text in _walk(derived, Text):
        if kind in ("people", "events"):
            for lang, pattern in _PRIVATE.items():
                if match := pattern.search(getattr(text, lang)):
                    yield kind, record.id, path + (lang,), f"{_name(path)}.{lang}: '{match.group()}' is private and is never printed; docs/{lang}/about/editorial.md says what may be"
