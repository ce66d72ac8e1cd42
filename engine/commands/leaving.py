"""Who no longer has the right by which they hold a task gives it back, so that it waits for those who have."""

from __future__ import annotations

from engine import organisation
from engine.assignment import acting_for, system_actor, usable_candidate
from engine.canonical import iso, parse
from engine.clock import now
from engine.ids import new_id
from engine.posts import REVIEW
from engine.step import lock_task, note_event
from engine.store import hot, jobs
from engine.store.base import Session
from engine.store.jobs import ClaimedJob


def review_holder(session: Session, job: ClaimedJob) -> None:
    """Look through what a person holds, after a right of theirs ended: one job per task, or the task of this job."""
    user_id = parse(job.payload)["user"]
    if job.task_id is not None:
        _review(session, job.task_id, user_id)
        return
    at = now(session)
    rows = [
        jobs.order_row(
            new_id(at), iso(at), REVIEW, f"{job.id}:{task_id}", root_unit_id=job.root_unit_id, case_id=case_id,
            task_id=task_id, payload=job.payload,
        )
        for task_id, case_id in hot.held_tasks(session, user_id)
    ]  # fmt: skip
    jobs.insert_jobs(session, rows)


def _review(session: Session, task_id: str, user_id: str) -> None:
    case, task = lock_task(session, task_id)
    candidates: list[str] = parse(task.candidates)
    if task.state != "open" or task.holder_id != user_id:
        return
    person = organisation.actor_of(session, user_id, name=task.holder_name or user_id)
    if usable_candidate(candidates, acting_for(person, case.definition, candidates, None)) is not None:
        return
    body = {"task": task.id, "element": task.element_id, "held_by": user_id, "why": "right-ended"}
    note_event(session, case, kind="task.released", actor=system_actor(case.root_unit_id), body=body)
    hot.hold(session, task.id, user_id=None, name=None, at=None)
