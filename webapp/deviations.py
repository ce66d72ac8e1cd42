"""Where a case did not go as its own version draws it: what was done by hand, at which event, at which elements.

Pure: reads what the events recorded. Everything else a case does comes along the flows, which replay checks.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from engine.model import TimelineEntry
from webapp.story import what_was_done, who_did

_BY_HAND = frozenset({"case.modified", "case.restarted", "case.migrated", "case.cancelled", "values.edited"})


@dataclass(frozen=True)
class Deviation:
    """One act beside the flows; elements: what it entered, ended or moved, in the ids of the version after it."""

    seq: int
    what: str
    who: str
    at: datetime
    why: str
    elements: tuple[str, ...]


def deviations(entries: Iterable[TimelineEntry]) -> list[Deviation]:
    """List the acts beside the flows among these events, oldest first."""
    return [
        Deviation(entry.seq, what_was_done(entry), who_did(entry), entry.at, entry.note, _elements(entry))
        for entry in entries
        if entry.kind in _BY_HAND
    ]


def drawn_on(marks: dict[str, dict[str, Any]], found: Iterable[Deviation]) -> dict[str, dict[str, Any]]:
    """Return the marks of a diagram with a note at every element that was reached or left beside the flows."""
    notes: dict[str, list[str]] = {}
    for one in found:
        for element_id in one.elements:
            notes.setdefault(element_id, []).append(str(one.seq))
    told = {key: _("第 %(n)s 步人工动过", n="、".join(seqs)) for key, seqs in notes.items()}
    return {key: {**mark, "note": told[key]} if key in told else mark for key, mark in marks.items()}


def _elements(entry: TimelineEntry) -> tuple[str, ...]:
    body: Mapping[str, Any] = entry.body
    moved = [target or source for source, target in (body.get("mapping") or {}).items() if target != source]
    named = [body["element"]] if body.get("element") else []
    passed = [step[0] for step in body.get("path") or ()]
    return tuple(dict.fromkeys([*named, *moved, *passed]))
