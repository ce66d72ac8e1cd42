"""The outbox: what the machine still has to do, written with the step that causes it."""

from __future__ import annotations

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.base import Base


class JobRow(Base):
    """One job; `kind`: timer, start-child, child-finished, cancel-child, notify.

    `state`: due, running, done, cancelled, incident. At least once: the handler must be idempotent by
    `idempotency_key`. Retry and backoff live here and nowhere else.
    """

    __tablename__ = "jobs"
    __table_args__ = (Index("ix_jobs_due", "state", "due_at"), Index("ix_jobs_case", "case_id", "state"))

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    root_unit_id: Mapped[str] = mapped_column(String(36))
    idempotency_key: Mapped[str] = mapped_column(String(200), unique=True)
    kind: Mapped[str] = mapped_column(String(32))
    case_id: Mapped[str | None] = mapped_column(String(36))
    task_id: Mapped[str | None] = mapped_column(String(36))
    payload: Mapped[str] = mapped_column(Text, default="{}")
    state: Mapped[str] = mapped_column(String(16), default="due")
    due_at: Mapped[str] = mapped_column(String(27))
    lease_until: Mapped[str | None] = mapped_column(String(27))
    attempts: Mapped[int] = mapped_column(default=0)
    error: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[str] = mapped_column(String(27))
