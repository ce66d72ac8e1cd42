"""What a process must hold before it may run; each refusal names element and line and says what to do.

What BPMN 2.0.2 allows and we do not run rightly is refused here, never run wrongly.
"""

from __future__ import annotations

from typing import Any

from engine.bpmn import LONGEST_NAME
from engine.spiff import starts
from engine.spiff.elements import (
    ACTIVITIES,
    FLOW_NODES,
    PERSONAL,
    SUBPROCESSES,
    AdHoc,
    Body,
    Element,
    Findings,
    Flow,
    Program,
)
from engine.spiff.vocabulary import BPMN, QC

_VARIABLES = ("DataItem", "dataInput", "dataOutput")  # Their ids are names of variables.
_CATCHABLE = frozenset({"timer", "message", "signal", "conditional"})
_KINDS = {
    "startEvent": frozenset({"none", "timer", "message", "signal", "conditional", "compensate"}),
    "endEvent": frozenset({"none", "message", "signal", "error", "escalation", "terminate", "cancel", "compensate"}),
    "intermediateCatchEvent": _CATCHABLE | {"link"},
    "intermediateThrowEvent": frozenset({"none", "message", "signal", "escalation", "link", "compensate"}),
    "boundaryEvent": _CATCHABLE | {"error", "escalation", "cancel", "compensate"},
}
_HANDLED = _CATCHABLE | {"error", "escalation", "compensate"}  # What starts an event subprocess.
_STANDING = frozenset({"boundaryEvent", "startEvent"})
_WAITED_FOR = _CATCHABLE | {"escalation"}  # What can be waited for together with something else.
_THROWING = SUBPROCESSES | {"scriptTask", "businessRuleTask", "serviceTask", "sendTask", "callActivity"}
_AT_ONCE = PERSONAL | {"scriptTask", "businessRuleTask"}  # Chosen and done in one step of the case.


def ids(root: Any, findings: Findings) -> None:
    """Refuse an id that stands on two BPMN elements."""
    seen: dict[str, int] = {}
    for node in root.iter():
        found = node.get("id")
        if found is None or not str(node.tag).startswith(BPMN) or node.tag.endswith(_VARIABLES):
            continue
        if found in seen:
            findings.error(
                "duplicate-id", found, node.sourceline, f"编号“{found}”在第 {seen[found]} 行已经用过，请换一个"
            )
        seen.setdefault(found, node.sourceline)


def vocabulary(root: Any, findings: Findings) -> None:
    """Refuse `qc:` elements and attributes in places where nothing reads them."""
    for node in root.iter():
        tag = str(node.tag)
        for name in node.attrib:
            if name.startswith(QC) and not tag.startswith(QC):
                owner = node.get("id")
                findings.error("unknown-qc", owner, node.sourceline, f"“{owner}”没有属性 qc:{name[len(QC) :]}，请删去")
        if not tag.startswith(QC):
            continue
        holder = node.getparent().getparent() if node.getparent() is not None else None
        place = "" if holder is None else str(holder.tag)
        if place[len(BPMN) :] not in FLOW_NODES and place != BPMN + "process":
            owner = None if holder is None else holder.get("id")
            findings.error(
                "unknown-qc", owner, node.sourceline, f"qc:{tag[len(QC) :]} 放在这里没有用，请放到任务或流程上"
            )


def element(node: Any, found: Element, findings: Findings) -> None:
    """Check one flow node by itself."""
    eid, line, kind = found.id, found.line, found.type
    if found.triggered and found.loop is not None:
        findings.error("event-subprocess", eid, line, f"“{found.name}”是事件子流程，不能写循环或多实例，请删去")
    elif kind == "callActivity" and not found.called:
        findings.error("called-missing", eid, line, f"“{found.name}”没有写要调用的流程（calledElement），请补上")
    elif kind == "businessRuleTask" and not found.decision:
        findings.error("decision-missing", eid, line, f"“{found.name}”没有写决策表的编号（calledDecisionId），请补上")
    elif kind in PERSONAL and not found.candidates:
        findings.remark(eid, f"“{found.name}”没有写由谁办", "没有候选人的任务只能由管理员分派")
    for name in ("startQuantity", "completionQuantity"):
        if node.get(name, "1").strip() != "1":
            findings.error("quantity", eid, line, f"“{found.name}”的 {name} 只能是 1，请删去")
    if found.extensions.get("operator"):
        findings.remark(eid, f"“{found.name}”的 {found.extensions['operator']} 不会自动调用", "当作等外部系统办的任务")
    for event in [] if found.event is None else [found.event, *found.event.parts]:
        if len(event.name) > LONGEST_NAME:
            said = f"“{found.name}”：{event.kind} 的名称最长 {LONGEST_NAME} 个字，请改短"
            findings.error("name-too-long", eid, line, said)
    if found.event is not None and kind in _KINDS:
        _event(found, _HANDLED if found.handles else _KINDS[kind], findings)
        if found.event.parallel and kind == "startEvent" and not found.handles:
            findings.error("event-kind", eid, line, f"“{found.name}”：流程不能等几种事件都到齐才启动，请拆开")


