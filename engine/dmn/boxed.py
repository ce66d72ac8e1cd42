"""Boxed expressions as read from the file: one frozen class per kind. Source: DMN 1.5 clauses 8 and 10.2.

`id` and `line` name the element for findings; `type` is the typeRef as written, or None.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Expression:
    """Base of all kinds."""

    id: str | None
    line: int | None
    type: str | None


@dataclass(frozen=True, slots=True)
class Literal(Expression):
    """FEEL text; `language` is set when it is another language, `text` None when there is none.

    imported: the element of another file its value is said to stand in (importedValues); that is never read.
    """

    text: str | None
    language: str | None = None
    imported: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """A named entry; `name` None: the result of the context."""

    name: str | None
    type: str | None
    value: Expression | None


@dataclass(frozen=True, slots=True)
class Context(Expression):
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Parameter:
    name: str
    type: str | None


@dataclass(frozen=True, slots=True)
class Function(Expression):
    """kind: FEEL, Java or PMML."""

    parameters: tuple[Parameter, ...]
    body: Expression | None
    kind: str = "FEEL"


@dataclass(frozen=True, slots=True)
class Invocation(Expression):
    function: Expression | None
    bindings: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Relation(Expression):
    columns: tuple[Parameter, ...]
    rows: tuple[tuple[Expression | None, ...], ...]


@dataclass(frozen=True, slots=True)
class ListOf(Expression):
    items: tuple[Expression | None, ...]


@dataclass(frozen=True, slots=True)
class Conditional(Expression):
    condition: Expression | None
    chosen: Expression | None
    other: Expression | None


@dataclass(frozen=True, slots=True)
class Filter(Expression):
    source: Expression | None
    match: Expression | None


@dataclass(frozen=True, slots=True)
class Iterator_(Expression):  # noqa: N801
    """kind: for, some or every."""

    kind: str
    variable: str
    source: Expression | None
    body: Expression | None
    variable_type: str | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a rule, or a list of allowed values: FEEL text with its place in the file."""

    id: str | None
    line: int | None
    text: str


@dataclass(frozen=True, slots=True)
class Input:
    id: str | None
    line: int | None
    label: str
    expression: Literal
    values: Cell | None


@dataclass(frozen=True, slots=True)
class Output:
    id: str | None
    line: int | None
    name: str | None
    type: str | None
    values: Cell | None
    default: Cell | None


@dataclass(frozen=True, slots=True)
class Rule:
    id: str | None
    line: int | None
    inputs: tuple[Cell, ...]
    outputs: tuple[Cell, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Table(Expression):
    """policy: U A P F R O C; aggregation: SUM COUNT MIN MAX or None."""

    policy: str
    aggregation: str | None
    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]
    rules: tuple[Rule, ...] = field(default=())


def parts(expression: Expression) -> Iterator[Expression]:
    """Yield the expressions directly inside one."""
    found: tuple[Expression | None, ...] = ()
    match expression:
        case Context(entries=entries):
            found = tuple(entry.value for entry in entries)
        case Function(body=body):
            found = (body,)
        case Invocation(function=function, bindings=bindings):
            found = (function, *(binding.value for binding in bindings))
        case Relation(rows=rows):
            found = tuple(cell for row in rows for cell in row)
        case ListOf(items=items):
            found = items
        case Conditional(condition=condition, chosen=chosen, other=other):
            found = (condition, chosen, other)
        case Filter(source=source, match=match):
            found = (source, match)
        case Iterator_(source=source, body=body):
            found = (source, body)
        case Table(inputs=inputs):
            found = tuple(one.expression for one in inputs)
    yield from (part for part in found if part is not None)
