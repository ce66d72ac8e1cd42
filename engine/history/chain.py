"""Append events: the hash chain of a stream and the salted commitments to values.

A case's head lives in its row, so `step` calls `link` and writes the event itself; every other stream goes
through `append_event`. Nobody else writes events.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from engine.canonical import canonical, from_iso, iso
from engine.clock import clock_of
from engine.history.choice import hash_of
from engine.history.diff import ABSENT, Change
from engine.history.hashing import SHA256, Hash
from engine.model import Actor, Event
from engine.store import events as store
from engine.store.base import Session

ENGINE_SEMANTICS = 4


class Link(NamedTuple):
    """One event ready to be written: the columns of `events`, body as canonical text."""

    stream: str
    seq: int
    hash: str
    kind: str
    at: str
    actor_id: str | None
    body: str


class Commitment(NamedTuple):
    """One value an event commits to: the columns of `event_values`; `hash` goes into the body."""

    pointer: str
    before: str | None
    after: str | None
    salt: str
    hash: str


def append_event(
    session: Session,
    stream: str,
    *,
    kind: str,
    actor: Actor,
    body: Mapping[str, Any],
    values: Iterable[Change] = (),
    at: datetime | None = None,
) -> Event:
    """Write the next event of a stream that is not a case, and move the stream's head.

    body: JSON members beside those every event has (stream, seq, kind, at, clock, who, engine_semantics).
    values: erasable parts; the body gets `values`: [[pointer, salted hash], …].
    Holds the stream's row lock until the transaction ends. Three statements, four with values.
    """
    clock = clock_of(session)
    moment = at or clock.now()
    seq, prev_hash = store.advance_stream(session, stream)
    by = hash_of(session)
    commitments = [commitment(change, by) for change in values]
    link_ = link(
        stream,
        seq,
        prev_hash,
        by=by,
        kind=kind,
        at=moment,
        clock_kind=clock.kind,
        actor=actor,
        body=body,
        values=commitments,
    )
    write(session, link_, commitments)
    store.set_stream_head(session, stream, link_.hash)
    return Event(stream, seq, link_.hash, kind, from_iso(link_.at), link_.actor_id, {**body})


def link(
    stream: str,
    seq: int,
    prev_hash: str,
    *,
    by: Hash,
    kind: str,
    at: datetime,
    clock_kind: str,
    actor: Actor,
    body: Mapping[str, Any],
    values: Iterable[Commitment] = (),
) -> Link:
    """Build the event after `prev_hash`: canonical body, and `chained` for its hash."""
    moment = iso(at)
    whole: dict[str, Any] = {
        **body,
        "stream": stream,
        "seq": seq,
        "kind": kind,
        "at": moment,
        "clock": clock_kind,
        "who": who(actor),
        "engine_semantics": ENGINE_SEMANTICS,
    }
    committed = [[commitment.pointer, commitment.hash] for commitment in values]
    if committed:
        whole["values"] = committed
    text = canonical(whole)
    return Link(stream, seq, chained(prev_hash, text, by), kind, moment, actor.user_id, text)


def write(session: Session, link_: Link, commitments: Iterable[Commitment]) -> None:
    """Insert one event and the values it commits to."""
    store.insert_event(session, link_)
    store.insert_event_values(session, link_.stream, link_.seq, commitments)


def who(actor: Actor) -> dict[str, Any]:
    """Say who acted, as every event body does; absent members are left out."""
    told = {
        "id": actor.user_id,
        "name": actor.name,
        "unit": actor.unit_id,
        "unit_name": actor.unit_name,
        "unit_path": actor.unit_path,
        "on_behalf_of": actor.on_behalf_of,
        "on_behalf_name": actor.on_behalf_name,
        "via": actor.via,
        "ip": actor.ip,
    }
    return {key: value for key, value in told.items() if value}


def chained(prev_hash: str, body: str, by: Hash = SHA256) -> str:
    """Return the hash of an event body that follows `prev_hash` ("" for the first)."""
    return by.hex(prev_hash + body)


def commitment(change: Change, by: Hash) -> Commitment:
    """Commit to one change with a fresh 128-bit salt."""
    before = None if change.before is ABSENT else canonical(change.before)
    after = None if change.after is ABSENT else canonical(change.after)
    salt = secrets.token_hex(16)
    return Commitment(change.pointer, before, after, salt, committed_hash(salt, change.pointer, before, after, by))


def committed_hash(salt: str, pointer: str, before: str | None, after: str | None, by: Hash = SHA256) -> str:
    """Return the hash of the canonical JSON array [salt, pointer, before text, after text]."""
    return by.hex(canonical([salt, pointer, before, after]))