def _event(found: Element, allowed: frozenset[str], findings: Findings) -> None:
    """Check each definition of an event by itself, and whether they go together."""
    assert found.event is not None
    event = found.event
    kinds = [part.kind for part in event.parts] or [event.kind]
    for kind in kinds:
        if kind not in allowed or (event.parts and kind == "link"):
            advice = "请选一种要等的事件" if kind == "none" else f"这里不能用 {kind} 事件，请换一种"
            findings.error("event-kind", found.id, found.line, f"“{found.name}”：{advice}")
        elif event.parallel and kind not in _WAITED_FOR:
            findings.error("event-kind", found.id, found.line, f"“{found.name}”：{kind} 事件不能和别的一起等，请拆开")
        elif kind in ("error", "cancel") and found.type in _STANDING and not found.interrupting:
            findings.error("event-kind", found.id, found.line, f"“{found.name}”：错误和取消事件必须打断任务")
    if "compensate" in kinds and len(kinds) > 1 and (found.type in _STANDING or kinds.count("compensate") > 1):
        findings.error("event-kind", found.id, found.line, f"“{found.name}”：补偿事件不能和别的事件合在一起，请拆开")


def _raceable(target: Element) -> bool:
    """An event gateway can arm it: a catch event, or a receive task that names its message and runs once."""
    if target.acts_as == "happening":
        return True
    if target.type == "receiveTask":
        return target.event is not None and target.loop is None
    if target.type != "intermediateCatchEvent" or target.event is None or target.event.parallel:
        return False
    return all(part.kind in _CATCHABLE for part in target.event.parts or [target.event])


def structure(program: Program, findings: Findings) -> None:
    """Check how the nodes of a process hang together, subprocess by subprocess."""
    at = (program.number or {}).get("at")
    if at and at not in program.elements:
        findings.error("number-at", program.id, program.line, f"编号写在“{at}”办完时取，但没有这个节点，请改正")
    scope = (program.number or {}).get("scope", "unit")
    if scope not in ("unit", "root"):
        findings.error("number-scope", program.id, program.line, f"编号的 scope 只能写 unit 或 root，不能写“{scope}”")
    todo: list[tuple[Body, str, int, str]] = [(program.body, program.id, program.line, program.name)]
    while todo:
        body, owner, line, name = todo.pop()
        _Level(body, owner, line, name, program, findings).check()
        todo.extend((n.body, n.id, n.line, n.name) for n in body.nodes if n.body is not None)


