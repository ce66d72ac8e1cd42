"""Boxed expressions from XML. Local names are the same in DMN 1.1 to 1.5; other namespaces are passed over."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from engine.dmn import boxed as b

_FEEL_MARKS = ("feel", "FEEL")
_POLICIES = {
    "UNIQUE": "U",
    "ANY": "A",
    "PRIORITY": "P",
    "FIRST": "F",
    "RULE ORDER": "R",
    "OUTPUT ORDER": "O",
    "COLLECT": "C",
}


def tag_of(element: Any) -> str:
    """Return the local name of a DMN element, or an empty text for anything else."""
    tag = element.tag
    if not isinstance(tag, str) or not tag.startswith("{"):
        return ""
    namespace, _, name = tag[1:].partition("}")
    return name if "/spec/DMN/" in namespace and "DMNDI" not in namespace and "/DI" not in namespace else ""


def children(element: Any, *names: str) -> Iterator[Any]:
    """Yield the direct DMN children, of these local names or of any."""
    for child in element.iterchildren():
        name = tag_of(child)
        if name and (not names or name in names):
            yield child


def child(element: Any, *names: str) -> Any:
    """Return the first direct child of one of these names, or None."""
    return next(children(element, *names), None)


def text_of(element: Any, name: str = "text") -> str | None:
    """Return the text of a child, or None when there is none."""
    found = child(element, name)
    return None if found is None else "".join(found.itertext())


def name_of(element: Any) -> str:
    """Return the name attribute as FEEL compares names: trimmed, one space between words."""
    return " ".join((element.get("name") or "").split())


def read_expression(element: Any) -> b.Expression | None:
    """Read the expression that stands directly in an element, if there is one."""
    for found in children(element):
        reader = _READERS.get(tag_of(found))
        if reader is not None:
            return reader(found)
    return None


def read_cell(element: Any) -> b.Cell:
    """Read unary tests or an output entry."""
    return b.Cell(element.get("id"), element.sourceline, (text_of(element) or "").strip())


def _place(element: Any) -> tuple[str | None, int | None, str | None]:
    return element.get("id"), element.sourceline, element.get("typeRef")


def _literal(element: Any) -> b.Literal:
    language = element.get("expressionLanguage")
    is_other = language is not None and not any(mark in language for mark in _FEEL_MARKS)
    text = text_of(element)
    values = child(element, "importedValues")
    imported = None if values is None else (text_of(values, "importedElement") or values.get("namespace") or "").strip()
    return b.Literal(*_place(element), text, language if is_other else None, imported)


def _context(element: Any) -> b.Context:
    return b.Context(*_place(element), tuple(_entry(found) for found in children(element, "contextEntry")))


def _entry(element: Any) -> b.Entry:
    variable = child(element, "variable", "parameter")
    if variable is None:
        return b.Entry(None, None, read_expression(element))
    return b.Entry(name_of(variable), variable.get("typeRef"), read_expression(element))


def read_function(element: Any) -> b.Function:
    """Read a function definition, boxed or encapsulated."""
    found = children(element, "formalParameter")
    parameters = tuple(b.Parameter(name_of(one), one.get("typeRef")) for one in found)
    return b.Function(*_place(element), parameters, read_expression(element), (element.get("kind") or "FEEL").strip())


def _invocation(element: Any) -> b.Invocation:
    bindings = tuple(_entry(found) for found in children(element, "binding"))
    return b.Invocation(*_place(element), read_expression(element), bindings)


def _relation(element: Any) -> b.Relation:
    columns = tuple(b.Parameter(name_of(found), found.get("typeRef")) for found in children(element, "column"))
    rows = tuple(tuple(_all_expressions(row)) for row in children(element, "row"))
    return b.Relation(*_place(element), columns, rows)


def _list(element: Any) -> b.ListOf:
    return b.ListOf(*_place(element), tuple(_all_expressions(element)))


def _all_expressions(element: Any) -> Iterator[b.Expression | None]:
    for found in children(element):
        reader = _READERS.get(tag_of(found))
        if reader is not None:
            yield reader(found)


def _inside(element: Any, name: str) -> b.Expression | None:
    found = child(element, name)
    return None if found is None else read_expression(found)


def _conditional(element: Any) -> b.Conditional:
    return b.Conditional(*_place(element), *(_inside(element, name) for name in ("if", "then", "else")))


def _filter(element: Any) -> b.Filter:
    return b.Filter(*_place(element), _inside(element, "in"), _inside(element, "match"))


def _iterator(element: Any) -> b.Iterator_:
    kind = tag_of(element)
    source = child(element, "in")
    return b.Iterator_(
        *_place(element),
        kind,
        " ".join((element.get("iteratorVariable") or "").split()),
        None if source is None else read_expression(source),
        _inside(element, "return" if kind == "for" else "satisfies"),
        None if source is None else source.get("typeRef"),
    )


def _table(element: Any) -> b.Table:
    policy = (element.get("hitPolicy") or "UNIQUE").strip().upper()
    return b.Table(
        *_place(element),
        _POLICIES.get(policy, policy),
        element.get("aggregation"),
        tuple(_input(found) for found in children(element, "input")),
        tuple(_output(found) for found in children(element, "output")),
        tuple(_rule(found) for found in children(element, "rule")),
    )


def _input(element: Any) -> b.Input:
    found = child(element, "inputExpression")
    expression = b.Literal(element.get("id"), element.sourceline, None, None) if found is None else _literal(found)
    return b.Input(
        element.get("id"),
        element.sourceline,
        element.get("label") or (expression.text or "").strip(),
        expression,
        _cell_in(element, "inputValues"),
    )


def _output(element: Any) -> b.Output:
    return b.Output(
        element.get("id"),
        element.sourceline,
        name_of(element) or None,
        element.get("typeRef"),
        _cell_in(element, "outputValues"),
        _cell_in(element, "defaultOutputEntry"),
    )


def _cell_in(element: Any, name: str) -> b.Cell | None:
    found = child(element, name)
    if found is None:
        return None
    cell = read_cell(found)
    return cell if cell.text else None


def _rule(element: Any) -> b.Rule:
    return b.Rule(
        element.get("id"),
        element.sourceline,
        tuple(read_cell(found) for found in children(element, "inputEntry")),
        tuple(read_cell(found) for found in children(element, "outputEntry")),
        (*(text_of(found) or "" for found in children(element, "annotationEntry")), *_described(element)),
    )


def _described(element: Any) -> list[str]:
    """Return the rule's description, where dmn-js writes what stands in its column of notes."""
    text = text_of(element, "description")
    return [text] if text else []


_READERS: dict[str, Callable[[Any], b.Expression]] = {
    "literalExpression": _literal,
    "context": _context,
    "functionDefinition": read_function,
    "invocation": _invocation,
    "relation": _relation,
    "list": _list,
    "conditional": _conditional,
    "filter": _filter,
    "for": _iterator,
    "some": _iterator,
    "every": _iterator,
    "decisionTable": _table,
}
