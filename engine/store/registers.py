"""Register rows 台账: versioned records read as of a moment."""

from __future__ import annotations

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.base import Base


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
