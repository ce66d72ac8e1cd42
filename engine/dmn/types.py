"""Item definitions as FEEL types, and values from outside read by them.

Source: DMN 1.5 clause 7.3.2 (item definitions) and 10.3.2.9.4 (implicit conversions; what does not conform is null).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from engine.feel import Budget, YearMonthDuration
from engine.feel import Tests as UnaryTests
from engine.feel.durations import parse_duration
from engine.feel.run import Run
from engine.feel.temporal import parse_date, parse_date_time, parse_time
from engine.feel.types import ALIASES, SIMPLE_TYPES, ContextOf, FunctionOf, ListOf, Simple, Type
from engine.feel.values import Function as FunctionValue
from engine.feel.values import Value

ANY = Simple("Any")
# Spellings of DMN 1.1 models and of other vendors' designers.
_SPELLINGS = {
    **ALIASES,
    "dateAndTime": "date and time",
    "daysAndTimeDuration": "days and time duration",
    "yearsAndMonthsDuration": "years and months duration",
    "Boolean": "boolean",
    "String": "string",
    "Number": "number",
    **dict.fromkeys(("integer", "long", "double", "float", "decimal"), "number"),
}
_READERS: dict[str, Callable[[str], Any]] = {
    "date": parse_date,
    "time": parse_time,
    "date and time": parse_date_time,
    "days and time duration": lambda text: _kind_of_duration(text, month=False),
    "years and months duration": lambda text: _kind_of_duration(text, month=True),
}
_purse: ContextVar[Budget | None] = ContextVar("dmn_purse", default=None)


def _kind_of_duration(text: str, *, month: bool) -> Any:
    found = parse_duration(text)
    return found if isinstance(found, YearMonthDuration) is month else None


@contextmanager
def spending(budget: Budget) -> Iterator[None]:
    """Let the tests of allowed values take their cost from this budget."""
    token = _purse.set(budget)
    try:
        yield
    finally:
        _purse.reset(token)


def builtin(name: str) -> Type | None:
    """Return the FEEL type of a name, in any spelling, or None."""
    name = _SPELLINGS.get(name, name)
    return Simple(name) if name in SIMPLE_TYPES else None


class Item(Type):
    """A named type: a base, the values allowed, perhaps a collection of them.

    `base` is set when all definitions are known, because types may refer to each other. `allowed` holds for each
    value, `constraint` for the collection as a whole; nothing is asked of null.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.base: Type = ANY
        self.allowed: UnaryTests | None = None
        self.constraint: UnaryTests | None = None
        self.is_collection = False
        # Texts of allowed values that are plain constants, in order; for priorities and forms.
        self.choices: list[Value] = []

    def has(self, value: Value) -> bool:
        if not self.is_collection:
            return self.has_one(value) and _holds(self.constraint, value)
        if not isinstance(value, list) or not all(part is None or self.has_one(part) for part in value):
            return False
        return _holds(self.constraint, value)

    def has_one(self, value: Value) -> bool:
        """Tell whether a value is one of the collection, or of the type if it is none."""
        return self.base.has(value) and _holds(self.allowed, value)

    def coerce(self, value: Value) -> tuple[bool, Value]:
        if value is None or self.has(value):
            return True, value
        if self.is_collection:
            fits, one = self.base.coerce(value)
            wrapped = [one] if fits and one is not None else None
            return (True, wrapped) if wrapped is not None and self.has(wrapped) else (False, None)
        fits, one = self.base.coerce(value)
        return (True, one) if fits and one is not None and self.has(one) else (False, None)

    def takes(self, other: Type) -> bool:
        if isinstance(other, Item) and other.name == self.name:
            return True
        mine, theirs = plain(self), plain(other)
        return mine.takes(theirs)

    def __str__(self) -> str:
        return self.name


class Function(FunctionOf):
    """The type of a function item: any function of as many parameters; declared types are checked when it is called."""

    def has(self, value: Value) -> bool:
        if FunctionOf.has(self, value):
            return True
        return isinstance(value, FunctionValue) and len(value.parameters) == len(self.parameters)


def plain(wanted: Type) -> Type:
    """Look through item definitions to the FEEL type they stand on."""
    for _ in range(32):
        if not isinstance(wanted, Item):
            break
        if wanted.is_collection:
            return ListOf(plain(wanted.base))
        wanted = wanted.base
    return wanted


def _holds(tests: UnaryTests | None, value: Value) -> bool:
    return tests is None or value is None or tests(value, {}, budget=_purse.get()) is True


def take(wanted: Type | None, value: object, run: Run, left: int = 60) -> Value:
    """Turn a value from outside into a FEEL value of a type as far as it can be read as one.

    Text is read as the date, time or duration the type wants; contexts get the members they lack, as null.
    """
    if wanted is None or left <= 0:
        return run.lift(value)
    if isinstance(wanted, Item):
        if wanted.is_collection and isinstance(value, (list, tuple)):
            return [take(wanted.base, part, run, left - 1) for part in value]
        return take(wanted.base, value, run, left - 1)
    if isinstance(wanted, ListOf) and isinstance(value, (list, tuple)):
        return [take(wanted.item, part, run, left - 1) for part in value]
    if isinstance(wanted, ContextOf) and isinstance(value, dict):
        members = dict(wanted.entries)
        made = {str(name): take(members.get(str(name)), part, run, left - 1) for name, part in value.items()}
        return {**made, **{name: None for name in members if name not in made}}
    if isinstance(wanted, Simple) and isinstance(value, str):
        reader = _READERS.get(wanted.name)
        found = reader(value.strip()) if reader is not None else None
        return value if found is None else found
    return run.lift(value)
