"""The entries of the lists in data/: terms, units, moved addresses, changes, rechecks."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from .fields import Id, Many, PartialDate, Plain, Record, Text, many


class Forms(Record):
    """Forms of a term that texts must not use."""

    en: Many(Plain) = many("In English texts.")
    zh: Many(Plain) = many("In Chinese texts.")


class Term(Record):
    """A term of the field, decided once for both languages."""

    id: Id = Field(description="Permanent anchor on the glossary page.")
    en: Plain = Field(description="The term in English.")
    zh: Plain = Field(description="The term as Chinese papers write it.")
    aliases: Many(Plain) = many("Other forms that people search for.")
    definition: Text = Field(description="One sentence.")
    avoid: Forms = Field(default=Forms(), description="Forms that must not occur in texts, per language.")
    innovation: Id | None = Field(None, description="Where it is explained.")
    first_use: Id | None = Field(None, description="The work in which it first appears.")


class Unit(Record):
    """How a unit is written: `{}` stands for the number."""

    id: Id = Field(description="Used in `unit`.")
    en: Plain = Field(description="Pattern in English: `{} GPU-hours`.")
    zh: Plain = Field(description="Pattern in Chinese: `{} GPU 小时`.")
    scale: Literal["words", "digits"] = Field("words", description="`words`: 2.788M / 278.8 万; `digits`: 2,788,000 in both.")


class Moved(Record):
    """An old address and where it leads now."""

    old: Plain = Field(description="The old address: `/works/old-id/`.")
    new: Plain = Field(description="The address of today.")


class Change(Record):
    """A correction that readers should know of: shown on /about/changes/."""

    id: Id = Field(description="Permanent anchor: `2026-11-21-first-record`.")
    date: PartialDate = Field(description="When it was made.")
    records: Many(Id) = many("Ids of what changed.")
    text: Text = Field(description="What changed, and why, in a sentence.")


class Checked(Record):
    """One statement of a sample."""

    id: Plain = Field(description="As `scripts/sample.py` prints it: `work/fact`, or kind/record/path at that time.")
    verdict: Literal["held", "failed", "unreachable"] = Field(description="`failed` ones were corrected; `unreachable`: the source could not be read again.")


class Recheck(Record):
    """Random statements compared again with their primary sources, without seeing how they were written."""

    id: Id = Field(description="Permanent anchor.")
    date: PartialDate = Field(description="When it was done.")
    seed: int = Field(description="Seed of the sample; `scripts/sample.py` draws it again.")
    population: int = Field(description="Number of statements drawn from.")
    method: Text = Field(description="How it was done and by whom or what.")
    sample: Many(Checked) = Field(description="Every statement drawn, with what came of it.")
