"""One evaluation: its budget, its clock, its warnings, and the door through which host values come in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Protocol, TypeVar

from engine.feel.budget import NESTING, Budget
from engine.feel.durations import YearMonthDuration
from engine.feel.errors import BudgetExceeded, FeelEvaluationError, Note
from engine.feel.number import ARITHMETIC_ERRORS, NUMBER, from_float, from_int
from engine.feel.values import Function, NamedArguments, Range, Value

_T = TypeVar("_T")
_NUMBERS = frozenset({int, float, Decimal})
_PLAIN = 10**34
_AS_IS = frozenset({type(None), bool, str, date, time, datetime, timedelta, YearMonthDuration, Range, Function})


class WorkingDays(Protocol):
    """Which days are worked; LookupError where it cannot tell."""

    def add(self, day: date, working_days: int) -> date: ...

    def count(self, start: date, end: date) -> int: ...

    def is_working(self, day: date) -> bool: ...


class Run:
    """State of one evaluation; class attributes are the defaults, so making one costs almost nothing."""

    budget: Budget | None = None
    now: datetime | None = None
    calendar: WorkingDays | None = None
    warnings: list[Note] | None = None
    is_strict = False
    position: int | None = None
    patterns: dict[tuple[str, str], Any] | None = None
    lifted: dict[int, tuple[object, Value]] | None = None

    def purse(self) -> Budget:
        """Return the budget, opening the default one on first use."""
        if self.budget is None:
            self.budget = Budget()
        return self.budget

    def charge(self, operations: int) -> None:
        """Take operations from the budget."""
        (self.budget or self.purse()).spend(operations)

    def hold(self, size: int) -> None:
        """Take bytes from the budget."""
        (self.budget or self.purse()).hold(size)

    def warn(self, code: str, message: str, position: int | None = None) -> _T | None:
        """Record why a value is null, and answer null; raises FeelEvaluationError in a strict run."""
        if position is None:
            position = self.position
        if self.is_strict:
            raise FeelEvaluationError(code, message, position)
        if self.warnings is not None and len(self.warnings) < 100:
            self.warnings.append(Note(code, message, position))
        return None

    def lift(self, value: object) -> Value:
        """Turn a host value into a FEEL value; a kind FEEL does not know becomes null with a warning.

        A list or mapping is converted whole; one in which nothing has to change is taken as it is.
        """
        kind = type(value)
        if kind in _AS_IS:
            return value
        try:
            if kind is Decimal:
                return NUMBER.plus(value)  # type: ignore[arg-type]
            if kind is int:
                return from_int(value)  # type: ignore[arg-type]
            if kind is float:
                return from_float(value)  # type: ignore[arg-type]
        except ARITHMETIC_ERRORS:
            return self.warn("number-range", "A number in the context is not finite or too large")
        found = self._lift_other(value, NESTING)
        if type(found) is list or type(found) is dict:
            self._remember(value, found)
        return found

    def _lift_part(self, value: object, left: int) -> Value:
        """Convert one part of a list or mapping."""
        kind = type(value)
        if kind is int and -_PLAIN < value < _PLAIN:  # type: ignore[operator]
            return Decimal(value)  # type: ignore[arg-type]
        if kind is Decimal and value.is_finite() and -6000 < value.adjusted() < 6000:  # type: ignore[attr-defined]
            return value
        if kind is dict or kind is list or isinstance(value, (list, tuple, Mapping)):
            return self._lift_other(value, left - 1)
        return self.lift(value)

    def _lift_other(self, value: object, left: int) -> Value:
        if isinstance(value, (list, tuple, Mapping)):
            known = self.lifted.get(id(value)) if self.lifted else None
            if known is not None:
                return known[1]
            if left <= 0:
                raise BudgetExceeded("depth", "A value in the context nests too deeply")
            self.charge(1 + len(value) // 2)
            if isinstance(value, (list, tuple)):
                return self._lift_list(value, left)
            return self._lift_mapping(value, left)
        for base in (bool, Decimal, int, float, str, datetime, date, time, timedelta):
            if isinstance(value, base):
                return self._lift_subclass(base, value)
        return self.warn("host-value", f"A value of type {type(value).__name__} is not a FEEL value")

    def _lift_subclass(self, base: type, value: Any) -> Value:
        if base in (int, float, Decimal):
            return self.lift(base(value))
        if base is str:
            return str.__str__(value)
        return value

    def _lift_list(self, value: Sequence[object], left: int) -> list[Value]:
        made: list[Value] | None = None if type(value) is list else list(value)
        is_nested = False
        for index, part in enumerate(value):
            kind = type(part)
            if kind in _AS_IS:
                continue
            is_nested = is_nested or kind not in _NUMBERS
            lifted = self._lift_part(part, left)
            if lifted is not part:
                if made is None:
                    made = list(value)
                made[index] = lifted
        found: list[Value] = value if made is None else made  # type: ignore[assignment]
        if is_nested:
            self._remember(value, found)
        return found

    def _lift_mapping(self, value: Mapping[Any, object], left: int) -> dict[str, Value]:
        made: dict[str, Value] | None = None
        if type(value) is not dict or any(type(key) is not str for key in value):
            made = {str(key): part for key, part in value.items()}
        is_nested = False
        for key, part in value.items():
            kind = type(part)
            if kind in _AS_IS:
                continue
            is_nested = is_nested or kind not in _NUMBERS
            lifted = self._lift_part(part, left)
            if lifted is not part:
                if made is None:
                    made = dict(value)
                made[str(key)] = lifted
        found: dict[str, Value] = value if made is None else made  # type: ignore[assignment]
        if is_nested:
            self._remember(value, found)
        return found

    def _remember(self, value: object, made: Value) -> None:
        """Keep what a shared part became; the source is kept too, or its id could be given to another object."""
        if self.lifted is None:
            self.lifted = {}
        self.lifted[id(value)] = (value, made)


def apply(run: Run, function: Function, arguments: list[Value] | NamedArguments, position: int | None = None) -> Value:
    """Invoke a function with checked and coerced arguments, one level deeper in the budget."""
    if function.builtin:
        run.position = position
        return function.call(run, arguments)
    if isinstance(arguments, NamedArguments):
        arguments = [arguments.get(name) for name in function.parameters]
    if len(arguments) != len(function.parameters):
        return run.warn(
            "arguments", f"{function.name or 'The function'} takes {len(function.parameters)} arguments", position
        )
    for index, declared in enumerate(function.types):
        if declared is not None:
            fits, arguments[index] = declared.coerce(arguments[index])
            if not fits:
                name = function.parameters[index]
                return run.warn("argument-type", f"{name} is not a {declared}", position)
    purse = run.purse()
    purse.enter()
    purse.spend(4)
    value = function.call(run, arguments)
    purse.leave()
    if function.result is not None:
        fits, value = function.result.coerce(value)
        if not fits:
            return run.warn("result-type", f"The result is not a {function.result}", position)
    return value
