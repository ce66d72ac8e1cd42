"""Working copies of designers: what is being drawn and is not published yet."""

from __future__ import annotations

from typing import Any

from sqlalchemy import String, Text, select
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


class LastRevisionRow(Base):
    """How far a working copy that was thrown away had come: one begun anew under its key goes on from there."""

    __tablename__ = "design_last_revisions"

    kind: Mapped[str] = mapped_column(String(16), primary_key=True)
    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    revision: Mapped[int]


def read(session: Session, kind: str, key: str, *, lock: bool = False) -> DesignRow | None:
    """Return one working copy, locked for writing if asked."""
    statement = select(DesignRow).where(DesignRow.kind == kind, DesignRow.key == key)
    return session.scalar(statement.with_for_update() if lock else statement)


def heads(session: Session, kind: str) -> list[Any]:
    """Return every working copy of a kind without its body, last saved first."""
    columns = (DesignRow.key, DesignRow.title, DesignRow.revision, DesignRow.saved_at, DesignRow.saved_by_name)
    return list(session.execute(select(*columns).where(DesignRow.kind == kind).order_by(DesignRow.saved_at.desc())))


def last_revision(session: Session, kind: str, key: str) -> int:
    """Return the last revision of the working copies of this key that were thrown away; 0 for none."""
    row = session.get(LastRevisionRow, (kind, key))
    return row.revision if row else 0


def remove(session: Session, kind: str, key: str) -> None:
    """Delete one working copy, and remember its revision; nothing for one that is not there."""
    row = read(session, kind, key, lock=True)
    if row is None:
        return
    session.merge(LastRevisionRow(kind=kind, key=key, revision=row.revision))
    session.delete(row)
    session.flush()
