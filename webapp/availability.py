"""When something may be begun: from–until of its form and of the process, and the date past which a form is void."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from engine import library
from engine.model import Definition
from engine.terms import Terms, terms_of
from forms.fields.dates import read_date
from webapp.paper import OFFICIAL

WINDOW = "qc:available"


@dataclass(frozen=True)
class Window:
    """The days on which something may be begun, both included; None: no end."""

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
    """Return by process key when it may be begun: on days that its terms and the form of its first step allow."""
    asked = list(definitions)
    looks = {each.key: each.id for each in library.listed(session, "ui")}
    terms = terms_of(session, [each.key for each in asked])
    found = {}
    for definition in asked:
        first = next(iter(definition.meta.get("forms", [])), None) or {}
        look = looks.get(first.get("ui") or "")
        form = window_of(library.load_json(session, look)) if look else Window(None, None)
        found[definition.key] = _both(form, terms.get(definition.key, Terms()))
    return found


def _both(form: Window, terms: Terms) -> Window:
    opens = [day for day in (form.opens, terms.opens) if day]
    closes = [day for day in (form.closes, terms.closes) if day]
    return Window(max(opens, default=None), min(closes, default=None))


def _day(text: Any) -> date | None:
    return read_date(text) if isinstance(text, str) and text else None
