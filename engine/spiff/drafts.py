"""What a foreign diagram leaves open gets a stated behaviour instead of a refusal; each is listed as a change.

A tool that only draws writes timers without a time, calls without a process, gateways without conditions. Such a file
opens and is kept. Where the standard gives the open place a meaning it has that one; else a case that comes there waits
for somebody's hand, or stops as an incident that says what is missing. It never goes on as if nothing were.
"""

from __future__ import annotations

from collections.abc import Callable

from engine.spiff.elements import Element, Event, Findings, Flow, Program
from engine.spiff.expressions import Expr, unreadable

BY_HAND = "等人确认发生了才往下走"
NEVER = "自己不会发生"
STOPS = "流程走到这里会停下，等人补好"


def fill(program: Program, findings: Findings) -> None:
    """Give open events, scripts, loops and bare flows their behaviour; before the structure is checked."""
    for body in program.bodies():
        nodes = {node.id: node for node in body.nodes}
        leaving: dict[str, list[Flow]] = {}
        for flow in body.flows:
            leaving.setdefault(flow.source, []).append(flow)
        for node in body.nodes:
            flows = leaving.get(node.id, [])
            _fill_event(node, findings)
            _fill_activity(node, findings)
            _fill_loop(node, findings)
            if node.type in ("exclusiveGateway", "inclusiveGateway"):
                _fill_gateway(node, flows, findings)
            elif node.type == "parallelGateway":
                _fill_parallel(flows, findings)
            elif node.type == "eventBasedGateway":
                for flow in flows:
                    _fill_race(nodes.get(flow.target), findings)
        body.flows = [flow for flow in body.flows if not _into_boundary(flow, nodes, findings)]


def settle(program: Program, findings: Findings) -> None:
    """Turn what was refused about elements of this program into changes; what cannot be so turned stays refused."""
    kept, loose = [], set()
    flows = {flow.id for body in program.bodies() for flow in body.flows} if findings.errors else set()
    for error in findings.errors:
        if error["element_id"] in flows and error["code"] not in _HARD:
            loose.add(error["element_id"])
            findings.remark(error["element_id"], "连线只作图示，不走", error["message"])
            continue
        element = program.elements.get(error["element_id"] or "")
        if element is None or error["code"] in _HARD:
            kept.append(error)
            continue
        if element.missing:  # Told already: what it lacks makes other faults of it follow.
            continue
        what = _SETTLED.get(error["code"], _stop)(element, error["message"])
        findings.remark(element.id, f"“{element.name}”{what}", error["message"])
    findings.errors[:] = kept
    for body in program.bodies() if loose else ():
        body.flows = [flow for flow in body.flows if flow.id not in loose]


def is_picture(program: Program, findings: Findings) -> bool:
    """Tell, and note, that a process runs nothing because nobody can tell where it begins."""
    found = [error for error in findings.errors if error["code"] == "no-start" and error["element_id"] == program.id]
    for error in found:
        findings.errors.remove(error)
        findings.remark(program.id, "这个流程不运行", error["message"])
    return bool(found)


# ---- before the check ------------------------------------------------------------------------


def _fill_event(node: Element, findings: Findings) -> None:
    if node.event is None or node.missing:
        return
    why = next((found for part in (node.event, *getattr(node.event, "parts", ())) if (found := _open(part))), None)
    if why is None:
        return
    findings.remark(node.id, f"“{node.name}”{_without_event(node, why)}", why)


def _open(event: Event) -> str | None:
    """Say what an event lacks to happen by itself."""
    if event.kind == "timer":
        return "没有写时间" if event.timer is None else unreadable(event.timer.every)
    if event.kind == "conditional":
        return "没有写条件" if event.condition is None else unreadable(event.condition)
    return None


def _without_event(node: Element, why: str) -> str:
    """Let an event that cannot happen by itself wait for a hand, or for nothing; say which."""
    node.missing = why
    if node.type == "boundaryEvent":
        node.attached_to = None
        return NEVER
    node.event = Event("none")
    if node.type == "intermediateCatchEvent":
        node.acts_as = "happening"
        return BY_HAND
    if node.type == "startEvent":
        return "只能由人启动"
    node.acts_as = "unfinished"
    return STOPS


def _fill_activity(node: Element, findings: Findings) -> None:
    why = unreadable(node.script)
    if node.type == "scriptTask" and why is not None:
        node.acts_as = "serviceTask"
        findings.remark(node.id, f"“{node.name}”的脚本不在这里运行，当作等外部系统办的任务", why)


