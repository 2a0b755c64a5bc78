"""The record types: what a file in data/ may say, and nothing else.

Every class is frozen and refuses unknown keys. The descriptions below are the
field reference: data/README.md and the published JSON Schemas are generated
from them. There is deliberately no field for anything that EDITORIAL rules out
about a person (birth, family, home town, school days, pay, contact details).
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, StringConstraints

from .fields import (ArxivId, Citation, Citations, Conflict, Fact, Id, Many, Number, PartialDate, Plain, Record, Statement,
                     Text, Url, Words, many)
from .lists import Change, Moved, Recheck, Term, Unit

LANGS = ("en", "zh")


class Source(Record):
    """A publication that is not one of the works: a repository, an official post, a press article, a page."""

    id: Id
    title: Plain = Field(description="As printed, in its own language.")
    publisher: Words = Field(description="Who published it (not who copied it).")
    kind: Literal["paper", "repository", "official", "institution", "self-published", "press", "dataset"] = Field(
        description="`official`: a party's own page about itself; `self-published`: a person's own page.")
    date_published: PartialDate | None = Field(None, description="As precise as known; leave out if the source has no date.")
    url: Url = Field(description="Address of the original.")
    language: Literal["en", "zh", "en-zh"] = Field(description="Language of the original.")
    date_accessed: PartialDate = Field(description="When it was read for this site.")
    read_as: Literal["original", "copy"] = Field(description="`original`: its own page, file or git repository; "
                                                             "`copy`: a stored copy. Nothing is quoted from a copy.")
    read_where: Words | None = Field(None, description="Needed for a copy: which copy. For a repository: commit and path.")
    archive_url: Url | None = Field(None, description="An archived original, if the original is gone.")
    note: Text | None = Field(None, description="For example: the original is gone; only the opening was read.")
    facts: Many(Fact) = many("Numbers of this source that claims and texts use.")


class Version(Record):
    """A dated state of a work."""

    id: Id = Field(description="`v1`, `nature`, `june-2024-pdf` …, unique within the work.")
    label: Words = Field(description="How the version is called.")
    date: PartialDate = Field(description="As precise as known.")
    url: Url | None = Field(None, description="Its page or file.")
    changes: Text | None = Field(None, description="What changed against the version before, not needed for the first.")
    citations: Citations = Field(description="Where the date and the changes can be checked.")


class Mark(Record):
    """A mark printed beside names in an author list, with the meaning the list itself gives."""

    mark: Plain = Field(description="As printed: `*`, `†`.")
    kind: Literal["core", "internship", "corresponding", "equal", "left-team", "other"] = Field(
        description="`left-team` is shown in the author list of this version only, never on pages of people.")
    meaning: Text = Field(description="What the legend says.")


class Author(Record):
    """One printed name. In YAML a plain string is enough where there is nothing but the name."""

    name: Plain = Field(description="Exactly as printed.")
    marks: Many(Plain) = many("Marks as printed.")
    affiliation: Words | None = Field(None, description="As printed.")
    twice: bool = Field(False, description="True where this list really prints the name twice.")


class AuthorGroup(Record):
    """A group of names under one printed heading."""

    label: Words = Field(description="Heading as printed (English), with its Chinese rendering; `Authors` if there is none.")
    kind: Literal["authors", "research-engineering", "data-annotation", "business-compliance", "core", "contributors",
                  "advisors", "corresponding"] = Field(
        description="What the group is.")
    printed_count: int | None = Field(None, description="The count the source states or was recounted from it; a list of another length is an error.")
    names: Many(Annotated[Author, BeforeValidator(lambda v: {"name": v} if isinstance(v, str) else v)]) = Field(
        description="In printed order.")


class AuthorList(Record):
    """The author list of one version, exactly as printed."""

    version: Id = Field(description="The version that prints it.")
    order: Literal["alphabetical", "alphabetical-in-groups", "unstated"] = Field(
        description="What the list says of its order; `unstated` if it says nothing.")
    groups: Many(AuthorGroup) = Field(description="In printed order.")
    marks: Many(Mark) = many("The legend of the marks.")
    citations: Citations = Field(description="Where the list is printed.")
    note: Text | None = Field(None, description="What a reader must know of this list.")


class Venue(Record):
    """Where a work was published after review."""

    name: Plain = Field(description="`ACL 2024`, `Nature 645:633–638`.")
    url: Url | None = Field(None, description="Its page.")
    citations: Citations = Field(description="Where the venue can be checked.")


class Work(Record):
    """A paper, model, or release. The author lists are the only place where works and people are tied."""

    id: Id
    kind: Literal["paper", "model", "software", "post"] = Field(description="What the work is first of all; a report with weights is a `model`.")
    family: Literal["language", "reasoning", "code", "mathematics", "vision", "methods", "systems", "community"] = Field(
        description="Which line of work it belongs to, for filters.")
    name: Plain = Field(description="Short name: DeepSeek-V2.")
    title: Plain = Field(description="Title as printed.")
    one_line: Text = Field(description="What it is in one line: at most 120 Latin or 60 Han characters.")
    summary: Text = Field(description="Two or three short paragraphs: what it is, what is new in it, what it left open.")
    summary_citations: Citations = Field(description="What the summary rests on.")
    date: PartialDate = Field(description="First public release, as precise as known.")
    date_note: Text | None = Field(None, description="What the date is, where there are several (repository, paper, model).")
    date_citations: Citations = Field(description="Where the date can be checked.")
    arxiv: ArxivId | None = Field(None, description="In quotes: '2405.04434'.")
    doi: Plain | None = Field(None, description="Of the reviewed version.")
    repo: Url | None = Field(None, description="Official repository.")
    venue: Venue | None = Field(None, description="Where it was published after review.")
    aliases: Many(Plain) = many("Other spellings that people search for.")
    read_as: Literal["original", "copy"] = Field(description="As in sources.")
    read_where: Words | None = Field(None, description="As in sources: repository, commit and path of the PDF, or which copy.")
    date_accessed: PartialDate = Field(description="When it was read for this site.")
    versions: Many(Version) = Field(description="At least one.")
    author_lists: Many(AuthorList) = many("One per version whose list was read; the first is the version's own.")
    facts: Many(Fact) = many("Its numbers.")
    conflicts: Many(Conflict) = many("Contradictions inside the work or between its versions.")


class Credit(Record):
    """Credit for an idea, only as a paper states it."""

    names: Many(Plain) = Field(description="Printed names, or empty where the paper credits nobody by name.")
    text: Text = Field(description="What the paper says they did.")
    citations: Citations = Field(description="Where the paper says so.")


class Ancestor(Record):
    """What an innovation builds on: one of ours by id, or somebody else's work by name."""

    innovation: Id | None = Field(None, description="One of ours, by id.")
    outside: Words | None = Field(None, description="Name of work from elsewhere, with its year.")
    text: Text = Field(description="What was taken from it.")
    citations: Citations = Field(description="Where the debt is stated.")


