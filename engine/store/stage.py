"""A database in memory that knows the organisation, the registers and the library, and no case but those played in it.

It is an image (bytes) that is made once and opened as often as something is tried out; nothing comes back from it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, func, insert, select, text, update
from sqlalchemy.pool import StaticPool

from engine.canonical import from_iso, parse
from engine.clock import Clock
from engine.store.artifacts import ArtifactRow
from engine.store.base import Base, Session, guard_events, open_engine, sessionmaker
from engine.store.events import StreamRow
from engine.store.organisation import DeputyRow, GrantRow, HoldingRow, PostGrantRow, PostRow, UnitRow
from engine.store.registers import RegisterRowRow

# Parents before what refers to them.
_COPIED = (UnitRow, GrantRow, PostRow, PostGrantRow, HoldingRow, DeputyRow, RegisterRowRow, ArtifactRow)
_ALWAYS = "2000-01-01T00:00:00.000000Z"
_HEADS = ("artifacts", "organisation")


@dataclass(frozen=True, slots=True)
class Done:
    """One event of a case played here: which case, its kind and its body."""

    case_id: str
    kind: str
    body: dict[str, Any]


def mark_of(session: Session) -> str:
    """Return a text that changes whenever something an image would copy has changed; one statement."""
    rows = session.execute(
        select(StreamRow.stream, StreamRow.head_hash)
        .where(StreamRow.stream.in_(_HEADS) | StreamRow.stream.startswith("register:"))
        .order_by(StreamRow.stream)
    )
    return "|".join(f"{stream}={head}" for stream, head in rows)


def image_of(session: Session) -> bytes:
    """Copy what a case needs of the session's database into an image; reads whole tables."""
    connection = sqlite3.connect(":memory:", check_same_thread=False)
    engine = _engine_on(connection)
    Base.metadata.create_all(engine)
    with engine.begin() as target:
        target.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
        for row in _COPIED:
            found = [dict(each) for each in session.execute(select(row.__table__)).mappings()]
            if found:
                target.execute(insert(row), found)
        for row in (UnitRow, HoldingRow, RegisterRowRow):
            # Today's posts and rows hold at whatever time a play begins: a scenario stays true when people change.
            target.execute(update(row).where(row.valid_to.is_(None)).values(valid_from=_ALWAYS))
    # Only now: what is copied is no change that anything would have to follow.
    guard_events(engine)
    image = connection.serialize()
    engine.dispose()
    connection.close()
    return image


@contextmanager
def opened(image: bytes | None, clock: Clock) -> Iterator[sessionmaker[Session]]:
    """Open an image as a database of its own, or an empty one; it is gone afterwards. Sessions carry the clock."""
    connection = sqlite3.connect(":memory:", check_same_thread=False)
    engine = _engine_on(connection)
    if image is None:
        Base.metadata.create_all(engine)
        guard_events(engine)
    else:
        connection.deserialize(image)
    try:
        yield sessionmaker(engine, info={"clock": clock})
    finally:
        engine.dispose()
        connection.close()


def image_after(session: Session) -> bytes:
    """Return the image of an opened one as it is now."""
    held: Any = session.connection().connection.dbapi_connection
    session.rollback()
    image: bytes = held.serialize()
    return image


def cases_in_order(session: Session) -> list[tuple[str, str | None]]:
    """Return (case id, id of the call task it belongs to) of every case, parents before children."""
    rows = session.execute(text("SELECT id, parent_task_id FROM cases ORDER BY path"))
    return [(row.id, row.parent_task_id) for row in rows]


def events_in_order(session: Session) -> list[Done]:
    """Return the events of all cases in the order they were written."""
    rows = session.execute(text("SELECT stream, kind, body FROM events WHERE stream LIKE 'case:%' ORDER BY rowid"))
    return [Done(row.stream.removeprefix("case:"), row.kind, parse(row.body)) for row in rows]


def next_due(session: Session) -> tuple[datetime, str | None] | None:
    """Return when the next job is due and the task it belongs to; None when nothing is."""
    row = session.execute(
        text("SELECT due_at, task_id FROM jobs WHERE state = 'due' AND kind <> 'service' ORDER BY due_at, id LIMIT 1")
    ).first()
    return None if row is None else (from_iso(row.due_at), row.task_id)


def service_jobs(session: Session) -> list[tuple[str, str, dict[str, Any]]]:
    """Return (job id, task id, request) of the service calls that wait for an answer."""
    rows = session.execute(text("SELECT id, task_id, payload FROM jobs WHERE state = 'due' AND kind = 'service'"))
    return [(row.id, row.task_id, parse(row.payload)) for row in rows]


def stopped(session: Session) -> list[dict[str, Any]]:
    """Return {code, element_id, message} of every job that stopped as an incident."""
    rows = session.execute(text("SELECT error FROM jobs WHERE state = 'incident' ORDER BY id"))
    return [parse(row.error) for row in rows]


def unit_codes(session: Session) -> dict[str, str]:
    """Return unit id -> code of every unit."""
    return {row.id: row.code for row in session.execute(select(UnitRow.id, UnitRow.code))}


def grants(session: Session, ids: list[str]) -> dict[str, tuple[str, str]]:
    """Return grant id -> (role, unit id) of those that exist."""
    rows = session.execute(select(GrantRow.id, GrantRow.role, GrantRow.unit_id).where(GrantRow.id.in_(ids)))
    return {row.id: (row.role, row.unit_id) for row in rows}


def role_holders(session: Session, role: str, at: str) -> list[tuple[str, str, str, str]]:
    """Return (unit id, unit name, post, user id) of who holds a role now, units in the order of the tree."""
    rows = session.execute(
        select(GrantRow.unit_id, UnitRow.name.label("unit"), PostRow.name, HoldingRow.user_id)
        .join(PostGrantRow, PostGrantRow.grant_id == GrantRow.id)
        .join(PostRow, PostRow.id == PostGrantRow.post_id)
        .join(HoldingRow, HoldingRow.post_id == PostRow.id)
        .join(UnitRow, UnitRow.id == GrantRow.unit_id)
        .where(GrantRow.role == role, HoldingRow.valid_from <= at)
        .where(HoldingRow.valid_to.is_(None) | (HoldingRow.valid_to > at))
        .order_by(func.length(UnitRow.path), UnitRow.position, UnitRow.code, PostRow.name, HoldingRow.user_id)
    )
    return [(row.unit_id, row.unit, row.name, row.user_id) for row in rows]


def _engine_on(connection: sqlite3.Connection) -> Engine:
    return open_engine("sqlite://", durable=False, creator=lambda: connection, poolclass=StaticPool)
