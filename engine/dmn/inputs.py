"""What a decision asks for, as JSON Schema: the form behind "what if"."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from engine.dmn import boxed as b
from engine.dmn.atoms import Atom, Constant, Interval
from engine.dmn.coverage import allowed_atoms
from engine.dmn.evaluating import Kind, Source, find, load
from engine.dmn.graph import Element, Graph
from engine.dmn.places import tables_of
from engine.dmn.types import Item
from engine.feel import to_json
from engine.feel.types import ContextOf, ListOf, Simple, Type

Schema = dict[str, Any]
_SIMPLE: dict[str, Schema] = {
    "number": {"type": "number"},
    "string": {"type": "string"},
    "boolean": {"type": "boolean"},
    "date": {"type": "string", "format": "date"},
    "time": {"type": "string", "format": "time"},
    "date and time": {"type": "string", "format": "date-time"},
    "days and time duration": {"type": "string", "format": "duration"},
    "years and months duration": {"type": "string", "format": "duration"},
    "list": {"type": "array"},
    "context": {"type": "object"},
}
_MOST_DEEP = 12


def inputs_schema(source: Source, name: str, *, kind: Kind | None = None, models: Iterable[Source] = ()) -> Schema:
    """Return the JSON Schema (2020-12) of what a decision needs to be given, however deep it is asked for.

    A file that declares no input data is read by its tables: each input that is a plain name. Raises as `evaluate`.
    """
    graph = load(source, models)
    element = find(graph, name, kind)
    needed = _needed(graph, element)
    properties: Schema = {one.name: {"title": one.name, **_schema(one.type)} for one in needed}
    if element.node.kind == "bkm" and isinstance(element.node.expression, b.Function):
        find_type = element.model.catalogue.find
        parameters = element.node.expression.parameters
        properties = {one.name: {"title": one.name, **_schema(find_type(one.type))} for one in parameters}
    elif not properties:
        properties = _read_off(element)
    else:
        _add_values(element, properties)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "title": element.node.label or element.name,
        "properties": properties,
    }


def _needed(graph: Graph, start: Element) -> list[Element]:
    """List input data in the order they are asked for; of a service its own parameters."""
    if start.node.kind == "decisionService":
        return [*start.several("input_data"), *start.several("input_decisions")]
    found: list[Element] = []
    seen: set[Element] = set()
    waiting = [start]
    while waiting:
        one = waiting.pop(0)
        if one in seen:
            continue
        seen.add(one)
        if one.node.kind == "inputData":
            found.append(one)
        waiting.extend(one.required)
    return found


def _schema(wanted: Type | None, left: int = _MOST_DEEP) -> Schema:
    if wanted is None or left <= 0:
        return {}
    if isinstance(wanted, Item):
        inner = _schema(wanted.base, left - 1)
        if wanted.choices:
            inner = {**inner, "enum": [to_json(choice) for choice in wanted.choices]}
        return {"type": "array", "items": inner} if wanted.is_collection else inner
    if isinstance(wanted, ListOf):
        return {"type": "array", "items": _schema(wanted.item, left - 1)}
    if isinstance(wanted, ContextOf):
        members = {name: {"title": name, **_schema(part, left - 1)} for name, part in wanted.entries}
        return {"type": "object", "properties": members}
    return dict(_SIMPLE.get(wanted.name, {})) if isinstance(wanted, Simple) else {}


def _read_off(element: Element) -> Schema:
    """Read inputs off the tables of a decision that declares none."""
    properties: Schema = {}
    for table in tables_of(element.node.expression):
        for one in table.inputs:
            name = " ".join((one.expression.text or "").split())
            if name.isidentifier() and name not in properties:
                wanted = element.model.catalogue.find(one.expression.type)
                properties[name] = {"title": one.label or name, **_schema(wanted), **_bounds(allowed_atoms(one.values))}
    return properties


def _add_values(element: Element, properties: Schema) -> None:
    """Add the allowed values that a table states for an input it reads as it is."""
    for table in tables_of(element.node.expression):
        for one in table.inputs:
            name = " ".join((one.expression.text or "").split())
            if name in properties and "enum" not in properties[name]:
                properties[name] |= _bounds(allowed_atoms(one.values))


def _bounds(atoms: list[Atom] | None) -> Schema:
    if not atoms:
        return {}
    if all(isinstance(atom, Constant) for atom in atoms):
        return {"enum": [to_json(atom.value) for atom in atoms if isinstance(atom, Constant)]}
    only = atoms[0]
    if len(atoms) > 1 or not isinstance(only, Interval) or only.kind is date:
        return {}
    found: Schema = {}
    if isinstance(only.low, Decimal):
        found["minimum" if only.low_included else "exclusiveMinimum"] = to_json(only.low)
    if isinstance(only.high, Decimal):
        found["maximum" if only.high_included else "exclusiveMaximum"] = to_json(only.high)
    return found
