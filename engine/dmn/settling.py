"""Elements to values: each decision once per evaluation, in the order its requirements ask for.

Source: DMN 1.5 clause 10.4; knowledge models and services are functions there, as they are here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.dmn.graph import Element, Graph
from engine.dmn.turn import Scope, Turn
from engine.dmn.types import take
from engine.feel.run import Run
from engine.feel.values import Function, Value

MISSING: Any = object()
MOST_TOLD = 200


def settle(graph: Graph, turn: Turn, element: Element) -> Value:
    """Return the value of an element, computing first what it requires; a cycle of requirements is null."""
    path = [element]
    while path:
        top = path[-1]
        if top in turn.values:
            path.pop()
            continue
        needed = next((found for found in top.required if found not in turn.values), None)
        if needed is None:
            turn.values[top] = _value(graph, turn, top)
            path.pop()
        elif needed in path:
            start = path.index(needed)
            turn.warn("cycle", f"{needed.name} requires itself")
            turn.values.update(dict.fromkeys(path[start:]))
            del path[start:]
        else:
            path.append(needed)
    return turn.values[element]


def _value(graph: Graph, turn: Turn, element: Element) -> Value:
    kind = element.node.kind
    if kind == "inputData":
        return _given(graph, turn, element)
    if kind == "decisionService":
        return service(graph, turn, element)
    if kind == "bkm":
        return knowledge(graph, turn, element)
    before, turn.current = turn.current, []
    tables = turn.current
    value = element.code(turn, _scope(graph, turn, element, dict(turn.free)))
    turn.current = before
    if turn.told is not None and len(turn.told) < MOST_TOLD:
        turn.told.append((turn, element, tables))
    return turn.conform(value, element.type, element.name)


def _scope(graph: Graph, turn: Turn, element: Element, scope: Scope) -> Scope:
    turn.run.charge(2 + len(element.sight))
    prefixed: dict[str, Scope] = {}
    for prefix, found in element.sight:
        value = turn.values[found] if found in turn.values else _value_of_function(graph, turn, found)
        if prefix:
            prefixed.setdefault(prefix, {})[found.name] = value
        else:
            scope[found.name] = value
    for prefix, names in prefixed.items():
        # Nested imports: `a.b` is a context inside a context.
        place = scope
        *outer, last = prefix.split(".")
        for part in outer:
            inner = place.setdefault(part, {})
            place = inner if isinstance(inner, dict) else {}
        known = place.get(last)
        place[last] = {**known, **names} if isinstance(known, dict) else names
    return scope


def _value_of_function(graph: Graph, turn: Turn, element: Element) -> Value:
    value = turn.values[element] = _value(graph, turn, element)
    return value


def _given(graph: Graph, turn: Turn, element: Element) -> Value:
    value = read_given(graph, turn.given, element)
    if value is MISSING:
        turn.warn("input-missing", f"No value was given for {element.name}")
        return None
    made = take(element.type, value, turn.run)
    return turn.conform(made, element.type, element.name)


def read_given(graph: Graph, given: Mapping[str, Any], element: Element) -> Any:
    """Find the value given for an element: inside contexts named like the imports, dotted, or as it is."""
    keys = (element.name, element.node.label, element.node.id)
    path = graph.paths.get(element.model, ())
    if path:
        place: Any = given
        for part in path:
            place = place.get(part) if isinstance(place, Mapping) else None
        places = [(place, keys), (given, tuple(f"{'.'.join(path)}.{key}" for key in keys)), (given, keys)]
    else:
        places = [(given, keys)]
    for place, names in places:
        if isinstance(place, Mapping):
            for name in names:
                if name is not None and name in place:
                    return place[name]
    return MISSING


def knowledge(graph: Graph, turn: Turn, element: Element) -> Value:
    """Make the function a business knowledge model is; it sees its own knowledge and itself, nothing of the caller."""
    scope: Scope = {}
    function = element.code(turn, scope)
    if not isinstance(function, Function):
        return function
    body = function.call
    is_filled = False

    def call(run: Run, arguments: list[Value]) -> Value:
        nonlocal is_filled
        if not is_filled:
            is_filled = True
            _scope(graph, turn, element, scope)
            scope[element.name] = function
        return body(run, arguments)

    function.call = call
    return function


def service(graph: Graph, turn: Turn, element: Element) -> Function:
    """Make the function a decision service is: its input data, then its input decisions, are the parameters."""
    parameters = [*element.several("input_data"), *element.several("input_decisions")]

    def call(run: Run, arguments: list[Value]) -> Value:
        inner = turn.inner()
        inner.values.update(zip(parameters, arguments, strict=True))
        outputs = element.several("outputs")
        values = {output.name: settle(graph, inner, output) for output in outputs}
        return next(iter(values.values())) if len(outputs) == 1 else values

    return Function(
        tuple(parameter.name for parameter in parameters),
        call,
        name=element.name,
        types=tuple(parameter.type for parameter in parameters),
        result=element.type,
    )
