"""Statements that read the streams outside cases: what stood in them, newest first."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import or_, select, tuple_

from engine.store.base import Session
from engine.store.events import EventRow, StreamRow
from engine.store.history_reads import EVENT_COLUMNS


def streams_between(session: Session, first: str, last: str, ending: str = "") -> list[str]:
    """Return the streams named from `first` up to, not including, `last` that end in `ending`, by name."""
    named = select(StreamRow.stream).where(StreamRow.stream >= first, StreamRow.stream < last)
    if ending:
        named = named.where(StreamRow.stream.endswith(ending, autoescape=True))
    return list(session.scalars(named.order_by(StreamRow.stream)))


def newest(
    session: Session,
    streams: Collection[str],
    *,
    kinds: Collection[str],
    containing: str,
    before: tuple[str, str, int] | None,
    limit: int,
) -> list[Any]:
    """Return events of these streams newest first, by (at, stream, seq); `before` is such a key to go on from.

    kinds: only these, all when empty. containing: text the body holds, in any letter case; empty for all.
    """
    statement = select(*EVENT_COLUMNS).where(EventRow.stream.in_(streams))
    if kinds:
        statement = statement.where(EventRow.kind.in_(kinds))
    if containing:
        statement = statement.where(EventRow.body.icontains(containing, autoescape=True))
    place = tuple_(EventRow.at, EventRow.stream, EventRow.seq)
    if before is not None:
        at, stream, seq = before
        older = (EventRow.stream == stream) & (EventRow.seq < seq)
        statement = statement.where(or_(EventRow.at < at, (EventRow.at == at) & ((EventRow.stream < stream) | older)))
    order = [column.desc() for column in place.clauses]
    return list(session.execute(statement.order_by(*order).limit(limit)))
