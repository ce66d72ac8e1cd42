"""How a process begins: its start events, what begins it without one, and what begins when nothing is drawn as a start.

BPMN 2.0.2 clauses 10.2.3 (receive task), 10.5.2 (start events), 10.6.6 (event-based gateway) and 13.2.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from engine.spiff.elements import ACTIVITIES, GATEWAYS, Body, Element, Event, Program, Start
from engine.spiff.expressions import Expr, is_true
from engine.spiff.face import Ports
from engine.spiff.opening import moment, timer_at
from engine.spiff.scope import Scope, TaskView


def read_starts(program: Program) -> None:
    """Set `program.starts` and whether its cases may wait for signals; run once its events are known to be right."""
    program.catches_signals = any(map(_hears_signals, program.elements.values()))
    for node in program.body.nodes:
        if node.type == "startEvent":
            program.starts.extend(_starts(node))
        elif node.instantiates and node.type == "eventBasedGateway":
            for flow in program.body.flows:
                if flow.source == node.id:
                    target = program.elements[flow.target]
                    program.starts.extend(_starts(target, behind=node.id))
        elif node.instantiates:
            program.starts.append(_start(node, node.event or Event("message")))


def _starts(node: Element, behind: str | None = None) -> list[Start]:
    """One for each definition of the event: any of them will do."""
    if node.event is None or not node.event.parts:
        return [_start(node, node.event, behind)]
    return [_start(node, event, behind) for event in node.event.parts]


def _hears_signals(element: Element) -> bool:
    event = element.event
    if event is None or element.type not in ("intermediateCatchEvent", "boundaryEvent", "startEvent"):
        return False
    return any(one.kind == "signal" for one in (event, *event.parts))


def _start(node: Element, event: Event | None, behind: str | None = None) -> Start:
    event = event or Event("none")
    named = event.kind in ("message", "signal")
    return Start(
        node.id,
        event.kind,
        event.name if named else None,
        event.timer,
        event.condition,
        event.key,
        event.variable,
        behind,
    )


def first_due(start: Start, at: datetime) -> datetime:
    """Return when a start event that is armed now begins its first case. Raises EvaluationFailed."""
    assert start.timer is not None
    return timer_at(start.timer, _bare(at))


def next_due(start: Start, previous: datetime) -> datetime:
    """Return when a cycle begins its next case after the one of `previous`. Raises EvaluationFailed."""
    assert start.timer is not None
    view = _bare(previous)
    due = moment(start.timer.every.strict(view), start.timer.every, view)
    if due <= previous:
        raise start.timer.every.failed("the cycle does not move on")
    return due


def start_holds(start: Start, at: datetime) -> bool:
    """Tell whether the condition of a start event holds now; there are no values yet. Raises EvaluationFailed."""
    assert start.condition is not None
    return is_true(start.condition, _bare(at))


def evaluate(expr: Expr, values: dict[str, Any], at: datetime) -> Any:
    """Return the value of an expression over the first values of a case that is about to begin."""
    return expr.strict(TaskView(Scope(values), Ports(now=at), {}))


def _bare(at: datetime) -> TaskView:
    return TaskView(Scope({}), Ports(now=at), {})


def first_of(program: Program) -> str | None:
    """Return the start used when none is chosen: the first none start, else the first of all; None: implicit."""
    plain = [start.id for start in program.starts if start.kind == "none"]
    chosen = plain or [start.id for start in program.starts]
    return chosen[0] if chosen else None


def implicit(body: Body) -> list[Element]:
    """Return what begins in a body that draws no start: every activity, gateway and event that no flow leads to."""
    if any(node.type == "startEvent" for node in body.nodes):
        return []
    reached = {flow.target for flow in body.flows}
    return [node for node in body.nodes if node.id not in reached and _may_begin(node)]


def _may_begin(node: Element) -> bool:
    if node.instantiates or node.triggered or node.compensates:
        return False
    if node.type in ACTIVITIES or node.type in GATEWAYS:
        return True
    event = node.event
    return node.type == "intermediateThrowEvent" or (
        node.type == "intermediateCatchEvent" and event is not None and event.kind != "link"
    )
