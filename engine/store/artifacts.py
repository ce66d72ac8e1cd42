"""Published definitions, forms and register columns: immutable bytes by version."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Index, LargeBinary, String, Text, UniqueConstraint, bindparam, text
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.base import Base, Session


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
    suspension: Mapped[str | None] = mapped_column(Text)  # JSON {at, by, why} while suspended_at is set
    published_at: Mapped[str] = mapped_column(String(27))
    published_by: Mapped[str] = mapped_column(String(36))
    published_by_name: Mapped[str] = mapped_column(String(200))


@dataclass(frozen=True, slots=True)
class ArtifactHead:
    """What identifies one published version, without its bytes."""

    id: str
    kind: str
    key: str
    version: int
    name: str
    sha256: str
    suspended_at: str | None


_HEAD_COLUMNS = "a.id, a.kind, a.key, a.version, a.name, a.sha256, a.suspended_at"
_NEWEST = text(
    f"SELECT {_HEAD_COLUMNS} FROM artifacts a WHERE a.kind IN :kinds AND a.key IN :keys AND a.version = "  # noqa: S608
    "(SELECT max(b.version) FROM artifacts b WHERE b.kind = a.kind AND b.key = a.key)"
).bindparams(bindparam("kinds", expanding=True), bindparam("keys", expanding=True))
_VERSION = text(
    f"SELECT {_HEAD_COLUMNS} FROM artifacts a WHERE a.id = :id AND a.kind = :kind AND a.key = :key"  # noqa: S608
)
_BODIES = text("SELECT id, kind, key, sha256, body FROM artifacts WHERE id IN :ids").bindparams(
    bindparam("ids", expanding=True)
)


def newest(session: Session, kinds: list[str], keys: list[str]) -> dict[tuple[str, str], ArtifactHead]:
    """Return the newest version of every (kind, key) that exists."""
    if not keys:
        return {}
    session.flush()
    rows = session.execute(_NEWEST, {"kinds": kinds, "keys": keys})
    heads = [ArtifactHead(*row) for row in rows]
    return {(head.kind, head.key): head for head in heads}


def version(session: Session, artifact_id: str, *, kind: str, key: str) -> ArtifactHead | None:
    """Return one version by id if it is of this kind and key."""
    row = session.execute(_VERSION, {"id": artifact_id, "kind": kind, "key": key}).first()
    return None if row is None else ArtifactHead(*row)


def bodies(session: Session, ids: list[str]) -> list[tuple[str, str, str, str, bytes]]:
    """Return (id, kind, key, sha256, body) of these versions, in no order."""
    if not ids:
        return []
    session.flush()
    rows = session.execute(_BODIES, {"ids": ids})
    return [(row.id, row.kind, row.key, row.sha256, bytes(row.body)) for row in rows]
