"""Jobs that other systems' workers take: offered under a topic, locked by one of them, given back or done."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, text

from engine.store.base import Session
from engine.store.conditions import path_end


@dataclass(frozen=True, slots=True)
class ForeignJob:
    """A job of kind external with what its worker needs of case and task, as stored."""

    task_id: str
    case_id: str
    topic: str
    state: str
    worker: str | None
    attempts: int
    most_attempts: int
    lease_until: str | None
    created_at: str


_COLUMNS = "task_id, case_id, topic, state, worker, attempts, most_attempts, lease_until, created_at"
_FREE = "((j.state = 'offered' AND j.due_at <= :now) OR (j.state = 'locked' AND j.lease_until <= :now))"
_TAKE = (
    "UPDATE jobs SET state = 'locked', worker = :worker, lease_until = :until, attempts = attempts + 1 WHERE id {} ("
    "SELECT j.id FROM jobs j JOIN cases c ON c.id = j.case_id JOIN units u ON u.id = c.unit_id "
    "WHERE j.topic IN :topics AND {} AND c.state = 'running' AND c.suspension IS NULL "
    "AND u.path >= :path AND u.path < :path_end ORDER BY j.due_at, j.id LIMIT :most{}) RETURNING {}"
)
# As in `jobs`: an array makes PostgreSQL run the inner select exactly once.
_AROUND = {"sqlite": ("IN", ""), "postgresql": ("= ANY (ARRAY", " FOR UPDATE OF j SKIP LOCKED)")}
_TAKING = {
    dialect: text(_TAKE.format(begin, _FREE, end, _COLUMNS)).bindparams(bindparam("topics", expanding=True))
    for dialect, (begin, end) in _AROUND.items()
}
_READ = text(f"SELECT {_COLUMNS} FROM jobs WHERE idempotency_key = :key")  # noqa: S608 - made of constants
_CHANGE = text(
    "UPDATE jobs SET state = :state, worker = :worker, lease_until = :until, due_at = :due_at, "
    "most_attempts = :most_attempts, error = :error, payload = '{}' "
    "WHERE idempotency_key = :key AND state = 'locked' AND worker = :holder"
)
_TOLD = text(
    "SELECT t.id, t.element_id, t.name, t.locals, c.number, c.definition, w.values_json FROM tasks t "
    "JOIN cases c ON c.id = t.case_id JOIN case_windows w ON w.case_id = c.id WHERE t.id IN :ids"
).bindparams(bindparam("ids", expanding=True))


def take(
    session: Session, *, topics: list[str], path: str, worker: str, now: str, until: str, most: int
) -> list[ForeignJob]:
    """Lock free jobs of these topics in cases of units below `path`, earliest first; others skip what is taken."""
    binds = {"topics": topics, "path": path, "path_end": path_end(path), "worker": worker, "now": now}
    rows = session.execute(_TAKING[session.get_bind().dialect.name], {**binds, "until": until, "most": most})
    return sorted((ForeignJob(*row) for row in rows), key=lambda job: (job.created_at, job.task_id))


def read(session: Session, task_id: str) -> ForeignJob | None:
    """Return the job of an external task."""
    row = session.execute(_READ, {"key": _key(task_id)}).first()
    return None if row is None else ForeignJob(*row)


def change(
    session: Session,
    job: ForeignJob,
    *,
    state: str,
    due_at: str,
    until: str | None = None,
    most_attempts: int | None = None,
    error: str | None = None,
) -> bool:
    """Let the worker that holds a job do something with it; False when it holds it no more."""
    binds = {
        "key": _key(job.task_id),
        "holder": job.worker,
        "state": state,
        "worker": job.worker if state == "locked" else None,
        "until": until,
        "due_at": due_at,
        "most_attempts": job.most_attempts if most_attempts is None else most_attempts,
        "error": error,
    }
    changed: int = session.connection().execute(_CHANGE, binds).rowcount
    return changed == 1


def told(session: Session, task_ids: list[str]) -> dict[str, Any]:
    """Return (id, element_id, name, locals, number, definition, values_json) by task id."""
    return {row.id: row for row in session.execute(_TOLD, {"ids": task_ids})} if task_ids else {}


def _key(task_id: str) -> str:
    return f"external:{task_id}"
