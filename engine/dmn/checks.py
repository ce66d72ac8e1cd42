"""What is wrong with a model before it is published: every finding with table, rule and column.

An error refuses the file; a warning is something the designer should look at: a gap, a rule that is never used.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from engine.dmn import boxed as b
from engine.dmn.errors import InvalidModel
from engine.dmn.graph import Element, Graph
from engine.dmn.model import ItemDefinition
from engine.dmn.places import Place, places_of, tables_of
from engine.dmn.reading import read
from engine.dmn.table_checks import check_table
from engine.dmn.texts import Surroundings, expression, tests
from engine.feel import FeelSyntaxError

MOST_FINDINGS = 200
Finding = dict[str, Any]
_EMPTY = Surroundings(frozenset())


def finding(
    code: str,
    message: str,
    *,
    id: str | None = None,
    line: int | None = None,
    table: str | None = None,
    rule: int | None = None,
    column: int | None = None,
    severity: str = "error",
) -> Finding:
    """Make one finding."""
    return {
        "code": code,
        "element_id": id,
        "line": line,
        "message": message,
        "table": table,
        "rule": rule,
        "column": column,
        "severity": severity,
    }


def check(content: bytes, name: str, *, models: tuple[bytes, ...] = ()) -> list[Finding]:
    """Return what is wrong with a model, in the order of the file; never raises for bad content.

    Each is {code, element_id, line, message, table, rule, column, severity: error | warning}; rule and column count
    from 1, columns of outputs after those of inputs. models: those it may import. `name` is for messages.
    """
    try:
        graph = Graph([read(content), *(read(model) for model in models)])
    except InvalidModel as why:
        return [finding(why.code, f"{name}：{why}", line=why.line)]
    except RecursionError:
        return [finding("too-deep", f"{name}：类型或表达式嵌套太深")]
    found: list[Finding] = []
    for one in _all(graph):
        found.append(one)
        if len(found) >= MOST_FINDINGS:
            break
    return sorted(found, key=lambda one: (one["line"] or 0, one["column"] or 0))


def summary(content: bytes) -> list[dict[str, Any]]:
    """Return {id, name, elements: how many rules or 1} per decision of a file that can be read, else nothing."""
    try:
        definitions = read(content)
    except InvalidModel:
        return []
    return [
        {
            "id": node.id or node.label,
            "name": node.label,
            "elements": sum(len(table.rules) for table in tables_of(node.expression)) or 1,
        }
        for node in definitions.nodes
        if node.kind == "decision"
    ]


def _all(graph: Graph) -> Iterator[Finding]:
    model = graph.main
    yield from _of_structure(graph)
    for item in model.definitions.items:
        yield from _of_item(graph, item)
    is_undeclared = not any(element.node.kind == "inputData" for element in model.elements)
    for element in model.elements:
        if element.node.type is not None and model.catalogue.find(element.node.type) is None:
            yield _unknown_type(element.node.type, element.node.id, element.node.line)
        for expression_type, id_, line in _types_in(element.node.expression):
            if model.catalogue.find(expression_type) is None:
                yield _unknown_type(expression_type, id_, line)
        for place in places_of(element):
            yield from _of_place(place, is_free=is_undeclared and element.node.kind == "decision")
        for table in tables_of(element.node.expression):
            yield from check_table(element, table, finding)


def _of_structure(graph: Graph) -> Iterator[Finding]:
    model = graph.main
    seen: dict[str, Element] = {}
    for element in model.elements:
        node = element.node
        if not node.name:
            yield finding("name-missing", "这一项没有名称", id=node.id, line=node.line)
        elif node.name in seen:
            yield finding("name-twice", f"有两项都叫“{node.name}”", id=node.id, line=node.line)
        seen[node.name] = element
        hrefs = [*node.requires, *node.knowledge, *node.outputs, *node.encapsulated]
        for href in (*hrefs, *node.input_decisions, *node.input_data):
            if model.resolve(href) is None and not _is_foreign(graph, href):
                yield finding("reference-missing", f"“{node.name}”引用的 {href} 找不到", id=node.id, line=node.line)
        if node.kind == "decision" and node.expression is None:
            message = f"决策“{node.name}”里没有内容（决策表或表达式）"
            yield finding("empty-decision", message, id=node.id, line=node.line, severity="warning")
        if node.kind == "decision" and _is_cyclic(element):
            yield finding("cycle", f"决策“{node.name}”绕了一圈要用到自己", id=node.id, line=node.line)
    for one in model.definitions.imports:
        if one.name not in model.imports:
            message = f"引入的模型 {one.namespace} 不在手边，用到它的地方没有检查"
            yield finding("import", message, line=one.line, severity="warning")


def _is_foreign(graph: Graph, href: str) -> bool:
    """Tell whether an href leads into a model that was not given."""
    namespace = href.rpartition("#")[0]
    known = {model.definitions.namespace for model in graph.models}
    return bool(namespace) and namespace not in known


def _is_cyclic(start: Element) -> bool:
    seen: set[Element] = set()
    waiting = list(start.required)
    while waiting:
        one = waiting.pop()
        if one is start:
            return True
        if one not in seen:
            seen.add(one)
            waiting.extend(one.required)
    return False


def _of_item(graph: Graph, item: ItemDefinition) -> Iterator[Finding]:
    if item.base is not None and graph.main.catalogue.find(item.base) is None and not graph.main.definitions.imports:
        yield _unknown_type(item.base, item.name, item.line)
    for cell in (item.allowed, item.constraint):
        if cell is not None:
            try:
                tests(cell.text, _EMPTY)
            except FeelSyntaxError as why:
                yield finding("syntax", f"类型“{item.name}”的取值写得不对：{why}", id=item.name, line=cell.line)
    for part in item.parts:
        yield from _of_item(graph, part)


def _unknown_type(name: str, id: str | None, line: int | None) -> Finding:
    return finding("unknown-type", f"没有类型“{name}”", id=id, line=line)


def _types_in(start: b.Expression | None) -> Iterator[tuple[str, str | None, int | None]]:
    stack = [] if start is None else [start]
    while stack:
        one = stack.pop()
        if one.type is not None:
            yield one.type, one.id, one.line
        if isinstance(one, b.Table):
            yield from ((output.type, output.id, output.line) for output in one.outputs if output.type is not None)
        stack.extend(b.parts(one))


def _of_place(place: Place, *, is_free: bool) -> Iterator[Finding]:
    where: dict[str, Any] = {
        "id": place.id,
        "line": place.line,
        "table": place.table,
        "rule": place.rule,
        "column": place.column,
    }
    try:
        compiled = (expression if place.kind == "expression" else tests)(place.text, place.around)
    except FeelSyntaxError as why:
        yield finding("syntax", f"“{place.text[:60]}”写得不对：{why}", **where)
        return
    if place.is_open or is_free:
        return
    for name in sorted(compiled.names - place.around.names - {"?"}):
        yield finding("unknown-name", f"“{place.text[:60]}”里的“{name}”不知道是什么：没有连到这个决策", **where)
