"""The life of one field of a case: every value it had, who gave it, and who looked at what is personal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from engine.errors import NotFound
from engine.history.moments import lives_of
from engine.history.timeline import accesses
from engine.model import TimelineEntry
from webapp.formfiles import FormFile
from webapp.replaying import Past, Shot
from webapp.story import what_was_done, who_did


@dataclass(frozen=True)
class Life:
    """One change of a field, as its form says it."""

    seq: int
    at: datetime
    who: str
    what: str
    rows: list[tuple[str, str, str]]
    erased: bool


@dataclass(frozen=True)
class Field:
    """A field's label and its changes, newest last; looked: who opened what of the case, for auditors only."""

    label: str
    lives: list[Life]
    looked: list[TimelineEntry] | None


def field_of(past: Past, pointer: str) -> Field:
    """Tell the life of the field at a pointer of the case's values; raises NotFound where the reader may not see it."""
    shot = past.shot(past.last)
    file, inner, label = _place(shot, pointer)
    by_seq = {entry.seq: entry for entry in past.entries}
    lives = []
    for seq, before, after, erased in lives_of(past.session, past.case.id, pointer, past.last):
        found = file.form().changes(file.data(before), file.data(after), ports=past.ports)
        rows = [
            (name, was, now)
            for name, was, now, at in found
            if (at == inner or at.startswith(f"{inner}/")) and past.sight.sees(file, at)
        ]
        entry = by_seq[seq]
        if rows or erased:
            lives.append(Life(seq, entry.at, who_did(entry), what_was_done(entry), rows, erased))
    looked = None
    if past.sight.everything:
        looked = accesses(past.session, [past.case.id, *(task.id for task in past.tasks)], pointer=inner)
    return Field(label, lives, looked)


def _place(shot: Shot, pointer: str) -> tuple[FormFile, str, str]:
    for file in shot.files:
        root = f"/{file.variable}" if file.variable else ""
        if root and not pointer.startswith(f"{root}/"):
            continue
        inner = pointer.removeprefix(root)
        general = "/".join("*" if part.isdigit() else part for part in inner.split("/"))
        label = file.form().titles().get(general)
        if label is not None and shot.past.sight.sees(file, inner):
            return file, inner, label
    raise NotFound(what="field", id=pointer)
