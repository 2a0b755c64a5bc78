"""Names as printed: how two strings are compared, and where a name appears.

Strings equal after folding case, dots and spaces are one name; names are joined into one person only where a Person record claims
them, with evidence.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from .records import Author, AuthorGroup, AuthorList, Person, Version, Work


def fold(name: str) -> str:
    """A printed name without case, dots and spaces: 'Y. K. Li' and 'Y.K. Li' are both 'ykli'."""
    return re.sub(r"[.\s]", "", name).casefold()


def slug(name: str) -> str:
    """The id of a printed name: 'Z.Z. Ren' is 'z-z-ren'."""
    return re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-")


def initials_only(name: str) -> bool:
    """Whether every given name is an initial: 'Y.K. Li', 'B. Zhang'."""
    given = name.rsplit(" ", 1)[0]
    return bool(re.fullmatch(r"([A-Z]\.\s*)+", given))


@dataclass(frozen=True)
class Appearance:
    """One printed name in one author list: position counts from 1 over the whole list."""

    work: Work
    list: AuthorList
    version: Version
    group: AuthorGroup
    author: Author
    position: int
    in_group: int

    @property
    def marks(self):
        """Marks that may follow the name to its own page: everything but departures."""
        legend = {mark.mark: mark for mark in self.list.marks}
        return tuple(legend[mark] for mark in self.author.marks if mark in legend and legend[mark].kind != "left-team")


@dataclass(frozen=True)
class Name:
    """A printed name (or the names that one record claims) with all its appearances."""

    id: str
    name: str
    printed: tuple[str, ...]
    person: Person | None
    appearances: tuple[Appearance, ...]

    @property
    def family(self) -> str:
        return self.person.family_name if self.person else self.name.split()[-1]

    @property
    def letter(self) -> str:
        return self.family[0].upper()

    @property
    def level(self) -> str:
        return self.person.identity.level if self.person else "name-only"

    @property
    def works(self) -> tuple[Work, ...]:
        return tuple({entry.work.id: entry.work for entry in self.appearances}.values())

    @property
    def groups(self) -> tuple[str, ...]:
        """The kinds of groups that the name stands in."""
        return tuple(dict.fromkeys(entry.group.kind for entry in self.appearances))

    @property
    def years(self) -> tuple[str, ...]:
        """The years of the lists that print the name."""
        return tuple(sorted({entry.version.date[:4] for entry in self.appearances}))

    @property
    def dates(self) -> tuple[str, str] | None:
        """Dates of the first and last list that prints the name."""
        dates = sorted(entry.version.date for entry in self.appearances)
        return (dates[0], dates[-1]) if dates else None
