"""What the platform is set to, as events: one at each start that finds something else than the last one said."""

from __future__ import annotations

from collections.abc import Mapping

from engine.canonical import parse
from engine.history.chain import append_event
from engine.model import Actor
from engine.store.base import Session, writing
from engine.store.events import lock_stream, read_stream

STREAM = "settings"


def record_settings(session: Session, told: Mapping[str, str], *, actor: Actor) -> dict[str, str]:
    """Record settings that differ from the last recorded ones; nothing is written where none does.

    told: name -> text, of what is not left at its default, secrets already masked. In a transaction of its own, one
    start at a time. Returns name -> "before → after", "–" standing for the default.
    """
    with writing(session):
        lock_stream(session, STREAM)
        recorded = read_stream(session, STREAM)
        before: dict[str, str] = parse(recorded[-1].body)["settings"] if recorded else {}
        changed = {
            name: f"{before.get(name, '–')} → {told.get(name, '–')}"
            for name in sorted({*before, *told})
            if before.get(name) != told.get(name)
        }
        if changed:
            body = {"changed": changed, "settings": dict(told)}
            append_event(session, STREAM, kind="settings-changed", actor=actor, body=body)
    return changed
