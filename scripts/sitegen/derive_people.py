"""What follows from the author lists: who signed what, with whom, and how the lists of the major reports continue each other."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import cached_property

from .names import Appearance, Name, fold, slug
from .records import Credit, Innovation, Work

ORGANISATIONS = {"deepseek-ai"}
MAJOR_REPORTS = ("deepseek-llm", "deepseek-v2", "deepseek-v3", "deepseek-r1", "deepseek-v3-2", "deepseek-v4", "deepseek-v4-1-flash")
"""The reports of the main line, whose author lists are compared in order of date."""


@dataclass(frozen=True)
class Step:
    """From one major report to the next: how many printed names both lists hold, how many stand on one only."""

    before: Work
    after: Work
    both: int
    only_before: int
    only_after: int
    first_time: int


class People:
    """The relations of Derived that are about printed names; `data`, `works` and `works_by_date` are Derived's."""

    @cached_property
    def appearances(self) -> dict[str, list[Appearance]]:
        """Folded name -> its appearances, oldest work first; organisations are left out."""
        found = defaultdict(list)
        for work in sorted(self.data.works, key=lambda work: (work.date, work.id)):
            versions = {version.id: version for version in work.versions}
            for author_list in work.author_lists:
                position = 0
                for group in author_list.groups:
                    for in_group, author in enumerate(group.names, 1):
                        position += 1
                        if author.name.casefold() not in ORGANISATIONS and author_list.version in versions:
                            found[fold(author.name)].append(Appearance(
                                work, author_list, versions[author_list.version], group, author, position, in_group))
        return dict(found)

    @cached_property
    def names(self) -> dict[str, Name]:
        """Every printed name and every person by id, sorted by family name. Withheld ids are kept: the name is plain text."""
        claimed = {fold(printed): person for person in self.data.people for printed in person.printed_names}
        result = {}
        for person in self.data.people:
            folded = dict.fromkeys(fold(printed) for printed in person.printed_names)
            entries = [entry for key in folded for entry in self.appearances.get(key, ())]
            entries.sort(key=lambda entry: (entry.work.date, entry.work.id))
            result[person.id] = Name(person.id, person.name, person.printed_names, person, tuple(entries))
        for folded, entries in self.appearances.items():
            if folded not in claimed:
                printed = tuple(dict.fromkeys(entry.author.name for entry in entries))
                fullest = max(printed, key=lambda form: (len(form), form))
                result[slug(fullest)] = Name(slug(fullest), fullest, printed, None, tuple(entries))
        return dict(sorted(result.items(), key=lambda item: (item[1].family.casefold(), item[1].name.casefold(), item[0])))

    @cached_property
    def group_kinds(self) -> list[str]:
        """The kinds of groups that author lists have, in the order of their first use."""
        return list(dict.fromkeys(group.kind for work in self.works_by_date for each in work.author_lists for group in each.groups))

    @cached_property
    def name_ids(self) -> dict[str, str]:
        """Folded printed name -> id of its page; withheld names have none."""
        withheld = set(self.data.withheld)
        return {fold(printed): name.id for name in self.names.values() if name.id not in withheld for printed in name.printed}

    @cached_property
    def pages_of_people(self) -> tuple[Name, ...]:
        """The names that have a page, sorted by family name."""
        withheld = set(self.data.withheld)
        return tuple(name for name in self.names.values() if name.id not in withheld)

    def printed_twice(self, name: Name) -> bool:
        """Whether one list prints this name more than once: then it may be more than one person."""
        lists = Counter((entry.work.id, entry.list.version) for entry in name.appearances)
        return any(count > 1 for count in lists.values())

    @cached_property
    def _ids_by_list(self) -> dict[tuple[str, str], tuple[str, ...]]:
        lists = defaultdict(dict)
        for name in self.pages_of_people:
            for entry in name.appearances:
                lists[entry.work.id, entry.list.version][name.id] = None
        return {key: tuple(ids) for key, ids in lists.items()}

    @cached_property
    def _place(self) -> dict[str, int]:
        """Id of a name -> its place by family name."""
        return {id: index for index, id in enumerate(self.names)}

    @cached_property
    def _coauthors(self) -> dict[str, list[tuple[str, int]]]:
        return {}

    def coauthors(self, name: Name) -> list[tuple[str, int]]:
        """Ids of the names printed with this one and the number of works shared, most first, then by family name."""
        if name.id not in self._coauthors:
            shared = Counter()
            for work in name.works:
                shared.update({other for entry in name.appearances if entry.work is work
                               for other in self._ids_by_list[work.id, entry.list.version]})
            del shared[name.id]
            self._coauthors[name.id] = sorted(shared.items(), key=lambda item: (-item[1], self._place[item[0]]))
        return self._coauthors[name.id]

    def credits_of(self, name: Name) -> list[tuple[Innovation, Credit]]:
        """What papers credit to this name."""
        printed = {fold(each) for each in name.printed}
        return [(idea, credit) for idea in self.data.innovations for credit in idea.credit
                if printed & {fold(each) for each in credit.names}]

    # -- continuity of the major reports -------------------------------------------------------------------------------

    @cached_property
    def major_reports(self) -> tuple[Work, ...]:
        """The major reports that the record holds with an author list, oldest first."""
        return tuple(work for work in (self.works.get(id) for id in MAJOR_REPORTS) if work and work.author_lists)

    @cached_property
    def _names_of_report(self) -> dict[str, set[str]]:
        """Report -> ids of the names in its first author list (withheld names count, by their folded form)."""
        return {work.id: {name.id for name in self.names.values() for entry in name.appearances
                          if entry.work is work and entry.list is work.author_lists[0]} for work in self.major_reports}

    @cached_property
    def continuity(self) -> tuple[Step, ...]:
        """Each step between major reports; `first_time` are names on no earlier major report."""
        steps, names, seen = [], self._names_of_report, set()
        for before, after in zip(self.major_reports, self.major_reports[1:]):
            a, b = names[before.id], names[after.id]
            seen |= a
            steps.append(Step(before, after, len(a & b), len(a - b), len(b - a), len(b - seen)))
        return tuple(steps)

    @cached_property
    def on_all_reports(self) -> tuple[Name, ...]:
        """The names that every major report prints, by family name."""
        common = set.intersection(*self._names_of_report.values()) if self.major_reports else set()
        return tuple(name for name in self.pages_of_people if name.id in common)

    @cached_property
    def report_matrix(self) -> tuple[tuple[Name, tuple[bool, ...]], ...]:
        """Every name on a major report, by family name, with whether each report prints it."""
        sets = [self._names_of_report[work.id] for work in self.major_reports]
        return tuple((name, row) for name in self.pages_of_people if any(row := tuple(name.id in each for each in sets)))
