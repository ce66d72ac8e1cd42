"""Working copies of designers: what is being drawn and is not published yet."""

from __future__ import annotations

from typing import Any

from sqlalchemy import String, Text, delete, select
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.base import Base, Session


class DesignRow(Base):
    """One working copy; `body` is what the designer of its kind keeps, as JSON text.

    revision goes up by one with each save; based_on names the published versions it was made from, as JSON.
    """

    __tablename__ = "designs"

    kind: Mapped[str] = mapped_column(String(16), primary_key=True)
    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    title: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text)
    based_on: Mapped[str] = mapped_column(Text)
    revision: Mapped[int]
    saved_at: Mapped[str] = mapped_column(String(27))
    saved_by: Mapped[str] = mapped_column(String(36))
    saved_by_name: Mapped[str] = mapped_column(String(200))


def read(session: Session, kind: str, key: str, *, lock: bool = False) -> DesignRow | None:
    """Return one working copy, locked for writing if asked."""
    statement = select(DesignRow).where(DesignRow.kind == kind, DesignRow.key == key)
    return session.scalar(statement.with_for_update() if lock else statement)


def heads(session: Session, kind: str) -> list[Any]:
    """Return every working copy of a kind without its body, last saved first."""
    columns = (DesignRow.key, DesignRow.title, DesignRow.revision, DesignRow.saved_at, DesignRow.saved_by_name)
    return list(session.execute(select(*columns).where(DesignRow.kind == kind).order_by(DesignRow.saved_at.desc())))


def remove(session: Session, kind: str, key: str) -> None:
    """Delete one working copy."""
    session.execute(delete(DesignRow).where(DesignRow.kind == kind, DesignRow.key == key))
