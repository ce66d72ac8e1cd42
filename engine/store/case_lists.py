"""Statements that list cases: by definition, unit, search and tree.

Every list is one statement in keyset order and keeps to what the actor may read. Rows carry the names of units,
so that no page asks again per row.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import aliased

from engine.model import Actor
from engine.store.base import Session
from engine.store.cases import CaseRow
from engine.store.conditions import Statement, after_key, below, contains, member_text
from engine.store.organisation import UnitRow
from engine.store.readable import only_readable

Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Filters every list understands; facts compare a member of the case's facts as text, number the whole number."""

    query: str | None = None
    phase: str | None = None
    state: str | None = None
    facts: Mapping[str, str] = field(default_factory=dict)
    number: str | None = None


_UNIT, _STARTER_UNIT = aliased(UnitRow), aliased(UnitRow)
CASE_COLUMNS = (
    CaseRow.id,
    CaseRow.number,
    CaseRow.title,
    CaseRow.definition,
    CaseRow.parent_case_id,
    CaseRow.unit_id,
    _UNIT.name.label("unit_name"),
    CaseRow.starter_unit_id,
    func.coalesce(_STARTER_UNIT.name, "").label("starter_unit_name"),
    CaseRow.state,
    CaseRow.phase,
    CaseRow.outcome,
    CaseRow.facts,
    CaseRow.started_at,
    CaseRow.ended_at,
    CaseRow.due_at,
    CaseRow.suspension,
)


def case_rows(
    session: Session,
    actor: Actor,
    wanted: Wanted,
    *,
    definitions: Iterable[str] | None = None,
    unit_id: str | None = None,
    since: str | None = None,
    until: str | None = None,
    after: Key | None = None,
    limit: int,
) -> list[Any]:
    """Return readable cases, newest start first; since <= started_at <= until."""
    statement = with_units(select(*CASE_COLUMNS))
    if definitions is not None:
        statement = statement.where(CaseRow.definition.in_(sorted(set(definitions))))
    if unit_id is not None:
        statement = statement.where(CaseRow.unit_id == unit_id)
    if since is not None:
        statement = statement.where(CaseRow.started_at >= since)
    if until is not None:
        statement = statement.where(CaseRow.started_at <= until)
    statement = only_readable(filtered(session, statement, wanted), actor)
    return list(session.execute(page(statement, CaseRow.started_at, CaseRow.id, after, limit, descending=True)))


def tree_rows(session: Session, actor: Actor, path: str, limit: int) -> list[Any]:
    """Return the readable cases at `path` and below, parents before children, then in the order of their units."""
    statement = with_units(select(*CASE_COLUMNS)).where(below(CaseRow.path, path))
    order = (func.length(CaseRow.path), _UNIT.position, CaseRow.started_at, CaseRow.id)
    return list(session.execute(only_readable(statement, actor).order_by(*order).limit(limit)))


def with_units(statement: Statement) -> Statement:
    """Join the case's unit and its starter's, which `CASE_COLUMNS` names."""
    return statement.join(_UNIT, _UNIT.id == CaseRow.unit_id).outerjoin(
        _STARTER_UNIT, _STARTER_UNIT.id == CaseRow.starter_unit_id
    )


def filtered(session: Session, statement: Statement, wanted: Wanted, *, title: Any = CaseRow.title) -> Statement:
    """Keep the cases that match; every word of the query must be in title or number."""
    for word in (wanted.query or "").split()[:8]:
        statement = statement.where(or_(contains(title, word), contains(CaseRow.number, word)))
    if wanted.number is not None:
        statement = statement.where(CaseRow.number == wanted.number)
    if wanted.phase is not None:
        statement = statement.where(CaseRow.phase == wanted.phase)
    if wanted.state is not None:
        statement = statement.where(CaseRow.state == wanted.state)
    for name, value in wanted.facts.items():
        statement = statement.where(member_text(session, CaseRow.facts, name) == value)
    return statement


def page(
    statement: Statement, first: Any, second: Any, after: Key | None, limit: int, *, descending: bool
) -> Statement:
    """Order by (first, second), start after a key, and take so many."""
    order = (first.desc(), second.desc()) if descending else (first, second)
    return statement.where(after_key(first, second, after, descending=descending)).order_by(*order).limit(limit)
