"""Working days: weekends, statutory holidays and make-up days, and what a place decides for itself.

Called by deadlines and timers; knows no database and never reads the clock. Statutory days come from
the package chinese-calendar for the years it covers; other years follow the week. Overrides win over both
and come from a register, so that next year's notice is entered as data.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Shanghai")
_ONE_DAY = timedelta(days=1)
_LONGEST_BREAK = 400
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Calendar:
    """Answer which days are worked; `overrides` maps a date to worked (True) or free (False)."""

    overrides: Mapping[date, bool] = field(default_factory=dict)
    zone: ZoneInfo = ZONE

    def is_working(self, day: date) -> bool:
        """Say whether `day` is worked."""
        decided = self.overrides.get(day)
        return _is_statutory_working(day) if decided is None else decided

    def add(self, day: date, working_days: int) -> date:
        """Return the day `working_days` working days after `day` (before, when negative).

        The day itself never counts; zero gives `day` when it is worked, else the next worked day.
        Raises ValueError when more than 400 days in a row are free, which only a wrong register can cause.
        """
        if working_days == 0:
            return day if self.is_working(day) else self._next(day, _ONE_DAY)
        step = _ONE_DAY if working_days > 0 else -_ONE_DAY
        for _ in range(abs(working_days)):
            day = self._next(day, step)
        return day

    def count(self, start: date, end: date) -> int:
        """Count the worked days after `start` up to and including `end`; negative when `end` lies before."""
        if end < start:
            return -self.count(end, start)
        days = (end - start).days
        return sum(self.is_working(start + timedelta(days=offset)) for offset in range(1, days + 1))

    def end_of(self, day: date) -> datetime:
        """Return the moment a deadline on `day` passes: 24:00 local time, as an aware datetime."""
        return datetime.combine(day + _ONE_DAY, time(), tzinfo=self.zone)

    def day_of(self, moment: datetime) -> date:
        """Return the local day of an aware moment."""
        return moment.astimezone(self.zone).date()

    def days_left(self, now: datetime, due_at: datetime) -> int:
        """Count working days from today to the day of the deadline; negative once it has passed.

        A deadline at 24:00 belongs to the day that ends then.
        """
        last = self.day_of(due_at - timedelta(microseconds=1))
        return self.count(self.day_of(now), last)

    def between(self, start: datetime, end: datetime) -> timedelta:
        """Return how much of worked days lies between two aware moments; nothing when `end` is not after `start`.

        A worked day counts whole, from 0:00 to 24:00 local: how long a step waited, with weekends and holidays out.
        """
        total, at, last = timedelta(), start.astimezone(self.zone), end.astimezone(self.zone)
        while at < last:
            midnight = datetime.combine(at.date() + _ONE_DAY, time(), tzinfo=self.zone)
            if self.is_working(at.date()):
                total += min(midnight, last) - at
            at = midnight
        return total

    def _next(self, day: date, step: timedelta) -> date:
        for _ in range(_LONGEST_BREAK):
            day += step
            if self.is_working(day):
                return day
        raise ValueError("no working day in 400 days: the calendar register frees them all")


class AskedCalendar:
    """The calendar of one step: read when it is first asked, and every answer kept, so that a replay gives them again.

    load: makes the calendar; without it only `answers` are known, and any other question is a LookupError.
    """

    def __init__(self, load: Callable[[], Calendar] | None = None, *, answers: Iterable[list[Any]] = ()) -> None:
        self._load = load
        self._calendar: Calendar | None = None
        self._answers: dict[tuple[Any, ...], Any] = {tuple(known[:-1]): known[-1] for known in answers}

    def add(self, day: date, working_days: int) -> date:
        """See `Calendar.add`."""
        found = self._ask(("add", day.isoformat(), working_days), lambda own: own.add(day, working_days).isoformat())
        return date.fromisoformat(found)

    def count(self, start: date, end: date) -> int:
        """See `Calendar.count`."""
        return self._ask(("count", start.isoformat(), end.isoformat()), lambda own: own.count(start, end))

    def is_working(self, day: date) -> bool:
        """See `Calendar.is_working`."""
        return self._ask(("is", day.isoformat()), lambda own: own.is_working(day))

    def asked(self) -> list[list[Any]]:
        """Return every question with its answer last, in the order they were first asked; for the event."""
        return [[*question, answer] for question, answer in self._answers.items()]

    def _ask(self, question: tuple[Any, ...], answer: Callable[[Calendar], _T]) -> _T:
        if question not in self._answers:
            if self._load is None:
                raise LookupError(question)
            self._calendar = self._calendar or self._load()
            self._answers[question] = answer(self._calendar)
        found: _T = self._answers[question]
        return found


def from_rows(rows: Iterable[Mapping[str, Any]], zone: ZoneInfo = ZONE) -> Calendar:
    """Make a calendar from register rows {"date": ISO date, "working": bool}; others are ignored."""
    overrides: dict[date, bool] = {}
    for row in rows:
        day, working = row.get("date"), row.get("working")
        if isinstance(day, str) and isinstance(working, bool):
            overrides[date.fromisoformat(day)] = working
    return Calendar(overrides, zone)


@lru_cache(maxsize=4096)
def _is_statutory_working(day: date) -> bool:
    try:
        from chinese_calendar import is_workday

        return bool(is_workday(day))
    except (ImportError, NotImplementedError):
        # The State Council announces a year's holidays in the autumn before; until then the week decides.
        return day.weekday() < 5
