"""What is wrong with a model before it is published: every finding with table, rule and column.

An error refuses the file; a warning is something the designer should look at: a gap, a rule that is never used.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from engine.dmn import boxed as b
from engine.dmn.errors import InvalidModel
from engine.dmn.graph import Element, Graph
from engine.dmn.inference import Clash, is_other_kind, kind_name, read_types
from engine.dmn.model import ItemDefinition
from engine.dmn.places import Place, places_of, tables_of
from engine.dmn.reading import read
from engine.dmn.table_checks import check_table
from engine.dmn.texts import Surroundings, expression, tests
from engine.feel import FeelSyntaxError
from engine.feel.chinese import in_chinese, kind_in_chinese

MOST_FINDINGS = 200
Finding = dict[str, Any]
_EMPTY = Surroundings(frozenset())


def finding(
    code: str,
    message: str,
    english: str,
    *,
    id: str | None = None,
    line: int | None = None,
    table: str | None = None,
    rule: int | None = None,
    column: int | None = None,
    severity: str = "error",
) -> Finding:
    """Make one finding, said in Chinese and in English."""
    return {
        "code": code,
        "element_id": id,
        "line": line,
        "message": message,
        "message_en": english,
        "table": table,
        "rule": rule,
        "column": column,
        "severity": severity,
    }


def check(content: bytes, name: str, *, models: tuple[bytes, ...] = (), complete: bool = False) -> list[Finding]:
    """Return what is wrong with a model, in the order of the file; never raises for bad content.

    Each is {code, element_id, line, message, message_en, table, rule, column, severity: error | warning}; rule and
    column count from 1, columns of outputs after those of inputs. models: those it may import; complete: all there are,
    so that what is not among them is an error. `name` is for messages.
    """
    try:
        graph = Graph([read(content), *(read(model) for model in models)])
    except InvalidModel as why:
        return [finding(why.code, f"{name}：{why}", f"{name}: {why}", line=why.line)]
    except RecursionError:
        message = f"{name}: the types or expressions nest too deep"
        return [finding("too-deep", f"{name}：类型或表达式嵌套太深", message)]
    found: list[Finding] = []
    for one in _all(graph, complete=complete):
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


def _all(graph: Graph, *, complete: bool) -> Iterator[Finding]:
    model = graph.main
    yield from _of_structure(graph, complete=complete)
    for item in model.definitions.items:
        yield from _of_item(graph, item)
    is_undeclared = not any(element.node.kind == "inputData" for element in model.elements)
    for element in model.elements:
        if element.node.type is not None and model.catalogue.find(element.node.type) is None:
            yield _unknown_type(element.node.type, element.node.id, element.node.line)
        for expression_type, id_, line in _types_in(element.node.expression):
            if model.catalogue.find(expression_type) is None:
                yield _unknown_type(expression_type, id_, line)
        yield from _of_expression(element)
        for place in places_of(element):
            yield from _of_place(place, is_free=is_undeclared and element.node.kind == "decision")
        for table in tables_of(element.node.expression):
            yield from check_table(element, table, finding)


def _of_structure(graph: Graph, *, complete: bool) -> Iterator[Finding]:
    model = graph.main
    seen: dict[str, Element] = {}
    for element in model.elements:
        node = element.node
        if not node.name:
            yield finding("name-missing", "这一项没有名称", "This element has no name", id=node.id, line=node.line)
        elif node.name in seen:
            english = f"Two elements are called {node.name}"
            yield finding("name-twice", f"有两项都叫“{node.name}”", english, id=node.id, line=node.line)
        seen[node.name] = element
        hrefs = [*node.requires, *node.knowledge, *node.outputs, *node.encapsulated]
        for href in (*hrefs, *node.input_decisions, *node.input_data):
            if model.resolve(href) is None and not _is_foreign(graph, href):
                message, english = (
                    f"“{node.name}”引用的 {href} 找不到",
                    f"{node.name} refers to {href}, which is not there",
                )
                yield finding("reference-missing", message, english, id=node.id, line=node.line)
        if node.kind == "decision" and node.expression is None:
            message = f"决策“{node.name}”里没有内容（决策表或表达式）"
            english = f"The decision {node.name} has nothing in it"
            yield finding("empty-decision", message, english, id=node.id, line=node.line, severity="warning")
        if node.kind == "decision" and _is_cyclic(element):
            message, english = f"决策“{node.name}”绕了一圈要用到自己", f"The decision {node.name} requires itself"
            yield finding("cycle", message, english, id=node.id, line=node.line)
    for one in model.definitions.imports:
        where: dict[str, Any] = {"id": one.name or one.namespace, "line": one.line}
        if not one.is_model:
            message = f"引入的 {one.namespace} 不是 DMN 模型，不会用到"
            english = f"{one.namespace} is no DMN model and is not used"
            yield finding("import-type", message, english, severity="warning", **where)
        elif one.name not in model.imports and complete:
            message = f"引入的模型 {one.namespace} 还没有发布，请先发布它"
            yield finding("import-missing", message, f"The model {one.namespace} is not published yet", **where)
        elif one.name not in model.imports:
            message = f"引入的模型 {one.namespace} 不在手边，用到它的地方没有检查"
            english = f"The model {one.namespace} is not at hand; what uses it was not checked"
            yield finding("import", message, english, severity="warning", **where)


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
                message = f"类型“{item.name}”的取值写得不对：{in_chinese(why)}"
                english = f"The values of the type {item.name} are not FEEL: {why}"
                yield finding("syntax", message, english, id=item.name, line=cell.line)
    for part in item.parts:
        yield from _of_item(graph, part)


def _unknown_type(name: str, id: str | None, line: int | None) -> Finding:
    return finding("unknown-type", f"没有类型“{name}”", f"There is no type {name}", id=id, line=line)


def _types_in(start: b.Expression | None) -> Iterator[tuple[str, str | None, int | None]]:
    stack = [] if start is None else [start]
    while stack:
        one = stack.pop()
        if one.type is not None:
            yield one.type, one.id, one.line
        if isinstance(one, b.Table):
            yield from ((output.type, output.id, output.line) for output in one.outputs if output.type is not None)
        stack.extend(b.parts(one))


def _of_expression(element: Element) -> Iterator[Finding]:
    """Yield what is wrong with the boxes of an element apart from their texts."""
    stack = [] if element.node.expression is None else [element.node.expression]
    while stack:
        one = stack.pop()
        where: dict[str, Any] = {"id": one.id or element.node.id, "line": one.line}
        if isinstance(one, b.Literal) and one.imported is not None:
            message = f"不支持引入别处的值（importedValues：{one.imported}），请把内容写在这里"
            english = f"Imported values ({one.imported}) are not read: write the values here"
            yield finding("imported-values", message, english, **where)
        elif isinstance(one, b.Literal) and one.language is not None:
            message = f"这里写的是 {one.language}，只执行 FEEL，结果会是空值"
            english = f"This is {one.language}; only FEEL is run, so the result will be null"
            yield finding("language", message, english, severity="warning", **where)
        elif isinstance(one, b.Function) and one.kind.upper() != "FEEL":
            message = f"{one.kind} 函数不执行，结果会是空值"
            english = f"Functions of kind {one.kind} are not run, so the result will be null"
            yield finding("external", message, english, severity="warning", **where)
        stack.extend(b.parts(one))
    yield from _of_result(element)


def _of_result(element: Element) -> Iterator[Finding]:
    """Say where a decision's text can never give what its variable declares."""
    expression_ = element.node.expression
    if element.node.kind != "decision" or element.type is None or not isinstance(expression_, b.Literal):
        return
    try:
        compiled = expression(expression_.text or "null", element.surroundings)
    except FeelSyntaxError:
        return
    kind = kind_name(read_types(compiled.tree, element.declared).type)
    if is_other_kind(kind, element.type):
        message = f"“{element.name}”声明为 {element.type}，算出来的却是{kind_in_chinese(str(kind))}"
        english = f"{element.name} is declared to be a {element.type}, but gives a {kind}"
        yield finding("type", message, english, id=expression_.id or element.node.id, line=expression_.line)


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
        text = place.text[:60]
        yield finding("syntax", f"“{text}”写得不对：{in_chinese(why)}", f"{text}: {why}", **where)
        return
    for clash in read_types(compiled.tree, place.types).clashes:
        yield finding("type", *_clash_words(clash, place.text[:60]), **where)
    if place.is_open or is_free:
        return
    for name in sorted(compiled.names - place.around.names - {"?"}):
        message = f"“{place.text[:60]}”里的“{name}”不知道是什么：没有连到这个决策"
        english = f"{name} in {place.text[:60]} is not known: nothing of that name is required here"
        yield finding("unknown-name", message, english, **where)


def _clash_words(clash: Clash, text: str) -> tuple[str, str]:
    left, right = kind_in_chinese(clash.left), kind_in_chinese(clash.right)
    if clash.operator == "if":
        return f"“{text}”里 if 要布尔值，不是{left}", f"if in {text} needs a boolean, not a {clash.left}"
    message = f"“{text}”里 {clash.operator} 不能用于{left}和{right}"
    return message, f"{clash.operator} in {text} does not apply to {clash.left} and {clash.right}"
