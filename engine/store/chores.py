"""Chores that failed when they were last due, whichever process did them."""

from __future__ import annotations

from sqlalchemy import String, delete, select
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.base import Base, Session


class FailedChoreRow(Base):
    """One chore that fails; its row goes when it works again. `why` names the exception and says nothing of a case."""

    __tablename__ = "failed_chores"

    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    at: Mapped[str] = mapped_column(String(27))
    why: Mapped[str] = mapped_column(String(200))


def failing(session: Session) -> list[str]:
    """Return the names of chores that fail, in order."""
    return list(session.scalars(select(FailedChoreRow.name).order_by(FailedChoreRow.name)))


def fail(session: Session, name: str, at: str, why: str) -> None:
    """Say that a chore fails."""
    session.merge(FailedChoreRow(name=name, at=at, why=why))


def recover(session: Session, name: str) -> None:
    """Say that a chore works again."""
    session.execute(delete(FailedChoreRow).where(FailedChoreRow.name == name))