class Use(Record):
    """Who used an innovation later: one of the works by id, or somebody else by name."""

    work: Id | None = Field(None, description="One of ours, by id.")
    outside: Words | None = Field(None, description="Somebody else's work, by name and year.")
    text: Text = Field(description="How it was used.")
    citations: Citations = Field(description="Where that is stated.")


class Innovation(Record):
    """An idea: what problem it solves, how, on what evidence, with what limits, and whose it is by the papers."""

    id: Id
    name: Text = Field(description="The field's term in both languages.")
    short: Plain | None = Field(None, description="Abbreviation: MLA.")
    aliases: Many(Plain) = many("Other names that people search for.")
    one_line: Text = Field(description="At most 120 Latin or 60 Han characters.")
    problem: Text | None = Field(None, description="What was in the way: one paragraph. Only without an essay.")
    how: Text | None = Field(None, description="How it works: 200–400 words per language (Chinese 350–700 characters), numbers as `[[work/fact]]`. Only without an essay.")
    how_citations: Many(Citation) = many("What `how` and `problem` rest on.")
    introduced_in: Id | None = Field(None, description="The work that introduced it.")
    since: PartialDate | None = Field(None, description="Only where no work introduced it.")
    builds_on: Many(Ancestor) = many("What it took from earlier work, ours or others'.")
    used_in: Many(Use) = many("Later works that used it, ours or others'.")
    superseded_in: Many(Use) = many("Which later work replaced it, and by what.")
    credit: Many(Credit) = many("As papers state it.")
    evidence: Many(Statement) = many("What the measurements show.")
    limits: Many(Statement) = many("What they do not show; what it costs; what replaced it.")
    essay: Id | None = Field(None, description="Id of the essay (docs/<language>/essays) that takes the place of `problem`, `how`, `evidence` and `limits`. Its figures are named there.")


class NameZh(Record):
    """A Chinese name, only with a source that ties it to this person."""

    text: Annotated[str, StringConstraints(pattern=r"^[\u4e00-\u9fff·]{2,6}$")] = Field(description="The characters.")
    citations: Citations = Field(description="An institution before press; press is shown as written by its publisher.")


class Identity(Record):
    """How sure it is that a printed name is this person."""

    level: Literal["name-only", "consistent", "documented"] = Field(
        description="`name-only`: the string; `consistent`: same string, same group, overlapping co-authors; "
                    "`documented`: a page of the person or an institution names the paper.")
    evidence: Many(Statement) = many("Needed from `consistent` on.")


class Link(Record):
    """A professional link that the person publishes."""

    kind: Literal["homepage", "github", "scholar", "orcid", "dblp", "institution"] = Field(description="What kind of page.")
    url: Url = Field(description="https address.")


