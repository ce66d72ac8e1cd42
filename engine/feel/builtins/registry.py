"""How built-in functions are declared and called.

A signature is written as in the standard's tables: `string: string, start position: number, length: number?`.
`?` marks a parameter that may be left out or null, `*` one that takes all remaining arguments (at least one), `any` one
that takes null. A function may have several signatures; the first that the arguments fit is used. An
argument that is null where the signature has no place for it makes the result null, quietly; one of a
wrong kind makes it null with a warning. A list of one is taken where a single value is wanted and a
single value where a list is (implicit conversions, DMN 1.5 clause 10.3.2.9.4).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, TypeVar

from engine.feel.durations import YearMonthDuration
from engine.feel.number import ARITHMETIC_ERRORS
from engine.feel.run import Run
from engine.feel.values import Function, NamedArguments, Range, Value, kind_of

_Body = TypeVar("_Body", bound=Callable[..., Any])
_NULL = object()
_KINDS: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "number": (Decimal,),
    "boolean": (bool,),
    "list": (list,),
    "context": (dict,),
    "function": (Function,),
    "range": (Range,),
    "date": (date,),
    "time": (time,),
    "date and time": (datetime,),
    "date or date and time": (date, datetime),
    "days and time duration": (timedelta,),
    "duration": (timedelta, YearMonthDuration),
    "number or duration": (Decimal, timedelta, YearMonthDuration),
    "point": (Decimal, str, date, time, datetime, timedelta, YearMonthDuration),
}


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a signature."""

    name: str
    kind: str
    is_optional: bool = False
    takes_rest: bool = False

    def take(self, value: Value) -> Value:
        """Convert implicitly; answers the sentinel for null and raises TypeError for a wrong kind."""
        if self.kind == "any":
            return value
        if value is None:
            return None if self.is_optional else _NULL
        kinds = _KINDS[self.kind]
        if type(value) in kinds:
            return value
        if self.kind == "list":
            return [value]
        if type(value) is list and len(value) == 1 and type(value[0]) in kinds:
            return value[0]
        raise TypeError(f"{self.name} is a {self.kind}, not a {kind_of(value)}")


@dataclass(frozen=True, slots=True)
class Signature:
    """Parameters and the Python function behind them."""

    parameters: tuple[Parameter, ...]
    call: Callable[..., Value]
    text: str

    def sort(self, arguments: list[Value] | NamedArguments) -> list[Value] | None:
        """Put arguments in the order of the parameters; None if they are too many, too few or misnamed."""
        parameters = self.parameters
        if isinstance(arguments, NamedArguments):
            names = {parameter.name for parameter in parameters}
            if not arguments.keys() <= names:
                return None
            if any(not p.is_optional and p.name not in arguments for p in parameters):
                return None
            given = [arguments.get(parameter.name) for parameter in parameters]
            return [[value] if p.takes_rest else value for p, value in zip(parameters, given, strict=True)]
        rest = bool(parameters) and parameters[-1].takes_rest
        least = sum(not parameter.is_optional for parameter in parameters)
        if len(arguments) < least or (len(arguments) > len(parameters) and not rest):
            return None
        if rest:
            fixed = len(parameters) - 1
            return [*arguments[:fixed], arguments[fixed:]]
        return arguments + [None] * (len(parameters) - len(arguments))

    def take(self, arguments: list[Value]) -> list[Value] | None:
        """Convert sorted arguments; None if one is null without leave. Raises TypeError for a wrong kind."""
        taken = []
        for parameter, value in zip(self.parameters, arguments, strict=True):
            if parameter.takes_rest:
                made = [parameter.take(part) for part in value]
                if any(part is _NULL for part in made):
                    return None
            else:
                made = parameter.take(value)
                if made is _NULL:
                    return None
            taken.append(made)
        return taken


@dataclass(frozen=True, slots=True)
class Builtin:
    """A built-in function as the generated list of them shows it."""

    name: str
    family: str
    summary: str
    signatures: list[Signature]


class Registry:
    """A set of built-ins: `entries` for people, `functions` for the compiler."""

    def __init__(self) -> None:
        self.entries: dict[str, Builtin] = {}
        self.functions: dict[str, Function] = {}

    def declare(self, name: str, *signatures: str) -> Callable[[_Body], _Body]:
        """Declare a built-in; decorate again under the same name for a signature with another body.

        The body gets the run and then one argument per parameter, converted.
        """

        def register(call: _Body) -> _Body:
            entry = self.entries.get(name)
            if entry is None:
                summary = (call.__doc__ or "").strip().splitlines()[0] if call.__doc__ else ""
                entry = self.entries[name] = Builtin(name, call.__module__.rpartition(".")[2], summary, [])
            for text in signatures:
                entry.signatures.append(Signature(tuple(_parse(text)), call, text))
            names = tuple(parameter.name for parameter in entry.signatures[0].parameters)
            self.functions[name] = Function(names, _dispatcher(entry), name=name, builtin=True)
            return call

        return register


STANDARD = Registry()
BUILTINS, FUNCTIONS, builtin = STANDARD.entries, STANDARD.functions, STANDARD.declare


def _parse(text: str) -> Iterator[Parameter]:
    for part in filter(None, text.split(", ")):
        name, _, kind = part.partition(": ")
        yield Parameter(name, kind.rstrip("?*"), is_optional=kind.endswith("?"), takes_rest=kind.endswith("*"))


def _to_try(entry: Builtin, arguments: list[Value] | NamedArguments) -> list[Signature]:
    """Order the signatures: of two with the same names (`before(point, range)` and its mirror) the order counts."""
    if not isinstance(arguments, NamedArguments) or len(entry.signatures) == 1:
        return entry.signatures
    given = list(arguments)
    return sorted(entry.signatures, key=lambda one: [parameter.name for parameter in one.parameters] != given)


def _dispatcher(entry: Builtin) -> Callable[[Run, Any], Value]:
    def call(run: Run, arguments: list[Value] | NamedArguments) -> Value:
        problem = ("arguments", f"{entry.name} does not take these arguments")
        for signature in _to_try(entry, arguments):
            ordered = signature.sort(arguments)
            if ordered is None:
                continue
            try:
                taken = signature.take(ordered)
            except TypeError as error:
                problem = ("argument-type", f"{entry.name}: {error}")
                continue
            if taken is None:
                return None
            run.charge(10)
            try:
                return signature.call(run, *taken)
            except ARITHMETIC_ERRORS as error:
                problem = ("argument-value", f"{entry.name} has no result for these values: {error}")
        return run.warn(*problem)

    return call
