"""Tables of credentials and sign-ins; they hang on the engine's metadata and name people by `user_id`."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.base import Base


class AccountRow(Base):
    """One login. `session_version` is raised to end every sign-in of the account at once."""

    __tablename__ = "accounts"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    login: Mapped[str] = mapped_column(String(100), unique=True)
    user_id: Mapped[str] = mapped_column(String(36), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    password_hash: Mapped[str] = mapped_column(String(300))
    must_change: Mapped[bool] = mapped_column(default=False)
    session_version: Mapped[int] = mapped_column(default=1)
    language: Mapped[str | None] = mapped_column(String(8))
    theme: Mapped[str | None] = mapped_column(String(8))
    created_at: Mapped[str] = mapped_column(String(27))
    disabled_at: Mapped[str | None] = mapped_column(String(27))


class SignInRow(Base):
    """One sign-in; the browser holds the token, the database its SHA-256 only."""

    __tablename__ = "sign_ins"
    __table_args__ = (Index("ix_sign_ins_account", "account_id", "started_at"),)

    token_sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    session_version: Mapped[int]
    started_at: Mapped[str] = mapped_column(String(27))
    ended_at: Mapped[str | None] = mapped_column(String(27))
    ip: Mapped[str | None] = mapped_column(String(45))


class AttemptRow(Base):
    """Wrong passwords in a row, counted by the name typed, so that unknown names lock like known ones."""

    __tablename__ = "sign_in_attempts"

    login: Mapped[str] = mapped_column(String(100), primary_key=True)
    failed: Mapped[int]
    last_at: Mapped[str] = mapped_column(String(27), index=True)
    locked_until: Mapped[str | None] = mapped_column(String(27))


class ApiTokenRow(Base):
    """One token of another system, which holds the secret; here is its SHA-256. `topics`: JSON list, null for all."""

    __tablename__ = "api_tokens"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    token_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    purpose: Mapped[str] = mapped_column(String(200))
    unit_id: Mapped[str] = mapped_column(ForeignKey("units.id"))
    topics: Mapped[str | None] = mapped_column(Text)
    created_by: Mapped[str] = mapped_column(String(36))
    created_at: Mapped[str] = mapped_column(String(27))
    expires_at: Mapped[str] = mapped_column(String(27))
    revoked_at: Mapped[str | None] = mapped_column(String(27))
