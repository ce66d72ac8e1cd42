"""Number functions. Source: DMN 1.5 clause 10.3.4.5."""

from __future__ import annotations

from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    ROUND_UP,
    Context,
    Decimal,
    InvalidOperation,
    Overflow,
)

from engine.feel.builtins.registry import builtin
from engine.feel.durations import YearMonthDuration
from engine.feel.number import NUMBER, ZERO, is_integer, to_index
from engine.feel.run import Run
from engine.feel.values import Value

_LEAST_SCALE, _MOST_SCALE = -6111, 6176
_WIDE = Context(prec=12_400, Emin=-6143, Emax=6144, traps=[InvalidOperation, Overflow])


def round_to(value: Decimal, scale: Decimal | None, rounding: str) -> Decimal | None:
    """Round to a number of places after the point; a negative scale rounds before it."""
    places = 0 if scale is None else to_index(scale)
    if places is None or not _LEAST_SCALE <= places <= _MOST_SCALE:
        raise ValueError(scale)
    exponent = value.as_tuple().exponent
    if isinstance(exponent, int) and -exponent <= places and (places == 0 or value.adjusted() + places >= 34):
        return value
    rounded = value.quantize(Decimal((0, (1,), -places)), rounding=rounding, context=_WIDE)
    return NUMBER.plus(rounded) if rounded else ZERO.scaleb(min(0, -places))


@builtin("decimal", "n: number, scale: number")
def decimal(run: Run, n: Decimal, scale: Decimal) -> Value:
    """保留若干位小数，五成双"""
    return round_to(n, scale, ROUND_HALF_EVEN)


@builtin("floor", "n: number", "n: number, scale: number")
def floor(run: Run, n: Decimal, scale: Decimal | None = None) -> Value:
    """向下取整"""
    return round_to(n, scale, ROUND_FLOOR)


@builtin("ceiling", "n: number", "n: number, scale: number")
def ceiling(run: Run, n: Decimal, scale: Decimal | None = None) -> Value:
    """向上取整"""
    return round_to(n, scale, ROUND_CEILING)


@builtin("round up", "n: number, scale: number")
def round_up(run: Run, n: Decimal, scale: Decimal) -> Value:
    """远离零舍入"""
    return round_to(n, scale, ROUND_UP)


@builtin("round down", "n: number, scale: number")
def round_down(run: Run, n: Decimal, scale: Decimal) -> Value:
    """向零舍入"""
    return round_to(n, scale, ROUND_DOWN)


@builtin("round half up", "n: number, scale: number")
def round_half_up(run: Run, n: Decimal, scale: Decimal) -> Value:
    """四舍五入"""
    return round_to(n, scale, ROUND_HALF_UP)


@builtin("round half down", "n: number, scale: number")
def round_half_down(run: Run, n: Decimal, scale: Decimal) -> Value:
    """五舍六入"""
    return round_to(n, scale, ROUND_HALF_DOWN)


@builtin("abs", "n: number or duration")
def absolute(run: Run, n: Value) -> Value:
    """绝对值；也用于时长"""
    return (
        YearMonthDuration(abs(n.months))
        if isinstance(n, YearMonthDuration)
        else NUMBER.abs(n)
        if isinstance(n, Decimal)
        else abs(n)
    )


@builtin("modulo", "dividend: number, divisor: number")
def modulo(run: Run, dividend: Decimal, divisor: Decimal) -> Decimal:
    """余数，符号同除数"""
    if not divisor:
        raise ValueError(divisor)
    if dividend.adjusted() - divisor.adjusted() > 6000:
        raise Overflow
    rest = _WIDE.remainder(dividend, divisor)
    if rest and (rest < 0) != (divisor < 0):
        rest = _WIDE.add(rest, divisor)
    return NUMBER.plus(rest)


@builtin("sqrt", "number: number")
def square_root(run: Run, number: Decimal) -> Decimal:
    """平方根"""
    return NUMBER.sqrt(number)


@builtin("log", "number: number")
def logarithm(run: Run, number: Decimal) -> Decimal:
    """自然对数"""
    if number <= 0:
        raise ValueError(number)
    return NUMBER.ln(number)


@builtin("exp", "number: number")
def exponential(run: Run, number: Decimal) -> Decimal:
    """e 的幂"""
    return NUMBER.exp(number)


@builtin("odd", "number: number")
def is_odd(run: Run, number: Decimal) -> bool | None:
    """是奇数"""
    return _parity(run, number, 1)


@builtin("even", "number: number")
def is_even(run: Run, number: Decimal) -> bool | None:
    """是偶数"""
    return _parity(run, number, 0)


def _parity(run: Run, number: Decimal, wanted: int) -> bool | None:
    if not is_integer(number):
        return None
    return _WIDE.remainder(number.copy_abs(), Decimal(2)) == wanted
