"""Working days, as the calendar of the place knows them. Not in DMN: which days are worked is the caller's to say."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TypeVar

from engine.feel.builtins.registry import builtin
from engine.feel.number import to_index
from engine.feel.run import Run, WorkingDays
from engine.feel.values import Value

_MOST_DAYS = 10_000
_T = TypeVar("_T")


@builtin("add working days", "from: date or date and time, days: number")
def add_working_days(run: Run, start: date, days: Decimal) -> Value:
    """往后（负数往前）数若干个工作日；当天不算，0 是当天或下一个工作日"""
    count = to_index(days)
    if count is None or abs(count) > _MOST_DAYS:
        return run.warn("argument-value", "add working days: the number of days is not whole or too large")
    run.charge(abs(count))
    found = _ask(run, lambda calendar: calendar.add(_day(start), count))
    return datetime.combine(found, start.timetz()) if found is not None and isinstance(start, datetime) else found


@builtin("working days between", "start: date or date and time, end: date or date and time")
def working_days_between(run: Run, start: date, end: date) -> Value:
    """从 start 次日到 end 当天有几个工作日；end 在前得负数"""
    first, last = _day(start), _day(end)
    if abs(last - first) > timedelta(days=4 * _MOST_DAYS):
        return run.warn("argument-value", "working days between: the days are too far apart")
    run.charge(abs((last - first).days))
    found = _ask(run, lambda calendar: calendar.count(first, last))
    return None if found is None else Decimal(found)


@builtin("is working day", "date: date or date and time")
def is_working_day(run: Run, value: date) -> Value:
    """这一天是不是工作日（法定节假日、调休和本地日历都算在内）"""
    return _ask(run, lambda calendar: calendar.is_working(_day(value)))


def _day(value: date) -> date:
    return value.date() if isinstance(value, datetime) else value


def _ask(run: Run, question: Callable[[WorkingDays], _T]) -> _T | None:
    if run.calendar is None:
        return run.warn("no-calendar", "Working days need a calendar, and none was given")
    try:
        return question(run.calendar)
    except LookupError:
        return run.warn("no-calendar", "The calendar given has no answer to this")
