"""What the values of a case are made of: who may not see a value may not read it off what was computed from it."""

from __future__ import annotations

from collections.abc import Mapping

from engine.feel.syntax import ContextNode
from engine.spiff.elements import Element, Program
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
    if element.script is not None:
        tree = element.script.compiled.tree
        made += [(name, _reads(element.script)) for name in (tree.names if isinstance(tree, ContextNode) else ())]
    if element.decision is not None and element.decision in decisions:
        made.append((element.variable or element.decision, decisions[element.decision]))
    if element.loop is not None and element.loop.collection is not None:
        made += [(name, _reads(element.loop.collection)) for name in element.loop.item]
    return made


def _reads(expr: Expr) -> frozenset[str]:
    compiled = expr.compiled
    return frozenset(compiled.names | compiled.maybe_names)
