"""Which activity undoes which: compensation handlers and what throws compensation, checked (BPMN 2.0.2 clause 10.7).

An association leads from a compensation boundary event to its handler; an event subprocess that starts by compensation
is the handler of the subprocess it stands in. A subprocess without a handler is undone by undoing what is inside.
"""

from __future__ import annotations

from typing import Any

from engine.spiff.elements import ACTIVITIES, SUBPROCESSES, Element, Findings, Program
from engine.spiff.vocabulary import BPMN

Pairs = dict[str, list[str]]


def read_associations(root: Any) -> Pairs:
    """Return what each element of the file is associated with, either way round."""
    found: Pairs = {}
    for node in root.iter(BPMN + "association"):
        source, target = node.get("sourceRef"), node.get("targetRef")
        found.setdefault(source, []).append(target)
        found.setdefault(target, []).append(source)
    return found


def connect(program: Program, pairs: Pairs, findings: Findings) -> None:
    """Set `handler` and `reversible` of the activities that can be undone, and check all that has to do with it."""
    elements = program.elements
    flowing = {end for body in program.bodies() for flow in body.flows for end in (flow.source, flow.target)}
    handlers: set[str] = set()
    for element in elements.values():
        if is_kind(element, "compensate"):
            if element.type == "boundaryEvent":
                handlers.update(_boundary(element, program, pairs, findings))
            elif element.type == "startEvent":
                _start(element, program, findings)
            elif element.event is not None and element.event.activity:
                _throw(element, element.event.activity, program, findings)
            if element.type == "boundaryEvent" and element.id in flowing:
                findings.error(
                    "compensation", element.id, element.line, f"“{element.name}”：补偿事件只连到补偿任务，不能有连线"
                )
    for element in elements.values():
        if element.compensates and element.id in flowing:
            findings.error("compensation", element.id, element.line, f"“{element.name}”是补偿任务，前后不能有连线")
        elif element.compensates and element.id not in handlers:
            findings.remark(element.id, f"“{element.name}”永远走不到", "没有补偿边界事件连到这个补偿任务")
        host = elements.get(element.attached_to or "")
        if host is not None and host.compensates:
            findings.error("compensation", element.id, element.line, f"“{element.name}”不能贴在补偿任务上，请删去")


def _boundary(event: Element, program: Program, pairs: Pairs, findings: Findings) -> list[str]:
    candidates = [program.elements[name] for name in pairs.get(event.id, ()) if name in program.elements]
    found = [e for e in candidates if e.compensates and e.type in ACTIVITIES and e.parent == event.parent]
    host = program.elements.get(event.attached_to or "")
    if len(found) != 1 or host is None:
        why = "补偿事件要用一条关联线连到同一层里的一个补偿任务（isForCompensation），请连好"
        findings.error("compensation", event.id, event.line, f"“{event.name}”：{why}")
        return []
    host.handler = found[0].id
    _mark(host, program)
    return [found[0].id]


def _start(event: Element, program: Program, findings: Findings) -> None:
    handler = program.elements.get(event.parent)
    host = None if handler is None or not handler.triggered else program.elements.get(handler.parent)
    if handler is None or host is None or host.type not in SUBPROCESSES:
        why = "补偿开始事件只能放在子流程里的事件子流程中"
        findings.error("compensation", event.id, event.line, f"“{event.name}”：{why}")
        return
    host.undone_by = handler.id
    _mark(host, program)


def _mark(element: Element, program: Program) -> None:
    """An activity that can be undone makes every subprocess around it one that can."""
    at: Element | None = element
    while at is not None and not at.reversible:
        at.reversible = True
        at = program.elements.get(at.parent)


def _throw(event: Element, activity: str, program: Program, findings: Findings) -> None:
    target = program.elements.get(activity)
    levels = [event.parent]
    while (around := program.elements.get(levels[-1])) is not None and around.triggered:
        levels.append(around.parent)
    if target is None or target.type not in ACTIVITIES or target.parent not in levels:
        why = f"要补偿的“{activity}”不在同一层里，请改正"
        findings.error("compensation", event.id, event.line, f"“{event.name}”：{why}")
    elif not target.reversible:
        findings.remark(event.id, f"“{event.name}”补偿不了“{target.name}”", f"“{target.name}”没有补偿任务")


def is_kind(element: Element, kind: str) -> bool:
    return element.event is not None and element.event.kind == kind
