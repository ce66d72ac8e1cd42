"""Elements as SpiffWorkflow specs: one process spec per process and embedded subprocess, built without recursion.

SpiffWorkflow's own XML parser recurses along the flows, stops at the first error and orders branches by their place on
the canvas; it is not used. Its spec classes are: each element becomes a subclass of them.
"""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec

from engine.spiff.elements import ACTIVITIES, Body, Element, Program
from engine.spiff.specs.activities import CallNode, DecisionNode, ManualNode, ScriptNode, UserNode, WaitingNode
from engine.spiff.specs.complex import ComplexNode
from engine.spiff.specs.events import (
    BoundaryNode,
    CatchNode,
    HappeningNode,
    LinkNode,
    ReceiveNode,
    StartNode,
    ThrowNode,
)
from engine.spiff.specs.gateways import EventGatewayNode, ExclusiveNode, InclusiveNode, ParallelNode
from engine.spiff.specs.handlers import HandlerNode, TriggerNode, triggers_of
from engine.spiff.specs.loops import LoopNode, RepeatNode, SeveralNode
from engine.spiff.specs.node import Node, Way
from engine.spiff.specs.services import ServiceNode
from engine.spiff.specs.several import AnyNode, standing, takes_any, with_parts
from engine.spiff.specs.subprocesses import SubprocessNode
from engine.spiff.specs.unfinished import UnfinishedNode
from engine.spiff.starts import first_of, implicit

_CLASSES: dict[str, type[Node]] = {
    "startEvent": StartNode,
    "endEvent": ThrowNode,
    "intermediateThrowEvent": ThrowNode,
    "intermediateCatchEvent": CatchNode,
    "boundaryEvent": BoundaryNode,
    "task": ManualNode,
    "manualTask": ManualNode,
    "userTask": UserNode,
    "scriptTask": ScriptNode,
    "serviceTask": ServiceNode,
    "sendTask": WaitingNode,
    "receiveTask": WaitingNode,
    "businessRuleTask": DecisionNode,
    "callActivity": CallNode,
    "subProcess": SubprocessNode,
    "transaction": SubprocessNode,
    "adHocSubProcess": SubprocessNode,
    "exclusiveGateway": ExclusiveNode,
    "parallelGateway": ParallelNode,
    "inclusiveGateway": InclusiveNode,
    "complexGateway": ComplexNode,
    "eventBasedGateway": EventGatewayNode,
    "happening": HappeningNode,
    "unfinished": UnfinishedNode,
}


class CaseProcessSpec(BpmnProcessSpec):
    """The specs of one process or embedded subprocess; `inside` has its subprocesses.

    starts: what may be chosen to begin with -> the node that takes the token; first: where it begins when nothing is
    chosen, in document order; undone_by: the event subprocess that undoes this one; triggers: what starts its other
    event subprocesses; aside: names of the specs whose tokens are not its own work; hearing: see `hearing`.
    """

    triggers: tuple[TriggerNode, ...] = ()
    aside: frozenset[str] = frozenset()

    def __init__(self, name: str, description: str) -> None:
        super().__init__(name=name, description=description)
        self.starts: dict[str, Node] = {}
        self.first: tuple[Node, ...] = ()
        self.default: str | None = None
        self.undone_by: Node | None = None
        self.inside: dict[str, CaseProcessSpec] = {}
        self.hearing: dict[str, frozenset[str]] = {}


def specs_of(program: Program) -> CaseProcessSpec:
    """Return the specs of a checked program, built at its first case; two threads may build the same twice."""
    if program.specs is None:
        program.specs = build(program)
    made: CaseProcessSpec = program.specs
    return made


def build(program: Program) -> CaseProcessSpec:
    """Return the process spec of a checked program, with those of its subprocesses inside."""
    made = CaseProcessSpec(program.id, program.name)
    made.default = first_of(program)
    todo: list[tuple[CaseProcessSpec, Body]] = [(made, program.body)]
    while todo:
        spec, body = todo.pop()
        _fill(spec, body, program.elements.get(spec.name))
        for element in body.nodes:
            if element.body is not None:
                spec.inside[element.id] = CaseProcessSpec(element.id, element.name)
                todo.append((spec.inside[element.id], element.body))
    return made


