"""+ - * / ** and unary minus over numbers, strings, dates, times and durations.

Each function answers null with a warning where the standard's tables have no row for the operand types.
Source: DMN 1.5 clause 10.3.2.5, tables 55 to 60.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal, Overflow

from engine.feel.durations import YearMonthDuration, from_seconds, seconds_of
from engine.feel.number import ARITHMETIC_ERRORS, NUMBER, ONE, is_integer
from engine.feel.run import Run
from engine.feel.temporal import add_months, as_moments, instant, midnight, seconds_of_time
from engine.feel.values import Value, kind_of

_DAY = timedelta(days=1)
_ANY_DAY = date(2000, 1, 1)
Operation = Callable[[Run, Value, Value, int], Value]


def operate(run: Run, operator: str, left: Value, right: Value, position: int) -> Value:
    """Apply one operator by its sign."""
    if left is None or right is None:
        return None
    run.charge(4)
    try:
        return OPERATIONS[operator](run, left, right, position)
    except ARITHMETIC_ERRORS:
        return run.warn("arithmetic", f"{kind_of(left)} {operator} {kind_of(right)} has no result", position)


def _add(run: Run, left: Value, right: Value, position: int) -> Value:
    kinds = (type(left), type(right))
    if kinds == (Decimal, Decimal):
        return NUMBER.add(left, right)
    if kinds == (str, str):
        run.hold(len(left) + len(right))
        return left + right
    if kinds == (timedelta, timedelta):
        return left + right
    if kinds == (YearMonthDuration, YearMonthDuration):
        return YearMonthDuration(left.months + right.months)
    if isinstance(right, (timedelta, YearMonthDuration)) and isinstance(left, (date, time)):
        return _move(left, right)
    if isinstance(left, (timedelta, YearMonthDuration)) and isinstance(right, (date, time)):
        return _move(right, left)
    return _mismatch(run, "+", left, right, position)


def _subtract(run: Run, left: Value, right: Value, position: int) -> Value:
    kinds = (type(left), type(right))
    if kinds == (Decimal, Decimal):
        return NUMBER.subtract(left, right)
    if kinds == (timedelta, timedelta):
        return left - right
    if kinds == (YearMonthDuration, YearMonthDuration):
        return YearMonthDuration(left.months - right.months)
    if kinds == (time, time):
        return seconds_of_time(left) - seconds_of_time(right)
    if isinstance(left, date) and isinstance(right, date):
        return _between(run, left, right, position)
    if isinstance(right, (timedelta, YearMonthDuration)) and isinstance(left, (date, time)):
        return _move(left, negated(right))
    return _mismatch(run, "-", left, right, position)


def _between(run: Run, left: date, right: date, position: int) -> Value:
    if not isinstance(left, datetime) and not isinstance(right, datetime):
        return left - right
    start, end = as_moments(left, right)
    if (start.tzinfo is None) != (end.tzinfo is None):
        return run.warn("zones", "A date and time with a zone and one without cannot be compared", position)
    return instant(start) - instant(end)


def _move(start: date | time, by: timedelta | YearMonthDuration) -> Value:
    if isinstance(start, time):
        if isinstance(by, YearMonthDuration):
            raise ValueError(by)
        moved = datetime.combine(_ANY_DAY, start.replace(tzinfo=None)) + (by % _DAY)
        return moved.time().replace(tzinfo=start.tzinfo)
    if isinstance(by, YearMonthDuration):
        return add_months(start, by.months)
    if not isinstance(start, datetime):
        return (midnight(start, None) + by).date()
    if start.tzinfo is None:
        return start + by
    return (instant(start) + by).astimezone(start.tzinfo)


def _multiply(run: Run, left: Value, right: Value, position: int) -> Value:
    kinds = (type(left), type(right))
    if kinds == (Decimal, Decimal):
        return NUMBER.multiply(left, right)
    if type(left) is Decimal:
        left, right = right, left
    if type(right) is Decimal:
        if type(left) is timedelta:
            return from_seconds(NUMBER.multiply(seconds_of(left), right))
        if type(left) is YearMonthDuration:
            return _months(NUMBER.multiply(Decimal(left.months), right))
    return _mismatch(run, "*", left, right, position)


def _divide(run: Run, left: Value, right: Value, position: int) -> Value:
    kinds = (type(left), type(right))
    if kinds == (Decimal, Decimal):
        return NUMBER.divide(left, right)
    if kinds == (timedelta, Decimal):
        return from_seconds(NUMBER.divide(seconds_of(left), right))
    if kinds == (timedelta, timedelta):
        return NUMBER.divide(seconds_of(left), seconds_of(right))
    if kinds == (YearMonthDuration, Decimal):
        return _months(NUMBER.divide(Decimal(left.months), right))
    if kinds == (YearMonthDuration, YearMonthDuration):
        return NUMBER.divide(Decimal(left.months), Decimal(right.months))
    return _mismatch(run, "/", left, right, position)


def _power(run: Run, left: Value, right: Value, position: int) -> Value:
    if type(left) is Decimal and type(right) is Decimal:
        return power(left, right)
    return _mismatch(run, "**", left, right, position)


def power(base: Decimal, exponent: Decimal) -> Decimal:
    """Raise to a power; a root that comes out even is written without trailing zeros, and 0 ** 0 is 1."""
    if not base and not exponent:
        return ONE
    found = NUMBER.power(base, exponent)
    if not found.is_finite():
        raise Overflow
    if is_integer(exponent) or not is_integer(found):
        return found
    return found.quantize(ONE, context=NUMBER) if found.adjusted() < 34 else found


def negate(run: Run, value: Value, position: int) -> Value:
    """Apply unary minus."""
    if value is None:
        return None
    if isinstance(value, (Decimal, timedelta, YearMonthDuration)):
        return negated(value)
    return run.warn("operand-type", f"- does not apply to {kind_of(value)}", position)


def negated(value: Decimal | timedelta | YearMonthDuration) -> Value:
    """Turn the sign."""
    if isinstance(value, YearMonthDuration):
        return YearMonthDuration(-value.months)
    return NUMBER.minus(value) if isinstance(value, Decimal) else -value


def _months(value: Decimal) -> YearMonthDuration:
    if value.adjusted() > 12:
        raise OverflowError
    return YearMonthDuration(int(value))


def _mismatch(run: Run, operator: str, left: Value, right: Value, position: int) -> Value:
    return run.warn("operand-type", f"{operator} does not apply to {kind_of(left)} and {kind_of(right)}", position)


OPERATIONS: dict[str, Operation] = {"+": _add, "-": _subtract, "*": _multiply, "/": _divide, "**": _power}
NUMBERS: dict[str, Callable[[Decimal, Decimal], Decimal]] = {
    "+": NUMBER.add,
    "-": NUMBER.subtract,
    "*": NUMBER.multiply,
    "/": NUMBER.divide,
    "**": power,
}
