"""What the worker does to cases: fire timers, start child cases, take their results, cancel them.

Each function is one transaction on one case, called with a claimed job, and does nothing when the world has
moved on: the task closed, the child exists, the case ended.
"""

from __future__ import annotations

from typing import Any

from engine import attachments, spiff
from engine.assignment import system_actor
from engine.canonical import iso, parse
from engine.clock import now
from engine.commands.starting import started_body, unstarted
from engine.errors import EvaluationFailed, NotFound
from engine.ids import new_id
from engine.pins import pins_of_child
from engine.step import Act, LockedCase, advance, begin, lock_case, lock_task, suspended
from engine.store import hot
from engine.store.base import Session
from engine.store.jobs import ClaimedJob


def fire_timer(session: Session, job: ClaimedJob) -> None:
    """Let a due timer fire; the event's clock is the moment it happened."""
    case, task = lock_task(session, _task_id(job))
    if task.state != "open":
        return
    act = Act("timer.fired", system_actor(case.root_unit_id), task=task)
    advance(session, case, act, lambda live, ports: spiff.fire(live, task.id, ports))


def start_child(session: Session, job: ClaimedJob) -> None:
    """Start the child case of a call task on the versions its parent pinned.

    The child belongs to the unit the call names, or to its parent's; who started the parent counts as its starter,
    and it is restricted to its parent's readers of this moment. The parent's row is not locked: nothing else that is
    read of it ever changes.
    """
    task_id = _task_id(job)
    case_id = new_id(now(session))
    element_id = hot.take_call(session, task_id, case_id)
    if element_id is None:
        return
    parent = hot.read_case(session, job.case_id or "")
    if parent is None:
        raise NotFound(what="case", id=job.case_id)
    if parent.suspension is not None:
        raise suspended(parent)
    called: dict[str, Any] = parse(job.payload)
    unit = _unit_of_child(session, parent, called.get("unit"), element_id)
    case = unstarted(
        case_id,
        pins_of_child(parse(parent.pins), called["process"]),
        unit=unit,
        starter=(parent.started_by, parent.started_by_name, parent.starter_unit_id),
        at=iso(now(session)),
        parent=(parent, task_id),
    )
    values: dict[str, Any] = called["values"]
    act = Act("case.started", system_actor(case.root_unit_id), inputs=values, body=started_body(case))
    begin(session, case, act, values)
    attachments.hand_down(session, case_id, values, of=parent.id, actor=act.actor)


def finish_child(session: Session, job: ClaimedJob) -> None:
    """Complete the parent's call task with the final values of its child, and record the child's head.

    A child that failed throws its error at the call task instead; nobody there catches it: raises ErrorUncaught.
    """
    told: dict[str, Any] = parse(job.payload)
    parent, task = lock_task(session, _task_id(job))
    if task.state != "open":
        return
    values: dict[str, Any] = parse(hot.case_values(session, told["child"]) or "{}")
    act = Act("child.finished", system_actor(parent.root_unit_id), task=task, inputs=values, body={"child": told})
    raised = told.get("raised", [])
    advance(session, parent, act, lambda live, ports: spiff.end_call(live, task.id, values, raised, ports))


def raise_in_parent(session: Session, job: ClaimedJob) -> None:
    """Hand an escalation a running child did not catch to the parent's call task, which may go on."""
    told: dict[str, Any] = parse(job.payload)
    parent, task = lock_task(session, _task_id(job))
    if task.state != "open":
        return
    body = {"task": task.id, "element": task.element_id, "child": told}
    act = Act("child.raised", system_actor(parent.root_unit_id), body=body)
    advance(
        session, parent, act, lambda live, ports: spiff.end_call(live, task.id, {}, told["raised"], ports, ended=False)
    )


def cancel_child(session: Session, job: ClaimedJob) -> None:
    """Cancel the child case of a call task that was cancelled; its own children follow by the jobs this writes."""
    child_id = hot.child_of(session, _task_id(job))
    if child_id is None:
        return
    case = lock_case(session, child_id)
    if case.state != "running":
        return
    body = {"by_parent": True, "note": ""}
    advance(
        session, case, Act("case.cancelled", system_actor(case.root_unit_id), body=body, operation=True), spiff.cancel
    )


def _task_id(job: ClaimedJob) -> str:
    if job.task_id is None:
        raise NotFound(what="task", id=None)
    return job.task_id


def _unit_of_child(session: Session, parent: LockedCase, named: str | None, element_id: str) -> tuple[str, str, str]:
    if named is None:
        return parent.unit_id, parent.unit_path, parent.root_unit_id
    found = hot.find_unit(session, str(named))
    if found is None:
        raise EvaluationFailed(element_id=element_id, what="unit", text=str(named), why="no such unit")
    return found
