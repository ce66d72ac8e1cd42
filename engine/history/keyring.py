"""Replace the key that signs heads: an event signed by the old key and the new one."""

from __future__ import annotations

from dataclasses import asdict

from engine.canonical import iso, parse
from engine.clock import now
from engine.history.chain import append_event
from engine.history.heads import Keys, Rotation
from engine.model import Actor
from engine.store.base import Session, writing
from engine.store.events import read_stream

STREAM = "keys"
_KIND = "key-rotated"


def rotate(session: Session, keys: Keys, *, actor: Actor, reason: str = "") -> Rotation:
    """Record that a new key follows the one in use, then put it in use; the old public key stays known.

    In a transaction of its own. Broken off after it, the old key goes on signing, and the next rotation starts from it.
    """
    with writing(session):
        at = now(session)
        rotation = keys.prepare(iso(at))
        # The event's own time is the one both keys signed.
        append_event(session, STREAM, kind=_KIND, actor=actor, body={**asdict(rotation), "note": reason}, at=at)
    keys.activate(rotation)
    return rotation


def rotations(session: Session) -> list[Rotation]:
    """Return every rotation recorded, oldest first; whether both keys signed is the reader's to check."""
    names = ("old", "new", "at", "old_signature", "new_signature")
    found = (parse(event.body) for event in read_stream(session, STREAM) if event.kind == _KIND)
    return [Rotation(*(str(body.get(name, "")) for name in names)) for body in found]
