"""The lineage map: innovations against time, a mark for every work that introduced or used one, the models that join most of them named above."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from .records import Innovation, Work


@dataclass(frozen=True)
class Mark:
    """One work on the row of an idea in the lineage map: its place on the axes of months and of quarters, from 1."""

    work: Work
    new: bool
    month: int
    quarter: int


@dataclass(frozen=True)
class Year:
    """A year on the axes of the lineage map: where it begins, and how many months and quarters of it are on the map."""

    year: int
    month: int
    quarter: int
    months: int
    quarters: int


@dataclass(frozen=True)
class Span:
    """The time axes of the lineage map, from the quarter of the first work to that of the last."""

    first: int
    months: int
    years: tuple[Year, ...]

    @property
    def quarters(self) -> int:
        return self.months // 3


def span(dates: Iterable[str]) -> Span:
    """The axes for works of these dates, in whole quarters."""
    counts = [_month_count(date) for date in dates]
    if not counts:
        return Span(0, 0, ())
    first, last = min(counts) // 3 * 3, max(counts) // 3 * 3 + 2
    years = []
    for year in range(first // 12, last // 12 + 1):
        begin, end = max(first, year * 12), min(last, year * 12 + 11)
        years.append(Year(year, begin - first + 1, (begin - first) // 3 + 1, end - begin + 1, (end - begin + 1) // 3))
    return Span(first, last - first + 1, tuple(years))


def marks(idea: Innovation, works: tuple[Work, ...], axes: Span) -> tuple[Mark, ...]:
    """The row of an innovation: the works that introduced and used it, in the order of `works`."""
    used = {use.work for use in idea.used_in}
    return tuple(Mark(work, work.id == idea.introduced_in, at + 1, at // 3 + 1) for work in works
                 if work.id == idea.introduced_in or work.id in used for at in [_month_count(work.date) - axes.first])


def landmarks(works: tuple[Work, ...], ideas: Callable[[Work], int], axes: Span) -> tuple[Mark, ...]:
    """The models to find one's way by: general models that introduced or used at least three of the ideas; ideas(work) counts them."""
    return tuple(Mark(work, True, at + 1, at // 3 + 1) for work in works
                 if work.kind == "model" and work.family in ("language", "reasoning") and ideas(work) >= 3
                 for at in [_month_count(work.date) - axes.first])


def _month_count(date: str) -> int:
    """Months since year 0 of a partial date; a year alone counts as its January."""
    return int(date[:4]) * 12 + int(date[5:7] or 1) - 1
