"""Statements about where the cases of a definition are and how long its steps took; never by person."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, func, select

from engine.model import Actor
from engine.store.base import Session
from engine.store.cases import CaseRow
from engine.store.organisation import UnitRow
from engine.store.readable import only_readable
from engine.store.tasks import TaskRow

# What a moment or a message ends says nothing about how long work takes.
_WORK = ("user", "manual", "external", "call")


def waiting(session: Session, definition: str, root_unit_id: str) -> list[Any]:
    """Return (element_id, case_id, created_at) of every open task of running cases."""
    statement = _of(select(TaskRow.element_id, TaskRow.case_id, TaskRow.created_at), definition, root_unit_id)
    return list(session.execute(statement.where(CaseRow.state == "running", TaskRow.state == "open")))


def done(session: Session, definition: str, root_unit_id: str, since: str, until: str, limit: int) -> list[Any]:
    """Return (element_id, case_id, created_at, done_at, one of several) of work done in a span, latest first."""
    columns = (TaskRow.element_id, TaskRow.case_id, TaskRow.created_at, TaskRow.done_at, TaskRow.locals.is_not(None))
    statement = _of(select(*columns), definition, root_unit_id).where(
        TaskRow.state == "completed", TaskRow.kind.in_(_WORK), TaskRow.done_at >= since, TaskRow.done_at < until
    )
    return list(session.execute(statement.order_by(TaskRow.done_at.desc(), TaskRow.id).limit(limit)))


def cases_at(session: Session, definition: str, element_id: str, actor: Actor, limit: int) -> list[Any]:
    """Return (id, number, title, unit, since) of running cases that wait at an element and that the actor may read."""
    columns = (CaseRow.id, CaseRow.number, CaseRow.title, UnitRow.name, func.min(TaskRow.created_at))
    statement = (
        _of(select(*columns), definition, actor.root_unit_id)
        .join(UnitRow, UnitRow.id == CaseRow.unit_id)
        .where(CaseRow.state == "running", TaskRow.state == "open", TaskRow.element_id == element_id)
        .group_by(CaseRow.id, CaseRow.number, CaseRow.title, UnitRow.name)
        .order_by(func.min(TaskRow.created_at), CaseRow.id)
        .limit(limit)
    )
    return list(session.execute(only_readable(statement, actor)))


def _of(statement: Any, definition: str, root_unit_id: str) -> Select[Any]:
    joined: Select[Any] = statement.select_from(CaseRow).join(TaskRow, TaskRow.case_id == CaseRow.id)
    return joined.where(CaseRow.definition == definition, CaseRow.root_unit_id == root_unit_id)
