"""Statements that read history back: whole streams in order, heads, values, for verification and timelines."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import aliased

from engine.canonical import canonical, parse
from engine.store.base import Session
from engine.store.cases import CaseRow
from engine.store.conditions import Statement
from engine.store.events import EventRow, EventValueRow, StreamRow

_ROWS_AT_ONCE = 2000
CASE_PREFIX = "case:"
_HEAD = func.coalesce(StreamRow.head_seq, 0)

EVENT_COLUMNS = (
    EventRow.stream,
    EventRow.seq,
    EventRow.hash,
    EventRow.kind,
    EventRow.at,
    EventRow.actor_id,
    EventRow.body,
)
VALUE_COLUMNS = (
    EventValueRow.stream,
    EventValueRow.seq,
    EventValueRow.pointer,
    EventValueRow.before,
    EventValueRow.after,
    EventValueRow.salt,
    EventValueRow.erased_at,
)


def all_events(
    session: Session, streams: Iterable[str] | None, *, newest: int | None = None
) -> Generator[Any, None, None]:
    """Yield events by stream and seq, of these streams or all; read in portions, never all at once.

    newest: of each stream only so many, and the one before them; for streams that are no case's.
    """
    statement = select(*EVENT_COLUMNS).order_by(EventRow.stream, EventRow.seq)
    if streams is not None:
        statement = statement.where(EventRow.stream.in_(list(streams)))
    if newest is not None:
        statement = _up_to_head(statement, EventRow.stream).where(EventRow.seq >= _HEAD - newest)
    yield from _in_portions(session, statement)


def all_values(
    session: Session, streams: Iterable[str] | None, *, newest: int | None = None
) -> Generator[Any, None, None]:
    """Yield the values beside events, in the order of `all_events`."""
    statement = select(*VALUE_COLUMNS).order_by(EventValueRow.stream, EventValueRow.seq)
    if streams is not None:
        statement = statement.where(EventValueRow.stream.in_(list(streams)))
    if newest is not None:
        statement = _up_to_head(statement, EventValueRow.stream).where(EventValueRow.seq > _HEAD - newest)
    yield from _in_portions(session, statement)


def _up_to_head(statement: Statement, stream: Any) -> Statement:
    # A stream without a head is read whole: that it has none is then found.
    return statement.outerjoin(StreamRow, StreamRow.stream == stream)


def _in_portions(session: Session, statement: Statement) -> Generator[Any, None, None]:
    # Through the connection: there are no objects to load, and rows come a good deal faster.
    session.flush()
    with session.connection().execute(statement, execution_options={"yield_per": _ROWS_AT_ONCE}) as rows:
        yield from rows


def heads(session: Session, streams: Iterable[str] | None) -> dict[str, tuple[int, str]]:
    """Return stream -> (head seq, head hash) of cases and of every other stream."""
    of_cases = select(CaseRow.id, CaseRow.head_seq, CaseRow.head_hash)
    of_others = select(StreamRow.stream, StreamRow.head_seq, StreamRow.head_hash)
    if streams is not None:
        named = list(streams)
        of_cases = of_cases.where(CaseRow.id.in_([name.removeprefix(CASE_PREFIX) for name in named]))
        of_others = of_others.where(StreamRow.stream.in_(named))
    found = {CASE_PREFIX + row.id: (row.head_seq, row.head_hash) for row in session.execute(of_cases)}
    return found | {row.stream: (row.head_seq, row.head_hash) for row in session.execute(of_others)}


def head_hash(session: Session, case_id: str) -> str:
    """Return the hash of a case's last event, "" for a case that is not there."""
    return session.scalar(select(CaseRow.head_hash).where(CaseRow.id == case_id)) or ""


def streams_named(session: Session, names: Iterable[str]) -> dict[str, str]:
    """Return name -> stream for names of streams, ids of cases and numbers of cases; unknown ones are left out."""
    wanted = sorted(set(names))
    found = {name: name for name in session.scalars(select(StreamRow.stream).where(StreamRow.stream.in_(wanted)))}
    ids = [name.removeprefix(CASE_PREFIX) for name in wanted]
    cases = select(CaseRow.id, CaseRow.number).where(or_(CaseRow.id.in_(ids), CaseRow.number.in_(wanted)))
    for row in session.execute(cases):
        stream = CASE_PREFIX + row.id
        found |= {name: stream for name in (row.id, row.number, stream) if name in wanted}
    return found


def stream_events(session: Session, stream: str, *, before: int | None, limit: int) -> list[Any]:
    """Return the last events of a stream before a seq, oldest first."""
    newest = select(EventRow.seq).where(EventRow.stream == stream)
    if before is not None:
        newest = newest.where(EventRow.seq < before)
    chosen = newest.order_by(EventRow.seq.desc()).limit(limit).subquery()
    event = aliased(EventRow)
    statement = (
        select(event.seq, event.kind, event.at, event.actor_id, event.body)
        .join(chosen, and_(event.stream == stream, event.seq == chosen.c.seq))
        .order_by(event.seq)
    )
    return list(session.execute(statement))


def last_entered(session: Session, case_id: str, element_id: str) -> int | None:
    """Return the seq of the newest event of a case whose path entered an element."""
    entered = canonical([element_id, "entered"])
    statement = (
        select(EventRow.seq)
        # Exactly: LIKE would take case and wildcards its own way.
        .where(EventRow.stream == CASE_PREFIX + case_id, func.replace(EventRow.body, entered, "") != EventRow.body)
        .order_by(EventRow.seq.desc())
        .limit(1)
    )
    return session.scalars(statement).first()


def elements_entered(session: Session, case_id: str) -> set[str]:
    """Return the elements the path of a case has entered."""
    bodies = session.scalars(select(EventRow.body).where(EventRow.stream == CASE_PREFIX + case_id))
    return {step[0] for body in bodies for step in parse(body).get("path", ()) if step[1] == "entered"}


def stream_values(session: Session, stream: str, first_seq: int, last_seq: int, *, inputs: bool) -> list[Any]:
    """Return the values beside these events; what stands behind a `#` is no value of the case.

    inputs: also what a person handed in at each step (#input), and what decisions answered and why (#decision/N).
    """
    told = EventValueRow.pointer.not_like("#%")
    beside = or_(EventValueRow.pointer == "#input", EventValueRow.pointer.like("#decision/%"))
    statement = select(*VALUE_COLUMNS).where(
        EventValueRow.stream == stream,
        EventValueRow.seq.between(first_seq, last_seq),
        or_(told, beside) if inputs else told,
    )
    return list(session.execute(statement.order_by(EventValueRow.seq, EventValueRow.pointer)))


def every_value(session: Session, stream: str, first_seq: int, last_seq: int) -> list[Any]:
    """Return all values beside these events, what stands behind a `#` as well."""
    statement = select(*VALUE_COLUMNS).where(
        EventValueRow.stream == stream, EventValueRow.seq.between(first_seq, last_seq)
    )
    return list(session.execute(statement.order_by(EventValueRow.seq, EventValueRow.pointer)))


def accesses(session: Session, ids: Iterable[str], limit: int) -> list[Any]:
    """Return the newest access events whose body names one of these ids, newest first."""
    named = or_(*(EventRow.body.contains(one, autoescape=True) for one in ids))
    within = and_(EventRow.stream >= "access:", EventRow.stream < "access;")
    statement = select(*EVENT_COLUMNS).where(within, named).order_by(EventRow.at.desc()).limit(limit)
    return list(session.execute(statement))
