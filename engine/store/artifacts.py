"""Published definitions, forms and register columns: immutable bytes by version."""

from __future__ import annotations

from sqlalchemy import Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.base import Base


class ArtifactRow(Base):
    """One published version; `kind` is process, decision, form, ui or register.

    `body` is what was uploaded, byte for byte; `meta` is JSON derived from it when it was checked
    (names, elements, forms it needs), so lists never parse. Versions count from 1 per (kind, key).
    """

    __tablename__ = "artifacts"
    __table_args__ = (UniqueConstraint("kind", "key", "version"), Index("ix_artifacts_sha256", "sha256"))

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    key: Mapped[str] = mapped_column(String(200))
    version: Mapped[int]
    name: Mapped[str] = mapped_column(String(200))
    pack: Mapped[str | None] = mapped_column(String(100))
    sha256: Mapped[str] = mapped_column(String(64))
    body: Mapped[bytes] = mapped_column(LargeBinary)
    meta: Mapped[str] = mapped_column(Text)
    note: Mapped[str] = mapped_column(Text, default="")
    suspended_at: Mapped[str | None] = mapped_column(String(27))
    published_at: Mapped[str] = mapped_column(String(27))
    published_by: Mapped[str] = mapped_column(String(36))
    published_by_name: Mapped[str] = mapped_column(String(200))
