"""What happened, append-only and chained; and the erasable values beside it."""

from __future__ import annotations

from sqlalchemy import ForeignKeyConstraint, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.base import Base


class EventRow(Base):
    """One event of one stream; `hash` = SHA-256(prev hash + canonical body).

    Streams: case:<id>, register:<name>, artifacts, organisation, access:<unit id>:<day>. `seq` counts from 1
    without gaps. `body` is the canonical JSON text the hash was taken over; kind, at, actor_id and case_id
    repeat parts of it for indexes and are checked against it by `verify`.
    """

    __tablename__ = "events"
    __table_args__ = (Index("ix_events_kind", "kind", "at"),)

    stream: Mapped[str] = mapped_column(String(120), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    hash: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(40))
    at: Mapped[str] = mapped_column(String(27))
    actor_id: Mapped[str | None] = mapped_column(String(36))
    body: Mapped[str] = mapped_column(Text)


class EventValueRow(Base):
    """Values an event committed to by salted hash; erasable without touching the chain.

    `before` and `after` are JSON text, null when absent; `pointer` is the JSON pointer of the change, or
    the name of an input (`#input`). Body keeps sha256(salt + pointer + before + after).
    """

    __tablename__ = "event_values"
    __table_args__ = (ForeignKeyConstraint(["stream", "seq"], ["events.stream", "events.seq"]),)

    stream: Mapped[str] = mapped_column(String(120), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    pointer: Mapped[str] = mapped_column(String(500), primary_key=True)
    before: Mapped[str | None] = mapped_column(Text)
    after: Mapped[str | None] = mapped_column(Text)
    salt: Mapped[str] = mapped_column(String(32))
    erased_at: Mapped[str | None] = mapped_column(String(27))


class StreamRow(Base):
    """The head of every stream that is not a case (a case's head is in its own row)."""

    __tablename__ = "streams"

    stream: Mapped[str] = mapped_column(String(120), primary_key=True)
    head_seq: Mapped[int]
    head_hash: Mapped[str] = mapped_column(String(64))
