"""Jobs that could not be carried out: told on the case's chain, seen by people, tried again on their word."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from engine.assignment import is_open_to, system_actor
from engine.canonical import canonical, from_iso, iso, parse
from engine.clock import now
from engine.commands.rights import operates, oversees
from engine.errors import Invalid, NotFound
from engine.model import Actor
from engine.step import LockedCase, LockedTask, lock_case, lock_task, note_event, request_now
from engine.store import jobs
from engine.store.base import Session

_MOST_ATTEMPTS = 100


@dataclass(frozen=True, slots=True)
class StoppedJob:
    """A job that waits for a person: what stopped it (code, element, message in Chinese) and since when.

    case_id: empty for the start of a case that could not begin by itself; a new version of `definition` replaces it.
    answer: the beginning of what another system answered, if that was it. attempts: how often it was begun, of
    `most_attempts`.
    """

    id: str
    kind: str
    case_id: str
    task_id: str
    element_id: str
    code: str
    message: str
    stopped_at: datetime
    name: str = ""
    answer: str = ""
    attempts: int = 0
    most_attempts: int = 0
    number: str | None = None
    title: str = ""
    definition: str = ""


def stopped_jobs(
    session: Session, *, case_id: str | None = None, limit: int = 100, actor: Actor | None = None
) -> list[StoppedJob]:
    """Return the incidents of one case, or of all, oldest first.

    actor: leave out restricted cases that are not open to this person; None leaves what may be seen to the caller.
    """
    found = []
    for row in jobs.incidents(session, case_id=case_id, limit=limit):
        readers = None if row.readers is None else parse(row.readers)
        if actor is not None and not is_open_to(actor, readers=readers, starter_unit_id=row.starter_unit_id):
            continue
        error = parse(row.error or "{}")
        element_id = error.get("element_id") or row.element_id
        found.append(
            StoppedJob(
                row.id,
                row.kind,
                row.case_id,
                row.task_id,
                element_id,
                error.get("code", "error"),
                error.get("message", ""),
                from_iso(row.due_at),
                row.name,
                error.get("answer", ""),
                row.attempts,
                row.most_attempts,
                row.number,
                row.title or "",
                row.definition or parse(row.payload or "{}").get("definition", ""),
            )
        )
    return found


def stop_job(session: Session, job: jobs.ClaimedJob, *, code: str, element_id: str | None, error: str) -> bool:
    """Make a running job an incident and tell it on the chain of its case; values are never told.

    False, and nothing was told, for a job that is another worker's by now.
    """
    # The case before the job, as everywhere: see `engine.step.lock_case`.
    found = _place(session, job.case_id, job.task_id)
    if not jobs.fail(session, job, state="incident", due_at=iso(now(session)), error=error):
        return False
    if found is None:
        return True
    case, task = found
    body = {"job": job.id, "job_kind": job.kind, **_told(task), "code": code}
    if element_id is not None:
        body["element"] = element_id
    note_event(session, case, kind="incident.raised", actor=system_actor(case.root_unit_id), body=body)
    return True


def retry_job(
    session: Session,
    job_id: str,
    *,
    actor: Actor,
    reason: str = "",
    attempts: int | None = None,
    due_at: datetime | None = None,
) -> None:
    """Let the worker try a stopped job again; for a supervisor of the case's unit and for operators.

    attempts: how often it may be tried now; default as before. due_at: not before; default at once. A service call is
    made with the values as they are now, under the same key. Raises NotFound for anybody else, and when the job is
    not an incident; Invalid for attempts out of range; EvaluationFailed when the call cannot be made of the values.
    """
    if attempts is not None and not 1 <= attempts <= _MOST_ATTEMPTS:
        raise Invalid(why=f"次数要在 1 到 {_MOST_ATTEMPTS} 之间")
    at = now(session)
    due_at = at if due_at is None else max(at, due_at)
    about = jobs.about(session, job_id)
    place = None if about is None else _place(session, *about)
    kind = None if place is None else jobs.retry(session, job_id, iso(due_at), attempts)
    if place is None or kind is None:
        raise NotFound(what="job", id=job_id)
    case, task = place
    if not oversees(case, actor) and not operates(case, actor):
        raise NotFound(what="job", id=job_id)
    if kind == "service" and task is not None and task.state == "open":
        jobs.put_request(
            session, job_id, canonical({**request_now(session, case, task.id), "element": task.element_id})
        )
    body = {
        "job": job_id,
        "job_kind": kind,
        **_told(task),
        "intervention": True,
        "note": reason,
        "due_at": iso(due_at),
    }
    if attempts is not None:
        body["attempts"] = attempts
    note_event(session, case, kind="incident.retried", actor=actor, body=body)


def _place(session: Session, case_id: str | None, task_id: str | None) -> tuple[LockedCase, LockedTask | None] | None:
    """Lock the case a job belongs to; with the task it is about, where it is about one."""
    if task_id is not None:
        return lock_task(session, task_id)
    return None if case_id is None else (lock_case(session, case_id), None)


def _told(task: LockedTask | None) -> dict[str, str]:
    return {} if task is None else {"task": task.id, "element": task.element_id}
