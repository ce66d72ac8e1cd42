"""What many tests begin with is made once a run, through the paths production uses, and its rows are kept for the rest.

Only a database that stands where the first one stood gets the rows kept: same name, moment and hash, as many events.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

from sqlalchemy import Table, and_, func, insert, select, update
from sqlalchemy.orm import Session

from engine.history.choice import hash_of
from engine.store.events import EventRow
from engine.store.tables import metadata

Made = TypeVar("Made")
# Of each table, in the order of its references: rows to add, and rows to change with where they are.
Changes = list[tuple[Table, list[dict[str, Any]], list[dict[str, Any]]]]

_made: dict[Hashable, tuple[Any, Changes]] = {}


def made_once(session: Session, name: Hashable, make: Callable[[], Made]) -> Made:
    """Return what `make` returned the first time, with the rows it wrote then; `make` deletes none.

    What is returned is shared by tests, so nobody may change it. Without a clock that stands still nothing is kept.
    """
    clock = session.info.get("clock")
    if clock is None:
        return make()
    session.flush()
    key = (name, hash_of(session).name, clock.now(), session.scalar(select(func.count()).select_from(EventRow)))
    if key not in _made:
        before = _rows(session)
        made = make()
        session.flush()
        _made[key] = made, _changes(before, _rows(session))
        return made
    made, changes = _made[key]
    for table, added, changed in changes:
        if added:
            session.execute(insert(table), added)
        for row in changed:
            session.execute(update(table).where(_is(table, row)).values(row))
    return made


def _rows(session: Session) -> dict[Table, dict[tuple[Any, ...], dict[str, Any]]]:
    return {
        table: {
            tuple(row[column.name] for column in table.primary_key): dict(row)
            for row in session.execute(select(table)).mappings()
        }
        for table in metadata.sorted_tables
    }


def _changes(before: dict[Table, Any], after: dict[Table, Any]) -> Changes:
    found = []
    for table, rows in after.items():
        was = before[table]
        assert was.keys() <= rows.keys(), f"a row of {table} was deleted"
        added = [row for key, row in rows.items() if key not in was]
        found.append((table, added, [row for key, row in rows.items() if key in was and was[key] != row]))
    return found


def _is(table: Table, row: dict[str, Any]) -> Any:
    return and_(*(column == row[column.name] for column in table.primary_key))
