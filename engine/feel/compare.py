"""Equality, order and membership, three-valued: True, False, or None where the standard gives null.

Python's == is never used on lists or contexts, because its cost could not be charged.
Source: DMN 1.5 clause 10.3.2.4, tables 53 and 54; clause 10.3.2.8 for `in`.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from engine.feel.durations import YearMonthDuration
from engine.feel.run import Run
from engine.feel.temporal import instant, seconds_of_time
from engine.feel.values import Function, Range, Value, kind_of

_BY_VALUE = frozenset({bool, Decimal, str, date, timedelta, YearMonthDuration})


def equal(run: Run, left: Value, right: Value) -> bool | None:
    """Tell whether two values are equal; None if they are of different kinds."""
    if left is right:
        return True
    if left is None or right is None:
        return False
    kind = type(left)
    if kind is not type(right):
        return None
    if kind in _BY_VALUE:
        return bool(left == right)
    if kind is list:
        return _equal_lists(run, left, right)
    if kind is dict:
        return _equal_contexts(run, left, right)
    if kind is Range:
        return _equal_ranges(run, left, right)
    if kind is Function:
        return False
    return order(run, left, right) == 0


def _equal_lists(run: Run, left: list[Value], right: list[Value]) -> bool:
    if len(left) != len(right):
        return False
    run.charge(4 + 2 * len(left))
    return all(equal(run, one, other) for one, other in zip(left, right, strict=True))


def _equal_contexts(run: Run, left: dict[str, Value], right: dict[str, Value]) -> bool:
    run.charge(4 + 2 * len(left))
    if left.keys() != right.keys():
        return False
    return all(equal(run, value, right[name]) for name, value in left.items())


def _equal_ranges(run: Run, left: Range, right: Range) -> bool:
    return (
        left.start_included == right.start_included
        and left.end_included == right.end_included
        and equal(run, left.start, right.start) is True
        and equal(run, left.end, right.end) is True
    )


def order(run: Run, left: Value, right: Value) -> int | None:
    """Compare two values of one ordered kind: -1, 0 or 1; None if they have no order."""
    kind = type(left)
    if kind is not type(right):
        return None
    if kind in (Decimal, str, date, timedelta, YearMonthDuration):
        run.charge(1)
        return int(left > right) - int(left < right)
    if kind is datetime:
        if (left.tzinfo is None) != (right.tzinfo is None):
            return None
        try:
            left, right = instant(left), instant(right)
        except OverflowError:
            return None
        return int(left > right) - int(left < right)
    if kind is time:
        if (left.tzinfo is None) != (right.tzinfo is None):
            return None
        first, second = seconds_of_time(left), seconds_of_time(right)
        return (first > second) - (first < second)
    return None


def compare(run: Run, operator: str, left: Value, right: Value, position: int) -> bool | None:
    """Apply = != < <= > >=, with a warning where kinds do not match."""
    if operator in ("=", "!="):
        same = equal(run, left, right)
        if same is None:
            return run.warn("operand-type", _mismatch(operator, left, right), position)
        return same if operator == "=" else not same
    if left is None or right is None:
        return None
    found = order(run, left, right)
    if found is None:
        return run.warn("operand-type", _mismatch(operator, left, right), position)
    return holds(operator, found)


def holds(operator: str, found: int) -> bool:
    """Tell whether an order of -1, 0 or 1 satisfies a comparison sign."""
    if operator == "<":
        return found < 0
    if operator == "<=":
        return found <= 0
    if operator == ">":
        return found > 0
    return found >= 0 if operator == ">=" else (found == 0) == (operator == "=")


def within(run: Run, interval: Range, value: Value) -> bool | None:
    """Tell whether a value lies in a range; None if it cannot be compared with an end."""
    if value is None:
        return None
    if interval.start is None and interval.end is None:
        return None
    if interval.start is not None:
        found = order(run, interval.start, value)
        if found is None:
            return None
        if found > 0 or (found == 0 and not interval.start_included):
            return False
    if interval.end is not None:
        found = order(run, value, interval.end)
        if found is None:
            return None
        if found > 0 or (found == 0 and not interval.end_included):
            return False
    return True


def matches_test(run: Run, value: Value, test: Value) -> bool | None:
    """Tell whether a value satisfies what one unary test evaluated to: an equal, a range, or a list of these."""
    if type(test) is Range and type(value) is not Range:
        return within(run, test, value)
    if type(test) is list:
        run.charge(1 + len(test))
        if type(value) is list and equal(run, value, test):
            return True
        return any_of(matches_test(run, value, part) for part in test)
    return equal(run, value, test)


def any_of(parts: Iterable[bool | None]) -> bool | None:
    """Disjoin three-valued answers."""
    found: bool | None = False
    for part in parts:
        if part is True:
            return True
        if part is None:
            found = None
    return found


def _mismatch(operator: str, left: Value, right: Value) -> str:
    return f"{operator} does not apply to {kind_of(left)} and {kind_of(right)}"
