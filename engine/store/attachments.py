"""Attachments: bytes by hash, and one row per use that carries the rights."""

from __future__ import annotations

from sqlalchemy import BigInteger, ForeignKey, Index, String, exists, or_, select
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.base import Base, Session
from engine.store.tasks import TaskDraftRow


class AttachmentRow(Base):
    """One use of a stored file in a case; access is decided by this row, never by the hash.

    Written with the submission that carries the file; `pointer` is its place in what was submitted. Bytes without
    a row are swept after a day.
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


def uses_of_case(session: Session, case_id: str) -> list[AttachmentRow]:
    """Return the uses in a case, newest first."""
    statement = select(AttachmentRow).where(AttachmentRow.case_id == case_id)
    return list(session.scalars(statement.order_by(AttachmentRow.uploaded_at.desc(), AttachmentRow.id.desc())))


def use_row(session: Session, attachment_id: str) -> AttachmentRow | None:
    """Return one use by id."""
    return session.get(AttachmentRow, attachment_id)


def is_named(session: Session, sha256: str) -> bool:
    """Say whether a case or a half-filled draft names these bytes."""
    used = exists().where(AttachmentRow.sha256 == sha256)
    drafted = exists().where(TaskDraftRow.typed.contains(sha256, autoescape=True))
    return session.scalar(select(or_(used, drafted))) is True
