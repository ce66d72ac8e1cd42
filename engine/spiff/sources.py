"""What the values of a case are made of: who may not see a value may not read it off what was computed from it."""

from __future__ import annotations

from collections.abc import Mapping

from engine.feel.python import Script
from engine.feel.syntax import ContextNode
from engine.spiff.elements import Around, Element, Program
from engine.spiff.expressions import Expr

Sources = dict[str, frozenset[str]]


def sources_of(program: Program, decisions: Mapping[str, frozenset[str]]) -> Sources:
    """Return name -> the names it is computed from; what comes from outside has no entry.

    decisions: what each decision reads, by the name the diagram calls it.
    """
    found: Sources = {}
    for element in program.elements.values():
        for name, reads in _of(element, decisions):
            found[name] = found.get(name, frozenset()) | reads
    return found


def _of(element: Element, decisions: Mapping[str, frozenset[str]]) -> list[tuple[str, frozenset[str]]]:
    made = [(name, _reads(expr)) for name, expr in element.sets]
    made += [(lookup.variable, _reads(lookup.key)) for lookup in element.lookups]
    around = element.around or Around()
    made += [(name, _reads(expr)) for name, expr in (*around.inputs, *around.outputs)]
    for script in (element.script, around.before, around.after):
        if script is not None:
            made += [(name, _reads(script)) for name in writes(script)]
    if element.decision is not None and element.decision in decisions:
        made.append((element.variable or element.decision, decisions[element.decision]))
    if element.loop is not None and element.loop.collection is not None:
        made += [(name, _reads(element.loop.collection)) for name in element.loop.item]
    return made


def writes(script: Expr) -> frozenset[str]:
    """Return the names a script gives values to; none of a script that is not read here."""
    compiled = script.compiled
    if isinstance(compiled, Script):
        return compiled.assigns
    tree = getattr(compiled, "tree", None)  # Nothing is known of a text that is not read here.
    return frozenset(tree.names) if isinstance(tree, ContextNode) else frozenset()


def _reads(expr: Expr) -> frozenset[str]:
    compiled = expr.compiled
    if isinstance(compiled, Script):
        return compiled.names
    return frozenset(compiled.names | compiled.maybe_names)