class _Level:
    """The nodes and flows of one process or subprocess."""

    def __init__(self, body: Body, owner: str, line: int, name: str, program: Program, findings: Findings) -> None:
        self.body, self.owner, self.line, self.name = body, owner, line, name
        self.program, self.findings = program, findings
        self.here = {n.id: n for n in body.nodes}
        self.implicit = not any(n.type == "startEvent" for n in body.nodes)
        self.outgoing: dict[str, list[Flow]] = {n.id: [] for n in body.nodes}
        self.incoming: dict[str, list[Flow]] = {n.id: [] for n in body.nodes}

    def check(self) -> None:
        self._flows()
        owner = self.program.elements.get(self.owner)
        if owner is not None and owner.triggered:
            self._triggers()
        elif owner is not None and owner.ad_hoc is not None:
            self._ad_hoc(owner, owner.ad_hoc)
        else:
            self._starts(inside=owner is not None)
        for node in self.body.nodes:
            self._defaults(node)
            if node.type.endswith("Event") or node.type == "eventBasedGateway":
                self._conditions(node)
            if node.type.endswith("Gateway"):
                self._gateway(node)
            elif node.type == "boundaryEvent":
                self._boundary(node)
            elif node.triggered and (self.outgoing[node.id] or self.incoming[node.id]):
                self._error("event-subprocess", node, "事件子流程由事件启动，前后不能有连线，请删去")
            elif node.type == "endEvent" and self.outgoing[node.id]:
                self._error("flow-after-end", node, "结束事件后面不能再有连线，请删去")
            elif node.type == "startEvent" and self.incoming[node.id]:
                self._error("flow-into-start", node, "开始事件前面不能有连线，请删去")
            cancels = node.type == "endEvent" and node.event is not None and _has(node, "cancel")
            if cancels and (owner is None or owner.type != "transaction"):
                self._error("cancel-outside", node, "取消结束只能放在事务子流程里")
            elif cancels and not any(e.attached_to == self.owner and _has(e, "cancel") for e in self._events()):
                self.findings.remark(node.id, f"“{node.name}”以后没有去处", f"“{self.name}”上没有贴取消事件")
        self._reach()

    def _error(self, code: str, node: Element, why: str) -> None:
        self.findings.error(code, node.id, node.line, f"“{node.name}”：{why}")

    def _events(self) -> list[Element]:
        return [e for e in self.program.elements.values() if e.type == "boundaryEvent"]

    def _flows(self) -> None:
        for flow in self.body.flows:
            for end in (flow.source, flow.target):
                if end in self.here:
                    continue
                if end in self.program.elements:
                    why = f"连线“{flow.id}”跨出了子流程（另一头是“{end}”），请改在同一层里连"
                    self.findings.error("flow-crosses", flow.id, flow.line, why)
                else:
                    why = f"连线“{flow.id}”连到“{end}”，文件里没有这个节点，请连好或删去"
                    self.findings.error("flow-loose", flow.id, flow.line, why)
            if flow.source in self.here and flow.target in self.here:
                self.outgoing[flow.source].append(flow)
                self.incoming[flow.target].append(flow)

    def _ad_hoc(self, owner: Element, how: AdHoc) -> None:
        """Its steps are chosen by people: only activities stand free, and in turn only what is done in one go."""
        for node in self.body.nodes:
            free = not self.incoming[node.id] and not node.triggered and node.type not in ("boundaryEvent", "endEvent")
            if node.type == "startEvent" or (free and node.type not in ACTIVITIES):
                self._error("ad-hoc", node, "临时子流程里只有任务和子流程可以不接连线，请去掉它或接上连线")
            elif how.sequential and node.type in ACTIVITIES and (node.loop is not None or node.type not in _AT_ONCE):
                self._error("ad-hoc", node, f"“{owner.name}”里的步骤一次只办一个，不能放要分几次办的，请改为可以同时办")
            elif free and how.condition is not None and node.type not in PERSONAL | {"receiveTask"}:
                self.findings.remark(node.id, f"“{node.name}”只办一次", "会自己办的步骤不再重来，否则停不下来")

    def _starts(self, *, inside: bool) -> None:
        drawn = [n for n in self.body.nodes if n.type == "startEvent"]
        none = [n for n in drawn if n.event is None or n.event.kind == "none"]
        if inside and (len(none) != len(drawn) or len(drawn) > 1):
            self._error("subprocess-start", drawn[-1], "子流程里只能有一个空的开始事件")
        elif not drawn:
            self._implicit(inside=inside)
        elif not inside and len(none) > 1:
            why = f"流程有几个开始事件；启动时没有指定的，从“{none[0].name}”开始"
            self.findings.remark(none[0].id, why, "一次启动只从一个开始事件开始")
        for start in drawn if not inside else ():
            if start.event is not None and start.event.kind != "none":
                self.findings.remark(start.id, f"“{start.name}”不会自己启动流程", "流程由人或上级流程启动")
        for node in self.body.nodes:
            if node.instantiates:
                self._instantiating(node, inside=inside)

    def _implicit(self, *, inside: bool) -> None:
        """No start event: all that no flow leads to begins at once (BPMN 2.0.2 clauses 10.5.2 and 13.2)."""
        first = starts.implicit(self.body)
        for node in first:
            self.findings.remark(node.id, f"“{node.name}”一开始就办", "没有画开始事件，前面没有连线的都从头开始")
        if not first and self.body.nodes and not any(n.instantiates for n in self.body.nodes):
            self.findings.error("no-start", self.owner, self.line, f"“{self.name}”里没有开始事件，请加一个")
        elif not self.body.nodes and not inside:
            self.findings.error("no-start", self.owner, self.line, f"“{self.name}”是空的，请画上要办的步骤")

    def _instantiating(self, node: Element, *, inside: bool) -> None:
        sources = [self.here[flow.source] for flow in self.incoming[node.id]]
        if sources and all(source.type == "startEvent" for source in sources):
            node.instantiates = False
            self.findings.remark(node.id, f"“{node.name}”不用来启动流程", "它前面有开始事件，流程从那里启动")
        elif sources or inside or node.loop is not None:
            self._error("instantiating-task", node, "用来启动流程的节点前面不能有连线，不能多次办，也不能放在子流程里")

    def _triggers(self) -> None:
        """An event subprocess has one start event, and that says what it waits for (10.3.5)."""
        starts = [n for n in self.body.nodes if n.type == "startEvent"]
        if not starts:
            self.findings.error("no-start", self.owner, self.line, f"“{self.name}”里没有开始事件，请加一个")
        elif len(starts) > 1:
            self._error("several-starts", starts[1], "事件子流程里只能有一个开始事件")

    def _defaults(self, node: Element) -> None:
        if node.default is None:
            return
        chosen = [f for f in self.outgoing[node.id] if f.id == node.default]
        if not chosen:
            self._error("default-missing", node, f"默认出口“{node.default}”不是它的连线，请改正")
        elif node.type in ACTIVITIES or node.type in ("exclusiveGateway", "inclusiveGateway", "complexGateway"):
            chosen[0].default = True

    def _gateway(self, node: Element) -> None:
        flows = self.outgoing[node.id]
        if not self.incoming[node.id] and not node.instantiates and not self.implicit:
            self._error("gateway-alone", node, "网关前面没有连线，永远走不到，请连好")
        if not flows:
            self._error("gateway-alone", node, "网关后面没有连线，请连好")
        if node.type in ("exclusiveGateway", "inclusiveGateway") and len(flows) > 1:
            for flow in flows:
                if flow.condition is None and not flow.default and not self._refused(flow):
                    why = f"网关“{node.name}”的连线“{flow.name or flow.id}”没有条件，请写条件，或设为默认出口"
                    self.findings.error("condition-missing", flow.id, flow.line, why)
            if not any(f.default for f in flows):
                self.findings.remark(node.id, f"网关“{node.name}”没有默认出口", "条件都不成立时流程会停下，等人处理")
        elif node.type == "complexGateway" and (node.activation is None) == (len(self.incoming[node.id]) > 1):
            self._error("complex-gateway", node, "复杂网关合并几条线时要写什么时候往下走（activationCondition）")
        elif node.type == "parallelGateway":
            for flow in flows:
                if flow.condition is not None:
                    self._error(
                        "parallel-condition", node, f"并行网关的连线“{flow.id}”不能有条件，请删去或改用包容网关"
                    )
        elif node.type == "eventBasedGateway":
            if node.needs_all and not node.instantiates:
                self._error("event-gateway", node, "并行的事件网关只能用来启动流程；流程里要等齐几件事，请用并行网关")
            for flow in flows:
                target = self.here[flow.target]
                if not _raceable(target):
                    self._error("event-gateway", node, f"后面只能接等消息、等时间的事件，不能接“{target.name}”")
                elif len(self.incoming[target.id]) > 1:
                    self._error("event-gateway", target, "接在事件网关后面的事件只能有一条进来的连线")

    def _refused(self, flow: Flow) -> bool:
        return any(e["element_id"] == flow.id and e["code"] == "feel-syntax" for e in self.findings.errors)

    def _boundary(self, node: Element) -> None:
        host = self.here.get(node.attached_to or "")
        if host is None or host.type not in ACTIVITIES:
            self._error("boundary-loose", node, "边界事件没有贴在任务上，请贴好")
        elif host.triggered:
            self._error("boundary-loose", node, "边界事件不能贴在事件子流程上，请贴到别的任务上")
        elif _has(node, "cancel") and host.type != "transaction":
            self._error("cancel-outside", node, "取消事件只能贴在事务子流程上")
        elif (_has(node, "error") or _has(node, "escalation")) and host.type not in _THROWING:
            self.findings.remark(node.id, f"“{node.name}”贴在“{host.name}”上等不到", "这种任务现在不会抛出错误")
        if self.incoming[node.id]:
            self._error("flow-into-boundary", node, "边界事件前面不能有连线，请删去")

    def _conditions(self, node: Element) -> None:
        """The standard has conditions only behind activities and gateways that choose (10.5.2, 10.6.6)."""
        for flow in self.outgoing[node.id]:
            if flow.condition is not None:
                what = f"“{node.name}”后面的连线“{flow.name or flow.id}”带条件，照样看条件"
                self.findings.remark(node.id, what, "标准里事件后面的连线没有条件，请改接在网关后面")

    def _reach(self) -> None:
        """Remark nodes that no token can reach: usually a forgotten flow."""
        attached: dict[str, list[str]] = {}
        for node in self.body.nodes:
            if node.attached_to:
                attached.setdefault(node.attached_to, []).append(node.id)
        todo = [n.id for n in self.body.nodes if n.type == "startEvent" or n.instantiates]
        todo.extend(n.id for n in starts.implicit(self.body))
        seen = set(todo)
        while todo:
            at = todo.pop()
            following = [f.target for f in self.outgoing[at]] + attached.get(at, [])
            fresh = [n for n in following if n not in seen]
            seen.update(fresh)
            todo.extend(fresh)
        for node in self.body.nodes:
            if node.id not in seen and seen and not node.compensates and not node.triggered:
                self.findings.remark(node.id, f"“{node.name}”永远走不到", "没有连线从开始事件通到这里")


def _has(node: Element, kind: str) -> bool:
    """Tell whether an event has a definition of this kind."""
    return node.event is not None and any(part.kind == kind for part in node.event.parts or [node.event])
