"""Attachments: bytes by hash, and one row per use that carries the rights."""

from __future__ import annotations

from sqlalchemy import BigInteger, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.base import Base


class AttachmentRow(Base):
    """One use of a stored file in a case; access is decided by this row, never by the hash.

    `case_id` and `pointer` are null until the submission that carries it is accepted; unused rows are
    swept after a day.
    """

    __tablename__ = "attachments"
    __table_args__ = (Index("ix_attachments_case", "case_id"), Index("ix_attachments_sha256", "sha256"))

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    root_unit_id: Mapped[str] = mapped_column(String(36))
    sha256: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(300))
    media_type: Mapped[str] = mapped_column(String(100))
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    case_id: Mapped[str | None] = mapped_column(ForeignKey("cases.id"))
    task_id: Mapped[str | None] = mapped_column(String(36))
    element_id: Mapped[str | None] = mapped_column(String(200))
    pointer: Mapped[str | None] = mapped_column(String(500))
    uploaded_by: Mapped[str] = mapped_column(String(36))
    uploaded_at: Mapped[str] = mapped_column(String(27))
