"""Which hash the history of this database is made with: one row, written before the first event and never changed."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, String, exists, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.store.base import Base
from engine.store.events import EventRow


class HistoryHashRow(Base):
    """The one row: `name` is sha256 or sm3. None, in a database made without migrations, is sha256."""

    __tablename__ = "history_hash"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(String(16))


def chosen(session: Session) -> tuple[str | None, bool]:
    """Return the name chosen, or None, and whether anything was recorded yet; one statement."""
    name = select(HistoryHashRow.name).scalar_subquery()
    row = session.execute(select(name, exists(select(EventRow.seq)))).one()
    return row[0], row[1]


def add(session: Session, name: str) -> None:
    """Write the row; the database refuses a second one."""
    session.execute(insert(HistoryHashRow).values(id=1, name=name))
