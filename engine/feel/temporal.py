"""Dates, times, dates with times and their zones: text to value, value to text, properties.

A zone is an offset (`datetime.timezone`) or a name of the IANA database (`zoneinfo.ZoneInfo`; where the
system has no database the `tzdata` package supplies it). Years run from 1 to 9999; seconds are kept to
the microsecond. Source: DMN 1.5 clauses 10.3.2.3.4 to 10.3.2.3.6.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from decimal import Decimal
from functools import cache, lru_cache
from zoneinfo import ZoneInfo, available_timezones

from engine.feel.durations import YearMonthDuration, day_time_parts, parse_duration
from engine.feel.number import NUMBER

_DATE = r"(\d{4})-(\d\d)-(\d\d)"
_TIME = r"(\d\d):(\d\d):(\d\d)(?:\.(\d{1,18}))?"
_ZONE = r"(Z|z|[+-]\d\d:\d\d(?::\d\d)?|@[A-Za-z][A-Za-z0-9_+\-]*(?:/[A-Za-z0-9_+\-]+)*)?"
_DATE_ONLY = re.compile(_DATE, re.ASCII)
_TIME_ONLY = re.compile(_TIME + _ZONE, re.ASCII)
_DATE_TIME = re.compile(f"{_DATE}T{_TIME}{_ZONE}", re.ASCII)
_MOST_OFFSET = timedelta(hours=18)
_NO_OFFSET = timedelta(0)

Temporal = date | time | datetime


@cache
def _zone_names() -> frozenset[str]:
    """List the zones once: asking the system for each unknown name would touch its files each time."""
    return frozenset(available_timezones())


@lru_cache(maxsize=1024)
def _known_zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name)
    except (OSError, ValueError, KeyError):
        return None


def _named_zone(name: str) -> ZoneInfo | None:
    return _known_zone(name) if name in _zone_names() else None


def offset_zone(offset: timedelta) -> timezone | None:
    """Make the zone of an offset; None beyond 18 hours."""
    if abs(offset) > _MOST_OFFSET:
        return None
    return UTC if not offset else timezone(offset)


def parse_zone(text: str) -> tzinfo | None:
    """Read `Z`, `+08:00` or `@Asia/Shanghai`; None if unknown."""
    if text in ("Z", "z"):
        return UTC
    if text.startswith("@"):
        return _named_zone(text[1:])
    sign = -1 if text[0] == "-" else 1
    hours, minutes, *rest = (int(part) for part in text[1:].split(":"))
    seconds = rest[0] if rest else 0
    if minutes > 59 or seconds > 59:
        return None
    return offset_zone(sign * timedelta(hours=hours, minutes=minutes, seconds=seconds))


def named_zone(name: str) -> tzinfo | None:
    """Read a zone as the constructors take it: `Asia/Shanghai`, `Z` or `+08:00`."""
    found = _TIME_ONLY.fullmatch("00:00:00" + name) or _TIME_ONLY.fullmatch("00:00:00@" + name)
    return parse_zone(found[5]) if found and found[5] else None


def parse_date(text: str) -> date | None:
    """Read YYYY-MM-DD."""
    found = _DATE_ONLY.fullmatch(text)
    return _made_date(found) if found else None


def parse_time(text: str) -> time | None:
    """Read HH:MM:SS with optional fraction and zone."""
    found = _TIME_ONLY.fullmatch(text)
    return _made_time(found.group(1, 2, 3, 4, 5)) if found else None


def parse_date_time(text: str) -> datetime | None:
    """Read a date, `T` and a time; a date alone is its midnight."""
    found = _DATE_TIME.fullmatch(text)
    if not found:
        day = parse_date(text)
        return None if day is None else datetime(day.year, day.month, day.day)  # noqa: DTZ001
    day = _made_date(found)
    clock = found.group(4, 5, 6, 7, 8)
    if clock[:3] == ("24", "00", "00") and not (clock[3] or "").strip("0"):
        start = _combined(day, _made_time(("00", "00", "00", None, clock[4])))
        try:
            return None if start is None else start + timedelta(days=1)
        except OverflowError:
            return None
    return _combined(day, _made_time(clock))


def parse_literal(text: str) -> Temporal | timedelta | YearMonthDuration | None:
    """Read what stands between the quotes of an `@"…"` literal."""
    return parse_date(text) or _not_none(parse_time(text), lambda: parse_date_time(text) or parse_duration(text))


def _not_none(
    value: time | None, other: Callable[[], datetime | timedelta | YearMonthDuration | None]
) -> time | datetime | timedelta | YearMonthDuration | None:
    return value if value is not None else other()


def _combined(day: date | None, clock: time | None) -> datetime | None:
    return None if day is None or clock is None else datetime.combine(day, clock)


def _made_date(found: re.Match[str]) -> date | None:
    try:
        return date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        return None


def _made_time(parts: tuple[str | None, ...]) -> time | None:
    hour, minute, second, fraction, zone = parts
    place = parse_zone(zone) if zone else None
    if zone and place is None:
        return None
    micros = int(((fraction or "") + "000000")[:6])
    try:
        return time(int(hour or 0), int(minute or 0), int(second or 0), micros, place)
    except ValueError:
        return None


def zone_text(zone: tzinfo | None) -> str:
    """Write the suffix of a time in this zone."""
    if zone is None:
        return ""
    if isinstance(zone, ZoneInfo):
        return f"@{zone.key}"
    offset = zone.utcoffset(None) or _NO_OFFSET
    if not offset:
        return "Z"
    sign, _, hours, minutes, seconds, _ = day_time_parts(offset)
    tail = f":{seconds:02d}" if seconds else ""
    return f"{'-' if sign < 0 else '+'}{hours:02d}:{minutes:02d}{tail}"


def temporal_text(value: Temporal) -> str:
    """Write the canonical text, which reads back as the same value."""
    if isinstance(value, datetime):
        return f"{value.year:04d}-{value.month:02d}-{value.day:02d}T{temporal_text(value.timetz())}"
    if isinstance(value, time):
        fraction = f".{value.microsecond:06d}".rstrip("0") if value.microsecond else ""
        return f"{value.hour:02d}:{value.minute:02d}:{value.second:02d}{fraction}{zone_text(value.tzinfo)}"
    return f"{value.year:04d}-{value.month:02d}-{value.day:02d}"


def offset_of(value: time | datetime) -> timedelta | None:
    """Return the offset from UTC; a named zone without a date answers its standard offset."""
    if value.tzinfo is None:
        return None
    if isinstance(value, time) and isinstance(value.tzinfo, ZoneInfo):
        middle = datetime(2000, 1, 1, tzinfo=value.tzinfo)
        return (middle.utcoffset() or _NO_OFFSET) - (middle.dst() or _NO_OFFSET)
    return value.utcoffset()


def seconds_of_time(value: time) -> timedelta:
    """Count from midnight, in UTC where the time has a zone."""
    clock = timedelta(hours=value.hour, minutes=value.minute, seconds=value.second, microseconds=value.microsecond)
    return clock - (offset_of(value) or _NO_OFFSET)


def instant(value: datetime) -> datetime:
    """Bring a zoned date and time to UTC; raises OverflowError at the ends of the calendar."""
    return value if value.tzinfo is None else value.astimezone(UTC)


def midnight(value: date, zone: tzinfo | None = UTC) -> datetime:
    """Read a date as the date and time at its start."""
    return datetime(value.year, value.month, value.day, tzinfo=zone)


def as_moments(one: date, other: date) -> tuple[datetime, datetime]:
    """Read two dates or dates and times as moments; a date takes UTC only where the other side has a zone."""
    zones = [value.tzinfo for value in (one, other) if isinstance(value, datetime)]
    zone = UTC if any(zone is not None for zone in zones) else None
    left, right = (value if isinstance(value, datetime) else midnight(value, zone) for value in (one, other))
    return left, right


def add_months(value: date, months: int) -> date:
    """Move by months, clamping to the last day; keeps time and zone; raises ValueError beyond the calendar."""
    index = value.year * 12 + value.month - 1 + months
    year, month = divmod(index, 12)
    if not 1 <= year <= 9999:
        raise ValueError(year)
    return value.replace(year=year, month=month + 1, day=min(value.day, _days_in(year, month + 1)))


def _days_in(year: int, month: int) -> int:
    if month == 2:
        return 29 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 28
    return 30 if month in (4, 6, 9, 11) else 31


def property_of(value: object, name: str) -> tuple[bool, object]:
    """Read a listed property; answers (False, None) if the value has none of that name."""
    reader = PROPERTIES.get(type(value), {}).get(name)
    return (False, None) if reader is None else (True, reader(value))


def _zone_name(value: time | datetime) -> str | None:
    return value.tzinfo.key if isinstance(value.tzinfo, ZoneInfo) else None


def _second(value: time | datetime) -> Decimal:
    return _with_micros(value.second, value.microsecond)


def _with_micros(seconds: int, micros: int) -> Decimal:
    return NUMBER.divide(Decimal(seconds * 1_000_000 + micros), Decimal(1_000_000))


def _part(index: int) -> Callable[[timedelta], Decimal]:
    def read(value: timedelta) -> Decimal:
        parts = day_time_parts(value)
        number = _with_micros(parts[4], parts[5]) if index == 4 else Decimal(parts[index])
        return NUMBER.minus(number) if parts[0] < 0 else number

    return read


_DATE_PARTS: dict[str, Callable[..., object]] = {
    "year": lambda value: Decimal(value.year),
    "month": lambda value: Decimal(value.month),
    "day": lambda value: Decimal(value.day),
    "weekday": lambda value: Decimal(value.isoweekday()),
}
_TIME_PARTS: dict[str, Callable[..., object]] = {
    "hour": lambda value: Decimal(value.hour),
    "minute": lambda value: Decimal(value.minute),
    "second": _second,
    "time offset": offset_of,
    "timezone": _zone_name,
}
PROPERTIES: dict[type, dict[str, Callable[..., object]]] = {
    date: _DATE_PARTS,
    time: _TIME_PARTS,
    datetime: {**_DATE_PARTS, **_TIME_PARTS},
    timedelta: {"days": _part(1), "hours": _part(2), "minutes": _part(3), "seconds": _part(4)},
    YearMonthDuration: {
        "years": lambda value: Decimal(value.years),
        "months": lambda value: Decimal(value.months - value.years * 12),
    },
}
