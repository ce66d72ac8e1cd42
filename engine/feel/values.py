"""Ranges, functions and the kinds of FEEL values.

Every value is one of: None, bool, Decimal, str, list, dict (a context), date, time, datetime, timedelta,
YearMonthDuration, Range, Function. bool is not a number.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from engine.feel.durations import YearMonthDuration

if TYPE_CHECKING:
    from engine.feel.run import Run
    from engine.feel.types import Type

Value = Any


@dataclass(frozen=True, slots=True)
class Range:
    """An interval; an end that is None is open to that side (`< 5` has no start)."""

    start: Value
    end: Value
    start_included: bool
    end_included: bool


class NamedArguments(dict[str, Value]):
    """Arguments by name, for a built-in to sort into one of its signatures."""


class Function:
    """Something that can be invoked: `call(run, arguments)` gets one value per parameter, in order.

    `types` has one entry per parameter, None where nothing was declared. A call with another number of
    arguments is an error (null); `apply` in engine.feel.run does the checks. `frame` holds the names around a
    function written in FEEL.
    """

    __slots__ = ("builtin", "call", "frame", "name", "parameters", "result", "types")

    def __init__(
        self,
        parameters: tuple[str, ...],
        call: Callable[[Run, Any], Value],
        *,
        name: str = "",
        types: tuple[Type | None, ...] | None = None,
        result: Type | None = None,
        builtin: bool = False,
    ) -> None:
        self.parameters = parameters
        self.call = call
        self.name = name
        self.frame: list[Any] = []
        self.types = types or (None,) * len(parameters)
        self.result = result
        self.builtin = builtin


KINDS: dict[type, str] = {
    type(None): "null",
    bool: "boolean",
    Decimal: "number",
    str: "string",
    list: "list",
    dict: "context",
    date: "date",
    time: "time",
    datetime: "date and time",
    timedelta: "days and time duration",
    YearMonthDuration: "years and months duration",
    Range: "range",
    Function: "function",
}


def kind_of(value: Value) -> str:
    """Name the FEEL type of a value."""
    return KINDS.get(type(value), "unknown")
