"""How what is thrown inside a case finds who catches it there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.errors import EvaluationFailed
from engine.spiff.elements import Event
from engine.spiff.task import FINISHED, WAITING, CaseTask
from engine.spiff.typed import to_json

if TYPE_CHECKING:
    from engine.spiff.workflow import CaseWorkflow


def waiting_for(top: CaseWorkflow, kind: str, name: str) -> list[CaseTask]:
    """Return the tasks of the case that wait for a message or signal of this name, oldest first."""
    found = []
    for task in top.everyone():
        event = task.task_spec.element.event
        if task._state == WAITING and event is not None and event.kind == kind and event.name == name:
            found.append(task)
    return sorted(found, key=lambda t: t.id)


def announce(task: CaseTask, event: Event, payload: dict[str, Any] | None) -> None:
    """Throw a signal to all who wait for it, a message to the first; what nobody takes is noted as thrown."""
    top = task.workflow.top_workflow
    takers = waiting_for(top, event.kind, event.name)
    if not takers:
        top.recorder.thrown.append({"kind": event.kind, "name": event.name})
        return
    made = None if payload is None else {name: to_json(value)[0] for name, value in payload.items()}
    for taker in takers if event.kind == "signal" else takers[:1]:
        if taker._state == WAITING:
            taker.task_spec.occur(taker, made)


def raise_up(task: CaseTask, event: Event) -> None:
    """Raise an error or escalation to the nearest activity around that has a boundary event for its code."""
    top = task.workflow.top_workflow
    inside = task.workflow
    while inside is not top:
        host = inside.host
        holder = host if host.task_spec.loop_spec is None else host.workflow.tasks[host._parent]
        catch = _catching(holder, event)
        if catch is not None:
            catch.task_spec.occur(catch, None)
            return
        inside = host.workflow
    top.recorder.thrown.append({"kind": event.kind, "name": event.code or event.name})


def caught(task: CaseTask) -> bool:
    """Hand a failed evaluation to an error boundary event of the activity (any code, or evaluation-failed), if any."""
    holder = task if task.task_spec.loop_spec is None else task.workflow.tasks[task._parent]
    catch = _catching(holder, Event("error", code=EvaluationFailed.code))
    if catch is None:
        return False
    catch.task_spec.occur(catch, None)
    return True


def _catching(holder: CaseTask, event: Event) -> CaseTask | None:
    fallback = None
    for child in holder.children:
        caught = child.task_spec.element.event
        if child._state & FINISHED or child.task_spec.element.type != "boundaryEvent" or caught is None:
            continue
        if caught.kind == event.kind:
            if caught.code is not None and caught.code == event.code:
                return child
            if caught.code is None and fallback is None:
                fallback = child
    return fallback


def cancel_transaction(task: CaseTask) -> None:
    """End the transaction around by its cancel boundary event; without one it just ends."""
    inside = task.workflow
    host = inside.host
    holder = host if host.task_spec.loop_spec is None else host.workflow.tasks[host._parent]
    for child in holder.children:
        event = child.task_spec.element.event
        if event is not None and event.kind == "cancel" and not child._state & FINISHED:
            child.task_spec.occur(child, None)
            return
    inside.stop()
