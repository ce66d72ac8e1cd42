"""Seal what happened: put every event without a leaf into the tree and sign the head.

Events are found by what has no leaf, never by "newer than the last": commits come in another order than numbers. No
case is locked: the events are read first, and the writing transaction only adds leaves and a head.
"""

from __future__ import annotations

from typing import Any

from engine.canonical import canonical, iso, parse
from engine.clock import now
from engine.history.choice import hash_of
from engine.history.hashing import SHA256, Hash
from engine.history.heads import Head, Keys, read_head
from engine.history.merkle import Tree, leaf_hash
from engine.store import seals as store
from engine.store.base import Session, writing

# One head covers at most so many new events, which bounds how long a writer may wait for the sealer on SQLite.
AT_ONCE = 5000


def leaf_of(stream: str, seq: int, event_hash: str, by: Hash = SHA256) -> bytes:
    """Return the leaf of an event: its place and its hash, a line each."""
    return leaf_hash(f"{stream}\n{seq}\n{event_hash}".encode(), by)


def seal(session: Session, keys: Keys, *, at_once: int = AT_ONCE) -> list[Head]:
    """Seal until nothing is left unsealed, each head in a transaction of its own; returns the heads made.

    Another sealer meanwhile costs nothing: who comes second leaves the rest to the next time. Raises ValueError when
    the newest seal is not what was signed: nothing is built on an altered tree.
    """
    made: list[Head] = []
    while True:
        before = store.last(session)
        events = store.unsealed(session, at_once)
        session.rollback()
        if not events:
            return made
        with writing(session):
            store.lock(session)
            if store.last(session) != before:
                return made
            head = _add(session, keys, before, events)
        made.append(head)


def _add(session: Session, keys: Keys, before: Any, events: list[Any]) -> Head:
    by = hash_of(session)
    tree, number, prev = Tree(by=by), 1, ""
    if before is not None:
        signed = read_head(before.line)
        if signed is None or not signed.is_signed() or signed.key not in keys.known():
            raise ValueError("the newest seal carries no signature of ours")
        if signed.algorithm != by.name:
            raise ValueError("the newest seal was made with another hash than the database's")
        tree = Tree(signed.size, (bytes.fromhex(part) for part in parse(before.edge)), by)
        if tree.root.hex() != signed.root:
            raise ValueError("the newest seal's edge is not that of the tree it signs")
        number, prev = signed.number + 1, signed.hash
    first = tree.size
    for event in events:
        tree.append(leaf_of(event.stream, event.seq, event.hash, by))
    head = keys.sign(number, iso(now(session)), tree.size, tree.root.hex(), prev, by.name)
    store.add(session, number, head.line, canonical([part.hex() for part in tree.edge]), first, events)
    return head


def heads(session: Session) -> list[Head]:
    """Return every head in order; lines that are none are left out (`check_seals` tells of them)."""
    return [head for row in store.lines(session) if (head := read_head(row.line)) is not None]
