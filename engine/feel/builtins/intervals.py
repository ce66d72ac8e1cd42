"""Functions that relate points and ranges. Source: DMN 1.5 clause 10.3.4.11, tables 78 and 79 (Allen's algebra).

Everything is said in terms of four comparisons of ends, so that an open end (`< 5`) lies beyond all.
"""

from __future__ import annotations

from engine.feel.builtins.registry import builtin
from engine.feel.compare import order, within
from engine.feel.run import Run
from engine.feel.values import Range, Value

Answer = bool | None
_RANGES = "range1: range, range2: range"
_POINT_RANGE = "point: point, range: range"
_RANGE_POINT = "range: range, point: point"


class _NoOrder(ValueError):
    """Two ends cannot be compared, so the function has no result."""


def _cmp(run: Run, left: Value, right: Value) -> int:
    found = order(run, left, right)
    if found is None:
        raise _NoOrder
    return found


def _starts(run: Run, one: Range, other: Range) -> int:
    """Compare two starts: at the same value an included end comes first; an open one before everything."""
    if one.start is None or other.start is None:
        return (one.start is not None) - (other.start is not None)
    found = _cmp(run, one.start, other.start)
    return found or other.start_included - one.start_included


def _ends(run: Run, one: Range, other: Range) -> int:
    if one.end is None or other.end is None:
        return (one.end is None) - (other.end is None)
    found = _cmp(run, one.end, other.end)
    return found or one.end_included - other.end_included


def _end_to_start(run: Run, one: Range, other: Range) -> int:
    """Answer -1 if `one` ends before `other` starts, 0 if they share just that point, 1 if they overlap."""
    if one.end is None or other.start is None:
        return 1
    found = _cmp(run, one.end, other.start)
    return found or (0 if one.end_included and other.start_included else -1)


@builtin("before", "point1: point, point2: point")
def before(run: Run, point1: Value, point2: Value) -> Answer:
    """在前"""
    return _cmp(run, point1, point2) < 0


@builtin("before", _POINT_RANGE)
def point_before_range(run: Run, point: Value, interval: Range) -> Answer:
    """点在区间之前"""
    return _end_to_start(run, _at(point), interval) < 0


@builtin("before", _RANGE_POINT)
def range_before_point(run: Run, interval: Range, point: Value) -> Answer:
    """区间在点之前"""
    return _end_to_start(run, interval, _at(point)) < 0


@builtin("before", _RANGES)
def range_before_range(run: Run, range1: Range, range2: Range) -> Answer:
    """区间在区间之前"""
    return _end_to_start(run, range1, range2) < 0


@builtin("after", "point1: point, point2: point")
def after(run: Run, point1: Value, point2: Value) -> Answer:
    """在后"""
    return _cmp(run, point1, point2) > 0


@builtin("after", _POINT_RANGE)
def point_after_range(run: Run, point: Value, interval: Range) -> Answer:
    """点在区间之后"""
    return _end_to_start(run, interval, _at(point)) < 0


@builtin("after", _RANGE_POINT)
def range_after_point(run: Run, interval: Range, point: Value) -> Answer:
    """区间在点之后"""
    return _end_to_start(run, _at(point), interval) < 0


@builtin("after", _RANGES)
def range_after_range(run: Run, range1: Range, range2: Range) -> Answer:
    """区间在区间之后"""
    return _end_to_start(run, range2, range1) < 0


@builtin("meets", _RANGES)
def meets(run: Run, range1: Range, range2: Range) -> Answer:
    """前者的终点正是后者的起点，且都含该点"""
    return _end_to_start(run, range1, range2) == 0


@builtin("met by", _RANGES)
def met_by(run: Run, range1: Range, range2: Range) -> Answer:
    """前者的起点正是后者的终点，且都含该点"""
    return _end_to_start(run, range2, range1) == 0


