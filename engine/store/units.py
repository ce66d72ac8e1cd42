"""Statements over the tree of units."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import String, func, literal, or_, select, update

from engine.store.base import Session
from engine.store.conditions import below, contains, valid_at
from engine.store.organisation import UnitRow

# Lists read columns, not objects: a picker reads hundreds of units.
_COLUMNS = tuple(UnitRow.__table__.columns)


def find_unit(session: Session, id_or_code: str) -> UnitRow | None:
    """Return the unit with this id or this code; an id wins over a code of the same text."""
    rows = session.scalars(select(UnitRow).where(or_(UnitRow.id == id_or_code, UnitRow.code == id_or_code))).all()
    return next((row for row in rows if row.id == id_or_code), rows[0] if rows else None)


def units_below(session: Session, path: str, *, level: str | None, at: str | None) -> list[Any]:
    """Return the unit at `path` and all below, parents before children, siblings by position then code.

    level: only this one. at: only units valid at that moment; None for those of every day.
    """
    statement = select(*_COLUMNS).where(below(UnitRow.path, path))
    if level is not None:
        statement = statement.where(UnitRow.level == level)
    if at is not None:
        statement = statement.where(valid_at(UnitRow.valid_from, UnitRow.valid_to, at))
    return list(session.execute(statement.order_by(func.length(UnitRow.path), UnitRow.position, UnitRow.code)))


def search_units(
    session: Session, query: str, *, root_path: str | None, level: str | None, at: str, limit: int
) -> list[Any]:
    """Return valid units whose name, short name or code contains `query`, shortest name first."""
    statement = select(*_COLUMNS).where(
        or_(contains(UnitRow.name, query), contains(UnitRow.short_name, query), contains(UnitRow.code, query)),
        valid_at(UnitRow.valid_from, UnitRow.valid_to, at),
    )
    if root_path is not None:
        statement = statement.where(below(UnitRow.path, root_path))
    if level is not None:
        statement = statement.where(UnitRow.level == level)
    order = (func.length(UnitRow.name), UnitRow.position, UnitRow.code)
    return list(session.execute(statement.order_by(*order).limit(limit)))


def move_subtree(session: Session, old_path: str, new_path: str) -> int:
    """Put the unit at `old_path` and all below it under `new_path` instead; return how many rows changed."""
    kept = func.substr(UnitRow.path, len(old_path) + 1, type_=String)
    moved = session.execute(
        update(UnitRow).where(below(UnitRow.path, old_path)).values(path=literal(new_path) + kept),
        execution_options={"synchronize_session": False},
    )
    session.expire_all()
    return int(getattr(moved, "rowcount", 0))


def has_root(session: Session) -> bool:
    """Say whether the tree has its root unit."""
    return session.scalar(select(UnitRow.id).where(UnitRow.parent_id.is_(None)).limit(1)) is not None


def has_open_children(session: Session, unit_id: str, at: str) -> bool:
    """Say whether a unit still has units right below it that are valid."""
    valid = valid_at(UnitRow.valid_from, UnitRow.valid_to, at)
    return session.scalar(select(UnitRow.id).where(UnitRow.parent_id == unit_id, valid).limit(1)) is not None


def root(session: Session) -> tuple[str, str, str] | None:
    """Return (id, path, root unit id) of the root of the tree, None before there is one."""
    statement = select(UnitRow.id, UnitRow.path, UnitRow.root_unit_id).where(UnitRow.parent_id.is_(None)).limit(1)
    row = session.execute(statement).first()
    return None if row is None else (row[0], row[1], row[2])


def names_of(session: Session, ids: Iterable[str]) -> dict[str, str]:
    """Return id -> name of these units, closed ones too."""
    rows = session.execute(select(UnitRow.id, UnitRow.name).where(UnitRow.id.in_(sorted(set(ids)))))
    return {row.id: row.name for row in rows}
