"""What happened, append-only and chained; and the erasable values beside it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import ForeignKeyConstraint, String, Text, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.store import driver
from engine.store.base import Base


class EventRow(Base):
    """One event of one stream; `hash` = that of prev hash + canonical body, SHA-256 or SM3.

    Streams: case:<id>, register:<name>, artifacts, organisation, access:<unit id>:<day>. `seq` counts from 1
    without gaps. `body` is the canonical JSON text the hash was taken over; kind, at, actor_id and case_id
    repeat parts of it for questions and are checked against it by `verify`.
    """

    __tablename__ = "events"
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
    the name of an input (`#input`). Body keeps the hash of salt, pointer, before and after.
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


class LinkColumns(Protocol):
    """What `insert_event` writes; see `engine.history.chain.Link`."""

    @property
    def stream(self) -> str: ...
    @property
    def seq(self) -> int: ...
    @property
    def hash(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def at(self) -> str: ...
    @property
    def actor_id(self) -> str | None: ...
    @property
    def body(self) -> str: ...


class CommitmentColumns(Protocol):
    """What `insert_event_values` writes; see `engine.history.chain.Commitment`."""

    @property
    def pointer(self) -> str: ...
    @property
    def before(self) -> str | None: ...
    @property
    def after(self) -> str | None: ...
    @property
    def salt(self) -> str: ...


_ADVANCE = text(
    "INSERT INTO streams (stream, head_seq, head_hash) VALUES (:stream, 1, '') "
    "ON CONFLICT (stream) DO UPDATE SET head_seq = streams.head_seq + 1 RETURNING head_seq, head_hash"
)
_HEAD = text("UPDATE streams SET head_hash = :hash WHERE stream = :stream")
_EVENT_NAMES = ("stream", "seq", "hash", "kind", "at", "actor_id", "body")
_EVENT = driver.insertion("events", _EVENT_NAMES)
_VALUE = driver.insertion("event_values", ("stream", "seq", "pointer", "before", "after", "salt"))
_BY_SYSTEM_CLOCK = text("""SELECT 1 FROM events WHERE body NOT LIKE '%"clock":"set"%' LIMIT 1""")


def advance_stream(session: Session, stream: str) -> tuple[int, str]:
    """Take the next seq of a stream and lock its row; returns (seq, hash of the event before)."""
    row = session.execute(_ADVANCE, {"stream": stream}).one()
    return row.head_seq, row.head_hash


def lock_stream(session: Session, stream: str) -> int:
    """Lock a stream's row until the transaction ends and return its head's seq, 0 when nothing happened yet."""
    row = session.execute(select(StreamRow.head_seq).where(StreamRow.stream == stream).with_for_update()).first()
    return row.head_seq if row else 0


def stream_seq(session: Session, stream: str) -> int:
    """Return the seq of a stream's head, 0 when nothing happened yet."""
    return session.scalar(select(StreamRow.head_seq).where(StreamRow.stream == stream)) or 0


def set_stream_head(session: Session, stream: str, head_hash: str) -> None:
    """Record the hash of the event just written."""
    session.execute(_HEAD, {"stream": stream, "hash": head_hash})


def insert_event(session: Session, link: LinkColumns) -> None:
    """Insert one event row."""
    driver.write(session, _EVENT, {name: getattr(link, name) for name in _EVENT_NAMES})


def insert_event_values(session: Session, stream: str, seq: int, values: Iterable[CommitmentColumns]) -> None:
    """Insert the values an event commits to; one statement however many."""
    rows = [
        {"stream": stream, "seq": seq, "pointer": v.pointer, "before": v.before, "after": v.after, "salt": v.salt}
        for v in values
    ]
    if rows:
        driver.write(session, _VALUE, rows)


def has_system_events(session: Session) -> bool:
    """Say whether any event was written by the system's clock."""
    return session.execute(_BY_SYSTEM_CLOCK).first() is not None


_STREAM = text("SELECT seq, hash, kind, at, actor_id, body FROM events WHERE stream = :stream ORDER BY seq")
_CASES = text("SELECT stream FROM events WHERE seq = 1 AND stream LIKE :prefix ORDER BY stream")
_INPUTS = text(
    "SELECT seq, after FROM event_values WHERE stream = :stream AND pointer = '#input' AND erased_at IS NULL"
)


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """One event of a stream as stored."""

    seq: int
    hash: str
    kind: str
    at: str
    actor_id: str | None
    body: str


def case_ids(session: Session) -> list[str]:
    """Return the ids of all cases that have events, oldest first."""
    rows = session.execute(_CASES, {"prefix": "case:%"})
    return [row.stream.removeprefix("case:") for row in rows]


def read_stream(session: Session, stream: str) -> list[StoredEvent]:
    """Return every event of a stream in order."""
    return [StoredEvent(*row) for row in session.execute(_STREAM, {"stream": stream})]


def read_inputs(session: Session, stream: str) -> dict[int, str]:
    """Return the recorded input text of every event that has one and was not erased, by seq."""
    return {row.seq: row.after for row in session.execute(_INPUTS, {"stream": stream})}
