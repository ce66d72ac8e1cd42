"""What every command on a task checks under the case's lock: still open, free or mine, and a right to act."""

from __future__ import annotations

from engine.assignment import (
    acting_for,
    is_open_to,
    is_system,
    may_know_outcome,
    may_operate,
    supervises,
    usable_candidate,
)
from engine.canonical import from_iso, parse
from engine.errors import CannotOperate, Invalid, NotFound, Stale, TaskGone, TaskHeld
from engine.model import Actor
from engine.step import lock_case, suspended
from engine.store.base import Session
from engine.store.hot import LockedCase, LockedTask

_FOR_PEOPLE = ("user", "manual", "external")


def by_right(case: LockedCase, task: LockedTask, actor: Actor) -> str | None:
    """Return the candidate (grant id or user id) the actor may act by; None for the holder or the machine.

    Raises TaskGone {by, at, what} or TaskHeld {by, at} for those who may know, NotFound for everybody else: also for
    who is asked or holds a task of a restricted case without being one of its readers.
    """
    candidates: list[str] = parse(task.candidates)
    readers = None if case.readers is None else parse(case.readers)
    if task.kind not in _FOR_PEOPLE or not is_open_to(actor, readers=readers, starter_unit_id=case.starter_unit_id):
        raise NotFound(what="task", id=task.id)
    used = usable_candidate(candidates, actor)
    if task.state != "open":
        took_part = (task.done_by, task.holder_id, case.started_by)
        if not may_know_outcome(actor, candidates, took_part=took_part):
            raise NotFound(what="task", id=task.id)
        raise TaskGone(by=task.done_by_name or "系统", at=from_iso(task.done_at or case.updated_at), what=task.state)
    if case.suspension is not None and (is_holder(task, actor) or used is not None):
        raise suspended(case)
    if is_holder(task, actor):
        return used
    if used is None and not (is_system(actor) and task.kind == "external"):
        raise NotFound(what="task", id=task.id)
    if task.holder_id is not None:
        raise TaskHeld(by=task.holder_name, at=from_iso(task.held_at or task.created_at))
    return used


def acting(case: LockedCase, task: LockedTask, actor: Actor) -> Actor:
    """Return the actor, on behalf of whom they deputise where their own rights do not reach."""
    return acting_for(actor, case.definition, parse(task.candidates), task.holder_id)


def is_holder(task: LockedTask, actor: Actor) -> bool:
    """Say whether the actor, or the person deputised for, claimed the task."""
    return task.holder_id is not None and task.holder_id in (actor.user_id, actor.on_behalf_of)


def oversees(case: LockedCase, actor: Actor) -> bool:
    """Say whether the actor may intervene: a supervisor of the case's unit, unless readers are named."""
    return is_system(actor) or (case.readers is None and supervises(actor, case.unit_path))


def operates(case: LockedCase, actor: Actor) -> bool:
    """Say whether the actor may operate on a case: an operator, and a restricted case must be open to them."""
    readers = None if case.readers is None else parse(case.readers)
    return may_operate(actor, root_unit_id=case.root_unit_id, readers=readers, starter_unit_id=case.starter_unit_id)


def case_to_operate(session: Session, case_id: str, actor: Actor) -> LockedCase:
    """Lock a running case for an operation; raises NotFound for who may not, Refused when it has ended."""
    case = lock_case(session, case_id)
    if not operates(case, actor):
        raise NotFound(what="case", id=case_id)
    if case.state != "running":
        raise CannotOperate(why="这件事已经结束")
    return case


def required(reason: str) -> str:
    """Return the reason of an operation without the spaces around it; raises Invalid when there is none."""
    text = reason.strip()
    if not text:
        raise Invalid(why="请写原因")
    return text


def check_revision(case: LockedCase, expected: int | None) -> None:
    """Raise Stale when the caller read an older state than is stored; None does not ask."""
    if expected is not None and expected != case.revision:
        raise Stale(case=case.id)


def grant_told(used: str | None) -> dict[str, str]:
    """Return the event member that says by which right somebody acted."""
    return {} if used is None else {"grant": used}
