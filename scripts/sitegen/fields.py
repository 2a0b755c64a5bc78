"""What records are made of: ids, dates, texts in two languages, citations, facts."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Annotated, Union

from pydantic import (AfterValidator, BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, StringConstraints,
                      Tag, WithJsonSchema)

class Record(BaseModel):
    """Base of all record types: frozen, strict, closed."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


def _date(text: str) -> str:
    match = re.fullmatch(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?", text)
    if not match:
        raise ValueError("is not a date; write '2024', '2024-05' or '2024-05-06' in quotes, as precise as known")
    return text


def _https(text: str) -> str:
    if not re.fullmatch(r"https://[^\s/]+(/\S*)?", text):
        raise ValueError("is not an https address; write it in full: https://…")
    return text


def _tuple(value):
    return tuple(value) if isinstance(value, list) else value


Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
Plain = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
PartialDate = Annotated[str, AfterValidator(_date)]
Url = Annotated[str, AfterValidator(_https)]
Number = Annotated[Decimal, BeforeValidator(lambda v: Decimal(v) if isinstance(v, int) and not isinstance(v, bool) else v),
                   WithJsonSchema({"type": "number"})]
ArxivId = Annotated[str, StringConstraints(pattern=r"^\d{4}\.\d{5}$")]


class Text(Record):
    """The same statement in both languages, each as a native would write it. Inline Markdown is allowed;
    `[[record-id]]` links a record by its name, `[[record-id|words]]` with words of your own, and
    `[[work/fact]]` prints a fact with its unit (`[[work/fact#]]` without)."""

    en: Plain = Field(description="English.")
    zh: Plain = Field(description="Chinese (Simplified).")


def _shape(value) -> str:
    return "text" if isinstance(value, (dict, Text)) else "plain"


def _shape_of_value(value) -> str:
    return _shape(value) if isinstance(value, (dict, Text, str)) else "number"


Words = Annotated[Union[Annotated[Plain, Tag("plain")], Annotated[Text, Tag("text")]], Discriminator(_shape)]
"""A name that both languages write alike is a plain string; anything else is a Text."""

Value = Annotated[Union[Annotated[Number, Tag("number")], Annotated[Plain, Tag("plain")], Annotated[Text, Tag("text")]],
                  Discriminator(_shape_of_value)]


def many(description: str):
    return Field(default=(), description=description)


def Many(item):
    return Annotated[tuple[item, ...], BeforeValidator(_tuple)]


class Citation(Record):
    """Where a statement can be checked. Required on every statement."""

    source: Id = Field(description="Id of a source or of a work (a work is a source too).")
    locator: Words = Field(description="Section, table, page, appendix. Plain if it is made of the words that the site "
                                       "translates by itself (Table, Figure, Section, §, Appendix, Abstract, Equation, Algorithm, "
                                       "page, title page, footnote, caption, README, `code`, “quoted heading”), else a Text.")
    version: Id | None = Field(None, description="Id of the work's version, where versions differ.")


Citations = Many(Citation)


class Statement(Record):
    """One statement with its sources."""

    text: Text = Field(description="The statement.")
    citations: Citations = Field(description="At least one.")


class Computed(Record):
    """A value that follows from other facts, worked out at build."""

    function: Plain = Field(description="A function of scripts/models/ (its OPERATIONS).")
    inputs: Many(Plain) = Field(description="Facts by full id, in the order of the function's arguments.")
    digits: int | None = Field(None, description="Decimals kept; default: all.")


class Fact(Record):
    """One number (or name) of a work: one value, one scope, one unit. Its permanent id is `<record>/<fact>`."""

    id: Id = Field(description="Unique within the record, for ever: `gpu-hours`.")
    label: Text = Field(description="What is measured.")
    value: Value | None = Field(None, description="The number at full size (2788000, not 2.788M), with the decimals that were printed; "
                                                  "or a name.")
    computed: Computed | None = Field(None, description="Instead of `value`, where the site works the number out of other facts.")
    unit: Id | None = Field(None, description="A unit of data/units.yml.")
    scope: Text | None = Field(None, description="What the value covers and leaves out: model, benchmark setting, hardware.")
    version: Id | None = Field(None, description="The work's version that states it; default: the first.")
    as_of: PartialDate | None = Field(None, description="Only if it differs from the date of the version.")
    citations: Citations = Field(description="At least one.")
    note: Text | None = Field(None, description="A sentence of caution.")


class Conflict(Record):
    """Two or more published values for one thing, and why they differ."""

    id: Id = Field(description="Unique within the work.")
    about: Text = Field(description="What has two values.")
    facts: Many(Plain) = Field(description="Full ids of the facts, `work/fact`, two or more.")
    why: Text = Field(description="Why they differ, in one or two sentences; or that nothing settles it.")
    citations: Citations = many("Where the reason can be checked, if it is more than the facts themselves.")