def _fill(spec: CaseProcessSpec, body: Body, owner: Element | None) -> None:
    made = {element.id: _nodes(spec, element) for element in body.nodes}
    nodes = {name: several[0] for name, several in made.items()}
    ways: dict[str, list[Way]] = {name: [] for name in nodes}
    for flow in body.flows:
        ways[flow.source].append((flow, nodes[flow.target]))
        nodes[flow.target].arrivals += (flow.id,)
    attached: dict[str, list[BoundaryNode]] = {}
    for element in body.nodes:
        node = nodes[element.id]
        for each in made[element.id]:
            each.lead(ways[element.id])
            if not each.ways:
                each.connect(spec.end)
            if isinstance(each, BoundaryNode) and element.attached_to and each.event.kind != "compensate":
                attached.setdefault(element.attached_to, []).append(each)
        if element.handler is not None or element.reversible:
            _reversible(node, nodes.get(element.handler or ""))
        if owner is not None and owner.ad_hoc is not None and element.type in ACTIVITIES:
            node.ad_hoc, node.plain = owner.ad_hoc, False
        if element.type == "startEvent" or element.instantiates:
            spec.starts[element.id] = node
            spec.start.connect(node)
            if element.type == "eventBasedGateway":
                spec.starts.update((flow.target, node) for flow, _ in node.ways)
    if owner is not None and owner.undone_by is not None:
        spec.undone_by = nodes[owner.undone_by]
    spec.first = tuple(nodes[element.id] for element in implicit(body)) or tuple(spec.starts.values())[:1]
    for host, events in attached.items():
        nodes[host].attached = tuple(events)
    for node in nodes.values():
        if isinstance(node, InclusiveNode) and len(node.arrivals) > 1:
            node.upstream = upstream_of(node.element_id, body)
    spec.triggers = tuple(
        t for node in nodes.values() if isinstance(node, HandlerNode) for t in triggers_of(spec, node)
    )
    spec.aside = frozenset(
        node.name for trigger in spec.triggers for node in (trigger.handler, trigger, *trigger.parts)
    )


def _nodes(spec: CaseProcessSpec, element: Element) -> list[Node]:
    """Make the spec of an element; a boundary event that takes any of several things has one for each of them."""
    if element.type == "boundaryEvent":
        return [*standing(BoundaryNode, spec, element.id, element)]
    made = _node(spec, element)
    return [with_parts(made) if isinstance(made, CatchNode) else made]


def _node(spec: CaseProcessSpec, element: Element) -> Node:
    """Make the spec of an element; with a loop, the spec of the loop, which holds that of the activity."""
    chosen = _class_of(element)
    if element.loop is None:
        return chosen(spec, element.id, element)
    body = chosen(spec, f"{element.id} [child]", element)
    kind: type[LoopNode] = RepeatNode if element.loop.kind == "standard" else SeveralNode
    return kind(spec, element.id, element, body)


def _class_of(element: Element) -> type[Node]:
    if element.acts_as is not None:
        return _CLASSES[element.acts_as]
    if element.triggered:
        return HandlerNode
    if element.event is not None and element.type == "receiveTask":
        return ReceiveNode
    if element.event is not None and element.type == "sendTask" and not element.topic:
        return ThrowNode
    if element.event is not None and element.type == "intermediateCatchEvent":
        return LinkNode if element.event.kind == "link" else AnyNode if takes_any(element) else CatchNode
    return _CLASSES[element.type]


def _reversible(node: Node, handler: Node | None) -> None:
    """Let an activity that can be undone, or each of its instances, be remembered when it completes."""
    undone = node.body if isinstance(node, LoopNode) else node
    undone.reversible = True
    undone.handler = handler


def upstream_of(gateway: str, body: Body) -> dict[str, frozenset[str]]:
    """For each flow into `gateway`: the nodes from which a path leads into it without passing the gateway."""
    before: dict[str, list[str]] = {}
    entries: dict[str, str] = {}
    for flow in body.flows:
        before.setdefault(flow.target, []).append(flow.source)
        if flow.target == gateway:
            entries[flow.id] = flow.source
    for element in body.nodes:
        if element.attached_to:
            before.setdefault(element.id, []).append(element.attached_to)
    return {flow: _backwards(source, gateway, before) for flow, source in entries.items()}


def _backwards(source: str, gateway: str, before: dict[str, list[str]]) -> frozenset[str]:
    seen: set[Any] = set()
    todo = [source]
    while todo:
        at = todo.pop()
        if at == gateway or at in seen:
            continue
        seen.add(at)
        todo.extend(before.get(at, ()))
    return frozenset(seen)
