"""The replay of a case as rows of a table: every event in words, with what it changed as the forms say it."""

from __future__ import annotations

from engine.history.timeline import timeline
from engine.model import TimelineEntry
from webapp.replaying import Shot
from webapp.story import Happened, tell, undone

Row = tuple[TimelineEntry, Happened | None]


def rows_until(shot: Shot, first: int) -> list[Row]:
    """Tell the events from `first` to a moment, newest first; nothing is told of what only saved a draft."""
    seq, after = shot.moment.seq, shot.moment.values
    names = {element.id: element.name for element in shot.bundle.program.elements.values()}
    found = timeline(
        shot.past.session, shot.past.case.id, names=names, before=seq + 1, limit=seq + 1 - first, inputs=True
    )
    rows: list[Row] = []
    for entry in reversed(found):
        rows.append((entry, next(iter(tell([entry], after, shot.reader)), None)))
        after = undone(after, entry.changes)
    return rows
