"""Where the running cases of a process are, and how long each step takes in working time: what its heat map shows.

Told by step, never by person.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal

from engine.calendar import Calendar
from engine.canonical import from_iso, iso
from engine.clock import now
from engine.model import Actor
from engine.registers import working_days
from engine.store import heat as store
from engine.store.base import Session

MOST = 60_000
_DAY_S = 24 * 3600.0
_HOT, _WARM = 0.4, 0.15
_ONE_DAY = timedelta(days=1)

Level = Literal["cool", "warm", "hot"]


@dataclass(frozen=True, slots=True)
class Spot:
    """One step. Times are in working days of 24 hours, None where nothing was done.

    cases: running cases that wait here now; passed: how often it was done in the span; again: the share of that which
    was done once more in a case; level: its share of all time spent, on what is done and on what waits.
    """

    element_id: str
    cases: int
    passed: int
    median: float | None
    ninetieth: float | None
    again: float
    level: Level


@dataclass(frozen=True, slots=True)
class Heat:
    """The steps that had anything to do, by element; full: older work of the span was left out."""

    spots: dict[str, Spot]
    full: bool


@dataclass(frozen=True, slots=True)
class Waiting:
    """One running case that waits at a step."""

    case_id: str
    number: str | None
    title: str
    unit_name: str
    since: datetime


def heat(session: Session, definition: str, root_unit_id: str, *, since: datetime, until: datetime) -> Heat:
    """Measure the steps of a process: what waits now, and what was done from `since` to before `until`."""
    open_now = store.waiting(session, definition, root_unit_id)
    done = store.done(session, definition, root_unit_id, iso(since), iso(until), MOST)
    worked = Worked(working_days(session))
    took: dict[str, list[float]] = defaultdict(list)
    single: dict[str, list[str]] = defaultdict(list)
    for element_id, case_id, begun, ended, one_of_several in done:
        took[element_id].append(worked.days(from_iso(begun), from_iso(ended)))
        if not one_of_several:
            single[element_id].append(case_id)
    at = now(session)
    spent: dict[str, float] = defaultdict(float, {element_id: sum(days) for element_id, days in took.items()})
    here: dict[str, set[str]] = defaultdict(set)
    for element_id, case_id, begun in open_now:
        here[element_id].add(case_id)
        spent[element_id] += worked.days(from_iso(begun), at)
    total = sum(spent.values()) or 1.0
    spots = {
        element_id: Spot(
            element_id,
            len(here[element_id]),
            len(took[element_id]),
            _at(sorted(took[element_id]), 0.5),
            _at(sorted(took[element_id]), 0.9),
            _again(single[element_id]),
            _level(spent[element_id] / total),
        )
        for element_id in {*here, *took}
    }
    return Heat(spots, len(done) == MOST)


def cases_at(session: Session, definition: str, element_id: str, actor: Actor, *, limit: int = 200) -> list[Waiting]:
    """Return running cases that wait at a step and that the actor may read, the longest waiting first."""
    rows = store.cases_at(session, definition, element_id, actor, limit)
    return [Waiting(key, number, title, unit, from_iso(since)) for key, number, title, unit, since in rows]


class Worked:
    """Counts working time between moments; each day is asked of the calendar once."""

    def __init__(self, calendar: Calendar) -> None:
        self.calendar = calendar
        self.sums: dict[date, tuple[float, bool]] = {}
        self.first: date | None = None
        self.last: date | None = None

    def days(self, start: datetime, end: datetime) -> float:
        """Return the working days of 24 hours between two aware moments; see `Calendar.between`."""
        return max(0.0, (self._until(end) - self._until(start)) / _DAY_S) if end > start else 0.0

    def _until(self, moment: datetime) -> float:
        local = moment.astimezone(self.calendar.zone)
        day = local.date()
        known = self.sums.get(day) or self._count(day)
        if not known[1]:
            return known[0]
        return known[0] + (local - datetime.combine(day, time(), tzinfo=self.calendar.zone)).total_seconds()

    def _count(self, day: date) -> tuple[float, bool]:
        """Carry the sums on to a day, forwards or backwards, from the days that are known."""
        if self.first is None or self.last is None:
            self.first = self.last = day
            self.sums[day] = (0.0, self.calendar.is_working(day))
        while self.last < day:
            total, working = self.sums[self.last]
            self.last += _ONE_DAY
            self.sums[self.last] = (total + (_DAY_S if working else 0.0), self.calendar.is_working(self.last))
        while self.first > day:
            total, _ = self.sums[self.first]
            self.first -= _ONE_DAY
            working = self.calendar.is_working(self.first)
            self.sums[self.first] = (total - (_DAY_S if working else 0.0), working)
        return self.sums[day]


def _at(days: Sequence[float], share: float) -> float | None:
    return days[min(len(days) - 1, int(len(days) * share))] if days else None


def _again(cases: Iterable[str]) -> float:
    """Return the share of what was done that was done once more in the same case."""
    done = Counter(cases)
    times = sum(done.values())
    return (times - len(done)) / times if times else 0.0


def _level(share: float) -> Level:
    return "hot" if share >= _HOT else "warm" if share >= _WARM else "cool"
