"""A BPMN file as `Program`s: one pass that collects every error of the file, with element and line."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from engine.normalise import is_foreign, normalise
from engine.spiff import checks, compensation, drafts, links
from engine.spiff.data import Names, read_around, read_names
from engine.spiff.definitions import Shared, read_ad_hoc, read_event, read_loop, read_shared
from engine.spiff.elements import FLOW_NODES, SUBPROCESSES, Body, Element, Findings, Flow, Program
from engine.spiff.face import Report
from engine.spiff.starts import read_starts
from engine.spiff.vocabulary import (
    BPMN,
    QC,
    SPIFF,
    check_names,
    compiler,
    read_node_extensions,
    read_process_extensions,
)
from engine.xml import Unreadable, read_xml

MAX_FLOW_NODES = 8_000

_UNKNOWN_NODES = frozenset(
    {"choreographyTask", "subChoreography", "callChoreography", "subConversation", "callConversation"}
)
_NODES = tuple(BPMN + tag for tag in sorted(FLOW_NODES))
_DRAWN = (*_NODES, BPMN + "sequenceFlow")
# A file without a process of its own may still show something.
_PICTURES = (
    *(BPMN + tag for tag in ("participant", "choreography", "globalChoreographyTask", "conversationNode", "group")),
    *(BPMN + tag for tag in ("conversation", "textAnnotation", "dataObjectReference", "globalTask", "globalUserTask")),
    *(BPMN + tag for tag in ("globalManualTask", "globalScriptTask", "globalBusinessRuleTask", "globalConversation")),
    "{http://www.omg.org/spec/BPMN/20100524/DI}BPMNPlane",
    "{http://www.omg.org/spec/BPMN/20100524/DI}BPMNShape",
)


@dataclass(frozen=True, slots=True)
class Parsed:
    """A file as read: its report, and its processes by id when the report is ok (else empty).

    foreign: another tool drew it, so it is read generously.
    """

    report: Report
    processes: dict[str, Program]
    foreign: bool = False


def parse(content: bytes, name: str) -> Parsed:
    """Read a BPMN file of any origin; never raises for bad input: what is wrong stands in the report."""
    findings = Findings()
    programs: list[Program] = []
    foreign = False
    try:
        root = read_xml(content, lambda what, why: findings.remark(None, what, why))
        reader = _Reader(root, content, findings)
        programs, foreign = reader.programs(), reader.foreign
    except Unreadable as why:
        findings.error(why.code, None, why.line or 1, str(why))
    definitions = [{"id": p.id, "name": p.name, "elements": len(p.elements)} for p in programs]
    report = Report(name, definitions, findings.changes, findings.errors)
    return Parsed(report, {p.id: p for p in programs} if report.ok else {}, foreign)


class _Reader:
    """Reads one document; `order` counts flow nodes and flows in the order they stand in the file."""

    def __init__(self, root: Any, content: bytes, findings: Findings) -> None:
        self.root = root
        self.findings = findings
        self.content_hash = hashlib.sha256(content).hexdigest()
        self.order = 0
        self.shared = Shared()
        self.associations: compensation.Pairs = {}
        self.data: Names = {}
        self.lanes: dict[str, str] = {}
        self.foreign = False
        self.compile = compiler(findings, frozenset())

    def programs(self) -> list[Program]:
        self.foreign = is_foreign(self.root)
        self.root = normalise(self.root, self.findings.remark)
        if self.root.tag != BPMN + "definitions":
            line = self.root.sourceline
            self.findings.error(
                "not-bpmn", None, line, "这不是 BPMN 2.0 文件（最外层应是 definitions），请用流程设计器导出"
            )
            return []
        if sum(1 for _ in self.root.iter(*_NODES)) > MAX_FLOW_NODES:
            raise Unreadable("too-large", f"流程节点超过 {MAX_FLOW_NODES} 个，请拆成几个流程", self.root.sourceline)
        self.compile = compiler(self.findings, _spaced_names(self.root), foreign=self.foreign)
        checks.ids(self.root, self.findings)
        checks.vocabulary(self.root, self.findings)
        self.shared = read_shared(self.root)
        self.data = read_names(self.root)
        self.associations = compensation.read_associations(self.root)
        for reference in self.root.iter(BPMN + "flowNodeRef"):
            self.lanes[(reference.text or "").strip()] = reference.getparent().get("name") or ""
        chosen = self._chosen(list(self.root.iterchildren(BPMN + "process")))
        programs = [p for p in (self._process(node) for node in chosen) if p is not None]
        if self.foreign:
            self._note_unread(programs)
        return programs

    def _chosen(self, processes: list[Any]) -> list[Any]:
        """Return the processes to run: those not marked otherwise, or all when all are; note the rest."""
        drawn = [p for p in processes if next(p.iterchildren(*_NODES), None) is not None] if self.foreign else processes
        chosen = [p for p in drawn if p.get("isExecutable") != "false"]
        if drawn and not chosen:
            chosen = drawn
            for process in drawn:
                self.findings.remark(process.get("id"), "当作可执行的流程", "文件里的流程都标了不可执行")
        for process in processes:
            if process not in drawn:
                self.findings.remark(process.get("id"), "这个流程不运行", "里面没有画步骤")
            elif process not in chosen:
                self.findings.remark(process.get("id"), "这个流程不运行", "标了不可执行")
        if not chosen and (not self.foreign or next(self.root.iter(*_PICTURES), None) is None):
            empty = "流程是空的，请画上要办的步骤" if processes else "文件里没有流程，请画好流程再上传"
            code = "no-start" if processes else "no-process"
            first = (processes or [self.root])[0]
            self.findings.error(code, first.get("id"), first.sourceline, empty)
        elif not chosen:
            self.findings.remark(self.root.get("id"), "整个文件只作图示，没有可以运行的流程", "里面没有画流程的步骤")
        return chosen

    def _process(self, node: Any) -> Program | None:
        if not node.get("id"):
            self.findings.error("id-missing", None, node.sourceline, "流程没有 id，请补上")
            return None
        program = Program(
            node.get("id"), node.get("name") or node.get("id"), self.content_hash, node.sourceline, Body(),
            documentation=_documentation(node),
        )  # fmt: skip
        read_process_extensions(node, program, self.findings, self.compile)
        program.body = self._body(node, program, program.id)
        if self.foreign:
            drafts.settle(program, self.findings)
            drafts.fill(program, self.findings)
        checks.structure(program, self.findings)
        compensation.connect(program, self.associations, self.findings)
        if self.foreign:
            drafts.settle(program, self.findings)
            if drafts.is_picture(program, self.findings):
                return None
        if not self.findings.errors:
            read_starts(program)
        return program

    def _note_unread(self, programs: list[Program]) -> None:
        """Note every process, flow node and flow of the file that does not run, unless that was told."""
        known = {change["element_id"] for change in self.findings.changes}
        for program in programs:
            known.update((program.id, *program.elements))
            known.update(flow.id for body in program.bodies() for flow in body.flows)
        for node in self.root.iter(*_DRAWN, BPMN + "process"):
            if node.get("id") not in known:
                self.findings.remark(node.get("id"), "只作图示，不运行", "它不在要运行的流程里")

    def _body(self, node: Any, program: Program, parent: str) -> Body:
        body = Body()
        for child in node.iterchildren():
            if not isinstance(child.tag, str) or not child.tag.startswith(BPMN):
                continue
            tag = child.tag[len(BPMN) :]
            if tag in FLOW_NODES:
                element = self._element(child, tag, program, parent)
                if element is not None:
                    body.nodes.append(element)
            elif tag == "sequenceFlow":
                self._flow(child, body)
            elif tag in _UNKNOWN_NODES and not self.foreign:  # Of foreign files they are told as pictures.
                self.findings.error(
                    "unsupported", child.get("id"), child.sourceline, f"{tag} 不能运行，请改用任务或子流程"
                )
        links.connect(body, self.findings)
        return body

    def _element(self, node: Any, tag: str, program: Program, parent: str) -> Element | None:
        eid, line = node.get("id"), node.sourceline
        if not eid:
            self.findings.error("id-missing", None, line, f"第 {line} 行的 {tag} 没有 id，请补上")
            return None
        self.order += 1
        element = Element(eid, tag, (node.get("name") or "").strip() or eid, line, self.order, parent)
        element.lane = self.lanes.get(eid)
        element.documentation = _documentation(node)
        element.default = node.get("default")
        element.attached_to = node.get("attachedToRef")
        element.instantiates = node.get("instantiate") == "true"
        element.handles = tag == "startEvent" and node.getparent().get("triggeredByEvent") == "true"
        element.needs_all = node.get("eventGatewayType") == "Parallel"
        element.compensates = node.get("isForCompensation") == "true"
        element.triggered = node.get("triggeredByEvent") == "true"
        element.interrupting = node.get("cancelActivity", node.get("isInterrupting", "true")) != "false"
        if tag == "callActivity":
            element.called = node.get("calledElement")
        program.elements.setdefault(eid, element)
        read_node_extensions(node, element, self.findings, self.compile)
        check_names(element, self.findings)
        if tag.endswith("Event") or tag in ("sendTask", "receiveTask"):
            read_event(node, element, self.shared, self.findings, self.compile)
        if tag not in ("startEvent", "endEvent", "boundaryEvent") and "Gateway" not in tag:
            read_loop(node, element, self.shared, self.findings, self.compile)
        if tag == "scriptTask":
            text, language = node.findtext(BPMN + "script"), node.get("scriptFormat", "")
            element.script = self.compile(text, "script", eid, line, language)
        if tag == "businessRuleTask":
            element.decision = element.decision or _decision(node)
        read_around(node, element, self.data, self.findings, self.compile)
        checks.element(node, element, self.findings)
        if tag in SUBPROCESSES:
            element.body = self._body(node, program, eid)
        activation = node.find(BPMN + "activationCondition")
        if activation is not None:
            text = "".join(activation.itertext())
            element.activation = self.compile(text, "condition", eid, activation.sourceline)
        if tag == "adHocSubProcess":
            element.ad_hoc = read_ad_hoc(node, element, self.compile)
        return element

    def _flow(self, node: Any, body: Body) -> None:
        source, target, line = node.get("sourceRef"), node.get("targetRef"), node.sourceline
        fid = node.get("id") or f"flow@{line}"
        if not source or not target:
            self.findings.error("flow-loose", fid, line, f"连线“{fid}”少了一头，请连好或删去")
            return
        self.order += 1
        flow = Flow(fid, source, target, node.get("name") or "", line, self.order)
        condition = node.find(BPMN + "conditionExpression")
        if condition is not None and "".join(condition.itertext()).strip():
            text, language = "".join(condition.itertext()), condition.get("language", "")
            flow.condition = self.compile(text, "condition", fid, line, language)
        body.flows.append(flow)


def _documentation(node: Any) -> str | None:
    found = node.find(BPMN + "documentation")
    return None if found is None else "".join(found.itertext()).strip() or None


def _decision(node: Any) -> str | None:
    for name, value in node.attrib.items():
        if name.rsplit("}", 1)[-1] in ("calledDecisionId", "decisionRef"):
            return str(value)
    return None


def _spaced_names(root: Any) -> frozenset[str]:
    """Names with spaces that the file itself introduces: FEEL must know them to read them as one name."""
    found: set[str] = set()
    for tag, attribute in (
        (QC + "set", "name"),
        (QC + "lookup", "as"),
        (QC + "input", "name"),
        (QC + "output", "name"),
    ):
        found.update(e.get(attribute) or "" for e in root.iter(tag))
    for tag in ("inputDataItem", "outputDataItem"):
        for e in root.iter(BPMN + tag):
            found.update((e.get("id") or "", e.get("name") or ""))
    found.update((e.text or "").strip() for e in root.iter(SPIFF + "variableName"))
    found.update((e.text or "").strip() for e in root.iter(BPMN + "loopDataOutputRef"))
    return frozenset(name for name in found if " " in name)