@builtin("overlaps", _RANGES)
def overlaps(run: Run, range1: Range, range2: Range) -> Answer:
    """有公共部分"""
    return _end_to_start(run, range1, range2) >= 0 and _end_to_start(run, range2, range1) >= 0


@builtin("overlaps before", _RANGES)
def overlaps_before(run: Run, range1: Range, range2: Range) -> Answer:
    """前者先开始，并与后者的开头重叠"""
    return (
        _starts(run, range1, range2) < 0 and _end_to_start(run, range1, range2) >= 0 and _ends(run, range1, range2) <= 0
    )


@builtin("overlaps after", _RANGES)
def overlaps_after(run: Run, range1: Range, range2: Range) -> Answer:
    """后者先开始，并与前者的开头重叠"""
    return (
        _starts(run, range2, range1) < 0 and _end_to_start(run, range2, range1) >= 0 and _ends(run, range2, range1) <= 0
    )


@builtin("finishes", _POINT_RANGE)
def point_finishes(run: Run, point: Value, interval: Range) -> Answer:
    """点是区间的终点，或两区间同时结束而前者后开始"""
    return interval.end_included and interval.end is not None and _cmp(run, interval.end, point) == 0


@builtin("finishes", _RANGES)
def finishes(run: Run, range1: Range, range2: Range) -> Answer:
    """两区间同时结束而前者后开始"""
    return _ends(run, range1, range2) == 0 and _starts(run, range1, range2) >= 0


@builtin("finished by", _RANGE_POINT)
def finished_by_point(run: Run, interval: Range, point: Value) -> Answer:
    """与 finishes 相反"""
    return point_finishes(run, point, interval)


@builtin("finished by", _RANGES)
def finished_by(run: Run, range1: Range, range2: Range) -> Answer:
    """与 finishes 相反"""
    return finishes(run, range2, range1)


@builtin("includes", _RANGE_POINT)
def includes_point(run: Run, interval: Range, point: Value) -> Answer:
    """区间含有点或区间"""
    found = within(run, interval, point)
    if found is None:
        raise _NoOrder
    return found


@builtin("includes", _RANGES)
def includes(run: Run, range1: Range, range2: Range) -> Answer:
    """区间含有区间"""
    return _starts(run, range1, range2) <= 0 and _ends(run, range1, range2) >= 0


@builtin("during", _POINT_RANGE)
def point_during(run: Run, point: Value, interval: Range) -> Answer:
    """与 includes 相反"""
    return includes_point(run, interval, point)


@builtin("during", _RANGES)
def during(run: Run, range1: Range, range2: Range) -> Answer:
    """与 includes 相反"""
    return includes(run, range2, range1)


@builtin("starts", _POINT_RANGE)
def point_starts(run: Run, point: Value, interval: Range) -> Answer:
    """点是区间的起点，或两区间同时开始而前者先结束"""
    return interval.start_included and interval.start is not None and _cmp(run, interval.start, point) == 0


@builtin("starts", _RANGES)
def starts(run: Run, range1: Range, range2: Range) -> Answer:
    """两区间同时开始而前者先结束"""
    return _starts(run, range1, range2) == 0 and _ends(run, range1, range2) <= 0


@builtin("started by", _RANGE_POINT)
def started_by_point(run: Run, interval: Range, point: Value) -> Answer:
    """与 starts 相反"""
    return point_starts(run, point, interval)


@builtin("started by", _RANGES)
def started_by(run: Run, range1: Range, range2: Range) -> Answer:
    """与 starts 相反"""
    return starts(run, range2, range1)


@builtin("coincides", "point1: point, point2: point")
def points_coincide(run: Run, point1: Value, point2: Value) -> Answer:
    """相同"""
    return _cmp(run, point1, point2) == 0


@builtin("coincides", _RANGES)
def coincides(run: Run, range1: Range, range2: Range) -> Answer:
    """两区间相同"""
    return _starts(run, range1, range2) == 0 and _ends(run, range1, range2) == 0


def _at(point: Value) -> Range:
    return Range(point, point, start_included=True, end_included=True)
