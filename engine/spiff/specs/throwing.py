"""How what is thrown inside a case finds who catches it there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.errors import EvaluationFailed
from engine.spiff.elements import Event
from engine.spiff.hearing import waiting_for
from engine.spiff.task import FINISHED, WAITING, CaseTask
from engine.spiff.typed import to_json

if TYPE_CHECKING:
    from collections.abc import Iterable


def announce(task: CaseTask, event: Event, payload: dict[str, Any] | None, key: str | None = None) -> None:
    """Throw a signal to all who wait for it, a message to the first who waits for its key.

    What nobody here takes is noted as thrown; it and every signal is noted as sent, for other cases.
    """
    top = task.workflow.top_workflow
    takers = waiting_for(top, event.kind, event.name)
    if key is not None:
        takers = [taker for taker in takers if taker.internal_data.get("key") in (None, key)]
    made = _as_json(payload)
    if not takers or event.kind == "signal":
        top.recorder.sent.append({"kind": event.kind, "name": event.name, "key": key, "payload": made})
    if not takers:
        top.recorder.thrown.append({"kind": event.kind, "name": event.name})
        return
    for taker in takers if event.kind == "signal" else takers[:1]:
        if taker._state == WAITING:
            taker.task_spec.occur(taker, made)


def raise_up(task: CaseTask, event: Event, payload: dict[str, Any] | None) -> None:
    """Raise an error or escalation out of a throw event; what nobody catches is noted as thrown.

    An error ends the level it is thrown in (10.5.3), and a child case as a whole: what becomes of it is then for the
    case that called it to say.
    """
    top = task.workflow.top_workflow
    catch = _outward(task, event)
    if catch is not None:
        catch.task_spec.occur(catch, _told(event, payload))
        return
    top.recorder.thrown.append({"kind": event.kind, "name": event.code or event.name})
    if event.kind == "error":
        (task.workflow if top.case_view["parent"] is None else top).stop()


def raise_at(task: CaseTask, event: Event, message: str = "") -> bool:
    """Raise an error or escalation at an activity: its own boundary events come first. False: nobody catches it."""
    catch = _catching(_holder(task).children, event) or _outward(task, event)
    if catch is None:
        return False
    catch.task_spec.occur(catch, _told(event, {"message": message} if message else None))
    return True


def caught(task: CaseTask, why: EvaluationFailed) -> bool:
    """Hand a failed evaluation to who catches errors (of any code, or evaluation-failed), if anybody does."""
    return raise_at(task, Event("error", code=why.code), why.message("zh"))


def tell_boundary(host: CaseTask, event: Event, payload: dict[str, Any]) -> None:
    """Throw what a multi-instance activity tells to its own boundary events; what none of them takes is forgotten."""
    if event.kind in ("error", "escalation"):
        catch = _catching(host.children, event)
        if catch is not None:
            catch.task_spec.occur(catch, _told(event, payload))
        return
    for task in [part for standing in host.children for part in (standing, *standing.children)]:
        caught = task.task_spec.element.event
        if task._state != WAITING or caught is None or caught.kind != event.kind:
            continue
        if event.name in ("", caught.name):
            task.task_spec.occur(task, payload)


def _outward(task: CaseTask, event: Event) -> CaseTask | None:
    """Find who catches in the levels around a task: event subprocesses of the level, then boundary events of its host.

    What an event subprocess throws is not caught by itself.
    """
    inside, out_of = task.workflow, None
    while True:
        if inside.spec.triggers:
            waiting = [t for t in inside.armed() if t.task_spec.handler is not out_of]
            catch = _catching(waiting, event)
            if catch is not None:
                return catch
        host = getattr(inside, "host", None)
        if host is None:
            return None
        catch = _catching(_holder(host).children, event)
        if catch is not None:
            return catch
        inside, out_of = host.workflow, host.task_spec


def _holder(task: CaseTask) -> CaseTask:
    """Return what boundary events stand on: the activity, or the loop around its instances."""
    return task if task.task_spec.loop_spec is None else task.workflow.tasks[task._parent]


def _catching(waiting: Iterable[CaseTask], event: Event) -> CaseTask | None:
    """Choose the one for the code; else the first for any code."""
    fallback = None
    for task in (part for standing in waiting for part in (standing, *standing.children)):
        caught = task.task_spec.element.event
        if task._state != WAITING or caught is None or caught.kind != event.kind:
            continue
        if caught.code is not None and caught.code == event.code:
            return task
        if caught.code is None and fallback is None:
            fallback = task
    return fallback


def _told(event: Event, payload: dict[str, Any] | None) -> dict[str, Any]:
    return {"code": event.code, **(_as_json(payload) or {})}


def _as_json(payload: dict[str, Any] | None) -> dict[str, Any] | None:
    return None if payload is None else {name: to_json(value)[0] for name, value in payload.items()}


def cancel_transaction(task: CaseTask) -> None:
    """Leave the transaction around by its cancel boundary event; without one nothing goes on from it (10.5.3)."""
    holder = _holder(task.workflow.host)
    for child in holder.children:
        event = child.task_spec.element.event
        if event is not None and event.kind == "cancel" and not child._state & FINISHED:
            child.task_spec.occur(child, None)
            return
    holder.cancel()
    holder.workflow._task_completed_notify(holder)
