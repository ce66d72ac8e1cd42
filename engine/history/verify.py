"""Prove that nothing recorded was altered: recompute every hash, and say where the first break is.

Found are: an event changed, put in, left out or moved; columns that no longer say what the body says; a value
that is not the one committed to; a head that is not the last event. A value that was erased is counted, not a
break. What this cannot find is a chain rewritten whole with its head: that takes an anchored head.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from itertools import groupby
from typing import Any

from engine.canonical import parse
from engine.errors import NotFound
from engine.history.chain import chained, committed_hash
from engine.history.choice import hash_of
from engine.history.hashing import Hash
from engine.model import Verification
from engine.store import history_reads as store
from engine.store.base import Session


def verify(session: Session, names: Sequence[str] | None = None, *, newest: int | None = None) -> Verification:
    """Check all streams, or those named by stream, case id or case number; raises NotFound for an unknown name.

    Reads everything once, in portions. first_bad is the first break by stream and seq: {"stream", "case", "seq",
    "why"}; case is null for streams that are no case's. Everything is counted even after a break. newest: read at most
    so many events, an even share of each stream's newest; for streams that are no case's.
    """
    streams = None if names is None else streams_of(session, names)
    heads = store.heads(session, streams)
    found, share = (
        _Found(hash_of(session)),
        None if newest is None else _share([seq for seq, _ in heads.values()], newest),
    )
    with (
        closing(store.all_events(session, streams, newest=share)) as events,
        closing(store.all_values(session, streams, newest=share)) as beside,
    ):
        values = _Values(beside)
        for stream, rows in groupby(events, key=lambda row: row.stream):
            _check_stream(found, stream, rows, values, heads.pop(stream, None), share)
    for stream, (seq, _) in sorted(heads.items()):
        found.streams += 1
        found.bad(stream, seq, f"the head says {seq} events and there are none")
    if values.left_over:
        found.bad(values.left_over[0], values.left_over[1], "values beside an event that does not exist")
    return Verification(
        ok=found.first_bad is None,
        streams=found.streams,
        cases=found.cases,
        events=found.events,
        erased=found.erased,
        first_bad=found.first_bad,
        older=found.older,
    )


def _share(sizes: list[int], most: int) -> int | None:
    """Return how many events of each stream make `most` together, one at least; None where all of them do."""
    for place, size in enumerate(sorted(sizes)):
        even = max(1, most // (len(sizes) - place))
        if size > even:
            return even
        most -= size
    return None


class _Found:
    """What was counted, and the first break; `by` is the hash all of it is made with."""

    def __init__(self, by: Hash) -> None:
        self.by = by
        self.streams = self.cases = self.events = self.erased = self.older = 0
        self.first_bad: dict[str, Any] | None = None

    def bad(self, stream: str, seq: int, why: str) -> None:
        if self.first_bad is None:
            case = stream.removeprefix(store.CASE_PREFIX) if stream.startswith(store.CASE_PREFIX) else None
            self.first_bad = {"stream": stream, "case": case, "seq": seq, "why": why}


class _Values:
    """Walks along the values in step with the events; both come in the database's one order."""

    def __init__(self, rows: Iterator[Any]) -> None:
        self._rows = rows
        self._next = next(rows, None)

    def of(self, stream: str, seq: int) -> list[Any]:
        """Take the values of one event; those of events before it that are not there are passed over."""
        taken = []
        row = self._next
        while row is not None and row.stream == stream and row.seq <= seq:
            if row.seq == seq:
                taken.append(row)
            row = next(self._rows, None)
        self._next = row
        return taken

    def rest_of(self, stream: str) -> list[Any]:
        """Take what is left of a stream after its last event."""
        taken = []
        while self._next is not None and self._next.stream == stream:
            taken.append(self._next)
            self._next = next(self._rows, None)
        return taken

    @property
    def left_over(self) -> tuple[str, int] | None:
        return None if self._next is None else (self._next.stream, self._next.seq)


def _check_stream(
    found: _Found,
    stream: str,
    rows: Iterator[Any],
    values: _Values,
    head: tuple[int, str] | None,
    share: int | None,
) -> None:
    found.streams += 1
    found.cases += stream.startswith(store.CASE_PREFIX)
    older = max(0, head[0] - share) if head and share is not None else 0
    found.older += older
    expected, last_hash = max(1, older), ""
    for row in rows:
        if row.seq == older:
            # The one before the newest: only its hash is needed, to check the first of them.
            expected, last_hash = row.seq + 1, row.hash
            continue
        found.events += 1
        if row.seq != expected:
            found.bad(stream, expected, f"event {expected} is missing, {row.seq} comes next")
        elif chained(last_hash, row.body, found.by) != row.hash:
            found.bad(stream, row.seq, "the hash does not follow from the event before and the body")
        body = _body(row.body)
        why = _columns_differ(row, body)
        if why:
            found.bad(stream, row.seq, why)
        why = _values_differ(found, body.get("values", []), values.of(stream, row.seq))
        if why:
            found.bad(stream, row.seq, why)
        expected, last_hash = row.seq + 1, row.hash
    if head is None:
        found.bad(stream, expected - 1, "no head: the case or stream itself is gone")
    elif head != (expected - 1, last_hash):
        found.bad(
            stream, min(head[0], expected - 1) + 1, f"the head is event {head[0]}, the last event is {expected - 1}"
        )
    if values.rest_of(stream):
        found.bad(stream, expected, "values beside an event that does not exist")


def _body(text: str) -> dict[str, Any]:
    try:
        body = parse(text)
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def _columns_differ(row: Any, body: dict[str, Any]) -> str | None:
    who = body.get("who")
    said = (body.get("stream"), body.get("seq"), body.get("kind"), body.get("at"))
    if said != (row.stream, row.seq, row.kind, row.at):
        return "stream, seq, kind or time beside the body are not those in it"
    if ((who.get("id") if isinstance(who, dict) else None) or None) != (row.actor_id or None):
        return "the actor beside the body is not the one in it"
    return None


def _values_differ(found: _Found, committed: list[list[str]], rows: list[Any]) -> str | None:
    kept = {row.pointer: row for row in rows}
    for pointer, expected in committed:
        row = kept.pop(pointer, None)
        if row is None or row.erased_at is not None:
            # Erased here, or left out of a copy: the commitment stays, the value is gone.
            found.erased += 1
            if row is not None and (row.before is not None or row.after is not None):
                return f"the value at {pointer} says erased and is still there"
        elif committed_hash(row.salt, pointer, row.before, row.after, found.by) != expected:
            return f"the value at {pointer} was altered"
    return f"the event never committed to a value at {next(iter(kept))}" if kept else None


def streams_of(session: Session, names: Sequence[str]) -> list[str]:
    """Return the streams that these names, ids or numbers stand for; raises NotFound for an unknown one."""
    found = store.streams_named(session, names)
    unknown = next((name for name in names if name not in found), None)
    if unknown is not None:
        raise NotFound(what="stream", id=unknown)
    return sorted(set(found.values()))
