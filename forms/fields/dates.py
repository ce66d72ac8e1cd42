"""What dates and times share: reading what people write, writing what they read."""

from __future__ import annotations

import re
from datetime import date, datetime, time

_DATE = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?|(\d{4})(\d{2})(\d{2})")
_TIME = re.compile(r"(\d{1,2})\s*[:：时]\s*(\d{1,2})\s*(?:[:：分]\s*(\d{1,2})\s*秒?|分)?")
_WIDE = str.maketrans("０１２３４５６７８９", "0123456789")


def read_date(text: str) -> date | None:
    """Read `2026-11-26`, `2026/11/26`, `2026年11月26日` or `20261126`."""
    hit = _DATE.fullmatch(text.strip().translate(_WIDE))
    if hit is None:
        return None
    year, month, day = (int(part) for part in hit.groups() if part is not None)
    try:
        return date(year, month, day)
    except ValueError:
        return None


def read_time(text: str) -> time | None:
    """Read `9:30`, `09:30:00` or `9时30分`; seconds stay when they are given."""
    hit = _TIME.fullmatch(text.strip().translate(_WIDE))
    if hit is None:
        return None
    hour, minute, second = (int(part or 0) for part in hit.groups())
    try:
        return time(hour, minute, second)
    except ValueError:
        return None


def read_moment(text: str) -> datetime | None:
    """Read a date and time, with or without offset."""
    text = text.strip().translate(_WIDE)
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        pass
    day, _, clock = text.replace("日", "日 ").replace("T", " ").partition(" ")
    on, at = read_date(day), read_time(clock) if clock.strip() else None
    return datetime.combine(on, at) if on is not None and at is not None else None


def write_date(day: date, locale: str) -> str:
    """Write a date for reading, always with its year: a form outlives the year."""
    return f"{day.year}年{day.month}月{day.day}日" if locale.startswith("zh") else day.isoformat()