class Person(Record):
    """Somebody of whom there is more to say than the author lists. Works are derived from author lists."""

    id: Id = Field(description="The name as printed, lower-case, hyphenated: `huazuo-gao`.")
    name: Plain = Field(description="As printed.")
    printed_names: Many(Plain) = Field(description="Every printed form that is this person, each claimed by one record only.")
    name_zh: NameZh | None = Field(None, description="Only with a source for this very person.")
    family_name: Plain = Field(description="For sorting: `Gao`.")
    known_for: Text | None = Field(None, description="One line on published work: at most 120 Latin or 60 Han characters.")
    identity: Identity = Field(description="How sure it is that the printed names are this person.")
    statements: Many(Statement) = many("What papers, institutions or the person state about the work. What only the press says "
                                       "names PUBLISHER and DATE in the sentence.")
    links: Many(Link) = many("Professional pages only.")


class OtherDate(Record):
    """A second date where time zones or sources split."""

    date: PartialDate = Field(description="The other date.")
    why: Text = Field(description="Why there are two.")


class Event(Record):
    """A dated event that is not the release of a work (those are derived)."""

    id: Id
    date: PartialDate = Field(description="As precise as the source gives it.")
    also: OtherDate | None = Field(None, description="A second date, if there is one.")
    title: Text = Field(description="What happened, in a few words.")
    text: Text | None = Field(None, description="One to three sentences.")
    kind: Literal["founding", "open-source", "product", "press", "policy", "award", "elsewhere"] = Field(description="`elsewhere`: research or adoption by others that matters here.")
    about: Many(Id) = many("Works, innovations, people it is about.")
    citations: Citations = Field(description="At least one, with a named publisher.")


class Said(Record):
    """Who states a claim, and how."""

    source: Id = Field(description="Who states it: id of a source or work.")
    text: Text = Field(description="How this source puts it, in your own words.")
    locator: Words | None = Field(None, description="Where in it.")


class Vary(Record):
    """Other values of one input that a reader may try; every result is computed at build."""

    input: int = Field(description="Which input, counted from 1.")
    values: Many(Number) = Field(description="Two to six values besides that of the fact.")
    label: Text = Field(description="What is varied.")


class Calc(Record):
    """Arithmetic that is done at build."""

    label: Text = Field(description="What is computed.")
    function: Plain = Field(description="A function of scripts/models/ (its OPERATIONS).")
    inputs: Many(Plain) = Field(description="Facts by id.")
    digits: int = Field(2, description="Decimals shown.")
    vary: Vary | None = Field(None, description="Where trying other values helps.")
    unit: Id | None = Field(None, description="A unit of data/units.yml.")


class Claim(Record):
    """What circulates in the press, checked. About works, numbers, events and the company; never about a person's career."""

    id: Id = Field(description="A readable slug: `v3-one-eleventh-of-llama-compute`.")
    claim: Text = Field(description="The claim in one sentence, as it circulates.")
    topic: Literal["cost-and-compute", "hardware", "architecture", "training-method", "people-and-credit", "company", "product", "policy"] = Field(description="What it is about.")
    stated_by: Many(Said) = Field(description="Who states it; at least one.")
    differs: Text | None = Field(None, description="How the statements differ from each other.")
    evidence: Many(Statement) = many("What primary sources say. Needed unless the verdict is `unverifiable`.")
    calc: Many(Calc) = many("Arithmetic on facts; the result is computed at build.")
    verdict: Literal["holds", "holds-with-nuance", "contradicted", "unverifiable"] = Field(description="`unverifiable` where no primary source settles it.")
    reason: Text = Field(description="Why this verdict: one to three sentences. For `unverifiable`: what was looked at and not found.")
    wording: Text = Field(description="How to say it right: one sentence ready to quote.")
    would_change: Text | None = Field(None, description="What would change the verdict.")
    about: Many(Id) = many("Works, innovations, people it is about.")


KINDS: dict[str, type[Record]] = {
    "people": Person, "works": Work, "innovations": Innovation, "events": Event, "claims": Claim, "sources": Source,
}
LISTS: dict[str, type[Record]] = {"glossary": Term, "units": Unit, "moved": Moved, "changes": Change, "rechecks": Recheck}


class Dataset(Record):
    """Everything, sorted by id: the content of build/data.json."""

    people: Many(Person) = ()
    works: Many(Work) = ()
    innovations: Many(Innovation) = ()
    events: Many(Event) = ()
    claims: Many(Claim) = ()
    sources: Many(Source) = ()
    glossary: Many(Term) = ()
    units: Many(Unit) = ()
    moved: Many(Moved) = ()
    changes: Many(Change) = ()
    rechecks: Many(Recheck) = ()
    withheld: Many(Id) = many("Ids of people whose page was withdrawn.")


TYPES: tuple[type[Record], ...] = tuple(each for each in Record.__subclasses__() if each is not Dataset)
"""Every record type, and every type that is a part of one."""
