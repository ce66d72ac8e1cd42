"""What an outcome leaves behind: rows of tasks opened and closed, and the jobs that follow."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from engine.candidates import Resolution
from engine.canonical import canonical, iso
from engine.ids import new_id
from engine.model import Actor, Task
from engine.spiff.face import Opened, Outcome
from engine.store.hot import LockedCase, LockedTask

_OWN_ATTEMPTS = 8
_FOREIGN_ATTEMPTS = 3


def task_rows(
    case: LockedCase, done: LockedTask | None, outcome: Outcome, resolution: Resolution, actor: Actor, at: str
) -> list[dict[str, Any]]:
    """Return the rows to upsert: closed tasks first, then opened ones in the order of the diagram.

    A task that exists needs its end only: the other columns of its row are fillers. A task opened and closed by
    the same step is written once, closed.
    """
    states = {closed.task_id: closed.state for closed in outcome.closed}
    opened = {task.id: task for task in outcome.opened}
    rows = []
    for task_id, state in states.items():
        if task_id not in opened:
            rows.append({**_blank(case, at), "id": task_id, **_end(state, task_id, done, actor, at)})
    for task in outcome.opened:
        row = {**_blank(case, at), **_columns(task, resolution, at)}
        if task.id in states:
            row |= _end(states[task.id], task.id, done, actor, at)
        rows.append(row)
    return rows


def tasks_of(case: LockedCase, outcome: Outcome, resolution: Resolution, at: datetime) -> list[Task]:
    """Return the records of the tasks that wait after the step."""
    closed = {task.task_id for task in outcome.closed}
    return [
        Task(
            id=task.id,
            case_id=case.id,
            element_id=task.element_id,
            name=task.name,
            kind=task.kind,
            state="open",
            form=_form(task),
            locals=task.locals,
            candidates=_candidates(task, resolution),
            holder_id=None,
            holder_name=None,
            held_at=None,
            created_at=at,
            due_at=task.due_at,
            done_at=None,
            done_by=None,
            done_by_name=None,
        )
        for task in outcome.opened
        if task.id not in closed
    ]


def jobs_of(
    case: LockedCase, outcome: Outcome, columns: Mapping[str, Any], at: datetime, *, cancelled_calls: list[str]
) -> list[dict[str, Any]]:
    """Return the job rows of a step: timers, child starts and cancels, and the report of an ended child."""
    closed = {task.task_id for task in outcome.closed}
    jobs = []
    for task in outcome.opened:
        if task.id in closed:
            continue
        if task.kind == "timer" and task.timer_at is not None:
            jobs.append(_job(case, at, "timer", task.id, {}, due_at=task.timer_at))
        elif task.kind == "call" and task.called is not None:
            jobs.append(_job(case, at, "start-child", task.id, task.called))
        elif task.service is not None:
            told = {**task.service, "element": task.element_id}
            jobs.append(_job(case, at, "service", task.id, told, most_attempts=task.service["attempts"]))
        elif task.topic is not None:
            jobs.append(_job(case, at, "external", task.id, {}, topic=task.topic, most_attempts=_FOREIGN_ATTEMPTS))
    jobs += [_job(case, at, "cancel-child", task_id, {}) for task_id in cancelled_calls]
    return jobs + _reports(case, outcome, columns, at)


def _reports(case: LockedCase, outcome: Outcome, columns: Mapping[str, Any], at: datetime) -> list[dict[str, Any]]:
    """Tell the call task of the parent that its child ended, or what the child threw and did not catch."""
    raised = [thrown for thrown in outcome.thrown if thrown["kind"] in ("error", "escalation")]
    ended = outcome.state != "running"
    if case.parent_task_id is None or not (ended or raised):
        return []
    told: dict[str, Any] = {
        "child": case.id,
        "state": outcome.state,
        "head_seq": columns["head_seq"],
        "head_hash": columns["head_hash"],
    }
    if raised:
        told["raised"] = raised
    if ended:
        return [_job(case, at, "child-finished", case.parent_task_id, told)]
    return [_job(case, at, "child-raised", case.parent_task_id, told, key=f":{told['head_seq']}")]


def _blank(case: LockedCase, at: str) -> dict[str, Any]:
    return {
        "root_unit_id": case.root_unit_id,
        "case_id": case.id,
        "element_id": "",
        "name": "",
        "kind": "",
        "state": "open",
        "form": None,
        "locals": None,
        "candidates": "[]",
        "created_at": at,
        "due_at": None,
        "sort_at": _without_deadline(at),
        "done_at": None,
        "done_by": None,
        "done_by_name": None,
    }


def _without_deadline(created_at: str) -> str:
    """Sort tasks without a deadline after all others (in the year 9026), the longest waiting first."""
    return f"9{created_at[1:]}"


def _columns(task: Opened, resolution: Resolution, at: str) -> dict[str, Any]:
    form = _form(task)
    due_at = None if task.due_at is None else iso(task.due_at)
    return {
        "id": task.id,
        "element_id": task.element_id,
        "name": task.name[:200],
        "kind": task.kind,
        "form": None if form is None else canonical(form),
        "locals": canonical(task.locals) if task.locals else None,
        "candidates": canonical(_candidates(task, resolution)),
        "due_at": due_at,
        "sort_at": due_at or _without_deadline(at),
    }


def _end(state: str, task_id: str, done: LockedTask | None, actor: Actor, at: str) -> dict[str, Any]:
    """Only the task the act names counts as done by the actor; the name tells latecomers whose act closed the rest."""
    by_actor = done is not None and done.id == task_id
    return {
        "state": state,
        "done_at": at,
        "done_by": actor.user_id if by_actor else None,
        "done_by_name": actor.name,
    }


def _form(task: Opened) -> dict[str, Any] | None:
    return None if task.form is None else {**task.form, "variable": task.variable}


def _candidates(task: Opened, resolution: Resolution) -> list[str]:
    resolved = resolution.of_task.get(task.id)
    return [] if resolved is None else resolved.ids


def _job(
    case: LockedCase,
    at: datetime,
    kind: str,
    task_id: str,
    payload: Mapping[str, Any],
    *,
    due_at: datetime | None = None,
    key: str = "",
    topic: str | None = None,
    most_attempts: int = _OWN_ATTEMPTS,
) -> dict[str, Any]:
    return {
        "id": new_id(at),
        "root_unit_id": case.root_unit_id,
        "idempotency_key": f"{kind}:{task_id}{key}",
        "kind": kind,
        "case_id": case.id,
        "task_id": task_id,
        "payload": canonical(payload),
        "state": "due" if topic is None else "offered",
        "topic": topic,
        "most_attempts": most_attempts,
        "due_at": iso(due_at or at),
        "created_at": iso(at),
    }
