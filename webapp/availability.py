"""When a form may be used to begin something: from–until of its own, and the date past which it is void by itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from engine import library
from engine.model import Definition
from forms.fields.dates import read_date
from webapp.paper import OFFICIAL

WINDOW = "qc:available"


@dataclass(frozen=True)
class Window:
    """The days on which a form may be used, both included; None: no end."""

    opens: date | None
    closes: date | None


def window_of(ui: Mapping[str, Any]) -> Window:
    """Read `qc:available` {from, until} and `qc:official` validUntil of a ui; the earlier end counts."""
    given, official = ui.get(WINDOW), ui.get(OFFICIAL)
    own = given if isinstance(given, Mapping) else {}
    void = official if isinstance(official, Mapping) else {}
    ends = [day for text in (own.get("until"), void.get("validUntil")) if (day := _day(text))]
    return Window(_day(own.get("from")), min(ends, default=None))


def windows(session: Session, definitions: Iterable[Definition]) -> dict[str, Window]:
    """Return by process key the window of the form its first step shows; processes without one are left out."""
    looks = {each.key: each.id for each in library.listed(session, "ui")}
    found = {}
    for definition in definitions:
        first = next(iter(definition.meta.get("forms", [])), None) or {}
        if first.get("ui") in looks:
            found[definition.key] = window_of(library.load_json(session, looks[first["ui"]]))
    return found


def _day(text: Any) -> date | None:
    return read_date(text) if isinstance(text, str) and text else None
