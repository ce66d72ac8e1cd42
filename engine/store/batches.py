"""One operation on many cases: what was asked, and what became of each case."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, func, or_, select, text
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.base import Base, Session
from engine.store.cases import CaseRow
from engine.store.conditions import contains
from engine.store.jobs import JobRow
from engine.store.organisation import UnitRow
from engine.store.tasks import TaskRow


class BatchRow(Base):
    """One order; `kind`: suspend, resume, migrate, try. `body` (JSON) is the operation and who ordered it."""

    __tablename__ = "batches"
    __table_args__ = (Index("ix_batches_definition", "definition", "created_at"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    root_unit_id: Mapped[str] = mapped_column(String(36))
    kind: Mapped[str] = mapped_column(String(16))
    definition: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text)
    created_at: Mapped[str] = mapped_column(String(27))


class BatchCaseRow(Base):
    """One case of an order; `state`: waiting, done, refused (`why` says it in words)."""

    __tablename__ = "batch_cases"

    batch_id: Mapped[str] = mapped_column(ForeignKey("batches.id"), primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    state: Mapped[str] = mapped_column(String(16), default="waiting")
    why: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[str | None] = mapped_column(String(27))


_INSERT = text(
    "INSERT INTO batch_cases (batch_id, case_id, state, why) VALUES (:batch_id, :case_id, 'waiting', '') "
    "ON CONFLICT DO NOTHING"
)
_SETTLE = text(
    "UPDATE batch_cases SET state = :state, why = :why, at = :at WHERE batch_id = :batch_id AND case_id = :case_id"
)


def insert(session: Session, row: BatchRow, case_ids: list[str]) -> None:
    """Write an order and the cases it is about."""
    session.add(row)
    session.flush()
    if case_ids:
        session.execute(_INSERT, [{"batch_id": row.id, "case_id": case_id} for case_id in case_ids])


def find(session: Session, batch_id: str) -> BatchRow | None:
    """Return an order by id."""
    return session.get(BatchRow, batch_id)


def settle(session: Session, batch_id: str, case_id: str, *, state: str, why: str, at: str) -> None:
    """Record what became of one case."""
    session.execute(_SETTLE, {"batch_id": batch_id, "case_id": case_id, "state": state, "why": why, "at": at})


def case_ids(session: Session, batch_id: str, state: str) -> list[str]:
    """Return the cases of an order that are in this state, oldest first."""
    statement = select(BatchCaseRow.case_id).where(BatchCaseRow.batch_id == batch_id, BatchCaseRow.state == state)
    return list(session.scalars(statement.order_by(BatchCaseRow.case_id)))


def newest(session: Session, definition: str, kind: str, limit: int) -> list[BatchRow]:
    """Return the last orders of a kind on a definition, newest first."""
    statement = select(BatchRow).where(BatchRow.definition == definition, BatchRow.kind == kind)
    return list(session.scalars(statement.order_by(BatchRow.created_at.desc(), BatchRow.id.desc()).limit(limit)))


def counts(session: Session, batch_id: str) -> dict[str, int]:
    """Return how many cases of an order are in each state."""
    statement = select(BatchCaseRow.state, func.count()).where(BatchCaseRow.batch_id == batch_id)
    return {state: int(count) for state, count in session.execute(statement.group_by(BatchCaseRow.state))}


def results(session: Session, batch_id: str, limit: int) -> list[Any]:
    """Return (case_id, number, title, readers, state, why, at) of an order's cases, those refused first."""
    statement = (
        select(
            BatchCaseRow.case_id,
            CaseRow.number,
            CaseRow.title,
            CaseRow.readers,
            BatchCaseRow.state,
            BatchCaseRow.why,
            BatchCaseRow.at,
        )
        .join(CaseRow, CaseRow.id == BatchCaseRow.case_id)
        .where(BatchCaseRow.batch_id == batch_id)
        .order_by(BatchCaseRow.state != "refused", BatchCaseRow.state != "waiting", BatchCaseRow.case_id)
    )
    return list(session.execute(statement.limit(limit)))


def running(
    session: Session, definition: str, root_unit_id: str, limit: int, *, but_on: str | None = None
) -> list[Any]:
    """Return a definition's running cases, oldest first: id, number, title, artifact_id, parent_case_id, suspension.

    but_on: a version whose cases are left out.
    """
    columns = (
        CaseRow.id, CaseRow.number, CaseRow.title, CaseRow.artifact_id, CaseRow.parent_case_id, CaseRow.suspension,
    )  # fmt: skip
    statement = select(*columns).where(
        CaseRow.definition == definition, CaseRow.state == "running", CaseRow.root_unit_id == root_unit_id
    )
    if but_on is not None:
        statement = statement.where(CaseRow.artifact_id != but_on)
    return list(session.execute(statement.order_by(CaseRow.started_at, CaseRow.id).limit(limit)))


def running_by_version(session: Session, definition: str, root_unit_id: str) -> dict[str, int]:
    """Return how many running cases of a definition each version has, the most first."""
    count = func.count()
    statement = select(CaseRow.artifact_id, count).where(
        CaseRow.definition == definition, CaseRow.state == "running", CaseRow.root_unit_id == root_unit_id
    )
    rows = session.execute(statement.group_by(CaseRow.artifact_id).order_by(count.desc(), CaseRow.artifact_id))
    return {artifact_id: int(number) for artifact_id, number in rows}


def found(session: Session, root_unit_id: str, query: str, limit: int) -> list[Any]:
    """Return running cases that are not restricted: with these words in title or number, else suspended and stopped."""
    stopped = select(TaskRow.case_id).join(JobRow, JobRow.task_id == TaskRow.id).where(JobRow.state == "incident")
    columns = (
        CaseRow.id, CaseRow.number, CaseRow.title, CaseRow.definition, CaseRow.phase, CaseRow.suspension,
        CaseRow.started_at, UnitRow.name.label("unit_name"),
    )  # fmt: skip
    statement = (
        select(*columns)
        .join(UnitRow, UnitRow.id == CaseRow.unit_id)
        .where(CaseRow.state == "running", CaseRow.root_unit_id == root_unit_id, CaseRow.readers.is_(None))
    )
    for word in query.split()[:8]:
        statement = statement.where(or_(contains(CaseRow.title, word), contains(CaseRow.number, word)))
    if not query:
        statement = statement.where(or_(CaseRow.suspension.is_not(None), CaseRow.id.in_(stopped)))
    return list(session.execute(statement.order_by(CaseRow.started_at.desc(), CaseRow.id.desc()).limit(limit)))
