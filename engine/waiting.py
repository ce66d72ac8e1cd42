"""What a step means to other cases: what it waits for from now on, and what it sent them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from engine.canonical import canonical, iso, parse
from engine.ids import new_id
from engine.spiff.face import Outcome
from engine.store import subscriptions
from engine.store.base import Session
from engine.store.hot import LockedCase

Job = dict[str, Any]
_ATTEMPTS = 8


def subscribe(
    session: Session, case: LockedCase, outcome: Outcome, closed_messages: Iterable[str], at: datetime
) -> list[Job]:
    """Record what a case waits for after a step; returns the jobs that hand over messages kept for it.

    closed_messages: message tasks of before that closed. A step without messages and signals costs no statement.
    """
    closed = list(closed_messages)
    if closed:
        subscriptions.end_tasks(session, case.id, closed)
    rows, jobs = [], []
    over = {task.task_id for task in outcome.closed}
    coming = [(task, task.message) for task in outcome.opened if task.message is not None and task.id not in over]
    if coming:
        subscriptions.lock_names(session, [message["name"] for _, message in coming])
    for task, message in coming:
        name, key = message["name"], message["key"]
        kept = subscriptions.take_kept(session, name, key, iso(at))
        rows.append(row_of("message", name, at, key=key, case_id=case.id, task_id=task.id, element_id=task.element_id))
        if kept is not None:
            told = canonical({"name": name, "key": key, "payload": parse(kept[0]), "until": kept[1]})
            jobs.append(job_of(case.root_unit_id, "message", at, told, key=task.id, case_id=case.id, task_id=task.id))
    if outcome.listening is not None:
        rows += _signals(session, case, outcome.listening, at)
    subscriptions.insert(session, rows)
    return jobs


def sending(case: LockedCase, outcome: Outcome, revision: int, at: datetime) -> list[Job]:
    """Return the jobs that carry what a step sent to other cases."""
    return [
        job_of(case.root_unit_id, "send", at, canonical(sent), key=f"{case.id}:{revision}:{number}", case_id=case.id)
        for number, sent in enumerate(outcome.sent)
    ]


def row_of(
    kind: str,
    name: str,
    at: datetime,
    *,
    element_id: str = "",
    key: str | None = None,
    case_id: str | None = None,
    task_id: str | None = None,
    definition: str | None = None,
) -> dict[str, Any]:
    """Make the row of one subscription."""
    return {
        "id": new_id(at), "kind": kind, "name": name, "key": key,
        "case_id": case_id, "task_id": task_id, "definition": definition, "element_id": element_id,
        "created_at": iso(at),
    }  # fmt: skip


def job_of(
    root_unit_id: str,
    kind: str,
    at: datetime,
    payload: str,
    *,
    key: str,
    case_id: str | None = None,
    task_id: str | None = None,
    due_at: datetime | None = None,
) -> Job:
    """Make the row of one job; key: with its kind, what makes it once only."""
    return {
        "id": new_id(at), "root_unit_id": root_unit_id, "idempotency_key": f"{kind}:{key}", "kind": kind,
        "case_id": case_id, "task_id": task_id, "payload": payload, "state": "due", "topic": None,
        "most_attempts": _ATTEMPTS, "due_at": iso(due_at or at), "created_at": iso(at),
    }  # fmt: skip


def _signals(session: Session, case: LockedCase, names: list[str], at: datetime) -> list[dict[str, Any]]:
    known = subscriptions.signals_of(session, case.id) if case.revision else set()
    gone = sorted(known - set(names))
    if gone:
        subscriptions.end_signals(session, case.id, gone)
    return [row_of("signal", name, at, case_id=case.id) for name in names if name not in known]
