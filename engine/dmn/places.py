"""Every FEEL text of an element with what it stands in: for checking them one by one, as they will be compiled."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from engine.dmn import boxed as b
from engine.dmn.graph import Element
from engine.dmn.texts import Surroundings
from engine.feel.types import Type


@dataclass(frozen=True, slots=True)
class Place:
    """One text. rule and column count from 1, columns of outputs after those of inputs; is_open: names of items too.

    kind: expression, test (an input cell) or values (allowed values).
    """

    text: str
    kind: str
    around: Surroundings
    id: str | None
    line: int | None
    table: str | None = None
    rule: int | None = None
    column: int | None = None
    is_open: bool = False
    types: Mapping[str, Type] = field(default_factory=dict)


def places_of(element: Element) -> Iterator[Place]:
    """Yield the texts of an element."""
    expression = element.node.expression
    if expression is None:
        return
    outside = element.surroundings.names
    types = element.declared
    for place in _walk(expression, element.surroundings, is_open=False):
        is_unnamed = place.column is not None and place.table is None
        # An inner name may hide one from outside; of its type nothing is known here.
        inner = place.around.names - outside
        known = {name: found for name, found in types.items() if name not in inner}
        yield replace(place, table=element.name if is_unnamed else place.table, types=known)


def tables_of(expression: b.Expression | None) -> Iterator[b.Table]:
    """Yield the decision tables in an expression, itself included."""
    stack = [] if expression is None else [expression]
    while stack:
        one = stack.pop()
        if isinstance(one, b.Table):
            yield one
        stack.extend(b.parts(one))


def _walk(found: b.Expression, around: Surroundings, *, is_open: bool) -> Iterator[Place]:
    if isinstance(found, b.Literal):
        if found.language is None and found.text is not None and found.text.strip():
            yield Place(found.text, "expression", around, found.id, found.line, is_open=is_open)
        return
    if isinstance(found, b.Table):
        yield from _table(found, around, is_open=is_open)
        return
    if isinstance(found, b.Context):
        for entry in found.entries:
            if entry.value is not None:
                own = entry.name if isinstance(entry.value, b.Function) else None
                yield from _walk(entry.value, around.with_names(own), is_open=is_open)
            around = around.with_names(entry.name)
        return
    if isinstance(found, b.Function):
        around = around.with_names(*(parameter.name for parameter in found.parameters))
        if found.kind.upper() == "FEEL" and found.body is not None:
            yield from _walk(found.body, around, is_open=is_open)
        return
    for part in b.parts(found):
        if isinstance(found, b.Iterator_) and part is found.body:
            yield from _walk(part, around.with_names(found.variable, "partial"), is_open=is_open)
        elif isinstance(found, b.Filter) and part is found.match:
            yield from _walk(part, around.with_names("item"), is_open=True)
        else:
            yield from _walk(part, around, is_open=is_open)


def _table(found: b.Table, around: Surroundings, *, is_open: bool) -> Iterator[Place]:
    table = found.id

    def place(cell: b.Cell | b.Literal | None, kind: str, rule: int | None, column: int) -> Iterator[Place]:
        if cell is not None and cell.text is not None and cell.text.strip() not in ("", "-"):
            yield Place(cell.text, kind, around, cell.id, cell.line, table, rule, column, is_open)

    for column, one in enumerate(found.inputs, 1):
        yield from place(one.expression, "expression", None, column)
        yield from place(one.values, "values", None, column)
    for column, output in enumerate(found.outputs, len(found.inputs) + 1):
        yield from place(output.values, "values", None, column)
        yield from place(output.default, "expression", None, column)
    for number, rule in enumerate(found.rules, 1):
        for column, cell in enumerate(rule.inputs, 1):
            yield from place(cell, "test", number, column)
        for column, cell in enumerate(rule.outputs, len(found.inputs) + 1):
            yield from place(cell, "expression", number, column)
