"""The outbox: what the machine still has to do, written with the step that causes it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Index, String, Text, bindparam, event, text
from sqlalchemy.orm import Mapped, mapped_column

from engine.store import driver
from engine.store.base import Base, Session


class JobRow(Base):
    """One job; `kind`: timer, start-child, child-finished, child-raised, cancel-child, follow-parent, operate, service,
    external, send, message, hear, begin, begin-by-signal.

    `case_id` is the case whose step wrote it. `payload` is emptied when the job is done.
    `state`: due, running, done, cancelled, incident, suspended (until its case is resumed); work for somebody else's
    worker (kind external, with a `topic`) is offered or locked instead of due or running. At least once: the handler
    must be idempotent by `idempotency_key`. Retry and backoff live here and nowhere else: `attempts` counts a run
    before it begins, `most_attempts` is when a person is asked.
    """

    __tablename__ = "jobs"
    __table_args__ = (
        Index("ix_jobs_due", "state", "due_at"),
        Index("ix_jobs_case", "case_id", "state"),
        Index(
            "ix_jobs_topic", "topic", "state", "due_at",
            sqlite_where=text("topic IS NOT NULL"), postgresql_where=text("topic IS NOT NULL"),
        ),
    )  # fmt: skip

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    root_unit_id: Mapped[str] = mapped_column(String(36))
    idempotency_key: Mapped[str] = mapped_column(String(200), unique=True)
    kind: Mapped[str] = mapped_column(String(32))
    case_id: Mapped[str | None] = mapped_column(String(36))
    task_id: Mapped[str | None] = mapped_column(String(36))
    payload: Mapped[str] = mapped_column(Text, default="{}")
    state: Mapped[str] = mapped_column(String(16), default="due")
    due_at: Mapped[str] = mapped_column(String(27))
    lease_until: Mapped[str | None] = mapped_column(String(27))
    attempts: Mapped[int] = mapped_column(default=0)
    most_attempts: Mapped[int] = mapped_column(default=8, server_default="8")
    topic: Mapped[str | None] = mapped_column(String(200))
    worker: Mapped[str | None] = mapped_column(String(200))
    error: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[str] = mapped_column(String(27))


class LeaseLost(Exception):
    """Another worker took the job over; what this one did is rolled back."""


@dataclass(frozen=True, slots=True)
class ClaimedJob:
    """A job taken with a lease; `lease_until` proves that it is still ours."""

    id: str
    root_unit_id: str
    kind: str
    case_id: str | None
    task_id: str | None
    payload: str
    attempts: int
    most_attempts: int
    lease_until: str


_COLUMNS = (
    "id", "root_unit_id", "idempotency_key", "kind", "case_id", "task_id", "payload", "state", "due_at", "attempts",
    "most_attempts", "topic", "created_at",
)  # fmt: skip
_INSERT = driver.insertion("jobs", _COLUMNS, " ON CONFLICT (idempotency_key) DO NOTHING")
_CANCEL = text(
    "UPDATE jobs SET state = 'cancelled', payload = '{}' WHERE case_id = :case_id AND task_id IN :task_ids "
    "AND kind IN ('timer', 'start-child', 'service', 'external') "
    "AND state IN ('due', 'incident', 'suspended', 'offered', 'locked')"
).bindparams(bindparam("task_ids", expanding=True))
_CANCEL_BEGINS = text(
    "UPDATE jobs SET state = 'cancelled', payload = '{}' WHERE idempotency_key LIKE :keys AND kind = 'begin' "
    "AND state IN ('due', 'incident')"
)
_DUE = "((state = 'due' AND due_at <= :now) OR (state = 'running' AND lease_until <= :now))"
_CLAIM = (
    "UPDATE jobs SET state = 'running', lease_until = :lease_until, attempts = attempts + 1 WHERE id {} ("
    "SELECT id FROM jobs WHERE {} AND {} ORDER BY due_at, id LIMIT :limit{}) "
    "RETURNING id, root_unit_id, kind, case_id, task_id, payload, attempts, most_attempts, lease_until"
)
_WHICH = {
    "new": "attempts = 0 AND kind <> 'service'",
    "again": "attempts > 0 AND kind <> 'service'",
    "service": "kind = 'service'",
    "one": "id = :id",
}
# An array makes PostgreSQL run the inner select exactly once; in an IN it may be run again and lock further rows.
_AROUND = {"sqlite": ("IN", ""), "postgresql": ("= ANY (ARRAY", " FOR UPDATE SKIP LOCKED)")}
_CLAIMING = {
    (dialect, which): text(_CLAIM.format(begin, _DUE, condition, end))
    for dialect, (begin, end) in _AROUND.items()
    for which, condition in _WHICH.items()
}
_ANY_DUE = {
    which: text(f"SELECT 1 FROM jobs WHERE {_DUE} AND {condition} LIMIT 1")  # noqa: S608 - made of constants
    for which, condition in _WHICH.items()
}
_DUE_IDS = text(f"SELECT id FROM jobs WHERE {_DUE} ORDER BY due_at, id LIMIT :limit")  # noqa: S608 - no input in it
_RENEW = text(
    "UPDATE jobs SET lease_until = :new WHERE id = :id AND state = 'running' AND lease_until = :old "
    "RETURNING (SELECT t.state FROM tasks t WHERE t.id = jobs.task_id)"
)
_FINISH = text(
    "UPDATE jobs SET state = 'done', payload = '{}', error = NULL, lease_until = NULL "
    "WHERE id = :id AND state = 'running' AND lease_until = :lease_until"
)
_FAIL = text(
    "UPDATE jobs SET state = :state, due_at = :due_at, error = :error, lease_until = NULL "
    "WHERE id = :id AND state = 'running' AND lease_until = :lease_until"
)
_RETRY = text(
    "UPDATE jobs SET state = CASE WHEN topic IS NULL THEN 'due' ELSE 'offered' END, due_at = :due_at, attempts = 0, "
    "most_attempts = COALESCE(:most_attempts, most_attempts), error = NULL WHERE id = :id AND state = 'incident' "
    "RETURNING kind"
)
_ABOUT = text("SELECT case_id, task_id FROM jobs WHERE id = :id")
_SUSPEND = text(
    "UPDATE jobs SET state = 'suspended', lease_until = NULL "
    "WHERE case_id = :case_id AND state IN ('offered', 'locked')"
)
_PUT_REQUEST = text("UPDATE jobs SET payload = :payload WHERE id = :id")
_RESUME = text(
    "UPDATE jobs SET state = CASE WHEN topic IS NULL THEN 'due' ELSE 'offered' END, attempts = 0, error = NULL "
    "WHERE state = 'suspended' "
    "AND (case_id = :case_id OR task_id IN (SELECT id FROM tasks WHERE case_id = :case_id))"
)
_MOVE_TIMER = text(
    "UPDATE jobs SET due_at = :due_at WHERE case_id = :case_id AND task_id = :task_id AND kind = 'timer' "
    "AND state IN ('due', 'suspended')"
)
_ORDER_ATTEMPTS = 8
_NEXT_DUE = text("SELECT min(due_at) FROM jobs WHERE state = 'due'")


_WRITTEN = "engine.store.jobs.written"  # session.info: this transaction wrote a job that is due
_wakers: list[Callable[[], None]] = []


def wake_when_written(wake: Callable[[], None]) -> Callable[[], None]:
    """Call `wake` after every commit in this process that wrote a job that is due; returns what ends that."""
    _wakers.append(wake)
    return lambda: _wakers.remove(wake)


@event.listens_for(Session, "after_commit")
def _committed(session: Session) -> None:
    if session.info.pop(_WRITTEN, False):
        for wake in tuple(_wakers):
            wake()


@event.listens_for(Session, "after_rollback")
def _rolled_back(session: Session) -> None:
    session.info.pop(_WRITTEN, None)


def insert_jobs(session: Session, rows: list[dict[str, Any]]) -> None:
    """Write jobs due at their `due_at`; one whose idempotency key exists is left as it is."""
    if rows:
        driver.write(session, _INSERT, [{**row, "attempts": 0} for row in rows])
        # A timer of next week wakes nobody today; the worker looks every few seconds anyway.
        if any(row["due_at"] <= row["created_at"] for row in rows):
            session.info[_WRITTEN] = True


def cancel_jobs(session: Session, case_id: str, task_ids: list[str]) -> None:
    """Cancel the timers, child starts and calls of tasks that closed, unless they run already."""
    session.execute(_CANCEL, {"case_id": case_id, "task_ids": task_ids})


def cancel_begins(session: Session, artifact_id: str) -> None:
    """Cancel what a version of a definition was still to begin by itself."""
    session.execute(_CANCEL_BEGINS, {"keys": f"begin:{artifact_id}:%"})


def claim_due(session: Session, *, now: str, lease_until: str, limit: int, which: str = "new") -> list[ClaimedJob]:
    """Take due jobs, and running ones whose lease ran out, earliest first; others skip what is taken.

    which: new (never begun), again (begun before: whoever had them may have died of one of them, so they are taken one
    at a time) or service (calls, which may be slow). A claim counts as an attempt.
    """
    return _claim(session, which, {"now": now, "lease_until": lease_until, "limit": limit})


def any_due(session: Session, which: str, now: str) -> bool:
    """Say whether `claim_due` would find anything; takes no lock."""
    return session.execute(_ANY_DUE[which], {"now": now}).first() is not None


def claim_one(session: Session, job_id: str, *, now: str, lease_until: str) -> ClaimedJob | None:
    """Take this job if it is due; None when it is not, or somebody else has it."""
    found = _claim(session, "one", {"now": now, "lease_until": lease_until, "limit": 1, "id": job_id})
    return found[0] if found else None


def _claim(session: Session, which: str, binds: dict[str, Any]) -> list[ClaimedJob]:
    rows = session.execute(_CLAIMING[session.get_bind().dialect.name, which], binds).all()
    return sorted((ClaimedJob(*row) for row in rows), key=lambda job: job.id)


def due_ids(session: Session, *, now: str, limit: int) -> list[str]:
    """Return the ids of jobs that could be claimed, earliest first."""
    return list(session.scalars(_DUE_IDS, {"now": now, "limit": limit}))


def renew(session: Session, job: ClaimedJob, lease_until: str) -> tuple[ClaimedJob, str | None]:
    """Keep a job until `lease_until`; returns it and the state of its task. Raises LeaseLost."""
    binds = {"id": job.id, "old": job.lease_until, "new": lease_until}
    row = session.execute(_RENEW, binds).first()
    if row is None:
        raise LeaseLost(job.id)
    return replace(job, lease_until=lease_until), row[0]


def finish(session: Session, job: ClaimedJob) -> bool:
    """Mark a job done; False when the lease was lost, and then the transaction must be rolled back."""
    done: int = session.connection().execute(_FINISH, {"id": job.id, "lease_until": job.lease_until}).rowcount
    return done == 1


def fail(session: Session, job: ClaimedJob, *, state: str, due_at: str, error: str) -> bool:
    """Put a failed job back as due later on, or as an incident; False when the lease was lost and nothing changed."""
    binds = {"id": job.id, "lease_until": job.lease_until, "state": state, "due_at": due_at, "error": error}
    failed: int = session.connection().execute(_FAIL, binds).rowcount
    return failed == 1


def about(session: Session, job_id: str) -> tuple[str | None, str | None] | None:
    """Return (case id, task id) of a job, which never change; None when there is no such job. Takes no lock."""
    row = session.execute(_ABOUT, {"id": job_id}).first()
    return None if row is None else (row[0], row[1])


def retry(session: Session, job_id: str, due_at: str, most_attempts: int | None) -> str | None:
    """Make an incident due again; returns its kind, None when there is no such incident.

    most_attempts: how often it may be tried; None leaves it as it was. The case is locked before.
    """
    kind: str | None = session.execute(
        _RETRY, {"id": job_id, "due_at": due_at, "most_attempts": most_attempts}
    ).scalar()
    session.info[_WRITTEN] = kind is not None
    return kind


def order_row(
    job_id: str,
    at: str,
    kind: str,
    key: str,
    *,
    root_unit_id: str,
    case_id: str | None,
    task_id: str | None,
    payload: str,
) -> dict[str, Any]:
    """Return the row of a job that is due at once and not caused by a step; key tells it from others of its kind."""
    return {
        "id": job_id,
        "root_unit_id": root_unit_id,
        "idempotency_key": f"{kind}:{key}",
        "kind": kind,
        "case_id": case_id,
        "task_id": task_id,
        "payload": payload,
        "state": "due",
        "topic": None,
        "most_attempts": _ORDER_ATTEMPTS,
        "due_at": at,
        "created_at": at,
    }


def suspend(session: Session, case_id: str) -> None:
    """Take back what external workers are offered of a suspended case; other jobs come to wait when they are due."""
    session.execute(_SUSPEND, {"case_id": case_id})


def put_request(session: Session, job_id: str, payload: str) -> None:
    """Let a job do something else than it was written for."""
    session.execute(_PUT_REQUEST, {"id": job_id, "payload": payload})


def resume(session: Session, case_id: str) -> None:
    """Make the jobs due again that waited for a suspended case."""
    session.execute(_RESUME, {"case_id": case_id})
    session.info[_WRITTEN] = True


def move_timer(session: Session, case_id: str, task_id: str, due_at: str) -> None:
    """Let a timer that has not fired be due at another moment."""
    session.execute(_MOVE_TIMER, {"case_id": case_id, "task_id": task_id, "due_at": due_at})
    session.info[_WRITTEN] = True


def next_due(session: Session) -> str | None:
    """Return when the earliest waiting job is due."""
    found: str | None = session.execute(_NEXT_DUE).scalar()
    return found


_INCIDENTS = text(
    "SELECT j.id, j.kind, COALESCE(c.id, '') AS case_id, COALESCE(j.task_id, '') AS task_id, "
    "COALESCE(t.element_id, '') AS element_id, COALESCE(t.name, '') AS name, j.error, j.due_at, j.attempts, "
    "j.most_attempts, c.number, c.title, c.definition, c.readers, c.starter_unit_id, c.root_unit_id, "
    "CASE WHEN c.id IS NULL THEN j.payload END AS payload "
    "FROM jobs j LEFT JOIN tasks t ON t.id = j.task_id LEFT JOIN cases c ON c.id = COALESCE(t.case_id, j.case_id) "
    "WHERE j.state = 'incident' AND (:every = 1 OR c.id = :case_id) "
    # What a closed task still wanted nobody misses; taking its child case along is left to do all the same.
    "AND (t.id IS NULL OR t.state = 'open' OR j.kind IN ('cancel-child', 'follow-parent', 'operate')) "
    "ORDER BY j.due_at, j.id LIMIT :limit"
)


def incidents(session: Session, *, case_id: str | None, limit: int) -> list[Any]:
    """Return stopped jobs, oldest first, with what a list shows of task and case."""
    binds = {"every": int(case_id is None), "case_id": case_id or "", "limit": limit}
    return list(session.execute(_INCIDENTS, binds))
