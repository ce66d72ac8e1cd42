"""Dates and times: constructors, and the parts of the calendar. Source: DMN 1.5 clauses 10.3.4.1 and 10.3.4.9."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, tzinfo
from decimal import Decimal

from engine.feel import temporal
from engine.feel.builtins.registry import builtin
from engine.feel.number import NUMBER, to_index
from engine.feel.run import Run
from engine.feel.values import Value

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_ONE_DATE = "date: date or date and time"


@builtin("date", "from: string")
def date_from_text(run: Run, text: str) -> Value:
    """由文字、日期时间或年月日得日期"""
    return _or_warn(run, temporal.parse_date(text), "date")


@builtin("date", "from: date or date and time")
def date_of(run: Run, value: date) -> date:
    """日期部分"""
    return value.date() if isinstance(value, datetime) else value


@builtin("date", "year: number, month: number, day: number")
def date_of_parts(run: Run, year: Decimal, month: Decimal, day: Decimal) -> date:
    """由年月日"""
    return date(_whole(year), _whole(month), _whole(day))


@builtin("time", "from: string")
def time_from_text(run: Run, text: str) -> Value:
    """由文字、日期时间或时分秒得时间"""
    return _or_warn(run, temporal.parse_time(text), "time")


@builtin("time", "from: time")
def time_of_time(run: Run, value: time) -> time:
    """时间本身"""
    return value


@builtin("time", "from: date or date and time")
def time_of(run: Run, value: date) -> time:
    """时间部分；日期即世界时零点"""
    return (value if isinstance(value, datetime) else temporal.midnight(value)).timetz()


@builtin("time", "hour: number, minute: number, second: number, offset: days and time duration?")
def time_of_parts(run: Run, hour: Decimal, minute: Decimal, second: Decimal, offset: timedelta | None) -> Value:
    """由时分秒和时差"""
    zone = None if offset is None else temporal.offset_zone(offset)
    if offset is not None and zone is None:
        return run.warn("argument-value", "time: the offset is too large")
    return _time(hour, minute, second, zone)


@builtin("date and time", "from: string")
def date_time_from_text(run: Run, text: str) -> Value:
    """由文字、日期加时间、或年月日时分秒得日期时间"""
    return _or_warn(run, temporal.parse_date_time(text), "date and time")


@builtin("date and time", "date: date or date and time, time: time")
def date_time_of(run: Run, day: date, clock: time) -> datetime:
    """日期加时间"""
    return datetime.combine(date_of(run, day), clock)


@builtin("date and time", "from: date or date and time")
def date_time_of_date(run: Run, value: date) -> datetime:
    """日期的世界时零点，或日期时间本身"""
    return value if isinstance(value, datetime) else temporal.midnight(value)


@builtin(
    "date and time", "date: date or date and time, timezone: string", "from: date or date and time, timezone: string"
)
def date_time_in_zone(run: Run, value: date, name: str) -> Value:
    """换到某时区"""
    zone = temporal.named_zone(name)
    if zone is None:
        return run.warn("argument-value", "date and time: the text is no time zone")
    if not isinstance(value, datetime):
        return temporal.midnight(value, zone)
    return value.replace(tzinfo=zone) if value.tzinfo is None else value.astimezone(zone)


_PARTS = "year: number, month: number, day: number, hour: number, minute: number, second: number"


@builtin("date and time", f"{_PARTS}, offset: days and time duration?")
def date_time_of_parts(
    run: Run,
    year: Decimal,
    month: Decimal,
    day: Decimal,
    hour: Decimal,
    minute: Decimal,
    second: Decimal,
    offset: timedelta | None,
) -> Value:
    """由各部分和时差"""
    clock = time_of_parts(run, hour, minute, second, offset)
    return None if clock is None else datetime.combine(date_of_parts(run, year, month, day), clock)


@builtin("date and time", f"{_PARTS}, timezone: string")
def date_time_of_parts_in_zone(
    run: Run, year: Decimal, month: Decimal, day: Decimal, hour: Decimal, minute: Decimal, second: Decimal, name: str
) -> Value:
    """由各部分和时区"""
    zone = temporal.named_zone(name)
    if zone is None:
        return run.warn("argument-value", "date and time: the text is no time zone")
    return datetime.combine(date_of_parts(run, year, month, day), _time(hour, minute, second, zone))


@builtin("now", "")
def now(run: Run) -> Value:
    """此刻；由调用者给定，同一次求值不变"""
    return run.warn("no-clock", "now() needs a clock, and none was given") if run.now is None else run.now


@builtin("today", "")
def today(run: Run) -> Value:
    """今天"""
    return run.warn("no-clock", "today() needs a clock, and none was given") if run.now is None else run.now.date()


@builtin("day of year", _ONE_DATE)
def day_of_year(run: Run, value: date) -> Decimal:
    """一年中的第几天"""
    return Decimal(value.timetuple().tm_yday)


@builtin("day of week", _ONE_DATE)
def day_of_week(run: Run, value: date) -> str:
    """星期几（英文）"""
    return _DAYS[value.weekday()]


@builtin("month of year", _ONE_DATE)
def month_of_year(run: Run, value: date) -> str:
    """月份（英文）"""
    return _MONTHS[value.month - 1]


@builtin("week of year", _ONE_DATE)
def week_of_year(run: Run, value: date) -> Decimal:
    """ISO 周序"""
    return Decimal(value.isocalendar().week)


def _time(hour: Decimal, minute: Decimal, second: Decimal, zone: tzinfo | None) -> time:
    micros = to_index(NUMBER.multiply(second, Decimal(1_000_000)).to_integral_value())
    if micros is None or not 0 <= micros < 60_000_000:
        raise ValueError(second)
    return time(_whole(hour), _whole(minute), micros // 1_000_000, micros % 1_000_000, zone)


def _whole(value: Decimal) -> int:
    index = to_index(value)
    if index is None or abs(index) > 99_999:
        raise ValueError(value)
    return index


def _or_warn(run: Run, value: Value, name: str) -> Value:
    return run.warn("argument-value", f"{name}: the text is no {name}") if value is None else value
