"""The two kinds of duration: days and time (`timedelta`) and years and months.

Source: DMN 1.5 clauses 10.3.2.3.7 and 10.3.2.3.8.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from engine.feel.number import NUMBER

_DAY_TIME = re.compile(
    r"(-)?P(?:(\d{1,12})D)?(T)?(?:(\d{1,15})H)?(?:(\d{1,17})M)?(?:(\d{1,18})(?:\.(\d{0,18}))?S)?", re.ASCII
)
_YEAR_MONTH = re.compile(r"(-)?P(?:(\d{1,12})Y)?(?:(\d{1,12})M)?", re.ASCII)
_MICRO = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True, order=True)
class YearMonthDuration:
    """A signed number of months."""

    months: int

    @property
    def years(self) -> int:
        """Whole years, rounded toward zero."""
        return _toward_zero(self.months, 12)

    def __str__(self) -> str:
        years, months = divmod(abs(self.months), 12)
        text = (f"{years}Y" if years else "") + (f"{months}M" if months or not years else "")
        return f"{'-' if self.months < 0 else ''}P{text}"


def parse_duration(text: str) -> timedelta | YearMonthDuration | None:
    """Read an ISO 8601 duration of one of the two kinds; None if it is neither or too long."""
    found = _YEAR_MONTH.fullmatch(text)
    if found and (found[2] or found[3]):
        months = int(found[2] or 0) * 12 + int(found[3] or 0)
        return YearMonthDuration(-months if found[1] else months)
    found = _DAY_TIME.fullmatch(text)
    if not found:
        return None
    sign, days, marker, hours, minutes, seconds, fraction = found.groups()
    clock = hours or minutes or seconds
    if not (days or clock) or bool(marker) != bool(clock):
        return None
    micros = int(((fraction or "") + "000000")[:6])
    try:
        value = timedelta(
            days=int(days or 0),
            hours=int(hours or 0),
            minutes=int(minutes or 0),
            seconds=int(seconds or 0),
            microseconds=micros,
        )
        return -value if sign else value
    except OverflowError:
        return None


def day_time_text(value: timedelta) -> str:
    """Write the canonical form: P1DT2H3M4.5S, and PT0S for nothing."""
    sign, days, hours, minutes, seconds, micros = day_time_parts(value)
    clock = (f"{hours}H" if hours else "") + (f"{minutes}M" if minutes else "")
    if seconds or micros:
        fraction = f".{micros:06d}".rstrip("0") if micros else ""
        clock += f"{seconds}{fraction}S"
    text = (f"{days}D" if days else "") + (f"T{clock}" if clock else "")
    return f"{'-' if sign < 0 else ''}P{text}" if text else "PT0S"


def day_time_parts(value: timedelta) -> tuple[int, int, int, int, int, int]:
    """Split into sign, days, hours, minutes, seconds, microseconds; all but the sign are positive."""
    sign = -1 if value < timedelta(0) else 1
    size = abs(value)
    minutes, seconds = divmod(size.seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return sign, size.days, hours, minutes, seconds, size.microseconds


def seconds_of(value: timedelta) -> Decimal:
    """Count the seconds, fraction included."""
    return NUMBER.divide(Decimal(value // _MICRO), Decimal(1_000_000))


def from_seconds(seconds: Decimal) -> timedelta:
    """Make a duration of seconds, rounded to microseconds; raises OverflowError."""
    micros = NUMBER.multiply(seconds, Decimal(1_000_000))
    if micros.adjusted() > 20:
        raise OverflowError
    return timedelta(microseconds=int(micros.to_integral_value()))


def months_between(start: tuple[int, int, int], end: tuple[int, int, int]) -> YearMonthDuration:
    """Count whole months from one (year, month, day…) to another, rounded toward zero."""
    months = (end[0] - start[0]) * 12 + end[1] - start[1]
    if months > 0 and end[2:] < start[2:]:
        months -= 1
    elif months < 0 and end[2:] > start[2:]:
        months += 1
    return YearMonthDuration(months)


def _toward_zero(value: int, by: int) -> int:
    return value // by if value >= 0 else -(-value // by)
