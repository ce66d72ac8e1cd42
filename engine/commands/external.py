"""Work that other systems take over: fetch and lock, complete, fail, throw an error, extend, unlock.

Locks are leases on the outbox, like the worker's own: they change no case and are no events; who was given which
task stands in the access stream. What a worker then does to a case is an event with the worker as its actor.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from engine import spiff
from engine.canonical import canonical, from_iso, iso, parse
from engine.clock import now
from engine.errors import NotFound, Refused, TaskGone
from engine.model import Actor, Completion
from engine.step import Act, LockedCase, LockedTask, advance, lock_task, note_event, suspended
from engine.store import foreign
from engine.store.base import Session

_LONGEST_MESSAGE = 2000


class LockLost(Refused):
    """Somebody else may have the task by now; fields: id."""

    code = "lock-lost"
    zh = "这一步已经不由您办：领取的时间过了，或别人领走了"
    en = "The task is not locked by this worker any more"


@dataclass(frozen=True, slots=True)
class ForeignWorker:
    """Who asks: a system with a token. `name` tells its workers apart; topics: None for all.

    actor: whose unit's path bounds the cases it works on.
    """

    actor: Actor
    name: str
    topics: frozenset[str] | None = None

    def may(self, topic: str, unit_path: str) -> bool:
        """Say whether the worker may have tasks of a topic in a unit."""
        return (self.topics is None or topic in self.topics) and unit_path.startswith(self.actor.unit_path)


@dataclass(frozen=True, slots=True)
class ExternalTask:
    """A task given to a worker; `values` are the case's as of now, with what its multi-instance instance holds."""

    id: str
    topic: str
    case_id: str
    case_number: str | None
    definition: str
    element_id: str
    name: str
    values: dict[str, Any]
    retries_left: int
    locked_until: datetime
    created_at: datetime


def fetch_and_lock(
    session: Session, worker: ForeignWorker, topics: Sequence[str], *, lock_for: timedelta, most: int = 1
) -> list[ExternalTask]:
    """Lock free tasks of these topics for the worker and return them, longest waiting first.

    Topics the worker may not have, suspended cases and other units are left out. The caller records the access.
    """
    asked = [topic for topic in dict.fromkeys(topics) if worker.topics is None or topic in worker.topics]
    if not asked:
        return []
    at = now(session)
    taken = foreign.take(
        session,
        topics=asked,
        path=worker.actor.unit_path,
        worker=worker.name,
        now=iso(at),
        until=iso(at + lock_for),
        most=most,
    )
    told = foreign.told(session, [job.task_id for job in taken])
    return [_task(job, told[job.task_id]) for job in taken if job.task_id in told]


def complete_external(
    session: Session, task_id: str, values: Mapping[str, Any], *, worker: ForeignWorker
) -> Completion:
    """Finish a locked task with its values and run its case until it waits again.

    Raises NotFound, TaskGone, LockLost, CaseSuspended, and Incident when the definition cannot go on.
    """
    case, task, job = _locked(session, task_id, worker)
    _change(session, job, state="done", due_at=iso(now(session)))
    given = dict(values)
    act = Act("task.completed", worker.actor, task=task, inputs=given, body={"worker": worker.name})
    return advance(session, case, act, lambda live, ports: spiff.complete(live, task_id, given, ports))


def throw_external(
    session: Session, task_id: str, *, code: str, message: str = "", worker: ForeignWorker
) -> Completion:
    """Say that a locked task ends with an error of the process, which the diagram catches.

    Raises what `complete_external` does, and ErrorUncaught when nothing in the process catches the code.
    """
    case, task, job = _locked(session, task_id, worker)
    _change(session, job, state="done", due_at=iso(now(session)))
    given = {"code": code, "message": message[:_LONGEST_MESSAGE]}
    act = Act("error.thrown", worker.actor, task=task, inputs=given, body={"worker": worker.name, "code": code})
    return advance(
        session, case, act, lambda live, ports: spiff.throw(live, task_id, given["code"], given["message"], ports)
    )


def fail_external(
    session: Session,
    task_id: str,
    *,
    message: str,
    worker: ForeignWorker,
    retries: int | None = None,
    retry_after: timedelta = timedelta(0),
) -> int:
    """Give a locked task back as failed; returns how many tries are left, and with none it is an incident.

    retries: what is left; None counts the task's own down. The message is shown to who looks after incidents and goes
    into no event. Raises NotFound, TaskGone, LockLost.
    """
    case, task, job = _locked(session, task_id, worker)
    left = max(0, job.most_attempts - job.attempts) if retries is None else retries
    error = {"code": "worker-failed", "element_id": task.element_id, "message": message[:_LONGEST_MESSAGE]}
    _change(
        session,
        job,
        state="offered" if left else "incident",
        due_at=iso(now(session) + (retry_after if left else timedelta(0))),
        most_attempts=job.attempts + left,
        error=canonical(error),
    )
    body = {"task": task.id, "element": task.element_id, "worker": worker.name, "left": left, "code": error["code"]}
    note_event(session, case, kind="task.failed" if left else "incident.raised", actor=worker.actor, body=body)
    return left


def extend_lock(session: Session, task_id: str, *, worker: ForeignWorker, lock_for: timedelta) -> datetime:
    """Lock a task for so long from now; returns until when. Raises NotFound, TaskGone, LockLost."""
    _, _, job = _locked(session, task_id, worker)
    until = now(session) + lock_for
    _change(session, job, state="locked", due_at=job.created_at, until=iso(until))
    return until


def unlock(session: Session, task_id: str, *, worker: ForeignWorker) -> None:
    """Give a locked task back untouched, for the next who asks. Raises NotFound, TaskGone, LockLost."""
    _, _, job = _locked(session, task_id, worker)
    # Not a try of its own: the next worker has as many as this one had.
    _change(session, job, state="offered", due_at=iso(now(session)), most_attempts=job.most_attempts + 1)


def _locked(session: Session, task_id: str, worker: ForeignWorker) -> tuple[LockedCase, LockedTask, foreign.ForeignJob]:
    """Lock the case of a task and make sure that the worker holds the task."""
    case, task = lock_task(session, task_id)
    job = foreign.read(session, task_id)
    if job is None or not worker.may(job.topic, case.unit_path):
        raise NotFound(what="task", id=task_id)
    if task.state != "open":
        raise TaskGone(by=task.done_by_name or "系统", at=from_iso(task.done_at or case.updated_at), what=task.state)
    if case.suspension is not None:
        raise suspended(case)
    if job.state != "locked" or job.worker != worker.name:
        raise LockLost(id=task_id)
    return case, task, job


def _change(session: Session, job: foreign.ForeignJob, **to: Any) -> None:
    if not foreign.change(session, job, **to):
        raise LockLost(id=job.task_id)


def _task(job: foreign.ForeignJob, row: Any) -> ExternalTask:
    return ExternalTask(
        id=job.task_id,
        topic=job.topic,
        case_id=job.case_id,
        case_number=row.number,
        definition=row.definition,
        element_id=row.element_id,
        name=row.name,
        values={**parse(row.values_json), **parse(row.locals or "{}")},
        retries_left=max(0, job.most_attempts - job.attempts),
        locked_until=from_iso(job.lease_until or job.created_at),
        created_at=from_iso(job.created_at),
    )
