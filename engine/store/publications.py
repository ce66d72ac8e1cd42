"""Statements that list published artifacts; those of a step are beside the table in `artifacts`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import exists, select, update
from sqlalchemy.orm import aliased

from engine.store.artifacts import ArtifactRow
from engine.store.base import Session

_LISTED = (
    ArtifactRow.id,
    ArtifactRow.kind,
    ArtifactRow.key,
    ArtifactRow.version,
    ArtifactRow.name,
    ArtifactRow.pack,
    ArtifactRow.sha256,
    ArtifactRow.meta,
    ArtifactRow.note,
    ArtifactRow.suspended_at,
    ArtifactRow.suspension,
    ArtifactRow.published_at,
    ArtifactRow.published_by_name,
)


def newest_of_each(session: Session, kind: str | None, keys: Iterable[str] | None = None) -> list[Any]:
    """Return the newest version of every artifact, of one kind or all, by kind and key, without bodies."""
    later = aliased(ArtifactRow)
    superseded = exists().where(
        later.kind == ArtifactRow.kind, later.key == ArtifactRow.key, later.version > ArtifactRow.version
    )
    statement = select(*_LISTED).where(~superseded)
    if kind is not None:
        statement = statement.where(ArtifactRow.kind == kind)
    if keys is not None:
        statement = statement.where(ArtifactRow.key.in_(sorted(set(keys))))
    return list(session.execute(statement.order_by(ArtifactRow.kind, ArtifactRow.key)))


def all_versions(session: Session, kind: str, key: str) -> list[Any]:
    """Return every version of one artifact, newest first, without bodies."""
    statement = select(*_LISTED).where(ArtifactRow.kind == kind, ArtifactRow.key == key)
    return list(session.execute(statement.order_by(ArtifactRow.version.desc())))


def set_suspended(session: Session, artifact_id: str, at: str | None, suspension: str | None) -> None:
    """Mark one version as not to be started, with who and why as text, or lift the mark."""
    marks = {"suspended_at": at, "suspension": suspension}
    session.execute(update(ArtifactRow).where(ArtifactRow.id == artifact_id).values(**marks))


def by_id(session: Session, artifact_id: str) -> Any | None:
    """Return one version without its body."""
    return session.execute(select(*_LISTED).where(ArtifactRow.id == artifact_id)).first()
