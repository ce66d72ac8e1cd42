"""Cases of which nothing may be erased for now; who set that and why is an event of each."""

from __future__ import annotations

from typing import Any

from sqlalchemy import String, Text, delete, select
from sqlalchemy.orm import Mapped, mapped_column

from engine.model import Actor
from engine.store.base import Base, Session
from engine.store.cases import CaseRow
from engine.store.readable import only_readable


class LegalHoldRow(Base):
    """The hold on one case; a case without a row is under none. since: ISO text in UTC."""

    __tablename__ = "legal_holds"

    case_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    since: Mapped[str] = mapped_column(String(32))
    by_name: Mapped[str] = mapped_column(String(200))
    reason: Mapped[str] = mapped_column(Text)


def of_case(session: Session, case_id: str) -> LegalHoldRow | None:
    """Return the hold a case is under, if any."""
    return session.get(LegalHoldRow, case_id)


def put(session: Session, row: LegalHoldRow) -> None:
    """Put a case under a hold."""
    session.add(row)
    session.flush()


def drop(session: Session, case_id: str) -> None:
    """Take the hold from a case."""
    session.execute(delete(LegalHoldRow).where(LegalHoldRow.case_id == case_id))


def readable_rows(session: Session, actor: Actor) -> list[Any]:
    """Return (case id, number, title, since, by_name, reason) of holds on cases the actor may read, newest first."""
    statement = select(
        CaseRow.id, CaseRow.number, CaseRow.title, LegalHoldRow.since, LegalHoldRow.by_name, LegalHoldRow.reason
    ).join(LegalHoldRow, LegalHoldRow.case_id == CaseRow.id)
    return list(session.execute(only_readable(statement, actor).order_by(LegalHoldRow.since.desc(), CaseRow.id)))
