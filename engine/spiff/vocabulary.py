"""The extension elements of a flow node or process: `qc:` (all known, the rest refused) and `spiffworkflow:`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Protocol

from engine import feel
from engine.bpmn import BPMN as BPMN
from engine.bpmn import QC as QC
from engine.bpmn import SPIFF as SPIFF
from engine.errors import EvaluationFailed
from engine.spiff import languages
from engine.spiff.elements import (
    ACTIVITIES,
    EVENTS,
    FLOW_NODES,
    PERSONAL,
    Candidate,
    Element,
    Findings,
    Lookup,
    Program,
    Reader,
)
from engine.spiff.expressions import Expr
from engine.spiff.services import read_call

# element: (required attributes, further attributes, tags it may stand in)
_ON_NODES: dict[str, tuple[frozenset[str], frozenset[str], frozenset[str]]] = {
    "candidate": (frozenset(), frozenset({"role", "unit", "starter", "user"}), PERSONAL),
    "due": (frozenset({"value"}), frozenset(), ACTIVITIES),
    "lookup": (frozenset({"register", "key", "as"}), frozenset(), FLOW_NODES),
    "set": (frozenset({"name", "value"}), frozenset(), FLOW_NODES),
    "input": (frozenset({"name", "value"}), frozenset(), frozenset({"callActivity"})),
    "output": (frozenset({"name", "value"}), frozenset(), frozenset({"callActivity"})),
    "unit": (frozenset({"value"}), frozenset(), frozenset({"callActivity", "startEvent"})),
    "call": (
        frozenset({"url"}),
        frozenset({"method", "headers", "body", "timeout", "attempts", "result", "map", "error"}),
        frozenset({"serviceTask"}),
    ),
    "correlation": (frozenset({"value"}), frozenset(), EVENTS | {"sendTask", "receiveTask"}),
    "topic": (frozenset({"value"}), frozenset(), frozenset({"serviceTask", "sendTask", "businessRuleTask"})),
}
_ON_PROCESS: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    "title": (frozenset({"value"}), frozenset()),
    "number": (frozenset({"template"}), frozenset({"at", "scope"})),
    "fact": (frozenset({"name", "value"}), frozenset()),
    "reader": (frozenset({"role"}), frozenset({"unit"})),
    "starter": (frozenset({"role"}), frozenset()),
    "category": (frozenset({"value"}), frozenset()),
}
_PROPERTIES = frozenset(
    {"formJsonSchemaFilename", "formUiSchemaFilename", "formView", "contextForm", "contextView", "phase"}
)
_LONGEST_TOPIC = 200


class Compile(Protocol):
    """Compile one text of the file: what it is for, its element and line, and the language the file says it is in."""

    def __call__(self, text: str | None, what: str, element_id: str, line: int, language: str = "") -> Expr | None: ...


def compiler(findings: Findings, names: frozenset[str], *, foreign: bool = False) -> Compile:
    """Return compile(text, what, element_id, line) -> Expr, or None after noting the syntax error.

    foreign: a text of a language that is not read here becomes an expression that fails when it is reached.
    """

    def compile_text(text: str | None, what: str, element_id: str, line: int, language: str = "") -> Expr | None:
        if text is None or not text.strip():
            if foreign:
                return Expr.missing(what, element_id)
            findings.error("expression-missing", element_id, line, f"“{element_id}”缺少{label(what)}的表达式，请填写")
            return None
        try:
            expr, taken = languages.read(text, what, element_id, names, language)
        except feel.FeelSyntaxError as why:
            if foreign and what in languages.TRANSLATED:
                told = f"{label(what)}不是 FEEL，也没有办法照样改写：{text.strip()[:120]}"
                then = "" if what in ("script", "timer") else "；改写之前流程走到这里会停下"
                findings.remark(element_id, f"{label(what)}没有照搬，请改写成 FEEL", told + then)
                return Expr.unread(text, what, element_id, told)
            row, column = getattr(why, "line", None), getattr(why, "column", None)
            place = f"第 {row} 行第 {column} 列" if row and column else "开头"
            findings.error(
                "feel-syntax",
                element_id,
                line,
                f"“{element_id}”的{label(what)}写得不对（表达式{place}：{str(why)[:120]}）："
                f"{text.strip()[:120]}；{languages.advice(text)}",
            )
            return None
        if taken is not None:
            better = f"，FEEL 写作 {taken.feel}" if taken.feel else ""
            findings.remark(
                element_id,
                f"{label(what)}按 {taken.language} 读：{expr.text[:120]}{better}",
                f"这里写的是 {taken.language}，不是 FEEL",
            )
        return expr

    return compile_text


def label(what: str) -> str:
    """Name the part of an element an expression belongs to, in Chinese."""
    return EvaluationFailed.labels.get(what, what)


def extensions_of(node: Any) -> Iterator[Any]:
    """Yield the extension elements directly under a BPMN node."""
    for holder in node.iterchildren(BPMN + "extensionElements"):
        yield from holder.iterchildren()


def read_node_extensions(node: Any, element: Element, findings: Findings, compile_text: Compile) -> None:
    """Fill `element` from its extension elements; unknown `qc:` names and attributes are errors."""
    for child in extensions_of(node):
        if child.tag.startswith(QC):
            _read_qc(child, element, findings, compile_text)
        elif child.tag.startswith(SPIFF):
            _read_spiff(child, element)


def _read_qc(child: Any, element: Element, findings: Findings, compile_text: Compile) -> None:
    name = child.tag[len(QC) :]
    rule = _ON_NODES.get(name)
    if rule is None or element.type not in rule[2]:
        where = "流程" if name in _ON_PROCESS else "这种节点"
        why = f"qc:{name} 不能放在{'这里，请放到流程上' if name in _ON_PROCESS else where + '上，请删去或改正'}"
        findings.error("unknown-qc", element.id, child.sourceline, f"“{element.id}”上的{why}")
        return
    if not _attributes_right(child, name, rule[0], rule[1], element.id, findings):
        return
    get, line, eid = child.get, child.sourceline, element.id
    if name == "candidate":
        _read_candidate(child, element, findings, compile_text)
    elif name == "due":
        element.due = compile_text(get("value"), "due", eid, line)
    elif name == "correlation":
        element.correlation = compile_text(get("value"), "correlation", eid, line)
    elif name == "unit":
        element.unit = compile_text(get("value"), "unit", eid, line)
    elif name == "call":
        read_call(child, element, findings, compile_text)
    elif name == "topic":
        element.topic = get("value").strip()[:_LONGEST_TOPIC]
    elif name == "lookup":
        key = compile_text(get("key"), "lookup", eid, line)
        if key is not None:
            element.lookups.append(Lookup(get("register"), key, get("as")))
    else:
        value = compile_text(get("value"), name, eid, line)
        if value is not None:
            {"set": element.sets, "input": element.inputs, "output": element.outputs}[name].append((get("name"), value))


def _read_candidate(child: Any, element: Element, findings: Findings, compile_text: Compile) -> None:
    get, line, eid = child.get, child.sourceline, element.id
    given = [k for k in ("role", "starter", "user") if get(k)]
    if len(given) != 1 or (get("unit") and given != ["role"]) or get("starter") not in (None, "", "true"):
        findings.error(
            "bad-candidate", eid, line, f"“{eid}”的候选人只能写一种：role（可加 unit）、starter=true 或 user"
        )
        return
    if given == ["starter"]:
        element.candidates.append(Candidate(starter=True))
    elif given == ["user"]:
        user = compile_text(get("user"), "candidate", eid, line)
        if user is not None:
            element.candidates.append(Candidate(user=user))
    else:
        unit = compile_text(get("unit"), "candidate", eid, line) if get("unit") else None
        element.candidates.append(Candidate(role=get("role"), unit=unit))


def _attributes_right(
    child: Any, name: str, required: frozenset[str], optional: frozenset[str], owner: str, findings: Findings
) -> bool:
    given = set(child.attrib)
    right = True
    for missing in sorted(required - {k for k in given if child.get(k).strip()}):
        findings.error("qc-attribute-missing", owner, child.sourceline, f"“{owner}”的 qc:{name} 缺少 {missing}，请补上")
        right = False
    for unknown in sorted(given - required - optional):
        findings.error("unknown-qc", owner, child.sourceline, f"“{owner}”的 qc:{name} 没有属性 {unknown}，请删去")
        right = False
    return right


def _read_spiff(child: Any, element: Element) -> None:
    name = child.tag[len(SPIFF) :]
    text = (child.text or "").strip()
    if name == "properties":
        for item in child.iterchildren(SPIFF + "property"):
            element.properties[item.get("name", "")] = item.get("value", "")
    elif name == "variableName" and text:
        element.variable = text
    elif name == "calledDecisionId" and text:
        element.decision = text
    elif name == "serviceTaskOperator":
        element.extensions["operator"] = child.get("id")
        if child.get("resultVariable"):
            element.variable = child.get("resultVariable")
    else:
        element.extensions[name] = text


def read_process_extensions(node: Any, program: Program, findings: Findings, compile_text: Compile) -> None:
    """Fill the process-level parts of `program` from its extension elements."""
    for child in extensions_of(node):
        if not child.tag.startswith(QC):
            continue
        name, get, line = child.tag[len(QC) :], child.get, child.sourceline
        if name not in _ON_PROCESS:
            findings.error("unknown-qc", program.id, line, f"流程上不能放 qc:{name}，请删去或改正")
            continue
        if not _attributes_right(child, name, *_ON_PROCESS[name], program.id, findings):
            continue
        if name == "title":
            program.title = compile_text(get("value"), "title", program.id, line)
        elif name == "number":
            program.number = {"template": get("template"), "at": get("at") or "", "scope": get("scope") or "unit"}
        elif name == "fact":
            fact = compile_text(get("value"), "fact", program.id, line)
            if fact is not None:
                program.facts.append((get("name"), fact))
        elif name == "reader":
            unit = compile_text(get("unit"), "reader", program.id, line) if get("unit") else None
            program.readers.append(Reader(get("role"), unit))
        elif name == "starter":
            program.starters.append(get("role"))
        else:
            program.category = get("value")


def check_names(element: Element, findings: Findings) -> None:
    """Refuse `qc:` attributes in places that have none; remark properties nothing reads."""
    for name in element.properties:
        if name not in _PROPERTIES and element.type in PERSONAL:
            findings.remark(element.id, f"属性 {name} 没有用处", "轻车不读这个属性，原样保留")
