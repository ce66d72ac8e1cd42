"""Let a case wait, and go on again: nobody works on it, its timers and jobs wait, its child cases follow."""

from __future__ import annotations

from engine.assignment import system_actor
from engine.canonical import canonical, iso
from engine.clock import now
from engine.commands.rights import case_to_operate, required
from engine.errors import CannotOperate
from engine.ids import new_id
from engine.model import Actor
from engine.records import named, suspension_of
from engine.step import LockedCase, lock_case, note_event
from engine.store import hot, jobs
from engine.store.base import Session
from engine.store.jobs import ClaimedJob

FOLLOW = "follow-parent"


def suspend_case(session: Session, case_id: str, *, actor: Actor, reason: str, source: str = "") -> None:
    """Suspend a running case: its tasks cannot be claimed, saved or completed, what is due waits until `resume_case`.

    Its child cases follow by job. source: what the case follows in this, "" for itself. An operator's right.
    Raises NotFound, Invalid (no reason), CannotOperate (ended, or suspended already).
    """
    why = required(reason)
    case = case_to_operate(session, case_id, actor)
    told = suspension_of(case.suspension)
    if told is not None:
        raise CannotOperate(why=f"已由 {told.by} 暂停")
    _suspend(session, case, actor, {"at": iso(now(session)), "by": named(actor), "why": why, "source": source})


def resume_case(session: Session, case_id: str, *, actor: Actor, reason: str) -> None:
    """Let a suspended case go on; what became due meanwhile is done now. Its child cases follow by job.

    Raises NotFound, Invalid (no reason), CannotOperate (not suspended, or its parent still is).
    """
    why = required(reason)
    case = case_to_operate(session, case_id, actor)
    if case.suspension is None:
        raise CannotOperate(why="这件事没有暂停")
    above = hot.read_case(session, case.parent_case_id) if case.parent_case_id else None
    if above is not None and above.suspension is not None:
        raise CannotOperate(why="上级那件事还暂停着，请先恢复它")
    _resume(session, case, actor, why)


def follow_parent(session: Session, job: ClaimedJob) -> None:
    """Suspend or resume the child case of a call task as its parent is now; one suspended for itself stays so."""
    child_id = hot.child_held(session, job.task_id or "")
    if child_id is None:
        return
    case = lock_case(session, child_id)
    # Read after the lock: of two jobs on the same child the later one sees the parent's last word.
    parent = hot.read_case(session, job.case_id or "")
    if case.state != "running" or parent is None:
        return
    actor, source = system_actor(case.root_unit_id), f"case:{parent.id}"
    above, own = suspension_of(parent.suspension), suspension_of(case.suspension)
    if above is not None and own is None:
        told = {"at": iso(now(session)), "by": above.by, "why": above.why, "source": source}
        _suspend(session, case, actor, told)
    elif above is None and own is not None and own.source == source:
        _resume(session, case, actor, "")


def _suspend(session: Session, case: LockedCase, actor: Actor, told: dict[str, str]) -> None:
    note_event(session, case, kind="case.suspended", actor=actor, body={"note": told["why"], "source": told["source"]})
    hot.set_suspension(session, case.id, canonical(told))
    jobs.suspend(session, case.id)
    _pass_on(session, case)


def _resume(session: Session, case: LockedCase, actor: Actor, why: str) -> None:
    note_event(session, case, kind="case.resumed", actor=actor, body={"note": why})
    hot.set_suspension(session, case.id, None)
    jobs.resume(session, case.id)
    _pass_on(session, case)


def _pass_on(session: Session, case: LockedCase) -> None:
    """Write a job for every call that waits, whether its child has started or is about to."""
    at = now(session)
    rows = [
        jobs.order_row(
            new_id(at),
            iso(at),
            FOLLOW,
            f"{task_id}:{case.head_seq + 1}",
            root_unit_id=case.root_unit_id,
            case_id=case.id,
            task_id=task_id,
            payload="{}",
        )
        for task_id in hot.open_calls(session, case.id)
    ]
    jobs.insert_jobs(session, rows)