def _fill_loop(node: Element, findings: Findings) -> None:
    loop = node.loop
    if loop is not None and any(
        e is not None and not e.text for e in (loop.cardinality, loop.collection, loop.condition)
    ):
        node.loop = None
        findings.remark(node.id, f"“{node.name}”只办一次", "循环没有写次数、清单或条件")


def _fill_gateway(node: Element, flows: list[Flow], findings: Findings) -> None:
    """One bare flow among others is the default; of several nobody knows which one is meant, so they stop the case.

    An inclusive gateway takes every flow that no condition forbids.
    """
    if node.default is not None and node.default not in {flow.id for flow in flows}:
        findings.remark(node.id, f"“{node.name}”没有默认出口", f"写的默认出口“{node.default}”不是它的连线")
        node.default = None
    bare = [flow for flow in flows if flow.condition is None and flow.id != node.default]
    if len(flows) < 2 or not bare:
        return
    if node.type == "inclusiveGateway":
        for flow in bare:
            flow.condition = Expr("true", "condition", flow.id)
            findings.remark(
                flow.id, f"连线“{flow.name or flow.id}”总是走", f"包容网关“{node.name}”的这条连线没有写条件"
            )
        return
    if len(bare) == 1 and node.default is None:
        node.default = bare[0].id
        findings.remark(bare[0].id, "连线当作默认出口", f"网关“{node.name}”只有它没有写条件")
        return
    for flow in bare:
        flow.condition = Expr.missing("condition", flow.id)
        findings.remark(flow.id, f"连线“{flow.name or flow.id}”没有写条件，{STOPS}", f"网关“{node.name}”有几条连线要选")


def _fill_parallel(flows: list[Flow], findings: Findings) -> None:
    for flow in flows:
        if flow.condition is not None:
            flow.condition = None
            findings.remark(flow.id, "连线上的条件不起作用", "并行网关的每条连线都走")


def _fill_race(target: Element | None, findings: Findings) -> None:
    if target is not None and target.type == "receiveTask" and target.event is None:
        target.event = Event("message", name=target.name)
        findings.remark(target.id, f"“{target.name}”等名字和它一样的消息", "它接在事件网关后面，没有写等哪个消息")


def _into_boundary(flow: Flow, nodes: dict[str, Element], findings: Findings) -> bool:
    target = nodes.get(flow.target)
    if target is None or target.type != "boundaryEvent":
        return False
    if target.attached_to is None:
        return False
    findings.remark(flow.id, "连线只作图示，不走", f"它连进了边界事件“{target.name}”")
    return True


# ---- after the check -------------------------------------------------------------------------

_HARD = frozenset({"duplicate-id", "unknown-qc", "qc-attribute-missing", "bad-candidate", "id-missing"})


def _stop(element: Element, why: str) -> str:
    element.missing = why
    if element.type == "boundaryEvent":
        element.attached_to = None
        return NEVER
    element.acts_as = "unfinished"
    return STOPS


def _event_kind(element: Element, why: str) -> str:
    if element.type == "intermediateCatchEvent" and element.event is not None and element.event.kind == "none":
        return _without_event(element, why)
    return _stop(element, why)


def _by_hand(element: Element, _why: str) -> str:
    element.acts_as = "task"
    return "当作人工办的任务"


def _outside(element: Element, _why: str) -> str:
    element.acts_as = "serviceTask"
    return "当作等外部系统办的任务"


def _once(element: Element, _why: str) -> str:
    element.loop = None
    return "只办一次"


def _no_default(element: Element, _why: str) -> str:
    element.default = None
    return "没有默认出口"


def _race(element: Element, why: str) -> str:
    """An event behind a gateway that other flows lead to as well is just an event for those who come that way."""
    return _stop(element, why) if element.type == "eventBasedGateway" else "从别处来的只等它一个"


def _as_drawn(_element: Element, _why: str) -> str:
    return "按画的走"


_SETTLED: dict[str, Callable[[Element, str], str]] = {
    "called-missing": _by_hand,
    "decision-missing": _outside,
    "event-kind": _event_kind,
    "timer-missing": _without_event,
    "bad-loop": _once,
    "gateway-alone": _as_drawn,
    "default-missing": _no_default,
    "event-gateway": _race,
    "flow-after-end": _as_drawn,
    "flow-into-start": _as_drawn,
}
