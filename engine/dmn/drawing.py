"""A decision as it is drawn on paper: its tables cell by cell, its other boxed expressions as a tree of texts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from engine.dmn import boxed as b
from engine.dmn.evaluating import Kind, Source, find, load
from engine.dmn.graph import Element
from engine.dmn.places import places_of
from engine.dmn.texts import expression, tests
from engine.feel import FeelSyntaxError

AGGREGATIONS = {"SUM": "+", "COUNT": "#", "MIN": "<", "MAX": ">"}


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a column: what a person calls it, the FEEL text behind it, its type and the values it allows."""

    label: str
    text: str
    type: str
    values: str
    default: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One rule: a text per input, per output and per annotation."""

    id: str | None
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """A decision table; policy is written as the standard abbreviates it: U A P F R O C C+ C# C< C>."""

    id: str | None
    line: int | None
    policy: str
    inputs: tuple[Head, ...]
    outputs: tuple[Head, ...]
    rows: tuple[Row, ...]

    @property
    def has_notes(self) -> bool:
        """Tell whether any rule is annotated."""
        return any(note for row in self.rows for note in row.notes)


@dataclass(frozen=True, slots=True)
class Box:
    """One box: text of a literal, a grid, or boxes inside.

    kind: text, table, context, list, relation, function, call, if, filter, for, some or every; `name` is what the file
    calls it, `role` what it is to the box around it: if then else in match return result function.
    """

    kind: str
    name: str = ""
    role: str = ""
    text: str = ""
    grid: Grid | None = None
    parts: tuple[Box, ...] = ()


@dataclass(frozen=True, slots=True)
class Drawn:
    """An element with its box; reads: names its texts take from outside; requires: (kind, name) of what it asks for."""

    id: str | None
    name: str
    kind: str
    type: str
    line: int | None
    reads: frozenset[str]
    requires: tuple[tuple[str, str], ...]
    box: Box | None


def draw(source: Source, name: str, *, kind: Kind | None = None, models: Iterable[Source] = ()) -> list[Drawn]:
    """Draw a decision and all it asks for, what is asked for first; raises as `evaluate`."""
    return [_drawn(element) for element in _in_order(find(load(source, models), name, kind))]


def _in_order(start: Element) -> list[Element]:
    found: list[Element] = []
    seen: set[Element] = set()
    waiting: list[tuple[Element, bool]] = [(start, False)]
    while waiting:
        element, is_done = waiting.pop()
        if is_done:
            found.append(element)
        elif element not in seen:
            seen.add(element)
            waiting.append((element, True))
            waiting += [(one, False) for one in reversed(_asked(element))]
    return found


def _asked(element: Element) -> list[Element]:
    if element.node.kind == "decisionService":
        return [*element.several("outputs"), *element.several("encapsulated")]
    return [one for _, one in element.sight]


def _drawn(element: Element) -> Drawn:
    node = element.node
    return Drawn(
        node.id,
        node.label or element.name,
        node.kind,
        node.type or "",
        node.line,
        reads_of(element),
        tuple((one.node.kind, one.name) for one in _asked(element)),
        None if node.expression is None else _box(node.expression),
    )


def reads_of(element: Element) -> frozenset[str]:
    """Return the names that an element's own texts take from outside, whatever stands behind them."""
    outside = element.surroundings.names
    found: set[str] = set()
    for place in places_of(element):
        try:
            compiled = (expression if place.kind == "expression" else tests)(place.text, place.around)
        except FeelSyntaxError:
            continue
        found |= (compiled.names | compiled.maybe_names) - (place.around.names - outside)
    return frozenset(found - {"?", "item"})


def _box(found: b.Expression | None, *, name: str = "", role: str = "") -> Box:
    match found:
        case None:
            return Box("text", name, role)
        case b.Literal():
            return Box("text", name, role, found.text or "")
        case b.Table():
            return Box("table", name, role, grid=grid_of(found))
        case b.Context():
            entries = (
                _box(entry.value, name=entry.name or "", role="" if entry.name else "result") for entry in found.entries
            )
            return Box("context", name, role, parts=tuple(entries))
        case b.Function():
            parameters = ", ".join(parameter.name for parameter in found.parameters)
            return Box("function", name, role, parameters, parts=(_box(found.body, role="return"),))
        case b.Invocation():
            bindings = (_box(binding.value, name=binding.name or "") for binding in found.bindings)
            return Box("call", name, role, parts=(_box(found.function, role="function"), *bindings))
        case b.Relation():
            heads = [column.name for column in found.columns]
            rows = (
                Box("context", parts=tuple(_box(cell, name=head) for head, cell in zip(heads, row, strict=False)))
                for row in found.rows
            )
            return Box("relation", name, role, parts=tuple(rows))
        case b.ListOf():
            return Box("list", name, role, parts=tuple(_box(item) for item in found.items))
        case b.Conditional():
            parts = _roles(("if", found.condition), ("then", found.chosen), ("else", found.other))
            return Box("if", name, role, parts=parts)
        case b.Filter():
            return Box("filter", name, role, parts=_roles(("in", found.source), ("match", found.match)))
        case b.Iterator_():
            gives = "return" if found.kind == "for" else "match"
            return Box(found.kind, name, role, found.variable, parts=_roles(("in", found.source), (gives, found.body)))
    return Box("text", name, role)


def _roles(*parts: tuple[str, b.Expression | None]) -> tuple[Box, ...]:
    return tuple(_box(part, role=role) for role, part in parts)


def _entry(entry: b.Entry) -> Box:
    return _box(entry.value, name=entry.name or "", role="" if entry.name else "result")


def grid_of(table: b.Table) -> Grid:
    """Draw one table."""
    return Grid(
        table.id,
        table.line,
        policy_of(table),
        tuple(
            Head(one.label, one.expression.text or "", one.expression.type or "", one.values.text if one.values else "")
            for one in table.inputs
        ),
        tuple(
            Head(
                one.name or "", "", one.type or "", one.values.text if one.values else "",
                one.default.text if one.default else "",
            )
            for one in table.outputs
        ),
        tuple(
            Row(rule.id, tuple(one.text for one in rule.inputs), tuple(one.text for one in rule.outputs), rule.notes)
            for rule in table.rules
        ),
    )  # fmt: skip


def policy_of(table: b.Table) -> str:
    """Abbreviate a hit policy with its aggregation."""
    return table.policy + AGGREGATIONS.get(table.aggregation or "", "")
