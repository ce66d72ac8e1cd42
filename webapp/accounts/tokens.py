"""Tokens by which other systems use the interface: shown once when they are made, kept as a hash."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from engine.canonical import canonical, iso, parse
from engine.ids import new_id
from webapp.accounts.tables import ApiTokenRow

_BEGIN = "qc_"


@dataclass(frozen=True)
class Token:
    """A token that is valid now; topics: None for all."""

    id: str
    purpose: str
    unit_id: str
    topics: frozenset[str] | None
    expires_at: str
    revoked_at: str | None = None

    def is_over(self, at: datetime) -> bool:
        """Say whether it has ended, by its time or before it."""
        return self.expires_at <= iso(at) or (self.revoked_at is not None and self.revoked_at <= iso(at))


def add_token(
    session: Session,
    *,
    purpose: str,
    unit_id: str,
    topics: list[str] | None,
    created_by: str,
    at: datetime,
    expires_at: datetime,
) -> tuple[str, str]:
    """Add a token and return (its id, the secret text): nobody can read the text again."""
    text = _BEGIN + secrets.token_urlsafe(32)
    row = ApiTokenRow(
        id=new_id(at),
        token_sha256=_hash(text),
        purpose=purpose,
        unit_id=unit_id,
        topics=None if topics is None else canonical(sorted(set(topics))),
        created_by=created_by,
        created_at=iso(at),
        expires_at=iso(expires_at),
    )
    session.add(row)
    session.flush()
    return row.id, text


def find_token(session: Session, text: str, at: datetime) -> Token | None:
    """Return the token with this text if it is valid at `at`."""
    moment = iso(at)
    row = session.scalars(
        select(ApiTokenRow).where(
            ApiTokenRow.token_sha256 == _hash(text),
            ApiTokenRow.expires_at > moment,
            or_(ApiTokenRow.revoked_at.is_(None), ApiTokenRow.revoked_at > moment),
        )
    ).first()
    return None if row is None else _token(row)


def list_tokens(session: Session) -> list[Token]:
    """Return all tokens ever made, oldest first."""
    return [_token(row) for row in session.scalars(select(ApiTokenRow).order_by(ApiTokenRow.id))]


def revoke_token(session: Session, token_id: str, at: datetime) -> bool:
    """End a token; False when there is none, or it has ended already."""
    statement = update(ApiTokenRow).where(ApiTokenRow.id == token_id, ApiTokenRow.revoked_at.is_(None))
    found = session.execute(statement.values(revoked_at=iso(at)).returning(ApiTokenRow.id)).first()
    return found is not None


def _token(row: ApiTokenRow) -> Token:
    topics = None if row.topics is None else frozenset(parse(row.topics))
    return Token(row.id, row.purpose, row.unit_id, topics, row.expires_at, row.revoked_at)


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
