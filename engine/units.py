"""The tree of units: reading it, and changing it by events in the stream `organisation`."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from engine.canonical import from_iso, iso
from engine.clock import now
from engine.errors import Invalid, NotFound
from engine.history.chain import append_event
from engine.ids import new_id
from engine.model import Actor, Unit
from engine.store import units as store
from engine.store.base import Session
from engine.store.organisation import UnitRow

STREAM = "organisation"


def unit(session: Session, id_or_code: str) -> Unit:
    """Return a unit by id or code, closed ones too; raises NotFound."""
    return _unit(_row(session, id_or_code))


def units_under(
    session: Session, id_or_code: str, *, level: str | None = None, at: datetime | None = None, every_day: bool = False
) -> list[Unit]:
    """Return the unit and all below it, parents before children, siblings in their order.

    level: only units of this level. Only units valid at `at` (default now), unless `every_day`.
    """
    moment = None if every_day else iso(at or now(session))
    path = _row(session, id_or_code).path
    return [_unit(row) for row in store.units_below(session, path, level=level, at=moment)]


def search(
    session: Session, query: str, *, scope: str | None = None, level: str | None = None, limit: int = 20
) -> list[Unit]:
    """Return units valid now whose name, short name or code contains `query`, shortest name first.

    scope: id or code of a unit to stay under.
    """
    root_path = None if scope is None else _row(session, scope).path
    rows = store.search_units(
        session, query.strip(), root_path=root_path, level=level, at=iso(now(session)), limit=limit
    )
    return [_unit(row) for row in rows]


def put_unit(
    session: Session,
    code: str,
    *,
    name: str,
    level: str,
    actor: Actor,
    parent: str | None = None,
    short_name: str | None = None,
    position: int = 0,
) -> Unit:
    """Create the unit `code`, or change its name, level, parent and order; unchanged writes nothing.

    parent: id or code; None only for the one root. A move gives new paths to all below it; cases keep the path
    of their day. Raises Invalid for a second root, or a parent that is the unit itself or below it.
    """
    above = None if parent is None else _row(session, parent)
    row = store.find_unit(session, code)
    if row is None:
        return _create_unit(session, code, name, short_name or name, level, above, position, actor)
    before = _described(row)
    row.name, row.short_name, row.level, row.position = name, short_name or name, level, position
    if (above.id if above else None) != row.parent_id:
        _move(session, row, above)
    after = _described(row)
    if after != before:
        _record(
            session,
            "unit-changed",
            actor,
            {"unit": after, "before": {key: old for key, old in before.items() if old != after[key]}},
        )
    session.flush()
    return _unit(row)


def close_unit(
    session: Session, id_or_code: str, *, actor: Actor, successor: str | None = None, note: str = ""
) -> Unit:
    """End a unit now, naming who carries on; old events and cases keep it.

    Raises Invalid when units below it are still open: they are moved or closed first.
    """
    row = _row(session, id_or_code)
    moment = iso(now(session))
    if store.has_open_children(session, row.id, moment):
        raise Invalid(why=f"{row.name}下面还有未撤销的单位")
    heir = None if successor is None else _row(session, successor)
    if heir is not None and (heir.id == row.id or heir.valid_to is not None):
        raise Invalid(why="承接单位必须是另一个有效的单位")
    row.valid_to, row.successor_id = moment, heir.id if heir else None
    _record(session, "unit-closed", actor, {"unit": _described(row), "note": note})
    session.flush()
    return _unit(row)


def _create_unit(
    session: Session,
    code: str,
    name: str,
    short_name: str,
    level: str,
    above: UnitRow | None,
    position: int,
    actor: Actor,
) -> Unit:
    if above is None and store.has_root(session):
        raise Invalid(why=f"{code} 没有写上级：只能有一个最上级单位")
    at = now(session)
    unit_id = new_id(at)
    row = UnitRow(
        id=unit_id,
        root_unit_id=above.root_unit_id if above else unit_id,
        code=code,
        name=name,
        short_name=short_name,
        level=level,
        parent_id=above.id if above else None,
        path=f"{above.path if above else '/'}{unit_id}/",
        position=position,
        valid_from=iso(at),
        valid_to=None,
        successor_id=None,
    )
    session.add(row)
    # Children created next refer to this row by foreign key, and other rows are found by statements.
    session.flush()
    _record(session, "unit-created", actor, {"unit": _described(row)})
    return _unit(row)


def _move(session: Session, row: UnitRow, above: UnitRow | None) -> None:
    if above is None:
        raise Invalid(why=f"{row.name}不能成为第二个最上级单位")
    if above.path.startswith(row.path):
        raise Invalid(why=f"{row.name}不能移到自己或自己的下级之下")
    row.parent_id = above.id
    old_path, new_path = row.path, f"{above.path}{row.id}/"
    # The changed parent must be written before the paths are changed behind the session's back.
    session.flush()
    store.move_subtree(session, old_path, new_path)


def _row(session: Session, id_or_code: str) -> UnitRow:
    row = store.find_unit(session, id_or_code)
    if row is None:
        raise NotFound(what="unit", id=id_or_code)
    return row


def _record(session: Session, kind: str, actor: Actor, body: dict[str, Any]) -> None:
    append_event(session, STREAM, kind=kind, actor=actor, body=body)


def _described(row: UnitRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "code": row.code,
        "name": row.name,
        "short_name": row.short_name,
        "level": row.level,
        "parent": row.parent_id,
        "position": row.position,
        "valid_to": row.valid_to,
        "successor": row.successor_id,
    }


def _unit(row: Any) -> Unit:
    return Unit(
        id=row.id,
        root_unit_id=row.root_unit_id,
        code=row.code,
        name=row.name,
        short_name=row.short_name,
        level=row.level,
        parent_id=row.parent_id,
        path=row.path,
        position=row.position,
        valid_from=from_iso(row.valid_from),
        valid_to=from_iso(row.valid_to) if row.valid_to else None,
        successor_id=row.successor_id,
    )
