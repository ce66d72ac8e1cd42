"""Figures: counts and sums over the facts that cases declare, as the packs ask for them.

A pack names its figures in `pack.toml`; nothing here knows what a ticket is. Each figure is a FEEL condition over
a case's facts and, for sums, the fact that is added up, so every figure can open the cases behind it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from engine.feel import FeelError
from engine.feel import compile as compile_feel
from engine.model import CaseItem


@dataclass(frozen=True)
class Figure:
    """One figure of a pack. where: FEEL over the facts, plus `state`, `phase`, `outcome`; sum: a fact's name.

    of: key of the figure it is a share of. lead: shown in the row of large figures. now: what `today()` reads.
    """

    key: str
    label: str
    label_en: str
    definition: str
    where: str = "true"
    sum: str | None = None
    unit: str = "件"
    unit_en: str = ""
    of: str | None = None
    lead: bool = False
    note: str = ""
    now: datetime | None = None

    def counts(self, case: CaseItem) -> bool:
        """Say whether the case is one of this figure's; a condition without an answer is no."""
        if case.definition != self.definition:
            return False
        try:
            return compile_feel(self.where)(scope(case), now=self.now) is True
        except FeelError:
            return False

    def amount(self, case: CaseItem) -> Decimal:
        """Return what the case adds: one, or the fact that is summed (0 where it is no number)."""
        if self.sum is None:
            return Decimal(1)
        try:
            return Decimal(str(case.facts.get(self.sum) or 0))
        except InvalidOperation:
            return Decimal(0)


@dataclass(frozen=True)
class Split:
    """How the month chart divides the cases: a fact, and the values shown in order with their labels."""

    definition: str
    fact: str
    values: tuple[tuple[str, str, str], ...]  # (value, label, English label)


@dataclass(frozen=True)
class Figures:
    """What one pack asks for."""

    figures: tuple[Figure, ...]
    split: Split | None
    processes: tuple[str, ...] = ()

    def named(self, key: str) -> Figure | None:
        return next((figure for figure in self.figures if figure.key == key), None)


@dataclass(frozen=True)
class Period:
    """A span of days in the deployment's zone, last day included, and the same span a year before."""

    key: str
    first: date
    last: date

    def before(self) -> Period:
        """Return the same days one year earlier."""
        return Period(self.key, _year_before(self.first), _year_before(self.last))

    def months(self) -> list[tuple[int, int]]:
        """Return (year, month) of every month touched, oldest first."""
        start, end = self.first.year * 12 + self.first.month - 1, self.last.year * 12 + self.last.month - 1
        return [(n // 12, n % 12 + 1) for n in range(start, end + 1)]

    def holds(self, on: date) -> bool:
        return self.first <= on <= self.last


@dataclass(frozen=True)
class Total:
    """A figure counted: value, the year before, and its share of another figure (0 to 1) if it has one."""

    figure: Figure
    value: Decimal
    before: Decimal
    share: Decimal | None

    @property
    def change(self) -> Decimal | None:
        """The change against the year before as a fraction; None where there was nothing to compare with."""
        return (self.value - self.before) / self.before if self.before else None


def read(pack_toml: bytes, *, now: datetime | None = None) -> Figures:
    """Read the figures a pack declares, as of `now`; unknown keys are an error, so that a typing slip is seen."""
    declared = tomllib.loads(pack_toml.decode("utf-8"))
    figures = tuple(Figure(**entry, now=now) for entry in declared.get("figure", []))
    split = declared.get("split")
    return Figures(
        figures,
        Split(
            split["definition"],
            split["fact"],
            tuple((entry["value"], entry["label"], entry["label_en"]) for entry in split["values"]),
        )
        if split
        else None,
        tuple(declared.get("processes", ())),
    )


def scope(case: CaseItem) -> dict[str, Any]:
    """Return what a figure's condition sees."""
    return {**case.facts, "state": case.state, "phase": case.phase, "outcome": case.outcome}


def total(figures: Sequence[Figure], now: Sequence[CaseItem], before: Sequence[CaseItem]) -> list[Total]:
    """Count every figure over the cases of a period and of the year before."""
    values = {figure.key: add(figure, now) for figure in figures}
    return [
        Total(
            figure,
            values[figure.key],
            add(figure, before),
            values[figure.key] / values[figure.of] if figure.of and values.get(figure.of) else None,
        )
        for figure in figures
    ]


def add(figure: Figure, cases: Iterable[CaseItem]) -> Decimal:
    """Add a figure up over cases."""
    return sum((figure.amount(case) for case in cases if figure.counts(case)), Decimal(0))


def by_month(split: Split, cases: Iterable[CaseItem], period: Period, zone: Any) -> dict[tuple[int, int], list[int]]:
    """Count cases per month of their start and value of the split's fact, in the order of its values."""
    order = {value: n for n, (value, _, _) in enumerate(split.values)}
    counted = {month: [0] * len(order) for month in period.months()}
    for case in cases:
        at = case.started_at.astimezone(zone)
        place = order.get(str(case.facts.get(split.fact)))
        if case.definition == split.definition and place is not None and (at.year, at.month) in counted:
            counted[at.year, at.month][place] += 1
    return counted


def by_unit(figures: Sequence[Figure], cases: Sequence[CaseItem]) -> list[tuple[str, str, list[Decimal]]]:
    """Return (unit id, unit name, one value per figure) for each starting unit, most cases first."""
    names: dict[str, str] = {}
    grouped: dict[str, list[CaseItem]] = {}
    for case in cases:
        names[case.starter_unit_id] = case.starter_unit_name
        grouped.setdefault(case.starter_unit_id, []).append(case)
    rows = [(unit_id, names[unit_id], [add(figure, own) for figure in figures]) for unit_id, own in grouped.items()]
    return sorted(rows, key=lambda row: (-max(row[2], default=Decimal(0)), row[1]))


def periods(today: date) -> Mapping[str, Period]:
    """Return the spans a page offers: this year so far, this month, the last twelve months, last year."""
    year = today.year
    first_of_twelve = date(year - (today.month != 12), today.month % 12 + 1, 1)
    spans = (
        Period("year", date(year, 1, 1), today),
        Period("month", today.replace(day=1), today),
        Period("twelve", first_of_twelve, today),
        Period("last-year", date(year - 1, 1, 1), date(year - 1, 12, 31)),
    )
    return {span.key: span for span in spans}


def started_in(cases: Iterable[CaseItem], period: Period, zone: Any) -> list[CaseItem]:
    """Keep the cases that started in the period."""
    return [case for case in cases if period.holds(_local_day(case.started_at, zone))]


def _local_day(at: datetime, zone: Any) -> date:
    return at.astimezone(zone).date()


def _year_before(on: date) -> date:
    # 29 February has no counterpart: the day before stands for it.
    return on.replace(year=on.year - 1, day=28) if (on.month, on.day) == (2, 29) else on.replace(year=on.year - 1)
