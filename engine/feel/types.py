"""The types that `instance of` and parameter declarations name.

Source: DMN 1.5 clauses 10.3.2.9 (type lattice, conformance) and 10.3.2.9.4 (implicit conversions).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from engine.feel.temporal import midnight
from engine.feel.values import Function, Range, Value, kind_of

SIMPLE_TYPES = (
    "Any",
    "Null",
    "boolean",
    "number",
    "string",
    "date",
    "time",
    "date and time",
    "days and time duration",
    "years and months duration",
    "list",
    "context",
    "range",
    "function",
)
# Older spellings that models in the field still use.
ALIASES = {
    "dateTime": "date and time",
    "dayTimeDuration": "days and time duration",
    "yearMonthDuration": "years and months duration",
    "day-time duration": "days and time duration",
    "any": "Any",
}


class Type:
    """Base of all types."""

    def has(self, value: Value) -> bool:
        """Tell whether a value that is not null is an instance."""
        raise NotImplementedError

    def coerce(self, value: Value) -> tuple[bool, Value]:
        """Convert implicitly (singleton lists, date to date and time); answers (fits, value). Null always fits."""
        if value is None or self.has(value):
            return True, value
        if isinstance(value, list) and len(value) == 1 and self.has(value[0]):
            return True, value[0]
        return False, None

    def takes(self, other: Type) -> bool:
        """Tell whether every instance of `other` is one of this type."""
        return self == other


@dataclass(frozen=True, slots=True)
class Simple(Type):
    """A type without parts."""

    name: str

    def has(self, value: Value) -> bool:
        return self.name == "Any" or kind_of(value) == self.name

    def coerce(self, value: Value) -> tuple[bool, Value]:
        if self.name == "date and time" and isinstance(value, date) and not isinstance(value, datetime):
            return True, midnight(value)
        if self.name == "list" and value is not None and not isinstance(value, list):
            return True, [value]
        return Type.coerce(self, value)

    def takes(self, other: Type) -> bool:
        return self.name == "Any" or self == other or other == Simple("Null")

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class ListOf(Type):
    """list<T>"""

    item: Type

    def has(self, value: Value) -> bool:
        return isinstance(value, list) and all(part is None or self.item.has(part) for part in value)

    def coerce(self, value: Value) -> tuple[bool, Value]:
        if value is None or self.has(value):
            return True, value
        return (True, [value]) if self.item.has(value) else (False, None)

    def takes(self, other: Type) -> bool:
        return isinstance(other, ListOf) and self.item.takes(other.item)

    def __str__(self) -> str:
        return f"list<{self.item}>"


@dataclass(frozen=True, slots=True)
class RangeOf(Type):
    """range<T>"""

    item: Type

    def has(self, value: Value) -> bool:
        return isinstance(value, Range) and all(
            part is None or self.item.has(part) for part in (value.start, value.end)
        )

    def takes(self, other: Type) -> bool:
        return isinstance(other, RangeOf) and self.item.takes(other.item)

    def __str__(self) -> str:
        return f"range<{self.item}>"


@dataclass(frozen=True, slots=True)
class ContextOf(Type):
    """context<name: T, …>: at least these entries."""

    entries: tuple[tuple[str, Type], ...]

    def has(self, value: Value) -> bool:
        return isinstance(value, dict) and all(
            name in value and (value[name] is None or part.has(value[name])) for name, part in self.entries
        )

    def takes(self, other: Type) -> bool:
        if not isinstance(other, ContextOf):
            return False
        theirs = dict(other.entries)
        return all(name in theirs and part.takes(theirs[name]) for name, part in self.entries)

    def __str__(self) -> str:
        return f"context<{', '.join(f'{name}: {part}' for name, part in self.entries)}>"


@dataclass(frozen=True, slots=True)
class FunctionOf(Type):
    """function<T, …> -> U: parameters may take more, the result may be narrower."""

    parameters: tuple[Type, ...]
    result: Type

    def has(self, value: Value) -> bool:
        if not isinstance(value, Function) or len(value.parameters) != len(self.parameters):
            return False
        anything: Type = Simple("Any")
        pairs = zip(value.types, self.parameters, strict=True)
        if not all((declared or anything).takes(wanted) for declared, wanted in pairs):
            return False
        return self.result == anything or (value.result is not None and self.result.takes(value.result))

    def __str__(self) -> str:
        return f"function<{', '.join(map(str, self.parameters))}> -> {self.result}"


@dataclass(frozen=True, slots=True)
class Unknown(Type):
    """A name no type is known by; nothing is an instance."""

    name: str

    def has(self, value: Value) -> bool:
        return False

    def __str__(self) -> str:
        return self.name
