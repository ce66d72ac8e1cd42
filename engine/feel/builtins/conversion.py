"""Numbers, durations and ranges from text. Source: DMN 1.5 clause 10.3.4.1."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

from engine.feel.builtins.registry import builtin
from engine.feel.durations import YearMonthDuration, months_between, parse_duration
from engine.feel.number import from_text
from engine.feel.run import Run
from engine.feel.values import Value

_NUMBER = re.compile(r"-?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,5})?")
_MOST_DIGITS = 10_000


@builtin("number", "from: string, grouping separator: string?, decimal separator: string?")
def number(run: Run, text: str, grouping: str | None, point: str | None) -> Value:
    """转为数；可说明千分位符和小数点"""
    if grouping not in (None, " ", ",", ".") or point not in (None, ",", ".") or (point and point == grouping):
        return run.warn("argument-value", "number: separators are a space, a comma or a point, and differ")
    run.charge(1 + len(text) // 16)
    plain = text if grouping is None else text.replace(grouping, "")
    if point is not None and point != ".":
        plain = plain.replace(point, ".") if "." not in plain else ""
    if len(plain) > _MOST_DIGITS or not _NUMBER.fullmatch(plain):
        return run.warn("argument-value", f"number: {text[:40]!r} is no number")
    return from_text(plain)


@builtin("number", "from: number")
def number_of_number(run: Run, value: Decimal) -> Decimal:
    """数本身"""
    return value


@builtin("duration", "from: string")
def duration(run: Run, text: str) -> Value:
    """由 ISO 8601 写法得时长"""
    found = parse_duration(text)
    return run.warn("argument-value", f"duration: {text[:40]!r} is no duration") if found is None else found


@builtin("duration", "from: duration")
def duration_of_duration(run: Run, value: Value) -> Value:
    """时长本身"""
    return value


@builtin("years and months duration", "from: date or date and time, to: date or date and time")
def years_and_months(run: Run, start: date, end: date) -> YearMonthDuration:
    """两个日期之间的整年整月"""
    return months_between(_parts(start), _parts(end))


def _parts(value: date) -> tuple[int, int, int]:
    return value.year, value.month, value.day
