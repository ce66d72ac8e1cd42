"""Jobs that could not be carried out: told on the case's chain, seen by people, tried again on their word."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from engine.assignment import system_actor
from engine.canonical import from_iso, iso, parse
from engine.clock import now
from engine.commands.rights import operates, oversees
from engine.errors import NotFound
from engine.model import Actor
from engine.step import lock_task, note_event
from engine.store import jobs
from engine.store.base import Session


@dataclass(frozen=True, slots=True)
class StoppedJob:
    """A job that waits for a person: what stopped it (code, element, message in Chinese) and since when."""

    id: str
    kind: str
    case_id: str
    task_id: str
    element_id: str
    code: str
    message: str
    stopped_at: datetime


def stopped_jobs(session: Session, *, case_id: str | None = None, limit: int = 100) -> list[StoppedJob]:
    """Return the incidents of one case, or of all, oldest first; whether the reader may see them is the caller's."""
    found = []
    for row in jobs.incidents(session, case_id=case_id, limit=limit):
        error = parse(row.error or "{}")
        element_id = error.get("element_id") or row.element_id
        told = (element_id, error.get("code", "error"), error.get("message", ""), from_iso(row.due_at))
        found.append(StoppedJob(row.id, row.kind, row.case_id, row.task_id, *told))
    return found


def raise_incident(session: Session, job: jobs.ClaimedJob, *, code: str, element_id: str | None) -> None:
    """Tell on the chain of the case a job belongs to that it came to a stop; values are never told."""
    if job.task_id is None:
        return
    case, task = lock_task(session, job.task_id)
    body = {
        "job": job.id,
        "job_kind": job.kind,
        "task": task.id,
        "element": element_id or task.element_id,
        "code": code,
    }
    note_event(session, case, kind="incident.raised", actor=system_actor(case.root_unit_id), body=body)


def retry_job(session: Session, job_id: str, *, actor: Actor, reason: str = "") -> None:
    """Let the worker try a stopped job again; for a supervisor of the case's unit and for operators.

    Raises NotFound for anybody else, and when the job is not an incident.
    """
    found = jobs.retry(session, job_id, iso(now(session)))
    if found is None or found[2] is None:
        raise NotFound(what="job", id=job_id)
    kind, _, task_id = found
    case, task = lock_task(session, task_id or "")
    if not oversees(case, actor) and not operates(case, actor):
        raise NotFound(what="job", id=job_id)
    body = {
        "job": job_id,
        "job_kind": kind,
        "task": task.id,
        "element": task.element_id,
        "intervention": True,
        "note": reason,
    }
    note_event(session, case, kind="incident.retried", actor=actor, body=body)
