"""Register rows 台账: versioned records read as of a moment."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import NamedTuple

from sqlalchemy import ColumnElement, Index, String, Text, event, func, literal, select, tuple_
from sqlalchemy.orm import Mapped, SessionTransaction, mapped_column

from engine.store import driver
from engine.store.base import Base, Session
from engine.store.conditions import contains, member_text, valid_at
from engine.store.driver import Statement

# Where a session keeps the rows its transaction has read.
_READ = "register_rows_read"


class RegisterRowRow(Base):
    """One version of one row; the version valid at T has valid_from <= T < valid_to (null: still valid).

    `label` is what lists show, `search` a lower-case text to search in, `values_json` the row itself, by the
    register's columns. `case_id` is the case that changed it, null for imports.
    """

    __tablename__ = "register_rows"
    __table_args__ = (Index("ix_register_rows_now", "register", "valid_to", "position", "key"),)

    register: Mapped[str] = mapped_column(String(100), primary_key=True)
    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    root_unit_id: Mapped[str] = mapped_column(String(36))
    position: Mapped[int] = mapped_column(default=0)
    label: Mapped[str] = mapped_column(String(500))
    search: Mapped[str] = mapped_column(Text)
    values_json: Mapped[str] = mapped_column("values", Text)
    valid_from: Mapped[str] = mapped_column(String(27))
    valid_to: Mapped[str | None] = mapped_column(String(27))
    case_id: Mapped[str | None] = mapped_column(String(36))


def open_rows(session: Session, register: str, keys: Collection[str]) -> dict[str, RegisterRowRow]:
    """Return the newest version of each of these rows by key, retired ones (`valid_to` set) too."""
    found: dict[str, RegisterRowRow] = {}
    wanted = sorted(set(keys))
    # SQLite and PostgreSQL bound the number of parameters; imports are longer than that.
    for start in range(0, len(wanted), 500):
        part = wanted[start : start + 500]
        statement = select(RegisterRowRow).where(RegisterRowRow.register == register, RegisterRowRow.key.in_(part))
        for row in session.scalars(statement.order_by(RegisterRowRow.key, RegisterRowRow.version)):
            found[row.key] = row
    return found


def open_keys(session: Session, register: str) -> set[str]:
    """Return the keys of all rows valid now."""
    statement = select(RegisterRowRow.key).where(RegisterRowRow.register == register, RegisterRowRow.valid_to.is_(None))
    return set(session.scalars(statement))


def last_position(session: Session, register: str) -> int:
    """Return the highest position in use, -1 for an empty register."""
    statement = select(func.max(RegisterRowRow.position)).where(RegisterRowRow.register == register)
    found = session.scalar(statement)
    return -1 if found is None else int(found)


class ReadRow(NamedTuple):
    """One version of one row as a form or a step reads it."""

    register: str
    key: str
    version: int
    label: str
    values_json: str
    position: int
    valid_from: str
    valid_to: str | None
    case_id: str | None


_ONE_ROW = (
    'SELECT register, key, version, label, "values", position, valid_from, valid_to, case_id FROM register_rows '
    "WHERE register = :register AND key = :key AND {} ORDER BY version DESC LIMIT 1"
)
_ROW_NOW = Statement(_ONE_ROW.format("valid_to IS NULL"))
_ROW_THEN = Statement(_ONE_ROW.format("valid_from <= :at AND (valid_to IS NULL OR valid_to > :at)"))


def row_at(session: Session, register: str, key: str, at: str | None) -> ReadRow | None:
    """Return the version of a row valid at a moment; None as moment: the one valid now."""
    # Rows this transaction made are not in the database before they are flushed.
    session.flush()
    binds = {"register": register, "key": key, "at": at}
    found = driver.first(session, _ROW_NOW if at is None else _ROW_THEN, binds)
    if found is None:
        return None
    row = session.info.setdefault(_READ, {})[register, key] = ReadRow._make(found)
    return row


def row_read(session: Session, register: str, key: str, at: str) -> ReadRow | None:
    """Return the row if this transaction has read it already and it is valid at the moment; no statement.

    A form checks that a picked row exists, the step then reads the same row: one statement for both.
    """
    row: ReadRow | None = session.info.get(_READ, {}).get((register, key))
    if row is None or not row.valid_from <= at or (row.valid_to is not None and row.valid_to <= at):
        return None
    return row


def forget_read(session: Session) -> None:
    """Forget the rows this transaction has read: it is about to change some."""
    session.info.pop(_READ, None)


@event.listens_for(Session, "after_transaction_end")
def _forget(session: Session, transaction: SessionTransaction) -> None:
    if transaction.parent is None:
        session.info.pop(_READ, None)


def rows_of(session: Session, register: str, key: str) -> list[RegisterRowRow]:
    """Return all versions of a row, newest first."""
    statement = select(RegisterRowRow).where(RegisterRowRow.register == register, RegisterRowRow.key == key)
    return list(session.scalars(statement.order_by(RegisterRowRow.version.desc())))


def rows_matching(
    session: Session,
    register: str,
    *,
    at: str | None,
    words: Collection[str],
    filters: Mapping[str, str],
    after: tuple[int, str] | None,
    limit: int,
) -> list[RegisterRowRow]:
    """Return rows by position then key: all `words` in the search text, all `filters` equal as text."""
    statement = select(RegisterRowRow).where(RegisterRowRow.register == register, _valid(at))
    for word in words:
        statement = statement.where(contains(RegisterRowRow.search, word))
    for column, value in filters.items():
        statement = statement.where(member_text(session, RegisterRowRow.values_json, column) == value)
    if after is not None:
        here = tuple_(RegisterRowRow.position, RegisterRowRow.key)
        statement = statement.where(here > tuple_(literal(after[0]), literal(after[1])))
    return list(session.scalars(statement.order_by(RegisterRowRow.position, RegisterRowRow.key).limit(limit)))


def _valid(at: str | None) -> ColumnElement[bool]:
    if at is None:
        return RegisterRowRow.valid_to.is_(None)
    return valid_at(RegisterRowRow.valid_from, RegisterRowRow.valid_to, at)
