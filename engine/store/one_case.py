"""Statements that read one case for a person: the case, a task with its case, its tasks."""

from __future__ import annotations

from typing import Any

from sqlalchemy import literal, select

from engine.model import Actor
from engine.store.base import Session
from engine.store.cases import CaseRow, CaseWindowRow
from engine.store.conditions import Statement
from engine.store.hot import LockedCase, LockedTask
from engine.store.readable import reads_case, reads_case_of_task
from engine.store.tasks import TaskRow

# The window is the engine's alone: readers get an empty one in its place.
_CASE_NAMES = LockedCase._fields
_ELSEWHERE = {
    "window": literal(b"").label("window"),
    "values_json": CaseWindowRow.values_json,
    "organisation": literal("").label("organisation"),
}
_CASE: list[Any] = [_ELSEWHERE[name] if name in _ELSEWHERE else getattr(CaseRow, name) for name in _CASE_NAMES]
_TASK: list[Any] = [getattr(TaskRow, name) for name in LockedTask._fields]


def case_row(session: Session, actor: Actor, case_id: str) -> LockedCase | None:
    """Return a case with its values if the actor may read it."""
    statement = _cases(select(*_CASE)).where(CaseRow.id == case_id, reads_case(actor, case_id))
    row = session.execute(statement).first()
    return None if row is None else LockedCase(*row)


def task_and_case(session: Session, actor: Actor, task_id: str) -> tuple[LockedTask, LockedCase] | None:
    """Return a task and its case with values if the actor may read the case."""
    statement = _cases(select(*_TASK, *_CASE).select_from(TaskRow).join(CaseRow, CaseRow.id == TaskRow.case_id))
    row = session.execute(statement.where(TaskRow.id == task_id, reads_case_of_task(actor, task_id))).first()
    return None if row is None else (LockedTask(*row[: len(_TASK)]), LockedCase(*row[len(_TASK) :]))


def tasks_of(session: Session, case_id: str, *, open_only: bool) -> list[LockedTask]:
    """Return the tasks of a case, oldest first."""
    statement = select(*_TASK).where(TaskRow.case_id == case_id)
    if open_only:
        statement = statement.where(TaskRow.state == "open")
    return [LockedTask(*row) for row in session.execute(statement.order_by(TaskRow.created_at, TaskRow.id))]


def _cases(statement: Statement) -> Statement:
    return statement.join(CaseWindowRow, CaseWindowRow.case_id == CaseRow.id)
