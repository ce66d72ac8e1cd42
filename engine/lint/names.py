"""Findings about values: a condition, a candidate or a deadline that reads what no step fills in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from difflib import get_close_matches
from typing import Any

from engine.feel.syntax import Name, Path, walk
from engine.lint.texts import finding
from engine.spiff.elements import Around, Element, Event, Program
from engine.spiff.expressions import Expr, unreadable
from engine.spiff.sources import writes

# The top-level fields of a form by the name of its schema file; None: that form is not at hand, or takes any field.
Fields = Callable[[str], frozenset[str] | None]

_GIVEN = frozenset({"case"})
_COUNTERS = frozenset({
    "loopCounter", "numberOfInstances", "numberOfActiveInstances", "numberOfCompletedInstances",
    "numberOfTerminatedInstances",
})  # fmt: skip
_BRING = frozenset({"message", "signal", "error", "escalation", "multiple"})


def look(program: Program, fields: Fields) -> Iterator[dict[str, Any]]:
    """Yield what is read and never filled in; where values may come from elsewhere, only what looks like a slip."""
    known = _Known(program, fields)
    told: set[tuple[str, str]] = set()
    for element_id, line, label, expr in _texts(program):
        for path in _reads(expr):
            near = known.missing(path)
            name = ".".join(path)
            if near is None or (element_id, name) in told:
                continue
            told.add((element_id, name))
            yield finding(
                "unknown-name-near" if near else "unknown-name", element_id, line, name=label, read=name, near=near
            )


class _Known:
    """What the steps of a program fill in; `open`: other values may come from outside."""

    def __init__(self, program: Program, fields: Fields) -> None:
        self.names: set[str] = set(_GIVEN)
        self.inside: dict[str, frozenset[str] | None] = {}
        self.open = not program.starters
        for element in program.elements.values():
            self._take(element, fields)

    def missing(self, path: tuple[str, ...]) -> str | None:
        """Return None for what is filled in or may be, else the name that may be meant, empty when none is alike."""
        first = path[0]
        if first not in self.names:
            near = get_close_matches(first, sorted(self.names - _GIVEN - _COUNTERS), 1, 0.75)
            return near[0] if near else None if self.open else ""
        inside = self.inside.get(first)
        if len(path) < 2 or inside is None or path[1] in inside:
            return None
        near = get_close_matches(path[1], sorted(inside), 1, 0.75)
        return f"{first}.{near[0]}" if near else ""

    def _take(self, element: Element, fields: Fields) -> None:
        self.names |= {name for name, _ in (*element.sets, *element.outputs)}
        self.names |= {lookup.variable for lookup in element.lookups}
        around = element.around or Around()
        self.names |= {name for name, _ in (*around.inputs, *around.outputs)}
        for script in (element.script, around.before, around.after):
            if script is not None:
                self.names |= writes(script)
                self.open = self.open or unreadable(script) is not None or not writes(script)
        if element.decision is not None:
            self.names.add(element.variable or element.decision)
        loop = element.loop
        if loop is not None:
            self.names |= {*loop.item, *loop.output_item, *_COUNTERS}
            self.names |= {loop.output} if loop.output else set()
        if element.service is not None:
            self._result(element.service.result)
        if element.topic or element.acts_as:
            self._result(element.variable)
        if element.event is not None:
            self._event(element.event)
        if element.variable:
            self.names.add(element.variable)
        self._form(element, fields)

    def _form(self, element: Element, fields: Fields) -> None:
        form = element.form
        if form is None or not form["schema"]:
            return
        found = fields(form["schema"])
        if not element.variable:
            self.names |= found or frozenset()
            self.open = self.open or found is None
            return
        # Filled in twice, by two forms: what either asks for may be there.
        before = self.inside.get(element.variable, frozenset())
        self.inside[element.variable] = None if found is None or before is None else before | found

    def _event(self, event: Event) -> None:
        for part in (event, *event.parts):
            if part.kind in _BRING:
                self._result(part.variable)

    def _result(self, name: str | None) -> None:
        if name:
            self.names.add(name)
        else:
            self.open = True


def _texts(program: Program) -> Iterator[tuple[str, int | None, str, Expr]]:
    """Yield (element, line, what it is called, text) of what steers a case, in the order of the document."""
    for body in program.bodies():
        names = {node.id: node.name for node in body.nodes}
        for flow in body.flows:
            if flow.condition is not None:
                yield flow.id, flow.line, flow.name or names.get(flow.source) or flow.id, flow.condition
        for node in body.nodes:
            for expr in _of(node):
                if expr is not None:
                    yield node.id, node.line, node.name or node.id, expr


def _of(node: Element) -> Iterator[Expr | None]:
    for candidate in node.candidates:
        yield candidate.unit
        yield candidate.user
    yield from (node.due, node.unit, node.activation)
    yield from (expr for _, expr in node.inputs)
    if node.loop is not None:
        yield from (node.loop.collection, node.loop.cardinality)
    if node.event is not None:
        yield node.event.condition


def _reads(expr: Expr) -> list[tuple[str, ...]]:
    """Return the names a text surely reads, each with the entry it takes of it where it does."""
    compiled = expr.compiled
    free: frozenset[str] = getattr(compiled, "names", frozenset())
    tree = getattr(compiled, "tree", None)
    if tree is None:
        return []
    taken = [
        (node.base.name, node.name) for node in walk(tree) if isinstance(node, Path) and isinstance(node.base, Name)
    ]
    whole = {name for name, _ in taken}
    return [one for one in taken if one[0] in free] + [(name,) for name in sorted(free - whole)]
