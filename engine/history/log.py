"""The operation log: what was done outside cases, read from the same chained streams everything is written to.

It is kept as books: what was published, who may do what, the registers, who signed in or looked, the keys that sign
the history, and what the platform is set to. Cases have their own history.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from engine.canonical import from_iso, iso, parse
from engine.errors import NotFound
from engine.store import log_reads as store
from engine.store.base import Session

# Name of a book -> the first stream of it, and the first that is not of it any more.
_BOOKS = {
    "artifacts": ("artifacts", "artifacts;"),
    "organisation": ("organisation", "organisation;"),
    "registers": ("register:", "register;"),
    "access": ("access:", "access;"),
    "keys": ("keys", "keys;"),
    "settings": ("settings", "settings;"),
}
BOOKS = tuple(_BOOKS)
_EVERYWHERE = frozenset({"stream", "seq", "kind", "at", "clock", "who", "engine_semantics", "values"})


@dataclass(frozen=True, slots=True)
class Entry:
    """One event outside cases; `fields` are the members of its body that only this kind has."""

    stream: str
    seq: int
    hash: str
    kind: str
    at: datetime
    who: Mapping[str, Any]
    fields: Mapping[str, Any]

    @property
    def place(self) -> tuple[str, str, int]:
        """The key to go on from: (at, stream, seq)."""
        return iso(self.at), self.stream, self.seq


def streams_of(session: Session, book: str, day: date | None = None) -> list[str]:
    """Return the streams of a book by name; the book `access` is one stream a unit and day: those of `day`.

    Raises NotFound for an unknown book.
    """
    if book not in _BOOKS:
        raise NotFound(what="log", id=book)
    first, last = _BOOKS[book]
    return store.streams_between(session, first, last, f":{day.isoformat()}" if day and book == "access" else "")


def entries(
    session: Session,
    book: str,
    *,
    day: date | None = None,
    kinds: Collection[str] = (),
    containing: str = "",
    before: tuple[str, str, int] | None = None,
    limit: int = 50,
) -> list[Entry]:
    """Return what a book says, newest first; `before` is the place of an entry to go on from.

    day: for the book `access` only. kinds: only these kinds. containing: text in the entry, names of posts too.
    """
    streams = streams_of(session, book, day)
    rows = store.newest(session, streams, kinds=kinds, containing=containing, before=before, limit=limit)
    return [_entry(row) for row in rows]


def _entry(row: Any) -> Entry:
    body: dict[str, Any] = parse(row.body)
    fields = {name: value for name, value in body.items() if name not in _EVERYWHERE}
    return Entry(row.stream, row.seq, row.hash, row.kind, from_iso(row.at), body.get("who") or {}, fields)
