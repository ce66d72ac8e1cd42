"""Statements that read whole cases back for mining: which cases of a span, and their events in one pass."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import func, select

from engine.store.base import Session
from engine.store.cases import CaseRow
from engine.store.events import EventRow
from engine.store.history_reads import CASE_PREFIX
from engine.store.organisation import UnitRow

# SQLite takes at most so many parameters in an older build.
_CASES_AT_ONCE = 500


def cases_started(
    session: Session, root_unit_id: str, *, definition: str | None, since: str | None, until: str | None, limit: int
) -> list[Any]:
    """Return (id, number, title, definition, state, …) of cases started in a span, the newest first."""
    statement = (
        select(
            CaseRow.id,
            CaseRow.number,
            CaseRow.definition,
            CaseRow.artifact_id,
            CaseRow.parent_case_id,
            CaseRow.state,
            CaseRow.unit_id,
            UnitRow.name.label("unit_name"),
            CaseRow.started_at,
            CaseRow.ended_at,
        )
        .join(UnitRow, UnitRow.id == CaseRow.unit_id)
        .where(CaseRow.root_unit_id == root_unit_id)
    )
    if definition is not None:
        statement = statement.where(CaseRow.definition == definition)
    if since is not None:
        statement = statement.where(CaseRow.started_at >= since)
    if until is not None:
        statement = statement.where(CaseRow.started_at < until)
    return list(session.execute(statement.order_by(CaseRow.started_at.desc(), CaseRow.id.desc()).limit(limit)))


def started_by_definition(session: Session, root_unit_id: str, *, since: str, until: str) -> list[Any]:
    """Return (definition, cases) of the cases started in a span, the most first."""
    count = func.count().label("cases")
    statement = select(CaseRow.definition, count).where(
        CaseRow.root_unit_id == root_unit_id, CaseRow.started_at >= since, CaseRow.started_at < until
    )
    return list(session.execute(statement.group_by(CaseRow.definition).order_by(count.desc(), CaseRow.definition)))


def events_of(session: Session, case_ids: Sequence[str]) -> Iterator[Any]:
    """Yield (stream, seq, kind, at, body) of these cases, by case in the order given, then by seq."""
    for start in range(0, len(case_ids), _CASES_AT_ONCE):
        part = case_ids[start : start + _CASES_AT_ONCE]
        streams = [CASE_PREFIX + one for one in part]
        statement = select(EventRow.stream, EventRow.seq, EventRow.kind, EventRow.at, EventRow.body)
        found: dict[str, list[Any]] = {stream: [] for stream in streams}
        for row in session.execute(
            statement.where(EventRow.stream.in_(streams)).order_by(EventRow.stream, EventRow.seq)
        ):
            found[row.stream].append(row)
        for stream in streams:
            yield from found[stream]
