"""Numbers: 34 significant digits, ties to even, never the ambient decimal context.

Source: DMN 1.5 clause 10.3.2.3.1 (IEEE 754-2008 decimal128).
"""

from __future__ import annotations

from decimal import (
    ROUND_HALF_EVEN,
    Context,
    Decimal,
    DivisionByZero,
    InvalidOperation,
    Overflow,
)

NUMBER = Context(
    prec=34,
    rounding=ROUND_HALF_EVEN,
    Emin=-6143,
    Emax=6144,
    capitals=1,
    clamp=0,
    traps=[InvalidOperation, DivisionByZero, Overflow],
)
ARITHMETIC_ERRORS = (InvalidOperation, DivisionByZero, Overflow, OverflowError, ValueError)
ZERO = Decimal(0)
ONE = Decimal(1)

# Larger integers cannot be numbers, and turning them into text is quadratic.
_MOST_BITS = 20_500
_EXACT = 10**34


def from_int(value: int) -> Decimal:
    """Round a Python integer to 34 digits; raises Overflow beyond decimal128."""
    if -_EXACT < value < _EXACT:
        return Decimal(value)
    if value.bit_length() > _MOST_BITS:
        raise Overflow
    return NUMBER.create_decimal(value)


def from_float(value: float) -> Decimal:
    """Take the shortest decimal text of a float, so 0.1 is 0.1; raises for infinities."""
    number = NUMBER.create_decimal(repr(value))
    if not number.is_finite():
        raise InvalidOperation
    return number


def from_text(text: str) -> Decimal:
    """Read digits, point and exponent; raises InvalidOperation or Overflow."""
    return NUMBER.create_decimal(text)


def to_text(value: Decimal) -> str:
    """Write without exponent, keeping trailing zeros, and never a negative zero."""
    text = format(value, "f")
    return text[1:] if text.startswith("-") and not value else text


def is_integer(value: Decimal) -> bool:
    """Tell whether there is nothing after the point."""
    return value == value.to_integral_value()


def to_index(value: Decimal) -> int | None:
    """Return the integer a position or length means, or None where it is none."""
    if value.adjusted() > 18 or not is_integer(value):
        return None
    return int(value)
