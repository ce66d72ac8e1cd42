"""The tree over all events and its signed heads: what was sealed, in which order, and what is not yet."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Sequence
from typing import Any

from sqlalchemy import String, Text, UniqueConstraint, and_, func, insert, or_, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.store.base import Base
from engine.store.events import EventRow

_ROWS_AT_ONCE = 5000
_LARGEST = 2**31 - 1


class SealLeafRow(Base):
    """One event in the tree: its place from 0, and the hash it had when it was put there."""

    __tablename__ = "seal_leaves"
    __table_args__ = (UniqueConstraint("stream", "seq"),)

    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    stream: Mapped[str] = mapped_column(String(120))
    seq: Mapped[int]
    hash: Mapped[str] = mapped_column(String(64))


class SealRow(Base):
    """One signed head: `line` is what was published; `edge` the subtrees the next leaf is added to, JSON."""

    __tablename__ = "seals"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    line: Mapped[str] = mapped_column(Text)
    edge: Mapped[str] = mapped_column(Text)


_JOINED = and_(SealLeafRow.stream == EventRow.stream, SealLeafRow.seq == EventRow.seq)


# Events of a stream are committed in order and put into the tree in order, so what is sealed of it is its beginning:
# a head beyond the last leaf says that there is something to seal. Reads a row per stream instead of one per event.
_BEHIND = text("""
    WITH heads AS (
        SELECT 'case:' || id AS stream, head_seq FROM cases UNION ALL SELECT stream, head_seq FROM streams
    ), sealed AS (
        SELECT stream, head_seq,
            COALESCE((SELECT MAX(seq) FROM seal_leaves l WHERE l.stream = heads.stream), 0) AS seq
        FROM heads
    )
    SELECT stream, seq FROM sealed WHERE head_seq > seq ORDER BY stream LIMIT :most
""")
_AFTER = text("SELECT stream, seq, hash FROM events WHERE stream = :stream AND seq > :seq ORDER BY seq LIMIT :most")


def unsealed(session: Session, limit: int) -> list[Any]:
    """Return (stream, seq, hash) of events after the last leaf of their stream, by stream and seq; takes no lock."""
    found: list[Any] = []
    for stream, seq in session.execute(_BEHIND, {"most": limit}).all():
        found.extend(session.execute(_AFTER, {"stream": stream, "seq": seq, "most": limit - len(found)}))
        if len(found) == limit:
            break
    return found


def count_unsealed(session: Session) -> int:
    """Return how many events have no leaf, whatever the heads of their streams say; reads every event."""
    statement = select(func.count()).select_from(EventRow).join(SealLeafRow, _JOINED, isouter=True)
    return session.scalar(statement.where(SealLeafRow.position.is_(None))) or 0


def lock(session: Session) -> None:
    """Let one sealer write at a time; nobody else ever waits for it."""
    if session.connection().dialect.name == "postgresql":
        session.execute(text("LOCK TABLE seals IN SHARE ROW EXCLUSIVE MODE"))


def last(session: Session) -> Any:
    """Return (number, line, edge) of the newest seal, or None."""
    statement = select(SealRow.number, SealRow.line, SealRow.edge).order_by(SealRow.number.desc()).limit(1)
    return session.execute(statement).first()


def lines(session: Session) -> list[Any]:
    """Return (number, line) of every seal in order."""
    return list(session.execute(select(SealRow.number, SealRow.line).order_by(SealRow.number)))


def some_lines(session: Session, *, before: int | None, limit: int) -> list[Any]:
    """Return (number, line) of seals below a number, newest first."""
    statement = select(SealRow.number, SealRow.line).order_by(SealRow.number.desc()).limit(limit)
    if before is not None:
        # Anybody may ask for any number; the databases take only so large a one.
        statement = statement.where(SealRow.number < min(max(before, 0), _LARGEST))
    return list(session.execute(statement))


def event_hash(session: Session, stream: str, seq: int) -> str | None:
    """Return the hash of one event."""
    return session.scalar(select(EventRow.hash).where(EventRow.stream == stream, EventRow.seq == seq))


def add(session: Session, number: int, line: str, edge: str, first: int, events: Sequence[Any]) -> None:
    """Write a seal and the leaves it adds, from this position on."""
    rows = [
        {"position": position, "stream": event.stream, "seq": event.seq, "hash": event.hash}
        for position, event in enumerate(events, first)
    ]
    session.execute(insert(SealLeafRow), rows)
    session.execute(insert(SealRow), [{"number": number, "line": line, "edge": edge}])


def leaves(session: Session) -> Generator[Any, None, None]:
    """Yield (position, stream, seq, hash) in the order of the tree, read in portions."""
    columns = (SealLeafRow.position, SealLeafRow.stream, SealLeafRow.seq, SealLeafRow.hash)
    statement = select(*columns).order_by(SealLeafRow.position)
    with session.connection().execute(statement, execution_options={"yield_per": _ROWS_AT_ONCE}) as rows:
        yield from rows


def first_changed(session: Session, streams: Iterable[str] | None) -> Any:
    """Return (stream, seq, hash) of the first sealed event that is gone or has another hash (null when gone)."""
    statement = (
        select(SealLeafRow.stream, SealLeafRow.seq, EventRow.hash)
        .join(EventRow, _JOINED, isouter=True)
        .where(or_(EventRow.hash.is_(None), EventRow.hash != SealLeafRow.hash))
        .order_by(SealLeafRow.stream, SealLeafRow.seq)
        .limit(1)
    )
    if streams is not None:
        statement = statement.where(SealLeafRow.stream.in_(list(streams)))
    return session.execute(statement).first()
